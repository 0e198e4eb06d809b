//! Reads what a PDF says about itself: which report it is, its record, its signatures. Files may come from anyone.
//!
//! Reading always terminates: files, streams, objects and time are limited, and it runs in a thread whose panic counts
//! as a refusal. Pages are not looked at.

use std::cell::Cell;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId};

use super::provenance::Provenance;
use domain::Instant;

/// Maximum size of a file, in bytes.
pub const LARGEST_FILE: usize = 128 * 1024 * 1024;
/// Maximum decompressed size of a stream, in bytes.
const LARGEST_STREAM: usize = 8 * 1024 * 1024;
/// Maximum number of relevant objects in a file; our files have five.
const MAX_OBJECTS: usize = 2_000;
/// Maximum number of signatures that are examined.
const MAX_SIGNATURES: usize = 16;
const STACK: usize = 16 * 1024 * 1024;
const READ_WITHIN: Duration = Duration::from_secs(20);

/// What a file claims about itself. None of this is proven.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims {
    pub provenance: Option<Provenance>,
    /// The embedded `record.json`.
    pub record: Option<Vec<u8>>,
    pub signatures: Vec<SignatureFound>,
    /// Whether there is a signature that has no field, or cannot be read.
    pub remains: Remains,
}

/// Traces of signatures other than those that can be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Remains {
    #[default]
    None,
    OfASignature,
}

/// A signature in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureFound {
    /// CMS, possibly padded with zeros.
    pub cms: Vec<u8>,
    /// The two ranges of the file that it covers.
    pub over: [Range<usize>; 2],
    /// Whether these are the whole file except the signature itself.
    pub extent: Extent,
    /// The time of signing, as claimed by the file.
    pub claimed_at: Option<Instant>,
}

/// How much of a file a signature covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    Whole,
    /// Something was appended or left out.
    Part,
}

/// Why nothing can be read from a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnreadablePdf {
    #[error("the file has more than {LARGEST_FILE} bytes")]
    TooLarge,
    #[error("the file is not a PDF that can be read")]
    NotAPdf,
    #[error("the file is protected by a password; remove it, or check the file as it was delivered")]
    Protected,
    #[error("reading the file takes too long")]
    TooSlow,
}

/// Reads what a file claims. This may block for some seconds, and gives up after twenty.
///
/// # Errors
/// [`UnreadablePdf`] if the file cannot be read within the limits.
pub fn read(file: Arc<Vec<u8>>) -> Result<Claims, UnreadablePdf> {
    if file.len() > LARGEST_FILE {
        return Err(UnreadablePdf::TooLarge);
    }
    let (done, wait) = std::sync::mpsc::channel();
    let reader = std::thread::Builder::new().name("read a PDF".to_owned()).stack_size(STACK);
    let started = reader.spawn(move || {
        // If this panics, `done` is dropped, which notifies the receiver.
        let _ = done.send(claims(&file));
    });
    started.map_err(|_| UnreadablePdf::NotAPdf)?;
    match wait.recv_timeout(READ_WITHIN) {
        Ok(claims) => claims,
        Err(std::sync::mpsc::RecvTimeoutError::Timeout) => Err(UnreadablePdf::TooSlow),
        Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => Err(UnreadablePdf::NotAPdf),
    }
}

fn claims(file: &[u8]) -> Result<Claims, UnreadablePdf> {
    if !file.starts_with(b"%PDF-") {
        return Err(UnreadablePdf::NotAPdf);
    }
    KEPT.set(0);
    let options =
        LoadOptions { filter: Some(keep), max_decompressed_size: Some(LARGEST_STREAM), ..LoadOptions::default() };
    let document = Document::load_mem_with_options(file, options).map_err(|why| unreadable(&why))?;
    // A file that is protected only against changes opens with an empty password.
    if document.trailer.has(b"Encrypt") && !document.was_encrypted() {
        return Err(UnreadablePdf::Protected);
    }
    let catalog = document.catalog().map_err(|_| UnreadablePdf::NotAPdf)?;
    let signatures = signatures(&document, catalog, file);
    Ok(Claims {
        provenance: provenance(&document, catalog),
        record: record(&document, catalog),
        remains: remains(file, &signatures),
        signatures,
    })
}

fn unreadable(why: &lopdf::Error) -> UnreadablePdf {
    if matches!(why, lopdf::Error::InvalidPassword | lopdf::Error::Decryption(_)) {
        return UnreadablePdf::Protected;
    }
    UnreadablePdf::NotAPdf
}

thread_local! {
    /// Number of objects kept so far from the file being read.
    static KEPT: Cell<usize> = const { Cell::new(0) };
}

/// Keeps the objects that are needed below and drops the others, so that a file with many objects needs little memory.
fn keep(id: ObjectId, object: &mut Object) -> Option<(ObjectId, Object)> {
    const STREAMS: [&[u8]; 4] = [b"Metadata", b"EmbeddedFile", b"ObjStm", b"XRef"];
    const DICTIONARIES: [&[u8]; 3] = [b"Catalog", b"Filespec", b"Sig"];
    let is_wanted = match object {
        Object::Stream(stream) => STREAMS.iter().any(|kind| stream.dict.has_type(kind)),
        Object::Dictionary(dictionary) => {
            DICTIONARIES.iter().any(|kind| dictionary.has_type(kind))
                || dictionary.get(b"FT").and_then(Object::as_name).is_ok_and(|kind| kind == b"Sig")
                || dictionary.has(b"SigFlags")
        }
        Object::Null
        | Object::Boolean(_)
        | Object::Integer(_)
        | Object::Real(_)
        | Object::Name(_)
        | Object::String(..)
        | Object::Array(_)
        | Object::Reference(_) => false,
    };
    if !is_wanted || KEPT.get() >= MAX_OBJECTS {
        return None;
    }
    KEPT.set(KEPT.get() + 1);
    Some((id, object.clone()))
}

