//! A country and its calendars, unpacked and built when first needed.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use chrono::NaiveDate;

use super::country::{Checksum, Country};
use super::world::Packed;
use domain::calendar::Calendar;

/// A country, unpacked or not, and the calendars built for it so far.
#[derive(Debug)]
pub(super) struct Land {
    from: From,
    country: OnceLock<Country>,
    /// Calendars by code: the country's, and each subdivision's.
    calendars: BTreeMap<String, OnceLock<Calendar>>,
}

/// The source of a country's data.
#[derive(Debug)]
enum From {
    /// The built-in pack.
    World(Packed<'static>),
    /// A file of the administrator's, already parsed in order to find its mistakes.
    Own { code: String, version: String, made_on: Option<NaiveDate>, checksum: Checksum, content: String },
}

impl Land {
    /// A country of the built-in table, not unpacked yet.
    pub(super) fn packed(packed: Packed<'static>) -> Land {
        let calendars = places(packed.code, packed.subdivisions.iter().copied());
        Land { from: From::World(packed), country: OnceLock::new(), calendars }
    }

    /// A country from the administrator's files.
    pub(super) fn own(country: Country) -> Land {
        let calendars = places(&country.code, country.subdivisions());
        let from = From::Own {
            code: country.code.clone(),
            version: country.version.clone(),
            made_on: country.made_on,
            checksum: country.checksum,
            content: country.content.clone(),
        };
        Land { from, country: OnceLock::from(country), calendars }
    }

    pub(super) fn code(&self) -> &str {
        match &self.from {
            From::World(packed) => packed.code,
            From::Own { code, .. } => code,
        }
    }

    pub(super) fn version(&self) -> &str {
        match &self.from {
            From::World(packed) => packed.version,
            From::Own { version, .. } => version,
        }
    }

    pub(super) fn made_on(&self) -> Option<NaiveDate> {
        match &self.from {
            From::World(packed) => Some(packed.made_on),
            From::Own { made_on, .. } => *made_on,
        }
    }

    pub(super) fn checksum(&self) -> Checksum {
        match &self.from {
            From::World(_) => Checksum::Right,
            From::Own { checksum, .. } => *checksum,
        }
    }

    /// The checksum of the file's content, available without unpacking.
    pub(super) fn content(&self) -> &str {
        match &self.from {
            From::World(packed) => packed.sha256,
            From::Own { content, .. } => content,
        }
    }

    /// Whether this file takes precedence over `there`: it is not older, or has no date.
    pub(super) fn counts_before(&self, there: Option<&Land>) -> bool {
        match (self.made_on(), there.and_then(Land::made_on)) {
            (Some(own), Some(there)) => own >= there,
            (None, _) | (_, None) => true,
        }
    }

    /// The country; a packed one is unpacked on first use.
    pub(super) fn open(&self) -> &Country {
        self.country.get_or_init(|| match &self.from {
            From::World(packed) => packed.open().expect("a test opens every file of the embedded pack"),
            From::Own { .. } => unreachable!("it was open from the beginning"),
        })
    }

    /// Whether the country has been unpacked.
    #[cfg(test)]
    pub(super) fn is_open(&self) -> bool {
        self.country.get().is_some()
    }

    pub(super) fn codes(&self) -> impl Iterator<Item = &str> {
        self.calendars.keys().map(String::as_str)
    }

    /// The code of the subdivision with this code or name.
    pub(super) fn subdivision_called(&self, name: &str) -> Option<&str> {
        let listed = self.calendars.get_key_value(&format!("{}-{name}", self.code()));
        match listed.and_then(|(code, _)| code.split_once('-')) {
            Some((_, subdivision)) => Some(subdivision),
            None => self.open().subdivision_called(name),
        }
    }

    /// The calendar of a subdivision, or of the country if the subdivision is unknown or not given; `make` builds it on
    /// first use.
    pub(super) fn calendar(
        &self,
        subdivision: &str,
        make: impl FnOnce(&Country, Option<&str>) -> Calendar,
    ) -> &Calendar {
        let subdivision = if subdivision.is_empty() { None } else { self.subdivision_called(subdivision) };
        let made = match subdivision {
            Some(subdivision) => self.calendars.get(&format!("{}-{subdivision}", self.code())),
            None => self.calendars.get(self.code()),
        };
        let made = made.expect("every code of the country has its place");
        made.get_or_init(|| make(self.open(), subdivision))
    }
}

fn places<'c>(country: &str, subdivisions: impl Iterator<Item = &'c str>) -> BTreeMap<String, OnceLock<Calendar>> {
    let codes = subdivisions.map(|subdivision| format!("{country}-{subdivision}"));
    std::iter::once(country.to_owned()).chain(codes).map(|code| (code, OnceLock::new())).collect()
}
