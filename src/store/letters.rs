//! Letters: the outbox, what became of each, and every attempt.

pub mod hotline;
pub mod received;
pub mod relay;
pub mod taken_out;
pub mod told;

mod flow;
mod readers;
mod returned;

use serde::Serialize;

pub use self::flow::{any_due_since, last_sent, state_of};
pub use self::readers::managers_to_tell;
pub use self::returned::{is_on_its_way, returned, row, with_message_id};
use super::{Db, Result, Sql, Tx};
use domain::Instant;
use domain::ids::{DeadlineId, LetterId, VisitId};
use domain::letters::notice::Letter;
use domain::letters::retry::{AttemptOutcome, Tries};
use domain::letters::route::{Domains, domain_of};

/// Where a letter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LetterState {
    /// In the outbox.
    Waiting,
    /// A server answered 250.
    Sent,
    /// Given up.
    Undelivered,
    /// Withdrawn before it left.
    Cancelled,
}

impl LetterState {
    pub const ALL: [LetterState; 4] =
        [LetterState::Waiting, LetterState::Sent, LetterState::Undelivered, LetterState::Cancelled];

    /// The word in the store and in lists.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            LetterState::Waiting => "waiting",
            LetterState::Sent => "sent",
            LetterState::Undelivered => "undelivered",
            LetterState::Cancelled => "cancelled",
        }
    }

    fn of(word: &str) -> LetterState {
        LetterState::ALL.into_iter().find(|state| state.word() == word).expect("the schema admits these words alone")
    }
}

/// A letter as the store keeps it, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LetterRow {
    pub letter: LetterId,
    pub key: String,
    /// Word of its notice.
    pub notice: String,
    pub message_id: String,
    pub to_name: String,
    pub to: String,
    pub subject: String,
    pub visit: Option<VisitId>,
    pub deadline: Option<DeadlineId>,
    pub created_at: Instant,
    pub state: LetterState,
    pub attempts: u32,
    /// Attempts before the last retry by hand.
    pub tried_before: u32,
    /// Since when it is tried for; a retry by hand begins anew.
    pub first_tried_at: Option<Instant>,
    pub next_attempt_at: Option<Instant>,
    pub sent_at: Option<Instant>,
    pub given_up_at: Option<Instant>,
    /// The last answer of a server, or what went wrong.
    pub outcome: Option<String>,
}

/// One attempt at delivering a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AttemptRow {
    pub number: u32,
    pub at: Instant,
    pub relay: String,
    pub code: Option<u16>,
    pub outcome: String,
    pub said: String,
}

/// A letter claimed for delivery, with its bytes; its attempt is counted already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    pub row: LetterRow,
    pub bytes: Vec<u8>,
}

#[derive(sqlx::FromRow)]
struct Stored {
    id: i64,
    key: String,
    notice: String,
    message_id: String,
    to_name: String,
    to_email: String,
    subject: String,
    visit_id: Option<i64>,
    deadline_id: Option<i64>,
    created_at: Instant,
    state: String,
    attempts: i64,
    tried_before: i64,
    first_tried_at: Option<Instant>,
    next_attempt_at: Option<Instant>,
    sent_at: Option<Instant>,
    given_up_at: Option<Instant>,
    outcome: Option<String>,
}

#[derive(sqlx::FromRow)]
struct StoredWithBytes {
    #[sqlx(flatten)]
    stored: Stored,
    bytes: Vec<u8>,
}

#[derive(sqlx::FromRow)]
struct StoredAttempt {
    number: i64,
    at: Instant,
    relay: String,
    code: Option<i64>,
    outcome: String,
    said: String,
}

impl From<Stored> for LetterRow {
    fn from(row: Stored) -> LetterRow {
        LetterRow {
            letter: LetterId(row.id),
            key: row.key,
            notice: row.notice,
            message_id: row.message_id,
            to_name: row.to_name,
            to: row.to_email,
            subject: row.subject,
            visit: row.visit_id.map(VisitId),
            deadline: row.deadline_id.map(DeadlineId),
            created_at: row.created_at,
            state: LetterState::of(&row.state),
            attempts: count(row.attempts),
            tried_before: count(row.tried_before),
            first_tried_at: row.first_tried_at,
            next_attempt_at: row.next_attempt_at,
            sent_at: row.sent_at,
            given_up_at: row.given_up_at,
            outcome: row.outcome,
        }
    }
}

