//! What the planner has settled, as it is on file: rounds, slots, and engineers' days.

use chrono::{NaiveDate, NaiveTime};

use super::far::{FarText, PackedSlots};
use super::slots::{Slot, Unplanned};
use crate::contract::Purpose;
use crate::ids::{ContractCode, CustomerCode, EngineerCode, SiteCode, SlotId, TermName, VisitId};

/// A round, by contract, site and term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    pub contract: ContractCode,
    pub site: SiteCode,
    pub term: TermName,
    /// Fingerprint of the numbers that its slots were made with.
    pub rule: String,
    /// Slots that begin up to this day exist.
    pub planned_through: NaiveDate,
    /// The first day of its next slot; None where the contract calls for no more.
    pub next_on: Option<NaiveDate>,
    /// Days from a slot's first day to the day aimed at; None until a whole window was planned.
    pub offset_days: Option<u32>,
    pub engineer: Option<EngineerCode>,
    /// What is planned and far; None where nothing is.
    pub far: Option<PackedSlots>,
}

/// What is far of a round, as far as it takes room on engineers' days, with its site's position.
#[derive(Debug, Clone, PartialEq)]
pub struct FarDays {
    /// The round's own; None where it has none any more.
    pub engineer: Option<EngineerCode>,
    pub far: FarText,
    /// Degrees: latitude, longitude.
    pub position: Option<(f64, f64)>,
}

/// A site with a window that is not planned yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteDue {
    pub site: SiteCode,
    /// The first day of the first such window.
    pub next_on: NaiveDate,
}

/// What may make room for slots that have no visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum FreedBy {
    /// A visit is not any more, or not on the day on which it was.
    Visit,
    /// An engineer or a site's equipment was put on file or changed.
    People,
}

impl FreedBy {
    /// Its word on file.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// A round with its site's position.
#[derive(Debug, Clone, PartialEq)]
pub struct RoundWithPlace {
    pub round: Round,
    pub position: Option<(f64, f64)>,
}

/// By which rule a round goes, and whose site it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundRule {
    pub contract: ContractCode,
    pub site: SiteCode,
    pub term: TermName,
    /// As in a [`Round`].
    pub rule: String,
    pub customer: CustomerCode,
}

/// The numbers that were given last. None is given twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastNumbers {
    pub slot: SlotId,
    pub visit: VisitId,
}

/// A slot as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSlot {
    pub id: SlotId,
    pub contract: ContractCode,
    pub site: SiteCode,
    pub term: TermName,
    pub purpose: Purpose,
    pub slot: Slot,
    /// Why it has no visit.
    pub unplanned: Option<Unplanned>,
}

/// How many slots wait for a visit for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingSlots {
    pub why: Unplanned,
    pub slots: u64,
}

/// First and last day of a slot's window, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlotWindow {
    pub first_on: NaiveDate,
    pub last_on: NaiveDate,
}

/// The highest number of a round's slots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastNumber {
    pub contract: ContractCode,
    pub site: SiteCode,
    pub term: TermName,
    pub number: u32,
}

/// A visit that an engineer has, as far as it takes room.
#[derive(Debug, Clone, PartialEq)]
pub struct Busy {
    pub visit: VisitId,
    pub engineer: EngineerCode,
    pub day: NaiveDate,
    pub starts: NaiveTime,
    pub takes_minutes: u32,
    /// The site's.
    pub position: Option<(f64, f64)>,
}
