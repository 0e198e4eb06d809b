//! Processes an incoming message: a reply to an invitation, a delivery status, or something that needs no action.
//!
//! No message is ever replied to. A message only causes letters if it changes a state, and then once per state: when
//! somebody asks to move a visit, its managers are told once per booking; when a letter bounces, once per attempt. So
//! whatever replies to our letters, machines in a loop or a hundred refusals, does not make us send more.

use anyhow::anyhow;
use chrono::TimeDelta;
use serde::Serialize;
use serde_json::json;
use tracing::{info, warn};

use super::deliver_letters::given_up;
use super::reader_hours::of_manager;
use super::unreachable::note_unreachable;
use super::{note_letter, owe};
use crate::acting::note_by;
use crate::documents;
use crate::parties::{Parties, engineer, manager_reader};
use crate::visits::invitations;
use crate::{Error, Office, Result, Tools};
use domain::Instant;
use domain::access::{Actor, Deed, DeedCase, Door, answers_for_all, makes_visit};
use domain::audit::trail::{DeedNote, PersonalField};
use domain::ids::{LetterId, VisitId};
use domain::letters::hours::{Occasion, Urgency};
use domain::letters::letter::{Letter, LetterState};
use domain::letters::notice::{Notice, Reader};
use domain::letters::received::{
    DeliveryAction, Incoming, KindWord, MessageKind, RecipientStatus, StatusReport, Unreadable,
};
use domain::letters::reply::{Participation, Reply, StandingReply, judge};
use domain::visits::Visit;
use domain::visits::invitation::visit_of;
use mail::{receive, same_address};
use store::Tx;
use store::letters::received::NewReceived;

/// Tolerance for the difference between the clocks of two servers.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(15);

/// How many managers are told by letter about a request to move; all of them see it in their feeds.
const MOST_TOLD: usize = 3;

/// Maximum length of a stored Message-ID in bytes; an index cannot hold more than a few thousand.
const LONGEST_IDENTITY: usize = 250;

/// The outcome of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "received", rename_all = "kebab-case")]
pub enum Received {
    New {
        kind: KindWord,
        /// The letter that it replies to or reports on.
        letter: Option<LetterId>,
        visit: Option<VisitId>,
        outcome: String,
    },
    /// The same message was received before; nothing is changed.
    Again { kind: KindWord, outcome: String },
}

/// What a message changes, in words, and what it concerns.
#[derive(Default)]
struct Effect {
    letter: Option<LetterId>,
    visit: Option<VisitId>,
    outcome: String,
}

impl Effect {
    fn none(outcome: impl Into<String>) -> Effect {
        Effect { outcome: outcome.into(), ..Effect::default() }
    }
}

/// Processes a message, with everything that follows from it, in one transaction. The same message again changes
/// nothing; it is recognised by its Message-ID, or by its bytes if it has none.
///
/// Messages that cannot be parsed, are forged, or do not concern us are recorded, and change nothing.
///
/// # Errors
/// If the store fails, or if the message concerns a letter that is being sent at this moment: the same message should
/// then be handed in again later.
pub async fn receive_letter(office: &Office, raw: &[u8]) -> Result<Received> {
    let now = office.clock.now();
    let read = receive::read(raw);
    let sha256 = documents::sha256(raw);
    let kind = read.as_ref().map_or(KindWord::Unreadable, |incoming| incoming.is.word());
    let identity = identity(&read, &sha256);
    let mut tx = office.at_work().begin_part().await?;
    let new = NewReceived { identity: &identity, sha256: &sha256, kind, received_at: now };
    let Some(received) = store::letters::received::put(&mut tx, &new).await? else {
        let outcome = store::letters::received::outcome(&mut tx, &identity).await?.unwrap_or_default();
        return Ok(Received::Again { kind, outcome });
    };
    let effect = match &read {
        Err(why) => Effect::none(format!("not read: {why}")),
        Ok(incoming) => take(office, &mut tx, incoming, received, now).await?,
    };
    store::letters::received::settle(&mut tx, received, effect.letter, effect.visit, &effect.outcome).await?;
    tx.commit().await?;
    let visit = effect.visit.map(|visit| visit.to_string());
    info!(received, kind = kind.word(), letter = effect.letter.map(|letter| letter.0), visit, "message received");
    Ok(Received::New { kind, letter: effect.letter, visit: effect.visit, outcome: effect.outcome })
}

fn identity(read: &std::result::Result<Incoming, Unreadable>, sha256: &str) -> String {
    let message_id = read.as_ref().ok().and_then(|incoming| incoming.message_id.as_deref());
    match message_id.filter(|id| id.len() <= LONGEST_IDENTITY) {
        Some(id) => format!("<{id}>"),
        None => format!("sha256:{sha256}"),
    }
}

