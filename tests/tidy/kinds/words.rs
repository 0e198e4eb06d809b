//! Names, doc comments, promises, languages, schemas and long files.

use super::Kind;

const TYPES: &str = "a public type's name is used once";
const MISSING: &str = "a public item has a doc comment";
const SENTENCES: &str = "a doc comment says something";
const SCHEMAS: &str = "both engines have the same tables and columns";
const LANGUAGES: &str = "every text exists in every language";
pub const PROMISES: &str = "every promise has a doc comment, a test and a line in the README";

/// A text ten times.
macro_rules! ten {
    ($($text:tt)*) => {
        concat!($($text)*, $($text)*, $($text)*, $($text)*, $($text)*, $($text)*, $($text)*, $($text)*, $($text)*, $($text)*)
    };
}

const LINES_500: &str =
    concat!(ten!(ten!("\n")), ten!(ten!("\n")), ten!(ten!("\n")), ten!(ten!("\n")), ten!(ten!("\n")));
const LINES_501: &str =
    concat!(ten!(ten!("\n")), ten!(ten!("\n")), ten!(ten!("\n")), ten!(ten!("\n")), ten!(ten!("\n")), "\n");

const FAILS: &str = "/// # Errors\n/// When the store does not answer.\nfn f() {}\n";
const FAILS_10: &str = ten!("/// # Errors\n/// When the store does not answer.\nfn f() {}\n");

