//! Reports and certificates, and their filing.

pub mod chain;

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::letters::{CANCELLED, PAPER, SENT, UNDELIVERED, state};
use super::reader::{json_list, parsed};
use super::text::{sql, text};
use super::visits::{BOOKED, purpose};
use super::{Db, ReadHandle, Result, Tx};
use domain::Instant;
use domain::calendar::WorkingDays;
use domain::ids::{SiteCode, VisitId};
use domain::language::Language;
use domain::promises::Owed;
use domain::reports::{BearingLetter, DocumentKind, Filing, ReportCorrection, ReportLine, StoredReport, Unreported};

#[derive(sqlx::FromRow)]
struct ReportRow {
    visit_id: i64,
    revision: i64,
    kind: String,
    language: String,
    sha256: String,
    record_sha256: Option<String>,
    issued_at: Instant,
}

impl ReportRow {
    fn report(self) -> Result<StoredReport> {
        let place = format!("report of {}", VisitId(self.visit_id));
        Ok(StoredReport {
            visit: VisitId(self.visit_id),
            revision: self.revision,
            kind: kind(&self.kind),
            language: parsed::<Language>(&place, "language", &self.language)?,
            sha256: self.sha256,
            record_sha256: self.record_sha256,
            issued_at: self.issued_at,
        })
    }
}

#[derive(sqlx::FromRow)]
struct LineRow {
    visit: i64,
    site: String,
    kind: String,
    purpose: String,
    revision: i64,
    completed_at: Option<Instant>,
    due_on: Option<NaiveDate>,
    late_from: Option<Instant>,
    issued_at: Instant,
    filed_at: Option<Instant>,
    sha256: String,
}

impl LineRow {
    fn line(self) -> ReportLine {
        ReportLine {
            visit: VisitId(self.visit),
            site: self.site.into(),
            kind: kind(&self.kind),
            purpose: purpose(&self.purpose),
            revision: self.revision,
            completed_at: self.completed_at,
            due_on: self.due_on,
            late_from: self.late_from,
            issued_at: self.issued_at,
            filed_at: self.filed_at,
            sha256: self.sha256,
        }
    }
}

/// Parses the stored word of a kind.
fn kind(word: &str) -> DocumentKind {
    DocumentKind::ALL
        .into_iter()
        .find(|kind| kind.word() == word)
        .expect("the schema admits only words of DocumentKind")
}

/// Up to `limit` records waiting for their report, oldest first. A record that the customer was asked to sign is only
/// included once the time limit for that has passed.
pub async fn unreported(db: &Db, now: Instant, limit: i64) -> Result<Vec<Unreported>> {
    let rows: Vec<(i64, String, Instant)> = db
        .read(
        "select record.visit_id, record.body, coalesce(countersign.signed_at, countersign.waits_until, record.received_at)
         from record
           left join countersign on countersign.visit_id = record.visit_id
         where not record.reported
           and (countersign.visit_id is null or countersign.signed_at is not null or countersign.waits_until <= $1)
         order by record.received_at, record.visit_id",
    )
    .bind(now)
    .limit(limit)
    .all()
    .await?;
    Ok(rows.into_iter().map(|(visit, body, ready_at)| Unreported { visit: VisitId(visit), body, ready_at }).collect())
}

/// Visits whose records are waiting for their report, see [`unreported`].
pub async fn visits_unreported(db: &Db, now: Instant) -> Result<Vec<VisitId>> {
    let rows: Vec<(i64,)> = db
        .read(
            "select record.visit_id
         from record
           left join countersign on countersign.visit_id = record.visit_id
         where not record.reported
           and (countersign.visit_id is null or countersign.signed_at is not null or countersign.waits_until <= $1)
         order by record.received_at, record.visit_id",
        )
        .bind(now)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(visit,)| VisitId(visit)).collect())
}

/// Marks the record with this SHA-256 as reported. Returns whether it was not marked yet, and is still the visit's
/// record.
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

/// Stores a drawn report; a second one with the same revision is refused.
pub async fn put(tx: &mut Tx, report: &StoredReport) -> Result<()> {
    tx.sql(
        "insert into report (visit_id, revision, kind, language, sha256, record_sha256, issued_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(report.visit)
    .bind(report.revision)
    .bind(report.kind.word())
    .bind(report.language.code())
    .bind(&report.sha256)
    .bind(report.record_sha256.clone())
    .bind(report.issued_at)
    .execute()
    .await?;
    Ok(())
}

/// The latest revision of a visit's report.
pub async fn latest<'a>(on: impl Into<ReadHandle<'a>>, visit: VisitId) -> Result<Option<StoredReport>> {
    let row: Option<ReportRow> = on
        .into()
        .sql(
            "select visit_id, revision, kind, language, sha256, record_sha256, issued_at
         from report
         where visit_id = $1
         order by revision desc
         limit 1",
        )
        .bind(visit)
        .optional()
        .await?;
    row.map(ReportRow::report).transpose()
}

