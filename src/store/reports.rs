//! Reports and certificates, and their filing.

pub mod chain;

use chrono::NaiveDate;

use super::letters::{CANCELLED, PAPER, UNDELIVERED, state};
use super::text::text;
use super::{Db, ReadHandle, Result, Tx};
use domain::Instant;
use domain::ids::{SiteCode, VisitId};
use domain::letters::letter::LetterState;

/// A report or certificate that was drawn.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct StoredReport {
    pub visit_id: i64,
    pub revision: i64,
    /// `inspection` or `certificate`.
    pub kind: String,
    pub language: String,
    pub sha256: String,
    /// Of the record that it was drawn from; None: issued before that was kept, and its record is gone.
    pub record_sha256: Option<String>,
    pub issued_at: Instant,
}

/// A filing: when and how the report reached the customer.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Filing {
    pub visit_id: i64,
    pub revision: i64,
    pub filed_at: Instant,
    /// JSON: how, to whom, who says so.
    pub how: String,
}

/// A line of `ronda report list`.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow, serde::Serialize)]
pub struct ReportLine {
    pub visit: i64,
    #[sqlx(try_from = "String")]
    pub site: SiteCode,
    /// Of the document: `inspection` for every report, or `certificate`.
    pub kind: String,
    /// Of the visit.
    pub purpose: String,
    pub revision: i64,
    pub completed_at: Option<Instant>,
    pub due_on: Option<NaiveDate>,
    pub late_from: Option<Instant>,
    pub issued_at: Instant,
    pub filed_at: Option<Instant>,
    pub sha256: String,
}

/// Records that wait for their report, `limit` of them, the oldest first. One whose customer was asked to sign it
/// waits for that until the time that was set, and is not among them before. Each with the moment from which on it
/// could be drawn.
pub async fn unreported(db: &Db, now: Instant, limit: i64) -> Result<Vec<(i64, String, Instant)>> {
    db.read(
        "select record.visit_id, record.body, coalesce(countersign.signed_at, countersign.waits_until, record.received_at)
         from record
           left join countersign on countersign.visit_id = record.visit_id
         where not record.reported
           and (countersign.visit_id is null or countersign.signed_at is not null or countersign.waits_until <= $1)
         order by record.received_at, record.visit_id
         limit $2",
    )
    .bind(now)
    .bind(limit)
    .all()
    .await
}

/// Notes that the report of a record, by its SHA-256, exists. Says whether it did not before, and the record is
/// still that one.
pub async fn set_reported(tx: &mut Tx, visit: VisitId, record_sha256: &str) -> Result<bool> {
    let changed = tx
        .sql("update record set reported = $1 where visit_id = $2 and sha256 = $3 and not reported")
        .bind(true)
        .bind(visit)
        .bind(record_sha256)
        .execute()
        .await?;
    Ok(changed == 1)
}

/// Stores that a report was drawn; the same revision twice is refused.
pub async fn put(tx: &mut Tx, report: &StoredReport) -> Result<()> {
    tx.sql(
        "insert into report (visit_id, revision, kind, language, sha256, record_sha256, issued_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(report.visit_id)
    .bind(report.revision)
    .bind(&report.kind)
    .bind(&report.language)
    .bind(&report.sha256)
    .bind(report.record_sha256.clone())
    .bind(report.issued_at)
    .execute()
    .await?;
    Ok(())
}

/// The latest revision of a visit's report.
pub async fn latest<'a>(on: impl Into<ReadHandle<'a>>, visit: VisitId) -> Result<Option<StoredReport>> {
    on.into()
        .sql(
            "select visit_id, revision, kind, language, sha256, record_sha256, issued_at
         from report
         where visit_id = $1
         order by revision desc
         limit 1",
        )
        .bind(visit)
        .optional()
        .await
}

/// One revision of a visit's report.
pub async fn get<'a>(on: impl Into<ReadHandle<'a>>, visit: VisitId, revision: u32) -> Result<Option<StoredReport>> {
    on.into()
        .sql(
            "select visit_id, revision, kind, language, sha256, record_sha256, issued_at
         from report
         where visit_id = $1 and revision = $2",
        )
        .bind(visit)
        .bind(i64::from(revision))
        .optional()
        .await
}

