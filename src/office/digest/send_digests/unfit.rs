//! Booked visits that cannot take place as booked, and those that were rebooked automatically.

use chrono::TimeDelta;

use super::{ManagerView, Result};
use domain::Instant;
use domain::access::Deed;
use domain::digest::{Digest, ProposalLine, UnfitLine, VisitLine};
use domain::people::Manager;
use domain::visits::VisitState;
use store::Db;
use store::audit::TrailFilter;

/// How far back a manager's first digest looks for rebooked visits.
const FIRST_SPAN: TimeDelta = TimeDelta::days(7);
/// How many lines of the trail are searched.
const MOST: u32 = 10_000;

/// The fact that says through which moment a manager was told what was booked anew or called off.
pub(super) fn told(manager: &Manager) -> String {
    format!("rebooked-told/{}", manager.manager)
}

/// The moment through which a manager was told.
pub(super) async fn told_through(db: &Db, manager: &Manager, now: Instant) -> Result<Instant> {
    let told = store::fact::get(db, &told(manager)).await?;
    Ok(told.and_then(|at| at.parse::<Instant>().ok()).unwrap_or(now - FIRST_SPAN))
}

impl ManagerView<'_> {
    /// Visits that cannot take place as they are booked; one whose day has passed at its site is asked about.
    pub(super) async fn unfit(&mut self, digest: &mut Digest) -> Result<()> {
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
            let today = self.site(&visit.site).await?.map_or(self.day, |site| site.time_zone.day(self.now));
            let lines = if visit.day < today { &mut digest.doubtful } else { &mut digest.unfit };
            lines.push(UnfitLine { visit, reasons: unfit.reasons, proposal });
        }
        for lines in [&mut digest.unfit, &mut digest.doubtful] {
            lines.sort_by_key(|line| (line.visit.day, line.visit.visit));
        }
        Ok(())
    }

    /// Visits rebooked automatically since the last digest, with their current booking.
    pub(super) async fn rebooked(&mut self) -> Result<Vec<VisitLine>> {
        let since = told_through(&self.office.db, self.manager, self.now).await?;
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
