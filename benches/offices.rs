//! Offices of several sizes: what each day costs, and how that grows with the sites and with what lies behind them.
//!
//! `cargo bench --bench offices`; `RONDA_BENCH_OFFICES` sets the largest, 28,298 sites if it is not set.
//! `RONDA_TEST_POSTGRES` names a server to measure on as well, and `RONDA_BENCH_MINUTES` for how long the daemon is watched
//! at rest, 3 minutes if it is not set. Sites lie around real airports.

mod office;

use std::process::Command;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use chrono::TimeDelta;
use office::cost::{Cost, median, once, status_kb};
use office::daemon::Daemon;
use ronda::domain::access::{Errand, FeedOf};
use ronda::domain::people::ReaderRole;
use ronda::office::Office;
use ronda::office::access::links;
use ronda::office::digest::send_digests::digest;
use ronda::office::heartbeat::beat;
use ronda::office::heartbeat::pulse::Pulse;
use ronda::office::planning::plan_visits::{Keep, plan_visits};
use ronda::office::visits::feeds::feed;
use ronda::store;
use ronda::store::visits::{VisitFilter, VisitPages};
use ronda::web::{Desk, public_routes, routes};
use serde_json::{Value, json};
use tokio::sync::watch;
use tower::ServiceExt;

/// Set for the process that measures one office: each has its own, so that each has its own memory.
const SITES: &str = "RONDA_BENCH_SITES_OF_ONE";
const SERVER: &str = "RONDA_TEST_POSTGRES";
/// Times that something which changes nothing is measured; the median counts.
const ROUNDS: usize = 9;
/// The greatest exponent with which anything may grow with the sites.
const STEEPEST: f64 = 1.35;
/// What is asked of the least of them says more of the machine than of the office.
const TOO_SHORT_S: f64 = 0.02;
/// How much longer PostgreSQL's first beat may take than SQLite's.
const POSTGRES: f64 = 1.5;
/// Months of promises that are put behind an office.
const MONTHS: u32 = 6;
/// How long the daemon may take until it rests.
const PATIENCE: Duration = Duration::from_secs(900);

fn main() {
    if let Ok(sites) = std::env::var(SITES) {
        return measure(sites.parse().expect("a number of sites"));
    }
    let largest = office::size("RONDA_BENCH_OFFICES", 28_298, 300);
    let mut sizes: Vec<usize> = [1_000, 7_000].into_iter().filter(|sites| *sites < largest).collect();
    sizes.push(largest);
    let sqlite = engine("SQLite", &sizes, None);
    let Ok(server) = std::env::var(SERVER) else { return };
    let postgres = engine("PostgreSQL", &sizes, Some(&server));
    for ((sites, sqlite), postgres) in sizes.iter().zip(&sqlite).zip(&postgres) {
        let ratio = wall(postgres, "first beat") / wall(sqlite, "first beat");
        println!("{sites} sites: PostgreSQL's first beat takes {ratio:.2} times as long as SQLite's");
        assert!(ratio <= POSTGRES || wall(sqlite, "first beat") < 1.0, "{ratio:.2}");
    }
}

