//! Calendars ([`Calendar`]) from files: the built-in table for the whole world, and the administrator's files.
//!
//! `world/XX.toml` is the file of a country with the holidays of its subdivisions; `generate.py` creates these files,
//! `world.pack` contains all of them, and a country is unpacked when it is first needed. Files in the administrator's
//! folder have the same format:
//!
//! ```toml
//! calendar = "ES"
//! name = "Spain"
//! version = "2027"                    # this, made_on and sha256 are optional
//! known_from = 2024-01-01
//! known_through = 2028-12-31
//! confirmed_through = 2026-12-31      # later days are provisional
//! weekend = ["sat", "sun"]            # or [[weekend]] with off and, if it changed or differs by region, from, only_in
//!
//! [subdivisions]                      # or a list of codes
//! AN = ["Andalucía"]                  # other names by which a site may refer to it
//! MD = []
//!
//! [[day]]
//! name = "Año Nuevo"
//! on = ["2024..2028-01-01"]           # every year; or a date, or a range of dates "2026-12-24..2026-12-31"
//!
//! [[day]]
//! name = "Fiesta de la Comunidad de Madrid"
//! only_in = ["MD"]                    # or not_in
//! on = [2026-05-02]
//! ```
//!
//! A day may have a `layer` (who observes it, [`Observance`](domain::calendar::Observance): `public` by default; the
//! others count only if the configuration's `[calendars]` says so), a `kind` (`off` by default, `work` for a make-up
//! day, `half`) and `estimated`. `sha256` is the hash of the file without that line, as printed by
//! `grep -v '^sha256' ES.toml | sha256sum`: a file with a wrong hash is refused, one without a hash is used but
//! reported as unverified. Of two files for one country, the newer is used (`made_on`; a file without it counts as
//! new).
//!
//! A file `closures*.toml` of the administrator adds exceptions. Later layers override earlier ones: the table's
//! country and subdivision, `calendar:ES-MD`, `municipality:ES-CT/Barcelona`, `company`, `customer:CODE`, `site:CODE`;
//! and `engineer:CODE` for an engineer's own days off.
//!
//! ```toml
//! [[closure]]
//! from = 2026-08-10
//! to = 2026-08-14                    # inclusive; omitted: one day
//! name = "Cierre de verano"
//! applies = "company"
//!
//! [[closure]]
//! yearly = "12-24"                   # every year; with yearly_to, a range that may end in the next year
//! kind = "half"                      # or off (the default), or work
//! name = "Nochebuena"
//! applies = "customer:AIR"
//!
//! [[closure]]
//! rule = "FREQ=MONTHLY;BYDAY=1MO"    # RFC 5545
//! first_year = 2026                  # of yearly and rule; omitted: always
//! last_year = 2027
//! name = "Inventory"
//! applies = "site:KSPA"
//! ```

mod closures;
mod country;
pub mod feed;
pub mod imported;
mod land;
mod layers;
pub mod publish;
mod table;
pub mod update;
mod world;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::Mutex;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use crate::toml_file::{self, Mistakes, TomlFile};
use closures::Closure;
use country::Country;
use domain::calendar::{Calendar, CalendarParts, Observed, SpecialDay};
use domain::people::equipment::Site;
use land::Land;
use layers::Layers;
pub use table::{HolidayTable, OwnCountry};

/// All calendars that the office knows, each built when it is first needed.
#[derive(Debug)]
pub struct Calendars {
    /// Countries by code.
    lands: BTreeMap<String, Land>,
    /// Which kinds of a country's holidays are observed.
    observed: Observed,
    layers: Layers,
    table: HolidayTable,
    version: String,
    /// Cache of combined calendars and of calendars with closures, by name.
    made: Mutex<HashMap<String, Calendar>>,
}

/// There is no calendar for this code, so no date can be promised there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no calendar {code}; put {code}.toml into the office's calendars folder")]
pub struct NoCalendar {
    pub code: String,
}

/// There is no calendar with exactly this code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnlistedCalendar {
    #[error(transparent)]
    NoCountry(#[from] NoCalendar),
    /// Using only the country's holidays would give a wrong answer.
    #[error("{country} has no subdivision {subdivision:?}; `ronda calendar list {country}` shows them")]
    NoSubdivision { country: String, subdivision: String },
}

