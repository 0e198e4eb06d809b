//! Reports as they are on file: issued, chained, filed.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::DocumentKind;
use crate::Instant;
use crate::contract::Purpose;
use crate::ids::{SiteCode, VisitId};
use crate::language::Language;
use crate::letters::letter::LetterState;

/// A record that waits for its report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreported {
    pub visit: VisitId,
    /// The record's canonical JSON.
    pub body: String,
    /// From then on its report could be drawn.
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
    /// Of the record that it was drawn from; None: issued before that was kept, and its record is gone.
    pub record_sha256: Option<String>,
    pub issued_at: Instant,
}

/// A filing: when and how the report reached the customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filing {
    pub visit: VisitId,
    pub revision: i64,
    pub filed_at: Instant,
    /// JSON: how, to whom, who says so.
    pub how: String,
}

/// A report that corrects one that was filed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportCorrection {
    /// Of the corrected report.
    pub revision: u32,
    /// None: it is not drawn yet.
    pub issued_at: Option<Instant>,
    pub handed_over_at: Option<Instant>,
}

/// What stands in [`Filing::how`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how")]
pub enum FiledHow {
    #[serde(rename = "mail")]
    Mail {
        /// The contract's rule by which it was filed, as contracts write it; none where an earlier version has filed it
        /// with the last of all letters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        delivered_to: Option<String>,
        /// Those who had it by then.
        accepted_by_the_servers_of: Vec<String>,
    },
    #[serde(rename = "handed over")]
    HandedOver { by: String, to: Option<String>, on: NaiveDate },
    /// Words of another version.
    #[serde(other)]
    Otherwise,
}

impl FiledHow {
    /// What a filing says.
    #[must_use]
    pub fn of(how: &str) -> FiledHow {
        serde_json::from_str(how).unwrap_or(FiledHow::Otherwise)
    }
}

/// A line of `ronda report list`.
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
    /// From 1.
    pub number: i64,
    pub sha256: String,
}

/// A report in its site's chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chained {
    pub site: SiteCode,
    /// From 1, without gaps.
    pub number: i64,
    pub visit: VisitId,
    pub revision: i64,
    /// Of the report itself.
    pub sha256: String,
    /// Of the report at `number - 1`, as this one names it.
    pub previous_sha256: Option<String>,
    pub issued_at: Instant,
}

/// An issued report, as somebody who holds a copy knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    pub visit: VisitId,
    pub revision: i64,
    pub kind: DocumentKind,
    pub sha256: String,
    /// Of the record that it was drawn from; None: issued before that was kept, and its record is gone.
    pub record_sha256: Option<String>,
    pub issued_at: Instant,
    pub completed_at: Option<Instant>,
    pub site: SiteCode,
    pub site_name: String,
    pub time_zone: String,
    /// The latest revision that was issued.
    pub latest: i64,
}

/// A letter that bears a visit's report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BearingLetter {
    pub state: LetterState,
    pub owed_at: Instant,
    /// When a server took it.
    pub sent_at: Option<Instant>,
    pub to: String,
    pub to_name: String,
    /// When it turned out that mail does not reach its reader.
    pub lost_at: Option<Instant>,
}
