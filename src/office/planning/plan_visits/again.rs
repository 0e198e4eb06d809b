//! Tries slots of earlier runs again that have no visit yet.

use std::collections::{HashMap, HashSet};

use super::case::Case;
use super::desk::{PlanningDesk, RoundKey, far_of, key_of, word};
use super::free::sites_of;
use super::run_line::RunLine;
use super::{Keep, PlanSummary, Result, SLOTS_A_PAGE};
use crate::Tools;
use crate::documents::sha256;
use chrono::{Datelike, NaiveDate};
use domain::ids::{SiteCode, SlotId, VisitId};
use domain::people::equipment::Equipment;
use domain::planning::far::{FarPlan, FarSlots, FarVisit};
use domain::planning::slots::Unplanned;
use domain::planning::{Round, StoredSlot, WaitingSlots};
use domain::visits::NewVisit;
use store::Db;

/// How many rounds are read at once.
const ROUNDS_A_PAGE: i64 = 500;

/// A slot without a visit, and where it is stored.
struct Waits {
    slot: StoredSlot,
    kept: KeptIn,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum KeptIn {
    Itself,
    /// Far, in its round.
    Round,
}

/// The input for trying a page of slots, and the results.
struct Trial {
    rounds: HashMap<RoundKey, Round>,
    /// The far part of the rounds, as it was read.
    was: HashMap<RoundKey, Option<String>>,
    /// The far slots of rounds of which at least one was tried.
    far: HashMap<RoundKey, FarSlots>,
    /// Visits of near slots.
    visits: Vec<NewVisit>,
    reasons: Vec<(SlotId, Option<Unplanned>)>,
    changed: Vec<RoundKey>,
    /// The number of far slots that have a visit now.
    found_far: u64,
    /// Days on which visits of these slots were called off, and which are not proposed again.
    called_off: HashMap<SlotId, Vec<NaiveDate>>,
}

/// The fact that identifies the state in which slots without a visit were last tried.
const TRIED_BY: &str = "tried-by";

/// Which slots to try again.
enum ToTry {
    All,
    /// Nothing that could make room has changed: only slots whose window has ended get a new reason, and the others
    /// keep theirs.
    Over,
}

impl PlanningDesk<'_> {
    /// Tries slots without a visit again if something has changed that may have made room; days only fill up on their
    /// own. They are tried once a week in any case.
    pub(super) async fn try_again(&mut self, db: &Db, planned_by: &str, summary: &mut PlanSummary) -> Result<()> {
        let freed = store::planning::freed::noted(db).await?;
        let tried_by = self.tried_by(planned_by);
        let is_as_it_was = store::fact::get(db, TRIED_BY).await?.as_ref() == Some(&tried_by);
        if freed.is_empty() && is_as_it_was {
            self.try_those(db, &ToTry::Over, summary).await?;
            return self.count_waiting(db, summary).await;
        }
        self.try_those(db, &ToTry::All, summary).await?;
        if self.keep == Keep::Store {
            let mut tx = db.begin().await?;
            store::planning::freed::forget(&mut tx, &freed).await?;
            store::fact::set(&mut tx, TRIED_BY, &tried_by).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// The state that decides whether a slot can have a visit, besides the recorded events that free room.
    fn tried_by(&self, planned_by: &str) -> String {
        let Tools { calendars, config, .. } = self.tools;
        let planning = &config.planning;
        let week = self.today.iso_week();
        let text =
            format!("{planned_by} {} {} {} {week:?}", calendars.version(), planning.day_minutes, planning.day_starts);
        sha256(text.as_bytes())
    }

    /// Counts the reasons of slots that are not tried again.
    async fn count_waiting(&self, db: &Db, summary: &mut PlanSummary) -> Result<()> {
        for WaitingSlots { why, slots } in store::planning::slot::waiting_near(db, self.old_slots, self.until).await? {
            if why != Unplanned::Passed {
                *summary.unplanned.entry(word(&why)).or_default() += slots;
            }
        }
        for slot in self.far_that_wait(db).await? {
            let why = slot.unplanned.expect("it waits");
            *summary.unplanned.entry(word(&why)).or_default() += 1;
        }
        Ok(())
    }

    /// Tries slots in order of their numbers, one transaction per page.
    async fn try_those(&mut self, db: &Db, which: &ToTry, summary: &mut PlanSummary) -> Result<()> {
        let far = match which {
            ToTry::All => self.far_that_wait(db).await?,
            // Windows of far slots have not begun.
            ToTry::Over => Vec::new(),
        };
        let mut far = far.into_iter().peekable();
        let (mut after, mut are_more) = (SlotId(0), true);
        while are_more || far.peek().is_some() {
            let mut near = match which {
                ToTry::All => store::planning::slot::unplanned_near(db, after, self.until, SLOTS_A_PAGE).await?,
                ToTry::Over => store::planning::slot::waiting_until(db, after, self.today, SLOTS_A_PAGE).await?,
            };
            near.retain(|slot| slot.id <= self.old_slots);
            are_more = near.last().is_some();
            after = near.last().map_or(after, |last| last.id);
            // Slots whose window has ended stay as they are.
            near.retain(|slot| slot.unplanned != Some(Unplanned::Passed));
            let mut waits: Vec<Waits> = near.into_iter().map(|slot| Waits { slot, kept: KeptIn::Itself }).collect();
            let mut room = SLOTS_A_PAGE;
            while let Some(slot) = far.next_if(|slot| room > 0 && (slot.id < after || !are_more)) {
                // Far slots in between are tried together with their neighbours, however many they are.
                room -= i64::from(!are_more);
                waits.push(Waits { slot, kept: KeptIn::Round });
            }
            waits.sort_by_key(|one| one.slot.id);
            self.try_page_again(db, &waits, summary).await?;
        }
        Ok(())
    }

    /// The far slots without a visit, by number.
    async fn far_that_wait(&self, db: &Db) -> Result<Vec<StoredSlot>> {
        let (mut waiting, mut last) = (Vec::new(), None::<Round>);
        loop {
            let page = store::planning::round::waiting(db, last.as_ref(), ROUNDS_A_PAGE).await?;
            for round in &page {
                let Some(far) = round.far.as_ref().map(|far| far.unpack(round.engineer.as_ref())) else { continue };
                let slots = far.slots.iter().map(|slot| far.stored(round, slot));
                waiting.extend(slots.filter(|slot| {
                    slot.unplanned.is_some() && slot.slot.first_on <= self.until && slot.id <= self.old_slots
                }));
            }
            let Some(end) = page.into_iter().next_back() else { break };
            last = Some(end);
        }
        waiting.sort_by_key(|slot| slot.id);
        Ok(waiting)
    }

    async fn try_page_again(&mut self, db: &Db, slots: &[Waits], summary: &mut PlanSummary) -> Result<()> {
        if slots.is_empty() {
            return Ok(());
        }
        self.diary.fill(db, self.today, &self.contracts).await?;
        let sites = sites_of(db, slots.iter().map(|one| &one.slot.site)).await?;
        let codes: Vec<SiteCode> = sites.keys().cloned().collect();
        let mut equipment: HashMap<SiteCode, Vec<Equipment>> = HashMap::new();
        for one in store::people::equipment::of_sites(db, &codes).await? {
            equipment.entry(one.site.clone()).or_default().push(one);
        }
        let cases: HashMap<&SiteCode, Case<'_>> = sites
            .values()
            .map(|site| {
                let equipment = equipment.get(&site.site).map_or(&[][..], Vec::as_slice);
                (&site.site, Case::of(site, equipment, &self.tools.calendars, self.today))
            })
            .collect();
        let rounds = store::planning::round::of_sites(db, &codes).await?;
        let mut trial = Trial::of(rounds);
        let near: Vec<SlotId> = slots.iter().filter(|one| one.kept == KeptIn::Itself).map(|one| one.slot.id).collect();
        for called_off in store::visits::called_off::days(db, &near, self.today).await? {
            trial.called_off.entry(called_off.slot).or_default().push(called_off.day);
        }
        // It is thought before the transaction begins: whoever has to write waits for the writing alone.
        for waits in slots {
            // If its site, term or round no longer exists, the slot waits until its round is dropped.
            let Some(case) = cases.get(&waits.slot.site) else { continue };
            self.try_one(case, waits, &mut trial, summary);
        }
        summary.visits += trial.visits.len() as u64 + trial.found_far;
        if self.keep == Keep::Store {
            trial.keep(db, &mut self.line, summary).await?;
        }
        Ok(())
    }

    fn try_one(&mut self, case: &Case<'_>, waits: &Waits, trial: &mut Trial, summary: &mut PlanSummary) {
        let stored = &waits.slot;
        let held = self.contracts.get(&stored.contract).filter(|h| h.contract.customer == case.site.customer);
        let promise = held.as_ref().and_then(|held| held.promises.iter().find(|p| p.term.key == stored.term));
        let Some(term) = promise.map(|promise| &promise.term) else { return };
        let key = (stored.contract.clone(), stored.site.clone(), stored.term.clone());
        let Some(round) = trial.rounds.get_mut(&key) else { return };
        let called_off_on = trial.called_off.get(&stored.id).map_or(&[][..], Vec::as_slice);
        let found = self.place(case, term, stored.slot, round, called_off_on);
        if let Err(why) = &found {
            *summary.unplanned.entry(word(why)).or_default() += 1;
        }
        match waits.kept {
            KeptIn::Itself => {
                let why = found.as_ref().err().cloned();
                if let Ok(visit) = found {
                    trial.visits.push(FarSlots::of_term(term).visit_of(stored, &visit));
                    trial.changed.push(key);
                }
                if stored.unplanned != why {
                    trial.reasons.push((stored.id, why));
                }
            }
            KeptIn::Round => trial.settle_far(key, stored, found),
        }
    }
}

impl Trial {
    fn of(rounds: Vec<Round>) -> Trial {
        Trial {
            was: rounds.iter().map(|round| (key_of(round), far_of(round))).collect(),
            rounds: rounds.into_iter().map(|round| (key_of(&round), round)).collect(),
            far: HashMap::new(),
            visits: Vec::new(),
            reasons: Vec::new(),
            changed: Vec::new(),
            found_far: 0,
            called_off: HashMap::new(),
        }
    }

    /// Records the result for a far slot.
    fn settle_far(&mut self, key: RoundKey, stored: &StoredSlot, found: std::result::Result<FarVisit, Unplanned>) {
        let Some(round) = self.rounds.get(&key) else { return };
        let far = self.far.entry(key.clone()).or_insert_with(|| match &round.far {
            Some(packed) => packed.unpack(round.engineer.as_ref()),
            None => FarSlots { purpose: stored.purpose, takes_minutes: 0, announce_days: 0, slots: Vec::new() },
        });
        let Some(slot) = far.slots.iter_mut().find(|slot| slot.id == stored.id) else { return };
        self.found_far += u64::from(found.is_ok());
        let plan = found.map_or_else(FarPlan::Waits, FarPlan::Visit);
        if slot.plan != plan {
            slot.plan = plan;
            self.changed.push(key);
        }
    }

    /// Stores what has changed, in one transaction.
    async fn keep(mut self, db: &Db, line: &mut RunLine, summary: &PlanSummary) -> Result<()> {
        if self.reasons.is_empty() && self.changed.is_empty() {
            return Ok(());
        }
        self.changed.sort_unstable();
        self.changed.dedup();
        let mut sites: Vec<SiteCode> = self.changed.iter().map(|(_, site, _)| site.clone()).collect();
        sites.sort_unstable();
        sites.dedup();
        let mut tx = db.begin().await?;
        // Nothing is stored for rounds that somebody has changed in the meantime: the next night tries them again.
        let held = store::planning::round::held(&mut tx, &sites).await?;
        let as_it_was: HashSet<RoundKey> =
            held.iter().filter(|round| self.was.get(&key_of(round)) == Some(&far_of(round))).map(key_of).collect();
        self.changed.retain(|key| as_it_was.contains(key));
        // Somebody may have booked again what was called off.
        let near: Vec<SlotId> = self.visits.iter().map(|visit| visit.slot).collect();
        let waiting = store::visits::called_off::leave(&mut tx, &near).await?;
        self.visits.retain(|visit| waiting.contains(&visit.slot));
        let is_free = |(slot, why): &(SlotId, Option<Unplanned>)| why.is_some() || waiting.contains(slot);
        self.reasons.retain(is_free);
        let news = self.number(&mut tx).await?;
        for (slot, why) in &self.reasons {
            store::planning::slot::set_unplanned(&mut tx, *slot, why.as_ref()).await?;
        }
        store::planning::round::put(&mut tx, &news).await?;
        store::visits::put_planned(&mut tx, &self.visits).await?;
        line.keep(&mut tx, summary).await?;
        Ok(tx.commit().await?)
    }

    /// Gives the new visits their numbers, in the order of their slots, and builds the changed rounds.
    async fn number(&mut self, tx: &mut store::Tx) -> Result<Vec<Round>> {
        let changed: HashSet<&RoundKey> = self.changed.iter().collect();
        self.far.retain(|key, _| changed.contains(key));
        let far = self.far.values_mut().flat_map(|far| &mut far.slots);
        let far = far.filter_map(|slot| match &mut slot.plan {
            FarPlan::Visit(visit) if visit.visit == VisitId(0) => Some((slot.id, &mut visit.visit)),
            FarPlan::Visit(_) | FarPlan::Waits(_) => None,
        });
        let near = self.visits.iter_mut().map(|visit| (visit.slot, &mut visit.id));
        let mut without: Vec<(SlotId, &mut VisitId)> = near.chain(far).collect();
        without.sort_by_key(|(slot, _)| *slot);
        let mut last = store::planning::numbers::take(tx, 0, without.len()).await?.visit;
        for (_, number) in without {
            last.0 += 1;
            *number = last;
        }
        let mut rounds = Vec::with_capacity(self.changed.len());
        for key in &self.changed {
            let Some(mut round) = self.rounds.remove(key) else { continue };
            if let Some(far) = self.far.get(key) {
                round.far = far.pack(round.engineer.as_ref());
            }
            rounds.push(round);
        }
        Ok(rounds)
    }
}
