//! Updates of a country's file: what would change, and writing it to the administrator's folder.

mod difference;

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::Serialize;

use super::country::{Checksum, Country};
use super::{Calendars, imported, is_closures, read_country, world};
use crate::toml_file::{Mistakes, TomlFile};
pub use difference::{Changes, HolidayChange};

/// A file that removes more than one in this many of the known days is refused, unless forced.
const MAY_TAKE_ONE_IN: usize = 5;

/// Country files that were read and verified, but are not used yet.
#[derive(Debug)]
pub struct VerifiedFiles(Vec<(TomlFile, Country)>);

/// The effects of an update, by country.
#[derive(Debug, Serialize)]
pub struct Update {
    pub countries: Vec<CountryUpdate>,
}

/// The effect on one country.
#[derive(Debug, Serialize)]
pub struct CountryUpdate {
    pub country: String,
    pub name: String,
    /// The edition in use; `None` if the country is new.
    pub now: Option<Edition>,
    pub new: Edition,
    pub verdict: UpdateVerdict,
    /// Changes by calendar; unchanged calendars are left out.
    pub calendars: Vec<Changes>,
    /// The file's text, as it will be written.
    #[serde(skip)]
    text: String,
}

/// The edition of a country's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Edition {
    /// Empty if the file gives no version.
    pub version: String,
    pub made_on: Option<NaiveDate>,
    /// Whether the file contains its own (correct) checksum.
    pub verified: bool,
}

/// Whether a country's file is accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub enum UpdateVerdict {
    Taken,
    /// Identical to what is in use.
    Same,
    /// Older than what is in use.
    Older,
    /// Removes too many days from a calendar; names the first such calendar.
    TakesTooMuch {
        calendar: String,
        gone: usize,
        of: usize,
    },
}

/// Whether files that remove many days are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    Refused,
    /// They are accepted, because of `--force`.
    Accepted,
}

impl VerifiedFiles {
    /// Reads a country's file (`.toml`), all country files in a folder, or a pack.
    ///
    /// # Errors
    /// Every mistake of every file, including wrong checksums.
    pub fn read(path: &Path) -> Result<VerifiedFiles, Vec<String>> {
        let unreadable = |error: std::io::Error| vec![format!("{}: cannot be read: {error}", path.display())];
        let files = if path.is_dir() {
            TomlFile::folder(path)?.into_iter().filter(|file| !is_closures(file)).collect()
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            let text = std::fs::read_to_string(path).map_err(unreadable)?;
            vec![TomlFile { name: path.display().to_string(), text }]
        } else {
            let pack = std::fs::read(path).map_err(unreadable)?;
            let of_pack = |why: String| vec![format!("{}: {why}", path.display())];
            let packed = world::read(&pack).map_err(of_pack)?;
            packed.values().map(|one| one.file().map_err(of_pack)).collect::<Result<_, _>>()?
        };
        if files.is_empty() {
            return Err(vec![format!("{}: there is no country's file in it", path.display())]);
        }
        let (mut countries, mut mistakes) = (Vec::new(), Vec::new());
        for file in files {
            match read_country(&file) {
                Ok(country) => countries.push((file, country)),
                Err(found) => mistakes.extend(found),
            }
        }
        if mistakes.is_empty() { Ok(VerifiedFiles(countries)) } else { Err(mistakes) }
    }
}

impl Calendars {
    /// What the incoming files would change, and whether each is accepted.
    #[must_use]
    pub fn compare(&self, incoming: VerifiedFiles, loss: Loss) -> Update {
        let mut countries: Vec<CountryUpdate> =
            incoming.0.into_iter().map(|(file, country)| self.compare_country(file, &country, loss)).collect();
        countries.sort_by(|a, b| a.country.cmp(&b.country));
        Update { countries }
    }

    fn compare_country(&self, file: TomlFile, new: &Country, loss: Loss) -> CountryUpdate {
        let there = self.lands.get(&new.code);
        let now = there.map(|land| Edition {
            version: land.version().to_owned(),
            made_on: land.made_on(),
            verified: land.checksum() == Checksum::Right,
        });
        let is_older = match (new.made_on, now.as_ref().and_then(|now| now.made_on)) {
            (Some(new), Some(now)) => new < now,
            (None, _) | (_, None) => false,
        };
        let (verdict, calendars) = if there.is_some_and(|land| land.content() == new.content) {
            (UpdateVerdict::Same, Vec::new())
        } else if is_older {
            (UpdateVerdict::Older, Vec::new())
        } else {
            let calendars = difference::of(there.map(super::Land::open), new, self.observed.in_country(&new.code));
            let too_much = calendars.iter().find(|changes| changes.gone * MAY_TAKE_ONE_IN > changes.known);
            let verdict = match (too_much, loss) {
                (Some(changes), Loss::Refused) => UpdateVerdict::TakesTooMuch {
                    calendar: changes.calendar.clone(),
                    gone: changes.gone,
                    of: changes.known,
                },
                (Some(_), Loss::Accepted) | (None, Loss::Refused | Loss::Accepted) => UpdateVerdict::Taken,
            };
            (verdict, calendars)
        };
        let new_edition =
            Edition { version: new.version.clone(), made_on: new.made_on, verified: new.checksum == Checksum::Right };
        let (country, name) = (new.code.clone(), new.name.clone());
        CountryUpdate { country, name, now, new: new_edition, verdict, calendars, text: file.text }
    }
}

impl Update {
    /// The countries whose files are accepted.
    pub fn taken(&self) -> impl Iterator<Item = &CountryUpdate> {
        self.countries.iter().filter(|country| country.verdict == UpdateVerdict::Taken)
    }

    /// The countries that prevent the whole update.
    pub fn refused(&self) -> impl Iterator<Item = &CountryUpdate> {
        self.countries.iter().filter(|country| matches!(country.verdict, UpdateVerdict::TakesTooMuch { .. }))
    }

    /// Writes the accepted files to the administrator's folder, each one atomically. If a country already has a file
    /// there under another name, that file is replaced. Returns the paths of the files.
    ///
    /// # Errors
    /// The path and I/O error of the first failure; countries before it have been written.
    pub fn put_into(&self, folder: &Path) -> Result<Vec<PathBuf>, (PathBuf, std::io::Error)> {
        std::fs::create_dir_all(folder).map_err(|error| (folder.to_owned(), error))?;
        let there = TomlFile::folder(folder).unwrap_or_default();
        let mut written = Vec::new();
        for country in self.taken() {
            let own = there.iter().find(|file| is_of(file, &country.country)).map(|file| PathBuf::from(&file.name));
            let path = own.unwrap_or_else(|| folder.join(format!("{}.toml", country.country)));
            imported::write(&path, &country.text).map_err(|error| (path.clone(), error))?;
            written.push(path);
        }
        Ok(written)
    }
}

/// Whether this file of the administrator's is for the country.
fn is_of(file: &TomlFile, country: &str) -> bool {
    let Ok(table) = file.parse() else { return false };
    let said = Mistakes::of(file).text(table.get_ref(), "calendar").map(|code| (*code.get_ref()).to_owned());
    said.as_deref() == Some(country)
}
