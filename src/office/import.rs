//! Imports files and calendar feeds, and exports files.

pub mod export_office;
pub mod import_calendar;
pub mod import_office;
