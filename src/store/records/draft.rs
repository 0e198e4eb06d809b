//! Drafts of visits as mirrored from phones, one row per field.

use crate::{ReadHandle, Result, Sql, Tx};
use domain::Instant;
use domain::ids::VisitId;
use domain::records::form::StoredField;

#[derive(sqlx::FromRow)]
struct Row {
    path: String,
    value: String,
    rev: i64,
    device: String,
}

impl Row {
    fn field(self) -> StoredField {
        StoredField {
            path: self.path,
            value: serde_json::from_str(&self.value).expect("written by `put`"),
            rev: self.rev,
            device: self.device,
        }
    }
}

/// Waits until no other transaction is merging into this visit's draft. SQLite has only one writer anyway.
pub async fn take_turn(tx: &mut Tx, visit: VisitId) -> Result<()> {
    const TURN: Sql =
        Sql { sqlite: "select id from visit where id = $1", postgres: "select id from visit where id = $1 for update" };
    let _: Option<(i64,)> = tx.sql(TURN).bind(visit).optional().await?;
    Ok(())
}

/// The whole draft of a visit, in the order in which it was written.
pub async fn of_visit<'a>(on: impl Into<ReadHandle<'a>>, visit: VisitId) -> Result<Vec<StoredField>> {
    let rows: Vec<Row> = on
        .into()
        .sql("select path, value, rev, device from draft_field where visit_id = $1 order by rev")
        .bind(visit)
        .all()
        .await?;
    Ok(rows.into_iter().map(Row::field).collect())
}

/// Writes a field, replacing its previous value.
pub async fn put(tx: &mut Tx, visit: VisitId, field: &StoredField, now: Instant) -> Result<()> {
    tx.sql(
        "insert into draft_field (visit_id, path, value, rev, device, written_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (visit_id, path) do update
         set value = excluded.value, rev = excluded.rev, device = excluded.device, written_at = excluded.written_at",
    )
    .bind(visit)
    .bind(field.path.clone())
    .bind(field.value.to_string())
    .bind(field.rev)
    .bind(field.device.clone())
    .bind(now)
    .execute()
    .await?;
    Ok(())
}

/// Deletes a visit's draft, because its record has arrived.
pub async fn forget(tx: &mut Tx, visit: VisitId) -> Result<()> {
    tx.sql("delete from draft_field where visit_id = $1").bind(visit).execute().await?;
    Ok(())
}
