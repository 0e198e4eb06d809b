//! The nouns of the office, and their rules. Pure: no async, no I/O, no clock, no randomness.

pub mod access;
pub mod audit;
pub mod calendar;
pub mod colour;
pub mod contract;
pub mod digest;
pub mod fields;
pub mod ids;
pub mod import;
pub mod language;
pub mod letters;
pub mod people;
pub mod planning;
pub mod promises;
pub mod records;
pub mod reports;
pub mod suggest;
pub mod time;
pub mod typed;
mod variants;
pub mod visits;
pub mod wording;

pub use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};

/// A moment in UTC, to the millisecond.
pub type Instant = DateTime<Utc>;
/// A civil day; which place's day, the field or function says.
pub type Date = NaiveDate;
