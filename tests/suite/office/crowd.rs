//! Many at once: nobody waits for a connection that others hold who wait for one themselves.

use std::fmt::Debug;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use chrono::TimeDelta;
use ronda::domain::access::Errand;
use ronda::domain::access::Matter;
use ronda::domain::people::ReaderRole;
use ronda::domain::visits::VisitState;
use ronda::office::access::links;
use ronda::office::heartbeat::pulse::Pulse;
use ronda::office::visits::book_visits::{AppointmentChange, Rules, book};
use ronda::store::visits::StoredVisit;
use ronda::web::{Desk, public_routes, routes};
use tokio::sync::{Barrier, watch};
use tokio::task::JoinSet;

use crate::office::browser::hidden;
use crate::office::harness::{Engine, TestOffice};
use crate::office::phone::{Answer, ask, get};
use crate::story;

const CLIENTS: usize = 30;
const ACTS: usize = 200;

/// Twenty sites more, with all that is planned for them.
async fn many_visits(office: &TestOffice) -> Vec<StoredVisit> {
    let mut sites = "site,customer,name,address,country,subdivision,time_zone,latitude,longitude,language\n".to_owned();
    let mut equipment =
        "equipment,site,name,make,model,serial,checklist,skills,accepted_on,warranty_months\n".to_owned();
    for n in 1..=20 {
        sites += &format!("S-{n},CUM,Centro {n},\"Calle {n}, Madrid\",ES,MD,Europe/Madrid,40.{n},-3.6,\n");
        equipment += &format!("U-{n},S-{n},SAI {n},Voltera,M400,N-{n},ups-battery,electrical,2026-01-01,24\n");
    }
    office.import(&[("sites.csv", &sites), ("equipment.csv", &equipment)]).await;
    office.tick().await;
    let today = office.office.today();
    let mut visits = office.visits().await;
    visits.retain(|stored| {
        matches!(stored.visit.state, VisitState::Planned { .. }) && stored.visit.state.appointment().day > today
    });
    visits
}

/// Links to the digest of the stories' manager.
async fn digest_links(office: &TestOffice, count: usize) -> Vec<String> {
    let holder = ReaderRole::Manager("M-1".into());
    let errand = Errand::Digest { manager: "M-1".into() };
    let until = Some(office.office.clock.now() + TimeDelta::days(14));
    let mut secrets = Vec::new();
    let mut tx = office.office.db.begin().await.unwrap();
    for n in 0..count {
        secrets
            .push(links::make(&office.office, &mut tx, &format!("crowd/{n}"), &holder, &errand, until).await.unwrap());
    }
    tx.commit().await.unwrap();
    secrets
}

/// The office's two doors, as the daemon has them.
fn doors(office: &TestOffice) -> (Router, Router) {
    let desk = Desk::new(
        watch::Sender::new((*office.office).clone()).subscribe(),
        Pulse::beaten(&office.office.clock),
        ([127, 0, 0, 1], 1).into(),
    );
    (routes(desk.clone()), public_routes(desk))
}

/// The page of one matter, in a digest's list.
fn page_of(secret: &str, stored: &StoredVisit) -> String {
    let key = Matter::Visit(stored.visit.id).key().replace(':', "%3A").replace('/', "%2F");
    format!("/digest/{secret}/of?m={key}")
}

async fn send(pages: &Router, path: &str, fields: &[(&str, &str)]) -> Answer {
    let body = fields.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
    let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    ask(pages, request.body(Body::from(body)).unwrap()).await
}

/// Presses a button of an act, and, where `times` is more than one, as often at the same moment.
async fn press(pages: &Router, path: &str, act: &str, more: &[(&str, &str)], times: usize) {
    let page = get(pages, path, "").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let page = page.text();
    let (id, seen) = (hidden(&page, act, "id"), hidden(&page, act, "seen"));
    let fields: Vec<_> = [("act", act), ("id", &id), ("seen", &seen)].into_iter().chain(more.iter().copied()).collect();
    let sent = (0..times).map(|_| send(pages, path, &fields));
    for answer in futures(sent).await {
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}: {}", answer.text());
    }
}

