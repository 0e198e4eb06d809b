//! Slots: the nth visit that a term calls for, with its window. Counted from the contract's first day.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::contract::Term;

/// A slot of a term, before any calendar is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// From 1.
    pub number: u32,
    /// accepted_on + (number - 1) periods, or the rule's nth day.
    pub nominal_on: NaiveDate,
    /// The window, both inclusive.
    pub first_on: NaiveDate,
    pub last_on: NaiveDate,
}

/// Why a slot has no visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "kebab-case")]
pub enum Unplanned {
    /// No calendar for the site's country.
    NoCalendar { calendar: String },
    /// The calendar does not know the window's days.
    UnknownHolidays { calendar: String, known_through: NaiveDate },
    /// The window has no working day.
    NoWorkingDay,
    /// No engineer has the skills.
    NoSkill { skills: Vec<String> },
    /// Engineers with the skills have no room in the window.
    NoRoom { engineers: u32 },
    /// The site has no equipment, so there is nothing to look at.
    NoEquipment,
    /// The plan of the contract does not exist or has a mistake.
    NoPlan { plan: String },
    /// The window had passed before it could be planned.
    Passed,
}

/// A term's rule that RFC 5545 does not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{rule:?} is not an RFC 5545 recurrence rule: {why}")]
pub struct BadRule {
    pub rule: String,
    pub why: String,
}

/// The slots of `term` whose window touches [`from`, `until`], for a contract that runs from `accepted_on`
/// to `ends_on` (inclusive; None: for ever). Numbers do not depend on `from`.
///
/// # Errors
/// [`BadRule`].
pub fn slots(
    term: &Term,
    accepted_on: NaiveDate,
    ends_on: Option<NaiveDate>,
    from: NaiveDate,
    until: NaiveDate,
) -> Result<Vec<Slot>, BadRule> {
    todo!()
}
