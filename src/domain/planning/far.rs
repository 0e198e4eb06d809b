//! Far slots: what a round keeps of its plan until it comes near.
//!
//! A year of visits is planned ahead, and nobody is told of most of it for months. What is far is therefore kept in its
//! round, as one short text: each slot with its number, its window and its visit, or why it has none. It becomes a slot
//! and a visit of their own, with these very numbers, when somebody may soon be told of it or somebody names it.

mod packed;

use chrono::{Days, NaiveDate, NaiveTime};

use super::slots::{Slot, Unplanned};
use super::{Round, StoredSlot};
use crate::contract::{Purpose, Term};
use crate::ids::{EngineerCode, SlotId, VisitId};
use crate::visits::{Appointment, NewVisit};
pub use packed::{FarText, PackedSlots};

/// Days before its window begins from which a slot with a visit is near where its term gives no notice: it is another day
/// elsewhere, and the night that puts it on file may be missed.
pub const NEAR_DAYS: u32 = 7;
/// Days before its window begins from which a slot without a visit is near: longer than digests look ahead for those.
pub const NEAR_DAYS_WITHOUT_VISIT: u32 = 64;

/// A slot that is far, with the number that is its own from when it was planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FarSlot {
    pub id: SlotId,
    pub slot: Slot,
    pub plan: FarPlan,
}

/// What is planned for a far slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FarPlan {
    Visit(FarVisit),
    /// It is tried again every night.
    Waits(Unplanned),
}

/// The visit of a far slot. Nobody was told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FarVisit {
    pub visit: VisitId,
    pub engineer: EngineerCode,
    /// Day at the site.
    pub day: NaiveDate,
    /// Local time at the site, in whole minutes.
    pub starts: NaiveTime,
}

/// The far slots of one round, with what its term says of all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FarSlots {
    pub purpose: Purpose,
    pub takes_minutes: u32,
    pub announce_days: u32,
    /// By number, the nearest first.
    pub slots: Vec<FarSlot>,
}

impl FarSlots {
    /// None yet, for a term.
    #[must_use]
    pub fn of_term(term: &Term) -> FarSlots {
        FarSlots {
            purpose: term.purpose,
            takes_minutes: term.takes_minutes,
            announce_days: term.announce_days,
            slots: Vec::new(),
        }
    }

    /// The day from which a slot is near: a week before the first letter of its visit may be written; two months before its
    /// window where it has no visit, for managers are told of that.
    #[must_use]
    pub fn near_on(&self, far: &FarSlot) -> NaiveDate {
        let before = self.announce_days.saturating_add(NEAR_DAYS);
        let before = match &far.plan {
            FarPlan::Visit(_) => before,
            FarPlan::Waits(_) => before.max(NEAR_DAYS_WITHOUT_VISIT),
        };
        far.slot.first_on.checked_sub_days(Days::new(u64::from(before))).unwrap_or(NaiveDate::MIN)
    }

    /// Takes out what is near on `today`.
    pub fn take_near(&mut self, today: NaiveDate) -> Vec<FarSlot> {
        let slots = std::mem::take(&mut self.slots);
        let (near, far) = slots.into_iter().partition(|far| self.near_on(far) <= today);
        self.slots = far;
        near
    }

    /// Takes out the slot of a visit.
    pub fn take_visit(&mut self, visit: VisitId) -> Option<FarSlot> {
        let place = self.slots.iter().position(|far| far.visit().is_some_and(|of| of.visit == visit))?;
        Some(self.slots.remove(place))
    }

    /// A slot as it is put on file by itself.
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

    /// A slot's visit as it is put on file.
    #[must_use]
    pub fn new_visit(&self, round: &Round, far: &FarSlot) -> Option<NewVisit> {
        Some(self.visit_of(&self.stored(round, far), far.visit()?))
    }

    /// The visit of a slot of this term, as it is put on file.
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
