//! The table of all background work, and what triggers it: once a minute, and when something calls for it.
//!
//! The daemon runs it in parallel lanes ([`Heartbeat`]), so that work that waits for a mail server, or goes through the
//! whole office, does not hold up anything else. The demo, the stories and the simulation run it in the table's order
//! ([`beat`]). The order does not matter to the work itself, because it decides from stored rows what is due. For the
//! same reason, a missed beat, a double beat and a restart make no difference. A piece of work that fails or panics
//! never stops the next one.

mod lanes;
mod left;
pub mod next_moment;
pub mod pulse;
mod steady;

use std::pin::Pin;

use tracing::{error, info};

use crate::Office;
use crate::audit::audit_promises::{audit_nightly, note_at_work};
use crate::audit::link_trail::{link_some, link_trail};
use crate::digest::send_digests::send_digests;
use crate::letters::clear_letters::{clear_letters, clear_some, shrink_letters, shrink_some};
use crate::letters::deliver_letters::deliver_letters;
use crate::letters::tell_hotline::tell_hotline;
use crate::letters::watch;
use crate::people::part_with;
use crate::planning::plan_visits::plan_nightly;
use crate::promises::announce_phases::announce_phases;
use crate::promises::deadlines;
use crate::promises::flag_late::flag_late;
use crate::records::take_photo::clear_pieces;
use crate::reports::issue_report::issue_reports;
use crate::visits::{book_visits, judge_visits, rests};
use domain::Instant;

pub use lanes::{Bell, Heartbeat};

/// A loop of the daemon. Work is assigned to lanes so that it never waits for something that only other work needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// Work that is due at a certain instant, or follows a commit at once. It only uses the store, does a little at a
    /// time, and the lane wakes at that instant.
    Clocks,
    /// Work that puts letters into the outbox. It only uses the store, so no mail server can delay a digest.
    Writing,
    /// Work that waits for mail servers and for the monitoring service. After each commit, the lane checks whether a
    /// report has to be sent.
    Letters,
    /// Work that draws reports and waits for the time-stamp authority. After each commit, the lane checks whether a
    /// report is owed.
    Papers,
    /// Work that goes through the whole office: planning, recounting and cleaning up.
    Night,
}

impl Lane {
    /// In the order in which they are displayed.
    pub const ALL: [Lane; 5] = [Lane::Clocks, Lane::Writing, Lane::Letters, Lane::Papers, Lane::Night];

    /// The name in the log and in `/health`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Lane::Clocks => "clocks",
            Lane::Writing => "writing",
            Lane::Letters => "letters",
            Lane::Papers => "papers",
            Lane::Night => "night",
        }
    }

    /// The lane's work, in the table's order.
    pub fn work(self) -> impl Iterator<Item = &'static Work> {
        WORK.iter().filter(move |work| work.lane == self)
    }
}

/// A piece of background work: a function without input that returns what it did in a few words.
#[derive(Debug, Clone, Copy)]
pub struct Work {
    pub lane: Lane,
    pub name: &'static str,
    run: fn(Office) -> Doing,
    /// The same work in its lane, which repeats it until nothing is left; it may do only a part if the whole takes
    /// long.
    in_lane: fn(Office) -> Doing,
}

/// A piece of work that was begun and has to be polled to its end.
pub type Doing = Pin<Box<dyn Future<Output = crate::Result<String>> + Send>>;

impl Work {
    /// Begins the work without protection from panics: for simulated crashes, which drop it halfway.
    #[must_use]
    pub fn begin(&self, office: &Office) -> Doing {
        (self.run)(office.clone())
    }

    const fn in_lane(self, in_lane: fn(Office) -> Doing) -> Work {
        Work { in_lane, ..self }
    }
}

/// `does!(action, |done| text)`: the function in a row of [`WORK`]. The text is empty if nothing was due.
macro_rules! does {
    ($action:path, $words:expr) => {
        |office| Box::pin(async move { $action(&office).await.map($words) })
    };
}

/// `work!(lane, "name", action, |done| text)`: a row of [`WORK`].
macro_rules! work {
    ($lane:ident, $name:expr, $action:path, $words:expr) => {
        Work { lane: Lane::$lane, name: $name, run: does!($action, $words), in_lane: does!($action, $words) }
    };
}

/// "3 letters", or nothing for 0.
fn count(number: u64, of: &str) -> String {
    if number == 0 { String::new() } else { format!("{number} {of}") }
}

