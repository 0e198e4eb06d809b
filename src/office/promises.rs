//! Opens, judges and flags what is owed.

pub mod announce_phases;
pub mod deadlines;
pub mod flag_late;
pub mod history;
mod once_a_visit;
pub(crate) mod visits_of;

pub use visits_of::reports_without_record;
