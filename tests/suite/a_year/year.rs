//! The simulated year: five moments a day at which people act and the daemon beats, or something goes wrong.

use std::path::Path;

use chrono::{Days, NaiveDate, TimeDelta, Timelike};
use ronda::app;
use ronda::demo::World;
use ronda::domain::Instant;
use ronda::domain::access::Actor;
use ronda::mail::{Memory, Transport};
use ronda::office::clock::Clock;
use ronda::office::heartbeat::{self, WORK};
use ronda::office::import::import_office::import_texts;
use ronda::office::planning::plan_visits;
use ronda::office::visits::judge_visits::take_proposal;
use ronda::office::{Acting, Error};
use ronda::store;
use ronda::world::config::{Config, ConfigLocation, Environment};
use ronda::world::holidays::Calendars;
use tempfile::TempDir;

use super::changes::Contracts;
use super::company::{self, SHAKY};
use super::faults::{Dice, cut_after, write_closures};
use super::ledger::Ledger;
use super::number_in;
use super::people::People;
use crate::office::auditor::differences;

/// Minutes after midnight UTC at which the daemon beats: round the ends of the days, the hours at which flags, digests
/// and reminders are due in the six places, and the ends of visits.
const MOMENTS: [i64; 5] = [10, 7 * 60 + 40, 9 * 60 + 10, 12 * 60, 18 * 60];

const CONFIG: &str = "[company]\nname = \"Ronda Service\"\nemail = \"office@ronda.example\"\n\
     time_zone = \"Europe/Madrid\"\ncalendar = \"ES-MD\"\n[planning]\nhorizon_months = 4\n";

/// A year under way.
pub struct Year {
    seed: u64,
    folder: TempDir,
    clock: Clock,
    office: Acting,
    post: Memory,
    world: World,
    dice: Dice,
    ledger: Ledger,
    closures: Vec<String>,
    contracts: Contracts,
    /// Of a thousand days, on how many a contract changes.
    contracts_change: u32,
    people: People,
    /// Nothing works until then.
    down_until: Option<Instant>,
    /// No letter leaves until then.
    relay_away_until: Option<Instant>,
    counts: Counts,
}

/// How much went wrong.
#[derive(Debug, Default)]
struct Counts {
    restarts: u32,
    deaths: u32,
    blackouts: u32,
    storms: u32,
    closures: u32,
    contracts: u32,
    people: u32,
    rebooked: u32,
}

/// Names the year if anything in it panics.
struct NameTheSeed(u64, NaiveDate);

impl Drop for NameTheSeed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the year with RONDA_SEED={} broke a rule on {}", self.0, self.1);
        }
    }
}

impl Year {
    /// The year's first moment, with the company imported and nothing planned.
    pub async fn begin(seed: u64) -> Year {
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
        std::fs::write(folder.path().join("ronda.toml"), CONFIG).unwrap();
        let clock = Clock::simulated("2025-12-29T00:00:00Z".parse().unwrap(), seed);
        let post = Memory::default();
        let office = open(folder.path(), &clock, &post).await;
        let files = company::files();
        let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
        import_texts(&office, &files).await.unwrap();
        Year {
            seed,
            folder,
            clock,
            office,
            post,
            world: World::new(seed),
            dice: Dice::new(seed),
            ledger: Ledger::default(),
            closures: Vec::new(),
            contracts: Contracts::default(),
            contracts_change: number_in("RONDA_CONTRACTS")
                .map_or(60, |days| u32::try_from(days).expect("days of a thousand")),
            people: People::default(),
            down_until: None,
            relay_away_until: None,
            counts: Counts::default(),
        }
    }

    /// Lets days go by, and looks at the books after each.
    pub async fn go_by(&mut self, days: u32) {
        for _ in 0..days {
            let day = self.clock.now().date_naive();
            let _name = NameTheSeed(self.seed, day);
            self.settle_the_day(day).await;
            let mut was_up = true;
            for minutes in MOMENTS {
                // Never at the same minute: work must not depend on the moments of its beats.
                let jitter = i64::from(self.dice.below(9));
                let at = day.and_hms_opt(0, 0, 0).unwrap().and_utc() + TimeDelta::minutes(minutes + jitter);
                self.clock.advance_to(at);
                was_up = self.moment().await;
            }
            if was_up {
                self.look_at_the_books().await;
            }
            self.clock.advance_to((day + Days::new(1)).and_hms_opt(0, 0, 0).unwrap().and_utc());
        }
        self.ledger.collect(&self.post);
        self.ledger.check_all_letters(&self.office).await;
    }

