//! Since when nothing is left of what a visit was to inspect.

use super::{AuditedItem, AuditedSite, AuditedState, AuditedVisit};
use crate::Instant;
use crate::contract::Purpose;

/// The moment from which on everything that a visit was to inspect has been inspected: its own end, or that of the last of
/// the visits that have seen its rest. `None`: something is still to be seen, or it has not taken place.
///
/// Equipment that has gone meanwhile has nothing to be seen from its last day's end on.
pub(super) fn whole_at(site: &AuditedSite<'_>, visit: &AuditedVisit) -> Option<Instant> {
    let AuditedState::Done { completed_at, left, .. } = &visit.state else { return None };
    let mut whole_at = *completed_at;
    if inspects_everything(visit) {
        for item in left {
            whole_at = whole_at.max(settled_at(site, visit, *completed_at, item)?);
        }
    }
    Some(whole_at)
}

/// When an item that a visit has left was seen after all, or its equipment had gone; whichever came first.
fn settled_at(site: &AuditedSite<'_>, left_by: &AuditedVisit, left_at: Instant, item: &AuditedItem) -> Option<Instant> {
    let unit = site.equipment.iter().find(|unit| *unit.equipment == item.equipment);
    let retired_on = unit.and_then(|unit| unit.retired_on).filter(|day| *day <= site.today());
    let mut settled_at = retired_on.map(|day| site.zone.start_of(day));
    for other in &site.visits {
        let AuditedState::Done { completed_at, left, .. } = &other.state else { continue };
        let was_later = (*completed_at, other.visit) > (left_at, left_by.visit);
        let was_asked = match other.rest_of {
            Some(first) => site.visits.iter().any(|visit| visit.visit == first && has_left(visit, item)),
            None => inspects_everything(other),
        };
        if was_later && was_asked && !left.contains(item) {
            settled_at = Some(settled_at.map_or(*completed_at, |known| known.min(*completed_at)));
        }
    }
    settled_at
}

fn has_left(visit: &AuditedVisit, item: &AuditedItem) -> bool {
    match &visit.state {
        AuditedState::Done { left, .. } => left.contains(item),
        AuditedState::Planned | AuditedState::Booked | AuditedState::Cancelled => false,
    }
}

/// Whether all equipment of the site is to be inspected.
fn inspects_everything(visit: &AuditedVisit) -> bool {
    match visit.purpose {
        Purpose::Inspection | Purpose::Maintenance => visit.rest_of.is_none(),
        Purpose::Training | Purpose::FollowUp | Purpose::CallOut | Purpose::PlannedSupport => false,
    }
}
