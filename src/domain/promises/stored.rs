//! What was raised and kept of promises, as it is on file.

use chrono::NaiveDate;

use crate::Instant;
use crate::ids::SiteCode;

/// A flag that stands on a deadline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RaisedFlag {
    /// The level's word, for example `late-1`.
    pub level: String,
    /// The day that the level falls on at the site.
    pub dated: NaiveDate,
    pub raised_at: Instant,
}

/// How long one report took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportTurnaround {
    /// The day on which the visit was completed.
    pub completed_on: NaiveDate,
    pub filed_at: Instant,
    pub site: SiteCode,
}
