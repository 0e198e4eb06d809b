//! When a contract changes, its round's slots follow, and so do their visits and deadlines.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{PlanSummary, PlanTakenBack, Result};
use crate::Tools;
use crate::promises::deadlines::window::{OwedOfWindow, drop_window, move_window, owed_of};
use domain::Instant;
use domain::ids::{SlotId, VisitId};
use domain::planning::slots::{Slot, Unplanned};
use domain::planning::{SlotWindow, StoredSlot};
use domain::visits::{StoredVisit, VisitState};
use store::Tx;

/// What is left of a round that has followed its contract, and what remains to be done.
#[derive(Debug, Default)]
pub(super) struct Followed {
    /// Numbers of slots that are now as the contract calls for them.
    pub(super) kept: BTreeSet<u32>,
    /// Numbers of slots that are no longer called for but stay in the store.
    pub(super) taken: BTreeSet<u32>,
    /// Booked visits after the contract's last day, to be cancelled.
    pub(super) after_the_end: Vec<AfterTheEnd>,
}

/// A booked visit after its contract's last day.
#[derive(Debug, Clone, Copy)]
pub(super) struct AfterTheEnd {
    pub(super) visit: VisitId,
    pub(super) ended_on: NaiveDate,
    /// Its slot, if that was deleted.
    pub(super) slot: Option<SlotId>,
}

impl Followed {
    /// Deletes a slot that is no longer called for; if something refers to it, it stays in the store.
    async fn forget(&mut self, tx: &mut Tx, stored: &StoredSlot) -> Result<()> {
        if !store::planning::slot::forget(tx, stored.id).await? {
            self.taken.insert(stored.slot.number);
        }
        Ok(())
    }
}

/// What a round has to follow.
pub(super) struct CalledFor<'a> {
    /// The slots that the contract calls for now.
    pub(super) slots: &'a [Slot],
    /// The last day that the contract promises; `None`: no end is known.
    pub(super) ends_on: Option<NaiveDate>,
    pub(super) plans: UntoldPlans,
    pub(super) today: NaiveDate,
}

/// What to do with plans that nobody was told about and whose window is unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UntoldPlans {
    Stay,
    /// The round is planned again as a whole, into the time left by its remaining visits: a day with one of those
    /// counts as occupied until that visit ends.
    Go,
}

/// Makes the slots of a round that end today or later follow what the contract calls for. Far slots are discarded; what
/// people were told about is kept if any window contains it.
pub(super) async fn follow(
    tools: &Tools,
    tx: &mut Tx,
    called: &CalledFor<'_>,
    slots: Vec<StoredSlot>,
    summary: &mut PlanSummary,
) -> Result<Followed> {
    let now = tools.clock.now();
    let mut followed = Followed::default();
    let mut booked = Vec::new();
    for stored in slots {
        let visit = store::visits::of_slot(&mut *tx, stored.id).await?;
        let same = |slot: &&Slot| (slot.number, slot.first_on) == (stored.slot.number, stored.slot.first_on);
        let owed = owed_of(tx, stored.id).await?;
        // Plans that nobody was told about, and for which nothing is owed, are made again if the rhythm or the last day
        // changes.
        let is_a_plan = owed == OwedOfWindow::Nothing
            && visit.as_ref().is_none_or(|visit| matches!(visit.visit.state, VisitState::Planned { .. }));
        let stays =
            |slot: &&Slot| !is_a_plan || (called.plans == UntoldPlans::Stay && slot.last_on == stored.slot.last_on);
        if let Some(slot) = called.slots.iter().find(same).filter(stays) {
            followed.kept.insert(slot.number);
            called.keep(tools, tx, &stored, *slot, visit, &mut followed, summary).await?;
        } else if let Some(slot) =
            called.slots.iter().find(|slot| called.was_made_before(&stored, visit.as_ref(), slot))
        {
            if owed != OwedOfWindow::Met {
                drop_window(tools, tx, stored.id, now).await?;
            }
            store::planning::slot::become_another(tx, stored.id, slot).await?;
            followed.kept.insert(slot.number);
        } else if owed == OwedOfWindow::Met {
            followed.taken.insert(stored.slot.number);
        } else {
            drop_window(tools, tx, stored.id, now).await?;
            match visit.as_ref().map(|visit| &visit.visit.state) {
                Some(VisitState::Planned { .. }) => {
                    let id = visit.expect("it is planned").visit.id;
                    summary.takes_back(PlanTakenBack::TermChanged, store::visits::delete_planned(tx, id).await?);
                    followed.forget(tx, &stored).await?;
                }
                Some(VisitState::Booked { appointment, .. }) if appointment.day >= called.today => {
                    booked.push((stored, visit.expect("it is booked")));
                }
                Some(VisitState::Cancelled { .. }) => {
                    store::visits::extra::take_out_of_slot(tx, visit.expect("it was cancelled").visit.id).await?;
                    followed.forget(tx, &stored).await?;
                }
                Some(VisitState::Booked { .. } | VisitState::Done { .. }) | None => {
                    called.cut(tx, &stored).await?;
                    followed.forget(tx, &stored).await?;
                }
            }
        }
    }
    // By now, slots that are no longer called for have freed their numbers.
    for (stored, visit) in booked {
        called.place_anew(tx, &stored, &visit, now, &mut followed).await?;
    }
    Ok(followed)
}

