//! What has changed since the last run: which sites have to be planned, and which rounds are taken back.

use super::contracts::CallsFor;
use super::desk::PlanningDesk;
use super::follow::{AfterTheEnd, CalledFor, UntoldPlans, follow};
use super::{Acting, Keep, PlanSummary, PlanTakenBack, Result};
use crate::documents::sha256;
use crate::visits::book_visits::end_visit;
use chrono::NaiveDate;
use domain::ids::SiteCode;
use domain::people::equipment::Site;
use domain::planning::course::RoundCourse;
use domain::planning::{FreedBy, RoundRule};
use store::{Db, Tx};

/// The fact that identifies what all sites were planned by: contracts, their terms, and sites.
const PLANNED_BY: &str = "planned-by";
/// How many rounds are read at once.
const ROUNDS_A_PAGE: i64 = 2_000;
/// How many rounds one transaction takes back.
const ROUNDS_A_PIECE: usize = 100;
/// How many sites are read at once.
const SITES_A_PAGE: u32 = 500;

/// The sites that one run plans.
pub(super) enum SitesToPlan {
    /// A contract, a plan or a site has changed, which may affect any round.
    EverySite { after: String },
    /// Nothing has changed: only sites with a window that begins within the horizon and is not planned yet, and the
    /// first day of the earliest such window.
    Due { sites: std::vec::IntoIter<SiteCode>, from: NaiveDate },
}

impl SitesToPlan {
    /// No visit is placed before this day, or before `today` if that is later.
    pub(super) fn from(&self, today: NaiveDate) -> NaiveDate {
        match self {
            SitesToPlan::EverySite { .. } => today,
            SitesToPlan::Due { from, .. } => *from,
        }
    }

    /// The next sites; empty if there are no more.
    pub(super) async fn page(&mut self, db: &Db) -> Result<Vec<Site>> {
        match self {
            SitesToPlan::EverySite { after } => {
                let sites = store::people::site::page(db, after, SITES_A_PAGE).await?;
                if let Some(last) = sites.last() {
                    *after = last.site.to_string();
                }
                Ok(sites)
            }
            SitesToPlan::Due { sites, .. } => {
                let codes: Vec<SiteCode> = sites.by_ref().take(usize::try_from(SITES_A_PAGE).expect("a few")).collect();
                let mut page = store::people::site::with_codes(db, &codes).await?;
                page.sort_by_cached_key(|site| codes.iter().position(|code| *code == site.site));
                Ok(page)
            }
        }
    }
}

