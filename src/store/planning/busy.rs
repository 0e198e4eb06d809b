//! What occupies engineers' days.

use chrono::NaiveDate;

use crate::reader::json_list;
use crate::text::sql;
use crate::visits::{AHEAD, count, time};
use crate::{Db, Result};
use domain::ids::{EngineerCode, VisitId};
use domain::planning::Busy;

/// What occupies these engineers from `from` on, by engineer and start.
pub async fn of_engineers(db: &Db, engineers: &[EngineerCode], from: NaiveDate) -> Result<Vec<Busy>> {
    let sql = sql!(
        "select visit.id, visit.engineer, visit.day, visit.starts, visit.takes_minutes, site.latitude, site.longitude
         from visit
         join site on site.site = visit.site
         where visit.engineer in ",
        codes 1,
        " and visit.day >= $2 and visit.state in ",
        AHEAD,
        " order by visit.engineer, visit.day, visit.starts"
    );
    type BusyRow = (i64, String, NaiveDate, String, i64, Option<f64>, Option<f64>);
    let rows: Vec<BusyRow> = db.read(sql).bind(json_list(engineers)).bind(from).all().await?;
    let busy = |(visit, engineer, day, starts, takes_minutes, latitude, longitude): BusyRow| Busy {
        visit: VisitId(visit),
        engineer: engineer.into(),
        day,
        starts: time(&starts),
        takes_minutes: count(takes_minutes),
        position: latitude.zip(longitude),
    };
    Ok(rows.into_iter().map(busy).collect())
}
