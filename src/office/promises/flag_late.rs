//! Flags deadlines: once per step, dated by the deadline, in one transaction with the resulting letters.

use chrono::TimeDelta;

use serde_json::json;

use super::deadlines::{Counter, given_terms};
use super::history;
use super::once_a_visit::once_a_visit;
use super::visits_of::visits_of;
use crate::access::form_links::form_link;
use crate::acting::note;
use crate::letters::owe;
use crate::parties::{Parties, engineers};
use crate::{Office, Result, Tools};
use domain::access::{Deed, DeedCase, makes_visit};
use domain::audit::trail::DeedNote;
use domain::calendar::WorkingDays;
use domain::contract::{FlagAt, Purpose, Tell};
use domain::letters::hours::{Occasion, Urgency};
use domain::letters::notice::{DeadlineWords, Notice, Reader};
use domain::people::Engineer;
use domain::promises::clock::{ClockStep, JudgedOpening, Raised, StepAt};
use domain::promises::{Deadline, Due, Owed, days_late};
use domain::visits::Visit;
use domain::{Date, Instant};
use store::promises::flag::NewFlag;

/// How many deadlines are read at a time.
const A_PAGE: i64 = 200;

/// Judges all deadlines that are due to be judged. Returns how many flags were raised.
///
/// # Errors
/// If the store fails; what was flagged until then stays.
pub async fn flag_late(office: &Office) -> Result<u64> {
    let now = office.clock.now();
    let mut raised = 0;
    loop {
        let page = store::promises::to_look_at(&office.db, now, A_PAGE).await?;
        if page.is_empty() {
            return Ok(raised);
        }
        for case in cases(office, page).await? {
            raised += look_at(office, &case, now).await?;
        }
    }
}

/// A deadline to be judged, with the data for its letters.
struct Case {
    deadline: Deadline,
    parties: Parties,
    /// The visit that it concerns, directly or through its slot.
    visit: Option<Visit>,
    engineer: Option<Engineer>,
    /// Of a record: the last day on which its visit's report is in time.
    report_due_on: Option<Date>,
}

/// Reads the data for a page of deadlines at once.
async fn cases(office: &Office, page: Vec<Deadline>) -> Result<Vec<Case>> {
    let of: Vec<_> = page.iter().map(Into::into).collect();
    let parties = Parties::of_each(office, &office.db, &of).await?;
    let visits = visits_of(&office.db, &page).await?;
    let codes = visits.iter().map(|stored| &stored.visit.state.appointment().engineer);
    let engineers = engineers(&office.db, codes).await?;
    let records = page.iter().filter(|deadline| deadline.owed() == Owed::Record);
    let recorded: Vec<_> = records.filter_map(|deadline| deadline.subject.visit()).collect();
    let reports = match recorded[..] {
        [] => Vec::new(),
        [..] => store::promises::open_reports(&office.db, &recorded).await?,
    };
    let report_due_on = |of: &Deadline| {
        let visit = of.subject.visit().filter(|_| of.owed() == Owed::Record)?;
        reports.iter().find(|report| report.subject.visit() == Some(visit))?.due.on()
    };
    let case = |(deadline, parties): (Deadline, Parties)| {
        let visit = visits.of(&deadline).map(|stored| stored.visit.clone());
        let engineer = visit.as_ref().and_then(|visit| engineers.get(&visit.state.appointment().engineer)).cloned();
        let report_due_on = report_due_on(&deadline);
        Case { deadline, parties, visit, engineer, report_due_on }
    };
    Ok(page.into_iter().zip(parties).map(case).collect())
}

