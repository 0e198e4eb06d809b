//! Assembles the file: page contents from printpdf, and everything else from us: fonts, structure, metadata, colour
//! profile, outline, attachment, identity.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::LazyLock;

use sha2::{Digest, Sha256};

use crate::pdf::display::Display;
use crate::pdf::fonts::faces;
use crate::pdf::look::PAGE_HEIGHT;
use crate::pdf::{Error, Meta};

use super::embed::{Embedded, FontNumbers, Used, UsedFonts};
use super::file::{Number, Numbers, PUT, Pack, Packs, PdfFile, Pressed, unicode};
use super::metadata::{PRODUCER, xmp};
use super::press::{Press, in_parallel};
use super::seal::{Hole, Seal, SignatureField};
use super::structure::{Marked, TreeNumbers};

/// sRGB as an ICC version 2 profile, created by `templates/pdf/srgb.py`.
const SRGB: &[u8] = include_bytes!("../../../../templates/pdf/srgb.icc");

static SRGB_PRESSED: LazyLock<Vec<u8>> = LazyLock::new(|| Press::new().compress(SRGB));

/// The object numbers of the whole file.
struct Plan<'a> {
    catalog: Number,
    info: Number,
    page_tree: Number,
    resources: Number,
    metadata: Number,
    profile: Number,
    /// The record's stream, and its file specification.
    attachment: Option<(Number, Number)>,
    pages: Vec<Number>,
    contents: Vec<Number>,
    pictures: Vec<Number>,
    fonts: Vec<(usize, FontNumbers)>,
    outline: Option<(Number, Vec<Number>)>,
    tree: TreeNumbers,
    field: Option<SignatureField<'a>>,
}

