//! Letters that were accepted by a server and then bounced.

use super::{COLUMNS, SENT, Stored, UNDELIVERED, WAITING};
use crate::text::text;
use crate::{ReadHandle, Result, Tx};
use domain::Instant;
use domain::ids::LetterId;
use domain::letters::letter::Letter;

/// The letter with this Message-ID (without angle brackets), as seen by the transaction.
pub async fn with_message_id(tx: &mut Tx, message_id: &str) -> Result<Option<Letter>> {
    let row: Option<Stored> =
        tx.sql(text!("select ", COLUMNS, " from letter where message_id = $1")).bind(message_id).optional().await?;
    Ok(row.map(Letter::from))
}

/// The current state of a letter, without its bytes.
pub async fn row<'a>(on: impl Into<ReadHandle<'a>>, letter: LetterId) -> Result<Option<Letter>> {
    let row: Option<Stored> =
        on.into().sql(text!("select ", COLUMNS, " from letter where id = $1")).bind(letter).optional().await?;
    Ok(row.map(Letter::from))
}

/// Whether the last attempt of a waiting letter has begun and its outcome is not stored yet.
pub async fn is_on_its_way(tx: &mut Tx, letter: &Letter) -> Result<bool> {
    let row: Option<(i64,)> = tx
        .sql(text!(
            "select id
             from letter
             where id = $1 and attempts > 0
               and not exists (select 1 from attempt
                               where attempt.letter_id = letter.id and attempt.number = letter.attempts)
               and state = '",
            WAITING,
            "'"
        ))
        .bind(letter.letter)
        .optional()
        .await?;
    Ok(row.is_some())
}

/// Gives up a sent letter that bounced at `at`. Returns whether it was marked as sent.
pub async fn returned(tx: &mut Tx, letter: LetterId, at: Instant, said: &str) -> Result<bool> {
    let changed = tx
        .sql(text!(
            "update letter
             set state = '",
            UNDELIVERED,
            "', sent_at = null, given_up_at = $2, outcome = $3
             where id = $1 and state = '",
            SENT,
            "'"
        ))
        .bind(letter)
        .bind(at)
        .bind(said)
        .execute()
        .await?;
    Ok(changed == 1)
}
