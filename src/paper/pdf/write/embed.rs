//! Fonts: which glyphs a document uses, what they mean, and the subsets to embed.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use printpdf::{DictItem, FontId, Op};
use sha2::{Digest, Sha256};
use subsetter::GlyphRemapper;

use crate::pdf::Error;
use crate::pdf::display::TextRun;
use crate::pdf::fonts::{Face, Outlines, faces};

use super::file::{Number, PUT, Packs};
use super::press::Press;
use super::stock::{self, Stock};

/// The glyphs of each face that the document uses.
#[derive(Default)]
pub(super) struct UsedFonts {
    faces: BTreeMap<usize, Used>,
}

/// The glyphs of one face.
#[derive(Clone)]
pub(super) struct Used {
    /// Glyph number in the face → in the subset; 0 if it is not included.
    numbers: Vec<u16>,
    /// Indexed by glyph number in the subset.
    glyphs: Vec<Taken>,
    /// The pre-built subset of glyphs that every document includes.
    stock: Option<&'static Stock>,
}

/// A glyph of the subset.
#[derive(Clone)]
struct Taken {
    /// Its number in the original face.
    old: u16,
    /// Width in thousandths of the font size, as in the file.
    width: i32,
    /// The text for which it was first used.
    meaning: Option<Cow<'static, str>>,
}

/// What is embedded for one face, compressed except for the widths.
#[derive(Debug, Clone)]
pub(super) struct Embedded {
    pub(super) tag: String,
    pub(super) program: Vec<u8>,
    /// Length of the font program before compression.
    pub(super) length: usize,
    pub(super) widths: String,
    pub(super) to_unicode: Vec<u8>,
}

/// Object numbers of one font.
pub(super) struct FontNumbers {
    pub(super) font: Number,
    pub(super) descendant: Number,
    pub(super) descriptor: Number,
    pub(super) program: Number,
    pub(super) to_unicode: Number,
}

impl UsedFonts {
    /// Resource name of a face; never F1 to F14, which printpdf treats as the standard fonts.
    pub(super) fn id(face: usize) -> FontId {
        FontId(format!("Noto{face}"))
    }

    /// Adds the glyphs of a run to the subset; the first use of a glyph determines its meaning.
    pub(super) fn note(&mut self, run: &TextRun) {
        let face = &faces()[run.face];
        let used = self.faces.entry(run.face).or_insert_with(|| Used::begin(run.face));
        let mut at = 0;
        for (index, glyph) in run.glyphs.iter().enumerate() {
            let number = used.take(face, glyph.id);
            let text = &run.text[at..at + usize::from(glyph.bytes)];
            at += text.len();
            let stands_alone = glyph.bytes > 0 && run.glyphs.get(index + 1).is_none_or(|next| next.bytes > 0);
            let meaning = &mut used.glyphs[usize::from(number)].meaning;
            if stands_alone && meaning.is_none() {
                *meaning = Some(Cow::Owned(text.to_owned()));
            }
        }
    }

    /// The faces that are used, with their glyphs.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &Used)> {
        self.faces.iter().map(|(face, used)| (*face, used))
    }

    /// Shows a run whose glyphs were all noted; kerning is written only where it is visible.
    pub(super) fn show(&self, run: &TextRun, operations: &mut Vec<Op>) {
        let used = &self.faces[&run.face];
        let mut line = Shown { operations, items: Vec::new(), glyphs: Vec::new(), drift: 0.0 };
        let (mut at, mut index) = (0, 0);
        while index < run.glyphs.len() {
            let mut end = index + 1;
            while end < run.glyphs.len() && run.glyphs[end].bytes == 0 {
                end += 1;
            }
            let cluster = &run.glyphs[index..end];
            let text = &run.text[at..at + usize::from(cluster[0].bytes)];
            let is_plain = cluster.len() == 1 && used.means(cluster[0].id, text);
            if !is_plain {
                line.begin(text);
            }
            for glyph in cluster {
                let number = used.numbers[usize::from(glyph.id)];
                #[expect(clippy::cast_precision_loss, reason = "a glyph is some em wide at most")]
                let width = used.glyphs[usize::from(number)].width as f32;
                let correction = whole(line.drift - glyph.dx);
                let rise = if glyph.dy.abs() >= 0.5 { glyph.dy * run.size / 1000.0 } else { 0.0 };
                line.glyph(number, correction, rise);
                line.drift += width - glyph.advance;
            }
            if !is_plain {
                line.end();
            }
            (at, index) = (at + text.len(), end);
        }
        line.flush();
    }
}

impl Used {
    fn begin(face: usize) -> Used {
        stock::of(face)
            .map_or_else(|| Used::empty(&faces()[face]), |stock| Used { stock: Some(stock), ..stock.glyphs.clone() })
    }

