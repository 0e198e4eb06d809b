//! Plans visits over the rolling horizon: slots for every round, and one visit per slot (P01, P09, P12).
//!
//! Planning twice changes nothing. A booked visit is never moved. A slot that could not be planned keeps the reason,
//! and is tried again at night if something has changed that may have made room.

mod again;
mod case;
mod changed;
mod contracts;
mod days;
mod desk;
mod follow;
mod free;
pub(crate) mod near;
mod pass_on;
mod run_line;

use std::collections::BTreeMap;

use chrono::{Days, Months, NaiveDate};

use crate::planning::versions::{FirstKnown, note_versions};
use crate::{Acting, Office, Result};
use changed::SitesToPlan;
use desk::PlanningDesk;
use domain::ids::ContractCode;
use domain::wording::counted;
pub(crate) use pass_on::pass_rounds;
use run_line::RunLine;

/// How many slots one transaction tries again.
const SLOTS_A_PAGE: i64 = 1_000;
/// The fact that identifies what planned visits were checked against: calendars, and counts of changes to people and
/// equipment.
pub const CALENDARS: &str = "planned-with-calendars";
/// The fact with the contracts without terms, as JSON `[[contract, why]]`.
pub const WITHOUT_TERMS: &str = "contracts-without-terms";

/// Whether the plan is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    Store,
    /// Reports what would be planned, and changes nothing.
    DryRun,
}

/// What a run of the planner did.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct PlanSummary {
    pub sites: u64,
    pub slots: u64,
    pub visits: u64,
    /// Planned visits and rounds that were taken back, for any reason.
    pub taken_back: u64,
    /// The same by reason.
    pub taken_back_because: BTreeMap<PlanTakenBack, u64>,
    /// Slots without a visit, by the reason's word, including those that were tried again without success.
    pub unplanned: BTreeMap<String, u64>,
    /// Sites without a calendar, by the calendar's code.
    pub waiting_for_calendar: BTreeMap<String, u64>,
    /// Contracts whose plan has no terms, with the reason.
    pub without_terms: Vec<(ContractCode, String)>,
}

/// Why something planned is taken back. Nobody was told about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlanTakenBack {
    /// Its day came before anybody was told: the daemon was not running, or the engineer was never asked.
    DayPassed,
    /// A calendar change has made its day a day off.
    DayOff,
    /// The contract now promises it differently.
    TermChanged,
    /// No contract promises it any more.
    NotPromised,
}

impl PlanSummary {
    fn takes_back(&mut self, because: PlanTakenBack, count: u64) {
        if count > 0 {
            self.taken_back += count;
            *self.taken_back_because.entry(because).or_default() += count;
        }
    }

    /// What was done, in a few words; empty if nothing was.
    #[must_use]
    pub fn words(&self) -> String {
        let unplanned: u64 = self.unplanned.values().sum();
        match (self.visits, self.taken_back, unplanned) {
            (0, 0, 0) => String::new(),
            (visits, taken_back, unplanned) => {
                let (visits, slots) = (counted(visits, "visit"), counted(unplanned, "slot"));
                format!("{visits} planned, {taken_back} taken back, {slots} without a visit")
            }
        }
    }
}

/// The local hour at the company from which the nightly planning is due.
pub(crate) const NIGHT_ENDS_AT_HOUR: u32 = 2;
/// The fact with the counts of changes, to contracts, sites and customers and to people and equipment, that the
/// planner's own runs have taken into account.
const PLANNED_CHANGES: &str = "planned-changes";
const PLANNED_SINCE: &str = "people-planned";
/// The fact with the day at the company of the planner's last complete run of its own, and the calendars that it used.
pub(crate) const PLANNED_ON: &str = "planned-on";

