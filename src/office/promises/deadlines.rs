//! Opens, meets and recounts deadlines. How they are judged is `domain::deadline`'s.

mod recount;

use chrono::{Days, NaiveDate};
use serde_json::json;

use crate::acting::note;
use crate::parties::Parties;
use crate::{Office, Result, Tools};
use domain::Instant;
use domain::access::{Deed, DeedCase};
use domain::audit::trail::DeedNote;
use domain::calendar::{Calendar, HalfDays, WorkingDays};
use domain::contract::{CountedOn, Purpose, Term};
use domain::people::equipment::Site;
use domain::promises::{Due, Escalation, Level, Owed, levels};
use domain::time::days_of;
use domain::visits::Visit;
use store::Tx;
use store::planning::slot::StoredSlot;
use store::promises::{Counted, NewDeadline, record_key, report_key, window_key};
use store::visits::StoredVisit;

/// Rows that one step takes.
const A_PAGE: i64 = 500;

/// Rows of a step that something waits for.
const A_FEW: i64 = 25;

pub use recount::{CALENDARS, Pending, recount_deadlines, would_move};

/// What a slot's window owes: a training, or another visit.
#[must_use]
pub fn owed_by(purpose: Purpose) -> Owed {
    match purpose {
        Purpose::Training => Owed::Training,
        Purpose::Inspection | Purpose::Maintenance | Purpose::FollowUp | Purpose::CallOut | Purpose::PlannedSupport => {
            Owed::Visit
        }
    }
}

/// Opens the deadlines that have come into being: of windows that have begun, and of records of visits whose
/// day has passed. Says how many.
///
/// # Errors
/// When the store fails; the next run goes on from there.
pub async fn open_deadlines(office: &Office) -> Result<u64> {
    let mut opened = 0;
    loop {
        match open_page(office, A_PAGE).await? {
            0 => return Ok(opened),
            more => opened += more,
        }
    }
}

/// As [`open_deadlines`], a few of them, where there are any: what is late meanwhile need not wait for all.
pub async fn open_some(office: &Office) -> Result<u64> {
    open_page(office, A_FEW).await
}

async fn open_page(office: &Office, most: i64) -> Result<u64> {
    let now = office.clock.now();
    match open_windows(office, now, most).await? {
        0 => open_records(office, now, most).await,
        opened => Ok(opened),
    }
}

async fn open_windows(office: &Office, now: Instant, most: i64) -> Result<u64> {
    // A day ahead of UTC somewhere: opened a little early is opened all the same.
    let day = now.date_naive() + Days::new(1);
    let slots = store::planning::slot::unwatched(&office.db, day, most).await?;
    let mut cases = Vec::with_capacity(slots.len());
    for stored in slots {
        let parties = Parties::load(office, &office.db, &stored.site, &stored.contract, &stored.term).await?;
        cases.push((stored, parties));
    }
    if cases.is_empty() {
        return Ok(0);
    }
    let mut tx = office.at_work().begin().await?;
    for (stored, parties) in &cases {
        watch_window(office, &mut tx, stored, parties, now).await?;
    }
    note_opened(&mut tx, "windows", cases.len())?;
    tx.commit().await?;
    Ok(cases.len() as u64)
}

/// Opens the deadline of a slot's window, unless it exists.
async fn watch_window(tools: &Tools, tx: &mut Tx, stored: &StoredSlot, parties: &Parties, now: Instant) -> Result<()> {
    let escalation = escalation(parties.term.as_ref());
    let (first_on, last_on) = (stored.slot.first_on, stored.slot.last_on);
    let counter = Counter::of(tools, &parties.site, &escalation);
    let new = NewDeadline {
        owed: owed_by(stored.purpose),
        site: stored.site.clone(),
        customer: parties.customer.customer.clone(),
        contract: stored.contract.clone(),
        term: stored.term.clone(),
        slot: Some(stored.id),
        visit: None,
        since_on: first_on,
        counted: counter.counted(Due::Window { first_on, last_on }, &escalation),
        escalation,
        opened_at: now,
    };
    store::promises::open(tx, &new).await?;
    store::planning::slot::set_watched(tx, stored.id).await?;
    Ok(())
}

async fn open_records(office: &Office, now: Instant, most: i64) -> Result<u64> {
    let zones = store::moment::zones_of_sites(&office.db).await?;
    let visits = store::visits::unwatched(&office.db, &days_of(&zones, now), most).await?;
    let mut cases = Vec::with_capacity(visits.len());
    for stored in &visits {
        let parties = Parties::of_visit(office, &office.db, &stored.visit).await?;
        if parties.site.time_zone.day(now) > stored.visit.state.appointment().day {
            cases.push((stored, parties));
        }
    }
    if cases.is_empty() {
        return Ok(0);
    }
    let mut tx = office.at_work().begin().await?;
    for (stored, parties) in &cases {
        let day = stored.visit.state.appointment().day;
        let within = parties.term.as_ref().map_or(WorkingDays(1), |term| term.record_within);
        open_paper(office, &mut tx, Owed::Record, &stored.visit, parties, (day, within), now).await?;
        store::visits::set_watched(&mut tx, stored.visit.id).await?;
    }
    note_opened(&mut tx, "records", cases.len())?;
    tx.commit().await?;
    Ok(cases.len() as u64)
}

/// One line for a page of deadlines: each of them says itself since when it is owed.
fn note_opened(tx: &mut Tx, of: &str, number: usize) -> Result<()> {
    let line = DeedNote { after: Some(json!({ of: number })), ..DeedNote::of_office(Deed::OpenDeadlines, "deadlines") };
    note(tx, &DeedCase::default(), line)
}

