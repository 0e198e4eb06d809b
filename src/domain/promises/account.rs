//! A deadline's ledger in words: each day, whether it counts, and which layer of the calendar decides (P04).

use chrono::NaiveDate;

use super::Owed;
use crate::calendar::{ChangedDays, DayKind, Layer, Ledger, LedgerLine, Says, SpecialDay, Why};
use crate::language::Language;
use crate::wording::{Say, Value, weekday_and_day};

/// A run of days in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// `Sat 14 Feb`, or `Sun 15 Feb – Mon 23 Feb`.
    pub days: String,
    /// `working day 2: make-up working day, Spring Festival (country)`, or `Spring Festival (country)`.
    pub says: String,
    pub is: Counting,
}

/// Whether a run of days counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counting {
    Yes,
    No,
}

/// All lines of a ledger in words, for a table.
#[must_use]
pub fn entries(ledger: &Ledger, language: Language, say: Say<'_>) -> Vec<Entry> {
    let entry = |line: &LedgerLine| {
        let is = match &line.why {
            Why::Counted { .. } => Counting::Yes,
            Why::Weekend | Why::Off { .. } => Counting::No,
        };
        Entry { days: span(language, line.from, line.through), says: says(line, say), is }
    };
    ledger.lines.iter().map(entry).collect()
}

/// What a line says about its days.
#[must_use]
pub fn says(line: &LedgerLine, say: Say<'_>) -> String {
    let what = what(line, say);
    match &line.why {
        Why::Counted { n, .. } => {
            let n = ("n", Value::Number(f64::from(*n)));
            if what.is_empty() {
                say("ledger-working-day", &[n])
            } else {
                say("ledger-listed-working-day", &[n, ("what", Value::owned(what))])
            }
        }
        Why::Weekend | Why::Off { .. } => what,
    }
}

/// The whole ledger as one sentence: `Completed Thu 12 Feb, not counted · Fri 13 Feb = 1 · … = 3, due by its end`.
#[must_use]
pub fn sentence(ledger: &Ledger, owed: Owed, language: Language, say: Say<'_>) -> String {
    let from = Value::owned(weekday_and_day(language, ledger.from));
    let mut steps = vec![say("ledger-start", &[("day", from), ("owed", Value::text(owed.word()))])];
    steps.extend(ledger.lines.iter().map(|line| {
        let (days, what) = (span(language, line.from, line.through), what(line, say));
        let told = if what.is_empty() { days } else { format!("{days} {what}") };
        match &line.why {
            Why::Counted { n, .. } => format!("{told} = {n}"),
            Why::Weekend | Why::Off { .. } => told,
        }
    }));
    let mut account = steps.join(" · ");
    account.push_str(match language {
        Language::En | Language::Es => ", ",
        Language::Zh => "，",
    });
    account.push_str(&say("ledger-due", &[]));
    if ledger.provisional {
        account.push_str(" · ");
        account.push_str(&say("ledger-provisional", &[]));
    }
    account
}

/// The calendar used, and its version.
#[must_use]
pub fn calendar(ledger: &Ledger, say: Say<'_>) -> String {
    say("ledger-calendar", &[("calendar", Value::text(&ledger.calendar)), ("version", Value::text(&ledger.version))])
}

/// Why a due day moved: the days that count now and did not before, or the reverse.
#[must_use]
pub fn reasons(why: &[ChangedDays], language: Language, say: Say<'_>) -> String {
    let one = |run: &ChangedDays| {
        let days = Value::owned(span(language, run.from, run.through));
        match (&run.was, &run.is) {
            (_, Says::Off { special }) => {
                say("ledger-now-off", &[("days", days), ("why", Value::owned(of_layer(special, None, say)))])
            }
            (_, Says::Weekend) => {
                say("ledger-now-off", &[("days", days), ("why", Value::owned(say("ledger-weekend", &[])))])
            }
            (_, Says::Counted { special: Some(special) }) => {
                say("ledger-now-counted", &[("days", days), ("why", Value::owned(of_layer(special, None, say)))])
            }
            (Says::Off { special }, Says::Counted { special: None }) => {
                say("ledger-off-no-more", &[("days", days), ("why", Value::owned(of_layer(special, None, say)))])
            }
            (Says::Weekend | Says::Counted { .. }, Says::Counted { special: None }) => {
                say("ledger-off-no-more", &[("days", days), ("why", Value::owned(say("ledger-weekend", &[])))])
            }
        }
    };
    why.iter().map(one).collect::<Vec<_>>().join(" · ")
}

/// `Sat 14 Feb`, or `Sun 15 Feb – Mon 23 Feb`.
fn span(language: Language, from: NaiveDate, through: NaiveDate) -> String {
    let first = weekday_and_day(language, from);
    if from == through { first } else { format!("{first} – {}", weekday_and_day(language, through)) }
}

/// What the days are, and which layer decides; empty for ordinary working days.
fn what(line: &LedgerLine, say: Say<'_>) -> String {
    let of = line.of.as_deref();
    match &line.why {
        Why::Counted { special: None, .. } => {
            of.map_or_else(String::new, |code| say("ledger-worked-by", &[("calendar", Value::text(code))]))
        }
        Why::Counted { special: Some(special), .. } | Why::Off { special } => of_layer(special, of, say),
        Why::Weekend => match of {
            None => say("ledger-weekend", &[]),
            Some(code) => say(
                "ledger-by-layer",
                &[("what", Value::owned(say("ledger-weekend", &[]))), ("from", Value::text(code))],
            ),
        },
    }
}

/// `make-up working day, Spring Festival (country)`.
fn of_layer(special: &SpecialDay, of: Option<&str>, say: Say<'_>) -> String {
    let word = match (special.kind, &special.layer) {
        (DayKind::Off, _) => None,
        (DayKind::Half, _) => Some("ledger-half"),
        (DayKind::Work, Layer::Country | Layer::Subdivision) => Some("ledger-make-up"),
        (
            DayKind::Work,
            Layer::Weekend | Layer::Municipality | Layer::Company | Layer::Customer | Layer::Site | Layer::Engineer,
        ) => Some("ledger-worked"),
    };
    // In some tables, the name of a make-up day is just that.
    let what = match word.map(|key| say(key, &[])).filter(|word| *word != special.name) {
        Some(word) => format!("{word}{}{}", say("ledger-and", &[]), special.name),
        None => special.name.clone(),
    };
    let mut from = vec![layer(&special.layer, say)];
    from.extend(of.map(str::to_owned));
    if special.estimated {
        from.push(say("ledger-estimated", &[]));
    }
    say("ledger-by-layer", &[("what", Value::owned(what)), ("from", Value::owned(from.join(&say("ledger-and", &[]))))])
}

/// The layer's name in the reader's language.
#[must_use]
pub fn layer(layer: &Layer, say: Say<'_>) -> String {
    say("ledger-layer", &[("layer", Value::text(layer.word()))])
}
