//! The visits that deadlines are of.

use std::collections::HashMap;

use crate::Result;
use domain::ids::{SlotId, VisitId};
use domain::promises::Deadline;
use domain::visits::StoredVisit;
use store::Db;

/// The visits of some deadlines, read at once.
pub(crate) struct DeadlineVisits {
    by_id: HashMap<VisitId, StoredVisit>,
    by_slot: HashMap<SlotId, VisitId>,
}

impl DeadlineVisits {
    /// The visit that a deadline is of, or the one that its slot has.
    pub(crate) fn of(&self, deadline: &Deadline) -> Option<&StoredVisit> {
        let of_slot = || self.by_slot.get(&deadline.subject.slot()?).copied();
        self.by_id.get(&deadline.subject.visit().or_else(of_slot)?)
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
    Ok(store::visits::with_ids(db, &visits, &slots).await?.into_iter().collect())
}
