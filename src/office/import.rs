//! Files and calendar feeds in, files out.

pub mod export_office;
pub mod import_calendar;
pub mod import_office;
