//! Takes back planned visits that cannot stay as they are. Nobody was told about them.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::desk::{RoundKey, far_of, key_of};
use super::run_line::RunLine;
use super::{CALENDARS, Office, PlanSummary, PlanTakenBack, Result, SLOTS_A_PAGE};
use crate::visits::judge_visits::Engineers;
use domain::contract::Purpose;
use domain::ids::{EngineerCode, SiteCode, VisitId};
use domain::people::equipment::{Equipment, Site};
use domain::planning::far::FarPlan;
use domain::planning::slots::Unplanned;
use domain::planning::{FreedBy, Round};
use store::Db;

/// How many rounds are read at once.
const ROUNDS_A_PAGE: i64 = 500;

/// The facts that decide whether a planned visit can stay.
struct DaysOff<'a> {
    office: &'a Office,
    engineers: Engineers,
    equipment: HashMap<SiteCode, Vec<Equipment>>,
}

impl DaysOff<'_> {
    async fn of(office: &Office) -> Result<DaysOff<'_>> {
        let engineers = Engineers::of(office, &office.db).await?;
        Ok(DaysOff { office, engineers, equipment: HashMap::new() })
    }

    /// Reads the equipment of these sites.
    async fn know(&mut self, sites: &HashMap<SiteCode, Site>) -> Result<()> {
        let codes: Vec<SiteCode> = sites.keys().cloned().collect();
        self.equipment.clear();
        for unit in store::people::equipment::of_sites(&self.office.db, &codes).await? {
            self.equipment.entry(unit.site.clone()).or_default().push(unit);
        }
        Ok(())
    }

    /// Whether a visit cannot be on that day: the site is closed, the engineer is off or lacks a skill, or there is no
    /// equipment to inspect.
    fn is_one(&self, site: &Site, purpose: Purpose, engineer: &EngineerCode, day: NaiveDate) -> bool {
        let site_days = self.office.calendars.of_site(site).ok();
        let is_open = site_days.as_ref().is_some_and(|days| days.is_working(day).unwrap_or(false));
        let equipment = self.equipment.get(&site.site).map_or(&[][..], Vec::as_slice);
        let facts = self.engineers.facts(purpose, engineer, equipment, site_days.as_ref());
        !is_open || !facts.against(day).is_empty()
    }
}

/// Takes back planned visits that cannot take place any more, so that they are planned again: after a calendar change
/// the site or the engineer is off, the engineer has left or lost a skill, or the equipment has changed.
pub(super) async fn days_off(office: &Office, line: &mut RunLine, summary: &mut PlanSummary) -> Result<()> {
    let judged_by = format!("{} {}", office.calendars.version(), store::people::changes::count(&office.db).await?);
    if store::fact::get(&office.db, CALENDARS).await?.as_ref() == Some(&judged_by) {
        return Ok(());
    }
    let mut days_off = DaysOff::of(office).await?;
    near_days_off(&mut days_off, line, summary).await?;
    far_days_off(&mut days_off, line, summary).await?;
    let mut tx = office.db.begin().await?;
    store::fact::set(&mut tx, CALENDARS, &judged_by).await?;
    tx.commit().await?;
    Ok(())
}

async fn near_days_off(days_off: &mut DaysOff<'_>, line: &mut RunLine, summary: &mut PlanSummary) -> Result<()> {
    let office = days_off.office;
    let mut after = VisitId(0);
    loop {
        let planned = store::visits::planned(&office.db, after, SLOTS_A_PAGE).await?;
        let Some(last) = planned.last() else { return Ok(()) };
        after = last.visit.id;
        let sites = sites_of(&office.db, planned.iter().map(|stored| &stored.visit.site)).await?;
        days_off.know(&sites).await?;
        let mut free = Vec::new();
        for stored in planned {
            let appointment = stored.visit.state.appointment();
            let Some(site) = sites.get(&stored.visit.site) else { continue };
            let is_off = days_off.is_one(site, stored.visit.purpose, &appointment.engineer, appointment.day);
            free.extend(stored.slot.filter(|_| is_off).map(|slot| (stored.visit.id, slot)));
        }
        if free.is_empty() {
            continue;
        }
        // Ordered by slot, like everywhere else, to avoid deadlocks.
        free.sort_by_key(|(_, slot)| *slot);
        let mut tx = office.db.begin().await?;
        for (visit, slot) in free {
            if store::visits::delete_planned(&mut tx, visit).await? == 1 {
                store::planning::slot::set_unplanned(&mut tx, slot, Some(&Unplanned::NoWorkingDay)).await?;
                summary.takes_back(PlanTakenBack::DayOff, 1);
            }
        }
        store::planning::freed::note(&mut tx, FreedBy::Visit).await?;
        line.keep(&mut tx, summary).await?;
        tx.commit().await?;
    }
}

