//! Writes the display list as a PDF file: printpdf writes page contents, and we write the rest.
//!
//! Object numbers are assigned first, so that pages, fonts and structure can be prepared in parallel, and every object
//! is written once.
//! written once.

mod embed;
mod file;
mod finish;
mod metadata;
mod operations;
mod press;
mod seal;
mod stock;
mod structure;

use printpdf::{Mm, PdfDocument, PdfPage, PdfSaveOptions};

use domain::reports::{Colours, Picture};

pub(super) use metadata::escaped;
pub use seal::{Hole, Seal};

use super::display::{Display, Placed};
use super::{Error, Meta};
use embed::UsedFonts;

/// Writes a document as a PDF file, with a placeholder for the signature if there is a seal.
///
/// # Errors
/// [`Error::Page`], [`Error::Subset`] and [`Error::Seal`]; all are bugs of ours.
pub fn write(display: &Display, meta: &Meta, seal: Option<&Seal>) -> Result<(Vec<u8>, Option<Hole>), Error> {
    let mut fonts = UsedFonts::default();
    let mut marked = structure::Marked::default();
    for page in &display.pages {
        operations::note(page, &mut fonts, &mut marked);
    }
    finish::finish(display, &fonts, &marked, meta, seal)
}

/// The content stream of a page, serialised by printpdf.
fn content(page: &[Placed], fonts: &UsedFonts) -> Result<Vec<u8>, Error> {
    let mut document = PdfDocument::new("");
    document.pages.push(PdfPage::new(Mm(0.0), Mm(0.0), operations::page(page, fonts)));
    // Only raw operators are unsafe, and we control all of them.
    let options = PdfSaveOptions { optimize: false, subset_fonts: false, secure: false, image_optimization: None };
    let mut warnings = Vec::new();
    let mut file = document.to_lopdf_document(&options, &mut warnings);
    debug_assert!(warnings.is_empty(), "{warnings:?}");
    let page = file.page_iter().next().ok_or(Error::Page)?;
    let content = file.get_page_contents(page).first().copied().ok_or(Error::Page)?;
    let stream = file.objects.remove(&content).ok_or(Error::Page)?;
    match stream {
        lopdf::Object::Stream(stream) => Ok(stream.content),
        _ => Err(Error::Page),
    }
}

/// Resource name of a picture.
fn picture_name(index: usize) -> String {
    format!("P{index}")
}

/// Dictionary entries of a picture's stream. The JPEG is embedded as it is, without being decoded.
fn about(picture: &Picture) -> String {
    let colours = match picture.colours {
        Colours::Grey => "DeviceGray",
        Colours::Rgb => "DeviceRGB",
    };
    let Picture { width, height, .. } = picture;
    format!(
        "/Type/XObject/Subtype/Image/Width {width}/Height {height}/BitsPerComponent 8/ColorSpace/{colours}\
         /Filter/DCTDecode"
    )
}
