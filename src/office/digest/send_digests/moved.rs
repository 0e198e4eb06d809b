//! Due days moved by a calendar change: each is reported once, in the manager's next digest.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::{ManagerView, Result};
use crate::Office;
use domain::digest::MovedLine;
use domain::people::Manager;

/// How far back a manager's first digest looks.
const FIRST_SPAN: TimeDelta = TimeDelta::days(7);
/// How far back any digest looks: earlier moves no longer matter.
const SPAN: TimeDelta = TimeDelta::days(90);

/// The fact with the last move that a manager has been told about.
pub(super) fn told(manager: &Manager) -> String {
    format!("moves-told/{}", manager.manager)
}

/// The number of the last move. It must be read before the digest is written, so that no move is missed.
pub(super) async fn last(office: &Office) -> Result<i64> {
    Ok(store::promises::deadline_move::last_id(&office.db).await?)
}

impl ManagerView<'_> {
    /// Moves since the last digest; a deadline that moved twice has one line, and one that moved back has none.
    pub(super) async fn moved(&mut self) -> Result<Vec<MovedLine>> {
        let told = store::fact::get(&self.office.db, &told(self.manager)).await?.and_then(|id| id.parse().ok());
        let since = self.now - if told.is_some() { SPAN } else { FIRST_SPAN };
        let mut by_deadline = BTreeMap::new();
        let moves = store::promises::deadline_move::after(&self.office.db, told.unwrap_or(0), since).await?;
        self.know_sites(moves.iter().map(|stored| &stored.site)).await?;
        for stored in moves {
            let Some(site) = self.site(&stored.site).await? else { continue };
            let line = MovedLine {
                deadline: stored.deadline,
                owed: stored.owed,
                site: site.site,
                site_name: site.name,
                moved: stored.moved,
            };
            let whole = match by_deadline.remove(&line.deadline) {
                None => Some(line),
                Some(MovedLine { moved: earlier, .. }) => {
                    earlier.then(line.moved.clone()).map(|moved| MovedLine { moved, ..line })
                }
            };
            by_deadline.extend(whole.map(|line| (line.deadline, line)));
        }
        let mut lines: Vec<MovedLine> = by_deadline.into_values().collect();
        lines.sort_by_key(|line| (line.moved.is_on, line.deadline));
        Ok(lines)
    }
}
