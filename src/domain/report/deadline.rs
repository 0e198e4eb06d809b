//! The deadline of a report in words, with the days that were counted (P04).

use chrono::NaiveDate;

use super::super::calendar::{Ledger, LedgerLine, Why};
use super::super::deadline::Due;
use super::super::language::Language;
use super::super::wording::{Say, Value, date, weekday_and_day};

/// What stands at the foot of the first page.
pub(super) fn in_words(due: &Due, language: Language, say: Say<'_>) -> Vec<String> {
    match due {
        Due::Counted { ledger } => counted(ledger, language, say),
        Due::Window { first_on, last_on } => vec![say(
            "report-ledger-window",
            &[("first", Value::owned(date(language, *first_on))), ("last", Value::owned(date(language, *last_on)))],
        )],
        Due::Unknown { why } => vec![say("report-ledger-unknown", &[("why", Value::text(why))])],
    }
}

fn counted(ledger: &Ledger, language: Language, say: Say<'_>) -> Vec<String> {
    let title = say("report-ledger-title", &[("day", Value::owned(date(language, ledger.due_on)))]);
    let calendar = say("report-ledger-calendar", &[("calendar", Value::text(&ledger.calendar))]);
    let mut steps = vec![say("report-ledger-start", &[("day", Value::owned(weekday_and_day(language, ledger.from)))])];
    steps.extend(ledger.lines.iter().map(|line| step(line, language, say)));
    let mut account = steps.join(" · ");
    account.push_str(match language {
        Language::En | Language::Es => ", ",
        Language::Zh => "，",
    });
    account.push_str(&say("report-ledger-due", &[]));
    if ledger.provisional {
        account.push_str(" · ");
        account.push_str(&say("report-ledger-provisional", &[]));
    }
    vec![format!("{title} · {calendar}"), account]
}

fn step(line: &LedgerLine, language: Language, say: Say<'_>) -> String {
    let days = days(line.from, line.through, language);
    match &line.why {
        Why::Counted { n, special: None } => {
            say("report-ledger-counted", &[("day", Value::owned(days)), ("n", Value::Number(f64::from(*n)))])
        }
        Why::Counted { n, special: Some(special) } => say(
            "report-ledger-counted-special",
            &[("day", Value::owned(days)), ("name", Value::text(&special.name)), ("n", Value::Number(f64::from(*n)))],
        ),
        Why::Weekend => say("report-ledger-weekend", &[("days", Value::owned(days))]),
        Why::Off { special } => {
            say("report-ledger-off", &[("days", Value::owned(days)), ("name", Value::text(&special.name))])
        }
    }
}

/// `Sat 14 Mar`, or `Sat 14 Mar–Sun 15 Mar`.
fn days(from: NaiveDate, through: NaiveDate, language: Language) -> String {
    let first = weekday_and_day(language, from);
    if from == through {
        return first;
    }
    format!("{first}–{}", weekday_and_day(language, through))
}
