//! The planner's desk: what one run knows of everyone, and the days as they fill.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::{Days, NaiveDate};

use super::case::Case;
use super::contracts::{Contracts, Held, Promise};
use super::days::Diary;
use super::run_line::RunLine;
use super::{Keep, Office, PlanSummary, PlanTakenBack, Result};
use crate::Tools;
use domain::contract::{Contract, Every, Term};
use domain::ids::{ContractCode, SiteCode, SlotId, TermName, VisitId};
use domain::people::equipment::{Equipment, Site};
use domain::planning::far::{FarPlan, FarSlot, FarSlots, FarVisit};
use domain::planning::slots::{Slot, Unplanned, next_after, slots};
use domain::planning::{Round, RoundRest, Wanted};
use store::Db;

/// Rows after which a transaction stores them: it holds SQLite's one writer for some tens of milliseconds.
const ROWS_A_PIECE: usize = 2_000;

pub(super) struct PlanningDesk<'a> {
    pub(super) tools: &'a Tools,
    pub(super) today: NaiveDate,
    pub(super) until: NaiveDate,
    pub(super) keep: Keep,
    pub(super) diary: Diary,
    pub(super) contracts: Contracts,
    /// Slots up to this number are from earlier runs.
    pub(super) old_slots: SlotId,
    /// What stays of rounds whose rule has changed.
    pub(super) stays: HashMap<RoundKey, RoundRest>,
    pub(super) line: RunLine,
}

/// What one page of sites is planned from, and what comes of it.
#[derive(Default)]
struct Page {
    rounds: HashMap<SiteCode, Vec<Round>>,
    equipment: HashMap<SiteCode, Vec<Equipment>>,
    planned: Vec<Planned>,
    /// Rows that these are.
    rows: usize,
    /// Slots of rules, by contract, term and first day: expanding one is slow, and its sites share it.
    by_rule: HashMap<(ContractCode, TermName, NaiveDate), Vec<Slot>>,
    /// The first day of the next slot of rules.
    next_by_rule: HashMap<(ContractCode, TermName), Option<NaiveDate>>,
}

/// What was planned of a round just now.
struct Planned {
    round: Round,
    /// What was far of it when it was read; None where there was no round.
    was: Option<Option<String>>,
    /// The new slots. They have their numbers when they are stored.
    new: FarSlots,
}

/// A round by contract, site and term.
pub(super) type RoundKey = (ContractCode, SiteCode, TermName);

pub(super) fn key_of(round: &Round) -> RoundKey {
    (round.contract.clone(), round.site.clone(), round.term.clone())
}

/// What is far of a round, as it is kept: what it is known by again.
pub(super) fn far_of(round: &Round) -> Option<String> {
    round.far.as_ref().map(|far| far.kept.text.clone())
}

/// How a round goes on.
struct Course {
    round: Round,
    from: NaiveDate,
    /// The number after which its new slots are numbered.
    last_number: u32,
    goes_on: GoesOn,
}

/// How a round goes on from what it was.
#[derive(Clone, Copy, PartialEq, Eq)]
enum GoesOn {
    /// It begins; a window that is not half over yet is its own.
    Anew,
    /// By another rule, after the windows that stay.
    Otherwise,
    AsItDid,
}

