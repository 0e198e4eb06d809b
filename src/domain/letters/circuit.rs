//! A relay's circuit breaker: while a relay only fails, letters are not sent to it. Pure.
//!
//! ```text
//!              3 failures in a row            its time has come
//!     closed ──────────────────────▶ open ──────────────────────▶ one letter is tried
//!       ▲                             ▲                              │          │
//!       │                             └────── it failed too ─────────┘          │
//!       └──────────────────────── the relay answered about the letter ──────────┘
//! ```

use chrono::TimeDelta;
use serde::Serialize;

use super::retry::{AttemptReply, DialogueStage};
use crate::Instant;

/// The number of failures in a row that opens the circuit.
pub const OPENS_AFTER: u32 = 3;

/// The wait, in minutes, before each letter that is tried on an open circuit; the last value repeats.
const WAITS_MIN: [i64; 5] = [1, 2, 4, 8, 15];

/// The fraction of a wait that jitter may add.
const JITTER: f64 = 0.2;

/// The state of a relay, derived from its last replies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "circuit", rename_all = "lowercase")]
pub enum Circuit {
    /// Letters are sent.
    Closed {
        /// Failures in a row, fewer than [`OPENS_AFTER`].
        failures: u32,
    },
    /// Nothing is sent before `probe_at`, and then only one letter.
    Open { failures: u32, since: Instant, probe_at: Instant, said: String },
}

/// What a circuit admits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// Every letter.
    Letters,
    /// One letter, as a test.
    Probe,
    /// `None`.
    Nothing,
}

/// What a reply says about the relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelayVerdict {
    /// It replied about the letter, whether it accepted it or not: it works.
    Serves,
    /// It could not be reached, did not let us in, or gave no sensible reply.
    Fails,
    /// The relay was not contacted.
    NotAsked,
}

impl RelayVerdict {
    /// What a reply says about the relay. 421 and 53x concern the relay at any step (RFC 5321 section 3.8, RFC 4954
    /// section 6).
    #[must_use]
    pub fn of(answer: &AttemptReply) -> RelayVerdict {
        match answer {
            AttemptReply::Reply { step: DialogueStage::Session, .. } | AttemptReply::NoReply { .. } => {
                RelayVerdict::Fails
            }
            AttemptReply::Reply { step: DialogueStage::Envelope | DialogueStage::Content, code, .. } => match code {
                421 | 530..=539 => RelayVerdict::Fails,
                _ => RelayVerdict::Serves,
            },
            AttemptReply::Unsendable { .. } => RelayVerdict::NotAsked,
        }
    }
}

impl Default for Circuit {
    fn default() -> Circuit {
        Circuit::Closed { failures: 0 }
    }
}

impl Circuit {
    /// What may be sent at `now`.
    #[must_use]
    pub fn admits(&self, now: Instant) -> Admission {
        match self {
            Circuit::Closed { .. } => Admission::Letters,
            Circuit::Open { probe_at, .. } if *probe_at <= now => Admission::Probe,
            Circuit::Open { .. } => Admission::Nothing,
        }
    }

    /// The state after a reply at `now`. Waits grow from one minute to a quarter of an hour; each is prolonged by up to
    /// a fifth, for `jitter` in [0, 1).
    #[must_use]
    pub fn after(&self, answer: &AttemptReply, now: Instant, jitter: f64) -> Circuit {
        let (failures, open_since) = match self {
            Circuit::Closed { failures } => (*failures, None),
            Circuit::Open { failures, since, .. } => (*failures, Some(*since)),
        };
        match RelayVerdict::of(answer) {
            RelayVerdict::NotAsked => self.clone(),
            RelayVerdict::Serves => Circuit::default(),
            // It was being sent, in another run, before the circuit opened: nothing new.
            RelayVerdict::Fails if self.admits(now) == Admission::Nothing => self.clone(),
            RelayVerdict::Fails => {
                let failures = failures.saturating_add(1);
                if failures < OPENS_AFTER {
                    return Circuit::Closed { failures };
                }
                let probe_at = now + wait(failures, jitter);
                let said = answer.said().to_owned();
                Circuit::Open { failures, since: open_since.unwrap_or(now), probe_at, said }
            }
        }
    }
}

