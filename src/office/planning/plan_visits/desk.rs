//! The planner's desk: what one run knows about everybody, and the days as they fill up.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::{Days, NaiveDate};

use super::case::Case;
use super::contracts::{Contracts, Held, Promise};
use super::days::Diary;
use super::follow::Followed;
use super::run_line::RunLine;
use super::{Keep, Office, PlanSummary, PlanTakenBack, Result};
use crate::Tools;
use domain::audit::promises::AnsweredPromise;
use domain::contract::history::PromisedStretch;
use domain::contract::{Every, Term};
use domain::ids::{ContractCode, SiteCode, SlotId, TermName, VisitId};
use domain::people::equipment::{Equipment, Site};
use domain::planning::course::RoundCourse;
use domain::planning::far::{FarPlan, FarSlot, FarSlots, FarVisit};
use domain::planning::slots::{Slot, Unplanned};
use domain::planning::{Round, Wanted};
use store::Db;

/// After this many rows, a transaction stores them: it holds SQLite's only writer for some tens of milliseconds.
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
    /// What is left of rounds that have followed their contracts.
    pub(super) followed: HashMap<RoundKey, Followed>,
    pub(super) line: RunLine,
}

/// The input for planning one page of sites, and the results.
#[derive(Default)]
struct Page {
    rounds: HashMap<SiteCode, Vec<Round>>,
    equipment: HashMap<SiteCode, Vec<Equipment>>,
    answered: HashMap<RoundKey, AnsweredPromise>,
    /// The highest slot numbers at sites where a round begins.
    last_numbers: HashMap<RoundKey, u32>,
    planned: Vec<Planned>,
    /// The number of rows to be stored.
    rows: usize,
    /// Slots of rules, by contract, term, first day and the office's first day: expanding a rule is slow, and its sites
    /// share the result.
    by_rule: HashMap<(ContractCode, TermName, NaiveDate, NaiveDate), Vec<Slot>>,
    /// The first day of the next slot of rules.
    next_by_rule: HashMap<(ContractCode, TermName), Option<NaiveDate>>,
}

/// What was just planned for a round.
struct Planned {
    round: Round,
    /// Its far part as it was read; `None` if there was no round.
    was: Option<Option<String>>,
    /// The new slots. They get their numbers when they are stored.
    new: FarSlots,
}

/// Identifies a round by contract, site and term.
pub(super) type RoundKey = (ContractCode, SiteCode, TermName);

pub(super) fn key_of(round: &Round) -> RoundKey {
    (round.contract.clone(), round.site.clone(), round.term.clone())
}

/// The stored far part of a round, to detect later changes.
pub(super) fn far_of(round: &Round) -> Option<String> {
    round.far.as_ref().map(|far| far.kept.text.clone())
}

/// How a round continues.
struct Course {
    round: Round,
    stretches: Vec<PromisedStretch>,
    since_on: NaiveDate,
    from: NaiveDate,
    goes_on: GoesOn,
    /// Whether all sites of the contract with the same first day of the office have the same course.
    is_shared: IsShared,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum IsShared {
    Yes,
    No,
}

/// How a round continues from its previous state.
#[derive(Clone, Copy, PartialEq, Eq)]
enum GoesOn {
    /// It begins.
    Anew,
    /// With another rule, in addition to the windows that stay.
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
        let followed = HashMap::new();
        Ok(PlanningDesk { tools: office, today, until, keep, diary, contracts, old_slots, followed, line })
    }

