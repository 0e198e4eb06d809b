//! Visits, their appointments and their states.

pub mod called_off;
pub mod extra;
pub mod far;
pub mod feed;
mod list;
mod remind;
pub mod rest;
pub mod unfit;

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveTime};
use serde_json::json;

pub use self::list::{VisitFilter, VisitPages, list, of_engineer_on};
pub use self::remind::{set_reminded, to_remind};
use super::planning::freed;
use super::reader::json_list;
use super::text::{sql, text};
use super::{Db, InsertColumn, Query, ReadHandle, Result, Tx};
use domain::Instant;
use domain::contract::Purpose;
use domain::ids::{SlotId, VisitId};
use domain::planning::FreedBy;
use domain::time::Zone;
use domain::visits::{Appointment, NewVisit, StoredVisit, Visit, VisitState, VisitStateWord};

/// The stored words of states, as constants because statements must match the conditions of partial indexes.
pub(super) const PLANNED: &str = VisitStateWord::Planned.into_str();
pub(super) const BOOKED: &str = VisitStateWord::Booked.into_str();
pub(super) const DONE: &str = VisitStateWord::Done.into_str();
pub(super) const CANCELLED: &str = VisitStateWord::Cancelled.into_str();
/// The states of future visits.
pub(super) const AHEAD: &str = text!("('", PLANNED, "', '", BOOKED, "')");

#[derive(sqlx::FromRow)]
struct VisitRow {
    id: i64,
    slot_id: Option<i64>,
    contract: String,
    site: String,
    term: String,
    number: i64,
    purpose: String,
    state: String,
    engineer: String,
    day: NaiveDate,
    starts: String,
    takes_minutes: i64,
    announce_on: NaiveDate,
    announced_at: Option<Instant>,
    sequence: i64,
    completed_at: Option<Instant>,
    cancelled_at: Option<Instant>,
    reason: Option<String>,
    why: Option<String>,
    rest_of: Option<i64>,
}

const COLUMNS: &str = "select visit.id, visit.slot_id, visit.contract, visit.site, visit.term, visit.number,
        visit.purpose, visit.state, visit.engineer, visit.day, visit.starts, visit.takes_minutes,
        visit.announce_on, visit.announced_at, visit.sequence, visit.completed_at, visit.cancelled_at,
        visit.reason, visit.why, visit.rest_of
 from visit ";

/// Parses the stored word of a purpose.
pub(super) fn purpose(word: &str) -> Purpose {
    Purpose::ALL.into_iter().find(|purpose| purpose.word() == word).expect("only words of Purpose are stored")
}

pub(super) fn count(number: i64) -> u32 {
    u32::try_from(number).expect("counts are small and not negative")
}

impl VisitRow {
    fn visit(self) -> StoredVisit {
        let appointment = Appointment {
            engineer: self.engineer.into(),
            day: self.day,
            starts: time(&self.starts),
            takes_minutes: count(self.takes_minutes),
        };
        let sequence = count(self.sequence);
        let word: VisitStateWord = self.state.parse().expect("the schema admits these words alone");
        let state = match word {
            VisitStateWord::Planned => VisitState::Planned { appointment },
            VisitStateWord::Booked => VisitState::Booked {
                appointment,
                announced_at: self.announced_at.expect("checked by the schema"),
                sequence,
            },
            VisitStateWord::Done => {
                VisitState::Done { appointment, completed_at: self.completed_at.expect("checked by the schema") }
            }
            VisitStateWord::Cancelled => VisitState::Cancelled {
                appointment,
                reason: self.reason.unwrap_or_default(),
                cancelled_at: self.cancelled_at.expect("checked by the schema"),
                sequence,
            },
        };
        StoredVisit {
            visit: Visit {
                id: VisitId(self.id),
                contract: self.contract.into(),
                site: self.site.into(),
                term: self.term.into(),
                number: count(self.number),
                purpose: purpose(&self.purpose),
                why: self.why,
                rest_of: self.rest_of.map(VisitId),
                state,
            },
            slot: self.slot_id.map(SlotId),
            announce_on: self.announce_on,
        }
    }
}

pub(super) fn time(text: &str) -> NaiveTime {
    NaiveTime::parse_from_str(text, "%H:%M").expect("written by `put`")
}

