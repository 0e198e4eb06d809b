//! The line of a planning run in the audit trail, which is written at the end of the run. Until then, each part stores
//! what the line will say, so that if the run is interrupted, the next one writes it.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Acting, PlanSummary, Result};
use crate::acting::{note, note_by};
use domain::Instant;
use domain::access::{Deed, DeedCase, RunBy, may};
use domain::audit::trail::DeedNote;
use store::Tx;

/// The prefix of the facts for runs in progress, followed by a number.
const RUNS: &str = "planning-run/";

/// The counts of a run that its line contains.
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

/// The stored state of a run in progress.
#[derive(Debug, Serialize, Deserialize)]
struct KeptRun {
    by: RunBy,
    begun_at: Instant,
    #[serde(flatten)]
    counts: RunCounts,
}

/// The line of a run, as far as the run has come.
pub(super) struct RunLine {
    by: RunBy,
    begun_at: Instant,
    /// The fact in which it is stored; `None` until a part has changed something.
    fact: Option<String>,
    kept: RunCounts,
    /// What another run has already written in its place, because it seemed interrupted.
    told: RunCounts,
}

impl RunLine {
    /// The line of a run that begins now.
    ///
    /// # Errors
    /// A refusal if the actor may not plan.
    pub(super) fn begin(office: &Acting) -> Result<RunLine> {
        may(office.actor(), Deed::PlanVisits, &DeedCase::default())?;
        let by = RunBy::of(office.actor()).expect("planning is open to users and the program alone");
        let begun_at = office.clock.now();
        Ok(RunLine { by, begun_at, fact: None, kept: RunCounts::default(), told: RunCounts::default() })
    }

    /// Stores what the run has done so far, in the transaction of its current part.
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

    /// Writes the line, if there is anything to say.
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

/// Writes the lines of interrupted runs. If one is still going on, it will write the rest in a line of its own.
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
