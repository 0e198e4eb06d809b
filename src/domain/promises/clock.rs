//! A deadline of any clock: terms, a history of events, and one pure function that judges the history by the terms.
//!
//! Working days, calendar days, time round the clock, working hours, windows of days and fixed instants are one type
//! ([`Allowed`]); [`judge`] gives when it is late, how it stands, how that was reckoned and which steps were reached.
//! Nothing is summed up and kept: each change of the history judges it anew, and [`recount`] says what that takes back.
//! The rules are numbered as in the published format (`tests/vectors/CLOCK.md`).

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

/// A number of days of the calendar, worked or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CalendarDays(pub u32);

/// How much time something has, and by which clock it is counted. Minutes are at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "clock", content = "allowed", rename_all = "kebab-case")]
pub enum Allowed {
    /// Round the clock; zone and calendar play no part (rule 2).
    Elapsed(Minutes),
    /// In the windows of the days that are worked at the place (rule 8).
    Hours(Minutes),
    /// Until the end of the nth working day after the day of the start (rule 14).
    WorkingDays(WorkingDays),
    /// Until the end of the nth day after the day of the start (rule 14).
    CalendarDays(CalendarDays),
    /// Until the end of the last day of a window, at the place; pauses do not move it.
    Window {
        /// The first day on which what is owed may be done.
        first_on: NaiveDate,
        /// The last day in time.
        last_on: NaiveDate,
    },
    /// Until an instant that was agreed, and including it; pauses do not move it.
    Until(Instant),
}

/// The terms of its day by which one thing owed is judged; stored with it, so that a changed plan rewrites nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockTerms {
    /// What the first opening begins with.
    pub allowed: Allowed,
    /// Reasons that stop the clock.
    pub pausable: BTreeSet<String>,
    /// Those of this kind of thing owed, in the order in which they are numbered.
    pub steps: Vec<ClockStep>,
}

/// One step of reminding and escalating on any clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockStep {
    /// When it is reached.
    pub at: StepAt,
    /// Who is told; sorted, without repeats.
    pub tell: Vec<Tell>,
}

/// When a step is reached (rule 20).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "when", content = "count", rename_all = "kebab-case")]
pub enum StepAt {
    /// With at most so much running time left; on clocks of days, elapsed time.
    Before(Minutes),
    /// At the first instant that is late.
    AtDue,
    /// So much time after the due in which the clock could run; on clocks of days, elapsed time.
    After(Minutes),
    /// By working days: before and on the last day at 07:00 at the place, late ones at 00:00.
    Day(FlagAt),
}

/// Where a clock runs, as it was known on the day that it is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Locality<'a> {
    /// Whose local time counts.
    pub zone: &'a Zone,
    /// Which days are worked; clocks of working days and hours need it.
    pub calendar: Option<&'a Calendar>,
    /// When a worked day is open; clocks of working hours need it.
    pub hours: Option<&'a WorkingHours>,
}

/// What comes out of a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// Earlier openings first; never empty (rule 7).
    pub openings: Vec<JudgedOpening>,
    /// Events that were refused when they were noted, in that order (rule 5).
    pub refused: Vec<RefusedEvent>,
}

/// One opening of what is owed: from the call, or from a reopening, on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgedOpening {
    pub began_at: Instant,
    pub standing: OpeningStanding,
    /// How it ended, whatever its standing.
    pub ended: Option<OpeningEnded>,
    /// Until when it is owed.
    pub limit: TimeLimit,
    /// How much time was paused in which the clock could have run (rule 18).
    pub paused: TimeDelta,
    /// The steps that were reached, in the order of the terms.
    pub reached: Vec<ReachedStep>,
    /// The steps that are to come and have an instant already, in the order of the terms.
    pub ahead: Vec<ReachedStep>,
    /// When to judge next if nothing happens: the next step or the first instant that is late. A hint (invariant 9).
    pub next_at: Option<Instant>,
}

/// How an opening ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpeningEnded {
    /// What was owed was done.
    Met { at: Instant },
    /// Who asked no longer wants it.
    Withdrawn { at: Instant },
}

/// Until when something is owed, and how that came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimeLimit {
    /// The last instant in time is 1 ms before `late_from`, on every clock (rule 1).
    Known {
        /// The first instant that is late.
        late_from: Instant,
        /// What the time until then went to.
        ledger: ClockLedger,
    },
    /// A pause that has not ended keeps it from being known (rule 16).
    Held,
    /// The place's calendar or hours do not say enough.
    Unknown {
        /// What is missing.
        why: CannotReckon,
    },
}

