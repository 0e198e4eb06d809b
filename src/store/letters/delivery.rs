//! Delivery: claiming letters, recording attempts, and what people decide about letters that were not sent.

use super::{CANCELLED, COLUMNS, KEPT, SENT, StoredWithBytes, UNDELIVERED, WAITING};
use crate::text::{sql, text};
use crate::{Result, Sql, Tx};
use domain::Instant;
use domain::ids::LetterId;
use domain::letters::kept::KeptMessage;
use domain::letters::letter::Letter;
use domain::letters::retry::AttemptOutcome;
use domain::letters::route::Domains;

/// A letter claimed for delivery, with its stored message; the attempt is already counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    pub row: Letter,
    pub kept: KeptMessage,
}

/// The update made by a claim.
const CLAIM: &str = "update letter
                     set attempts = attempts + 1, next_attempt_at = $3, first_tried_at = coalesce(first_tried_at, $1)
                     where id in (";

/// A claim takes letters that are written, due, and addressed to the given domains; oldest first. The sign before the
/// limit keeps SQLite from preparing the statement again for each value.
pub(super) const CLAIMING: Sql = sql!(
    CLAIM,
    "select id from letter where state = '",
    WAITING,
    "' and next_attempt_at <= $1 and written and (to_domain in ",
    codes 4,
    ") = $5 order by next_attempt_at, id limit +$2",
    postgres " for update skip locked",
    ") returning ",
    COLUMNS,
    ", ",
    KEPT
);

/// Claims up to `most` letters to `domains` that are written and due at `now`, oldest first. Their attempt is counted,
/// and their next one is postponed to `again_at`, so that neither a restart after a crash nor another replica sends
/// them in the meantime. Commit before sending.
pub async fn claim(tx: &mut Tx, domains: &Domains, most: u32, now: Instant, again_at: Instant) -> Result<Vec<Claimed>> {
    let (named, are_meant) = match domains {
        Domains::These(these) => (these, true),
        Domains::AllBut(others) => (others, false),
    };
    let rows: Vec<StoredWithBytes> = tx
        .sql(CLAIMING)
        .bind(now)
        .bind(i64::from(most))
        .bind(again_at)
        .bind(serde_json::to_string(named).expect("names are text"))
        .bind(are_meant)
        .all()
        .await?;
    let claimed = |row: StoredWithBytes| Ok(Claimed { row: row.stored.into(), kept: row.kept.message()? });
    let mut claimed: Vec<Claimed> = rows.into_iter().map(claimed).collect::<Result<_>>()?;
    // `returning` guarantees no order.
    claimed.sort_by_key(|claimed| claimed.row.letter);
    Ok(claimed)
}

/// Returns a claimed letter untried: the attempt is not counted, and the letter is due again at `at`.
pub async fn release(tx: &mut Tx, letter: LetterId, at: Instant) -> Result<()> {
    tx.sql(text!(
        "update letter
         set attempts = attempts - 1, next_attempt_at = $2,
           first_tried_at = case when attempts - 1 > tried_before then first_tried_at end
         where id = $1 and state = '",
        WAITING,
        "'"
    ))
    .bind(letter)
    .bind(at)
    .execute()
    .await?;
    Ok(())
}

/// The outcome of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempted<'a> {
    pub at: Instant,
    pub relay: &'a str,
    pub code: Option<u16>,
    pub outcome: AttemptOutcome,
    pub said: &'a str,
}

/// Stores an attempt for a claimed letter; storing the same attempt again changes nothing.
pub async fn put_attempt(tx: &mut Tx, letter: &Letter, attempted: &Attempted<'_>) -> Result<()> {
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

/// Marks a letter as accepted at `at`. Returns whether it was waiting.
pub async fn mark_sent(tx: &mut Tx, letter: LetterId, at: Instant, said: &str) -> Result<bool> {
    let changed = tx
        .sql(text!(
            "update letter
             set state = '",
            SENT,
            "', sent_at = $2, next_attempt_at = null, outcome = $3
             where id = $1 and state = '",
            WAITING,
            "'"
        ))
        .bind(letter)
        .bind(at)
        .bind(said)
        .execute()
        .await?;
    Ok(changed == 1)
}

/// Schedules the next attempt for a letter.
pub async fn put_off(tx: &mut Tx, letter: LetterId, next: Instant, said: &str) -> Result<()> {
    tx.sql(text!("update letter set next_attempt_at = $2, outcome = $3 where id = $1 and state = '", WAITING, "'"))
        .bind(letter)
        .bind(next)
        .bind(said)
        .execute()
        .await?;
    Ok(())
}

/// Gives up a letter at `at`. Returns whether it was waiting.
pub async fn give_up(tx: &mut Tx, letter: LetterId, at: Instant, said: &str) -> Result<bool> {
    let changed = tx
        .sql(text!(
            "update letter
             set state = '",
            UNDELIVERED,
            "', given_up_at = $2, next_attempt_at = null, outcome = $3
             where id = $1 and state = '",
            WAITING,
            "'"
        ))
        .bind(letter)
        .bind(at)
        .bind(said)
        .execute()
        .await?;
    Ok(changed == 1)
}

/// The condition that a waiting letter is not being sent right now, at `$2`.
const NOT_ON_THE_WIRE: &str = "(attempts = 0
    or next_attempt_at <= $2
    or exists (select 1 from attempt where letter_id = letter.id and number = attempts))";

/// Returns a given-up letter to the outbox, or makes a waiting one due at once; its retry period starts again. Returns
/// whether it did: not if the letter is being sent right now, or if its text was cleared.
pub async fn retry(tx: &mut Tx, letter: LetterId, now: Instant) -> Result<bool> {
    let changed = tx
        .sql(text!(
            "update letter
             set state = '",
            WAITING,
            "', next_attempt_at = $2, given_up_at = null, first_tried_at = null, tried_before = attempts
             where id = $1 and cleared_at is null and (state = '",
            UNDELIVERED,
            "' or state = '",
            WAITING,
            "' and ",
            NOT_ON_THE_WIRE,
            ")"
        ))
        .bind(letter)
        .bind(now)
        .execute()
        .await?;
    Ok(changed == 1)
}

/// Withdraws a waiting letter. Returns whether it did: not if the letter is being sent right now.
pub async fn cancel(tx: &mut Tx, letter: LetterId, now: Instant) -> Result<bool> {
    let changed = tx
        .sql(text!(
            "update letter
             set state = '",
            CANCELLED,
            "', next_attempt_at = null
             where id = $1 and state = '",
            WAITING,
            "' and ",
            NOT_ON_THE_WIRE
        ))
        .bind(letter)
        .bind(now)
        .execute()
        .await?;
    Ok(changed == 1)
}
