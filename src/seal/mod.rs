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

pub use check::{Checked, Doubt, Signatory, Stamped, check};
pub use signer::{BadSigner, Signer, Unstamped};
pub use stamp::{BadAddress, NoStamp, Stamper};
