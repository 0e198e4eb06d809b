//! What a visit could not inspect, as `visit show` shows it.

use domain::ids::VisitId;
use domain::visits::rest::NotInspected;
use domain::visits::{StoredVisit, Visit};
use office::Acting;

/// What a visit could not inspect, and the visits ahead that are to see it.
pub(super) struct ShownRest {
    pub(super) not_inspected: Vec<NotInspected>,
    pub(super) visits: Vec<VisitId>,
}

impl ShownRest {
    pub(super) async fn of(office: &Acting, visit: &Visit) -> anyhow::Result<ShownRest> {
        let not_inspected = store::visits::rest::left_by(&office.db, visit.id).await?;
        let ahead = store::visits::rest::ahead(&office.db, &[visit.id]).await?;
        let visits = ahead.iter().map(|StoredVisit { visit, .. }| visit.id).collect();
        Ok(ShownRest { not_inspected, visits })
    }
}

/// One line for each item, and one for the visits that are to see them.
pub(super) fn print_rest(rest: &ShownRest) {
    for NotInspected { of, why } in &rest.not_inspected {
        println!("not inspected: {} {}: {why}", of.equipment, of.item);
    }
    for visit in &rest.visits {
        println!("the rest is to be seen by {visit}");
    }
}
