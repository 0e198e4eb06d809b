//! Photos that phones have uploaded completely, by the SHA-256 of the uploaded bytes.

use crate::{ReadHandle, Result, Tx};
use domain::Instant;
use domain::ids::VisitId;
use domain::records::FormPhoto;

/// Records that a photo has arrived. Recording the same one again changes nothing.
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

/// All photos uploaded for a visit.
pub async fn of_visit<'a>(on: impl Into<ReadHandle<'a>>, visit: VisitId) -> Result<Vec<FormPhoto>> {
    let rows: Vec<(String, i64, String)> = on
        .into()
        .sql("select sent_sha256, bytes, sha256 from form_photo where visit_id = $1 order by sent_sha256")
        .bind(visit)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(sent_sha256, bytes, sha256)| FormPhoto { sent_sha256, bytes, sha256 }).collect())
}
