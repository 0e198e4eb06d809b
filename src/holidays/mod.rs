//! Calendar files → [`Calendar`]: those shipped in `templates/calendars`, and the administrator's.
//!
//! A country's file gives its days and those of its subdivisions:
//!
//! ```toml
//! calendar = "ES"
//! name = "España"
//! known_from = 2024-01-01
//! known_through = 2028-12-31
//! confirmed_through = 2026-12-31     # later days are estimated
//! weekend = ["sat", "sun"]           # or [[weekend]] with from and off, where it changed
//! subdivisions = ["AN", "MD"]
//! day = [
//!     { on = 2026-01-01, name = "Año Nuevo" },
//!     { on = 2026-05-02, name = "Fiesta de la Comunidad de Madrid", only_in = ["MD"] },
//! ]
//! ```
//!
//! A day may have `kind` (`off` where nothing is said, `work` for a make-up day, `half`) and `estimated`.
//! A file `closures*.toml` of the administrator adds days that are worked otherwise. Layers, of which the later
//! wins: the table's country and subdivision, `calendar:ES-MD`, `municipality:ES-CT/Barcelona`, `company`,
//! `customer:CODE`, `site:CODE`; and `engineer:CODE` for an engineer's own days off.
//!
//! ```toml
//! [[closure]]
//! from = 2026-08-10
//! to = 2026-08-14                    # inclusive; left out: one day
//! name = "Cierre de verano"
//! applies = "company"
//!
//! [[closure]]
//! yearly = "12-24"                   # every year; with yearly_to, a run that may end in the next year
//! kind = "half"                      # or off (where nothing is said), or work
//! name = "Nochebuena"
//! applies = "customer:AIR"
//!
//! [[closure]]
//! rule = "FREQ=MONTHLY;BYDAY=1MO"    # RFC 5545
//! first_year = 2026                  # of yearly and rule; left out: always
//! last_year = 2027
//! name = "Inventory"
//! applies = "site:KSPA"
//! ```

mod closures;
mod country;
pub mod feed;
pub mod imported;
mod layers;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::Mutex;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use crate::domain::calendar::{Calendar, CalendarParts, SpecialDay};
use crate::domain::equipment::Site;
use crate::toml_file::{self, Mistakes, TomlFile};
use closures::Closure;
use country::Country;
use layers::Layers;

/// The calendars that come with the program.
const SHIPPED: [(&str, &str); 4] = [
    ("templates/calendars/CN.toml", include_str!("../../templates/calendars/CN.toml")),
    ("templates/calendars/ES.toml", include_str!("../../templates/calendars/ES.toml")),
    ("templates/calendars/GB.toml", include_str!("../../templates/calendars/GB.toml")),
    ("templates/calendars/SA.toml", include_str!("../../templates/calendars/SA.toml")),
];

/// All calendars that the office knows.
#[derive(Debug)]
pub struct Calendars {
    /// By code, each country and each of its subdivisions, with the company's closures.
    by_code: HashMap<String, Calendar>,
    layers: Layers,
    version: String,
    /// Calendars with layers of their own, and combined ones, made when first asked for; by what they are.
    made: Mutex<HashMap<String, Calendar>>,
}

/// No calendar for this code: dates there cannot be promised.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no calendar {code}; put {code}.toml into the office's calendars folder")]
pub struct NoCalendar {
    pub code: String,
}

impl Calendars {
    /// The shipped calendars, and those of `own` (a folder of TOML files), which win: a country's file wins
    /// whole, closures are added.
    ///
    /// # Errors
    /// Every mistake of every file, each with file, line and column.
    pub fn load(own: Option<&Path>) -> Result<Calendars, Vec<String>> {
        let mut mistakes = Vec::new();
        let shipped: Vec<TomlFile> = SHIPPED.iter().map(|(name, text)| TomlFile::shipped(name, text)).collect();
        let mut countries = read_countries(&shipped, &mut mistakes);
        let mut closures = Vec::new();
        match own.map(TomlFile::folder) {
            Some(Ok(files)) => {
                let (closed, places): (Vec<_>, Vec<_>) = files.into_iter().partition(is_closures);
                countries.extend(read_countries(&places, &mut mistakes));
                closures = read_closures(&closed, &countries, &mut mistakes);
            }
            Some(Err(unreadable)) => mistakes.extend(unreadable),
            None => {}
        }
        if mistakes.is_empty() { Ok(Calendars::of(&countries, closures)) } else { Err(mistakes) }
    }

