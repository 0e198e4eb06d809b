//! A message's tree, taken apart within bounds.

use std::borrow::Cow;

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{ContentType, HeaderValue, Message, MessageParser, MimeHeaders};

use super::{LONGEST_ID, MOST_REFERENCES};
use crate::address::same_address;
use domain::letters::received::Unreadable;

/// The longest head of a message or part, in bytes.
const LONGEST_HEAD: usize = 256 * 1024;

/// The most parts of a message, and how deep they may stand in one another.
const MOST_PARTS: usize = 200;
const DEEPEST: usize = 10;

/// The longest text that is looked into, in bytes: an answer or a status is small.
const LONGEST_TEXT: usize = 1024 * 1024;

/// The headers of a message or part.
pub(super) struct PartHeaders<'a>(Option<Message<'a>>);

impl<'a> PartHeaders<'a> {
    /// Reads the headers that stand at the beginning of `raw`, and the rest of it.
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

    /// A header's value as it stands, on one line.
    pub(super) fn raw(&self, name: &'static str) -> Option<&str> {
        self.0.as_ref()?.header_raw(name).map(str::trim)
    }

    /// The address of the (first) sender.
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
                let last = list.len().saturating_sub(MOST_REFERENCES);
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

/// A Message-ID as it is compared; None where it cannot be one.
pub(super) fn identity(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches('<').trim_end_matches('>').trim();
    let is_fit = !text.is_empty() && text.len() <= LONGEST_ID && !text.chars().any(char::is_control);
    is_fit.then(|| text.to_owned())
}

/// A leaf: a part without parts of its own, or a message inside the message.
pub(super) struct Leaf<'a> {
    head: PartHeaders<'a>,
    /// `text/calendar`, lower case.
    pub(super) kind: String,
    body: &'a [u8],
}

impl Leaf<'_> {
    /// A parameter of its Content-Type.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.head.content_type()?.attribute(name)
    }

    /// Its bytes, decoded; what cannot be decoded as it stands.
    pub(super) fn bytes(&self) -> Cow<'_, [u8]> {
        let decoded = match self.head.encoding().as_str() {
            "base64" => base64_decode(self.body),
            "quoted-printable" => quoted_printable_decode(self.body),
            _ => None,
        };
        decoded.map_or(Cow::Borrowed(self.body), Cow::Owned)
    }

    /// Its text, in UTF-8 unless it says otherwise; None where it is longer than anyone's answer.
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

/// The head of a message, and its leaves in order.
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
    if *seen > MOST_PARTS {
        return Err(Unreadable::ManyParts(MOST_PARTS));
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

/// The parts between boundary lines (RFC 2046 section 5.1.1); what stands before the first and after the last is
/// not looked at, and a last part without its end is whole.
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
            // One more than is allowed is enough to refuse it.
            if is_last || parts.len() > MOST_PARTS {
                break;
            }
        }
        at += line.len();
    }
    parts.extend(begins.map(|begins| body.get(begins..).unwrap_or_default()));
    parts
}
