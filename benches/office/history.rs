//! Promises of months past, put behind an office in seconds.

use chrono::{Days, Months, NaiveDate, NaiveTime, TimeDelta};
use ronda::domain::calendar::HalfDays;
use ronda::domain::contract::{CountedOn, Every, Purpose, Term};
use ronda::domain::promises::clock::Allowed;
use ronda::domain::promises::{DeadlineTerms, Due};
use ronda::office::Office;
use ronda::store::InsertColumn;
use serde_json::{Value, json};

use super::{SITES_A_CONTRACT, contract_code, customer_code, deadline_columns, site_code};

/// Days from a site's one promise to the next.
const EVERY: usize = 10;
/// Sites that one transaction takes.
const A_PAGE: usize = 500;

const SLOT: [InsertColumn; 10] = [
    InsertColumn::Integer("id"),
    InsertColumn::Text("contract"),
    InsertColumn::Text("site"),
    InsertColumn::Text("term"),
    InsertColumn::Integer("number"),
    InsertColumn::Text("purpose"),
    InsertColumn::Date("nominal_on"),
    InsertColumn::Date("first_on"),
    InsertColumn::Date("last_on"),
    InsertColumn::Boolean("watched"),
];

/// Puts so many months of promises behind the office, one each ten days at every site: most were kept, some late.
/// Says how many.
pub async fn remember(office: &Office, sites: usize, months: u32) -> usize {
    let (from, until) = (office.today() - Months::new(months), office.today());
    let mut count = 0;
    for first in (0..sites).step_by(A_PAGE) {
        let page = first..sites.min(first + A_PAGE);
        let days = |site: usize| from.iter_days().take_while(|day| *day < until).skip(site % EVERY).step_by(EVERY);
        let slots: Vec<_> = page.clone().map(|site| slot(site, from)).collect();
        let deadlines: Vec<_> = page.flat_map(|site| days(site).map(move |day| deadline(site, day))).collect();
        let mut tx = office.db.begin().await.expect("the store answers");
        tx.insert_many("slot", &SLOT, &slots, "").await.expect("slots");
        tx.insert_many("deadline", &deadline_columns(InsertColumn::Instant("met_at")), &deadlines, "")
            .await
            .expect("deadlines");
        tx.commit().await.expect("the store keeps it");
        count += deadlines.len();
    }
    count
}

fn id(site: usize) -> i64 {
    1_000_000_000_000 + i64::try_from(site).expect("so many sites")
}

/// The slot of which all past visits of a site are owed.
fn slot(site: usize, day: NaiveDate) -> Vec<Value> {
    vec![
        json!(id(site)),
        json!(contract_code(site / SITES_A_CONTRACT)),
        json!(site_code(site)),
        json!("inspection"),
        json!(1_000_000),
        json!("inspection"),
        json!(day),
        json!(day),
        json!(day),
        json!(true),
    ]
}

fn deadline(site: usize, due_on: NaiveDate) -> Vec<Value> {
    let first_on = due_on - Days::new(30);
    let late_from = (due_on + Days::new(1)).and_time(NaiveTime::MIN).and_utc();
    let steps = Term::new("inspection", "P01", Purpose::Inspection, Every::Months(1)).steps;
    let window = Allowed::Window { first_on, last_on: due_on };
    let terms = DeadlineTerms::of_days(window, &steps, CountedOn::Site, HalfDays::Count);
    let contract = site / SITES_A_CONTRACT;
    let met_at = late_from - TimeDelta::days(if site.is_multiple_of(29) { -1 } else { 5 });
    vec![
        json!(format!("past/{site}/{due_on}")),
        json!("visit"),
        json!(site_code(site)),
        json!(customer_code(contract)),
        json!(contract_code(contract)),
        json!("inspection"),
        json!(id(site)),
        json!(first_on),
        json!(due_on),
        json!(late_from.to_rfc3339()),
        json!(false),
        json!(serde_json::to_string(&Due::Window { first_on, last_on: due_on }).expect("plain data")),
        json!(serde_json::to_string(&terms).expect("plain data")),
        json!("ES"),
        json!("000000000000"),
        json!(first_on.and_time(NaiveTime::MIN).and_utc().to_rfc3339()),
        json!(met_at.to_rfc3339()),
    ]
}