/// Measures offices of these sizes on one engine, and shows what grows how.
fn engine(name: &str, sizes: &[usize], server: Option<&str>) -> Vec<Value> {
    let measured: Vec<Value> = sizes.iter().map(|sites| in_a_process(*sites, server)).collect();
    println!("\n{name}: seconds, and of this process's CPU in brackets; the exponent with which it grows");
    let columns: String = sizes.iter().map(|sites| format!("{:>20}", format!("{sites} sites"))).collect();
    println!("{:24}{columns}", "");
    let mut steep = Vec::new();
    for what in measured[0]["costs"].as_array().expect("a list").iter().map(|cost| cost[0].as_str().expect("a name")) {
        let cells =
            measured.iter().map(|of| format!("{:>20}", format!("{:.4} ({:.4})", wall(of, what), cpu(of, what))));
        let pairs = sizes.windows(2).zip(measured.windows(2));
        let exponents: Vec<f64> = pairs
            .map(|(sites, of)| {
                (wall(&of[1], what) / wall(&of[0], what)).ln() / (sites[1] as f64 / sites[0] as f64).ln()
            })
            .collect();
        let grows = exponents.iter().map(|exponent| format!("{exponent:>8.2}")).collect::<String>();
        println!("{what:24}{}{grows}", cells.collect::<String>());
        let is_long = measured.iter().map(|of| wall(of, what) >= TOO_SHORT_S);
        steep.extend(exponents.iter().zip(is_long).filter(|(by, is_long)| *is_long && **by > STEEPEST).map(|_| what));
    }
    for (sites, of) in sizes.iter().zip(&measured) {
        println!("{sites} sites: {}", of["rest"].as_str().expect("a text"));
    }
    assert!(steep.is_empty(), "grows faster than the office: {steep:?}");
    measured
}

fn cost_of(of: &Value, what: &str, place: usize) -> f64 {
    let costs = of["costs"].as_array().expect("a list");
    let found = costs.iter().find(|cost| cost[0] == what).expect("it was measured");
    found[place].as_f64().expect("a number")
}

fn wall(of: &Value, what: &str) -> f64 {
    cost_of(of, what, 1)
}

fn cpu(of: &Value, what: &str) -> f64 {
    cost_of(of, what, 2)
}

/// Measures one office in a process of its own.
fn in_a_process(sites: usize, server: Option<&str>) -> Value {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(std::env::args().skip(1)).env(SITES, sites.to_string()).env_remove(SERVER);
    if let Some(server) = server {
        command.env(SERVER, server);
    }
    let output = command.output().expect("the office is measured");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("one line of JSON")
}

fn measure(sites: usize) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let line = runtime.block_on(async {
        let server = std::env::var(SERVER).ok();
        let (office, folder) = office::open_with_pages(server.as_deref(), &format!("offices_{sites}")).await;
        let places = office::airports();
        office::furnish_at(&office, sites, &places, sites.div_ceil(office::SITES_A_CONTRACT)).await;
        let mut costs = Vec::new();
        let mut note = |what: &str, cost: Cost| costs.push(json!([what, cost.wall_s, cost.cpu_s]));
        days(&office, &mut note).await;
        let memory_mb = status_kb("self", "VmRSS") / 1024;
        pages(&office, &mut note).await;
        lists(&office, &mut note).await;
        note("next day", once(async || a_day(&office).await).await);
        let past = office::history::remember(&office, sites, MONTHS).await;
        beat(&office).await;
        note("idle beat, half a year", median(ROUNDS, async || is_fine(&office).await).await);
        pages_after(&office, &mut note).await;
        let now = office.clock.now();
        office.db.close().await;
        let daemon = Daemon::start(folder.path(), now);
        daemon.rests(PATIENCE).await;
        let rest = daemon.at_rest(minutes()).await;
        json!({
            "costs": costs,
            "rest": format!("{memory_mb} MB in one process after the first beat; {past} promises later the daemon rests by {rest}"),
        })
    });
    println!("{line}");
}

/// For how long a daemon is watched.
fn minutes() -> u32 {
    u32::try_from(office::size("RONDA_BENCH_MINUTES", 3, 1)).expect("some minutes")
}

async fn is_fine(office: &Office) -> bool {
    beat(office).await.troubled().next().is_none()
}

async fn days(office: &Office, note: &mut impl FnMut(&str, Cost)) {
    let until = office.today() + chrono::Months::new(office.config.planning.horizon_months);
    let at_work = office.at_work();
    note("plan", once(async || plan_visits(&at_work, Some(until), Keep::Store, &|_| ()).await.is_ok()).await);
    note("first beat", once(async || is_fine(office).await).await);
    beat(office).await;
    note("idle beat", median(ROUNDS, async || is_fine(office).await).await);
}

