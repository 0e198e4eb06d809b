//! TOML files written by people: all mistakes at once, each with its place.
//!
//! Used by the readers of plans, checklists and calendars, but independent of them.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Range;
use std::path::Path;

use chrono::NaiveDate;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use domain::suggest;

/// The name and the text of a file.
#[derive(Debug)]
pub struct TomlFile {
    /// A path, or for a built-in file its path in the program's source.
    pub name: String,
    pub text: String,
}

/// The mistakes of one file, each with its place.
#[derive(Debug)]
pub struct Mistakes<'f> {
    file: &'f TomlFile,
    /// Line, column, and message.
    found: Vec<(usize, usize, String)>,
}

impl TomlFile {
    /// A file that is part of the program.
    #[must_use]
    pub fn shipped(name: &str, text: &str) -> TomlFile {
        TomlFile { name: name.to_owned(), text: text.to_owned() }
    }

    /// Every `*.toml` in a folder, by name; none if the folder does not exist.
    ///
    /// # Errors
    /// One line for each file that cannot be read, or for the folder if it cannot be read.
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

    /// Parses the file into a table that records the place of each value.
    ///
    /// # Errors
    /// Every syntax error.
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
    /// An empty list of mistakes for a file.
    #[must_use]
    pub fn of(file: &'f TomlFile) -> Mistakes<'f> {
        Mistakes { file, found: Vec::new() }
    }

    /// The whole text of the file.
    #[must_use]
    pub fn whole_text(&self) -> &'f str {
        &self.file.text
    }

    /// Notes a mistake at a place in the file; lines and columns (in characters) count from 1.
    pub fn at(&mut self, place: Range<usize>, message: impl std::fmt::Display) {
        let before = self.file.text.get(..place.start).unwrap_or(&self.file.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        self.found.push((line, column, message.to_string()));
    }

    /// The mistakes in file order, as `file:line:column: what is wrong`; empty if the file is good.
    #[must_use]
    pub fn into_found(mut self) -> Vec<String> {
        self.found.sort();
        let name = &self.file.name;
        self.found.into_iter().map(|(line, column, message)| format!("{name}:{line}:{column}: {message}")).collect()
    }

    /// Notes every key of `table` that is not in `known`.
    pub fn unknown_keys(&mut self, table: &DeTable<'_>, known: &[&str]) {
        for key in table.keys() {
            let name = key.get_ref().as_ref();
            if !known.contains(&name) {
                let meant = suggest::did_you_mean(suggest::nearest(name, known.iter().copied()));
                self.at(key.span(), format!("there is no key {name:?} here; known are {}{meant}", known.join(", ")));
            }
        }
    }

    /// The text of an optional key.
    pub fn text<'t>(&mut self, table: &'t DeTable<'_>, key: &str) -> Option<Spanned<&'t str>> {
        let value = table.get(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(Spanned::new(value.span(), text.as_ref())),
            other => self.wrong_type(value.span(), key, "a text in quotes", other),
        }
    }

    /// The text of a required key, which must not be blank; if it is missing, the mistake is placed at `table_at`.
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

    /// The date of an optional key: `2026-12-31`, with or without quotes.
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

    /// The date of a required key.
    pub fn needed_date(&mut self, table: &DeTable<'_>, table_at: Range<usize>, key: &str) -> Option<NaiveDate> {
        if !table.contains_key(key) {
            self.at(table_at, format!("{key} is missing"));
            return None;
        }
        self.date(table, key)
    }

    /// The boolean of an optional key.
    pub fn truth(&mut self, table: &DeTable<'_>, key: &str) -> Option<bool> {
        let value = table.get(key)?;
        match value.get_ref() {
            DeValue::Boolean(truth) => Some(*truth),
            other => self.wrong_type(value.span(), key, "true or false", other),
        }
    }

    /// The texts of an optional key; empty if it is missing.
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

    /// The tables of an optional key (`[[key]]`, or a list of `{ … }`), each with its place; empty if it is missing.
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

/// The date of a TOML datetime that has no time.
#[must_use]
pub fn date_of(value: &DeValue<'_>) -> Option<NaiveDate> {
    let DeValue::Datetime(at) = value else { return None };
    let date = at.date.filter(|_| at.time.is_none())?;
    NaiveDate::from_ymd_opt(i32::from(date.year), u32::from(date.month), u32::from(date.day))
}

/// Reads files that each define one named thing; if two have the same name, the second is a mistake. `kind` is what the
/// thing is called in messages, `name` returns its name, and `read` parses it from a file and returns it with the place
/// of its name.
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
