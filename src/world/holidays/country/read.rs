//! Reads a country's file; every mistake is reported with its place.

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::days::read_days;
use super::{Checksum, Country, Weekend};
use crate::toml_file::Mistakes;
use domain::calendar::{DayKind, WeekendRule};
use domain::suggest;

const KEYS: [&str; 14] = [
    "calendar",
    "name",
    "source",
    "version",
    "made_on",
    "sha256",
    "known_from",
    "known_through",
    "confirmed_through",
    "needs_subdivision",
    "weekend",
    "subdivisions",
    "day",
    "note",
];
const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The subdivisions that a file may refer to.
pub(super) struct Places<'c>(&'c BTreeMap<String, Vec<String>>);

/// Reads a country's file; returns it with the place of its code.
pub(in crate::holidays) fn read(
    table: &Spanned<DeTable<'_>>,
    found: &mut Mistakes<'_>,
) -> Option<(Range<usize>, Country)> {
    let start = 0..0;
    let table = table.get_ref();
    found.unknown_keys(table, &KEYS);
    let code = found.needed_text(table, start.clone(), "calendar");
    let name = found.needed_text(table, start.clone(), "name").map(|name| (*name.get_ref()).to_owned());
    let known_from = found.needed_date(table, start.clone(), "known_from");
    let known_through = found.needed_date(table, start.clone(), "known_through");
    let confirmed_through = found.needed_date(table, start.clone(), "confirmed_through");
    if let Some(code) = &code
        && (code.get_ref().len() != 2 || !code.get_ref().chars().all(|c| c.is_ascii_uppercase()))
    {
        found.at(code.span(), format!("calendar = {:?} is no ISO 3166 country in two capitals", code.get_ref()));
    }
    let known = match (known_from, known_through) {
        (Some(from), Some(through)) if from <= through => from..=through,
        (Some(from), Some(through)) => {
            found.at(start, format!("known_through {through} is before known_from {from}"));
            NaiveDate::MIN..=NaiveDate::MAX
        }
        // A missing end has been noted; still check the days.
        (_, None) | (None, _) => NaiveDate::MIN..=NaiveDate::MAX,
    };
    let subdivisions = read_subdivisions(table, found);
    let places = Places(&subdivisions);
    let weekends = read_weekends(table, *known.start(), &places, found);
    let days = read_days(table, &known, &places, found);
    let content = checksum_of(found.whole_text());
    let checksum = read_checksum(table, &content, found);
    let version = found.text(table, "version").map_or_else(String::new, |version| (*version.get_ref()).to_owned());
    let made_on = found.date(table, "made_on");
    let needs_subdivision = found.truth(table, "needs_subdivision").unwrap_or(false);
    let code = code?;
    let country = Country {
        code: (*code.get_ref()).to_owned(),
        name: name?,
        version,
        made_on,
        checksum,
        content,
        known_from: known_from?,
        known_through: known_through?,
        confirmed_through: confirmed_through?,
        needs_subdivision,
        weekends,
        subdivisions,
        days,
    };
    Some((code.span(), country))
}

