//! A place's time zone: instant ↔ local. The only file that touches the zone database (jiff's).

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};

/// An IANA time zone that the database knows, by name (`Europe/Madrid`). Cheap to clone.
#[derive(Clone)]
pub struct Zone {
    tz: jiff::tz::TimeZone,
}

/// A name that the zone database does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} is not an IANA time zone{}", .suggestion.as_ref().map(|s| format!("; did you mean {s}?")).unwrap_or_default())]
pub struct UnknownZone {
    pub name: String,
    pub suggestion: Option<String>,
}

impl Zone {
    /// Looks a zone up by its IANA name.
    ///
    /// # Errors
    /// [`UnknownZone`], with the nearest known name.
    pub fn parse(name: &str) -> Result<Zone, UnknownZone> {
        todo!()
    }
    #[must_use]
    pub fn name(&self) -> &str {
        self.tz.iana_name().expect("made by name alone")
    }
    /// The instant of a local time; in a gap the time is shifted forward by the gap, in a fold the first is meant.
    #[must_use]
    pub fn instant(&self, local: NaiveDateTime) -> DateTime<Utc> {
        todo!()
    }
    /// Local wall-clock time at `at`.
    #[must_use]
    pub fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        todo!()
    }
    /// The day it is here at `at`.
    #[must_use]
    pub fn day(&self, at: DateTime<Utc>) -> NaiveDate {
        self.local(at).date()
    }
    /// The first instant of `day` here (midnight may not exist: then the first moment after the gap).
    #[must_use]
    pub fn start_of(&self, day: NaiveDate) -> DateTime<Utc> {
        todo!()
    }
    /// The first instant that is no longer `day` here: 24:00 local.
    #[must_use]
    pub fn end_of(&self, day: NaiveDate) -> DateTime<Utc> {
        self.start_of(day.succ_opt().expect("far from the end of the calendar"))
    }
}

impl std::fmt::Debug for Zone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.name())
    }
}
impl PartialEq for Zone {
    fn eq(&self, other: &Zone) -> bool {
        self.name() == other.name()
    }
}
impl Eq for Zone {}
impl Serialize for Zone {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.name())
    }
}
impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Zone, D::Error> {
        Zone::parse(&String::deserialize(d)?).map_err(serde::de::Error::custom)
    }
}

/// Version and origin of the zone database in use, for `ronda check` (`2026f (bundled)`).
#[must_use]
pub fn database_version() -> String {
    todo!()
}
