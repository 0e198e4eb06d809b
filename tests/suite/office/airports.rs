//! P01 on real input: 600 airports in 117 countries that nobody here made up.

use std::collections::BTreeMap;
use std::path::Path;

use ronda::domain::contract::Purpose;
use ronda::domain::ids::SiteCode;
use ronda::office::import::import_office::{Holds, Mode, import_tables};
use ronda::office::planning::plan_visits::{Keep, plan_visits};
use ronda::store;
use ronda::world::tables;

use crate::office::harness::{Engine, TestOffice};

async fn every_airport_is_inspected_monthly_on_a_working_day(engine: Engine) {
    let office = TestOffice::empty(engine, "2026-11-22T09:00:00+01:00").await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/airports");
    let found = tables::read(&[folder]).unwrap();
    assert!(found.bad.is_empty(), "{:?}", found.bad);
    import_tables(&office.office, &found.tables, Holds::FromToday, Mode::Store, &|_| ()).await.unwrap();
    let summary = plan_visits(&office.office, None, Keep::Store, &|_| ()).await.unwrap();
    let sites = store::people::site::all(&office.office.db).await.unwrap();
    assert_eq!(sites.len(), 600);

    assert!(summary.waiting_for_calendar.is_empty(), "{:?}", summary.waiting_for_calendar);
    let mut by_site: BTreeMap<SiteCode, Vec<chrono::NaiveDate>> = BTreeMap::new();
    for stored in office.visits().await.iter().filter(|stored| stored.visit.purpose == Purpose::Inspection) {
        by_site.entry(stored.visit.site.clone()).or_default().push(stored.visit.state.appointment().day);
    }
    for site in &sites {
        let calendar = office.office.calendars.of_site(site).unwrap();
        let days = by_site.get(&site.site).unwrap_or_else(|| panic!("{} has no visit", site.site));
        assert!(days.len() >= 12, "{} has {} inspections in 13 months", site.site, days.len());
        assert!(days.iter().all(|day| calendar.is_working(*day).unwrap()), "{} on a day off", site.site);
        for pair in days.windows(2) {
            let gap = (pair[1] - pair[0]).num_days();
            assert!((10..=55).contains(&gap), "{}: {gap} days from {} to {}", site.site, pair[0], pair[1]);
        }
    }

    let before = office.fingerprint().await;
    let again = plan_visits(&office.office, None, Keep::Store, &|_| ()).await.unwrap();
    assert_eq!((again.slots, again.visits, again.taken_back), (0, 0, 0));
    assert_eq!(office.fingerprint().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p01_every_airport_is_inspected_monthly_on_a_working_day_sqlite() {
    every_airport_is_inspected_monthly_on_a_working_day(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p01_every_airport_is_inspected_monthly_on_a_working_day_postgres() {
    every_airport_is_inspected_monthly_on_a_working_day(Engine::Postgres).await;
}
