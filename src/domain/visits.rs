//! Visits: planned → booked → done, or cancelled.

pub mod fit;
pub mod invitation;
pub mod rest;
mod stored;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use serde::{Deserialize, Serialize};
use strum::VariantArray;

use super::Instant;
use super::calendar::UnknownHolidays;
use super::contract::Purpose;
use crate::ids::{ContractCode, EngineerCode, SiteCode, TermName, VisitId};
use crate::typed::BadTypedText;
use crate::variants::every;
pub use stored::{AddedVisit, FeedVisit, NewVisit, StoredVisit};

/// What a booking determines: when, and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    pub engineer: EngineerCode,
    /// The day at the site.
    pub day: NaiveDate,
    /// Local time at the site.
    pub starts: NaiveTime,
    pub takes_minutes: u32,
}

impl Appointment {
    /// Local time at the site.
    #[must_use]
    pub fn starts_at(&self) -> NaiveDateTime {
        self.day.and_time(self.starts)
    }
}

/// Where a visit stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "lowercase")]
#[derive(strum::IntoStaticStr, strum::VariantNames, strum::EnumDiscriminants)]
#[strum(serialize_all = "kebab-case")]
#[strum_discriminants(
    name(VisitStateWord),
    doc = "The word of a [`VisitState`], without what it knows.",
    derive(strum::IntoStaticStr, strum::EnumString, VariantArray),
    strum(serialize_all = "kebab-case", const_into_str)
)]
pub enum VisitState {
    /// The planner's intention: nobody has been told, and a re-plan may move it.
    Planned {
        appointment: Appointment,
    },
    /// Announced to engineer and customer; only a person moves it. `sequence` increases with each change.
    Booked {
        appointment: Appointment,
        announced_at: Instant,
        sequence: u32,
    },
    /// It has a record, possibly one that says why the visit did not take place.
    Done {
        appointment: Appointment,
        completed_at: Instant,
    },
    Cancelled {
        appointment: Appointment,
        reason: String,
        cancelled_at: Instant,
        sequence: u32,
    },
}

impl VisitState {
    /// The word used in lists and in the store.
    #[must_use]
    pub fn word(&self) -> &'static str {
        self.into()
    }

    /// How often the booking was changed; 0 before it is announced.
    #[must_use]
    pub fn sequence(&self) -> u32 {
        match self {
            VisitState::Planned { .. } | VisitState::Done { .. } => 0,
            VisitState::Booked { sequence, .. } | VisitState::Cancelled { sequence, .. } => *sequence,
        }
    }

    /// When and with whom the visit takes place, took place or would have taken place.
    #[must_use]
    pub fn appointment(&self) -> &Appointment {
        match self {
            VisitState::Planned { appointment }
            | VisitState::Booked { appointment, .. }
            | VisitState::Done { appointment, .. }
            | VisitState::Cancelled { appointment, .. } => appointment,
        }
    }
}

impl VisitStateWord {
    pub const ALL: [VisitStateWord; VisitStateWord::VARIANTS.len()] = every(VisitStateWord::VARIANTS);
}

/// One visit to a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    pub id: VisitId,
    pub contract: ContractCode,
    pub site: SiteCode,
    /// The plan's term, for example `inspection`.
    pub term: TermName,
    /// The slot's number within (contract, site, term), counted from 1; 0 for an extra visit, which has no slot.
    pub number: u32,
    pub purpose: Purpose,
    /// Why a person added it in addition to what its contract calls for (P07); `None`: it was planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The visit whose rest it is to see: what that could not inspect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rest_of: Option<VisitId>,
    #[serde(flatten)]
    pub state: VisitState,
}

/// Why a booking was refused; the planner can correct each of these.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BookingRefused {
    #[error("{visit} is booked already; move it with `ronda visit move {visit} --on DAY`")]
    AlreadyBooked { visit: VisitId },
    #[error("{visit} has its record already; a visit that took place cannot be changed")]
    AlreadyDone { visit: VisitId },
    #[error("{visit} is cancelled; book it again with `ronda visit book {visit} --on DAY`")]
    Cancelled { visit: VisitId },
    #[error("{other} was booked for {day} in place of {visit}; move that one with `ronda visit move {other} --on DAY`")]
    PeriodHasAnother { visit: VisitId, other: VisitId, day: NaiveDate },
    #[error("{visit} was changed by somebody else just now; look at it with `ronda visit show {visit}` and try again")]
    ChangedMeanwhile { visit: VisitId },
    #[error("say why {visit} is cancelled: --reason TEXT; everyone who was told of it is told the reason")]
    NoReason { visit: VisitId },
    #[error("the reason cannot be kept: {why}")]
    BadReason { why: BadTypedText },
    #[error("{day} has passed at {site}; give a day from today on")]
    Past { day: NaiveDate, site: SiteCode },
    #[error("{day} is a day off at {site}; give a working day, or --overrule")]
    DayOff { day: NaiveDate, site: SiteCode },
    #[error("{day} is outside the slot's window, {first_on} to {last_on}; give a day inside, or --overrule")]
    OutsideWindow { day: NaiveDate, first_on: NaiveDate, last_on: NaiveDate },
    #[error("{engineer} does not master {skill:?}; give another --engineer, or --overrule")]
    NoSkill { engineer: String, skill: String },
    #[error(
        "{engineer} works in another country and is not sent as far as {site}; give another --engineer, or --overrule"
    )]
    OutOfReach { engineer: String, site: SiteCode },
    #[error("{engineer} has no room on {day} (booked: {visits}); give another day or --engineer, or --overrule")]
    EngineerTaken { engineer: String, day: NaiveDate, visits: String },
    #[error("{engineer} does not work on {day} ({why}); give another day or --engineer, or --overrule")]
    EngineerOff { engineer: String, day: NaiveDate, why: String },
    #[error("{engineer} is not there any more from {left_on} on; give another --engineer")]
    EngineerGone { engineer: String, left_on: NaiveDate },
    #[error("there is no engineer {:?}", .engineer.as_str())]
    UnknownEngineer { engineer: EngineerCode },
    #[error("no calendar {calendar}; put {calendar}.toml into the office's calendars folder")]
    NoCalendar { calendar: String },
    #[error(transparent)]
    UnknownHolidays(UnknownHolidays),
    #[error("contract {contract} ended on {ended_on}; renew it first")]
    ContractEnded { contract: ContractCode, ended_on: NaiveDate },
}

/// Why a visit was not added; whoever asks for it can correct each of these.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddingRefused {
    #[error("say why the visit is added: --why TEXT; everyone who is told of it reads the reason")]
    NoWhy,
    #[error("the reason cannot be kept: {why}")]
    BadReason { why: BadTypedText },
    #[error("no contract covers {site} on {day}; import one, or give another day with --on")]
    NotCovered { site: SiteCode, day: NaiveDate },
    #[error("{site} is covered by {contracts}; say by which contract the visit is made: --contract CODE")]
    SeveralContracts { site: SiteCode, contracts: String },
    #[error("contract {contract} does not cover {site} on {day}; give another --contract or --on")]
    NotByContract { contract: ContractCode, site: SiteCode, day: NaiveDate },
    #[error(
        "the plan of contract {contract} cannot be read, or has no terms; `ronda check` says what is wrong with it"
    )]
    NoTerms { contract: ContractCode },
    #[error(
        "nobody who can make the visit has room from {first_on} to {last_on}; give --on and --engineer with --overrule"
    )]
    NobodyFree { first_on: NaiveDate, last_on: NaiveDate },
}
