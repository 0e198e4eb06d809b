//! `TestOffice`: the daemon's own code on a throwaway store, with a clock that stories move.

use std::sync::{Arc, Mutex};

use chrono::{NaiveDate, TimeDelta};
use ronda::app;
use ronda::domain::Instant;
use ronda::domain::access::Actor;
use ronda::domain::ids::VisitId;
use ronda::domain::letters::hours::TellBetween;
use ronda::domain::letters::letter::LetterState;
use ronda::domain::promises::{Deadline, Owed};
use ronda::domain::visits::StoredVisit;
use ronda::mail::{Delivered, Memory, Transport};
use ronda::office::clock::Clock;
use ronda::office::documents::Documents;
use ronda::office::heartbeat;
use ronda::office::heartbeat::next_moment::next_moment;
use ronda::office::records::record_visit::{Recorded, record_visit};
use ronda::office::{Acting, Office, Tools};
use ronda::store::letters::LetterFilter;
use ronda::store::visits::VisitFilter;
use ronda::store::{self, Db};
use ronda::world::config::{Config, ConfigLocation, Database, Environment};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use crate::support::fresh;

/// Which engine a story runs on.
#[derive(Debug, Clone, Copy)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// An office with one site in Madrid, an engineer and a manager.
pub struct TestOffice {
    /// As the tester acts in it.
    pub office: Acting,
    pub post: Memory,
    pub engine: Engine,
    /// Notices whose letters may wait at the end.
    left_waiting: LeftWaiting,
    /// Goes away with the office.
    folder: Arc<TempDir>,
}

type LeftWaiting = Arc<Mutex<Vec<&'static str>>>;

/// An office whose story is over.
pub struct End {
    db: Db,
    /// Notices whose letters may wait at the end.
    left_waiting: LeftWaiting,
    _folder: Arc<TempDir>,
}

impl End {
    /// No letter lies in the outbox that the story has not spoken of.
    pub async fn check(self) {
        let filter = LetterFilter { state: Some(LetterState::Waiting), most: 1000, ..LetterFilter::default() };
        let mut waiting = store::letters::list(&self.db, &filter).await.unwrap();
        let known = self.left_waiting.lock().unwrap().clone();
        waiting.retain(|letter| !known.contains(&letter.notice.word()));
        let waiting: Vec<_> =
            waiting.iter().map(|letter| format!("{} to {} ({})", letter.notice, letter.to, letter.key)).collect();
        assert!(
            waiting.is_empty(),
            "letters wait at the end of the story: beat once more and look at them, or name them in `leaves_waiting`\n{}",
            waiting.join("\n")
        );
        self.db.close().await;
    }
}

/// Makes two tests of a story: `name::sqlite` and `name::postgres`.
#[macro_export]
macro_rules! story {
    ($(#[$doc:meta])* $name:ident at $start:literal, |$office:ident| $body:block) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn story($office: $crate::office::harness::TestOffice) $body

            async fn told(engine: $crate::office::harness::Engine) {
                let office = $crate::office::harness::TestOffice::open(engine, $start).await;
                let end = office.end();
                story(office).await;
                end.check().await;
            }

            #[tokio::test]
            async fn sqlite() {
                told($crate::office::harness::Engine::Sqlite).await;
            }

            #[tokio::test]
            async fn postgres() {
                told($crate::office::harness::Engine::Postgres).await;
            }
        }
    };
}

