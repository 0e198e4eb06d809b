//! Records, forms, photos and signatures as they are on file.

use super::form::ReviewWhy;
use crate::Instant;
use crate::ids::{FormId, LinkId, VisitId};

/// A record as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRecord {
    /// Of the canonical JSON.
    pub sha256: String,
    /// The canonical JSON.
    pub body: String,
    pub received_at: Instant,
}

/// A photo of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordPhoto {
    /// The name that the record gives it.
    pub file: String,
    /// Of the bytes among the documents.
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
    /// Made on the phone.
    pub client_id: &'a str,
    pub visit: VisitId,
    /// The link it came by; None: by hand, from a file.
    pub link: Option<LinkId>,
    /// Who brings it: `engineer:E-1`, or `user:ana` by hand.
    pub by: &'a str,
    /// SHA-256 of the bytes as sent.
    pub body_sha256: &'a str,
    pub body: &'a str,
    pub office_note: &'a str,
    /// None: it is the visit's record.
    pub review: Option<ReviewWhy>,
}

/// A submission on file.
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
    /// None: it is the visit's record.
    pub review: Option<ReviewWhy>,
    pub settled: Option<SettledReview>,
}

/// What a person made of a form that waited for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettledReview {
    pub at: Instant,
    pub how: String,
}

/// A photo as it was sent, and as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormPhoto {
    /// Of the bytes as sent.
    pub sent_sha256: String,
    /// Bytes as sent.
    pub bytes: i64,
    /// Of what is among the documents: encoded anew.
    pub sha256: String,
}

/// A signature that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedSignature {
    pub visit: VisitId,
    pub asked_at: Instant,
    /// How long the report waits for it.
    pub waits_until: Instant,
    /// Of the record as it was handed in, before it was signed.
    pub record_sha256: String,
    /// Made on the phone of who signed; None: nobody has.
    pub client_id: Option<String>,
    /// SHA-256 of the bytes that were sent.
    pub body_sha256: Option<String>,
    pub signed_at: Option<Instant>,
}

/// A signature that came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GivenSignature<'a> {
    pub client_id: &'a str,
    pub body_sha256: &'a str,
    pub body: &'a str,
    pub link: LinkId,
}
