//! The digest: what one manager should know and decide today (P31).

mod habit;
mod review;

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use super::Instant;
use super::access::Matter;
use super::audit::promises::held::{DifferencePlace, DifferenceReading};
use super::calendar::Ledger;
use super::contract::Purpose;
use super::letters::undelivered::UndeliveredWords;
use super::planning::slots::Unplanned;
use super::promises::{Move, Owed};
use super::records::form::ReviewWhy;
use super::visits::fit::Unfit;
use crate::ids::{ContractCode, DeadlineId, EquipmentCode, FormId, LetterId, ManagerCode, SiteCode, VisitId};

pub use habit::{FEWEST_REPORTS, Habit, LAST_REPORTS, Risk, SOON, risk_of_report};
pub use review::{Period, Review, Rhythm};

/// How many late entries a letter shows.
pub const LATE_SHOWN: usize = 6;
/// How many entries of any other list a letter shows; together with the late ones, they fit on one screen.
pub const SHOWN: usize = 4;

/// One manager's digest for one local day. The lists are complete; the letter shortens them and says so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Digest {
    pub manager: ManagerCode,
    pub manager_name: String,
    /// The day in the manager's time zone.
    pub day: NaiveDate,
    pub written_at: Instant,
    /// Sorted by days late, most first; reports that wait for a record come last.
    pub late: Vec<DueLine>,
    pub due_today: Vec<DueLine>,
    /// Not late yet, but likely to become late: see [`Risk`].
    pub at_risk: Vec<DueLine>,
    /// Visits whose day has passed without a record; if the record is already late, they are in `late` instead.
    pub without_record: Vec<DueLine>,
    pub not_planned: Vec<NotPlannedLine>,
    /// Deadlines that cannot be counted because a calendar does not know the days.
    pub not_counted: Vec<NotCountedLine>,
    /// Due days moved by a calendar change since the manager's last digest.
    #[serde(default)]
    pub moved: Vec<MovedLine>,
    /// New promises since the manager's last digest whose current period was nearly over (P01, P10).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub begun: Vec<BegunLine>,
    pub undelivered: Vec<UndeliveredLine>,
    /// Contacts who cannot be reached by mail: a server has reported that nobody is at their address.
    #[serde(default)]
    pub unreachable: Vec<UnreachableLine>,
    /// Booked visits that cannot take place as booked, and what could be done instead.
    #[serde(default)]
    pub unfit: Vec<UnfitLine>,
    /// Such visits whose day has passed, and that have no record: did they take place?
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubtful: Vec<UnfitLine>,
    /// Such visits that were booked anew by themselves since the manager's last digest.
    #[serde(default)]
    pub rebooked: Vec<VisitLine>,
    /// Visits that were cancelled or did not take place since the manager's last digest, and what is planned instead.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub called_off: Vec<CalledOffLine>,
    /// Visits that could not inspect everything, and for whose rest nobody is booked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub incomplete: Vec<IncompleteLine>,
    /// Such visits for whose rest a visit is booked; until it was seen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rests: Vec<IncompleteLine>,
    /// Letters that should have been written by now and could not be.
    #[serde(default)]
    pub unwritten: Vec<UnwrittenLine>,
    /// Booked visits that an invited person asks to move.
    #[serde(default)]
    pub asked_to_move: Vec<AskedLine>,
    /// Forms submitted from phones that could not be accepted as they were (P03).
    #[serde(default)]
    pub to_review: Vec<FormLine>,
    /// Notes by engineers for the office since the manager's last digest.
    #[serde(default)]
    pub notes: Vec<FormLine>,
    /// Differences between the books and the facts that nobody has accepted (R23).
    #[serde(default)]
    pub differences: Vec<DifferenceLine>,
    /// Visits that are booked, or whose report is owed, at sites where nobody receives reports.
    pub without_recipient: Vec<VisitLine>,
    /// Visits from today through the seventh day.
    pub week: Vec<VisitLine>,
    /// Trainings within the next 30 days.
    pub trainings: Vec<VisitLine>,
    /// Warranties that end within the next 60 days (P15).
    pub phases: Vec<PhaseLine>,
    /// The month so far.
    pub compliance: Compliance,
    /// The previous months and this one, oldest first.
    pub trend: Vec<Compliance>,
    /// The secret address of the page with the complete lists; `None` if the office has no public pages.
    pub link: Option<String>,
}

