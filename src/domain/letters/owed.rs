//! A letter that is owed: what commits with the change that causes it. Its words and bytes are made later, once.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::notice::{Enclosed, Notice, PdfDelivery, Reader};
use crate::ids::{CustomerCode, DeadlineId, VisitId};
use crate::visits::invitation::Invitation;

/// Secret links of one letter's reader; None where the office has no public pages, or the letter asks for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Links {
    /// Ends what is sent as a matter of routine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsubscribe: Option<String>,
    /// Where the engineer fills the record in. Shown by letters that ask for a visit or its record, see
    /// [`About::asks`](super::notice::About).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
}

/// What a letter is written from, kept with it until then.
///
/// Its links are made when it is owed, in the transaction that also knows whether the reader may have them; they end
/// with what they are for, also while the letter waits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LetterFacts {
    pub notice: Notice,
    #[serde(default)]
    pub links: Links,
    /// What it tells the reader's calendar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation: Option<Invitation>,
    /// The visit's booking that it tells of, where it tells of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub booking: Option<u32>,
    /// Of a digest: until where its reader had been told before it, by the names of the office's facts; that holds again
    /// where it does not leave.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub told_before: BTreeMap<String, String>,
}

/// A letter that one reader is owed.
#[derive(Debug, Clone, PartialEq)]
pub struct LetterOwed {
    /// What makes it unique, for example `visit-announced/V12/0/engineer:E-1`.
    pub key: String,
    /// Without angle brackets; made from the key, so that the same letter always has the same.
    pub message_id: String,
    pub to: Reader,
    pub visit: Option<VisitId>,
    pub deadline: Option<DeadlineId>,
    /// The change of the hotline that it tells of, and the customer who has to know.
    pub hotline: Option<(i64, CustomerCode)>,
    pub facts: LetterFacts,
}

impl LetterOwed {
    /// A letter without links and invitation, about the visit and the deadline that its notice is about.
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

    /// SHA-256 of the document that goes with it.
    #[must_use]
    pub fn document(&self) -> Option<&str> {
        match self.facts.notice.about().encloses? {
            Enclosed::Paper(PdfDelivery::Attached { sha256, .. }) => Some(sha256),
            Enclosed::Paper(PdfDelivery::Linked { .. }) | Enclosed::Lists(_) => None,
        }
    }
}

/// A letter's words in its reader's language, put into a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenLetter {
    pub subject: String,
    /// The whole message as it goes over the wire, CRLF.
    pub bytes: Vec<u8>,
}
