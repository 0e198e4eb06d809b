//! The review: how a week or a month went, and what is ahead (P31).

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};
use strum::VariantArray;

use super::{Compliance, PhaseLine};
use crate::Instant;
use crate::ids::ManagerCode;
use crate::promises::Owed;
use crate::variants::every;

/// Which digests a manager gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[derive(strum::IntoStaticStr, VariantArray, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Rhythm {
    /// On each working day: what to decide.
    Daily,
    /// On the first working day of a week: how the last week went.
    Weekly,
    /// On the first working day of a month: how the last month went.
    Monthly,
}

impl Rhythm {
    pub const ALL: [Rhythm; Rhythm::VARIANTS.len()] = every(Rhythm::VARIANTS);

    /// The word used in files and columns.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// The period that a review covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[derive(strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Period {
    /// Monday to Sunday.
    Week,
    Month,
}

impl Period {
    /// The period's word, which is part of the key of a review's letter.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// The first day of the period that contains `day`.
    #[must_use]
    pub fn first_day(self, day: NaiveDate) -> NaiveDate {
        match self {
            Period::Week => day - Days::new(u64::from(day.weekday().num_days_from_monday())),
            Period::Month => day.with_day(1).expect("every month has a first day"),
        }
    }

    /// The first day of the period that is `periods` before the one beginning on `first`.
    #[must_use]
    pub fn before(self, first: NaiveDate, periods: u32) -> NaiveDate {
        match self {
            Period::Week => first - Days::new(7 * u64::from(periods)),
            Period::Month => first - Months::new(periods),
        }
    }

    /// The first day of the period following the one that begins on `first`.
    #[must_use]
    pub fn next(self, first: NaiveDate) -> NaiveDate {
        match self {
            Period::Week => first + Days::new(7),
            Period::Month => first + Months::new(1),
        }
    }
}

/// One manager's review of one period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Review {
    pub manager: ManagerCode,
    pub manager_name: String,
    pub period: Period,
    /// First and last day of the period, in the manager's time zone.
    pub from: NaiveDate,
    pub through: NaiveDate,
    pub written_at: Instant,
    pub whole: Compliance,
    /// The previous periods and this one, oldest first.
    pub trend: Vec<Compliance>,
    pub by_kind: Vec<(Owed, Compliance)>,
    /// Customers with the most broken promises first.
    pub by_customer: Vec<(String, Compliance)>,
    pub by_engineer: Vec<(String, Compliance)>,
    /// Visits planned or booked for the period that has just begun.
    pub visits_ahead: u32,
    pub trainings_ahead: u32,
    /// Windows without a visit that end in that period.
    pub windows_without_visit: u32,
    pub phases: Vec<PhaseLine>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_week_begins_on_monday_and_a_month_on_its_first() {
        assert_eq!(Period::Week.first_day(day("2026-03-01")), day("2026-02-23"));
        assert_eq!(Period::Week.first_day(day("2026-03-02")), day("2026-03-02"));
        assert_eq!(Period::Month.first_day(day("2026-03-31")), day("2026-03-01"));
        assert_eq!(Period::Month.before(day("2026-03-01"), 1), day("2026-02-01"));
        assert_eq!(Period::Week.before(day("2026-03-02"), 2), day("2026-02-16"));
        assert_eq!(Period::Month.next(day("2026-12-01")), day("2027-01-01"));
    }
}