pub const KINDS: &[Kind] = &[
    Kind {
        name: "two public types of one name",
        rule: TYPES,
        violation: &[
            ("src/paper/line.rs", "/// A line on a page.\npub(crate) struct Line;\n"),
            ("src/web/line.rs", "/// A line of the office's list.\npub enum Line {}\n"),
        ],
        alike: &[
            ("src/paper/line.rs", "/// A line on a page.\npub(crate) struct Line;\n"),
            ("src/web/line.rs", "/// A line of the office's list.\nstruct Line;\n"),
            (
                "src/web/row.rs",
                "/// A line of the office's list.\nstruct Line;\nimpl Iterator for Line {\n    type Item = u8;\n}\n",
            ),
        ],
    },
    Kind {
        name: "a trait and an alias of one name",
        rule: TYPES,
        violation: &[
            ("src/mail/a.rs", "mod inner {\n    pub(super) trait Desk {}\n}\n"),
            ("src/web/b.rs", "/// All that stands on it.\npub type Desk = u8;\n"),
        ],
        alike: &[
            ("src/mail/a.rs", "mod inner {\n    pub(super) trait Desk {}\n}\nuse inner::Desk as D;\n"),
            ("src/web/b.rs", "pub use mail::a::Desk;\nconst DESK: &str = \"pub struct Desk\";\n"),
        ],
    },
    Kind {
        name: "a private type that the file below names",
        rule: TYPES,
        violation: &[
            ("src/mail/a.rs", "struct Seal;\n"),
            ("src/mail/a/b.rs", "fn f(seal: &super::Seal) {}\n"),
            ("src/paper/seal.rs", "pub(crate) struct Seal;\n"),
        ],
        alike: &[
            ("src/mail/a.rs", "struct Seal;\n"),
            ("src/mail/a/b.rs", "fn f(seal: &super::seal::Mark) {}\n"),
            ("src/paper/seal.rs", "pub(crate) struct Seal;\n"),
        ],
    },
    Kind {
        name: "a type that a macro declares",
        rule: TYPES,
        violation: &[
            ("src/domain/ids.rs", "ids! {\n    pub struct Code;\n}\n"),
            ("src/web/code.rs", "/// What a phone shows.\npub struct Code;\n"),
        ],
        alike: &[
            ("src/domain/ids.rs", "ids! {\n    struct Code;\n}\n"),
            ("src/web/code.rs", "/// What a phone shows.\npub struct Code;\n"),
        ],
    },
    Kind {
        name: "a public function without docs",
        rule: MISSING,
        violation: &[("src/web/a.rs", "pub fn f() {}\n")],
        alike: &[(
            "src/web/a.rs",
            "pub(crate) fn f() {}\nstruct Row {\n    pub day: u8,\n}\n/// What a page is.\npub struct Page {\n    pub day: u8,\n}\n",
        )],
    },
    Kind {
        name: "docs that begin with a heading",
        rule: MISSING,
        violation: &[(
            "src/web/a.rs",
            "struct A;\nimpl A {\n    /// # Errors\n    /// When the store does not answer.\n    pub fn f() {}\n}\n",
        )],
        alike: &[(
            "src/web/a.rs",
            "struct A;\nimpl A {\n    /// Reads all that is late.\n    /// # Errors\n    /// When the store does not answer.\n    pub fn f() {}\n}\n",
        )],
    },
    Kind {
        name: "a sentence of three words",
        rule: SENTENCES,
        violation: &[(
            "src/web/a.rs",
            "/// Lists — all deadlines.\n///\n/// They are ordered by day.\npub fn f() {}\n",
        )],
        alike: &[("src/web/a.rs", "/// Lists all open\n/// deadlines.\npub fn f() {}\n/// Too short.\nfn g() {}\n")],
    },
    Kind {
        name: "a file that says its own name",
        rule: SENTENCES,
        violation: &[("src/cli/check.rs", "//! `ronda check`\n")],
        alike: &[("src/cli/check.rs", "//! `ronda check`: whether an office could start here.\n")],
    },
    Kind {
        name: "one sentence under `# Errors` everywhere",
        rule: "`# Errors` says what is special about it",
        violation: &[
            ("src/web/a.rs", FAILS),
            ("src/web/b.rs", FAILS_10),
            ("src/web/c.rs", FAILS_10),
            ("src/web/d.rs", FAILS_10),
        ],
        alike: &[("src/web/b.rs", FAILS_10), ("src/web/c.rs", FAILS_10), ("src/web/d.rs", FAILS_10)],
    },
    Kind {
        name: "a promise without its line",
        rule: PROMISES,
        violation: &[("README.md", "P01 is kept\n")],
        alike: &[],
    },
    Kind {
        name: "a promise without its test",
        rule: PROMISES,
        violation: &[("tests/promises.rs", "// p01_is_kept\n")],
        alike: &[],
    },
    Kind {
        name: "a promise without its doc comment",
        rule: PROMISES,
        violation: &[("src/domain/promises.rs", "// P01 is kept\n")],
        alike: &[],
    },
    Kind {
        name: "a text that Chinese lacks",
        rule: LANGUAGES,
        violation: &[("templates/locales/zh/mail.ftl", "hello-you = …\n")],
        alike: &[("templates/locales/zh/mail.ftl", "# A greeting\nhello = …\n    .more = …\n")],
    },
    Kind {
        name: "a text in another file",
        rule: LANGUAGES,
        violation: &[("templates/locales/es/mail.ftl", ""), ("templates/locales/es/web.ftl", "hello = …\n")],
        alike: &[],
    },
    Kind {
        name: "a column of one engine",
        rule: SCHEMAS,
        violation: &[("migrations/postgres/0002.sql", "alter table site add column zone text;\n")],
        alike: &[
            ("migrations/postgres/0002.sql", "alter table site add column zone text;\n"),
            (
                "migrations/sqlite/0002.sql",
                "create table later (\n  site text,\n  zone text,\n  check (true)\n);\ndrop table site;\nalter table later rename to site;\n",
            ),
        ],
    },
    Kind {
        name: "a file of 501 lines",
        rule: "a file past 500 lines is two ideas",
        violation: &[("src/web/a.rs", LINES_501)],
        alike: &[("src/web/a.rs", LINES_500), ("tests/a.rs", LINES_500)],
    },
    Kind {
        name: "a test of 501 lines",
        rule: "a file past 500 lines is two ideas",
        violation: &[("tests/a.rs", LINES_501)],
        alike: &[],
    },
];