fn time_text(time: NaiveTime) -> String {
    time.format("%H:%M").to_string()
}

async fn visits(query: Query<'_>) -> Result<Vec<StoredVisit>> {
    Ok(query.all::<VisitRow>().await?.into_iter().map(VisitRow::visit).collect())
}

/// The visit with this number, near or far, if there is one.
pub async fn get<'a>(on: impl Into<ReadHandle<'a>>, id: VisitId) -> Result<Option<StoredVisit>> {
    let mut on = on.into();
    let row = on.again().sql(COLUMNS).text("where visit.id = ").value(id).optional::<VisitRow>().await?;
    match row {
        Some(row) => Ok(Some(row.visit())),
        None => far::find(on, id).await,
    }
}

/// The visits with these numbers, and those that fill these slots.
pub async fn with_ids<'a>(
    on: impl Into<ReadHandle<'a>>,
    ids: &[VisitId],
    slots: &[SlotId],
) -> Result<Vec<StoredVisit>> {
    let these = on.into().sql(sql!(
        COLUMNS,
        "where visit.id in (select id from visit where id in ",
        numbers 1,
        " union select id from visit where slot_id in ",
        numbers 2,
        ")"
    ));
    visits(these.bind(json_list(ids)).bind(json_list(slots))).await
}

/// The visit that fills a slot.
pub async fn of_slot<'a>(on: impl Into<ReadHandle<'a>>, slot: SlotId) -> Result<Option<StoredVisit>> {
    Ok(on
        .into()
        .sql(COLUMNS)
        .text("where visit.slot_id = ")
        .value(slot)
        .optional::<VisitRow>()
        .await?
        .map(VisitRow::visit))
}

/// All visits that open deadlines, late by `through`, concern directly or through their slots.
pub async fn of_open_deadlines(db: &Db, through: Instant) -> Result<Vec<StoredVisit>> {
    visits(
        db.read(COLUMNS)
            .text(
                "where visit.id in (
                   select deadline.visit_id
                   from deadline
                   where deadline.met_at is null and deadline.withdrawn_at is null and deadline.excused_at is null
                     and deadline.visit_id is not null and deadline.late_from <= ",
            )
            .value(through)
            .text(
                " union
                   select of_slot.id
                   from deadline
                   join visit as of_slot on of_slot.slot_id = deadline.slot_id
                   where deadline.met_at is null and deadline.withdrawn_at is null and deadline.excused_at is null
                     and deadline.late_from <= ",
            )
            .value(through)
            .text(")"),
    )
    .await
}

/// Up to `limit` planned visits that are due to be announced and whose day has not come yet at their site, by day of
/// announcement and number, following that of `after`; `days` is the current date in each time zone with a site.
pub async fn to_announce(
    db: &Db,
    days: &BTreeMap<NaiveDate, Vec<&Zone>>,
    after: Option<(NaiveDate, VisitId)>,
    limit: i64,
) -> Result<Vec<StoredVisit>> {
    let Some((latest, _)) = days.last_key_value() else { return Ok(Vec::new()) };
    let (after_day, after_id) = after.unwrap_or((NaiveDate::from_ymd_opt(1, 1, 1).expect("a day"), VisitId(0)));
    let due = db
        .read(COLUMNS)
        .text(text!("where visit.state = '", PLANNED, "' and visit.announce_on <= "))
        .value(*latest)
        .text(" and (visit.announce_on, visit.id) > (")
        .value(after_day)
        .text(", ")
        .value(after_id)
        .text(")");
    let due = by_day_at_site(due, days, &["visit.announce_on <= ", "visit.day > "]);
    visits(due.text(" order by visit.announce_on, visit.id").limit(limit)).await
}

/// Booked visits whose day has ended at their site and whose record is not watched yet, `limit` of them; `days` has the
/// day that it is in each zone with a site. None that could not take place: nobody knows whether anybody came.
pub async fn unwatched(db: &Db, days: &BTreeMap<NaiveDate, Vec<&Zone>>, limit: i64) -> Result<Vec<StoredVisit>> {
    let Some((latest, _)) = days.last_key_value() else { return Ok(Vec::new()) };
    let ended = db
        .read(COLUMNS)
        .text(text!(
            "where visit.state = '",
            BOOKED,
            "' and not visit.watched
               and not exists (select 1 from unfit_visit where unfit_visit.visit_id = visit.id) and visit.day < "
        ))
        .value(*latest);
    let ended = by_day_at_site(ended, days, &["visit.day < "]);
    visits(ended.text(" order by visit.day, visit.id").limit(limit)).await
}

