//! Far visits: planned, and stored in their rounds. Queries for visits return them like any others.

use chrono::{Days, NaiveDate};

use crate::planning::round::{self, FarFilter};
use crate::planning::slot;
use crate::{Db, ReadHandle, Result, Tx};
use domain::ids::VisitId;
use domain::visits::StoredVisit;

/// How many days of everybody's far visits are in memory at a time.
const AT_ONCE: Days = Days::new(30);

/// Reads the far visits that match a filter in order of days. Those of a whole office are read a month at a time, which
/// limits memory and lets callers stop early.
#[derive(Debug)]
pub(crate) struct FarInOrder {
    /// The first day that is not read yet; `None` if all are.
    next: Option<NaiveDate>,
    /// The rest after this day is read at once, because windows that begin last may end long after it.
    last_on: NaiveDate,
}

impl FarInOrder {
    /// Starts before the first far visit.
    pub(crate) async fn of(db: &Db, filter: &FarFilter<'_>) -> Result<FarInOrder> {
        // A single site, customer or engineer has only few.
        if filter.is_of_one() {
            let next = Some(filter.from.unwrap_or(NaiveDate::MIN));
            return Ok(FarInOrder { next, last_on: NaiveDate::MIN });
        }
        Ok(match round::far_span(db).await? {
            Some(span) => {
                let first_on = filter.from.map_or(span.first_on, |from| from.max(span.first_on));
                FarInOrder { next: Some(first_on), last_on: span.last_on }
            }
            None => FarInOrder { next: None, last_on: NaiveDate::MIN },
        })
    }

    /// Whether everything on or before this day has been read; `None` means all days.
    pub(crate) fn is_read_through(&self, day: Option<NaiveDate>) -> bool {
        self.next.is_none_or(|next| day.is_some_and(|day| day < next))
    }

    /// The visits of the next days, by day and number.
    pub(crate) async fn read(&mut self, db: &Db, filter: &FarFilter<'_>) -> Result<Vec<StoredVisit>> {
        let Some(from) = self.next else { return Ok(Vec::new()) };
        self.next = from.checked_add_days(AT_ONCE).filter(|next| *next <= self.last_on);
        let through = self.next.and_then(|next| next.pred_opt()).into_iter().chain(filter.through).min();
        self.next = self.next.filter(|next| filter.through.is_none_or(|through| *next <= through));
        let wanted = FarFilter { from: Some(from), through, ..*filter };
        let mut found = visits(db, &wanted).await?;
        found.sort_unstable_by_key(|far| (far.visit.state.appointment().day, far.visit.id));
        Ok(found)
    }
}

/// All that match the filter, in no particular order.
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

/// Gives a far visit and its slot rows of their own, before anything is done to it. Does nothing for other visits.
pub async fn touch(tx: &mut Tx, visit: VisitId) -> Result<()> {
    let row: Option<(i64,)> = tx.sql("select id from visit where id = $1").bind(visit).optional().await?;
    if row.is_some() {
        return Ok(());
    }
    let Some(found) = round::of_visit(&mut *tx, visit).await? else { return Ok(()) };
    // From here on the round is locked, but it may have changed before.
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
