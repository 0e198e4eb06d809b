//! What printpdf leaves out: fonts, structure, metadata, colour profile, outline, attachment, identity.

use lopdf::{Dictionary, Document, Object, ObjectId, SaveOptions, Stream, StringFormat, dictionary};
use sha2::{Digest, Sha256};

use crate::pdf::display::Display;
use crate::pdf::look::PAGE_HEIGHT;
use crate::pdf::{Error, Meta};

use super::embed::UsedFonts;
use super::metadata::{PRODUCER, xmp};
use super::seal::{self, Hole, Seal};
use super::structure::{Marked, unicode};

/// sRGB as a profile of ICC version 2; `templates/pdf/srgb.py` makes it.
const SRGB: &[u8] = include_bytes!("../../../templates/pdf/srgb.icc");

/// Completes printpdf's document and gives its bytes.
pub(super) fn finish(
    mut file: Document,
    display: &Display,
    fonts: &UsedFonts,
    marked: &Marked,
    meta: &Meta,
    seal: Option<&Seal>,
) -> Result<(Vec<u8>, Option<Hole>), Error> {
    file.version = "1.7".to_owned();
    let pages: Vec<ObjectId> = file.get_pages().into_values().collect();
    let identity = identity(&file, &pages, display, meta);
    let fonts = fonts.embed(&mut file)?;
    complete_pages(&mut file, &pages, &fonts)?;

    let structure = marked.add(display, &pages, &mut file);
    let metadata = metadata_stream(&mut file, meta);
    let intent = output_intent(&mut file);
    let outline = outline(&mut file, display, &pages);
    let attachment = meta.record.as_ref().map(|record| attachment(&mut file, record, meta));
    if let Some(seal) = seal {
        seal::add_field(&mut file, pages[0], structure, seal)?;
    }
    let catalog = file.catalog_mut()?;
    catalog.remove(b"PageLayout");
    catalog.set("Lang", Object::string_literal(meta.language.tag()));
    catalog.set("MarkInfo", dictionary! { "Marked" => true });
    catalog.set("ViewerPreferences", dictionary! { "DisplayDocTitle" => true });
    catalog.set("StructTreeRoot", structure);
    catalog.set("Metadata", metadata);
    catalog.set("OutputIntents", vec![intent.into()]);
    if let Some(outline) = outline {
        catalog.set("Outlines", outline);
    }
    if let Some(attachment) = attachment {
        let names = vec![Object::string_literal("record.json"), Object::Reference(attachment)];
        catalog.set("Names", dictionary! { "EmbeddedFiles" => dictionary! { "Names" => names } });
        catalog.set("AF", vec![Object::Reference(attachment)]);
    }
    let info = file.add_object(info(meta));
    file.trailer.set("Info", info);
    let identity = Object::String(identity, StringFormat::Hexadecimal);
    file.trailer.set("ID", vec![identity.clone(), identity]);
    file.prune_objects();
    file.renumber_objects();
    file.compress();
    let mut bytes = Vec::new();
    let options = SaveOptions::builder().use_object_streams(true).use_xref_streams(true).compression_level(6).build();
    let place = seal::place_of(&file);
    file.save_with_options(&mut bytes, options)?;
    let hole = match seal.zip(place) {
        Some((seal, place)) => Some(seal::dig(&mut bytes, place, seal)?),
        None => None,
    };
    Ok((bytes, hole))
}

/// Half of the SHA-256 of all that is shown and said: the same for the same document, another for any other.
fn identity(file: &Document, pages: &[ObjectId], display: &Display, meta: &Meta) -> Vec<u8> {
    let mut hash = Sha256::new();
    for page in pages {
        hash.update(file.get_page_content(*page));
    }
    for picture in &display.pictures {
        hash.update(Sha256::digest(picture.jpeg.as_slice()));
    }
    hash.update(format!("{meta:?}").as_bytes());
    hash.finalize()[..16].to_vec()
}