/// The same for far visits. If somebody changes one in the meantime, the rules that protect a visit apply to it.
async fn far_days_off(days_off: &mut DaysOff<'_>, line: &mut RunLine, summary: &mut PlanSummary) -> Result<()> {
    let office = days_off.office;
    let mut last: Option<Round> = None;
    loop {
        let page = store::planning::round::far(&office.db, last.as_ref(), ROUNDS_A_PAGE).await?;
        let sites = sites_of(&office.db, page.iter().map(|placed| &placed.round.site)).await?;
        days_off.know(&sites).await?;
        let mut changed: HashMap<RoundKey, Freed> = HashMap::new();
        for placed in &page {
            let round = &placed.round;
            let Some(site) = sites.get(&round.site) else { continue };
            changed.extend(freed(days_off, site, round).map(|freed| (key_of(round), freed)));
        }
        if !changed.is_empty() {
            let codes: Vec<SiteCode> = changed.values().map(|freed| freed.round.site.clone()).collect();
            let mut tx = office.db.begin().await?;
            let held = store::planning::round::held(&mut tx, &codes).await?;
            let was: HashMap<RoundKey, Option<String>> = held.iter().map(|one| (key_of(one), far_of(one))).collect();
            changed.retain(|key, freed| was.get(key) == Some(&freed.was));
            summary.takes_back(PlanTakenBack::DayOff, changed.values().map(|freed| freed.visits).sum());
            let rounds: Vec<Round> = changed.into_values().map(|freed| freed.round).collect();
            store::planning::round::put(&mut tx, &rounds).await?;
            store::planning::freed::note(&mut tx, FreedBy::Visit).await?;
            line.keep(&mut tx, summary).await?;
            tx.commit().await?;
        }
        let Some(end) = page.into_iter().next_back() else { return Ok(()) };
        last = Some(end.round);
    }
}

/// A round from which far visits were taken back.
struct Freed {
    round: Round,
    /// Its far part before that.
    was: Option<String>,
    visits: u64,
}

/// The round without its far visits on days off; `None` if it has none.
fn freed(days_off: &DaysOff<'_>, site: &Site, round: &Round) -> Option<Freed> {
    let mut far = round.far.as_ref()?.unpack(round.engineer.as_ref());
    let mut visits = 0;
    let purpose = far.purpose;
    for slot in &mut far.slots {
        if slot.visit().is_some_and(|visit| days_off.is_one(site, purpose, &visit.engineer, visit.day)) {
            slot.plan = FarPlan::Waits(Unplanned::NoWorkingDay);
            visits += 1;
        }
    }
    let was = far_of(round);
    let round = Round { far: far.pack(round.engineer.as_ref()), ..round.clone() };
    (visits > 0).then_some(Freed { round, was, visits })
}
/// Takes back planned visits whose day came before anybody was told, so that they are planned again.
pub(super) async fn missed(
    office: &Office,
    today: NaiveDate,
    line: &mut RunLine,
    summary: &mut PlanSummary,
) -> Result<()> {
    loop {
        let mut missed = store::visits::planned_before(&office.db, today, SLOTS_A_PAGE).await?;
        if missed.is_empty() {
            return Ok(());
        }
        missed.sort_by_key(|stored| stored.slot);
        let mut tx = office.db.begin().await?;
        for stored in missed {
            let slot = stored.slot.expect("only the planner plans, and it plans slots");
            let taken_back = store::visits::delete_planned(&mut tx, stored.visit.id).await?;
            summary.takes_back(PlanTakenBack::DayPassed, taken_back);
            store::planning::slot::set_unplanned(&mut tx, slot, Some(&Unplanned::NoWorkingDay)).await?;
        }
        store::planning::freed::note(&mut tx, FreedBy::Visit).await?;
        line.keep(&mut tx, summary).await?;
        tx.commit().await?;
    }
}

/// Sites by code, each read once.
pub(super) async fn sites_of(db: &Db, codes: impl Iterator<Item = &SiteCode>) -> Result<HashMap<SiteCode, Site>> {
    let mut codes: Vec<SiteCode> = codes.cloned().collect();
    codes.sort_unstable();
    codes.dedup();
    let sites = store::people::site::with_codes(db, &codes).await?;
    Ok(sites.into_iter().map(|site| (site.site.clone(), site)).collect())
}
