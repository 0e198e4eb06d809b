//! Deadlines on any clock: terms, a history of events, and one pure function that judges the history by the terms.
//!
//! Working days, calendar days, elapsed time, working hours, windows of days and fixed instants are variants of one
//! type ([`Allowed`]). [`judge`] determines when a deadline is late, its standing, how that was computed, and which
//! steps were reached. No sums are stored: every change of the history judges it again, and [`recount`] finds what has
//! to be withdrawn as a result. The rules are numbered as in the published format (`tests/vectors/CLOCK.md`).

mod bounds;
mod days;
mod history;
mod opening;
mod possible;
mod recount;
mod replay;
mod steps;
mod timed;
pub mod vector;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use chrono::{NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};

use super::Instant;
use crate::calendar::{Calendar, SpecialDay, UnknownHolidays, WorkingDays};
use crate::contract::{FlagAt, Tell};
use crate::time::Zone;
pub use history::{Happened, Happening, History, LevelHow, NotAHistory, Refusal, RefusedEvent};
pub use possible::{WorkSpan, WorkingHours};
pub use recount::{Raised, Recount, TakenBack, TakenBackWhy, recount};

/// A number of minutes on a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Minutes(pub u32);

/// A number of calendar days, whether working days or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CalendarDays(pub u32);

/// How much time is allowed, and on which clock. Minutes are at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "clock", content = "allowed", rename_all = "kebab-case")]
pub enum Allowed {
    /// Elapsed time; zone and calendar are irrelevant (rule 2).
    Elapsed(Minutes),
    /// Within the working hours of working days at the place (rule 8).
    Hours(Minutes),
    /// Until the end of the nth working day after the starting day (rule 14).
    WorkingDays(WorkingDays),
    /// Until the end of the nth calendar day after the starting day (rule 14).
    CalendarDays(CalendarDays),
    /// Until the end of the last day of a window, at the place; pauses do not extend it.
    Window {
        /// The first day on which it may be done.
        first_on: NaiveDate,
        /// The last day in time.
        last_on: NaiveDate,
    },
    /// Until an agreed instant, inclusive; pauses do not extend it.
    Until(Instant),
}

/// The terms by which a deadline is judged, as of the day it was opened; stored with it, so that a changed plan does
/// not change what was promised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockTerms {
    /// The allowance of the first opening.
    pub allowed: Allowed,
    /// Reasons that pause the clock.
    pub pausable: BTreeSet<String>,
    /// The steps for this kind of thing owed; numbered in this order.
    pub steps: Vec<ClockStep>,
}

/// A step of reminding and escalating, on any clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockStep {
    /// When it is reached.
    pub at: StepAt,
    /// Who is told; sorted, without duplicates.
    pub tell: Vec<Tell>,
}

/// When a step is reached (rule 20).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "when", content = "count", rename_all = "kebab-case")]
pub enum StepAt {
    /// When at most this much running time is left; on clocks of days, elapsed time.
    Before(Minutes),
    /// At the first late instant.
    AtDue,
    /// This much possible running time after the due instant; on clocks of days, elapsed time.
    After(Minutes),
    /// By working days: steps before and on the last day at 07:00 at the place, late ones at 00:00.
    Day(FlagAt),
}

/// The place where a clock runs, as known on the day that it is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Locality<'a> {
    /// The local time that counts.
    pub zone: &'a Zone,
    /// The working days; needed by clocks of working days and working hours.
    pub calendar: Option<&'a Calendar>,
    /// The working hours of working days; needed by clocks of working hours.
    pub hours: Option<&'a WorkingHours>,
}

/// The result of judging a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// In order, earliest first; never empty (rule 7).
    pub openings: Vec<JudgedOpening>,
    /// Events that were refused when they were noted, in that order (rule 5).
    pub refused: Vec<RefusedEvent>,
}

/// One opening of a deadline, beginning with the call or with a reopening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgedOpening {
    pub began_at: Instant,
    pub standing: OpeningStanding,
    /// How it ended, whatever its standing.
    pub ended: Option<OpeningEnded>,
    /// Until when it is owed.
    pub limit: TimeLimit,
    /// The paused time during which the clock could have run (rule 18).
    pub paused: TimeDelta,
    /// The steps reached so far, in the order of the terms.
    pub reached: Vec<ReachedStep>,
    /// Future steps with a known instant, in the order of the terms.
    pub ahead: Vec<ReachedStep>,
    /// When to judge again if nothing happens: at the next step or the first late instant. A hint (invariant 9).
    pub next_at: Option<Instant>,
}

/// How an opening ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpeningEnded {
    /// What was owed was done.
    Met { at: Instant },
    /// Whoever asked for it no longer wants it.
    Withdrawn { at: Instant },
}

/// Until when something is owed, with the computation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimeLimit {
    /// The last instant in time is 1 ms before `late_from`, on every clock (rule 1).
    Known {
        /// The first late instant.
        late_from: Instant,
        /// How the time until then was spent.
        ledger: ClockLedger,
    },
    /// Unknown because of a pause that has not ended (rule 16).
    Held,
    /// The place's calendar or working hours are insufficient.
    Unknown {
        /// What is missing.
        why: CannotReckon,
    },
}

/// Why a time cannot be computed; no date is better than a wrong one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum CannotReckon {
    /// The count needs days that the calendar does not know.
    #[error(transparent)]
    Holidays(UnknownHolidays),
    /// The place has no calendar, which working days and hours need.
    #[error("working days are owed, and the place has no calendar; give it one")]
    NoCalendar,
    /// The place has no working hours.
    #[error("working hours are owed, and the place has none; give it windows")]
    NoHours,
}