/// The latest revision number of each of these visits' reports; visits without a report are left out.
pub async fn revisions<'a>(on: impl Into<ReadHandle<'a>>, visits: &[VisitId]) -> Result<BTreeMap<VisitId, u32>> {
    let sql = sql!("select visit_id, max(revision) from report where visit_id in ", numbers 1, " group by visit_id");
    let rows: Vec<(i64, i64)> = on.into().sql(sql).bind(json_list(visits)).all().await?;
    Ok(rows.into_iter().filter_map(|(visit, last)| Some((VisitId(visit), u32::try_from(last).ok()?))).collect())
}

/// One revision of a visit's report.
pub async fn get<'a>(on: impl Into<ReadHandle<'a>>, visit: VisitId, revision: u32) -> Result<Option<StoredReport>> {
    let row: Option<ReportRow> = on
        .into()
        .sql(
            "select visit_id, revision, kind, language, sha256, record_sha256, issued_at
         from report
         where visit_id = $1 and revision = $2",
        )
        .bind(visit)
        .bind(i64::from(revision))
        .optional()
        .await?;
    row.map(ReportRow::report).transpose()
}

/// When and how a visit's report was filed, if it was.
pub async fn filing<'a>(on: impl Into<ReadHandle<'a>>, visit: VisitId) -> Result<Option<Filing>> {
    let row: Option<(i64, i64, Instant, String)> = on
        .into()
        .sql("select visit_id, revision, filed_at, how from filing where visit_id = $1")
        .bind(visit)
        .optional()
        .await?;
    Ok(row.map(|(visit, revision, filed_at, how)| Filing { visit: VisitId(visit), revision, filed_at, how }))
}

/// Files a report. Returns whether it was not filed before.
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

/// Revokes a filing that was based on a server's reply.
pub async fn unfile(tx: &mut Tx, visit: VisitId) -> Result<bool> {
    Ok(tx.sql("delete from filing where visit_id = $1").bind(visit).execute().await? == 1)
}

pub(super) const BEARING: &str = text!(
    "select state, created_at, sent_at, to_email, to_name, lost_at from letter where visit_id = $1 and bears = '",
    PAPER,
    "' order by id"
);

#[derive(sqlx::FromRow)]
struct BearingRow {
    state: String,
    created_at: Instant,
    sent_at: Option<Instant>,
    to_email: String,
    to_name: String,
    lost_at: Option<Instant>,
}

/// Letters that enclose a visit's report or certificate.
pub async fn letters<'a>(on: impl Into<ReadHandle<'a>>, visit: VisitId) -> Result<Vec<BearingLetter>> {
    let rows: Vec<BearingRow> = on.into().sql(BEARING).bind(visit.0).all().await?;
    let bearing = |row: BearingRow| BearingLetter {
        state: state(&row.state),
        owed_at: row.created_at,
        sent_at: row.sent_at,
        to: row.to_email,
        to_name: row.to_name,
        lost_at: row.lost_at,
    };
    Ok(rows.into_iter().map(bearing).collect())
}

/// Reports, latest first; only those that follow `after` in this order.
pub async fn list(db: &Db, site: Option<&SiteCode>, after: Option<&ReportLine>, limit: i64) -> Result<Vec<ReportLine>> {
    let query = db
        .read(
            "select report.visit_id as visit, visit.site, report.kind, visit.purpose, report.revision, visit.completed_at,
                deadline.due_on, deadline.late_from, report.issued_at, filing.filed_at, report.sha256
         from report
         join visit on visit.id = report.visit_id
         left join filing on filing.visit_id = report.visit_id
         left join deadline on deadline.visit_id = report.visit_id and deadline.owed = $1
           and deadline.withdrawn_at is null and deadline.revision is null
         where true",
        )
        .bind(Owed::Report.word())
        .and(" and visit.site = ", site);
    let query = match (site, after) {
        (None, None) => query.reads_whole_table("the latest issued, until the limit is reached"),
        (Some(_), None) => query,
        (_, Some(ReportLine { issued_at, visit, revision, .. })) => query
            .text(" and (report.issued_at, report.visit_id, report.revision) < (")
            .value(*issued_at)
            .text(", ")
            .value(*visit)
            .text(", ")
            .value(*revision)
            .text(")"),
    };
    let rows: Vec<LineRow> = query
        .text(" order by report.issued_at desc, report.visit_id desc, report.revision desc")
        .limit(limit)
        .all()
        .await?;
    Ok(rows.into_iter().map(LineRow::line).collect())
}

#[derive(sqlx::FromRow)]
struct CorrectionRow {
    revision: i64,
    issued_at: Option<Instant>,
    handed_over_at: Option<Instant>,
}

