//! Checklists from TOML: those shipped in `templates/checklists`, and the administrator's.
//!
//! ```toml
//! checklist = "ups-battery"            # its key, in small letters, digits and hyphens
//! title = { en = "…", es = "…", zh = "…" }   # es and zh may be left out: English is shown then
//!
//! [[sections]]
//! title = { en = "…" }
//!
//! [[sections.items]]
//! item = "float-voltage"               # once in the whole checklist
//! text = { en = "…" }
//! reading = { unit = "V", min = 2.2, max = 2.3 }   # optional; so are min and max, both inclusive
//! required = true                      # optional; a record without an answer is refused
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::domain::checklist::{Checklist, Item, ReadingSpec, Section, Words};
use crate::toml_file::{self, Mistakes, TomlFile};

macro_rules! shipped {
    ($($key:literal),+ $(,)?) => {
        [$((
            concat!("templates/checklists/", $key, ".toml"),
            include_str!(concat!("../templates/checklists/", $key, ".toml")),
        )),+]
    };
}

/// The checklists that come with the program.
const SHIPPED: [(&str, &str); 6] =
    shipped!["baggage-conveyor", "fire-alarm", "generator", "lift", "precision-cooling", "ups-battery"];

/// All checklists that the office knows.
#[derive(Debug)]
pub struct Checklists {
    by_key: BTreeMap<String, Checklist>,
}

impl Checklists {
    /// The shipped checklists, and those of `own` (a folder of TOML files), which win by key.
    ///
    /// # Errors
    /// Every mistake of every file, each with file, line and column.
    pub fn load(own: Option<&Path>) -> Result<Checklists, Vec<String>> {
        let mut mistakes = Vec::new();
        let shipped: Vec<TomlFile> = SHIPPED.iter().map(|(name, text)| TomlFile::shipped(name, text)).collect();
        let mut by_key = read_all(&shipped, &mut mistakes);
        match own.map(TomlFile::folder) {
            Some(Ok(files)) => by_key.extend(read_all(&files, &mut mistakes)),
            Some(Err(unreadable)) => mistakes.extend(unreadable),
            None => {}
        }
        if mistakes.is_empty() { Ok(Checklists { by_key }) } else { Err(mistakes) }
    }

    /// The checklist of that key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Checklist> {
        self.by_key.get(key)
    }

    /// The keys of all checklists, sorted.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.by_key.keys().map(String::as_str)
    }
}

fn read_all(files: &[TomlFile], mistakes: &mut Vec<String>) -> BTreeMap<String, Checklist> {
    toml_file::read_all(
        files,
        "checklist",
        |list: &Checklist| &list.checklist,
        |table, found| read_checklist(table.get_ref(), found),
        mistakes,
    )
}

fn read_checklist(table: &DeTable<'_>, found: &mut Mistakes<'_>) -> Option<(Range<usize>, Checklist)> {
    let start = 0..0;
    found.unknown_keys(table, &["checklist", "title", "sections"]);
    let key = read_key(table, start.clone(), "checklist", found);
    let title = read_words(table, start.clone(), "title", found);
    let mut seen = BTreeSet::new();
    let tables = found.tables(table, "sections");
    if tables.is_empty() {
        found.at(start, "the checklist has no section; begin one with [[sections]]");
    }
    let sections = tables.into_iter().map(|(at, section)| read_section(section, at, &mut seen, found)).collect();
    let (key, title) = (key?, title?);
    Some((key.span(), Checklist { checklist: key.into_inner().to_owned(), title, sections }))
}

fn read_section(
    table: &DeTable<'_>,
    at: Range<usize>,
    seen: &mut BTreeSet<String>,
    found: &mut Mistakes<'_>,
) -> Section {
    found.unknown_keys(table, &["title", "items"]);
    let title = read_words(table, at.clone(), "title", found).unwrap_or_default();
    let tables = found.tables(table, "items");
    if tables.is_empty() {
        found.at(at, "the section has no item; begin one with [[sections.items]]");
    }
    let items = tables.into_iter().filter_map(|(at, item)| read_item(item, at, seen, found)).collect();
    Section { title, items }
}

