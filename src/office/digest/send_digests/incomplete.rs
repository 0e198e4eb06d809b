//! Visits that could not inspect everything: each stands in the digest until the rest was seen, with the visit that is booked
//! for it.

use std::collections::BTreeSet;

use super::{ManagerView, Result};
use crate::parties::Parties;
use crate::promises::deadlines::window;
use crate::visits::rests;
use domain::access::Matter;
use domain::digest::{Digest, IncompleteLine, RestLine, VisitLine};
use domain::visits::rest::RestStands;

impl ManagerView<'_> {
    /// Periods that wait for the rest of their visit; not those that a manager has waived.
    pub(super) async fn incomplete(&mut self, digest: &mut Digest) -> Result<()> {
        let db = &self.office.db;
        let waiting = store::visits::rest::waiting(db).await?;
        let ids: Vec<_> = waiting.iter().map(|stored| stored.visit.id).collect();
        let ahead = store::visits::rest::ahead(db, &ids).await?;
        self.know_sites(waiting.iter().map(|stored| &stored.visit.site)).await?;
        for stored in waiting {
            let (Some(line), Some(slot)) = (self.line_of(&stored).await?, stored.slot) else { continue };
            let Some(deadline) = window::standing_of(db, slot).await?.filter(|one| one.waiver.is_none()) else {
                continue;
            };
            let parties = Parties::of_visit(self.office, db, &stored.visit).await?;
            let RestStands::Left(left) = rests::stands(db, &parties, &stored, self.now).await? else { continue };
            let reasons = store::visits::rest::left_by(db, stored.visit.id).await?;
            let why: BTreeSet<String> =
                reasons.into_iter().filter(|reason| left.contains(&reason.of)).map(|reason| reason.why).collect();
            let rest = match ahead.iter().find(|ahead| ahead.visit.rest_of == Some(stored.visit.id)) {
                Some(ahead) => {
                    let appointment = ahead.visit.state.appointment();
                    let engineer = self.engineer(&appointment.engineer).await?;
                    Some(RestLine { visit: ahead.visit.id, day: appointment.day, engineer })
                }
                None => None,
            };
            let lines = if rest.is_some() { &mut digest.rests } else { &mut digest.incomplete };
            let visit = VisitLine { matter: Matter::Deadline(deadline.key), ..line };
            lines.push(IncompleteLine { visit, checks: left.len(), why: why.into_iter().collect(), rest });
        }
        Ok(())
    }
}
