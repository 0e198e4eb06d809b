//! Visits in people's calendars: invitations in letters, and feeds to which calendars subscribe. `mail::invite` writes
//! both as iCalendar (RFC 5545, 5546).

use serde::{Deserialize, Serialize};

use crate::Instant;
use crate::language::Language;
use crate::letters::notice::VisitWords;
use crate::letters::reply::Participation;

/// A visit as shown in a calendar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The same in all letters and feeds about the visit, see [`uid`].
    pub uid: String,
    /// Increases with each change of the booking.
    pub sequence: u32,
    pub starts_at: Instant,
    pub ends_at: Instant,
    /// The site's position in degrees, WGS 84: latitude, longitude.
    pub position: Option<(f64, f64)>,
    pub standing: Certainty,
    pub visit: VisitWords,
}

/// How certain a visit is, in the terms of calendars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Certainty {
    /// Planned: nobody has been told, and a re-plan may move it.
    Tentative,
    /// Booked or done.
    Confirmed,
    Cancelled,
}

/// What an invitation asks the reader's calendar to do (RFC 5546 sections 3.2.2 and 3.2.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[derive(strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "UPPERCASE")]
pub enum Method {
    /// Add or change the visit.
    Request,
    /// Remove the visit: it is cancelled, or now another engineer's.
    Cancel,
}

impl Method {
    /// The word in `METHOD` and in the part's Content-Type.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// The calendar part of a letter about a visit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Invitation {
    pub method: Method,
    pub event: Event,
}

/// The visits of one calendar feed.
#[derive(Debug, Clone, PartialEq)]
pub struct Feed {
    /// The name of the engineer, site or manager.
    pub name: String,
    pub language: Language,
    pub lines: Vec<FeedLine>,
}

/// A visit in a feed, with replies to its current appointment.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedLine {
    pub event: Event,
    pub answers: Vec<Answered>,
}

/// The reply of an invited person, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    pub name: String,
    pub answer: Participation,
    pub comment: Option<String>,
}

/// The permanent identity of a visit in calendars: `V1042-9f2c…@norte.example`.
///
/// `office` is created once per office, from random digits and the domain at that time. So neither a new sender address
/// nor another office with the same domain changes or duplicates identities.
#[must_use]
pub fn uid(visit: super::VisitId, office: &str) -> String {
    format!("{visit}-{office}")
}

/// The visit that an identity created by this office refers to.
#[must_use]
pub fn visit_of(given: &str, office: &str) -> Option<super::VisitId> {
    let visit = given.trim().strip_suffix(office)?.strip_suffix('-')?.parse().ok()?;
    // Only the exact form that we write: `1042-…` and `v1042-…` are not ours.
    (uid(visit, office) == given.trim()).then_some(visit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::VisitId;

    #[test]
    fn an_identity_leads_back_to_its_visit_and_a_strangers_does_not() {
        let office = "9f2c@norte.example";
        assert_eq!(uid(VisitId(1042), office), "V1042-9f2c@norte.example");
        assert_eq!(visit_of("V1042-9f2c@norte.example", office), Some(VisitId(1042)));
        for foreign in ["V1042-9f2d@norte.example", "1042-9f2c@norte.example", "V-9f2c@norte.example", "", "-"] {
            assert_eq!(visit_of(foreign, office), None, "{foreign}");
        }
    }
}
