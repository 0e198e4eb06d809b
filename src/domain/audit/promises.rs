//! The auditor: derives from raw facts alone what was promised and what became of it (R23).
//!
//! It reads contracts, calendars, visits, records, deliveries and people, but nothing that the office has concluded
//! from them: no slots, deadlines or flags. It counts periods and days with its own code, so that it does not repeat a
//! mistake of the planner or of the daemon; tests/tidy restricts what these files may refer to. [`held`] compares the
//! result with the store.

mod fit;
pub mod held;
mod judge;
mod papers;
mod periods;
mod promised;
mod rest;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::Instant;
use crate::calendar::{Calendar, WorkingDays};
use crate::contract::{CountedOn, DeliveredTo, Purpose};
use crate::ids::{ContractCode, CustomerCode, EngineerCode, EquipmentCode, SiteCode, TermName, VisitId};
use crate::time::Zone;
pub use fit::NoFitVisit;
pub use judge::{audit_line, sealed_through};
pub use papers::audit_papers;
pub use periods::PromisedDay;

/// A term of a contract with its periods.
#[derive(Debug, Clone, PartialEq)]
pub struct PromisedTerm {
    pub contract: ContractCode,
    pub customer: CustomerCode,
    pub term: TermName,
    pub purpose: Purpose,
    /// The contract's first day.
    pub accepted_on: NaiveDate,
    /// Its last day, inclusive; `None`: for the life of the equipment.
    pub ends_on: Option<NaiveDate>,
    /// Ordered by number; all that begin by the requested day.
    pub periods: Vec<PromisedPeriod>,
    /// The day on which the office took over, if the periods are counted for it; `None`: the contract has never changed.
    pub counted_since: Option<NaiveDate>,
    /// Within how long records and reports are owed, and how early a visit may be, by the day from which on it is so.
    pub papers: Vec<PaperTerms>,
    /// Who must have received the report.
    pub delivered_to: DeliveredTo,
    /// Whose working days are counted for the report.
    pub counted_on: CountedOn,
    /// What is flagged as soon as it is late.
    pub flagged: FlaggedWhenLate,
    /// Everything that the periods and counts are derived from, as one text: they change only if it changes.
    pub fingerprint: String,
}

/// The time allowed for a term's records and reports that become owed on or after a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaperTerms {
    pub since_on: NaiveDate,
    pub record_within: WorkingDays,
    pub report_within: WorkingDays,
    /// Days before its window on which a visit that is recorded then serves a period.
    pub early_days: u32,
}

/// Which of a term's obligations are flagged on the first late day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlaggedWhenLate {
    pub visit: bool,
    pub record: bool,
    pub report: bool,
}

/// A period of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PromisedPeriod {
    /// Counted from 1, beginning on the contract's first day.
    pub number: u32,
    /// First and last day of the contract that belong to it, both inclusive.
    pub begins_on: NaiveDate,
    pub ends_on: NaiveDate,
    /// First and last day on which its visit is in time, both inclusive.
    pub first_on: NaiveDate,
    pub last_on: NaiveDate,
    /// The number of the period that takes over its days, where too little of them is left: the one before or after it.
    pub handed_to: Option<u32>,
    /// The last day that it would have without a change of rhythm.
    #[serde(skip)]
    pub would_end_on: NaiveDate,
    /// The first day of the window that the rhythm before had for this number: a visit made for it serves this period.
    #[serde(skip)]
    pub opened_on: Option<NaiveDate>,
    /// Which promise replaces this one unless its visit has taken place by then.
    pub gives_way: Option<GivesWay>,
}

/// How a period's promise ends early.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct GivesWay {
    /// A visit before this day still counts for the period. On this day, only a visit that was made for the period
    /// counts, since it was already recorded as done when the change came. A visit that was still ahead is made for the
    /// period that takes over.
    pub from: NaiveDate,
    /// The number of the period that takes over; `None`: the contract had ended.
    pub to: Option<u32>,
}

/// What the auditor knows about one site.
#[derive(Debug, Clone)]
pub struct AuditedSite<'a> {
    pub site: &'a SiteCode,
    pub zone: &'a Zone,
    pub now: Instant,
    /// The site's own working days; `None`: no calendar knows the place.
    pub calendar: Option<Calendar>,
    /// All equipment that has ever been there.
    pub equipment: Vec<AuditedEquipment<'a>>,
    pub visits: Vec<AuditedVisit>,
    pub waivers: Vec<AuditedWaiver>,
    pub engineers: &'a BTreeMap<EngineerCode, AuditedEngineer>,
}

impl AuditedSite<'_> {
    /// The current day at the site.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.zone.day(self.now)
    }
}

