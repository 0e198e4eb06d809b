//! Separates a message from its enclosed documents, and reassembles both into the same bytes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use domain::letters::kept::{EnclosedDocument, KeptMessage};

/// Maximum line length of base64 (RFC 2045 section 6.8).
const LINE: usize = 76;

/// A document, with its SHA-256 in hexadecimal.
#[derive(Debug, Clone, Copy)]
pub struct KeptDocument<'a> {
    pub sha256: &'a str,
    pub bytes: &'a [u8],
}

/// Removes those of the documents that the message encloses, each once.
#[must_use]
pub fn take_apart(message: Vec<u8>, documents: &[KeptDocument<'_>]) -> KeptMessage {
    let sha256 = Some(in_hex(&Sha256::digest(&message)));
    let whole = |rest| KeptMessage { rest, enclosed: Vec::new(), sha256: sha256.clone(), cleared_at: None };
    let Ok(text) = std::str::from_utf8(&message) else { return whole(message) };
    let mut found: Vec<(usize, usize, &str)> = Vec::new();
    for document in documents.iter().filter(|document| !document.bytes.is_empty()) {
        let encoded = in_lines(document.bytes);
        let Some(at) = text.find(&encoded) else { continue };
        let end = at + encoded.len();
        if found.iter().all(|(from, to, _)| end <= *from || *to <= at) {
            found.push((at, end, document.sha256));
        }
    }
    found.sort_unstable();
    let (mut rest, mut enclosed, mut from) = (Vec::new(), Vec::new(), 0);
    for (at, end, sha256) in found {
        rest.extend_from_slice(&message[from..at]);
        enclosed.push(EnclosedDocument { at: rest.len(), sha256: sha256.to_owned() });
        from = end;
    }
    if enclosed.is_empty() {
        return whole(message);
    }
    rest.extend_from_slice(&message[from..]);
    KeptMessage { enclosed, ..whole(rest) }
}

/// Why a message cannot be reassembled.
#[derive(Debug, thiserror::Error)]
pub enum TornMessage {
    #[error("its text was cleared")]
    Cleared,
    #[error("{enclosed} documents belong into it, and {given} were given")]
    Incomplete { enclosed: usize, given: usize },
    #[error("it is not what was written: its SHA-256 is another one")]
    Changed,
}

/// Puts the documents back in their places, which restores the original bytes.
///
/// # Errors
/// [`TornMessage`] if the result would differ from what was written: such a message must never be sent.
pub fn put_together(kept: &KeptMessage, documents: &[Vec<u8>]) -> Result<Vec<u8>, TornMessage> {
    if kept.cleared_at.is_some() {
        return Err(TornMessage::Cleared);
    }
    let (enclosed, given) = (kept.enclosed.len(), documents.len());
    if enclosed != given {
        return Err(TornMessage::Incomplete { enclosed, given });
    }
    let encoded: usize = documents.iter().map(|document| document.len() * 3 / 2).sum();
    let (mut message, mut from) = (Vec::with_capacity(kept.rest.len() + encoded), 0);
    for (EnclosedDocument { at, .. }, document) in kept.enclosed.iter().zip(documents) {
        message.extend_from_slice(kept.rest.get(from..*at).ok_or(TornMessage::Changed)?);
        message.extend_from_slice(in_lines(document).as_bytes());
        from = *at;
    }
    message.extend_from_slice(&kept.rest[from..]);
    match &kept.sha256 {
        Some(sha256) if *sha256 != in_hex(&Sha256::digest(&message)) => Err(TornMessage::Changed),
        Some(_) | None => Ok(message),
    }
}

/// Base64 as in messages: lines of [`LINE`] characters, separated by CRLF.
fn in_lines(bytes: &[u8]) -> String {
    let encoded = STANDARD.encode(bytes);
    let mut lines = String::with_capacity(encoded.len() + encoded.len().div_ceil(LINE) * 2);
    let mut rest = encoded.as_str();
    while rest.len() > LINE {
        let (line, more) = rest.split_at(LINE);
        lines.push_str(line);
        lines.push_str("\r\n");
        rest = more;
    }
    lines.push_str(rest);
    lines
}

fn in_hex(digest: &[u8]) -> String {
    use std::fmt::Write;
    digest.iter().fold(String::with_capacity(64), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("writing to a String cannot fail");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Composer, samples};
    use domain::language::Language;
    use proptest::prelude::*;

    #[test]
    fn a_report_is_taken_out_of_its_letter_and_put_back_to_the_byte() {
        let composer = Composer::new("Ronda Service", "office@ronda.example");
        let document = samples::document();
        let mut with_document = 0;
        for sample in samples::all(Language::En) {
            let letter = composer.preview(&sample).unwrap().letter.bytes;
            let kept = take_apart(letter.clone(), &[KeptDocument { sha256: "of the sample", bytes: &document }]);
            let documents: Vec<_> = kept.enclosed.iter().map(|_| document.clone()).collect();
            with_document += documents.len();
            assert_eq!(kept.rest.len() < letter.len(), !documents.is_empty(), "{}", sample.name);
            assert_eq!(put_together(&kept, &documents).unwrap(), letter, "{}", sample.name);
        }
        assert!(with_document > 1, "reports and certificates enclose theirs");
    }

    #[test]
    fn nothing_leaves_that_is_not_what_was_written() {
        let message = format!("A: b\r\n\r\n{}\r\nend\r\n", in_lines(&[7; 200])).into_bytes();
        let kept = take_apart(message.clone(), &[KeptDocument { sha256: "sevens", bytes: &[7; 200] }]);
        assert_eq!(kept.enclosed, [EnclosedDocument { at: 8, sha256: "sevens".to_owned() }]);
        assert_eq!(put_together(&kept, &[vec![7; 200]]).unwrap(), message);
        assert!(matches!(put_together(&kept, &[vec![8; 200]]), Err(TornMessage::Changed)));
        assert!(matches!(put_together(&kept, &[]), Err(TornMessage::Incomplete { enclosed: 1, given: 0 })));
        let cleared = KeptMessage { cleared_at: Some("2026-03-02T09:00:00Z".parse().unwrap()), ..kept };
        assert!(matches!(put_together(&cleared, &[vec![7; 200]]), Err(TornMessage::Cleared)));
    }

    proptest! {
        #[test]
        fn apart_and_together_is_the_same(
            parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 1..4),
            between in prop::collection::vec("[a-z:=\r\n]{0,40}", 5),
        ) {
            let mut message = between[0].clone();
            for (part, text) in parts.iter().zip(&between[1..]) {
                message += &in_lines(part);
                message += text;
            }
            let given: Vec<_> = parts.iter().map(|part| in_hex(&Sha256::digest(part))).collect();
            let documents: Vec<_> =
                parts.iter().zip(&given).map(|(bytes, sha256)| KeptDocument { sha256, bytes }).collect();
            let kept = take_apart(message.clone().into_bytes(), &documents);
            let back = kept.enclosed.iter().map(|enclosed| {
                parts[given.iter().position(|sha256| *sha256 == enclosed.sha256).unwrap()].clone()
            });
            prop_assert_eq!(put_together(&kept, &back.collect::<Vec<_>>()).unwrap(), message.into_bytes());
        }
    }
}
