//! Whether letters are flowing: what is waiting, and when a letter was last sent.

use super::{SENT, WAITING, state};
use crate::text::text;
use crate::{Db, Result};
use domain::Instant;
use domain::letters::letter::LetterState;
use domain::letters::notice::NoticeKind;

/// The state of the letter with this key, if there is one.
pub async fn state_of(db: &Db, key: &str) -> Result<Option<LetterState>> {
    let row: Option<(String,)> = db.read("select state from letter where key = $1").bind(key).optional().await?;
    Ok(row.map(|(word,)| state(&word)))
}

/// Whether a letter that was due before `at` has not been claimed yet.
pub async fn any_due_since(db: &Db, at: Instant) -> Result<bool> {
    let sql = text!("select 1 as one from letter where state = '", WAITING, "' and next_attempt_at < $1 limit 1");
    Ok(db.read(sql).bind(at).optional::<(i32,)>().await?.is_some())
}

/// When a letter with this notice was last accepted.
pub async fn last_sent(db: &Db, notice: NoticeKind) -> Result<Option<Instant>> {
    let sql = text!("select max(sent_at) from letter where notice = $1 and state = '", SENT, "'");
    let (at,): (Option<Instant>,) = db.read(sql).bind(notice.word()).one().await?;
    Ok(at)
}