async fn take(tools: &Tools, tx: &mut Tx, incoming: &Incoming, received: i64, now: Instant) -> Result<Effect> {
    match &incoming.is {
        MessageKind::Reply(replies) => {
            let mut outcomes = Vec::new();
            let mut effect = about(tx, incoming).await?;
            for reply in replies {
                let (visit, outcome) = take_reply(tools, tx, reply, received, now).await?;
                effect.visit = visit.or(effect.visit);
                if !outcomes.contains(&outcome) {
                    outcomes.push(outcome);
                }
            }
            if outcomes.is_empty() {
                outcomes.push("it names nobody who accepts or declines".to_owned());
            }
            Ok(Effect { outcome: outcomes.join("; "), ..effect })
        }
        MessageKind::Status(status) => take_status(tools, tx, status, now).await,
        MessageKind::Automatic => {
            let effect = about(tx, incoming).await?;
            Ok(Effect { outcome: "a machine's answer: it changes nothing and gets none".to_owned(), ..effect })
        }
        MessageKind::Ordinary => {
            let effect = about(tx, incoming).await?;
            Ok(Effect {
                outcome: "for a person to read: it changes nothing and gets no answer from here".to_owned(),
                ..effect
            })
        }
    }
}

/// The letter that a message replies to, and its visit.
async fn about(tx: &mut Tx, incoming: &Incoming) -> Result<Effect> {
    for answered in &incoming.answers {
        if let Some(letter) = store::letters::with_message_id(tx, answered).await? {
            return Ok(Effect { letter: Some(letter.letter), visit: letter.visit, outcome: String::new() });
        }
    }
    Ok(Effect::default())
}

/// Stores a reply that counts; if it is a request to move, the managers are told, once per booking.
async fn take_reply(
    tools: &Tools,
    tx: &mut Tx,
    reply: &Reply,
    received: i64,
    now: Instant,
) -> Result<(Option<VisitId>, String)> {
    let ours = invitations::identity(tools, tx).await?;
    let stored = match visit_of(&reply.uid, &ours) {
        Some(visit) => store::visits::get(&mut *tx, visit).await?,
        None => None,
    };
    let Some(stored) = stored else {
        return Ok((None, "it answers an invitation that is not ours".to_owned()));
    };
    let visit = &stored.visit;
    let told: Vec<Reader> = store::letters::told::of_appointment(&mut *tx, visit.id)
        .await?
        .into_iter()
        .map(|reader| Reader { email: same_address(&reader.email), ..reader })
        .collect();
    let before = store::letters::received::answers(&mut *tx, visit.id).await?;
    let before = before.iter().find(|before| before.email == reply.attendee);
    let standing = match judge(reply, visit, &told, before, now) {
        Ok(standing) => standing,
        Err(no_effect) => return Ok((Some(visit.id), format!("it changes nothing: {no_effect}"))),
    };
    store::letters::received::put_answer(tx, &standing, received).await?;
    note_answer(tx, visit, &told, &standing)?;
    let outcome = match standing.answer {
        Participation::Accepted => format!("{} is confirmed by {}", visit.id, standing.name),
        Participation::Tentative => format!("{} may suit {}", visit.id, standing.name),
        Participation::Declined => {
            ask_to_move(tools, tx, visit, &standing, now).await?;
            format!("{} asks to move {}", standing.name, visit.id)
        }
    };
    Ok((Some(visit.id), outcome))
}

/// The audit-trail line of a reply, in the name of its sender.
fn note_answer(tx: &mut Tx, visit: &Visit, told: &[Reader], answer: &StandingReply) -> Result<()> {
    let engineer = &visit.state.appointment().engineer;
    let role = told.iter().find(|reader| reader.email == answer.email).map(|reader| &reader.role);
    let actor = match role {
        Some(role) if makes_visit(role, engineer) => Actor::Engineer { engineer: engineer.clone(), door: Door::Letter },
        Some(_) | None => Actor::Customer { email: Some(answer.email.clone()), door: Door::Letter },
    };
    let case = DeedCase { visit: Some(visit.id), engineer: Some(engineer), ..DeedCase::default() };
    let comment = answer.comment.clone().filter(|comment| !comment.is_empty());
    let line = DeedNote {
        after: Some(json!({ "answer": answer.answer.word() })),
        personal: comment.map(|comment| (PersonalField::Text, comment)).into_iter().collect(),
        ..DeedNote::of_visit(Deed::AnswerInvitation, visit)
    };
    note_by(tx, &actor, &case, line)
}

