//! The chain of a site's reports, and reports by what they are.

use crate::{Db, Result, Tx};
use domain::Instant;
use domain::ids::{SiteCode, VisitId};

/// The last report of a site's chain.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ChainHead {
    /// From 1.
    pub number: i64,
    pub sha256: String,
}

/// A report in its site's chain.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Chained {
    #[sqlx(try_from = "String")]
    pub site: SiteCode,
    /// From 1, without gaps.
    pub number: i64,
    pub visit_id: i64,
    pub revision: i64,
    /// Of the report itself.
    pub sha256: String,
    /// Of the report at `number - 1`, as this one names it.
    pub previous_sha256: Option<String>,
    pub issued_at: Instant,
}

/// An issued report, as somebody who holds a copy knows it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Issued {
    pub visit_id: i64,
    pub revision: i64,
    /// `inspection` or `certificate`.
    pub kind: String,
    pub sha256: String,
    /// Of the record that it was drawn from; None: issued before that was kept, and its record is gone.
    pub record_sha256: Option<String>,
    pub issued_at: Instant,
    pub completed_at: Option<Instant>,
    #[sqlx(try_from = "String")]
    pub site: SiteCode,
    pub site_name: String,
    pub time_zone: String,
    /// The latest revision that was issued.
    pub latest: i64,
}

/// The last report of a site; None before its first.
pub async fn head(db: &Db, site: &SiteCode) -> Result<Option<ChainHead>> {
    db.read(
        "select report_chain.number, report.sha256
         from report_chain
         join report on report.visit_id = report_chain.visit_id and report.revision = report_chain.revision
         where report_chain.site = $1
         order by report_chain.number desc
         limit 1",
    )
    .bind(site)
    .optional()
    .await
}

/// Appends a report behind `head`. Says whether the place was still free: two that follow one report are refused.
pub async fn append(
    tx: &mut Tx,
    site: &SiteCode,
    visit: VisitId,
    revision: i64,
    head: Option<&ChainHead>,
) -> Result<bool> {
    let put = tx
        .sql(
            "insert into report_chain (site, number, visit_id, revision, previous_sha256)
             values ($1, $2, $3, $4, $5)
             on conflict do nothing",
        )
        .bind(site)
        .bind(head.map_or(1, |head| head.number + 1))
        .bind(visit)
        .bind(revision)
        .bind(head.map(|head| head.sha256.clone()))
        .execute()
        .await?;
    Ok(put == 1)
}

/// A site's reports in the order of its chain, `limit` of them after place `after`.
pub async fn of_site(db: &Db, site: &SiteCode, after: i64, limit: i64) -> Result<Vec<Chained>> {
    db.read(
        "select report_chain.site, report_chain.number, report_chain.visit_id, report_chain.revision, report.sha256,
                report_chain.previous_sha256, report.issued_at
         from report_chain
         join report on report.visit_id = report_chain.visit_id and report.revision = report_chain.revision
         where report_chain.site = $1 and report_chain.number > $2
         order by report_chain.number
         limit $3",
    )
    .bind(site)
    .bind(after)
    .bind(limit)
    .all()
    .await
}

/// The report that these very bytes are.
pub async fn by_sha256(db: &Db, sha256: &str) -> Result<Option<Issued>> {
    db.read(ISSUED).text(" where report.sha256 = ").value(sha256.to_owned()).text(" limit 1").optional().await
}

/// The report with this number.
pub async fn by_number(db: &Db, visit: VisitId, revision: i64) -> Result<Option<Issued>> {
    db.read(ISSUED)
        .text(" where report.visit_id = ")
        .value(visit)
        .text(" and report.revision = ")
        .value(revision)
        .optional()
        .await
}

/// The visit whose record has this hash, or had it when one of its reports was drawn.
pub async fn visit_of_record(db: &Db, sha256: &str) -> Result<Option<VisitId>> {
    let row: Option<(i64,)> = db
        .read(
            "select visit_id
             from record
             where sha256 = $1
             union
             select visit_id
             from report
             where record_sha256 = $1
             order by visit_id
             limit 1",
        )
        .bind(sha256)
        .optional()
        .await?;
    Ok(row.map(|(visit,)| VisitId(visit)))
}

const ISSUED: &str = "select report.visit_id, report.revision, report.kind, report.sha256, report.record_sha256,
            report.issued_at, visit.completed_at, visit.site, site.name as site_name, site.time_zone,
            (select max(other.revision) from report as other where other.visit_id = report.visit_id) as latest
     from report
     join visit on visit.id = report.visit_id
     join site on site.site = visit.site";
