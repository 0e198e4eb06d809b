//! Incoming messages, each stored once, and the replies of invited people.

use crate::text::text;
use crate::visits::{BOOKED, DONE, count};
use crate::{Db, ReadHandle, Result, Tx};
use domain::Instant;
use domain::ids::{LetterId, VisitId};
use domain::letters::received::KindWord;
use domain::letters::reply::{Participation, StandingReply};

/// An incoming message to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReceived<'a> {
    /// Identifies the message if it arrives again.
    pub identity: &'a str,
    pub sha256: &'a str,
    pub kind: KindWord,
    pub received_at: Instant,
}

/// Stores a message and returns its number; `None` if it is already there. Call [`settle`] in the end.
pub async fn put(tx: &mut Tx, new: &NewReceived<'_>) -> Result<Option<i64>> {
    let row: Option<(i64,)> = tx
        .sql(
            "insert into received (identity, sha256, kind, received_at, outcome)
             values ($1, $2, $3, $4, '')
             on conflict (identity) do nothing
             returning id",
        )
        .bind(new.identity)
        .bind(new.sha256)
        .bind(new.kind.word())
        .bind(new.received_at)
        .optional()
        .await?;
    Ok(row.map(|(id,)| id))
}

/// Stores the outcome of a message, in the transaction that stored the message.
pub async fn settle(
    tx: &mut Tx,
    id: i64,
    letter: Option<LetterId>,
    visit: Option<VisitId>,
    outcome: &str,
) -> Result<()> {
    tx.sql("update received set letter_id = $2, visit_id = $3, outcome = $4 where id = $1")
        .bind(id)
        .bind(letter)
        .bind(visit)
        .bind(outcome)
        .execute()
        .await?;
    Ok(())
}

/// The outcome of the message with this identity.
pub async fn outcome<'a>(on: impl Into<ReadHandle<'a>>, identity: &str) -> Result<Option<String>> {
    let row: Option<(String,)> =
        on.into().sql("select outcome from received where identity = $1").bind(identity).optional().await?;
    Ok(row.map(|(outcome,)| outcome))
}

/// Stores the reply of somebody who was invited; it replaces their earlier one.
pub async fn put_answer(tx: &mut Tx, answer: &StandingReply, received: i64) -> Result<()> {
    tx.sql(
        "insert into answer (visit_id, email, name, sequence, answer, comment, answered_at, received_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (visit_id, email) do update
         set name = excluded.name, sequence = excluded.sequence, answer = excluded.answer,
             comment = excluded.comment, answered_at = excluded.answered_at, received_id = excluded.received_id",
    )
    .bind(answer.visit)
    .bind(&answer.email)
    .bind(&answer.name)
    .bind(i64::from(answer.sequence))
    .bind(answer.answer.word())
    .bind(answer.comment.as_deref())
    .bind(answer.answered_at)
    .bind(received)
    .execute()
    .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct AnswerRow {
    visit_id: i64,
    email: String,
    name: String,
    sequence: i64,
    answer: String,
    comment: Option<String>,
    answered_at: Instant,
}

impl AnswerRow {
    fn standing(self) -> StandingReply {
        let answer = Participation::ALL.into_iter().find(|answer| answer.word() == self.answer);
        StandingReply {
            visit: VisitId(self.visit_id),
            email: self.email,
            name: self.name,
            sequence: count(self.sequence),
            answer: answer.expect("the schema admits these words alone"),
            comment: self.comment,
            answered_at: self.answered_at,
        }
    }
}

/// Replies to a visit's current and earlier bookings, by address.
pub async fn answers<'a>(on: impl Into<ReadHandle<'a>>, visit: VisitId) -> Result<Vec<StandingReply>> {
    let rows: Vec<AnswerRow> = on
        .into()
        .sql(
            "select visit_id, email, name, sequence, answer, comment, answered_at
             from answer
             where visit_id = $1
             order by email",
        )
        .bind(visit)
        .all()
        .await?;
    Ok(rows.into_iter().map(AnswerRow::standing).collect())
}

/// Requests by invited people to move a booked visit, if they concern its current booking; oldest first. A request is
/// settled when the visit is moved or cancelled, or when the same person gives another reply.
pub async fn open_requests_to_move(db: &Db) -> Result<Vec<StandingReply>> {
    let rows: Vec<AnswerRow> = db
        .read(text!(
            "select answer.visit_id, answer.email, answer.name, answer.sequence, answer.answer, answer.comment,
               answer.answered_at
             from answer
             join visit on visit.id = answer.visit_id
             where answer.answer = 'declined' and visit.state = '",
            BOOKED,
            "' and visit.sequence = answer.sequence
             order by answer.answered_at, answer.visit_id, answer.email"
        ))
        .all()
        .await?;
    Ok(rows.into_iter().map(AnswerRow::standing).collect())
}

/// Replies to the current bookings of the visits with numbers `from` to `through`, both inclusive.
pub async fn current_answers(db: &Db, from: VisitId, through: VisitId) -> Result<Vec<StandingReply>> {
    let rows: Vec<AnswerRow> = db
        .read(text!(
            "select answer.visit_id, answer.email, answer.name, answer.sequence, answer.answer, answer.comment,
               answer.answered_at
             from answer
             join visit on visit.id = answer.visit_id
             where answer.visit_id >= $1 and answer.visit_id <= $2
               and visit.state in ('",
            BOOKED,
            "', '",
            DONE,
            "') and visit.sequence = answer.sequence
             order by answer.visit_id, answer.email"
        ))
        .bind(from.0)
        .bind(through.0)
        .all()
        .await?;
    Ok(rows.into_iter().map(AnswerRow::standing).collect())
}