/// Records that a record was corrected after its report was filed. `revision` is the report to be drawn from it, which
/// is owed within this many working days, according to the contract as of that day.
pub async fn put_correction(
    tx: &mut Tx,
    visit: VisitId,
    revision: u32,
    within: Option<WorkingDays>,
    now: Instant,
) -> Result<()> {
    tx.sql(
        "insert into correction (visit_id, revision, corrected_at, within)
         values ($1, $2, $3, $4)
         on conflict (visit_id, revision) do nothing",
    )
    .bind(visit)
    .bind(i64::from(revision))
    .bind(now)
    .bind(within.map(|within| i64::from(within.0)))
    .execute()
    .await?;
    Ok(())
}

/// Corrections of a visit's report since it was filed.
pub async fn corrections<'a>(on: impl Into<ReadHandle<'a>>, visit: VisitId) -> Result<Vec<ReportCorrection>> {
    let rows: Vec<CorrectionRow> = on
        .into()
        .sql(
            "select correction.revision, report.issued_at, correction.handed_over_at
             from correction
             left join report on report.visit_id = correction.visit_id and report.revision = correction.revision
             where correction.visit_id = $1
             order by correction.revision",
        )
        .bind(visit)
        .all()
        .await?;
    let correction = |row: CorrectionRow| ReportCorrection {
        revision: u32::try_from(row.revision).unwrap_or(u32::MAX),
        issued_at: row.issued_at,
        handed_over_at: row.handed_over_at,
    };
    Ok(rows.into_iter().map(correction).collect())
}

/// Records that a corrected report was handed over in person.
pub async fn correction_handed_over(tx: &mut Tx, visit: VisitId, revision: u32, at: Instant) -> Result<()> {
    tx.sql(
        "update correction set handed_over_at = $1 where visit_id = $2 and revision = $3 and handed_over_at is null",
    )
    .bind(at)
    .bind(visit)
    .bind(i64::from(revision))
    .execute()
    .await?;
    Ok(())
}

/// Visits whose report is owed although a server has accepted it for at least one reader.
pub async fn open_and_sent(db: &Db) -> Result<Vec<VisitId>> {
    let query = db.read(text!(
        "select deadline.visit_id
         from deadline
         where deadline.owed = $1 and deadline.met_at is null and deadline.withdrawn_at is null
           and deadline.revision is null
           and exists (select 1 from letter
                       where letter.visit_id = deadline.visit_id and letter.state = '",
        SENT,
        "' and letter.bears = '",
        PAPER,
        "')"
    ));
    let rows: Vec<(i64,)> = query.bind(Owed::Report.word()).all().await?;
    let mut visits: Vec<_> = rows.into_iter().map(|(visit,)| VisitId(visit)).collect();
    visits.sort_unstable();
    visits.dedup();
    Ok(visits)
}

/// The condition that nobody receives the reports of `site` (a row of that table) on day $1: it has no reachable
/// contact for them.
const NOBODY: &str = "not exists (select 1 from contact
                                  where contact.of_site = site.site and contact.role = 'reports'
                                    and (contact.left_on is null or contact.left_on > $1)
                                    and not exists (select 1 from unreachable where unreachable.email = contact.email))
                      and not exists (select 1 from contact
                                      where contact.of_customer = site.customer and contact.role = 'reports'
                                        and (contact.left_on is null or contact.left_on > $1)
                                        and not exists (select 1 from unreachable
                                                        where unreachable.email = contact.email))";

/// Visits whose report is owed and has no recipient: there is nobody to send it to, or it was issued and sent to
/// nobody.
pub async fn without_recipient(db: &Db, day: NaiveDate) -> Result<Vec<VisitId>> {
    let query = db.read(text!(
        "select deadline.visit_id
         from deadline
         join site on site.site = deadline.site
         where deadline.owed = $2 and deadline.met_at is null and deadline.withdrawn_at is null
           and deadline.excused_at is null
           and not exists (select 1 from letter
                           where letter.visit_id = deadline.visit_id and letter.bears = '",
        PAPER,
        "')
           and (exists (select 1 from report where report.visit_id = deadline.visit_id) or ",
        NOBODY,
        ")"
    ));
    let rows: Vec<(i64,)> = query.bind(day).bind(Owed::Report.word()).all().await?;
    let mut visits: Vec<_> = rows.into_iter().map(|(visit,)| VisitId(visit)).collect();
    // With an `order by`, SQLite would read all reports.
    visits.sort_unstable();
    Ok(visits)
}

/// Booked visits that are not over yet, at sites where nobody receives reports.
pub async fn booked_without_recipient(db: &Db, day: NaiveDate) -> Result<Vec<VisitId>> {
    let query = db.read(text!(
        "select visit.id
         from visit
         join site on site.site = visit.site
         where visit.state = '",
        BOOKED,
        "' and not visit.watched and ",
        NOBODY
    ));
    let rows: Vec<(i64,)> = query.bind(day).all().await?;
    Ok(rows.into_iter().map(|(visit,)| VisitId(visit)).collect())
}

/// Withdraws the given-up letters to an address, before a new one is written.
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
