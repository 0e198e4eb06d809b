//! Notice → letter: the reader's words, put into a message.

use super::Composer;
use super::message::Written;
use super::templates::Rendered;
use super::words::{Speaker, context, lists};
use domain::Instant;
use domain::letters::notice::{Attachment, Letter, Notice, PdfDelivery, Reader};
use domain::promises::DeadlineId;
use domain::visits::VisitId;
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
        let visit = visit_of(notice);
        let speaker = Speaker { locales: &self.locales, language: reader.language };
        let lists = lists_of(&speaker, notice);
        let written = Written {
            subject: rendered.subject.clone(),
            text: rendered.text,
            html: rendered.html,
            attachment: attachment_of(notice).or(lists.as_ref()),
            pictures: self.look.logo.iter().collect(),
            calendar: extras.invitation.and_then(|invitation| self.calendar(invitation, reader, at)),
            visit,
            bulk: notice.kind().is_bulk().then_some(&extras.links),
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

    /// The letter's words, before they are put into a message.
    pub(super) fn render(&self, notice: &Notice, reader: &Reader, links: &Links) -> anyhow::Result<Rendered> {
        let speaker = Speaker { locales: &self.locales, language: reader.language };
        let context = context(self, &speaker, notice, reader, links);
        self.templates.render(notice.kind(), reader.language, &context)
    }
}

fn visit_of(notice: &Notice) -> Option<VisitId> {
    match notice {
        Notice::VisitAnnounced { visit }
        | Notice::VisitMoved { visit, .. }
        | Notice::VisitCancelled { visit, .. }
        | Notice::VisitReminder { visit }
        | Notice::VisitNotDone { visit, .. }
        | Notice::VisitAskedToMove { visit, .. }
        | Notice::ReportDelivered { visit, .. }
        | Notice::CertificateDelivered { visit, .. }
        | Notice::CountersignAsked { visit, .. } => Some(visit.id),
        Notice::DeadlineFlagged { deadline } => deadline.visit,
        Notice::HotlineChanged { .. }
        | Notice::PhaseEnding { .. }
        | Notice::Digest(_)
        | Notice::Review(_)
        | Notice::Canary { .. }
        | Notice::Undelivered { .. } => None,
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
        | Notice::VisitAskedToMove { .. }
        | Notice::ReportDelivered { .. }
        | Notice::CertificateDelivered { .. }
        | Notice::CountersignAsked { .. }
        | Notice::HotlineChanged { .. }
        | Notice::PhaseEnding { .. }
        | Notice::Digest(_)
        | Notice::Review(_)
        | Notice::Canary { .. }
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
        | Notice::VisitAskedToMove { .. }
        | Notice::ReportDelivered { .. }
        | Notice::CertificateDelivered { .. }
        | Notice::CountersignAsked { .. }
        | Notice::DeadlineFlagged { .. }
        | Notice::HotlineChanged { .. }
        | Notice::PhaseEnding { .. }
        | Notice::Review(_)
        | Notice::Canary { .. }
        | Notice::Undelivered { .. } => None,
    }
}

fn attachment_of(notice: &Notice) -> Option<&Attachment> {
    match notice {
        Notice::ReportDelivered { pdf, .. } | Notice::CertificateDelivered { pdf, .. } => match pdf {
            PdfDelivery::Attached(pdf) => Some(pdf),
            PdfDelivery::Linked { .. } => None,
        },
        Notice::CountersignAsked { .. }
        | Notice::VisitAnnounced { .. }
        | Notice::VisitMoved { .. }
        | Notice::VisitCancelled { .. }
        | Notice::VisitReminder { .. }
        | Notice::VisitNotDone { .. }
        | Notice::VisitAskedToMove { .. }
        | Notice::DeadlineFlagged { .. }
        | Notice::HotlineChanged { .. }
        | Notice::PhaseEnding { .. }
        | Notice::Digest(_)
        | Notice::Review(_)
        | Notice::Canary { .. }
        | Notice::Undelivered { .. } => None,
    }
}
