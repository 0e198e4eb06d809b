//! What the planner has decided, in the form in which it is stored: rounds, slots and engineers' days.

use chrono::{NaiveDate, NaiveTime};

use super::far::{FarText, PackedSlots};
use super::slots::{Slot, Unplanned};
use crate::contract::Purpose;
use crate::ids::{ContractCode, CustomerCode, EngineerCode, SiteCode, SlotId, TermName, VisitId};

/// A round, identified by contract, site and term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    pub contract: ContractCode,
    pub site: SiteCode,
    pub term: TermName,
    /// The fingerprint of the term by which its slots were planned.
    pub rule: String,
    /// Slots that begin on this day or earlier exist.
    pub planned_through: NaiveDate,
    /// The first day of its next slot; `None` if the contract calls for no more.
    pub next_on: Option<NaiveDate>,
    /// Days from a slot's first day to the target day; `None` until a full window was planned.
    pub offset_days: Option<u32>,
    pub engineer: Option<EngineerCode>,
    /// Its far slots; `None` if there are none.
    pub far: Option<PackedSlots>,
}

/// The far slots of a round that occupy engineers, with its site's position.
#[derive(Debug, Clone, PartialEq)]
pub struct FarDays {
    /// The round's own engineer; `None` if it has none any more.
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

/// An event that may make room for slots without a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum FreedBy {
    /// A visit was removed or moved.
    Visit,
    /// An engineer or a site's equipment was added or changed.
    People,
    /// A visit was cancelled or did not take place: its slot is planned again at once.
    CalledOff,
}

impl FreedBy {
    /// The word used in the store.
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

/// The rule by which a round is planned, and the owner of its site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundRule {
    pub contract: ContractCode,
    pub site: SiteCode,
    pub term: TermName,
    /// See [`Round`].
    pub rule: String,
    pub customer: CustomerCode,
}

/// The last numbers used; no number is used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastNumbers {
    pub slot: SlotId,
    pub visit: VisitId,
}

/// A slot as it is stored.
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

/// How many slots have no visit for a given reason.
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

/// The highest slot number of a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastNumber {
    pub contract: ContractCode,
    pub site: SiteCode,
    pub term: TermName,
    pub number: u32,
}

/// An engineer's visit, which occupies time.
#[derive(Debug, Clone, PartialEq)]
pub struct Busy {
    pub visit: VisitId,
    pub engineer: EngineerCode,
    pub day: NaiveDate,
    pub starts: NaiveTime,
    pub takes_minutes: u32,
    /// The site's position.
    pub position: Option<(f64, f64)>,
}
