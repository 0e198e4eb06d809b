//! The daemon's heartbeat: one loop per lane, in parallel, until it is stopped.
//!
//! tokio-cron-scheduler rings all lanes once a minute, in UTC, and does nothing else. A lane never runs two beats at a
//! time, and all rings during a beat result in one more beat. The clocks lane sleeps no longer than until the next
//! instant at which anything is due, and checks again after each commit. So do the papers lane, for a record whose
//! report is owed, and the letters lane, for a report to be sent.

use std::collections::BTreeMap;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinSet;
use tokio_cron_scheduler::{Job, JobScheduler};
use tracing::error;

use super::left::{Left, left_for};
use super::next_moment::next_look;
use super::pulse::Pulse;
use super::{Beat, Lane, Stop, beat_of, steady};
use crate::Office;
use crate::clock::Clock;
use crate::letters::watch::{BeatWas, note_beat};
use domain::Instant;

/// Every minute, in UTC: the scheduler uses a fixed offset, so local times are not involved.
const EVERY_MINUTE: &str = "0 * * * * *";

/// When failed work is tried again, and a lane whose loop broke is restarted.
const AGAIN_AFTER: TimeDelta = TimeDelta::minutes(1);

/// Commits in quick succession are handled together: the clocks lane waits this long for more, in the machine's time.
const COMMITS_TOGETHER: Duration = Duration::from_millis(100);

/// Good beats are stored at most this often.
const KEPT_EVERY: TimeDelta = TimeDelta::minutes(1);

/// Triggers beats before the next minute. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Bell {
    lanes: Arc<[Notify; Lane::ALL.len()]>,
    /// Signalled when another process has committed, for each lane that checks after commits.
    commits: Arc<[Notify; Lane::ALL.len()]>,
}

impl Bell {
    /// Triggers a beat of one lane; if it is busy, it beats once more afterwards.
    pub fn ring(&self, lane: Lane) {
        self.lanes[lane as usize].notify_one();
    }

    /// Triggers a beat of every lane, for example after the configuration has changed.
    pub fn ring_all(&self) {
        Lane::ALL.into_iter().for_each(|lane| self.ring(lane));
    }

    /// Makes the lanes that follow commits check whether something has become due.
    pub(super) fn tell_of_commit(&self) {
        self.commits.iter().for_each(Notify::notify_one);
    }

    async fn rings(&self, lane: Lane) {
        self.lanes[lane as usize].notified().await;
    }
}

/// The daemon's heartbeat: runs the lanes until it is stopped.
pub struct Heartbeat {
    scheduler: JobScheduler,
    office: watch::Receiver<Office>,
    stop: watch::Receiver<Stop>,
    bell: Bell,
    pulse: Pulse,
}

impl std::fmt::Debug for Heartbeat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Heartbeat").field("pulse", &self.pulse).finish_non_exhaustive()
    }
}

impl Heartbeat {
    /// Creates the scheduler. `office` is read before each beat, so that a reload takes effect.
    ///
    /// # Errors
    /// If the scheduler cannot be created.
    pub async fn new(office: watch::Receiver<Office>, stop: watch::Receiver<Stop>) -> anyhow::Result<Heartbeat> {
        let (bell, clock) = (Bell::default(), office.borrow().clock.clone());
        let scheduler = JobScheduler::new().await?;
        if cron_follows(&clock) {
            let bell = bell.clone();
            let job = Job::new(EVERY_MINUTE, move |_, _| bell.ring_all())?;
            scheduler.add(job).await?;
        }
        Ok(Heartbeat { scheduler, office, stop, bell, pulse: Pulse::new(&clock) })
    }

    /// The state of the lanes.
    #[must_use]
    pub fn pulse(&self) -> Pulse {
        self.pulse.clone()
    }

    /// Triggers beats before the next minute.
    #[must_use]
    pub fn bell(&self) -> Bell {
        self.bell.clone()
    }

