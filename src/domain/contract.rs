//! Contracts, service plans and their terms: what is promised, in numbers.

mod delivery;
pub mod history;
mod steps;
mod text;

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
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

/// Which sites a contract covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CoveredSites {
    /// `*`: all sites of the customer, including future ones.
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

/// An after-sales service contract; it runs from the day of acceptance (P15).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contract {
    pub contract: ContractCode,
    pub customer: CustomerCode,
    pub sites: CoveredSites,
    /// Name of the service plan.
    pub plan: String,
    /// The contract's first day, from which all periods are counted.
    pub accepted_on: NaiveDate,
    /// The last day, inclusive; `None`: for the life of the equipment.
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
    /// P12; a visit separate from the inspection if the contract says so.
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

    /// The word used in files, columns and the store.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Whether such a visit is pointless without equipment to inspect.
    #[must_use]
    pub fn looks_at_equipment(self) -> bool {
        match self {
            Purpose::Inspection | Purpose::Maintenance | Purpose::CallOut | Purpose::PlannedSupport => true,
            Purpose::Training | Purpose::FollowUp => false,
        }
    }
}

/// What to do with a booked visit that cannot take place as booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Rebook {
    /// Propose an alternative to the managers.
    Ask,
    /// Rebook it as proposed, and tell everyone concerned.
    Auto,
}

/// How often a term calls for a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Every {
    /// Whole months, counted from the contract's first day: 31 January + 1 month + 1 month is 31 March.
    Months(u32),
    /// Whole weeks, counted from the contract's first day.
    Weeks(u32),
    /// An RRULE (RFC 5545) over local days, for example for "the first Monday".
    Rule(String),
}

/// The days on which a slot's visit may take place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// From the nominal day to the day before the next one.
    Period,
    /// Calendar days before and after the nominal day, which is included.
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
    /// A day counts only if it is a working day both at the site and at the company: the longest time.
    Both,
    /// A day counts if it is a working day at the site or at the company: the shortest time.
    Either,
}

impl CountedOn {
    pub const ALL: [CountedOn; CountedOn::VARIANTS.len()] = every(CountedOn::VARIANTS);

    /// The word used in files and in the store.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// Who gets a flag's letters.
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
    /// At the start of a late day: 1 is the first day after the last day, whether a working day or not; n > 1 is the
    /// nth working day after the last day.
    Late(WorkingDays),
}

/// A step of reminding and escalating.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlagStep {
    pub at: FlagAt,
    /// Sorted, without repeats, at least one.
    pub tell: Vec<Tell>,
}

/// Days before its window on which a visit serves a period, where a plan says nothing.
pub const EARLY_DAYS: u32 = 5;

/// One promise of a contract with its numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// The term's name within the plan, for example `inspection`.
    pub key: TermName,
    /// The promise's id in PROMISES.md, for example `P01`.
    pub promise: String,
    pub purpose: Purpose,
    pub every: Every,
    /// The days on which a slot's visit may take place; the first slot's window begins on the day of acceptance (P10).
    pub window: Window,
    /// Calendar days before a window on which a visit serves it already; see [`Term::serves_from`].
    pub early_days: u32,
    pub roll: RollConvention,
    /// Duration of the visit on site.
    pub takes_minutes: u32,
    /// The checklist for all equipment; `None`: each piece's own.
    pub checklist: Option<String>,
    /// What a training teaches, one line per topic, in the customers' languages.
    pub syllabus: Vec<Words>,
    /// How many calendar days before the visit it is announced.
    pub announce_days: u32,
    /// How many working days before the visit a reminder is sent.
    pub remind: WorkingDays,
    /// What to do with a visit that cannot take place as booked.
    pub rebook: Rebook,
    /// Working days after the visit's day within which the record must be submitted.
    pub record_within: WorkingDays,
    /// Working days after completion within which the report must be delivered (P04).
    pub report_within: WorkingDays,
    /// Who must have received the report before it counts as delivered.
    pub delivered_to: DeliveredTo,
    /// Working days within which the corrected version of a filed report must be delivered; `None`: the correction has
    /// no deadline of its own.
    pub correction_within: Option<WorkingDays>,
    pub counted_on: CountedOn,
    /// Whether half days of that calendar count; by default they do.
    pub half_days: HalfDays,
    /// Steps for everything that the term owes and that has no steps of its own.
    pub steps: Vec<FlagStep>,
    /// Steps for the visit or training itself; `None`: `steps`.
    pub visit_steps: Option<Vec<FlagStep>>,
    /// Steps for the visit's record; `None`: `steps`.
    pub record_steps: Option<Vec<FlagStep>>,
    /// Steps for the visit's report; `None`: `steps`.
    pub report_steps: Option<Vec<FlagStep>>,
}

impl Term {
    /// A term with the defaults of PROMISES.md for everything but its own four words: window of a period, of which a visit
    /// may be five days early,
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
            early_days: EARLY_DAYS,
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

    /// The first day on which a visit serves the period with this window (P01): as many days before it as the term allows, and
    /// at most half as many as the window has. One that was made before that day is an extra visit.
    #[must_use]
    pub fn serves_from(&self, first_on: NaiveDate, last_on: NaiveDate) -> NaiveDate {
        let half = u64::try_from((last_on - first_on).num_days() / 2).unwrap_or(0);
        first_on.checked_sub_days(Days::new(half.min(u64::from(self.early_days)))).unwrap_or(first_on)
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
