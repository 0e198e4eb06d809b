//! The planner's desk: what one run knows of everyone, and the days as they fill.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::{Days, NaiveDate};

use super::case::Case;
use super::contracts::{Contracts, Held, Promise};
use super::{Keep, Office, PlanSummary, PlanTakenBack, Result};
use crate::Tools;
use domain::contract::{Contract, Every, Term};
use domain::ids::{ContractCode, EngineerCode, SiteCode, SlotId, TermName, VisitId};
use domain::people::equipment::{Equipment, Site};
use domain::planning::slots::{Slot, Unplanned, slots};
use domain::planning::{EngineerProfile, Planner, Proposal, Round, RoundRest, StoredSlot, Wanted};
use domain::visits::{Appointment, NewVisit};
use store::Db;

/// Engineers whose visits are read at once.
const ENGINEERS_A_PAGE: usize = 50;
/// Slots after which a transaction stores them: it holds SQLite's one writer for some tens of milliseconds.
const SLOTS_A_PIECE: usize = 1_000;
/// Rounds that one transaction takes back.
const ROUNDS_A_PIECE: usize = 100;

pub(super) struct PlanningDesk<'a> {
    pub(super) tools: &'a Tools,
    pub(super) today: NaiveDate,
    pub(super) until: NaiveDate,
    pub(super) keep: Keep,
    planner: Planner,
    by_code: HashMap<EngineerCode, usize>,
    pub(super) contracts: Contracts,
    /// Slots up to this number are from earlier runs.
    pub(super) old_slots: SlotId,
}

/// What one page of sites is planned from, and what comes of it.
#[derive(Default)]
struct Page {
    rounds: HashMap<SiteCode, Vec<Round>>,
    equipment: HashMap<SiteCode, Vec<Equipment>>,
    /// Rounds that no contract calls for any more.
    dropped: Vec<Round>,
    changed: Vec<Round>,
    /// Numbered from 1 on, until they are stored.
    slots: Vec<StoredSlot>,
    visits: Vec<NewVisit>,
    /// What stays of rounds whose rule has changed.
    stays: HashMap<RoundKey, RoundRest>,
    /// Slots of rules, by contract, term and first day: expanding one is slow, and its sites share it.
    by_rule: HashMap<(ContractCode, TermName, NaiveDate), Vec<Slot>>,
}

/// A round by contract, site and term.
pub(super) type RoundKey = (ContractCode, SiteCode, TermName);

