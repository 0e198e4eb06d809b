//! What a commit leaves for a lane to do at once, according to the indexes.

use tracing::error;

use super::Lane;
use crate::{Office, Result};
use domain::ids::VisitId;

/// Work that waits for a lane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Left {
    Nothing,
    /// A letter with a report or certificate has to be written.
    Letters,
    /// Visits whose records have no report yet; some may have been postponed.
    Papers(Vec<VisitId>),
}

impl Left {
    /// Whether there is more than was `known` before the lane's last beat, which has tried all of that.
    pub(super) fn is_beyond(&self, known: &Left) -> bool {
        match (self, known) {
            (Left::Nothing, _) => false,
            // A letter that could not be written is tried later.
            (Left::Letters, _) => true,
            (Left::Papers(visits), Left::Papers(known)) => visits.iter().any(|visit| !known.contains(visit)),
            (Left::Papers(visits), Left::Nothing | Left::Letters) => !visits.is_empty(),
        }
    }
}

/// What waits for a lane now; nothing if the store does not answer, since the next minute checks again.
pub(super) async fn left_for(office: &Office, lane: Lane) -> Left {
    look(office, lane).await.unwrap_or_else(|failed| {
        error!(lane = lane.word(), error = %failed, "cannot tell whether a commit left something to do");
        Left::Nothing
    })
}

async fn look(office: &Office, lane: Lane) -> Result<Left> {
    let now = office.clock.now();
    Ok(match lane {
        Lane::Clocks | Lane::Writing | Lane::Night => Left::Nothing,
        Lane::Letters if store::letters::owed::is_paper_due(&office.db, now).await? => Left::Letters,
        Lane::Letters => Left::Nothing,
        Lane::Papers => Left::Papers(store::reports::visits_unreported(&office.db, now).await?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_tried_before_wakes_nobody_and_what_is_new_does() {
        let papers = |visits: &[i64]| Left::Papers(visits.iter().map(|visit| VisitId(*visit)).collect());
        assert!(!papers(&[]).is_beyond(&Left::Nothing));
        assert!(!papers(&[1, 2]).is_beyond(&papers(&[2, 1])));
        assert!(!papers(&[2]).is_beyond(&papers(&[1, 2])));
        assert!(papers(&[3]).is_beyond(&papers(&[1, 2])));
        assert!(papers(&[3]).is_beyond(&Left::Nothing));
        assert!(Left::Letters.is_beyond(&Left::Letters));
        assert!(!Left::Nothing.is_beyond(&papers(&[1])));
    }
}
