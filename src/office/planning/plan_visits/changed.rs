//! What has changed since the last run: which sites are looked at, and which rounds are taken back.

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

/// The fact that names what every site was planned by: contracts, their terms, and sites.
const PLANNED_BY: &str = "planned-by";
/// Rounds that are read at once.
const ROUNDS_A_PAGE: i64 = 2_000;
/// Rounds that one transaction takes back.
const ROUNDS_A_PIECE: usize = 100;
/// Sites that are read at once.
const SITES_A_PAGE: u32 = 500;

/// The sites that one run plans.
pub(super) enum SitesToPlan {
    /// A contract, a plan or a site has changed, and any round may have.
    EverySite { after: String },
    /// All is as it was: those of which a window begins within the horizon that is not planned yet, and the first day of the
    /// first of them.
    Due { sites: std::vec::IntoIter<SiteCode>, from: NaiveDate },
}

impl SitesToPlan {
    /// Before this day no visit is placed, unless `today` is later.
    pub(super) fn from(&self, today: NaiveDate) -> NaiveDate {
        match self {
            SitesToPlan::EverySite { .. } => today,
            SitesToPlan::Due { from, .. } => *from,
        }
    }

    /// The next sites; none where that was all.
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
    /// What every site is planned by now.
    pub(super) async fn planned_by(&self, db: &Db) -> Result<String> {
        let changes = store::planning::changes::count(db).await?;
        Ok(sha256(format!("{changes}\n{}", self.contracts.in_short()).as_bytes()))
    }

    /// Which sites are to be looked at.
    pub(super) async fn sites_to_plan(&self, db: &Db, planned_by: &str) -> Result<SitesToPlan> {
        if store::fact::get(db, PLANNED_BY).await?.as_deref() != Some(planned_by) {
            return Ok(SitesToPlan::EverySite { after: String::new() });
        }
        let due = store::planning::round::sites_due(db, self.until).await?;
        let from = due.iter().map(|due| due.next_on).min().unwrap_or(self.until);
        let sites: Vec<SiteCode> = due.into_iter().map(|due| due.site).collect();
        Ok(SitesToPlan::Due { sites: sites.into_iter(), from })
    }

    /// Takes back the future of rounds that go by another rule than they did, and of those that no contract calls for any
    /// more; before anything is planned, so that what they leave free can be used. Should the run end before they are
    /// planned anew, the next one finds them with their former rule, and does the same once more.
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

    /// Lets some rounds follow in one transaction. Whoever was told of a visit after the end hears of it then, in one for
    /// each; a run that ends before finds them again, for their round is as it was.
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
            // Where nothing is left of it, all of it is over.
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
                store::visits::make_extra(&mut tx, *visit).await?;
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

/// Notes that every site was planned by this.
pub(super) async fn note_planned_by(tx: &mut Tx, planned_by: &str) -> Result<()> {
    Ok(store::fact::set(tx, PLANNED_BY, planned_by).await?)
}