/// An item; None where it has no key or no text, which is noted.
fn read_item(
    table: &DeTable<'_>,
    at: Range<usize>,
    seen: &mut BTreeSet<String>,
    found: &mut Mistakes<'_>,
) -> Option<Item> {
    found.unknown_keys(table, &["item", "text", "reading", "required"]);
    let key = read_key(table, at.clone(), "item", found);
    if let Some(twice) = key.as_ref().filter(|key| !seen.insert((*key.get_ref()).to_owned())) {
        found.at(twice.span(), format!("the checklist has an item {:?} further up already", twice.get_ref()));
    }
    let text = read_words(table, at, "text", found);
    let reading = read_reading(table, found);
    let required = found.truth(table, "required").unwrap_or(false);
    Some(Item { item: key?.into_inner().to_owned(), text: text?, reading, required })
}

/// A key such as `battery-voltage`.
fn read_key<'t>(
    table: &'t DeTable<'_>,
    at: Range<usize>,
    name: &str,
    found: &mut Mistakes<'_>,
) -> Option<Spanned<&'t str>> {
    let key = found.needed_text(table, at, name)?;
    let text = *key.get_ref();
    let is_key = text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.len() <= 60
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if !is_key {
        found.at(key.span(), format!("{name} = {text:?} is no key; use small letters, digits and hyphens, at most 60"));
    }
    Some(key)
}

/// A text in the languages that the file gives.
fn read_words(table: &DeTable<'_>, at: Range<usize>, name: &str, found: &mut Mistakes<'_>) -> Option<Words> {
    let example = format!("{name} = {{ en = \"…\", es = \"…\", zh = \"…\" }}");
    let (place, words) = match table.get(name).map(|value| (value.span(), value.get_ref())) {
        Some((place, DeValue::Table(words))) => (place, words),
        Some((place, _)) => {
            found.at(place, format!("{name} is a text in each language: {example}"));
            return None;
        }
        None => {
            found.at(at, format!("{name} is missing: {example}"));
            return None;
        }
    };
    found.unknown_keys(words, &["en", "es", "zh"]);
    let en = found.needed_text(words, place, "en");
    let [es, zh] = ["es", "zh"].map(|language| {
        let text = found.text(words, language)?;
        if text.get_ref().trim().is_empty() {
            found.at(text.span(), format!("{language} is blank; leave it out where there is no translation"));
        }
        Some(text.into_inner().to_owned())
    });
    Some(Words { en: en?.into_inner().to_owned(), es, zh })
}

fn read_reading(table: &DeTable<'_>, found: &mut Mistakes<'_>) -> Option<ReadingSpec> {
    let (place, reading) = match table.get("reading").map(|value| (value.span(), value.get_ref()))? {
        (place, DeValue::Table(reading)) => (place, reading),
        (place, _) => {
            found.at(place, "a reading is written as { unit = \"V\", min = 2.2, max = 2.3 }");
            return None;
        }
    };
    found.unknown_keys(reading, &["unit", "min", "max"]);
    let unit = found.needed_text(reading, place.clone(), "unit");
    let [min, max] = ["min", "max"].map(|key| read_number(reading, key, found));
    if let (Some(min), Some(max)) = (min, max)
        && min > max
    {
        found.at(place, format!("min = {min} is above max = {max}; no reading could be ok"));
    }
    Some(ReadingSpec { unit: unit?.into_inner().to_owned(), min, max })
}

fn read_number(table: &DeTable<'_>, key: &str, found: &mut Mistakes<'_>) -> Option<f64> {
    let value = table.get(key)?;
    let number = match value.get_ref() {
        DeValue::Integer(number) if number.radix() == 10 => number.as_str().replace('_', "").parse().ok(),
        DeValue::Float(number) => number.as_str().replace('_', "").parse().ok(),
        DeValue::Integer(_)
        | DeValue::String(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_)
        | DeValue::Array(_)
        | DeValue::Table(_) => None,
    };
    let number = number.filter(|number: &f64| number.is_finite());
    if number.is_none() {
        found.at(value.span(), format!("{key} is a number such as 2.25"));
    }
    number
}

#[cfg(test)]
mod tests;
