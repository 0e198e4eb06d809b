//! Reads and writes the office's managers.

use chrono::{NaiveDate, NaiveTime};
use serde_json::json;

use crate::reader::{from_json, parsed, unreadable};
use crate::{InsertColumn, ReadHandle, Result, Tx};
use domain::ids::ManagerCode;
use domain::people::Manager;
use domain::time::Zone;

#[derive(sqlx::FromRow)]
struct Stored {
    manager: String,
    name: String,
    email: String,
    scope: String,
    time_zone: String,
    calendar: String,
    digest_at: String,
    language: String,
    digests: String,
    left_on: Option<NaiveDate>,
    successor: Option<String>,
    leave_from: Option<NaiveDate>,
    leave_until: Option<NaiveDate>,
    deputy: Option<String>,
}

impl Stored {
    fn into_manager(self) -> Result<Manager> {
        let place = format!("manager {}", self.manager);
        Ok(Manager {
            scope: from_json(&place, "scope", &self.scope)?,
            time_zone: Zone::parse(&self.time_zone).map_err(|why| unreadable(&place, "time_zone", why))?,
            digest_at: NaiveTime::parse_from_str(&self.digest_at, "%H:%M")
                .map_err(|why| unreadable(&place, "digest_at", why))?,
            language: parsed(&place, "language", &self.language)?,
            digests: from_json(&place, "digests", &self.digests)?,
            manager: self.manager.into(),
            name: self.name,
            email: self.email,
            calendar: self.calendar,
            left_on: self.left_on,
            successor: self.successor.map(ManagerCode::from),
            leave: self.leave_from.zip(self.leave_until),
            deputy: self.deputy.map(ManagerCode::from),
        })
    }
}

/// All managers, by code.
pub async fn all<'a>(on: impl Into<ReadHandle<'a>>) -> Result<Vec<Manager>> {
    let rows: Vec<Stored> = on.into().sql("select * from manager").all().await?;
    let mut managers = rows.into_iter().map(Stored::into_manager).collect::<Result<Vec<_>>>()?;
    managers.sort_unstable_by(|a, b| a.manager.cmp(&b.manager));
    Ok(managers)
}

/// The manager with this code.
pub async fn find<'a>(on: impl Into<ReadHandle<'a>>, code: &ManagerCode) -> Result<Option<Manager>> {
    let row: Option<Stored> = on.into().sql("select * from manager where manager = $1").bind(code).optional().await?;
    row.map(Stored::into_manager).transpose()
}

/// Adds managers, or updates existing ones with the same code.
///
/// # Errors
/// If the store refuses one of them.
pub async fn put(tx: &mut Tx, managers: &[Manager]) -> Result<u64> {
    if !managers.is_empty() {
        super::changes::note_readers(tx).await?;
    }
    let rows: Vec<_> = managers
        .iter()
        .map(|m| {
            vec![
                json!(m.manager),
                json!(m.name),
                json!(m.email),
                json!(serde_json::to_string(&m.scope).expect("a scope is JSON")),
                json!(m.time_zone),
                json!(m.calendar),
                json!(m.digest_at.format("%H:%M").to_string()),
                json!(m.language),
                json!(serde_json::to_string(&m.digests).expect("words are JSON")),
                json!(m.left_on),
                json!(m.successor),
                json!(m.leave.map(|(first, _)| first)),
                json!(m.leave.map(|(_, last)| last)),
                json!(m.deputy),
            ]
        })
        .collect();
    tx.insert_many(
        "manager",
        &[
            InsertColumn::Text("manager"),
            InsertColumn::Text("name"),
            InsertColumn::Text("email"),
            InsertColumn::Text("scope"),
            InsertColumn::Text("time_zone"),
            InsertColumn::Text("calendar"),
            InsertColumn::Text("digest_at"),
            InsertColumn::Text("language"),
            InsertColumn::Text("digests"),
            InsertColumn::Date("left_on"),
            InsertColumn::Text("successor"),
            InsertColumn::Date("leave_from"),
            InsertColumn::Date("leave_until"),
            InsertColumn::Text("deputy"),
        ],
        &rows,
        "on conflict (manager) do update set name = excluded.name, email = excluded.email, \
         scope = excluded.scope, time_zone = excluded.time_zone, calendar = excluded.calendar, \
         digest_at = excluded.digest_at, language = excluded.language, \
         digests = excluded.digests, left_on = excluded.left_on, successor = excluded.successor, \
         leave_from = excluded.leave_from, leave_until = excluded.leave_until, deputy = excluded.deputy",
    )
    .await
}
