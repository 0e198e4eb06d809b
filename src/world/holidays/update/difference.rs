//! The differences between two editions of a country's calendars.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::{NaiveDate, TimeDelta};
use serde::Serialize;

use crate::holidays::country::Country;
use domain::calendar::{CalendarParts, DayKind, Observance, SpecialDay};

/// A holiday that disappears and reappears under the same name within this period was moved.
const MOVED_WITHIN: TimeDelta = TimeDelta::days(31);

/// The changes to one calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Changes {
    pub calendar: String,
    /// Number of days listed before.
    pub known: usize,
    /// Number of those that are no longer listed, not counting moved ones.
    pub gone: usize,
    pub added: usize,
    pub moved: usize,
    /// In date order; for a subdivision, only changes that its country does not have as well.
    pub changes: Vec<HolidayChange>,
}

/// One day that an update adds, removes or changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum HolidayChange {
    Added {
        on: NaiveDate,
        day: String,
    },
    Gone {
        on: NaiveDate,
        day: String,
    },
    Moved {
        from: NaiveDate,
        to: NaiveDate,
        day: String,
    },
    /// The same date with a different name, kind or certainty.
    Differs {
        on: NaiveDate,
        before: String,
        after: String,
    },
    /// A change of the weekly days off or of the years covered.
    Rule {
        before: String,
        after: String,
    },
}

impl fmt::Display for HolidayChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HolidayChange::Added { on, day } => write!(f, "{} added: {day}", on.format("%a %F")),
            HolidayChange::Gone { on, day } => write!(f, "{} gone: {day}", on.format("%a %F")),
            HolidayChange::Moved { from, to, day } => {
                write!(f, "{} moved to {}: {day}", from.format("%a %F"), to.format("%a %F"))
            }
            HolidayChange::Differs { on, before, after } => {
                write!(f, "{} was {before}, is {after}", on.format("%a %F"))
            }
            HolidayChange::Rule { before, after } => write!(f, "was {before}, is {after}"),
        }
    }
}

/// The calendars that differ between `before` and `after`, the country's first.
pub(super) fn of(before: Option<&Country>, after: &Country, observed: &BTreeSet<Observance>) -> Vec<Changes> {
    let of_before = before.into_iter().flat_map(Country::subdivisions);
    let subdivisions: BTreeSet<&str> = of_before.chain(after.subdivisions()).collect();
    let national = changes(&after.code, parts(before, None, observed), parts(Some(after), None, observed));
    let shared: Vec<HolidayChange> = national.changes.clone();
    let mut all = vec![national];
    for subdivision in subdivisions {
        let code = format!("{}-{subdivision}", after.code);
        let of = |country| parts(country, Some(subdivision), observed);
        let mut own = changes(&code, of(before), of(Some(after)));
        own.changes.retain(|change| !shared.contains(change));
        all.push(own);
    }
    all.retain(|changes| !changes.changes.is_empty() || changes.gone + changes.added + changes.moved > 0);
    all
}

/// The days of a country, or of a subdivision that it knows.
fn parts(country: Option<&Country>, subdivision: Option<&str>, of: &BTreeSet<Observance>) -> Option<CalendarParts> {
    let country = country?;
    let is_known = subdivision.is_none_or(|own| country.subdivisions().any(|code| code == own));
    is_known.then(|| country.parts(subdivision, of))
}

fn changes(calendar: &str, before: Option<CalendarParts>, after: Option<CalendarParts>) -> Changes {
    let none = BTreeMap::new();
    let old = before.as_ref().map_or(&none, |parts| &parts.special);
    let new = after.as_ref().map_or(&none, |parts| &parts.special);
    let (mut gone, mut added, mut found) = (Vec::new(), Vec::new(), Vec::new());
    for (on, day) in old {
        match new.get(on) {
            None => gone.push((*on, day)),
            Some(now) if in_words(now) != in_words(day) => {
                found.push(HolidayChange::Differs { on: *on, before: in_words(day), after: in_words(now) });
            }
            Some(_) => {}
        }
    }
    added.extend(new.iter().filter(|(on, _)| !old.contains_key(on)).map(|(on, day)| (*on, day)));
    let moved = take_moved(&mut gone, &mut added);
    let counts = (gone.len(), added.len(), moved.len());
    found.extend(moved);
    found.extend(gone.into_iter().map(|(on, day)| HolidayChange::Gone { on, day: in_words(day) }));
    found.extend(added.into_iter().map(|(on, day)| HolidayChange::Added { on, day: in_words(day) }));
    found.sort_by_key(day_of);
    if let (Some(before), Some(after)) = (&before, &after) {
        let (before, after) = (rules_in_words(before), rules_in_words(after));
        if before != after {
            found.insert(0, HolidayChange::Rule { before, after });
        }
    }
    let (gone, added, moved) = counts;
    Changes { calendar: calendar.to_owned(), known: old.len(), gone, added, moved, changes: found }
}

/// Moves from both lists the pairs that are one holiday on a different date.
fn take_moved(
    gone: &mut Vec<(NaiveDate, &SpecialDay)>,
    added: &mut Vec<(NaiveDate, &SpecialDay)>,
) -> Vec<HolidayChange> {
    let mut moved = Vec::new();
    gone.retain(|(from, day)| {
        let is_it = |(to, new): &(NaiveDate, &SpecialDay)| {
            new.name == day.name && new.kind == day.kind && (*to - *from).abs() <= MOVED_WITHIN
        };
        let Some(at) = added.iter().position(is_it) else { return true };
        let (to, new) = added.remove(at);
        moved.push(HolidayChange::Moved { from: *from, to, day: in_words(new) });
        false
    });
    moved
}

fn day_of(change: &HolidayChange) -> NaiveDate {
    match change {
        HolidayChange::Added { on, .. } | HolidayChange::Gone { on, .. } | HolidayChange::Differs { on, .. } => *on,
        HolidayChange::Moved { from, .. } => *from,
        HolidayChange::Rule { .. } => NaiveDate::MIN,
    }
}

fn in_words(day: &SpecialDay) -> String {
    let kind = match day.kind {
        DayKind::Off => "",
        DayKind::Work => " (worked)",
        DayKind::Half => " (half day)",
    };
    let estimated = if day.estimated { " (estimated)" } else { "" };
    format!("{}{kind}{estimated}", day.name)
}

/// "Sat, Sun off, known 2015-01-01 to 2040-12-31, confirmed through 2026-12-31"
fn rules_in_words(parts: &CalendarParts) -> String {
    const NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let mut words = String::new();
    for rule in &parts.weekends {
        let off: Vec<&str> = NAMES.iter().zip(rule.off).filter(|(_, off)| *off).map(|(name, _)| *name).collect();
        words += &format!("{} off from {}, ", off.join(", "), rule.from);
    }
    let CalendarParts { known_from, known_through, confirmed_through, .. } = parts;
    words + &format!("known {known_from} to {known_through}, confirmed through {confirmed_through}")
}
