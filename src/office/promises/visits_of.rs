//! The visits that deadlines concern.

use std::collections::{HashMap, HashSet};

use crate::Result;
use crate::visits::rests::booked_for_slots;
use domain::ids::{DeadlineId, SlotId, VisitId};
use domain::promises::{Deadline, Owed};
use domain::visits::{StoredVisit, VisitState};
use store::Db;

/// The visits of several deadlines, read at once.
pub(crate) struct DeadlineVisits {
    by_id: HashMap<VisitId, StoredVisit>,
    by_slot: HashMap<SlotId, VisitId>,
}

impl DeadlineVisits {
    /// The visit that a deadline concerns, directly or through its slot.
    pub(crate) fn of(&self, deadline: &Deadline) -> Option<&StoredVisit> {
        let of_slot = || self.by_slot.get(&deadline.subject.slot()?).copied();
        self.by_id.get(&deadline.subject.visit().or_else(of_slot)?)
    }

    /// With the visits that are booked for the rest of what took place, in place of those.
    pub(crate) async fn with_rests(mut self, db: &Db) -> Result<DeadlineVisits> {
        for (slot, rest) in booked_for_slots(db, self.by_id.values()).await? {
            self.by_slot.insert(slot, rest.visit.id);
            self.by_id.insert(rest.visit.id, rest);
        }
        Ok(self)
    }

    /// All of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &StoredVisit> {
        self.by_id.values()
    }
}

impl FromIterator<StoredVisit> for DeadlineVisits {
    fn from_iter<T: IntoIterator<Item = StoredVisit>>(visits: T) -> DeadlineVisits {
        let by_id: HashMap<_, _> = visits.into_iter().map(|stored| (stored.visit.id, stored)).collect();
        let by_slot = by_id.values().filter_map(|stored| Some((stored.slot?, stored.visit.id))).collect();
        DeadlineVisits { by_id, by_slot }
    }
}

/// Reads the visits of deadlines.
pub(crate) async fn visits_of(db: &Db, deadlines: &[Deadline]) -> Result<DeadlineVisits> {
    let visits: Vec<_> = deadlines.iter().filter_map(|deadline| deadline.subject.visit()).collect();
    let slots: Vec<_> = deadlines.iter().filter_map(|deadline| deadline.subject.slot()).collect();
    let visits: DeadlineVisits = store::visits::with_ids(db, &visits, &slots).await?.into_iter().collect();
    visits.with_rests(db).await
}

/// Those of these deadlines that are for reports which cannot be drawn yet, because their visit has no record.
pub async fn reports_without_record(db: &Db, deadlines: &[Deadline]) -> Result<HashSet<DeadlineId>> {
    let is_open = |deadline: &Deadline| {
        deadline.owed() == Owed::Report && deadline.met_at.is_none() && deadline.withdrawn_at.is_none()
    };
    let visits: Vec<VisitId> =
        deadlines.iter().filter(|deadline| is_open(deadline)).filter_map(|deadline| deadline.subject.visit()).collect();
    if visits.is_empty() {
        return Ok(HashSet::new());
    }
    let visits: DeadlineVisits = store::visits::with_ids(db, &visits, &[]).await?.into_iter().collect();
    let has_none = |deadline: &Deadline| {
        visits.of(deadline).is_some_and(|stored| match stored.visit.state {
            VisitState::Done { .. } => false,
            VisitState::Planned { .. } | VisitState::Booked { .. } | VisitState::Cancelled { .. } => true,
        })
    };
    let owed = deadlines.iter().filter(|deadline| is_open(deadline) && has_none(deadline));
    Ok(owed.map(|deadline| deadline.id).collect())
}
