//! The deadline sweep: it looks at those that are due, and never at the others.
//!
//! `cargo bench --bench deadlines`; `RONDA_BENCH_DEADLINES` sets how many are open, 1,000,000 if it is not set.

mod office;

use std::time::Instant;

use chrono::{NaiveDate, TimeDelta};
use ronda::domain::calendar::HalfDays;
use ronda::domain::contract::{CountedOn, Every, Purpose, Term};
use ronda::domain::promises::clock::Allowed;
use ronda::domain::promises::{DeadlineTerms, Due};
use ronda::office::Office;
use ronda::office::promises::flag_late::flag_late;
use ronda::store::{self, InsertColumn};
use serde_json::{Value, json};
use tempfile::TempDir;

const DUE: usize = 100;
const FEW: usize = 10_000;
/// Times an unchanging look is measured; the median counts.
const ROUNDS: usize = 200;
/// Times that as many come due, a day after one another, and are swept; the median counts.
const SWEEPS: usize = 7;
/// How much longer the sweep may take among the many: what a larger tree and a busy machine's disk may cost.
const SLOWEST: f64 = 3.0;

/// What the sweep took, in seconds.
struct Took {
    open: usize,
    look: f64,
    sweep: f64,
    idle: f64,
}

#[tokio::main]
async fn main() {
    let many = office::size("RONDA_BENCH_DEADLINES", 1_000_000, 20_000);
    println!("{DUE} deadlines due of so many open ones, on SQLite with every commit made durable\n");
    println!("     open   look at the index   sweep with letters   sweep with nothing due");
    let few = measured(FEW.min(many)).await;
    let many = measured(many).await;
    println!(
        "\nratio     {:>16.2} {:>20.2} {:>24.2}",
        many.look / few.look,
        many.sweep / few.sweep,
        many.idle / few.idle
    );
    for (of, many, few) in
        [("look", many.look, few.look), ("sweep", many.sweep, few.sweep), ("idle sweep", many.idle, few.idle)]
    {
        assert!(many <= few * SLOWEST, "{of}: {many} s among the many, {few} s among the few");
    }
}

async fn measured(open: usize) -> Took {
    let (office, _folder) = office_with(open).await;
    assert_eq!(plan_of_the_look(&office).await, ["SEARCH deadline USING INDEX deadline_to_look_at (next_look_at<?)"]);
    let mut looks = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let found = store::promises::to_look_at(&office.db, office.clock.now(), 200).await.expect("the store answers");
        looks.push(start.elapsed().as_secs_f64());
        assert_eq!(found.len(), DUE);
    }
    let mut sweeps = Vec::with_capacity(SWEEPS);
    for sweep in 0..SWEEPS {
        if sweep > 0 {
            office.clock.advance_to(office.clock.now() + TimeDelta::days(1));
        }
        let start = Instant::now();
        let raised = flag_late(&office).await.expect("the store answers");
        sweeps.push(start.elapsed().as_secs_f64());
        assert!(raised >= DUE as u64, "as many have come due: {raised}");
    }
    let mut idles = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let start = Instant::now();
        assert_eq!(flag_late(&office).await.expect("the store answers"), 0, "a flag is raised once");
        idles.push(start.elapsed().as_secs_f64());
    }
    let took = Took { open, look: median(looks), sweep: median(sweeps), idle: median(idles) };
    println!(
        "{:>9} {:>16.3} ms {:>17.1} ms {:>21.3} ms",
        took.open,
        took.look * 1e3,
        took.sweep * 1e3,
        took.idle * 1e3
    );
    took
}

fn median(mut took: Vec<f64>) -> f64 {
    took.sort_by(f64::total_cmp);
    took[took.len() / 2]
}

/// How SQLite looks for what is due.
async fn plan_of_the_look(office: &Office) -> Vec<String> {
    let steps: Vec<(i64, i64, i64, String)> = office
        .db
        .read(
            "explain query plan
             select *
             from deadline
             where deadline.next_look_at <= $1
             order by deadline.next_look_at, deadline.id
             limit $2",
        )
        .bind(office.clock.now())
        .bind(200_i64)
        .all()
        .await
        .expect("the store answers");
    steps.into_iter().map(|(_, _, _, what)| what).collect()
}

async fn office_with(open: usize) -> (Office, TempDir) {
    let (office, folder) = office::open().await;
    let sites = 200;
    office::furnish(&office, sites).await;
    let columns = office::deadline_columns(InsertColumn::Instant("next_look_at"));
    let mut tx = office.db.begin().await.expect("the store answers");
    slot(&mut tx, &office).await;
    // Those that are due lie scattered among the others.
    let apart = open / DUE;
    for first in (0..open).step_by(20_000) {
        let rows: Vec<_> = (first..open.min(first + 20_000))
            .map(|index| {
                row(
                    &office,
                    index,
                    index % sites,
                    match index % apart {
                        sweep if sweep < SWEEPS && index / apart < DUE => Look::At(sweep),
                        _ => Look::Later,
                    },
                )
            })
            .collect();
        tx.insert_many("deadline", &columns, &rows, "").await.expect("sound rows");
    }
    tx.commit().await.expect("the store keeps them");
    (office, folder)
}

/// The slot of which every visit is owed; none has a visit.
async fn slot(tx: &mut store::Tx, office: &Office) {
    let day = office.today();
    let columns = [
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
    let row = vec![
        json!(1),
        json!(office::contract_code(0)),
        json!(office::site_code(0)),
        json!("inspection"),
        json!(1),
        json!("inspection"),
        json!(day),
        json!(day),
        json!(day),
        json!(true),
    ];
    tx.insert_many("slot", &columns, &[row], "").await.expect("a sound row");
}

/// When a deadline is to be looked at.
enum Look {
    /// At the sweep with this number, a day for each.
    At(usize),
    Later,
}

fn row(office: &Office, index: usize, site: usize, look: Look) -> Vec<Value> {
    let now = office.clock.now();
    let due_on = match look {
        Look::At(_) => NaiveDate::from_ymd_opt(2026, 1, 2).expect("a day"),
        Look::Later => office.today() + chrono::Days::new(10 + index as u64 % 300),
    };
    let late_from = due_on.succ_opt().expect("a next day").and_time(chrono::NaiveTime::MIN).and_utc();
    let next_look_at = match look {
        Look::At(sweep) => now - TimeDelta::hours(1) + TimeDelta::days(sweep as i64),
        Look::Later => late_from - TimeDelta::days(3),
    };
    let first_on = due_on - chrono::Days::new(30);
    let steps = Term::new("inspection", "P01", Purpose::Inspection, Every::Months(1)).steps;
    let window = Allowed::Window { first_on, last_on: due_on };
    let terms = DeadlineTerms::of_days(window, &steps, CountedOn::Site, HalfDays::Count);
    let contract = site / office::SITES_A_CONTRACT;
    vec![
        json!(format!("visit/{index}")),
        json!("visit"),
        json!(office::site_code(site)),
        json!(office::customer_code(contract)),
        json!(office::contract_code(contract)),
        json!("inspection"),
        json!(1),
        json!(first_on),
        json!(due_on),
        json!(late_from.to_rfc3339()),
        json!(false),
        json!(serde_json::to_string(&Due::Window { first_on, last_on: due_on }).expect("plain data")),
        json!(serde_json::to_string(&terms).expect("plain data")),
        json!("ES"),
        json!("000000000000"),
        json!(now.to_rfc3339()),
        json!(next_look_at.to_rfc3339()),
    ]
}
