//! The run's line in the trail, which is written with its last part. Until then the store keeps, with each part, what
//! the line will tell: of a run that is cut off, the next one tells it.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Acting, PlanSummary, Result};
use crate::acting::{note, note_by};
use domain::Instant;
use domain::access::{Deed, DeedCase, RunBy, may};
use domain::audit::trail::DeedNote;
use store::Tx;

/// Facts of runs under way are named by this and a number.
const RUNS: &str = "planning-run/";

/// What a run has done, of all that its line tells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
struct RunCounts {
    slots: u64,
    visits: u64,
    taken_back: u64,
    unplanned: u64,
}

impl RunCounts {
    fn of(summary: &PlanSummary) -> RunCounts {
        let PlanSummary { slots, visits, taken_back, .. } = *summary;
        RunCounts { slots, visits, taken_back, unplanned: summary.unplanned.values().sum() }
    }

    fn without(self, told: RunCounts) -> RunCounts {
        RunCounts {
            slots: self.slots - told.slots,
            visits: self.visits - told.visits,
            taken_back: self.taken_back - told.taken_back,
            unplanned: self.unplanned - told.unplanned,
        }
    }

    fn has_changed(self) -> bool {
        self.slots > 0 || self.visits > 0 || self.taken_back > 0
    }
}

/// What is kept of a run under way.
#[derive(Debug, Serialize, Deserialize)]
struct KeptRun {
    by: RunBy,
    begun_at: Instant,
    #[serde(flatten)]
    counts: RunCounts,
}

/// A run's line, as far as it has come.
pub(super) struct RunLine {
    by: RunBy,
    begun_at: Instant,
    /// The fact that keeps it; None before the first part that has changed anything.
    fact: Option<String>,
    kept: RunCounts,
    /// What another run has told already, which took this one for cut off.
    told: RunCounts,
}

impl RunLine {
    /// Of a run that begins now.
    ///
    /// # Errors
    /// A refusal where its actor may not plan.
    pub(super) fn begin(office: &Acting) -> Result<RunLine> {
        may(office.actor(), Deed::PlanVisits, &DeedCase::default())?;
        let by = RunBy::of(office.actor()).expect("planning is open to users and the program alone");
        let begun_at = office.clock.now();
        Ok(RunLine { by, begun_at, fact: None, kept: RunCounts::default(), told: RunCounts::default() })
    }

    /// Keeps what the run has done up to this part of it, in the part's own transaction.
    pub(super) async fn keep(&mut self, tx: &mut Tx, summary: &PlanSummary) -> Result<()> {
        let counts = RunCounts::of(summary);
        if !counts.without(self.told).has_changed() {
            return Ok(());
        }
        if let Some(fact) = &self.fact {
            if store::fact::replace(tx, fact, &self.as_kept(counts)).await? {
                self.kept = counts;
                return Ok(());
            }
            self.told = self.kept;
        }
        let text = self.as_kept(counts);
        for number in 1_u64.. {
            let fact = format!("{RUNS}{number}");
            if store::fact::put_new(tx, &fact, &text).await? {
                self.fact = Some(fact);
                break;
            }
        }
        self.kept = counts;
        Ok(())
    }

    /// Writes the line, where there is anything to tell.
    pub(super) async fn end(mut self, tx: &mut Tx, summary: &PlanSummary) -> Result<()> {
        if let Some(fact) = &self.fact
            && store::fact::take(tx, fact).await?.is_none()
        {
            self.told = self.kept;
        }
        let counts = RunCounts::of(summary).without(self.told);
        if counts.has_changed() {
            let line = DeedNote { after: Some(json!(counts)), ..DeedNote::of_office(Deed::PlanVisits, "plan") };
            note(tx, &DeedCase::default(), line)?;
        }
        Ok(())
    }

    fn as_kept(&self, counts: RunCounts) -> String {
        let kept = KeptRun { by: self.by.clone(), begun_at: self.begun_at, counts: counts.without(self.told) };
        serde_json::to_string(&kept).expect("plain data")
    }
}

/// Writes the lines of runs that were cut off. One that still goes on tells the rest in a line of its own.
pub(super) async fn tell_of_cut_off(office: &Acting) -> Result<()> {
    for fact in store::fact::names_with(&office.db, RUNS).await? {
        let mut tx = office.begin_part().await?;
        let Some(kept) = store::fact::take(&mut tx, &fact).await? else { continue };
        let KeptRun { by, begun_at, counts } = serde_json::from_str(&kept).map_err(anyhow::Error::from)?;
        let mut after = json!(counts);
        after["cut_off"] = json!(true);
        after["begun_at"] = json!(begun_at);
        let line = DeedNote { after: Some(after), ..DeedNote::of_office(Deed::PlanVisits, "plan") };
        note_by(&mut tx, &by.actor(), &DeedCase::default(), line)?;
        tx.commit().await?;
    }
    Ok(())
}