impl Digest {
    /// All lists whose lines link to a page, each limited to the lines that the letter shows.
    pub fn linked(&mut self) -> impl Iterator<Item = (&Matter, &mut Option<String>)> {
        fn due(lines: &mut [DueLine], shown: usize) -> impl Iterator<Item = (&Matter, &mut Option<String>)> {
            lines.iter_mut().take(shown).map(|line| (&line.matter, &mut line.link))
        }
        due(&mut self.late, LATE_SHOWN)
            .chain(due(&mut self.due_today, SHOWN))
            .chain(due(&mut self.at_risk, SHOWN))
            .chain(due(&mut self.without_record, SHOWN))
            .chain(self.not_planned.iter_mut().take(SHOWN).filter_map(|line| {
                let matter = line.matter.as_ref()?;
                Some((matter, &mut line.link))
            }))
            .chain(self.not_counted.iter_mut().take(SHOWN).map(|line| (&line.matter, &mut line.link)))
            .chain(self.undelivered.iter_mut().take(SHOWN).map(|line| (&line.matter, &mut line.link)))
            .chain(self.unreachable.iter_mut().take(SHOWN).map(|line| (&line.matter, &mut line.link)))
            .chain(self.unfit.iter_mut().take(SHOWN).map(|line| (&line.visit.matter, &mut line.visit.link)))
            .chain(self.doubtful.iter_mut().take(SHOWN).map(|line| (&line.visit.matter, &mut line.visit.link)))
            .chain(self.incomplete.iter_mut().take(SHOWN).map(|line| (&line.visit.matter, &mut line.visit.link)))
            .chain(self.asked_to_move.iter_mut().take(SHOWN).map(|line| (&line.visit.matter, &mut line.visit.link)))
            .chain(self.to_review.iter_mut().take(SHOWN).map(|line| (&line.visit.matter, &mut line.visit.link)))
            .chain(self.without_recipient.iter_mut().take(SHOWN).map(|line| (&line.matter, &mut line.link)))
    }

    /// Whether there is nothing to decide today, nothing ends soon and no due day has moved; then two lines are enough.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.is_all_well()
            && self.phases.is_empty()
            && self.moved.is_empty()
            && self.begun.is_empty()
            && self.notes.is_empty()
            && self.rebooked.is_empty()
            && self.called_off.is_empty()
            && self.rests.is_empty()
    }

    /// Whether there is nothing to act on.
    #[must_use]
    pub fn is_all_well(&self) -> bool {
        self.late.is_empty()
            && self.due_today.is_empty()
            && self.at_risk.is_empty()
            && self.without_record.is_empty()
            && self.not_planned.is_empty()
            && self.not_counted.is_empty()
            && self.undelivered.is_empty()
            && self.unreachable.is_empty()
            && self.unfit.is_empty()
            && self.doubtful.is_empty()
            && self.incomplete.is_empty()
            && self.unwritten.is_empty()
            && self.asked_to_move.is_empty()
            && self.to_review.is_empty()
            && self.without_recipient.is_empty()
            && self.differences.is_empty()
    }
}

/// A deadline in the digest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DueLine {
    pub deadline: DeadlineId,
    pub owed: Owed,
    pub purpose: Purpose,
    pub visit: Option<VisitId>,
    pub customer: String,
    pub site: SiteCode,
    pub site_name: String,
    pub engineer: Option<String>,
    pub since_on: NaiveDate,
    pub due_on: NaiveDate,
    /// Working days late, in the deadline's calendar; at least 1 if late, otherwise 0.
    pub days_late: u32,
    pub provisional: bool,
    pub ledger: Option<Ledger>,
    /// What it is waiting for; only set in lines that a letter shows.
    pub waits_for: Option<WaitsFor>,
    /// Why it is in `at_risk`.
    pub risk: Option<Risk>,
    pub matter: Matter,
    /// The secret address of its page.
    pub link: Option<String>,
}

/// What has to happen before a deadline can be met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WaitsFor {
    /// The engineer has not submitted the record.
    Record,
    /// The record has arrived, and the report is not drawn yet.
    Drawing,
    /// The report was sent, and not every server has accepted it yet.
    Delivery,
    /// A server rejected the report's letter permanently.
    Refused,
    /// Nobody receives reports for the site.
    Recipient,
    /// A visit is planned for this day, at the site.
    Visit { day: NaiveDate },
    /// No visit is planned.
    Planning,
    /// The visit could not inspect everything, and nobody is booked for the rest.
    Rest,
}

/// A letter that was given up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndeliveredLine {
    pub letter: UndeliveredWords,
    pub matter: Matter,
    pub link: Option<String>,
}

/// A contact who cannot be reached by mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreachableLine {
    pub name: String,
    pub email: String,
    /// The customer's name.
    pub customer: String,
    /// The site that the contact belongs to; `None`: all sites of the customer.
    pub site_name: Option<String>,
    /// The day, in the manager's time zone, on which this became known.
    pub since_on: NaiveDate,
    /// The server's message.
    pub said: String,
    /// The letter that was refused or returned; if it is sent again, the address counts as reachable.
    pub matter: Matter,
    pub link: Option<String>,
}

/// A letter that could not be written; it will be tried again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnwrittenLine {
    pub letter: LetterId,
    pub to: String,
    /// The word of its notice.
    pub notice: String,
    pub why: String,
}

/// A visit in the digest; day and time are local at the site.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VisitLine {
    pub visit: VisitId,
    pub purpose: Purpose,
    pub customer: String,
    pub site: SiteCode,
    pub site_name: String,
    pub day: NaiveDate,
    pub starts: NaiveTime,
    pub engineer: String,
    pub matter: Matter,
    pub link: Option<String>,
}