/// Adds conditions that compare with the current date at a visit's site; each of `conditions` ends where that date
/// goes.
fn by_day_at_site<'a>(
    mut query: Query<'a>,
    days: &BTreeMap<NaiveDate, Vec<&Zone>>,
    conditions: &[&'static str],
) -> Query<'a> {
    query = query.text(" and (");
    for (nth, (day, zones)) in days.iter().enumerate() {
        query = query.text(if nth == 0 { "" } else { " or " });
        for condition in conditions {
            query = query.text(condition).value(*day).text(" and ");
        }
        let names: Vec<&str> = zones.iter().map(|zone| zone.name()).collect();
        query = query
            .value(format!(",{},", names.join(",")))
            .text(" like '%,' || (select time_zone from site where site.site = visit.site) || ',%'");
    }
    query.text(")")
}

/// Up to `limit` planned visits following `after`, by number, to be checked against a changed calendar.
pub async fn planned(db: &Db, after: VisitId, limit: i64) -> Result<Vec<StoredVisit>> {
    visits(
        db.read(COLUMNS)
            .text(text!("where visit.state = '", PLANNED, "' and visit.id > "))
            .value(after)
            .text(" order by visit.id")
            .limit(limit),
    )
    .await
}

/// Up to `limit` planned visits on or before `day`, which nobody was told about.
pub async fn planned_before(db: &Db, day: NaiveDate, limit: i64) -> Result<Vec<StoredVisit>> {
    visits(
        db.read(COLUMNS)
            .text(text!("where visit.state = '", PLANNED, "' and visit.announce_on <= "))
            .value(day)
            .text(" and visit.day <= ")
            .value(day)
            .text(" order by visit.announce_on, visit.id")
            .limit(limit),
    )
    .await
}

/// Stores new visits as planned.
///
/// # Errors
/// If a slot already has a visit.
pub async fn put_planned(tx: &mut Tx, new: &[NewVisit]) -> Result<()> {
    let rows: Vec<_> = new
        .iter()
        .map(|v| {
            vec![
                json!(v.id),
                json!(v.slot),
                json!(v.contract),
                json!(v.site),
                json!(v.term),
                json!(v.number),
                json!(v.purpose.word()),
                json!(PLANNED),
                json!(v.appointment.engineer),
                json!(v.appointment.day),
                json!(time_text(v.appointment.starts)),
                json!(v.appointment.takes_minutes),
                json!(v.announce_on),
                json!(0),
                json!(false),
            ]
        })
        .collect();
    tx.insert_many(
        "visit",
        &[
            InsertColumn::Integer("id"),
            InsertColumn::Integer("slot_id"),
            InsertColumn::Text("contract"),
            InsertColumn::Text("site"),
            InsertColumn::Text("term"),
            InsertColumn::Integer("number"),
            InsertColumn::Text("purpose"),
            InsertColumn::Text("state"),
            InsertColumn::Text("engineer"),
            InsertColumn::Date("day"),
            InsertColumn::Text("starts"),
            InsertColumn::Integer("takes_minutes"),
            InsertColumn::Date("announce_on"),
            InsertColumn::Integer("sequence"),
            InsertColumn::Boolean("watched"),
        ],
        &rows,
        "",
    )
    .await?;
    Ok(())
}

/// Deletes a planned visit, so that its slot can be planned again.
pub async fn delete_planned(tx: &mut Tx, id: VisitId) -> Result<u64> {
    tx.sql(text!("delete from visit where id = $1 and state = '", PLANNED, "'")).bind(id.0).execute().await
}