/// The desk's pages, and a digest with its page.
async fn pages(office: &Office, note: &mut impl FnMut(&str, Cost)) {
    let desk = desk(office);
    let (inside, public) = (routes(desk.clone()), public_routes(desk));
    let digest_page = digest_page(office).await;
    note("digest", median(ROUNDS, async || is_written(office).await).await);
    for (what, pages, path) in [
        ("page /", &inside, "/"),
        ("page /deadlines", &inside, "/deadlines"),
        ("page /digest", &public, digest_page.as_str()),
    ] {
        note(what, median(ROUNDS, async || is_shown(pages, path).await).await);
    }
}

/// A digest and its page with half a year behind them.
async fn pages_after(office: &Office, note: &mut impl FnMut(&str, Cost)) {
    let public = public_routes(desk(office));
    let digest_page = digest_page(office).await;
    note("digest, half a year", median(ROUNDS, async || is_written(office).await).await);
    note("/digest, half a year", median(ROUNDS, async || is_shown(&public, &digest_page).await).await);
}

fn desk(office: &Office) -> Desk {
    let office_is = watch::Sender::new(office.clone()).subscribe();
    Desk::new(office_is, Pulse::beaten(&office.clock), ([127, 0, 0, 1], 1).into())
}

async fn is_written(office: &Office) -> bool {
    let managers = store::people::manager::all(&office.db).await.expect("the store answers");
    digest(office, &managers[0], office.clock.now()).await.is_ok()
}

/// The secret address of a manager's digest.
async fn digest_page(office: &Office) -> String {
    let (holder, errand) = (ReaderRole::Manager("M-1".into()), Errand::Digest { manager: "M-1".into() });
    let until = Some(office.clock.now() + TimeDelta::days(14));
    let mut tx = office.db.begin().await.expect("the store answers");
    let key = format!("offices/{}", office.clock.now());
    let secret = links::make(office, &mut tx, &key, &holder, &errand, until).await.expect("the store keeps it");
    tx.commit().await.expect("the store keeps it");
    format!("/digest/{secret}")
}

async fn is_shown(pages: &axum::Router, path: &str) -> bool {
    let request = Request::get(path).header("host", "localhost").body(Body::empty()).expect("a request");
    let answer = pages.clone().oneshot(request).await.expect("a router answers");
    let status = answer.status();
    let bytes = to_bytes(answer.into_body(), 50_000_000).await.expect("a page");
    assert_eq!(status, StatusCode::OK, "{path}: {}", String::from_utf8_lossy(&bytes));
    true
}

async fn lists(office: &Office, note: &mut impl FnMut(&str, Cost)) {
    let page = VisitFilter { limit: Some(1000), ..VisitFilter::default() };
    note("visit list, a page", median(ROUNDS, async || store::visits::list(&office.db, &page).await.is_ok()).await);
    note("visit list, all", once(async || is_listed(office).await).await);
    let of = FeedOf::Manager("M-1".into());
    note("manager's feed", once(async || feed(office, &of).await.is_ok_and(|feed| feed.is_some())).await);
}

/// All visits, as `ronda visit list` reads them.
async fn is_listed(office: &Office) -> bool {
    let mut pages = VisitPages::of(&office.db, VisitFilter::default());
    let mut after = None;
    loop {
        let page = pages.page(after, 1001).await.expect("the store answers");
        let Some(last) = page.last() else { return true };
        after = Some((last.visit.state.appointment().day, last.visit.id));
    }
}

/// The next day, hour by hour.
async fn a_day(office: &Office) -> bool {
    let mut is_good = true;
    for _ in 0..24 {
        office.clock.advance_to(office.clock.now() + TimeDelta::hours(1));
        is_good &= is_fine(office).await;
    }
    is_good
}
