//! A file that somebody sends with a form: its SHA-256, taken while it arrives. Nothing of it is kept.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use http_body_util::BodyExt;
use sha2::{Digest, Sha256};

/// The longest that a file may take to arrive.
pub(crate) const WITHIN: Duration = Duration::from_secs(120);
/// The largest file that is looked at.
const MOST_BYTES: usize = 64 * 1024 * 1024;
/// A part's head is longer in no browser.
const MOST_HEAD: usize = 8 * 1024;

/// What came with the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Upload {
    File {
        sha256: String,
    },
    /// No file was chosen, or the form is none of ours.
    None,
    TooLarge,
}

/// Reads a form of one file field (RFC 7578).
pub(crate) async fn read(headers: &HeaderMap, mut body: Body) -> Upload {
    let Some(boundary) = boundary(headers) else { return Upload::None };
    let mut part = Part::new(&boundary);
    let mut arrived = 0;
    while let Some(Ok(frame)) = body.frame().await {
        let Ok(bytes) = frame.into_data() else { continue };
        arrived += bytes.len();
        if arrived > MOST_BYTES {
            return Upload::TooLarge;
        }
        if let Some(upload) = part.take(&bytes) {
            return upload;
        }
    }
    Upload::None
}

fn boundary(headers: &HeaderMap) -> Option<String> {
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let (_, boundary) = kind.strip_prefix("multipart/form-data")?.split_once("boundary=")?;
    let boundary = boundary.trim_matches('"');
    (1..=70).contains(&boundary.len()).then(|| boundary.to_owned())
}

/// The form's first part under reading.
struct Part {
    /// What ends it: a line break, two dashes, the boundary.
    end: Vec<u8>,
    /// What was not looked at yet.
    rest: Vec<u8>,
    /// None: its head is not over.
    content: Option<(Sha256, usize)>,
}

impl Part {
    fn new(boundary: &str) -> Part {
        Part { end: format!("\r\n--{boundary}").into_bytes(), rest: Vec::new(), content: None }
    }

    /// Takes the next bytes; says what the form holds when the part is over.
    fn take(&mut self, bytes: &[u8]) -> Option<Upload> {
        self.rest.extend_from_slice(bytes);
        if self.content.is_none() {
            let Some(head) = find(&self.rest, b"\r\n\r\n") else {
                return (self.rest.len() > MOST_HEAD).then_some(Upload::None);
            };
            // An empty part ends where its head does: its line break is both.
            self.rest.drain(..head + 4);
            self.content = Some((Sha256::new(), 0));
        }
        let (digest, length) = self.content.as_mut()?;
        if *length == 0 && self.rest.starts_with(&self.end[2..]) {
            return Some(Upload::None);
        }
        let ended = find(&self.rest, &self.end);
        let sure = ended.unwrap_or_else(|| self.rest.len().saturating_sub(self.end.len() - 1));
        digest.update(&self.rest[..sure]);
        *length += sure;
        self.rest.drain(..sure);
        ended?;
        if *length == 0 {
            return Some(Upload::None);
        }
        let sha256 = digest.clone().finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Some(Upload::File { sha256 })
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use office::documents::sha256;

    fn form(content: &[u8]) -> Vec<u8> {
        let head = b"--XY\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n";
        [head.as_slice(), content, b"\r\n--XY--\r\n"].concat()
    }

    #[test]
    fn a_file_is_hashed_however_it_arrives() {
        for content in [b"%PDF-1.7 \r\n--X".to_vec(), b"\r\n\r\n--X".to_vec(), vec![b'\r'; 5_000]] {
            for size in [1, 2, 3, 7, 64, 100_000] {
                let mut part = Part::new("XY");
                let found = form(&content).chunks(size).find_map(|chunk| part.take(chunk));
                assert_eq!(found, Some(Upload::File { sha256: sha256(&content) }), "{size}");
            }
        }
    }

    #[test]
    fn a_form_without_a_file_is_none_and_an_endless_head_is_refused() {
        for size in [1, 1_000] {
            let mut part = Part::new("XY");
            assert_eq!(form(b"").chunks(size).find_map(|chunk| part.take(chunk)), Some(Upload::None));
        }
        let mut part = Part::new("XY");
        assert_eq!(part.take(&vec![b'a'; MOST_HEAD + 1]), Some(Upload::None));
    }
}
