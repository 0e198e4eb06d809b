//! The table of all background work, and what makes it run: once a minute, and when something calls for it.
//!
//! tokio-cron-scheduler beats in UTC and does nothing else: one worker waits for beats, so that two never overlap,
//! and beats that came while it worked are one. What is due is decided from stored rows; a missed beat, a double
//! beat and a restart are the same. One piece of work that fails or panics never stops the next.

pub mod next_moment;

use std::pin::Pin;
use std::sync::Arc;

use chrono::TimeDelta;
use tokio::sync::{Notify, watch};
use tokio_cron_scheduler::{Job, JobScheduler};
use tracing::{error, info};

use crate::Office;
use crate::letters::watch::BeatWas;
use domain::Instant;

/// Every minute, in UTC: the scheduler keeps a fixed offset, so local times never come near it.
const EVERY_MINUTE: &str = "0 * * * * *";

/// One piece of background work: an action without input, which says in a few words what it did.
#[derive(Debug, Clone, Copy)]
pub struct Work {
    pub name: &'static str,
    run: fn(Office) -> Doing,
}

/// A piece of work that was begun and has to be driven to its end.
pub type Doing = Pin<Box<dyn Future<Output = crate::Result<String>> + Send>>;

impl Work {
    /// Begins it, uncontained: for simulations of a death half way, which drop it.
    #[must_use]
    pub fn begin(&self, office: &Office) -> Doing {
        (self.run)(office.clone())
    }
}

/// `work!("name", action, |done| text)`: one line of [`WORK`]. The text is empty where nothing was due.
macro_rules! work {
    ($name:expr, $action:path, $words:expr) => {
        Work { name: $name, run: |office| Box::pin(async move { $action(&office).await.map($words) }) }
    };
}

/// "3 letters", or nothing where nothing was done.
fn count(number: u64, of: &str) -> String {
    if number == 0 { String::new() } else { format!("{number} {of}") }
}

/// All background work, in the order in which a beat does it. Letters leave before anything is judged late,
/// and again for what the judgement has to say.
pub const WORK: &[Work] = &[
    work!("count deadlines anew", crate::promises::deadlines::recount_deadlines, |n| count(n, "deadlines moved")),
    work!("plan visits", crate::planning::plan_visits::plan_nightly, |plan| plan
        .map_or_else(String::new, |p| p.words())),
    work!("announce visits", crate::visits::book_visits::announce_visits, |n| count(n, "visits announced")),
    work!("remind of visits", crate::visits::book_visits::remind, |n| count(n, "visits reminded of")),
    work!("open deadlines", crate::promises::deadlines::open_deadlines, |n| count(n, "deadlines opened")),
    work!("issue reports", crate::reports::issue_report::issue_reports, |n| count(n, "reports issued")),
    work!("send the canary", crate::letters::watch::send_canary, |did| count(u64::from(did), "canary written")),
    work!("tell of the hotline's number", crate::letters::tell_hotline::tell_hotline, |n| count(n, "letters written")),
    work!("tell of phases that end", crate::promises::announce_phases::announce_phases, |n| count(
        n,
        "letters written"
    )),
    work!("deliver letters", crate::letters::deliver_letters::deliver_letters, |sent| sent.words()),
    work!("flag what is late", crate::promises::flag_late::flag_late, |n| count(n, "flags raised")),
    work!("send digests", crate::digest::send_digests::send_digests, |n| count(n, "digests written")),
    work!("deliver what that said", crate::letters::deliver_letters::deliver_letters, |sent| sent.words()),
    work!("clear pieces of photos away", crate::records::take_photo::clear_pieces, |n| count(
        n,
        "visits' pieces removed"
    )),
    work!("link the trail", crate::audit::link_trail::link_trail, |n| count(n, "lines linked")),
    work!(TELL_WATCHER, crate::letters::watch::tell_watcher, |did| count(u64::from(did), "sign of life")),
];

/// The one piece of work whose failure does not make a day a bad one: it only says that days are good.
const TELL_WATCHER: &str = "tell the watcher";

/// What one beat did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beat {
    pub began_at: Instant,
    pub done: Vec<WorkDone>,
}

/// What became of one piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkDone {
    pub name: &'static str,
    pub outcome: WorkOutcome,
}

/// How a piece of work ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorkOutcome {
    /// What it did, in a few words; empty where nothing was due.
    Did(String),
    /// It could not; the next beat tries again.
    Failed(String),
    /// A mistake of ours; the next beat tries again.
    Panicked(String),
}

impl Beat {
    /// Names of the work that did not succeed.
    pub fn troubled(&self) -> impl Iterator<Item = &'static str> {
        self.done.iter().filter(|done| !matches!(done.outcome, WorkOutcome::Did(_))).map(|done| done.name)
    }
}

/// Does everything that is due, once. The daemon, the demo and the simulation all live by this.
pub async fn beat(office: &Office) -> Beat {
    beat_of(office, WORK, &watch::channel(Stop::No).1).await
}

/// Whether the daemon goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    No,
    /// Finish the step at hand, begin no other.
    Now,
}

