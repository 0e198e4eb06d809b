//! A throwaway office of any size for the benches: made in a second, the same every time.

#![allow(dead_code, reason = "each bench uses a part of it")]

pub mod cost;
pub mod daemon;
pub mod history;

use chrono::{DateTime, Days, NaiveDate};
use ronda::app;
use ronda::domain::contract::{Contract, CoveredSites};
use ronda::domain::ids::{ContractCode, CustomerCode, SiteCode};
use ronda::domain::language::Language;
use ronda::domain::people::equipment::{Equipment, Site};
use ronda::domain::people::{Contact, ContactFor, ContactRole, Customer, Engineer, Manager, Scope};
use ronda::domain::time::Zone;
use ronda::office::Office;
use ronda::office::clock::Clock;
use ronda::store::{self, InsertColumn};
use ronda::world::config::{Config, ConfigLocation, Environment};
use tempfile::TempDir;

/// What the clock of every bench shows at first.
pub const NOW: &str = "2026-01-05T08:00:00+01:00";
/// Sites of one customer, under one contract.
pub const SITES_A_CONTRACT: usize = 50;
/// Sites that one engineer looks after.
const SITES_AN_ENGINEER: usize = 45;

type Town = (&'static str, &'static str, &'static str, &'static str, (f64, f64));

/// What an office of the benches says of itself.
const COMPANY: &str = "[company]\nname = \"Ronda Service\"\nemail = \"office@ronda.example\"\n\
                       time_zone = \"Europe/Madrid\"\ncalendar = \"ES-MD\"\n";

/// Country, subdivision, calendar, zone and middle of the towns where the sites are.
const TOWNS: [Town; 12] = [
    ("ES", "MD", "ES-MD", "Europe/Madrid", (40.4, -3.7)),
    ("ES", "CT", "ES-CT", "Europe/Madrid", (41.4, 2.1)),
    ("ES", "AN", "ES-AN", "Europe/Madrid", (37.4, -6.0)),
    ("GB", "ENG", "GB-ENG", "Europe/London", (51.5, -0.1)),
    ("GB", "ENG", "GB-ENG", "Europe/London", (53.5, -2.2)),
    ("GB", "SCT", "GB-SCT", "Europe/London", (55.9, -3.2)),
    ("CN", "", "CN", "Asia/Shanghai", (39.9, 116.4)),
    ("CN", "", "CN", "Asia/Shanghai", (31.2, 121.5)),
    ("CN", "", "CN", "Asia/Shanghai", (23.1, 113.3)),
    ("SA", "", "SA", "Asia/Riyadh", (24.7, 46.7)),
    ("SA", "", "SA", "Asia/Riyadh", (21.5, 39.2)),
    ("SA", "", "SA", "Asia/Riyadh", (26.4, 50.1)),
];

/// What a bench puts into a deadline, with one column of its own.
pub fn deadline_columns(last: InsertColumn) -> [InsertColumn; 17] {
    [
        InsertColumn::Text("key"),
        InsertColumn::Text("owed"),
        InsertColumn::Text("site"),
        InsertColumn::Text("customer"),
        InsertColumn::Text("contract"),
        InsertColumn::Text("term"),
        InsertColumn::Integer("slot_id"),
        InsertColumn::Date("since_on"),
        InsertColumn::Date("due_on"),
        InsertColumn::Instant("late_from"),
        InsertColumn::Boolean("provisional"),
        InsertColumn::Text("due"),
        InsertColumn::Text("terms"),
        InsertColumn::Text("calendar"),
        InsertColumn::Text("calendar_version"),
        InsertColumn::Instant("opened_at"),
        last,
    ]
}

/// How large the bench is to be: `variable` where it is set, `full` under `cargo bench`, and else (under
/// `cargo test --benches` or `cargo bench -- --test`) only as large as it takes to see that it runs.
pub fn size(variable: &str, full: usize, smoke: usize) -> usize {
    let asked = std::env::var(variable).ok().map(|text| text.parse().expect("a number"));
    asked.unwrap_or(if is_measured() { full } else { smoke })
}

fn is_measured() -> bool {
    let given = |word: &str| std::env::args().any(|argument| argument == word);
    given("--bench") && !given("--test")
}

