//! Takes planned visits back that cannot stay as they are. Nobody was told of them.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::run_line::RunLine;
use super::{CALENDARS, Office, PlanSummary, PlanTakenBack, Result, SLOTS_A_PAGE};
use domain::calendar::Calendar;
use domain::ids::{EngineerCode, SiteCode, VisitId};
use domain::people::equipment::Site;
use domain::planning::slots::Unplanned;
use domain::planning::works_on;
use domain::visits::Appointment;
use store::Db;

/// Takes back planned visits that a changed calendar has put on a day off of the site or of their engineer, so that
/// they are planned anew.
pub(super) async fn days_off(office: &Office, line: &mut RunLine, summary: &mut PlanSummary) -> Result<()> {
    let version = office.calendars.version();
    if store::fact::get(&office.db, CALENDARS).await?.as_deref() == Some(version) {
        return Ok(());
    }
    let engineers = store::people::engineer::all(&office.db).await?;
    let own: HashMap<EngineerCode, Calendar> = engineers
        .into_iter()
        .filter_map(|engineer| Some((office.calendars.of_engineer(&engineer).ok()?, engineer.engineer)))
        .map(|(calendar, engineer)| (engineer, calendar))
        .collect();
    let mut after = VisitId(0);
    loop {
        let planned = store::visits::planned(&office.db, after, SLOTS_A_PAGE).await?;
        let Some(last) = planned.last() else { break };
        after = last.visit.id;
        let sites = sites_of(&office.db, planned.iter().map(|stored| &stored.visit.site)).await?;
        let mut free = Vec::new();
        for stored in planned {
            let Appointment { engineer, day, .. } = stored.visit.state.appointment();
            let Some(site) = sites.get(&stored.visit.site) else { continue };
            let is_open = office.calendars.of_site(site).is_ok_and(|c| c.is_working(*day).unwrap_or(false));
            let works = is_open && own.get(engineer).is_none_or(|c| works_on(c, *day));
            free.extend(stored.slot.filter(|_| !works).map(|slot| (stored.visit.id, slot)));
        }
        if free.is_empty() {
            continue;
        }
        // In the order of slots, as everybody else changes them.
        free.sort_by_key(|(_, slot)| *slot);
        let mut tx = office.db.begin().await?;
        for (visit, slot) in free {
            if store::visits::delete_planned(&mut tx, visit).await? == 1 {
                store::planning::slot::set_unplanned(&mut tx, slot, Some(&Unplanned::NoWorkingDay)).await?;
                summary.takes_back(PlanTakenBack::DayOff, 1);
            }
        }
        line.keep(&mut tx, summary).await?;
        tx.commit().await?;
    }
    let mut tx = office.db.begin().await?;
    store::fact::set(&mut tx, CALENDARS, version).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes back planned visits whose day came before anyone was told, so that they are planned anew.
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
        line.keep(&mut tx, summary).await?;
        tx.commit().await?;
    }
}

/// Sites by their codes, each read once.
pub(super) async fn sites_of(db: &Db, codes: impl Iterator<Item = &SiteCode>) -> Result<HashMap<SiteCode, Site>> {
    let mut codes: Vec<SiteCode> = codes.cloned().collect();
    codes.sort_unstable();
    codes.dedup();
    let sites = store::people::site::with_codes(db, &codes).await?;
    Ok(sites.into_iter().map(|site| (site.site.clone(), site)).collect())
}
