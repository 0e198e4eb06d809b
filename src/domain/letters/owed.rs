//! Owed letters, which are committed with the change that causes them. Words and bytes are created later, once.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::notice::{Enclosed, Notice, PdfDelivery, Reader};
use crate::ids::{CustomerCode, DeadlineId, VisitId};
use crate::visits::invitation::Invitation;

/// Secret links for the reader of one letter; `None` if the office has no public pages, or the letter needs none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Links {
    /// Unsubscribes from routine mailings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsubscribe: Option<String>,
    /// The address of the engineer's form for the record; used in letters that ask for a visit or its record, see
    /// [`About::asks`](super::notice::About).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
}

/// The facts that a letter is written from, stored with it until then.
///
/// Links are created when the letter is owed, in the transaction that knows whether the reader is entitled to them.
/// They end with their purpose, even while the letter is waiting.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LetterFacts {
    pub notice: Notice,
    #[serde(default)]
    pub links: Links,
    /// The calendar part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation: Option<Invitation>,
    /// The visit's booking that it announces, if it announces one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub booking: Option<u32>,
    /// Of a digest: until where its reader had been told before it, by the names of the office's facts; that holds again
    /// where it does not leave.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub told_before: BTreeMap<String, String>,
}

/// A letter that is owed to one reader.
#[derive(Debug, Clone, PartialEq)]
pub struct LetterOwed {
    /// Unique, for example `visit-announced/V12/0/engineer:E-1`.
    pub key: String,
    /// Without angle brackets; derived from the key, so that it never changes for the same letter.
    pub message_id: String,
    pub to: Reader,
    pub visit: Option<VisitId>,
    pub deadline: Option<DeadlineId>,
    /// The change of the hotline's number that it announces, and the customer to be told.
    pub hotline: Option<(i64, CustomerCode)>,
    pub facts: LetterFacts,
}

impl LetterOwed {
    /// A letter without links or invitation, about the visit and deadline of its notice.
    #[must_use]
    pub fn new(key: String, message_id: String, to: Reader, notice: Notice) -> LetterOwed {
        let about = notice.about();
        let (visit, deadline) = (about.visit, about.deadline);
        let facts = LetterFacts {
            notice,
            links: Links::default(),
            invitation: None,
            booking: None,
            told_before: BTreeMap::new(),
        };
        LetterOwed { key, message_id, to, visit, deadline, hotline: None, facts }
    }

    /// SHA-256 of the enclosed document.
    #[must_use]
    pub fn document(&self) -> Option<&str> {
        match self.facts.notice.about().encloses? {
            Enclosed::Paper(PdfDelivery::Attached { sha256, .. }) => Some(sha256),
            Enclosed::Paper(PdfDelivery::Linked { .. }) | Enclosed::Lists(_) => None,
        }
    }
}

/// A letter's text in its reader's language, as a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenLetter {
    pub subject: String,
    /// The whole message as sent, with CRLF line breaks.
    pub bytes: Vec<u8>,
}