/// All background work: its lane in the daemon, and the order of work in a beat. Letters are delivered before anything
/// is judged late, and again after that for the resulting letters.
pub const WORK: &[Work] = &[
    work!(Night, "count deadlines anew", deadlines::recount_deadlines, |n| count(n, "deadlines moved")),
    work!(Night, "plan visits", plan_nightly, |plan| plan.map_or_else(String::new, |p| p.words())),
    work!(Writing, PART_WITH, part_with::part_with, |n| count(n, "letters and links ended")),
    work!(Writing, JUDGE_VISITS, judge_visits::judge_visits, |n| count(n, "visits judged otherwise")),
    work!(Writing, "see to what was not inspected", rests::see_to_rests, |n| count(n, "rests seen to")),
    work!(Writing, "announce visits", book_visits::announce_visits, |n| count(n, "visits announced")),
    work!(Writing, "remind of visits", book_visits::remind, |n| count(n, "visits reminded of")),
    work!(Clocks, "open deadlines", deadlines::open_deadlines, |n| count(n, "deadlines opened"))
        .in_lane(does!(deadlines::open_some, |n| count(n, "deadlines opened"))),
    work!(Papers, "issue reports", issue_reports, |n| count(n, "reports issued")),
    work!(Writing, "send the canary", watch::send_canary, |did| count(u64::from(did), "canary written")),
    work!(Writing, "tell of the hotline's number", tell_hotline, |n| count(n, "letters written")),
    work!(Writing, "tell of phases that end", announce_phases, |n| count(n, "letters written")),
    work!(Letters, "deliver letters", deliver_letters, |sent| sent.words()),
    work!(Clocks, "flag what is late", flag_late, |n| count(n, "flags raised")),
    work!(Clocks, "note that it is at work", note_at_work, |_| String::new()),
    work!(Night, "audit the promises", audit_nightly, |audit| audit.map_or_else(String::new, |a| a.words())),
    work!(Writing, "send digests", send_digests, |n| count(n, "digests written")),
    work!(Letters, "deliver what that said", deliver_letters, |sent| sent.words()),
    work!(Night, "clear pieces of photos away", clear_pieces, |n| count(n, "visits' pieces removed")),
    work!(Night, "clear letters", clear_letters, |n| count(n, "letters cleared"))
        .in_lane(does!(clear_some, |n| count(n, "letters cleared"))),
    work!(Night, "keep enclosures once", shrink_letters, |n| count(n, "letters taken apart"))
        .in_lane(does!(shrink_some, |n| count(n, "letters taken apart"))),
    work!(Clocks, "link the trail", link_trail, |n| count(n, "lines linked"))
        .in_lane(does!(link_some, |n| count(n, "lines linked"))),
    work!(Letters, TELL_WATCHER, watch::tell_watcher, |did| count(u64::from(did), "sign of life")),
];

/// The work that finds booked visits that cannot take place.
pub const JUDGE_VISITS: &str = "judge booked visits";
/// The work that withdraws letters to people who have left.
pub const PART_WITH: &str = "part with who has left";
/// The only work whose failure does not spoil a day's work, because it merely reports that all is well.
const TELL_WATCHER: &str = "tell the watcher";

/// What one beat did, for one lane or for all work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beat {
    pub began_at: Instant,
    pub done: Vec<WorkDone>,
}

/// The result of one piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkDone {
    pub name: &'static str,
    pub outcome: WorkOutcome,
}

/// How a piece of work ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorkOutcome {
    /// What it did, in a few words; empty if nothing was due.
    Did(String),
    /// It failed; the next beat tries again.
    Failed(String),
    /// It panicked, which is a bug of ours; the next beat tries again.
    Panicked(String),
}

impl Beat {
    /// The names of the work that did not succeed.
    pub fn troubled(&self) -> impl Iterator<Item = &'static str> {
        self.done.iter().filter(|done| !matches!(done.outcome, WorkOutcome::Did(_))).map(|done| done.name)
    }

    /// Whether anything was due and was done.
    fn did_something(&self) -> bool {
        self.done.iter().any(|done| matches!(&done.outcome, WorkOutcome::Did(words) if !words.is_empty()))
    }

    /// Whether the beat counts towards a good day's work.
    fn was(&self) -> watch::BeatWas {
        let is_good = self.troubled().all(|name| name == TELL_WATCHER);
        if is_good { watch::BeatWas::Good } else { watch::BeatWas::Troubled }
    }
}

/// Does everything that is due once, in the table's order; for the demo, the stories and the simulation.
pub async fn beat(office: &Office) -> Beat {
    beat_of(office, WORK.iter().map(|work| (work.name, work.run)), &tokio::sync::watch::channel(Stop::No).1).await
}

/// Whether the daemon should continue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    No,
    /// Finish the current step, and begin no other.
    Now,
}

async fn beat_of(
    office: &Office,
    work: impl Iterator<Item = (&'static str, fn(Office) -> Doing)>,
    stop: &tokio::sync::watch::Receiver<Stop>,
) -> Beat {
    let mut beat = Beat { began_at: office.clock.now(), done: Vec::new() };
    for (name, run) in work {
        if *stop.borrow() == Stop::Now {
            break;
        }
        let outcome = contained(run(office.clone())).await;
        report(name, &outcome);
        beat.done.push(WorkDone { name, outcome });
    }
    beat
}

/// Runs work in a separate task, so that a panic ends only that task.
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

#[cfg(test)]
mod tests;
