//! A plan is the same, visit for visit, however it is kept: numbers, days, hours and engineers of an office of some
//! hundred sites, night after night.

use std::collections::HashMap;
use std::fmt::Write as _;

use chrono::{Days, NaiveDate};
use ronda::domain::ids::{SlotId, VisitId};
use ronda::domain::visits::{Appointment, StoredVisit, Visit};
use ronda::office::documents::sha256;
use ronda::office::planning::plan_visits::{Keep, plan_visits};
use ronda::store;

use crate::office::harness::TestOffice;
use crate::story;

const SITES: u64 = 240;
const SITES_A_CUSTOMER: u64 = 12;
const ENGINEERS: u64 = 7;

/// Country, subdivision, calendar, zone, latitude and longitude of the towns where the sites are.
const TOWNS: [(&str, &str, &str, &str, f64, f64); 4] = [
    ("ES", "MD", "ES-MD", "Europe/Madrid", 40.4, -3.7),
    ("ES", "CT", "ES-CT", "Europe/Madrid", 41.4, 2.1),
    ("GB", "ENG", "GB-ENG", "Europe/London", 51.5, -0.1),
    ("ES", "AN", "ES-AN", "Europe/Madrid", 37.4, -6.0),
];

/// How often customers have their sites looked at; empty: as the plan says.
const EVERY: [&str; 5] = ["", "2 weeks", "3 months", "FREQ=MONTHLY;BYDAY=1MO", ""];