/// All of them side by side, in one task.
async fn futures(sent: impl Iterator<Item = impl Future<Output = Answer>>) -> Vec<Answer> {
    let mut sent: Vec<_> = sent.map(Box::pin).collect();
    let mut answers: Vec<Option<Answer>> = sent.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (one, answer) in sent.iter_mut().zip(&mut answers).filter(|(_, answer)| answer.is_none()) {
            if let std::task::Poll::Ready(done) = one.as_mut().poll(context) {
                *answer = Some(done);
            }
        }
        if answers.iter().all(Option::is_some) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    answers.into_iter().flatten().collect()
}

/// Asks `/health` until `done`; says how often.
async fn watch_health(office: Router, done: Arc<AtomicBool>) -> usize {
    let mut asked = 0;
    while !done.load(Ordering::Relaxed) {
        let answer = get(&office, "/health", "").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        asked += 1;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    asked
}

/// Each of the clients decides its share of the matters, by its own link or by the one that all have.
async fn all_act(office: &TestOffice, count_of_links: usize) {
    let visits = many_visits(office).await;
    assert!(visits.len() >= ACTS, "{} visits", visits.len());
    let secrets = digest_links(office, count_of_links).await;
    let (inside, public) = doors(office);
    let done = Arc::new(AtomicBool::new(false));
    let watch = tokio::spawn(watch_health(inside, Arc::clone(&done)));
    let mut clients = JoinSet::new();
    let visits = Arc::new(visits);
    for client in 0..CLIENTS {
        let (public, visits, secret) = (public.clone(), Arc::clone(&visits), secrets[client % secrets.len()].clone());
        clients.spawn(async move {
            for (n, stored) in visits[..ACTS].iter().enumerate().skip(client).step_by(CLIENTS) {
                let day = stored.visit.state.appointment().day.to_string();
                let fields = [("day", day.as_str()), ("starts", "09%3A30"), ("insist", "yes")];
                // A finger that slips presses twice.
                let times = if n % 5 == 0 { 2 } else { 1 };
                press(&public, &page_of(&secret, stored), "move", &fields, times).await;
            }
        });
    }
    clients.join_all().await;
    done.store(true, Ordering::Relaxed);
    assert!(watch.await.unwrap() > 3, "health was asked meanwhile");
    let on_file: Vec<(String, i64)> =
        office.office.db.read("select matter, count(*) from act group by matter").all().await.unwrap();
    assert_eq!(on_file.len(), ACTS);
    assert!(on_file.iter().all(|(_, times)| *times == 1), "{on_file:?}");
    for stored in &visits[..ACTS] {
        let now = office.visit(stored.visit.id).await.visit;
        assert!(matches!(now.state, VisitState::Booked { .. }), "{now:?}");
    }
    office.tick().await;
    // Of each of them; and of those that the beat itself announces.
    assert!(office.told("ops@cum.example", "visit-announced").len() >= ACTS);
}

story!(r13_thirty_clients_of_one_link_act_two_hundred_times at "2026-01-05T08:00:00+01:00", |office| {
    all_act(&office, 1).await;
});

story!(r13_thirty_clients_of_thirty_links_act_two_hundred_times at "2026-01-05T08:00:00+01:00", |office| {
    all_act(&office, CLIENTS).await;
});

story!(r12_twelve_managers_who_remind_at_once_are_all_answered at "2026-01-05T08:00:00+01:00", |office| {
    const MANAGERS: usize = 12;
    let visits = many_visits(&office).await;
    let mut booked = Vec::new();
    for stored in visits.iter().take(MANAGERS) {
        let id = stored.visit.id;
        book(&office.office, id, &AppointmentChange::default(), Rules::Overrule).await.unwrap();
        booked.push(office.visit(id).await);
    }
    let secrets = digest_links(&office, MANAGERS).await;
    let (inside, public) = doors(&office);
    let done = Arc::new(AtomicBool::new(false));
    let watch = tokio::spawn(watch_health(inside, Arc::clone(&done)));
    let (ready, mut managers) = (Arc::new(Barrier::new(MANAGERS)), JoinSet::new());
    for (secret, stored) in secrets.iter().zip(booked) {
        let (public, path, ready) = (public.clone(), page_of(secret, &stored), Arc::clone(&ready));
        managers.spawn(async move {
            ready.wait().await;
            press(&public, &path, "remind", &[], 1).await;
        });
    }
    managers.join_all().await;
    done.store(true, Ordering::Relaxed);
    watch.await.unwrap();
    let (acts,): (i64,) = office.office.db.read("select count(*) from act").one().await.unwrap();
    assert_eq!(acts, MANAGERS as i64);
    let (letters,): (i64,) = office.office.db.read("select count(*) from letter where key like 'reminder/%'").one().await.unwrap();
    assert_eq!(letters, MANAGERS as i64);
    office.tick().await;
    let told = |engineer: &str| office.told(engineer, "visit-reminder").len();
    assert_eq!(told("lucia@ronda.example") + told("jordi@ronda.example"), MANAGERS);
});

/// What the engine warns of.
#[derive(Debug, Clone, Default)]
struct Warnings(Arc<Mutex<Vec<String>>>);

impl tracing::Subscriber for Warnings {
    fn enabled(&self, about: &tracing::Metadata<'_>) -> bool {
        about.target().starts_with("sqlx") && *about.level() <= tracing::Level::WARN
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        struct Words(String);
        impl tracing::field::Visit for Words {
            fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn Debug) {
                self.0 += &format!(" {field}={value:?}");
            }
        }
        let mut words = Words(event.metadata().target().to_owned());
        event.record(&mut words);
        self.0.lock().unwrap().push(words.0);
    }
}

