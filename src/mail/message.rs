//! Builds the final bytes of a message: headers and MIME parts. The same input gives the same bytes.

use std::fmt::Write;
use std::time::SystemTime;

use anyhow::Context;
use lettre::Message;
use lettre::message::header::{ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Attachment as Attached, Body, Mailbox, MultiPart, SinglePart};
use sha2::{Digest, Sha256};

use super::Composer;
use super::address::{one_line, wire_address};
use super::look::InlineImage;
use domain::Instant;
use domain::ids::VisitId;
use domain::letters::notice::Reader;
use domain::letters::owed::Links;
use domain::visits::invitation::Method;
use domain::wording::in_addresses;

/// A letter's texts and parts, before they become a message.
pub(super) struct Written<'a> {
    /// Without angle brackets.
    pub message_id: &'a str,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub attachment: Option<Attachment>,
    /// Inline pictures, to which the HTML refers by Content-ID.
    pub pictures: Vec<&'a InlineImage>,
    pub calendar: Option<CalendarPart>,
    /// All letters about one visit belong to the same thread.
    pub visit: Option<VisitId>,
    /// The letter's links, if it is a routine mailing.
    pub bulk: Option<&'a Links>,
}

/// A document attached to a letter.
pub(super) struct Attachment {
    pub file_name: String,
    pub media_type: &'static str,
    pub bytes: Vec<u8>,
}

/// The calendar part of a letter.
pub(super) struct CalendarPart {
    pub method: Method,
    /// iCalendar with CRLF line breaks.
    pub text: String,
    pub file_name: String,
}

/// Tells auto-responders not to reply (RFC 3834 section 5).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }
    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(AutoSubmitted)
    }
    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

impl Composer {
    /// `sha256(key)@domain` without angle brackets, which never changes for the same letter.
    pub(super) fn message_id(&self, key: &str) -> String {
        message_id(key, &self.from)
    }

    /// The Message-ID to which all letters about a visit refer; no letter has this ID itself.
    fn thread_of(&self, visit: VisitId) -> String {
        format!("visit-{}@{}", &hex(&format!("visit/{visit}"))[..32], self.domain())
    }

    fn domain(&self) -> String {
        domain_of(&self.from)
    }

    /// The Reply-To address.
    fn replies(&self) -> &str {
        self.reply_to.as_deref().unwrap_or(&self.from)
    }

    /// `Precedence` keeps auto-responders quiet; the other headers allow the reader to unsubscribe with one click (RFC
    /// 8058) or, if the office has no public pages, by writing to a person (RFC 2369).
    fn bulk_headers(&self, links: &Links, reader: &Reader) -> Vec<(&'static str, String)> {
        let mut headers = vec![("Precedence", "bulk".to_owned())];
        match &links.unsubscribe {
            Some(url) => headers.extend([
                ("List-Unsubscribe", format!("<{url}>")),
                ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()),
            ]),
            None => {
                let who = in_addresses(&reader.role.key());
                let to = wire_address(self.replies()).map_or_else(|_| String::new(), |address| address.to_string());
                headers.push(("List-Unsubscribe", format!("<mailto:{to}?subject=unsubscribe%20{who}>")));
            }
        }
        headers
    }

    /// The whole message: ASCII with CRLF line breaks, signed.
    pub(super) fn bytes(
        &self,
        written: Written<'_>,
        reader: &Reader,
        key: &str,
        at: Instant,
    ) -> anyhow::Result<Vec<u8>> {
        let from = wire_address(&self.from).context("the company's own address")?;
        let mut message = Message::builder()
            .date(SystemTime::from(at))
            .from(Mailbox::new(name(&self.company), from.clone()))
            .message_id(Some(format!("<{}>", written.message_id)))
            .subject(one_line(&written.subject))
            .header(AutoSubmitted);
        let reply_to = wire_address(self.replies()).context("the company's address for replies")?;
        message = message.reply_to(Mailbox::new(name(&self.company), reply_to));
        if let Some(links) = written.bulk {
            message = self.bulk_headers(links, reader).into_iter().fold(message, |message, (header, value)| {
                message.raw_header(HeaderValue::new(HeaderName::new_from_ascii_str(header), value))
            });
        }
        message = match wire_address(&reader.email) {
            Ok(to) => message
                .to(Mailbox::new(name(&reader.name), to.clone()))
                .envelope(lettre::address::Envelope::new(Some(from), vec![to])?),
            // The letter is written all the same, and sending it is refused with the reason: a contact without a valid
            // address must not block what the letter is about. An empty group is valid (RFC 5322 section 3.4).
            Err(_) => message
                .raw_header(HeaderValue::new(
                    HeaderName::new_from_ascii_str("To"),
                    "undisclosed-recipients:;".to_owned(),
                ))
                .envelope(lettre::address::Envelope::new(Some(from.clone()), vec![from])?),
        };
        if let Some(visit) = written.visit {
            let thread = format!("<{}>", self.thread_of(visit));
            message = message.in_reply_to(thread.clone()).references(thread);
        }
        let mut alternative = MultiPart::alternative()
            .boundary(boundary(key, "alternative"))
            .singlepart(part(ContentType::TEXT_PLAIN, written.text)?);
        let html = part(ContentType::TEXT_HTML, written.html)?;
        alternative = match written.pictures.as_slice() {
            [] => alternative.singlepart(html),
            pictures => alternative.multipart(with_pictures(html, pictures, key)?),
        };
        let mut files = Vec::new();
        if let Some(attachment) = &written.attachment {
            files.push(attached(attachment)?);
        }
        if let Some(calendar) = &written.calendar {
            alternative = alternative.singlepart(inline_calendar(calendar)?);
            files.push(calendar_file(calendar)?);
        }
        let message = if files.is_empty() {
            message.multipart(alternative)?
        } else {
            let mixed = MultiPart::mixed().boundary(boundary(key, "mixed")).multipart(alternative);
            message.multipart(files.into_iter().fold(mixed, MultiPart::singlepart))?
        };
        self.dkim.iter().try_fold(message.formatted(), |message, dkim| dkim.sign(&message, at))
    }
}