/// Judges one deadline, raises the steps that it has reached, and tells people about the latest one: after a long
/// silence, they are told once about the current state, not about everything that they missed.
async fn look_at(office: &Office, case: &Case, now: Instant) -> Result<u64> {
    let Case { deadline, parties, visit, engineer, report_due_on } = case;
    let zone = &parties.site.time_zone;
    let mut tx = office.at_work().begin_part().await?;
    let Some(deadline) = store::promises::for_change(&mut tx, deadline.id).await? else { return Ok(0) };
    let deadline = given_terms(office, &mut tx, deadline, &parties.site, parties.term.as_ref()).await?;
    let counter = Counter::of(office, &parties.site, &deadline.terms);
    let events = store::promises::event::of(&mut tx, deadline.id).await?;
    let judged = deadline.case().judge(&events, counter.place(), now);
    let mut standing = history::raised(&history::take_back(&mut tx, deadline.id, &judged, now).await?.standing);
    let mut newest: Option<Raised> = None;
    let mut count = 0;
    for raised in judged.to_raise(&standing).into_iter().filter(|_| deadline.waiver.is_none()) {
        let level = deadline.terms.steps[raised.step].at.word();
        let flag = NewFlag { raised, level, dated: zone.begun_day(raised.dated), raised_at: now };
        if store::promises::flag::raise(&mut tx, deadline.id, &flag).await? {
            let line = DeedNote {
                site: Some(deadline.site.clone()),
                visit: deadline.subject.visit(),
                after: Some(json!({ "level": deadline.terms.steps[raised.step].at.word(), "due": judged.due.on() })),
                ..DeedNote::of_office(Deed::RaiseFlag, deadline.key.as_str())
            };
            note(&mut tx, &DeedCase::default(), line)?;
            count += 1;
            newest = Some(raised);
        }
        standing.push(raised);
    }
    let last = judged.judgement.last();
    let latest = last.reached.iter().max_by_key(|step| (step.at, step.step)).map(|step| step.step);
    if let (Some(raised), Some(due_on)) = (newest.filter(|raised| Some(raised.step) == latest), judged.due.on()) {
        let step = &deadline.terms.steps[raised.step];
        let late = days_late(due_on, zone.day(now), counter.calendar.as_ref().ok());
        let words = words(&deadline, flag_at(step.at), visit.as_ref(), engineer.as_ref(), parties, due_on, late);
        let flag = Flag {
            deadline: &deadline,
            due: &judged.due,
            step,
            visit: visit.as_ref(),
            parties,
            engineer: engineer.as_ref(),
            words: DeadlineWords { report_due_on: *report_due_on, ..words },
        };
        let mut told = told_now(step, last, &deadline.terms.steps, now);
        // A customer whose contract is over hears nothing more of what is late, and none hears of records, which are ours.
        let is_theirs = deadline.owed() != Owed::Record && !parties.is_over_on(zone.day(now));
        told.retain(|tell| *tell != Tell::Escalation || is_theirs);
        let told = parties.told(&told, engineer.as_ref());
        let makes = visit.as_ref().map(|visit| &visit.state.appointment().engineer);
        let told = once_a_visit(&mut tx, &deadline, &flag.words, makes, told, now).await?;
        for reader in told {
            flag.tell(office, &mut tx, &reader, now).await?;
        }
    }
    let by = (deadline.calendar.clone(), deadline.calendar_version.clone());
    store::promises::judged(&mut tx, deadline.id, &history::last_judged(&judged, &standing, &deadline.terms, by, now))
        .await?;
    tx.commit().await?;
    Ok(count)
}

/// So soon before the next one, a step of working days is not told of.
const SOON: TimeDelta = TimeDelta::hours(1);

/// Who is told about a step; without those who will be told about the next one within the hour.
fn told_now(step: &ClockStep, opening: &JudgedOpening, steps: &[ClockStep], now: Instant) -> Vec<Tell> {
    match step.at {
        StepAt::Before(_) | StepAt::AtDue | StepAt::After(_) => return step.tell.clone(),
        StepAt::Day(_) => {}
    }
    let soon = opening.ahead.iter().filter(|ahead| ahead.at - now < SOON);
    let soon: Vec<Tell> = soon.flat_map(|ahead| steps[ahead.step].tell.iter().copied()).collect();
    step.tell.iter().copied().filter(|tell| !soon.contains(tell)).collect()
}