/// SHA-256 over all lines except the one that contains the hash, each terminated by a line feed.
fn checksum_of(text: &str) -> String {
    let mut hash = Sha256::new();
    for line in text.lines().filter(|line| !line.starts_with("sha256")) {
        hash.update(line);
        hash.update("\n");
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn read_checksum(table: &DeTable<'_>, content: &str, found: &mut Mistakes<'_>) -> Checksum {
    let Some(said) = found.text(table, "sha256") else { return Checksum::Missing };
    if *said.get_ref() != content {
        let remedy = "the file was changed after it was made; fetch it anew, or take the line out if you changed it";
        found.at(said.span(), format!("sha256 does not fit the content, which has {content}; {remedy}"));
    }
    Checksum::Right
}

/// `subdivisions = ["AN", "MD"]`, or a table with other names for each.
fn read_subdivisions(table: &DeTable<'_>, found: &mut Mistakes<'_>) -> BTreeMap<String, Vec<String>> {
    let Some(DeValue::Table(named)) = table.get("subdivisions").map(Spanned::get_ref) else {
        let codes = found.texts(table, "subdivisions");
        return codes.into_iter().map(|code| (code.into_inner().to_owned(), Vec::new())).collect();
    };
    let mut subdivisions = BTreeMap::new();
    for code in named.keys() {
        let code: &str = code.get_ref().as_ref();
        let names = found.texts(named, code).into_iter().map(|name| name.into_inner().to_owned()).collect();
        subdivisions.insert(code.to_owned(), names);
    }
    subdivisions
}

/// `weekend = ["sat", "sun"]`, or `[[weekend]]` with `off` and, if it changed or differs by region, `from` and
/// `only_in`.
fn read_weekends(
    table: &DeTable<'_>,
    known_from: NaiveDate,
    places: &Places<'_>,
    found: &mut Mistakes<'_>,
) -> Vec<Weekend> {
    let is_dated = match table.get("weekend").map(|value| value.get_ref()) {
        None => {
            found.at(0..0, "weekend is missing; use for example weekend = [\"sat\", \"sun\"], or [] for none");
            return Vec::new();
        }
        Some(DeValue::Array(items)) => matches!(items.first().map(Spanned::get_ref), Some(DeValue::Table(_))),
        Some(_) => false,
    };
    if !is_dated {
        let off = read_weekdays(table, "weekend", found);
        return vec![Weekend { rule: WeekendRule { from: known_from, off }, only_in: Vec::new() }];
    }
    let mut weekends = Vec::new();
    for (_, rule) in found.tables(table, "weekend") {
        found.unknown_keys(rule, &["from", "off", "only_in", "note"]);
        let from = found.date(rule, "from").unwrap_or(known_from);
        let off = read_weekdays(rule, "off", found);
        let only_in = places.read(rule, "only_in", found);
        weekends.push(Weekend { rule: WeekendRule { from, off }, only_in });
    }
    if weekends.iter().all(|weekend| !weekend.only_in.is_empty()) {
        found.at(0..0, "no [[weekend]] is for the country as a whole; leave only_in out of one");
    }
    weekends
}

fn read_weekdays(table: &DeTable<'_>, key: &str, found: &mut Mistakes<'_>) -> [bool; 7] {
    let mut off = [false; 7];
    for day in found.texts(table, key) {
        let word = day.get_ref().to_lowercase();
        match WEEKDAYS.iter().position(|known| *known == word) {
            Some(index) => off[index] = true,
            None => {
                let meant = suggest::did_you_mean(suggest::nearest(&word, WEEKDAYS));
                found.at(day.span(), format!("{word:?} is no weekday; use {}{meant}", WEEKDAYS.join(", ")));
            }
        }
    }
    if off == [true; 7] {
        let place = table.get(key).map_or(0..0, Spanned::span);
        found.at(place, "all seven days are off, so nothing could ever be due");
    }
    off
}

impl Places<'_> {
    /// The subdivisions listed under a key.
    pub(super) fn read(&self, table: &DeTable<'_>, key: &str, found: &mut Mistakes<'_>) -> Vec<String> {
        let mut places = Vec::new();
        for code in found.texts(table, key) {
            let name: &str = code.get_ref();
            if self.0.contains_key(name) {
                places.push(name.to_owned());
            } else {
                let meant = suggest::did_you_mean(suggest::nearest(name, self.0.keys().map(String::as_str)));
                found.at(code.span(), format!("{name:?} is not one of this file's subdivisions{meant}"));
            }
        }
        let value = table.get(key).filter(|value| value.get_ref().as_array().is_some_and(|all| all.is_empty()));
        if let Some(value) = value {
            found.at(value.span(), format!("{key} names no subdivision; leave it out for the whole country"));
        }
        places
    }
}

/// Reads the kind, `off` by default.
pub(in crate::holidays) fn read_kind(day: &DeTable<'_>, found: &mut Mistakes<'_>) -> DayKind {
    let Some(kind) = found.text(day, "kind") else { return DayKind::Off };
    match *kind.get_ref() {
        "off" => DayKind::Off,
        "work" => DayKind::Work,
        "half" => DayKind::Half,
        other => {
            let meant = suggest::did_you_mean(suggest::nearest(other, ["off", "work", "half"]));
            found.at(kind.span(), format!("kind = {other:?}; use off, work or half{meant}"));
            DayKind::Off
        }
    }
}