fn provenance(document: &Document, catalog: &Dictionary) -> Option<Provenance> {
    let metadata = catalog.get(b"Metadata").ok()?;
    Provenance::read(&String::from_utf8(stream(document, metadata)?).ok()?)
}

/// The embedded file that the document declares as its source.
fn record(document: &Document, catalog: &Dictionary) -> Option<Vec<u8>> {
    let files = resolve(document, catalog.get(b"AF").ok()?)?.as_array().ok()?;
    let file = resolve(document, files.first()?)?.as_dict().ok()?;
    let streams = resolve(document, file.get(b"EF").ok()?)?.as_dict().ok()?;
    stream(document, streams.get(b"F").ok()?)
}

fn signatures(document: &Document, catalog: &Dictionary, file: &[u8]) -> Vec<SignatureFound> {
    let fields = || {
        let form = resolve(document, catalog.get(b"AcroForm").ok()?)?.as_dict().ok()?;
        resolve(document, form.get(b"Fields").ok()?)?.as_array().ok()
    };
    let fields = fields().into_iter().flatten().take(MAX_SIGNATURES);
    fields.filter_map(|field| signature(document, field, file)).collect()
}

fn signature(document: &Document, field: &Object, file: &[u8]) -> Option<SignatureFound> {
    let field = resolve(document, field)?.as_dict().ok()?;
    let value = resolve(document, field.get(b"V").ok()?)?.as_dict().ok()?;
    let cms = value.get(b"Contents").ok()?.as_str().ok()?.to_vec();
    let numbers = value.get(b"ByteRange").ok()?.as_array().ok()?;
    let number = |at: usize| usize::try_from(numbers.get(at)?.as_i64().ok()?).ok();
    let part = |at: usize| {
        let start = number(at)?;
        let end = start.checked_add(number(at + 1)?)?;
        (end <= file.len()).then_some(start..end)
    };
    let over = [part(0)?, part(2)?];
    let extent = if numbers.len() == 4 && is_whole(&over, file) { Extent::Whole } else { Extent::Part };
    let claimed_at = value.get(b"M").and_then(Object::as_str).ok().and_then(moment);
    Some(SignatureFound { cms, over, extent, claimed_at })
}

/// Parses a date (ISO 32000-1, 7.9.4) with seconds: `D:20260213093000Z`, `D:20260213103000+01'00'`.
fn moment(text: &[u8]) -> Option<Instant> {
    let text = std::str::from_utf8(text).ok()?.strip_prefix("D:")?;
    let (local, zone) = text.split_at_checked(14)?;
    let zone: String = zone.chars().filter(|c| *c != '\'').collect();
    let zone = if zone.is_empty() || zone.starts_with('Z') { "+0000" } else { &zone };
    let moment = chrono::DateTime::parse_from_str(&format!("{local}{zone}"), "%Y%m%d%H%M%S%z").ok()?;
    Some(moment.to_utc())
}

/// Looks for signature dictionaries that were not found above: a damaged signature is not the same as none.
fn remains(file: &[u8], found: &[SignatureFound]) -> Remains {
    const TRACES: [&[u8]; 3] = [b"/ByteRange", b"/ETSI.CAdES.detached", b"/Adobe.PPKLite"];
    let is_there = |trace: &[u8]| file.windows(trace.len()).any(|window| window == trace);
    if found.is_empty() && TRACES.into_iter().any(is_there) { Remains::OfASignature } else { Remains::None }
}

/// Whether the ranges leave out exactly one hexadecimal string.
fn is_whole(over: &[Range<usize>; 2], file: &[u8]) -> bool {
    let Some(gap) = file.get(over[0].end..over[1].start) else { return false };
    let digits = gap.strip_prefix(b"<").and_then(|gap| gap.strip_suffix(b">"));
    over[0].start == 0
        && over[1].end == file.len()
        && digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
}

/// Resolves a reference, one level deep; ours are never deeper.
fn resolve<'d>(document: &'d Document, object: &'d Object) -> Option<&'d Object> {
    match object {
        Object::Reference(id) => document.objects.get(id),
        other => Some(other),
    }
}

fn stream(document: &Document, object: &Object) -> Option<Vec<u8>> {
    let stream = resolve(document, object)?.as_stream().ok()?;
    if stream.dict.has(b"Filter") {
        return stream.decompressed_content_with_limit(LARGEST_STREAM).ok();
    }
    Some(stream.content.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_of_a_pdf_is_an_instant() {
        let at = "2026-02-13T09:30:00Z".parse().ok();
        for text in ["D:20260213093000Z", "D:20260213093000", "D:20260213103000+01'00'", "D:20260213100000+00'30"] {
            assert_eq!(moment(text.as_bytes()), at, "{text}");
        }
        for text in
            ["", "D:", "20260213093000Z", "D:2026", "D:20261313093000Z", "D:2026021309300é0Z", "D:20260213093000+1"]
        {
            assert_eq!(moment(text.as_bytes()), None, "{text}");
        }
    }
}
