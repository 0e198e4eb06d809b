//! Signatures that the customer's engineer is asked for by a link (P03).

use crate::{ReadHandle, Result, Tx};
use domain::Instant;
use domain::ids::{LinkId, VisitId};

/// A signature that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Asked {
    pub visit_id: i64,
    pub asked_at: Instant,
    /// How long the report waits for it.
    pub waits_until: Instant,
    /// Of the record as it was handed in, before it was signed.
    pub record_sha256: String,
    /// Made on the phone of who signed; None: nobody has.
    pub client_id: Option<String>,
    /// SHA-256 of the bytes that were sent.
    pub body_sha256: Option<String>,
    pub signed_at: Option<Instant>,
}

/// A signature that came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Came<'a> {
    pub client_id: &'a str,
    pub body_sha256: &'a str,
    pub body: &'a str,
    pub link: LinkId,
}

/// Notes that a signature is asked for; again, for a visit that is booked and done again.
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

/// The signature that was asked for after a visit.
pub async fn of_visit<'a>(on: impl Into<ReadHandle<'a>>, visit: VisitId) -> Result<Option<Asked>> {
    on.into()
        .sql(
            "select visit_id, asked_at, waits_until, record_sha256, client_id, body_sha256, signed_at
             from countersign
             where visit_id = $1",
        )
        .bind(visit)
        .optional()
        .await
}

/// The visit whose record was signed with this id.
pub async fn by_client<'a>(on: impl Into<ReadHandle<'a>>, client_id: &str) -> Result<Option<VisitId>> {
    let row: Option<(i64,)> =
        on.into().sql("select visit_id from countersign where client_id = $1").bind(client_id).optional().await?;
    Ok(row.map(|(visit,)| VisitId(visit)))
}

/// Keeps a signature. Says whether it was still asked for.
pub async fn put(tx: &mut Tx, visit: VisitId, came: Came<'_>, now: Instant) -> Result<bool> {
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
