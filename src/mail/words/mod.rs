//! What the templates are given: the notice's facts as the reader's language writes them.

mod digest;
mod page;
mod review;

pub use self::digest::{List, ListLine};
pub(super) use self::digest::{first_up, lists};
pub use self::page::{LedgerRow, PageWords};

use chrono::{NaiveDate, NaiveTime};
use minijinja::{Value as Given, context};

use super::Composer;
use super::address::one_line;
use crate::domain::calendar::{Ledger, LedgerLine, Why};
use crate::domain::contract::{FlagAt, Purpose};
use crate::domain::deadline::Owed;
use crate::domain::language::Language;
use crate::domain::notice::{Attachment, DeadlineWords, Notice, Reader, ReaderRole, UndeliveredWords, VisitWords};
use crate::locales::{self, Locales, Value};

/// The texts of one language.
pub(super) struct Speaker<'a> {
    pub locales: &'a Locales,
    pub language: Language,
}

impl Speaker<'_> {
    fn say(&self, key: &str, values: &[(&str, Value<'_>)]) -> String {
        self.locales.say(self.language, key, values)
    }

    fn date(&self, day: NaiveDate) -> String {
        locales::date(self.language, day)
    }

    fn short(&self, day: NaiveDate) -> String {
        locales::weekday_and_day(self.language, day)
    }

    fn span(&self, from: NaiveDate, through: NaiveDate) -> String {
        if from == through { self.short(from) } else { format!("{} – {}", self.short(from), self.short(through)) }
    }

    fn takes(&self, minutes: u32) -> String {
        let (hours, minutes) = (Value::Number(f64::from(minutes / 60)), Value::Number(f64::from(minutes % 60)));
        match (&hours, &minutes) {
            (Value::Number(0.0), _) => self.say("mail-takes-minutes", &[("minutes", minutes)]),
            (_, Value::Number(0.0)) => self.say("mail-takes-hours", &[("hours", hours)]),
            (_, _) => self.say("mail-takes-both", &[("hours", hours), ("minutes", minutes)]),
        }
    }

    fn purpose(&self, purpose: Purpose) -> String {
        self.say("mail-purpose", &[("purpose", Value::text(purpose.word()))])
    }

    /// `inspection report`, without an article.
    fn owed(&self, owed: Owed, purpose: Purpose) -> String {
        self.say(&format!("mail-owed-{}", owed.word()), &[("purpose", Value::text(purpose.word()))])
    }
}

/// The context of a notice's templates. User text comes in as single lines, without control characters.
pub(super) fn context(composer: &Composer, speaker: &Speaker<'_>, notice: &Notice, reader: &Reader) -> Given {
    let about = match notice {
        Notice::VisitAnnounced { visit } | Notice::VisitReminder { visit } => {
            context! { visit => visit_words(speaker, visit), tone => "calm" }
        }
        Notice::VisitMoved { visit, was } => {
            context! { visit => visit_words(speaker, visit), was => moment(speaker, *was), tone => "warn" }
        }
        Notice::VisitCancelled { visit, reason } | Notice::VisitNotDone { visit, reason } => {
            context! { visit => visit_words(speaker, visit), reason => one_line(reason), tone => "warn" }
        }
        Notice::ReportDelivered { visit, completed_on, pdf } => context! {
            visit => visit_words(speaker, visit),
            completed_on => speaker.date(*completed_on),
            completed_short => locales::short_date(speaker.language, *completed_on),
            file => file(speaker, pdf),
            tone => "calm",
        },
        Notice::CertificateDelivered { visit, completed_on, attendees, pdf } => context! {
            visit => visit_words(speaker, visit),
            completed_on => speaker.date(*completed_on),
            completed_short => locales::short_date(speaker.language, *completed_on),
            attendees => attendees
                .iter()
                .map(|person| {
                    let (name, role) = (one_line(&person.name), one_line(&person.role));
                    if role.is_empty() { name } else { format!("{name} ({role})") }
                })
                .collect::<Vec<_>>(),
            file => file(speaker, pdf),
            tone => "calm",
        },
        Notice::DeadlineFlagged { deadline } => deadline_words(speaker, deadline),
        Notice::Digest(digest) => digest::context(speaker, digest),
        Notice::Review(review) => review::context(speaker, review),
        Notice::Undelivered { letter } => undelivered_words(speaker, letter),
    };
    let common = context! {
        tag => speaker.language.tag(),
        company => one_line(&composer.company),
        reader => one_line(&reader.name),
        role => match reader.role {
            ReaderRole::Engineer(_) => "engineer",
            ReaderRole::Manager(_) => "manager",
            ReaderRole::Customer(_) => "customer",
        },
    };
    context! { ..about, ..common }
}

fn visit_words(speaker: &Speaker<'_>, visit: &VisitWords) -> Given {
    context! {
        number => visit.id.to_string(),
        purpose => visit.purpose.word(),
        customer => one_line(&visit.customer),
        site => one_line(&visit.site),
        site_name => one_line(&visit.site_name),
        address => one_line(&visit.address),
        day => speaker.date(visit.day),
        short_day => speaker.short(visit.day),
        starts => locales::time(visit.starts),
        takes => speaker.takes(visit.takes_minutes),
        engineer => one_line(&visit.engineer),
        phone => one_line(&visit.engineer_phone),
        equipment => lines(&visit.equipment),
        topics => lines(&visit.topics),
    }
}

fn moment(speaker: &Speaker<'_>, (day, time): (NaiveDate, NaiveTime)) -> Given {
    context! { day => speaker.date(day), starts => locales::time(time) }
}

fn file(speaker: &Speaker<'_>, pdf: &Attachment) -> Given {
    let kilobytes = pdf.bytes.len().div_ceil(1024);
    let size = speaker.say("mail-file-size", &[("kilobytes", Value::count(kilobytes))]);
    context! { name => one_line(&pdf.file_name), size => size }
}

fn deadline_words(speaker: &Speaker<'_>, deadline: &DeadlineWords) -> Given {
    let (level, tone) = match deadline.at {
        FlagAt::Before(_) => ("before", "calm"),
        FlagAt::OnTheDay => ("today", "warn"),
        FlagAt::Late(_) => ("late", "late"),
    };
    let standing = match (deadline.at, deadline.days_late) {
        (FlagAt::Before(_) | FlagAt::OnTheDay, 0) => speaker.say("mail-standing-open", &[]),
        (FlagAt::Late(_), 0) => speaker.say("mail-standing-just-late", &[]),
        (FlagAt::Before(_) | FlagAt::OnTheDay | FlagAt::Late(_), days) => late_by(speaker, days),
    };
    context! {
        tone => tone,
        level => level,
        number => deadline.id.to_string(),
        owed => deadline.owed.word(),
        what => speaker.owed(deadline.owed, deadline.purpose),
        visit_number => deadline.visit.map_or_else(String::new, |visit| visit.to_string()),
        customer => one_line(&deadline.customer),
        site => one_line(&deadline.site),
        site_name => one_line(&deadline.site_name),
        engineer => deadline.engineer.as_deref().map(one_line).unwrap_or_default(),
        since => speaker.date(deadline.since_on),
        due => speaker.date(deadline.due_on),
        short_due => speaker.short(deadline.due_on),
        standing => standing,
        ledger => deadline.ledger.as_ref().map(|ledger| ledger_words(speaker, ledger)),
    }
}

fn late_by(speaker: &Speaker<'_>, days: u32) -> String {
    speaker.say("mail-standing-late", &[("days", Value::Number(f64::from(days)))])
}

/// Every day counted and every day skipped, and why.
fn ledger_words(speaker: &Speaker<'_>, ledger: &Ledger) -> Given {
    let line = |line: &LedgerLine| {
        let (why, counted) = why_words(speaker, &line.why);
        context! { days => speaker.span(line.from, line.through), why => why, counted => counted }
    };
    context! {
        within => f64::from(ledger.within.0),
        from => speaker.date(ledger.from),
        calendar => one_line(&ledger.calendar),
        due => speaker.date(ledger.due_on),
        provisional => ledger.provisional,
        lines => ledger.lines.iter().map(line).collect::<Vec<_>>(),
    }
}

fn why_words(speaker: &Speaker<'_>, why: &Why) -> (String, bool) {
    match why {
        Why::Counted { n, special: None } => {
            (speaker.say("mail-ledger-counted", &[("n", Value::Number(f64::from(*n)))]), true)
        }
        Why::Counted { n, special: Some(special) } => {
            let values = [("n", Value::Number(f64::from(*n))), ("name", Value::owned(one_line(&special.name)))];
            (speaker.say("mail-ledger-counted-special", &values), true)
        }
        Why::Weekend => (speaker.say("mail-ledger-weekend", &[]), false),
        Why::Off { special } => {
            (speaker.say("mail-ledger-off", &[("name", Value::owned(one_line(&special.name)))]), false)
        }
    }
}

fn undelivered_words(speaker: &Speaker<'_>, letter: &UndeliveredWords) -> Given {
    context! {
        tone => "late",
        number => letter.letter,
        subject => one_line(&letter.subject),
        to => one_line(&letter.to),
        kind => letter.notice.as_str(),
        given_up => format!(
            "{} {} UTC",
            speaker.date(letter.given_up_at.date_naive()),
            locales::time(letter.given_up_at.time()),
        ),
        said => one_line(&letter.outcome),
        attempts => letter.attempts,
    }
}

fn lines(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| one_line(text)).filter(|text| !text.is_empty()).collect()
}
