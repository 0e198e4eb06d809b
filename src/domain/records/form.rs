//! The form on a phone: what it submits, what the office asks back, and how the drafts of two phones are merged (P03).

mod draft;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use strum::VariantArray;

use super::{BadJson, CLOCK_SKEW, Outcome, Record, canonical};
use crate::Instant;
use crate::access::LinkRefused;
use crate::time::Zone;
use crate::variants::every;
use crate::visits::{Visit, VisitState};

pub use draft::{
    Conflict, DraftRefused, Field, LONGEST_DEVICE, LONGEST_PATH, MOST_BYTES, MOST_FIELDS, MOST_FIELDS_AT_ONCE, Push,
    StoredField, handed_over, kept_for_another_day, merge,
};

/// The version of the form that this program reads.
pub const FORM: u32 = 1;

/// Maximum size of a form in bytes, without photos: a record, and what is submitted along with it.
pub const MOST_FORM_BYTES: usize = super::MAX_BYTES + 512 * 1024;

/// Maximum length of a note for the office, in characters.
pub const LONGEST_NOTE: usize = 5_000;

/// What a phone submits: a record, with data that the customer does not see.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// The version of the form; 1.
    pub form: u32,
    /// Generated on the phone, 64 hexadecimal digits; the same id means the same submission.
    pub id: String,
    /// Identifies the phone, for merging drafts.
    #[serde(default)]
    pub device: String,
    pub record: Record,
    #[serde(default)]
    pub office_note: String,
    #[serde(default)]
    pub photos: Vec<SentPhoto>,
    /// Questions by the office that a person has confirmed as "it is right so".
    #[serde(default)]
    pub confirmed: BTreeSet<QuestionKind>,
    /// Whether the person submits it for a manager to review, whatever is wrong with it.
    #[serde(default)]
    pub for_review: bool,
}

/// A photo in the record that was uploaded before; in a saved file, it includes the bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SentPhoto {
    /// The name in the record.
    pub file: String,
    /// SHA-256 of the uploaded bytes, in hexadecimal.
    pub sha256: String,
    /// The bytes in base64; only in saved files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
}

/// Why a form is invalid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadForm {
    #[error(transparent)]
    Json(#[from] BadJson),
    #[error("form = {0}: this program reads version {FORM} of the form; open the form again where there is signal")]
    Version(u32),
    #[error("id = {0:?}: an id has 64 hexadecimal digits; the form makes it")]
    Id(String),
    #[error("office_note has {0} characters, and {LONGEST_NOTE} are allowed; shorten it")]
    NoteTooLong(usize),
}

impl Envelope {
    /// Parses what a phone has sent.
    ///
    /// # Errors
    /// [`BadForm`], with the first problem. The contents of the record are not validated here.
    pub fn parse(json: &[u8]) -> Result<Envelope, BadForm> {
        let envelope: Envelope = serde_json::from_slice(json).map_err(BadJson::from)?;
        if envelope.form != FORM {
            return Err(BadForm::Version(envelope.form));
        }
        if !is_sha256(&envelope.id) {
            return Err(BadForm::Id(envelope.id.chars().take(80).collect()));
        }
        let length = envelope.office_note.chars().count();
        if length > LONGEST_NOTE {
            return Err(BadForm::NoteTooLong(length));
        }
        Ok(envelope)
    }

    /// Whether two forms have the same record, note and photos, however they are formatted.
    #[must_use]
    pub fn says_the_same(&self, other: &Envelope) -> bool {
        let photos = |envelope: &Envelope| -> Vec<(String, String)> {
            envelope.photos.iter().map(|photo| (photo.file.clone(), photo.sha256.clone())).collect()
        };
        self.id == other.id
            && canonical(&self.record) == canonical(&other.record)
            && self.office_note.trim() == other.office_note.trim()
            && photos(self) == photos(other)
    }
}

/// Whether a text is 256 bits in lower-case hexadecimal.
#[must_use]
pub fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// Something in a record that may be right, but more likely results from a wrong clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum QuestionKind {
    CompletedInTheFuture,
    CompletedBeforeBooking,
}

/// A question to the person who submits a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "question", rename_all = "kebab-case")]
pub enum Question {
    CompletedInTheFuture {
        completed_at: Instant,
        now: Instant,
    },
    /// `booked_on`: the day for which the visit is booked, at the site.
    CompletedBeforeBooking {
        completed_at: Instant,
        booked_on: NaiveDate,
    },
}

impl Question {
    /// The question without its details.
    #[must_use]
    pub fn kind(&self) -> QuestionKind {
        match self {
            Question::CompletedInTheFuture { .. } => QuestionKind::CompletedInTheFuture,
            Question::CompletedBeforeBooking { .. } => QuestionKind::CompletedBeforeBooking,
        }
    }
}

/// Questions about the time of completion in a record, because the report's clock starts with it (P04).
#[must_use]
pub fn questions(record: &Record, visit: &Visit, zone: &Zone, now: Instant) -> Vec<Question> {
    let completed_at = match &record.outcome {
        Outcome::Done(done) => done.completed_at.to_utc(),
        Outcome::NotDone { noted_at, .. } => noted_at.to_utc(),
    };
    let mut questions = Vec::new();
    if completed_at > now + CLOCK_SKEW {
        questions.push(Question::CompletedInTheFuture { completed_at, now });
    }
    let booked_on = visit.state.appointment().day;
    let is_early = match &visit.state {
        VisitState::Booked { announced_at, .. } => completed_at < *announced_at || zone.day(completed_at) < booked_on,
        VisitState::Planned { .. } | VisitState::Done { .. } | VisitState::Cancelled { .. } => false,
    };
    // That a visit will not take place is often known before its day.
    if is_early && matches!(record.outcome, Outcome::Done(_)) {
        questions.push(Question::CompletedBeforeBooking { completed_at, booked_on });
    }
    questions
}

/// The outcome of a submitted form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum FormOutcome {
    /// It is the visit's record.
    Taken,
    /// A manager has to review it.
    Review,
}

impl FormOutcome {
    /// The word used in the store.
    #[must_use]
    pub const fn word(self) -> &'static str {
        self.into_str()
    }
}

/// Why a submitted record is waiting for a manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr, VariantArray, strum::VariantNames)]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum ReviewWhy {
    /// The link had expired before the record arrived.
    Expired,
    /// The link was revoked before the record arrived, because the visit has another engineer.
    Revoked,
    Cancelled,
    /// The visit already has another record.
    OtherRecord,
    /// Different bytes arrived under an id that is already in use.
    Conflict,
    /// The person asked for a review, because the office would not have accepted the record as it is.
    ForReview,
    /// It states a completion in the future, and the person confirms it.
    InTheFuture,
}

impl ReviewWhy {
    pub const ALL: [ReviewWhy; ReviewWhy::VARIANTS.len()] = every(ReviewWhy::VARIANTS);

    /// The word used in the store, in replies and in texts.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Parses what [`ReviewWhy::word`] has written.
    #[must_use]
    pub fn parse(word: &str) -> Option<ReviewWhy> {
        ReviewWhy::ALL.into_iter().find(|why| why.word() == word)
    }

    /// The reason that follows from a link's state, if any; nothing can be submitted through an unknown link.
    #[must_use]
    pub fn of_link(refused: &LinkRefused) -> Option<ReviewWhy> {
        match refused {
            LinkRefused::Unknown => None,
            LinkRefused::Expired { .. } => Some(ReviewWhy::Expired),
            LinkRefused::Revoked => Some(ReviewWhy::Revoked),
        }
    }
}

#[cfg(test)]
mod tests;
