//! Recounts open deadlines when a calendar has changed, and records which of them moved.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde_json::json;

use super::{A_PAGE, Counter};
use crate::acting::note;
use crate::parties::Parties;
use crate::promises::history;
use crate::{Office, Result};
use domain::Instant;
use domain::access::{Deed, DeedCase};
use domain::audit::trail::DeedNote;
use domain::calendar::{Calendar, WorkingDays};
use domain::ids::SiteCode;
use domain::people::equipment::Site;
use domain::promises::clock::Allowed;
use domain::promises::{Deadline, DeadlineCase, DeadlineTerms, Due, Move, Owed};
use store::Tx;

/// The fact that identifies the calendars with which open deadlines were counted.
pub const CALENDARS: &str = "counted-with-calendars";

/// Recounts open deadlines after a change of calendars; met ones keep their ledger. Returns how many moved to another
/// day; each move is stored with its reason, for the next digest and for `ronda calendar diff`. Flags that the new
/// count contradicts are withdrawn; if their steps are reached by the new count as well, they are raised again for the
/// new day without telling anybody twice. Other steps follow in time.
///
/// # Errors
/// If the store fails; the next run starts over.
pub async fn recount_deadlines(office: &Office) -> Result<u64> {
    let (in_force, now) = (in_force(office), office.clock.now());
    if store::fact::get(&office.db, CALENDARS).await?.as_ref() == Some(&in_force) {
        return Ok(0);
    }
    let mut moved = 0;
    let mut after = 0;
    loop {
        let page = store::promises::open_after(&office.db, after, A_PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.id.0;
        let sites = sites_of(office, &page).await?;
        let anew = counted_anew(office, &sites, page).await?;
        let mut tx = office.at_work().begin_part().await?;
        let moved_before = moved;
        for anew in anew {
            if let Some(by) = judge_anew(&mut tx, &anew, now).await? {
                moved += 1;
                let (was, is) = (day(by.was_on), day(by.is_on));
                tracing::info!(deadline = %anew.deadline.id, was, is, "counted anew");
            }
        }
        if moved > moved_before {
            let line = DeedNote {
                after: Some(json!({ "moved": moved - moved_before, "calendars": in_force })),
                ..DeedNote::of_office(Deed::RecountDeadlines, "deadlines")
            };
            note(&mut tx, &DeedCase::default(), line)?;
        }
        tx.commit().await?;
    }
    let mut tx = office.db.begin().await?;
    store::fact::set(&mut tx, CALENDARS, &in_force).await?;
    tx.commit().await?;
    Ok(moved)
}

/// Judges an open deadline with the current calendar. Returns how that moved it.
async fn judge_anew(tx: &mut Tx, anew: &Anew<'_>, now: Instant) -> Result<Option<Move>> {
    let Some(deadline) = store::promises::for_change(tx, anew.deadline.id).await? else { return Ok(None) };
    if deadline.met_at.is_some() || deadline.withdrawn_at.is_some() {
        return Ok(None);
    }
    if deadline.terms != anew.terms {
        store::promises::set_terms(tx, deadline.id, &anew.terms).await?;
    }
    let events = store::promises::event::of(&mut *tx, deadline.id).await?;
    let case = DeadlineCase { terms: &anew.terms, due: &anew.due, ..deadline.case() };
    let judged = case.judge(&events, anew.counter.place(), now);
    let standing = history::follow_count(tx, deadline.id, &judged, anew.site, now).await?;
    let is = anew.counter.counted(&judged, &standing, &anew.terms, now);
    let by = moved_by(&deadline, &is.due, (&is.calendar, &is.calendar_version));
    store::promises::judged(tx, deadline.id, &is).await?;
    if let Some(by) = &by {
        store::promises::deadline_move::put(tx, deadline.id, by, now).await?;
    }
    Ok(by)
}

/// Everything that counts depend on, besides the deadlines: all calendars, and which of them is the company's.
fn in_force(office: &Office) -> String {
    format!("{} {}", office.calendars.version(), office.config.company.calendar)
}

/// An open deadline that would move.
#[derive(Debug, Clone)]
pub struct Pending {
    pub deadline: Deadline,
    pub moved: Move,
}

/// What the next recount would move, given the current calendars. Changes nothing.
pub async fn would_move(office: &Office) -> Result<Vec<Pending>> {
    let mut pending = Vec::new();
    let mut after = 0;
    loop {
        let page = store::promises::open_after(&office.db, after, A_PAGE).await?;
        let Some(last) = page.last() else { return Ok(pending) };
        after = last.id.0;
        let sites = sites_of(office, &page).await?;
        for anew in counted_anew(office, &sites, page).await? {
            let calendar = anew.counter.calendar.as_ref().ok();
            let code = calendar.map_or_else(|| anew.site.calendar_code(), |calendar| calendar.code().to_owned());
            let version = calendar.map_or("", |calendar| calendar.version());
            let moved = moved_by(&anew.deadline, &anew.due, (&code, version));
            pending.extend(moved.map(|moved| Pending { deadline: anew.deadline, moved }));
        }
    }
}

fn moved_by(deadline: &Deadline, is: &Due, is_by: (&str, &str)) -> Option<Move> {
    let was_by = (deadline.calendar.as_str(), deadline.calendar_version.as_str());
    Move::between(&deadline.due, was_by, is, is_by)
}

/// A deadline as counted with the current calendars.
struct Anew<'a> {
    deadline: Deadline,
    site: &'a Site,
    counter: Counter<'a>,
    /// Including the allowance, if an earlier version did not store it.
    terms: DeadlineTerms,
    due: Due,
}

