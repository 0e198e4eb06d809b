//! Delivery: claiming letters, recording attempts, and what people decide about letters that were not sent.

use super::{CANCELLED, COLUMNS, KEPT, PAPER, SENT, StoredWithBytes, UNDELIVERED, WAITING};
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

/// Whether no letter before this one, about the same visit to the same reader, is still to be sent; a report waits for none.
const IN_ITS_TURN: &str = text!(
    "(bears = '",
    PAPER,
    "' or not exists (
       select 1 from letter earlier
       where earlier.visit_id = letter.visit_id and earlier.visit_id is not null and earlier.to_email = letter.to_email and earlier.id < letter.id
         and earlier.state = '",
    WAITING,
    "' and earlier.written))"
);

/// A claim takes what is written, due, in its turn, and to the domains that are meant; the oldest first. The sign before the limit keeps
/// SQLite from preparing the statement anew for each value of it.
pub(super) const CLAIMING: Sql = sql!(
    CLAIM,
    "select id from letter where state = '",
    WAITING,
    "' and next_attempt_at <= $1 and written and (to_domain in ",
    codes 4,
    ") = $5 and ",
    IN_ITS_TURN,
    " order by next_attempt_at, id limit +$2",
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
    /// Whether it may have arrived though no answer came.
    pub may_have_left: bool,
    pub said: &'a str,
}

/// Stores an attempt for a claimed letter; storing the same attempt again changes nothing.
pub async fn put_attempt(tx: &mut Tx, letter: &Letter, attempted: &Attempted<'_>) -> Result<()> {
    tx.sql(
        "insert into attempt (letter_id, number, at, relay, code, outcome, said, may_have_left)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (letter_id, number) do nothing",
    )
    .bind(letter.letter)
    .bind(i64::from(letter.attempts))
    .bind(attempted.at)
    .bind(attempted.relay)
    .bind(attempted.code.map(i64::from))
    .bind(attempted.outcome.word())
    .bind(attempted.said)
    .bind(attempted.may_have_left)
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
            "', sent_at = $2, next_attempt_at = null, outcome = $3, kept_facts = null
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

/// The letters about the same visit to the same reader that come after it are tried no earlier than `next`.
pub async fn hold_behind(tx: &mut Tx, letter: &Letter, next: Instant) -> Result<()> {
    let Some(visit) = letter.visit else { return Ok(()) };
    tx.sql(text!(
        "update letter set next_attempt_at = $4
         where visit_id = $1 and to_email = $2 and id > $3 and state = '",
        WAITING,
        "' and visit_id is not null and next_attempt_at < $4 and coalesce(bears, '') <> '",
        PAPER,
        "'"
    ))
    .bind(visit)
    .bind(&letter.to)
    .bind(letter.letter)
    .bind(next)
    .execute()
    .await?;
    Ok(())
}

/// The letter is tried again at `next`.
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
            "', next_attempt_at = null, kept_facts = null
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
