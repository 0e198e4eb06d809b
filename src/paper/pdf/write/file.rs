//! Writes a PDF file: numbered objects, small ones packed into compressed object streams (ISO 32000-1, 7.5.7 and
//! 7.5.8). Every object is written once.

use std::fmt::Write as _;
use std::ops::Range;

use super::press::Press;

/// Number of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Number(pub u32);

impl std::fmt::Display for Number {
    /// Formats it as an indirect reference.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} 0 R", self.0)
    }
}

/// Assigns object numbers, from 1.
#[derive(Debug, Default)]
pub(super) struct Numbers(u32);

impl Numbers {
    pub(super) fn next(&mut self) -> Number {
        self.0 += 1;
        Number(self.0)
    }

    pub(super) fn list(&mut self, count: usize) -> Vec<Number> {
        (0..count).map(|_| self.next()).collect()
    }
}

/// Maximum number of objects in a pack; to read one of them, a reader must decompress the whole pack.
const MAX_PACKED: usize = 300;

/// Objects other than streams, to be compressed together.
#[derive(Debug, Default)]
pub(super) struct Pack {
    /// Each object with its offset in the body.
    objects: Vec<(Number, usize)>,
    body: String,
}

/// A compressed pack.
#[derive(Debug)]
pub(super) struct Pressed {
    first: usize,
    content: Vec<u8>,
}

/// Packs being filled.
#[derive(Debug, Default)]
pub(super) struct Packs {
    full: Vec<Pack>,
    open: Pack,
}

impl Packs {
    /// Adds an object whose text `write` produces.
    pub(super) fn add(&mut self, number: Number, write: impl FnOnce(&mut String)) {
        if self.open.objects.len() == MAX_PACKED {
            self.full.push(std::mem::take(&mut self.open));
        }
        self.open.objects.push((number, self.open.body.len()));
        write(&mut self.open.body);
        self.open.body.push('\n');
    }

    pub(super) fn close(mut self) -> Vec<Pack> {
        if !self.open.objects.is_empty() {
            self.full.push(self.open);
        }
        self.full
    }
}

impl Pack {
    pub(super) fn press(&self, press: &mut Press) -> Pressed {
        let mut head = String::with_capacity(self.objects.len() * 12 + self.body.len());
        for (number, at) in &self.objects {
            write!(head, "{} {at} ", number.0).expect(PUT);
        }
        let first = head.len();
        head.push_str(&self.body);
        Pressed { first, content: press.compress(head.as_bytes()) }
    }
}

/// The location of an object.
#[derive(Debug, Clone, Copy)]
enum Place {
    Nowhere,
    At(u32),
    In { pack: Number, index: u16 },
}

/// The file as written so far.
pub(super) struct PdfFile {
    bytes: Vec<u8>,
    /// Indexed by object number.
    places: Vec<Place>,
}

/// Writing to memory does not fail.
pub(super) const PUT: &str = "writing to a String cannot fail";

impl PdfFile {
    /// An empty file with a capacity of `size` bytes.
    pub(super) fn begin(size: usize) -> PdfFile {
        let mut bytes = Vec::with_capacity(size);
        // Four non-ASCII bytes tell file transfer programs that this is a binary file (7.5.2).
        bytes.extend_from_slice(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n");
        PdfFile { bytes, places: Vec::new() }
    }

    /// Writes a stream; `about` contains its dictionary entries except the length.
    pub(super) fn stream(&mut self, number: Number, about: &str, content: &[u8]) {
        self.open(number);
        let head = format!("<<{about}/Length {}>>stream\n", content.len());
        self.bytes.extend_from_slice(head.as_bytes());
        self.bytes.extend_from_slice(content);
        self.bytes.extend_from_slice(b"\nendstream\nendobj\n");
    }

    /// Writes an object outside of any pack, and returns the range of its text.
    pub(super) fn direct(&mut self, number: Number, text: &str) -> Range<usize> {
        self.open(number);
        let start = self.bytes.len();
        self.bytes.extend_from_slice(text.as_bytes());
        let end = self.bytes.len();
        self.bytes.extend_from_slice(b"\nendobj\n");
        start..end
    }

    /// Writes a pack.
    pub(super) fn pack(&mut self, number: Number, pack: &Pack, pressed: &Pressed) {
        for (index, (object, _)) in pack.objects.iter().enumerate() {
            let index = u16::try_from(index).expect("a pack is small");
            self.put_place(*object, Place::In { pack: number, index });
        }
        let (count, first) = (pack.objects.len(), pressed.first);
        let about = format!("/Type/ObjStm/N {count}/First {first}/Filter/FlateDecode");
        self.stream(number, &about, &pressed.content);
    }

    /// Writes the cross-reference stream; `trailer` contains the trailer's entries.
    pub(super) fn finish(mut self, number: Number, trailer: &str, press: &mut Press) -> Vec<u8> {
        let start = self.bytes.len();
        self.put_place(number, Place::At(offset(start)));
        let mut table = Vec::with_capacity(self.places.len() * 7);
        for place in &self.places {
            let (kind, first, second) = match *place {
                Place::Nowhere => (0, 0, u16::MAX),
                Place::At(at) => (1, at, 0),
                Place::In { pack, index } => (2, pack.0, index),
            };
            table.push(kind);
            table.extend_from_slice(&first.to_be_bytes());
            table.extend_from_slice(&second.to_be_bytes());
        }
        let size = self.places.len();
        let about = format!("/Type/XRef/W[1 4 2]/Size {size}{trailer}/Filter/FlateDecode");
        self.stream(number, &about, &press.compress(&table));
        // Nothing may follow: anything that does was appended by somebody else.
        self.bytes.extend_from_slice(format!("startxref\n{start}\n%%EOF").as_bytes());
        self.bytes
    }

    fn open(&mut self, number: Number) {
        self.put_place(number, Place::At(offset(self.bytes.len())));
        self.bytes.extend_from_slice(format!("{} 0 obj\n", number.0).as_bytes());
    }

    fn put_place(&mut self, number: Number, place: Place) {
        let index = number.0 as usize;
        if self.places.len() <= index {
            self.places.resize(index + 1, Place::Nowhere);
        }
        self.places[index] = place;
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).expect("a report's pictures and pages are bounded, far below 4 GB")
}

/// A text string in UTF-16 (hexadecimal), which every reader understands and which cannot contain PDF syntax.
pub(super) fn unicode(text: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut written = String::with_capacity(text.len() * 4 + 6);
    written.push_str("<FEFF");
    for unit in text.encode_utf16() {
        for shift in [12, 8, 4, 0] {
            written.push(char::from(DIGITS[usize::from(unit >> shift & 15)]));
        }
    }
    written.push('>');
    written
}
