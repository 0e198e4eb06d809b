//! Contracts, service plans and their terms: the promises with their numbers.

mod delivery;
pub mod history;
mod steps;
mod text;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use strum::VariantArray;

use super::calendar::{HalfDays, RollConvention, WorkingDays};
use super::records::checklist::Words;
use crate::ids::{ContractCode, CustomerCode, SiteCode, TermName};
use crate::variants::every;
pub use delivery::{DeliveredTo, parse_delivered_to};
pub use steps::{parse_step, parse_steps};
pub use text::{
    BadTerm, parse_correction, parse_counted_on, parse_days, parse_every, parse_half_days, parse_purpose, parse_roll,
    parse_takes, parse_window, parse_working_days,
};

/// What a contract covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CoveredSites {
    /// `*`: every site of the customer, also those that are added later.
    All,
    /// Site codes, sorted.
    Only(Vec<SiteCode>),
}

impl CoveredSites {
    /// Whether the contract covers the site with this code.
    #[must_use]
    pub fn covers(&self, site: &SiteCode) -> bool {
        match self {
            CoveredSites::All => true,
            CoveredSites::Only(codes) => codes.iter().any(|code| code == site),
        }
    }
}

/// An after-sales service contract (P15: it runs from the day of acceptance).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contract {
    pub contract: ContractCode,
    pub customer: CustomerCode,
    pub sites: CoveredSites,
    /// Name of the service plan.
    pub plan: String,
    /// The contract's first day; every period is counted from it.
    pub accepted_on: NaiveDate,
    /// The last day, inclusive; None: for the life of the equipment.
    pub ends_on: Option<NaiveDate>,
    /// `term.key` → value as text, as in the plan file (`inspection.every` → `3 months`).
    pub overrides: BTreeMap<String, String>,
}

/// A named set of terms.
#[derive(Debug, Clone, PartialEq)]
pub struct ServicePlan {
    pub name: String,
    pub title: String,
    pub terms: Vec<Term>,
}

/// Why a visit is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr, VariantArray, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Purpose {
    /// P01.
    Inspection,
    /// P12: kept apart from the inspection where a contract says so.
    Maintenance,
    /// P09, P10.
    Training,
    /// P13.
    FollowUp,
    CallOut,
    PlannedSupport,
}

impl Purpose {
    pub const ALL: [Purpose; Purpose::VARIANTS.len()] = every(Purpose::VARIANTS);

    /// The word in files, columns and the store.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Whether such a visit is nothing without equipment that could be looked at.
    #[must_use]
    pub fn looks_at_equipment(self) -> bool {
        match self {
            Purpose::Inspection | Purpose::Maintenance | Purpose::CallOut | Purpose::PlannedSupport => true,
            Purpose::Training | Purpose::FollowUp => false,
        }
    }
}

/// What becomes of a booked visit that cannot take place as it is booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Rebook {
    /// What could be done instead is proposed to the managers.
    Ask,
    /// What could be done instead is done, and everyone concerned is told.
    Auto,
}

/// How often a term calls for a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Every {
    /// Whole months from the contract's first day: 31 January + 1 month + 1 month is 31 March.
    Months(u32),
    /// Whole weeks from the contract's first day.
    Weeks(u32),
    /// An RFC 5545 RRULE on floating local days, for "the first Monday".
    Rule(String),
}

/// The days on which a slot's visit may take place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// From the nominal day to the day before the next one.
    Period,
    /// Calendar days before and after the nominal day, all inclusive.
    Days { before: u32, after: u32 },
}

/// Whose working days a deadline counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[derive(strum::IntoStaticStr, VariantArray, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum CountedOn {
    Site,
    Company,
    /// A day counts only when it is worked at the site and at the company's seat: the longest time.
    Both,
    /// A day counts when it is worked at the site or at the company's seat: the shortest time.
    Either,
}

impl CountedOn {
    pub const ALL: [CountedOn; CountedOn::VARIANTS.len()] = every(CountedOn::VARIANTS);

    /// The word in files and in the store.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// Whom a flag's letters go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tell {
    /// The visit's engineer.
    Engineer,
    /// Every manager whose scope covers the customer.
    Manager,
    /// The customer's contacts with the role `escalation`.
    Escalation,
}