/// Airports of 117 countries in 171 zones, out of <https://ourairports.com/data/>, which is in the public domain.
pub fn airports() -> Vec<Town> {
    let line = |line: &'static str| {
        let fields: Vec<&str> = line.split(',').collect();
        let [country, subdivision, zone, latitude, longitude, calendar] = fields[..] else { panic!("{line}") };
        let degrees = |text: &str| text.parse().expect("a number of degrees");
        (country, subdivision, calendar, zone, (degrees(latitude), degrees(longitude)))
    };
    include_str!("airports.csv").lines().skip(1).map(line).collect()
}

/// Opens an office without anyone in it, on SQLite.
pub async fn open() -> (Office, TempDir) {
    let folder = tempfile::tempdir().expect("a folder for the bench");
    std::fs::write(folder.path().join("ronda.toml"), COMPANY).expect("the folder can be written to");
    (reopen(&folder).await, folder)
}

/// The same with pages for people outside, in a store of its own of this server where there is one.
pub async fn open_with_pages(server: Option<&str>, name: &str) -> (Office, TempDir) {
    let folder = tempfile::tempdir().expect("a folder for the bench");
    let web =
        "[web]\nlisten = \"127.0.0.1:0\"\npublic_listen = \"127.0.0.1:0\"\npublic_url = \"https://ronda.example\"\n";
    let database = match server {
        Some(server) => format!("database = \"{}\"\n", new_database(server, name).await),
        None => String::new(),
    };
    std::fs::write(folder.path().join("ronda.toml"), format!("{database}{COMPANY}{web}")).expect("it can be written");
    (reopen(&folder).await, folder)
}

/// The address of a new database of this server.
async fn new_database(server: &str, name: &str) -> String {
    let name = format!("{name}_{}", std::process::id());
    let admin = sqlx::postgres::PgPoolOptions::new().max_connections(1).connect(server).await.expect("a server");
    let create = sqlx::AssertSqlSafe(format!("create database {name}"));
    sqlx::query(create).execute(&admin).await.expect("a new database");
    admin.close().await;
    let (server, _) = server.rsplit_once('/').expect("a URL with a database");
    format!("{server}/{name}")
}

/// Opens the office of a folder again, as a restart does.
pub async fn reopen(folder: &TempDir) -> Office {
    let choice = ConfigLocation { dir: Some(folder.path().to_owned()), file: None };
    let config = Config::read(&choice, &Environment::default()).expect("a sound configuration");
    let start = DateTime::parse_from_rfc3339(NOW).expect("RFC 3339").to_utc();
    app::open(config, Clock::simulated(start, 1)).await.expect("the office opens")
}

/// Puts so many sites into the office, with their customers, contracts, equipment and engineers, in some towns.
pub async fn furnish(office: &Office, sites: usize) {
    furnish_at(office, sites, &TOWNS, TOWNS.len()).await;
}

/// The same at these places, one for each contract; there are engineers at the first so many at least.
pub async fn furnish_at(office: &Office, sites: usize, towns: &[Town], staffed: usize) {
    let contracts = sites.div_ceil(SITES_A_CONTRACT);
    let customers: Vec<_> = (0..contracts).map(customer).collect();
    let contacts: Vec<_> = (0..contracts).flat_map(contacts).collect();
    let contracts: Vec<_> = (0..contracts).map(contract).collect();
    let staffed = staffed.min(towns.len());
    let engineers = sites.div_ceil(SITES_AN_ENGINEER).max(staffed);
    let engineers: Vec<_> = (0..engineers).map(|index| engineer(index, &towns[..staffed])).collect();
    let equipment: Vec<_> = (0..sites).map(equipment).collect();
    let sites: Vec<_> = (0..sites).map(|index| site(index, towns)).collect();
    let mut tx = office.db.begin().await.expect("the store answers");
    store::people::customer::put(&mut tx, &customers).await.expect("customers");
    store::people::engineer::put(&mut tx, &engineers).await.expect("engineers");
    store::people::manager::put(&mut tx, &[manager()]).await.expect("managers");
    store::people::site::put(&mut tx, &sites).await.expect("sites");
    store::people::contact::put(&mut tx, &contacts).await.expect("contacts");
    store::people::equipment::put(&mut tx, &equipment).await.expect("equipment");
    store::people::contract::put(&mut tx, &contracts).await.expect("contracts");
    tx.commit().await.expect("the store keeps it");
}

/// The first day of the nth contract: any day of two years.
pub fn accepted_on(contract: usize) -> NaiveDate {
    let first = NaiveDate::from_ymd_opt(2024, 1, 1).expect("a day");
    first + Days::new(mixed(contract as u64) % 730)
}

