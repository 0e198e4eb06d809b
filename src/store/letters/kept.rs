//! How letters are stored: without the documents that they enclose, and without their text after a long time.

use super::{CANCELLED, KEPT, KeptRow, SENT};
use crate::text::text;
use crate::{Db, Result, Tx};
use domain::Instant;
use domain::ids::LetterId;
use domain::letters::kept::{KeptMessage, LetterToClear, LetterToShrink};

#[derive(sqlx::FromRow)]
struct ClearRow {
    id: i64,
    #[sqlx(flatten)]
    kept: KeptRow,
}

#[derive(sqlx::FromRow)]
struct ShrinkRow {
    id: i64,
    bytes: Vec<u8>,
    document: String,
}

/// A flag's letter is kept in full until what it reports as late is done.
const OF_NOTHING_OPEN: &str = "not exists (select 1 from deadline
                                           where deadline.id = letter.deadline_id and deadline.met_at is null
                                             and deadline.withdrawn_at is null)";

pub(super) const SENT_LONG_AGO: &str = text!(
    "select id, ",
    KEPT,
    " from letter where state = '",
    SENT,
    "' and cleared_at is null and sent_at < $1 and ",
    OF_NOTHING_OPEN,
    " order by sent_at limit $2"
);

pub(super) const WITHDRAWN_LONG_AGO: &str = text!(
    "select id, ",
    KEPT,
    " from letter where state = '",
    CANCELLED,
    "' and written and cleared_at is null and created_at < $1 and ",
    OF_NOTHING_OPEN,
    " order by created_at limit $2"
);

pub(super) const UNSHRUNK: &str = "select id, bytes, document
                                   from letter
                                   where enclosed is null and written and document is not null
                                   order by id
                                   limit $1";

/// Letters whose text is still stored and that were sent before `before`, or were withdrawn and owed before then; up to
/// `most` of each. Letters about an open deadline are not included.
pub async fn to_clear(db: &Db, before: Instant, most: i64) -> Result<Vec<LetterToClear>> {
    let mut rows: Vec<ClearRow> = db.read(SENT_LONG_AGO).bind(before).bind(most).all().await?;
    rows.extend(db.read(WITHDRAWN_LONG_AGO).bind(before).bind(most).all::<ClearRow>().await?);
    rows.into_iter().map(|row| Ok(LetterToClear { letter: LetterId(row.id), kept: row.kept.message()? })).collect()
}

/// Reduces a sent or withdrawn letter to its headers and the hash of the full message. Returns whether it did.
pub async fn clear(tx: &mut Tx, letter: LetterId, head: &[u8], sha256: &str, now: Instant) -> Result<bool> {
    let changed = tx
        .sql(text!(
            "update letter
             set bytes = $2, enclosed = '[]', sha256 = $3, cleared_at = $4
             where id = $1 and cleared_at is null and state in ('",
            SENT,
            "', '",
            CANCELLED,
            "')"
        ))
        .bind(letter)
        .bind(head)
        .bind(sha256)
        .bind(now)
        .execute()
        .await?;
    Ok(changed == 1)
}

/// Up to `most` letters of earlier versions that still contain the document that they enclose.
pub async fn to_shrink(db: &Db, most: i64) -> Result<Vec<LetterToShrink>> {
    let rows: Vec<ShrinkRow> = db.read(UNSHRUNK).bind(most).all().await?;
    let letter = |row: ShrinkRow| LetterToShrink { letter: LetterId(row.id), bytes: row.bytes, document: row.document };
    Ok(rows.into_iter().map(letter).collect())
}

/// Stores a letter again without the documents that it encloses.
pub async fn shrink(tx: &mut Tx, letter: LetterId, kept: &KeptMessage) -> Result<()> {
    tx.sql("update letter set bytes = $2, enclosed = $3, sha256 = $4 where id = $1 and enclosed is null and written")
        .bind(letter)
        .bind(kept.rest.as_slice())
        .bind(serde_json::to_string(&kept.enclosed).expect("plain data"))
        .bind(kept.sha256.as_deref())
        .execute()
        .await?;
    Ok(())
}
