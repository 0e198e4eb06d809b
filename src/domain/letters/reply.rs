//! Replies to invitations: what they say, and whether they count (RFC 5546 sections 2.1.5 and 3.2.3).

use serde::{Deserialize, Serialize};
use strum::VariantArray;

use super::notice::Reader;
use crate::Instant;
use crate::access::may_answer;
use crate::ids::VisitId;
use crate::variants::every;
use crate::visits::{Visit, VisitState};

/// An invited person's reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr, VariantArray, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Participation {
    /// Confirms the visit.
    Accepted,
    /// Perhaps.
    Tentative,
    /// Asks to move the visit; also used for a counter-proposal.
    Declined,
}

impl Participation {
    pub const ALL: [Participation; Participation::VARIANTS.len()] = every(Participation::VARIANTS);

    /// The word used in the store and in lists.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// A reply as received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub uid: String,
    /// In lower case, with the domain in A-labels.
    pub attendee: String,
    /// The sequence of the invitation that it replies to; 0 if it names none.
    pub sequence: u32,
    pub answer: Participation,
    /// The sender's own words in one line, including a proposed time.
    pub comment: Option<String>,
    /// When the reply was made, by the sender's clock.
    pub answered_at: Option<Instant>,
}

/// A reply that counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StandingReply {
    pub visit: VisitId,
    pub email: String,
    pub name: String,
    /// The sequence of the invitation that it replies to.
    pub sequence: u32,
    pub answer: Participation,
    pub comment: Option<String>,
    pub answered_at: Instant,
}

/// Why a reply has no effect.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoEffect {
    #[error("{visit} is not booked (it is {state})")]
    NotBooked { visit: VisitId, state: &'static str },
    #[error("the sender of the reply was not invited to {visit}")]
    NotInvited { visit: VisitId },
    #[error("{visit} was changed since: the reply is to invitation {theirs}, the present one is {ours}")]
    Outdated { visit: VisitId, theirs: u32, ours: u32 },
    #[error("the reply is to invitation {theirs} of {visit}, which was never sent; the present one is {ours}")]
    NeverSent { visit: VisitId, theirs: u32, ours: u32 },
    #[error("a later answer of the same person to {visit} is here already")]
    Overtaken { visit: VisitId },
}

