//! Whether a future visit can take place.

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use super::{AuditedSite, AuditedState, AuditedVisit};
use crate::contract::Purpose;
use crate::ids::{EngineerCode, VisitId};

/// Why a period has no visit that can take place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "why", rename_all = "kebab-case")]
pub enum NoFitVisit {
    /// It is beyond what is planned so far.
    NotPlannedYet,
    /// There is no visit.
    NoVisit,
    /// The visit took place and could not inspect everything, and nobody is booked for the rest.
    RestLeft {
        visit: VisitId,
    },
    /// The visit was cancelled, or did not take place.
    Cancelled {
        visit: VisitId,
    },
    /// The visit's day has passed without a record.
    NoRecord {
        visit: VisitId,
        on: NaiveDate,
    },
    /// The visit's day is outside the window.
    OutsideTheWindow {
        visit: VisitId,
        on: NaiveDate,
    },
    /// Nobody works at the site on the visit's day.
    SiteClosed {
        visit: VisitId,
        on: NaiveDate,
    },
    EngineerGone {
        visit: VisitId,
        engineer: EngineerCode,
    },
    EngineerOff {
        visit: VisitId,
        engineer: EngineerCode,
        on: NaiveDate,
    },
    EngineerLacks {
        visit: VisitId,
        engineer: EngineerCode,
        skill: String,
    },
    /// The site has no equipment to inspect.
    NoEquipment {
        visit: VisitId,
    },
}

/// Why a visit cannot serve a period by its day or otherwise; None where it can. The days are the first and the last on which
/// it serves it.
pub(super) fn unfit(
    site: &AuditedSite<'_>,
    (first_on, last_on): (NaiveDate, NaiveDate),
    made: &AuditedVisit,
) -> Option<NoFitVisit> {
    let (visit, on) = (made.visit, made.day);
    match made.state {
        AuditedState::Planned | AuditedState::Booked => {}
        AuditedState::Done { .. } => return None,
        AuditedState::Cancelled => return Some(NoFitVisit::Cancelled { visit }),
    }
    if on < site.today() {
        return Some(NoFitVisit::NoRecord { visit, on });
    }
    if on < first_on || on > last_on {
        return Some(NoFitVisit::OutsideTheWindow { visit, on });
    }
    cannot_take_place(site, made)
}

/// The first objection, by engineer, place and day, to a future visit that nobody has overruled.
pub(super) fn cannot_take_place(site: &AuditedSite<'_>, made: &AuditedVisit) -> Option<NoFitVisit> {
    let (visit, on, engineer) = (made.visit, made.day, &made.engineer);
    let standing = || site.equipment.iter().filter(|unit| unit.retired_on.is_none_or(|end| on < end));
    let is_overruled = |why: &str| made.overruled.iter().any(|word| word == why);
    let nothing_there = looks_at_equipment(made.purpose) && standing().next().is_none();
    if nothing_there && !is_overruled("no-equipment") {
        return Some(NoFitVisit::NoEquipment { visit });
    }
    // Days that no calendar knows are not taken as days off.
    let is_closed = site.calendar.as_ref().is_some_and(|calendar| calendar.is_working(on) == Ok(false));
    if is_closed && !is_overruled("site-closed") {
        return Some(NoFitVisit::SiteClosed { visit, on });
    }
    let Some(knows) = site.engineers.get(engineer).filter(|knows| knows.left_on.is_none_or(|end| on < end)) else {
        return Some(NoFitVisit::EngineerGone { visit, engineer: engineer.clone() });
    };
    let has = |skill: &String| {
        knows.skills.iter().any(|own| own.skill == *skill && own.valid_until.is_none_or(|last| on <= last))
    };
    // Of a day that is over, only what a certificate says is known.
    let is_known = |skill: &String| on >= site.today() || knows.skills.iter().any(|own| own.skill == *skill);
    let mut asked = standing().flat_map(|unit| unit.skills).filter(|skill| is_known(skill));
    if let Some(skill) = asked.find(|skill| !has(skill) && !is_overruled(&format!("skill/{skill}"))) {
        return Some(NoFitVisit::EngineerLacks { visit, engineer: engineer.clone(), skill: skill.clone() });
    }
    let works =
        knows.calendar.as_ref().is_none_or(|own| own.is_working(on).unwrap_or(on.weekday().number_from_monday() < 6));
    let is_off = !works && !is_overruled("engineer-off");
    is_off.then(|| NoFitVisit::EngineerOff { visit, engineer: engineer.clone(), on })
}

fn looks_at_equipment(purpose: Purpose) -> bool {
    match purpose {
        Purpose::Inspection | Purpose::Maintenance | Purpose::CallOut | Purpose::PlannedSupport => true,
        Purpose::Training | Purpose::FollowUp => false,
    }
}
