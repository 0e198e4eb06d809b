//! Deadlines: what is owed, until when, and the last judgement; their histories and flags are in submodules.

pub mod compliance;
pub mod deadline_move;
pub mod event;
pub mod flag;

use anyhow::Context;
use chrono::NaiveDate;

use super::{Db, Query, ReadHandle, Result, Sql, Tx};
use crate::reader::json_list;
use crate::text::sql;
use domain::Instant;
use domain::ids::{ContractCode, CustomerCode, DeadlineId, SiteCode, SlotId, TermName, VisitId};
use domain::promises::stored::RaisedFlag;
use domain::promises::{Deadline, DeadlineSubject, DeadlineTerms, Due, Owed, Waiver};

/// A deadline to be stored; its subject says what it concerns.
#[derive(Debug, Clone, PartialEq)]
pub struct NewDeadline {
    pub subject: DeadlineSubject,
    pub site: SiteCode,
    pub customer: CustomerCode,
    pub contract: ContractCode,
    pub term: TermName,
    pub since_on: NaiveDate,
    /// Set on clocks that do not count days.
    pub called_at: Option<Instant>,
    pub terms: DeadlineTerms,
    pub judged: LastJudged,
    pub opened_at: Instant,
}

/// The result of a judgement, and the calendar that it used.
#[derive(Debug, Clone, PartialEq)]
pub struct LastJudged {
    pub due: Due,
    pub late_from: Option<Instant>,
    pub provisional: bool,
    pub calendar: String,
    pub calendar_version: String,
    pub met_at: Option<Instant>,
    pub withdrawn_at: Option<Instant>,
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
    revision: Option<i64>,
    since_on: NaiveDate,
    called_at: Option<Instant>,
    terms: String,
    late_from: Option<Instant>,
    due: String,
    calendar: String,
    calendar_version: String,
    opened_at: Instant,
    met_at: Option<Instant>,
    withdrawn_at: Option<Instant>,
    next_look_at: Option<Instant>,
    excused_at: Option<Instant>,
    excused_by: Option<String>,
    excused_why: Option<String>,
}

const COLUMNS: &str =
    "select deadline.id, deadline.key, deadline.owed, deadline.site, deadline.customer, deadline.contract,
        deadline.term, deadline.slot_id, deadline.visit_id, deadline.revision, deadline.since_on, deadline.called_at, deadline.terms,
        deadline.late_from, deadline.due, deadline.calendar, deadline.calendar_version, deadline.opened_at,
        deadline.met_at, deadline.withdrawn_at, deadline.next_look_at, deadline.excused_at, deadline.excused_by,
        deadline.excused_why
 from deadline ";

impl DeadlineRow {
    fn deadline(self) -> Deadline {
        let subject = self.subject();
        Deadline {
            id: DeadlineId(self.id),
            key: self.key,
            subject,
            due: serde_json::from_str(&self.due).expect("written by `open` or `judged`"),
            terms: serde_json::from_str(&self.terms).expect("written by `open`"),
            site: self.site.into(),
            customer: self.customer.into(),
            contract: self.contract.into(),
            term: self.term.into(),
            since_on: self.since_on,
            called_at: self.called_at,
            late_from: self.late_from,
            calendar: self.calendar,
            calendar_version: self.calendar_version,
            opened_at: self.opened_at,
            met_at: self.met_at,
            withdrawn_at: self.withdrawn_at,
            waiver: self.excused_at.map(|at| Waiver {
                at,
                by: self.excused_by.unwrap_or_default(),
                why: self.excused_why.unwrap_or_default(),
            }),
            next_look_at: self.next_look_at,
        }
    }

