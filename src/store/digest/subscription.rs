//! Managers who have unsubscribed from digests.

use std::collections::BTreeSet;

use crate::{Db, ReadHandle, Result, Tx};
use domain::Instant;
use domain::ids::ManagerCode;

/// Unsubscribes a manager from digests. Returns whether they were subscribed before.
pub async fn end(tx: &mut Tx, manager: &ManagerCode, now: Instant) -> Result<bool> {
    let ended = tx
        .sql(
            "insert into digest_ended (manager, ended_at)
             values ($1, $2)
             on conflict (manager) do nothing",
        )
        .bind(manager)
        .bind(now)
        .execute()
        .await?;
    Ok(ended == 1)
}

/// Subscribes a manager to digests again. Returns whether they had unsubscribed.
pub async fn resume(tx: &mut Tx, manager: &ManagerCode) -> Result<bool> {
    Ok(tx.sql("delete from digest_ended where manager = $1").bind(manager).execute().await? == 1)
}

/// Managers who have unsubscribed.
pub async fn ended(db: &Db) -> Result<BTreeSet<ManagerCode>> {
    let rows: Vec<(String,)> = db.read("select manager from digest_ended").all().await?;
    Ok(rows.into_iter().map(|(manager,)| manager.into()).collect())
}

/// When a manager unsubscribed; `None` if they receive digests.
pub async fn ended_at<'a>(on: impl Into<ReadHandle<'a>>, manager: &ManagerCode) -> Result<Option<Instant>> {
    let row: Option<(Instant,)> =
        on.into().sql("select ended_at from digest_ended where manager = $1").bind(manager).optional().await?;
    Ok(row.map(|(ended_at,)| ended_at))
}
