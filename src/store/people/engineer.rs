//! Reads and writes the office's engineers.

use chrono::NaiveDate;
use serde_json::json;

use crate::planning::freed;
use crate::reader::{from_json, json_list, parsed, unreadable};
use crate::text::sql;
use crate::{InsertColumn, ReadHandle, Result, Tx};
use domain::ids::EngineerCode;
use domain::people::Engineer;
use domain::planning::FreedBy;
use domain::time::Zone;

#[derive(sqlx::FromRow)]
struct Stored {
    engineer: String,
    name: String,
    email: String,
    phone: String,
    skills: String,
    time_zone: String,
    calendar: String,
    latitude: Option<f64>,
    longitude: Option<f64>,
    language: String,
    left_on: Option<NaiveDate>,
    successor: Option<String>,
}

impl Stored {
    fn into_engineer(self) -> Result<Engineer> {
        let place = format!("engineer {}", self.engineer);
        Ok(Engineer {
            skills: from_json(&place, "skills", &self.skills)?,
            time_zone: Zone::parse(&self.time_zone).map_err(|why| unreadable(&place, "time_zone", why))?,
            language: parsed(&place, "language", &self.language)?,
            engineer: self.engineer.into(),
            name: self.name,
            email: self.email,
            phone: self.phone,
            calendar: self.calendar,
            position: self.latitude.zip(self.longitude),
            left_on: self.left_on,
            successor: self.successor.map(EngineerCode::from),
        })
    }
}

/// All engineers, by code.
pub async fn all<'a>(on: impl Into<ReadHandle<'a>>) -> Result<Vec<Engineer>> {
    let rows: Vec<Stored> = on.into().sql("select * from engineer").all().await?;
    let mut engineers = rows.into_iter().map(Stored::into_engineer).collect::<Result<Vec<_>>>()?;
    engineers.sort_unstable_by(|a, b| a.engineer.cmp(&b.engineer));
    Ok(engineers)
}

/// The engineer with this code.
pub async fn find<'a>(on: impl Into<ReadHandle<'a>>, code: &EngineerCode) -> Result<Option<Engineer>> {
    let row: Option<Stored> = on.into().sql("select * from engineer where engineer = $1").bind(code).optional().await?;
    row.map(Stored::into_engineer).transpose()
}

/// The engineers with these codes, by code.
pub async fn with_codes<'a>(on: impl Into<ReadHandle<'a>>, codes: &[EngineerCode]) -> Result<Vec<Engineer>> {
    let sql = sql!("select * from engineer where engineer in ", codes 1);
    let rows: Vec<Stored> = on.into().sql(sql).bind(json_list(codes)).all().await?;
    let mut engineers = rows.into_iter().map(Stored::into_engineer).collect::<Result<Vec<_>>>()?;
    engineers.sort_unstable_by(|a, b| a.engineer.cmp(&b.engineer));
    Ok(engineers)
}

/// Adds engineers, or updates existing ones with the same code.
///
/// # Errors
/// If the store refuses one of them.
pub async fn put(tx: &mut Tx, engineers: &[Engineer]) -> Result<u64> {
    if !engineers.is_empty() {
        super::changes::note(tx).await?;
        freed::note(tx, FreedBy::People).await?;
    }
    let rows: Vec<_> = engineers
        .iter()
        .map(|e| {
            vec![
                json!(e.engineer),
                json!(e.name),
                json!(e.email),
                json!(e.phone),
                json!(serde_json::to_string(&e.skills).expect("texts are JSON")),
                json!(e.time_zone),
                json!(e.calendar),
                json!(e.position.map(|p| p.0)),
                json!(e.position.map(|p| p.1)),
                json!(e.language),
                json!(e.left_on),
                json!(e.successor),
            ]
        })
        .collect();
    tx.insert_many(
        "engineer",
        &[
            InsertColumn::Text("engineer"),
            InsertColumn::Text("name"),
            InsertColumn::Text("email"),
            InsertColumn::Text("phone"),
            InsertColumn::Text("skills"),
            InsertColumn::Text("time_zone"),
            InsertColumn::Text("calendar"),
            InsertColumn::Real("latitude"),
            InsertColumn::Real("longitude"),
            InsertColumn::Text("language"),
            InsertColumn::Date("left_on"),
            InsertColumn::Text("successor"),
        ],
        &rows,
        "on conflict (engineer) do update set name = excluded.name, email = excluded.email, \
         phone = excluded.phone, skills = excluded.skills, time_zone = excluded.time_zone, \
         calendar = excluded.calendar, latitude = excluded.latitude, longitude = excluded.longitude, \
         language = excluded.language, left_on = excluded.left_on, successor = excluded.successor",
    )
    .await
}
