//! What may make room for slots that have no visit: days that became free, and people who changed.
//!
//! A row for each, and not a count: nobody waits for another's transaction, and what commits while the planner tries is
//! still there for the next run.

use crate::reader::json_list;
use crate::text::sql;
use crate::{Db, Result, Tx};
use domain::planning::FreedBy;

/// Notes what may have made room, in the transaction that does it.
pub async fn note(tx: &mut Tx, what: FreedBy) -> Result<()> {
    tx.sql("insert into freed (why) values ($1)").bind(what.word()).execute().await?;
    Ok(())
}

/// The numbers of the notes that stand.
pub async fn noted(db: &Db) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> =
        db.read("select id from freed").reads_whole_table("each night forgets what it has seen").all().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Forgets these notes, and none that came meanwhile.
pub async fn forget(tx: &mut Tx, notes: &[i64]) -> Result<()> {
    tx.sql(sql!("delete from freed where id in ", numbers 1)).bind(json_list(notes)).execute().await?;
    Ok(())
}
