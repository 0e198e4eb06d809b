//! Whether a visit that lies ahead can take place.

use chrono::Datelike;

use super::{AnsweredTerm, AuditedSite, AuditedState, AuditedVisit, NoFitVisit, PromisedPeriod};
use crate::contract::Purpose;

/// Why `visit` cannot serve `period`; None where it can.
pub(super) fn unfit(
    site: &AuditedSite<'_>,
    answered: &AnsweredTerm<'_>,
    period: &PromisedPeriod,
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
    if on < period.first_on || on > period.last_on {
        return Some(NoFitVisit::OutsideTheWindow { visit, on });
    }
    if !site.has_equipment && looks_at_equipment(answered.term.purpose) {
        return Some(NoFitVisit::NoEquipment { visit });
    }
    // Days that no calendar knows are nobody's day off.
    if site.calendar.as_ref().is_some_and(|calendar| calendar.is_working(on) == Ok(false)) {
        return Some(NoFitVisit::SiteClosed { visit, on });
    }
    let engineer = made.engineer.clone();
    let Some(knows) = site.engineers.get(&engineer) else {
        return Some(NoFitVisit::EngineerGone { visit, engineer });
    };
    if let Some(skill) = site.skills.iter().find(|skill| !knows.skills.iter().any(|known| known == *skill)) {
        return Some(NoFitVisit::EngineerLacks { visit, engineer, skill: (*skill).to_owned() });
    }
    let works =
        knows.calendar.as_ref().is_none_or(|own| own.is_working(on).unwrap_or(on.weekday().number_from_monday() < 6));
    (!works).then_some(NoFitVisit::EngineerOff { visit, engineer, on })
}

fn looks_at_equipment(purpose: Purpose) -> bool {
    match purpose {
        Purpose::Inspection | Purpose::Maintenance | Purpose::CallOut | Purpose::PlannedSupport => true,
        Purpose::Training | Purpose::FollowUp => false,
    }
}
