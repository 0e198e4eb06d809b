//! Exceptions listed by the administrator for the company, a calendar, a town, a customer, a site or an engineer.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use chrono::{Datelike, NaiveDate};
use toml::Spanned;
use toml::de::DeTable;

use super::country::read_kind;
use crate::toml_file::Mistakes;
use domain::calendar::{CalendarParts, DayKind, Layer, SpecialDay};
use domain::ids::{CustomerCode, EngineerCode, SiteCode};
use domain::people::equipment::plain_place;
use domain::planning::slots::Rule;
use domain::suggest;

/// A closure: days that share a name and a kind.
#[derive(Debug, Clone)]
pub(super) struct Closure {
    when: When,
    name: String,
    kind: DayKind,
    pub(super) applies: Applies,
}

/// The dates of a closure.
#[derive(Debug, Clone)]
enum When {
    /// A range of dates; both ends are inclusive.
    Once { from: NaiveDate, to: NaiveDate },
    /// Between two days of the year, possibly across New Year; a date that does not exist in a year is skipped in that
    /// year.
    Yearly { from: (u32, u32), to: (u32, u32), years: Years },
    /// The dates of an RFC 5545 rule.
    Rule { rule: Box<Rule>, years: Years },
}

/// The years of a recurring closure, both inclusive.
#[derive(Debug, Clone, Copy)]
struct Years {
    first: i32,
    last: i32,
}

/// To whom a closure applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Applies {
    Company,
    /// A calendar code; that of a country includes its subdivisions.
    Calendar(String),
    /// A town, by name, in a country or subdivision.
    Municipality {
        calendar: String,
        town: String,
    },
    Customer(CustomerCode),
    Site(SiteCode),
    Engineer(EngineerCode),
}

impl Applies {
    /// Whether the closure changes the calendar with this code for everybody.
    pub(super) fn concerns(&self, code: &str) -> bool {
        match self {
            Applies::Company => true,
            Applies::Calendar(own) => covers(own, code),
            Applies::Municipality { .. } | Applies::Customer(_) | Applies::Site(_) | Applies::Engineer(_) => false,
        }
    }

    /// Whether both denote the same; towns are compared regardless of spelling variants.
    pub(super) fn is_same(&self, other: &Applies) -> bool {
        match (self, other) {
            (
                Applies::Municipality { calendar, town },
                Applies::Municipality { calendar: of_other, town: town_of_other },
            ) => calendar == of_other && plain_place(town) == plain_place(town_of_other),
            (one, other) => one == other,
        }
    }

    fn layer(&self) -> Layer {
        match self {
            Applies::Company => Layer::Company,
            Applies::Calendar(code) if code.contains('-') => Layer::Subdivision,
            Applies::Calendar(_) => Layer::Country,
            Applies::Municipality { .. } => Layer::Municipality,
            Applies::Customer(_) => Layer::Customer,
            Applies::Site(_) => Layer::Site,
            Applies::Engineer(_) => Layer::Engineer,
        }
    }
}

/// Whether `code` is the calendar `own` or one of its subdivisions.
pub(super) fn covers(own: &str, code: &str) -> bool {
    own == code || code.strip_prefix(own).is_some_and(|rest| rest.starts_with('-'))
}

impl Closure {
    /// The dates between two dates, both inclusive, in order.
    pub(super) fn days(&self, first: NaiveDate, last: NaiveDate) -> BTreeSet<NaiveDate> {
        let run = |from: NaiveDate, to: NaiveDate| {
            let last = to.min(last);
            from.max(first).iter_days().take_while(move |day| *day <= last)
        };
        match &self.when {
            When::Once { from, to } => run(*from, *to).collect(),
            When::Yearly { from, to, years } => {
                // One that began in the previous year may extend into the first.
                let begun = (first.year() - 1).max(years.first)..=last.year().min(years.last);
                let on = |year, (month, day)| NaiveDate::from_ymd_opt(year, month, day);
                let runs = begun.filter_map(|year| Some((on(year, *from)?, on(year + i32::from(to < from), *to)?)));
                runs.flat_map(|(from, to)| run(from, to)).collect()
            }
            When::Rule { rule, years } => {
                // A rule with a COUNT must be given its first year, since it counts from there.
                let year = if years.first == i32::MIN { first.year() } else { years.first };
                let Some(start) = NaiveDate::from_ymd_opt(year, 1, 1) else { return BTreeSet::new() };
                let days = rule.days(start).take_while(|day| *day <= last && day.year() <= years.last);
                days.filter(|day| *day >= first).collect()
            }
        }
    }

