//! TOML files that people write: every mistake with its place, all of them at once.
//!
//! Used by the readers of plans and calendars; it knows neither.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Range;
use std::path::Path;

use chrono::NaiveDate;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use domain::suggest;

/// One file: its name, its text, and the mistakes found so far.
#[derive(Debug)]
pub struct TomlFile {
    /// As people find it: a path, or the path inside the program's source.
    pub name: String,
    pub text: String,
}

/// The mistakes of one file, each with its place.
#[derive(Debug)]
pub struct Mistakes<'f> {
    file: &'f TomlFile,
    /// Line, column, and what is wrong.
    found: Vec<(usize, usize, String)>,
}

impl TomlFile {
    /// A file that is part of the program.
    #[must_use]
    pub fn shipped(name: &str, text: &str) -> TomlFile {
        TomlFile { name: name.to_owned(), text: text.to_owned() }
    }

    /// Every `*.toml` of a folder, by name; a folder that does not exist has none.
    ///
    /// # Errors
    /// A line for each file that cannot be read, and one if the folder cannot.
    pub fn folder(folder: &Path) -> Result<Vec<TomlFile>, Vec<String>> {
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(vec![format!("{}: cannot be read: {error}", folder.display())]),
        };
        let (mut files, mut unreadable) = (Vec::new(), Vec::new());
        for entry in entries {
            let path = match entry {
                Ok(entry) => entry.path(),
                Err(error) => {
                    unreadable.push(format!("{}: cannot be read: {error}", folder.display()));
                    continue;
                }
            };
            if path.extension().is_none_or(|extension| extension != "toml") {
                continue;
            }
            match std::fs::read_to_string(&path) {
                Ok(text) => files.push(TomlFile { name: path.display().to_string(), text }),
                Err(error) => unreadable.push(format!("{}: cannot be read: {error}", path.display())),
            }
        }
        files.sort_by(|a, b| a.name.cmp(&b.name));
        if unreadable.is_empty() { Ok(files) } else { Err(unreadable) }
    }

    /// Takes the file apart into a table that knows each value's place.
    ///
    /// # Errors
    /// Every place that is not TOML.
    pub fn parse(&self) -> Result<Spanned<DeTable<'_>>, Vec<String>> {
        let (table, errors) = DeTable::parse_recoverable(&self.text);
        if errors.is_empty() {
            return Ok(table);
        }
        let mut mistakes = Mistakes::of(self);
        for error in errors {
            mistakes.at(error.span().unwrap_or(0..0), error.message());
        }
        Err(mistakes.into_found())
    }
}

impl<'f> Mistakes<'f> {
    /// A list of the file's mistakes, still empty.
    #[must_use]
    pub fn of(file: &'f TomlFile) -> Mistakes<'f> {
        Mistakes { file, found: Vec::new() }
    }

    /// The file's text, as it is.
    #[must_use]
    pub fn whole_text(&self) -> &'f str {
        &self.file.text
    }

