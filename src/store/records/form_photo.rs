//! Photos that phones have sent whole, by the SHA-256 of what they sent.

use crate::{ReadHandle, Result, Tx};
use domain::Instant;
use domain::ids::VisitId;

/// A photo as it was sent, and as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct FormPhoto {
    /// Of the bytes as sent.
    pub sent_sha256: String,
    /// Bytes as sent.
    pub bytes: i64,
    /// Of what is among the documents: encoded anew.
    pub sha256: String,
}

/// Notes that a photo is here. The same one again changes nothing.
pub async fn put(tx: &mut Tx, visit: VisitId, photo: &FormPhoto, now: Instant) -> Result<()> {
    tx.sql(
        "insert into form_photo (visit_id, sent_sha256, bytes, sha256, received_at)
         values ($1, $2, $3, $4, $5)
         on conflict (visit_id, sent_sha256) do nothing",
    )
    .bind(visit)
    .bind(photo.sent_sha256.clone())
    .bind(photo.bytes)
    .bind(photo.sha256.clone())
    .bind(now)
    .execute()
    .await?;
    Ok(())
}

/// Every photo that phones have sent for a visit.
pub async fn of_visit<'a>(on: impl Into<ReadHandle<'a>>, visit: VisitId) -> Result<Vec<FormPhoto>> {
    on.into()
        .sql("select sent_sha256, bytes, sha256 from form_photo where visit_id = $1 order by sent_sha256")
        .bind(visit)
        .all()
        .await
}
