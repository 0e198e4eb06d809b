//! Working days, and the ledger that explains how they were counted (P04, and every promise with the clock `wd`).

mod combined;
mod days;
mod difference;
mod ledger;
mod observance;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use combined::Pair;
pub use combined::Together;
use days::WorkedDays;
pub use difference::{ChangedDays, Says, difference};
pub use ledger::{Ledger, LedgerLine, Why};
pub use observance::{Observance, Observed};

/// A number of working days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WorkingDays(pub u32);

/// What to do if a nominal day is not a working day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RollConvention {
    Following,
    Preceding,
    /// Following, unless that leaves the month: then preceding.
    ModifiedFollowing,
    /// Preceding, unless that leaves the month: then following.
    ModifiedPreceding,
    /// The nearer of both; forward in a tie.
    Nearest,
}

/// Whether people work on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DayKind {
    /// A make-up working day, if it is listed explicitly.
    Work,
    /// Counts as a working day unless [`HalfDays::Skip`] is set.
    Half,
    Off,
}

/// The source of what is known about a day; later layers override earlier ones.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[derive(strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Layer {
    Weekend,
    Country,
    Subdivision,
    /// A town's own days, which are in no published table: towns in Spain have two a year.
    Municipality,
    Company,
    Customer,
    Site,
    /// An engineer's own days.
    Engineer,
}

impl Layer {
    /// The word used in lists, texts and the store.
    #[must_use]
    pub fn word(&self) -> &'static str {
        self.into()
    }
}

/// Whether half days count as working days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HalfDays {
    /// They count.
    #[default]
    Count,
    /// They do not count.
    Skip,
}

/// A day that differs from what its weekday suggests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpecialDay {
    pub kind: DayKind,
    pub name: String,
    pub layer: Layer,
    /// The date is computed, not published yet (next year's lunar holidays, next year's bridge days).
    pub estimated: bool,
}

/// What a day is, for the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DayIs<'a> {
    /// An ordinary working weekday.
    Worked,
    /// A weekly day off.
    Weekend,
    /// Listed explicitly.
    Special(&'a SpecialDay),
}

/// The working days of one place. Immutable and cheap to clone; made by `holidays`.
#[derive(Debug, Clone)]
pub struct Calendar {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    parts: CalendarParts,
    half_days: HalfDays,
    /// The two calendars that this one combines, if any.
    pair: Option<Pair>,
    /// Whether each known day counts.
    worked: WorkedDays,
}

/// Which weekdays are off, from a given day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeekendRule {
    pub from: NaiveDate,
    /// Starting with Monday; true = off.
    pub off: [bool; 7],
}

/// Everything that a calendar is made from.
#[derive(Debug, Clone)]
pub struct CalendarParts {
    /// `ES-MD`, or `ES-MD+site:KSPA` if closures are added.
    pub code: String,
    /// Short hash of the contents, stored with every deadline.
    pub version: String,
    /// First and last day for which the calendar knows the holidays.
    pub known_from: NaiveDate,
    pub known_through: NaiveDate,
    /// The last day with published holidays; later ones are estimated.
    pub confirmed_through: NaiveDate,
    /// Sorted by [`Calendar::new`]. The first one also applies before its `from`; if the list is empty, no weekday is
    /// off.
    pub weekends: Vec<WeekendRule>,
    /// Days that differ from their weekday; if several layers list a day, the last one.
    pub special: BTreeMap<NaiveDate, SpecialDay>,
}

/// The count needs holidays that the calendar does not know; no date is better than a wrong one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error(
    "calendar {calendar} knows no holidays on {day} (it knows {known_from} to {known_through}); update the calendar"
)]
pub struct UnknownHolidays {
    pub calendar: String,
    pub day: NaiveDate,
    pub known_from: NaiveDate,
    pub known_through: NaiveDate,
}

/// The end of the known days, reached by a search that found no working day.
type Edge = NaiveDate;

impl Calendar {
    /// Determines the state of every known day once, so that later questions take only a few lookups.
    #[must_use]
    pub fn new(parts: CalendarParts) -> Calendar {
        Calendar::made(parts, HalfDays::Count, None)
    }
    /// The same days, with half days counted or not.
    #[must_use]
    pub fn with_half_days(&self, half_days: HalfDays) -> Calendar {
        if self.inner.half_days == half_days {
            return self.clone();
        }
        Calendar::made(self.inner.parts.clone(), half_days, self.inner.pair.clone())
    }

