//! The daemon's lanes side by side: none waits for what another one waits for, and no clock that is set stops them.

#[path = "../../../benches/office/mod.rs"]
mod large;

use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::TimeDelta;
use ronda::app;
use ronda::domain::Instant;
use ronda::domain::ids::VisitId;
use ronda::domain::promises::Owed;
use ronda::mail::Transport;
use ronda::office::audit::verify_trail::verify_trail;
use ronda::office::clock::Clock;
use ronda::office::heartbeat::pulse::Pulse;
use ronda::office::heartbeat::{Bell, Heartbeat, Lane, Stop, WORK};
use ronda::office::reports::verify_report::walk_chain;
use ronda::paper::seal::{Sealer, Signer};
use ronda::store::{self, Db};
use ronda::web::{Desk, routes};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::office::harness::{Engine, TestOffice};
use crate::office::phone::get;
use crate::support::sink::{Manner, Sink};

/// Whatever a busy machine does.
const PATIENCE: Duration = Duration::from_secs(180);

/// Their plan takes longer than the clocks take to wake up.
const SITES: usize = 15_000;

/// The heart of an office, as the daemon has it.
struct Heart {
    pulse: Pulse,
    bell: Bell,
    stop: watch::Sender<Stop>,
    run: JoinHandle<anyhow::Result<()>>,
    _office: watch::Sender<ronda::office::Office>,
}

impl Heart {
    async fn start(office: &TestOffice) -> Heart {
        let (office_is, office) = watch::channel((*office.office).clone());
        let (stop, stopped) = watch::channel(Stop::No);
        let heartbeat = Heartbeat::new(office, stopped).await.unwrap();
        let (pulse, bell) = (heartbeat.pulse(), heartbeat.bell());
        Heart { pulse, bell, stop, run: tokio::spawn(heartbeat.run()), _office: office_is }
    }

    /// Waits until every lane has beaten once more; says how long that took by the clock's uptime.
    async fn all_beat(&self, clock: &Clock) -> Duration {
        let (before, from) = (Lane::ALL.map(|lane| self.beats_of(lane)), clock.uptime());
        within(PATIENCE, async || Lane::ALL.iter().zip(&before).all(|(lane, before)| self.beats_of(*lane) != *before))
            .await;
        clock.uptime() - from
    }

    fn beats_of(&self, lane: Lane) -> Option<Instant> {
        self.pulse.state().lanes().iter().find(|pulse| pulse.lane == lane).and_then(|pulse| pulse.last)
    }

    async fn end(self) {
        self.stop.send_replace(Stop::Now);
        tokio::time::timeout(PATIENCE, self.run).await.expect("each lane ends after its step").unwrap().unwrap();
    }
}

/// Waits until something is so.
async fn within(patience: Duration, mut is_so: impl AsyncFnMut() -> bool) {
    let seen = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(patience, seen).await.expect("in time");
}

/// An office on the day after its report's first flag was due, of which it does not know yet: its look at the deadline
/// is put off for a year.
async fn with_a_report_owed(engine: Engine) -> (TestOffice, VisitId) {
    let office = TestOffice::open(engine, "2026-01-20T08:00:00+01:00").await;
    office.tick().await;
    let visit = office.first_visit("inspection", "2026-01-21").await.visit;
    let day = visit.state.appointment().day;
    office.sleep_until(&format!("{day}T14:00")).await;
    // It stays owed: its reader has no letter box.
    office.post.with(|post| post.unknown.insert("reports@cum.example".to_owned()));
    office.done(visit.id, &format!("{day}T12:00")).await;
    let moment = office.deadline(Owed::Report, visit.id).await.next_look_at.expect("it is watched");
    look_at(&office.office.db, visit.id, moment + TimeDelta::days(365)).await;
    office.office.clock.advance_to(moment + TimeDelta::hours(1));
    (office, visit.id)
}

/// Has the deadline of a visit's report looked at, at `at`.
async fn look_at(db: &Db, visit: VisitId, at: Instant) {
    let mut tx = db.begin().await.unwrap();
    let sql = "update deadline set next_look_at = $1 where visit_id = $2 and owed = 'report'";
    tx.sql(sql).bind(at).bind(visit.0).execute().await.unwrap();
    tx.commit().await.unwrap();
}

/// How many lines of the trail wait to be linked.
async fn unlinked(office: &TestOffice) -> i64 {
    store::audit::waiting(&office.office.db).await.unwrap().lines
}

