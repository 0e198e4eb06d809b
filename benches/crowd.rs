//! Managers who decide at once, from one digest and from thirty: how many are answered within a second.
//!
//! `cargo bench --bench crowd`; on SQLite, and on PostgreSQL where `RONDA_TEST_POSTGRES` names a server.
//! `RONDA_BENCH_ACTS` sets how many acts there are, 2,000 if it is not set.

mod office;

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use chrono::{DateTime, Months, TimeDelta};
use ronda::app;
use ronda::domain::access::Errand;
use ronda::domain::access::Matter;
use ronda::domain::people::ReaderRole;
use ronda::office::Office;
use ronda::office::access::links;
use ronda::office::clock::Clock;
use ronda::office::heartbeat::pulse::Pulse;
use ronda::office::planning::plan_visits::{Keep, plan_visits};
use ronda::store;
use ronda::web::{Desk, public_routes, routes};
use ronda::world::config::{Config, ConfigLocation, Environment};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::ServiceExt;

const CLIENTS: usize = 30;
/// Sites of the office; each has some ten visits ahead.
const SITES: usize = 500;

fn main() {
    let acts = office::size("RONDA_BENCH_ACTS", 2_000, 60);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let server = std::env::var("RONDA_TEST_POSTGRES").ok();
    for links in [1, CLIENTS] {
        runtime.block_on(async {
            let (office, _folder) = office::open().await;
            crowd(&office, links, acts).await;
        });
        if let Some(server) = &server {
            runtime.block_on(async {
                let folder = tempfile::tempdir().expect("a folder for the bench");
                let office = on_postgres(&folder, server, links).await;
                crowd(&office, links, acts).await;
            });
        }
    }
}

async fn on_postgres(folder: &tempfile::TempDir, server: &str, links: usize) -> Office {
    let toml = "[company]\nname = \"Ronda Service\"\nemail = \"office@ronda.example\"\n\
                time_zone = \"Europe/Madrid\"\ncalendar = \"ES-MD\"\n";
    std::fs::write(folder.path().join("ronda.toml"), toml).expect("the folder can be written to");
    let name = format!("bench_{}_{links}", std::process::id());
    let admin = sqlx::postgres::PgPoolOptions::new().max_connections(1).connect(server).await.expect("a server");
    let create = sqlx::AssertSqlSafe(format!("create database {name}"));
    sqlx::query(create).execute(&admin).await.expect("a database");
    let (server, _) = server.rsplit_once('/').expect("a URL with a database");
    let environment = Environment::of(&[("RONDA_DATABASE", &format!("{server}/{name}"))]);
    let choice = ConfigLocation { dir: Some(folder.path().to_owned()), file: None };
    let config = Config::read(&choice, &environment).expect("a sound configuration");
    let start = DateTime::parse_from_rfc3339(office::NOW).expect("RFC 3339").to_utc();
    app::open(config, Clock::simulated(start, 1)).await.expect("the office opens")
}

/// How long each answer took.
type Took = Vec<Duration>;

async fn crowd(office: &Office, count: usize, acts: usize) {
    office::furnish(office, SITES).await;
    let until = office.today() + Months::new(12);
    plan_visits(&office.at_work(), Some(until), Keep::Store, &|_| ()).await.expect("it is planned");
    let mut visits =
        store::visits::list(&office.db, &store::visits::VisitFilter::default()).await.expect("the store answers");
    visits.retain(|stored| stored.visit.state.appointment().day > office.today());
    assert!(visits.len() >= acts, "{} visits", visits.len());
    let secrets = digests(office, count).await;
    let desk = Desk::new(
        watch::Sender::new(office.clone()).subscribe(),
        Pulse::beaten(&office.clock),
        ([127, 0, 0, 1], 1).into(),
    );
    let (inside, public, visits) = (routes(desk.clone()), public_routes(desk), Arc::new(visits));
    let watch = tokio::spawn(async move {
        loop {
            let mut took = Took::new();
            let (answer, status) =
                timed(&inside, Request::get("/health").body(Body::empty()).expect("a request"), &mut took).await;
            assert_eq!(status, StatusCode::OK, "{answer}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let started = Instant::now();
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let (public, visits, secret) = (public.clone(), Arc::clone(&visits), secrets[client % count].clone());
        clients.spawn(async move {
            let mut took = Took::new();
            for stored in visits[..acts].iter().skip(client).step_by(CLIENTS) {
                let key = Matter::Visit(stored.visit.id).key().replace(':', "%3A");
                act(&public, &format!("/digest/{secret}/of?m={key}"), stored.visit.state.appointment().day, &mut took)
                    .await;
            }
            took
        });
    }
    let mut took: Took = clients.join_all().await.into_iter().flatten().collect();
    let all = started.elapsed();
    assert!(!watch.is_finished(), "health was well throughout");
    watch.abort();
    let acts_on_file = office.db.read("select count(*) from act").reads_whole_table("all that was done is counted");
    let (on_file,): (i64,) = acts_on_file.one().await.expect("the store answers");
    assert_eq!(on_file, acts as i64, "each act is on file once");
    took.sort_unstable();
    let at = |share: usize| took[(took.len() * share / 1000).min(took.len() - 1)].as_millis();
    let quick = took.iter().filter(|took| **took <= Duration::from_secs(1)).count();
    println!(
        "{:10} {CLIENTS} clients, {count:2} links, {acts} acts in {:.1} s: {:.2} % of {} answers within 1 s; \
         half within {} ms, 99 % within {} ms, all within {} ms",
        office.db.engine(),
        all.as_secs_f64(),
        quick as f64 * 100.0 / took.len() as f64,
        took.len(),
        at(500),
        at(990),
        at(1000),
    );
}

async fn digests(office: &Office, count: usize) -> Vec<String> {
    let (holder, errand) = (ReaderRole::Manager("M-1".into()), Errand::Digest { manager: "M-1".into() });
    let until = Some(office.clock.now() + TimeDelta::days(14));
    let mut secrets = Vec::new();
    let mut tx = office.db.begin().await.expect("the store answers");
    for n in 0..count {
        let key = format!("crowd/{n}");
        secrets.push(links::make(office, &mut tx, &key, &holder, &errand, until).await.expect("the store keeps it"));
    }
    tx.commit().await.expect("the store keeps it");
    secrets
}

/// Opens a matter's page and presses its button.
async fn act(pages: &Router, path: &str, day: chrono::NaiveDate, took: &mut Took) {
    let (page, status) = timed(pages, Request::get(path).body(Body::empty()).expect("a request"), took).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    let field = |name: &str| {
        let form = page.split("name=\"act\" value=\"move\"").nth(1).expect("it can be moved");
        let value = form.split(&format!("name=\"{name}\" value=\"")).nth(1).expect("every form has it");
        value.split('"').next().expect("a value").to_owned()
    };
    let body = format!("act=move&id={}&seen={}&day={day}&starts=09%3A30&insist=yes", field("id"), field("seen"));
    let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let (answer, status) = timed(pages, request.body(Body::from(body)).expect("a request"), took).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{answer}");
}

async fn timed(pages: &Router, request: Request<Body>, took: &mut Took) -> (String, StatusCode) {
    let asked = Instant::now();
    let answer = pages.clone().oneshot(request).await.expect("a router answers");
    let status = answer.status();
    let bytes = to_bytes(answer.into_body(), 10_000_000).await.expect("a page");
    took.push(asked.elapsed());
    (String::from_utf8_lossy(&bytes).into_owned(), status)
}
