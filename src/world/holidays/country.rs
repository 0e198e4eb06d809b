//! The file of one country: its weekly days off, its holidays, and those of its subdivisions.

mod days;
mod read;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use domain::calendar::{CalendarParts, DayKind, Layer, Observance, SpecialDay, WeekendRule};

pub(super) use read::{read, read_kind};

/// A parsed country file.
#[derive(Debug)]
pub(super) struct Country {
    /// ISO 3166-1 alpha-2.
    pub(super) code: String,
    pub(super) name: String,
    /// The version of the source; empty if the file does not give one.
    pub(super) version: String,
    /// When the file was made; a file without a date is newer than any other.
    pub(super) made_on: Option<NaiveDate>,
    pub(super) checksum: Checksum,
    /// SHA-256 of the file's content.
    pub(super) content: String,
    pub(super) known_from: NaiveDate,
    pub(super) known_through: NaiveDate,
    confirmed_through: NaiveDate,
    /// Whether no region observes exactly the national holidays.
    pub(super) needs_subdivision: bool,
    weekends: Vec<Weekend>,
    /// ISO 3166-2 codes without the country, with other names; listed whether or not they have holidays of their own.
    subdivisions: BTreeMap<String, Vec<String>>,
    days: Vec<ListedDays>,
}

/// Whether a file has been verified to be as its maker wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Checksum {
    /// The file has the correct checksum.
    Right,
    /// The file has no checksum: it was written by hand.
    Missing,
}

#[derive(Debug)]
struct Weekend {
    rule: WeekendRule,
    /// If empty, applies to every subdivision that no other rule names.
    only_in: Vec<String>,
}

/// Days that share a name, a layer and a kind.
#[derive(Debug)]
struct ListedDays {
    on: Vec<NaiveDate>,
    kind: DayKind,
    name: String,
    observance: Observance,
    /// If empty, applies to the whole country except `not_in`.
    only_in: Vec<String>,
    not_in: Vec<String>,
    estimated: bool,
}

impl Country {
    /// The codes of its subdivisions, without the country's code.
    pub(super) fn subdivisions(&self) -> impl Iterator<Item = &str> {
        self.subdivisions.keys().map(String::as_str)
    }

    /// The subdivision with this code or name, ignoring case.
    pub(super) fn subdivision_called(&self, name: &str) -> Option<&str> {
        let name = name.trim().to_lowercase();
        let called = |(code, names): &(&String, &Vec<String>)| {
            code.to_lowercase() == name || names.iter().any(|other| other.to_lowercase() == name)
        };
        self.subdivisions.iter().find(called).map(|(code, _)| code.as_str())
    }

    /// The parts of the calendar of the country, or of one of its subdivisions; the version is not set yet.
    pub(super) fn parts(&self, subdivision: Option<&str>, observed: &BTreeSet<Observance>) -> CalendarParts {
        let code = match subdivision {
            Some(subdivision) => format!("{}-{subdivision}", self.code),
            None => self.code.clone(),
        };
        let mut special = BTreeMap::new();
        for observance in observed {
            // A stronger kind of observance decides how a day is worked, whatever a weaker one says.
            special.extend(self.days_of(*observance, subdivision));
        }
        CalendarParts {
            code,
            version: String::new(),
            known_from: self.known_from,
            known_through: self.known_through,
            confirmed_through: self.confirmed_through,
            weekends: self.weekends_of(subdivision),
            special,
        }
    }

    fn days_of(&self, observance: Observance, subdivision: Option<&str>) -> BTreeMap<NaiveDate, SpecialDay> {
        let is_named = |places: &[String]| subdivision.is_some_and(|own| places.iter().any(|place| place == own));
        let mut special = BTreeMap::new();
        for days in self.days.iter().filter(|days| days.observance == observance) {
            let layer = match days.only_in.is_empty() {
                true if is_named(&days.not_in) => continue,
                true => Layer::Country,
                false if is_named(&days.only_in) => Layer::Subdivision,
                false => continue,
            };
            for on in &days.on {
                let (kind, name, estimated) = (days.kind, days.name.clone(), days.estimated);
                super::put(&mut special, *on, SpecialDay { kind, name, layer: layer.clone(), estimated });
            }
        }
        special
    }

    /// A subdivision's own rules or, if it has none, those of the country.
    fn weekends_of(&self, subdivision: Option<&str>) -> Vec<WeekendRule> {
        let own = |weekend: &&Weekend| subdivision.is_some_and(|own| weekend.only_in.iter().any(|place| place == own));
        let rules = |those: Vec<&Weekend>| those.into_iter().map(|weekend| weekend.rule.clone()).collect();
        let of_subdivision: Vec<&Weekend> = self.weekends.iter().filter(own).collect();
        if of_subdivision.is_empty() {
            rules(self.weekends.iter().filter(|weekend| weekend.only_in.is_empty()).collect())
        } else {
            rules(of_subdivision)
        }
    }
}
