//! Flags and turnaround times in the form in which they are stored.

use chrono::NaiveDate;

use crate::Instant;
use crate::ids::SiteCode;

/// A current flag of a deadline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RaisedFlag {
    /// The step's word, for example `late-1`.
    pub level: String,
    /// The day at the site on which the step falls.
    pub dated: NaiveDate,
    pub raised_at: Instant,
}

/// How long a report took to be filed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportTurnaround {
    /// The day on which the visit was completed.
    pub completed_on: NaiveDate,
    pub filed_at: Instant,
    pub site: SiteCode,
}