    /// Notes a mistake at a place of the file; lines and columns count from 1, columns in characters.
    pub fn at(&mut self, place: Range<usize>, message: impl std::fmt::Display) {
        let before = self.file.text.get(..place.start).unwrap_or(&self.file.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        self.found.push((line, column, message.to_string()));
    }

    /// The mistakes, in the order of the file, as `file:line:column: what is wrong`; none if the file is good.
    #[must_use]
    pub fn into_found(mut self) -> Vec<String> {
        self.found.sort();
        let name = &self.file.name;
        self.found.into_iter().map(|(line, column, message)| format!("{name}:{line}:{column}: {message}")).collect()
    }

    /// Notes each key of `table` that is not one of `known`.
    pub fn unknown_keys(&mut self, table: &DeTable<'_>, known: &[&str]) {
        for key in table.keys() {
            let name = key.get_ref().as_ref();
            if !known.contains(&name) {
                let meant = suggest::did_you_mean(suggest::nearest(name, known.iter().copied()));
                self.at(key.span(), format!("there is no key {name:?} here; known are {}{meant}", known.join(", ")));
            }
        }
    }

    /// The text of a key, if it is given.
    pub fn text<'t>(&mut self, table: &'t DeTable<'_>, key: &str) -> Option<Spanned<&'t str>> {
        let value = table.get(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(Spanned::new(value.span(), text.as_ref())),
            other => self.wrong_type(value.span(), key, "a text in quotes", other),
        }
    }

    /// The text of a key that must be given and not be blank; `table_at` is where it is missed.
    pub fn needed_text<'t>(
        &mut self,
        table: &'t DeTable<'_>,
        table_at: Range<usize>,
        key: &str,
    ) -> Option<Spanned<&'t str>> {
        if !table.contains_key(key) {
            self.at(table_at, format!("{key} is missing"));
            return None;
        }
        let text = self.text(table, key)?;
        if text.get_ref().trim().is_empty() {
            self.at(text.span(), format!("{key} is blank"));
            return None;
        }
        Some(text)
    }

    /// The date of a key, if it is given: `2026-12-31`, with or without quotes.
    pub fn date(&mut self, table: &DeTable<'_>, key: &str) -> Option<NaiveDate> {
        let value = table.get(key)?;
        let date = match value.get_ref() {
            DeValue::Datetime(at) if at.time.is_none() => date_of(value.get_ref()),
            DeValue::String(text) => text.parse().ok(),
            other => return self.wrong_type(value.span(), key, "a day such as 2026-12-31", other),
        };
        if date.is_none() {
            self.at(value.span(), format!("{key} is no day; use for example 2026-12-31"));
        }
        date
    }

    /// The date of a key that must be given.
    pub fn needed_date(&mut self, table: &DeTable<'_>, table_at: Range<usize>, key: &str) -> Option<NaiveDate> {
        if !table.contains_key(key) {
            self.at(table_at, format!("{key} is missing"));
            return None;
        }
        self.date(table, key)
    }

    /// The `true` or `false` of a key, if it is given.
    pub fn truth(&mut self, table: &DeTable<'_>, key: &str) -> Option<bool> {
        let value = table.get(key)?;
        match value.get_ref() {
            DeValue::Boolean(truth) => Some(*truth),
            other => self.wrong_type(value.span(), key, "true or false", other),
        }
    }

    /// The texts of a key; none if it is not given.
    pub fn texts<'t>(&mut self, table: &'t DeTable<'_>, key: &str) -> Vec<Spanned<&'t str>> {
        let mut texts = Vec::new();
        for value in self.items(table, key) {
            match value.get_ref() {
                DeValue::String(text) => texts.push(Spanned::new(value.span(), text.as_ref())),
                other => {
                    self.wrong_type::<()>(value.span(), key, "a list of texts in quotes", other);
                }
            }
        }
        texts
    }

    /// The tables of a key (`[[key]]`, or a list of `{ … }`), each with its place; none if it is not given.
    pub fn tables<'t, 'd>(&mut self, table: &'t DeTable<'d>, key: &str) -> Vec<(Range<usize>, &'t DeTable<'d>)> {
        let mut tables = Vec::new();
        for value in self.items(table, key) {
            match value.get_ref() {
                DeValue::Table(inner) => tables.push((value.span(), inner)),
                other => {
                    self.wrong_type::<()>(value.span(), key, "a list of tables", other);
                }
            }
        }
        tables
    }

    fn items<'t, 'd>(&mut self, table: &'t DeTable<'d>, key: &str) -> Vec<&'t Spanned<DeValue<'d>>> {
        match table.get(key).map(|value| (value.span(), value.get_ref())) {
            None => Vec::new(),
            Some((_, DeValue::Array(items))) => items.iter().collect(),
            Some((place, other)) => {
                self.wrong_type::<()>(place, key, "a list", other);
                Vec::new()
            }
        }
    }

    fn wrong_type<T>(&mut self, place: Range<usize>, key: &str, wanted: &str, found: &DeValue<'_>) -> Option<T> {
        self.at(place, format!("{key} is {wanted}, not a TOML {}", found.type_str()));
        None
    }
}

/// The day of a TOML date without a time.
#[must_use]
pub fn date_of(value: &DeValue<'_>) -> Option<NaiveDate> {
    let DeValue::Datetime(at) = value else { return None };
    let date = at.date.filter(|_| at.time.is_none())?;
    NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day))
}

/// Reads files that each hold one named thing; two of one name are a mistake of the second. `kind` is what a thing
/// is called, `name` gives its name, `read` takes it out of a file with the place of its name.
pub fn read_all<T>(
    files: &[TomlFile],
    kind: &str,
    name: impl Fn(&T) -> &str,
    read: impl Fn(&Spanned<DeTable<'_>>, &mut Mistakes<'_>) -> Option<(Range<usize>, T)>,
    mistakes: &mut Vec<String>,
) -> BTreeMap<String, T> {
    let mut all = BTreeMap::new();
    for file in files {
        let table = match file.parse() {
            Ok(table) => table,
            Err(no_toml) => {
                mistakes.extend(no_toml);
                continue;
            }
        };
        let mut found = Mistakes::of(file);
        if let Some((place, thing)) = read(&table, &mut found) {
            match all.entry(name(&thing).to_owned()) {
                Entry::Occupied(taken) => {
                    found.at(place, format!("another file has a {kind} {:?} already", taken.key()));
                }
                Entry::Vacant(free) => {
                    free.insert(thing);
                }
            }
        }
        mistakes.extend(found.into_found());
    }
    all
}