async fn ask_to_move(tools: &Tools, tx: &mut Tx, visit: &Visit, asked: &StandingReply, now: Instant) -> Result<()> {
    let parties = Parties::of_visit(tools, &mut *tx, visit).await?;
    let engineer = engineer(&mut *tx, &visit.state.appointment().engineer).await?;
    let notice = Notice::VisitAskedToMove {
        visit: parties.words(visit, &engineer),
        by: asked.name.clone(),
        comment: asked.comment.clone(),
    };
    // Whose own customer it is before those who answer for all.
    let visit_at = parties.site.time_zone.instant(visit.state.appointment().starts_at());
    let mut managers = parties.managers;
    managers.sort_by_key(|manager| answers_for_all(&manager.scope));
    for manager in managers.iter().take(MOST_TOLD) {
        let occasion = Occasion {
            visit_at: Some(visit_at),
            urgency: Urgency::of(visit.purpose),
            ..Occasion::of(of_manager(tools, manager), now)
        };
        let reader = manager_reader(manager);
        // Not by who asks: further requests about the same booking stand with the visit, and in the feeds.
        let key = format!("{}/{}/{}/{}", notice.word(), visit.id, asked.sequence, reader.role.key());
        let mut letter = tools.composer.owed(key, reader, notice.clone());
        letter.facts.booking = Some(asked.sequence);
        owe(tx, &letter, &occasion).await?;
    }
    Ok(())
}

/// Gives up a bounced letter: only the letter that the report names, and only for its own recipient.
async fn take_status(tools: &Tools, tx: &mut Tx, status: &StatusReport, now: Instant) -> Result<Effect> {
    let Some(original) = &status.original else {
        return Ok(Effect::none("it names no letter: nothing is changed"));
    };
    let Some(letter) = store::letters::with_message_id(tx, original).await? else {
        return Ok(Effect::none("it names a letter that is not ours: nothing is changed"));
    };
    let to = same_address(&letter.to);
    let its_own: Vec<_> = status.recipients.iter().filter(|recipient| recipient.addresses.contains(&to)).collect();
    let worst = DeliveryAction::ALL.into_iter().find_map(|a| its_own.iter().find(|recipient| recipient.action == a));
    let number = letter.letter;
    let outcome = match worst {
        None => format!("it tells of somebody to whom letter {number} was not written: nothing is changed"),
        Some(recipient) => match recipient.action {
            DeliveryAction::Failed => failed(tools, tx, &letter, status, recipient, now).await?,
            DeliveryAction::Delayed => format!("letter {number} is delayed: {}", recipient.said),
            DeliveryAction::Delivered | DeliveryAction::Relayed | DeliveryAction::Expanded => {
                format!("letter {number} was {}", recipient.action.word())
            }
        },
    };
    Ok(Effect { letter: Some(number), visit: letter.visit, outcome })
}

async fn failed(
    tools: &Tools,
    tx: &mut Tx,
    letter: &Letter,
    status: &StatusReport,
    recipient: &RecipientStatus,
    now: Instant,
) -> Result<String> {
    let number = letter.letter;
    if store::letters::is_on_its_way(tx, letter).await? {
        // The server was faster than we are: it bounced the letter before we recorded that it had accepted it.
        return Err(Error::Failed(anyhow!("letter {number} is on its way this very moment; hand this in again later")));
    }
    // After a letter was sent again, the server of an earlier attempt may still report on it.
    let of_earlier = letter.attempts > 1
        && letter.sent_at.zip(status.arrived_at).is_some_and(|(sent_at, arrived)| arrived < sent_at - CLOCKS_DIFFER);
    Ok(match letter.state {
        LetterState::Sent if of_earlier => {
            format!("letter {number} was sent again since it came back: nothing is changed")
        }
        LetterState::Sent => {
            let said = if recipient.said.is_empty() { "returned by a server" } else { &recipient.said };
            if store::letters::returned(tx, number, now, said).await? {
                note_letter(tx, letter, Deed::ReturnLetter).await?;
                note_unreachable(tx, letter, &recipient.said, now).await?;
                given_up(tx, tools, letter, said, now).await?;
                warn!(letter = number.0, notice = letter.notice.word(), "letter came back");
            }
            format!("letter {number} came back: {said}")
        }
        LetterState::Waiting => format!("letter {number} waits to be sent again: nothing is changed"),
        LetterState::Undelivered => format!("letter {number} was given up already"),
        LetterState::Cancelled => format!("letter {number} was withdrawn: nothing is changed"),
    })
}
