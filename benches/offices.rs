//! Offices of several sizes: what each day costs, and how that grows with the sites.
//!
//! `cargo bench --bench offices`; `RONDA_BENCH_OFFICES` sets the largest, 28,298 sites if it is not set, and
//! `RONDA_BENCH_POSTGRES` the address of an empty PostgreSQL database to measure as well: `postgres://…/{}`, where `{}`
//! stands for a name that the server makes a database of.

mod office;

use std::process::Command;
use std::time::Instant;

use ronda::office::Office;
use ronda::office::digest::send_digests::digest;
use ronda::office::heartbeat::beat;
use ronda::office::planning::plan_visits::{Keep, plan_visits};
use ronda::store::{self, Db};
use store::visits::VisitFilter;

/// Set for the process that measures one office: each has its own, so that each has its own memory.
const SITES: &str = "RONDA_BENCH_SITES_OF_ONE";
/// Times that something which changes nothing is measured; the median counts.
const ROUNDS: usize = 9;
/// The greatest exponent with which anything may grow with the sites.
const STEEPEST: f64 = 1.35;
/// What is asked of the least of them says more of the machine than of the office.
const TOO_SHORT_S: f64 = 0.02;

/// What is measured of an office, in seconds.
const MEASURED: [&str; 6] = ["plan_s", "first_beat_s", "idle_beat_s", "digest_s", "list_s", "day_s"];

fn main() {
    if let Ok(sites) = std::env::var(SITES) {
        return measure(sites.parse().expect("a number of sites"));
    }
    let largest = office::size("RONDA_BENCH_OFFICES", 28_298, 300);
    let sizes: Vec<usize> = [1_000, 7_000, largest].into_iter().filter(|sites| *sites <= largest).collect();
    for engine in ["SQLite", "PostgreSQL"] {
        let server = std::env::var("RONDA_BENCH_POSTGRES").ok();
        let server = match (engine, server) {
            ("SQLite", _) => None,
            (_, Some(server)) => Some(server),
            (_, None) => continue,
        };
        println!("\n{engine}: seconds, and kilobytes of memory after the first beat");
        println!("{:>7} {}  {:>10}", "sites", MEASURED.map(|name| format!("{name:>13}")).join(" "), "memory_kb");
        let measured: Vec<_> = sizes.iter().map(|sites| (*sites, in_a_process(*sites, server.as_deref()))).collect();
        for pair in measured.windows(2) {
            let [(few, smaller), (many, larger)] = pair else { unreachable!("there are two") };
            for name in MEASURED {
                let took = |of: &serde_json::Value| of[name].as_f64().expect("a number");
                let exponent = (took(larger) / took(smaller)).ln() / (*many as f64 / *few as f64).ln();
                println!("  {name:>13} grows with exponent {exponent:.2} from {few} to {many} sites");
                assert!(
                    exponent <= STEEPEST || took(smaller) < TOO_SHORT_S,
                    "{name} grows faster than the office: {exponent:.2}"
                );
            }
        }
    }
}

/// Measures one office in a process of its own, and prints its line.
fn in_a_process(sites: usize, postgres: Option<&str>) -> serde_json::Value {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.env(SITES, sites.to_string()).env_remove("RONDA_BENCH_POSTGRES");
    if let Some(server) = postgres {
        command.env("RONDA_BENCH_POSTGRES", server);
    }
    let output = command.output().expect("the office is measured");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let line: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one line of JSON");
    let cells = MEASURED.map(|name| format!("{:>13.4}", line[name].as_f64().expect("a number")));
    println!("{sites:>7} {}  {:>10}", cells.join(" "), line["memory_kb"]);
    line
}

fn measure(sites: usize) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let line = runtime.block_on(async {
        let (mut office, _folder) = office::open().await;
        if let Ok(server) = std::env::var("RONDA_BENCH_POSTGRES") {
            office.db = postgres(&server, sites).await;
        }
        office::furnish(&office, sites).await;
        let until = office.today() + chrono::Months::new(office.config.planning.horizon_months);
        let at_work = office.at_work();
        let plan_s = timed(async || plan_visits(&at_work, Some(until), Keep::Store, &|_| ()).await.is_ok()).await;
        let first_beat_s = timed(async || beat(&office).await.troubled().next().is_none()).await;
        beat(&office).await;
        let idle_beat_s = median(async || beat(&office).await.troubled().next().is_none()).await;
        let memory_kb = status_kb("VmRSS");
        let managers = store::people::manager::all(&office.db).await.expect("the store answers");
        let now = office.clock.now();
        let digest_s = median(async || digest(&office, &managers[0], now).await.is_ok()).await;
        let page = VisitFilter { limit: Some(1000), ..VisitFilter::default() };
        let list_s = median(async || store::visits::list(&office.db, &page).await.is_ok()).await;
        let day_s = timed(async || a_day(&office).await).await;
        serde_json::json!({
            "plan_s": plan_s, "first_beat_s": first_beat_s, "idle_beat_s": idle_beat_s, "digest_s": digest_s,
            "list_s": list_s, "day_s": day_s, "memory_kb": memory_kb,
        })
    });
    println!("{line}");
}

/// The next day, hour by hour.
async fn a_day(office: &Office) -> bool {
    let mut is_good = true;
    for _ in 0..24 {
        office.clock.advance_to(office.clock.now() + chrono::TimeDelta::hours(1));
        is_good &= beat(office).await.troubled().next().is_none();
    }
    is_good
}

async fn timed(run: impl AsyncFnOnce() -> bool) -> f64 {
    let start = Instant::now();
    assert!(run().await, "all work succeeds");
    start.elapsed().as_secs_f64()
}

async fn median(run: impl AsyncFn() -> bool) -> f64 {
    let mut took = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        took.push(timed(&run).await);
    }
    took.sort_by(f64::total_cmp);
    took[ROUNDS / 2]
}

/// A store in a new database of this server.
async fn postgres(server: &str, sites: usize) -> Db {
    let name = format!("offices_{}_{sites}", std::process::id());
    let admin = sqlx::PgPool::connect(&server.replace("{}", "postgres")).await.expect("the server answers");
    let create = sqlx::AssertSqlSafe(format!("create database {name}"));
    sqlx::query(create).execute(&admin).await.expect("a new database");
    admin.close().await;
    Db::open_postgres(&server.replace("{}", &name)).await.expect("the store opens")
}

/// A line of Linux's account of this process, in KiB.
fn status_kb(key: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