/// A step in the form that letters use: they name days.
fn flag_at(step: StepAt) -> FlagAt {
    match step {
        StepAt::Day(at) => at,
        StepAt::Before(_) => FlagAt::OnTheDay,
        StepAt::AtDue | StepAt::After(_) => FlagAt::Late(WorkingDays(1)),
    }
}

/// A step that was reached and is to be announced.
struct Flag<'a> {
    deadline: &'a Deadline,
    due: &'a Due,
    step: &'a ClockStep,
    visit: Option<&'a Visit>,
    parties: &'a Parties,
    engineer: Option<&'a Engineer>,
    words: DeadlineWords,
}

impl Flag<'_> {
    /// What a contract counts in hours or minutes is told at any hour, and so is a call-out.
    fn urgency(&self) -> Urgency {
        match self.step.at {
            StepAt::Day(_) => Urgency::of(self.words.purpose),
            StepAt::Before(_) | StepAt::AtDue | StepAt::After(_) => Urgency::Urgent,
        }
    }

    async fn tell(&self, tools: &Tools, tx: &mut store::Tx, reader: &Reader, now: Instant) -> Result<()> {
        let Flag { deadline, step, .. } = self;
        // The key contains the due day, so that people are told again if a deadline has moved.
        let due = match self.due {
            Due::Timed { at, .. } => at.to_rfc3339(),
            Due::Counted { .. } | Due::Window { .. } | Due::Held | Due::Unknown { .. } => {
                self.due.on().map_or_else(String::new, |day| day.to_string())
            }
        };
        let key = format!("deadline-flagged/{}/{due}/{}/{}", deadline.key, step.at.word(), reader.role.key());
        let notice = Notice::DeadlineFlagged { deadline: self.words.clone() };
        let is_engineer =
            self.visit.is_some_and(|visit| makes_visit(&reader.role, &visit.state.appointment().engineer));
        let form = match (notice.about().asks, self.visit, is_engineer) {
            (true, Some(visit), true) => {
                form_link(tools, tx, visit, &self.parties.site.time_zone, &reader.role, &key).await?
            }
            (true | false, ..) => None,
        };
        let mut letter = tools.composer.owed(key, reader.clone(), notice);
        letter.visit = deadline.subject.visit();
        letter.facts.links.form = form;
        let ordinary = Occasion::of(self.parties.hours_of(tools, reader, self.engineer.as_slice()), now);
        owe(tx, &letter, &Occasion { urgency: self.urgency(), ..ordinary }).await?;
        Ok(())
    }
}

/// The deadline as described in letters.
pub(crate) fn words(
    deadline: &Deadline,
    at: FlagAt,
    visit: Option<&Visit>,
    engineer: Option<&Engineer>,
    parties: &Parties,
    due_on: Date,
    days_late: u32,
) -> DeadlineWords {
    let purpose = visit.map(|visit| visit.purpose).or_else(|| parties.term.as_ref().map(|term| term.purpose));
    DeadlineWords {
        id: deadline.id,
        owed: deadline.owed(),
        at,
        visit: visit.map(|visit| visit.id),
        purpose: purpose.unwrap_or(Purpose::Inspection),
        customer: parties.customer.name.clone(),
        site: parties.site.site.clone(),
        site_name: parties.site.name.clone(),
        engineer: engineer.map(|engineer| engineer.name.clone()),
        since_on: deadline.since_on,
        due_on,
        days_late,
        report_due_on: None,
        ledger: match &deadline.due {
            Due::Counted { ledger } => Some(ledger.clone()),
            Due::Window { .. } | Due::Timed { .. } | Due::Held | Due::Unknown { .. } => None,
        },
    }
}
