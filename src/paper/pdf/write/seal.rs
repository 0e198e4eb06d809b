//! A placeholder for a signature: an invisible field that is part of the structure, and a dictionary that is completed
//! later (ISO 32000-1, 12.8; ISO 14289-1, 7.18.4; ISO 19005-3, 6.4.3).

use std::fmt::Write as _;
use std::ops::Range;

use crate::pdf::Error;
use domain::Instant;

use super::file::{Number, Numbers, PUT, Packs, unicode};

/// A signature that will be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    /// Maximum size of the signature, in bytes.
    pub bytes: usize,
    /// Name of the signer.
    pub name: String,
    /// The field's label for screen readers.
    pub label: String,
    /// Time of signing.
    pub at: Instant,
}

/// The placeholder for a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hole {
    /// Range of the hexadecimal digits, including their brackets.
    contents: Range<usize>,
}

/// The objects of a signature that will be added.
pub(super) struct SignatureField<'s> {
    pub(super) seal: &'s Seal,
    /// The field, which is also an annotation of the first page.
    pub(super) field: Number,
    /// Its element in the structure.
    pub(super) element: Number,
    /// The signature dictionary.
    pub(super) value: Number,
}

impl Hole {
    /// The two parts of the file that the signature covers: everything except the signature.
    #[must_use]
    pub fn around<'f>(&self, file: &'f [u8]) -> [&'f [u8]; 2] {
        [&file[..self.contents.start], &file[self.contents.end..]]
    }

    /// Inserts the signature in place of the placeholder.
    ///
    /// # Errors
    /// [`Error::Seal`] if it is longer than the placeholder.
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
            // The annotation flags Print and Locked.
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

    /// The dictionary before anything is known about the file.
    pub(super) fn blank(&self) -> String {
        dictionary_text(self.seal, &(0..0), 0)
    }

    /// Fills in the byte ranges that the signature covers, in the dictionary written at `place`.
    pub(super) fn set_byte_range(&self, bytes: &mut [u8], place: &Range<usize>) -> Result<Hole, Error> {
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

/// All values have a fixed length, except texts that name people.
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

/// The position of the first occurrence of `wanted`.
fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
