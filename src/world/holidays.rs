//! Calendar files → [`Calendar`]: the world's table, which is compiled in, and the administrator's files.
//!
//! `world/XX.toml` is a country's file with the days of its subdivisions; `generate.py` makes them, `world.pack` holds
//! them all, and a country is opened when somebody first asks for it. The same format is read from the administrator's
//! folder:
//!
//! ```toml
//! calendar = "ES"
//! name = "Spain"
//! version = "2027"                    # this, made_on and sha256 may be left out
//! known_from = 2024-01-01
//! known_through = 2028-12-31
//! confirmed_through = 2026-12-31      # later days are provisional
//! weekend = ["sat", "sun"]            # or [[weekend]] with off and, where it changed or differs, from, only_in
//!
//! [subdivisions]                      # or a list of codes
//! AN = ["Andalucía"]                  # with other names, by which a site may call it
//! MD = []
//!
//! [[day]]
//! name = "Año Nuevo"
//! on = ["2024..2028-01-01"]           # each year; or a date, or a run of days "2026-12-24..2026-12-31"
//!
//! [[day]]
//! name = "Fiesta de la Comunidad de Madrid"
//! only_in = ["MD"]                    # or not_in
//! on = [2026-05-02]
//! ```
//!
//! A day may have a `layer` (who observes it, [`Observance`](domain::calendar::Observance): `public` where
//! nothing is said; the others count where the configuration's `[calendars]` says so), a `kind` (`off` where nothing
//! is said, `work` for a make-up day, `half`) and `estimated`. `sha256` is that of the file without its own line
//! (`grep -v '^sha256' ES.toml | sha256sum`): a wrong one is refused, a file without one is used and named as
//! unverified. Of two files of a country the newer counts (`made_on`; one that does not say is new).
//!
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

/// All calendars that the office knows; each is made when first asked for.
#[derive(Debug)]
pub struct Calendars {
    /// By code of the country.
    lands: BTreeMap<String, Land>,
    /// Which of a country's holidays count.
    observed: Observed,
    layers: Layers,
    table: HolidayTable,
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

/// No calendar of exactly this code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnlistedCalendar {
    #[error(transparent)]
    NoCountry(#[from] NoCalendar),
    /// The country's days alone would be a wrong answer for it.
    #[error("{country} has no subdivision {subdivision:?}; `ronda calendar list {country}` shows them")]
    NoSubdivision { country: String, subdivision: String },
}

impl Calendars {
    /// The world's calendars, and those of `own` (a folder of TOML files): of two files of a country the newer counts
    /// as a whole, closures are added. Public holidays are off.
    ///
    /// # Errors
    /// Every mistake of every file, each with file, line and column.
    pub fn load(own: Option<&Path>) -> Result<Calendars, Vec<String>> {
        Calendars::load_observing(own, Observed::default())
    }

    /// As [`Calendars::load`], counting the holidays that the office observes.
    ///
    /// # Errors
    /// As [`Calendars::load`].
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

    /// The working days at a site: its country and subdivision, and the layers of town, company, customer and site.
    ///
    /// A subdivision may be given by any code or name that the country's file lists for it; one that it does not know
    /// has the country's days ([`Calendars::is_national_only`] tells). Sites with the same days share one calendar.
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
            && self.lands.get(&site.country).is_some_and(|land| land.subdivision_called(&site.subdivision).is_none())
    }

    /// The code of a country's subdivision that is called so, by any code or name that its file lists.
    #[must_use]
    pub fn subdivision_called(&self, country: &str, name: &str) -> Option<String> {
        self.lands.get(country)?.subdivision_called(name).map(str::to_owned)
    }

    /// Whether the site names no subdivision though its country's regions differ, so that days are missed there.
    #[must_use]
    pub fn wants_subdivision(&self, site: &Site) -> bool {
        site.subdivision.is_empty() && self.lands.get(&site.country).is_some_and(|land| land.open().needs_subdivision)
    }

    /// A calendar by code (`ES-MD`, `ES-Madrid`; `ES` where the subdivision has nothing of its own), with the
    /// company's closures.
    ///
    /// # Errors
    /// [`NoCalendar`]
    pub fn named(&self, code: &str) -> Result<Calendar, NoCalendar> {
        let (country, subdivision) = code.split_once('-').unwrap_or((code, ""));
        self.based_on(country, subdivision).cloned()
    }

    /// As [`Calendars::named`], for a code that somebody has typed: a subdivision is one that its country's file lists.
    ///
    /// # Errors
    /// [`UnlistedCalendar`]
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

    /// The codes of all calendars, country by country.
    #[must_use]
    pub fn codes(&self) -> Vec<&str> {
        self.lands.values().flat_map(Land::codes).collect()
    }

    /// What the world's table is, and which of its countries the administrator has files of.
    #[must_use]
    pub fn table(&self) -> &HolidayTable {
        &self.table
    }

    /// Hash over all calendars: when it changes, open deadlines are counted anew.
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

/// Reads one country's file.
///
/// # Errors
/// Every mistake, each with its place.
fn read_country(file: &TomlFile) -> Result<Country, Vec<String>> {
    let mut mistakes = Vec::new();
    let country = read_countries(std::slice::from_ref(file), &mut mistakes).into_values().next();
    country.filter(|_| mistakes.is_empty()).ok_or(mistakes)
}

/// Reads country files; two of one country are a mistake of the second.
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

/// Puts a day among others; the later layer wins, and of one layer what comes later.
fn put(days: &mut BTreeMap<NaiveDate, SpecialDay>, day: NaiveDate, special: SpecialDay) {
    match days.get(&day) {
        Some(there) if there.layer > special.layer => {}
        Some(_) | None => {
            days.insert(day, special);
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
