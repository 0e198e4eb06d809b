//! Links and acts as they are put on file.

use super::{Act, Errand};
use crate::Instant;
use crate::ids::LinkId;

/// A link to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLink<'a> {
    pub key: &'a str,
    /// SHA-256 of the secret, hexadecimal.
    pub secret_sha256: &'a str,
    pub holder: &'a str,
    pub errand: &'a Errand,
    pub expires_at: Option<Instant>,
}

/// An act to be put on file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAct<'a> {
    pub client_id: &'a str,
    pub link: LinkId,
    /// Who held the link: `manager:M-1`.
    pub by: &'a str,
    /// What it was about, as `Matter::key` says it.
    pub matter: &'a str,
    pub act: &'a Act,
}

/// An act on file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAct {
    pub id: i64,
    pub client_id: String,
    pub link: LinkId,
    pub by: String,
    pub matter: String,
    pub act: Act,
    pub done_at: Instant,
}
