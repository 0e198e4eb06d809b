//! Fonts: which glyphs a document uses, what they mean, and the subsets that go into the file.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};
use printpdf::{Codepoint, FontId, TextItem};
use sha2::{Digest, Sha256};
use subsetter::GlyphRemapper;

use crate::pdf::Error;
use crate::pdf::display::{Glyph, TextRun};
use crate::pdf::fonts::{Face, Outlines, faces};

use super::operations::Items;

/// The glyphs of each face that the document uses so far.
#[derive(Default)]
pub(super) struct UsedFonts {
    faces: BTreeMap<usize, Used>,
}

struct Used {
    remapper: GlyphRemapper,
    /// New glyph → the text that it was first used for, and its width in thousandths.
    meaning: BTreeMap<u16, (String, i64)>,
}

/// A part of a run of text.
pub(super) enum Piece {
    Plain(Items),
    /// Glyphs above or below the baseline, by so many points.
    Raised {
        rise: f32,
        items: Items,
    },
    /// The glyphs up to the next `End` mean this.
    Begin(String),
    End,
}

impl UsedFonts {
    /// Resource name of a face; never F1 to F14, which printpdf takes for the standard fonts.
    pub(super) fn id(face: usize) -> FontId {
        FontId(format!("Noto{face}"))
    }

    /// The run with the glyph numbers of the subset; kerning is written where it shows.
    pub(super) fn pieces(&mut self, run: &TextRun) -> Vec<Piece> {
        let face = &faces()[run.face];
        let used = self
            .faces
            .entry(run.face)
            .or_insert_with(|| Used { remapper: GlyphRemapper::new(), meaning: BTreeMap::new() });
        let mut pieces = Pieces { done: Vec::new(), items: Vec::new(), drift: 0.0 };
        let (mut at, mut index) = (0, 0);
        while index < run.glyphs.len() {
            let mut end = index + 1;
            while end < run.glyphs.len() && run.glyphs[end].bytes == 0 {
                end += 1;
            }
            let cluster = &run.glyphs[index..end];
            let text = &run.text[at..at + usize::from(cluster[0].bytes)];
            let ids: Vec<(u16, i64)> = cluster.iter().map(|glyph| used.take(face, glyph)).collect();
            let plain = cluster.len() == 1 && used.means(ids[0], text);
            if !plain {
                pieces.begin(text);
            }
            for (glyph, (id, width)) in cluster.iter().zip(&ids) {
                pieces.glyph(glyph, *id, *width, run.size);
            }
            if !plain {
                pieces.end();
            }
            (at, index) = (at + text.len(), end);
        }
        pieces.flush();
        pieces.done
    }

    /// Adds every used face to the file.
    pub(super) fn embed(&self, file: &mut Document) -> Result<Vec<(String, ObjectId)>, Error> {
        let mut fonts = Vec::new();
        for (index, used) in &self.faces {
            let id = used.embed(&faces()[*index], file)?;
            fonts.push((Self::id(*index).0, id));
        }
        Ok(fonts)
    }
}

impl Used {
    /// The glyph's number in the subset, and its width as the file gives it.
    fn take(&mut self, face: &Face, glyph: &Glyph) -> (u16, i64) {
        let id = self.remapper.remap(glyph.id);
        let units = face.shaper.glyph_hor_advance(rustybuzz::ttf_parser::GlyphId(glyph.id)).unwrap_or(0);
        #[expect(clippy::cast_possible_truncation, reason = "a glyph is some em wide at most")]
        let width = face.thousandths(f32::from(units)).round() as i64;
        (id, width)
    }

    /// Whether this glyph means `text` in the whole document; the first use decides.
    fn means(&mut self, (id, width): (u16, i64), text: &str) -> bool {
        self.meaning.entry(id).or_insert_with(|| (text.to_owned(), width)).0 == text
    }

    fn embed(&self, face: &Face, file: &mut Document) -> Result<ObjectId, Error> {
        let subset = subsetter::subset(face.bytes, 0, &self.remapper)
            .map_err(|why| Error::Subset { face: face.name, why: why.to_string() })?;
        let name = format!("{}+{}", tag(&subset), face.name);
        let (key, stream) = match face.outlines {
            Outlines::TrueType => {
                let length = i64::try_from(subset.len()).expect("a font is smaller than memory");
                ("FontFile2", Stream::new(dictionary! { "Length1" => length }, subset))
            }
            Outlines::Cff => {
                let table = cff_table(&subset)
                    .ok_or_else(|| Error::Subset { face: face.name, why: "it has no CFF table".to_owned() })?;
                ("FontFile3", Stream::new(dictionary! { "Subtype" => "CIDFontType0C" }, table.to_vec()))
            }
        };
        let outlines = file.add_object(stream);
        let descriptor = file.add_object(descriptor(face, &name, key, outlines));
        let mut descendant = dictionary! {
            "Type" => "Font",
            "BaseFont" => Object::Name(name.clone().into_bytes()),
            "CIDSystemInfo" => dictionary! {
                "Registry" => Object::string_literal("Adobe"),
                "Ordering" => Object::string_literal("Identity"),
                "Supplement" => 0,
            },
            "FontDescriptor" => descriptor,
            "DW" => 0,
            "W" => self.widths(face),
        };
        match face.outlines {
            Outlines::TrueType => {
                descendant.set("Subtype", "CIDFontType2");
                descendant.set("CIDToGIDMap", "Identity");
            }
            Outlines::Cff => descendant.set("Subtype", "CIDFontType0"),
        }
        let descendant = file.add_object(descendant);
        let to_unicode = file.add_object(Stream::new(Dictionary::new(), self.to_unicode().into_bytes()));
        Ok(file.add_object(dictionary! {
            "Type" => "Font",
            "Subtype" => "Type0",
            "BaseFont" => Object::Name(name.into_bytes()),
            "Encoding" => "Identity-H",
            "DescendantFonts" => vec![Object::Reference(descendant)],
            "ToUnicode" => to_unicode,
        }))
    }

