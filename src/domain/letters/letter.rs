//! A letter: one message to one reader, from the moment it is owed until it is sent or given up.

use serde::Serialize;
use strum::VariantArray;

use super::notice::NoticeKind;
use super::retry::Tries;
use crate::Instant;
use crate::ids::{DeadlineId, LetterId, VisitId};
use crate::variants::every;

/// The state of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr, strum::EnumString, strum::VariantNames, VariantArray)]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum LetterState {
    /// In the outbox: owed, or written and waiting for an attempt.
    Waiting,
    /// A server has replied 250.
    Sent,
    /// Given up.
    Undelivered,
    /// Withdrawn before it was sent.
    Cancelled,
}

impl LetterState {
    pub const ALL: [LetterState; LetterState::VARIANTS.len()] = every(LetterState::VARIANTS);

    /// The word used in the store and in lists.
    #[must_use]
    pub const fn word(self) -> &'static str {
        self.into_str()
    }
}

/// What a letter contains that later letters, replies and filings depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum Bears {
    /// The day and time of a visit: its reader was told about it, may reply to it, and is told if it moves.
    Appointment,
    /// A report or certificate: when a server accepts it, it may count as filed (P04).
    Paper,
}

impl Bears {
    /// The word used in the store.
    #[must_use]
    pub const fn word(self) -> &'static str {
        self.into_str()
    }
}

/// A stored letter, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Letter {
    pub letter: LetterId,
    /// Unique, for example `visit-announced/V12/0/engineer:E-1`. It is never parsed.
    pub key: String,
    pub notice: NoticeKind,
    /// Without angle brackets.
    pub message_id: String,
    pub to_name: String,
    pub to: String,
    /// Empty until it is written.
    pub subject: String,
    pub visit: Option<VisitId>,
    pub deadline: Option<DeadlineId>,
    /// When it was first owed.
    pub created_at: Instant,
    pub state: LetterState,
    pub attempts: u32,
    /// Attempts before the last manual retry.
    pub tried_before: u32,
    /// The first attempt; a manual retry starts again.
    pub first_tried_at: Option<Instant>,
    pub next_attempt_at: Option<Instant>,
    pub sent_at: Option<Instant>,
    pub given_up_at: Option<Instant>,
    /// The server's last reply, or another error.
    pub outcome: Option<String>,
    /// Whether its bytes exist. Until then, it follows the current situation.
    pub written: bool,
    /// The earliest time at which it may leave, which is also its date.
    pub may_leave_at: Instant,
}

impl Letter {
    /// Whether it has not left because its reader's hours, which begin at its next attempt, had not begun when it was owed.
    #[must_use]
    pub fn waits_for_hours(&self) -> bool {
        !self.written && self.may_leave_at > self.created_at && self.next_attempt_at == Some(self.may_leave_at)
    }

    /// Whether it has not left because a letter before it, about the same visit to the same reader, has been put off.
    #[must_use]
    pub fn waits_its_turn(&self, now: Instant) -> bool {
        self.outcome.is_none()
            && self.attempts == self.tried_before
            && self.next_attempt_at.is_some_and(|next| next > self.may_leave_at.max(now))
    }

    /// How often, and since when, it has been tried for; at least once, by whoever claimed it.
    #[must_use]
    pub fn tries(&self) -> Tries {
        let first_at = self.first_tried_at.unwrap_or(self.created_at);
        Tries { number: self.attempts.saturating_sub(self.tried_before), first_at }
    }
}
