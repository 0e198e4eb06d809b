//! Opens, meets and recounts deadlines. The judging itself is in `domain::promises`.

mod early;
mod recount;
pub mod window;

use chrono::{Days, NaiveDate};
use serde_json::json;

use self::early::served;
use super::history;
use crate::acting::note;
use crate::parties::Parties;
use crate::planning::plan_visits::near;
use crate::visits::rests;
use crate::{Office, Result, Tools};
use domain::Instant;
use domain::access::{Deed, DeedCase};
use domain::audit::trail::DeedNote;
use domain::calendar::{Calendar, WorkingDays};
use domain::contract::{CountedOn, Purpose, Term};
use domain::people::equipment::Site;
use domain::planning::StoredSlot;
use domain::promises::clock::{Allowed, Locality, Raised};
use domain::promises::{Deadline, DeadlineCase, DeadlineSubject, DeadlineTerms, Due, JudgedDeadline, Owed};
use domain::time::days_of;
use domain::visits::rest::NotInspected;
use domain::visits::{StoredVisit, Visit};
use store::Tx;
use store::promises::{LastJudged, NewDeadline};

/// How many rows one step handles.
const A_PAGE: i64 = 500;

/// How many rows a step handles if something is waiting for it.
const A_FEW: i64 = 25;

pub use recount::{CALENDARS, Pending, recount_deadlines, would_move};

/// What is owed within a slot's window: a training, or another visit.
#[must_use]
pub fn owed_by(purpose: Purpose) -> Owed {
    match purpose {
        Purpose::Training => Owed::Training,
        Purpose::Inspection | Purpose::Maintenance | Purpose::FollowUp | Purpose::CallOut | Purpose::PlannedSupport => {
            Owed::Visit
        }
    }
}

/// Opens deadlines for windows that have begun, and for records and reports of visits whose day has passed. Returns how
/// many.
///
/// # Errors
/// If the store fails; the next run continues from there.
pub async fn open_deadlines(office: &Office) -> Result<u64> {
    let mut opened = 0;
    loop {
        match open_page(office, A_PAGE).await? {
            0 => return Ok(opened),
            more => opened += more,
        }
    }
}

/// Like [`open_deadlines`], but only a few, so that what is late in the meantime does not have to wait for all.
pub async fn open_some(office: &Office) -> Result<u64> {
    open_page(office, A_FEW).await
}

/// Whether anything due by `now` has not been opened or judged yet.
pub(crate) async fn are_behind(office: &Office, now: Instant) -> Result<bool> {
    if store::moment::look(&office.db).await?.is_some_and(|due| due <= now) {
        return Ok(true);
    }
    let zones = store::moment::zones_of_sites(&office.db).await?;
    Ok(!store::planning::slot::unwatched(&office.db, watched_through(now), 1).await?.is_empty()
        || !store::visits::unwatched(&office.db, &days_of(&zones, now), 1).await?.is_empty()
        || near::was_missed(office, now).await?)
}

/// The last day whose windows are opened now: the latest date anywhere. Opening some a little early does no harm.
fn watched_through(now: Instant) -> NaiveDate {
    now.date_naive() + Days::new(1)
}

async fn open_page(office: &Office, most: i64) -> Result<u64> {
    let now = office.clock.now();
    near::come_if_missed(office, now).await?;
    match open_windows(office, now, most).await? {
        0 => open_records(office, now, most).await,
        opened => Ok(opened),
    }
}

async fn open_windows(office: &Office, now: Instant, most: i64) -> Result<u64> {
    let mut slots = store::planning::slot::unwatched(&office.db, watched_through(now), most).await?;
    // In the same order as the planner, to avoid deadlocks between the two.
    slots.sort_by_key(|stored| stored.id);
    if slots.is_empty() {
        return Ok(0);
    }
    let of: Vec<_> = slots.iter().map(Into::into).collect();
    let parties = Parties::of_each(office, &office.db, &of).await?;
    let mut tx = office.at_work().begin().await?;
    for (stored, parties) in slots.iter().zip(&parties) {
        open_window(office, &mut tx, stored, parties, now).await?;
    }
    let watched: Vec<_> = slots.iter().map(|stored| stored.id).collect();
    store::planning::slot::set_watched(&mut tx, &watched).await?;
    note_opened(&mut tx, "windows", slots.len())?;
    tx.commit().await?;
    Ok(slots.len() as u64)
}