    fn subject(&self) -> DeadlineSubject {
        let slot = || SlotId(self.slot_id.expect("the schema wants the slot of a window"));
        let visit = || VisitId(self.visit_id.expect("the schema wants the visit of a record or report"));
        match self.owed.parse().expect("the schema admits only words of Owed") {
            Owed::Visit => DeadlineSubject::Visit { slot: slot() },
            Owed::Training => DeadlineSubject::Training { slot: slot() },
            Owed::Record => DeadlineSubject::Record { visit: visit(), day: self.since_on },
            Owed::Report => match self.revision.and_then(|revision| u32::try_from(revision).ok()) {
                Some(revision) => DeadlineSubject::Correction { visit: visit(), revision },
                None => DeadlineSubject::Report { visit: visit() },
            },
        }
    }
}

async fn deadlines(query: Query<'_>) -> Result<Vec<Deadline>> {
    Ok(query.all::<DeadlineRow>().await?.into_iter().map(DeadlineRow::deadline).collect())
}

fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("plain data")
}

/// Opens a deadline. If one with its key is already in force, it is left unchanged. Returns whether it is new.
pub async fn open(tx: &mut Tx, new: &NewDeadline) -> Result<bool> {
    let judged = &new.judged;
    let opened = tx.sql(
        "insert into deadline (key, owed, site, customer, contract, term, slot_id, visit_id, revision, since_on, called_at,
                               terms, due_on, late_from, provisional, due, calendar, calendar_version, opened_at,
                               next_look_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
         on conflict (key) where withdrawn_at is null do nothing",
    )
    .bind(new.subject.key())
    .bind(new.subject.owed().word())
    .bind(&new.site)
    .bind(&new.customer)
    .bind(&new.contract)
    .bind(&new.term)
    .bind(new.subject.slot())
    .bind(new.subject.visit())
    .bind(new.subject.revision().map(i64::from))
    .bind(new.since_on)
    .bind(new.called_at)
    .bind(json(&new.terms))
    .bind(judged.due.on())
    .bind(judged.late_from)
    .bind(judged.provisional)
    .bind(json(&judged.due))
    .bind(&judged.calendar)
    .bind(&judged.calendar_version)
    .bind(new.opened_at)
    .bind(judged.next_look_at)
    .execute()
    .await?;
    Ok(opened == 1)
}

/// Changes the day on which a deadline's clock starts, and stores the resulting judgement.
pub async fn count_from(tx: &mut Tx, id: DeadlineId, since_on: NaiveDate, judgement: &LastJudged) -> Result<()> {
    tx.sql("update deadline set since_on = $1 where id = $2").bind(since_on).bind(id).execute().await?;
    judged(tx, id, judgement).await
}

/// Stores the result of a judgement.
pub async fn judged(tx: &mut Tx, id: DeadlineId, judged: &LastJudged) -> Result<()> {
    tx.sql(
        "update deadline
         set due_on = $1, late_from = $2, provisional = $3, due = $4, calendar = $5, calendar_version = $6,
             met_at = $7, withdrawn_at = $8, next_look_at = $9
         where id = $10",
    )
    .bind(judged.due.on())
    .bind(judged.late_from)
    .bind(judged.provisional)
    .bind(json(&judged.due))
    .bind(&judged.calendar)
    .bind(&judged.calendar_version)
    .bind(judged.met_at)
    .bind(judged.withdrawn_at)
    .bind(judged.next_look_at)
    .bind(id)
    .execute()
    .await?;
    Ok(())
}

/// Stores the terms of a deadline that was created before terms included the allowance.
pub async fn set_terms(tx: &mut Tx, id: DeadlineId, terms: &DeadlineTerms) -> Result<()> {
    tx.sql("update deadline set terms = $1 where id = $2").bind(json(terms)).bind(id).execute().await?;
    Ok(())
}

/// The deadline with this number, locked until the transaction ends.
pub async fn for_change(tx: &mut Tx, id: DeadlineId) -> Result<Option<Deadline>> {
    // On SQLite there is only one writer.
    const LOCK: Sql = Sql {
        sqlite: "select id from deadline where id = $1",
        postgres: "select id from deadline where id = $1 for update",
    };
    let locked: Option<(i64,)> = tx.sql(LOCK).bind(id).optional().await?;
    match locked {
        Some(_) => get(tx, id).await,
        None => Ok(None),
    }
}