/// Something that belongs to one site, in a page of many sites.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfSite<T> {
    pub site: SiteCode,
    pub of: T,
}

/// The day from which the office is responsible for a term at a site, and the day through which its periods are closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnsweredPromise {
    pub site: SiteCode,
    pub contract: ContractCode,
    pub term: TermName,
    /// The day, at the company, on which the office first knew about it.
    pub since_on: NaiveDate,
    /// The acceptance of a site that was added later to the contract; `None`: the contract's.
    pub accepted_on: Option<NaiveDate>,
    /// The last day of the closed periods; `None`: no period is closed.
    pub sealed_through: Option<NaiveDate>,
    /// The fingerprint of the term with which they were counted.
    pub sealed_by: Option<String>,
}

impl AnsweredPromise {
    /// A promise for which the office is responsible from this day on, with no closed periods.
    #[must_use]
    pub fn since(since_on: NaiveDate, site: SiteCode, contract: ContractCode, term: TermName) -> AnsweredPromise {
        AnsweredPromise { site, contract, term, since_on, accepted_on: None, sealed_through: None, sealed_by: None }
    }
}

/// A term for which the office is responsible at one site.
#[derive(Debug, Clone)]
pub struct AnsweredTerm<'a> {
    pub term: &'a PromisedTerm,
    /// The first day of that responsibility; a period that was nearly over by then was served before it.
    pub since_on: NaiveDate,
    /// Periods that end before this day are closed and not audited again.
    pub from: NaiveDate,
    /// Visits are planned for periods that begin on this day or earlier.
    pub planned_through: NaiveDate,
    /// The working days that its reports are counted in.
    pub counted: Option<Calendar>,
}

/// A term whose current period was nearly over when the office took over, so that its first visit belongs to the next
/// one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HandedOn {
    pub customer: CustomerCode,
    pub contract: ContractCode,
    pub term: TermName,
    pub purpose: Purpose,
    /// The first day of the next period.
    pub next_on: NaiveDate,
    /// The sites concerned.
    pub sites: Vec<SiteCode>,
}

/// The facts about a piece of equipment that decide who can make a visit.
#[derive(Debug, Clone, Copy)]
pub struct AuditedEquipment<'a> {
    pub equipment: &'a EquipmentCode,
    /// The skills that it requires.
    pub skills: &'a [String],
    /// The first day on which it is no longer there.
    pub retired_on: Option<NaiveDate>,
}

/// A skill of an engineer, and the last day on which it is valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditedSkill {
    pub skill: String,
    pub valid_until: Option<NaiveDate>,
}

/// The facts about an engineer that decide who can make a visit.
#[derive(Debug, Clone)]
pub struct AuditedEngineer {
    pub skills: Vec<AuditedSkill>,
    /// The first day on which the engineer is no longer there.
    pub left_on: Option<NaiveDate>,
    /// `None`: the engineer's working days are unknown, so the site's apply.
    pub calendar: Option<Calendar>,
}

/// A visit that was planned, booked, recorded or cancelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditedVisit {
    pub visit: VisitId,
    pub contract: ContractCode,
    pub term: TermName,
    pub purpose: Purpose,
    /// The visit's own claim which of the term's periods it serves.
    pub number: u32,
    /// Whether it was added to what the term calls for; it then serves no period of its own.
    pub is_added: bool,
    /// The visit whose rest it is to see; the rest belongs to the period of that one.
    pub rest_of: Option<VisitId>,
    pub engineer: EngineerCode,
    /// The day at the site.
    pub day: NaiveDate,
    pub state: AuditedState,
    /// Objections that a person overruled when booking it, in the words of [`NoFitVisit`]'s overruling.
    pub overruled: Vec<String>,
}

/// An item of a piece of equipment that a visit could not inspect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditedItem {
    pub equipment: EquipmentCode,
    pub item: String,
}

/// How far a visit has progressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditedState {
    Planned,
    Booked,
    Done {
        completed_at: Instant,
        recorded_at: Instant,
        deliveries: Deliveries,
        /// What it could not inspect.
        left: Vec<AuditedItem>,
    },
    Cancelled,
}

/// What is known about a report's way to the customer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deliveries {
    /// Its letters, without withdrawn ones.
    pub letters: Vec<PaperLetter>,
    /// When somebody handed it over.
    pub handed_over_at: Option<Instant>,
    /// The rule by which the office has already counted its letters as delivered.
    pub noted: NotedRule,
    /// Corrections made after it was filed.
    pub corrections: Vec<AuditedCorrection>,
}

/// A record that was corrected after its report was filed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditedCorrection {
    /// The revision of the report that is drawn from it.
    pub revision: u32,
    pub corrected_at: Instant,
    /// The time allowed by the contract as of that day; `None`: it has no deadline of its own.
    pub within: Option<WorkingDays>,
    /// When its report was drawn; letters from then on are the correction's.
    pub issued_at: Option<Instant>,
    pub handed_over_at: Option<Instant>,
}

