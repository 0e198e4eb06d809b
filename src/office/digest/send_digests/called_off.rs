//! Visits that were cancelled or did not take place: each is told of once, in the manager's next digest, with what is
//! planned instead. A period that has no visit stands among those without one until it has.

use super::unfit::told_through;
use super::{ManagerView, Result};
use domain::digest::{CalledOffLine, Instead};
use domain::visits::{StoredVisit, Visit, VisitState};

impl ManagerView<'_> {
    /// What was called off since the last digest.
    pub(super) async fn called_off(&mut self) -> Result<Vec<CalledOffLine>> {
        let db = &self.office.db;
        let since = told_through(db, self.manager, self.now).await?;
        let found = store::visits::called_off::since(db, since).await?;
        let ids: Vec<_> = found.iter().map(|stored| stored.visit.id).collect();
        let others = store::visits::called_off::instead(db, &ids).await?;
        self.know_sites(found.iter().map(|stored| &stored.visit.site)).await?;
        let mut lines = Vec::new();
        for stored in found {
            let VisitState::Cancelled { reason, .. } = &stored.visit.state else { continue };
            let (reason, instead) = (reason.clone(), instead_of(&stored.visit, &others));
            let line = self.line_of(&stored).await?;
            lines.extend(line.map(|visit| CalledOffLine { visit, reason, instead }));
        }
        Ok(lines)
    }
}

fn instead_of(visit: &Visit, others: &[StoredVisit]) -> Instead {
    let place = |visit: &Visit| (visit.contract.clone(), visit.site.clone(), visit.term.clone(), visit.number);
    match others.iter().find(|other| place(&other.visit) == place(visit)) {
        Some(StoredVisit { visit: other, .. }) => {
            Instead::Visit { visit: other.id, day: other.state.appointment().day }
        }
        None if visit.number == 0 => Instead::NotNeeded,
        None => Instead::Nothing,
    }
}
