//! When a letter is tried again, and what a relay's reply means for it. Pure.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::Instant;

/// How long a letter is tried, counted from the first attempt.
pub const PATIENCE: TimeDelta = TimeDelta::days(5);

/// The wait, in minutes, after each attempt; the last value repeats.
const WAITS_MIN: [i64; 6] = [5, 15, 60, 4 * 60, 12 * 60, 24 * 60];

/// The fraction of a wait that jitter may add.
const JITTER: f64 = 0.2;

/// The stage of the dialogue at which a reply was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DialogueStage {
    /// Greeting, EHLO, STARTTLS and AUTH: these concern the relay, not the letter.
    Session,
    /// MAIL, RCPT and DATA.
    Envelope,
    /// After the final dot, the only stage at which a letter can be accepted.
    Content,
}

/// The result of one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttemptReply {
    /// The relay replied with an SMTP code.
    Reply { step: DialogueStage, code: u16, said: String },
    /// No sensible reply: disconnected, silent, late, or garbled.
    NoReply { step: DialogueStage, said: String },
    /// The letter can never be sent this way, whatever the relay replies.
    Unsendable { said: String },
}

/// What a reply means for the letter; stored as a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum AttemptOutcome {
    /// The relay accepted it: the letter is sent.
    Accepted,
    /// To be tried again with the same bytes.
    #[strum(serialize = "put off")]
    PutOff,
    /// Given up at once.
    Refused,
}

impl AttemptOutcome {
    /// The word used in the store and in lists.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

impl AttemptReply {
    /// What the reply means for the letter, by exclusion: only 250 to the final dot means accepted, only a 5xx about
    /// this letter (or a letter that can never be sent) means refused, and everything else means postponed.
    ///
    /// 503 (bad sequence of commands) and 53x (authentication) concern the dialogue and our own configuration at any
    /// stage, so no letter is given up because of them (RFC 5321 section 4.2, RFC 4954 section 6).
    #[must_use]
    pub fn outcome(&self) -> AttemptOutcome {
        match self {
            AttemptReply::Reply { step: DialogueStage::Content, code: 250, .. } => AttemptOutcome::Accepted,
            AttemptReply::Reply { step: DialogueStage::Envelope | DialogueStage::Content, code, .. } => match code {
                503 | 530..=539 => AttemptOutcome::PutOff,
                500..=599 => AttemptOutcome::Refused,
                _ => AttemptOutcome::PutOff,
            },
            AttemptReply::Reply { step: DialogueStage::Session, .. } | AttemptReply::NoReply { .. } => {
                AttemptOutcome::PutOff
            }
            AttemptReply::Unsendable { .. } => AttemptOutcome::Refused,
        }
    }

    /// The SMTP code, if there was one.
    #[must_use]
    pub fn code(&self) -> Option<u16> {
        match self {
            AttemptReply::Reply { code, .. } => Some(*code),
            AttemptReply::NoReply { .. } | AttemptReply::Unsendable { .. } => None,
        }
    }

    /// Whether the letter may have arrived all the same: the whole of it was handed over, and no answer came.
    #[must_use]
    pub fn may_have_left(&self) -> bool {
        match self {
            AttemptReply::NoReply { step: DialogueStage::Content, .. } => true,
            AttemptReply::NoReply { step: DialogueStage::Session | DialogueStage::Envelope, .. }
            | AttemptReply::Reply { .. }
            | AttemptReply::Unsendable { .. } => false,
        }
    }

    /// What was said, or went wrong, for people.
    #[must_use]
    pub fn said(&self) -> &str {
        match self {
            AttemptReply::Reply { said, .. }
            | AttemptReply::NoReply { said, .. }
            | AttemptReply::Unsendable { said } => said,
        }
    }
}

/// How often, and since when, a letter has been tried; a manual retry starts again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tries {
    /// The attempt that just failed, counted from 1.
    pub number: u32,
    pub first_at: Instant,
}