/// The Message-ID of the letter with this key from this sender, without angle brackets.
#[must_use]
pub fn message_id(key: &str, from: &str) -> String {
    format!("{}@{}", &hex(key)[..40], domain_of(from))
}

fn domain_of(address: &str) -> String {
    wire_address(address).map_or_else(|_| "localhost".to_owned(), |address| address.domain().to_owned())
}

/// A part in quoted-printable or base64, whichever is shorter: raw 8-bit text is never sent.
fn part(kind: ContentType, text: String) -> anyhow::Result<SinglePart> {
    let non_ascii = text.bytes().filter(|byte| !byte.is_ascii()).count();
    let encoding = if non_ascii * 6 > text.len() {
        ContentTransferEncoding::Base64
    } else {
        ContentTransferEncoding::QuotedPrintable
    };
    let text = text.replace("\r\n", "\n").replace('\n', "\r\n");
    let body =
        Body::new_with_encoding(text, encoding).map_err(|_| anyhow::anyhow!("{encoding} can carry every text"))?;
    Ok(SinglePart::builder().header(kind).body(body))
}

/// Combines the HTML with its inline pictures (RFC 2387).
fn with_pictures(html: SinglePart, pictures: &[&InlineImage], key: &str) -> anyhow::Result<MultiPart> {
    let mut related = MultiPart::related().boundary(boundary(key, "related")).singlepart(html);
    for picture in pictures {
        let kind = ContentType::parse(picture.media_type).context("the picture's media type")?;
        let body = Body::new_with_encoding(picture.bytes.to_vec(), ContentTransferEncoding::Base64)
            .map_err(|_| anyhow::anyhow!("base64 can carry every picture"))?;
        let attached = Attached::new_inline_with_name(picture.cid.clone(), picture.file_name.clone());
        related = related.singlepart(attached.body(body, kind));
    }
    Ok(related)
}

/// The part by which a mail client recognises an invitation: the last alternative, with the method in its Content-Type
/// (RFC 6047 section 2.4), and without Content-Disposition, which makes some clients treat it as a mere file.
fn inline_calendar(calendar: &CalendarPart) -> anyhow::Result<SinglePart> {
    let kind = format!("text/calendar; method={}; charset=utf-8; component=VEVENT", calendar.method.word());
    let kind = ContentType::parse(&kind).context("the invitation's media type")?;
    Ok(SinglePart::builder().header(kind).body(in_base64(calendar.text.as_bytes())?))
}

/// The same calendar as an attachment, for clients that recognise invitations only as files.
fn calendar_file(calendar: &CalendarPart) -> anyhow::Result<SinglePart> {
    let kind = ContentType::parse("application/ics").expect("a media type");
    Ok(Attached::new(calendar.file_name.clone()).body(in_base64(calendar.text.as_bytes())?, kind))
}

fn in_base64(bytes: &[u8]) -> anyhow::Result<Body> {
    Body::new_with_encoding(bytes.to_vec(), ContentTransferEncoding::Base64)
        .map_err(|_| anyhow::anyhow!("base64 can carry every file"))
}

/// Always base64: a part that happens to be ASCII would be sent with bare LF, which strict servers reject.
fn attached(attachment: &Attachment) -> anyhow::Result<SinglePart> {
    let kind = ContentType::parse(attachment.media_type).context("the attachment's media type")?;
    Ok(Attached::new(one_line(&attachment.file_name)).body(in_base64(&attachment.bytes)?, kind))
}

fn name(text: &str) -> Option<String> {
    let name = one_line(text);
    (!name.is_empty()).then_some(name)
}

/// Unique to the letter and level, so that it cannot occur in the text by accident.
fn boundary(key: &str, level: &str) -> String {
    format!("={}=", &hex(&format!("{level} of {key}"))[..40])
}

fn hex(text: &str) -> String {
    Sha256::digest(text).iter().fold(String::with_capacity(64), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("writing to a String cannot fail");
        hex
    })
}
