//! Flags: steps that were reached. A flag that turns out to be wrong stays in the store, with the reason.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::reader::json_list;
use crate::text::sql;
use crate::{ReadHandle, Result, Tx};
use domain::Instant;
use domain::ids::DeadlineId;
use domain::promises::clock::{Raised, TakenBackWhy};

/// A flag as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFlag {
    pub id: i64,
    pub raised: Raised,
    /// `before-1`, `on-the-day`, `late-1`, `at-due`.
    pub level: String,
    /// The day at the site on which the step was reached, whenever this was noticed.
    pub dated: NaiveDate,
    pub raised_at: Instant,
    /// When and why it was withdrawn, if it was.
    pub withdrawn: Option<(Instant, TakenBackWhy)>,
}

/// A flag to be raised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFlag {
    pub raised: Raised,
    pub level: String,
    pub dated: NaiveDate,
    pub raised_at: Instant,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    opening: i64,
    step: i64,
    level: String,
    dated: NaiveDate,
    reached_at: Instant,
    late_from: Option<Instant>,
    raised_at: Instant,
    withdrawn_at: Option<Instant>,
    withdrawn_why: Option<String>,
}

#[derive(sqlx::FromRow)]
struct OfDeadline {
    deadline_id: i64,
    #[sqlx(flatten)]
    row: Row,
}

impl Row {
    fn flag(self) -> StoredFlag {
        let place = |number: i64| usize::try_from(number).expect("places begin with 0");
        let raised = Raised {
            opening: place(self.opening),
            step: place(self.step),
            dated: self.reached_at,
            late_from: self.late_from,
        };
        let why = |text: String| serde_json::from_str(&text).expect("written by `withdraw`");
        StoredFlag {
            id: self.id,
            raised,
            level: self.level,
            dated: self.dated,
            raised_at: self.raised_at,
            withdrawn: self.withdrawn_at.zip(self.withdrawn_why.map(why)),
        }
    }
}

/// All flags of a deadline, including withdrawn ones, in the order in which they were raised.
pub async fn of<'a>(on: impl Into<ReadHandle<'a>>, deadline: DeadlineId) -> Result<Vec<StoredFlag>> {
    let rows: Vec<Row> = on
        .into()
        .sql(
            "select id, opening, step, level, dated, reached_at, late_from, raised_at, withdrawn_at, withdrawn_why
             from flag
             where deadline_id = $1
             order by raised_at, dated, id",
        )
        .bind(deadline)
        .all()
        .await?;
    Ok(rows.into_iter().map(Row::flag).collect())
}

/// Like [`of`], for several deadlines at once.
pub async fn of_each<'a>(
    on: impl Into<ReadHandle<'a>>,
    deadlines: &[DeadlineId],
) -> Result<HashMap<DeadlineId, Vec<StoredFlag>>> {
    let sql = sql!(
        "select deadline_id, id, opening, step, level, dated, reached_at, late_from, raised_at, withdrawn_at, withdrawn_why
         from flag
         where deadline_id in ",
        numbers 1,
        " order by raised_at, dated, id"
    );
    let rows: Vec<OfDeadline> = on.into().sql(sql).bind(json_list(deadlines)).all().await?;
    let mut flags: HashMap<DeadlineId, Vec<StoredFlag>> = HashMap::new();
    for row in rows {
        flags.entry(DeadlineId(row.deadline_id)).or_default().push(row.row.flag());
    }
    Ok(flags)
}

/// Raises a flag. Returns whether it is new.
pub async fn raise(tx: &mut Tx, deadline: DeadlineId, flag: &NewFlag) -> Result<bool> {
    let raised = tx
        .sql(
            "insert into flag (deadline_id, opening, step, level, dated, reached_at, late_from, raised_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)
             on conflict (deadline_id, opening, step, reached_at) where withdrawn_at is null do nothing",
        )
        .bind(deadline)
        .bind(flag.raised.opening as i64)
        .bind(flag.raised.step as i64)
        .bind(&flag.level)
        .bind(flag.dated)
        .bind(flag.raised.dated)
        .bind(flag.raised.late_from)
        .bind(flag.raised_at)
        .execute()
        .await?;
    Ok(raised == 1)
}

/// Withdraws a flag because a later judgement contradicts it.
pub async fn withdraw(tx: &mut Tx, flag: i64, why: &TakenBackWhy, now: Instant) -> Result<()> {
    tx.sql("update flag set withdrawn_at = $1, withdrawn_why = $2 where id = $3 and withdrawn_at is null")
        .bind(now)
        .bind(serde_json::to_string(why).expect("plain data"))
        .bind(flag)
        .execute()
        .await?;
    Ok(())
}
