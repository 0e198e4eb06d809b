//! The kind of answer that an item takes: the keys `kind`, `reading` and `choices`.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::read::{key, words};
use crate::toml_file::Mistakes;
use domain::records::checklist::{Best, Choice, Kind, ReadingSpec};
use domain::suggest;

const EXAMPLE_READING: &str = "reading = { unit = \"V\", min = 2.2, max = 2.3 }";
const EXAMPLE_CHOICES: &str = "choices = [{ choice = \"auto\", text = { en = \"…\" } }, …]";

/// Reads an item's kind; notes a mistake and returns `None` if it is invalid.
pub(super) fn read(table: &DeTable<'_>, at: Range<usize>, found: &mut Mistakes<'_>) -> Option<Kind> {
    let word = found.text(table, "kind");
    let (at, said) = word.map_or((at, None), |word| (word.span(), Some(word.into_inner())));
    let reading = reading(table, found);
    let choices = choices(table, found);
    let kind = match said {
        None if table.contains_key("kind") => return None,
        None if table.contains_key("reading") => "number",
        None => "check",
        Some(kind) => kind,
    };
    let mut foreign = |key: &str, of: &str| {
        if let Some(value) = table.get(key) {
            found.at(value.span(), format!("{key} belongs to kind = {of:?}, and this item's kind is {kind:?}"));
        }
    };
    if kind != "number" && Kind::WORDS.contains(&kind) {
        foreign("reading", "number");
    }
    if kind != "choice" && Kind::WORDS.contains(&kind) {
        foreign("choices", "choice");
    }
    match kind {
        "check" => Some(Kind::Check),
        "text" => Some(Kind::Text),
        "photo" => Some(Kind::Photo),
        "number" => {
            if !table.contains_key("reading") {
                found.at(at, format!("a number has its unit and limits: {EXAMPLE_READING}"));
            }
            Some(Kind::Number { reading: reading? })
        }
        "choice" => {
            if !table.contains_key("choices") {
                found.at(at, format!("a choice has something to choose: {EXAMPLE_CHOICES}"));
            }
            Some(Kind::Choice { choices: choices? })
        }
        _ => {
            let meant = suggest::did_you_mean(suggest::nearest(kind, Kind::WORDS));
            let known = Kind::WORDS.join(", ");
            found.at(at, format!("kind = {kind:?} is not known; known are {known}{meant}"));
            None
        }
    }
}

fn reading(table: &DeTable<'_>, found: &mut Mistakes<'_>) -> Option<ReadingSpec> {
    let (place, reading) = match table.get("reading").map(|value| (value.span(), value.get_ref()))? {
        (place, DeValue::Table(reading)) => (place, reading),
        (place, _) => {
            found.at(place, format!("a reading is written as {EXAMPLE_READING}"));
            return None;
        }
    };
    found.unknown_keys(reading, &["unit", "min", "max"]);
    let unit = found.needed_text(reading, place.clone(), "unit");
    let [min, max] = ["min", "max"].map(|key| number(reading, key, found));
    if let (Some(min), Some(max)) = (min, max)
        && min > max
    {
        found.at(place, format!("min = {min} is above max = {max}; no reading could be ok"));
    }
    Some(ReadingSpec { unit: unit?.into_inner().to_owned(), min, max })
}

/// The choices of an item; `None` if none can be read.
fn choices(table: &DeTable<'_>, found: &mut Mistakes<'_>) -> Option<Vec<Choice>> {
    let place = table.get("choices")?.span();
    let tables = found.tables(table, "choices");
    if let Some(DeValue::Array(list)) = table.get("choices").map(|value| value.get_ref())
        && list.is_empty()
    {
        found.at(place, format!("choices is empty; a choice has something to choose: {EXAMPLE_CHOICES}"));
    }
    let mut all: Vec<Choice> = Vec::with_capacity(tables.len());
    for (at, table) in tables {
        found.unknown_keys(table, &["choice", "text", "result"]);
        let key = key(table, at.clone(), "choice", found);
        let text = words(table, at, "text", found);
        let result = best(table, found);
        let (Some(key), Some(text)) = (key, text) else { continue };
        if all.iter().any(|earlier| earlier.choice == *key.get_ref()) {
            found.at(key.span(), format!("the item has a choice {:?} further up already", key.get_ref()));
        }
        if all.iter().any(|earlier| earlier.text == text) {
            found.at(key.span(), format!("another choice of the item reads {:?} already", text.en));
        }
        all.push(Choice { choice: key.into_inner().to_owned(), text, result });
    }
    (!all.is_empty()).then_some(all)
}

/// The best result that a choice permits.
fn best(table: &DeTable<'_>, found: &mut Mistakes<'_>) -> Best {
    let Some(word) = found.text(table, "result") else { return Best::Ok };
    let all = [Best::Ok, Best::Attention, Best::Fault];
    all.into_iter().find(|best| best.word() == *word.get_ref()).unwrap_or_else(|| {
        let meant = suggest::did_you_mean(suggest::nearest(word.get_ref(), all.map(Best::word)));
        let text = format!("result = {:?} is not known; known are ok, attention, fault{meant}", word.get_ref());
        found.at(word.span(), text);
        Best::Ok
    })
}

pub(super) fn number(table: &DeTable<'_>, key: &str, found: &mut Mistakes<'_>) -> Option<f64> {
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
