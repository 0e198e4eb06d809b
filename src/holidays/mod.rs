//! Calendar files → [`Calendar`]: those shipped in `templates/calendars`, and the administrator's.

use std::path::Path;

use crate::domain::calendar::Calendar;
use crate::domain::equipment::Site;

/// All calendars that the office knows.
#[derive(Debug)]
pub struct Calendars {}

/// No calendar for this code: dates there cannot be promised.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no calendar {code}; put {code}.toml into the office's calendars folder")]
pub struct NoCalendar {
    pub code: String,
}

impl Calendars {
    /// The shipped calendars, and those of `own` (a folder of TOML files), which win.
    ///
    /// # Errors
    /// Every mistake of every file, each with file and line.
    pub fn load(own: Option<&Path>) -> Result<Calendars, Vec<String>> {
        todo!()
    }
    /// The working days at a site: its country and subdivision, and the closures of company, customer and site.
    ///
    /// # Errors
    /// [`NoCalendar`]
    pub fn of_site(&self, site: &Site) -> Result<Calendar, NoCalendar> {
        todo!()
    }
    /// A calendar by code (`ES-MD`; `ES` where the subdivision has nothing of its own), with the company's closures.
    ///
    /// # Errors
    /// [`NoCalendar`]
    pub fn named(&self, code: &str) -> Result<Calendar, NoCalendar> {
        todo!()
    }
    /// Hash over all calendars: when it changes, open deadlines are counted anew.
    #[must_use]
    pub fn version(&self) -> &str {
        todo!()
    }
}
