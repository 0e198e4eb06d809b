//! Deadlines and their flags.

pub mod compliance;
pub mod deadline_move;

use anyhow::Context;
use chrono::NaiveDate;

use super::{Db, Query, ReadHandle, Result, Tx};
use domain::Instant;
use domain::ids::{ContractCode, CustomerCode, DeadlineId, SiteCode, SlotId, TermName, VisitId};
use domain::promises::{Due, Escalation, Flag, Owed, Waiver};

/// A deadline as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Deadline {
    pub id: DeadlineId,
    /// What makes it unique. Its number does not: that of a withdrawn deadline may be given again.
    pub key: String,
    pub owed: Owed,
    pub site: SiteCode,
    pub customer: CustomerCode,
    pub contract: ContractCode,
    pub term: TermName,
    pub slot: Option<SlotId>,
    pub visit: Option<VisitId>,
    /// The day at the site that the clock started.
    pub since_on: NaiveDate,
    pub due: Due,
    /// 24:00 of the due day at the site; None while it is unknown.
    pub late_from: Option<Instant>,
    pub escalation: Escalation,
    /// Code and version of the calendar that it was counted with.
    pub calendar: String,
    pub calendar_version: String,
    pub opened_at: Instant,
    pub met_at: Option<Instant>,
    pub waiver: Option<Waiver>,
    pub next_look_at: Option<Instant>,
}

/// A deadline to be stored; its key says what it is of.
#[derive(Debug, Clone, PartialEq)]
pub struct NewDeadline {
    pub owed: Owed,
    pub site: SiteCode,
    pub customer: CustomerCode,
    pub contract: ContractCode,
    pub term: TermName,
    pub slot: Option<SlotId>,
    pub visit: Option<VisitId>,
    pub since_on: NaiveDate,
    pub counted: Counted,
    pub escalation: Escalation,
    pub opened_at: Instant,
}

/// Until when something is owed, and by which calendar.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted {
    pub due: Due,
    pub late_from: Option<Instant>,
    pub provisional: bool,
    pub calendar: String,
    pub calendar_version: String,
    pub next_look_at: Option<Instant>,
}

#[derive(sqlx::FromRow)]
struct DeadlineRow {
    id: i64,
    key: String,
    owed: String,
    site: String,
    customer: String,
    contract: String,
    term: String,
    slot_id: Option<i64>,
    visit_id: Option<i64>,
    since_on: NaiveDate,
    late_from: Option<Instant>,
    due: String,
    escalation: String,
    calendar: String,
    calendar_version: String,
    opened_at: Instant,
    met_at: Option<Instant>,
    next_look_at: Option<Instant>,
    excused_at: Option<Instant>,
    excused_by: Option<String>,
    excused_why: Option<String>,
}

const COLUMNS: &str =
    "select deadline.id, deadline.key, deadline.owed, deadline.site, deadline.customer, deadline.contract,
        deadline.term, deadline.slot_id, deadline.visit_id, deadline.since_on, deadline.late_from, deadline.due,
        deadline.escalation, deadline.calendar, deadline.calendar_version, deadline.opened_at, deadline.met_at,
        deadline.next_look_at, deadline.excused_at, deadline.excused_by, deadline.excused_why
 from deadline ";

impl DeadlineRow {
    fn deadline(self) -> Deadline {
        Deadline {
            id: DeadlineId(self.id),
            key: self.key,
            owed: Owed::ALL
                .into_iter()
                .find(|owed| owed.word() == self.owed)
                .expect("the schema admits only words of Owed"),
            due: serde_json::from_str(&self.due).expect("written by `put`"),
            escalation: serde_json::from_str(&self.escalation).expect("written by `put`"),
            site: self.site.into(),
            customer: self.customer.into(),
            contract: self.contract.into(),
            term: self.term.into(),
            slot: self.slot_id.map(SlotId),
            visit: self.visit_id.map(VisitId),
            since_on: self.since_on,
            late_from: self.late_from,
            calendar: self.calendar,
            calendar_version: self.calendar_version,
            opened_at: self.opened_at,
            met_at: self.met_at,
            waiver: self.excused_at.map(|at| Waiver {
                at,
                by: self.excused_by.unwrap_or_default(),
                why: self.excused_why.unwrap_or_default(),
            }),
            next_look_at: self.next_look_at,
        }
    }
}

