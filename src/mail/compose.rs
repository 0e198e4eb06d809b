//! Notice → letter: the reader's words, put into a message.

use super::Composer;
use super::message::Written;
use super::templates::render;
use super::words::{Speaker, context, lists};
use crate::domain::Instant;
use crate::domain::deadline::DeadlineId;
use crate::domain::notice::{Attachment, Letter, Notice, Reader};
use crate::domain::visit::VisitId;

impl Composer {
    /// The letter that tells `reader` of `notice`, in the reader's language. The same input gives the same bytes.
    ///
    /// A reader whose address no server would take gets a letter all the same; it is refused, with the reason, when
    /// it should leave.
    ///
    /// # Errors
    /// When a template is broken, or the company's own address cannot be written into a message.
    pub fn compose(&self, notice: &Notice, reader: &Reader, key: &str, at: Instant) -> anyhow::Result<Letter> {
        let speaker = Speaker { locales: &self.locales, language: reader.language };
        let context = context(self, &speaker, notice, reader);
        let rendered = render(notice.word(), &self.locales, reader.language, &context)?;
        let visit = visit_of(notice);
        let lists = lists_of(&speaker, notice);
        let written = Written {
            subject: rendered.subject.clone(),
            text: rendered.text,
            html: rendered.html,
            attachment: attachment_of(notice).or(lists.as_ref()),
            visit,
        };
        Ok(Letter {
            key: key.to_owned(),
            notice: notice.word(),
            message_id: self.message_id(key),
            to: reader.clone(),
            subject: rendered.subject,
            bytes: self.bytes(written, reader, key, at)?,
            visit,
            deadline: deadline_of(notice),
        })
    }
}

fn visit_of(notice: &Notice) -> Option<VisitId> {
    match notice {
        Notice::VisitAnnounced { visit }
        | Notice::VisitMoved { visit, .. }
        | Notice::VisitCancelled { visit, .. }
        | Notice::VisitReminder { visit }
        | Notice::VisitNotDone { visit, .. }
        | Notice::ReportDelivered { visit, .. }
        | Notice::CertificateDelivered { visit, .. } => Some(visit.id),
        Notice::DeadlineFlagged { deadline } => deadline.visit,
        Notice::Digest(_) | Notice::Review(_) | Notice::Undelivered { .. } => None,
    }
}

fn deadline_of(notice: &Notice) -> Option<DeadlineId> {
    match notice {
        Notice::DeadlineFlagged { deadline } => Some(deadline.id),
        Notice::VisitAnnounced { .. }
        | Notice::VisitMoved { .. }
        | Notice::VisitCancelled { .. }
        | Notice::VisitReminder { .. }
        | Notice::VisitNotDone { .. }
        | Notice::ReportDelivered { .. }
        | Notice::CertificateDelivered { .. }
        | Notice::Digest(_)
        | Notice::Review(_)
        | Notice::Undelivered { .. } => None,
    }
}

/// A digest's complete lists, where the letter itself had to shorten them.
fn lists_of(speaker: &Speaker<'_>, notice: &Notice) -> Option<Attachment> {
    match notice {
        Notice::Digest(digest) => lists(speaker, digest),
        Notice::VisitAnnounced { .. }
        | Notice::VisitMoved { .. }
        | Notice::VisitCancelled { .. }
        | Notice::VisitReminder { .. }
        | Notice::VisitNotDone { .. }
        | Notice::ReportDelivered { .. }
        | Notice::CertificateDelivered { .. }
        | Notice::DeadlineFlagged { .. }
        | Notice::Review(_)
        | Notice::Undelivered { .. } => None,
    }
}

fn attachment_of(notice: &Notice) -> Option<&Attachment> {
    match notice {
        Notice::ReportDelivered { pdf, .. } | Notice::CertificateDelivered { pdf, .. } => Some(pdf),
        Notice::VisitAnnounced { .. }
        | Notice::VisitMoved { .. }
        | Notice::VisitCancelled { .. }
        | Notice::VisitReminder { .. }
        | Notice::VisitNotDone { .. }
        | Notice::DeadlineFlagged { .. }
        | Notice::Digest(_)
        | Notice::Review(_)
        | Notice::Undelivered { .. } => None,
    }
}
