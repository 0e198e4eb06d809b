//! Reads and writes the office's sites.

use chrono::NaiveDate;
use serde_json::json;

use crate::reader::{json_list, parsed, unreadable};
use crate::text::sql;
use crate::{Db, InsertColumn, ReadHandle, Result, Tx};
use domain::ids::{CustomerCode, SiteCode};
use domain::people::equipment::Site;
use domain::time::Zone;

#[derive(sqlx::FromRow)]
struct Stored {
    site: String,
    customer: String,
    name: String,
    address: String,
    country: String,
    subdivision: String,
    municipality: String,
    time_zone: String,
    latitude: Option<f64>,
    longitude: Option<f64>,
    language: Option<String>,
    left_on: Option<NaiveDate>,
}

impl Stored {
    fn into_site(self) -> Result<Site> {
        let place = format!("site {}", self.site);
        Ok(Site {
            time_zone: Zone::parse(&self.time_zone).map_err(|why| unreadable(&place, "time_zone", why))?,
            language: self.language.map(|word| parsed(&place, "language", &word)).transpose()?,
            site: self.site.into(),
            customer: self.customer.into(),
            name: self.name,
            address: self.address,
            country: self.country,
            subdivision: self.subdivision,
            municipality: self.municipality,
            position: self.latitude.zip(self.longitude),
            left_on: self.left_on,
        })
    }
}

fn sites(rows: Vec<Stored>) -> Result<Vec<Site>> {
    rows.into_iter().map(Stored::into_site).collect()
}

/// All sites, by code.
///
/// # Errors
/// If the store has a time zone that this machine's time-zone database does not know.
pub async fn all<'a>(on: impl Into<ReadHandle<'a>>) -> Result<Vec<Site>> {
    let mut sites = sites(on.into().sql("select * from site").all().await?)?;
    sites.sort_unstable_by(|a, b| a.site.cmp(&b.site));
    Ok(sites)
}

/// Up to `limit` sites following the code `after`, in the store's order of codes; start with `""`.
///
/// # Errors
/// See [`all`].
pub async fn page(db: &Db, after: &str, limit: u32) -> Result<Vec<Site>> {
    sites(db.read("select * from site where site > $1 order by site").bind(after.to_owned()).limit(limit).all().await?)
}

/// Sites that have left, or have a day on which they will leave, by code.
///
/// # Errors
/// See [`all`].
pub async fn leaving<'a>(on: impl Into<ReadHandle<'a>>) -> Result<Vec<Site>> {
    let query = on.into().sql("select * from site where left_on is not null");
    let mut found = sites(query.reads_whole_table("each run of the planner asks once, and each audit").all().await?)?;
    found.sort_unstable_by(|a, b| a.site.cmp(&b.site));
    Ok(found)
}

/// How many sites there are.
pub async fn count(db: &Db) -> Result<u64> {
    let (count,): (i64,) = db.read("select count(*) from site").one().await?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// The site with this code.
///
/// # Errors
/// See [`all`].
pub async fn find<'a>(on: impl Into<ReadHandle<'a>>, code: &SiteCode) -> Result<Option<Site>> {
    let row: Option<Stored> = on.into().sql("select * from site where site = $1").bind(code).optional().await?;
    row.map(Stored::into_site).transpose()
}

/// The sites with these codes, by code.
///
/// # Errors
/// See [`all`].
pub async fn with_codes<'a>(on: impl Into<ReadHandle<'a>>, codes: &[SiteCode]) -> Result<Vec<Site>> {
    let sql = sql!("select * from site where site in ", codes 1);
    let mut sites = sites(on.into().sql(sql).bind(json_list(codes)).all().await?)?;
    sites.sort_unstable_by(|a, b| a.site.cmp(&b.site));
    Ok(sites)
}

/// A customer's sites, by code.
///
/// # Errors
/// See [`all`].
pub async fn of_customer<'a>(on: impl Into<ReadHandle<'a>>, customer: &CustomerCode) -> Result<Vec<Site>> {
    let query = on.into().sql("select * from site where customer = $1").bind(customer);
    let mut sites = sites(query.all().await?)?;
    sites.sort_unstable_by(|a, b| a.site.cmp(&b.site));
    Ok(sites)
}

/// Adds sites, or updates existing ones with the same code.
///
/// # Errors
/// If the store refuses one of them, for example because its customer is unknown.
pub async fn put(tx: &mut Tx, sites: &[Site]) -> Result<u64> {
    crate::planning::changes::note(tx).await?;
    let rows: Vec<_> = sites
        .iter()
        .map(|s| {
            vec![
                json!(s.site),
                json!(s.customer),
                json!(s.name),
                json!(s.address),
                json!(s.country),
                json!(s.subdivision),
                json!(s.municipality),
                json!(s.time_zone),
                json!(s.position.map(|p| p.0)),
                json!(s.position.map(|p| p.1)),
                json!(s.language),
                json!(s.left_on),
            ]
        })
        .collect();
    tx.insert_many(
        "site",
        &[
            InsertColumn::Text("site"),
            InsertColumn::Text("customer"),
            InsertColumn::Text("name"),
            InsertColumn::Text("address"),
            InsertColumn::Text("country"),
            InsertColumn::Text("subdivision"),
            InsertColumn::Text("municipality"),
            InsertColumn::Text("time_zone"),
            InsertColumn::Real("latitude"),
            InsertColumn::Real("longitude"),
            InsertColumn::Text("language"),
            InsertColumn::Date("left_on"),
        ],
        &rows,
        "on conflict (site) do update set customer = excluded.customer, name = excluded.name, \
         address = excluded.address, country = excluded.country, subdivision = excluded.subdivision, \
         municipality = excluded.municipality, \
         time_zone = excluded.time_zone, latitude = excluded.latitude, longitude = excluded.longitude, \
         language = excluded.language, left_on = excluded.left_on",
    )
    .await
}