/// The standing of an opening. Times are exact to the millisecond.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpeningStanding {
    /// Owed, with this much time left on its clock (rule 17).
    Open { left: TimeDelta },
    /// Owed, and late by this much possible running time, paused or not.
    Late { by: TimeDelta },
    /// Met in time.
    Met {
        /// When it happened, whenever it was noted.
        at: Instant,
        noted: WhenNoted,
    },
    /// Met after the due instant.
    MetLate { at: Instant, by: TimeDelta },
    /// Paused, so that the due instant is unknown. `left` is the remaining time if the pause ended now; unknown on
    /// clocks of days.
    Held { left: Option<TimeDelta> },
    /// Withdrawn by whoever asked for it; `late_by` if it was already late.
    Withdrawn { at: Instant, late_by: Option<TimeDelta> },
    /// Owed, and the due instant cannot be computed.
    Unknown,
    /// Waived by a manager, and not met in time: neither kept nor broken.
    Waived,
}

/// Whether something met in time was also noted in time; it counts as kept, but is reported separately (rule 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenNoted {
    /// Before it would have been late.
    InTime,
    /// When it already counted as late.
    Late,
}

/// A step that was reached, dated by the history as known now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReachedStep {
    /// Its index in the terms.
    pub step: usize,
    pub at: Instant,
}

/// How the time from the start of an opening to its due instant was spent, without gaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClockLedger {
    /// For clocks of minutes and fixed instants.
    Time(Vec<Stretch>),
    /// For clocks of days: from the day after the start through the last day. Empty for a window.
    Days(Vec<DayStretch>),
}

/// A span of time in a ledger; [from, until).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    pub from: Instant,
    pub until: Instant,
    pub clock: ClockDid,
}

/// What a clock did during a span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockDid {
    /// It ran, and the stretch counts.
    Ran,
    /// It could have run, but was paused.
    Paused,
    /// It could not run: outside working hours.
    Closed,
}

/// A run of days with the same explanation; each counted day is a run of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayStretch {
    pub from: NaiveDate,
    pub through: NaiveDate,
    pub why: DayWhy,
}

/// Why a day counts or not, on a clock of days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DayWhy {
    /// The nth day.
    Counted {
        n: u32,
        /// The calendar's entry for the day: a make-up or half day.
        special: Option<SpecialDay>,
    },
    /// A weekly day off.
    Weekend,
    /// A holiday or closure.
    Off { special: SpecialDay },
    /// Partly paused (rule 15).
    Paused,
    /// Skipped by the time zone, so that nobody could work on it.
    LeftOut,
}

/// Judges a history by its terms, as known at `now`. Pure: the same input gives the same result.
///
/// `now` must not precede the `noted_at` of any event.
#[must_use]
pub fn judge(terms: &ClockTerms, place: Locality<'_>, history: &History, now: Instant) -> Judgement {
    let (openings, refused) = replay::replay(terms, history);
    let judged: Vec<JudgedOpening> = openings.iter().map(|opened| opening::judged(terms, place, opened, now)).collect();
    let mut judgement = Judgement { openings: judged, refused };
    if let Some(excuse) = &history.waived {
        judgement.waive(excuse.at);
    }
    judgement
}

impl Judgement {
    /// The last opening, which is meant unless another is named.
    #[must_use]
    pub fn last(&self) -> &JudgedOpening {
        self.openings.last().expect("a history begins with a call, which opens")
    }

    /// Applies a waiver to the opening that had begun by then. What was met in time still counts as kept, and what was
    /// withdrawn was not owed any more.
    fn waive(&mut self, at: Instant) {
        let begun = self.openings.partition_point(|opening| opening.began_at <= at).max(1);
        let standing = &mut self.openings[begun - 1].standing;
        match standing {
            OpeningStanding::Met { .. } | OpeningStanding::Withdrawn { .. } => {}
            OpeningStanding::Open { .. }
            | OpeningStanding::Late { .. }
            | OpeningStanding::MetLate { .. }
            | OpeningStanding::Held { .. }
            | OpeningStanding::Unknown
            | OpeningStanding::Waived => *standing = OpeningStanding::Waived,
        }
    }
}

impl JudgedOpening {
    /// The first late instant; `None` if held or unknown.
    #[must_use]
    pub fn late_from(&self) -> Option<Instant> {
        match self.limit {
            TimeLimit::Known { late_from, .. } => Some(late_from),
            TimeLimit::Held | TimeLimit::Unknown { .. } => None,
        }
    }

    /// The last instant in time; `None` if held or unknown.
    #[must_use]
    pub fn due(&self) -> Option<Instant> {
        Some(self.late_from()? - TICK)
    }
}

/// The resolution of instants.
pub(super) const TICK: TimeDelta = TimeDelta::milliseconds(1);

impl Allowed {
    /// The minutes allowed, on a clock of minutes.
    fn minutes(self) -> Option<Minutes> {
        match self {
            Allowed::Elapsed(minutes) | Allowed::Hours(minutes) => Some(minutes),
            Allowed::WorkingDays(_) | Allowed::CalendarDays(_) | Allowed::Window { .. } | Allowed::Until(_) => None,
        }
    }
}

impl Minutes {
    fn span(self) -> TimeDelta {
        TimeDelta::minutes(i64::from(self.0))
    }
}