/// Puts a letter into the outbox; a letter whose key is there already changes nothing. Says whether it is new.
pub async fn put(tx: &mut Tx, letter: &Letter, now: Instant) -> Result<Option<LetterId>> {
    let new: Option<(i64,)> = tx
        .sql(
            "insert into letter
               (key, notice, message_id, to_name, to_email, to_domain, language, subject, visit_id, deadline_id,
                created_at, bytes, state, attempts, next_attempt_at)
             values ($1, $2, $3, $4, $5, $12, $6, $7, $8, $9, $10, $11, 'waiting', 0, $10)
             on conflict (key) do nothing
             returning id",
        )
        .bind(&letter.key)
        .bind(letter.notice)
        .bind(&letter.message_id)
        .bind(&letter.to.name)
        .bind(&letter.to.email)
        .bind(letter.to.language.code())
        .bind(&letter.subject)
        .bind(letter.visit)
        .bind(letter.deadline)
        .bind(now)
        .bind(&letter.bytes)
        .bind(domain_of(&letter.to.email))
        .optional()
        .await?;
    Ok(new.map(|(id,)| LetterId(id)))
}

/// Claims up to `most` letters to `domains` that are due at `now`, oldest first: their attempt is counted and their
/// next one pushed to `again_at`, so that a crash, or another replica, does not send them meanwhile. Commit before
/// sending.
pub async fn claim(tx: &mut Tx, domains: &Domains, most: u32, now: Instant, again_at: Instant) -> Result<Vec<Claimed>> {
    let (named, are_meant) = match domains {
        Domains::These(these) => (these, true),
        Domains::AllBut(others) => (others, false),
    };
    let rows: Vec<StoredWithBytes> = tx
        .sql(Sql {
            sqlite: "update letter
                     set attempts = attempts + 1, next_attempt_at = $3, first_tried_at = coalesce(first_tried_at, $1)
                     where id in (
                       select id from letter
                       where state = 'waiting' and next_attempt_at <= $1
                         and (to_domain in (select value from json_each($4))) = $5
                       order by next_attempt_at, id
                       limit $2)
                     returning id, key, notice, message_id, to_name, to_email, subject, visit_id, deadline_id,
                       created_at, state, attempts, tried_before, first_tried_at, next_attempt_at, sent_at,
                       given_up_at, outcome, bytes",
            postgres: "update letter
                       set attempts = attempts + 1, next_attempt_at = $3, first_tried_at = coalesce(first_tried_at, $1)
                       where id in (
                         select id from letter
                         where state = 'waiting' and next_attempt_at <= $1
                           and (to_domain in (select jsonb_array_elements_text($4::jsonb))) = $5
                         order by next_attempt_at, id
                         limit $2
                         for update skip locked)
                       returning id, key, notice, message_id, to_name, to_email, subject, visit_id, deadline_id,
                         created_at, state, attempts, tried_before, first_tried_at, next_attempt_at, sent_at,
                         given_up_at, outcome, bytes",
        })
        .bind(now)
        .bind(i64::from(most))
        .bind(again_at)
        .bind(serde_json::to_string(named).expect("names are text"))
        .bind(are_meant)
        .all()
        .await?;
    let mut claimed: Vec<Claimed> =
        rows.into_iter().map(|row| Claimed { row: row.stored.into(), bytes: row.bytes }).collect();
    // `returning` promises no order.
    claimed.sort_by_key(|claimed| claimed.row.letter);
    Ok(claimed)
}

/// Gives a claimed letter back untried: its attempt is not counted, it is looked at again at `at`.
pub async fn release(tx: &mut Tx, letter: LetterId, at: Instant) -> Result<()> {
    tx.sql(
        "update letter
         set attempts = attempts - 1, next_attempt_at = $2,
           first_tried_at = case when attempts - 1 > tried_before then first_tried_at end
         where id = $1 and state = 'waiting'",
    )
    .bind(letter)
    .bind(at)
    .execute()
    .await?;
    Ok(())
}

/// What one attempt came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempted<'a> {
    pub at: Instant,
    pub relay: &'a str,
    pub code: Option<u16>,
    pub outcome: AttemptOutcome,
    pub said: &'a str,
}

/// Keeps an attempt of a claimed letter; the same attempt again changes nothing.
pub async fn put_attempt(tx: &mut Tx, letter: &LetterRow, attempted: &Attempted<'_>) -> Result<()> {
    tx.sql(
        "insert into attempt (letter_id, number, at, relay, code, outcome, said)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (letter_id, number) do nothing",
    )
    .bind(letter.letter)
    .bind(i64::from(letter.attempts))
    .bind(attempted.at)
    .bind(attempted.relay)
    .bind(attempted.code.map(i64::from))
    .bind(attempted.outcome.word())
    .bind(attempted.said)
    .execute()
    .await?;
    Ok(())
}

/// The letter was accepted at `at`. Says whether it was waiting.
pub async fn mark_sent(tx: &mut Tx, letter: LetterId, at: Instant, said: &str) -> Result<bool> {
    let changed = tx
        .sql(
            "update letter
             set state = 'sent', sent_at = $2, next_attempt_at = null, outcome = $3
             where id = $1 and state = 'waiting'",
        )
        .bind(letter)
        .bind(at)
        .bind(said)
        .execute()
        .await?;
    Ok(changed == 1)
}

