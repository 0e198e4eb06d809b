//! Reminders of booked visits.

use super::{COLUMNS, visits};
use crate::{Db, Result, Tx};
use domain::Instant;
use domain::ids::VisitId;
use domain::visits::StoredVisit;

/// Up to `limit` booked visits for which a reminder is due by `now`.
pub async fn to_remind(db: &Db, now: Instant, limit: i64) -> Result<Vec<StoredVisit>> {
    visits(
        db.read(COLUMNS)
            .text("where visit.remind_at <= ")
            .value(now)
            .text(" order by visit.remind_at, visit.id")
            .limit(limit),
    )
    .await
}

/// Records that a reminder was sent. Returns whether it is the first.
pub async fn set_reminded(tx: &mut Tx, id: VisitId) -> Result<bool> {
    let changed =
        tx.sql("update visit set remind_at = null where id = $1 and remind_at is not null").bind(id).execute().await?;
    Ok(changed == 1)
}