/// The code of the nth site.
pub fn site_code(index: usize) -> SiteCode {
    format!("S-{index:07}").into()
}

/// The code of the nth contract.
pub fn contract_code(index: usize) -> ContractCode {
    format!("K-{index:05}").into()
}

/// The code of the nth contract's customer.
pub fn customer_code(index: usize) -> CustomerCode {
    format!("C-{index:05}").into()
}

fn customer(index: usize) -> Customer {
    let language = Language::ALL[index % Language::ALL.len()];
    Customer { customer: customer_code(index), name: format!("Customer {index}"), language, left_on: None }
}

fn contacts(index: usize) -> impl Iterator<Item = Contact> {
    ContactRole::ALL.into_iter().map(move |role| Contact {
        of: ContactFor::Customer(customer_code(index)),
        name: format!("Desk {index}"),
        email: format!("{}@customer-{index}.example", role.word()),
        role,
        language: None,
        left_on: None,
    })
}

fn site(index: usize, towns: &[Town]) -> Site {
    let contract = index / SITES_A_CONTRACT;
    let (country, subdivision, _, zone, middle) = towns[contract % towns.len()];
    Site {
        site: site_code(index),
        customer: customer_code(contract),
        name: format!("Site {index}"),
        address: format!("{index} High Street"),
        country: country.to_owned(),
        subdivision: subdivision.to_owned(),
        municipality: String::new(),
        time_zone: Zone::parse(zone).expect("a zone"),
        position: Some(round_about(middle, index as u64)),
        language: None,
        left_on: None,
    }
}

fn equipment(index: usize) -> Equipment {
    Equipment {
        equipment: format!("U-{index:07}").into(),
        site: site_code(index),
        name: "UPS".to_owned(),
        make: "Voltera".to_owned(),
        model: "M400".to_owned(),
        serial: format!("SN{index}"),
        checklist: "ups-battery".to_owned(),
        skills: vec!["electrical".to_owned()],
        accepted_on: None,
        warranty_months: None,
        retired_on: None,
        replaced_by: None,
    }
}

fn contract(index: usize) -> Contract {
    let named = index * SITES_A_CONTRACT..(index + 1) * SITES_A_CONTRACT;
    Contract {
        contract: contract_code(index),
        customer: customer_code(index),
        // Both ways of naming sites, half and half.
        sites: if index.is_multiple_of(2) {
            CoveredSites::All
        } else {
            CoveredSites::Only(named.map(site_code).collect())
        },
        plan: "standard".to_owned(),
        accepted_on: accepted_on(index),
        ends_on: None,
        overrides: std::collections::BTreeMap::new(),
    }
}

fn engineer(index: usize, towns: &[Town]) -> Engineer {
    let (_, _, calendar, zone, middle) = towns[index % towns.len()];
    Engineer {
        engineer: format!("E-{index:05}").into(),
        name: format!("Engineer {index}"),
        email: format!("engineer-{index}@ronda.example"),
        phone: String::new(),
        skills: vec!["electrical".into()],
        time_zone: Zone::parse(zone).expect("a zone"),
        calendar: calendar.to_owned(),
        position: Some(round_about(middle, index as u64 ^ 0xE16)),
        language: Language::ALL[index % Language::ALL.len()],
        left_on: None,
        successor: None,
    }
}

fn manager() -> Manager {
    Manager {
        manager: "M-1".into(),
        name: "Helena Ortiz".to_owned(),
        email: "helena@ronda.example".to_owned(),
        scope: Scope::All,
        time_zone: Zone::parse("Europe/Madrid").expect("a zone"),
        calendar: "ES-MD".to_owned(),
        digest_at: chrono::NaiveTime::from_hms_opt(7, 30, 0).expect("a time"),
        language: Language::ALL[0],
        digests: vec![ronda::domain::digest::Rhythm::Daily],
        left_on: None,
        successor: None,
        leave: None,
        deputy: None,
    }
}

/// A place within some 100 km of the middle.
fn round_about((latitude, longitude): (f64, f64), index: u64) -> (f64, f64) {
    let off = |salt: u64| (mixed(index ^ salt) % 2_000) as f64 / 1_000.0 - 1.0;
    (latitude + off(0xA11), longitude + off(0xB22))
}

/// A number that looks like chance and never changes (Steele, Lea and Flood 2014, SplitMix64).
fn mixed(index: u64) -> u64 {
    let mut z = index.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
