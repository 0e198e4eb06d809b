//! Deadlines: something owed, why, since when, until when, met when. One rule for all of them.

pub mod account;
pub mod clock;
mod deadline;
pub mod stored;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use strum::VariantArray;

use super::Instant;
use super::calendar::{Calendar, ChangedDays, Ledger, WorkingDays, difference};
use super::contract::{FlagAt, FlagStep};
use super::time::Zone;
use crate::variants::every;
pub use deadline::{Deadline, DeadlineCase, DeadlineSubject, DeadlineTerms, JudgedDeadline};

/// What a deadline is about: the thing owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[derive(strum::IntoStaticStr, VariantArray, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Owed {
    /// The visit of a slot, inside the slot's window (P01, P12).
    Visit,
    /// The training of a slot (P09, P10).
    Training,
    /// The record of a visit whose day has passed.
    Record,
    /// The report of a recorded visit, in the customer's hands (P04).
    Report,
}

impl Owed {
    pub const ALL: [Owed; Owed::VARIANTS.len()] = every(Owed::VARIANTS);

    /// The word in keys, lists and the store.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// Until when something is owed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "basis", rename_all = "lowercase")]
pub enum Due {
    /// Counted in working days, and explained.
    Counted { ledger: Ledger },
    /// The last day of a slot's window.
    Window { first_on: NaiveDate, last_on: NaiveDate },
    /// The last instant in time on a clock that counts no working days, and its day at the site.
    Timed { at: Instant, on: NaiveDate },
    /// The clock stands still, so that nobody can say yet.
    Held,
    /// The calendar does not know the days that the count needs: a line in the digest, judged again
    /// when the calendar changes.
    Unknown { why: String },
}

impl Due {
    /// The last day that is in time, at the site; None while it is held or unknown.
    #[must_use]
    pub fn on(&self) -> Option<NaiveDate> {
        match self {
            Due::Counted { ledger } => Some(ledger.due_on),
            Due::Window { last_on, .. } => Some(*last_on),
            Due::Timed { on, .. } => Some(*on),
            Due::Held | Due::Unknown { .. } => None,
        }
    }
}

/// How a changed calendar has moved a deadline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// The last day in time before, at the site; None where it could not be counted.
    pub was_on: Option<NaiveDate>,
    pub is_on: Option<NaiveDate>,
    /// Code and version of the calendar before and after.
    pub was_calendar: String,
    pub was_version: String,
    pub is_calendar: String,
    pub is_version: String,
    /// The days that made the difference; none where one of the two could not be counted.
    pub why: Vec<ChangedDays>,
}

impl Move {
    /// The move from one count to another, each with its calendar's code and version; None where the day is the same.
    #[must_use]
    pub fn between(was: &Due, was_by: (&str, &str), is: &Due, is_by: (&str, &str)) -> Option<Move> {
        if was.on() == is.on() {
            return None;
        }
        let why = match (was, is) {
            (Due::Counted { ledger: was }, Due::Counted { ledger: is }) => difference(was, is),
            (Due::Window { .. } | Due::Timed { .. } | Due::Held | Due::Unknown { .. } | Due::Counted { .. }, _) => {
                Vec::new()
            }
        };
        Some(Move {
            was_on: was.on(),
            is_on: is.on(),
            was_calendar: was_by.0.to_owned(),
            was_version: was_by.1.to_owned(),
            is_calendar: is_by.0.to_owned(),
            is_version: is_by.1.to_owned(),
            why,
        })
    }

    /// This move and a later one as one; None where the day came back to where it was.
    #[must_use]
    pub fn then(self, later: Move) -> Option<Move> {
        let mut why = self.why;
        why.extend(later.why);
        let both =
            Move { was_on: self.was_on, was_calendar: self.was_calendar, was_version: self.was_version, why, ..later };
        (both.was_on != both.is_on).then_some(both)
    }
}

/// How a deadline stands at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "standing", rename_all = "kebab-case")]
pub enum Standing {
    /// Owed, and there is time left. `seconds` until it is late.
    Open {
        seconds: i64,
    },
    /// Owed, and late. `seconds` since it is late.
    Late {
        seconds: i64,
    },
    Met,
    /// Met, but late by `seconds`.
    MetLate {
        seconds: i64,
    },
    /// The due day cannot be counted yet.
    Unknown,
    /// The clock stands still.
    Held,
    /// It is not owed any more.
    Withdrawn,
    /// A manager has waived it, and it was not met in time: neither kept nor broken.
    #[serde(rename = "excused")]
    Waived,
}

