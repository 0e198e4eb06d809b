//! What takes room on engineers' days.

use chrono::{NaiveDate, NaiveTime};

use crate::reader::json_list;
use crate::text::text;
use crate::visits::{AHEAD, count, time};
use crate::{Db, Result, Sql};
use domain::ids::EngineerCode;

/// A visit that an engineer has, as far as it takes room.
#[derive(Debug, Clone, PartialEq)]
pub struct Busy {
    pub engineer: EngineerCode,
    pub day: NaiveDate,
    pub starts: NaiveTime,
    pub takes_minutes: u32,
    /// The site's.
    pub position: Option<(f64, f64)>,
}

/// What these engineers have on the days from `from` on, by engineer, in the order in which it starts.
pub async fn of_engineers(db: &Db, engineers: &[EngineerCode], from: NaiveDate) -> Result<Vec<Busy>> {
    let sql = Sql {
        sqlite: text!(
            "select visit.engineer, visit.day, visit.starts, visit.takes_minutes, site.latitude, site.longitude
                 from visit
                 join site on site.site = visit.site
                 where visit.engineer in (select value from json_each($1))
                   and visit.day >= $2 and visit.state in ",
            AHEAD,
            "
                 order by visit.engineer, visit.day, visit.starts"
        ),
        postgres: text!(
            "select visit.engineer, visit.day, visit.starts, visit.takes_minutes, site.latitude, site.longitude
                   from visit
                   join site on site.site = visit.site
                   where visit.engineer in (select jsonb_array_elements_text($1::jsonb))
                     and visit.day >= $2 and visit.state in ",
            AHEAD,
            "
                   order by visit.engineer, visit.day, visit.starts"
        ),
    };
    type BusyRow = (String, NaiveDate, String, i64, Option<f64>, Option<f64>);
    let rows: Vec<BusyRow> = db.read(sql).bind(json_list(engineers)).bind(from).all().await?;
    let busy = |(engineer, day, starts, takes_minutes, latitude, longitude): BusyRow| Busy {
        engineer: engineer.into(),
        day,
        starts: time(&starts),
        takes_minutes: count(takes_minutes),
        position: latitude.zip(longitude),
    };
    Ok(rows.into_iter().map(busy).collect())
}
