//! Far visits: planned, and kept in their rounds. Queries for visits return them like any other.

use crate::planning::round::{self, FarFilter};
use crate::planning::slot;
use crate::{ReadHandle, Result, Tx};
use domain::ids::VisitId;
use domain::visits::StoredVisit;

/// Those that a filter asks for, in no order.
pub(crate) async fn visits<'a>(on: impl Into<ReadHandle<'a>>, filter: &FarFilter<'_>) -> Result<Vec<StoredVisit>> {
    let mut found = Vec::new();
    for round in round::that_may_have(on, filter).await? {
        let Some(packed) = &round.far else { continue };
        let far = packed.unpack(round.engineer.as_ref());
        for one in &far.slots {
            let is_wanted = one.visit().is_some_and(|visit| {
                filter.from.is_none_or(|from| visit.day >= from)
                    && filter.through.is_none_or(|through| visit.day <= through)
                    && filter.engineer.is_none_or(|engineer| visit.engineer == *engineer)
            });
            if is_wanted {
                found.extend(far.new_visit(&round, one).map(|new| new.planned()));
            }
        }
    }
    Ok(found)
}

/// The far visit with this number.
pub(crate) async fn find<'a>(on: impl Into<ReadHandle<'a>>, visit: VisitId) -> Result<Option<StoredVisit>> {
    let Some(round) = round::of_visit(on, visit).await? else { return Ok(None) };
    let mut far = round.far.as_ref().expect("it is one of them").unpack(round.engineer.as_ref());
    let taken = far.take_visit(visit);
    Ok(taken.and_then(|taken| far.new_visit(&round, &taken)).map(|new| new.planned()))
}

/// Puts a far visit on file by itself, with its slot, before anything is done to it. One that is not far stays as it is.
pub async fn touch(tx: &mut Tx, visit: VisitId) -> Result<()> {
    let row: Option<(i64,)> = tx.sql("select id from visit where id = $1").bind(visit).optional().await?;
    if row.is_some() {
        return Ok(());
    }
    let Some(found) = round::of_visit(&mut *tx, visit).await? else { return Ok(()) };
    // Nobody changes the round from here on, but somebody may have until now.
    let held = round::held(tx, std::slice::from_ref(&found.site)).await?;
    let Some(mut round) = held.into_iter().find(|held| held.contract == found.contract && held.term == found.term)
    else {
        return Ok(());
    };
    let Some(mut far) = round.far.as_ref().map(|far| far.unpack(round.engineer.as_ref())) else { return Ok(()) };
    let Some(taken) = far.take_visit(visit) else { return Ok(()) };
    slot::put(tx, &[far.stored(&round, &taken)]).await?;
    let new = far.new_visit(&round, &taken).expect("it was found by its visit");
    super::put_planned(tx, &[new]).await?;
    round.far = far.pack(round.engineer.as_ref());
    round::put(tx, &[round]).await
}