/// When a letter is tried again after an attempt at `now` has failed; `None`: it is given up.
///
/// Waits are 5 min, 15 min, 1 h, 4 h, 12 h, then one day each, prolonged by up to a fifth for `jitter` in [0, 1). The
/// time limit counts from the first attempt, not from the letter's creation: after a long downtime of ours, one
/// temporary refusal must not cause a letter to be given up. The last attempt is made [`PATIENCE`] after the first.
#[must_use]
pub fn next_attempt(tries: Tries, now: Instant, jitter: f64) -> Option<Instant> {
    let last = tries.first_at + PATIENCE;
    if now >= last {
        return None;
    }
    let place = usize::try_from(tries.number.saturating_sub(1)).unwrap_or(usize::MAX).min(WAITS_MIN.len() - 1);
    let wait = TimeDelta::minutes(WAITS_MIN[place]);
    #[expect(clippy::cast_possible_truncation, reason = "a fifth of a day in milliseconds is far below 2^52")]
    let longer = (wait.num_milliseconds() as f64 * JITTER * jitter.clamp(0.0, 1.0)) as i64;
    Some((now + wait + TimeDelta::milliseconds(longer)).min(last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn first() -> Instant {
        "2026-03-02T09:00:00Z".parse().unwrap()
    }

    fn reply(step: DialogueStage, code: u16) -> AttemptOutcome {
        AttemptReply::Reply { step, code, said: String::new() }.outcome()
    }

    #[test]
    fn a_letter_waits_longer_each_time_then_a_day_and_is_given_up_after_five() {
        let mut now = first();
        let mut waits = Vec::new();
        let mut attempts = 1;
        while let Some(next) = next_attempt(Tries { number: attempts, first_at: first() }, now, 0.0) {
            waits.push((next - now).num_minutes());
            now = next;
            attempts += 1;
        }
        assert_eq!(waits, [5, 15, 60, 240, 720, 1440, 1440, 1440, 1440, 400]);
        assert_eq!(now, first() + PATIENCE);
    }

    #[test]
    fn only_250_to_the_final_dot_is_accepted() {
        for code in 100..600 {
            for step in [DialogueStage::Session, DialogueStage::Envelope, DialogueStage::Content] {
                let accepted = reply(step, code) == AttemptOutcome::Accepted;
                assert_eq!(accepted, step == DialogueStage::Content && code == 250, "{step:?} {code}");
            }
        }
    }

    #[test]
    fn only_a_5xx_about_the_letter_itself_gives_it_up_at_once() {
        assert_eq!(reply(DialogueStage::Envelope, 550), AttemptOutcome::Refused);
        assert_eq!(reply(DialogueStage::Content, 554), AttemptOutcome::Refused);
        assert_eq!(
            reply(DialogueStage::Session, 535),
            AttemptOutcome::PutOff,
            "a changed password is no letter's fault"
        );
        assert_eq!(reply(DialogueStage::Envelope, 530), AttemptOutcome::PutOff);
        assert_eq!(reply(DialogueStage::Session, 554), AttemptOutcome::PutOff);
        assert_eq!(reply(DialogueStage::Envelope, 450), AttemptOutcome::PutOff);
        assert_eq!(reply(DialogueStage::Content, 354), AttemptOutcome::PutOff, "a reply that is late by one");
        assert_eq!(
            AttemptReply::NoReply { step: DialogueStage::Content, said: String::new() }.outcome(),
            AttemptOutcome::PutOff
        );
        assert_eq!(AttemptReply::Unsendable { said: String::new() }.outcome(), AttemptOutcome::Refused);
    }

    proptest! {
        #[test]
        fn a_next_attempt_is_ahead_and_never_past_the_patience(
            attempts in 0_u32..40, minutes in 0_i64..8000, jitter in 0.0_f64..1.0,
        ) {
            let now = first() + TimeDelta::minutes(minutes);
            match next_attempt(Tries { number: attempts, first_at: first() }, now, jitter) {
                Some(next) => prop_assert!(next > now && next <= first() + PATIENCE),
                None => prop_assert!(now >= first() + PATIENCE),
            }
        }
    }
}