/// Opens the deadline for a slot's window, unless it exists.
async fn open_window(tools: &Tools, tx: &mut Tx, stored: &StoredSlot, parties: &Parties, now: Instant) -> Result<()> {
    let (first_on, last_on) = (stored.slot.first_on, stored.slot.last_on);
    let subject = match owed_by(stored.purpose) {
        Owed::Training => DeadlineSubject::Training { slot: stored.id },
        Owed::Visit | Owed::Record | Owed::Report => DeadlineSubject::Visit { slot: stored.id },
    };
    let terms = terms_of(subject.owed(), parties.term.as_ref(), Allowed::Window { first_on, last_on });
    let new = NewDeadline {
        subject,
        site: stored.site.clone(),
        customer: parties.customer.customer.clone(),
        contract: stored.contract.clone(),
        term: stored.term.clone(),
        since_on: first_on,
        called_at: None,
        judged: Counter::of(tools, &parties.site, &terms).opened(first_on, None, &terms, now),
        terms,
        opened_at: now,
    };
    store::promises::open(tx, &new).await?;
    Ok(())
}

async fn open_records(office: &Office, now: Instant, most: i64) -> Result<u64> {
    let zones = store::moment::zones_of_sites(&office.db).await?;
    let visits = store::visits::unwatched(&office.db, &days_of(&zones, now), most).await?;
    let of: Vec<_> = visits.iter().map(|stored| (&stored.visit).into()).collect();
    let mut cases: Vec<_> = visits.iter().zip(Parties::of_each(office, &office.db, &of).await?).collect();
    let has_passed = |stored: &StoredVisit, site: &Site| site.time_zone.day(now) > stored.visit.state.appointment().day;
    cases.retain(|(stored, parties)| has_passed(stored, &parties.site));
    if cases.is_empty() {
        return Ok(0);
    }
    let mut tx = office.at_work().begin().await?;
    for (stored, parties) in &cases {
        open_papers(office, &mut tx, &stored.visit, parties, now).await?;
    }
    let watched: Vec<_> = cases.iter().map(|(stored, _)| stored.visit.id).collect();
    store::visits::set_watched(&mut tx, &watched).await?;
    note_opened(&mut tx, "records", cases.len())?;
    tx.commit().await?;
    // A record and a report for each.
    Ok(cases.len() as u64 * 2)
}

/// Notes one line for a page of deadlines; each deadline itself says since when it is owed.
fn note_opened(tx: &mut Tx, of: &str, number: usize) -> Result<()> {
    let line = DeedNote { after: Some(json!({ of: number })), ..DeedNote::of_office(Deed::OpenDeadlines, "deadlines") };
    note(tx, &DeedCase::default(), line)
}

/// Opens what is owed for a visit whose day has passed: its record and its report (P04), both counted from that day.
async fn open_papers(tools: &Tools, tx: &mut Tx, visit: &Visit, parties: &Parties, now: Instant) -> Result<()> {
    let day = visit.state.appointment().day;
    let record = open_paper(tools, tx, record_of(visit), visit, parties, day, now).await?;
    let report = open_paper(tools, tx, report_of(visit), visit, parties, day, now).await?;
    if let (Opening::Standing, Opening::New) = (record, report) {
        // An earlier version opened only the record, possibly long ago.
        history::inherit(tools, tx, &report_of(visit).key(), now).await?;
    }
    Ok(())
}

/// Whether a deadline should be new, or may exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opening {
    New,
    Standing,
}

/// Opens the deadline for a visit's record or report, counted in working days from `from`.
async fn open_paper(
    tools: &Tools,
    tx: &mut Tx,
    subject: DeadlineSubject,
    visit: &Visit,
    parties: &Parties,
    from: NaiveDate,
    now: Instant,
) -> Result<Opening> {
    let within = within_of_paper(subject, parties.term.as_ref());
    let terms = terms_of(subject.owed(), parties.term.as_ref(), Allowed::WorkingDays(within));
    let new = NewDeadline {
        subject,
        site: visit.site.clone(),
        customer: parties.customer.customer.clone(),
        contract: visit.contract.clone(),
        term: visit.term.clone(),
        since_on: from,
        called_at: None,
        judged: Counter::of(tools, &parties.site, &terms).opened(from, None, &terms, now),
        terms,
        opened_at: now,
    };
    Ok(if store::promises::open(tx, &new).await? { Opening::New } else { Opening::Standing })
}

/// The working days allowed for a record or report by a term, or the default if the term cannot be read.
fn within_of_paper(subject: DeadlineSubject, term: Option<&Term>) -> WorkingDays {
    let of_report = term.map_or(WorkingDays(3), |term| term.report_within);
    match subject {
        DeadlineSubject::Record { .. } => term.map_or(WorkingDays(1), |term| term.record_within),
        DeadlineSubject::Correction { .. } => term.and_then(|term| term.correction_within).unwrap_or(of_report),
        DeadlineSubject::Report { .. } | DeadlineSubject::Visit { .. } | DeadlineSubject::Training { .. } => of_report,
    }
}

