//! Visits that were cancelled or did not take place, and the slots that they have left without a visit.

use chrono::NaiveDate;

use super::{AHEAD, CANCELLED, COLUMNS, DONE, PLANNED, visits};
use crate::planning::{freed, slot};
use crate::reader::json_list;
use crate::text::{sql, text};
use crate::{Db, Result, Tx};
use domain::Instant;
use domain::ids::{SlotId, VisitId};
use domain::planning::FreedBy;
use domain::planning::slots::Unplanned;
use domain::visits::{StoredVisit, Visit, VisitState};

/// A day on which the visit of a slot was called off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalledOffDay {
    pub slot: SlotId,
    pub day: NaiveDate,
}

/// The days from `from` on, on which visits of these slots were called off.
pub async fn days(db: &Db, slots: &[SlotId], from: NaiveDate) -> Result<Vec<CalledOffDay>> {
    const DAYS: &str = text!(
        "select slot.id, visit.day
         from slot
         join visit on visit.site = slot.site and visit.contract = slot.contract and visit.term = slot.term
           and visit.number = slot.number
         where visit.state = '",
        CANCELLED,
        "' and visit.day >= $2 and slot.id in "
    );
    let rows: Vec<(i64, NaiveDate)> = db.read(sql!(DAYS, numbers 1)).bind(json_list(slots)).bind(from).all().await?;
    Ok(rows.into_iter().map(|(slot, day)| CalledOffDay { slot: SlotId(slot), day }).collect())
}

/// Notes that the slot of a visit waits for another one.
pub(super) async fn slot_waits(tx: &mut Tx, visit: VisitId) -> Result<()> {
    slot::set_unplanned_of(tx, visit, Some(&Unplanned::CalledOff)).await
}

/// Takes a visit out of its slot, which waits for another one: it took place too early to serve that.
pub async fn was_too_early(tx: &mut Tx, visit: VisitId) -> Result<()> {
    slot_waits(tx, visit).await?;
    freed::note(tx, FreedBy::CalledOff).await?;
    super::extra::take_out_of_slot(tx, visit).await
}

/// Notes that the slot of a visit waits no more: it takes place after all.
pub(super) async fn slot_is_taken(tx: &mut Tx, visit: VisitId) -> Result<()> {
    slot::set_unplanned_of(tx, visit, None).await
}

/// Takes what was called off out of those of these slots that still wait for a visit; it keeps the number that it had among
/// the visits of its term. Returns the slots that wait.
pub async fn leave(tx: &mut Tx, slots: &[SlotId]) -> Result<Vec<SlotId>> {
    let waiting = sql!("select id from slot where unplanned is not null and id in ", numbers 1, postgres " order by id for update");
    let waiting: Vec<(i64,)> = tx.sql(waiting).bind(json_list(slots)).all().await?;
    let waiting: Vec<SlotId> = waiting.into_iter().map(|(id,)| SlotId(id)).collect();
    let of_slots = super::with_ids(&mut *tx, &[], &waiting).await?;
    let is_off = |stored: &StoredVisit| matches!(stored.visit.state, VisitState::Cancelled { .. });
    let gone: Vec<VisitId> = of_slots.iter().filter(|stored| is_off(stored)).map(|stored| stored.visit.id).collect();
    tx.sql(sql!("update visit set slot_id = null where id in ", numbers 1)).bind(json_list(&gone)).execute().await?;
    Ok(waiting)
}

/// Gives a visit that was called off its slot back, where it has left it: what is planned there now and nobody was told of
/// goes. Returns the visit that has taken its place for good, if one has.
pub async fn return_to_slot(tx: &mut Tx, visit: &Visit) -> Result<Option<StoredVisit>> {
    const SLOT: &str = "select id from slot where contract = $1 and site = $2 and term = $3 and number = $4";
    let asked = tx.sql(SLOT).bind(&visit.contract).bind(&visit.site).bind(&visit.term).bind(i64::from(visit.number));
    let Some((slot,)) = asked.optional::<(i64,)>().await? else { return Ok(None) };
    let delete = text!("delete from visit where slot_id = $1 and state = '", PLANNED, "'");
    tx.sql(delete).bind(slot).execute().await?;
    leave(tx, &[SlotId(slot)]).await?;
    if let Some(other) = super::of_slot(&mut *tx, SlotId(slot)).await? {
        return Ok(Some(other));
    }
    tx.sql("update visit set slot_id = $1 where id = $2").bind(slot).bind(visit.id).execute().await?;
    Ok(None)
}

/// Visits that were called off after `since`, the first first.
pub async fn since(db: &Db, since: Instant) -> Result<Vec<StoredVisit>> {
    let query = db.read(COLUMNS).text("where visit.cancelled_at > ").value(since);
    visits(query.text(" order by visit.cancelled_at, visit.id")).await
}

/// Visits that serve the periods of these, which were called off: planned, booked or done.
pub async fn instead(db: &Db, ids: &[VisitId]) -> Result<Vec<StoredVisit>> {
    const OTHERS: &str = text!(
        "where visit.id in (
           select other.id
           from visit as gone
           join visit as other on other.site = gone.site and other.contract = gone.contract and other.term = gone.term
             and other.number = gone.number
           where gone.number > 0 and (other.state in ",
        AHEAD,
        " or other.state = '",
        DONE,
        "') and gone.id in "
    );
    visits(db.read(sql!(COLUMNS, OTHERS, numbers 1, ")")).bind(json_list(ids))).await
}