    /// A subset with only the glyph for missing characters.
    pub(super) fn empty(face: &Face) -> Used {
        let missing = Taken { old: 0, width: width(face, 0), meaning: None };
        Used { numbers: vec![0; usize::from(face.shaper.number_of_glyphs())], glyphs: vec![missing], stock: None }
    }

    /// Adds a glyph, and returns its number in the subset.
    pub(super) fn take(&mut self, face: &Face, old: u16) -> u16 {
        let number = &mut self.numbers[usize::from(old)];
        if *number == 0 && old != 0 {
            *number = u16::try_from(self.glyphs.len()).expect("no more than the face has");
            self.glyphs.push(Taken { old, width: width(face, old), meaning: None });
        }
        *number
    }

    /// Adds the glyph of a character, which becomes its meaning.
    pub(super) fn take_character(&mut self, face: &Face, character: char) {
        let Some(old) = face.shaper.glyph_index(character) else { return };
        let number = self.take(face, old.0);
        let meaning = &mut self.glyphs[usize::from(number)].meaning;
        meaning.get_or_insert_with(|| Cow::Owned(character.to_string()));
    }

    /// Whether a glyph stands for `text` in the whole document.
    fn means(&self, old: u16, text: &str) -> bool {
        let number = self.numbers[usize::from(old)];
        self.glyphs[usize::from(number)].meaning.as_deref() == Some(text)
    }

    /// Subsets the face to the glyphs in use, ready to be embedded.
    pub(super) fn embedded(&self, face: &Face, press: &mut Press) -> Result<Cow<'static, Embedded>, Error> {
        match self.stock {
            Some(stock) if stock.glyphs.glyphs.len() == self.glyphs.len() => Ok(Cow::Borrowed(&stock.embedded)),
            Some(_) | None => Ok(Cow::Owned(self.subset(face, press)?)),
        }
    }

    pub(super) fn subset(&self, face: &Face, press: &mut Press) -> Result<Embedded, Error> {
        let mut remapper = GlyphRemapper::new();
        self.glyphs.iter().for_each(|glyph| {
            remapper.remap(glyph.old);
        });
        let why = |why: String| Error::Subset { face: face.name, why };
        let subset = subsetter::subset(face.bytes, 0, &remapper).map_err(|error| why(error.to_string()))?;
        let program = match face.outlines {
            Outlines::TrueType => subset.as_slice(),
            Outlines::Cff => cff_table(&subset).ok_or_else(|| why("it has no CFF table".to_owned()))?,
        };
        Ok(Embedded {
            tag: tag(&subset),
            program: press.compress(program),
            length: program.len(),
            widths: self.widths(),
            to_unicode: press.compress(self.to_unicode().as_bytes()),
        })
    }

    /// Widths of all glyphs of the subset, from 0.
    fn widths(&self) -> String {
        let mut widths = String::from("[0[");
        for glyph in &self.glyphs {
            write!(widths, "{} ", glyph.width).expect(PUT);
        }
        widths.push_str("]]");
        widths
    }

    /// A ToUnicode CMap (ISO 32000-1, 9.10.3), in blocks of at most 100.
    fn to_unicode(&self) -> String {
        let mut map = String::from(
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo\n\
             << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n/CMapName /Adobe-Identity-UCS def\n\
             /CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
        );
        let entry = |(id, glyph): (usize, &'_ Taken)| glyph.meaning.clone().map(|text| (id, text));
        let entries: Vec<(usize, Cow<'static, str>)> = self.glyphs.iter().enumerate().filter_map(entry).collect();
        for block in entries.chunks(100) {
            writeln!(map, "{} beginbfchar", block.len()).expect(PUT);
            for (id, text) in block {
                write!(map, "<{id:04X}> <").expect(PUT);
                text.encode_utf16().for_each(|unit| write!(map, "{unit:04X}").expect(PUT));
                map.push_str(">\n");
            }
            map.push_str("endbfchar\n");
        }
        map.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
        map
    }
}

impl Embedded {
    /// Adds the font's dictionaries; its two streams are written elsewhere.
    pub(super) fn describe(&self, face: &Face, numbers: &FontNumbers, packs: &mut Packs) {
        let name = format!("{}+{}", self.tag, face.name);
        let FontNumbers { font, descendant, descriptor, program, to_unicode } = numbers;
        packs.add(*font, |text| {
            write!(
                text,
                "<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H/DescendantFonts[{descendant}]\
                 /ToUnicode {to_unicode}>>"
            )
            .expect(PUT);
        });
        packs.add(*descendant, |text| {
            let kind = match face.outlines {
                Outlines::TrueType => "CIDFontType2/CIDToGIDMap/Identity",
                Outlines::Cff => "CIDFontType0",
            };
            write!(
                text,
                "<</Type/Font/Subtype/{kind}/BaseFont/{name}\
                 /CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>\
                 /FontDescriptor {descriptor}/DW 0/W{}>>",
                self.widths
            )
            .expect(PUT);
        });
        packs.add(*descriptor, |text| {
            let key = match face.outlines {
                Outlines::TrueType => "FontFile2",
                Outlines::Cff => "FontFile3",
            };
            let shaper = &face.shaper;
            let length = |units: i16| whole(face.thousandths(f32::from(units)));
            let frame = shaper.global_bounding_box();
            // Symbolic: glyphs are addressed only by number.
            write!(
                text,
                "<</Type/FontDescriptor/FontName/{name}/Flags 4/FontBBox[{} {} {} {}]/ItalicAngle 0/Ascent {}\
                 /Descent {}/CapHeight {}/StemV {}/{key} {program}>>",
                length(frame.x_min),
                length(frame.y_min),
                length(frame.x_max),
                length(frame.y_max),
                length(shaper.ascender()),
                length(shaper.descender()),
                length(shaper.capital_height().unwrap_or(714)),
                if face.name.ends_with("Bold") { 140 } else { 80 },
            )
            .expect(PUT);
        });
    }

    /// Dictionary entries of the font program's stream.
    pub(super) fn about_program(&self, face: &Face) -> String {
        match face.outlines {
            Outlines::TrueType => format!("/Length1 {}/Filter/FlateDecode", self.length),
            Outlines::Cff => "/Subtype/CIDFontType0C/Filter/FlateDecode".to_owned(),
        }
    }
}

/// Glyphs collected for one show operator; `drift` is how far a reader's pen is ahead of ours, in thousandths.
struct Shown<'o> {
    operations: &'o mut Vec<Op>,
    items: Vec<DictItem>,
    /// Two bytes per glyph.
    glyphs: Vec<u8>,
    drift: f32,
}

