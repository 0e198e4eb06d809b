//! A morning's records: how long reports take, drawn one after another and on all cores, and when customers have them.
//!
//! `cargo bench --bench storm`; `RONDA_BENCH_RECORDS` sets how many records come in, one each 60 ms: 1,000 if it is
//! not set, a minute of them. The daemon's own lanes do the work, with a mailbox in memory for a relay. Then the daemon
//! itself does it once more, with a folder for one: what it has of the machine's memory before and after.

mod office;

use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

use chrono::{Days, NaiveTime};
use office::cost::cpu_of;
use office::daemon::Daemon;
use ronda::domain::access::Actor;
use ronda::domain::ids::VisitId;
use ronda::domain::visits::StoredVisit;
use ronda::mail::{Memory, Transport};
use ronda::office::Office;
use ronda::office::clock::Clock;
use ronda::office::heartbeat::{Heartbeat, Stop};
use ronda::office::planning::plan_visits::{Keep, plan_visits};
use ronda::office::records::record_visit::record_visit;
use ronda::office::reports::issue_report::{issue_reports, issue_so_many_at_once};
use ronda::store;
use ronda::store::visits::VisitFilter;
use tempfile::TempDir;
use tokio::sync::watch;

/// A record comes in each time: a thousand within a minute.
const EVERY: Duration = Duration::from_millis(60);
/// Whatever a busy machine does.
const PATIENCE: Duration = Duration::from_secs(600);

#[tokio::main]
async fn main() {
    let records = office::size("RONDA_BENCH_RECORDS", 1_000, 12);
    let few = records.div_ceil(5);
    let (one, all) = (drawn(few, Some(NonZeroUsize::MIN)).await, drawn(few, None).await);
    println!(
        "{few} reports one after another {:.1} ms each, on {} cores {:.1} ms each: {:.2} of it",
        millis(one) / few as f64,
        std::thread::available_parallelism().map_or(1, NonZeroUsize::get),
        millis(all) / few as f64,
        all.as_secs_f64() / one.as_secs_f64(),
    );
    storm(records).await;
    memory(records).await;
}

fn millis(took: Duration) -> f64 {
    took.as_secs_f64() * 1e3
}

/// An office with so many visits of which each is at a site of its own and was today, and its letters in memory.
async fn with_visits(count: usize) -> (Office, Memory, TempDir, Vec<StoredVisit>) {
    let (mut office, folder) = office::open_with_pages(None, "storm").await;
    office::furnish(&office, count + count / 4 + 4).await;
    plan_visits(&office.at_work(), None, Keep::Store, &|_| ()).await.expect("it is planned");
    let soon = office.today() + Days::new(40);
    let mut visits = store::visits::list(&office.db, &VisitFilter::default()).await.expect("the store answers");
    visits.retain(|stored| stored.visit.term == "inspection" && stored.visit.state.appointment().day <= soon);
    visits.sort_by_key(|stored| (stored.visit.site.clone(), stored.visit.state.appointment().day));
    visits.dedup_by_key(|stored| stored.visit.site.clone());
    visits.truncate(count);
    assert_eq!(visits.len(), count, "most sites are inspected by then");
    let last = visits.iter().map(|stored| stored.visit.state.appointment().day).max().expect("some visits");
    let seven = last.and_time(NaiveTime::from_hms_opt(19, 0, 0).expect("a time")).and_utc();
    office.tools.clock = Clock::fast(seven, 1, 1);
    let post = Memory::default();
    office.transport = Transport::Memory(post.clone());
    (office, post, folder, visits)
}

async fn hand_in(office: &Office, stored: &StoredVisit) -> VisitId {
    let visit = &stored.visit;
    let day = visit.state.appointment().day;
    let at = |hour: u32| day.and_time(NaiveTime::from_hms_opt(hour, 0, 0).expect("a time")).and_utc().to_rfc3339();
    let list = office.checklists.get("ups-battery").expect("it is shipped");
    let answers = list.items().filter(|item| item.when.is_none()).map(|item| {
        let reading = item.reading().map(|spec| match (spec.min, spec.max) {
            (Some(min), Some(max)) => (min + max) / 2.0,
            (Some(limit), None) | (None, Some(limit)) => limit,
            (None, None) => 1.0,
        });
        serde_json::json!({"item": item.item, "result": "ok", "reading": reading})
    });
    let answers: Vec<_> = answers.collect();
    let equipment = visit.site.to_string().replace("S-", "U-");
    let signed = |name: &str| serde_json::json!({"name": name, "role": "", "signed_at": at(12), "strokes": [[[0.0, 0.0], [10.0, 5.0]]]});
    let mut customer = signed("Rosa Peñalver");
    customer["status"] = "signed".into();
    let record = serde_json::json!({
        "schema": 1, "outcome": "done", "started_at": at(10), "completed_at": at(12),
        "equipment": [{"equipment": equipment, "answers": answers}], "attendance": [],
        "engineer_signature": signed("Lucía Romero"), "customer_signature": customer,
    });
    let engineer = Actor::User { name: "bench".to_owned(), runs_as: None, says: None };
    record_visit(&office.acting(engineer), visit.id, record.to_string().as_bytes(), Vec::new())
        .await
        .expect("it is taken");
    visit.id
}