/// When a flag is raised, relative to a deadline's last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FlagAt {
    /// At the start of the nth working day before the last day.
    Before(WorkingDays),
    /// At the start of the last day.
    OnTheDay,
    /// At the start of a late day: 1 is the first day after the last day, worked or not; n > 1 is the nth
    /// working day after the last day.
    Late(WorkingDays),
}

/// One step of reminding and escalating.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlagStep {
    pub at: FlagAt,
    /// Sorted, without repeats, at least one.
    pub tell: Vec<Tell>,
}

/// One promise of a contract with its numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// Name inside the plan, for example `inspection`.
    pub key: TermName,
    /// Promise id of PROMISES.md, for example `P01`.
    pub promise: String,
    pub purpose: Purpose,
    pub every: Every,
    /// The days on which a slot's visit may take place; the first slot's begin with the acceptance (P10).
    pub window: Window,
    pub roll: RollConvention,
    /// How long the visit takes on site.
    pub takes_minutes: u32,
    /// Checklist for all equipment; None: each equipment's own.
    pub checklist: Option<String>,
    /// What a training teaches, as one line per topic, in the customers' languages.
    pub syllabus: Vec<Words>,
    /// Calendar days before the visit on which it is announced.
    pub announce_days: u32,
    /// Working days before the visit on which it is reminded of.
    pub remind: WorkingDays,
    /// What becomes of one that cannot take place as it is booked.
    pub rebook: Rebook,
    /// Working days after the visit's day within which the record is owed.
    pub record_within: WorkingDays,
    /// Working days after completion within which the report reaches the customer (P04).
    pub report_within: WorkingDays,
    /// Who has to have the report before it counts as delivered.
    pub delivered_to: DeliveredTo,
    /// Working days within which a report that is corrected after it was filed reaches the customer; None: the correction
    /// has no clock of its own.
    pub correction_within: Option<WorkingDays>,
    pub counted_on: CountedOn,
    /// Whether half days of that calendar count; they do where nothing is said.
    pub half_days: HalfDays,
    /// For everything that the term owes and that has no steps of its own.
    pub steps: Vec<FlagStep>,
    /// Steps of the visit itself, or of the training; None: as `steps`.
    pub visit_steps: Option<Vec<FlagStep>>,
    /// Steps of the visit's record; None: as `steps`.
    pub record_steps: Option<Vec<FlagStep>>,
    /// Steps of the visit's report; None: as `steps`.
    pub report_steps: Option<Vec<FlagStep>>,
}

impl Term {
    /// A term with the defaults of PROMISES.md for everything but its own four words: window of a period,
    /// modified following, two hours, each equipment's own checklist, announced 14 days ahead, reminded of
    /// 1 working day ahead, record within 1 and report within 3 working days of the site (P04), which is delivered once
    /// one contact has it, and flags one
    /// working day before, on the day and when late.
    #[must_use]
    pub fn new(key: &str, promise: &str, purpose: Purpose, every: Every) -> Term {
        let step = |at, tell: &[Tell]| FlagStep { at, tell: tell.to_vec() };
        Term {
            key: key.into(),
            promise: promise.to_owned(),
            purpose,
            every,
            window: Window::Period,
            roll: RollConvention::ModifiedFollowing,
            takes_minutes: 120,
            checklist: None,
            syllabus: Vec::new(),
            announce_days: 14,
            remind: WorkingDays(1),
            rebook: Rebook::Ask,
            record_within: WorkingDays(1),
            report_within: WorkingDays(3),
            delivered_to: DeliveredTo::Any,
            correction_within: None,
            counted_on: CountedOn::Site,
            half_days: HalfDays::Count,
            steps: vec![
                step(FlagAt::Before(WorkingDays(1)), &[Tell::Engineer]),
                step(FlagAt::OnTheDay, &[Tell::Engineer, Tell::Manager]),
                step(FlagAt::Late(WorkingDays(1)), &[Tell::Engineer, Tell::Manager, Tell::Escalation]),
            ],
            visit_steps: None,
            record_steps: None,
            report_steps: None,
        }
    }

    /// The numbers that slots and visits are made with, as one stable text: while it stays the same, planned
    /// visits need no new plan.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        format!(
            "{}, every {}, window {}, roll {}, takes {} minutes",
            self.purpose.word(),
            self.every,
            self.window,
            self.roll,
            self.takes_minutes
        )
    }
}

#[cfg(test)]
mod tests;