async fn deadlines(query: Query<'_>) -> Result<Vec<Deadline>> {
    Ok(query.all::<DeadlineRow>().await?.into_iter().map(DeadlineRow::deadline).collect())
}

fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("plain data")
}

/// The key of a slot's window: one visit or training is owed in it.
#[must_use]
pub fn window_key(slot: SlotId) -> String {
    format!("visit/{slot}")
}

/// The key of a visit's record. A visit that is booked again owes one for each of its days.
#[must_use]
pub fn record_key(visit: VisitId, day: NaiveDate) -> String {
    format!("record/{visit}/{day}")
}

/// The key of a visit's report.
#[must_use]
pub fn report_key(visit: VisitId) -> String {
    format!("report/{visit}")
}

fn key(owed: Owed, slot: Option<SlotId>, visit: Option<VisitId>, since_on: NaiveDate) -> String {
    match owed {
        Owed::Visit | Owed::Training => window_key(slot.expect("a window is a slot's")),
        Owed::Record => record_key(visit.expect("a paper is a visit's"), since_on),
        Owed::Report => report_key(visit.expect("a paper is a visit's")),
    }
}

/// Opens a deadline. One with the same key that exists already stays as it is.
pub async fn open(tx: &mut Tx, new: &NewDeadline) -> Result<()> {
    let counted = &new.counted;
    tx.sql(
        "insert into deadline (key, owed, site, customer, contract, term, slot_id, visit_id, since_on, due_on,
                               late_from, provisional, due, escalation, calendar, calendar_version, opened_at,
                               next_look_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
         on conflict (key) do nothing",
    )
    .bind(key(new.owed, new.slot, new.visit, new.since_on))
    .bind(new.owed.word())
    .bind(&new.site)
    .bind(&new.customer)
    .bind(&new.contract)
    .bind(&new.term)
    .bind(new.slot)
    .bind(new.visit)
    .bind(new.since_on)
    .bind(counted.due.on())
    .bind(counted.late_from)
    .bind(counted.provisional)
    .bind(json(&counted.due))
    .bind(json(&new.escalation))
    .bind(&counted.calendar)
    .bind(&counted.calendar_version)
    .bind(new.opened_at)
    .bind(counted.next_look_at)
    .execute()
    .await?;
    Ok(())
}

/// Counts an open deadline anew; a met one is frozen.
pub async fn recount(tx: &mut Tx, id: DeadlineId, since_on: NaiveDate, counted: &Counted) -> Result<bool> {
    let changed = tx
        .sql(
            "update deadline
             set since_on = $1, due_on = $2, late_from = $3, provisional = $4, due = $5, calendar = $6,
                 calendar_version = $7, next_look_at = case when excused_at is null then $8 end
             where id = $9 and met_at is null",
        )
        .bind(since_on)
        .bind(counted.due.on())
        .bind(counted.late_from)
        .bind(counted.provisional)
        .bind(json(&counted.due))
        .bind(&counted.calendar)
        .bind(&counted.calendar_version)
        .bind(counted.next_look_at)
        .bind(id)
        .execute()
        .await?;
    Ok(changed == 1)
}

/// Notes that an open deadline was met at `met_at`.
pub async fn meet(tx: &mut Tx, key: &str, met_at: Instant) -> Result<bool> {
    let changed = tx
        .sql("update deadline set met_at = $1, next_look_at = null where key = $2 and met_at is null")
        .bind(met_at)
        .bind(key)
        .execute()
        .await?;
    Ok(changed == 1)
}

/// Opens a met deadline again; it is looked at from `next_look_at` on.
pub async fn reopen(tx: &mut Tx, key: &str, next_look_at: Instant) -> Result<bool> {
    let changed = tx
        .sql(
            "update deadline
             set met_at = null, next_look_at = case when excused_at is null then $1 end
             where key = $2 and met_at is not null",
        )
        .bind(next_look_at)
        .bind(key)
        .execute()
        .await?;
    Ok(changed == 1)
}

