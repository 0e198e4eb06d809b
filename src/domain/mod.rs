//! The nouns of the office, and their rules. Pure: no async, no I/O, no clock, no randomness.

pub mod account;
pub mod calendar;
pub mod checklist;
pub mod circuit;
pub mod colour;
pub mod contract;
pub mod deadline;
pub mod digest;
pub mod equipment;
pub mod form;
pub mod import;
pub mod invitation;
pub mod language;
pub mod link;
pub mod notice;
pub mod people;
pub mod planning;
pub mod received;
pub mod record;
pub mod reply;
pub mod report;
pub mod retry;
pub mod route;
pub mod slots;
pub mod suggest;
pub mod visit;
pub mod wording;
pub mod zone;

pub use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};

/// A moment in UTC, to the millisecond.
pub type Instant = DateTime<Utc>;
/// A civil day; which place's day, the field or function says.
pub type Date = NaiveDate;