/// Why an open deadline is not held against anybody any more; it stays on file with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiver {
    pub at: Instant,
    /// Name of the manager.
    pub by: String,
    pub why: String,
}

/// Judges a deadline (rule for P01, P04, P09 alike): late from the first instant that is not in time any more.
///
/// `late_from` is 24:00 of the due day at the site.
#[must_use]
pub fn standing(late_from: Option<Instant>, met_at: Option<Instant>, now: Instant) -> Standing {
    match (late_from, met_at) {
        (None, None) => Standing::Unknown,
        (None, Some(_)) => Standing::Met,
        (Some(late), Some(met)) if met < late => Standing::Met,
        (Some(late), Some(met)) => Standing::MetLate { seconds: (met - late).num_seconds() },
        (Some(late), None) if now < late => Standing::Open { seconds: (late - now).num_seconds() },
        (Some(late), None) => Standing::Late { seconds: (now - late).num_seconds() },
    }
}

/// Judges a deadline that may have been waived: what was met in time was kept all the same, everything else that
/// is waived counts apart, so that a waiver makes nobody look better than they were (P31, P32).
#[must_use]
pub fn standing_with(
    waiver: Option<&Waiver>,
    late_from: Option<Instant>,
    met_at: Option<Instant>,
    now: Instant,
) -> Standing {
    match (standing(late_from, met_at, now), waiver) {
        (Standing::Met, _) => Standing::Met,
        (_, Some(_)) => Standing::Waived,
        (plain, None) => plain,
    }
}

/// A flag: one level of a deadline that was reached, raised once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flag {
    pub at: FlagAt,
    /// The day at the site on which the deadline reached the level, whenever it was noticed.
    pub dated: NaiveDate,
}

impl FlagAt {
    /// The level's word in keys and in the store: `before-1`, `on-the-day`, `late-3`.
    #[must_use]
    pub fn level(self) -> String {
        match self {
            FlagAt::Before(days) => format!("before-{}", days.0),
            FlagAt::OnTheDay => "on-the-day".to_owned(),
            FlagAt::Late(days) => format!("late-{}", days.0),
        }
    }
}

/// One level of a deadline, and when it is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    pub step: FlagStep,
    pub flag: Flag,
    pub reached_at: Instant,
}

/// Local hour at which people are told what is due; what is late is late from midnight.
const TOLD_AT_HOUR: u32 = 7;

/// The levels of a deadline due by the end of `due_on`, in the order in which they are reached.
///
/// Days before and on the day are reached at 07:00 at the site, lateness at 00:00. A level whose day the
/// calendar cannot count is left out, but for the first late one, which needs no calendar.
#[must_use]
pub fn levels(steps: &[FlagStep], due_on: NaiveDate, zone: &Zone, calendar: Option<&Calendar>) -> Vec<Level> {
    let told = |day: NaiveDate| zone.instant(day.and_hms_opt(TOLD_AT_HOUR, 0, 0).expect("an hour of the day"));
    let level = |step: &FlagStep| {
        let (dated, reached_at) = match step.at {
            FlagAt::Before(days) => calendar?.nth_before(due_on, days).ok().map(|day| (day, told(day)))?,
            FlagAt::OnTheDay => (due_on, told(due_on)),
            FlagAt::Late(WorkingDays(0 | 1)) => (due_on.succ_opt()?, zone.end_of(due_on)),
            FlagAt::Late(days) => calendar?.nth_after(due_on, days).ok().map(|day| (day, zone.start_of(day)))?,
        };
        Some(Level { step: step.clone(), flag: Flag { at: step.at, dated }, reached_at })
    };
    let mut levels: Vec<Level> = steps.iter().filter_map(level).collect();
    levels.sort_by_key(|level| level.reached_at);
    levels
}

/// How many working days late something is on `today`: at least 1 from the day after `due_on` on.
///
/// Days that the calendar does not know count by their number, so that lateness is never hidden.
#[must_use]
pub fn days_late(due_on: NaiveDate, today: NaiveDate, calendar: Option<&Calendar>) -> u32 {
    if today <= due_on {
        return 0;
    }
    calendar
        .and_then(|calendar| calendar.count(due_on, today).ok())
        .unwrap_or_else(|| u32::try_from((today - due_on).num_days()).unwrap_or(u32::MAX))
        .max(1)
}
