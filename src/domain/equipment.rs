//! Sites and the equipment that stands there.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::language::Language;
use super::zone::Zone;

/// A place of a customer that is visited.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Site {
    pub site: String,
    pub customer: String,
    pub name: String,
    pub address: String,
    /// ISO 3166-1 alpha-2, upper case.
    pub country: String,
    /// ISO 3166-2 without the country (`MD`), or empty.
    pub subdivision: String,
    pub time_zone: Zone,
    /// Degrees, WGS 84: latitude, longitude.
    pub position: Option<(f64, f64)>,
    /// None: the customer's.
    pub language: Option<Language>,
}

impl Site {
    /// The code of the calendar that the site's working days are counted in: `ES-MD`, or `ES`.
    #[must_use]
    pub fn calendar_code(&self) -> String {
        if self.subdivision.is_empty() {
            self.country.clone()
        } else {
            format!("{}-{}", self.country, self.subdivision)
        }
    }
}

/// A machine or system under contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Equipment {
    pub equipment: String,
    pub site: String,
    pub name: String,
    pub make: String,
    pub model: String,
    pub serial: String,
    /// Key of a checklist in `templates/checklists` or the administrator's folder.
    pub checklist: String,
    /// What an engineer must master to work on it; sorted, without repeats.
    pub skills: Vec<String>,
    pub accepted_on: Option<NaiveDate>,
    pub warranty_months: Option<u32>,
}