async fn beat_of(office: &Office, work: &[Work], stop: &watch::Receiver<Stop>) -> Beat {
    let mut beat = Beat { began_at: office.clock.now(), done: Vec::new() };
    for one in work {
        if *stop.borrow() == Stop::Now {
            break;
        }
        let outcome = contained((one.run)(office.clone())).await;
        report(one.name, &outcome);
        beat.done.push(WorkDone { name: one.name, outcome });
    }
    beat
}

/// Runs work in a task of its own, where a panic ends that task alone.
async fn contained(doing: Doing) -> WorkOutcome {
    match tokio::spawn(doing).await {
        Ok(Ok(words)) => WorkOutcome::Did(words),
        Ok(Err(error)) => WorkOutcome::Failed(format!("{:#}", anyhow::Error::from(error))),
        Err(ended) => WorkOutcome::Panicked(ended.to_string()),
    }
}

fn report(work: &'static str, outcome: &WorkOutcome) {
    match outcome {
        WorkOutcome::Did(words) if words.is_empty() => tracing::debug!(work, "nothing due"),
        WorkOutcome::Did(words) => info!(work, "{words}"),
        WorkOutcome::Failed(why) => error!(work, "failed, is tried again at the next beat: {why}"),
        WorkOutcome::Panicked(why) => error!(work, "a mistake of the program stopped it: {why}"),
    }
}

/// The daemon's pulse: beats until it is told to stop, and says when it last did.
pub struct Heartbeat {
    scheduler: JobScheduler,
    wake: Arc<Notify>,
    office: watch::Receiver<Office>,
    stop: watch::Receiver<Stop>,
    last: watch::Sender<Option<Beat>>,
    last_at: watch::Sender<Option<Instant>>,
}

impl std::fmt::Debug for Heartbeat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Heartbeat").field("last_at", &*self.last_at.borrow()).finish_non_exhaustive()
    }
}

impl Heartbeat {
    /// Sets the scheduler up. `office` is looked at anew before each beat, so that a reload takes effect.
    ///
    /// # Errors
    /// When the scheduler cannot be made.
    pub async fn new(office: watch::Receiver<Office>, stop: watch::Receiver<Stop>) -> anyhow::Result<Heartbeat> {
        let wake = Arc::new(Notify::new());
        let scheduler = JobScheduler::new().await?;
        let ring = Arc::clone(&wake);
        let job = Job::new_async(EVERY_MINUTE, move |_, _| {
            let ring = Arc::clone(&ring);
            Box::pin(async move { ring.notify_one() })
        })?;
        scheduler.add(job).await?;
        Ok(Heartbeat {
            scheduler,
            wake,
            office,
            stop,
            last: watch::Sender::new(None),
            last_at: watch::Sender::new(None),
        })
    }

    /// What the last beat did; none before the first has ended.
    #[must_use]
    pub fn last(&self) -> watch::Receiver<Option<Beat>> {
        self.last.subscribe()
    }

    /// When the last beat began, for those who need not know what it did.
    #[must_use]
    pub fn last_at(&self) -> watch::Receiver<Option<Instant>> {
        self.last_at.subscribe()
    }

    /// Asks for a beat before the next minute.
    #[must_use]
    pub fn waker(&self) -> Arc<Notify> {
        Arc::clone(&self.wake)
    }

    /// Beats: at once, then each minute of the office's clock, until the stop. Never twice at a time.
    ///
    /// # Errors
    /// When the scheduler cannot be started.
    pub async fn run(mut self) -> anyhow::Result<()> {
        self.scheduler.start().await?;
        let mut quick = self.quick_minutes();
        let mut stop = self.stop.clone();
        loop {
            let office = self.office.borrow().clone();
            let beat = beat_of(&office, WORK, &self.stop).await;
            note(&office, &beat).await;
            self.last_at.send_replace(Some(beat.began_at));
            self.last.send_replace(Some(beat));
            tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop == Stop::Now) => break,
                () = self.wake.notified() => {}
                () = tick(&mut quick) => {}
            }
        }
        self.scheduler.shutdown().await?;
        Ok(())
    }

    /// Minutes of a clock that runs faster than the machine's, which cron cannot follow.
    fn quick_minutes(&self) -> Option<tokio::time::Interval> {
        let minute = TimeDelta::minutes(1).to_std().expect("a minute is not negative");
        let wait = self.office.borrow().clock.machine_time(minute);
        let is_quick = wait < minute;
        is_quick.then(|| tokio::time::interval(wait.max(std::time::Duration::from_millis(10))))
    }
}

/// Keeps how the beat went, for those who watch over the office.
async fn note(office: &Office, beat: &Beat) {
    let is_good = beat.troubled().all(|name| name == TELL_WATCHER);
    let was = if is_good { BeatWas::Good } else { BeatWas::Troubled };
    if let Err(failed) = crate::letters::watch::note_beat(office, beat.began_at, was).await {
        error!(error = %failed, "cannot keep how the beat went");
    }
}

async fn tick(quick: &mut Option<tokio::time::Interval>) {
    match quick {
        Some(interval) => {
            interval.tick().await;
        }
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests;
