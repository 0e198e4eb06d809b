//! A written letter as it is kept: what it encloses lies among the documents, once for all whom it is sent to.

use serde::{Deserialize, Serialize};

use crate::Instant;
use crate::ids::LetterId;
use crate::letters::letter::Letter;

/// A message, without what it encloses. With that it has the bytes that go over the wire, to the last one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeptMessage {
    /// The message without the base64 of what it encloses; its head alone, once its text was cleared.
    pub rest: Vec<u8>,
    /// In the order in which they stand in the message.
    pub enclosed: Vec<EnclosedDocument>,
    /// SHA-256 of the whole message, hexadecimal; none of one that is not written, or that version 0.1 or 0.2 has written.
    pub sha256: Option<String>,
    /// When its text was cleared, because it had left long ago.
    pub cleared_at: Option<Instant>,
}

/// A document that a message encloses, as base64 in lines of 76 characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnclosedDocument {
    /// Where in the rest of the message it goes.
    pub at: usize,
    /// Of the document's bytes, hexadecimal.
    pub sha256: String,
}

/// A letter of the outbox with its message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterOnFile {
    pub letter: Letter,
    /// Empty while the letter is not written.
    pub message: KeptMessage,
}

/// A letter whose text is to be cleared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterToClear {
    pub letter: LetterId,
    pub kept: KeptMessage,
}

/// A letter that holds its document itself, as versions 0.1 and 0.2 kept it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterToShrink {
    pub letter: LetterId,
    /// The whole message.
    pub bytes: Vec<u8>,
    /// SHA-256 of the document that it encloses.
    pub document: String,
}

impl KeptMessage {
    /// A message that is kept as it is.
    #[must_use]
    pub fn whole(bytes: Vec<u8>) -> KeptMessage {
        KeptMessage { rest: bytes, ..KeptMessage::default() }
    }

    /// The message's head, up to its last line's end.
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