    fn made(mut parts: CalendarParts, half_days: HalfDays, pair: Option<Pair>) -> Calendar {
        parts.weekends.sort_by_key(|rule| rule.from);
        let days = parts.known_from.iter_days().take_while(|day| *day <= parts.known_through);
        let worked = WorkedDays::among(days.map(|day| {
            let is = match (parts.special.get(&day).map(|special| special.kind), half_days) {
                (Some(DayKind::Work), HalfDays::Count | HalfDays::Skip) => Worked::Yes,
                (Some(DayKind::Half), HalfDays::Count) => Worked::Yes,
                (Some(DayKind::Half), HalfDays::Skip) => Worked::No,
                (Some(DayKind::Off), HalfDays::Count | HalfDays::Skip) => Worked::No,
                (None, HalfDays::Count | HalfDays::Skip) if is_weekly_off(&parts.weekends, day) => Worked::No,
                (None, HalfDays::Count | HalfDays::Skip) => Worked::Yes,
            };
            (day, is)
        }));
        Calendar { inner: Arc::new(Inner { parts, half_days, pair, worked }) }
    }
    /// The code by which contracts and sites refer to the calendar: `ES-MD`.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.inner.parts.code
    }
    /// The version of the calendar's days, stored with each deadline that was counted with them.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.inner.parts.version
    }
    /// What the calendar was made from.
    #[must_use]
    pub fn parts(&self) -> &CalendarParts {
        &self.inner.parts
    }
    /// The last day whose holidays the calendar knows.
    #[must_use]
    pub fn known_through(&self) -> NaiveDate {
        self.inner.parts.known_through
    }
    /// What the calendar says about `day`.
    ///
    /// # Errors
    /// [`UnknownHolidays`] outside the known years.
    pub fn day(&self, day: NaiveDate) -> Result<DayIs<'_>, UnknownHolidays> {
        self.worked_at(day)?;
        let parts = &self.inner.parts;
        Ok(match parts.special.get(&day) {
            Some(special) => DayIs::Special(special),
            None if is_weekly_off(&parts.weekends, day) => DayIs::Weekend,
            None => DayIs::Worked,
        })
    }
    /// Whether `day` counts as a working day.
    ///
    /// # Errors
    /// [`UnknownHolidays`]
    pub fn is_working(&self, day: NaiveDate) -> Result<bool, UnknownHolidays> {
        Ok(self.worked_at(day)? == Worked::Yes)
    }
    /// Whether the weekday of `day` is a weekly day off, even if the day itself is listed.
    #[must_use]
    pub fn is_weekly_day_off(&self, day: NaiveDate) -> bool {
        is_weekly_off(&self.inner.parts.weekends, day)
    }
    /// Whether a computed date, such as a lunar holiday not announced yet, changes the state of `day`.
    ///
    /// A computed holiday on a weekly day off changes nothing. Whole years that are not published yet are a different
    /// matter: see [`Calendar::is_provisional`].
    #[must_use]
    pub fn is_estimated(&self, day: NaiveDate) -> bool {
        if let Some(pair) = &self.inner.pair {
            return pair.is_estimated(day);
        }
        let parts = &self.inner.parts;
        parts.special.get(&day).is_some_and(|special| {
            special.estimated && (special.kind == DayKind::Off) != is_weekly_off(&parts.weekends, day)
        })
    }
    /// Whether what is known about `day` may still change: it is after the last published day, or is marked as
    /// computed, even on a weekly day off (the announcement may move it to a neighbouring day).
    #[must_use]
    pub fn is_provisional(&self, day: NaiveDate) -> bool {
        if let Some(pair) = &self.inner.pair {
            return pair.is_provisional(day);
        }
        let parts = &self.inner.parts;
        day > parts.confirmed_through || parts.special.get(&day).is_some_and(|special| special.estimated)
    }
    /// The nth working day after `day`, which is not counted itself; for n = 0, `day` if it is a working day, or else
    /// the next working day.
    ///
    /// # Errors
    /// [`UnknownHolidays`]
    pub fn nth_after(&self, day: NaiveDate, n: WorkingDays) -> Result<NaiveDate, UnknownHolidays> {
        if n == WorkingDays(0) {
            return self.next_worked(day).map_err(|edge| self.unknown(edge));
        }
        match self.inner.worked.nth_after(day, n.0) {
            Some(due) => Ok(due),
            None => match day.succ_opt() {
                Some(next) if self.inner.worked.knows(next) => Err(self.unknown(self.day_after_known())),
                Some(next) => Err(self.unknown(next)),
                None => Err(self.unknown(day)),
            },
        }
    }
    /// The nth working day before `day`, which is not counted itself; for n = 0, `day` if it is a working day, or else
    /// the previous working day.
    ///
    /// # Errors
    /// [`UnknownHolidays`]
    pub fn nth_before(&self, day: NaiveDate, n: WorkingDays) -> Result<NaiveDate, UnknownHolidays> {
        if n == WorkingDays(0) {
            return self.last_worked(day).map_err(|edge| self.unknown(edge));
        }
        let worked = &self.inner.worked;
        let before = match day.pred_opt() {
            Some(last) if worked.knows(last) => worked.before(day),
            Some(last) => return Err(self.unknown(last)),
            None => return Err(self.unknown(day)),
        };
        let rank = before.checked_sub(n.0 - 1).filter(|rank| *rank > 0);
        rank.and_then(|rank| worked.nth(rank)).ok_or_else(|| self.unknown(self.day_before_known()))
    }
    /// The number of working days in (`after`, `through`]; 0 if `through` is not later.
    ///
    /// # Errors
    /// [`UnknownHolidays`]
    pub fn count(&self, after: NaiveDate, through: NaiveDate) -> Result<u32, UnknownHolidays> {
        if through <= after {
            return Ok(0);
        }
        let first = after.succ_opt().expect("a later day exists: through");
        self.worked_at(first)?;
        self.worked_at(through)?;
        let worked = &self.inner.worked;
        Ok(worked.before(through) + u32::from(worked.at(through) == Some(Worked::Yes)) - worked.before(first))
    }
    /// `day` if it is a working day, or else the day determined by the convention.
    ///
    /// # Errors
    /// [`UnknownHolidays`]
    pub fn roll(&self, day: NaiveDate, how: RollConvention) -> Result<NaiveDate, UnknownHolidays> {
        self.worked_at(day)?;
        let next = self.next_worked(day);
        let last = self.last_worked(day);
        let found = match how {
            RollConvention::Following => next,
            RollConvention::Preceding => last,
            RollConvention::ModifiedFollowing if leaves_the_month(day, next) => last,
            RollConvention::ModifiedFollowing => next,
            RollConvention::ModifiedPreceding if leaves_the_month(day, last) => next,
            RollConvention::ModifiedPreceding => last,
            RollConvention::Nearest if distance(day, next) <= distance(day, last) => next,
            RollConvention::Nearest => last,
        };
        found.map_err(|edge| self.unknown(edge))
    }
    /// Like [`Calendar::nth_after`], with the ledger (P04).
    ///
    /// # Errors
    /// [`UnknownHolidays`]
    pub fn due(&self, from: NaiveDate, within: WorkingDays) -> Result<Ledger, UnknownHolidays> {
        let due_on = self.nth_after(from, within)?;
        Ok(ledger::explain(self, from, within, due_on))
    }

    fn worked_at(&self, day: NaiveDate) -> Result<Worked, UnknownHolidays> {
        self.inner.worked.at(day).ok_or_else(|| self.unknown(day))
    }
    /// The first working day from `day` on, or the first day that is not known.
    fn next_worked(&self, day: NaiveDate) -> Result<NaiveDate, Edge> {
        let worked = &self.inner.worked;
        if !worked.knows(day) {
            return Err(day);
        }
        worked.nth(worked.before(day) + 1).ok_or_else(|| self.day_after_known())
    }
    /// The last working day up to `day`, or the first unknown day in backward direction.
    fn last_worked(&self, day: NaiveDate) -> Result<NaiveDate, Edge> {
        let worked = &self.inner.worked;
        let rank = match worked.at(day) {
            Some(Worked::Yes) => return Ok(day),
            Some(Worked::No) => worked.before(day),
            None => return Err(day),
        };
        let found = if rank == 0 { None } else { worked.nth(rank) };
        found.ok_or_else(|| self.day_before_known())
    }
    fn day_after_known(&self) -> NaiveDate {
        self.inner.parts.known_through.succ_opt().unwrap_or(NaiveDate::MAX)
    }
    fn day_before_known(&self) -> NaiveDate {
        self.inner.parts.known_from.pred_opt().unwrap_or(NaiveDate::MIN)
    }
    fn unknown(&self, day: NaiveDate) -> UnknownHolidays {
        let parts = &self.inner.parts;
        UnknownHolidays {
            calendar: parts.code.clone(),
            day,
            known_from: parts.known_from,
            known_through: parts.known_through,
        }
    }
}

/// Whether a day counts as a working day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Worked {
    Yes,
    No,
}

fn is_weekly_off(weekends: &[WeekendRule], day: NaiveDate) -> bool {
    let in_force = weekends.partition_point(|rule| rule.from <= day).saturating_sub(1);
    weekends.get(in_force).is_some_and(|rule| rule.off[day.weekday().num_days_from_monday() as usize])
}

/// Whether a roll ends in another month; reaching the end of the known days in another month counts, too.
fn leaves_the_month(day: NaiveDate, rolled: Result<NaiveDate, Edge>) -> bool {
    let (Ok(other) | Err(other)) = rolled;
    (other.year(), other.month()) != (day.year(), day.month())
}

/// The number of days between; if the roll reached the end of the known days, a lower bound.
fn distance(day: NaiveDate, rolled: Result<NaiveDate, Edge>) -> i64 {
    let (Ok(other) | Err(other)) = rolled;
    (other - day).num_days().abs()
}

#[cfg(test)]
mod tests;
