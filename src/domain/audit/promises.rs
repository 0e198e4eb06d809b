//! The auditor: what was promised and how it stands, derived from raw facts alone (R23).
//!
//! It reads contracts, calendars, visits, records, deliveries and people, and nothing that the office has concluded from
//! them: no slot, no deadline, no flag. It counts periods and days by code of its own, so that a mistake of the planner or
//! the sweep is not made a second time here; tests/tidy holds what these files may name. What the store holds of the same
//! is compared in [`held`].

mod fit;
pub mod held;
mod judge;
mod papers;
mod periods;
mod promised;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::Instant;
use crate::calendar::{Calendar, WorkingDays};
use crate::contract::{CountedOn, DeliveredTo, Purpose};
use crate::ids::{ContractCode, CustomerCode, EngineerCode, SiteCode, TermName, VisitId};
use crate::time::Zone;
pub use judge::{audit_line, sealed_through};
pub use papers::audit_papers;
pub use periods::PromisedDay;

/// A term of a contract with its periods, the same at each of the contract's sites.
#[derive(Debug, Clone, PartialEq)]
pub struct PromisedTerm {
    pub contract: ContractCode,
    pub customer: CustomerCode,
    pub term: TermName,
    pub purpose: Purpose,
    /// The contract's first day.
    pub accepted_on: NaiveDate,
    /// Its last day, inclusive; None: for the life of the equipment.
    pub ends_on: Option<NaiveDate>,
    /// In the order of their numbers, through those that begin by the day that was asked for.
    pub periods: Vec<PromisedPeriod>,
    /// Within how long records and reports are owed, by the day from which on it is so.
    pub papers: Vec<PaperTerms>,
    /// Who has to have the report.
    pub delivered_to: DeliveredTo,
    /// Whose working days the report's count.
    pub counted_on: CountedOn,
    /// What is flagged as soon as it is late.
    pub flagged: FlaggedWhenLate,
    /// What the periods and counts come from, as one text: while it stays the same, so do they.
    pub fingerprint: String,
}

/// Within how long the records and reports of a term are owed that are opened from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaperTerms {
    pub since_on: NaiveDate,
    pub record_within: WorkingDays,
    pub report_within: WorkingDays,
}

/// Which of a term's debts are flagged on the first late day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlaggedWhenLate {
    pub visit: bool,
    pub record: bool,
    pub report: bool,
}

/// A period of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PromisedPeriod {
    /// From 1, counted from the contract's first day.
    pub number: u32,
    /// The days of the contract that are its own, both inclusive.
    pub begins_on: NaiveDate,
    pub ends_on: NaiveDate,
    /// The days on which its visit is in time, both inclusive.
    pub first_on: NaiveDate,
    pub last_on: NaiveDate,
    /// The number of the period that its days belong to: the one before, where the contract's end leaves less than half of
    /// it; the next, where the office or another rhythm came when less than half was left.
    pub handed_to: Option<u32>,
    /// The last of the days that it would have but for another rhythm.
    #[serde(skip)]
    pub would_end_on: NaiveDate,
    /// What its promise gives way to where its visit has not taken place by then.
    pub gives_way: Option<GivesWay>,
}

/// How a period's promise ends before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct GivesWay {
    /// A visit that took place before this day keeps it, and on this day one that was made for it: it was on file as done
    /// when the change came. One that was still to be done by then is made for the period that takes over.
    pub from: NaiveDate,
    /// The number of the period that takes over; None: the contract had ended.
    pub to: Option<u32>,
}

/// What the auditor knows of one site.
#[derive(Debug, Clone)]
pub struct AuditedSite<'a> {
    pub site: &'a SiteCode,
    pub zone: &'a Zone,
    pub now: Instant,
    /// The site's own working days; None: no calendar knows the place.
    pub calendar: Option<Calendar>,
    /// All that ever stood there.
    pub equipment: Vec<AuditedEquipment<'a>>,
    pub visits: Vec<AuditedVisit>,
    pub waivers: Vec<AuditedWaiver>,
    pub engineers: &'a BTreeMap<EngineerCode, AuditedEngineer>,
}

impl AuditedSite<'_> {
    /// The day it is at the site.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.zone.day(self.now)
    }
}

