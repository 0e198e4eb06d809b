//! Far slots: the part of a round's plan that is not near yet.
//!
//! A year of visits is planned ahead, but nobody is told about most of them for months. These are stored in their round
//! as one short text: each slot with its number, its window, and its visit or the reason why it has none. Each becomes
//! a slot and a visit of its own, with the same numbers, when somebody may soon be told about it, or somebody refers to
//! it.

mod packed;

use chrono::{Days, NaiveDate, NaiveTime};

use super::slots::{Slot, Unplanned};
use super::{Round, StoredSlot};
use crate::contract::{Purpose, Term};
use crate::ids::{EngineerCode, SlotId, VisitId};
use crate::visits::{Appointment, NewVisit};
pub use packed::{FarText, PackedSlots};

/// How many days before its window begins a slot with a visit becomes near if its term has no notice period. It leaves
/// a margin for time zones, and for a night when the daemon does not run.
pub const NEAR_DAYS: u32 = 7;
/// How many days before its window begins a slot without a visit becomes near: more than digests look ahead for those.
pub const NEAR_DAYS_WITHOUT_VISIT: u32 = 64;

/// A far slot, with the number that it was given when it was planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FarSlot {
    pub id: SlotId,
    pub slot: Slot,
    pub plan: FarPlan,
}

/// The plan for a far slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FarPlan {
    Visit(FarVisit),
    /// It has no visit; the planner tries again every night.
    Waits(Unplanned),
}

/// The visit of a far slot. Nobody has been told about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FarVisit {
    pub visit: VisitId,
    pub engineer: EngineerCode,
    /// The day at the site.
    pub day: NaiveDate,
    /// Local time at the site, in whole minutes.
    pub starts: NaiveTime,
}

/// The far slots of a round, with what applies to all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FarSlots {
    pub purpose: Purpose,
    pub takes_minutes: u32,
    pub announce_days: u32,
    /// Ordered by number, nearest first.
    pub slots: Vec<FarSlot>,
}

impl FarSlots {
    /// No slots yet, for a term.
    #[must_use]
    pub fn of_term(term: &Term) -> FarSlots {
        FarSlots {
            purpose: term.purpose,
            takes_minutes: term.takes_minutes,
            announce_days: term.announce_days,
            slots: Vec::new(),
        }
    }

    /// The day from which a slot is near: a week before the first letter about its visit may be written, or two months
    /// before its window if it has no visit, because managers are told about that.
    #[must_use]
    pub fn near_on(&self, far: &FarSlot) -> NaiveDate {
        let before = self.announce_days.saturating_add(NEAR_DAYS);
        let before = match &far.plan {
            FarPlan::Visit(_) => before,
            FarPlan::Waits(_) => before.max(NEAR_DAYS_WITHOUT_VISIT),
        };
        far.slot.first_on.checked_sub_days(Days::new(u64::from(before))).unwrap_or(NaiveDate::MIN)
    }

    /// Removes and returns the slots that are near on `today`.
    pub fn take_near(&mut self, today: NaiveDate) -> Vec<FarSlot> {
        let slots = std::mem::take(&mut self.slots);
        let (near, far) = slots.into_iter().partition(|far| self.near_on(far) <= today);
        self.slots = far;
        near
    }

    /// Removes and returns the slot of a visit.
    pub fn take_visit(&mut self, visit: VisitId) -> Option<FarSlot> {
        let place = self.slots.iter().position(|far| far.visit().is_some_and(|of| of.visit == visit))?;
        Some(self.slots.remove(place))
    }

    /// A slot in the form in which it is stored as a row of its own.
    #[must_use]
    pub fn stored(&self, round: &Round, far: &FarSlot) -> StoredSlot {
        StoredSlot {
            id: far.id,
            contract: round.contract.clone(),
            site: round.site.clone(),
            term: round.term.clone(),
            purpose: self.purpose,
            slot: far.slot,
            unplanned: match &far.plan {
                FarPlan::Visit(_) => None,
                FarPlan::Waits(why) => Some(why.clone()),
            },
        }
    }

    /// A slot's visit in the form in which it is stored as a row of its own.
    #[must_use]
    pub fn new_visit(&self, round: &Round, far: &FarSlot) -> Option<NewVisit> {
        Some(self.visit_of(&self.stored(round, far), far.visit()?))
    }

    /// The visit for a slot of this term, in the form in which it is stored.
    #[must_use]
    pub fn visit_of(&self, slot: &StoredSlot, visit: &FarVisit) -> NewVisit {
        NewVisit {
            id: visit.visit,
            slot: slot.id,
            contract: slot.contract.clone(),
            site: slot.site.clone(),
            term: slot.term.clone(),
            number: slot.slot.number,
            purpose: slot.purpose,
            appointment: Appointment {
                engineer: visit.engineer.clone(),
                day: visit.day,
                starts: visit.starts,
                takes_minutes: self.takes_minutes,
            },
            announce_on: visit.day - Days::new(u64::from(self.announce_days)),
        }
    }
}

impl FarSlot {
    /// Its visit, if it has one.
    #[must_use]
    pub fn visit(&self) -> Option<&FarVisit> {
        match &self.plan {
            FarPlan::Visit(visit) => Some(visit),
            FarPlan::Waits(_) => None,
        }
    }
}
