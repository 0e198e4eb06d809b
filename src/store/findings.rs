//! Hidden dangers at sites: found on one visit, closed on the same or a later one (P02).

use serde_json::json;

use super::reader::from_json;
use super::{Db, InsertColumn, ReadHandle, Result, Tx};
use domain::Instant;
use domain::ids::{FindingId, SiteCode, VisitId};
use domain::records::{EndedFinding, Finding, FindingEnd, FoundBefore, StoredFinding};

/// Stores the findings of a visit's record. A finding that was fixed on the spot is closed by the same visit.
pub async fn put(tx: &mut Tx, visit: VisitId, site: &SiteCode, findings: &[Finding]) -> Result<()> {
    let rows: Vec<_> = findings
        .iter()
        .zip(1_i64..)
        .map(|(finding, number)| {
            let closed = finding.closed.then_some(finding);
            vec![
                json!(visit.0),
                json!(number),
                json!(site),
                json!(finding.severity.word()),
                json!(serde_json::to_string(finding).expect("a finding is plain data")),
                json!(finding.close_by),
                json!(closed.map(|_| visit.0)),
                json!(closed.map(|finding| finding.done.as_str())),
            ]
        })
        .collect();
    let columns = [
        InsertColumn::Integer("visit_id"),
        InsertColumn::Integer("number"),
        InsertColumn::Text("site"),
        InsertColumn::Text("severity"),
        InsertColumn::Text("body"),
        InsertColumn::Date("close_by"),
        InsertColumn::Integer("closed_by"),
        InsertColumn::Text("closed_how"),
    ];
    tx.insert_many("finding", &columns, &rows, "").await?;
    Ok(())
}

/// The open findings of a site, oldest first.
pub async fn open<'a>(on: impl Into<ReadHandle<'a>>, site: &SiteCode) -> Result<Vec<StoredFinding>> {
    let rows: Vec<(i64, i64, i64, String)> = on
        .into()
        .sql("select id, visit_id, number, body from finding where site = $1 and closed_by is null order by id")
        .bind(site)
        .all()
        .await?;
    rows.into_iter()
        .map(|(id, visit, number, body)| {
            let finding = from_json(&format!("finding {id}"), "body", &body)?;
            Ok(StoredFinding { id: FindingId(id), visit: VisitId(visit), number, finding })
        })
        .collect()
}

/// The ids of a visit's findings, in the order of its record.
pub async fn numbers(db: &Db, visit: VisitId) -> Result<Vec<FindingId>> {
    let rows: Vec<(i64,)> =
        db.read("select id from finding where visit_id = $1 order by number").bind(visit).all().await?;
    Ok(rows.into_iter().map(|(id,)| FindingId(id)).collect())
}

/// Findings from earlier visits that were open when `visit` was completed, including those that it closed; oldest
/// first.
pub async fn open_before(db: &Db, site: &SiteCode, visit: VisitId, completed_at: Instant) -> Result<Vec<FoundBefore>> {
    let rows: Vec<(i64, i64, i64, String, Option<Instant>)> = db
        .read(
            "select finding.id, finding.visit_id, finding.number, finding.body, found.completed_at
             from finding
             join visit as found on found.id = finding.visit_id
             left join visit as closer on closer.id = finding.closed_by
             where finding.site = $1 and finding.visit_id <> $2
               and (finding.closed_by = $2
                    or (found.completed_at <= $3 and (finding.closed_by is null or closer.completed_at > $3)))
             order by finding.id",
        )
        .bind(site)
        .bind(visit)
        .bind(completed_at)
        .all()
        .await?;
    rows.into_iter()
        .map(|(id, found_by, number, body, found_at)| {
            let finding = from_json(&format!("finding {id}"), "body", &body)?;
            let stored = StoredFinding { id: FindingId(id), visit: VisitId(found_by), number, finding };
            Ok(FoundBefore { stored, found_at })
        })
        .collect()
}

/// Closes an open finding of a site. Returns whether it was open.
pub async fn close(tx: &mut Tx, site: &SiteCode, finding: FindingId, by: VisitId, how: &str) -> Result<bool> {
    let closed = tx
        .sql("update finding set closed_by = $1, closed_how = $2 where id = $3 and site = $4 and closed_by is null")
        .bind(by)
        .bind(how.to_owned())
        .bind(finding)
        .bind(site)
        .execute()
        .await?;
    Ok(closed == 1)
}

#[derive(sqlx::FromRow)]
struct EndedRow {
    id: i64,
    visit_id: i64,
    number: i64,
    body: String,
    found_at: Option<Instant>,
    closed_by: Option<i64>,
    closed_at: Option<Instant>,
    closed_how: Option<String>,
}

/// All findings of a site, oldest first.
pub async fn of_site(db: &Db, site: &SiteCode) -> Result<Vec<EndedFinding>> {
    let rows: Vec<EndedRow> = db
        .read(
            "select finding.id, finding.visit_id, finding.number, finding.body, found.completed_at as found_at,
                    finding.closed_by, closer.completed_at as closed_at, finding.closed_how
             from finding
             join visit as found on found.id = finding.visit_id
             left join visit as closer on closer.id = finding.closed_by
             where finding.site = $1
             order by finding.id",
        )
        .bind(site)
        .all()
        .await?;
    rows.into_iter()
        .map(|row| {
            let finding = from_json(&format!("finding {}", row.id), "body", &row.body)?;
            let stored =
                StoredFinding { id: FindingId(row.id), visit: VisitId(row.visit_id), number: row.number, finding };
            let closed =
                row.closed_by.map(|_| FindingEnd { at: row.closed_at, how: row.closed_how.unwrap_or_default() });
            Ok(EndedFinding { stored, found_at: row.found_at, closed })
        })
        .collect()
}