/// Why no date is better than a wrong one here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum CannotReckon {
    /// The days that the count needs are not known.
    #[error(transparent)]
    Holidays(UnknownHolidays),
    /// Working days or hours are owed at a place without a calendar.
    #[error("working days are owed, and the place has no calendar; give it one")]
    NoCalendar,
    /// Working hours are owed at a place without windows.
    #[error("working hours are owed, and the place has none; give it windows")]
    NoHours,
}

/// How an opening stands at the moment of judging. Times are exact to the millisecond.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpeningStanding {
    /// Owed, with so much time left on its clock (rule 17).
    Open { left: TimeDelta },
    /// Owed and late by so much time in which the clock could run, pauses or not.
    Late { by: TimeDelta },
    /// Met in time.
    Met {
        /// When it happened, whenever that was noted.
        at: Instant,
        noted: WhenNoted,
    },
    /// Met after the due.
    MetLate { at: Instant, by: TimeDelta },
    /// Paused, so that the due is not known; `left` as if the pause ended now, unknown on clocks of days.
    Held { left: Option<TimeDelta> },
    /// Taken back by who asked; `late_by` where it was late by then.
    Withdrawn { at: Instant, late_by: Option<TimeDelta> },
    /// Owed, and the due cannot be reckoned.
    Unknown,
    /// A manager has waived it, and it was not met in time: neither kept nor broken.
    Waived,
}

/// Whether a meeting in time was noted in time as well: kept, but reported apart (rule 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenNoted {
    /// Before it would have been late.
    InTime,
    /// When it already counted as late.
    Late,
}

/// A step that was reached, dated by the history as it is known now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReachedStep {
    /// Its place in the terms, from 0.
    pub step: usize,
    pub at: Instant,
}

/// What the time from an opening's start until its due went to, without gaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClockLedger {
    /// On clocks of minutes, and until a fixed instant.
    Time(Vec<Stretch>),
    /// On clocks of days: from the day after the start through the last day. Empty for a window.
    Days(Vec<DayStretch>),
}

/// A stretch of time in a ledger; [from, until).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    pub from: Instant,
    pub until: Instant,
    pub clock: ClockDid,
}

/// What a clock did in a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockDid {
    /// It ran, and the stretch counts.
    Ran,
    /// It could have run, and was paused.
    Paused,
    /// It could not run: outside the working hours.
    Closed,
}

/// A run of days in a ledger that are explained alike; a counted day is one of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayStretch {
    pub from: NaiveDate,
    pub through: NaiveDate,
    pub why: DayWhy,
}

/// Why a day counts on a clock of days, or does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DayWhy {
    /// The nth day.
    Counted {
        n: u32,
        /// What is listed for the day: a make-up or half day.
        special: Option<SpecialDay>,
    },
    /// A weekly day off.
    Weekend,
    /// A holiday or closure.
    Off { special: SpecialDay },
    /// A part of it was paused (rule 15).
    Paused,
    /// The zone left it out, so that nobody could work on it.
    LeftOut,
}

/// Judges a history by the terms of its day, as known at `now`. Pure: the same in, the same out.
///
/// `now` is not before any event's `noted_at`.
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
    /// The opening that is spoken of where nothing else is said.
    #[must_use]
    pub fn last(&self) -> &JudgedOpening {
        self.openings.last().expect("a history begins with a call, which opens")
    }

    /// The opening that had begun at the time of the waiver was waived; what was met in time was kept all the same, and what was
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
    /// The first instant that is late; None while it is held or unknown.
    #[must_use]
    pub fn late_from(&self) -> Option<Instant> {
        match self.limit {
            TimeLimit::Known { late_from, .. } => Some(late_from),
            TimeLimit::Held | TimeLimit::Unknown { .. } => None,
        }
    }

    /// The last instant in time; None while it is held or unknown.
    #[must_use]
    pub fn due(&self) -> Option<Instant> {
        Some(self.late_from()? - TICK)
    }
}

/// The smallest difference between two instants.
pub(super) const TICK: TimeDelta = TimeDelta::milliseconds(1);

impl Allowed {
    /// How much, on a clock of minutes.
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