    /// What the day brings.
    async fn settle_the_day(&mut self, day: NaiveDate) {
        let now = self.clock.now();
        let is_up = self.down_until.is_none_or(|until| until <= now);
        if is_up && self.dice.falls(22) {
            let hours = *self.dice.pick(&[3, 9, 20, 30, 55, 100, 24 * 9, 24 * 19]);
            self.down_until = Some(now + TimeDelta::hours(hours) + TimeDelta::hours(i64::from(self.dice.below(20))));
            self.counts.blackouts += 1;
        }
        if self.relay_away_until.is_none_or(|until| until <= now) {
            self.post.with(|post| post.script.clear());
            self.relay_away_until = None;
            if self.dice.falls(12) {
                self.relay_away_until = Some(now + TimeDelta::hours(i64::from(6 + self.dice.below(160))));
                self.counts.storms += 1;
            }
        }
        if self.dice.falls(350) {
            let answers: Vec<_> = (0..1 + self.dice.below(8)).map(|_| self.dice.bad_answer()).collect();
            self.post.with(|post| post.script.extend(answers));
        }
        if self.dice.falls(20) {
            let address = (*self.dice.pick(&SHAKY)).to_owned();
            self.post.with(|post| {
                if !post.unknown.remove(&address) {
                    post.unknown.insert(address);
                }
            });
        }
        if is_up && self.dice.falls(25) {
            self.change_calendars(day);
        }
        if self.contracts_change > 0 && is_up && self.dice.falls(self.contracts_change) {
            let files = self.contracts.change(&mut self.dice, day);
            // Shown where a rule is broken.
            println!(
                "{day}: {}",
                files.iter().filter_map(|(_, text)| text.lines().last()).collect::<Vec<_>>().join(" ")
            );
            let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
            import_texts(&self.office, &files).await.unwrap();
            self.counts.contracts += 1;
        }
        if is_up && self.dice.falls(40) {
            let files = self.people.change(&mut self.dice, day);
            let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
            import_texts(&self.office, &files).await.unwrap();
            self.counts.people += 1;
        }
        if is_up {
            self.decide_about_unfit_visits().await;
        }
    }

    /// Somebody looks at some of the proposals for visits that cannot take place.
    async fn decide_about_unfit_visits(&mut self) {
        for unfit in store::visits::unfit::all(&self.office.db).await.unwrap() {
            if unfit.proposal.is_some() && self.dice.falls(400) {
                match take_proposal(&self.office, unfit.visit).await {
                    Ok(_) => self.counts.rebooked += 1,
                    // Its room was given to another one meanwhile.
                    Err(Error::Refused(_)) => {}
                    Err(why) => panic!("{}: {why:#}", unfit.visit),
                }
            }
        }
    }

    /// A closure is entered, sometimes one is taken out, and the daemon reads its calendars again.
    fn change_calendars(&mut self, day: NaiveDate) {
        if self.closures.len() > 2 && self.dice.falls(250) {
            self.closures.remove(self.dice.below(u32::try_from(self.closures.len()).unwrap()) as usize);
        } else {
            let closure = self.dice.closure(day);
            self.closures.push(closure);
        }
        let folder = self.office.config.folders.calendars.clone();
        write_closures(&folder, &self.closures);
        self.office.calendars = Calendars::load(Some(&folder)).unwrap().into();
        self.counts.closures += 1;
    }

    /// One moment of a day. Says whether the daemon had a whole beat in it.
    async fn moment(&mut self) -> bool {
        let now = self.clock.now();
        if self.down_until.is_some_and(|until| now < until) {
            return false;
        }
        if self.down_until.take().is_some() {
            self.reopen().await;
        }
        if self.relay_away_until.is_some_and(|until| now < until) {
            let away: Vec<_> = (0..40).map(|_| self.dice.away()).collect();
            self.post.with(|post| post.script = away.into());
        }
        self.people_act().await;
        if self.dice.falls(30) {
            self.reopen().await;
            self.counts.restarts += 1;
        }
        if self.dice.falls(80) {
            self.die_half_way().await;
        }
        self.beat().await;
        true
    }

