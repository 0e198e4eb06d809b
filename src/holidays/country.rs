//! One country's file: its weekly days off, its holidays, and those of its subdivisions.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Range, RangeInclusive};

use chrono::NaiveDate;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::domain::calendar::{CalendarParts, DayKind, Layer, SpecialDay, WeekendRule};
use crate::domain::suggest;
use crate::toml_file::Mistakes;

/// A country's file, read.
#[derive(Debug)]
pub(super) struct Country {
    /// ISO 3166-1 alpha-2.
    pub(super) code: String,
    known_from: NaiveDate,
    known_through: NaiveDate,
    confirmed_through: NaiveDate,
    weekends: Vec<WeekendRule>,
    /// ISO 3166-2 without the country; known, whether or not they have a day of their own.
    subdivisions: BTreeSet<String>,
    days: Vec<ListedDay>,
}

#[derive(Debug)]
struct ListedDay {
    on: NaiveDate,
    kind: DayKind,
    name: String,
    /// Empty: in the whole country.
    only_in: Vec<String>,
    estimated: bool,
}

const KEYS: [&str; 11] = [
    "calendar",
    "name",
    "source",
    "version",
    "known_from",
    "known_through",
    "confirmed_through",
    "weekend",
    "subdivisions",
    "day",
    "note",
];
const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Country {
    /// The codes of its calendars: `ES`, `ES-AN`, …
    pub(super) fn codes(&self) -> Vec<String> {
        let subdivisions = self.subdivisions.iter().map(|subdivision| format!("{}-{subdivision}", self.code));
        std::iter::once(self.code.clone()).chain(subdivisions).collect()
    }

    /// What the calendar of one of its codes is made of; the version is still to be given.
    pub(super) fn parts(&self, code: &str) -> CalendarParts {
        let subdivision = code.split_once('-').map(|(_, subdivision)| subdivision);
        let mut parts = CalendarParts {
            code: code.to_owned(),
            version: String::new(),
            known_from: self.known_from,
            known_through: self.known_through,
            confirmed_through: self.confirmed_through,
            weekends: self.weekends.clone(),
            special: BTreeMap::new(),
        };
        for day in &self.days {
            let layer = match subdivision {
                _ if day.only_in.is_empty() => Layer::Country,
                Some(subdivision) if day.only_in.iter().any(|place| place == subdivision) => Layer::Subdivision,
                Some(_) | None => continue,
            };
            let special = SpecialDay { kind: day.kind, name: day.name.clone(), layer, estimated: day.estimated };
            super::put(&mut parts, day.on, special);
        }
        parts
    }
}

/// Reads a country's file; with it the place of its code.
pub(super) fn read(table: &Spanned<DeTable<'_>>, found: &mut Mistakes<'_>) -> Option<(Range<usize>, Country)> {
    let start = 0..0;
    let table = table.get_ref();
    found.unknown_keys(table, &KEYS);
    let code = found.needed_text(table, start.clone(), "calendar");
    found.needed_text(table, start.clone(), "name");
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
        // A missing end was noted; the days are still looked at.
        (_, None) | (None, _) => NaiveDate::MIN..=NaiveDate::MAX,
    };
    let weekends = read_weekends(table, *known.start(), found);
    let subdivisions: BTreeSet<String> =
        found.texts(table, "subdivisions").into_iter().map(|code| code.into_inner().to_owned()).collect();
    let days = read_days(table, &known, &subdivisions, found);
    let code = code?;
    let country = Country {
        code: (*code.get_ref()).to_owned(),
        known_from: known_from?,
        known_through: known_through?,
        confirmed_through: confirmed_through?,
        weekends,
        subdivisions,
        days,
    };
    Some((code.span(), country))
}

/// `weekend = ["sat", "sun"]`, or `[[weekend]]` with `from` and `off` where it changed.
fn read_weekends(table: &DeTable<'_>, known_from: NaiveDate, found: &mut Mistakes<'_>) -> Vec<WeekendRule> {
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
        return vec![WeekendRule { from: known_from, off }];
    }
    let mut rules = Vec::new();
    for (place, rule) in found.tables(table, "weekend") {
        found.unknown_keys(rule, &["from", "off"]);
        let from = found.needed_date(rule, place, "from");
        let off = read_weekdays(rule, "off", found);
        rules.extend(from.map(|from| WeekendRule { from, off }));
    }
    rules
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

fn read_days(
    table: &DeTable<'_>,
    known: &RangeInclusive<NaiveDate>,
    subdivisions: &BTreeSet<String>,
    found: &mut Mistakes<'_>,
) -> Vec<ListedDay> {
    let mut days: Vec<ListedDay> = Vec::new();
    let mut listed: BTreeSet<(NaiveDate, String)> = BTreeSet::new();
    for (place, day) in found.tables(table, "day") {
        found.unknown_keys(day, &["on", "name", "kind", "only_in", "estimated"]);
        let on = found.needed_date(day, place.clone(), "on");
        let name = found.needed_text(day, place.clone(), "name");
        let kind = read_kind(day, found);
        let estimated = found.truth(day, "estimated").unwrap_or(false);
        let only_in = read_places(day, subdivisions, found);
        let (Some(on), Some(name)) = (on, name) else { continue };
        if !known.contains(&on) {
            let (from, through) = (known.start(), known.end());
            found.at(place.clone(), format!("{on} lies outside known_from {from} to known_through {through}"));
        }
        let everywhere = vec![String::new()];
        for place_code in if only_in.is_empty() { &everywhere } else { &only_in } {
            if !listed.insert((on, place_code.clone())) {
                found.at(place.clone(), format!("{on} is listed twice for the same place"));
            }
        }
        days.push(ListedDay { on, kind, name: name.into_inner().to_owned(), only_in, estimated });
    }
    days
}

fn read_places(day: &DeTable<'_>, subdivisions: &BTreeSet<String>, found: &mut Mistakes<'_>) -> Vec<String> {
    let mut places = Vec::new();
    for code in found.texts(day, "only_in") {
        let name: &str = code.get_ref();
        if subdivisions.contains(name) {
            places.push(name.to_owned());
        } else {
            let meant = suggest::did_you_mean(suggest::nearest(name, subdivisions.iter().map(String::as_str)));
            found.at(code.span(), format!("{name:?} is not one of this file's subdivisions{meant}"));
        }
    }
    if let Some(value) = day.get("only_in").filter(|value| value.get_ref().as_array().is_some_and(|all| all.is_empty()))
    {
        found.at(value.span(), "only_in names no subdivision; leave it out for the whole country");
    }
    places
}

/// `off` where nothing is said.
pub(super) fn read_kind(day: &DeTable<'_>, found: &mut Mistakes<'_>) -> DayKind {
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