impl<'a> PlanningDesk<'a> {
    pub(super) async fn open(
        office: &'a Office,
        today: NaiveDate,
        until: NaiveDate,
        keep: Keep,
        line: RunLine,
    ) -> Result<PlanningDesk<'a>> {
        let diary = Diary::open(office, today).await?;
        let contracts = Contracts::load(office).await?;
        let old_slots = store::planning::numbers::last(&office.db).await?.slot;
        let stays = HashMap::new();
        Ok(PlanningDesk { tools: office, today, until, keep, diary, contracts, old_slots, stays, line })
    }

    /// Plans the slots of these sites that do not exist yet, into windows that begin on `from` or later, but for those that
    /// are under way. It thinks while no transaction is open, and stores what it has found in pieces: who has to judge
    /// something at a moment waits for one piece at most. A piece holds its sites' rounds with all of their slots, so that
    /// a run that ends between two of them goes on from there.
    pub(super) async fn plan_page(
        &mut self,
        db: &Db,
        sites: &[Site],
        from: NaiveDate,
        summary: &mut PlanSummary,
    ) -> Result<()> {
        self.diary.fill(db, from, &self.contracts).await?;
        let codes: Vec<SiteCode> = sites.iter().map(|site| site.site.clone()).collect();
        let mut rounds: HashMap<SiteCode, Vec<Round>> = HashMap::new();
        for round in store::planning::round::of_sites(db, &codes).await? {
            rounds.entry(round.site.clone()).or_default().push(round);
        }
        let mut equipment: HashMap<SiteCode, Vec<Equipment>> = HashMap::new();
        for one in store::people::equipment::of_sites(db, &codes).await? {
            equipment.entry(one.site.clone()).or_default().push(one);
        }
        let mut page = Page { rounds, equipment, ..Page::default() };
        for site in sites {
            self.plan_site(site, &mut page, summary)?;
            if page.rows >= ROWS_A_PIECE {
                self.keep(db, &mut page, summary).await?;
            }
        }
        self.keep(db, &mut page, summary).await
    }

    /// Stores what a page holds so far, in one transaction. Of a round that somebody has changed meanwhile nothing is
    /// kept: the next run plans it.
    async fn keep(&mut self, db: &Db, page: &mut Page, summary: &mut PlanSummary) -> Result<()> {
        let mut planned = std::mem::take(&mut page.planned);
        page.rows = 0;
        let count = |planned: &[Planned]| {
            let slots = planned.iter().flat_map(|planned| &planned.new.slots);
            (slots.clone().count(), slots.filter(|slot| slot.visit().is_some()).count())
        };
        if self.keep == Keep::DryRun || planned.is_empty() {
            let (slots, visits) = count(&planned);
            summary.slots += slots as u64;
            summary.visits += visits as u64;
            return Ok(());
        }
        let mut sites: Vec<SiteCode> = planned.iter().map(|planned| planned.round.site.clone()).collect();
        sites.dedup();
        let mut tx = db.begin().await?;
        let held = store::planning::round::held(&mut tx, &sites).await?;
        let held: HashMap<RoundKey, Option<String>> = held.iter().map(|round| (key_of(round), far_of(round))).collect();
        planned.retain(|planned| held.get(&key_of(&planned.round)) == planned.was.as_ref());
        let (slots, visits) = count(&planned);
        let mut last = store::planning::numbers::take(&mut tx, slots, visits).await?;
        let (mut rounds, mut near_slots, mut near_visits) = (Vec::new(), Vec::new(), Vec::new());
        for Planned { mut round, new, .. } in planned {
            let own = round.engineer.clone();
            let mut far = FarSlots { slots: Vec::new(), ..new };
            if let Some(packed) = &round.far {
                far.slots = packed.unpack(own.as_ref()).slots;
            }
            for mut slot in new.slots {
                last.slot.0 += 1;
                slot.id = last.slot;
                if let FarPlan::Visit(visit) = &mut slot.plan {
                    last.visit.0 += 1;
                    visit.visit = last.visit;
                }
                if far.near_on(&slot) <= self.today {
                    near_slots.push(far.stored(&round, &slot));
                    near_visits.extend(far.new_visit(&round, &slot));
                } else {
                    far.slots.push(slot);
                }
            }
            round.far = far.pack(own.as_ref());
            rounds.push(round);
        }
        store::planning::round::put(&mut tx, &rounds).await?;
        store::planning::slot::put(&mut tx, &near_slots).await?;
        store::visits::put_planned(&mut tx, &near_visits).await?;
        summary.slots += slots as u64;
        summary.visits += visits as u64;
        self.line.keep(&mut tx, summary).await?;
        tx.commit().await?;
        Ok(())
    }

    fn plan_site(&mut self, site: &Site, page: &mut Page, summary: &mut PlanSummary) -> Result<()> {
        let mut rounds = page.rounds.remove(&site.site).unwrap_or_default();
        let equipment = page.equipment.remove(&site.site).unwrap_or_default();
        let case = Case::of(site, &equipment, &self.tools.calendars, self.today);
        // A site's rounds are one engineer's, where that can be.
        let mut engineer = rounds.iter().find_map(|round| round.engineer.clone());
        let mut slots_waiting = 0;
        for held in self.contracts.covering(site) {
            for promise in &held.promises {
                let (contract, term) = (&held.contract.contract, &promise.term.key);
                let found = rounds.iter().position(|round| round.contract == *contract && round.term == *term);
                let round = found.map(|index| rounds.swap_remove(index));
                let was = round.as_ref().map(far_of);
                let next_was = round.as_ref().and_then(|round| round.next_on);
                let Some(mut course) = self.course(&held, promise, site, round, summary) else { continue };
                let due = self.due(&held, promise, &course, page)?;
                course.round.next_on = self.next_on(&held, promise, page)?;
                if due.is_empty() && course.goes_on == GoesOn::AsItDid && course.round.next_on == next_was {
                    // What is planned through is only worth writing with a slot.
                    continue;
                }
                slots_waiting += if case.waits_for_calendar() { due.len() } else { 0 };
                let mut round = course.round;
                round.engineer = round.engineer.or_else(|| engineer.clone());
                let new = self.plan_round(&case, promise, &mut round, due, summary);
                engineer = engineer.or_else(|| round.engineer.clone());
                let near = new.slots.iter().filter(|slot| new.near_on(slot) <= self.today).count();
                page.rows += 1 + 2 * near;
                page.planned.push(Planned { round, was, new });
            }
        }
        if slots_waiting > 0 {
            *summary.waiting_for_calendar.entry(site.calendar_code()).or_default() += 1;
        }
        Ok(())
    }

    /// How a round goes on; None where it is planned through already.
    fn course(
        &self,
        held: &Held,
        promise: &Promise,
        site: &Site,
        round: Option<Round>,
        summary: &mut PlanSummary,
    ) -> Option<Course> {
        let (contract, term) = (&held.contract.contract, &promise.term.key);
        let mut course = match round {
            Some(round) if promise.made(&round.rule) && round.planned_through >= self.until => return None,
            Some(round) if promise.made(&round.rule) => {
                let from = round.planned_through + Days::new(1);
                Course { round, from, last_number: 0, goes_on: GoesOn::AsItDid }
            }
            Some(round) => {
                let nothing = RoundRest { last_number: 0, last_on: None };
                let rest = self.stays.get(&key_of(&round)).copied().unwrap_or(nothing);
                summary.takes_back(PlanTakenBack::TermChanged, 1);
                let from = rest.last_on.map_or(self.today, |day| (day + Days::new(1)).max(self.today));
                Course { round, from, last_number: rest.last_number, goes_on: GoesOn::Otherwise }
            }
            None => {
                let round = Round {
                    contract: contract.clone(),
                    site: site.site.clone(),
                    term: term.clone(),
                    rule: String::new(),
                    planned_through: self.until,
                    next_on: None,
                    offset_days: None,
                    engineer: None,
                    far: None,
                };
                // What was before today is not planned: what was before Ronda is not Ronda's.
                Course { round, from: self.today, last_number: 0, goes_on: GoesOn::Anew }
            }
        };
        course.round.rule.clone_from(&promise.rule);
        course.round.planned_through = self.until;
        Some(course)
    }

    /// The slots of a round that do not exist yet.
    fn due(&self, held: &Held, promise: &Promise, course: &Course, page: &mut Page) -> Result<Vec<Slot>> {
        let Contract { contract, accepted_on, ends_on, .. } = &held.contract;
        let term = &promise.term;
        let made = || {
            slots(term, *accepted_on, *ends_on, course.from, self.until)
                .map_err(|bad| anyhow::anyhow!("contract {contract}, term {}: {bad}", term.key))
        };
        let mut due = match &term.every {
            Every::Months(_) | Every::Weeks(_) => made()?,
            Every::Rule(_) => match page.by_rule.entry((contract.clone(), term.key.clone(), course.from)) {
                Entry::Occupied(known) => known.get().clone(),
                Entry::Vacant(unknown) => unknown.insert(made()?).clone(),
            },
        };
        due.retain(|slot| match course.goes_on {
            GoesOn::Anew => self.is_ahead(slot),
            GoesOn::Otherwise | GoesOn::AsItDid => slot.first_on >= course.from,
        });
        // Where a changed rule has pushed the first number up, the others rise with it.
        let mut last = course.last_number;
        for slot in &mut due {
            slot.number = slot.number.max(last + 1);
            last = slot.number;
        }
        Ok(due)
    }

    /// The day on which the first window begins that is not planned yet; None where the contract calls for no more.
    fn next_on(&self, held: &Held, promise: &Promise, page: &mut Page) -> Result<Option<NaiveDate>> {
        let Contract { contract, accepted_on, ends_on, .. } = &held.contract;
        let term = &promise.term;
        let found = || {
            next_after(term, *accepted_on, *ends_on, self.until)
                .map_err(|bad| anyhow::anyhow!("contract {contract}, term {}: {bad}", term.key))
        };
        match &term.every {
            Every::Months(_) | Every::Weeks(_) => Ok(found()?),
            Every::Rule(_) => match page.next_by_rule.entry((contract.clone(), term.key.clone())) {
                Entry::Occupied(known) => Ok(*known.get()),
                Entry::Vacant(unknown) => Ok(*unknown.insert(found()?)),
            },
        }
    }

    /// Whether a round that begins today still has the better half of this window: one that is nearly over was
    /// served before Ronda came.
    fn is_ahead(&self, slot: &Slot) -> bool {
        (slot.last_on - self.today) * 2 >= slot.last_on - slot.first_on
    }

    /// Gives each slot its visit, or the reason why it has none.
    fn plan_round(
        &mut self,
        case: &Case<'_>,
        promise: &Promise,
        round: &mut Round,
        due: Vec<Slot>,
        summary: &mut PlanSummary,
    ) -> FarSlots {
        let mut new = FarSlots::of_term(&promise.term);
        for slot in due {
            let plan = match self.place(case, &promise.term, slot, round) {
                Ok(visit) => FarPlan::Visit(visit),
                Err(why) => {
                    *summary.unplanned.entry(word(&why)).or_default() += 1;
                    FarPlan::Waits(why)
                }
            };
            new.slots.push(FarSlot { id: SlotId(0), slot, plan });
        }
        new
    }

    /// Finds engineer and day, and settles the round by the first visit that is found. The visit has no number yet.
    pub(super) fn place(
        &mut self,
        case: &Case<'_>,
        term: &Term,
        slot: Slot,
        round: &mut Round,
    ) -> std::result::Result<FarVisit, Unplanned> {
        let own = round.engineer.as_ref().and_then(|code| self.diary.index_of(code));
        if own.is_none() && round.far.is_none() {
            // Whoever had it is gone. Where something is far it is passed on by itself.
            round.engineer = None;
        }
        let placed = self.diary.planner.place(&Wanted {
            slot: case.equipped_days(term.purpose, slot),
            calendar: case.calendar_for(term.purpose, slot.first_on)?,
            roll: term.roll,
            skills: &case.skills,
            country: &case.site.country,
            position: case.site.position,
            takes_minutes: term.takes_minutes,
            offset_days: round.offset_days,
            engineer: own,
            not_before: self.today + Days::new(1),
        })?;
        // The first window may be half over: where it puts the visit says nothing about later months.
        if slot.first_on > self.today {
            round.offset_days = Some(placed.offset_days);
        }
        let engineer = &self.diary.planner.engineers()[placed.engineer].engineer;
        if round.engineer.is_none() {
            round.engineer = Some(engineer.clone());
        }
        let starts =
            self.tools.config.planning.day_starts + chrono::TimeDelta::minutes(i64::from(placed.starts_after_minutes));
        Ok(FarVisit { visit: VisitId(0), engineer: engineer.clone(), day: placed.day, starts })
    }
}

/// The word of a reason, for counts.
pub(super) fn word(why: &Unplanned) -> String {
    serde_json::to_value(why)
        .ok()
        .and_then(|value| value["why"].as_str().map(str::to_owned))
        .expect("a reason is tagged with its word")
}
