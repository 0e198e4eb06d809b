//! Slots: the nth visit that a term calls for at a site.

use anyhow::Context;
use chrono::NaiveDate;
use serde_json::json;

use crate::reader::json_list;
use crate::text::sql;
use crate::{Db, InsertColumn, Result, Tx};
use domain::ids::{ContractCode, SiteCode, SlotId, TermName, VisitId};
use domain::planning::slots::{Slot, Unplanned};
use domain::planning::{LastNumber, SlotWindow, StoredSlot, WaitingSlots};

#[derive(sqlx::FromRow)]
struct SlotRow {
    id: i64,
    contract: String,
    site: String,
    term: String,
    purpose: String,
    number: i64,
    nominal_on: NaiveDate,
    first_on: NaiveDate,
    last_on: NaiveDate,
    unplanned: Option<String>,
}

impl SlotRow {
    fn slot(self) -> StoredSlot {
        StoredSlot {
            id: SlotId(self.id),
            purpose: crate::visits::purpose(&self.purpose),
            slot: Slot {
                number: u32::try_from(self.number).expect("checked by the schema"),
                nominal_on: self.nominal_on,
                first_on: self.first_on,
                last_on: self.last_on,
            },
            unplanned: self.unplanned.map(|json| serde_json::from_str(&json).expect("written by `put`")),
            contract: self.contract.into(),
            site: self.site.into(),
            term: self.term.into(),
        }
    }
}

/// Stores slots that are new.
///
/// # Errors
/// If a slot with the same contract, site, term and number exists.
pub async fn put(tx: &mut Tx, slots: &[StoredSlot]) -> Result<()> {
    let rows: Vec<_> = slots
        .iter()
        .map(|s| {
            vec![
                json!(s.id),
                json!(s.contract),
                json!(s.site),
                json!(s.term),
                json!(s.slot.number),
                json!(s.purpose.word()),
                json!(s.slot.nominal_on),
                json!(s.slot.first_on),
                json!(s.slot.last_on),
                s.unplanned.as_ref().map_or(serde_json::Value::Null, |why| json!(reason(why))),
                json!(false),
            ]
        })
        .collect();
    tx.insert_many(
        "slot",
        &[
            InsertColumn::Integer("id"),
            InsertColumn::Text("contract"),
            InsertColumn::Text("site"),
            InsertColumn::Text("term"),
            InsertColumn::Integer("number"),
            InsertColumn::Text("purpose"),
            InsertColumn::Date("nominal_on"),
            InsertColumn::Date("first_on"),
            InsertColumn::Date("last_on"),
            InsertColumn::Text("unplanned"),
            InsertColumn::Boolean("watched"),
        ],
        &rows,
        "",
    )
    .await?;
    Ok(())
}

fn reason(why: &Unplanned) -> String {
    serde_json::to_string(why).expect("a reason is plain data")
}

/// Stores why a slot has no visit; `None` if it has one.
pub async fn set_unplanned(tx: &mut Tx, id: SlotId, why: Option<&Unplanned>) -> Result<()> {
    tx.sql("update slot set unplanned = $1 where id = $2").bind(why.map(reason)).bind(id).execute().await?;
    Ok(())
}

/// As [`set_unplanned`], for the slot of a visit, if it has one.
pub(crate) async fn set_unplanned_of(tx: &mut Tx, visit: VisitId, why: Option<&Unplanned>) -> Result<()> {
    tx.sql("update slot set unplanned = $1 where id = (select slot_id from visit where id = $2)")
        .bind(why.map(reason))
        .bind(visit)
        .execute()
        .await?;
    Ok(())
}

/// Up to `limit` slots without a visit, near and far, that begin by `until` and follow `after`; by number.
pub async fn unplanned(db: &Db, after: SlotId, until: NaiveDate, limit: i64) -> Result<Vec<StoredSlot>> {
    let mut found = unplanned_near(db, after, until, limit).await?;
    for round in super::round::that_wait(db, until).await? {
        let Some(far) = round.far.as_ref().map(|far| far.unpack(round.engineer.as_ref())) else { continue };
        let slots = far.slots.iter().map(|slot| far.stored(&round, slot));
        found.extend(slots.filter(|slot| slot.unplanned.is_some() && slot.id > after && slot.slot.first_on <= until));
    }
    found.sort_by_key(|slot| slot.id);
    found.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(found)
}

