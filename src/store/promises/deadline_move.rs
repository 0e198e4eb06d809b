//! Due days that were moved by a calendar change.

use chrono::NaiveDate;

use crate::reader::json_list;
use crate::text::sql;
use crate::{Db, Query, Result, Tx};
use domain::Instant;
use domain::calendar::ChangedDays;
use domain::ids::{DeadlineId, SiteCode};
use domain::promises::{Move, Owed};

/// A stored move, with the subject of its deadline.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredMove {
    pub id: i64,
    pub moved_at: Instant,
    pub deadline: DeadlineId,
    pub owed: Owed,
    pub site: SiteCode,
    pub moved: Move,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    moved_at: Instant,
    deadline_id: i64,
    owed: String,
    site: String,
    was_on: Option<NaiveDate>,
    is_on: Option<NaiveDate>,
    was_calendar: String,
    was_version: String,
    is_calendar: String,
    is_version: String,
    why: String,
}

impl Row {
    fn stored(self) -> StoredMove {
        let why: Vec<ChangedDays> = serde_json::from_str(&self.why).expect("written by `put`");
        let owed = Owed::ALL.into_iter().find(|owed| owed.word() == self.owed);
        StoredMove {
            id: self.id,
            moved_at: self.moved_at,
            deadline: DeadlineId(self.deadline_id),
            owed: owed.expect("the schema admits only words of Owed"),
            site: self.site.into(),
            moved: Move {
                was_on: self.was_on,
                is_on: self.is_on,
                was_calendar: self.was_calendar,
                was_version: self.was_version,
                is_calendar: self.is_calendar,
                is_version: self.is_version,
                why,
            },
        }
    }
}

const COLUMNS: &str = "select deadline_move.id, deadline_move.moved_at, deadline_move.deadline_id, deadline.owed,
        deadline.site, deadline_move.was_on, deadline_move.is_on, deadline_move.was_calendar,
        deadline_move.was_version, deadline_move.is_calendar, deadline_move.is_version, deadline_move.why
 from deadline_move join deadline on deadline.id = deadline_move.deadline_id ";

async fn moves(query: Query<'_>) -> Result<Vec<StoredMove>> {
    Ok(query.all::<Row>().await?.into_iter().map(Row::stored).collect())
}

/// Records that a deadline was moved.
pub async fn put(tx: &mut Tx, deadline: DeadlineId, moved: &Move, moved_at: Instant) -> Result<()> {
    tx.sql(
        "insert into deadline_move (deadline_id, moved_at, was_on, is_on, was_calendar, was_version, is_calendar,
                                    is_version, why)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(deadline)
    .bind(moved_at)
    .bind(moved.was_on)
    .bind(moved.is_on)
    .bind(&moved.was_calendar)
    .bind(&moved.was_version)
    .bind(&moved.is_calendar)
    .bind(&moved.is_version)
    .bind(serde_json::to_string(&moved.why).expect("plain data"))
    .execute()
    .await?;
    Ok(())
}

/// Moves with numbers after `after`, made at `since` or later, of deadlines that are still owed; in order.
pub async fn after(db: &Db, after: i64, since: Instant) -> Result<Vec<StoredMove>> {
    let query = db.read(COLUMNS).text("where deadline.withdrawn_at is null and deadline_move.id > ").value(after);
    moves(query.text(" and deadline_move.moved_at >= ").value(since).text(" order by deadline_move.id")).await
}

/// The number of the last move; 0 if there is none.
pub async fn last_id(db: &Db) -> Result<i64> {
    let (last,): (i64,) = db.read("select coalesce(max(id), 0) as last from deadline_move").one().await?;
    Ok(last)
}

/// The moves of these deadlines, in order.
pub async fn of_deadlines(db: &Db, deadlines: &[DeadlineId]) -> Result<Vec<StoredMove>> {
    let sql = sql!(COLUMNS, "where deadline_move.deadline_id in ", numbers 1, " order by deadline_move.id");
    moves(db.read(sql).bind(json_list(deadlines))).await
}

/// The moves of one deadline, in order.
pub async fn of_deadline(db: &Db, deadline: DeadlineId) -> Result<Vec<StoredMove>> {
    let query = db.read(COLUMNS).text("where deadline_move.deadline_id = ").value(deadline);
    moves(query.text(" order by deadline_move.id")).await
}
