//! A place for a signature: an invisible field that is part of the structure, and a dictionary that is filled later
//! (ISO 32000-1, 12.8; ISO 14289-1, 7.18.4; ISO 19005-3, 6.4.3).

use std::fmt::Write as _;
use std::ops::Range;

use crate::pdf::Error;
use domain::Instant;

use super::file::{Number, Numbers, PUT, Packs, unicode};

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

/// The objects of a signature that is to come.
pub(super) struct SignatureField<'s> {
    pub(super) seal: &'s Seal,
    /// The field, which is an annotation of the first page as well.
    pub(super) field: Number,
    /// Its place in the structure.
    pub(super) element: Number,
    /// The signature's dictionary.
    pub(super) value: Number,
}

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

impl<'s> SignatureField<'s> {
    pub(super) fn new(seal: &'s Seal, numbers: &mut Numbers) -> SignatureField<'s> {
        SignatureField { seal, field: numbers.next(), element: numbers.next(), value: numbers.next() }
    }

    /// Adds the field to the first page and to the structure, whose document element is `document`.
    pub(super) fn add(&self, document: Number, first_page: Number, pages: usize, packs: &mut Packs) {
        let SignatureField { seal, field, element, value } = self;
        packs.add(*field, |text| {
            // Print and Locked.
            write!(
                text,
                "<</Type/Annot/Subtype/Widget/FT/Sig/T{}/TU{}/F 132/Rect[0 0 0 0]/P {first_page}\
                 /StructParent {pages}/V {value}>>",
                unicode("Signature"),
                unicode(&seal.label)
            )
            .expect(PUT);
        });
        packs.add(*element, |text| {
            write!(
                text,
                "<</S/Form/P {document}/Pg {first_page}/Alt{}/K<</Type/OBJR/Obj {field}/Pg {first_page}>>>>",
                unicode(&seal.label)
            )
            .expect(PUT);
        });
    }

    /// The dictionary before anything is known of the file.
    pub(super) fn blank(&self) -> String {
        dictionary_text(self.seal, &(0..0), 0)
    }

    /// Says in the written dictionary, which stands at `place`, what the signature is over.
    pub(super) fn dig(&self, bytes: &mut [u8], place: &Range<usize>) -> Result<Hole, Error> {
        let seal = self.seal;
        let at = find(&bytes[place.clone()], b"/Contents ").ok_or(Error::Seal)?;
        let start = place.start + at + "/Contents ".len();
        let contents = start..start + 2 * seal.bytes + 2;
        let text = dictionary_text(seal, &contents, bytes.len());
        if text.len() != place.len() {
            return Err(Error::Seal);
        }
        bytes[place.clone()].copy_from_slice(text.as_bytes());
        Ok(Hole { contents })
    }
}

/// All texts but those of people are written with a fixed length.
fn dictionary_text(seal: &Seal, contents: &Range<usize>, file: usize) -> String {
    let name = unicode(&seal.name);
    let (start, end) = (contents.start, contents.end);
    format!(
        "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/Name{name}/M(D:{at}Z)\
         /ByteRange[0 {start:010} {end:010} {rest:010}]/Contents <{zeros}>>>",
        at = seal.at.format("%Y%m%d%H%M%S"),
        rest = file.saturating_sub(end),
        zeros = "0".repeat(2 * seal.bytes),
    )
}

/// Where `wanted` stands first.
fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