impl Calendars {
    /// Loads the built-in calendars, and those in `own` (a folder of TOML files): of two files for one country, the
    /// newer is used as a whole; closures are added. Public holidays are days off.
    ///
    /// # Errors
    /// Every mistake of every file, each with file, line and column.
    pub fn load(own: Option<&Path>) -> Result<Calendars, Vec<String>> {
        Calendars::load_observing(own, Observed::default())
    }

    /// Like [`Calendars::load`], with the kinds of holidays that the office observes.
    ///
    /// # Errors
    /// See [`Calendars::load`].
    pub fn load_observing(own: Option<&Path>, observed: Observed) -> Result<Calendars, Vec<String>> {
        let mut mistakes = Vec::new();
        let mut lands: BTreeMap<String, Land> =
            world::embedded().into_iter().map(|(code, packed)| (code.to_owned(), Land::packed(packed))).collect();
        let mut table = HolidayTable::of_world(&lands);
        let mut closures = Vec::new();
        match own.map(TomlFile::folder) {
            Some(Ok(files)) => {
                let (closed, places): (Vec<_>, Vec<_>) = files.into_iter().partition(is_closures);
                for country in read_countries(&places, &mut mistakes).into_values() {
                    let own = Land::own(country);
                    table.add_own(&own, lands.get(own.code()));
                    if own.counts_before(lands.get(own.code())) {
                        lands.insert(own.code().to_owned(), own);
                    }
                }
                closures = read_closures(&closed, &lands, &mut mistakes);
            }
            Some(Err(unreadable)) => mistakes.extend(unreadable),
            None => {}
        }
        if mistakes.is_empty() { Ok(Calendars::of(lands, observed, closures, table)) } else { Err(mistakes) }
    }

    fn of(lands: BTreeMap<String, Land>, observed: Observed, closures: Vec<Closure>, table: HolidayTable) -> Calendars {
        let mut whole = Sha256::new();
        closures.iter().for_each(|closure| whole.update(closure.text()));
        for (code, land) in &lands {
            whole.update(format!("{code} {} {:?}\n", land.content(), observed.in_country(code)));
        }
        let layers = Layers::of(closures);
        Calendars { lands, observed, layers, table, version: short_hash(whole), made: Mutex::default() }
    }

    /// The working days at a site: those of its country and subdivision, with the closures of town, company, customer
    /// and site.
    ///
    /// The subdivision may be given by any code or name listed in the country's file; for an unknown one, only national
    /// holidays count ([`Calendars::is_national_only`] tells). Sites with the same days share one calendar.
    ///
    /// # Errors
    /// [`NoCalendar`] if the country is unknown.
    pub fn of_site(&self, site: &Site) -> Result<Calendar, NoCalendar> {
        let base = self.based_on(&site.country, &site.subdivision)?;
        Ok(self.layered_for_site(base, site))
    }

    /// Whether the site's subdivision is missing from its country's file, so that only national holidays count.
    #[must_use]
    pub fn is_national_only(&self, site: &Site) -> bool {
        !site.subdivision.is_empty()
            && self.lands.get(&site.country).is_some_and(|land| land.subdivision_called(&site.subdivision).is_none())
    }

    /// The code of a country's subdivision, given by any code or name listed in the country's file.
    #[must_use]
    pub fn subdivision_called(&self, country: &str, name: &str) -> Option<String> {
        self.lands.get(country)?.subdivision_called(name).map(str::to_owned)
    }

    /// Whether the site names no subdivision although its country's regions differ, so that holidays are missed.
    #[must_use]
    pub fn wants_subdivision(&self, site: &Site) -> bool {
        site.subdivision.is_empty() && self.lands.get(&site.country).is_some_and(|land| land.open().needs_subdivision)
    }

    /// The calendar with this code (`ES-MD`, `ES-Madrid`; `ES` if the subdivision has no holidays of its own), with the
    /// company's closures.
    ///
    /// # Errors
    /// [`NoCalendar`] if the country is unknown.
    pub fn named(&self, code: &str) -> Result<Calendar, NoCalendar> {
        let (country, subdivision) = code.split_once('-').unwrap_or((code, ""));
        self.based_on(country, subdivision).cloned()
    }