/// Like [`unplanned`], but only near slots, which have rows of their own.
pub async fn unplanned_near(db: &Db, after: SlotId, until: NaiveDate, limit: i64) -> Result<Vec<StoredSlot>> {
    let rows: Vec<SlotRow> = db
        .read(
            "select id, contract, site, term, purpose, number, nominal_on, first_on, last_on, unplanned
             from slot
             where unplanned is not null and first_on <= $1 and id > $2
             order by id",
        )
        .bind(until)
        .bind(after)
        .limit(limit)
        .all()
        .await?;
    Ok(rows.into_iter().map(SlotRow::slot).collect())
}

/// Up to `limit` slots without a visit whose window has ended by `day`, if this is not marked on them yet; following
/// `after`, by number.
pub async fn waiting_until(db: &Db, after: SlotId, day: NaiveDate, limit: i64) -> Result<Vec<StoredSlot>> {
    let rows: Vec<SlotRow> = db
        .read(
            "select id, contract, site, term, purpose, number, nominal_on, first_on, last_on, unplanned
             from slot
             where unplanned is not null and last_on <= $1 and id > $2 and unplanned <> $3
             order by id",
        )
        .bind(day)
        .bind(after)
        .bind(reason(&Unplanned::Passed))
        .limit(limit)
        .all()
        .await?;
    Ok(rows.into_iter().map(SlotRow::slot).collect())
}

/// How many near slots, up to the number `last`, that begin by `until` are waiting for a visit, for each reason.
pub async fn waiting_near(db: &Db, last: SlotId, until: NaiveDate) -> Result<Vec<WaitingSlots>> {
    let rows: Vec<(String, i64)> = db
        .read(
            "select unplanned, count(*)
             from slot
             where unplanned is not null and first_on <= $1 and id <= $2
             group by unplanned",
        )
        .bind(until)
        .bind(last)
        .all()
        .await?;
    let count = |(json, slots): (String, i64)| WaitingSlots {
        why: serde_json::from_str(&json).expect("written by `put`"),
        slots: u64::try_from(slots).unwrap_or(0),
    };
    Ok(rows.into_iter().map(count).collect())
}

/// Up to `limit` slots whose window has begun by `day` and that have no deadline yet.
pub async fn unwatched(db: &Db, day: NaiveDate, limit: i64) -> Result<Vec<StoredSlot>> {
    let rows: Vec<SlotRow> = db
        .read(
            "select id, contract, site, term, purpose, number, nominal_on, first_on, last_on, unplanned
             from slot
             where not watched and first_on <= $1
             order by first_on, id",
        )
        .bind(day)
        .limit(limit)
        .all()
        .await?;
    Ok(rows.into_iter().map(SlotRow::slot).collect())
}

/// Marks that these slots have deadlines.
pub async fn set_watched(tx: &mut Tx, ids: &[SlotId]) -> Result<()> {
    // On PostgreSQL ordered by number, as in the planner, so that the two cannot deadlock.
    let sql = sql!(
        "update slot set watched = $1 where id in ",
        postgres "(select slot.id from slot where slot.id in ",
        numbers 2,
        postgres " order by slot.id for update)"
    );
    tx.sql(sql).bind(true).bind(json_list(ids)).execute().await?;
    Ok(())
}

/// The slot with this number.
///
/// # Errors
/// If it does not exist.
pub async fn get<'a>(on: impl Into<crate::ReadHandle<'a>>, id: SlotId) -> anyhow::Result<StoredSlot> {
    let row: Option<SlotRow> = on
        .into()
        .sql(
            "select id, contract, site, term, purpose, number, nominal_on, first_on, last_on, unplanned
             from slot
             where id = $1",
        )
        .bind(id)
        .optional()
        .await?;
    row.map(SlotRow::slot).with_context(|| format!("there is no slot {id}"))
}

/// The near slots of a round whose windows end on a day or later, by number.
pub async fn of_round(
    tx: &mut Tx,
    contract: &ContractCode,
    site: &SiteCode,
    term: &TermName,
    from: NaiveDate,
) -> Result<Vec<StoredSlot>> {
    let rows: Vec<SlotRow> = tx
        .sql(
            "select id, contract, site, term, purpose, number, nominal_on, first_on, last_on, unplanned
             from slot
             where contract = $1 and site = $2 and term = $3 and last_on >= $4
             order by number",
        )
        .bind(contract)
        .bind(site)
        .bind(term)
        .bind(from)
        .all()
        .await?;
    Ok(rows.into_iter().map(SlotRow::slot).collect())
}

