//! The manual: the Markdown files of `templates/manual`, shown on a terminal and written as man pages.
//!
//! | file | what it is |
//! |---|---|
//! | `page.rs` | Markdown → blocks |
//! | `terminal.rs` | blocks → wrapped text |
//! | `roff.rs` | blocks → the body of a man page |
//! | `man.rs` | all man pages, those of the commands included, into a folder |

mod man;
mod page;
mod roff;
mod terminal;

pub use man::{ManPage, RELEASED, man_pages};
pub use page::{ManualBlock, Span, SpanStyle, parse};
pub use terminal::{TerminalStyle, render};

/// One topic of the manual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Topic {
    /// The argument of `ronda help`, and the name of the file in `templates/manual`.
    pub name: &'static str,
    /// One-line description for lists, without a full stop.
    pub about: &'static str,
    /// The page, as Markdown.
    pub text: &'static str,
}

impl Topic {
    /// Name and section of its man page: configuration is a file format (5), all other topics are background (7).
    #[must_use]
    pub fn man(&self) -> (String, char) {
        match self.name {
            "configuration" => ("ronda.toml".to_owned(), '5'),
            name => (format!("ronda-{name}"), '7'),
        }
    }
}

macro_rules! topics {
    ($($name:literal: $about:literal,)*) => {
        /// All topics, in reading order. No topic has the name of a command; a test checks this.
        pub const TOPICS: &[Topic] = &[$(Topic {
            name: $name,
            about: $about,
            text: include_str!(concat!("../../../templates/manual/", $name, ".md")),
        }),*];
    };
}

topics! {
    "getting-started": "from an empty folder to a running office",
    "importing": "customers, sites, people, equipment and contracts from CSV or XLSX",
    "planning": "service plans, terms, and how visits get their days",
    "visits": "booking, moving and cancelling visits; invitations, replies and feeds",
    "changes": "engineers who leave, sites that close, and other facts that change",
    "calendars": "working days, closures, and what happens when a calendar changes",
    "due-dates": "how deadlines are counted, flagged, escalated and waived",
    "clocks": "cases for `ronda clock` and `ronda roster`, and their answers, key by key",
    "checklists": "what engineers are asked on site, and how to write your own",
    "records": "the record of a visit: the form on the phone, photos, signatures",
    "reports": "reports, certificates and other documents, and how they are delivered",
    "verifying": "whether a PDF is a genuine report; signatures and the report chain",
    "digests": "what managers read each morning, and what they can decide from it",
    "notices": "every kind of letter: who receives it, and when",
    "mail": "mail servers, retries, DKIM, bounces and incoming mail",
    "letter-templates": "your own templates and wording for letters",
    "links": "links in letters, public pages, and security",
    "audit-trail": "who did what, and how to verify that the trail is intact",
    "auditor": "what was promised and whether it was kept, from the facts alone",
    "configuration": "the file ronda.toml: every key, with its default and an example",
    "systemd": "running Ronda as a service; credentials, reload, health, backup",
    "exit-codes": "what each exit code means",
    "troubleshooting": "symptoms, causes and remedies",
    "glossary": "the words that Ronda uses",
    "commands": "every command with its options and examples",
}

/// The topic of that name, if there is one.
#[must_use]
pub fn topic(name: &str) -> Option<&'static Topic> {
    TOPICS.iter().find(|topic| topic.name == name)
}

/// The topic that a link within the manual points to: `due-dates.md`.
fn linked(target: &str) -> Option<&'static Topic> {
    topic(target.strip_suffix(".md")?)
}