/// A slot without a visit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NotPlannedLine {
    pub site: SiteCode,
    pub site_name: String,
    pub purpose: Purpose,
    pub first_on: NaiveDate,
    pub last_on: NaiveDate,
    /// How many slots of this site have the same problem; the days are those of the first.
    pub slots: u32,
    pub why: Unplanned,
    /// The first of its slots; `None` for a contract without terms.
    pub matter: Option<Matter>,
    pub link: Option<String>,
}

/// A deadline whose due day is unknown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NotCountedLine {
    pub deadline: DeadlineId,
    pub owed: Owed,
    pub site: SiteCode,
    pub site_name: String,
    pub why: String,
    pub matter: Matter,
    pub link: Option<String>,
}

/// A difference between the office's books and the facts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DifferenceLine {
    /// The difference's number, for `ronda audit accept`.
    pub number: i64,
    pub site: SiteCode,
    pub site_name: String,
    pub place: DifferencePlace,
    pub facts: DifferenceReading,
    pub held: DifferenceReading,
}

/// A booked visit that cannot take place as booked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnfitLine {
    pub visit: VisitLine,
    /// All reasons.
    pub reasons: Vec<Unfit>,
    /// `None`: nobody could make it within its window.
    pub proposal: Option<ProposalLine>,
}

/// A visit that was cancelled or did not take place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CalledOffLine {
    /// As it was.
    pub visit: VisitLine,
    /// In somebody's own words.
    pub reason: String,
    pub instead: Instead,
}

/// A visit that could not inspect everything.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IncompleteLine {
    pub visit: VisitLine,
    /// How many checks are still to be made.
    pub checks: usize,
    /// The engineers' reasons, each once.
    pub why: Vec<String>,
    /// The visit that is booked for the rest.
    pub rest: Option<RestLine>,
}

/// A visit for the rest of another one; the day is the site's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestLine {
    pub visit: VisitId,
    pub day: NaiveDate,
    pub engineer: String,
}

/// What serves the period of a visit that was called off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "instead", rename_all = "kebab-case")]
pub enum Instead {
    /// Another visit, or the same one on another day.
    Visit { visit: VisitId, day: NaiveDate },
    /// Nothing yet.
    Nothing,
    /// It served no period.
    NotNeeded,
}

/// Who could make a visit, and when; day and time at the site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposalLine {
    pub engineer: String,
    pub day: NaiveDate,
    pub starts: NaiveTime,
}

/// A visit that an invited person asks to move.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AskedLine {
    pub visit: VisitLine,
    pub by: String,
    /// The person's own words.
    pub comment: Option<String>,
}

/// A form submitted from a phone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FormLine {
    pub visit: VisitLine,
    /// The form's number, for `ronda form`.
    pub form: FormId,
    /// Why it is waiting for a manager; `None`: it is the visit's record.
    pub why: Option<ReviewWhy>,
    /// The engineer's note for the office; may be empty.
    pub note: String,
}

/// A deadline moved by a calendar change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MovedLine {
    pub deadline: DeadlineId,
    pub owed: Owed,
    pub site: SiteCode,
    pub site_name: String,
    pub moved: Move,
}

/// A new promise for which nothing is owed before its next period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BegunLine {
    pub contract: ContractCode,
    pub purpose: Purpose,
    /// The number of sites.
    pub sites: u32,
    /// The first day of the next period.
    pub next_on: NaiveDate,
}

/// Equipment whose warranty ends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PhaseLine {
    pub equipment: EquipmentCode,
    pub equipment_name: String,
    pub site_name: String,
    /// The last day of the warranty.
    pub warranty_ends_on: NaiveDate,
}

/// Promises of a period, kept and broken, counted in the period in which they were due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Compliance {
    /// The first day of the period, which is a month in the daily digest.
    pub month: NaiveDate,
    pub kept: u32,
    pub met_late: u32,
    pub late: u32,
    /// Waived by a manager and not met in time: neither kept nor broken, but always shown.
    #[serde(rename = "excused")]
    pub waived: u32,
    pub reports_kept: u32,
    pub reports_met_late: u32,
    pub reports_late: u32,
}

impl Compliance {
    /// Promises that are decided: kept or broken.
    #[must_use]
    pub fn decided(self) -> u32 {
        self.kept + self.met_late + self.late
    }

    /// Percentage of decided promises that were kept in time, rounded down; `None` if none is decided.
    #[must_use]
    pub fn percent(self) -> Option<u32> {
        let all = self.decided();
        (all > 0).then(|| u32::try_from(u64::from(self.kept) * 100 / u64::from(all)).expect("at most 100"))
    }

    /// Adds promises of one kind.
    pub fn add(&mut self, owed: Owed, counts: Counts) {
        let Counts { kept, met_late, late, waived } = counts;
        self.kept += kept;
        self.met_late += met_late;
        self.late += late;
        self.waived += waived;
        match owed {
            Owed::Report => {
                self.reports_kept += kept;
                self.reports_met_late += met_late;
                self.reports_late += late;
            }
            Owed::Visit | Owed::Training | Owed::Record => {}
        }
    }
}

/// The number of promises per outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    pub kept: u32,
    pub met_late: u32,
    pub late: u32,
    pub waived: u32,
}
