//! Which window a visit serves that took place: its own, unless it was too early for that (P01).

use chrono::NaiveDate;

use crate::Result;
use crate::parties::Parties;
use domain::planning::StoredSlot;
use domain::visits::{StoredVisit, VisitState};
use store::Tx;

/// The window that a visit serves which took place on a day at its site; None where it is an extra one.
///
/// One that was made before its own window, by more days than its term allows, leaves that to another visit, which is planned
/// at once. It serves the window that its day is in, if that has no visit that took place: what was planned there goes, and
/// what was booked there is an extra visit.
pub(super) async fn served(
    tx: &mut Tx,
    stored: &StoredVisit,
    parties: &Parties,
    day: NaiveDate,
) -> Result<Option<StoredSlot>> {
    let (visit, Some(slot)) = (&stored.visit, stored.slot) else { return Ok(None) };
    let own = store::planning::slot::get(&mut *tx, slot).await?;
    let (first_on, last_on) = (own.slot.first_on, own.slot.last_on);
    let serves_from = parties.term.as_ref().map_or(first_on, |term| term.serves_from(first_on, last_on));
    if day >= serves_from {
        return Ok(Some(own));
    }
    store::visits::called_off::was_too_early(tx, visit.id).await?;
    let under_way = store::planning::slot::of_day(tx, &visit.contract, &visit.site, &visit.term, day).await?;
    for window in under_way {
        let other = store::visits::of_slot(&mut *tx, window.id).await?;
        match other.as_ref().map(|other| (other.visit.id, &other.visit.state)) {
            Some((_, VisitState::Done { .. })) => continue,
            Some((other, VisitState::Planned { .. })) => {
                store::visits::delete_planned(tx, other).await?;
            }
            Some((other, VisitState::Booked { .. } | VisitState::Cancelled { .. })) => {
                store::visits::extra::take_out_of_slot(tx, other).await?;
            }
            None => {}
        }
        store::visits::extra::put_into_slot(tx, visit.id, window.id).await?;
        tracing::info!(visit = %visit.id, %day, "a visit before its window serves the one under way");
        return Ok(Some(StoredSlot { unplanned: None, ..window }));
    }
    tracing::info!(visit = %visit.id, %day, "a visit before its window is an extra one");
    Ok(None)
}