fn complete_pages(file: &mut Document, pages: &[ObjectId], fonts: &[(String, ObjectId)]) -> Result<(), Error> {
    let mut dictionary = Dictionary::new();
    for (name, id) in fonts {
        dictionary.set(name.as_str(), *id);
    }
    let fonts = file.add_object(dictionary);
    for (index, page) in pages.iter().enumerate() {
        let page = file.get_object_mut(*page)?.as_dict_mut()?;
        page.remove(b"Annots");
        page.remove(b"TrimBox");
        page.remove(b"CropBox");
        page.set("StructParents", i64::try_from(index).expect("some pages"));
        page.set("Tabs", "S");
        let resources = page.get(b"Resources")?.as_reference()?;
        let resources = file.get_object_mut(resources)?.as_dict_mut()?;
        resources.set("Font", fonts);
        resources.remove(b"ExtGState");
        resources.remove(b"Shading");
    }
    Ok(())
}

fn metadata_stream(file: &mut Document, meta: &Meta) -> ObjectId {
    let about = dictionary! { "Type" => "Metadata", "Subtype" => "XML" };
    file.add_object(Stream::new(about, xmp(meta).into_bytes()).with_compression(false))
}

fn output_intent(file: &mut Document) -> Dictionary {
    let profile = file.add_object(Stream::new(dictionary! { "N" => 3 }, SRGB.to_vec()));
    dictionary! {
        "Type" => "OutputIntent",
        "S" => "GTS_PDFA1",
        "OutputConditionIdentifier" => Object::string_literal("sRGB"),
        "Info" => Object::string_literal("sRGB IEC61966-2.1"),
        "DestOutputProfile" => profile,
    }
}

/// The reader's table of contents.
fn outline(file: &mut Document, display: &Display, pages: &[ObjectId]) -> Option<ObjectId> {
    let ids: Vec<ObjectId> = display.outline.iter().map(|_| file.new_object_id()).collect();
    let (first, last) = (*ids.first()?, *ids.last()?);
    let root = file.new_object_id();
    for (index, entry) in display.outline.iter().enumerate() {
        let top = Object::Real(PAGE_HEIGHT - entry.y + 6.0);
        let target = vec![Object::Reference(pages[entry.page]), "XYZ".into(), Object::Null, top, Object::Null];
        let mut item = dictionary! { "Title" => unicode(&entry.title), "Parent" => root, "Dest" => target };
        if index > 0 {
            item.set("Prev", ids[index - 1]);
        }
        if let Some(next) = ids.get(index + 1) {
            item.set("Next", *next);
        }
        file.set_object(ids[index], item);
    }
    let count = i64::try_from(ids.len()).expect("some headings");
    file.set_object(root, dictionary! { "Type" => "Outlines", "First" => first, "Last" => last, "Count" => count });
    Some(root)
}

/// The record as a file inside the file (ISO 19005-3, 6.8).
fn attachment(file: &mut Document, record: &[u8], meta: &Meta) -> ObjectId {
    let size = i64::try_from(record.len()).expect("a record fits into memory");
    let about = dictionary! {
        "Type" => "EmbeddedFile",
        "Subtype" => "application/json",
        "Params" => dictionary! { "Size" => size, "ModDate" => date(meta) },
    };
    let stream = file.add_object(Stream::new(about, record.to_vec()));
    file.add_object(dictionary! {
        "Type" => "Filespec",
        "F" => Object::string_literal("record.json"),
        "UF" => unicode("record.json"),
        "AFRelationship" => "Source",
        "Desc" => unicode(&meta.subject),
        "EF" => dictionary! { "F" => stream, "UF" => stream },
    })
}

fn date(meta: &Meta) -> Object {
    Object::string_literal(meta.issued_on.format("D:%Y%m%d000000Z").to_string())
}

fn info(meta: &Meta) -> Dictionary {
    dictionary! {
        "Title" => unicode(&meta.title),
        "Author" => unicode(&meta.author),
        "Subject" => unicode(&meta.subject),
        "Producer" => unicode(PRODUCER),
        "CreationDate" => date(meta),
        "ModDate" => date(meta),
    }
}
