//! Counts open deadlines anew when a calendar has changed, and keeps what that moved.

use std::collections::HashMap;

use serde_json::json;

use super::{A_PAGE, Counter};
use crate::acting::note;
use crate::parties::Parties;
use crate::{Office, Result};
use domain::access::{Deed, DeedCase};
use domain::audit::trail::DeedNote;
use domain::calendar::{Calendar, WorkingDays};
use domain::ids::SiteCode;
use domain::people::equipment::Site;
use domain::promises::{Due, Level, Move, Owed};
use store::promises::{Counted, Deadline};

/// The fact that names the calendars which the open deadlines were counted with.
pub const CALENDARS: &str = "counted-with-calendars";

/// Counts open deadlines anew after a change of calendars; met ones keep their ledger. Says how many fell on
/// another day; each such move is kept with its reason, for the next digest and for `ronda calendar diff`. Flags of
/// levels that the new count has not reached are taken back, and raised again in their time; those that stay are dated
/// anew.
///
/// # Errors
/// When the store fails; the next run starts over.
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
        let anew = counted_anew(office, page).await?;
        let mut tx = office.at_work().begin_part().await?;
        let moved_before = moved;
        for Anew { deadline, counted, levels } in anew {
            if !store::promises::recount(&mut tx, deadline.id, deadline.since_on, &counted).await? {
                continue;
            }
            for Level { flag, reached_at, .. } in levels {
                if reached_at > now {
                    store::promises::take_flag_back(&mut tx, deadline.id, &flag.at.level()).await?;
                } else {
                    store::promises::redate_flag(&mut tx, deadline.id, &flag.at.level(), flag.dated).await?;
                }
            }
            if let Some(by) = moved_by(&deadline, &counted) {
                store::promises::deadline_move::put(&mut tx, deadline.id, &by, now).await?;
                moved += 1;
                tracing::info!(deadline = %deadline.id, was = day(by.was_on), is = day(by.is_on), "counted anew");
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

/// All that a count depends on besides its deadline: every calendar, and which of them is the company's.
fn in_force(office: &Office) -> String {
    format!("{} {}", office.calendars.version(), office.config.company.calendar)
}

/// An open deadline that would move.
#[derive(Debug, Clone)]
pub struct Pending {
    pub deadline: Deadline,
    pub moved: Move,
}

/// What the next count would move with the calendars as they are now. Changes nothing.
pub async fn would_move(office: &Office) -> Result<Vec<Pending>> {
    let mut pending = Vec::new();
    let mut after = 0;
    loop {
        let page = store::promises::open_after(&office.db, after, A_PAGE).await?;
        let Some(last) = page.last() else { return Ok(pending) };
        after = last.id.0;
        for Anew { deadline, counted, .. } in counted_anew(office, page).await? {
            pending.extend(moved_by(&deadline, &counted).map(|moved| Pending { deadline, moved }));
        }
    }
}

fn moved_by(deadline: &Deadline, counted: &Counted) -> Option<Move> {
    let was_by = (deadline.calendar.as_str(), deadline.calendar_version.as_str());
    Move::between(&deadline.due, was_by, &counted.due, (&counted.calendar, &counted.calendar_version))
}

/// A deadline as today's calendars count it.
struct Anew {
    deadline: Deadline,
    counted: Counted,
    levels: Vec<Level>,
}

/// Those of a page that another calendar counts than before.
async fn counted_anew(office: &Office, page: Vec<Deadline>) -> Result<Vec<Anew>> {
    let mut codes: Vec<SiteCode> = page.iter().map(|deadline| deadline.site.clone()).collect();
    codes.sort_unstable();
    codes.dedup();
    let sites = store::people::site::with_codes(&office.db, &codes).await?;
    let sites: HashMap<&SiteCode, &Site> = sites.iter().map(|site| (&site.site, site)).collect();
    let mut anew = Vec::new();
    for deadline in page {
        let Some(site) = sites.get(&deadline.site) else { continue };
        let counter = Counter::of(office, site, &deadline.escalation);
        let was_by = (deadline.calendar.as_str(), deadline.calendar_version.as_str());
        let is_same = |calendar: &Calendar| (calendar.code(), calendar.version()) == was_by;
        if counter.calendar.as_ref().is_ok_and(is_same) {
            continue;
        }
        let due = match &deadline.due {
            Due::Window { first_on, last_on } => Due::Window { first_on: *first_on, last_on: *last_on },
            Due::Counted { ledger } => counter.due(deadline.since_on, ledger.within),
            Due::Unknown { .. } => counter.due(deadline.since_on, within_of(office, &deadline).await?),
        };
        let levels = counter.levels(&due, &deadline.escalation);
        let counted = counter.counted(due, &deadline.escalation);
        anew.push(Anew { deadline, counted, levels });
    }
    Ok(anew)
}

/// The number that a deadline was to be counted with, where it never was.
async fn within_of(office: &Office, deadline: &Deadline) -> Result<WorkingDays> {
    let parties = Parties::load(office, &office.db, &deadline.site, &deadline.contract, &deadline.term).await?;
    Ok(match deadline.owed {
        Owed::Record => parties.term.map_or(WorkingDays(1), |term| term.record_within),
        Owed::Report | Owed::Visit | Owed::Training => parties.term.map_or(WorkingDays(3), |term| term.report_within),
    })
}

/// A due day in the log.
fn day(on: Option<NaiveDate>) -> String {
    on.map_or_else(|| "unknown".to_owned(), |day| day.to_string())
}
