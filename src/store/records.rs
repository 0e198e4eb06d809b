//! Records of visits, their photos, and conflicting records.
//!
//! A visit has one record. Everything else that is submitted for it waits for a manager, see [`submission`]. The record
//! of a visit that did not take place moves to `record_conflict` if the visit is booked again and does take place.

pub mod countersign;
pub mod draft;
pub mod form_photo;
pub mod submission;

use super::{Db, Query, ReadHandle, Result, Tx};
use domain::Instant;
use domain::contract::Purpose;
use domain::ids::{SiteCode, VisitId};
use domain::records::{PastRecord, RecordPhoto, StoredRecord};

/// The record of a visit.
pub async fn of_visit<'a>(on: impl Into<ReadHandle<'a>>, visit: VisitId) -> Result<Option<StoredRecord>> {
    let row: Option<(String, String, Instant)> = on
        .into()
        .sql("select sha256, body, received_at from record where visit_id = $1")
        .bind(visit)
        .optional()
        .await?;
    Ok(row.map(|(sha256, body, received_at)| StoredRecord { sha256, body, received_at }))
}

/// The canonical JSON of a visit's record.
///
/// # Errors
/// If there is none.
pub async fn body<'a>(on: impl Into<ReadHandle<'a>>, visit: VisitId) -> Result<String> {
    let (body,): (String,) = on.into().sql("select body from record where visit_id = $1").bind(visit).one().await?;
    Ok(body)
}

/// Whether a report is to be drawn from a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Report {
    Owed,
    /// The visit did not take place.
    None,
}

/// Stores a visit's record; the schema refuses a second one.
pub async fn put(tx: &mut Tx, visit: VisitId, record: &StoredRecord, report: Report) -> Result<()> {
    let has_none_to_draw = match report {
        Report::Owed => false,
        Report::None => true,
    };
    tx.sql("insert into record (visit_id, sha256, body, received_at, reported) values ($1, $2, $3, $4, $5)")
        .bind(visit)
        .bind(record.sha256.clone())
        .bind(record.body.clone())
        .bind(record.received_at)
        .bind(has_none_to_draw)
        .execute()
        .await?;
    // It may have been set aside before, or stored by an earlier version while the visit was cancelled.
    tx.sql("delete from record_conflict where visit_id = $1 and sha256 = $2")
        .bind(visit)
        .bind(record.sha256.clone())
        .execute()
        .await?;
    Ok(())
}

/// Replaces a record by its signed version, and has its report drawn, again if necessary. Returns whether the previous
/// version was still there.
pub async fn replace(tx: &mut Tx, visit: VisitId, before: &str, signed: &StoredRecord) -> Result<bool> {
    let replaced = tx
        .sql("update record set sha256 = $1, body = $2, reported = $3 where visit_id = $4 and sha256 = $5")
        .bind(signed.sha256.clone())
        .bind(signed.body.clone())
        .bind(false)
        .bind(visit)
        .bind(before)
        .execute()
        .await?;
    Ok(replaced == 1)
}

/// Moves a visit's record to the conflicting ones, so that the visit can have another. Returns whether there was one.
pub async fn set_aside(tx: &mut Tx, visit: VisitId) -> Result<bool> {
    let Some(record) = of_visit(&mut *tx, visit).await? else { return Ok(false) };
    put_conflict(tx, visit, &record).await?;
    Ok(tx.sql("delete from record where visit_id = $1").bind(visit).execute().await? == 1)
}

/// Stores a record next to the visit's own; storing the same one again changes nothing.
async fn put_conflict(tx: &mut Tx, visit: VisitId, record: &StoredRecord) -> Result<()> {
    tx.sql(
        "insert into record_conflict (visit_id, sha256, body, received_at)
         values ($1, $2, $3, $4)
         on conflict (visit_id, sha256) do nothing",
    )
    .bind(visit)
    .bind(record.sha256.clone())
    .bind(record.body.clone())
    .bind(record.received_at)
    .execute()
    .await?;
    Ok(())
}

/// Stores the list of a record's photos.
pub async fn put_photos(tx: &mut Tx, visit: VisitId, photos: &[RecordPhoto]) -> Result<()> {
    for RecordPhoto { file, sha256 } in photos {
        tx.sql(
            "insert into photo (visit_id, file, sha256) values ($1, $2, $3) on conflict (visit_id, file) do nothing",
        )
        .bind(visit)
        .bind(file.clone())
        .bind(sha256.clone())
        .execute()
        .await?;
    }
    Ok(())
}

/// The photos of a visit's record, by file name.
pub async fn photos<'a>(on: impl Into<ReadHandle<'a>>, visit: VisitId) -> Result<Vec<RecordPhoto>> {
    let rows: Vec<(String, String)> = on
        .into()
        .sql("select file, sha256 from photo where visit_id = $1 and file not like '%/%' order by file")
        .bind(visit)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(file, sha256)| RecordPhoto { file, sha256 }).collect())
}

/// Records of up to `limit` visits to a site that were completed before `at`, except that of `visit`; latest first.
pub async fn before(db: &Db, site: &SiteCode, visit: VisitId, at: Instant, limit: i64) -> Result<Vec<PastRecord>> {
    let query = db.read(
        "select visit.id, record.body, visit.completed_at
         from visit
         join record on record.visit_id = visit.id
         where visit.site = $1 and visit.id <> $2 and visit.completed_at < $3
           and visit.purpose not in ($5, $6)
         order by visit.completed_at desc, visit.id desc
         limit $4",
    );
    let query = query.bind(site).bind(visit).bind(at).bind(limit);
    past(query.bind(Purpose::Training.word()).bind(Purpose::FollowUp.word())).await
}

/// Records of the visits to a site that took place, oldest first.
pub async fn of_site(db: &Db, site: &SiteCode) -> Result<Vec<PastRecord>> {
    let query = db.read(
        "select visit.id, record.body, visit.completed_at
         from visit
         join record on record.visit_id = visit.id
         where visit.site = $1 and visit.completed_at is not null
         order by visit.completed_at, visit.id",
    );
    past(query.bind(site)).await
}

async fn past(query: Query<'_>) -> Result<Vec<PastRecord>> {
    let rows: Vec<(i64, String, Instant)> = query.all().await?;
    let past = |(visit, body, completed_at)| PastRecord { visit: VisitId(visit), body, completed_at };
    Ok(rows.into_iter().map(past).collect())
}