    fn of(countries: &BTreeMap<String, Country>, closures: Vec<Closure>) -> Calendars {
        let mut by_code = HashMap::new();
        let mut whole = Sha256::new();
        closures.iter().for_each(|closure| whole.update(closure.text()));
        let layers = Layers::of(closures);
        for country in countries.values() {
            for code in country.codes() {
                let mut parts = country.parts(&code);
                layers.close_for_all(&code, &mut parts);
                let calendar = finished(parts);
                whole.update(calendar.code());
                whole.update(calendar.version());
                by_code.insert(code, calendar);
            }
        }
        Calendars { by_code, layers, version: short_hash(whole), made: Mutex::default() }
    }

    /// The working days at a site: its country and subdivision, and the layers of town, company, customer and site.
    ///
    /// A subdivision that the country's file does not know has the country's days
    /// ([`Calendars::is_national_only`] tells). Sites with the same days share one calendar.
    ///
    /// # Errors
    /// [`NoCalendar`], naming the country.
    pub fn of_site(&self, site: &Site) -> Result<Calendar, NoCalendar> {
        let base = self.based_on(&site.country, &site.subdivision)?;
        Ok(self.layered_for_site(base, site))
    }

    /// Whether the site's subdivision is unknown to its country's file, so that only national days count there.
    #[must_use]
    pub fn is_national_only(&self, site: &Site) -> bool {
        !site.subdivision.is_empty()
            && self.by_code.contains_key(&site.country)
            && !self.by_code.contains_key(&site.calendar_code())
    }

    /// A calendar by code (`ES-MD`; `ES` where the subdivision has nothing of its own), with the company's closures.
    ///
    /// # Errors
    /// [`NoCalendar`]
    pub fn named(&self, code: &str) -> Result<Calendar, NoCalendar> {
        let (country, subdivision) = code.split_once('-').unwrap_or((code, ""));
        self.based_on(country, subdivision).cloned()
    }

    /// The codes of all calendars, sorted.
    #[must_use]
    pub fn codes(&self) -> Vec<&str> {
        let mut codes: Vec<&str> = self.by_code.keys().map(String::as_str).collect();
        codes.sort_unstable();
        codes
    }

    /// Hash over all calendars: when it changes, open deadlines are counted anew.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    fn based_on(&self, country: &str, subdivision: &str) -> Result<&Calendar, NoCalendar> {
        if !subdivision.is_empty()
            && let Some(calendar) = self.by_code.get(&format!("{country}-{subdivision}"))
        {
            return Ok(calendar);
        }
        self.by_code.get(country).ok_or_else(|| NoCalendar { code: country.to_owned() })
    }
}

/// Reads country files; two of one country are a mistake of the second.
fn read_countries(files: &[TomlFile], mistakes: &mut Vec<String>) -> BTreeMap<String, Country> {
    toml_file::read_all(files, "calendar", |country: &Country| &country.code, country::read, mistakes)
}

fn read_closures(
    files: &[TomlFile],
    countries: &BTreeMap<String, Country>,
    mistakes: &mut Vec<String>,
) -> Vec<Closure> {
    let codes: BTreeSet<String> = countries.values().flat_map(Country::codes).collect();
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

/// Puts a day into a calendar; the later layer wins, and of one layer what comes later.
fn put(parts: &mut CalendarParts, day: NaiveDate, special: SpecialDay) {
    match parts.special.get(&day) {
        Some(there) if there.layer > special.layer => {}
        Some(_) | None => {
            parts.special.insert(day, special);
        }
    }
}

/// The calendar, with the hash of its content for a version.
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

/// Twelve hexadecimal digits: enough to tell any two versions apart, short enough to read out.
fn short_hash(hash: Sha256) -> String {
    hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