/// Something of one site, in a page of many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfSite<T> {
    pub site: SiteCode,
    pub of: T,
}

/// Since when the office answers for a term at a site, and through when its periods are closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnsweredPromise {
    pub site: SiteCode,
    pub contract: ContractCode,
    pub term: TermName,
    /// The company's day on which the office first knew of it.
    pub since_on: NaiveDate,
    /// The day of acceptance of a site that was added to the running contract; None: the contract's.
    pub accepted_on: Option<NaiveDate>,
    /// The last day of the periods that are closed; None: of none.
    pub sealed_through: Option<NaiveDate>,
    /// The fingerprint of the term by which they were counted.
    pub sealed_by: Option<String>,
}

impl AnsweredPromise {
    /// One for which the office answers from this day on; nothing of it is closed.
    #[must_use]
    pub fn since(since_on: NaiveDate, site: SiteCode, contract: ContractCode, term: TermName) -> AnsweredPromise {
        AnsweredPromise { site, contract, term, since_on, accepted_on: None, sealed_through: None, sealed_by: None }
    }
}

/// A term as the office answers for it at one site.
#[derive(Debug, Clone)]
pub struct AnsweredTerm<'a> {
    pub term: &'a PromisedTerm,
    /// The office's first day with it; what was nearly over by then was served before.
    pub since_on: NaiveDate,
    /// Periods that end before this day are closed and not looked at.
    pub from: NaiveDate,
    /// Visits are planned for periods that begin by this day.
    pub planned_through: NaiveDate,
    /// The working days that its reports are counted in.
    pub counted: Option<Calendar>,
}

/// A term of which the period under way was nearly over when the office came: its first visit is the next period's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HandedOn {
    pub customer: CustomerCode,
    pub contract: ContractCode,
    pub term: TermName,
    pub purpose: Purpose,
    /// The first day of the next period.
    pub next_on: NaiveDate,
    /// Where that is so.
    pub sites: Vec<SiteCode>,
}

/// A piece of equipment, as far as it decides who is fit for a visit.
#[derive(Debug, Clone, Copy)]
pub struct AuditedEquipment<'a> {
    /// What it asks for.
    pub skills: &'a [String],
    /// The first day on which it does not stand there any more.
    pub retired_on: Option<NaiveDate>,
}

/// What an engineer masters, through which day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditedSkill {
    pub skill: String,
    pub valid_until: Option<NaiveDate>,
}

/// An engineer, as far as it decides who is fit for a visit.
#[derive(Debug, Clone)]
pub struct AuditedEngineer {
    pub skills: Vec<AuditedSkill>,
    /// The first day on which the engineer is not there any more.
    pub left_on: Option<NaiveDate>,
    /// None: nobody knows their days, and so the site's count.
    pub calendar: Option<Calendar>,
}

/// A visit as it was planned, booked, recorded or cancelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditedVisit {
    pub visit: VisitId,
    pub contract: ContractCode,
    pub term: TermName,
    pub purpose: Purpose,
    /// Which of the term's visits it says it is.
    pub number: u32,
    /// Whether a person added it beside what the term calls for: it serves no period.
    pub is_added: bool,
    pub engineer: EngineerCode,
    /// Its day at the site.
    pub day: NaiveDate,
    pub state: AuditedState,
    /// What a person knew to speak against the booking, in the words of [`NoFitVisit`]'s overruling.
    pub overruled: Vec<String>,
}

/// How far a visit has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditedState {
    Planned,
    Booked,
    Done { completed_at: Instant, recorded_at: Instant, deliveries: Deliveries },
    Cancelled,
}

/// What is known of how a report went to the customer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deliveries {
    /// Its letters that were not withdrawn.
    pub letters: Vec<PaperLetter>,
    /// When somebody handed it over.
    pub handed_over_at: Option<Instant>,
    /// What the office has noted of how its letters were taken for delivered.
    pub noted: NotedRule,
    /// What was corrected after it was filed.
    pub corrections: Vec<AuditedCorrection>,
}