    async fn people_act(&mut self) {
        if self.dice.falls(20) {
            let steps = self.some_steps();
            if cut_after(steps, self.world.act(&self.office)).await.is_none() {
                self.counts.deaths += 1;
                self.reopen().await;
            }
            return;
        }
        self.world.act(&self.office).await.expect("people's commands are refused or done, they do not fail");
    }

    /// Few steps more often than many.
    fn some_steps(&mut self) -> u32 {
        let most = *self.dice.pick(&[4, 40, 400, 4000]);
        1 + self.dice.below(most)
    }

    /// Some pieces of work are done, the next one is begun, and the process is gone.
    async fn die_half_way(&mut self) {
        let whole = self.dice.below(u32::try_from(WORK.len()).unwrap()) as usize;
        let steps = self.some_steps();
        self.ledger.may_write_digests(&self.office).await;
        for work in &WORK[..whole] {
            work.begin(&self.office).await.unwrap_or_else(|error| panic!("{}: {error:#}", work.name));
        }
        self.ledger.dies();
        let _ = cut_after(steps, WORK[whole].begin(&self.office)).await;
        self.counts.deaths += 1;
        self.reopen().await;
    }

    async fn beat(&mut self) {
        self.ledger.beats(&self.office).await;
        let beat = heartbeat::beat(&self.office).await;
        assert_eq!(beat.troubled().collect::<Vec<_>>(), Vec::<&str>::new(), "{:?}", beat.done);
        self.ledger.collect(&self.post);
    }

    async fn reopen(&mut self) {
        self.office.db.close().await;
        self.office = open(self.folder.path(), &self.clock, &self.post).await;
    }

    /// The invariants, and that the same moment again brings nothing new.
    async fn look_at_the_books(&mut self) {
        self.ledger.check(&self.office).await;
        self.post.with(|post| post.script.clear());
        if self.relay_away_until.is_some() {
            return;
        }
        // What the relay's mood has left over is delivered first.
        self.beat().await;
        assert_eq!(differences(&self.office).await, Vec::<String>::new(), "the auditor finds something else");
        let before = self.ledger.fingerprint(&self.office).await;
        self.beat().await;
        let after = self.ledger.fingerprint(&self.office).await;
        let changed: Vec<_> = before.iter().zip(&after).filter(|(b, a)| b != a).map(|(before, _)| before.0).collect();
        assert_eq!(changed, Vec::<&str>::new(), "a second beat at the same moment changed these tables");
    }

    pub async fn summary(&self) -> String {
        let begin = "2025-12-29T00:00:00Z".parse().unwrap();
        let counts = store::counts::since(&self.office.db, begin, self.clock.now()).await.unwrap();
        format!(
            "{counts:?}, {:?}, {} letters taken, {} twice",
            self.counts,
            self.ledger.letters(),
            self.ledger.repeats()
        )
    }

    /// A year in which nothing happened proves nothing.
    pub async fn was_a_real_one(&self) {
        let begin = "2025-12-29T00:00:00Z".parse().unwrap();
        let counts = store::counts::since(&self.office.db, begin, self.clock.now()).await.unwrap();
        for (name, least) in
            [("visits done", 400), ("reports in time", 250), ("reports late", 5), ("late flags", 50), ("digests", 450)]
        {
            assert!(counts[name] >= least, "only {} {name} in the year of seed {}", counts[name], self.seed);
        }
        assert!(self.contracts_change == 0 || self.counts.contracts > 0, "{:?}", self.counts);
        assert!(self.counts.deaths > 20 && self.counts.restarts > 10, "{:?}", self.counts);
        assert!(self.counts.people > 5, "{:?}", self.counts);
        assert!(self.clock.now().hour() == 0 && plan_visits::plan_nightly(&self.office).await.is_ok());
    }
}

async fn open(folder: &Path, clock: &Clock, post: &Memory) -> Acting {
    let choice = ConfigLocation { dir: Some(folder.to_owned()), file: None };
    let config = Config::read(&choice, &Environment::default()).unwrap();
    let mut office = app::open(config, clock.clone()).await.unwrap();
    office.transport = Transport::Memory(post.clone());
    office.acting(Actor::User { name: "tester".to_owned(), runs_as: None, says: None })
}
