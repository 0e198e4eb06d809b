//! Records, forms, photos and signatures in the form in which they are stored.

use super::form::ReviewWhy;
use crate::Instant;
use crate::ids::{FormId, LinkId, VisitId};

/// A record as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRecord {
    /// SHA-256 of the canonical JSON.
    pub sha256: String,
    /// The canonical JSON.
    pub body: String,
    pub received_at: Instant,
}

/// A photo of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordPhoto {
    /// The name in the record.
    pub file: String,
    /// SHA-256 of the stored document.
    pub sha256: String,
}

/// The record of an earlier visit to a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastRecord {
    pub visit: VisitId,
    /// The canonical JSON.
    pub body: String,
    pub completed_at: Instant,
}

/// A submission to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSubmission<'a> {
    /// Generated on the phone.
    pub client_id: &'a str,
    pub visit: VisitId,
    /// The link that it came through; `None`: submitted by hand, from a file.
    pub link: Option<LinkId>,
    /// Who submitted it: `engineer:E-1`, or `user:ana` if by hand.
    pub by: &'a str,
    /// SHA-256 of the bytes as sent.
    pub body_sha256: &'a str,
    pub body: &'a str,
    pub office_note: &'a str,
    /// Why it waits for a review; `None`: it is the visit's record.
    pub review: Option<ReviewWhy>,
}

/// A submission as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    pub id: FormId,
    pub client_id: String,
    pub visit: VisitId,
    pub by: String,
    pub body_sha256: String,
    pub body: String,
    pub office_note: String,
    pub received_at: Instant,
    /// Why it waits for a review; `None`: it is the visit's record.
    pub review: Option<ReviewWhy>,
    pub settled: Option<SettledReview>,
}

/// A person's decision about a form that was waiting for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettledReview {
    pub at: Instant,
    pub how: String,
}

/// A photo, both as sent and as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormPhoto {
    /// SHA-256 of the bytes as sent.
    pub sent_sha256: String,
    /// Size as sent, in bytes.
    pub bytes: i64,
    /// SHA-256 of the stored document, which is encoded again.
    pub sha256: String,
}

/// A signature that was requested through a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedSignature {
    pub visit: VisitId,
    pub asked_at: Instant,
    /// Until when the report waits for it.
    pub waits_until: Instant,
    /// SHA-256 of the record as submitted, before it was signed.
    pub record_sha256: String,
    /// Generated on the signer's phone; `None`: nobody has signed.
    pub client_id: Option<String>,
    /// SHA-256 of the submitted bytes.
    pub body_sha256: Option<String>,
    pub signed_at: Option<Instant>,
}

/// A signature that was submitted through a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GivenSignature<'a> {
    pub client_id: &'a str,
    pub body_sha256: &'a str,
    pub body: &'a str,
    pub link: LinkId,
}
