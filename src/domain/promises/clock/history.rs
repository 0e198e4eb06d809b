//! The history of a deadline, as it was noted.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::Allowed;
use crate::Instant;
use crate::promises::Waiver;

/// Everything noted about a deadline, in order. It begins with the call; nothing is ever removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    events: Vec<Happening>,
    /// A manager's waiver, which is judged separately and is not an event.
    pub waived: Option<Waiver>,
}

/// An event: what happened, when it happened, and when it was noted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happening {
    pub at: Instant,
    pub noted_at: Instant,
    #[serde(flatten)]
    pub what: Happened,
}

/// What can happen to a deadline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Happened {
    /// It became owed.
    Called,
    /// It has more or less time, from now on or from the start.
    Level { to: Allowed, how: LevelHow },
    /// The clock is paused for a reason.
    Paused { reason: String },
    /// A reason no longer applies, or none does.
    Resumed { reason: Option<String> },
    /// What was owed was done.
    Met,
    /// Whoever asked for it no longer wants it.
    Withdrawn,
    /// It is owed again.
    Reopened,
    /// The meeting noted as this event (an index) did not happen after all, because of a bounce. The original due
    /// instant still applies.
    Struck { event: usize },
}

/// How the allowance changes (rules 11 and 12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LevelHow {
    /// It was wrong from the start of its opening.
    Corrected,
    /// Less time from now on; the due instant never gets later.
    Worsened,
    /// More time, counted from the start.
    Eased,
}

/// An event that was refused when it was noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefusedEvent {
    /// Its index in the history.
    pub event: usize,
    pub rule: Refusal,
}

/// The rule by which an event is refused (rule 5); whoever noted it can correct each of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It happens more than 15 minutes after it was noted.
    #[error("it lies more than 15 minutes ahead; note it when it has happened")]
    Ahead,
    /// A second call; merging calls is not the clock's task.
    #[error("it was called already; merge the two calls")]
    CalledTwice,
    /// Nothing was owed yet.
    #[error("it lies before the call; give a time after it")]
    BeforeCall,
    /// The contract does not name this reason.
    #[error("the contract does not let this reason pause the clock; give one that it names")]
    Reason,
    /// Everything has already ended.
    #[error("it was met or withdrawn by then; reopen it first")]
    Ended,
    /// The clock is already paused for this reason.
    #[error("the clock is already paused for this reason; nothing more is needed")]
    AlreadyPaused,
    /// There is no such pause.
    #[error("the clock was not paused for this reason then; note the pause first")]
    NotPaused,
    /// It has not ended, so it cannot be reopened.
    #[error("it is still owed; nothing needs reopening")]
    NotEnded,
    /// More time is not a worsening, and less is not an easing.
    #[error("worsened gives less time and eased more; name the change for what it is, or corrected")]
    LevelHow,
    /// Minutes cannot be changed into days.
    #[error("the level is counted by another clock; give it in this one's unit")]
    OtherClock,
    /// Clocks of days do not run, so their allowance can only be corrected.
    #[error("on this clock a level can only be corrected; note it as corrected")]
    OnlyCorrected,
    /// A strike must name a meeting that still counts.
    #[error("the event that it strikes is not a meeting that still counts; name the meeting")]
    NoMeeting,
}

impl Refusal {
    /// The word used in lists, answers and the store.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Refusal::Ahead => "ahead",
            Refusal::CalledTwice => "called-twice",
            Refusal::BeforeCall => "before-call",
            Refusal::Reason => "reason",
            Refusal::Ended => "ended",
            Refusal::AlreadyPaused => "already-paused",
            Refusal::NotPaused => "not-paused",
            Refusal::NotEnded => "not-ended",
            Refusal::LevelHow => "level-how",
            Refusal::OtherClock => "other-clock",
            Refusal::OnlyCorrected => "only-corrected",
            Refusal::NoMeeting => "no-meeting",
        }
    }
}

/// Why events are not a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAHistory {
    /// The first event is not a call, or there is none.
    #[error("the first event is not the call; a history begins with \"called\"")]
    NoCall,
    /// An event was noted before the previous one.
    #[error("event {event} was noted before the one that precedes it; give events in the order noted")]
    Unordered {
        /// Its index.
        event: usize,
    },
}

/// How far in the future an event may lie when it is noted, because the clocks of devices differ.
pub(super) const AHEAD: TimeDelta = TimeDelta::minutes(15);

impl History {
    /// A history of events in the order in which they were noted.
    ///
    /// # Errors
    /// [`NotAHistory`] if the first event is not a call, or the times of noting are not in order.
    pub fn of(events: Vec<Happening>) -> Result<History, NotAHistory> {
        if events.first().is_none_or(|first| first.what != Happened::Called) {
            return Err(NotAHistory::NoCall);
        }
        if let Some(at) = events.windows(2).position(|pair| pair[1].noted_at < pair[0].noted_at) {
            return Err(NotAHistory::Unordered { event: at + 1 });
        }
        Ok(History { events, waived: None })
    }

    /// The events in the order in which they were noted.
    #[must_use]
    pub fn events(&self) -> &[Happening] {
        &self.events
    }
}