/// The condition of [`to_look_at`], which the index covers, so that other rows are not read.
const TO_LOOK_AT: &str = "where deadline.next_look_at <= $1 order by deadline.next_look_at, deadline.id";

/// Up to `limit` open deadlines that have to be judged by `now`, found through the index alone.
pub async fn to_look_at(db: &Db, now: Instant, limit: i64) -> Result<Vec<Deadline>> {
    deadlines(db.read(COLUMNS).text(TO_LOOK_AT).bind(now).limit(limit)).await
}

/// Up to `limit` open deadlines following `after`, to be recounted.
pub async fn open_after(db: &Db, after: i64, limit: i64) -> Result<Vec<Deadline>> {
    deadlines(
        db.read(COLUMNS)
            .text("where deadline.met_at is null and deadline.withdrawn_at is null and deadline.id > ")
            .value(after)
            .text(" order by deadline.id")
            .limit(limit),
    )
    .await
}

/// Which deadlines to list. A waived deadline does not count as open.
#[derive(Debug, Clone, Default)]
pub struct DeadlineFilter {
    pub customer: Option<CustomerCode>,
    pub site: Option<SiteCode>,
    pub owed: Option<Owed>,
    /// Open deadlines that are late from this instant or earlier.
    pub open_late_from_through: Option<Instant>,
    /// Open deadlines whose due time cannot be computed.
    pub uncounted: bool,
    pub only_open: bool,
    /// Include withdrawn ones, which are no longer owed.
    pub with_withdrawn: bool,
    /// Only deadlines that follow the one with this lateness and number, in list order.
    pub after: Option<(Option<Instant>, DeadlineId)>,
    pub limit: Option<i64>,
}

/// Deadlines, by when they are due; those whose due time cannot be computed first.
pub async fn list(db: &Db, filter: &DeadlineFilter) -> Result<Vec<Deadline>> {
    let limit = filter.limit.unwrap_or(1_000_000);
    let (behind_uncounted, behind_due) = match filter.after {
        None => (Some(DeadlineId(0)), None),
        Some((None, id)) => (Some(id), None),
        Some((Some(late_from), id)) => (None, Some((late_from, id))),
    };
    let mut found = match behind_uncounted {
        Some(after) if filter.open_late_from_through.is_none() => {
            let query = narrowed(db, filter).text(" and deadline.late_from is null and deadline.id > ").value(after);
            deadlines(query.text(" order by deadline.id").limit(limit)).await?
        }
        Some(_) | None => Vec::new(),
    };
    let left = limit - i64::try_from(found.len()).unwrap_or(limit);
    if left == 0 || filter.uncounted {
        return Ok(found);
    }
    let query = narrowed(db, filter).text(" and deadline.late_from is not null");
    let query = match behind_due {
        Some((late_from, id)) => {
            query.text(" and (deadline.late_from, deadline.id) > (").value(late_from).text(", ").value(id).text(")")
        }
        None => query,
    };
    found.extend(deadlines(query.text(" order by deadline.late_from, deadline.id").limit(left)).await?);
    Ok(found)
}

/// The statement for the deadlines that match a filter, without their order.
fn narrowed<'a>(db: &'a Db, filter: &DeadlineFilter) -> Query<'a> {
    let open = filter.only_open || filter.uncounted || filter.open_late_from_through.is_some();
    db.read(COLUMNS)
        .text(if open { "where deadline.met_at is null and deadline.excused_at is null" } else { "where true" })
        .text(if filter.with_withdrawn && !open { "" } else { " and deadline.withdrawn_at is null" })
        .text(if filter.uncounted { " and deadline.due_on is null" } else { "" })
        .and(" and deadline.customer = ", filter.customer.as_ref())
        .and(" and deadline.site = ", filter.site.as_ref())
        .and(" and deadline.owed = ", filter.owed.map(Owed::word))
        .and(" and deadline.late_from <= ", filter.open_late_from_through)
}

/// The deadline with this number, if there is one.
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

