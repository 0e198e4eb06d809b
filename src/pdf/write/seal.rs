//! A place for a signature: an invisible field that is part of the structure, and a dictionary that is filled later
//! (ISO 32000-1, 12.8; ISO 14289-1, 7.18.4; ISO 19005-3, 6.4.3).
//!
//! lopdf packs dictionaries into compressed streams, where nothing can be filled in afterwards. So the file is
//! written with a stream of blanks in the dictionary's stead, and the dictionary then put over it.

use std::ops::Range;

use lopdf::{Document, Object, ObjectId, Stream, dictionary};

use crate::domain::Instant;
use crate::pdf::Error;

use super::structure::unicode;

/// A signature that is to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    /// Bytes that the signature takes at most.
    pub bytes: usize,
    /// Who signs.
    pub name: String,
    /// What a screen reader says of the field.
    pub label: String,
    /// When it is signed.
    pub at: Instant,
}

/// Where a signature goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hole {
    /// The hexadecimal digits with their brackets.
    contents: Range<usize>,
}

/// Marks the stream whose place the dictionary takes.
const MARK: &str = "RondaSeal";

impl Hole {
    /// The two parts of the file that the signature is over: all of it but the signature.
    #[must_use]
    pub fn around<'f>(&self, file: &'f [u8]) -> [&'f [u8]; 2] {
        [&file[..self.contents.start], &file[self.contents.end..]]
    }

    /// Puts the signature in.
    ///
    /// # Errors
    /// [`Error::Seal`] where it is longer than was foreseen.
    pub fn fill(&self, file: &mut [u8], signature: &[u8]) -> Result<(), Error> {
        let digits: String = signature.iter().map(|byte| format!("{byte:02x}")).collect();
        let place = &mut file[self.contents.start + 1..self.contents.end - 1];
        let place = place.get_mut(..digits.len()).ok_or(Error::Seal)?;
        place.copy_from_slice(digits.as_bytes());
        Ok(())
    }
}

/// Adds the field to the form, to the first page and to the structure.
pub(super) fn add_field(
    file: &mut Document,
    first_page: ObjectId,
    structure: ObjectId,
    seal: &Seal,
) -> Result<(), Error> {
    let room = vec![b' '; dictionary_text(seal, &(0..0), 0).len() + 64];
    let value = file.add_object(Stream::new(dictionary! { MARK => true }, room).with_compression(false));
    let key = file.get_dictionary(structure)?.get(b"ParentTreeNextKey")?.as_i64()?;
    let field = file.add_object(dictionary! {
        "Type" => "Annot",
        "Subtype" => "Widget",
        "FT" => "Sig",
        "T" => unicode("Signature"),
        "TU" => unicode(&seal.label),
        // Print and Locked.
        "F" => 132,
        "Rect" => vec![0.into(), 0.into(), 0.into(), 0.into()],
        "P" => first_page,
        "StructParent" => key,
        "V" => value,
    });
    let form = dictionary! { "Fields" => vec![Object::Reference(field)], "SigFlags" => 3 };
    file.catalog_mut()?.set("AcroForm", form);
    push(file, first_page, b"Annots", &[Object::Reference(field)])?;

    let root = file.get_dictionary(structure)?;
    let (document, tree) = (root.get(b"K")?.as_reference()?, root.get(b"ParentTree")?.as_reference()?);
    let element = file.add_object(dictionary! {
        "Type" => "StructElem",
        "S" => "Form",
        "P" => document,
        "Pg" => first_page,
        "Alt" => unicode(&seal.label),
        "K" => dictionary! { "Type" => "OBJR", "Obj" => field, "Pg" => first_page },
    });
    push(file, document, b"K", &[Object::Reference(element)])?;
    push(file, tree, b"Nums", &[Object::Integer(key), Object::Reference(element)])?;
    file.get_object_mut(structure)?.as_dict_mut()?.set("ParentTreeNextKey", key + 1);
    Ok(())
}

/// Appends to an array of a dictionary, which may not be there yet.
fn push(file: &mut Document, id: ObjectId, key: &[u8], more: &[Object]) -> Result<(), Error> {
    let owner = file.get_object_mut(id)?.as_dict_mut()?;
    if !owner.has(key) {
        owner.set(key.to_vec(), Vec::<Object>::new());
    }
    owner.get_mut(key)?.as_array_mut()?.extend_from_slice(more);
    Ok(())
}

/// The object that holds the place, when the objects have their last numbers.
pub(super) fn place_of(file: &Document) -> Option<ObjectId> {
    let is_place = |object: &Object| object.as_stream().is_ok_and(|stream| stream.dict.has(MARK.as_bytes()));
    file.objects.iter().find(|(_, object)| is_place(object)).map(|(id, _)| *id)
}

/// Puts the signature's dictionary in the place of the stream, in the written file.
pub(super) fn dig(bytes: &mut [u8], (number, _): ObjectId, seal: &Seal) -> Result<Hole, Error> {
    let head = format!("\n{number} 0 obj\n<<");
    let at = find(bytes, head.as_bytes()).ok_or(Error::Seal)? + head.len() - 2;
    let end = at + find(&bytes[at..], b"endobj").ok_or(Error::Seal)?;
    let empty = dictionary_text(seal, &(0..0), bytes.len());
    let start = at + empty.find("/Contents ").ok_or(Error::Seal)? + "/Contents ".len();
    let contents = start..start + 2 * seal.bytes + 2;
    let text = dictionary_text(seal, &contents, bytes.len());
    let place = &mut bytes[at..end];
    if !place.windows(MARK.len()).any(|window| window == MARK.as_bytes()) || text.len() >= place.len() {
        return Err(Error::Seal);
    }
    place.fill(b' ');
    place[..text.len()].copy_from_slice(text.as_bytes());
    *place.last_mut().expect("longer than the text") = b'\n';
    Ok(Hole { contents })
}

/// All texts but those of people are written with a fixed length.
fn dictionary_text(seal: &Seal, contents: &Range<usize>, file: usize) -> String {
    let name: String = seal.name.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
    let (start, end) = (contents.start, contents.end);
    format!(
        "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/Name<FEFF{name}>/M(D:{at}Z)\
         /ByteRange[0 {start:010} {end:010} {rest:010}]/Contents <{zeros}>>>",
        at = seal.at.format("%Y%m%d%H%M%S"),
        rest = file.saturating_sub(end),
        zeros = "0".repeat(2 * seal.bytes),
    )
}

/// Where `wanted` stands first; a file of photos has millions of bytes, so its first byte is looked for alone.
fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let (first, mut at) = (*wanted.first()?, 0);
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == first)?;
        if bytes[at..].starts_with(wanted) {
            return Some(at);
        }
        at += 1;
    }
}
