//! Closures: days on which the company, one calendar, one customer or one site works otherwise.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use toml::Spanned;
use toml::de::DeTable;

use super::country::read_kind;
use crate::domain::calendar::{CalendarParts, DayKind, Layer, SpecialDay};
use crate::domain::suggest;
use crate::toml_file::Mistakes;

/// A run of days, both inclusive, that are all alike.
#[derive(Debug, Clone)]
pub(super) struct Closure {
    from: NaiveDate,
    to: NaiveDate,
    name: String,
    kind: DayKind,
    pub(super) applies: Applies,
}

/// Whose days a closure changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Applies {
    Company,
    /// By code; a country's covers its subdivisions.
    Calendar(String),
    Customer(String),
    Site(String),
}

impl Closure {
    /// Whether it changes the calendar of this code for everybody.
    pub(super) fn concerns(&self, code: &str) -> bool {
        match &self.applies {
            Applies::Company => true,
            Applies::Calendar(own) => {
                own == code || code.strip_prefix(own.as_str()).is_some_and(|rest| rest.starts_with('-'))
            }
            Applies::Customer(_) | Applies::Site(_) => false,
        }
    }

    /// Puts its days into a calendar, as far as that knows any days.
    pub(super) fn close(&self, parts: &mut CalendarParts) {
        let first = self.from.max(parts.known_from);
        let last = self.to.min(parts.known_through);
        for day in first.iter_days().take_while(|day| *day <= last) {
            let special =
                SpecialDay { kind: self.kind, name: self.name.clone(), layer: self.layer(), estimated: false };
            super::put(&mut parts.special, day, special);
        }
    }

    /// The same closure is always the same text.
    pub(super) fn text(&self) -> String {
        format!("{self:?}\n")
    }

    fn layer(&self) -> Layer {
        match &self.applies {
            Applies::Company => Layer::Company,
            Applies::Calendar(code) if code.contains('-') => Layer::Subdivision,
            Applies::Calendar(_) => Layer::Country,
            Applies::Customer(_) => Layer::Customer,
            Applies::Site(_) => Layer::Site,
        }
    }
}

/// Reads a closures file; `codes` are the calendars there are.
pub(super) fn read(table: &Spanned<DeTable<'_>>, codes: &BTreeSet<String>, found: &mut Mistakes<'_>) -> Vec<Closure> {
    let mut closures = Vec::new();
    let table = table.get_ref();
    found.unknown_keys(table, &["closure"]);
    for (place, closure) in found.tables(table, "closure") {
        found.unknown_keys(closure, &["from", "to", "name", "kind", "applies"]);
        let from = found.needed_date(closure, place.clone(), "from");
        let to = if closure.contains_key("to") { found.date(closure, "to") } else { from };
        let name = found.needed_text(closure, place.clone(), "name");
        let kind = read_kind(closure, found);
        let applies = found.needed_text(closure, place.clone(), "applies").and_then(|applies| {
            read_applies(applies.get_ref(), codes).map_err(|why| found.at(applies.span(), why)).ok()
        });
        let (Some(from), Some(to), Some(name), Some(applies)) = (from, to, name, applies) else { continue };
        if to < from {
            found.at(place, format!("to {to} is before from {from}"));
            continue;
        }
        closures.push(Closure { from, to, name: name.into_inner().to_owned(), kind, applies });
    }
    closures
}

fn read_applies(text: &str, codes: &BTreeSet<String>) -> Result<Applies, String> {
    if text == "company" {
        return Ok(Applies::Company);
    }
    let (whose, code) = text.split_once(':').unwrap_or((text, ""));
    let code = code.trim();
    match whose.trim() {
        "calendar" if codes.contains(code) => Ok(Applies::Calendar(code.to_owned())),
        "calendar" => {
            let meant = suggest::did_you_mean(suggest::nearest(code, codes.iter().map(String::as_str)));
            Err(format!("applies = {text:?}: there is no calendar {code:?}{meant}"))
        }
        "customer" if !code.is_empty() => Ok(Applies::Customer(code.to_owned())),
        "site" if !code.is_empty() => Ok(Applies::Site(code.to_owned())),
        other => {
            let meant = suggest::nearest(other, ["company", "calendar:", "customer:", "site:"]);
            let meant = suggest::did_you_mean(meant);
            Err(format!("applies = {text:?}; use company, calendar:ES-MD, customer:CODE or site:CODE{meant}"))
        }
    }
}
