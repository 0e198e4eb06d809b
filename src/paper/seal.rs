//! Signatures under documents: PAdES baseline B-B and B-T (ETSI EN 319 142-1), made and checked.
//!
//! ```text
//! certificate and key (PEM) → Signer ── CMS over the document's bytes ─┬─ B-B
//!                              Stamper ── token over the signature ────┴─ B-T
//! ```
//!
//! The same key, bytes and certificate give the same signature: RSA by PKCS #1 v1.5, ECDSA by RFC 6979. A time stamp
//! is another one each time.

mod check;
mod cms;
mod signer;
mod stamp;

pub use check::{Checked, Doubt, Signatory, Stamped, Untimely, check};
pub use signer::{BadSigner, Signer, Unstamped, fingerprints};
pub use stamp::{BadAuthorityAddress, NoStamp, Stamper};

/// What an office signs with.
#[derive(Debug)]
pub struct Sealer {
    pub signer: Signer,
    /// None: signatures carry no time stamp.
    pub stamper: Option<Stamper>,
}

impl Sealer {
    /// Bytes that a signature takes at most.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.signer.signature_bytes() + self.stamper.as_ref().map_or(0, Stamper::stamp_bytes)
    }
}
