//! Working days, and the ledger that explains a count (P04 and every promise with the clock `wd`).

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A number of working days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WorkingDays(pub u32);

/// What to do with a nominal day that is not worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RollConvention {
    Following,
    Preceding,
    /// Following, unless that leaves the month: then preceding.
    ModifiedFollowing,
    /// Preceding, unless that leaves the month: then following.
    ModifiedPreceding,
    /// The nearer of both; a tie goes forward.
    Nearest,
}

/// How a day is worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DayKind {
    /// A make-up working day, when it is listed for itself.
    Work,
    /// Counts as a working day.
    Half,
    Off,
}

/// Where what is known of a day comes from; a later layer wins over an earlier one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    Weekend,
    Country,
    Subdivision,
    Company,
    Customer,
    Site,
}

/// A day that differs from its weekday.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpecialDay {
    pub kind: DayKind,
    pub name: String,
    pub layer: Layer,
    /// The date is computed, not published yet (next year's moon, next year's bridge days).
    pub estimated: bool,
}

/// One day in the ledger's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DayIs<'a> {
    /// An ordinary working weekday.
    Worked,
    /// The weekly day off.
    Weekend,
    /// Listed for itself.
    Special(&'a SpecialDay),
}

/// The working days of one place. Immutable; made by `holidays`, cheap to clone.
#[derive(Debug, Clone)]
pub struct Calendar {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    code: String,
    version: String,
    known_from: NaiveDate,
    known_through: NaiveDate,
    confirmed_through: NaiveDate,
    weekends: Vec<WeekendRule>,
    special: BTreeMap<NaiveDate, SpecialDay>,
}

/// Which weekdays are off, from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeekendRule {
    pub from: NaiveDate,
    /// Monday first; true = off.
    pub off: [bool; 7],
}

/// Everything that a calendar is made of.
#[derive(Debug, Clone)]
pub struct CalendarParts {
    /// `ES-MD`, or `ES-MD+site:KSPA` where closures are added.
    pub code: String,
    /// Short hash of the content, kept on every stored deadline.
    pub version: String,
    /// First and last day that the calendar knows holidays of.
    pub known_from: NaiveDate,
    pub known_through: NaiveDate,
    /// Last day whose holidays are published; later ones are estimated.
    pub confirmed_through: NaiveDate,
    pub weekends: Vec<WeekendRule>,
    pub special: BTreeMap<NaiveDate, SpecialDay>,
}

/// The count would need holidays that the calendar does not know: no date is better than a wrong one.
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

/// How a due day was counted: every day counted, every day skipped, and why. Stored as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    pub calendar: String,
    pub version: String,
    /// The day that the clock started; not counted itself.
    pub from: NaiveDate,
    pub within: WorkingDays,
    /// The last day that is still in time.
    pub due_on: NaiveDate,
    /// True where a year is involved whose holidays are not published yet.
    pub provisional: bool,
    /// In order of days, from the day after `from` through `due_on`, without gaps.
    pub lines: Vec<LedgerLine>,
}

/// A run of days that are explained alike (a counted day is a run of its own).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerLine {
    pub from: NaiveDate,
    pub through: NaiveDate,
    #[serde(flatten)]
    pub why: Why,
}

/// Why a day counts, or does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "kebab-case")]
pub enum Why {
    /// The nth working day; `name` where the day is listed (a make-up or half day).
    Counted {
        n: u32,
        #[serde(skip_serializing_if = "Option::is_none")]
        special: Option<SpecialDay>,
    },
    /// A weekly day off.
    Weekend,
    /// A holiday or closure.
    Off { special: SpecialDay },
}

impl Calendar {
    #[must_use]
    pub fn new(parts: CalendarParts) -> Calendar {
        todo!()
    }
    #[must_use]
    pub fn code(&self) -> &str {
        &self.inner.code
    }
    #[must_use]
    pub fn version(&self) -> &str {
        &self.inner.version
    }
    /// What the calendar says of `day`.
    ///
    /// # Errors
    /// [`UnknownHolidays`] outside the years that it knows.
    pub fn day(&self, day: NaiveDate) -> Result<DayIs<'_>, UnknownHolidays> {
        todo!()
    }
    /// # Errors
    /// [`UnknownHolidays`]
    pub fn is_working(&self, day: NaiveDate) -> Result<bool, UnknownHolidays> {
        todo!()
    }
    /// Whether `day`'s holidays are only estimated.
    #[must_use]
    pub fn is_estimated(&self, day: NaiveDate) -> bool {
        day > self.inner.confirmed_through
    }
    /// The nth working day after `day`, which is not counted; n = 0 is `day` itself if worked, else the next.
    ///
    /// # Errors
    /// [`UnknownHolidays`]
    pub fn nth_after(&self, day: NaiveDate, n: WorkingDays) -> Result<NaiveDate, UnknownHolidays> {
        todo!()
    }
    /// The nth working day before `day`, which is not counted.
    ///
    /// # Errors
    /// [`UnknownHolidays`]
    pub fn nth_before(&self, day: NaiveDate, n: WorkingDays) -> Result<NaiveDate, UnknownHolidays> {
        todo!()
    }
    /// How many working days lie in (`after`, `through`].
    ///
    /// # Errors
    /// [`UnknownHolidays`]
    pub fn count(&self, after: NaiveDate, through: NaiveDate) -> Result<u32, UnknownHolidays> {
        todo!()
    }
    /// `day` if worked, else the day that the convention names.
    ///
    /// # Errors
    /// [`UnknownHolidays`]
    pub fn roll(&self, day: NaiveDate, how: RollConvention) -> Result<NaiveDate, UnknownHolidays> {
        todo!()
    }
    /// As [`Calendar::nth_after`], with the ledger (P04).
    ///
    /// # Errors
    /// [`UnknownHolidays`]
    pub fn due(&self, from: NaiveDate, within: WorkingDays) -> Result<Ledger, UnknownHolidays> {
        todo!()
    }
}