pub(super) fn key_of(round: &Round) -> RoundKey {
    (round.contract.clone(), round.site.clone(), round.term.clone())
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
    ) -> Result<PlanningDesk<'a>> {
        let engineers = store::people::engineer::all(&office.db).await?;
        let profiles = engineers
            .into_iter()
            .map(|engineer| EngineerProfile {
                calendar: office.calendars.of_engineer(&engineer).ok(),
                country: engineer.country().to_owned(),
                engineer: engineer.engineer,
                skills: engineer.skills,
                position: engineer.position,
            })
            .collect::<Vec<_>>();
        let by_code: HashMap<_, _> =
            profiles.iter().enumerate().map(|(i, profile)| (profile.engineer.clone(), i)).collect();
        let mut planner = Planner::new(profiles, office.config.planning.day_minutes, today);
        note_busy(office, &mut planner, today).await?;
        let contracts = Contracts::load(office).await?;
        let old_slots = store::planning::slot::last_id(&mut office.db.begin().await?).await?;
        Ok(PlanningDesk { tools: office, today, until, keep, planner, by_code, contracts, old_slots })
    }

    /// Plans the slots of these sites that do not exist yet. It thinks while no transaction is open, and stores what it
    /// has found in pieces: who has to judge something at a moment waits for one piece at most. A piece holds its
    /// sites' rounds with all of their slots, so that a run that ends between two of them goes on from there.
    pub(super) async fn plan_page(&mut self, db: &Db, sites: &[Site], summary: &mut PlanSummary) -> Result<()> {
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
        self.take_changed_back(db, sites, &mut page).await?;
        for site in sites {
            self.plan_site(site, &mut page, summary)?;
            if page.slots.len() >= SLOTS_A_PIECE || page.dropped.len() >= ROUNDS_A_PIECE {
                self.keep(db, &mut page, summary).await?;
            }
        }
        self.keep(db, &mut page, summary).await
    }

    /// Takes back the future of rounds that go by another rule than they did. Should the run end before they are planned
    /// anew, the next one finds them with their former rule, and does the same once more.
    async fn take_changed_back(&self, db: &Db, sites: &[Site], page: &mut Page) -> Result<()> {
        if self.keep == Keep::DryRun {
            return Ok(());
        }
        let mut changed = Vec::new();
        for site in sites {
            let rounds = page.rounds.get(&site.site).map_or(&[][..], Vec::as_slice);
            for held in self.contracts.covering(site) {
                let of_contract = rounds.iter().filter(|round| round.contract == held.contract.contract);
                let is_changed = |round: &&Round| {
                    held.promises.iter().any(|promise| promise.term.key == round.term && promise.rule != round.rule)
                };
                changed.extend(of_contract.filter(is_changed).map(key_of));
            }
        }
        for piece in changed.chunks(ROUNDS_A_PIECE) {
            let mut tx = db.begin().await?;
            for key in piece {
                let (contract, site, term) = key;
                let stays = store::planning::slot::take_back(&mut tx, contract, site, term, self.today).await?;
                page.stays.insert(key.clone(), stays);
            }
            tx.commit().await?;
        }
        Ok(())
    }

    /// Stores what a page holds so far, in one transaction.
    async fn keep(&self, db: &Db, page: &mut Page, summary: &mut PlanSummary) -> Result<()> {
        let (dropped, changed) = (std::mem::take(&mut page.dropped), std::mem::take(&mut page.changed));
        let (mut slots, mut visits) = (std::mem::take(&mut page.slots), std::mem::take(&mut page.visits));
        summary.slots += slots.len() as u64;
        summary.visits += visits.len() as u64;
        if self.keep == Keep::DryRun || (dropped.is_empty() && changed.is_empty()) {
            return Ok(());
        }
        let mut tx = db.begin().await?;
        let last_slot = store::planning::slot::last_id(&mut tx).await?;
        let last_visit = store::visits::last_id(&mut tx).await?;
        for slot in &mut slots {
            slot.id.0 += last_slot.0;
        }
        for visit in &mut visits {
            visit.id.0 += last_visit.0;
            visit.slot.0 += last_slot.0;
        }
        self.drop_rounds(&mut tx, &dropped, summary).await?;
        store::planning::round::put(&mut tx, &changed).await?;
        store::planning::slot::put(&mut tx, &slots).await?;
        store::visits::put_planned(&mut tx, &visits).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Takes back the future of rounds that no contract calls for any more.
    async fn drop_rounds(&self, tx: &mut store::Tx, dropped: &[Round], summary: &mut PlanSummary) -> Result<()> {
        let without_terms = &self.contracts.without_terms;
        for round in dropped.iter().filter(|round| !without_terms.contains_key(&round.contract)) {
            store::planning::slot::take_back(tx, &round.contract, &round.site, &round.term, self.today).await?;
            store::planning::round::delete(tx, round).await?;
            summary.takes_back(PlanTakenBack::NotPromised, 1);
        }
        Ok(())
    }

    fn plan_site(&mut self, site: &Site, page: &mut Page, summary: &mut PlanSummary) -> Result<()> {
        let mut rounds = page.rounds.remove(&site.site).unwrap_or_default();
        let equipment = page.equipment.remove(&site.site).unwrap_or_default();
        let case = Case::of(site, &equipment, &self.tools.calendars);
        // A site's rounds are one engineer's, where that can be.
        let mut engineer = rounds.iter().find_map(|round| round.engineer.clone());
        let mut slots_waiting = 0;
        for held in self.contracts.covering(site) {
            for promise in &held.promises {
                let (contract, term) = (&held.contract.contract, &promise.term.key);
                let found = rounds.iter().position(|round| round.contract == *contract && round.term == *term);
                let round = found.map(|index| rounds.swap_remove(index));
                let Some(course) = self.course(&held, promise, site, round, page, summary) else { continue };
                let due = self.due(&held, promise, &course, page)?;
                if due.is_empty() && course.goes_on == GoesOn::AsItDid {
                    // What is planned through is only worth writing with a slot.
                    continue;
                }
                slots_waiting += if case.waits_for_calendar() { due.len() } else { 0 };
                let mut round = course.round;
                round.engineer = round.engineer.or_else(|| engineer.clone());
                self.plan_round(&case, promise, &mut round, due, page, summary);
                engineer = engineer.or_else(|| round.engineer.clone());
                page.changed.push(round);
            }
        }
        page.dropped.extend(rounds);
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
        page: &Page,
        summary: &mut PlanSummary,
    ) -> Option<Course> {
        let (contract, term) = (&held.contract.contract, &promise.term.key);
        let mut course = match round {
            Some(round) if round.rule == promise.rule && round.planned_through >= self.until => return None,
            Some(round) if round.rule == promise.rule => {
                let from = round.planned_through + Days::new(1);
                Course { round, from, last_number: 0, goes_on: GoesOn::AsItDid }
            }
            Some(round) => {
                let nothing = RoundRest { last_number: 0, last_on: None };
                let rest = page.stays.get(&key_of(&round)).copied().unwrap_or(nothing);
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
                    offset_days: None,
                    engineer: None,
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
        page: &mut Page,
        summary: &mut PlanSummary,
    ) {
        for slot in due {
            let mut stored = StoredSlot {
                id: SlotId(page.slots.len() as i64 + 1),
                contract: round.contract.clone(),
                site: round.site.clone(),
                term: round.term.clone(),
                purpose: promise.term.purpose,
                slot,
                unplanned: None,
            };
            match self.place(case, &promise.term, slot, round) {
                Ok(placed) => {
                    let number = VisitId(page.visits.len() as i64 + 1);
                    page.visits.push(self.visit(number, &stored, &promise.term, placed));
                }
                Err(why) => {
                    *summary.unplanned.entry(word(&why)).or_default() += 1;
                    stored.unplanned = Some(why);
                }
            }
            page.slots.push(stored);
        }
    }

    /// Finds engineer and day, and settles the round by the first visit that is found.
    pub(super) fn place(
        &mut self,
        case: &Case<'_>,
        term: &Term,
        slot: Slot,
        round: &mut Round,
    ) -> std::result::Result<Proposal, Unplanned> {
        let placed = self.planner.place(&Wanted {
            slot,
            calendar: case.calendar_for(term.purpose)?,
            roll: term.roll,
            skills: &case.skills,
            country: &case.site.country,
            position: case.site.position,
            takes_minutes: term.takes_minutes,
            offset_days: round.offset_days,
            engineer: round.engineer.as_ref().and_then(|code| self.by_code.get(code).copied()),
            not_before: self.today + Days::new(1),
        })?;
        // The first window may be half over: where it puts the visit says nothing about later months.
        if slot.first_on > self.today {
            round.offset_days = Some(placed.offset_days);
        }
        if round.engineer.is_none() {
            round.engineer = Some(self.planner.engineers()[placed.engineer].engineer.clone());
        }
        Ok(placed)
    }

    /// The visit of a slot, as it is stored.
    pub(super) fn visit(&self, id: VisitId, stored: &StoredSlot, term: &Term, placed: Proposal) -> NewVisit {
        let starts =
            self.tools.config.planning.day_starts + chrono::TimeDelta::minutes(i64::from(placed.starts_after_minutes));
        NewVisit {
            id,
            slot: stored.id,
            contract: stored.contract.clone(),
            site: stored.site.clone(),
            term: stored.term.clone(),
            number: stored.slot.number,
            purpose: stored.purpose,
            appointment: Appointment {
                engineer: self.planner.engineers()[placed.engineer].engineer.clone(),
                day: placed.day,
                starts,
                takes_minutes: term.takes_minutes,
            },
            announce_on: placed.day - Days::new(u64::from(term.announce_days)),
        }
    }
}

/// Notes what engineers have on their days already, a page of engineers at a time.
async fn note_busy(office: &Office, planner: &mut Planner, today: NaiveDate) -> Result<()> {
    let codes: Vec<EngineerCode> = planner.engineers().iter().map(|engineer| engineer.engineer.clone()).collect();
    for (page, codes) in codes.chunks(ENGINEERS_A_PAGE).enumerate() {
        for busy in store::planning::busy::of_engineers(&office.db, codes, today).await? {
            let place = codes.iter().position(|code| *code == busy.engineer).expect("asked for");
            let starts_after = (busy.starts - office.config.planning.day_starts).num_minutes();
            planner.occupy(
                page * ENGINEERS_A_PAGE + place,
                busy.day,
                u32::try_from(starts_after).unwrap_or(0),
                busy.takes_minutes,
                busy.position,
            );
        }
    }
    Ok(())
}

/// The word of a reason, for counts.
pub(super) fn word(why: &Unplanned) -> String {
    serde_json::to_value(why)
        .ok()
        .and_then(|value| value["why"].as_str().map(str::to_owned))
        .expect("a reason is tagged with its word")
}
