//! Blocks → PDF bytes: PDF/A-3a and PDF/UA-1, byte-identical for the same document.
//!
//! ```text
//! Pages → layout (slabs, pages) → display list → printpdf operations → page contents ┐
//!                                             └→ fonts, structure, metadata ──────────┴→ bytes
//! ```
//!
//! It knows no contract and reads no clock: the same [`Pages`] and [`Meta`] give the same bytes, in every process
//! of one release. Drawing is bounded: texts are cut after [`LONGEST_TEXT`] characters (the cut is shown), documents
//! of more than [`MOST_PAGES`] pages are refused.

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

/// What a document says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta {
    pub title: String,
    /// The company.
    pub author: String,
    pub subject: String,
    pub language: Language,
    /// The day that the document carries as its date of creation.
    pub issued_on: NaiveDate,
    /// The record that the document was drawn from, embedded as `record.json`.
    pub record: Option<Vec<u8>>,
    /// Which report the document is, and which it follows; None: it is none.
    pub provenance: Option<Provenance>,
}

/// Why a document was not drawn.
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

/// Draws a document. It blocks for some ten milliseconds; call it from `spawn_blocking`.
///
/// # Errors
/// [`Error::TooLong`] where it has no sensible length; the others are mistakes of ours.
pub fn draw(pages: &Pages, meta: &Meta) -> Result<Vec<u8>, Error> {
    let display = layout::lay_out(pages)?;
    Ok(write::write(&display, meta, None)?.0)
}

/// As [`draw`], with a place for a signature: the bytes, and where it goes.
///
/// # Errors
/// As [`draw`].
pub fn draw_to_sign(pages: &Pages, meta: &Meta, seal: &Seal) -> Result<(Vec<u8>, Hole), Error> {
    let display = layout::lay_out(pages)?;
    let (bytes, hole) = write::write(&display, meta, Some(seal))?;
    Ok((bytes, hole.ok_or(Error::Seal)?))
}
