//! The history of a deadline: events recorded after it was opened; never changed.

use crate::{ReadHandle, Result, Tx};
use domain::Instant;
use domain::ids::DeadlineId;
use domain::promises::clock::{Allowed, Happened, Happening, LevelHow};
use serde::{Deserialize, Serialize};

#[derive(sqlx::FromRow)]
struct Row {
    at: Instant,
    noted_at: Instant,
    what: String,
    reason: Option<String>,
    level: Option<String>,
    struck: Option<i64>,
}

/// A level as stored in its column.
#[derive(Serialize, Deserialize)]
struct LevelColumn {
    to: Allowed,
    how: LevelHow,
}

impl Row {
    fn happening(self) -> Happening {
        let what = match self.what.as_str() {
            "level" => {
                let level = self.level.expect("the schema wants the level of a level");
                let LevelColumn { to, how } = serde_json::from_str(&level).expect("written by `put`");
                Happened::Level { to, how }
            }
            "paused" => Happened::Paused { reason: self.reason.expect("the schema wants the reason of a pause") },
            "resumed" => Happened::Resumed { reason: self.reason },
            "met" => Happened::Met,
            "withdrawn" => Happened::Withdrawn,
            "reopened" => Happened::Reopened,
            "struck" => {
                let struck = self.struck.expect("the schema wants the meeting of a strike");
                Happened::Struck { event: usize::try_from(struck).expect("numbers begin with 1") }
            }
            other => unreachable!("the schema does not admit {other}"),
        };
        Happening { at: self.at, noted_at: self.noted_at, what }
    }
}

/// A deadline's events, in order; the first has the number 1.
pub async fn of<'a>(on: impl Into<ReadHandle<'a>>, deadline: DeadlineId) -> Result<Vec<Happening>> {
    let rows: Vec<Row> = on
        .into()
        .sql(
            "select at, noted_at, what, reason, level, struck from deadline_event
             where deadline_id = $1
             order by number",
        )
        .bind(deadline)
        .all()
        .await?;
    Ok(rows.into_iter().map(Row::happening).collect())
}

/// Stores an event under this number.
pub async fn put(tx: &mut Tx, deadline: DeadlineId, number: usize, happening: &Happening) -> Result<()> {
    let (word, reason, level, struck) = columns(&happening.what);
    tx.sql(
        "insert into deadline_event (deadline_id, number, at, noted_at, what, reason, level, struck)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(deadline)
    .bind(number as i64)
    .bind(happening.at)
    .bind(happening.noted_at)
    .bind(word)
    .bind(reason)
    .bind(level)
    .bind(struck)
    .execute()
    .await?;
    Ok(())
}

/// What happened, as the columns `what`, `reason`, `level` and `struck`.
fn columns(what: &Happened) -> (&'static str, Option<String>, Option<String>, Option<i64>) {
    match what {
        Happened::Called => unreachable!("the call is the deadline's own row"),
        Happened::Level { to, how } => {
            let level = serde_json::to_string(&LevelColumn { to: *to, how: *how }).expect("plain data");
            ("level", None, Some(level), None)
        }
        Happened::Paused { reason } => ("paused", Some(reason.clone()), None, None),
        Happened::Resumed { reason } => ("resumed", reason.clone(), None, None),
        Happened::Met => ("met", None, None, None),
        Happened::Withdrawn => ("withdrawn", None, None, None),
        Happened::Reopened => ("reopened", None, None, None),
        Happened::Struck { event } => ("struck", None, None, Some(*event as i64)),
    }
}
