//! Links and acts in the form in which they are stored.

use super::{Act, Errand};
use crate::Instant;
use crate::ids::LinkId;

/// A link to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLink<'a> {
    pub key: &'a str,
    /// SHA-256 of the secret, in hexadecimal.
    pub secret_sha256: &'a str,
    pub holder: &'a str,
    pub errand: &'a Errand,
    pub expires_at: Option<Instant>,
}

/// An act to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAct<'a> {
    pub client_id: &'a str,
    pub link: LinkId,
    /// The link's holder: `manager:M-1`.
    pub by: &'a str,
    /// What it concerned, in the form of `Matter::key`.
    pub matter: &'a str,
    pub act: &'a Act,
}

/// An act as it is stored.
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
