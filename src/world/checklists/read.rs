//! Reads a checklist file: its sections and items.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{kind, when};
use crate::toml_file::Mistakes;
use domain::records::checklist::{Checklist, Item, Kind, Section, Words};

/// The items read so far, and the keys of all items in the file.
pub(super) struct Items<'t> {
    /// Keys in file order with their kinds; `None` for an invalid kind.
    pub(super) earlier: Vec<(&'t str, Option<Kind>)>,
    pub(super) all: Vec<&'t str>,
}

pub(super) fn checklist(table: &DeTable<'_>, found: &mut Mistakes<'_>) -> Option<(Range<usize>, Checklist)> {
    let start = 0..0;
    found.unknown_keys(table, &["checklist", "title", "sections"]);
    let key = key(table, start.clone(), "checklist", found);
    let title = words(table, start.clone(), "title", found);
    let tables = found.tables(table, "sections");
    if tables.is_empty() {
        found.at(start, "the checklist has no section; begin one with [[sections]]");
    }
    let all = tables.iter().flat_map(|(_, section)| keys(section)).collect();
    let mut items = Items { earlier: Vec::new(), all };
    let sections = tables.into_iter().map(|(at, table)| section(table, at, &mut items, found)).collect();
    let (key, title) = (key?, title?);
    Some((key.span(), Checklist { checklist: key.into_inner().to_owned(), title, sections }))
}

/// The item keys of a section, as far as they can be read.
fn keys<'t>(section: &'t DeTable<'_>) -> Vec<&'t str> {
    let Some(DeValue::Array(items)) = section.get("items").map(Spanned::get_ref) else { return Vec::new() };
    let tables = items.iter().filter_map(|item| item.get_ref().as_table());
    tables.filter_map(|item| item.get("item")?.get_ref().as_str()).collect()
}

fn section<'t>(table: &'t DeTable<'_>, at: Range<usize>, items: &mut Items<'t>, found: &mut Mistakes<'_>) -> Section {
    found.unknown_keys(table, &["title", "items"]);
    let title = words(table, at.clone(), "title", found).unwrap_or_default();
    let tables = found.tables(table, "items");
    if tables.is_empty() {
        found.at(at, "the section has no item; begin one with [[sections.items]]");
    }
    let items = tables.into_iter().filter_map(|(at, table)| item(table, at, items, found)).collect();
    Section { title, items }
}

/// Reads an item; notes a mistake and returns `None` if there can be no item because of it.
fn item<'t>(table: &'t DeTable<'_>, at: Range<usize>, items: &mut Items<'t>, found: &mut Mistakes<'_>) -> Option<Item> {
    found.unknown_keys(table, &["item", "text", "kind", "guidance", "reading", "choices", "when", "required"]);
    let key = key(table, at.clone(), "item", found);
    let text = words(table, at.clone(), "text", found);
    let guidance = table.contains_key("guidance").then(|| words(table, at.clone(), "guidance", found)).flatten();
    let kind = kind::read(table, at, found);
    let when = when::read(table, key.as_ref().map(|key| *key.get_ref()), items, found);
    let required = found.truth(table, "required").unwrap_or(false);
    if let Some(key) = &key {
        if items.earlier.iter().any(|(earlier, _)| earlier == key.get_ref()) {
            found.at(key.span(), format!("the checklist has an item {:?} further up already", key.get_ref()));
        }
        items.earlier.push((*key.get_ref(), kind.clone()));
    }
    Some(Item { item: key?.into_inner().to_owned(), text: text?, kind: kind?, guidance, when, required })
}

/// Reads a key such as `battery-voltage`.
pub(super) fn key<'t>(
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

/// Reads a text in the languages that the file provides.
pub(super) fn words(table: &DeTable<'_>, at: Range<usize>, name: &str, found: &mut Mistakes<'_>) -> Option<Words> {
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