/// A record that was corrected after its report was filed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditedCorrection {
    /// Of the report that is drawn of it.
    pub revision: u32,
    pub corrected_at: Instant,
    /// By the contract of its day; None: it has no clock of its own.
    pub within: Option<WorkingDays>,
    /// When its report was drawn; its letters are those from then on.
    pub issued_at: Option<Instant>,
    pub handed_over_at: Option<Instant>,
}

/// By which rule the office has called a report delivered by mail: that of its day, which stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum NotedRule {
    /// It has not, and the contract's rule counts.
    #[default]
    None,
    By(DeliveredTo),
    /// An earlier version has: with the last of all letters, each of which could take it back.
    OfEarlierVersion,
}

/// A letter that bears a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperLetter {
    pub owed_at: Instant,
    pub is: PaperLetterIs,
    /// Name and address of its reader.
    pub name: String,
    pub email: String,
    /// When a server said that nobody is at the address.
    pub lost_at: Option<Instant>,
}

/// A letter with the visit whose report it bears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditedLetter {
    pub visit: VisitId,
    pub letter: PaperLetter,
}

/// A correction with the visit whose report it corrects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CorrectionOfVisit {
    pub visit: VisitId,
    pub correction: AuditedCorrection,
}

/// Where a letter with a report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaperLetterIs {
    Waiting,
    /// The server of its reader has it.
    Taken {
        at: Instant,
    },
    GivenUp,
}

/// A manager's word that something is not held against anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditedWaiver {
    pub of: WaivedDebt,
    pub by: String,
    pub why: String,
}

/// What a waiver is of.
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

/// A period and how it stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct JudgedPeriod {
    #[serde(flatten)]
    pub period: PromisedPeriod,
    #[serde(flatten)]
    pub standing: PeriodStanding,
}

/// How a period stands: each is exactly one of these.
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
    /// Its window is over and nobody came; `visit` is the one that is to make up for it.
    Late {
        visit: Option<VisitId>,
    },
    /// There is time left, and a visit that can take place.
    Open {
        visit: VisitId,
        on: NaiveDate,
    },
    /// There is time left, and no visit, or none that can take place.
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
    /// Another period has its promise: the contract's end leaves less than half of it, the office came when it was nearly
    /// over, or the contract has another rhythm since.
    HandedTo {
        number: u32,
    },
    /// The contract ended before its visit came, and that was not known in time.
    ContractEnded,
    /// Less than half of its window was left when the office came.
    BeforeTheOffice,
}

/// Why a period has no visit that can take place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "why", rename_all = "kebab-case")]
pub enum NoFitVisit {
    /// Plans do not reach that far yet.
    NotPlannedYet,
    /// There is none.
    NoVisit,
    /// It was cancelled, or did not take place.
    Cancelled {
        visit: VisitId,
    },
    /// Its day has passed, and nobody has recorded it.
    NoRecord {
        visit: VisitId,
        on: NaiveDate,
    },
    /// Its day is not in the window.
    OutsideTheWindow {
        visit: VisitId,
        on: NaiveDate,
    },
    /// The site is not worked at on its day.
    SiteClosed {
        visit: VisitId,
        on: NaiveDate,
    },
    EngineerGone {
        visit: VisitId,
        engineer: EngineerCode,
    },
    EngineerOff {
        visit: VisitId,
        engineer: EngineerCode,
        on: NaiveDate,
    },
    EngineerLacks {
        visit: VisitId,
        engineer: EngineerCode,
        skill: String,
    },
    /// Nothing stands at the site that could be looked at.
    NoEquipment {
        visit: VisitId,
    },
}

/// A record or report that a visit owes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JudgedPaper {
    pub contract: ContractCode,
    pub term: TermName,
    pub visit: VisitId,
    pub paper: AuditedPaper,
    /// The day at the site that its count begins with, not counted itself.
    pub since_on: NaiveDate,
    /// The last day in time at the site; None where no calendar knows the days.
    pub due_on: Option<NaiveDate>,
    #[serde(flatten)]
    pub standing: PaperStanding,
}

/// What a visit owes besides taking place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuditedPaper {
    Record,
    Report,
    /// This revision of a report, which corrects one that was filed.
    Correction {
        revision: u32,
    },
}

/// How a record or report stands.
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
