//! Phones on a bad network: what is cut off in the middle is sent again, and there is one whole record (R10).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::SocketAddr;

use chrono::{Days, NaiveDate};
use ronda::domain::ids::VisitId;
use ronda::domain::visits::VisitState;
use ronda::office::access::form_links::new_form_link;
use ronda::office::heartbeat::pulse::Pulse;
use ronda::office::planning::plan_visits::plan_nightly;
use ronda::web::{Desk, public_routes, serve};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{oneshot, watch};

use crate::office::harness::{Engine, TestOffice};
use crate::office::phone::{Phone, get, pages};

/// The public pages behind a real socket.
struct Server {
    at: SocketAddr,
    _stop: oneshot::Sender<()>,
}

impl Server {
    async fn start(office: &TestOffice) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let pulse = Pulse::new(&office.office.clock);
        let desk = Desk::new(watch::Sender::new((*office.office).clone()).subscribe(), pulse, at);
        tokio::spawn(serve(listener, public_routes(desk), async move {
            let _ = stopped.await;
        }));
        Server { at, _stop: stop }
    }

    /// Sends a request's first bytes and hangs up.
    async fn cut(&self, request: &[u8], after: usize) {
        let mut wire = TcpStream::connect(self.at).await.unwrap();
        wire.write_all(&request[..after]).await.unwrap();
    }

    /// Sends a whole request and hangs up before the answer.
    async fn hang_up(&self, request: &[u8]) {
        self.cut(request, request.len()).await;
    }

    async fn send(&self, request: &[u8]) -> String {
        let mut wire = TcpStream::connect(self.at).await.unwrap();
        wire.write_all(request).await.unwrap();
        let mut answer = Vec::new();
        wire.read_to_end(&mut answer).await.unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }
}

fn request(visit: VisitId, cookie: &str, body: &str) -> Vec<u8> {
    format!(
        "POST /form/{visit}/record HTTP/1.1\r\nHost: ronda.example\r\nConnection: close\r\nCookie: {cookie}\r\n\
         X-Ronda-Form: 1\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// An office with so many sites that each has an inspection on a day before `now`; each with its form's cookie.
async fn many(engine: Engine, sites: usize) -> (TestOffice, Vec<(VisitId, NaiveDate, String)>) {
    let office = TestOffice::open(engine, "2026-01-05T08:00:00+01:00").await;
    let mut site_rows =
        String::from("site,customer,name,address,country,subdivision,time_zone,latitude,longitude,language\n");
    let mut equipment =
        String::from("equipment,site,name,make,model,serial,checklist,skills,accepted_on,warranty_months\n");
    for n in 0..sites {
        writeln!(site_rows, "S-{n},CUM,Sala {n},,ES,MD,Europe/Madrid,,,").unwrap();
        writeln!(equipment, "U-{n},S-{n},SAI {n},Voltera,M400,S-{n},ups-battery,,2026-01-01,24").unwrap();
    }
    let engineers: String = (3..60).fold(
        String::from("engineer,name,email,phone,skills,time_zone,calendar,latitude,longitude,language\n"),
        |rows, n| rows + &format!("E-{n},Name {n},e{n}@ronda.example,,electrical,Europe/Madrid,ES-MD,,,es\n"),
    );
    office.import(&[("sites.csv", &site_rows), ("engineers.csv", &engineers), ("equipment.csv", &equipment)]).await;
    plan_nightly(&office.office).await.unwrap();
    let pages = pages(&office);
    let mut first = BTreeMap::new();
    for stored in office.visits().await {
        if stored.visit.term == "inspection" && stored.visit.site.as_str().starts_with("S-") {
            let day = stored.visit.state.appointment().day;
            first.entry(stored.visit.site).or_insert((stored.visit.id, day));
        }
    }
    let mut open = Vec::new();
    for (visit, day) in first.into_values() {
        let link = new_form_link(&office.office, visit).await.unwrap();
        let answer = get(&pages, &link.address, "").await;
        let cookie = answer.header(axum::http::header::SET_COOKIE).split(';').next().unwrap().to_owned();
        open.push((visit, day, cookie));
    }
    assert_eq!(open.len(), sites);
    let last = open.iter().map(|(_, day, _)| *day).max().unwrap();
    office.down_until(&format!("{}T08:00", last + Days::new(1)));
    (office, open)
}

/// As many submissions as sites, each cut off at two places by chance, answered into nothing once, and sent again.
async fn every_submission_makes_one_whole_record(engine: Engine, sites: usize) {
    let (office, visits) = many(engine, sites).await;
    let server = Server::start(&office).await;
    let sample: Value = serde_json::from_str(&office.record(visits[0].0, "2026-01-05T12:00").await).unwrap();
    for (n, (visit, day, cookie)) in visits.iter().enumerate() {
        let mut record = sample.clone();
        let site = office.visit(*visit).await.visit.site;
        record["equipment"][0]["equipment"] = site.as_str().replace("S-", "U-").into();
        let text = record.to_string().replace("2026-01-05", &day.to_string());
        let phone = Phone::with_cookie(&office, *visit, cookie);
        let mut form = phone.envelope(0, &text, &[]);
        form["id"] = format!("{n:064x}").into();
        let request = request(*visit, cookie, &form.to_string());
        for _ in 0..2 {
            let after = usize::try_from(office.office.clock.random() % request.len() as u64).unwrap();
            server.cut(&request, after).await;
        }
        if n % 3 == 0 {
            server.hang_up(&request).await;
        }
        let answer = server.send(&request).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{n}: {answer}");
        assert!(answer.contains("\"status\":\"received\""), "{n}: {answer}");
    }
    let (records,): (i64,) = office.office.db.read("select count(*) from record").one().await.unwrap();
    let (taken,): (i64,) =
        office.office.db.read("select count(*) from submission where outcome = 'taken'").one().await.unwrap();
    let (others,): (i64,) =
        office.office.db.read("select count(*) from submission where outcome <> 'taken'").one().await.unwrap();
    assert_eq!((records, taken, others), (sites as i64, sites as i64, 0));
    for (visit, ..) in &visits {
        assert!(matches!(office.visit(*visit).await.visit.state, VisitState::Done { .. }));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r10_a_thousand_submissions_cut_at_random_bytes_make_a_thousand_whole_records() {
    every_submission_makes_one_whole_record(Engine::Sqlite, 1_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r10_the_same_on_postgresql() {
    every_submission_makes_one_whole_record(Engine::Postgres, 150).await;
}
