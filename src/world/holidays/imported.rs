//! Closures files that were generated from feeds: their text, their days, and how they are written.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use chrono::{Datelike, NaiveDate};

use super::closures;
use super::feed::{HolidayFeed, Recurs};
use crate::toml_file::{Mistakes, TomlFile};
use domain::calendar::DayKind;
use domain::people::equipment::plain_place;

/// The kind and name of each day in a closures file.
pub type ClosureDays = BTreeMap<NaiveDate, (DayKind, String)>;

/// Where the import of one name for one owner is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportPlace {
    pub path: PathBuf,
    /// The text of an earlier import with this name and owner, if there is one.
    pub earlier: Option<String>,
    /// Other owners for which a feed was imported under this name; their files are left unchanged.
    pub others: Vec<String>,
}

/// Why an import cannot be stored in the calendars folder.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoImportPlace {
    #[error("{} was written by hand; choose another --name, or move it away", .0.display())]
    ByHand(PathBuf),
    #[error("{}", .0.join("\n"))]
    Unreadable(Vec<String>),
}

/// Finds where to store an import: the file of an earlier import with the same name and owner, or else a new one. If a
/// town's feed is imported for two of its sites, each gets its own file.
///
/// # Errors
/// [`NoImportPlace`] if neither is possible.
pub fn place(folder: &Path, name: &str, applies: &str, codes: &[&str]) -> Result<ImportPlace, NoImportPlace> {
    let codes: BTreeSet<String> = codes.iter().map(|code| (*code).to_owned()).collect();
    let usual = path(folder, name);
    let (mut earlier, mut others, mut by_hand) = (None, BTreeSet::new(), Vec::new());
    for file in TomlFile::folder(folder).map_err(NoImportPlace::Unreadable)? {
        let there = PathBuf::from(&file.name);
        match ImportedFile::read(&file.text) {
            Some(import) if path(folder, &import.source) == usual => {
                let is_of_the_same = |other: &String| is_same(other, applies, &codes);
                if earlier.is_none() && import.applies.iter().all(is_of_the_same) {
                    earlier = Some((there, file.text));
                } else {
                    others.extend(import.applies);
                }
            }
            Some(_) | None => by_hand.push(there),
        }
    }
    let others = Vec::from_iter(others);
    if let Some((path, text)) = earlier {
        return Ok(ImportPlace { path, earlier: Some(text), others });
    }
    let path = if others.is_empty() { usual } else { path(folder, &format!("{name} {applies}")) };
    if by_hand.contains(&path) || path.exists() {
        return Err(NoImportPlace::ByHand(path));
    }
    Ok(ImportPlace { path, earlier: None, others })
}

/// The part of a file that identifies which import it is.
struct ImportedFile {
    source: String,
    applies: BTreeSet<String>,
}

impl ImportedFile {
    /// `None` if the file was written by hand.
    fn read(text: &str) -> Option<ImportedFile> {
        let table = toml::from_str::<toml::Table>(text).ok()?;
        let source = table.get("source")?.as_str().unwrap_or_default().to_owned();
        let closures = table.get("closure").and_then(toml::Value::as_array).into_iter().flatten();
        let applies = closures.filter_map(|closure| closure.get("applies")?.as_str());
        Some(ImportedFile { source, applies: applies.map(str::to_owned).collect() })
    }
}

/// Whether two `applies` texts denote the same.
fn is_same(one: &str, other: &str, codes: &BTreeSet<String>) -> bool {
    one == other
        || match (closures::read_applies(one, codes), closures::read_applies(other, codes)) {
            (Ok(one), Ok(other)) => one.is_same(&other),
            (Ok(_) | Err(_), _) => false,
        }
}

/// The default file for an import with this name in the office's calendars folder.
fn path(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("closures-{}.toml", plain_place(name).replace(' ', "-")))
}

/// Converts a feed into the text of a closures file that `applies` to an owner.
#[must_use]
pub fn text(feed: &HolidayFeed, name: &str, applies: &str, came_from: &str) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let mut text = format!(
        "# Imported from {}. Do not edit: the next import of this name replaces the file.\n\nsource = {}\n",
        came_from.replace(char::is_control, " "),
        quoted(name)
    );
    for days in &feed.events {
        let month_and_day = |day: NaiveDate| quoted(&day.format("%m-%d").to_string());
        text.push_str("\n[[closure]]\n");
        let first_year = days.from.year();
        match &days.recurs {
            Recurs::Once => {
                writeln!(text, "from = {}\nto = {}", days.from, days.to)
            }
            Recurs::Yearly { last_year } => {
                let (from, to) = (month_and_day(days.from), month_and_day(days.to));
                let last = last_year.map_or_else(String::new, |year| format!("\nlast_year = {year}"));
                writeln!(text, "yearly = {from}\nyearly_to = {to}\nfirst_year = {first_year}{last}")
            }
            Recurs::Rule(rule) => {
                writeln!(text, "rule = {}\nfirst_year = {first_year}", quoted(rule))
            }
        }
        .expect("writing to a String cannot fail");
        let kind = match days.kind {
            DayKind::Work => "work",
            DayKind::Half => "half",
            DayKind::Off => "off",
        };
        writeln!(text, "name = {}\nkind = \"{kind}\"\napplies = {}", quoted(&days.name), quoted(applies))
            .expect("writing to a String cannot fail");
    }
    text
}

/// The days of a closures file between two dates, both inclusive; `codes` are the existing calendars.
///
/// # Errors
/// Every mistake of the file, with its place.
pub fn days(
    file: &str,
    text: &str,
    codes: &[&str],
    first: NaiveDate,
    last: NaiveDate,
) -> Result<ClosureDays, Vec<String>> {
    let file = TomlFile { name: file.to_owned(), text: text.to_owned() };
    let codes: BTreeSet<String> = codes.iter().map(|code| (*code).to_owned()).collect();
    let table = file.parse()?;
    let mut found = Mistakes::of(&file);
    let closures = closures::read(&table, &codes, &mut found);
    let mistakes = found.into_found();
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    Ok(closures.iter().flat_map(|closure| closure.days_with_names(first, last)).collect())
}

/// Checks that `applies` names something that closures can apply to; `codes` are the existing calendars.
///
/// # Errors
/// What is wrong with it, and a remedy.
pub fn check_applies(applies: &str, codes: &[&str]) -> Result<(), String> {
    let codes: BTreeSet<String> = codes.iter().map(|code| (*code).to_owned()).collect();
    closures::read_applies(applies, &codes).map(|_| ())
}

/// Writes a file atomically: a temporary name, synced, renamed, the folder synced.
///
/// # Errors
/// If the folder cannot be written to.
pub fn write(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    // The reader of the calendars folder ignores this name.
    let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
    let mut file = std::fs::File::create(&temporary)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&temporary, path)?;
    std::fs::File::open(folder)?.sync_all()
}
