//! The digest: what one manager should know and decide today (P31).

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use super::Instant;
use super::calendar::Ledger;
use super::contract::Purpose;
use super::deadline::{DeadlineId, Move, Owed};
use super::notice::UndeliveredWords;
use super::slots::Unplanned;
use super::visit::VisitId;

/// One manager's digest of one local day. Lists are complete; the letter shortens them and says so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Digest {
    pub manager: String,
    pub manager_name: String,
    /// The manager's own day.
    pub day: NaiveDate,
    pub written_at: Instant,
    /// Most days late first.
    pub late: Vec<DueLine>,
    pub due_today: Vec<DueLine>,
    /// Due within the next two working days and not yet met.
    pub at_risk: Vec<DueLine>,
    /// Visits whose day has passed and that have no record.
    pub without_record: Vec<VisitLine>,
    pub not_planned: Vec<NotPlannedLine>,
    /// Deadlines that cannot be counted, because a calendar does not know the days.
    pub not_counted: Vec<NotCountedLine>,
    /// Due days that a changed calendar has moved since the manager's last digest.
    #[serde(default)]
    pub moved: Vec<MovedLine>,
    pub undelivered: Vec<UndeliveredWords>,
    /// Reports that nobody can be sent: their site has no contact for reports.
    pub without_recipient: Vec<VisitLine>,
    pub today: Vec<VisitLine>,
    /// After today, through the seventh day.
    pub week: Vec<VisitLine>,
    /// Trainings within the next 30 days.
    pub trainings: Vec<VisitLine>,
    /// Warranties that end within the next 60 days (P15).
    pub phases: Vec<PhaseLine>,
    pub compliance: Compliance,
}

impl Digest {
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
            && self.without_recipient.is_empty()
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
    pub site: String,
    pub site_name: String,
    pub engineer: Option<String>,
    pub since_on: NaiveDate,
    pub due_on: NaiveDate,
    /// Working days late, in the calendar of the deadline; at least 1 for a late one, else 0.
    pub days_late: u32,
    pub provisional: bool,
    pub ledger: Option<Ledger>,
}

/// A visit in the digest; day and time at the site.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VisitLine {
    pub visit: VisitId,
    pub purpose: Purpose,
    pub customer: String,
    pub site: String,
    pub site_name: String,
    pub day: NaiveDate,
    pub starts: NaiveTime,
    pub engineer: String,
}

/// A slot without a visit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NotPlannedLine {
    pub site: String,
    pub site_name: String,
    pub purpose: Purpose,
    pub first_on: NaiveDate,
    pub last_on: NaiveDate,
    /// How many slots of this site are in the same case; the days are the first one's.
    pub slots: u32,
    pub why: Unplanned,
}

/// A deadline whose due day is not known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NotCountedLine {
    pub deadline: DeadlineId,
    pub owed: Owed,
    pub site: String,
    pub site_name: String,
    pub why: String,
}

/// A deadline that fell on another day when a calendar changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MovedLine {
    pub deadline: DeadlineId,
    pub owed: Owed,
    pub site: String,
    pub site_name: String,
    pub moved: Move,
}

/// An equipment whose warranty ends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PhaseLine {
    pub equipment: String,
    pub equipment_name: String,
    pub site_name: String,
    /// Last day of the warranty.
    pub warranty_ends_on: NaiveDate,
}

/// Promises of the manager's month so far, kept and broken, by the month in which they were due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Compliance {
    /// First day of the month.
    pub month: NaiveDate,
    pub kept: u32,
    pub met_late: u32,
    pub late: u32,
    pub reports_kept: u32,
    pub reports_met_late: u32,
    pub reports_late: u32,
}

impl Compliance {
    /// Share of promises kept in time among those that are decided, in percent, rounded down; None where none is.
    #[must_use]
    pub fn percent(self) -> Option<u32> {
        let all = self.kept + self.met_late + self.late;
        (all > 0).then(|| self.kept * 100 / all)
    }
}