impl PlanningDesk<'_> {
    /// What all sites are planned by now.
    pub(super) async fn planned_by(&self, db: &Db) -> Result<String> {
        let changes = store::planning::changes::count(db).await?;
        Ok(sha256(format!("{changes}\n{}", self.contracts.in_short()).as_bytes()))
    }

    /// Which sites have to be planned.
    pub(super) async fn sites_to_plan(&self, db: &Db, planned_by: &str) -> Result<SitesToPlan> {
        if store::fact::get(db, PLANNED_BY).await?.as_deref() != Some(planned_by) {
            return Ok(SitesToPlan::EverySite { after: String::new() });
        }
        let due = store::planning::round::sites_due(db, self.until).await?;
        let from = due.iter().map(|due| due.next_on).min().unwrap_or(self.until);
        let sites: Vec<SiteCode> = due.into_iter().map(|due| due.site).collect();
        Ok(SitesToPlan::Due { sites: sites.into_iter(), from })
    }

    /// Takes back the future of rounds whose rule has changed, and of rounds that no contract calls for any more. This
    /// is done before anything is planned, so that the time they free can be used. If the run ends before they are
    /// planned again, the next one finds them with their former rule and repeats this.
    pub(super) async fn take_changed_back(&mut self, office: &Acting, summary: &mut PlanSummary) -> Result<()> {
        if self.keep == Keep::DryRun {
            return Ok(());
        }
        let mut last: Option<RoundRule> = None;
        loop {
            let page = store::planning::round::rules(&office.db, last.as_ref(), ROUNDS_A_PAGE).await?;
            let changed = |round: &&RoundRule| match self.contracts.calls_for(round) {
                CallsFor::It => false,
                CallsFor::UntilAnotherDay | CallsFor::Otherwise | CallsFor::Nothing => true,
            };
            let changed: Vec<&RoundRule> = page.iter().filter(changed).collect();
            for piece in changed.chunks(ROUNDS_A_PIECE) {
                self.follow_piece(office, piece, summary).await?;
            }
            let Some(end) = page.into_iter().next_back() else { return Ok(()) };
            last = Some(end);
        }
    }

    /// Makes some rounds follow their contracts in one transaction. After that, people are told about cancelled visits
    /// after the contract's end, one transaction each; if the run ends before, the next one finds these rounds
    /// unchanged.
    async fn follow_piece(&mut self, office: &Acting, piece: &[&RoundRule], summary: &mut PlanSummary) -> Result<()> {
        let mut sites: Vec<SiteCode> = piece.iter().map(|round| round.site.clone()).collect();
        sites.dedup();
        let answered = store::audit::promises::answered(&office.db, &sites).await?;
        let mut after_the_end = Vec::new();
        let mut tx = office.begin_part().await?;
        for round in piece {
            let RoundRule { contract, site, term, .. } = round;
            store::planning::round::forget_far(&mut tx, contract, site, term).await?;
            let slots = store::planning::slot::of_round(&mut tx, contract, site, term, self.today).await?;
            let known = answered.iter().find(|one| (&one.contract, &one.site, &one.term) == (contract, site, term));
            let since_on = known.map_or(self.today, |one| one.since_on);
            let own = known.and_then(|one| one.accepted_on);
            let stretches = self.contracts.get(contract).map_or_else(Vec::new, |held| held.stretches(site, term, own));
            let from = slots.iter().map(|stored| stored.slot.first_on).min().unwrap_or(self.today);
            let slots_now = RoundCourse { stretches: &stretches, since_on }
                .slots(from.min(self.today), self.until)
                .map_err(|bad| anyhow::anyhow!("contract {contract}, term {term}: {bad}"))?;
            // If nothing is left of the contract, all of it is over.
            let ends_on = stretches.last().map_or(self.today.pred_opt(), |last| last.through);
            let plans = match self.contracts.calls_for(round) {
                CallsFor::It | CallsFor::UntilAnotherDay => UntoldPlans::Stay,
                CallsFor::Otherwise | CallsFor::Nothing => UntoldPlans::Go,
            };
            let called = CalledFor { slots: &slots_now, ends_on, plans, today: self.today };
            let mut followed = follow(office, &mut tx, &called, slots, summary).await?;
            after_the_end.append(&mut followed.after_the_end);
            self.followed.insert((contract.clone(), site.clone(), term.clone()), followed);
        }
        store::planning::freed::note(&mut tx, FreedBy::Visit).await?;
        self.line.keep(&mut tx, summary).await?;
        tx.commit().await?;
        for AfterTheEnd { visit, ended_on, .. } in &after_the_end {
            end_visit(office, *visit, *ended_on).await?;
        }
        let over = piece.iter().filter(|round| self.contracts.calls_for(round) == CallsFor::Nothing);
        let mut tx = office.begin_part().await?;
        for AfterTheEnd { visit, slot, .. } in &after_the_end {
            if let Some(slot) = slot {
                store::visits::extra::take_out_of_slot(&mut tx, *visit).await?;
                store::planning::slot::forget(&mut tx, *slot).await?;
            }
        }
        for round in over {
            store::planning::round::delete(&mut tx, round).await?;
            summary.takes_back(PlanTakenBack::NotPromised, 1);
        }
        self.line.keep(&mut tx, summary).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Records what all sites were planned by.
pub(super) async fn note_planned_by(tx: &mut Tx, planned_by: &str) -> Result<()> {
    Ok(store::fact::set(tx, PLANNED_BY, planned_by).await?)
}