/// A number that looks like chance, the same every time.
fn mixed(n: u64) -> u64 {
    let n = (n ^ (n >> 30)).wrapping_add(0x9E37_79B9_7F4A_7C15).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    (n ^ (n >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB) >> 33
}

fn near(degrees: f64, n: u64) -> f64 {
    degrees + (mixed(n) % 1000) as f64 / 1000.0 - 0.5
}

/// The contracts' rows; all of them begin `later` days later.
fn contracts(later: u64) -> String {
    let mut contracts = "contract,customer,sites,plan,accepted_on,ends_on,inspection.every\n".to_owned();
    for customer in 0..SITES / SITES_A_CUSTOMER {
        let year = 2024 + customer as i32 % 2;
        let (month, day) = (mixed(customer) % 12 + 1, mixed(customer + 900) % 28 + 1);
        let accepted_on = NaiveDate::from_ymd_opt(year, month as u32, day as u32).unwrap() + Days::new(later);
        let ends_on = if customer % 6 == 5 { "2026-11-20" } else { "" };
        let every = EVERY[(customer % 5) as usize];
        writeln!(contracts, "C{customer:02},K{customer:02},*,standard,{accepted_on},{ends_on},{every}").unwrap();
    }
    contracts
}

async fn furnish(office: &TestOffice) {
    let mut customers = "customer,name,language\n".to_owned();
    let mut sites = "site,customer,name,address,country,subdivision,time_zone,latitude,longitude,language\n".to_owned();
    let mut equipment =
        "equipment,site,name,make,model,serial,checklist,skills,accepted_on,warranty_months\n".to_owned();
    let mut contacts = "site,customer,name,email,role,language\n".to_owned();
    let mut engineers = "engineer,name,email,phone,skills,time_zone,calendar,latitude,longitude,language\n".to_owned();
    for n in 0..SITES {
        let customer = n / SITES_A_CUSTOMER;
        let (country, subdivision, _, zone, latitude, longitude) = TOWNS[(customer % 4) as usize];
        let (latitude, longitude) = (near(latitude, n), near(longitude, n + 5_000));
        if n % SITES_A_CUSTOMER == 0 {
            writeln!(customers, "K{customer:02},Customer {customer},en").unwrap();
            writeln!(contacts, ",K{customer:02},Reports,reports{customer}@k.example,reports,").unwrap();
        }
        let position = format!("{latitude:.4},{longitude:.4}");
        writeln!(sites, "S{n:03},K{customer:02},Site {n},Street {n},{country},{subdivision},{zone},{position},")
            .unwrap();
        // Every thirtieth site has nothing to look at, some ask for what few master.
        if n % 30 != 7 {
            let skills = if n % 9 == 0 { "electrical; hydraulics" } else { "electrical" };
            writeln!(equipment, "U{n:03},S{n:03},UPS,V,M,{n},ups-battery,{skills},,").unwrap();
        }
    }
    for n in 0..ENGINEERS {
        let (_, _, calendar, zone, latitude, longitude) = TOWNS[(n % 4) as usize];
        let skills = if n % 2 == 0 { "electrical; hydraulics" } else { "electrical" };
        let position = format!("{:.4},{:.4}", near(latitude, n + 77), near(longitude, n + 78));
        writeln!(engineers, "N-{n},Engineer {n},n{n}@ronda.example,+34 6{n},{skills},{zone},{calendar},{position},en")
            .unwrap();
    }
    office
        .import(&[
            ("customers.csv", &customers),
            ("sites.csv", &sites),
            ("contacts.csv", &contacts),
            ("engineers.csv", &engineers),
            ("equipment.csv", &equipment),
            ("contracts.csv", &contracts(0)),
        ])
        .await;
}

/// Every visit of the plan, a line each, with its number first.
fn lines(visits: &[StoredVisit]) -> Vec<String> {
    let line = |stored: &StoredVisit| {
        let (visit, to) = (&stored.visit, stored.visit.state.appointment());
        let Visit { id, contract, site, term, number, .. } = visit;
        let Appointment { engineer, day, starts, takes_minutes } = to;
        let (slot, announce_on) = (stored.slot, stored.announce_on);
        format!(
            "{id} {contract} {site} {term} {number} {day} {starts} {engineer} {takes_minutes} {slot:?} {announce_on}"
        )
    };
    visits.iter().map(line).collect()
}

fn print(lines: &[&str]) -> String {
    sha256(lines.join("\n").as_bytes())[..16].to_owned()
}

/// The nights of an office, and whose number each was.
#[derive(Default)]
struct Nights {
    told: Vec<String>,
    numbers: HashMap<VisitId, SlotId>,
}

impl Nights {
    /// Plans, and notes what there is then: how many visits, and the fingerprints of all lines, with numbers and without.
    async fn plan(&mut self, office: &TestOffice, name: &str) {
        let summary = plan_visits(&office.office, None, Keep::Store, &|_| ()).await.unwrap();
        let visits = office.visits().await;
        for stored in &visits {
            let slot = stored.slot.expect("the planner plans slots");
            let of = *self.numbers.entry(stored.visit.id).or_insert(slot);
            assert_eq!(of, slot, "{} was given twice", stored.visit.id);
        }
        let lines = lines(&visits);
        let whole: Vec<&str> = lines.iter().map(String::as_str).collect();
        let mut bare: Vec<&str> = whole.iter().map(|line| line.split_once(' ').unwrap().1).collect();
        bare.sort_unstable();
        let unplanned: Vec<String> = summary.unplanned.iter().map(|(why, slots)| format!("{why} {slots}")).collect();
        self.told.push(format!(
            "{name}: {} visits, {} new, {} taken back, without a visit: [{}], {}, {} without numbers",
            visits.len(),
            summary.visits,
            summary.taken_back,
            unplanned.join(", "),
            print(&whole),
            print(&bare)
        ));
    }
}

story!(a_plan_of_some_hundred_sites_is_the_same_visit_for_visit at "2026-01-05T08:00:00+01:00", |office| {
    furnish(&office).await;
    let mut nights = Nights::default();
    nights.plan(&office, "first").await;
    for day in ["2026-01-06", "2026-01-09", "2026-01-20", "2026-02-11", "2026-02-12"] {
        office.office.clock.advance_to(format!("{day}T05:00:00Z").parse().unwrap());
        nights.plan(&office, day).await;
    }
    let mut office = office;
    office.close_on(
        "[[closure]]\nfrom = 2026-05-04\nto = 2026-05-08\nname = \"Closed\"\napplies = \"calendar:ES-MD\"\n\
         [[closure]]\nfrom = 2026-03-02\nto = 2026-03-03\nname = \"Closed\"\napplies = \"calendar:ES-MD\"\n",
    );
    nights.plan(&office, "closed").await;
    office.office.clock.advance_to("2026-03-01T05:00:00Z".parse().unwrap());
    nights.plan(&office, "2026-03-01").await;
    let until = "2027-12-31".parse().unwrap();
    let waiting = store::planning::slot::unplanned(&office.office.db, SlotId(0), until, 10_000).await.unwrap();
    nights.told.push(format!("{} slots wait", waiting.len()));
    insta::assert_snapshot!("the_same_plan", nights.told.join("\n"));
});

story!(a_contract_that_changes_is_planned_into_the_room_that_its_own_visits_leave at "2026-01-05T08:00:00+01:00", |office| {
    furnish(&office).await;
    let first = plan_visits(&office.office, None, Keep::Store, &|_| ()).await.unwrap();
    assert_eq!(first.unplanned.get("no-room"), None);
    office.import(&[("contracts.csv", &contracts(1))]).await;
    let shifted = plan_visits(&office.office, None, Keep::Store, &|_| ()).await.unwrap();
    assert!(shifted.taken_back > 400 && shifted.visits > 3_000, "{shifted:?}");
    assert_eq!(shifted.unplanned.get("no-room"), None, "there was room for as many visits before");
    let again = plan_visits(&office.office, None, Keep::Store, &|_| ()).await.unwrap();
    assert_eq!((again.slots, again.visits, again.taken_back), (0, 0, 0), "a second try finds nothing more");
});
