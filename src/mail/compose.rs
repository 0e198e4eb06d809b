//! Notice → letter: the reader's words, put into a message.

use std::borrow::Cow;

use super::Composer;
use super::message::Written;
use super::templates::Rendered;
use super::words::{Speaker, context, lists};
use domain::Instant;
use domain::letters::notice::{Attachment, Enclosed, Letter, Notice, PdfDelivery, Reader};
use domain::visits::invitation::Invitation;

/// Secret links of one letter's reader; None where the office has no public pages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    /// Ends what is sent as a matter of routine.
    pub unsubscribe: Option<String>,
}

/// What a letter has beside its notice.
#[derive(Default)]
struct Extras<'a> {
    links: Links,
    invitation: Option<&'a Invitation>,
}

impl Composer {
    /// The letter that tells `reader` of `notice`, in the reader's language. The same input gives the same bytes.
    ///
    /// A reader whose address no server would take gets a letter all the same; it is refused, with the reason, when
    /// it should leave.
    ///
    /// # Errors
    /// When a template is broken, or the company's own address cannot be written into a message.
    pub fn compose(&self, notice: &Notice, reader: &Reader, key: &str, at: Instant) -> anyhow::Result<Letter> {
        self.write(notice, reader, key, at, Extras::default())
    }

    /// As [`Composer::compose`], with secret links that are the reader's own.
    ///
    /// # Errors
    /// As there.
    pub fn compose_with(
        &self,
        notice: &Notice,
        reader: &Reader,
        key: &str,
        at: Instant,
        links: &Links,
    ) -> anyhow::Result<Letter> {
        self.write(notice, reader, key, at, Extras { links: links.clone(), invitation: None })
    }

    /// As [`Composer::compose`], with what the letter tells the reader's calendar. To a reader whose address no
    /// server would take, the letter goes without: nobody could answer it.
    ///
    /// # Errors
    /// As [`Composer::compose`].
    pub fn invite(
        &self,
        notice: &Notice,
        invitation: &Invitation,
        reader: &Reader,
        key: &str,
        at: Instant,
    ) -> anyhow::Result<Letter> {
        self.write(notice, reader, key, at, Extras { links: Links::default(), invitation: Some(invitation) })
    }

    fn write(
        &self,
        notice: &Notice,
        reader: &Reader,
        key: &str,
        at: Instant,
        extras: Extras<'_>,
    ) -> anyhow::Result<Letter> {
        let rendered = self.render(notice, reader, &extras.links)?;
        let about = notice.about();
        let speaker = Speaker { locales: &self.locales, language: reader.language };
        let attachment = attachment(&speaker, about.encloses);
        let written = Written {
            subject: rendered.subject.clone(),
            text: rendered.text,
            html: rendered.html,
            attachment: attachment.as_deref(),
            pictures: self.look.logo.iter().collect(),
            calendar: extras.invitation.and_then(|invitation| self.calendar(invitation, reader, at)),
            visit: about.visit,
            bulk: about.kind.is_bulk().then_some(&extras.links),
        };
        Ok(Letter {
            key: key.to_owned(),
            notice: about.kind.word(),
            message_id: self.message_id(key),
            to: reader.clone(),
            subject: rendered.subject,
            bytes: self.bytes(written, reader, key, at)?,
            visit: about.visit,
            deadline: about.deadline,
        })
    }

    /// The letter's words, before they are put into a message.
    pub(super) fn render(&self, notice: &Notice, reader: &Reader, links: &Links) -> anyhow::Result<Rendered> {
        let speaker = Speaker { locales: &self.locales, language: reader.language };
        let context = context(self, &speaker, notice, reader, links);
        self.templates.render(notice.kind(), reader.language, &context)
    }
}

/// The file that goes with a letter.
fn attachment<'a>(speaker: &Speaker<'_>, encloses: Option<Enclosed<'a>>) -> Option<Cow<'a, Attachment>> {
    match encloses? {
        Enclosed::Paper(PdfDelivery::Attached(pdf)) => Some(Cow::Borrowed(pdf)),
        Enclosed::Paper(PdfDelivery::Linked { .. }) => None,
        Enclosed::Lists(digest) => lists(speaker, digest).map(Cow::Owned),
    }
}
