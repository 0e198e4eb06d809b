//! What letters say of a deadline.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::calendar::Ledger;
use crate::contract::{FlagAt, Purpose};
use crate::ids::{DeadlineId, SiteCode, VisitId};
use crate::promises::Owed;

/// A deadline as described in letters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeadlineWords {
    pub id: DeadlineId,
    pub owed: Owed,
    pub at: FlagAt,
    pub visit: Option<VisitId>,
    pub purpose: Purpose,
    pub customer: String,
    pub site: SiteCode,
    pub site_name: String,
    /// The name of the responsible engineer, if there is one.
    pub engineer: Option<String>,
    pub since_on: NaiveDate,
    /// Last day in time, at the site.
    pub due_on: NaiveDate,
    /// Working days late when the letter is written; 0 while it is in time.
    pub days_late: u32,
    /// Of a record: the last day on which the report that is drawn from it is in time, if that is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report_due_on: Option<NaiveDate>,
    pub ledger: Option<Ledger>,
}
