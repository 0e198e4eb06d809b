//! Reads the days in a file: `[[day]]` with one date, several dates, or ranges of dates.

use std::collections::BTreeSet;
use std::ops::{Range, RangeInclusive};

use chrono::{Datelike, NaiveDate};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::read::{Places, read_kind};
use super::{ListedDays, Observance};
use crate::toml_file::{self, Mistakes};
use domain::calendar::DayKind;
use domain::suggest;

const KEYS: [&str; 8] = ["on", "name", "kind", "layer", "only_in", "not_in", "estimated", "note"];

/// A day in one layer and place, which may be listed only once.
type Listed = BTreeSet<(Observance, NaiveDate, String)>;

pub(super) fn read_days(
    table: &DeTable<'_>,
    known: &RangeInclusive<NaiveDate>,
    places: &Places<'_>,
    found: &mut Mistakes<'_>,
) -> Vec<ListedDays> {
    let mut all: Vec<ListedDays> = Vec::new();
    let mut listed = Listed::new();
    let everywhere = [String::new()];
    for (place, day) in found.tables(table, "day") {
        found.unknown_keys(day, &KEYS);
        let on = read_on(day, place.clone(), known, found);
        let name = found.needed_text(day, place.clone(), "name");
        let (observance, kind) = read_layer(day, found);
        let estimated = found.truth(day, "estimated").unwrap_or(false);
        let only_in = places.read(day, "only_in", found);
        let not_in = places.read(day, "not_in", found);
        if !only_in.is_empty() && !not_in.is_empty() {
            found.at(place.clone(), "only_in and not_in are not for the same day; use one of them");
        }
        let Some(name) = name else { continue };
        let days: Vec<NaiveDate> = on.iter().map(|(_, day)| *day).collect();
        for (at, on) in on {
            for only in if only_in.is_empty() { everywhere.as_slice() } else { only_in.as_slice() } {
                if !listed.insert((observance, on, only.clone())) {
                    found.at(at.clone(), format!("{on} is listed twice for the same place"));
                }
            }
        }
        let name = name.into_inner().to_owned();
        all.push(ListedDays { on: days, kind, name, observance, only_in, not_in, estimated });
    }
    all
}

/// Reads the layer, `public` by default; days in the half-day layer are of kind `half` by default.
fn read_layer(day: &DeTable<'_>, found: &mut Mistakes<'_>) -> (Observance, DayKind) {
    let observance = match found.text(day, "layer") {
        None => Observance::Public,
        Some(word) => Observance::of_word(word.get_ref()).unwrap_or_else(|| {
            let words = Observance::ALL.map(Observance::word);
            let meant = suggest::did_you_mean(suggest::nearest(word.get_ref(), words));
            found.at(word.span(), format!("layer = {:?}; use {}{meant}", word.get_ref(), words.join(", ")));
            Observance::Public
        }),
    };
    let kind = match observance {
        Observance::HalfDay if !day.contains_key("kind") => DayKind::Half,
        Observance::HalfDay | Observance::Optional | Observance::Bank | Observance::Government | Observance::Public => {
            read_kind(day, found)
        }
    };
    (observance, kind)
}

/// The dates of `on`, each with its place in the file; dates outside the known years are mistakes.
fn read_on(
    day: &DeTable<'_>,
    place: Range<usize>,
    known: &RangeInclusive<NaiveDate>,
    found: &mut Mistakes<'_>,
) -> Vec<(Range<usize>, NaiveDate)> {
    let Some(value) = day.get("on") else {
        found.at(place, "on is missing");
        return Vec::new();
    };
    let one = std::slice::from_ref(value);
    let items: Vec<&Spanned<DeValue<'_>>> = match value.get_ref() {
        DeValue::Array(items) => items.iter().collect(),
        _ => one.iter().collect(),
    };
    if items.is_empty() {
        found.at(value.span(), "on names no day");
    }
    let mut dates = Vec::new();
    for item in items {
        let days = days_of(item.get_ref());
        let Some(days) = days else {
            let wanted = "use 2026-12-31, \"2026-12-24..2026-12-31\" or, for a day of each year, \"2026..2030-12-31\"";
            found.at(item.span(), format!("on is no day; {wanted}"));
            continue;
        };
        if let Some(outside) = days.iter().find(|day| !known.contains(day)) {
            let (from, through) = (known.start(), known.end());
            found.at(item.span(), format!("{outside} lies outside known_from {from} to known_through {through}"));
        }
        dates.extend(days.into_iter().map(|day| (item.span(), day)));
    }
    dates
}

/// Parses a date, a range of dates, or a yearly day; `None` if it is none of these.
fn days_of(value: &DeValue<'_>) -> Option<Vec<NaiveDate>> {
    let DeValue::String(text) = value else {
        return toml_file::date_of(value).map(|day| vec![day]);
    };
    let Some((first, last)) = text.split_once("..") else {
        return text.parse().ok().map(|day| vec![day]);
    };
    let last: NaiveDate = last.parse().ok()?;
    let days: Vec<NaiveDate> = match first.parse::<NaiveDate>() {
        // A range of more than a year of days off must be a typing mistake.
        Ok(first) if (last - first).num_days() <= 366 => first.iter_days().take_while(|day| *day <= last).collect(),
        Ok(_) => return None,
        Err(_) => {
            let first: i32 = first.parse().ok().filter(|year| (1900..=last.year()).contains(year))?;
            (first..=last.year()).map(|year| last.with_year(year)).collect::<Option<_>>()?
        }
    };
    (!days.is_empty()).then_some(days)
}
