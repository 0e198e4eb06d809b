//! The chain of a site's reports, and lookups of reports by hash or number.

use crate::{Db, Result, Tx};
use domain::Instant;
use domain::ids::{SiteCode, VisitId};
use domain::reports::{ChainHead, Chained, Issued};

#[derive(sqlx::FromRow)]
struct ChainedRow {
    site: String,
    number: i64,
    visit_id: i64,
    revision: i64,
    sha256: String,
    previous_sha256: Option<String>,
    issued_at: Instant,
}

impl ChainedRow {
    fn chained(self) -> Chained {
        Chained {
            site: self.site.into(),
            number: self.number,
            visit: VisitId(self.visit_id),
            revision: self.revision,
            sha256: self.sha256,
            previous_sha256: self.previous_sha256,
            issued_at: self.issued_at,
        }
    }
}

#[derive(sqlx::FromRow)]
struct IssuedRow {
    visit_id: i64,
    revision: i64,
    kind: String,
    sha256: String,
    record_sha256: Option<String>,
    issued_at: Instant,
    completed_at: Option<Instant>,
    site: String,
    site_name: String,
    time_zone: String,
    latest: i64,
}

impl IssuedRow {
    fn issued(self) -> Issued {
        Issued {
            visit: VisitId(self.visit_id),
            revision: self.revision,
            kind: super::kind(&self.kind),
            sha256: self.sha256,
            record_sha256: self.record_sha256,
            issued_at: self.issued_at,
            completed_at: self.completed_at,
            site: self.site.into(),
            site_name: self.site_name,
            time_zone: self.time_zone,
            latest: self.latest,
        }
    }
}

/// The last report of a site; `None` if there is none.
pub async fn head(db: &Db, site: &SiteCode) -> Result<Option<ChainHead>> {
    let row: Option<(i64, String)> = db
        .read(
            "select report_chain.number, report.sha256
         from report_chain
         join report on report.visit_id = report_chain.visit_id and report.revision = report_chain.revision
         where report_chain.site = $1
         order by report_chain.number desc
         limit 1",
        )
        .bind(site)
        .optional()
        .await?;
    Ok(row.map(|(number, sha256)| ChainHead { number, sha256 }))
}

/// Appends a report after `head`. Returns whether that position was still free: a report has only one successor.
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

/// Up to `limit` reports of a site in the order of its chain, following position `after`.
pub async fn of_site(db: &Db, site: &SiteCode, after: i64, limit: i64) -> Result<Vec<Chained>> {
    let rows: Vec<ChainedRow> = db
        .read(
        "select report_chain.site, report_chain.number, report_chain.visit_id, report_chain.revision, report.sha256,
                report_chain.previous_sha256, report.issued_at
         from report_chain
         join report on report.visit_id = report_chain.visit_id and report.revision = report_chain.revision
         where report_chain.site = $1 and report_chain.number > $2
         order by report_chain.number",
    )
    .bind(site)
    .bind(after)
    .limit(limit)
    .all()
    .await?;
    Ok(rows.into_iter().map(ChainedRow::chained).collect())
}

/// The report with exactly these bytes.
pub async fn by_sha256(db: &Db, sha256: &str) -> Result<Option<Issued>> {
    let query = db.read(ISSUED).text(" where report.sha256 = ").value(sha256).text(" limit 1");
    Ok(query.optional().await?.map(IssuedRow::issued))
}

/// The report with this number.
pub async fn by_number(db: &Db, visit: VisitId, revision: i64) -> Result<Option<Issued>> {
    let query = db.read(ISSUED).text(" where report.visit_id = ").value(visit);
    Ok(query.text(" and report.revision = ").value(revision).optional().await?.map(IssuedRow::issued))
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