/// When and how a visit's report was filed, if it was.
pub async fn filing<'a>(on: impl Into<ReadHandle<'a>>, visit: VisitId) -> Result<Option<Filing>> {
    on.into()
        .sql("select visit_id, revision, filed_at, how from filing where visit_id = $1")
        .bind(visit)
        .optional()
        .await
}

/// Files a report. Says whether it was not filed before.
pub async fn file(tx: &mut Tx, visit: VisitId, revision: i64, filed_at: Instant, how: &str) -> Result<bool> {
    let filed = tx
        .sql(
            "insert into filing (visit_id, revision, filed_at, how)
             values ($1, $2, $3, $4)
             on conflict (visit_id) do nothing",
        )
        .bind(visit)
        .bind(revision)
        .bind(filed_at)
        .bind(how)
        .execute()
        .await?;
    Ok(filed == 1)
}

/// Takes a filing back that rested on a server's word.
pub async fn unfile(tx: &mut Tx, visit: VisitId) -> Result<bool> {
    Ok(tx.sql("delete from filing where visit_id = $1").bind(visit).execute().await? == 1)
}

/// A letter that bears a visit's report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BearingLetter {
    pub state: LetterState,
    /// When a server took it.
    pub sent_at: Option<Instant>,
    pub to: String,
}

pub(super) const BEARING: &str =
    text!("select state, sent_at, to_email from letter where visit_id = $1 and bears = '", PAPER, "' order by id");

/// Letters that bear a visit's report or certificate.
pub async fn letters<'a>(on: impl Into<ReadHandle<'a>>, visit: VisitId) -> Result<Vec<BearingLetter>> {
    let rows: Vec<(String, Option<Instant>, String)> = on.into().sql(BEARING).bind(visit.0).all().await?;
    let bearing = |(word, sent_at, to): (String, _, _)| BearingLetter { state: state(&word), sent_at, to };
    Ok(rows.into_iter().map(bearing).collect())
}

/// Reports, the latest issued first.
pub async fn list(db: &Db, site: Option<&SiteCode>, limit: i64) -> Result<Vec<ReportLine>> {
    db.read(
        "select report.visit_id as visit, visit.site, report.kind, visit.purpose, report.revision, visit.completed_at,
                deadline.due_on, deadline.late_from, report.issued_at, filing.filed_at, report.sha256
         from report
         join visit on visit.id = report.visit_id
         left join filing on filing.visit_id = report.visit_id
         left join deadline on deadline.visit_id = report.visit_id and deadline.owed = 'report'
           and deadline.withdrawn_at is null
         where true",
    )
    .and(" and visit.site = ", site)
    .text(" order by report.issued_at desc, report.visit_id desc limit ")
    .value(limit)
    .all()
    .await
}

/// Issued reports that nobody was sent and that are not filed: their visits.
pub async fn without_recipient(db: &Db) -> Result<Vec<(i64,)>> {
    db.read(text!(
        "select report.visit_id
         from deadline
         join report on report.visit_id = deadline.visit_id
         where deadline.owed = 'report' and deadline.met_at is null and deadline.withdrawn_at is null
           and deadline.excused_at is null
           and not exists (select 1 from letter
                           where letter.visit_id = report.visit_id and letter.bears = '",
        PAPER,
        "')
         order by report.visit_id"
    ))
    .all()
    .await
}

/// Withdraws the letters to an address that were given up, before another is written.
pub async fn cancel_undelivered(tx: &mut Tx, visit: VisitId, to: &str) -> Result<()> {
    tx.sql(text!(
        "update letter
         set state = '",
        CANCELLED,
        "', given_up_at = null
         where visit_id = $1 and to_email = $2 and state = '",
        UNDELIVERED,
        "' and bears = '",
        PAPER,
        "'"
    ))
    .bind(visit.0)
    .bind(to)
    .execute()
    .await?;
    Ok(())
}