fn wait(failures: u32, jitter: f64) -> TimeDelta {
    let place = usize::try_from(failures - OPENS_AFTER).unwrap_or(usize::MAX).min(WAITS_MIN.len() - 1);
    let wait = TimeDelta::minutes(WAITS_MIN[place]);
    #[expect(clippy::cast_possible_truncation, reason = "a fifth of a quarter of an hour in milliseconds")]
    let longer = (wait.num_milliseconds() as f64 * JITTER * jitter.clamp(0.0, 1.0)) as i64;
    wait + TimeDelta::milliseconds(longer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn start() -> Instant {
        "2026-03-02T09:00:00Z".parse().unwrap()
    }

    fn away() -> AttemptReply {
        AttemptReply::NoReply { step: DialogueStage::Session, said: "connection refused".to_owned() }
    }

    fn reply(step: DialogueStage, code: u16) -> AttemptReply {
        AttemptReply::Reply { step, code, said: String::new() }
    }

    #[test]
    fn it_opens_at_the_third_failure_in_a_row_and_one_answer_about_a_letter_closes_it() {
        let mut circuit = Circuit::default();
        for answer in [away(), away(), reply(DialogueStage::Envelope, 550), away(), away()] {
            circuit = circuit.after(&answer, start(), 0.0);
            assert_eq!(circuit.admits(start()), Admission::Letters, "{answer:?}");
        }
        circuit = circuit.after(&away(), start(), 0.0);
        assert_eq!(circuit.admits(start()), Admission::Nothing);
        assert_eq!(circuit.admits(start() + TimeDelta::minutes(1)), Admission::Probe);
        assert_eq!(circuit.after(&reply(DialogueStage::Content, 451), start(), 0.0), Circuit::default());
    }

    #[test]
    fn probes_come_less_often_up_to_every_quarter_of_an_hour_and_it_is_known_since_when() {
        let (mut circuit, mut now, mut waits) = (Circuit::Closed { failures: 2 }, start(), Vec::new());
        for _ in 0..7 {
            circuit = circuit.after(&away(), now, 0.0);
            let Circuit::Open { since, probe_at, .. } = &circuit else { panic!("{circuit:?}") };
            assert_eq!(*since, start());
            waits.push((*probe_at - now).num_minutes());
            now = *probe_at;
        }
        assert_eq!(waits, [1, 2, 4, 8, 15, 15, 15]);
    }

    #[test]
    fn what_a_server_says_about_a_letter_is_not_held_against_the_server() {
        for (answer, verdict) in [
            (reply(DialogueStage::Content, 250), RelayVerdict::Serves),
            (reply(DialogueStage::Envelope, 451), RelayVerdict::Serves),
            (reply(DialogueStage::Envelope, 550), RelayVerdict::Serves),
            (reply(DialogueStage::Envelope, 421), RelayVerdict::Fails),
            (reply(DialogueStage::Envelope, 530), RelayVerdict::Fails),
            (reply(DialogueStage::Session, 535), RelayVerdict::Fails),
            (reply(DialogueStage::Session, 554), RelayVerdict::Fails),
            (away(), RelayVerdict::Fails),
            (AttemptReply::Unsendable { said: String::new() }, RelayVerdict::NotAsked),
        ] {
            assert_eq!(RelayVerdict::of(&answer), verdict, "{answer:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_back_a_letter_is_tried_again_within_eighteen_minutes(
            answers in proptest::collection::vec(0_u16..3, 0..40), jitter in 0.0_f64..1.0,
        ) {
            let mut circuit = Circuit::default();
            for answer in answers {
                let answer = if answer == 0 { reply(DialogueStage::Envelope, 450) } else { away() };
                circuit = circuit.after(&answer, start(), jitter);
            }
            prop_assert_ne!(circuit.admits(start() + TimeDelta::minutes(18)), Admission::Nothing);
        }
    }
}
