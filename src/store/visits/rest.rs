//! What visits could not inspect, the visits whose period waits for it, and the short visits that are to see it.

use chrono::NaiveDate;
use serde_json::json;

use super::{AHEAD, CANCELLED, COLUMNS, DONE, purpose, visits};
use crate::reader::json_list;
use crate::text::{sql, text};
use crate::{Db, InsertColumn, ReadHandle, Result, Tx};
use domain::Instant;
use domain::ids::{SiteCode, VisitId};
use domain::records::answers_for_all;
use domain::visits::StoredVisit;
use domain::visits::rest::{EquipmentItem, LookedAt, NotInspected, SiteLook};

/// Why statements about waiting visits may read all of them.
const FEW: &str = "few visits wait for their rest at a time";
/// The same of the visits that are to see them, which have an index to themselves.
const FEW_AHEAD: &str = "few visits for a rest lie ahead at a time";

/// Stores what a visit could not inspect.
pub async fn put(tx: &mut Tx, visit: VisitId, left: &[NotInspected]) -> Result<()> {
    let row = |left: &NotInspected| vec![json!(visit), json!(left.of.equipment), json!(left.of.item), json!(left.why)];
    let rows: Vec<_> = left.iter().map(row).collect();
    let columns = [
        InsertColumn::Integer("visit_id"),
        InsertColumn::Text("equipment"),
        InsertColumn::Text("item"),
        InsertColumn::Text("why"),
    ];
    tx.insert_many("not_inspected", &columns, &rows, "").await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct LookRow {
    id: i64,
    purpose: String,
    rest_of: Option<i64>,
    completed_at: Instant,
    equipment: Option<String>,
    item: Option<String>,
    why: Option<String>,
}

impl LookRow {
    fn look(&self) -> SiteLook {
        let looked_at = match self.rest_of {
            Some(first) => LookedAt::RestOf(VisitId(first)),
            None if answers_for_all(purpose(&self.purpose)) => LookedAt::Everything,
            None => LookedAt::Part,
        };
        SiteLook { visit: VisitId(self.id), completed_at: self.completed_at, looked_at, left: Vec::new() }
    }

    fn left(self) -> Option<NotInspected> {
        let of = EquipmentItem { equipment: self.equipment?.into(), item: self.item? };
        Some(NotInspected { of, why: self.why.unwrap_or_default() })
    }
}

/// The visits to a site that took place, completed on or after `since`, with what they could not inspect; oldest first.
pub async fn looks<'a>(on: impl Into<ReadHandle<'a>>, site: &SiteCode, since: Instant) -> Result<Vec<SiteLook>> {
    const LOOKS: &str = text!(
        "select visit.id, visit.purpose, visit.rest_of, visit.completed_at, not_inspected.equipment, not_inspected.item,
                not_inspected.why
         from visit
         left join not_inspected on not_inspected.visit_id = visit.id
         where visit.site = $1 and visit.completed_at >= $2 and visit.state = '",
        DONE,
        "' order by visit.completed_at, visit.id, not_inspected.equipment, not_inspected.item"
    );
    let rows: Vec<LookRow> = on.into().sql(LOOKS).bind(site).bind(since).all().await?;
    let mut looks: Vec<SiteLook> = Vec::new();
    for row in rows {
        if looks.last().is_none_or(|last| last.visit != VisitId(row.id)) {
            looks.push(row.look());
        }
        let last = looks.last_mut().expect("there is one now");
        last.left.extend(row.left());
    }
    Ok(looks)
}

/// The end of the first visit to a site that has left something, if one has.
pub async fn first_incomplete<'a>(on: impl Into<ReadHandle<'a>>, site: &SiteCode) -> Result<Option<Instant>> {
    const FIRST: &str = "select visit.completed_at
         from visit
         join not_inspected on not_inspected.visit_id = visit.id
         where visit.site = $1 and visit.completed_at is not null
         order by visit.completed_at
         limit 1";
    let row: Option<(Instant,)> = on.into().sql(FIRST).bind(site).optional().await?;
    Ok(row.map(|(at,)| at))
}

/// What a visit could not inspect.
pub async fn left_by<'a>(on: impl Into<ReadHandle<'a>>, visit: VisitId) -> Result<Vec<NotInspected>> {
    const LEFT: &str = "select equipment, item, why from not_inspected where visit_id = $1 order by equipment, item";
    let rows: Vec<(String, String, String)> = on.into().sql(LEFT).bind(visit).all().await?;
    let left = |(equipment, item, why): (String, String, String)| NotInspected {
        of: EquipmentItem { equipment: equipment.into(), item },
        why,
    };
    Ok(rows.into_iter().map(left).collect())
}

