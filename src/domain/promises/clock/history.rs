//! What happened to one thing owed, as it was noted.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::Allowed;
use crate::Instant;
use crate::promises::Waiver;

/// Everything that was noted about one thing owed, in the order noted. Begins with the call; nothing is ever removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    events: Vec<Happening>,
    /// A manager's waiver, which is judged over the events and not among them.
    pub waived: Option<Waiver>,
}

/// One event: what happened when, and when that was noted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happening {
    pub at: Instant,
    pub noted_at: Instant,
    #[serde(flatten)]
    pub what: Happened,
}

/// What can happen to something owed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Happened {
    /// It became owed.
    Called,
    /// It has more or less time from now on, or has had it from the start.
    Level { to: Allowed, how: LevelHow },
    /// The clock stands still for a reason.
    Paused { reason: String },
    /// A reason is over, or all are.
    Resumed { reason: Option<String> },
    /// What was owed was done.
    Met,
    /// Who asked no longer wants it.
    Withdrawn,
    /// It is owed once more.
    Reopened,
    /// The meeting that was noted as this event (from 0) did not happen after all: a bounce. The first due stands.
    Struck { event: usize },
}

/// How a level changes (rules 11 and 12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LevelHow {
    /// It was wrong from the start of its opening.
    Corrected,
    /// It allows less from now on; the due is never later than before.
    Worsened,
    /// It allows more, counted from the start.
    Eased,
}

/// An event that was not accepted when it was noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefusedEvent {
    /// Its place in the history, from 0.
    pub event: usize,
    pub rule: Refusal,
}

/// The rule by which an event is refused (rule 5); each is something that whoever noted it can put right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// More than 15 minutes before it happens.
    #[error("it lies more than 15 minutes ahead; note it when it has happened")]
    Ahead,
    /// Two calls are merged above a clock.
    #[error("it was called already; merge the two calls")]
    CalledTwice,
    /// Nothing was owed yet.
    #[error("it lies before the call; give a time after it")]
    BeforeCall,
    /// The contract does not name the reason.
    #[error("the contract does not let the clock stand still for this reason; give one that it names")]
    Reason,
    /// There is nothing left to happen to.
    #[error("it was met or withdrawn by then; reopen it first")]
    Ended,
    /// The same reason stops the clock already.
    #[error("the clock stands still for this reason already; nothing more is needed")]
    AlreadyPaused,
    /// There is no such pause.
    #[error("the clock did not stand still for this reason then; note the pause first")]
    NotPaused,
    /// What is owed cannot be reopened.
    #[error("it is still owed; nothing needs reopening")]
    NotEnded,
    /// More is no worsening, and less no easing.
    #[error("worsened gives less time and eased more; name the change for what it is, or corrected")]
    LevelHow,
    /// Minutes cannot become days.
    #[error("the level is counted by another clock; give it in this one's unit")]
    OtherClock,
    /// Days do not run, so that nothing can change on the way.
    #[error("on this clock a level can only be corrected; note it as corrected")]
    OnlyCorrected,
    /// A strike names a meeting that stands.
    #[error("the event that it strikes is no meeting that stands; name the meeting")]
    NoMeeting,
}

impl Refusal {
    /// The word in lists, answers and the store.
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

/// Events that make no history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAHistory {
    /// Something else comes first, or nothing at all.
    #[error("the first event is not the call; a history begins with \"called\"")]
    NoCall,
    /// An event was noted before the one that precedes it.
    #[error("event {event} was noted before the one that precedes it; give events in the order noted")]
    Unordered {
        /// Its place, from 0.
        event: usize,
    },
}

/// How far ahead of the time of noting an event may lie: clocks of devices differ.
pub(super) const AHEAD: TimeDelta = TimeDelta::minutes(15);

impl History {
    /// A history of what was noted, in that order.
    ///
    /// # Errors
    /// [`NotAHistory`] where the first event is no call, or the times of noting fall.
    pub fn of(events: Vec<Happening>) -> Result<History, NotAHistory> {
        if events.first().is_none_or(|first| first.what != Happened::Called) {
            return Err(NotAHistory::NoCall);
        }
        if let Some(at) = events.windows(2).position(|pair| pair[1].noted_at < pair[0].noted_at) {
            return Err(NotAHistory::Unordered { event: at + 1 });
        }
        Ok(History { events, waived: None })
    }

    /// The events in the order noted.
    #[must_use]
    pub fn events(&self) -> &[Happening] {
        &self.events
    }
}
