//! File, environment, credentials → [`Config`]; every problem at once.

use std::path::PathBuf;

use crate::domain::language::Language;
use crate::domain::zone::Zone;

/// How the office is set up.
#[derive(Debug, Clone)]
pub struct Config {
    /// The office's folder: store, documents, outgoing mail.
    pub dir: PathBuf,
    pub company: Company,
    pub planning: Planning,
}

/// Who we are.
#[derive(Debug, Clone)]
pub struct Company {
    pub name: String,
    pub address: String,
    /// Sender of letters.
    pub email: String,
    pub reply_to: Option<String>,
    pub language: Language,
    pub time_zone: Zone,
    /// Calendar of the company's own working days.
    pub calendar: String,
}

/// Numbers of the planner.
#[derive(Debug, Clone)]
pub struct Planning {
    /// Months ahead that slots are made for.
    pub horizon_months: u32,
    /// Minutes an engineer can spend on visits in a day.
    pub day_minutes: u32,
    /// Local time at the site at which the first visit of a day starts.
    pub day_starts: chrono::NaiveTime,
}