impl CalledFor<'_> {
    /// A slot that is still called for, possibly until another day.
    #[expect(clippy::too_many_arguments, reason = "what a slot hangs on")]
    async fn keep(
        &self,
        tools: &Tools,
        tx: &mut Tx,
        stored: &StoredSlot,
        slot: Slot,
        visit: Option<StoredVisit>,
        followed: &mut Followed,
        summary: &mut PlanSummary,
    ) -> Result<()> {
        if slot.last_on != stored.slot.last_on {
            store::planning::slot::set_last_day(tx, stored.id, slot.last_on).await?;
            let window = SlotWindow { first_on: slot.first_on, last_on: slot.last_on };
            move_window(tools, tx, stored.id, window, tools.clock.now()).await?;
        }
        let Some(visit) = visit.filter(|visit| visit.visit.state.appointment().day > slot.last_on) else {
            return Ok(());
        };
        match &visit.visit.state {
            VisitState::Planned { .. } => {
                summary
                    .takes_back(PlanTakenBack::TermChanged, store::visits::delete_planned(tx, visit.visit.id).await?);
                store::planning::slot::set_unplanned(tx, stored.id, Some(&Unplanned::NoWorkingDay)).await?;
            }
            VisitState::Booked { .. } => followed.after_the_end.extend(self.after_the_end(&visit, None)),
            VisitState::Done { .. } | VisitState::Cancelled { .. } => {}
        }
        Ok(())
    }

    /// Whether a visit was made, or was to be made, before a slot that has its number now: its own period had not begun when
    /// the rhythm changed, and so it serves the first period of the new one.
    fn was_made_before(&self, stored: &StoredSlot, visit: Option<&StoredVisit>, slot: &Slot) -> bool {
        slot.number == stored.slot.number
            && visit.is_some_and(|visit| match &visit.visit.state {
                VisitState::Booked { appointment, .. } => appointment.day < self.today,
                VisitState::Done { .. } => true,
                VisitState::Planned { .. } | VisitState::Cancelled { .. } => false,
            })
    }

    /// A visit that people were told about, whose slot is no longer called for: it now serves the period that contains
    /// its day.
    async fn place_anew(
        &self,
        tx: &mut Tx,
        stored: &StoredSlot,
        visit: &StoredVisit,
        now: Instant,
        followed: &mut Followed,
    ) -> Result<()> {
        let day = visit.visit.state.appointment().day;
        if let Some(over) = self.after_the_end(visit, Some(stored.id)) {
            followed.after_the_end.push(over);
            followed.taken.insert(stored.slot.number);
            return Ok(());
        }
        let is_free = |slot: &&Slot| {
            (slot.first_on..=slot.last_on).contains(&day)
                && !followed.kept.contains(&slot.number)
                && !followed.taken.contains(&slot.number)
        };
        match self.slots.iter().find(is_free) {
            Some(slot) => {
                store::planning::slot::become_another(tx, stored.id, slot).await?;
                followed.kept.insert(slot.number);
            }
            // A visit booked before the end became known keeps its period if it takes place.
            None if self.ends_on.is_some_and(|ends_on| day <= ends_on && stored.slot.last_on > ends_on) => {
                self.cut(tx, stored).await?;
                followed.forget(tx, stored).await?;
            }
            None => {
                store::visits::extra::take_out_of_slot(tx, visit.visit.id).await?;
                followed.forget(tx, stored).await?;
            }
        }
        tracing::info!(visit = %visit.visit.id, %now, "a booked visit follows its contract");
        Ok(())
    }

    fn after_the_end(&self, visit: &StoredVisit, slot: Option<SlotId>) -> Option<AfterTheEnd> {
        let ended_on = self.ends_on.filter(|ends_on| visit.visit.state.appointment().day > *ends_on)?;
        Some(AfterTheEnd { visit: visit.visit.id, ended_on, slot })
    }

    /// Cuts a window at the contract's last day.
    async fn cut(&self, tx: &mut Tx, stored: &StoredSlot) -> Result<()> {
        if let Some(ends_on) = self.ends_on.filter(|day| *day < stored.slot.last_on && *day >= stored.slot.first_on) {
            store::planning::slot::set_last_day(tx, stored.id, ends_on).await?;
        }
        Ok(())
    }
}
