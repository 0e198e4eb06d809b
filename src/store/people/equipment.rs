//! Reads and writes the office's equipment.

use chrono::NaiveDate;
use serde_json::json;

use crate::planning::freed;
use crate::reader::{from_json, json_list, unreadable};
use crate::text::sql;
use crate::{Db, InsertColumn, ReadHandle, Result, Tx};
use domain::ids::{EquipmentCode, SiteCode};
use domain::people::equipment::Equipment;
use domain::planning::FreedBy;

#[derive(sqlx::FromRow)]
struct Stored {
    equipment: String,
    site: String,
    name: String,
    make: String,
    model: String,
    serial: String,
    checklist: String,
    skills: String,
    accepted_on: Option<NaiveDate>,
    warranty_months: Option<i64>,
    retired_on: Option<NaiveDate>,
    replaced_by: Option<String>,
}

impl Stored {
    fn into_equipment(self) -> Result<Equipment> {
        let place = format!("equipment {}", self.equipment);
        let months = self.warranty_months.map(u32::try_from).transpose();
        Ok(Equipment {
            skills: from_json(&place, "skills", &self.skills)?,
            warranty_months: months.map_err(|why| unreadable(&place, "warranty_months", why))?,
            equipment: self.equipment.into(),
            site: self.site.into(),
            name: self.name,
            make: self.make,
            model: self.model,
            serial: self.serial,
            checklist: self.checklist,
            accepted_on: self.accepted_on,
            retired_on: self.retired_on,
            replaced_by: self.replaced_by.map(EquipmentCode::from),
        })
    }
}

fn equipment(rows: Vec<Stored>) -> Result<Vec<Equipment>> {
    let mut equipment = rows.into_iter().map(Stored::into_equipment).collect::<Result<Vec<_>>>()?;
    equipment.sort_unstable_by(|a, b| (&a.site, &a.equipment).cmp(&(&b.site, &b.equipment)));
    Ok(equipment)
}

/// All equipment, by site and code.
pub async fn all<'a>(on: impl Into<ReadHandle<'a>>) -> Result<Vec<Equipment>> {
    equipment(on.into().sql("select * from equipment").all().await?)
}

/// Up to `limit` pieces of equipment following the code `after`, in the store's order of codes; start with `""`.
pub async fn page(db: &Db, after: &str, limit: u32) -> Result<Vec<Equipment>> {
    let rows: Vec<Stored> = db
        .read("select * from equipment where equipment > $1 order by equipment")
        .bind(after.to_owned())
        .limit(limit)
        .all()
        .await?;
    rows.into_iter().map(Stored::into_equipment).collect()
}

/// Equipment at one site, by code.
pub async fn of_site<'a>(on: impl Into<ReadHandle<'a>>, site: &SiteCode) -> Result<Vec<Equipment>> {
    equipment(on.into().sql("select * from equipment where site = $1").bind(site).all().await?)
}

/// Equipment at these sites, by site and code.
pub async fn of_sites<'a>(on: impl Into<ReadHandle<'a>>, sites: &[SiteCode]) -> Result<Vec<Equipment>> {
    let sql = sql!("select * from equipment where site in ", codes 1);
    equipment(on.into().sql(sql).bind(json_list(sites)).all().await?)
}

/// Adds equipment, or updates existing pieces with the same code.
///
/// # Errors
/// If the store refuses one of them.
pub async fn put(tx: &mut Tx, equipment: &[Equipment]) -> Result<u64> {
    if !equipment.is_empty() {
        super::changes::note(tx).await?;
        freed::note(tx, FreedBy::People).await?;
    }
    let rows: Vec<_> = equipment
        .iter()
        .map(|e| {
            vec![
                json!(e.equipment),
                json!(e.site),
                json!(e.name),
                json!(e.make),
                json!(e.model),
                json!(e.serial),
                json!(e.checklist),
                json!(json_list(&e.skills)),
                json!(e.accepted_on),
                json!(e.warranty_months),
                json!(e.retired_on),
                json!(e.replaced_by),
            ]
        })
        .collect();
    tx.insert_many(
        "equipment",
        &[
            InsertColumn::Text("equipment"),
            InsertColumn::Text("site"),
            InsertColumn::Text("name"),
            InsertColumn::Text("make"),
            InsertColumn::Text("model"),
            InsertColumn::Text("serial"),
            InsertColumn::Text("checklist"),
            InsertColumn::Text("skills"),
            InsertColumn::Date("accepted_on"),
            InsertColumn::Integer("warranty_months"),
            InsertColumn::Date("retired_on"),
            InsertColumn::Text("replaced_by"),
        ],
        &rows,
        "on conflict (equipment) do update set site = excluded.site, name = excluded.name, make = excluded.make, \
         model = excluded.model, serial = excluded.serial, checklist = excluded.checklist, \
         skills = excluded.skills, accepted_on = excluded.accepted_on, \
         warranty_months = excluded.warranty_months, retired_on = excluded.retired_on, \
         replaced_by = excluded.replaced_by",
    )
    .await
}

/// Equipment whose warranty ends in this range of days, both inclusive (P15).
pub async fn warranty_ending(db: &Db, from: NaiveDate, through: NaiveDate) -> Result<Vec<Equipment>> {
    let lengths: Vec<(i64,)> = db
        .read("select distinct warranty_months from equipment where warranty_months is not null and accepted_on is not null")
        .all()
        .await?;
    let mut ending = Vec::new();
    for (months,) in lengths {
        let back = chrono::Months::new(u32::try_from(months).unwrap_or(0));
        // Months differ in length, so search three more days on each side and let the domain decide.
        let (first, last) = (from - back - chrono::Days::new(3), through - back + chrono::Days::new(4));
        let rows: Vec<Stored> = db
            .read("select * from equipment where warranty_months = $1 and accepted_on between $2 and $3")
            .bind(months)
            .bind(first)
            .bind(last)
            .all()
            .await?;
        ending.extend(equipment(rows)?);
    }
    Ok(ending)
}