/// The current terms for a kind of thing owed. If the contract's term cannot be read, they have no steps, so that
/// nobody is told until [`given_terms`] finds it.
fn terms_of(owed: Owed, term: Option<&Term>, allowed: Allowed) -> DeadlineTerms {
    let Some(term) = term else { return DeadlineTerms::standing_in(allowed) };
    let counted_on = match owed {
        Owed::Record => CountedOn::Site,
        Owed::Visit | Owed::Training | Owed::Report => term.counted_on,
    };
    DeadlineTerms::of_days(allowed, owed.steps_of(term), counted_on, term.half_days)
}

/// Gives a deadline the terms of its contract, if these could not be read when it was opened but can be now: it is
/// counted by them from its own day on, with their steps. All other deadlines keep the terms of their day.
pub(super) async fn given_terms(
    tools: &Tools,
    tx: &mut Tx,
    deadline: Deadline,
    site: &Site,
    term: Option<&Term>,
) -> Result<Deadline> {
    let Some(term) = term.filter(|_| deadline.terms.stand_in) else { return Ok(deadline) };
    let owed = deadline.owed();
    let allowed = match (owed, deadline.terms.allowed) {
        (Owed::Record | Owed::Report, _) | (Owed::Visit | Owed::Training, None) => {
            Allowed::WorkingDays(within_of_paper(deadline.subject, Some(term)))
        }
        (Owed::Visit | Owed::Training, Some(allowed)) => allowed,
    };
    let terms = terms_of(owed, Some(term), allowed);
    let opened =
        Counter::of(tools, site, &terms).opened(deadline.since_on, deadline.called_at, &terms, deadline.opened_at);
    store::promises::set_terms(tx, deadline.id, &terms).await?;
    tracing::info!(deadline = %deadline.id, due_on = ?opened.due.on(), "a deadline has its contract's terms now");
    let LastJudged { due, late_from, calendar, calendar_version, .. } = opened;
    Ok(Deadline { terms, due, late_from, calendar, calendar_version, ..deadline })
}

/// A record was accepted: the window is met at `completed_at`, unless something is `left` that the visit could not
/// inspect; windows that wait for what it has seen are met, too; the record now, and the report is owed from the day of
/// completion at the site (P04); if it was counted from the booked day, it is counted again.
pub async fn recorded(
    tools: &Tools,
    tx: &mut Tx,
    stored: &StoredVisit,
    parties: &Parties,
    (completed_at, left): (Instant, &[NotInspected]),
    now: Instant,
) -> Result<()> {
    let visit = &stored.visit;
    let day = parties.site.time_zone.day(completed_at);
    if let Some(window) = served(tx, stored, parties, day).await? {
        open_window(tools, tx, &window, parties, now).await?;
        store::planning::slot::set_watched(tx, &[window.id]).await?;
        match rests::waits_for_rest(stored, left) {
            true => store::visits::rest::wait(tx, visit.id).await?,
            false => window::meet_window(tools, tx, window.id, completed_at, now).await?,
        }
    }
    rests::seen(tools, tx, parties, now).await?;
    let on = visit.state.appointment().day;
    if parties.site.time_zone.day(now) > on {
        // If the office was down, the record's deadline was not opened on the next day, but it was owed all the same.
        open_paper(tools, tx, record_of(visit), visit, parties, on, now).await?;
    }
    history::meet(tools, tx, &record_of(visit).key(), now, now).await?;
    if !history::count_from(tools, tx, &report_of(visit).key(), day, now).await? {
        open_paper(tools, tx, report_of(visit), visit, parties, day, now).await?;
    }
    Ok(())
}

/// The record of the visit's current day.
fn record_of(visit: &Visit) -> DeadlineSubject {
    DeadlineSubject::Record { visit: visit.id, day: visit.state.appointment().day }
}

fn report_of(visit: &Visit) -> DeadlineSubject {
    DeadlineSubject::Report { visit: visit.id }
}

/// A record says that the visit did not take place: its record and report are no longer owed, but the visit still is.
pub async fn recorded_as_not_done(tools: &Tools, tx: &mut Tx, visit: &Visit, now: Instant) -> Result<()> {
    history::meet(tools, tx, &record_of(visit).key(), now, now).await?;
    history::withdraw(tools, tx, &report_of(visit).key(), now).await
}

/// A visit was cancelled or moved: its record and report are no longer owed for the previous day.
pub async fn no_record_owed(tools: &Tools, tx: &mut Tx, visit: &Visit, now: Instant) -> Result<()> {
    history::withdraw(tools, tx, &record_of(visit).key(), now).await?;
    history::withdraw(tools, tx, &report_of(visit).key(), now).await
}

/// The report was delivered to the customer at `filed_at` (P04).
pub async fn filed(tools: &Tools, tx: &mut Tx, visit: &Visit, filed_at: Instant, now: Instant) -> Result<()> {
    history::meet(tools, tx, &report_of(visit).key(), filed_at, now).await
}