    /// Runs all lanes: each beats at once, and then whenever it is triggered. When stopped, each lane ends after its
    /// current step.
    ///
    /// # Errors
    /// If the scheduler cannot be started.
    pub async fn run(mut self) -> anyhow::Result<()> {
        self.scheduler.start().await?;
        let (notes, noted) = mpsc::unbounded_channel();
        let keeper = tokio::spawn(keep(self.office.clone(), noted));
        let mut beside = JoinSet::new();
        beside.spawn(steady::watch_time(self.office.clone(), self.pulse.clone(), self.bell.clone()));
        beside.spawn(steady::watch_commits(self.office.clone(), self.bell.clone()));
        let clock = self.office.borrow().clock.clone();
        if !cron_follows(&clock) {
            beside.spawn(steady::minutes_of(clock, self.bell.clone()));
        }
        let mut lanes = JoinSet::new();
        for lane in Lane::ALL {
            lanes.spawn(supervised(LaneLoop {
                lane,
                office: self.office.clone(),
                stop: self.stop.clone(),
                bell: self.bell.clone(),
                pulse: self.pulse.clone(),
                notes: notes.clone(),
            }));
        }
        drop(notes);
        lanes.join_all().await;
        beside.shutdown().await;
        if let Err(broken) = keeper.await {
            error!("what kept how beats went is gone: {broken}");
        }
        self.scheduler.shutdown().await?;
        Ok(())
    }
}

/// Whether a clock's minutes are the machine's, unlike those of a fast or simulated clock.
fn cron_follows(clock: &Clock) -> bool {
    let minute = Duration::from_secs(60);
    clock.machine_time(minute) == minute && !clock.is_simulated()
}

/// The machine's time until `span` has passed on the clock; zero if it is negative.
fn wait(clock: &Clock, span: TimeDelta) -> Duration {
    clock.machine_time(span.to_std().unwrap_or_default())
}

/// One lane's loop. If it breaks because of a bug outside of any work, it is started again.
async fn supervised(lane: LaneLoop) {
    let mut stop = lane.stop.clone();
    while let Err(broken) = tokio::spawn(lane.clone().run()).await {
        error!(lane = lane.lane.word(), "a mistake of the program broke the lane, which begins anew: {broken}");
        let again = tokio::time::sleep(wait(&lane.office.borrow().clock.clone(), AGAIN_AFTER));
        tokio::select! {
            _ = stop.wait_for(|stop| *stop == Stop::Now) => return,
            () = again => {}
        }
    }
}

/// What one lane's loop needs.
#[derive(Clone)]
struct LaneLoop {
    lane: Lane,
    office: watch::Receiver<Office>,
    stop: watch::Receiver<Stop>,
    bell: Bell,
    pulse: Pulse,
    notes: mpsc::UnboundedSender<Note>,
}

impl LaneLoop {
    async fn run(self) {
        let mut commits = self.office.borrow().db.commits();
        loop {
            let office = self.office.borrow().clone();
            commits.mark_unchanged();
            let known = left_for(&office, self.lane).await;
            let uptime = office.clock.uptime();
            let beat = beat_of(&office, self.lane.work().map(|work| (work.name, work.in_lane)), &self.stop).await;
            self.note(&beat, uptime);
            let mut stop = self.stop.clone();
            tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop == Stop::Now) => return,
                () = self.called(&office, &beat, &known, &mut commits) => {}
            }
        }
    }

    /// Logs and records a beat, and triggers the lanes that follow up on what it did.
    fn note(&self, beat: &Beat, uptime: Duration) {
        if beat.did_something() {
            let goes_on: &[Lane] = match self.lane {
                // What it opened may already be late, and there may be more to open.
                Lane::Clocks => &[Lane::Clocks, Lane::Letters],
                Lane::Writing | Lane::Papers => &[Lane::Letters],
                Lane::Night => &[Lane::Writing],
                Lane::Letters => &[],
            };
            goes_on.iter().for_each(|lane| self.bell.ring(*lane));
        }
        // The task that stores beats may have broken; the work continues without it.
        let _ = self.notes.send(Note { lane: self.lane, began_at: beat.began_at, was: beat.was() });
        self.pulse.beat(self.lane, beat, uptime);
    }

    /// Waits for something that triggers the next beat.
    async fn called(&self, office: &Office, last: &Beat, known: &Left, commits: &mut watch::Receiver<u64>) {
        match self.lane {
            Lane::Writing | Lane::Night => self.bell.rings(self.lane).await,
            Lane::Letters | Lane::Papers => {
                tokio::select! {
                    () = self.bell.rings(self.lane) => {}
                    () = self.left_something(office, last, known, commits) => {}
                }
            }
            Lane::Clocks => self.moment(office, last, commits).await,
        }
    }

    /// Waits for a commit that leaves work for the lane which its last beat has not tried. If that beat had trouble,
    /// only the next minute tries again.
    async fn left_something(&self, office: &Office, last: &Beat, known: &Left, commits: &mut watch::Receiver<u64>) {
        if last.troubled().next().is_some() {
            return pending().await;
        }
        while !left_for(office, self.lane).await.is_beyond(known) {
            self.committed(commits).await;
            tokio::time::sleep(COMMITS_TOGETHER).await;
            commits.mark_unchanged();
        }
    }

    /// Waits for the next instant at which anything is due to be judged. What was already due and is not done is tried
    /// again in the next minute.
    async fn moment(&self, office: &Office, last: &Beat, commits: &mut watch::Receiver<u64>) {
        let is_troubled = last.troubled().next().is_some();
        let mut next = look(office).await;
        if next.is_some_and(|at| at <= last.began_at || (is_troubled && at <= office.clock.now())) {
            next = Some(last.began_at + AGAIN_AFTER);
        }
        loop {
            tokio::select! {
                () = self.bell.rings(self.lane) => return,
                () = reached(&office.clock, next) => return,
                () = self.committed(commits) => {}
            }
            tokio::time::sleep(COMMITS_TOGETHER).await;
            commits.mark_unchanged();
            if let Some(at) = look(office).await.filter(|at| !is_troubled || *at > office.clock.now()) {
                next = Some(at);
            }
        }
    }

    /// Waits for a commit, by this process or another.
    async fn committed(&self, commits: &mut watch::Receiver<u64>) {
        tokio::select! {
            // The sender is the store, which the office keeps alive.
            Ok(()) = commits.changed() => {}
            () = self.bell.commits[self.lane as usize].notified() => {}
        }
    }
}

