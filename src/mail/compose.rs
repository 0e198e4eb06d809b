//! Composes letters: renders a notice in its reader's language, and builds the message.

use super::Composer;
use super::message::{Attachment, Written};
use super::templates::Rendered;
use super::words::{Speaker, context, lists};
use domain::Instant;
use domain::letters::notice::{Enclosed, Notice, PdfDelivery, Reader};
use domain::letters::owed::{LetterOwed, Links, WrittenLetter};

impl Composer {
    /// A letter to `reader` about `notice`, to be written once it may leave.
    #[must_use]
    pub fn owed(&self, key: String, reader: Reader, notice: Notice) -> LetterOwed {
        let message_id = self.message_id(&key);
        LetterOwed::new(key, message_id, reader, notice)
    }

    /// Writes the letter in its reader's language, as sent at `at`. The same input gives the same bytes.
    ///
    /// `document` is what the letter encloses, see [`LetterOwed::document`]. If no server would accept the reader's
    /// address, the letter is written all the same, without an invitation, since nobody could reply to it; sending it
    /// is refused with the reason.
    ///
    /// # Errors
    /// If a template is broken, the company's own address cannot be used in a message, or the document is missing.
    pub fn compose(&self, letter: &LetterOwed, document: Option<&[u8]>, at: Instant) -> anyhow::Result<WrittenLetter> {
        let (facts, reader) = (&letter.facts, &letter.to);
        let rendered = self.render(&facts.notice, reader, &facts.links)?;
        let about = facts.notice.about();
        let speaker = Speaker { locales: &self.locales, language: reader.language };
        let written = Written {
            message_id: &letter.message_id,
            subject: rendered.subject.clone(),
            text: rendered.text,
            html: rendered.html,
            attachment: attachment(&speaker, about.encloses, document)?,
            pictures: self.look.logo.iter().collect(),
            calendar: facts.invitation.as_ref().and_then(|invitation| self.calendar(invitation, reader, at)),
            visit: about.visit,
            bulk: about.kind.is_bulk().then_some(&facts.links),
        };
        Ok(WrittenLetter { subject: rendered.subject, bytes: self.bytes(written, reader, &letter.key, at)? })
    }

    /// The company's logo, which every letter shows; `None` if there is none.
    #[must_use]
    pub fn logo(&self) -> Option<&[u8]> {
        self.look.logo.as_ref().map(|logo| logo.bytes.as_slice())
    }

    /// Renders the letter's texts, before they become a message.
    pub(super) fn render(&self, notice: &Notice, reader: &Reader, links: &Links) -> anyhow::Result<Rendered> {
        let speaker = Speaker { locales: &self.locales, language: reader.language };
        let context = context(self, &speaker, notice, reader, links);
        self.templates.render(notice.kind(), reader.language, &context)
    }
}

/// The file attached to a letter, if any.
fn attachment(
    speaker: &Speaker<'_>,
    encloses: Option<Enclosed<'_>>,
    document: Option<&[u8]>,
) -> anyhow::Result<Option<Attachment>> {
    Ok(match encloses {
        None | Some(Enclosed::Paper(PdfDelivery::Linked { .. })) => None,
        Some(Enclosed::Paper(PdfDelivery::Attached { file_name, sha256, .. })) => {
            let bytes = document.ok_or_else(|| anyhow::anyhow!("document {sha256} is missing"))?;
            Some(Attachment { file_name: file_name.clone(), media_type: "application/pdf", bytes: bytes.to_vec() })
        }
        Some(Enclosed::Lists(digest)) => lists(speaker, digest),
    })
}