/// The night's planning: once a day of the company's, from 02:00 on, and at once where there was none yet,
/// the calendars have changed or a visit was called off.
///
/// # Errors
/// See [`plan_visits`]; the next beat tries again.
pub async fn plan_nightly(office: &Office) -> Result<Option<PlanSummary>> {
    let local = office.config.company.time_zone.local(office.clock.now());
    let (today, yesterday) = (local.date().to_string(), (local.date() - Days::new(1)).to_string());
    let this_run = format!("{today} {}", office.calendars.version());
    let last_run = store::fact::get(&office.db, PLANNED_ON).await?;
    let is_night = chrono::Timelike::hour(&local) < NIGHT_ENDS_AT_HOUR;
    let (changed, people) =
        (store::planning::changes::count(&office.db).await?, store::people::changes::count(&office.db).await?);
    let is_due = match last_run {
        Some(_) if store::planning::freed::is_called_off(&office.db).await? => true,
        Some(_) if store::fact::get(&office.db, PLANNED_CHANGES).await?.is_some_and(|known| known != changed) => true,
        Some(_) if people != store::fact::get(&office.db, PLANNED_SINCE).await?.unwrap_or_default() => true,
        None => true,
        Some(last) if last == this_run => false,
        Some(last) if last.starts_with(&today) => true,
        // After more than one night of downtime, what has become near since is owed at once.
        Some(last) if !last.starts_with(&yesterday) => true,
        Some(_) => !is_night,
    };
    if !is_due {
        return Ok(None);
    }
    let summary = Box::pin(plan_visits(&office.at_work(), None, Keep::Store, &|_| ())).await?;
    let mut tx = office.db.begin().await?;
    store::fact::set(&mut tx, PLANNED_ON, &this_run).await?;
    store::fact::set(&mut tx, PLANNED_CHANGES, &changed).await?;
    store::fact::set(&mut tx, PLANNED_SINCE, &people).await?;
    tx.commit().await?;
    Ok(Some(summary))
}

/// Plans all sites through `until` (None: the configured horizon). `progress` receives the number of sites done.
///
/// # Errors
/// If the store fails; what was planned until then stays, and the next run reports it and continues from there.
pub async fn plan_visits(
    office: &Acting,
    until: Option<NaiveDate>,
    keep: Keep,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<PlanSummary> {
    let today = office.today();
    let until = until.unwrap_or_else(|| today + Months::new(office.config.planning.horizon_months));
    let (mut summary, mut line) = (PlanSummary::default(), RunLine::begin(office)?);
    if keep == Keep::Store {
        run_line::tell_of_cut_off(office).await?;
        Box::pin(note_versions(office, FirstKnown::Before)).await?;
        Box::pin(near::come(office, today)).await?;
        Box::pin(free::days_off(office, &mut line, &mut summary)).await?;
        Box::pin(pass_on::rounds_of_the_gone(office)).await?;
        Box::pin(free::missed(office, today, &mut line, &mut summary)).await?;
    }
    let mut desk = PlanningDesk::open(office, today, until, keep, line).await?;
    let planned_by = desk.planned_by(&office.db).await?;
    let mut to_plan = desk.sites_to_plan(&office.db, &planned_by).await?;
    match &to_plan {
        SitesToPlan::EverySite { .. } => Box::pin(desk.take_changed_back(office, &mut summary)).await?,
        SitesToPlan::Due { sites, .. } => {
            // The other sites are planned as far as possible.
            summary.sites = store::people::site::count(&office.db).await?.saturating_sub(sites.len() as u64);
        }
    }
    let from = to_plan.from(today);
    loop {
        let sites = to_plan.page(&office.db).await?;
        if sites.is_empty() {
            break;
        }
        desk.plan_page(&office.db, &sites, from, &mut summary).await?;
        summary.sites += sites.len() as u64;
        progress(summary.sites);
    }
    desk.try_again(&office.db, &planned_by, &mut summary).await?;
    let PlanningDesk { line, contracts, .. } = desk;
    summary.without_terms = contracts.without_terms.into_iter().collect();
    if keep == Keep::Store {
        let mut tx = office.begin_part().await?;
        line.end(&mut tx, &summary).await?;
        let listed = serde_json::to_string(&summary.without_terms).expect("plain data");
        store::fact::set(&mut tx, WITHOUT_TERMS, &listed).await?;
        changed::note_planned_by(&mut tx, &planned_by).await?;
        tx.commit().await?;
        // Slots that have just lost their visit become near earlier.
        Box::pin(near::come(office, today)).await?;
    }
    Ok(summary)
}
