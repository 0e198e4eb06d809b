//! Closures files that were made from feeds: their text, their days, and how they are put down.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use chrono::{Datelike, NaiveDate};

use super::closures;
use super::feed::{HolidayFeed, Recurs};
use crate::toml_file::{Mistakes, TomlFile};
use domain::calendar::DayKind;
use domain::people::equipment::plain_place;

/// What a closures file says of each of its days.
pub type ClosureDays = BTreeMap<NaiveDate, (DayKind, String)>;

/// The file of an import of this name in the office's calendars folder.
#[must_use]
pub fn path(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("closures-{}.toml", plain_place(name).replace(' ', "-")))
}

/// A feed as a closures file that `applies` to somebody.
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

/// The days of a closures file between two, both inclusive; `codes` are the calendars there are.
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

/// Whether a closures file was made by an import, and so may be replaced by one.
#[must_use]
pub fn is_import(text: &str) -> bool {
    toml::from_str::<toml::Table>(text).is_ok_and(|table| table.contains_key("source"))
}

/// Whether `applies` names somebody that closures can apply to; `codes` are the calendars there are.
///
/// # Errors
/// What is wrong with it, and what helps.
pub fn check_applies(applies: &str, codes: &[&str]) -> Result<(), String> {
    let codes: BTreeSet<String> = codes.iter().map(|code| (*code).to_owned()).collect();
    closures::read_applies(applies, &codes).map(|_| ())
}

/// Writes a file whole or not at all: a temporary name, synced, renamed, the folder synced.
///
/// # Errors
/// When the folder cannot be written.
pub fn write(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    // A name that the calendars' reader passes over.
    let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
    let mut file = std::fs::File::create(&temporary)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&temporary, path)?;
    std::fs::File::open(folder)?.sync_all()
}