    /// The days between two dates, with their kind and name.
    pub(super) fn days_with_names(
        &self,
        first: NaiveDate,
        last: NaiveDate,
    ) -> impl Iterator<Item = (NaiveDate, (DayKind, String))> {
        self.days(first, last).into_iter().map(|day| (day, (self.kind, self.name.clone())))
    }

    /// Whether the days are days off.
    pub(super) fn is_off(&self) -> bool {
        self.kind == DayKind::Off
    }

    /// Adds the closure to a calendar, within the years that the calendar covers.
    pub(super) fn close(&self, parts: &mut CalendarParts) {
        for day in self.days(parts.known_from, parts.known_through) {
            let (name, layer) = (self.name.clone(), self.applies.layer());
            super::put(&mut parts.special, day, SpecialDay { kind: self.kind, name, layer, estimated: false });
        }
    }

    /// A canonical text: the same closure always gives the same text.
    pub(super) fn text(&self) -> String {
        let when = match &self.when {
            When::Once { .. } | When::Yearly { .. } => format!("{:?}", self.when),
            When::Rule { rule, years } => format!("{} {years:?}", rule.text()),
        };
        format!("{when} {:?} {} {:?}\n", self.kind, self.name, self.applies)
    }
}

const KEYS: [&str; 10] =
    ["from", "to", "yearly", "yearly_to", "rule", "first_year", "last_year", "name", "kind", "applies"];

/// Reads a closures file; `codes` are the existing calendars.
pub(super) fn read(table: &Spanned<DeTable<'_>>, codes: &BTreeSet<String>, found: &mut Mistakes<'_>) -> Vec<Closure> {
    let mut closures = Vec::new();
    let table = table.get_ref();
    found.unknown_keys(table, &["closure", "source"]);
    for (place, closure) in found.tables(table, "closure") {
        found.unknown_keys(closure, &KEYS);
        let when = read_when(closure, place.clone(), found);
        let name = found.needed_text(closure, place.clone(), "name");
        let kind = read_kind(closure, found);
        let applies = found.needed_text(closure, place.clone(), "applies").and_then(|applies| {
            read_applies(applies.get_ref(), codes).map_err(|why| found.at(applies.span(), why)).ok()
        });
        let (Some(when), Some(name), Some(applies)) = (when, name, applies) else { continue };
        closures.push(Closure { when, name: name.into_inner().to_owned(), kind, applies });
    }
    closures
}

/// Reads the dates of a closure: `from` and `to`, or `yearly` and `yearly_to`, or `rule`.
fn read_when(closure: &DeTable<'_>, place: Range<usize>, found: &mut Mistakes<'_>) -> Option<When> {
    let ways = ["from", "yearly", "rule"].into_iter().filter(|way| closure.contains_key(*way)).collect::<Vec<_>>();
    match ways.as_slice() {
        ["yearly"] => read_yearly(closure, found),
        ["rule"] => read_rule(closure, found),
        [] | ["from"] => {
            let from = found.needed_date(closure, place.clone(), "from");
            let to = if closure.contains_key("to") { found.date(closure, "to") } else { from };
            let (from, to) = (from?, to?);
            if to < from {
                found.at(place, format!("to {to} is before from {from}"));
                return None;
            }
            Some(When::Once { from, to })
        }
        several => {
            let ways = several.join(" and ");
            found.at(place, format!("{ways} stand together; use from (and to), or yearly, or rule"));
            None
        }
    }
}

fn read_yearly(closure: &DeTable<'_>, found: &mut Mistakes<'_>) -> Option<When> {
    let years = read_years(closure, found);
    let from = read_month_and_day(closure, "yearly", found);
    let to = if closure.contains_key("yearly_to") { read_month_and_day(closure, "yearly_to", found) } else { from };
    Some(When::Yearly { from: from?, to: to?, years: years? })
}

