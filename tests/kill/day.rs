//! The day on which the daemon is killed: much is due, and people hand in records.

use std::net::SocketAddr;
use std::path::Path;

use chrono::TimeDelta;
use ronda::app;
use ronda::demo;
use ronda::domain::Instant;
use ronda::domain::contract::Purpose;
use ronda::domain::ids::VisitId;
use ronda::domain::visits::StoredVisit;
use ronda::mail::{Memory, Transport};
use ronda::office::clock::Clock;
use ronda::office::heartbeat;
use ronda::office::import::import_office::import_texts;
use ronda::office::records::record_visit::{Recorded, record_visit};
use ronda::office::{Acting, Office};
use ronda::store;
use ronda::store::visits::VisitFilter;
use ronda::world::config::{Config, ConfigLocation, Environment};
use serde_json::{Value, json};

/// Between two beats of the day in peace.
const STEP: TimeDelta = TimeDelta::minutes(15);

/// A record that was handed in.
pub struct Errand {
    visit: VisitId,
    record: String,
}

/// Letters leave at any hour: the moments of death must not decide which of them wait for the morning.
pub fn write_config(folder: &Path, relay: SocketAddr) {
    let text = format!(
        "[company]\nname = \"Ronda Demo Service\"\nemail = \"office@ronda-demo.example\"\n\
         time_zone = \"Europe/Madrid\"\ncalendar = \"ES-MD\"\ntell_between = \"always\"\n\
         [mail]\nhost = \"{}\"\nport = {}\nsecurity = \"plain\"\ntimeout_s = 5\n\
         [web]\nlisten = \"127.0.0.1:0\"\n",
        relay.ip(),
        relay.port(),
    );
    std::fs::write(folder.join("ronda.toml"), text).unwrap();
}

/// Opens the office beside the daemon, or in its place.
pub async fn open(folder: &Path, now: Instant) -> Acting {
    let choice = ConfigLocation { dir: Some(folder.to_owned()), file: None };
    let config = Config::read(&choice, &Environment::default()).unwrap();
    app::open(config, Clock::simulated(now, 1)).await.unwrap().acting(demo::owner())
}

/// Imports the demo's company and lets it book its visits; then the office is closed for two weeks. Returns the moment
/// at which it opens again: records are owed, new visits are to be announced, digests and flags are due.
pub async fn prepare(folder: &Path) -> Instant {
    let mut office = open(folder, demo::begins_at()).await;
    office.transport = Transport::Memory(Memory::default());
    import_texts(&office, &demo::FILES).await.unwrap();
    beat(&office).await;
    office.clock.advance_to(demo::begins_at() + TimeDelta::days(10));
    beat(&office).await;
    let (waiting,): (i64,) = office.db.read("select count(*) from letter where state = 'waiting'").one().await.unwrap();
    assert_eq!(waiting, 0);
    office.db.close().await;
    // Until the afternoon no site reaches an hour at which flags are raised: of several levels that were reached
    // between two beats people hear the highest alone, and which ones these are the moments of death must not decide.
    "2026-02-05T07:05:00Z".parse().unwrap()
}

async fn beat(office: &Office) {
    let beat = heartbeat::beat(office).await;
    assert_eq!(beat.troubled().count(), 0, "{:?}", beat.done);
}

/// Hands in the record of the nth booked visit whose day has passed, if there are so many. Nobody does before the
/// morning's digests are written: until then it depends on the moments of death what is flagged already.
pub async fn at_work(office: &Acting, begin: Instant, nth: usize) -> Option<Errand> {
    let digests = "select count(*) from letter where notice = 'digest' and created_at >= $1";
    let (written,): (i64,) = office.db.read(digests).bind(begin).one().await.unwrap();
    if written == 0 {
        return None;
    }
    let yesterday = office.clock.now().date_naive().pred_opt().unwrap();
    let filter = VisitFilter { through: Some(yesterday), ..VisitFilter::default() };
    let mut visits = store::visits::list(&office.db, &filter).await.unwrap();
    visits.retain(|stored| stored.visit.state.word() != "planned");
    let stored = visits.get(nth)?;
    let errand = Errand { visit: stored.visit.id, record: record(office, stored).await };
    hand_in(office, &errand).await;
    Some(errand)
}

async fn hand_in(office: &Acting, errand: &Errand) {
    let taken = record_visit(office, errand.visit, errand.record.as_bytes(), Vec::new()).await.unwrap();
    assert!(matches!(taken, Recorded::Taken { .. }), "{taken:?}");
}

/// The same day on the other folder, with the same errands at the same moments, and nobody killed.
pub async fn in_peace(folder: &Path, begin: Instant, end: Instant, errands: &[(Instant, Errand)]) -> Acting {
    let mut office = open(folder, begin).await;
    office.transport = Transport::Memory(Memory::default());
    let mut errands = errands.iter().peekable();
    loop {
        beat(&office).await;
        let now = office.clock.now();
        if now >= end {
            return office;
        }
        let next = errands.peek().map_or(end, |(at, _)| *at).min(end).min(now + STEP);
        office.clock.advance_to(next);
        while let Some((_, errand)) = errands.next_if(|(at, _)| *at <= next) {
            hand_in(&office, errand).await;
        }
    }
}

/// A complete record of a visit on its day.
async fn record(office: &Office, stored: &StoredVisit) -> String {
    let appointment = stored.visit.state.appointment();
    let at = |hour| appointment.day.and_hms_opt(hour, 0, 0).unwrap().and_utc().to_rfc3339();
    let signature = |name: &str| json!({"name": name, "role": "", "signed_at": at(12), "strokes": [[[0.0, 0.0], [10.0, 5.0], [20.0, 0.0]]]});
    let mut customer = signature("Rosa Peñalver");
    customer["status"] = "signed".into();
    let is_training = stored.visit.purpose == Purpose::Training;
    let attendance = if is_training { json!([{"name": "Miquel Serra", "role": "Operador"}]) } else { json!([]) };
    let equipment = if is_training { Vec::new() } else { equipment(office, stored.visit.site.as_str()).await };
    json!({
        "schema": 1, "outcome": "done", "started_at": at(10), "completed_at": at(12),
        "equipment": equipment, "attendance": attendance,
        "engineer_signature": signature("Lucía Romero"), "customer_signature": customer,
    })
    .to_string()
}

/// Every item of every checklist is in order.
async fn equipment(office: &Office, site: &str) -> Vec<Value> {
    let all = store::people::equipment::of_site(&office.db, &site.into()).await.unwrap();
    let answered = all.iter().map(|equipment| {
        let list = office.checklists.get(&equipment.checklist).expect("it is shipped");
        // Where all is in order nothing that hangs on a fault is asked.
        let items = list.items().filter(|item| item.when.is_none());
        let answers = items.map(|item| match item.reading() {
            None => json!({"item": item.item, "result": "ok"}),
            Some(spec) => {
                let reading = match (spec.min, spec.max) {
                    (Some(min), Some(max)) => (min + max) / 2.0,
                    (Some(limit), None) | (None, Some(limit)) => limit,
                    (None, None) => 1.0,
                };
                json!({"item": item.item, "result": "ok", "reading": reading})
            }
        });
        json!({"equipment": equipment.equipment, "answers": answers.collect::<Vec<_>>()})
    });
    answered.collect()
}
