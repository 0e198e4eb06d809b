//! The nouns of the office and their rules. Pure: no async, no I/O, no clock, no randomness.

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

/// An instant in UTC, in milliseconds.
pub type Instant = DateTime<Utc>;
/// A calendar day. The field or function says in which time zone.
pub type Date = NaiveDate;
