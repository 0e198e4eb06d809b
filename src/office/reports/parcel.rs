//! A report or certificate for its readers: attached to their letters, or behind a link.

use anyhow::Context;
use chrono::{Days, TimeDelta};

use crate::access::links;
use crate::letters::owe;
use crate::{Result, Tools};
use domain::Instant;
use domain::access::Errand;
use domain::contract::Purpose;
use domain::letters::hours::Occasion;
use domain::letters::notice::{Notice, NoticeKind, PdfDelivery, Reader, Reissue, VisitWords};
use domain::records::{Attendee, CustomerSignature, Done};
use domain::reports::{DocumentKind, Replaced, ReportFacts, StoredReport};
use domain::visits::rest::not_inspected;
use domain::wording::in_file_names;

/// How long the link to a large report is valid.
const LINK_HOLDS: TimeDelta = TimeDelta::days(365);

/// The stored document.
pub(super) struct Pdf {
    /// The file name, in the customer's language.
    pub(super) file_name: String,
    /// Bytes.
    pub(super) size: usize,
    pub(super) sha256: String,
}

/// A report or certificate for its readers.
pub(super) struct Parcel<'a> {
    pub(super) words: VisitWords,
    pub(super) facts: &'a ReportFacts,
    pub(super) pdf: Pdf,
    pub(super) reissue: Option<Reissue>,
}

pub(super) fn replaced(tools: &Tools, earlier: &StoredReport) -> Replaced {
    Replaced {
        revision: u32::try_from(earlier.revision).expect("written by `put`"),
        issued_on: tools.config.company.time_zone.day(earlier.issued_at),
    }
}

/// How revision `revision` differs from the previous one.
pub(super) fn reissue(tools: &Tools, revision: u32, earlier: &StoredReport, done: &Done) -> Reissue {
    let signed_since_by = match &done.customer_signature {
        CustomerSignature::Signed(signature) => {
            Some(signature.name.clone()).filter(|_| signature.signed_at >= earlier.issued_at)
        }
        CustomerSignature::Absent { .. } | CustomerSignature::Refused { .. } | CustomerSignature::Asked { .. } => None,
    };
    Reissue { revision, replaces: replaced(tools, earlier), signed_since_by }
}

/// The kind of notice for a visit's document.
pub(super) fn delivery(purpose: Purpose) -> NoticeKind {
    match DocumentKind::of(purpose) {
        DocumentKind::Certificate => NoticeKind::CertificateDelivered,
        DocumentKind::Report => NoticeKind::ReportDelivered,
    }
}

impl Parcel<'_> {
    pub(super) fn kind(&self) -> NoticeKind {
        delivery(self.words.purpose)
    }

    pub(super) async fn put(
        &self,
        tools: &Tools,
        tx: &mut store::Tx,
        reader: &Reader,
        issue: u32,
        now: Instant,
    ) -> Result<()> {
        let key = format!("{}/{}/{issue}/{}", self.kind(), self.words.id, reader.role.key());
        let notice = self.notice(self.paper(tools, tx, &key, reader, now).await?);
        owe(tx, &tools.composer.owed(key, reader.clone(), notice), &Occasion::at_once(now)).await?;
        Ok(())
    }

    /// Attached, or behind a link for this reader if the file is too large for mail. Without public pages it is
    /// attached all the same, because a server that refuses it reports that.
    async fn paper(
        &self,
        tools: &Tools,
        tx: &mut store::Tx,
        key: &str,
        reader: &Reader,
        now: Instant,
    ) -> Result<PdfDelivery> {
        let Pdf { file_name, size, sha256 } = &self.pdf;
        let (file_name, size) = (file_name.clone(), *size);
        let fits = size <= tools.config.letters.largest_attachment_mb as usize * 1_000_000;
        if fits || tools.config.web.public.is_none() {
            return Ok(PdfDelivery::Attached { file_name, size, sha256: sha256.clone() });
        }
        let errand = Errand::Paper { visit: self.words.id, revision: self.facts.revision };
        let expires_at = now + LINK_HOLDS;
        let secret = links::make(tools, tx, &format!("{key}/paper"), &reader.role, &errand, Some(expires_at)).await?;
        let url = links::address(tools, "paper", &secret).context("the office has public pages")?;
        let until = tools.config.company.time_zone.day(expires_at) - Days::new(1);
        Ok(PdfDelivery::Linked { file_name, size, url, until })
    }

    fn notice(&self, pdf: PdfDelivery) -> Notice {
        let (visit, completed_on) = (self.words.clone(), self.facts.done.completed_at.date_naive());
        let reissue = self.reissue.clone();
        match DocumentKind::of(visit.purpose) {
            DocumentKind::Certificate => {
                // Only their names: what they have drawn stays in the record.
                let named = |person: &Attendee| Attendee { strokes: Vec::new(), ..person.clone() };
                let attendees = self.facts.done.attendance.iter().map(named).collect();
                Notice::CertificateDelivered { visit, completed_on, attendees, pdf, reissue }
            }
            DocumentKind::Report => {
                let not_inspected = not_inspected(&self.facts.done).len();
                Notice::ReportDelivered { visit, completed_on, not_inspected, pdf, reissue }
            }
        }
    }
}

/// The file name in the customer's language: day, kind of document, site, number.
pub(super) fn file_name(facts: &ReportFacts) -> String {
    let day = facts.done.completed_at.date_naive();
    let place = in_file_names(&facts.site.name);
    format!("{day} {place} {}.pdf", facts.number())
}
