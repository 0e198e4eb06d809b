//! Events that may make room for slots without a visit: days that became free, and changes to people.
//!
//! One row per event instead of a counter: transactions need not wait for each other, and whatever commits while the
//! planner is running is still there for its next run.

use crate::reader::json_list;
use crate::text::sql;
use crate::{Db, Result, Tx};
use domain::planning::FreedBy;

/// Records an event, in the transaction that causes it.
pub async fn note(tx: &mut Tx, what: FreedBy) -> Result<()> {
    tx.sql("insert into freed (why) values ($1)").bind(what.word()).execute().await?;
    Ok(())
}

/// The numbers of the recorded events.
pub async fn noted(db: &Db) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> =
        db.read("select id from freed").reads_whole_table("each night forgets what it has seen").all().await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Whether a visit was called off since the planner has tried what waits.
pub async fn is_called_off(db: &Db) -> Result<bool> {
    let row: Option<(i64,)> = db
        .read("select id from freed where why = $1")
        .bind(FreedBy::CalledOff.word())
        .reads_whole_table("each run of the planner forgets what it has seen")
        .limit(1)
        .optional()
        .await?;
    Ok(row.is_some())
}

/// Forgets these notes, and none that came meanwhile.
pub async fn forget(tx: &mut Tx, notes: &[i64]) -> Result<()> {
    tx.sql(sql!("delete from freed where id in ", numbers 1)).bind(json_list(notes)).execute().await?;
    Ok(())
}