/// Books a visit that was planned, cancelled or booked before. Returns whether its state was `was`, with this
/// `sequence`; otherwise nothing is changed.
pub async fn book(
    tx: &mut Tx,
    before: &Visit,
    appointment: &Appointment,
    now: Instant,
    remind_at: Option<Instant>,
    sequence: u32,
) -> Result<bool> {
    let changed = tx
        .sql(text!(
            "update visit
             set state = '",
            BOOKED,
            "',
                 engineer = $1,
                 day = $2,
                 starts = $3,
                 takes_minutes = $4,
                 announced_at = coalesce(announced_at, $5),
                 remind_at = $6,
                 sequence = $7,
                 cancelled_at = null,
                 reason = null,
                 overruled = null,
                 watched = $8
             where id = $9 and state = $10 and sequence = $11"
        ))
        .bind(&appointment.engineer)
        .bind(appointment.day)
        .bind(time_text(appointment.starts))
        .bind(i64::from(appointment.takes_minutes))
        .bind(now)
        .bind(remind_at)
        .bind(i64::from(sequence))
        .bind(false)
        .bind(before.id)
        .bind(before.state.word())
        .bind(i64::from(before.state.sequence()))
        .execute()
        .await?;
    let leaves_room = match &before.state {
        VisitState::Planned { appointment: was } | VisitState::Booked { appointment: was, .. } => was != appointment,
        VisitState::Done { .. } | VisitState::Cancelled { .. } => false,
    };
    if changed == 1 && matches!(before.state, VisitState::Booked { .. }) {
        unfit::forget(tx, before.id).await?;
    }
    if changed == 1 && matches!(before.state, VisitState::Cancelled { .. }) {
        called_off::slot_is_taken(tx, before.id).await?;
    }
    if changed == 1 && leaves_room {
        freed::note(tx, FreedBy::Visit).await?;
    }
    Ok(changed == 1)
}

/// Moves a planned visit from the appointment `before` to another. Returns whether it still had it.
pub async fn plan_otherwise(
    tx: &mut Tx,
    before: &Visit,
    appointment: &Appointment,
    announce_on: NaiveDate,
) -> Result<bool> {
    let was = before.state.appointment();
    let changed = tx
        .sql(text!(
            "update visit
             set engineer = $1,
                 day = $2,
                 starts = $3,
                 announce_on = $4
             where id = $5 and state = '",
            PLANNED,
            "' and engineer = $6 and day = $7"
        ))
        .bind(&appointment.engineer)
        .bind(appointment.day)
        .bind(time_text(appointment.starts))
        .bind(announce_on)
        .bind(before.id)
        .bind(&was.engineer)
        .bind(was.day)
        .execute()
        .await?;
    if changed == 1 {
        freed::note(tx, FreedBy::Visit).await?;
    }
    Ok(changed == 1)
}

/// Cancels a planned or booked visit. Returns whether it was one.
pub async fn cancel(tx: &mut Tx, id: VisitId, reason: &str, now: Instant) -> Result<bool> {
    let changed = tx
        .sql(text!(
            "update visit
             set state = '",
            CANCELLED,
            "', cancelled_at = $1, reason = $2, remind_at = null, sequence = sequence + 1
             where id = $3 and state in ",
            AHEAD
        ))
        .bind(now)
        .bind(reason)
        .bind(id)
        .execute()
        .await?;
    if changed == 1 {
        unfit::forget(tx, id).await?;
        called_off::slot_waits(tx, id).await?;
        rest::seek_anew_instead_of(tx, id).await?;
        freed::note(tx, FreedBy::CalledOff).await?;
    }
    Ok(changed == 1)
}

/// Marks a visit as done, because its record exists. Returns whether it was planned or booked until now.
pub async fn complete(tx: &mut Tx, id: VisitId, completed_at: Instant) -> Result<bool> {
    let changed = tx
        .sql(text!(
            "update visit
             set state = '",
            DONE,
            "', completed_at = $1, remind_at = null
             where id = $2 and state in ",
            AHEAD
        ))
        .bind(completed_at)
        .bind(id)
        .execute()
        .await?;
    if changed == 1 {
        unfit::forget(tx, id).await?;
    }
    Ok(changed == 1)
}

/// Marks that the records of these visits have deadlines.
pub async fn set_watched(tx: &mut Tx, ids: &[VisitId]) -> Result<()> {
    let sql = sql!("update visit set watched = $1 where id in ", numbers 2);
    tx.sql(sql).bind(true).bind(json_list(ids)).execute().await?;
    Ok(())
}
