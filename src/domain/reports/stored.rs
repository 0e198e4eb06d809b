//! Reports in the form in which they are stored: issued, chained, filed.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::DocumentKind;
use crate::Instant;
use crate::contract::Purpose;
use crate::ids::{SiteCode, VisitId};
use crate::language::Language;
use crate::letters::letter::LetterState;

/// A record that is waiting for its report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreported {
    pub visit: VisitId,
    /// The record's canonical JSON.
    pub body: String,
    /// When its report could first be drawn.
    pub ready_at: Instant,
}

/// A report or certificate that was drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredReport {
    pub visit: VisitId,
    pub revision: i64,
    pub kind: DocumentKind,
    pub language: Language,
    pub sha256: String,
    /// SHA-256 of the record; `None`: issued before this was stored, and its record no longer exists.
    pub record_sha256: Option<String>,
    pub issued_at: Instant,
}

/// A filing: when and how a report was delivered to the customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filing {
    pub visit: VisitId,
    pub revision: i64,
    pub filed_at: Instant,
    /// JSON: how, to whom, on whose word.
    pub how: String,
}

/// A corrected version of a filed report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportCorrection {
    /// The revision of the corrected report.
    pub revision: u32,
    /// `None`: not drawn yet.
    pub issued_at: Option<Instant>,
    pub handed_over_at: Option<Instant>,
}

/// The contents of [`Filing::how`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how")]
pub enum FiledHow {
    #[serde(rename = "mail")]
    Mail {
        /// The contract's rule by which it was filed, in the form used in contracts; `None` if an earlier version filed
        /// it when all letters had been accepted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        delivered_to: Option<String>,
        /// Those who had received it by then.
        accepted_by_the_servers_of: Vec<String>,
    },
    #[serde(rename = "handed over")]
    HandedOver { by: String, to: Option<String>, on: NaiveDate },
    /// Written by another version.
    #[serde(other)]
    Otherwise,
}

impl FiledHow {
    /// Parses the contents of a filing.
    #[must_use]
    pub fn of(how: &str) -> FiledHow {
        serde_json::from_str(how).unwrap_or(FiledHow::Otherwise)
    }
}

/// An entry of `ronda report list`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReportLine {
    pub visit: VisitId,
    pub site: SiteCode,
    /// Of the document.
    pub kind: DocumentKind,
    /// Of the visit.
    pub purpose: Purpose,
    pub revision: i64,
    pub completed_at: Option<Instant>,
    pub due_on: Option<NaiveDate>,
    pub late_from: Option<Instant>,
    pub issued_at: Instant,
    pub filed_at: Option<Instant>,
    pub sha256: String,
}

/// The last report of a site's chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainHead {
    /// Counted from 1.
    pub number: i64,
    pub sha256: String,
}

/// A report in its site's chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chained {
    pub site: SiteCode,
    /// Counted from 1, without gaps.
    pub number: i64,
    pub visit: VisitId,
    pub revision: i64,
    /// SHA-256 of the report itself.
    pub sha256: String,
    /// SHA-256 of the report with the previous number, as stated in this one.
    pub previous_sha256: Option<String>,
    pub issued_at: Instant,
}

/// An issued report, as known to somebody who has a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    pub visit: VisitId,
    pub revision: i64,
    pub kind: DocumentKind,
    pub sha256: String,
    /// SHA-256 of the record; `None`: issued before this was stored, and its record no longer exists.
    pub record_sha256: Option<String>,
    pub issued_at: Instant,
    pub completed_at: Option<Instant>,
    pub site: SiteCode,
    pub site_name: String,
    pub time_zone: String,
    /// The latest issued revision.
    pub latest: i64,
}

/// A letter that encloses a visit's report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BearingLetter {
    pub state: LetterState,
    pub owed_at: Instant,
    /// When a server accepted it.
    pub sent_at: Option<Instant>,
    pub to: String,
    pub to_name: String,
    /// When its reader turned out to be unreachable.
    pub lost_at: Option<Instant>,
}