impl Shown<'_> {
    fn glyph(&mut self, number: u16, correction: i32, rise: f32) {
        if rise != 0.0 {
            self.flush();
            self.operations.push(Op::SetLineOffset { multiplier: rise });
        }
        if correction != 0 {
            self.close_string();
            self.items.push(DictItem::Int(i64::from(correction)));
            #[expect(clippy::cast_precision_loss, reason = "a correction is some em wide at most")]
            let corrected = correction as f32;
            self.drift -= corrected;
        }
        self.glyphs.extend_from_slice(&number.to_be_bytes());
        if rise != 0.0 {
            self.flush();
            self.operations.push(Op::SetLineOffset { multiplier: 0.0 });
        }
    }

    /// Marks that the following glyphs mean `text` if their own ToUnicode entries say otherwise.
    fn begin(&mut self, text: &str) {
        self.flush();
        let mut data = vec![0xfe, 0xff];
        data.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
        let text = DictItem::String { data, literal: false };
        self.operations.push(Op::BeginMarkedContentWithProperties {
            tag: "Span".to_owned(),
            properties: DictItem::Dict { map: BTreeMap::from([("ActualText".to_owned(), text)]) },
        });
    }

    fn end(&mut self) {
        self.flush();
        self.operations.push(Op::EndMarkedContent);
    }

    fn close_string(&mut self) {
        if !self.glyphs.is_empty() {
            self.items.push(DictItem::String { data: std::mem::take(&mut self.glyphs), literal: true });
        }
    }

    /// printpdf's own operator writes each glyph as a separate string, which doubles work and size, so we write a raw
    /// operator.
    fn flush(&mut self) {
        self.close_string();
        if !self.items.is_empty() {
            let value = vec![DictItem::Array(std::mem::take(&mut self.items))];
            self.operations.push(Op::Unknown { key: "TJ".to_owned(), value });
        }
    }
}

/// Width in thousandths of the font size.
fn width(face: &Face, glyph: u16) -> i32 {
    let units = face.shaper.glyph_hor_advance(rustybuzz::ttf_parser::GlyphId(glyph)).unwrap_or(0);
    whole(face.thousandths(f32::from(units)))
}

#[expect(clippy::cast_possible_truncation, reason = "lengths of a glyph are some em at most")]
fn whole(length: f32) -> i32 {
    (length + 0.5_f32.copysign(length)) as i32
}

/// A six-letter tag for the subset, derived from its content.
fn tag(subset: &[u8]) -> String {
    Sha256::digest(subset).iter().take(6).map(|byte| char::from(b'A' + byte % 26)).collect()
}

/// The `CFF ` table of an OpenType font.
fn cff_table(font: &[u8]) -> Option<&[u8]> {
    let number = |at: usize| Some(u32::from_be_bytes(font.get(at..at + 4)?.try_into().ok()?) as usize);
    let count = usize::from(u16::from_be_bytes(font.get(4..6)?.try_into().ok()?));
    let record = (0..count).map(|index| 12 + index * 16).find(|at| font.get(*at..at + 4) == Some(b"CFF "))?;
    let (offset, length) = (number(record + 8)?, number(record + 12)?);
    font.get(offset..offset + length)
}
