//! Deadlines: what is owed, why, since when, until when, and met when. One rule for all of them.

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

/// The kinds of things that are owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[derive(strum::EnumString, strum::IntoStaticStr, VariantArray, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Owed {
    /// The visit for a slot, within its window (P01, P12).
    Visit,
    /// The training for a slot (P09, P10).
    Training,
    /// The record of a visit whose day has passed.
    Record,
    /// The delivered report of a recorded visit (P04).
    Report,
}

impl Owed {
    pub const ALL: [Owed; Owed::VARIANTS.len()] = every(Owed::VARIANTS);

    /// The word used in keys, lists and the store.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// Until when something is owed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "basis", rename_all = "lowercase")]
pub enum Due {
    /// Counted in working days, with its explanation.
    Counted { ledger: Ledger },
    /// The window of a slot.
    Window { first_on: NaiveDate, last_on: NaiveDate },
    /// The last instant in time on a clock that does not count working days, and its day at the site.
    Timed { at: Instant, on: NaiveDate },
    /// The clock is paused, so the end is unknown.
    Held,
    /// The calendar does not know the days that are needed: it is listed in the digest, and judged again when the
    /// calendar changes.
    Unknown { why: String },
}

impl Due {
    /// The last day in time, at the site; `None` if held or unknown.
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

/// How a calendar change has moved a deadline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// The previous last day in time, at the site; `None` if it could not be counted.
    pub was_on: Option<NaiveDate>,
    pub is_on: Option<NaiveDate>,
    /// Code and version of the calendar, before and after.
    pub was_calendar: String,
    pub was_version: String,
    pub is_calendar: String,
    pub is_version: String,
    /// The days that explain the difference; empty if one of the two could not be counted.
    pub why: Vec<ChangedDays>,
}

impl Move {
    /// The move between two counts, each with its calendar's code and version; `None` if the day is the same.
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

    /// Combines this move with a later one; `None` if the day is back where it was.
    #[must_use]
    pub fn then(self, later: Move) -> Option<Move> {
        let mut why = self.why;
        why.extend(later.why);
        let both =
            Move { was_on: self.was_on, was_calendar: self.was_calendar, was_version: self.was_version, why, ..later };
        (both.was_on != both.is_on).then_some(both)
    }
}

/// The standing of a deadline at a given instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "standing", rename_all = "kebab-case")]
pub enum Standing {
    /// Owed, and not late yet. `seconds` until it is late.
    Open {
        seconds: i64,
    },
    /// Owed, and late for `seconds`.
    Late {
        seconds: i64,
    },
    Met,
    /// Met, `seconds` late.
    MetLate {
        seconds: i64,
    },
    /// The due day cannot be counted yet.
    Unknown,
    /// The clock is paused.
    Held,
    /// No longer owed.
    Withdrawn,
    /// Waived by a manager, and not met in time: neither kept nor broken.
    #[serde(rename = "excused")]
    Waived,
}

/// Why an open deadline is not held against anybody any more; stored with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiver {
    pub at: Instant,
    /// The manager's name.
    pub by: String,
    pub why: String,
}

/// Judges a deadline (the same rule for P01, P04 and P09): it is late from the first instant that is no longer in time.
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

/// Judges a deadline that may have been waived. If it was met in time it still counts as kept; otherwise a waived
/// deadline counts separately, so that a waiver never improves anybody's record (P31, P32).
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

/// A flag: raised once when a deadline reaches a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flag {
    pub at: FlagAt,
    /// The day at the site on which the deadline reached the step, whenever this was noticed.
    pub dated: NaiveDate,
}

impl FlagAt {
    /// The step's word in keys and in the store: `before-1`, `on-the-day`, `late-3`.
    #[must_use]
    pub fn level(self) -> String {
        match self {
            FlagAt::Before(days) => format!("before-{}", days.0),
            FlagAt::OnTheDay => "on-the-day".to_owned(),
            FlagAt::Late(days) => format!("late-{}", days.0),
        }
    }
}

/// A step of a deadline, and when it is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    pub step: FlagStep,
    pub flag: Flag,
    pub reached_at: Instant,
}

/// The local hour at which people are told what is due; lateness counts from midnight.
const TOLD_AT_HOUR: u32 = 7;

/// The steps of a deadline due by the end of `due_on`, in the order in which they are reached.
///
/// Steps before and on the last day are reached at 07:00 at the site, late ones at 00:00. A step whose day the calendar
/// cannot count is left out, except the first late one, which needs no calendar.
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
/// If the calendar does not know the days, all days are counted, so that lateness is never hidden.
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