/// The slots of a round that are kept by themselves and whose windows hold a day, by number; none that is called for no more.
pub async fn of_day(
    tx: &mut Tx,
    contract: &ContractCode,
    site: &SiteCode,
    term: &TermName,
    day: NaiveDate,
) -> Result<Vec<StoredSlot>> {
    let rows: Vec<SlotRow> = tx
        .sql(
            "select id, contract, site, term, purpose, number, nominal_on, first_on, last_on, unplanned
             from slot
             where contract = $1 and site = $2 and term = $3 and first_on <= $4 and last_on >= $4
               and (unplanned is not null or exists (select 1 from visit where visit.slot_id = slot.id))
             order by number",
        )
        .bind(contract)
        .bind(site)
        .bind(term)
        .bind(day)
        .all()
        .await?;
    Ok(rows.into_iter().map(SlotRow::slot).collect())
}

/// The highest number of each round's slots at these sites that are kept by themselves.
pub async fn last_numbers(db: &Db, sites: &[SiteCode]) -> Result<Vec<LastNumber>> {
    let sql = sql!(
        "select slot.contract, slot.site, slot.term, max(slot.number)
         from answered
         join slot on slot.contract = answered.contract and slot.site = answered.site and slot.term = answered.term
         where answered.site in ",
        codes 1,
        " group by slot.contract, slot.site, slot.term"
    );
    let rows: Vec<(String, String, String, i64)> = db.read(sql).bind(json_list(sites)).all().await?;
    let last = |(contract, site, term, number): (String, String, String, i64)| LastNumber {
        contract: contract.into(),
        site: site.into(),
        term: term.into(),
        number: u32::try_from(number).unwrap_or(0),
    };
    Ok(rows.into_iter().map(last).collect())
}

/// Changes the last day of a slot's window.
pub async fn set_last_day(tx: &mut Tx, id: SlotId, last_on: NaiveDate) -> Result<()> {
    tx.sql("update slot set last_on = $1 where id = $2").bind(last_on).bind(id).execute().await?;
    Ok(())
}

/// Turns a slot, together with its visit, into another one; its deadline will be opened anew.
pub async fn become_another(tx: &mut Tx, id: SlotId, slot: &Slot) -> Result<()> {
    tx.sql(
        "update slot
         set number = $1, nominal_on = $2, first_on = $3, last_on = $4, unplanned = null, watched = $5
         where id = $6",
    )
    .bind(i64::from(slot.number))
    .bind(slot.nominal_on)
    .bind(slot.first_on)
    .bind(slot.last_on)
    .bind(false)
    .bind(id)
    .execute()
    .await?;
    tx.sql("update visit set number = $1 where slot_id = $2").bind(i64::from(slot.number)).bind(id).execute().await?;
    Ok(())
}

/// Deletes a slot if nothing refers to it; otherwise the slot remains, and nothing is owed for it. Returns whether it
/// was deleted.
pub async fn forget(tx: &mut Tx, id: SlotId) -> Result<bool> {
    let gone = tx
        .sql(
            "delete from slot
         where id = $1
           and not exists (select 1 from visit where visit.slot_id = slot.id)
           and not exists (select 1 from deadline where deadline.slot_id = slot.id)",
        )
        .bind(id)
        .execute()
        .await?;
    tx.sql("update slot set unplanned = null, watched = $1 where id = $2").bind(true).bind(id).execute().await?;
    Ok(gone == 1)
}

/// First and last day of the slot that a visit fills, near or far; `None` if it fills none.
pub async fn window(db: &Db, visit: VisitId) -> Result<Option<SlotWindow>> {
    let row: Option<(NaiveDate, NaiveDate)> = db
        .read("select slot.first_on, slot.last_on from slot join visit on visit.slot_id = slot.id where visit.id = $1")
        .bind(visit)
        .optional()
        .await?;
    if let Some((first_on, last_on)) = row {
        return Ok(Some(SlotWindow { first_on, last_on }));
    }
    let Some(round) = super::round::of_visit(db, visit).await? else { return Ok(None) };
    let far = round.far.as_ref().and_then(|far| far.unpack(round.engineer.as_ref()).take_visit(visit));
    Ok(far.map(|far| SlotWindow { first_on: far.slot.first_on, last_on: far.slot.last_on }))
}
