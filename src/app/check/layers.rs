//! Compares the administrator's closures with the store: owners that do not exist, and towns without local holidays.

use std::collections::BTreeMap;

use chrono::{Datelike, Months, NaiveDate};

use super::Findings;
use domain::people::equipment::{Site, plain_place};
use domain::suggest;
use store::Db;
use world::holidays::Calendars;

/// Every town in Spain has two local holidays a year (Real Decreto 2001/1983, article 46), which no table contains.
const SPAINS_LOCAL_DAYS: usize = 2;

/// Closures whose owner does not exist, and Spanish sites that lack their town's holidays in the years being planned.
pub(super) async fn layers(
    db: &Db,
    calendars: &Calendars,
    today: NaiveDate,
    horizon: Months,
    found: &mut Findings,
) -> store::Result<()> {
    let sites = store::people::site::all(db).await?;
    let customers: Vec<String> =
        store::people::customer::all(db).await?.into_iter().map(|customer| customer.customer.into()).collect();
    let engineers: Vec<String> =
        store::people::engineer::all(db).await?.into_iter().map(|engineer| engineer.engineer.into()).collect();
    let codes: Vec<String> = sites.iter().map(|site| site.site.to_string()).collect();
    for (whose, named, known) in [
        ("customer", calendars.customers_with_closures().collect::<Vec<_>>(), &customers),
        ("site", calendars.sites_with_closures().collect(), &codes),
        ("engineer", calendars.engineers_with_closures().collect(), &engineers),
    ] {
        for name in named.into_iter().filter(|name| !known.iter().any(|known| known == name)) {
            let meant = suggest::did_you_mean(suggest::nearest(name, known.iter().map(String::as_str)));
            found.warning("calendars", format!("closures name {whose} {name:?}, which does not exist{meant}"));
        }
    }
    for (calendar, town) in calendars.municipalities_with_closures() {
        if !sites.iter().any(|site| is_in(site, calendar, town)) {
            let towns = sites.iter().filter(|site| is_of(site, calendar)).map(|site| site.municipality.as_str());
            let meant = suggest::did_you_mean(suggest::nearest(town, towns.filter(|town| !town.is_empty())));
            let text = format!("closures name the town {calendar}/{town}, where no site is{meant}");
            found.warning("calendars", text);
        }
    }
    let last = today.checked_add_months(horizon).unwrap_or(today);
    for year in today.year()..=last.year() {
        without_local_days(&sites, calendars, year, found);
    }
    Ok(())
}

fn is_of(site: &Site, calendar: &str) -> bool {
    let code = site.calendar_code();
    code == calendar || code.strip_prefix(calendar).is_some_and(|rest| rest.starts_with('-'))
}

fn is_in(site: &Site, calendar: &str, town: &str) -> bool {
    is_of(site, calendar) && plain_place(&site.municipality) == plain_place(town)
}

/// Spanish sites with fewer than two local holidays in a year, one finding per town.
fn without_local_days(sites: &[Site], calendars: &Calendars, year: i32, found: &mut Findings) {
    let mut lacking: BTreeMap<(String, &str), Vec<String>> = BTreeMap::new();
    let spanish = sites.iter().filter(|site| site.country == "ES");
    for site in spanish.filter(|site| calendars.local_days_off(site, year) < SPAINS_LOCAL_DAYS) {
        let town = (site.calendar_code(), site.municipality.as_str());
        lacking.entry(town).or_default().push(site.site.to_string());
    }
    for ((calendar, town), who) in lacking {
        let remedy = if town.is_empty() {
            format!("give the sites a municipality, and list its days with applies = \"municipality:{calendar}/TOWN\"")
        } else {
            format!("list them with applies = \"municipality:{calendar}/{town}\"")
        };
        let place = if town.is_empty() { calendar } else { format!("{town} ({calendar})") };
        found.warning(
            "calendars",
            format!("{place}: the two municipal holidays of {year} are not known; {remedy}; {}", without_them(&who)),
        );
    }
}

/// `2 sites are without them: BCN-1, BCN-2`; a long list is truncated.
fn without_them(sites: &[String]) -> String {
    const NAMED: usize = 6;
    let named = sites.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = sites.len().saturating_sub(NAMED);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    match sites.len() {
        1 => format!("1 site is without them: {named}"),
        several => format!("{several} sites are without them: {named}{more}"),
    }
}