/// Notes that the period of a visit waits for its rest.
pub async fn wait(tx: &mut Tx, visit: VisitId) -> Result<()> {
    tx.sql("insert into rest (visit_id) values ($1) on conflict (visit_id) do nothing").bind(visit).execute().await?;
    Ok(())
}

/// Notes that the period of a visit does not wait any more.
pub async fn end(tx: &mut Tx, visit: VisitId) -> Result<()> {
    tx.sql("delete from rest where visit_id = $1").bind(visit).execute().await?;
    Ok(())
}

/// All visits whose period waits for their rest, by number.
pub async fn waiting<'a>(on: impl Into<ReadHandle<'a>>) -> Result<Vec<StoredVisit>> {
    const WAITING: &str = text!(COLUMNS, "join rest on rest.visit_id = visit.id order by visit.id");
    visits(on.into().sql(WAITING).reads_whole_table(FEW)).await
}

/// Those of a site.
pub async fn waiting_at<'a>(on: impl Into<ReadHandle<'a>>, site: &SiteCode) -> Result<Vec<StoredVisit>> {
    const WAITING: &str =
        text!(COLUMNS, "join rest on rest.visit_id = visit.id where visit.site = $1 order by visit.id");
    visits(on.into().sql(WAITING).reads_whole_table(FEW).bind(site)).await
}

/// Those for which no visit was sought yet in this state of the office.
pub async fn unsought(db: &Db, state: &str) -> Result<Vec<StoredVisit>> {
    const UNSOUGHT: &str = text!(
        COLUMNS,
        "join rest on rest.visit_id = visit.id
         where rest.sought_by is null or rest.sought_by <> $1
         order by visit.id"
    );
    visits(db.read(UNSOUGHT).reads_whole_table(FEW).bind(state)).await
}

/// Notes by what state of the office a visit was sought for a rest.
pub async fn set_sought(tx: &mut Tx, visit: VisitId, state: &str) -> Result<()> {
    tx.sql("update rest set sought_by = $1 where visit_id = $2").bind(state).bind(visit).execute().await?;
    Ok(())
}

/// Has a visit sought at once for the rest of this one.
pub async fn seek_anew(tx: &mut Tx, visit: VisitId) -> Result<()> {
    tx.sql("update rest set sought_by = null where visit_id = $1").bind(visit).execute().await?;
    Ok(())
}

/// The same where the visit that was to see the rest was called off.
pub(super) async fn seek_anew_instead_of(tx: &mut Tx, visit: VisitId) -> Result<()> {
    tx.sql("update rest set sought_by = null where visit_id = (select rest_of from visit where id = $1)")
        .bind(visit)
        .execute()
        .await?;
    Ok(())
}

/// Planned and booked visits for the rest of these, by number.
pub async fn ahead<'a>(on: impl Into<ReadHandle<'a>>, of: &[VisitId]) -> Result<Vec<StoredVisit>> {
    if of.is_empty() {
        return Ok(Vec::new());
    }
    let ahead = sql!(
        COLUMNS,
        "where visit.rest_of is not null and visit.completed_at is null and visit.cancelled_at is null
           and visit.rest_of in ",
        numbers 1,
        " order by visit.id"
    );
    visits(on.into().sql(ahead).reads_whole_table(FEW_AHEAD).bind(json_list(of))).await
}

/// Planned and booked visits for a rest that nobody waits for any more.
pub async fn needless(db: &Db) -> Result<Vec<StoredVisit>> {
    const NEEDLESS: &str = text!(
        COLUMNS,
        "where visit.rest_of > 0 and visit.rest_of is not null and visit.completed_at is null
           and visit.cancelled_at is null and visit.state in ",
        AHEAD,
        " and not exists (select 1 from rest where rest.visit_id = visit.rest_of)
         order by visit.rest_of, visit.id"
    );
    visits(db.read(NEEDLESS).reads_whole_table(FEW_AHEAD)).await
}

/// The days on which visits for the rest of this one were called off.
pub async fn called_off_on(db: &Db, of: VisitId) -> Result<Vec<NaiveDate>> {
    const DAYS: &str =
        text!("select day from visit where rest_of is not null and rest_of = $1 and state = '", CANCELLED, "'");
    let rows: Vec<(NaiveDate,)> = db.read(DAYS).bind(of).all().await?;
    Ok(rows.into_iter().map(|(day,)| day).collect())
}