/// A filing was revoked: the report is owed as if it had never been filed, with its original due time.
pub async fn unfiled(tools: &Tools, tx: &mut Tx, visit: &Visit, now: Instant) -> Result<()> {
    history::strike(tools, tx, &report_of(visit).key(), now).await
}

/// A filed report is corrected: if the contract gives corrections a deadline of their own, this revision is owed,
/// counted from today. Returns the number of working days.
pub async fn corrected(
    tools: &Tools,
    tx: &mut Tx,
    visit: &Visit,
    parties: &Parties,
    revision: u32,
    now: Instant,
) -> Result<Option<WorkingDays>> {
    let within = parties.term.as_ref().and_then(|term| term.correction_within);
    if within.is_some() {
        let (subject, day) = (correction_of(visit, revision), parties.site.time_zone.day(now));
        open_paper(tools, tx, subject, visit, parties, day, now).await?;
    }
    Ok(within)
}

/// A corrected report was delivered at `filed_at`, or (None) was not after all. Does nothing if that is already
/// recorded.
pub async fn correction_filed(
    tools: &Tools,
    tx: &mut Tx,
    visit: &Visit,
    revision: u32,
    filed_at: Option<Instant>,
    now: Instant,
) -> Result<()> {
    let key = correction_of(visit, revision).key();
    let Some(deadline) = store::promises::by_key(&mut *tx, &key).await? else { return Ok(()) };
    if deadline.met_at == filed_at {
        return Ok(());
    }
    if deadline.met_at.is_some() {
        history::strike(tools, tx, &key, now).await?;
    }
    match filed_at {
        Some(filed_at) => history::meet(tools, tx, &key, filed_at, now).await,
        None => Ok(()),
    }
}

/// Whether a corrected report is owed and not delivered yet.
pub async fn is_correction_owed(tx: &mut Tx, visit: &Visit, revision: u32) -> Result<bool> {
    let deadline = store::promises::by_key(&mut *tx, &correction_of(visit, revision).key()).await?;
    Ok(deadline.is_some_and(|deadline| deadline.met_at.is_none()))
}

fn correction_of(visit: &Visit, revision: u32) -> DeadlineSubject {
    DeadlineSubject::Correction { visit: visit.id, revision }
}

/// Counts working days at one site, as a deadline's terms require.
pub struct Counter<'a> {
    site: &'a Site,
    pub calendar: std::result::Result<Calendar, world::holidays::NoCalendar>,
}

impl<'a> Counter<'a> {
    /// A counter for `site` with the calendar and half days that the terms require.
    #[must_use]
    pub fn of(tools: &Tools, site: &'a Site, terms: &DeadlineTerms) -> Counter<'a> {
        let company = &tools.config.company.calendar;
        Counter { site, calendar: tools.calendars.counted(site, company, terms.counted_on, terms.half_days) }
    }

    /// The last of `within` working days after `from`, with its ledger; unknown if the calendar does not know the days.
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

    /// The place where a deadline's clock runs. Sites have no working hours yet.
    #[must_use]
    pub fn place(&self) -> Locality<'_> {
        Locality { zone: &self.site.time_zone, calendar: self.calendar.as_ref().ok(), hours: None }
    }

    /// The initial judgement of a deadline that opens now; `called_at` if its clock does not count days.
    #[must_use]
    pub fn opened(
        &self,
        since_on: NaiveDate,
        called_at: Option<Instant>,
        terms: &DeadlineTerms,
        now: Instant,
    ) -> LastJudged {
        let due = match terms.allowed {
            Some(Allowed::WorkingDays(within)) => self.due(since_on, within),
            Some(Allowed::Window { first_on, last_on }) => Due::Window { first_on, last_on },
            // Unknown until it is judged.
            Some(Allowed::Elapsed(_) | Allowed::Hours(_) | Allowed::CalendarDays(_) | Allowed::Until(_)) | None => {
                Due::Held
            }
        };
        let case = DeadlineCase { since_on, called_at, opened_at: now, terms, due: &due, waiver: None };
        self.counted(&case.judge(&[], self.place(), now), &[], terms, now)
    }

    /// The result of a judgement with this calendar, given the current flags.
    pub(super) fn counted(
        &self,
        judged: &JudgedDeadline,
        raised: &[Raised],
        terms: &DeadlineTerms,
        now: Instant,
    ) -> LastJudged {
        let calendar = self.calendar.as_ref().ok();
        let code = calendar.map_or_else(|| self.site.calendar_code(), |c| c.code().to_owned());
        let version = calendar.map_or_else(String::new, |c| c.version().to_owned());
        history::last_judged(judged, raised, terms, (code, version), now)
    }
}