    /// Like [`Calendars::named`], for a code that a user has entered: a subdivision must be listed in its country's
    /// file.
    ///
    /// # Errors
    /// [`UnlistedCalendar`] if it is not.
    pub fn listed(&self, code: &str) -> Result<Calendar, UnlistedCalendar> {
        let calendar = self.named(code)?;
        match code.split_once('-') {
            Some((country, subdivision)) if !calendar.code().contains('-') => {
                let (country, subdivision) = (country.to_owned(), subdivision.to_owned());
                Err(UnlistedCalendar::NoSubdivision { country, subdivision })
            }
            Some(_) | None => Ok(calendar),
        }
    }

    /// The codes of all calendars, grouped by country.
    #[must_use]
    pub fn codes(&self) -> Vec<&str> {
        self.lands.values().flat_map(Land::codes).collect()
    }

    /// The version of the built-in table, and the countries for which the administrator has files.
    #[must_use]
    pub fn table(&self) -> &HolidayTable {
        &self.table
    }

    /// A hash over all calendars; when it changes, open deadlines are recalculated.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    fn based_on(&self, country: &str, subdivision: &str) -> Result<&Calendar, NoCalendar> {
        let land = self.lands.get(country).ok_or_else(|| NoCalendar { code: country.to_owned() })?;
        Ok(land.calendar(subdivision, |country, subdivision| {
            let mut parts = country.parts(subdivision, self.observed.in_country(&country.code));
            let code = parts.code.clone();
            self.layers.close_for_all(&code, &mut parts);
            finished(parts)
        }))
    }
}

/// Reads the file of one country.
///
/// # Errors
/// Every mistake, each with its place.
fn read_country(file: &TomlFile) -> Result<Country, Vec<String>> {
    let mut mistakes = Vec::new();
    let country = read_countries(std::slice::from_ref(file), &mut mistakes).into_values().next();
    country.filter(|_| mistakes.is_empty()).ok_or(mistakes)
}

/// Reads country files; if two are for the same country, the second one is a mistake.
fn read_countries(files: &[TomlFile], mistakes: &mut Vec<String>) -> BTreeMap<String, Country> {
    toml_file::read_all(files, "calendar", |country: &Country| &country.code, country::read, mistakes)
}

fn read_closures(files: &[TomlFile], lands: &BTreeMap<String, Land>, mistakes: &mut Vec<String>) -> Vec<Closure> {
    let codes: BTreeSet<String> = lands.values().flat_map(Land::codes).map(str::to_owned).collect();
    let mut closures = Vec::new();
    for file in files {
        match file.parse() {
            Ok(table) => {
                let mut found = Mistakes::of(file);
                closures.extend(closures::read(&table, &codes, &mut found));
                mistakes.extend(found.into_found());
            }
            Err(no_toml) => mistakes.extend(no_toml),
        }
    }
    closures
}

fn is_closures(file: &TomlFile) -> bool {
    let name = Path::new(&file.name).file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| name.starts_with("closures"))
}

/// Adds a day; a later layer wins and, within a layer, a later entry.
fn put(days: &mut BTreeMap<NaiveDate, SpecialDay>, day: NaiveDate, special: SpecialDay) {
    match days.get(&day) {
        Some(there) if there.layer > special.layer => {}
        Some(_) | None => {
            days.insert(day, special);
        }
    }
}

/// Builds the calendar, with a hash of its content as its version.
fn finished(mut parts: CalendarParts) -> Calendar {
    let mut hash = Sha256::new();
    hash.update(format!("{} {} {} {}\n", parts.code, parts.known_from, parts.known_through, parts.confirmed_through));
    for rule in &parts.weekends {
        hash.update(format!("{} {:?}\n", rule.from, rule.off));
    }
    for (day, special) in &parts.special {
        let SpecialDay { kind, name, layer, estimated } = special;
        hash.update(format!("{day} {kind:?} {layer:?} {estimated} {name}\n"));
    }
    parts.version = short_hash(hash);
    Calendar::new(parts)
}

/// The first twelve hexadecimal digits: enough to tell versions apart, and short enough to read out.
fn short_hash(hash: Sha256) -> String {
    hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
