//! Messages that came in, each once, and what those invited have answered.

use crate::text::text;
use crate::visits::{BOOKED, DONE, count};
use crate::{Db, ReadHandle, Result, Tx};
use domain::Instant;
use domain::ids::{LetterId, VisitId};
use domain::letters::received::KindWord;
use domain::letters::reply::{Participation, StandingReply};

/// A message that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReceived<'a> {
    /// What makes it the same message when it comes again.
    pub identity: &'a str,
    pub sha256: &'a str,
    pub kind: KindWord,
    pub received_at: Instant,
}

/// Notes a message, unless it is here already. Says its number if it is new; in the end, see [`settle`].
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

/// Notes what a message came to, in the transaction that noted it.
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

/// What a message came to that has this identity.
pub async fn outcome<'a>(on: impl Into<ReadHandle<'a>>, identity: &str) -> Result<Option<String>> {
    let row: Option<(String,)> =
        on.into().sql("select outcome from received where identity = $1").bind(identity).optional().await?;
    Ok(row.map(|(outcome,)| outcome))
}

/// Keeps the answer of somebody who was invited, in the place of what they said before.
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

/// What was answered to a visit, to its present booking and to earlier ones, by address.
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

/// Visits that are booked and that somebody who was invited asks to move: to the present booking, the earliest asked
/// first. Moving or cancelling the visit settles it, and so does another answer of the same person.
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

/// Answers to the present bookings of the visits from number `from` through `through`.
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
