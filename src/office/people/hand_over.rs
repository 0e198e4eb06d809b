//! Hands over everything of an engineer or manager to their successor.

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::json;

use crate::acting::note;
use crate::planning::plan_visits::pass_rounds;
use crate::visits::book_visits::{AppointmentChange, Rules, move_in};
use crate::{Acting, Error, Result};
use domain::access::{Deed, DeedCase};
use domain::audit::trail::DeedNote;
use domain::ids::{EngineerCode, ManagerCode, VisitId};
use domain::people::{Engineer, Manager};
use domain::visits::VisitStateWord;
use store::visits::VisitFilter;

/// What was handed over, and what was not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Succession {
    /// The first day on which the successor has all of it.
    pub from: NaiveDate,
    /// Booked visits that the successor makes now, by day.
    pub moved: Vec<VisitId>,
    pub kept: Vec<KeptVisit>,
}

/// A booked visit that stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeptVisit {
    pub visit: VisitId,
    /// What prevents the handover, and what can be done.
    pub why: String,
}

/// Hands everything of an engineer, or else a manager, over to another one, from a day on; from today if none is given.
///
/// An engineer's booked visits keep their day and time, and everyone who was told about one is told. Visits that were
/// only planned are planned again at the next beat. All of this is committed together, except rounds, which follow
/// afterwards.
///
/// # Errors
/// A refusal if somebody is unknown or has left, if both are the same person, or if the day has passed.
pub async fn hand_over(office: &Acting, of: &str, to: &str, from: Option<NaiveDate>) -> Result<Succession> {
    let (today, from) = (office.today(), from.unwrap_or_else(|| office.today()));
    if of == to {
        return Err(Error::Refused(format!("{of} has it already; name somebody else with --to")));
    }
    if from < today {
        return Err(Error::Refused(format!("--from {from} has passed; name today, {today}, or a later day")));
    }
    let engineers = store::people::engineer::all(&office.db).await?;
    if let Some(gone) = engineers.iter().find(|engineer| engineer.engineer.as_str() == of) {
        let next = engineers.iter().find(|engineer| engineer.engineer.as_str() == to && engineer.is_there_on(from));
        return of_engineer(office, gone, next.ok_or_else(|| nobody("engineer", to, from))?, from).await;
    }
    let managers = store::people::manager::all(&office.db).await?;
    let Some(gone) = managers.iter().find(|manager| manager.manager.as_str() == of) else {
        let help = "`ronda export DIR` writes out all codes";
        return Err(Error::NotFound(format!("there is no engineer and no manager {of:?}; {help}")));
    };
    let next = managers.iter().find(|manager| manager.manager.as_str() == to && manager.is_there_on(from));
    of_manager(office, gone, next.ok_or_else(|| nobody("manager", to, from))?, from).await
}

fn nobody(what: &str, code: &str, from: NaiveDate) -> Error {
    let help = "`ronda export DIR` writes out all codes";
    Error::NotFound(format!("there is no {what} {code:?} who is there on {from}; {help}"))
}

/// How somebody leaves, in the form used in the audit trail.
fn in_short(left_on: Option<NaiveDate>, successor: Option<&str>) -> serde_json::Value {
    json!({ "left_on": left_on, "successor": successor })
}

async fn of_engineer(office: &Acting, gone: &Engineer, next: &Engineer, from: NaiveDate) -> Result<Succession> {
    let filter = VisitFilter {
        engineer: Some(gone.engineer.clone()),
        state: Some(VisitStateWord::Booked),
        from: Some(from),
        ..VisitFilter::default()
    };
    let booked = store::visits::list(&office.db, &filter).await?;
    let left = Engineer { left_on: Some(from), successor: Some(next.engineer.clone()), ..gone.clone() };
    let (mut moved, mut kept) = (Vec::new(), Vec::new());
    let mut tx = office.begin().await?;
    store::people::engineer::put(&mut tx, &[left]).await?;
    let line = DeedNote {
        before: Some(in_short(gone.left_on, gone.successor.as_ref().map(EngineerCode::as_str))),
        after: Some(in_short(Some(from), Some(next.engineer.as_str()))),
        ..DeedNote::of_office(Deed::HandOver, format!("engineer:{}", gone.engineer))
    };
    note(&mut tx, &DeedCase::default(), line)?;
    let to = AppointmentChange { engineer: Some(next.engineer.clone()), ..AppointmentChange::default() };
    for visit in booked.into_iter().map(|stored| stored.visit.id) {
        match move_in(office, &mut tx, visit, &to, Rules::Keep).await {
            Ok(()) => moved.push(visit),
            Err(Error::Refused(why) | Error::NotFound(why)) => kept.push(KeptVisit { visit, why }),
            Err(failed @ Error::Failed(_)) => return Err(failed),
        }
    }
    tx.commit().await?;
    pass_rounds(office, &gone.engineer, Some(next)).await?;
    Ok(Succession { from, moved, kept })
}

async fn of_manager(office: &Acting, gone: &Manager, next: &Manager, from: NaiveDate) -> Result<Succession> {
    let left = Manager { left_on: Some(from), successor: Some(next.manager.clone()), ..gone.clone() };
    let mut tx = office.begin().await?;
    store::people::manager::put(&mut tx, &[left]).await?;
    let line = DeedNote {
        before: Some(in_short(gone.left_on, gone.successor.as_ref().map(ManagerCode::as_str))),
        after: Some(in_short(Some(from), Some(next.manager.as_str()))),
        ..DeedNote::of_office(Deed::HandOver, format!("manager:{}", gone.manager))
    };
    note(&mut tx, &DeedCase::default(), line)?;
    tx.commit().await?;
    Ok(Succession { from, moved: Vec::new(), kept: Vec::new() })
}