/// The company of the stories.
const COMPANY: [(&str, &str); 7] = [
    ("customers.csv", "customer,name,language\nCUM,Cumbre Centros de Datos,es\n"),
    (
        "sites.csv",
        "site,customer,name,address,country,subdivision,time_zone,latitude,longitude,language\n\
         MAD,CUM,Centro Alcobendas,\"Calle Mayor 1, Alcobendas\",ES,MD,Europe/Madrid,40.5,-3.6,\n",
    ),
    (
        "contacts.csv",
        "site,customer,name,email,role,language\n\
         ,CUM,Operaciones,ops@cum.example,operations,\n\
         ,CUM,Oficina técnica,reports@cum.example,reports,\n\
         ,CUM,Carmen Ibáñez,carmen@cum.example,escalation,\n",
    ),
    (
        "engineers.csv",
        "engineer,name,email,phone,skills,time_zone,calendar,latitude,longitude,language\n\
         E-1,Lucía Romero,lucia@ronda.example,+34 600,electrical,Europe/Madrid,ES-MD,40.4,-3.7,es\n\
         E-2,Jordi Puig,jordi@ronda.example,+34 601,electrical,Europe/Madrid,ES-MD,41.4,2.1,es\n",
    ),
    (
        "managers.csv",
        "manager,name,email,scope,time_zone,calendar,digest_at,language\n\
         M-1,Helena Ortiz,helena@ronda.example,all,Europe/Madrid,ES-MD,07:30,en\n",
    ),
    (
        "equipment.csv",
        "equipment,site,name,make,model,serial,checklist,skills,accepted_on,warranty_months\n\
         UPS-1,MAD,SAI 1,Voltera,M400,S-1,ups-battery,electrical,2026-01-01,24\n",
    ),
    ("contracts.csv", "contract,customer,sites,plan,accepted_on,ends_on\nC-1,CUM,*,standard,2026-01-01,\n"),
];

/// What is read from files, the same for all.
static FURNISHED: OnceCell<Office> = OnceCell::const_new();

/// Who acts in stories where nobody else is named: whoever types the commands.
pub fn tester() -> Actor {
    Actor::User { name: "tester".to_owned(), runs_as: None, says: None }
}

impl TestOffice {
    /// Opens an office in which it is `start` (RFC 3339), with the stories' company.
    pub async fn open(engine: Engine, start: &str) -> TestOffice {
        let office = TestOffice::empty(engine, start).await;
        office.import(&COMPANY).await;
        office
    }

    /// Opens an office without anyone in it.
    pub async fn empty(engine: Engine, start: &str) -> TestOffice {
        let folder = tempfile::tempdir().unwrap();
        let choice = ConfigLocation { dir: Some(folder.path().to_owned()), file: None };
        std::fs::write(
            folder.path().join("ronda.toml"),
            "[company]\nname = \"Ronda Service\"\nemail = \"office@ronda.example\"\n\
             time_zone = \"Europe/Madrid\"\ncalendar = \"ES-MD\"\ntell_between = \"always\"\n\
             [web]\npublic_listen = \"127.0.0.1:0\"\npublic_url = \"https://ronda.example\"\n",
        )
        .unwrap();
        let environment = match engine {
            Engine::Sqlite => Environment::default(),
            Engine::Postgres => Environment::of(&[("RONDA_DATABASE", &fresh::postgres().await)]),
        };
        let config = Config::read(&choice, &environment).unwrap();
        let start = chrono::DateTime::parse_from_rfc3339(start).expect("RFC 3339").to_utc();
        if let Database::Sqlite(path) = &config.database {
            fresh::sqlite_at(path).await;
        }
        let furnished = FURNISHED.get_or_init(|| async { furnished(config.clone()).await }).await;
        let post = Memory::default();
        let office = Office {
            db: app::open_store(&config).await.unwrap(),
            documents: Documents::folder(&config.dir.join("documents")),
            transport: Transport::Memory(post.clone()),
            tools: Tools { clock: Clock::simulated(start, 1), config: Arc::new(config), ..furnished.tools.clone() },
            ..furnished.clone()
        };
        let office = office.acting(tester());
        TestOffice { office, post, engine, left_waiting: LeftWaiting::default(), folder: Arc::new(folder) }
    }

    /// Opens the office that lies in a folder; its store is there too, or in a database of PostgreSQL.
    pub async fn in_folder(engine: Engine, folder: TempDir, database: Option<&str>, clock: Clock) -> TestOffice {
        let choice = ConfigLocation { dir: Some(folder.path().to_owned()), file: None };
        let environment = match database {
            None => Environment::default(),
            Some(database) => Environment::of(&[("RONDA_DATABASE", database)]),
        };
        let mut office = app::open(Config::read(&choice, &environment).unwrap(), clock).await.unwrap();
        let post = Memory::default();
        office.transport = Transport::Memory(post.clone());
        let office = office.acting(tester());
        TestOffice { office, post, engine, left_waiting: LeftWaiting::default(), folder: Arc::new(folder) }
    }

    /// What is asked of the office when its story has been told.
    pub fn end(&self) -> End {
        End {
            db: self.office.db.clone(),
            left_waiting: Arc::clone(&self.left_waiting),
            _folder: Arc::clone(&self.folder),
        }
    }

