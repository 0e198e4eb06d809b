//! Notices: what is said to whom, before it is put into words. `mail::compose` makes letters of them.

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use super::Instant;
use super::calendar::Ledger;
use super::contract::{FlagAt, Purpose};
use super::deadline::{DeadlineId, Owed};
use super::digest::{Digest, Review};
use super::language::Language;
use super::record::Attendee;
use super::visit::VisitId;

/// One person or desk that a letter goes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reader {
    pub name: String,
    pub email: String,
    pub language: Language,
    pub role: ReaderRole,
}

/// In what capacity the reader is told; wording differs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReaderRole {
    /// Engineer code.
    Engineer(String),
    /// Manager code.
    Manager(String),
    /// A customer's contact; its email.
    Customer(String),
}

impl ReaderRole {
    /// `engineer:E-1`, `manager:M-1`, `customer:ops@example.org`: the last part of a letter's key.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            ReaderRole::Engineer(code) => format!("engineer:{code}"),
            ReaderRole::Manager(code) => format!("manager:{code}"),
            ReaderRole::Customer(email) => format!("customer:{email}"),
        }
    }
}

/// A visit, as letters name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitWords {
    pub id: VisitId,
    pub purpose: Purpose,
    pub customer: String,
    pub site: String,
    pub site_name: String,
    pub address: String,
    /// Day and time at the site.
    pub day: NaiveDate,
    pub starts: NaiveTime,
    pub takes_minutes: u32,
    pub engineer: String,
    pub engineer_phone: String,
    /// Names of the equipment that is looked at.
    pub equipment: Vec<String>,
    /// Topics of a training.
    pub topics: Vec<String>,
}

/// A document that goes with a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    pub file_name: String,
    pub media_type: &'static str,
    pub bytes: std::sync::Arc<Vec<u8>>,
}

/// Something to be told.
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    VisitAnnounced {
        visit: VisitWords,
    },
    /// `was`: day and time before the move.
    VisitMoved {
        visit: VisitWords,
        was: (NaiveDate, NaiveTime),
    },
    VisitCancelled {
        visit: VisitWords,
        reason: String,
    },
    /// The working day before.
    VisitReminder {
        visit: VisitWords,
    },
    /// A record says that the visit did not take place.
    VisitNotDone {
        visit: VisitWords,
        reason: String,
    },
    /// P04: the report, attached.
    ReportDelivered {
        visit: VisitWords,
        completed_on: NaiveDate,
        pdf: Attachment,
    },
    /// P09, P10: the certificate, attached.
    CertificateDelivered {
        visit: VisitWords,
        completed_on: NaiveDate,
        attendees: Vec<Attendee>,
        pdf: Attachment,
    },
    /// A deadline reached a level.
    DeadlineFlagged {
        deadline: DeadlineWords,
    },
    Digest(Box<Digest>),
    /// How a week or a month went (P31).
    Review(Box<Review>),
    /// To the office's managers: a letter was given up.
    Undelivered {
        letter: UndeliveredWords,
    },
}

impl Notice {
    /// The word in keys, templates and lists.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Notice::VisitAnnounced { .. } => "visit-announced",
            Notice::VisitMoved { .. } => "visit-moved",
            Notice::VisitCancelled { .. } => "visit-cancelled",
            Notice::VisitReminder { .. } => "visit-reminder",
            Notice::VisitNotDone { .. } => "visit-not-done",
            Notice::ReportDelivered { .. } => "report-delivered",
            Notice::CertificateDelivered { .. } => "certificate-delivered",
            Notice::DeadlineFlagged { .. } => "deadline-flagged",
            Notice::Digest(_) => "digest",
            Notice::Review(_) => "review",
            Notice::Undelivered { .. } => "undelivered",
        }
    }
}

/// A deadline, as letters name it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeadlineWords {
    pub id: DeadlineId,
    pub owed: Owed,
    pub at: FlagAt,
    pub visit: Option<VisitId>,
    pub purpose: Purpose,
    pub customer: String,
    pub site: String,
    pub site_name: String,
    /// Name of the engineer in charge, if there is one.
    pub engineer: Option<String>,
    pub since_on: NaiveDate,
    /// Last day in time, at the site.
    pub due_on: NaiveDate,
    /// Working days late at the time of writing; 0 while it is in time.
    pub days_late: u32,
    pub ledger: Option<Ledger>,
}

/// A letter that was given up, as letters and digests name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndeliveredWords {
    pub letter: i64,
    pub subject: String,
    pub to: String,
    pub notice: String,
    pub given_up_at: Instant,
    /// What the server said.
    pub outcome: String,
    pub attempts: u32,
}

/// One message to one recipient, rendered to its final bytes once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// What makes it unique, for example `visit-announced/V12/0/engineer:E-1`.
    pub key: String,
    pub notice: &'static str,
    /// Without angle brackets; made from the key, so that the same letter always has the same.
    pub message_id: String,
    pub to: Reader,
    pub subject: String,
    /// The whole message as it goes over the wire, CRLF.
    pub bytes: Vec<u8>,
    pub visit: Option<VisitId>,
    pub deadline: Option<DeadlineId>,
}
