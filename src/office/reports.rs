//! Draws, signs, files and verifies reports and other documents.

pub(crate) mod correct_report;
pub mod draw_papers;
mod draw_report;
pub mod file_report;
pub mod issue_report;
mod parcel;
pub mod past_visits;
pub mod recipients;
pub mod verify_report;