/// The rule by which the office has counted a report as delivered by mail; it is the rule of that day, and stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum NotedRule {
    /// Not counted as delivered yet; the contract's rule applies.
    #[default]
    None,
    By(DeliveredTo),
    /// Counted by an earlier version: delivered with the last of all letters, and undone if any of them bounced.
    OfEarlierVersion,
}

/// A letter that encloses a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperLetter {
    pub owed_at: Instant,
    pub is: PaperLetterIs,
    /// The reader's name and address.
    pub name: String,
    pub email: String,
    /// When a server reported that nobody is at the address.
    pub lost_at: Option<Instant>,
}

/// A letter, with the visit whose report it encloses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditedLetter {
    pub visit: VisitId,
    pub letter: PaperLetter,
}

/// An item that was not inspected, with the visit that was to inspect it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftByVisit {
    pub visit: VisitId,
    pub item: AuditedItem,
}

/// A correction, with the visit whose report it corrects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CorrectionOfVisit {
    pub visit: VisitId,
    pub correction: AuditedCorrection,
}

/// The state of a letter with a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaperLetterIs {
    Waiting,
    /// The reader's server has accepted it.
    Taken {
        at: Instant,
    },
    GivenUp,
}

/// A manager's decision that something is not held against anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditedWaiver {
    pub of: WaivedDebt,
    pub by: String,
    pub why: String,
}

/// What a waiver applies to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WaivedDebt {
    Window { contract: ContractCode, term: TermName, first_on: NaiveDate, last_on: NaiveDate },
    Record { visit: VisitId, day: NaiveDate },
    Report { visit: VisitId },
    Correction { visit: VisitId, revision: u32 },
}

/// A term at a site, period by period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LifeLine {
    pub site: SiteCode,
    pub contract: ContractCode,
    pub term: TermName,
    pub purpose: Purpose,
    pub accepted_on: NaiveDate,
    pub ends_on: Option<NaiveDate>,
    pub since_on: NaiveDate,
    pub periods: Vec<JudgedPeriod>,
    /// Visits of the term that serve no period.
    pub extra: Vec<VisitId>,
}

/// A period and its standing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct JudgedPeriod {
    #[serde(flatten)]
    pub period: PromisedPeriod,
    #[serde(flatten)]
    pub standing: PeriodStanding,
}

/// The standing of a period; exactly one applies.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "standing", rename_all = "kebab-case")]
pub enum PeriodStanding {
    Kept {
        visit: VisitId,
        on: NaiveDate,
    },
    KeptLate {
        visit: VisitId,
        on: NaiveDate,
    },
    /// Its window ended without a visit; `visit` is the one that will make up for it.
    Late {
        visit: Option<VisitId>,
    },
    /// Its window has not ended, and there is a visit that can take place.
    Open {
        visit: VisitId,
        on: NaiveDate,
    },
    /// Its window has not ended, and there is no visit, or none that can take place.
    OpenWithout {
        why: NoFitVisit,
    },
    /// The site is closed on every working day of its window.
    Paused {
        why: String,
    },
    Waived {
        by: String,
        why: String,
    },
    /// Another period takes over its promise: the contract's end leaves less than half of it, it was nearly over when
    /// the office took over, or the rhythm has changed since.
    HandedTo {
        number: u32,
    },
    /// The contract ended before its visit took place, and this was not known in time.
    ContractEnded,
    /// Less than half of its window was left when the office took over.
    BeforeTheOffice,
}

/// A record or report that a visit owes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JudgedPaper {
    pub contract: ContractCode,
    pub term: TermName,
    pub visit: VisitId,
    pub paper: AuditedPaper,
    /// The day at the site from which it is counted; not counted itself.
    pub since_on: NaiveDate,
    /// The last day in time, at the site; `None` if no calendar knows the days.
    pub due_on: Option<NaiveDate>,
    #[serde(flatten)]
    pub standing: PaperStanding,
}

/// What a visit owes, besides taking place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuditedPaper {
    Record,
    Report,
    /// A revision that corrects a filed report.
    Correction {
        revision: u32,
    },
}

/// The standing of a record or report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "standing", rename_all = "kebab-case")]
pub enum PaperStanding {
    Kept {
        at: Instant,
    },
    KeptLate {
        at: Instant,
    },
    Open,
    Late,
    Waived {
        by: String,
        why: String,
    },
    /// No calendar knows the days.
    Uncounted {
        filed_at: Option<Instant>,
    },
}

#[cfg(test)]
mod tests;
