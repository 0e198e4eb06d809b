//! A written letter as it is stored: enclosed documents are kept separately, once for all recipients.

use serde::{Deserialize, Serialize};

use crate::Instant;
use crate::ids::LetterId;
use crate::letters::letter::Letter;

/// A message without its enclosed documents. Together they restore the exact bytes that were sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeptMessage {
    /// The message without the base64 of its enclosed documents; only the headers, if its text was cleared.
    pub rest: Vec<u8>,
    /// In the order in which they occur in the message.
    pub enclosed: Vec<EnclosedDocument>,
    /// SHA-256 of the whole message, in hexadecimal; `None` if it is not written, or was written by version 0.1 or 0.2.
    pub sha256: Option<String>,
    /// When its text was cleared, a long time after it was sent.
    pub cleared_at: Option<Instant>,
}

/// A document enclosed in a message, as base64 in lines of 76 characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnclosedDocument {
    /// Its position in the rest of the message.
    pub at: usize,
    /// SHA-256 of the document, in hexadecimal.
    pub sha256: String,
}

/// A letter in the outbox, with its message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterOnFile {
    pub letter: Letter,
    /// Empty until the letter is written.
    pub message: KeptMessage,
}

/// A letter whose text is due to be cleared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterToClear {
    pub letter: LetterId,
    pub kept: KeptMessage,
}

/// A letter that still contains its document, as stored by versions 0.1 and 0.2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterToShrink {
    pub letter: LetterId,
    /// The whole message.
    pub bytes: Vec<u8>,
    /// SHA-256 of the enclosed document.
    pub document: String,
}

impl KeptMessage {
    /// A message that is stored whole.
    #[must_use]
    pub fn whole(bytes: Vec<u8>) -> KeptMessage {
        KeptMessage { rest: bytes, ..KeptMessage::default() }
    }

    /// The message's headers, including the last line break.
    #[must_use]
    pub fn head(&self) -> &[u8] {
        let end = self.rest.windows(4).position(|four| four == b"\r\n\r\n");
        &self.rest[..end.map_or(self.rest.len(), |end| end + 2)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_ends_with_its_last_line() {
        assert_eq!(KeptMessage::whole(b"A: b\r\nC: d\r\n\r\ntext\r\n\r\n".to_vec()).head(), b"A: b\r\nC: d\r\n");
        assert_eq!(KeptMessage::whole(b"A: b\r\n".to_vec()).head(), b"A: b\r\n");
    }
}