fn read_month_and_day(closure: &DeTable<'_>, key: &str, found: &mut Mistakes<'_>) -> Option<(u32, u32)> {
    let text = found.text(closure, key)?;
    // A leap year contains every possible day of the year.
    let day = NaiveDate::parse_from_str(&format!("2024-{}", text.get_ref()), "%Y-%m-%d");
    match day {
        Ok(day) => Some((day.month(), day.day())),
        Err(_) => {
            found.at(text.span(), format!("{key} is no day of the year; use for example 12-24"));
            None
        }
    }
}

fn read_rule(closure: &DeTable<'_>, found: &mut Mistakes<'_>) -> Option<When> {
    let years = read_years(closure, found);
    let text = found.text(closure, "rule")?;
    let rule = Rule::parse_and_try(text.get_ref()).map_err(|bad| found.at(text.span(), bad)).ok()?;
    let has = |part: &str| rule.text().split(';').any(|given| given.starts_with(part));
    if !["BYDAY=", "BYMONTHDAY=", "BYYEARDAY="].into_iter().any(has) {
        found.at(text.span(), "rule does not say which days; add BYDAY, BYMONTHDAY or BYYEARDAY");
        return None;
    }
    let years = years?;
    if (has("COUNT=") || has("INTERVAL=")) && years.first == i32::MIN {
        found.at(text.span(), "rule counts from some year; add first_year");
        return None;
    }
    Some(When::Rule { rule: Box::new(rule), years })
}

fn read_years(closure: &DeTable<'_>, found: &mut Mistakes<'_>) -> Option<Years> {
    let mut year = |key: &str, otherwise: i32| match closure.get(key) {
        None => Some(otherwise),
        Some(value) => {
            let number = value.get_ref().as_integer().and_then(|n| i32::from_str_radix(n.as_str(), n.radix()).ok());
            let year = number.filter(|year| (1900..=2200).contains(year));
            if year.is_none() {
                found.at(value.span(), format!("{key} is no year; use for example 2027"));
            }
            year
        }
    };
    let years = Years { first: year("first_year", i32::MIN)?, last: year("last_year", i32::MAX)? };
    if years.last < years.first {
        let place = closure.get("last_year").map_or(0..0, Spanned::span);
        found.at(place, format!("last_year {} is before first_year {}", years.last, years.first));
        return None;
    }
    Some(years)
}

/// Reads to whom a closure applies: `company`, `calendar:ES-MD`, `municipality:ES-CT/Barcelona`, `customer:CODE`, …
pub(super) fn read_applies(text: &str, codes: &BTreeSet<String>) -> Result<Applies, String> {
    if text == "company" {
        return Ok(Applies::Company);
    }
    let (whose, code) = text.split_once(':').unwrap_or((text, ""));
    let code = code.trim();
    let known = |calendar: &str| {
        let meant = || suggest::did_you_mean(suggest::nearest(calendar, codes.iter().map(String::as_str)));
        if codes.contains(calendar) {
            Ok(calendar.to_owned())
        } else {
            Err(format!("applies = {text:?}: there is no calendar {calendar:?}{}", meant()))
        }
    };
    match whose.trim() {
        "calendar" => Ok(Applies::Calendar(known(code)?)),
        "municipality" => match code.split_once('/') {
            Some((calendar, town)) if !plain_place(town).is_empty() => {
                Ok(Applies::Municipality { calendar: known(calendar.trim())?, town: town.trim().to_owned() })
            }
            Some(_) | None => Err(format!("applies = {text:?}; use for example municipality:ES-CT/Barcelona")),
        },
        "customer" if !code.is_empty() => Ok(Applies::Customer(code.into())),
        "site" if !code.is_empty() => Ok(Applies::Site(code.into())),
        "engineer" if !code.is_empty() => Ok(Applies::Engineer(code.into())),
        other => {
            let words = ["company", "calendar:", "municipality:", "customer:", "site:", "engineer:"];
            let meant = suggest::did_you_mean(suggest::nearest(other, words));
            Err(format!(
                "applies = {text:?}; use company, calendar:ES-MD, municipality:ES-CT/Barcelona, customer:CODE, \
                 site:CODE or engineer:CODE{meant}"
            ))
        }
    }
}

/// Closures grouped by whom they apply to.
pub(super) type ByOwner<Code> = BTreeMap<Code, Vec<Closure>>;