/// How long so many reports take that wait together.
async fn drawn(count: usize, at_once: Option<NonZeroUsize>) -> Duration {
    let (office, _post, _folder, visits) = with_visits(count).await;
    for stored in &visits {
        hand_in(&office, stored).await;
    }
    let began = Instant::now();
    let issued = match at_once {
        Some(at_once) => issue_so_many_at_once(&office, at_once).await,
        None => issue_reports(&office).await,
    };
    assert_eq!(issued.expect("they are issued"), count as u64);
    began.elapsed()
}

/// Its night is over: another plan would move the visits that were forgotten until today.
async fn is_planned(office: &Office) {
    let mut tx = office.db.begin().await.expect("the store answers");
    let planned_on = format!("{} {}", office.today(), office.calendars.version());
    store::fact::set(&mut tx, "planned-on", &planned_on).await.expect("the store keeps it");
    tx.commit().await.expect("the store keeps it");
}

/// Hands a record in each time.
async fn hand_all_in(office: &Office, visits: &[StoredVisit]) {
    let mut due = Instant::now();
    for stored in visits {
        tokio::time::sleep_until(due.into()).await;
        due += EVERY;
        hand_in(office, stored).await;
    }
}

/// What the daemon has of the machine's memory before a storm and after it.
async fn memory(count: usize) {
    let (office, _post, folder, visits) = with_visits(count).await;
    is_planned(&office).await;
    let daemon = Daemon::start(folder.path(), office.clock.now());
    daemon.rests(PATIENCE).await;
    println!("before the storm the daemon rests by {}", daemon.at_rest(1).await);
    hand_all_in(&office, &visits).await;
    let count = i64::try_from(count).expect("some reports");
    until(async || sent(&office).await >= count).await;
    daemon.rests(PATIENCE).await;
    println!("after it by {}", daemon.at_rest(2).await);
}

/// Letters with reports that have left.
async fn sent(office: &Office) -> i64 {
    let sql = "select count(*) from letter where notice = 'report-delivered' and state = 'sent'";
    let (count,): (i64,) = office.db.read(sql).one().await.expect("the store answers");
    count
}

async fn storm(count: usize) {
    let (office, post, _folder, visits) = with_visits(count).await;
    is_planned(&office).await;
    let (_office_is, offices) = watch::channel(office.clone());
    let (stop, stopped) = watch::channel(Stop::No);
    let heart = Heartbeat::new(offices, stopped).await.expect("a heart");
    let (pulse, beats) = (heart.pulse(), tokio::spawn(heart.run()));
    until(async || pulse.state().lanes().iter().all(|lane| lane.last.is_some())).await;
    // What else was late until now is told.
    let mut told = usize::MAX;
    while post.with(|post| std::mem::replace(&mut told, post.accepted.len()) != post.accepted.len()) {
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    let (began, before) = (Instant::now(), cpu_of("self"));
    let first = tokio::spawn({
        let post = post.clone();
        async move {
            while delivered(&post) == 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            began.elapsed()
        }
    });
    hand_all_in(&office, &visits).await;
    let over = began.elapsed();
    until(async || delivered(&post) >= count).await;
    let last = began.elapsed() - over;
    let first = first.await.expect("it is seen");
    println!(
        "{count} records within {:.1} s: the first customer has theirs by {:.1} s, the last {:.1} s after the last record; \
         {:.1} ms of CPU each",
        over.as_secs_f64(),
        first.as_secs_f64(),
        last.as_secs_f64(),
        millis(cpu_of("self").saturating_sub(before)) / count as f64,
    );
    stop.send_replace(Stop::Now);
    tokio::time::timeout(PATIENCE, beats).await.expect("it ends").expect("it ran").expect("it beat");
}

/// Reports that customers have.
fn delivered(post: &Memory) -> usize {
    post.with(|post| post.accepted.iter().filter(|letter| letter.notice == "report-delivered").count())
}

async fn until(is_so: impl AsyncFn() -> bool) {
    let seen = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, seen).await.expect("in time");
}