async fn sites_of(office: &Office, page: &[Deadline]) -> Result<HashMap<SiteCode, Site>> {
    let mut codes: Vec<SiteCode> = page.iter().map(|deadline| deadline.site.clone()).collect();
    codes.sort_unstable();
    codes.dedup();
    let sites = store::people::site::with_codes(&office.db, &codes).await?;
    Ok(sites.into_iter().map(|site| (site.site.clone(), site)).collect())
}

/// Those deadlines of a page that are counted with a different calendar than before.
async fn counted_anew<'a>(
    office: &Office,
    sites: &'a HashMap<SiteCode, Site>,
    page: Vec<Deadline>,
) -> Result<Vec<Anew<'a>>> {
    let mut anew = Vec::new();
    for deadline in page {
        let Some(site) = sites.get(&deadline.site) else { continue };
        let counter = Counter::of(office, site, &deadline.terms);
        let was_by = (deadline.calendar.as_str(), deadline.calendar_version.as_str());
        let is_same = |calendar: &Calendar| (calendar.code(), calendar.version()) == was_by;
        if counter.calendar.as_ref().is_ok_and(is_same) {
            continue;
        }
        let mut terms = deadline.terms.clone();
        if terms.allowed.is_none() {
            terms.allowed = Some(Allowed::WorkingDays(within_of(office, &deadline).await?));
        }
        let due = match (&deadline.due, terms.allowed) {
            (Due::Counted { .. } | Due::Unknown { .. }, Some(Allowed::WorkingDays(within))) => {
                counter.due(deadline.since_on, within)
            }
            (Due::Counted { ledger }, _) => counter.due(deadline.since_on, ledger.within),
            (due @ (Due::Window { .. } | Due::Timed { .. } | Due::Held | Due::Unknown { .. }), _) => due.clone(),
        };
        anew.push(Anew { deadline, site, counter, terms, due });
    }
    Ok(anew)
}

/// The allowance of a deadline that was never counted.
async fn within_of(office: &Office, deadline: &Deadline) -> Result<WorkingDays> {
    let parties = Parties::load(office, &office.db, deadline.into()).await?;
    Ok(match deadline.owed() {
        Owed::Record => parties.term.map_or(WorkingDays(1), |term| term.record_within),
        Owed::Report | Owed::Visit | Owed::Training => parties.term.map_or(WorkingDays(3), |term| term.report_within),
    })
}

/// A due day for the log.
fn day(on: Option<NaiveDate>) -> String {
    on.map_or_else(|| "unknown".to_owned(), |day| day.to_string())
}
