//! Drafts of visits as mirrored from phones, one row per field.

use crate::text::text;
use crate::visits::CANCELLED;
use crate::{ReadHandle, Result, Sql, Tx};
use domain::Instant;
use domain::ids::{EngineerCode, VisitId};
use domain::records::form::StoredField;
use domain::visits::Visit;

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

/// Passes the draft of a visit that was called off on to the one that is made instead of it, where there is one. Returns the
/// engineer who filled it in.
pub async fn pass_on_to(tx: &mut Tx, instead: &Visit) -> Result<Option<EngineerCode>> {
    const GONE: &str = text!(
        "select visit.id, visit.engineer
         from visit
         where visit.site = $1 and visit.contract = $2 and visit.term = $3 and visit.number = $4 and visit.id <> $5
           and visit.state = '",
        CANCELLED,
        "' and exists (select 1 from draft_field where draft_field.visit_id = visit.id)
         order by visit.id"
    );
    let asked = tx.sql(GONE).bind(&instead.site).bind(&instead.contract).bind(&instead.term);
    let gone = asked.bind(i64::from(instead.number)).bind(instead.id).limit(1).optional::<(i64, String)>().await?;
    let Some((gone, engineer)) = gone else { return Ok(None) };
    tx.sql("update draft_field set visit_id = $1 where visit_id = $2").bind(instead.id).bind(gone).execute().await?;
    Ok(Some(engineer.into()))
}