    /// The story ends with letters of these notices in the outbox: it caused them, and they are not what it is about.
    pub fn leaves_waiting(&self, notices: &[&'static str]) {
        self.left_waiting.lock().unwrap().extend(notices);
    }

    pub async fn import(&self, files: &[(&str, &str)]) {
        ronda::office::import::import_office::import_texts(&self.office, files).await.unwrap();
    }

    /// One beat of the daemon; all of its work must succeed.
    pub async fn tick(&self) {
        let beat = heartbeat::beat(&self.office).await;
        assert_eq!(beat.troubled().collect::<Vec<_>>(), Vec::<&str>::new(), "{:?}", beat.done);
    }

    /// Moves the clock to a local time in Madrid. What people have done is noticed within the hour; from then on the
    /// office beats at each moment at which there may be something to do, and at the end.
    pub async fn sleep_until(&self, local: &str) {
        let until = madrid(local);
        let mut next = self.office.clock.now() + TimeDelta::hours(1);
        while self.office.clock.now() < until {
            self.office.clock.advance_to(next.min(until));
            self.tick().await;
            next = next_moment(&self.office).await.unwrap().unwrap_or(until);
        }
    }

    /// As [`TestOffice::sleep_until`], with a beat at every full step from here on. Says how many.
    pub async fn beat_until(&self, local: &str, step: TimeDelta) -> u32 {
        let (until, mut beats) = (madrid(local), 0);
        while self.office.clock.now() < until {
            self.office.clock.advance_to((self.office.clock.now() + step).min(until));
            self.tick().await;
            beats += 1;
        }
        beats
    }

    /// As [`TestOffice::beat_until`], without the beats that, by [`next_moment`], have nothing to do.
    pub async fn jump_until(&self, local: &str, step: TimeDelta) -> u32 {
        let (until, mut beats) = (madrid(local), 0);
        let mut next = self.office.clock.now() + step;
        while self.office.clock.now() < until {
            let from = self.office.clock.now();
            let steps = ((next - from).num_milliseconds() as u64).div_ceil(step.num_milliseconds() as u64);
            let steps = i32::try_from(steps.max(1)).unwrap();
            self.office.clock.advance_to((from + step * steps).min(until));
            self.tick().await;
            beats += 1;
            next = next_moment(&self.office).await.unwrap().unwrap_or(until);
        }
        beats
    }

    /// Moves the clock without a beat: the daemon was down.
    pub fn down_until(&self, local: &str) {
        self.office.clock.advance_to(madrid(local));
    }

    pub async fn visits(&self) -> Vec<StoredVisit> {
        store::visits::list(&self.office.db, &VisitFilter::default()).await.unwrap()
    }

    pub async fn visit(&self, id: VisitId) -> StoredVisit {
        store::visits::get(&self.office.db, id).await.unwrap().unwrap()
    }

    /// The first visit of a term on or after a day.
    pub async fn first_visit(&self, term: &str, from: &str) -> StoredVisit {
        let from: NaiveDate = from.parse().unwrap();
        let found = self.visits().await.into_iter();
        found
            .filter(|stored| stored.visit.term == term && stored.visit.state.appointment().day >= from)
            .min_by_key(|stored| stored.visit.state.appointment().day)
            .expect("a visit is planned")
    }

    /// Makes a visit an extra one: nothing is planned in its place when it is cancelled.
    pub async fn make_extra(&self, id: VisitId) {
        let mut tx = self.office.db.begin().await.unwrap();
        store::visits::extra::take_out_of_slot(&mut tx, id).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Hands in the record of a visit that was completed at a local time in Madrid.
    pub async fn done(&self, id: VisitId, completed: &str) -> Recorded {
        let json = self.record(id, completed).await;
        record_visit(&self.office, id, json.as_bytes(), Vec::new()).await.unwrap()
    }

    /// A complete record, as JSON.
    pub async fn record(&self, id: VisitId, completed: &str) -> String {
        let stored = self.visit(id).await;
        let at = madrid(completed).to_rfc3339();
        let started = (madrid(completed) - TimeDelta::hours(2)).to_rfc3339();
        let list = self.office.checklists.get("ups-battery").expect("it is shipped");
        let answers: Vec<_> = list
            .items()
            // Where all is in order nothing that hangs on a fault is asked.
            .filter(|item| item.when.is_none())
            .map(|item| {
                let reading = item.reading().map(|spec| match (spec.min, spec.max) {
                    (Some(min), Some(max)) => (min + max) / 2.0,
                    (Some(limit), None) | (None, Some(limit)) => limit,
                    (None, None) => 1.0,
                });
                match reading {
                    Some(reading) => serde_json::json!({"item": item.item, "result": "ok", "reading": reading}),
                    None => serde_json::json!({"item": item.item, "result": "ok"}),
                }
            })
            .collect();
        let signature = |name: &str| serde_json::json!({"name": name, "role": "", "signed_at": at, "strokes": [[[0.0, 0.0], [10.0, 5.0], [20.0, 0.0]]]});
        let mut customer = signature("Rosa Peñalver");
        customer["status"] = "signed".into();
        let is_training = stored.visit.term == "training";
        let equipment = if is_training {
            serde_json::json!([])
        } else {
            serde_json::json!([{"equipment": "UPS-1", "answers": answers}])
        };
        let attendance = if is_training {
            serde_json::json!([{"name": "Miquel Serra", "role": "Operador"}])
        } else {
            serde_json::json!([])
        };
        serde_json::json!({
            "schema": 1, "outcome": "done", "started_at": started, "completed_at": at,
            "equipment": equipment, "attendance": attendance,
            "engineer_signature": signature("Lucía Romero"), "customer_signature": customer,
        })
        .to_string()
    }

    /// Letters that were accepted for an address.
    pub fn letters_to(&self, email: &str) -> Vec<Delivered> {
        self.post.with(|post| post.accepted.iter().filter(|letter| letter.to == email).cloned().collect())
    }

    /// Letters of a notice that were accepted for an address.
    pub fn told(&self, email: &str, notice: &str) -> Vec<Delivered> {
        self.letters_to(email).into_iter().filter(|letter| letter.notice == notice).collect()
    }

    /// Letters that tell of a deadline's level, whatever the level, that were accepted for an address.
    pub fn flags_told(&self, email: &str) -> Vec<Delivered> {
        const FLAGS: [&str; 4] = ["record-missing", "deadline-due", "deadline-late", "deadline-escalated"];
        self.letters_to(email).into_iter().filter(|letter| FLAGS.contains(&letter.notice.as_str())).collect()
    }

    pub async fn deadline(&self, owed: Owed, visit: VisitId) -> Deadline {
        store::promises::of_visit(&self.office.db, owed, visit).await.unwrap()
    }

    /// Everything that the store holds of letters, flags and visits: to see that nothing has changed.
    pub async fn fingerprint(&self) -> String {
        let visits = self.visits().await;
        let letters: Vec<(String, String)> =
            self.office.db.read("select key, state from letter order by key").all().await.unwrap();
        let flags: Vec<(i64, String)> =
            self.office.db.read("select deadline_id, level from flag order by 1, 2").all().await.unwrap();
        let deadlines =
            store::promises::list(&self.office.db, &store::promises::DeadlineFilter::default()).await.unwrap();
        format!("{visits:?}\n{letters:?}\n{flags:?}\n{deadlines:?}")
    }

    /// Lets people be written to in the hours that hold where nobody has said otherwise: what most stories are about does
    /// not depend on the hour of a letter, and theirs leave at once.
    pub fn keep_hours(&mut self) {
        let mut config = (*self.office.config).clone();
        config.company.tell_between = TellBetween::default();
        self.office.config = Arc::new(config);
    }

    /// Puts closures into the office's calendars and has them read, as a reload does.
    pub fn close_on(&mut self, toml: &str) {
        let folder = self.office.config.folders.calendars.clone();
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("closures.toml"), toml).unwrap();
        self.office.calendars = ronda::world::holidays::Calendars::load(Some(&folder)).unwrap().into();
    }
}

/// An office for what it has read from files; its store is closed.
async fn furnished(config: Config) -> Office {
    let office = app::open(config, Clock::real()).await.unwrap();
    office.db.close().await;
    office
}

/// The instant of a local time in Madrid.
pub fn madrid(local: &str) -> Instant {
    let zone = ronda::domain::time::Zone::parse("Europe/Madrid").unwrap();
    zone.instant(local.parse().or_else(|_| format!("{local}:00").parse()).expect("a local time"))
}