/// Whether a reply counts for its visit. Its sender must have been invited and still be a participant, and the reply
/// must concern the current booking and be later than the sender's previous one.
///
/// `told` are the people who got an invitation, with addresses as in [`Reply::attendee`]. A time in the future counts
/// as now, so that nobody can make a reply that they cannot correct.
///
/// # Errors
/// [`NoEffect`]: the reply is recorded, but changes nothing.
pub fn judge(
    reply: &Reply,
    visit: &Visit,
    told: &[Reader],
    before: Option<&StandingReply>,
    now: Instant,
) -> Result<StandingReply, NoEffect> {
    let id = visit.id;
    let (appointment, ours) = match &visit.state {
        VisitState::Booked { appointment, sequence, .. } => (appointment, *sequence),
        VisitState::Planned { .. } | VisitState::Done { .. } | VisitState::Cancelled { .. } => {
            return Err(NoEffect::NotBooked { visit: id, state: visit.state.word() });
        }
    };
    let is_invited =
        |reader: &&Reader| reader.email == reply.attendee && may_answer(&reader.role, &appointment.engineer);
    let Some(reader) = told.iter().find(is_invited) else { return Err(NoEffect::NotInvited { visit: id }) };
    match reply.sequence.cmp(&ours) {
        std::cmp::Ordering::Less => return Err(NoEffect::Outdated { visit: id, theirs: reply.sequence, ours }),
        std::cmp::Ordering::Greater => return Err(NoEffect::NeverSent { visit: id, theirs: reply.sequence, ours }),
        std::cmp::Ordering::Equal => {}
    }
    let answered_at = reply.answered_at.unwrap_or(now).min(now);
    if before.is_some_and(|before| before.sequence == ours && before.answered_at > answered_at) {
        return Err(NoEffect::Overtaken { visit: id });
    }
    Ok(StandingReply {
        visit: id,
        email: reader.email.clone(),
        name: reader.name.clone(),
        sequence: ours,
        answer: reply.answer,
        comment: reply.comment.clone(),
        answered_at,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Purpose;
    use crate::language::Language;
    use crate::people::ReaderRole;
    use crate::visits::Appointment;

    const NOW: &str = "2026-03-05T08:00:00Z";

    fn at(text: &str) -> Instant {
        text.parse().expect("an instant")
    }

    fn appointment() -> Appointment {
        Appointment {
            engineer: "E-1".into(),
            day: "2026-03-12".parse().expect("a day"),
            starts: chrono::NaiveTime::MIN,
            takes_minutes: 60,
        }
    }

    fn visit(state: VisitState) -> Visit {
        Visit {
            id: VisitId(12),
            contract: "C-1".into(),
            site: "MAD".into(),
            term: "inspection".into(),
            number: 1,
            purpose: Purpose::Inspection,
            why: None,
            rest_of: None,
            state,
        }
    }

    fn booked(sequence: u32) -> Visit {
        visit(VisitState::Booked { appointment: appointment(), announced_at: at(NOW), sequence })
    }

    fn told() -> Vec<Reader> {
        let reader = |email: &str, role| Reader {
            name: email.to_owned(),
            email: email.to_owned(),
            language: Language::En,
            role,
        };
        vec![
            reader("lucia@ronda.example", ReaderRole::Engineer("E-1".into())),
            reader("jordi@ronda.example", ReaderRole::Engineer("E-2".into())),
            reader("ops@cum.example", ReaderRole::Customer("ops@cum.example".to_owned())),
        ]
    }

    fn reply(attendee: &str, sequence: u32) -> Reply {
        Reply {
            uid: String::new(),
            attendee: attendee.to_owned(),
            sequence,
            answer: Participation::Accepted,
            comment: None,
            answered_at: Some(at("2026-03-04T10:00:00Z")),
        }
    }

    fn judged(reply: &Reply, visit: &Visit, before: Option<&StandingReply>) -> Result<StandingReply, NoEffect> {
        judge(reply, visit, &told(), before, at(NOW))
    }

    #[test]
    fn an_answer_counts_to_the_booking_as_it_stands_alone() {
        let visit = booked(2);
        assert_eq!(judged(&reply("ops@cum.example", 2), &visit, None).expect("it counts").sequence, 2);
        let id = VisitId(12);
        let older = NoEffect::Outdated { visit: id, theirs: 1, ours: 2 };
        assert_eq!(judged(&reply("ops@cum.example", 1), &visit, None), Err(older));
        let newer = NoEffect::NeverSent { visit: id, theirs: 3, ours: 2 };
        assert_eq!(judged(&reply("ops@cum.example", 3), &visit, None), Err(newer));
    }

    #[test]
    fn only_those_who_are_invited_now_answer() {
        let visit = booked(0);
        assert!(judged(&reply("lucia@ronda.example", 0), &visit, None).is_ok());
        for other in ["jordi@ronda.example", "eve@cum.example", ""] {
            assert_eq!(
                judged(&reply(other, 0), &visit, None),
                Err(NoEffect::NotInvited { visit: VisitId(12) }),
                "{other}"
            );
        }
    }

    #[test]
    fn a_visit_that_is_not_booked_takes_no_answer() {
        let appointment = appointment;
        let states = [
            VisitState::Planned { appointment: appointment() },
            VisitState::Done { appointment: appointment(), completed_at: at(NOW) },
            VisitState::Cancelled {
                appointment: appointment(),
                reason: String::new(),
                cancelled_at: at(NOW),
                sequence: 0,
            },
        ];
        for state in states {
            let word = state.word();
            let refused = judged(&reply("ops@cum.example", 0), &visit(state), None);
            assert_eq!(refused, Err(NoEffect::NotBooked { visit: VisitId(12), state: word }));
        }
    }

    #[test]
    fn an_earlier_answer_that_comes_later_changes_nothing_and_none_is_in_the_future() {
        let visit = booked(0);
        let mut early = reply("ops@cum.example", 0);
        let mut late = early.clone();
        late.answered_at = Some(at("2099-01-01T00:00:00Z"));
        let stands = judged(&late, &visit, None).expect("it counts");
        assert_eq!(stands.answered_at, at(NOW));
        assert_eq!(judged(&early, &visit, Some(&stands)), Err(NoEffect::Overtaken { visit: VisitId(12) }));
        early.answered_at = None;
        assert!(judged(&early, &visit, Some(&stands)).is_ok(), "without a moment it is of now");
        let of_another_time = StandingReply { sequence: 1, ..stands };
        let moved = booked(2);
        assert!(judged(&reply("ops@cum.example", 2), &moved, Some(&of_another_time)).is_ok());
    }
}