/// Takes a deadline out of the count: what was owed is not owed any more (a visit moved into the future owes
/// no record yet). Its flags and moves go with it.
pub async fn withdraw(tx: &mut Tx, key: &str) -> Result<()> {
    tx.sql("delete from flag where deadline_id in (select id from deadline where key = $1 and met_at is null)")
        .bind(key)
        .execute()
        .await?;
    tx.sql(
        "delete from deadline_move where deadline_id in (select id from deadline where key = $1 and met_at is null)",
    )
    .bind(key)
    .execute()
    .await?;
    tx.sql("update letter set deadline_id = null where deadline_id in (select id from deadline where key = $1 and met_at is null)")
        .bind(key)
        .execute()
        .await?;
    tx.sql("delete from deadline where key = $1 and met_at is null").bind(key).execute().await?;
    Ok(())
}

/// Notes when to look at a deadline next.
pub async fn look_again(tx: &mut Tx, id: DeadlineId, at: Option<Instant>) -> Result<()> {
    tx.sql("update deadline set next_look_at = $1 where id = $2 and met_at is null and excused_at is null")
        .bind(at)
        .bind(id)
        .execute()
        .await?;
    Ok(())
}

/// What `to_look_at` asks for: the index names it, so that the others are never read.
const TO_LOOK_AT: &str = "where deadline.next_look_at <= $1 order by deadline.next_look_at, deadline.id limit $2";

/// Open deadlines to look at by `now`, `limit` of them; the index names them, nothing else is read.
pub async fn to_look_at(db: &Db, now: Instant, limit: i64) -> Result<Vec<Deadline>> {
    deadlines(db.read(COLUMNS).text(TO_LOOK_AT).bind(now).bind(limit)).await
}

/// Open deadlines after `after`, `limit` of them: to count them anew.
pub async fn open_after(db: &Db, after: i64, limit: i64) -> Result<Vec<Deadline>> {
    deadlines(
        db.read(COLUMNS)
            .text("where deadline.met_at is null and deadline.id > ")
            .value(after)
            .text(" order by deadline.id limit ")
            .value(limit),
    )
    .await
}

/// Which deadlines to list; a waived one is not open.
#[derive(Debug, Clone, Default)]
pub struct DeadlineFilter {
    pub customer: Option<CustomerCode>,
    pub site: Option<SiteCode>,
    pub owed: Option<Owed>,
    /// Open ones whose lateness begins up to then.
    pub open_late_from_through: Option<Instant>,
    /// Open ones that cannot be counted.
    pub uncounted: bool,
    pub only_open: bool,
    pub limit: Option<i64>,
}

/// Deadlines, the earliest due first.
pub async fn list(db: &Db, filter: &DeadlineFilter) -> Result<Vec<Deadline>> {
    let open = filter.only_open || filter.uncounted || filter.open_late_from_through.is_some();
    deadlines(
        db.read(COLUMNS)
            .text(if open { "where deadline.met_at is null and deadline.excused_at is null" } else { "where true" })
            .text(if filter.uncounted { " and deadline.due_on is null" } else { "" })
            .and(" and deadline.customer = ", filter.customer.as_ref())
            .and(" and deadline.site = ", filter.site.as_ref())
            .and(" and deadline.owed = ", filter.owed.map(Owed::word))
            .and(" and deadline.late_from <= ", filter.open_late_from_through)
            .text(" order by deadline.late_from, deadline.id limit ")
            .value(filter.limit.unwrap_or(1_000_000)),
    )
    .await
}

/// The deadline with this number, if there is one.
///
/// # Errors
/// When it does not exist, or the store does not answer.
pub async fn get<'a>(on: impl Into<ReadHandle<'a>>, id: DeadlineId) -> Result<Option<Deadline>> {
    Ok(on
        .into()
        .sql(COLUMNS)
        .text("where deadline.id = ")
        .value(id)
        .optional::<DeadlineRow>()
        .await?
        .map(DeadlineRow::deadline))
}

