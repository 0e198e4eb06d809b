//! Signatures that the customer's engineer is asked for through a link (P03).

use crate::reader::json_list;
use crate::text::sql;
use crate::{ReadHandle, Result, Tx};
use domain::Instant;
use domain::ids::VisitId;
use domain::records::{AskedSignature, GivenSignature};

#[derive(sqlx::FromRow)]
struct Row {
    visit_id: i64,
    asked_at: Instant,
    waits_until: Instant,
    record_sha256: String,
    client_id: Option<String>,
    body_sha256: Option<String>,
    signed_at: Option<Instant>,
}

impl Row {
    fn asked(self) -> AskedSignature {
        AskedSignature {
            visit: VisitId(self.visit_id),
            asked_at: self.asked_at,
            waits_until: self.waits_until,
            record_sha256: self.record_sha256,
            client_id: self.client_id,
            body_sha256: self.body_sha256,
            signed_at: self.signed_at,
        }
    }
}

/// Records that a signature is requested. If one was already requested for this visit, nothing changes.
pub async fn ask(tx: &mut Tx, visit: VisitId, record_sha256: &str, now: Instant, waits_until: Instant) -> Result<()> {
    tx.sql(
        "insert into countersign (visit_id, asked_at, waits_until, record_sha256)
         values ($1, $2, $3, $4)
         on conflict (visit_id) do nothing",
    )
    .bind(visit)
    .bind(now)
    .bind(waits_until)
    .bind(record_sha256)
    .execute()
    .await?;
    Ok(())
}

/// The signature requested after a visit.
pub async fn of_visit<'a>(on: impl Into<ReadHandle<'a>>, visit: VisitId) -> Result<Option<AskedSignature>> {
    let row: Option<Row> = on
        .into()
        .sql(
            "select visit_id, asked_at, waits_until, record_sha256, client_id, body_sha256, signed_at
             from countersign
             where visit_id = $1",
        )
        .bind(visit)
        .optional()
        .await?;
    Ok(row.map(Row::asked))
}

/// The signatures requested after these visits.
pub async fn of_visits<'a>(on: impl Into<ReadHandle<'a>>, visits: &[VisitId]) -> Result<Vec<AskedSignature>> {
    let sql = sql!(
        "select visit_id, asked_at, waits_until, record_sha256, client_id, body_sha256, signed_at
         from countersign
         where visit_id in ",
        numbers 1
    );
    let rows: Vec<Row> = on.into().sql(sql).bind(json_list(visits)).all().await?;
    Ok(rows.into_iter().map(Row::asked).collect())
}

/// The visit whose record was signed by the submission with this client id.
pub async fn by_client<'a>(on: impl Into<ReadHandle<'a>>, client_id: &str) -> Result<Option<VisitId>> {
    let row: Option<(i64,)> =
        on.into().sql("select visit_id from countersign where client_id = $1").bind(client_id).optional().await?;
    Ok(row.map(|(visit,)| VisitId(visit)))
}

/// Stores a signature. Returns whether it was still being requested.
pub async fn put(tx: &mut Tx, visit: VisitId, came: GivenSignature<'_>, now: Instant) -> Result<bool> {
    let signed = tx
        .sql(
            "update countersign
             set client_id = $1, body_sha256 = $2, body = $3, link_id = $4, signed_at = $5
             where visit_id = $6 and signed_at is null",
        )
        .bind(came.client_id)
        .bind(came.body_sha256)
        .bind(came.body)
        .bind(came.link)
        .bind(now)
        .bind(visit)
        .execute()
        .await?;
    Ok(signed == 1)
}
