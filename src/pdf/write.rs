//! The display list as a PDF file: printpdf makes pages of it, lopdf adds what printpdf lacks.

mod embed;
mod finish;
mod metadata;
mod operations;
mod seal;
mod structure;

use std::collections::BTreeMap;

use printpdf::{
    DictItem, ExternalStream, ExternalXObject, Mm, PdfDocument, PdfPage, PdfSaveOptions, Pt, Rect, XObject, XObjectId,
};

use crate::domain::report::{Colours, Picture};

pub(super) use metadata::escaped;
pub use seal::{Hole, Seal};

use super::display::{Display, Sheet};
use super::look::PAGE_HEIGHT;
use super::{Error, Meta};

/// # Errors
/// [`Error::Write`], [`Error::Subset`] and [`Error::Seal`]; all are mistakes of ours.
pub fn write(display: &Display, meta: &Meta, seal: Option<&Seal>) -> Result<(Vec<u8>, Option<Hole>), Error> {
    let mut fonts = embed::UsedFonts::default();
    let mut marked = structure::Marked::default();
    let mut document = PdfDocument::new(&meta.title);
    for (index, picture) in display.pictures.iter().enumerate() {
        document.resources.xobjects.map.insert(picture_id(index), XObject::External(external(picture)));
    }
    for page in &display.pages {
        let operations = operations::page(page, &mut fonts, &mut marked);
        document
            .pages
            .push(PdfPage { media_box: media_box(display.sheet), ..PdfPage::new(Mm(0.0), Mm(0.0), operations) });
    }
    let options = PdfSaveOptions { optimize: false, subset_fonts: false, secure: true, image_optimization: None };
    let mut warnings = Vec::new();
    let file = document.to_lopdf_document(&options, &mut warnings);
    debug_assert!(warnings.is_empty(), "{warnings:?}");
    finish::finish(file, display, &fonts, &marked, meta, seal)
}

/// Every paper hangs from the same upper edge, so that lengths from above are the same on all.
///
/// printpdf writes a box as x, y, width, height where the format wants two corners: the upper one is given as size.
fn media_box(sheet: Sheet) -> Rect {
    let corners = Rect::from_wh(Pt(sheet.width), Pt(PAGE_HEIGHT));
    Rect { y: Pt(PAGE_HEIGHT - sheet.height), ..corners }
}

/// Resource name of a picture.
fn picture_id(index: usize) -> XObjectId {
    XObjectId(format!("P{index}"))
}

/// The JPEG as it is: nothing is decoded or encoded again.
fn external(picture: &Picture) -> ExternalXObject {
    let name = |text: &str| DictItem::Name(text.as_bytes().to_vec());
    let colours = match picture.colours {
        Colours::Grey => "DeviceGray",
        Colours::Rgb => "DeviceRGB",
    };
    let dict = BTreeMap::from([
        ("Type".to_owned(), name("XObject")),
        ("Subtype".to_owned(), name("Image")),
        ("Width".to_owned(), DictItem::Int(i64::from(picture.width))),
        ("Height".to_owned(), DictItem::Int(i64::from(picture.height))),
        ("BitsPerComponent".to_owned(), DictItem::Int(8)),
        ("ColorSpace".to_owned(), name(colours)),
        ("Filter".to_owned(), name("DCTDecode")),
    ]);
    let stream = ExternalStream { dict, content: picture.jpeg.to_vec(), compress: false };
    ExternalXObject { stream, width: None, height: None, dpi: None }
}