/// The deadline with this key.
pub async fn by_key<'a>(on: impl Into<ReadHandle<'a>>, key: &str) -> Result<Option<Deadline>> {
    let row: Option<DeadlineRow> =
        on.into().sql(COLUMNS).text("where deadline.key = ").value(key.to_owned()).optional().await?;
    Ok(row.map(DeadlineRow::deadline))
}

/// Waives an open deadline: it stays on file, is flagged no more and does not count as late. Says whether it was
/// open and not waived before.
pub async fn waive(tx: &mut Tx, key: &str, waiver: &Waiver) -> Result<bool> {
    let changed = tx
        .sql(
            "update deadline
             set excused_at = $1, excused_by = $2, excused_why = $3, next_look_at = null
             where key = $4 and met_at is null and excused_at is null",
        )
        .bind(waiver.at)
        .bind(&waiver.by)
        .bind(&waiver.why)
        .bind(key)
        .execute()
        .await?;
    Ok(changed == 1)
}

/// The deadline of a visit's report, or of the record of its latest day.
///
/// # Errors
/// When it does not exist.
pub async fn of_visit(db: &Db, owed: Owed, visit: VisitId) -> anyhow::Result<Deadline> {
    db.read(COLUMNS)
        .text("where deadline.visit_id = ")
        .value(visit)
        .text(" and deadline.owed = ")
        .value(owed.word())
        .text(" order by deadline.since_on desc, deadline.id desc limit 1")
        .optional::<DeadlineRow>()
        .await?
        .map(DeadlineRow::deadline)
        .with_context(|| format!("{visit} has no deadline for its {}", owed.word()))
}

/// Raises a flag on an open deadline. Says whether it was not raised before.
pub async fn raise(tx: &mut Tx, id: DeadlineId, level: &str, flag: &Flag, now: Instant) -> Result<bool> {
    let raised = tx
        .sql(
            "insert into flag (deadline_id, level, dated, raised_at)
             select $1, $2, $3, $4
             where exists (select 1 from deadline where id = $1 and met_at is null and excused_at is null)
             on conflict (deadline_id, level) do nothing",
        )
        .bind(id)
        .bind(level)
        .bind(flag.dated)
        .bind(now)
        .execute()
        .await?;
    Ok(raised == 1)
}

/// Takes a flag back: a changed calendar says that its level is not reached yet. Says whether it was raised.
pub async fn take_flag_back(tx: &mut Tx, id: DeadlineId, level: &str) -> Result<bool> {
    let taken = tx.sql("delete from flag where deadline_id = $1 and level = $2").bind(id).bind(level).execute().await?;
    Ok(taken == 1)
}

/// Dates a flag by the day on which its level is reached now. One that was not raised stays so.
pub async fn redate_flag(tx: &mut Tx, id: DeadlineId, level: &str, dated: NaiveDate) -> Result<()> {
    tx.sql("update flag set dated = $1 where deadline_id = $2 and level = $3")
        .bind(dated)
        .bind(id)
        .bind(level)
        .execute()
        .await?;
    Ok(())
}

/// Flags of a deadline: level, day, when it was raised.
pub async fn flags(db: &Db, id: DeadlineId) -> Result<Vec<(String, NaiveDate, Instant)>> {
    db.read("select level, dated, raised_at from flag where deadline_id = $1 order by raised_at, dated, level")
        .bind(id)
        .all()
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_sweep_never_reads_a_deadline_that_is_not_due() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open_sqlite(&folder.path().join("office.sqlite")).await.unwrap();
        let query = db.read("explain query plan ").text(COLUMNS).text(TO_LOOK_AT);
        let steps: Vec<(i64, i64, i64, String)> = query.bind(Instant::MIN_UTC).bind(200_i64).all().await.unwrap();
        let steps: Vec<String> = steps.into_iter().map(|(_, _, _, what)| what).collect();
        assert_eq!(steps, ["SEARCH deadline USING INDEX deadline_to_look_at (next_look_at<?)"]);
    }
}
