//! Booked visits that cannot take place as booked, and those that were rebooked automatically.

use chrono::TimeDelta;

use super::{ManagerView, Result};
use domain::Instant;
use domain::access::Deed;
use domain::digest::{ProposalLine, UnfitLine, VisitLine};
use domain::people::Manager;
use domain::visits::VisitState;
use store::audit::TrailFilter;

/// How far back a manager's first digest looks for rebooked visits.
const FIRST_SPAN: TimeDelta = TimeDelta::days(7);
/// How many lines of the trail are searched.
const MOST: u32 = 10_000;

/// The fact with the time up to which a manager has been told about rebooked visits.
pub(super) fn told(manager: &Manager) -> String {
    format!("rebooked-told/{}", manager.manager)
}

impl ManagerView<'_> {
    pub(super) async fn unfit(&mut self) -> Result<Vec<UnfitLine>> {
        let mut lines = Vec::new();
        let unfit = store::visits::unfit::all(&self.office.db).await?;
        let visits = self.visit_lines(unfit.iter().map(|unfit| unfit.visit)).await?;
        for unfit in unfit {
            let Some(visit) = visits.get(&unfit.visit).cloned() else { continue };
            let proposal = match unfit.proposal {
                Some(to) => {
                    let engineer = self.engineer(&to.engineer).await?;
                    Some(ProposalLine { engineer, day: to.day, starts: to.starts })
                }
                None => None,
            };
            lines.push(UnfitLine { visit, reasons: unfit.reasons, proposal });
        }
        lines.sort_by_key(|line| (line.visit.day, line.visit.visit));
        Ok(lines)
    }

    /// Visits rebooked automatically since the last digest, with their current booking.
    pub(super) async fn rebooked(&mut self) -> Result<Vec<VisitLine>> {
        let told = store::fact::get(&self.office.db, &told(self.manager)).await?;
        let since = told.and_then(|at| at.parse::<Instant>().ok()).unwrap_or(self.now - FIRST_SPAN);
        let filter =
            TrailFilter { deed: Some(Deed::RebookVisit), since: Some(since), most: MOST, ..TrailFilter::default() };
        let mut visits: Vec<_> =
            store::audit::list(&self.office.db, &filter).await?.iter().filter_map(|line| line.visit).collect();
        visits.sort_unstable();
        visits.dedup();
        let mut lines = Vec::new();
        let found = store::visits::with_ids(&self.office.db, &visits, &[]).await?;
        self.know_sites(found.iter().map(|stored| &stored.visit.site)).await?;
        for stored in found {
            match stored.visit.state {
                VisitState::Booked { .. } => lines.extend(self.line_of(&stored).await?),
                VisitState::Planned { .. } | VisitState::Done { .. } | VisitState::Cancelled { .. } => {}
            }
        }
        lines.sort_by_key(|line| (line.day, line.visit));
        Ok(lines)
    }
}