    /// Plans the missing slots of these sites, into windows that begin on `from` or later, or are current. All
    /// computation is done without a transaction, and the results are stored in pieces, so that other lanes wait for
    /// one piece at most. A piece contains its sites' rounds with all of their slots, so that after an interruption the
    /// next run continues from there.
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
        for answered in store::audit::promises::answered(db, &codes).await? {
            let key = (answered.contract.clone(), answered.site.clone(), answered.term.clone());
            page.answered.insert(key, answered);
        }
        if page.answered.len() > page.rounds.values().map(Vec::len).sum() {
            for last in store::planning::slot::last_numbers(db, &codes).await? {
                page.last_numbers.insert((last.contract, last.site, last.term), last.number);
            }
        }
        for site in sites {
            self.plan_site(site, &mut page, summary)?;
            if page.rows >= ROWS_A_PIECE {
                self.keep(db, &mut page, summary).await?;
            }
        }
        self.keep(db, &mut page, summary).await
    }

    /// Stores the page's results so far in one transaction. Nothing is stored for rounds that somebody has changed in
    /// the meantime: the next run plans them.
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
        // All rounds of a site have the same engineer, if possible.
        let mut engineer = rounds.iter().find_map(|round| round.engineer.clone());
        let mut slots_waiting = 0;
        for held in self.contracts.covering(site) {
            for promise in &held.promises {
                let (contract, term) = (&held.contract.contract, &promise.term.key);
                let found = rounds.iter().position(|round| round.contract == *contract && round.term == *term);
                let round = found.map(|index| rounds.swap_remove(index));
                let was = round.as_ref().map(far_of);
                let next_was = round.as_ref().and_then(|round| round.next_on);
                let Some(mut course) = self.course(&held, promise, site, round, page, summary) else { continue };
                let due = self.due(&held, promise, &course, page)?;
                course.round.next_on = self.next_on(&held, promise, &course, page)?;
                if due.is_empty() && course.goes_on == GoesOn::AsItDid && course.round.next_on == next_was {
                    // How far a round is planned is only worth storing together with a slot.
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

    /// How a round continues; `None` if it is already fully planned.
    fn course(
        &self,
        held: &Held,
        promise: &Promise,
        site: &Site,
        round: Option<Round>,
        page: &Page,
        summary: &mut PlanSummary,
    ) -> Option<Course> {
        let (contract, term) = (&held.contract.contract, &promise.term.key);
        let key = (contract.clone(), site.site.clone(), term.clone());
        let answered = page.answered.get(&key);
        let since_on = answered.map_or(self.today, |answered| answered.since_on);
        let own = answered.and_then(|answered| answered.accepted_on);
        let stretches = held.stretches(&site.site, term, own);
        let ends_on = held.ends_on_at(&site.site);
        let is_shared = if stretches.len() == 1 && own.is_none() && !held.ends_by_itself_at(&site.site) {
            IsShared::Yes
        } else {
            IsShared::No
        };
        let mut course = match round {
            Some(round) if promise.made(&round.rule, ends_on) && round.planned_through >= self.until => return None,
            Some(round) if promise.made(&round.rule, ends_on) => {
                let from = round.planned_through + Days::new(1);
                Course { round, stretches, since_on, from, goes_on: GoesOn::AsItDid, is_shared }
            }
            Some(mut round) => {
                summary.takes_back(PlanTakenBack::TermChanged, 1);
                if !promise.keeps_rhythm(&round.rule) {
                    // Its position in the window is chosen again.
                    round.offset_days = None;
                }
                Course { round, stretches, since_on, from: self.today, goes_on: GoesOn::Otherwise, is_shared }
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
                // Periods before Ronda are not Ronda's, and those of a round that was deleted are still stored.
                let from = if page.last_numbers.contains_key(&key) { self.today } else { since_on };
                Course { round, stretches, since_on, from, goes_on: GoesOn::Anew, is_shared }
            }
        };
        course.round.rule = promise.rule(ends_on);
        course.round.planned_through = self.until;
        Some(course)
    }

    /// The slots of a round that do not exist yet.
    fn due(&self, held: &Held, promise: &Promise, course: &Course, page: &mut Page) -> Result<Vec<Slot>> {
        let (contract, term) = (&held.contract.contract, &promise.term);
        let Course { stretches, since_on, from, .. } = course;
        let made = || {
            RoundCourse { stretches, since_on: *since_on }
                .slots(*from, self.until)
                .map_err(|bad| anyhow::anyhow!("contract {contract}, term {}: {bad}", term.key))
        };
        let mut due = match (&term.every, course.is_shared) {
            (Every::Months(_) | Every::Weeks(_), _) | (Every::Rule(_), IsShared::No) => made()?,
            (Every::Rule(_), IsShared::Yes) => {
                match page.by_rule.entry((contract.clone(), term.key.clone(), *from, *since_on)) {
                    Entry::Occupied(known) => known.get().clone(),
                    Entry::Vacant(unknown) => unknown.insert(made()?).clone(),
                }
            }
        };
        let key = key_of(&course.round);
        let followed = self.followed.get(&key);
        due.retain(|slot| match course.goes_on {
            GoesOn::Anew => true,
            GoesOn::Otherwise => followed.is_none_or(|followed| !followed.kept.contains(&slot.number)),
            GoesOn::AsItDid => slot.first_on >= *from,
        });
        // No number is used twice: if an earlier version has used one, all are raised above it.
        let is_taken = |number: &u32| match course.goes_on {
            GoesOn::Anew => page.last_numbers.get(&key).is_some_and(|last| number <= last),
            GoesOn::Otherwise => followed.is_some_and(|followed| followed.taken.contains(number)),
            GoesOn::AsItDid => false,
        };
        while due.iter().any(|slot| is_taken(&slot.number)) {
            due.iter_mut().for_each(|slot| slot.number += 1);
        }
        Ok(due)
    }

    /// The first day of the first window that is not planned yet; `None` if the contract calls for no more.
    fn next_on(&self, held: &Held, promise: &Promise, course: &Course, page: &mut Page) -> Result<Option<NaiveDate>> {
        let (contract, term) = (&held.contract.contract, &promise.term);
        let found = || {
            RoundCourse { stretches: &course.stretches, since_on: course.since_on }
                .next_after(self.until)
                .map_err(|bad| anyhow::anyhow!("contract {contract}, term {}: {bad}", term.key))
        };
        match (&term.every, course.is_shared) {
            (Every::Months(_) | Every::Weeks(_), _) | (Every::Rule(_), IsShared::No) => Ok(found()?),
            (Every::Rule(_), IsShared::Yes) => match page.next_by_rule.entry((contract.clone(), term.key.clone())) {
                Entry::Occupied(known) => Ok(*known.get()),
                Entry::Vacant(unknown) => Ok(*unknown.insert(found()?)),
            },
        }
    }

    /// Gives each slot a visit, or the reason why it has none.
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
            let plan = match self.place(case, &promise.term, slot, round, &[]) {
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

    /// Finds an engineer and a day; the first visit found determines the round's engineer. The visit has no number yet.
    pub(super) fn place(
        &mut self,
        case: &Case<'_>,
        term: &Term,
        slot: Slot,
        round: &mut Round,
        called_off_on: &[NaiveDate],
    ) -> std::result::Result<FarVisit, Unplanned> {
        let own = round.engineer.as_ref().and_then(|code| self.diary.index_of(code));
        if own.is_none() && round.far.is_none() {
            // The round's engineer has left. Far visits are handed over separately.
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
            called_off_on,
        })?;
        // The first window may be half over, so the visit's position in it says nothing about later months.
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

/// The word of a reason, for counting.
pub(super) fn word(why: &Unplanned) -> String {
    serde_json::to_value(why)
        .ok()
        .and_then(|value| value["why"].as_str().map(str::to_owned))
        .expect("a reason is tagged with its word")
}