/// The deadline with this key, unless it was withdrawn.
pub async fn by_key<'a>(on: impl Into<ReadHandle<'a>>, key: &str) -> Result<Option<Deadline>> {
    let row: Option<DeadlineRow> = on
        .into()
        .sql(COLUMNS)
        .text("where deadline.withdrawn_at is null and deadline.key = ")
        .value(key.to_owned())
        .optional()
        .await?;
    Ok(row.map(DeadlineRow::deadline))
}

/// Waives an open deadline: it stays in the store, is not flagged any more and does not count as late. Returns whether
/// it was open and not waived yet.
pub async fn waive(tx: &mut Tx, id: DeadlineId, waiver: &Waiver) -> Result<bool> {
    let changed = tx
        .sql(
            "update deadline
             set excused_at = $1, excused_by = $2, excused_why = $3, next_look_at = null
             where id = $4 and met_at is null and withdrawn_at is null and excused_at is null",
        )
        .bind(waiver.at)
        .bind(&waiver.by)
        .bind(&waiver.why)
        .bind(id)
        .execute()
        .await?;
    Ok(changed == 1)
}

/// The deadline of a visit's report (not of a corrected one), or of the record of its latest day.
///
/// # Errors
/// If it does not exist.
pub async fn of_visit(db: &Db, owed: Owed, visit: VisitId) -> anyhow::Result<Deadline> {
    db.read(COLUMNS)
        .text("where deadline.visit_id = ")
        .value(visit)
        .text(" and deadline.withdrawn_at is null and deadline.revision is null and deadline.owed = ")
        .value(owed.word())
        .text(" order by deadline.since_on desc, deadline.id desc limit 1")
        .optional::<DeadlineRow>()
        .await?
        .map(DeadlineRow::deadline)
        .with_context(|| format!("{visit} has no deadline for its {}", owed.word()))
}

/// The open deadlines for the reports of these visits, without those of corrections.
pub async fn open_reports(db: &Db, visits: &[VisitId]) -> Result<Vec<Deadline>> {
    const OF_VISITS: Sql = sql!(
        COLUMNS,
        "where deadline.visit_id in ",
        numbers 1,
        " and deadline.owed = $2 and deadline.revision is null and deadline.met_at is null
            and deadline.withdrawn_at is null"
    );
    deadlines(db.read(OF_VISITS).bind(json_list(visits)).bind(Owed::Report.word())).await
}

/// All deadlines of a visit and of the slot that it fills, including withdrawn ones; earliest first.
pub async fn all_of_visit(db: &Db, visit: VisitId, slot: Option<SlotId>) -> Result<Vec<Deadline>> {
    // A visit that fills no slot has no deadline for a window.
    let slot = slot.unwrap_or(SlotId(0));
    deadlines(
        db.read(COLUMNS)
            .text("where deadline.visit_id = ")
            .value(visit)
            .text(" or deadline.slot_id = ")
            .value(slot)
            .text(" order by deadline.since_on, deadline.id"),
    )
    .await
}

/// Current flags of a deadline, in the order in which they were raised.
pub async fn flags(db: &Db, id: DeadlineId) -> Result<Vec<RaisedFlag>> {
    let rows: Vec<(String, NaiveDate, Instant)> = db
        .read(
            "select level, dated, raised_at from flag
             where deadline_id = $1 and withdrawn_at is null
             order by raised_at, dated, level",
        )
        .bind(id)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(level, dated, raised_at)| RaisedFlag { level, dated, raised_at }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_sweep_never_reads_a_deadline_that_is_not_due() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open_sqlite(&folder.path().join("office.sqlite")).await.unwrap();
        let query = db.read("explain query plan ").text(COLUMNS).text(TO_LOOK_AT);
        let steps: Vec<(i64, i64, i64, String)> = query.bind(Instant::MIN_UTC).limit(200).all().await.unwrap();
        let steps: Vec<String> = steps.into_iter().map(|(_, _, _, what)| what).collect();
        assert_eq!(steps, ["SEARCH deadline USING INDEX deadline_to_look_at (next_look_at<?)"]);
    }
}
