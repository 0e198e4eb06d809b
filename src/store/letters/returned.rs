//! Letters that a server had accepted and that came back.

use super::{LetterRow, Stored};
use crate::{ReadHandle, Result, Tx};
use domain::Instant;
use domain::ids::LetterId;

/// The letter with this Message-ID (without angle brackets), as it stands in the transaction.
pub async fn with_message_id(tx: &mut Tx, message_id: &str) -> Result<Option<LetterRow>> {
    let row: Option<Stored> = tx
        .sql(
            "select id, key, notice, message_id, to_name, to_email, subject, visit_id, deadline_id,
               created_at, state, attempts, tried_before, first_tried_at, next_attempt_at, sent_at, given_up_at, outcome
             from letter
             where message_id = $1",
        )
        .bind(message_id)
        .optional()
        .await?;
    Ok(row.map(LetterRow::from))
}

/// One letter as it stands, without its bytes.
pub async fn row<'a>(on: impl Into<ReadHandle<'a>>, letter: LetterId) -> Result<Option<LetterRow>> {
    let row: Option<Stored> = on
        .into()
        .sql(
            "select id, key, notice, message_id, to_name, to_email, subject, visit_id, deadline_id,
               created_at, state, attempts, tried_before, first_tried_at, next_attempt_at, sent_at, given_up_at, outcome
             from letter
             where id = $1",
        )
        .bind(letter)
        .optional()
        .await?;
    Ok(row.map(LetterRow::from))
}

/// Whether a waiting letter's last attempt has begun and its outcome is not kept yet.
pub async fn is_on_its_way(tx: &mut Tx, letter: &LetterRow) -> Result<bool> {
    let row: Option<(i64,)> = tx
        .sql(
            "select id
             from letter
             where id = $1 and state = 'waiting' and attempts > 0
               and not exists (select 1 from attempt
                               where attempt.letter_id = letter.id and attempt.number = letter.attempts)",
        )
        .bind(letter.letter)
        .optional()
        .await?;
    Ok(row.is_some())
}

/// A letter that was sent came back at `at`: it is given up. Says whether it was sent until now.
pub async fn returned(tx: &mut Tx, letter: LetterId, at: Instant, said: &str) -> Result<bool> {
    let changed = tx
        .sql(
            "update letter
             set state = 'undelivered', sent_at = null, given_up_at = $2, outcome = $3
             where id = $1 and state = 'sent'",
        )
        .bind(letter)
        .bind(at)
        .bind(said)
        .execute()
        .await?;
    Ok(changed == 1)
}