/// The letter is tried again at `next`.
pub async fn put_off(tx: &mut Tx, letter: LetterId, next: Instant, said: &str) -> Result<()> {
    tx.sql("update letter set next_attempt_at = $2, outcome = $3 where id = $1 and state = 'waiting'")
        .bind(letter)
        .bind(next)
        .bind(said)
        .execute()
        .await?;
    Ok(())
}

/// The letter is given up at `at`. Says whether it was waiting.
pub async fn give_up(tx: &mut Tx, letter: LetterId, at: Instant, said: &str) -> Result<bool> {
    let changed = tx
        .sql(
            "update letter
             set state = 'undelivered', given_up_at = $2, next_attempt_at = null, outcome = $3
             where id = $1 and state = 'waiting'",
        )
        .bind(letter)
        .bind(at)
        .bind(said)
        .execute()
        .await?;
    Ok(changed == 1)
}

/// Puts a letter that was given up back into the outbox, or brings a waiting one forward; its patience begins anew.
/// Says whether it did: not for one that is on the wire right now.
pub async fn retry(tx: &mut Tx, letter: LetterId, now: Instant) -> Result<bool> {
    let changed = tx
        .sql(
            "update letter
             set state = 'waiting', next_attempt_at = $2, given_up_at = null,
               first_tried_at = null, tried_before = attempts
             where id = $1
               and (state = 'undelivered'
                 or state = 'waiting'
                   and (attempts = 0
                     or next_attempt_at <= $2
                     or exists (select 1 from attempt where letter_id = letter.id and number = attempts)))",
        )
        .bind(letter)
        .bind(now)
        .execute()
        .await?;
    Ok(changed == 1)
}

/// Withdraws a letter that waits. Says whether it did: not for one that is on the wire right now.
pub async fn cancel(tx: &mut Tx, letter: LetterId, now: Instant) -> Result<bool> {
    let changed = tx
        .sql(
            "update letter
             set state = 'cancelled', next_attempt_at = null
             where id = $1 and state = 'waiting'
               and (attempts = 0
                 or next_attempt_at <= $2
                 or exists (select 1 from attempt where letter_id = letter.id and number = attempts))",
        )
        .bind(letter)
        .bind(now)
        .execute()
        .await?;
    Ok(changed == 1)
}

/// Which letters a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LetterFilter {
    pub state: Option<LetterState>,
    /// Word of a notice.
    pub notice: Option<String>,
    /// Address of the recipient.
    pub to: Option<String>,
    pub visit: Option<VisitId>,
    /// The newest so many.
    pub most: u32,
}

/// The letters that a filter lets through, newest first.
pub async fn list(db: &Db, filter: &LetterFilter) -> Result<Vec<LetterRow>> {
    let rows: Vec<Stored> = db
        .read(
            "select id, key, notice, message_id, to_name, to_email, subject, visit_id, deadline_id,
               created_at, state, attempts, tried_before, first_tried_at, next_attempt_at, sent_at, given_up_at, outcome
             from letter
             where true",
        )
        .and(" and state = ", filter.state.map(LetterState::word))
        .and(" and notice = ", filter.notice.as_deref())
        .and(" and to_email = ", filter.to.as_deref())
        .and(" and visit_id = ", filter.visit)
        .text(" order by id desc")
        .and(" limit ", Some(i64::from(filter.most)))
        .all()
        .await?;
    Ok(rows.into_iter().map(LetterRow::from).collect())
}

/// One letter with its final bytes.
pub async fn get(db: &Db, letter: LetterId) -> Result<Option<(LetterRow, Vec<u8>)>> {
    let row: Option<StoredWithBytes> = db
        .read(
            "select id, key, notice, message_id, to_name, to_email, subject, visit_id, deadline_id,
               created_at, state, attempts, tried_before, first_tried_at, next_attempt_at, sent_at, given_up_at, outcome, bytes
             from letter
             where id = $1",
        )
        .bind(letter)
        .optional()
        .await?;
    Ok(row.map(|row| (row.stored.into(), row.bytes)))
}

/// The attempts of a letter, in order.
pub async fn attempts(db: &Db, letter: LetterId) -> Result<Vec<AttemptRow>> {
    let rows: Vec<StoredAttempt> = db
        .read("select number, at, relay, code, outcome, said from attempt where letter_id = $1 order by number")
        .bind(letter)
        .all()
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| AttemptRow {
            number: count(row.number),
            at: row.at,
            relay: row.relay,
            code: row.code.and_then(|code| u16::try_from(code).ok()),
            outcome: row.outcome,
            said: row.said,
        })
        .collect())
}

impl LetterRow {
    /// How often, and since when, it has been tried for; at least once, by whoever claimed it.
    #[must_use]
    pub fn tries(&self) -> Tries {
        let first_at = self.first_tried_at.unwrap_or(self.created_at);
        Tries { number: self.attempts.saturating_sub(self.tried_before), first_at }
    }
}

fn count(n: i64) -> u32 {
    u32::try_from(n).expect("a count of attempts is small and not negative")
}