/// In one thread, so that whatever is said is heard here.
#[tokio::test]
async fn a_connection_to_postgres_comes_back_without_a_warning_and_without_a_transaction_that_nobody_ends() {
    let warnings = Warnings::default();
    let _heard = tracing::subscriber::set_default(warnings.clone());
    let office = TestOffice::open(Engine::Postgres, "2026-01-05T08:00:00+01:00").await;
    office.tick().await;
    let db = &office.office.db;
    for _ in 0..20 {
        office.visits().await;
        let mut tx = db.begin().await.unwrap();
        ronda::store::fact::set(&mut tx, "crowd", "dropped").await.unwrap();
        drop(tx);
    }
    // Those who ask for a transaction and are gone before they have it, each at another moment.
    for moment in 0..200 {
        let gone = async {
            for _ in 0..moment % 40 {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            biased;
            () = gone => {}
            begun = db.begin() => drop(begun.unwrap()),
        }
    }
    let open = "select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in tr%'";
    let mut left = 1;
    for _ in 0..100 {
        (left,) = db.aside().read(open).one::<(i64,)>().await.unwrap();
        if left == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(left, 0, "transactions are left open");
    assert_eq!(ronda::store::fact::get(db, "crowd").await.unwrap(), None);
    assert_eq!(*warnings.0.lock().unwrap(), Vec::<String>::new());
}

/// `/health` and the watchdog have a connection of their own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_is_well_while_every_connection_to_postgres_is_taken() {
    let office = TestOffice::open(Engine::Postgres, "2026-01-05T08:00:00+01:00").await;
    let (inside, _) = doors(&office);
    let mut taken = JoinSet::new();
    // More than there are, of both kinds.
    for _ in 0..12 {
        let (writer, reader) = (office.office.db.clone(), office.office.db.clone());
        taken.spawn(async move {
            let tx = writer.begin().await.unwrap();
            tokio::time::sleep(Duration::from_millis(1_000)).await;
            drop(tx);
        });
        taken.spawn(async move {
            reader.read("select pg_sleep(2)::text").one::<(String,)>().await.unwrap();
        });
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    for _ in 0..3 {
        let answer = tokio::time::timeout(Duration::from_millis(1_000), get(&inside, "/health", "")).await.unwrap();
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    }
    assert!(!taken.is_empty());
    taken.join_all().await;
}

/// A debug build names both statements, and where the transaction was begun.
#[tokio::test]
#[should_panic(expected = "a second connection beside an open transaction")]
async fn a_second_connection_beside_a_transaction_is_found_at_once() {
    let office = TestOffice::open(Engine::Sqlite, "2026-01-05T08:00:00+01:00").await;
    let _tx = office.office.db.begin().await.unwrap();
    office.visits().await;
}