/// When the clocks lane has something to do, possibly in the past. `None` if there is nothing, or if the store does not
/// answer; then only the minutes trigger it.
async fn look(office: &Office) -> Option<Instant> {
    next_look(office).await.unwrap_or_else(|failed| {
        error!(error = %failed, "cannot tell when the next moment is");
        None
    })
}

/// Waits until the clock shows `at`, even if it is set back.
async fn reached(clock: &Clock, at: Option<Instant>) {
    let Some(at) = at else { return pending().await };
    loop {
        let ahead = at - clock.now();
        if ahead <= TimeDelta::zero() {
            return;
        }
        tokio::time::sleep(wait(clock, ahead)).await;
    }
}

/// How a lane's beat went.
struct Note {
    lane: Lane,
    began_at: Instant,
    was: BeatWas,
}

/// Stores how beats went, for the monitoring service. It runs apart from the lanes, so none waits for it.
async fn keep(office: watch::Receiver<Office>, mut noted: mpsc::UnboundedReceiver<Note>) {
    let mut row = BeatRow::default();
    while let Some(note) = noted.recv().await {
        let Some((at, was)) = row.note(&note) else { continue };
        let office = office.borrow().clone();
        let kept = note_beat(&office, at, was).await;
        if let Err(failed) = kept {
            error!(error = %failed, "cannot keep how the beat went");
        }
    }
}

/// Derives one row of beats from those of all lanes: a moment belongs to it once every lane has beaten since.
#[derive(Debug, Default)]
struct BeatRow {
    /// When each lane's last good beat began.
    good: BTreeMap<Lane, Instant>,
    kept: Option<Instant>,
}

impl BeatRow {
    /// What has to be stored after a lane's beat, if anything.
    fn note(&mut self, note: &Note) -> Option<(Instant, BeatWas)> {
        match note.was {
            BeatWas::Troubled => {
                self.good.remove(&note.lane);
                self.kept = None;
                Some((note.began_at, BeatWas::Troubled))
            }
            BeatWas::Good => {
                self.good.insert(note.lane, note.began_at);
                let oldest = *self.good.values().min()?;
                let is_due = self.kept.is_none_or(|kept| (oldest - kept).abs() >= KEPT_EVERY);
                if self.good.len() < Lane::ALL.len() || !is_due {
                    return None;
                }
                self.kept = Some(oldest);
                Some((oldest, BeatWas::Good))
            }
        }
    }
}

#[cfg(test)]
mod tests;
