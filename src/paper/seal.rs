//! Signatures on documents: creates and checks PAdES baseline B-B and B-T (ETSI EN 319 142-1).
//!
//! ```text
//! certificate and key (PEM) → Signer ── CMS over the document's bytes ─┬─ B-B
//!                              Stamper ── token over the signature ────┴─ B-T
//! ```
//!
//! The same key, bytes and certificate give the same signature: RSA uses PKCS #1 v1.5, ECDSA uses RFC 6979. Time stamps
//! differ every time.

mod check;
mod cms;
mod signer;
mod stamp;

pub use check::{Checked, Doubt, Signatory, Stamped, Untimely, check};
pub use signer::{BadSigner, Signer, Unstamped, fingerprints};
pub use stamp::{BadAuthorityAddress, NoStamp, Stamper};

/// The means by which an office signs: a signer, and optionally a time-stamp authority.
#[derive(Debug)]
pub struct Sealer {
    pub signer: Signer,
    /// `None` if signatures carry no time stamp.
    pub stamper: Option<Stamper>,
}

impl Sealer {
    /// Maximum size of a signature, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.signer.signature_bytes() + self.stamper.as_ref().map_or(0, Stamper::stamp_bytes)
    }
}
