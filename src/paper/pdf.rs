//! Turns blocks into PDF files: PDF/A-3a and PDF/UA-1, byte-identical for the same document.
//!
//! ```text
//! Pages → layout (slabs, pages) → display list → printpdf operations → page contents ┐
//!                                             └→ fonts, structure, metadata ──────────┴→ bytes
//! ```
//!
//! It knows nothing about contracts and reads no clock: the same [`Pages`] and [`Meta`] give the same bytes in every
//! process of a release. The work is bounded: texts are truncated after [`LONGEST_TEXT`] characters (visibly), and
//! documents of more than [`MOST_PAGES`] pages are refused.

pub mod display;
pub mod fonts;
mod layout;
mod look;
mod provenance;
mod read;
mod text;
mod write;

use chrono::NaiveDate;

use domain::language::Language;
use domain::reports::Pages;

pub use layout::{MOST_PAGES, lay_out};
pub use provenance::Provenance;
pub use read::{Claims, Extent, LARGEST_FILE, Remains, SignatureFound, UnreadablePdf, read};
pub use text::{LONGEST_TEXT, without_form};
pub use write::{Hole, Seal};

/// Metadata of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta {
    pub title: String,
    /// The company.
    pub author: String,
    pub subject: String,
    pub language: Language,
    /// The document's creation date.
    pub issued_on: NaiveDate,
    /// The record that the document was drawn from, embedded as `record.json`.
    pub record: Option<Vec<u8>>,
    /// Which report the document is, and which one it follows; `None` if it is not a report.
    pub provenance: Option<Provenance>,
}

/// Why a document could not be drawn.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the document has more than {pages} pages; shorten the record")]
    TooLong { pages: usize },
    #[error("printpdf gave no page")]
    Page,
    #[error("cannot take the used characters out of face {face}: {why}")]
    Subset { face: &'static str, why: String },
    #[error("the signature does not fit into its place")]
    Seal,
}

/// Draws a document. This blocks for around ten milliseconds; call it from `spawn_blocking`.
///
/// # Errors
/// [`Error::TooLong`] if the document is too long; the other variants are bugs of ours.
pub fn draw(pages: &Pages, meta: &Meta) -> Result<Vec<u8>, Error> {
    let display = layout::lay_out(pages)?;
    Ok(write::write(&display, meta, None)?.0)
}

/// Like [`draw`], with a placeholder for a signature; returns the bytes and the position of the placeholder.
///
/// # Errors
/// See [`draw`].
pub fn draw_to_sign(pages: &Pages, meta: &Meta, seal: &Seal) -> Result<(Vec<u8>, Hole), Error> {
    let display = layout::lay_out(pages)?;
    let (bytes, hole) = write::write(&display, meta, Some(seal))?;
    Ok((bytes, hole.ok_or(Error::Seal)?))
}
