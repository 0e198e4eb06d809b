//! Numbers of slots and visits: each is used only once, even if its slot or visit no longer exists.

use crate::text::text;
use crate::{ReadHandle, Result, Tx};
use domain::ids::{SlotId, VisitId};
use domain::planning::LastNumbers;

const SLOTS: &str = "slot";
const VISITS: &str = "visit";

/// The last numbers used.
pub async fn last<'a>(on: impl Into<ReadHandle<'a>>) -> Result<LastNumbers> {
    let rows: Vec<(String, i64)> = on.into().sql("select thing, last from numbered").all().await?;
    let of = |thing: &str| rows.iter().find(|(known, _)| known == thing).map_or(0, |(_, last)| *last);
    Ok(LastNumbers { slot: SlotId(of(SLOTS)), visit: VisitId(of(VISITS)) })
}

/// Reserves this many numbers, and returns the last ones used before them.
pub async fn take(tx: &mut Tx, slots: usize, visits: usize) -> Result<LastNumbers> {
    const TAKE: &str = "update numbered set last = last + $1 where thing = ";
    let mut taken = LastNumbers { slot: SlotId(0), visit: VisitId(0) };
    let (slots, visits) = (i64::try_from(slots).unwrap_or(i64::MAX), i64::try_from(visits).unwrap_or(i64::MAX));
    let (last,): (i64,) = tx.sql(text!(TAKE, "'", SLOTS, "' returning last")).bind(slots).one().await?;
    taken.slot.0 = last - slots;
    let (last,): (i64,) = tx.sql(text!(TAKE, "'", VISITS, "' returning last")).bind(visits).one().await?;
    taken.visit.0 = last - visits;
    Ok(taken)
}
