//! A report's deadline in words, with the days that were counted (P04).

use crate::calendar::Ledger;
use crate::language::Language;
use crate::promises::account;
use crate::promises::{Due, Owed};
use crate::wording::{Say, Value, date};

/// The lines in the footer of the first page.
pub(super) fn in_words(due: &Due, language: Language, say: Say<'_>) -> Vec<String> {
    match due {
        Due::Counted { ledger } => counted(ledger, language, say),
        Due::Window { first_on, last_on } => vec![say(
            "report-ledger-window",
            &[("first", Value::owned(date(language, *first_on))), ("last", Value::owned(date(language, *last_on)))],
        )],
        Due::Timed { on, .. } => vec![say("report-ledger-title", &[("day", Value::owned(date(language, *on)))])],
        Due::Held => vec![say("report-ledger-held", &[])],
        Due::Unknown { why } => vec![say("report-ledger-unknown", &[("why", Value::text(why))])],
    }
}

fn counted(ledger: &Ledger, language: Language, say: Say<'_>) -> Vec<String> {
    let title = say("report-ledger-title", &[("day", Value::owned(date(language, ledger.due_on)))]);
    vec![
        format!("{title} · {}", account::calendar(ledger, say)),
        account::sentence(ledger, Owed::Report, language, say),
    ]
}