async fn a_line_is_linked_as_soon_as_it_is_committed(engine: Engine) {
    let office = TestOffice::open(engine, "2026-01-20T08:00:00+01:00").await;
    office.tick().await;
    let heart = Heart::start(&office).await;
    within(PATIENCE, async || heart.beats_of(Lane::Clocks).is_some() && unlinked(&office).await == 0).await;
    let clock = Clock::real();
    let mut waited = Duration::ZERO;
    for code in ["ONE", "TWO", "SIX"] {
        let row = format!("customer,name,language\n{code},Customer {code},en\n");
        office.import(&[("customers.csv", &row)]).await;
        let from = clock.uptime();
        within(PATIENCE, async || unlinked(&office).await == 0).await;
        waited += clock.uptime() - from;
    }
    assert!(waited < Duration::from_secs(60), "three lines have waited {waited:?}, as if for the minutes' beats");
    heart.end().await;
    let checked = verify_trail(&office.office, None).await.unwrap();
    assert!(checked.is_whole(), "{checked:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_is_linked_as_soon_as_it_is_committed_on_sqlite() {
    a_line_is_linked_as_soon_as_it_is_committed(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_is_linked_as_soon_as_it_is_committed_on_postgres() {
    a_line_is_linked_as_soon_as_it_is_committed(Engine::Postgres).await;
}

async fn is_flagged(office: &TestOffice, visit: VisitId) -> bool {
    let deadline = office.deadline(Owed::Report, visit).await;
    !store::promises::flags(&office.office.db, deadline.id).await.unwrap().is_empty()
}

/// For how long the flag kept its moment waiting, which is most of a second after it is known.
async fn lag(office: &TestOffice, visit: VisitId) -> TimeDelta {
    let clock = &office.office.clock;
    let moment = clock.now() + TimeDelta::milliseconds(700);
    look_at(&office.office.db, visit, moment).await;
    let early = clock.clone();
    within(PATIENCE, async || {
        let before = early.now();
        let flagged = is_flagged(office, visit).await;
        assert!(!flagged || before >= moment - TimeDelta::milliseconds(200), "before its moment");
        flagged
    })
    .await;
    clock.now() - moment
}

/// A time-stamp authority that takes what it is asked, and never says a word.
fn mute_authority() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/tsr", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let times = Arc::clone(&asked);
    std::thread::spawn(move || {
        let mut held = Vec::new();
        for stream in listener.incoming().map_while(Result::ok) {
            times.fetch_add(1, Ordering::SeqCst);
            held.push(stream);
        }
    });
    (address, asked)
}

/// How long whoever writes waits for SQLite's one writer, the longest of all until now.
fn writers_wait(db: &Db) -> Arc<Mutex<Vec<Duration>>> {
    let waits = Arc::new(Mutex::new(Vec::new()));
    let (db, told) = (db.clone(), Arc::clone(&waits));
    tokio::spawn(async move {
        loop {
            let asked = std::time::Instant::now();
            let Ok(tx) = db.begin().await else { return };
            told.lock().unwrap().push(asked.elapsed());
            drop(tx);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    waits
}

/// A relay and an authority that are silent, and a plan of many sites at work: a flag is raised at its moment all the
/// same. With `RONDA_SOAK` it is 100,000 sites, and a flag every two seconds until they are planned.
async fn nothing_holds_a_flag_back(engine: Engine) {
    let is_soak = std::env::var_os("RONDA_SOAK").is_some();
    let (mut office, visit) = with_a_report_owed(engine).await;
    let (relay, (authority, asked)) = (Sink::open(Manner::SilentGreeting).await, mute_authority());
    office.office.transport = Transport::relay(relay.relay(Duration::from_secs(3600)));
    let pem = include_str!("../../data/report-signing.pem");
    let stamper = Some(authority.parse().unwrap());
    office.office.sealer = Some(Arc::new(Sealer { signer: Signer::from_pem(pem).unwrap(), stamper }));
    office.office.clock = Clock::fast(office.office.clock.now(), 1, 1);

    let heart = Heart::start(&office).await;
    within(PATIENCE, async || asked.load(Ordering::SeqCst) > 0 && *relay.connections.lock().unwrap() > 0).await;
    within(PATIENCE, async || heart.beats_of(Lane::Night).is_some()).await;
    large::furnish(&office.office, if is_soak { 100_000 } else { SITES }).await;
    let mut tx = office.office.db.begin().await.unwrap();
    tx.sql("delete from fact where name = 'planned-on'").execute().await.unwrap();
    tx.commit().await.unwrap();
    heart.bell.ring(Lane::Night);
    let waits = writers_wait(&office.office.db);
    within(PATIENCE, async || plans(&office).await).await;
    let mut lags = Vec::new();
    loop {
        lags.push(lag(&office, visit).await);
        if !is_soak || is_planned(&office).await {
            break;
        }
        let mut tx = office.office.db.begin().await.unwrap();
        tx.sql("delete from flag").execute().await.unwrap();
        tx.commit().await.unwrap();
    }
    assert_eq!(relay.kept(), [], "the relay is silent");
    let mut waits = waits.lock().unwrap().clone();
    waits.sort_unstable();
    lags.sort_unstable();
    let (of, last) = (|share: usize| waits[waits.len() * share / 1000], waits.last());
    println!(
        "{engine:?}: {} flags, {} ms after their moment at most, half of them {} ms; whoever writes waits {:?} (half), \
         {:?} (99 %), {last:?} at most",
        lags.len(),
        lags[lags.len() - 1].num_milliseconds(),
        lags[lags.len() / 2].num_milliseconds(),
        of(500),
        of(990),
    );
    if is_soak {
        assert!(lags.iter().all(|lag| *lag < TimeDelta::seconds(1)), "within a second of its moment: {lags:?}");
    } else {
        assert!(!is_planned(&office).await, "the plan is at work");
        assert!(lags[0] < TimeDelta::seconds(10), "also on a busy machine: {lags:?}");
    }
}

/// Whether a part of the large office is planned.
async fn plans(office: &TestOffice) -> bool {
    let found: Option<(i64,)> = office
        .office
        .db
        .read("select id from slot where site >= 'S-' and site < 'T' limit 1")
        .optional()
        .await
        .unwrap();
    found.is_some()
}

async fn is_planned(office: &TestOffice) -> bool {
    store::fact::get(&office.office.db, "planned-on").await.unwrap().is_some()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn neither_a_silent_relay_nor_a_silent_authority_nor_a_plan_holds_a_flag_back_on_sqlite() {
    nothing_holds_a_flag_back(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn neither_a_silent_relay_nor_a_silent_authority_nor_a_plan_holds_a_flag_back_on_postgres() {
    nothing_holds_a_flag_back(Engine::Postgres).await;
}

/// What another process commits is seen within ten seconds, and what this one does at once.
async fn a_commit_wakes_the_clocks(engine: Engine) {
    let (mut office, visit) = with_a_report_owed(engine).await;
    office.office.clock = Clock::fast(office.office.clock.now(), 1, 1);
    let heart = Heart::start(&office).await;
    within(PATIENCE, async || Lane::ALL.iter().all(|lane| heart.beats_of(*lane).is_some())).await;
    assert!(!is_flagged(&office, visit).await, "nothing is due");
    let another = app::open_store(&office.office.config).await.unwrap();
    look_at(&another, visit, office.office.clock.now()).await;
    let committed = office.office.clock.uptime();
    within(PATIENCE, async || is_flagged(&office, visit).await).await;
    let took = office.office.clock.uptime() - committed;
    assert!(took < Duration::from_secs(10), "{took:?}");
    another.close().await;
    heart.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_of_another_process_wakes_the_clocks_within_ten_seconds_on_sqlite() {
    a_commit_wakes_the_clocks(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_of_another_process_wakes_the_clocks_within_ten_seconds_on_postgres() {
    a_commit_wakes_the_clocks(Engine::Postgres).await;
}

/// By a clock that stands still no minute comes: what is done is done for the commit before it, the record's for the
/// report and the report's for its letter.
async fn a_record_wakes_the_papers(engine: Engine) {
    let office = TestOffice::open(engine, "2026-01-05T08:00:00+01:00").await;
    office.tick().await;
    let mut visits = office.visits().await;
    visits.retain(|stored| stored.visit.term == "inspection");
    visits.sort_by_key(|stored| stored.visit.state.appointment().day);
    visits.truncate(3);
    let last = visits[2].visit.state.appointment().day;
    office.sleep_until(&format!("{last}T18:00")).await;
    let heart = Heart::start(&office).await;
    within(PATIENCE, async || Lane::ALL.iter().all(|lane| heart.beats_of(*lane).is_some())).await;
    let now = office.office.clock.now();
    let sent = || office.told("reports@cum.example", "report-delivered").len();
    // One, and when it is with its reader two at once.
    for (at, stored) in visits.iter().enumerate() {
        let id = stored.visit.id;
        office.done(id, &format!("{}T12:00", stored.visit.state.appointment().day)).await;
        if at != 1 {
            within(PATIENCE, async || sent() == at + 1).await;
            let report = store::reports::latest(&office.office.db, id).await.unwrap().expect("it is issued");
            assert_eq!(report.issued_at, now);
        }
    }
    assert_eq!(office.office.clock.now(), now, "nobody has moved the clock");
    heart.end().await;
    let chain = walk_chain(&office.office, &"MAD".into()).await.unwrap();
    assert!(chain.iter().all(|link| link.breaks.is_empty()), "{chain:?}");
    let order: Vec<_> = visits.iter().map(|stored| format!("{}-1", stored.visit.id)).collect();
    assert_eq!(chain.into_iter().map(|link| link.report).collect::<Vec<_>>(), order, "in the order of their records");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_is_a_report_with_its_reader_before_any_minute_passes_on_sqlite() {
    a_record_wakes_the_papers(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_is_a_report_with_its_reader_before_any_minute_passes_on_postgres() {
    a_record_wakes_the_papers(Engine::Postgres).await;
}

/// What `/health` says of an office with this pulse.
async fn health(office: &TestOffice, pulse: &Pulse) -> serde_json::Value {
    let offices = watch::Sender::new((*office.office).clone()).subscribe();
    let pages = routes(Desk::new(offices, pulse.clone(), ([127, 0, 0, 1], 1).into()));
    serde_json::from_str(&get(&pages, "/health", "").await.text()).unwrap()
}

/// Minutes are the wall clock's, as cron's are: after it was set ahead and back, none comes for three hours.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_lane_is_silent_for_long_while_the_wall_clock_is_set_three_hours_ahead_and_back() {
    const SPEED: u32 = 60;
    let mut office = TestOffice::open(Engine::Sqlite, "2026-01-20T08:00:00+01:00").await;
    office.tick().await;
    office.office.clock = Clock::fast(office.office.clock.now(), SPEED, 1);
    let clock = office.office.clock.clone();
    let heart = Heart::start(&office).await;
    heart.all_beat(&clock).await;
    assert_eq!(health(&office, &heart.pulse).await["clock_set"], serde_json::Value::Null);
    for hours in [3, -3] {
        clock.set_ahead(TimeDelta::hours(hours));
        for _ in 0..2 {
            let silence = heart.all_beat(&clock).await;
            // Ninety seconds of silence, and what a busy machine takes for its beats, at sixty times its pace.
            assert!(silence < Duration::from_secs(90 + 10 * u64::from(SPEED)), "{silence:?}");
        }
        let jump = heart.pulse.state().jump().expect("it is noticed");
        assert!((jump.by - TimeDelta::hours(hours)).abs() < TimeDelta::minutes(1), "{jump:?}");
        let health = health(&office, &heart.pulse).await;
        assert_eq!(health["status"], "well", "{health:#}");
        assert_eq!(health["clock_set"]["ahead_s"], jump.by.num_seconds(), "{health:#}");
        assert_eq!(health["lanes"].as_array().unwrap().len(), Lane::ALL.len());
    }
    heart.end().await;
}

#[tokio::test]
async fn health_names_each_lane_that_has_not_beaten_in_time_and_since_when() {
    let office = TestOffice::open(Engine::Sqlite, "2026-01-20T08:00:00+01:00").await;
    let pulse = Pulse::beaten(&office.office.clock);
    assert_eq!(health(&office, &pulse).await["status"], "well");
    office.down_until("2026-01-20T08:11");
    let health = health(&office, &pulse).await;
    assert_eq!(health["status"], "no recent beat");
    let silent: Vec<_> =
        health["lanes"].as_array().unwrap().iter().filter(|lane| !lane["silent_since"].is_null()).collect();
    let since = "2026-01-20T07:00:00Z";
    let named =
        ["clocks", "writing"].map(|lane| serde_json::json!({"lane": lane, "last_beat": since, "silent_since": since}));
    assert_eq!(silent, named.iter().collect::<Vec<_>>(), "{health:#}");
}

/// Where a debug build awaits a future it keeps several copies of it on the stack, in each function on the way.
#[tokio::test]
async fn no_work_of_a_lane_is_a_future_that_comes_near_the_end_of_a_stack() {
    const MOST: usize = 8 * 1024;
    let office = TestOffice::open(Engine::Sqlite, "2026-01-20T08:00:00+01:00").await;
    let sizes = WORK.iter().map(|work| (work.name, size_of_val(&*work.begin(&office.office))));
    let large: Vec<_> = sizes.filter(|(_, bytes)| *bytes > MOST).collect();
    assert_eq!(large, [], "more than {MOST} bytes: box what they await, where it is made");
}