    /// Widths of all glyphs of the subset, from 0.
    fn widths(&self, face: &Face) -> Vec<Object> {
        let all = self.remapper.remapped_gids().map(|old| {
            let units = face.shaper.glyph_hor_advance(rustybuzz::ttf_parser::GlyphId(old)).unwrap_or(0);
            #[expect(clippy::cast_possible_truncation, reason = "a glyph is some em wide at most")]
            let width = face.thousandths(f32::from(units)).round() as i64;
            Object::Integer(width)
        });
        vec![Object::Integer(0), Object::Array(all.collect())]
    }

    /// A ToUnicode CMap (ISO 32000-1, 9.10.3), in blocks of at most 100.
    fn to_unicode(&self) -> String {
        let mut map = String::from(
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo\n\
             << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n/CMapName /Adobe-Identity-UCS def\n\
             /CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
        );
        let entries: Vec<_> = self.meaning.iter().collect();
        let put = "writing to a String cannot fail";
        for block in entries.chunks(100) {
            writeln!(map, "{} beginbfchar", block.len()).expect(put);
            for (id, (text, _)) in block {
                let text = text.encode_utf16().fold(String::new(), |text, unit| text + &format!("{unit:04X}"));
                writeln!(map, "<{id:04X}> <{text}>").expect(put);
            }
            map.push_str("endbfchar\n");
        }
        map.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
        map
    }
}

/// Pieces under way; `drift` is how far the pen of a reader is ahead of ours, in thousandths.
struct Pieces {
    done: Vec<Piece>,
    items: Items,
    drift: f32,
}

impl Pieces {
    fn glyph(&mut self, glyph: &Glyph, id: u16, width: i64, size: f32) {
        let correction = (self.drift - glyph.dx).round();
        let raised = glyph.dy.abs() >= 0.5;
        if raised {
            self.flush();
        }
        if correction != 0.0 {
            self.items.push(TextItem::Offset(correction));
            self.drift -= correction;
        }
        match self.items.last_mut() {
            Some(TextItem::GlyphIds(ids)) => ids.push(Codepoint::new(id, 0.0)),
            Some(TextItem::Text(_) | TextItem::Offset(_)) | None => {
                self.items.push(TextItem::GlyphIds(vec![Codepoint::new(id, 0.0)]));
            }
        }
        if raised {
            self.done.push(Piece::Raised { rise: glyph.dy * size / 1000.0, items: std::mem::take(&mut self.items) });
        }
        #[expect(clippy::cast_precision_loss, reason = "a glyph is some em wide at most")]
        let width = width as f32;
        self.drift += width - glyph.advance;
    }

    fn begin(&mut self, text: &str) {
        self.flush();
        self.done.push(Piece::Begin(text.to_owned()));
    }

    fn end(&mut self) {
        self.flush();
        self.done.push(Piece::End);
    }

    fn flush(&mut self) {
        if !self.items.is_empty() {
            self.done.push(Piece::Plain(std::mem::take(&mut self.items)));
        }
    }
}

fn descriptor(face: &Face, name: &str, key: &str, outlines: ObjectId) -> Dictionary {
    let shaper = &face.shaper;
    #[expect(clippy::cast_possible_truncation, reason = "a font's box is some em wide")]
    let length = |units: i16| Object::Integer(face.thousandths(f32::from(units)).round() as i64);
    let frame = shaper.global_bounding_box();
    dictionary! {
        "Type" => "FontDescriptor",
        "FontName" => Object::Name(name.as_bytes().to_vec()),
        // Symbolic: glyphs are named by number alone.
        "Flags" => 4,
        "FontBBox" => vec![length(frame.x_min), length(frame.y_min), length(frame.x_max), length(frame.y_max)],
        "ItalicAngle" => 0,
        "Ascent" => length(shaper.ascender()),
        "Descent" => length(shaper.descender()),
        "CapHeight" => length(shaper.capital_height().unwrap_or(714)),
        "StemV" => if face.name.ends_with("Bold") { 140 } else { 80 },
        key => outlines,
    }
}

/// Six letters that name a subset, from what is in it.
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