/// Opens the deadline of a visit's record or report, counted in working days from `from`.
async fn open_paper(
    tools: &Tools,
    tx: &mut Tx,
    owed: Owed,
    visit: &Visit,
    parties: &Parties,
    (from, within): (NaiveDate, WorkingDays),
    now: Instant,
) -> Result<()> {
    let mut escalation = escalation(parties.term.as_ref());
    if owed == Owed::Record {
        escalation.counted_on = CountedOn::Site;
    }
    let counter = Counter::of(tools, &parties.site, &escalation);
    let new = NewDeadline {
        owed,
        site: visit.site.clone(),
        customer: parties.customer.customer.clone(),
        contract: visit.contract.clone(),
        term: visit.term.clone(),
        slot: None,
        visit: Some(visit.id),
        since_on: from,
        counted: counter.counted(counter.due(from, within), &escalation),
        escalation,
        opened_at: now,
    };
    store::promises::open(tx, &new).await?;
    Ok(())
}

fn escalation(term: Option<&Term>) -> Escalation {
    term.map_or_else(
        || Escalation { counted_on: CountedOn::Site, half_days: HalfDays::Count, steps: Vec::new() },
        |term| Escalation { counted_on: term.counted_on, half_days: term.half_days, steps: term.steps.clone() },
    )
}

/// A record was taken: the window is met at `completed_at`, the record itself now, and the report is owed from
/// the day of completion at the site on (P04).
pub async fn recorded(
    tools: &Tools,
    tx: &mut Tx,
    stored: &StoredVisit,
    parties: &Parties,
    completed_at: Instant,
    now: Instant,
) -> Result<()> {
    let visit = &stored.visit;
    if let Some(slot) = stored.slot {
        let window = store::planning::slot::get(&mut *tx, slot).await?;
        watch_window(tools, tx, &window, parties, now).await?;
        store::promises::meet(tx, &window_key(slot), completed_at).await?;
    }
    store::promises::meet(tx, &record_key(visit.id, visit.state.appointment().day), now).await?;
    let within = parties.term.as_ref().map_or(WorkingDays(3), |term| term.report_within);
    let day = parties.site.time_zone.day(completed_at);
    open_paper(tools, tx, Owed::Report, visit, parties, (day, within), now).await
}

/// A record says that the visit did not take place: the record is not owed any more, the visit still is.
pub async fn recorded_as_not_done(tx: &mut Tx, visit: &Visit, now: Instant) -> Result<()> {
    store::promises::meet(tx, &record_key(visit.id, visit.state.appointment().day), now).await?;
    Ok(())
}

/// A visit was cancelled or moved: no record is owed of the day that it was on.
pub async fn no_record_owed(tx: &mut Tx, visit: &Visit) -> Result<()> {
    store::promises::withdraw(tx, &record_key(visit.id, visit.state.appointment().day)).await?;
    Ok(())
}

/// The report reached the customer at `filed_at` (P04).
pub async fn filed(tx: &mut Tx, visit: &Visit, filed_at: Instant) -> Result<()> {
    store::promises::meet(tx, &report_key(visit.id), filed_at).await?;
    Ok(())
}

/// A filing was taken back: the report's clock runs on as if it had never been met.
pub async fn reopened(tx: &mut Tx, visit: &Visit, now: Instant) -> Result<()> {
    store::promises::reopen(tx, &report_key(visit.id), now).await?;
    Ok(())
}

/// Counts at one site, by the working days that a deadline's term names.
pub struct Counter<'a> {
    site: &'a Site,
    pub calendar: std::result::Result<Calendar, world::holidays::NoCalendar>,
}

impl<'a> Counter<'a> {
    /// A counter for `site` by the calendar and the half days that the term names.
    #[must_use]
    pub fn of(tools: &Tools, site: &'a Site, escalation: &Escalation) -> Counter<'a> {
        let Escalation { counted_on, half_days, .. } = escalation;
        let company = &tools.config.company.calendar;
        Counter { site, calendar: tools.calendars.counted(site, company, *counted_on, *half_days) }
    }

    /// The last of `within` working days after `from`, with its ledger; no date where the days are not known.
    #[must_use]
    pub fn due(&self, from: NaiveDate, within: WorkingDays) -> Due {
        match &self.calendar {
            Err(missing) => Due::Unknown { why: missing.to_string() },
            Ok(calendar) => match calendar.due(from, within) {
                Ok(ledger) => Due::Counted { ledger },
                Err(unknown) => Due::Unknown { why: unknown.to_string() },
            },
        }
    }

    fn levels(&self, due: &Due, escalation: &Escalation) -> Vec<Level> {
        let calendar = self.calendar.as_ref().ok();
        due.on().map_or_else(Vec::new, |day| levels(&escalation.steps, day, &self.site.time_zone, calendar))
    }

    fn counted(&self, due: Due, escalation: &Escalation) -> Counted {
        let calendar = self.calendar.as_ref().ok();
        let levels = self.levels(&due, escalation);
        let provisional = match &due {
            Due::Counted { ledger } => ledger.provisional,
            Due::Window { .. } | Due::Unknown { .. } => false,
        };
        Counted {
            late_from: due.on().map(|day| self.site.time_zone.end_of(day)),
            due,
            provisional,
            calendar: calendar.map_or_else(|| self.site.calendar_code(), |c| c.code().to_owned()),
            calendar_version: calendar.map_or_else(String::new, |c| c.version().to_owned()),
            next_look_at: levels.first().map(|level| level.reached_at),
        }
    }
}
