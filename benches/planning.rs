//! Planning a large office, beside the `rrule` crate expanding the same monthly rules.
//!
//! `cargo bench --bench planning`; `RONDA_BENCH_SITES` sets the number of sites, 100,000 if it is not set.

mod office;

use std::process::Command;
use std::time::Instant;

use chrono::{Months, NaiveDate, NaiveTime, TimeZone};
use ronda::domain::contract::{Every, Purpose, Term};
use ronda::domain::planning::slots::slots;
use ronda::office::planning::plan_visits::{Keep, PlanSummary, plan_visits};
use rrule::{Frequency, RRule, Tz};

/// Set for the process that plans one horizon: each has its own, so that each has its own peak of memory.
const HORIZON: &str = "RONDA_BENCH_HORIZON_MONTHS";
const MONTHS: [u32; 2] = [6, 12];
/// Times each rule expansion is measured; the fastest counts.
const ROUNDS: usize = 3;

fn main() {
    let sites = office::size("RONDA_BENCH_SITES", 100_000, 500);
    match std::env::var(HORIZON) {
        Ok(months) => plan(sites, months.parse().expect("a number of months")),
        Err(_) => compare(sites),
    }
}

/// Plans one horizon in this process, and prints what it took as one line of JSON.
fn plan(sites: usize, months: u32) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let line = runtime.block_on(async {
        let (office, folder) = office::open().await;
        office::furnish(&office, sites).await;
        office.db.close().await;
        drop(office);
        let office = office::reopen(&folder).await;
        let until = office.today() + Months::new(months);
        let before_kb = status_kb("VmRSS");
        let begin_cpu_s = cpu_s();
        let (first_s, first) = timed(plan_visits(&office.at_work(), Some(until), Keep::Store, &|_| ())).await;
        let first_cpu_s = cpu_s() - begin_cpu_s;
        let peak_kb = status_kb("VmHWM");
        let (second_s, second) = timed(plan_visits(&office.at_work(), Some(until), Keep::Store, &|_| ())).await;
        assert_eq!((second.slots, second.visits, second.taken_back), (0, 0, 0), "a second plan changes nothing");
        // What may be announced is by then, and is not the planner's any more.
        office
            .db
            .write("update visit set state = 'booked', announced_at = $1 where state = 'planned' and announce_on <= $2")
            .bind(office.clock.now())
            .bind(office.today())
            .execute()
            .await
            .expect("the store answers");
        // At night the horizon moves on by a day, and some of the rounds get a slot.
        let later = office.clock.now() + chrono::TimeDelta::days(1);
        office.clock.advance_to(later);
        let until = until + chrono::Days::new(1);
        let begin_cpu_s = cpu_s();
        let (night_s, night) = timed(plan_visits(&office.at_work(), Some(until), Keep::Store, &|_| ())).await;
        let night_cpu_s = cpu_s() - begin_cpu_s;
        assert!(night.slots < first.slots / 12, "a night adds a day");
        assert_eq!(first.sites, sites as u64);
        // What had passed before it could be planned is not tried again.
        let to_try = |summary: &PlanSummary| {
            let mut unplanned = summary.unplanned.clone();
            unplanned.remove("passed");
            unplanned
        };
        assert_eq!(to_try(&first), to_try(&second), "a second plan finds no more room than the first");
        serde_json::json!({
            "first_s": first_s, "second_s": second_s, "night_s": night_s, "slots": first.slots, "visits": first.visits,
            "unplanned": first.unplanned, "cpu_s": first_cpu_s, "night_cpu_s": night_cpu_s, "before_kb": before_kb, "peak_kb": peak_kb,
            "store_kb": std::fs::metadata(folder.path().join("office.sqlite")).map_or(0, |file| file.len() / 1024),
        })
    });
    println!("{line}");
}

async fn timed(run: impl Future<Output = ronda::office::Result<PlanSummary>>) -> (f64, PlanSummary) {
    let start = Instant::now();
    let summary = run.await.expect("the store answers");
    (start.elapsed().as_secs_f64(), summary)
}

