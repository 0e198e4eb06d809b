//! The pack of the world's calendars: an index as text, followed by the deflated file of each country.
//!
//! ```text
//! ronda-calendars 1 250
//! AD 2026-11-22 0.109 7ee9…c605 1928 6222 02|03|04|05|06|07|08
//! …
//! (an empty line, then the deflated files in the same order)
//! ```
//!
//! Fields of a line: code, date made, version, SHA-256 of the content, packed size, text size (both in bytes),
//! subdivisions. The index is read at startup, a country's file when it is first needed.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;

use super::country::Country;
use crate::toml_file::TomlFile;

/// The built-in pack; `generate.py` builds it from the files in `world/`.
const EMBEDDED: &[u8] = include_bytes!("world.pack");

/// The beginning of a pack in this format.
const MAGIC: &str = "ronda-calendars 1 ";

/// No country's file is this large; a pack with a larger size is damaged.
const LONGEST_FILE: usize = 4 << 20;

/// A country's file in a pack, still deflated.
#[derive(Debug, Clone)]
pub(super) struct Packed<'p> {
    pub(super) code: &'p str,
    pub(super) made_on: NaiveDate,
    pub(super) version: &'p str,
    /// Hash of the content, as given in the file itself.
    pub(super) sha256: &'p str,
    pub(super) subdivisions: Vec<&'p str>,
    bytes_of_text: usize,
    deflated: &'p [u8],
}

/// The index of the built-in pack.
pub(super) fn embedded() -> BTreeMap<&'static str, Packed<'static>> {
    read(EMBEDDED).expect("a test opens every file of the embedded pack")
}

/// Reads the index of a pack.
///
/// # Errors
/// A description of what is wrong with it.
pub(super) fn read(pack: &[u8]) -> Result<BTreeMap<&str, Packed<'_>>, String> {
    let end = pack.windows(2).position(|pair| pair == b"\n\n").ok_or("it is no pack of calendars")?;
    let (index, mut files) = (&pack[..end], &pack[end + 2..]);
    let index = std::str::from_utf8(index).map_err(|_| "its index is no text")?;
    let mut lines = index.lines();
    let head = lines.next().and_then(|head| head.strip_prefix(MAGIC)).ok_or("it is no pack of calendars")?;
    let count: usize = head.parse().map_err(|_| "its first line has no number of countries")?;
    let mut packed = BTreeMap::new();
    for line in lines {
        let (one, length) = read_line(line).ok_or_else(|| format!("its index has a bad line: {line:?}"))?;
        let (deflated, rest) = files.split_at_checked(length).ok_or("it is cut short")?;
        files = rest;
        packed.insert(one.code, Packed { deflated, ..one });
    }
    if packed.len() == count && files.is_empty() {
        Ok(packed)
    } else {
        Err(format!("it should hold {count} countries, and holds {}", packed.len()))
    }
}

/// Parses a line of the index; also returns the packed size of the file.
fn read_line(line: &str) -> Option<(Packed<'_>, usize)> {
    let mut fields = line.splitn(7, ' ');
    let mut next = || fields.next();
    let (code, made_on, version, sha256) = (next()?, next()?.parse().ok()?, next()?, next()?);
    let (length, bytes_of_text) = (next()?.parse().ok()?, next()?.parse().ok()?);
    let subdivisions = next()?.split('|').filter(|code| !code.is_empty()).collect();
    Some((Packed { code, made_on, version, sha256, subdivisions, bytes_of_text, deflated: &[] }, length))
}

impl Packed<'_> {
    /// The country's file, as in `world/`.
    ///
    /// # Errors
    /// A description of what is wrong with it.
    pub(super) fn file(&self) -> Result<TomlFile, String> {
        let code = self.code;
        if self.bytes_of_text > LONGEST_FILE {
            return Err(format!("{code}: its file is longer than any country's"));
        }
        let bytes = decompress_to_vec_zlib_with_limit(self.deflated, self.bytes_of_text)
            .map_err(|error| format!("{code}: its file is damaged: {error}"))?;
        let text = String::from_utf8(bytes).map_err(|_| format!("{code}: its file is no text"))?;
        Ok(TomlFile { name: format!("{code}.toml"), text })
    }

    /// Unpacks and parses the country.
    ///
    /// # Errors
    /// Every mistake of its file.
    pub(super) fn open(&self) -> Result<Country, Vec<String>> {
        super::read_country(&self.file().map_err(|damaged| vec![damaged])?)
    }
}
