//! Visits in people's calendars: invitations that go with letters, and feeds that a calendar subscribes to.
//! `mail::invite` puts both into iCalendar (RFC 5545, 5546).

use serde::{Deserialize, Serialize};

use crate::Instant;
use crate::language::Language;
use crate::letters::notice::VisitWords;
use crate::letters::reply::Participation;

/// A visit as a calendar shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The same in every letter and feed about the visit, see [`uid`].
    pub uid: String,
    /// Rises with each change of the booking.
    pub sequence: u32,
    pub starts_at: Instant,
    pub ends_at: Instant,
    /// The site's, in degrees, WGS 84: latitude, longitude.
    pub position: Option<(f64, f64)>,
    pub standing: Certainty,
    pub visit: VisitWords,
}

/// How sure a visit is, in a calendar's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Certainty {
    /// Planned: nobody was told, and a re-plan may move it.
    Tentative,
    /// Booked or done.
    Confirmed,
    Cancelled,
}

/// What an invitation asks of its reader's calendar (RFC 5546 sections 3.2.2 and 3.2.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[derive(strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "UPPERCASE")]
pub enum Method {
    /// Put it in, or change it.
    Request,
    /// Take it out: the visit is cancelled, or another engineer's.
    Cancel,
}

impl Method {
    /// The word in `METHOD` and in the part's Content-Type.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// What a letter about a visit tells its reader's calendar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Invitation {
    pub method: Method,
    pub event: Event,
}

/// Visits that one calendar subscribes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Feed {
    /// The engineer's, site's or manager's name.
    pub name: String,
    pub language: Language,
    pub lines: Vec<FeedLine>,
}

/// A visit in a feed, with what those invited have answered to its present time.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedLine {
    pub event: Event,
    pub answers: Vec<Answered>,
}

/// What somebody who was invited has answered, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    pub name: String,
    pub answer: Participation,
    pub comment: Option<String>,
}

/// The identity of a visit in calendars, for ever: `V1042-9f2c…@norte.example`.
///
/// `office` is made once for an office (random digits, and the domain that it then had), so that neither a new
/// sender address nor another office on the same domain changes or repeats it.
#[must_use]
pub fn uid(visit: super::VisitId, office: &str) -> String {
    format!("{visit}-{office}")
}

/// The visit of an identity that this office has given out.
#[must_use]
pub fn visit_of(given: &str, office: &str) -> Option<super::VisitId> {
    let visit = given.trim().strip_suffix(office)?.strip_suffix('-')?.parse().ok()?;
    // Only as we write it: `1042-…` and `v1042-…` are not ours.
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