/// A line of Linux's account of this process, in KiB.
fn status_kb(key: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// Seconds that processors have worked for this process, by Linux's account, which counts hundredths.
fn cpu_s() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

fn compare(sites: usize) {
    println!("planning {sites} sites, each visited every month, on SQLite with every commit made durable\n");
    println!(
        "horizon   first plan   its CPU   visits     no visit   second plan   next night   its CPU   memory at start   at its peak   store      per slot"
    );
    let mut full_s = 0.0;
    for months in MONTHS {
        let took = in_its_own_process(months);
        let number = |key: &str| took[key].as_f64().expect("a number");
        let unplanned: u64 = took["unplanned"].as_object().expect("counts").values().filter_map(|n| n.as_u64()).sum();
        println!(
            "{months:>2} months {:>10.2} s {:>7.2} s {:>8} {:>12} {:>11.2} s {:>10.2} s {:>7.2} s {:>13.1} MiB {:>9.1} MiB {:>6.1} MiB {:>7.2} µs",
            number("first_s"),
            number("cpu_s"),
            number("visits"),
            unplanned,
            number("second_s"),
            number("night_s"),
            number("night_cpu_s"),
            number("before_kb") / 1024.0,
            number("peak_kb") / 1024.0,
            number("store_kb") / 1024.0,
            number("first_s") * 1e6 / number("slots"),
        );
        if unplanned > 0 {
            println!("          without a visit: {}", took["unplanned"]);
        }
        full_s = number("first_s");
    }
    let (rrule_s, by_rrule) = fastest(|| (0..sites).map(by_rrule).sum());
    let (slots_s, by_slots) = fastest(|| (0..sites).map(by_slots).sum());
    assert_eq!(by_rrule, sites * 12, "twelve days a rule");
    assert_eq!(by_slots, by_rrule, "as many slots as days");
    println!("\n{sites} monthly rules, a year of each, no store and no engineers");
    println!("rrule crate        {rrule_s:>8.3} s");
    println!("slots of a term    {slots_s:>8.3} s   {:>6.1} times as fast", rrule_s / slots_s);
    println!(
        "a whole plan       {full_s:>8.3} s   {:>6.1} times as long as the rules alone by rrule",
        full_s / rrule_s
    );
}

fn in_its_own_process(months: u32) -> serde_json::Value {
    let this = std::env::current_exe().expect("this bench");
    let ran = Command::new(this)
        .args(std::env::args().skip(1))
        .env(HORIZON, months.to_string())
        .output()
        .expect("this bench runs again");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    serde_json::from_slice(&ran.stdout).expect("one line of JSON")
}

fn fastest(mut run: impl FnMut() -> usize) -> (f64, usize) {
    let mut best = (f64::INFINITY, 0);
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let found = run();
        best = (best.0.min(start.elapsed().as_secs_f64()), found);
    }
    best
}

/// The first day of a site's rule. No 29th to 31st: RFC 5545 skips months without one, and a contract does not.
fn start_of(site: usize) -> NaiveDate {
    let day = office::accepted_on(site);
    chrono::Datelike::with_day(&day, chrono::Datelike::day(&day).min(28)).expect("every month has a 28th")
}

fn by_rrule(site: usize) -> usize {
    let start = Tz::UTC.from_utc_datetime(&start_of(site).and_time(NaiveTime::MIN));
    let rule = RRule::new(Frequency::Monthly).count(12).build(start).expect("a rule");
    rule.into_iter().fold(0, |count, at| {
        std::hint::black_box(at.date_naive());
        count + 1
    })
}

fn by_slots(site: usize) -> usize {
    let term = Term::new("inspection", "P01", Purpose::Inspection, Every::Months(1));
    let start = start_of(site);
    let until = start + Months::new(12) - chrono::Days::new(1);
    std::hint::black_box(slots(&term, start, None, start, until)).expect("a sound term").len()
}