/// A unit of work that can run in parallel.
enum Work<'a> {
    Font(usize, &'a Used),
    Page(usize),
    Record(&'a [u8]),
    Pack(&'a Pack),
}

/// The result of a unit of work.
enum Made {
    Font(Cow<'static, Embedded>),
    /// A page's compressed content, and the hash of the uncompressed content.
    Page(Vec<u8>, [u8; 32]),
    Record(Vec<u8>),
    Pack(Pressed),
}

/// Writes the document to a file.
pub(super) fn finish(
    display: &Display,
    fonts: &UsedFonts,
    marked: &Marked,
    meta: &Meta,
    seal: Option<&Seal>,
) -> Result<(Vec<u8>, Option<Hole>), Error> {
    let mut numbers = Numbers::default();
    let plan = Plan::new(display, fonts, meta, seal, &mut numbers);
    let mut packs = Packs::default();
    marked.add(display, &plan.tree, plan.field.as_ref(), &mut packs);
    plan.describe(display, meta, &mut packs);
    let packs = packs.close();

    // The slowest work first, so that it does not delay the end.
    let mut work: Vec<Work<'_>> = fonts.iter().map(|(face, used)| Work::Font(face, used)).collect();
    work.extend((0..display.pages.len()).map(Work::Page));
    work.extend(packs.iter().map(Work::Pack));
    work.extend(meta.record.as_deref().map(Work::Record));
    let made = in_parallel(&work, |work, press| work.done(display, fonts, press));

    let mut file = PdfFile::begin(size(display, &plan));
    let mut identity = Sha256::new();
    let mut described = Packs::default();
    let mut named = packs.iter();
    for (work, made) in work.iter().zip(made) {
        match (work, made?) {
            (Work::Page(index), Made::Page(content, hash)) => {
                identity.update(hash);
                file.stream(plan.contents[*index], "/Filter/FlateDecode", &content);
            }
            (Work::Font(face, _), Made::Font(font)) => plan.font(*face, &font, &mut file, &mut described),
            (Work::Record(record), Made::Record(pressed)) => plan.record(record, &pressed, meta, &mut file),
            (Work::Pack(_), Made::Pack(pressed)) => {
                let pack = named.next().expect("each pack was pressed");
                file.pack(numbers.next(), pack, &pressed);
            }
            (Work::Page(_) | Work::Font(..) | Work::Record(_) | Work::Pack(_), _) => {
                unreachable!("each work makes its own kind")
            }
        }
    }
    for (picture, number) in display.pictures.iter().zip(&plan.pictures) {
        identity.update(picture.sha256);
        file.stream(*number, &super::about(picture), &picture.jpeg);
    }
    plan.close(file, described, identity, meta, &mut numbers)
}

impl Work<'_> {
    fn done(&self, display: &Display, fonts: &UsedFonts, press: &mut Press) -> Result<Made, Error> {
        Ok(match self {
            Work::Font(face, used) => Made::Font(used.embedded(&faces()[*face], press)?),
            Work::Page(index) => {
                let content = super::content(&display.pages[*index], fonts)?;
                Made::Page(press.compress(&content), Sha256::digest(&content).into())
            }
            Work::Record(record) => Made::Record(press.compress(record)),
            Work::Pack(pack) => Made::Pack(pack.press(press)),
        })
    }
}

/// An estimate of the file's size; the buffer grows if it is too low.
fn size(display: &Display, plan: &Plan<'_>) -> usize {
    let pictures: usize = display.pictures.iter().map(|picture| picture.jpeg.len()).sum();
    pictures + 40_000 * plan.fonts.len() + 8_000 * plan.pages.len() + 40_000
}

impl<'a> Plan<'a> {
    fn new(
        display: &Display,
        fonts: &UsedFonts,
        meta: &Meta,
        seal: Option<&'a Seal>,
        numbers: &mut Numbers,
    ) -> Plan<'a> {
        let font = |numbers: &mut Numbers| FontNumbers {
            font: numbers.next(),
            descendant: numbers.next(),
            descriptor: numbers.next(),
            program: numbers.next(),
            to_unicode: numbers.next(),
        };
        let pages = numbers.list(display.pages.len());
        Plan {
            catalog: numbers.next(),
            info: numbers.next(),
            page_tree: numbers.next(),
            resources: numbers.next(),
            metadata: numbers.next(),
            profile: numbers.next(),
            attachment: meta.record.as_ref().map(|_| (numbers.next(), numbers.next())),
            contents: numbers.list(display.pages.len()),
            pictures: numbers.list(display.pictures.len()),
            fonts: fonts.iter().map(|(face, _)| (face, font(numbers))).collect(),
            outline: (!display.outline.is_empty()).then(|| (numbers.next(), numbers.list(display.outline.len()))),
            tree: TreeNumbers {
                root: numbers.next(),
                parents: numbers.next(),
                nodes: numbers.list(display.tree.nodes.len()),
                pages: pages.clone(),
                lists: numbers.list(display.pages.len()),
            },
            field: seal.map(|seal| SignatureField::new(seal, numbers)),
            pages,
        }
    }

    /// Adds the objects that only refer to others by number.
    fn describe(&self, display: &Display, meta: &Meta, packs: &mut Packs) {
        self.add_pages(display, packs);
        self.add_outline(display, packs);
        if let Some((stream, file)) = self.attachment {
            packs.add(file, |text| {
                write!(
                    text,
                    "<</Type/Filespec/F(record.json)/UF{}/AFRelationship/Source/Desc{}/EF<</F {stream}/UF {stream}>>>>",
                    unicode("record.json"),
                    unicode(&meta.subject)
                )
                .expect(PUT);
            });
        }
        packs.add(self.info, |text| {
            let (title, author, subject) = (unicode(&meta.title), unicode(&meta.author), unicode(&meta.subject));
            let (producer, day) = (unicode(PRODUCER), date(meta));
            write!(
                text,
                "<</Title{title}/Author{author}/Subject{subject}/Producer{producer}/CreationDate{day}/ModDate{day}>>"
            )
            .expect(PUT);
        });
        packs.add(self.catalog, |text| self.catalog(meta, text));
    }

    fn catalog(&self, meta: &Meta, text: &mut String) {
        let Plan { page_tree, metadata, profile, tree, .. } = self;
        write!(
            text,
            "<</Type/Catalog/Pages {page_tree}/PageMode/UseNone/Lang({})/MarkInfo<</Marked true>>\
             /ViewerPreferences<</DisplayDocTitle true>>/StructTreeRoot {}/Metadata {metadata}\
             /OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)\
             /Info(sRGB IEC61966-2.1)/DestOutputProfile {profile}>>]",
            meta.language.tag(),
            tree.root
        )
        .expect(PUT);
        if let Some((outline, _)) = &self.outline {
            write!(text, "/Outlines {outline}").expect(PUT);
        }
        if let Some((_, file)) = self.attachment {
            write!(text, "/Names<</EmbeddedFiles<</Names[(record.json){file}]>>>>/AF[{file}]").expect(PUT);
        }
        if let Some(field) = &self.field {
            write!(text, "/AcroForm<</Fields[{}]/SigFlags 3>>", field.field).expect(PUT);
        }
        text.push_str(">>");
    }

    fn add_pages(&self, display: &Display, packs: &mut Packs) {
        packs.add(self.page_tree, |text| {
            write!(text, "<</Type/Pages/Count {}/Kids[", self.pages.len()).expect(PUT);
            self.pages.iter().for_each(|page| write!(text, "{page} ").expect(PUT));
            text.push_str("]>>");
        });
        packs.add(self.resources, |text| {
            text.push_str("<</Font<<");
            for (face, numbers) in &self.fonts {
                write!(text, "/{} {}", UsedFonts::id(*face).0, numbers.font).expect(PUT);
            }
            text.push_str(">>/XObject<<");
            for (index, picture) in self.pictures.iter().enumerate() {
                write!(text, "/{} {picture}", super::picture_name(index)).expect(PUT);
            }
            text.push_str(">>>>");
        });
        // All paper sizes share the upper edge, so that positions from the top are the same.
        let (low, width) = (PAGE_HEIGHT - display.sheet.height, display.sheet.width);
        for (index, page) in self.pages.iter().enumerate() {
            packs.add(*page, |text| {
                write!(
                    text,
                    "<</Type/Page/Parent {}/MediaBox[0 {low} {width} {PAGE_HEIGHT}]/Resources {}/Contents {}\
                     /StructParents {index}/Tabs/S",
                    self.page_tree, self.resources, self.contents[index]
                )
                .expect(PUT);
                if let (0, Some(field)) = (index, &self.field) {
                    write!(text, "/Annots[{}]", field.field).expect(PUT);
                }
                text.push_str(">>");
            });
        }
    }

    /// Adds the document outline.
    fn add_outline(&self, display: &Display, packs: &mut Packs) {
        let Some((root, ids)) = &self.outline else { return };
        for (index, (entry, id)) in display.outline.iter().zip(ids).enumerate() {
            packs.add(*id, |text| {
                let (title, page, top) = (unicode(&entry.title), self.pages[entry.page], PAGE_HEIGHT - entry.y + 6.0);
                write!(text, "<</Title{title}/Parent {root}/Dest[{page}/XYZ null {top:.2} null]").expect(PUT);
                if let Some(before) = index.checked_sub(1) {
                    write!(text, "/Prev {}", ids[before]).expect(PUT);
                }
                if let Some(next) = ids.get(index + 1) {
                    write!(text, "/Next {next}").expect(PUT);
                }
                text.push_str(">>");
            });
        }
        packs.add(*root, |text| {
            let (first, last) = (ids[0], ids[ids.len() - 1]);
            write!(text, "<</Type/Outlines/First {first}/Last {last}/Count {}>>", ids.len()).expect(PUT);
        });
    }

    fn font(&self, face: usize, font: &Embedded, file: &mut PdfFile, packs: &mut Packs) {
        let numbers = self.fonts.iter().find(|(index, _)| *index == face);
        let (_, numbers) = numbers.expect("every used face has its numbers");
        let face = &faces()[face];
        font.describe(face, numbers, packs);
        file.stream(numbers.program, &font.about_program(face), &font.program);
        file.stream(numbers.to_unicode, "/Filter/FlateDecode", &font.to_unicode);
    }

    /// Writes the record as an embedded file (ISO 19005-3, 6.8).
    fn record(&self, record: &[u8], pressed: &[u8], meta: &Meta, file: &mut PdfFile) {
        let (stream, _) = self.attachment.expect("a record has its numbers");
        let (size, day) = (record.len(), date(meta));
        let about = format!(
            "/Type/EmbeddedFile/Subtype/application#2Fjson/Params<</Size {size}/ModDate{day}>>/Filter/FlateDecode"
        );
        file.stream(stream, &about, pressed);
    }

    /// Writes the constant objects, and those that depend on everything before.
    fn close(
        &self,
        mut file: PdfFile,
        described: Packs,
        mut identity: Sha256,
        meta: &Meta,
        numbers: &mut Numbers,
    ) -> Result<(Vec<u8>, Option<Hole>), Error> {
        let mut press = Press::new();
        file.stream(self.profile, "/N 3/Filter/FlateDecode", &SRGB_PRESSED);
        // Uncompressed, so that archives can read it directly.
        file.stream(self.metadata, "/Type/Metadata/Subtype/XML", xmp(meta).as_bytes());
        for pack in described.close() {
            file.pack(numbers.next(), &pack, &pack.press(&mut press));
        }
        let place = self.field.as_ref().map(|field| (field, file.direct(field.value, &field.blank())));
        // Half of a SHA-256 over all contents and metadata: the same for the same document, and different for any
        // other.
        say(meta, &mut identity);
        let identity: String = identity.finalize()[..16].iter().map(|byte| format!("{byte:02X}")).collect();
        let trailer = format!("/Root {}/Info {}/ID[<{identity}><{identity}>]", self.catalog, self.info);
        let mut bytes = file.finish(numbers.next(), &trailer, &mut press);
        let hole = place.map(|(field, place)| field.set_byte_range(&mut bytes, &place)).transpose()?;
        Ok((bytes, hole))
    }
}

/// Hashes the document's metadata into its identity.
fn say(meta: &Meta, identity: &mut Sha256) {
    let Meta { title, author, subject, language, issued_on, record, provenance } = meta;
    identity.update(format!("{title:?} {author:?} {subject:?} {language} {issued_on} {provenance:?}"));
    identity.update(record.as_deref().unwrap_or_default());
}

fn date(meta: &Meta) -> String {
    meta.issued_on.format("(D:%Y%m%d000000Z)").to_string()
}
