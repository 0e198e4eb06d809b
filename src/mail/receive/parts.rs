//! Parses the MIME tree of a message within limits.

use std::borrow::Cow;

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{ContentType, HeaderValue, Message, MessageParser, MimeHeaders};

use super::{LONGEST_ID, MAX_REFERENCES};
use crate::address::same_address;
use domain::letters::received::Unreadable;

/// Maximum length of the header of a message or part, in bytes.
const LONGEST_HEAD: usize = 256 * 1024;

/// Maximum number of parts in a message, and of levels of nesting.
const MAX_PARTS: usize = 200;
const DEEPEST: usize = 10;

/// Maximum length of a text that is parsed, in bytes: replies and status reports are small.
const LONGEST_TEXT: usize = 1024 * 1024;

/// The headers of a message or part.
pub(super) struct PartHeaders<'a>(Option<Message<'a>>);

impl<'a> PartHeaders<'a> {
    /// Parses the headers at the beginning of `raw`; also returns the rest.
    pub(super) fn read(raw: &'a [u8]) -> Result<(PartHeaders<'a>, &'a [u8]), Unreadable> {
        let mut end = 0;
        let mut body = raw.len();
        for line in raw.split_inclusive(|byte| *byte == b'\n') {
            if matches!(line, b"\n" | b"\r\n") {
                body = end + line.len();
                break;
            }
            end += line.len();
            if end > LONGEST_HEAD {
                return Err(Unreadable::LongHeaders(LONGEST_HEAD));
            }
        }
        Ok((PartHeaders(MessageParser::default().parse_headers(&raw[..end])), &raw[body..]))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.as_ref().is_none_or(|message| message.headers().is_empty())
    }

    /// A header's raw value, on one line.
    pub(super) fn raw(&self, name: &'static str) -> Option<&str> {
        self.0.as_ref()?.header_raw(name).map(str::trim)
    }

    /// The address of the first sender.
    pub(super) fn from(&self) -> Option<String> {
        self.0.as_ref()?.from()?.first()?.address().map(same_address)
    }

    /// The Message-ID, without angle brackets.
    pub(super) fn identity(&self) -> Option<String> {
        self.0.as_ref()?.message_id().and_then(identity)
    }

    /// Message-IDs in a header, without angle brackets.
    pub(super) fn identities(&self, name: &'static str) -> Vec<String> {
        match self.0.as_ref().and_then(|message| message.header(name)) {
            Some(HeaderValue::Text(text)) => identity(text).into_iter().collect(),
            Some(HeaderValue::TextList(list)) => {
                let last = list.len().saturating_sub(MAX_REFERENCES);
                list[last..].iter().filter_map(|text| identity(text)).collect()
            }
            Some(_) | None => Vec::new(),
        }
    }

    fn content_type(&self) -> Option<&ContentType<'_>> {
        self.0.as_ref()?.content_type()
    }

    fn encoding(&self) -> String {
        self.raw("Content-Transfer-Encoding").unwrap_or_default().to_ascii_lowercase()
    }
}

/// Normalises a Message-ID for comparison; `None` if it cannot be one.
pub(super) fn identity(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches('<').trim_end_matches('>').trim();
    let is_fit = !text.is_empty() && text.len() <= LONGEST_ID && !text.chars().any(char::is_control);
    is_fit.then(|| text.to_owned())
}

/// A leaf of the tree: a part without subparts, or an embedded message.
pub(super) struct Leaf<'a> {
    head: PartHeaders<'a>,
    /// The media type in lower case, for example `text/calendar`.
    pub(super) kind: String,
    body: &'a [u8],
}

impl Leaf<'_> {
    /// A parameter of the Content-Type.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.head.content_type()?.attribute(name)
    }

    /// The decoded bytes; the raw bytes if they cannot be decoded.
    pub(super) fn bytes(&self) -> Cow<'_, [u8]> {
        let decoded = match self.head.encoding().as_str() {
            "base64" => base64_decode(self.body),
            "quoted-printable" => quoted_printable_decode(self.body),
            _ => None,
        };
        decoded.map_or(Cow::Borrowed(self.body), Cow::Owned)
    }

    /// The text, in UTF-8 unless another charset is declared; `None` if it is too long.
    pub(super) fn text(&self) -> Option<String> {
        let bytes = self.bytes();
        if bytes.len() > LONGEST_TEXT {
            return None;
        }
        let charset = self.parameter("charset").filter(|charset| !charset.eq_ignore_ascii_case("utf-8"));
        Some(match charset.and_then(|charset| charset_decoder(charset.as_bytes())) {
            Some(decode) => decode(&bytes),
            None => String::from_utf8_lossy(&bytes).into_owned(),
        })
    }
}

/// Returns the headers of a message, and its leaves in order.
pub(super) fn leaves(raw: &[u8]) -> Result<(PartHeaders<'_>, Vec<Leaf<'_>>), Unreadable> {
    let mut found = Vec::new();
    let (head, _) = PartHeaders::read(raw)?;
    if head.is_empty() {
        return Err(Unreadable::NoHeaders);
    }
    let mut seen = 0;
    collect(raw, 0, &mut seen, &mut found)?;
    Ok((head, found))
}

fn collect<'a>(raw: &'a [u8], depth: usize, seen: &mut usize, found: &mut Vec<Leaf<'a>>) -> Result<(), Unreadable> {
    *seen += 1;
    if *seen > MAX_PARTS {
        return Err(Unreadable::ManyParts(MAX_PARTS));
    }
    if depth > DEEPEST {
        return Err(Unreadable::Deep(DEEPEST));
    }
    let (head, body) = PartHeaders::read(raw)?;
    let kind = head.content_type().map_or_else(
        || "text/plain".to_owned(),
        |kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default()).to_ascii_lowercase(),
    );
    let boundary = head.content_type().and_then(|kind| kind.attribute("boundary")).filter(|found| !found.is_empty());
    match boundary {
        Some(boundary) if kind.starts_with("multipart/") => {
            for part in split(body, boundary.as_bytes()) {
                collect(part, depth + 1, seen, found)?;
            }
        }
        Some(_) | None => found.push(Leaf { head, kind, body }),
    }
    Ok(())
}

/// Splits a body at the boundary lines (RFC 2046 section 5.1.1). The preamble and epilogue are ignored, and a last part
/// without a closing boundary is accepted.
fn split<'a>(body: &'a [u8], boundary: &[u8]) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    let (mut begins, mut at) = (None, 0);
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let after = line.strip_prefix(b"--").and_then(|line| line.strip_prefix(boundary));
        let end = after.map(|after| (after.trim_ascii(), after.starts_with(b"--")));
        if let Some((rest, is_last)) = end
            && (rest.is_empty() || is_last)
        {
            parts.extend(begins.map(|begins| &body[begins..at]));
            begins = (!is_last).then_some(at + line.len());
            // One part more than allowed is enough to reject the message.
            if is_last || parts.len() > MAX_PARTS {
                break;
            }
        }
        at += line.len();
    }
    parts.extend(begins.map(|begins| body.get(begins..).unwrap_or_default()));
    parts
}
