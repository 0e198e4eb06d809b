//! A TOML file that is read key by key; whatever remains at the end is unknown.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Range, RangeInclusive};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use chrono::NaiveTime;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Problem;
use domain::time::Zone;

/// A configuration file while it is being read.
#[derive(Debug)]
pub(super) struct ConfigFile {
    path: Option<PathBuf>,
    text: String,
    /// Values by section (empty for the top level) and key, with their place, until they are read.
    values: BTreeMap<(String, String), (Scalar, Range<usize>)>,
    /// Every section and key that was asked for; candidates for "did you mean".
    known: Vec<(String, String)>,
    problems: Vec<Problem>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Scalar {
    Text(String),
    Integer(String),
    Texts(Vec<String>),
    /// Any other type, by its TOML name.
    Other(&'static str),
}

/// One section of a file that is being read.
#[derive(Debug)]
pub(super) struct ConfigSection<'f> {
    file: &'f mut ConfigFile,
    name: String,
}

impl ConfigFile {
    /// No file: every key has its default value.
    pub(super) fn none() -> ConfigFile {
        ConfigFile { path: None, text: String::new(), values: BTreeMap::new(), known: Vec::new(), problems: Vec::new() }
    }

    /// Parses a file. Syntax errors become problems, and whatever could be parsed is kept.
    pub(super) fn parse(path: PathBuf, text: &str) -> ConfigFile {
        let mut file = ConfigFile { path: Some(path), text: text.to_owned(), ..ConfigFile::none() };
        let (table, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            let place = file.place(&error.span().unwrap_or(0..0));
            file.problems.push(Problem {
                place,
                key: String::new(),
                value: None,
                rule: error.message().trim().replace('\n', ", "),
                remedy: String::new(),
            });
        }
        for (key, value) in table.into_inner() {
            let (name, span) = (key.get_ref().to_string(), key.span());
            match value.into_inner() {
                DeValue::Table(section) => {
                    for (key, value) in section {
                        file.keep_in(&name, key.get_ref(), key.span(), value);
                    }
                }
                scalar => file.keep("", &name, span.clone(), &Spanned::new(span, scalar)),
            }
        }
        file
    }

    /// Stores a key of a section. Each table of an array (`[[mail.relay]]`) is a section of its own, `mail.relay[0]`.
    fn keep_in(&mut self, section: &str, key: &str, span: Range<usize>, value: Spanned<DeValue<'_>>) {
        let is_tables = |all: &[Spanned<DeValue<'_>>]| {
            !all.is_empty() && all.iter().all(|one| matches!(one.get_ref(), DeValue::Table(_)))
        };
        match value.into_inner() {
            DeValue::Array(all) if is_tables(&all) => {
                for (at, one) in all.into_iter().enumerate() {
                    let DeValue::Table(table) = one.into_inner() else { continue };
                    for (inner, value) in table {
                        self.keep(&format!("{section}.{key}[{at}]"), inner.get_ref(), inner.span(), &value);
                    }
                }
            }
            scalar => self.keep(section, key, span.clone(), &Spanned::new(span, scalar)),
        }
    }

    fn keep(&mut self, section: &str, key: &str, span: Range<usize>, value: &Spanned<DeValue<'_>>) {
        let scalar = match value.get_ref() {
            DeValue::String(text) => Scalar::Text(text.to_string()),
            DeValue::Integer(number) if number.radix() == 10 => Scalar::Integer(number.as_str().to_owned()),
            DeValue::Array(all) => {
                let texts = all.iter().map(|one| match one.get_ref() {
                    DeValue::String(text) => Some(text.to_string()),
                    _ => None,
                });
                texts.collect::<Option<Vec<_>>>().map_or(Scalar::Other("array"), Scalar::Texts)
            }
            other => Scalar::Other(other.type_str()),
        };
        self.values.insert((section.to_owned(), key.to_owned()), (scalar, span));
    }

    pub(super) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The folder that contains the file.
    pub(super) fn folder(&self) -> Option<&Path> {
        self.path()?.parent()
    }

    /// The keys above the first section.
    pub(super) fn top(&mut self) -> ConfigSection<'_> {
        self.section("")
    }

    pub(super) fn section(&mut self, name: &str) -> ConfigSection<'_> {
        ConfigSection { file: self, name: name.to_owned() }
    }

    /// The sections of an array of tables, in file order.
    pub(super) fn sections_of(&self, name: &str) -> Vec<String> {
        let is_one = |section: &&String| {
            section.strip_prefix(name).is_some_and(|rest| rest.starts_with('[') && rest.ends_with(']'))
        };
        let mut found: Vec<String> = self.values.keys().map(|(section, _)| section).filter(is_one).cloned().collect();
        found.dedup();
        found.sort_by_key(|section| section[name.len() + 1..section.len() - 1].parse::<usize>().unwrap_or(usize::MAX));
        found
    }

    /// Every key that was asked for, with its section; keys of an array of tables are listed once.
    pub(super) fn known(&self) -> BTreeSet<String> {
        self.known.iter().map(|(section, key)| dotted(section.split('[').next().unwrap_or_default(), key)).collect()
    }

    /// All problems of the file; a key that nobody asked for is one of them.
    pub(super) fn finish(mut self) -> Vec<Problem> {
        for ((section, key), (_, span)) in std::mem::take(&mut self.values) {
            let written = dotted(&section, &key);
            let known = self.known.iter().map(|(section, key)| dotted(section, key));
            let remedy = match nearest(&written, known) {
                Some(near) => format!("did you mean {near}?"),
                None => "take it out".to_owned(),
            };
            let rule = "Ronda knows no such key".to_owned();
            self.problems.push(Problem { place: self.place(&span), key: written, value: None, rule, remedy });
        }
        self.problems.sort_by_key(|problem| line_of(&problem.place));
        self.problems
    }

    fn place(&self, span: &Range<usize>) -> String {
        let before = self.text.get(..span.start).unwrap_or(&self.text);
        let line = before.matches('\n').count() + 1;
        format!("{}:{line}", self.path.as_deref().unwrap_or(Path::new("ronda.toml")).display())
    }
}

impl ConfigSection<'_> {
    /// The text of `key`, and its place in the file.
    pub(super) fn raw_text(&mut self, key: &str) -> Option<(String, String)> {
        let (scalar, span) = self.take(key)?;
        match scalar {
            Scalar::Text(text) => Some((self.file.place(&span), text)),
            Scalar::Integer(number) => self.refuse(key, &span, Some(number), "this is a number", "put it in quotes"),
            Scalar::Texts(_) => self.refuse(key, &span, None, "this is a list", "write one text in quotes"),
            Scalar::Other(kind) => {
                self.refuse(key, &span, None, &format!("this is a {kind}"), "write a text in quotes")
            }
        }
    }

    /// A list of texts; empty if the key is missing.
    pub(super) fn texts(&mut self, key: &'static str) -> Vec<String> {
        let Some((scalar, span)) = self.take(key) else { return Vec::new() };
        match scalar {
            Scalar::Texts(texts) => return texts,
            Scalar::Text(_) | Scalar::Integer(_) | Scalar::Other(_) => {}
        }
        self.refuse::<()>(key, &span, None, "this is no list of texts", "write [\"one\", \"two\"]");
        Vec::new()
    }

    /// A text, or `default` if the key is missing.
    pub(super) fn text(&mut self, key: &'static str, default: &str) -> String {
        self.optional_text(key).unwrap_or_else(|| default.to_owned())
    }

    /// A single-line text, if the key is present.
    pub(super) fn optional_text(&mut self, key: &'static str) -> Option<String> {
        self.checked(key, |text| match text.chars().find(|c| c.is_control()) {
            None => Ok(text.to_owned()),
            Some(_) => Err(("a line break or another control character stands in it".into(), "take it out".into())),
        })
    }

    /// The texts whose keys are country codes (two capitals), each parsed by `read`; an error becomes a problem.
    pub(super) fn by_country<T>(&mut self, read: impl Fn(&str) -> Result<T, (String, String)>) -> BTreeMap<String, T> {
        let is_country = |key: &str| key.len() == 2 && key.bytes().all(|byte| byte.is_ascii_uppercase());
        let of_section = self.file.values.keys().filter(|(section, key)| *section == self.name && is_country(key));
        let countries: Vec<String> = of_section.map(|(_, key)| key.clone()).collect();
        let mut found = BTreeMap::new();
        for country in countries {
            found.extend(self.checked(&country, &read).map(|value| (country, value)));
        }
        found
    }

    /// A value parsed from text by `read`.
    pub(super) fn read_by<T>(
        &mut self,
        key: &'static str,
        read: impl Fn(&str) -> Result<T, (String, String)>,
    ) -> Option<T> {
        self.checked(key, read)
    }

    /// The non-empty lines of a text; none if the key is missing.
    pub(super) fn lines(&mut self, key: &'static str) -> Vec<String> {
        let text = self.checked(key, |text| match text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\r')) {
            None => Ok(text.to_owned()),
            Some(_) => Err(("a control character stands in it".into(), "take it out".into())),
        });
        let text = text.unwrap_or_default();
        text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }

    /// A value parsed from text by its `FromStr`.
    pub(super) fn parsed<T: FromStr<Err: std::fmt::Display>>(&mut self, key: &'static str, remedy: &str) -> Option<T> {
        self.checked(key, |text| text.parse().map_err(|error: T::Err| (error.to_string(), remedy.to_owned())))
    }

    /// An e-mail address that can be the sender of letters.
    pub(super) fn email(&mut self, key: &'static str) -> Option<String> {
        self.checked(key, |text| match text.parse::<lettre::Address>() {
            Ok(_) => Ok(text.to_owned()),
            Err(_) => Err(("not an email address".into(), "write it as service@example.org, without a name".into())),
        })
    }

    /// The base of a web address, `https://service.example.org`, without a trailing slash.
    pub(super) fn web_address(&mut self, key: &'static str) -> Option<String> {
        self.checked(key, |text| {
            let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
            let is_good = |rest: &str| {
                !rest.is_empty() && rest.chars().all(|c| c.is_ascii_alphanumeric() || "-._~:/[]".contains(c))
            };
            match rest.map(|rest| rest.trim_end_matches('/')).filter(|rest| is_good(rest)) {
                Some(_) => Ok(text.trim_end_matches('/').to_owned()),
                None => Err(("not the beginning of a web address".into(), "write https://service.example.org".into())),
            }
        })
    }

    /// An IANA time zone.
    pub(super) fn zone(&mut self, key: &'static str, default: &str) -> Zone {
        self.checked(key, |text| Zone::parse(text).map_err(|error| (error.to_string(), String::new())))
            .unwrap_or_else(|| Zone::parse(default).expect("the default is in every zone database"))
    }

    /// A local time of day, `HH:MM`.
    pub(super) fn time_of_day(&mut self, key: &'static str, default: NaiveTime) -> NaiveTime {
        let bad = || ("not a time of day".to_owned(), "write hours and minutes, for example \"09:00\"".to_owned());
        self.checked(key, |text| NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| bad())).unwrap_or(default)
    }

    /// An integer within `range`.
    pub(super) fn number(&mut self, key: &'static str, default: u32, range: RangeInclusive<u32>) -> u32 {
        let Some((scalar, span)) = self.take(key) else { return default };
        let rule = format!("a whole number from {} to {} belongs here", range.start(), range.end());
        let remedy = format!("{default} is the default");
        let given = match scalar {
            Scalar::Integer(digits) => match digits.parse() {
                Ok(number) if range.contains(&number) => return number,
                Ok(_) | Err(_) => Some(digits),
            },
            Scalar::Text(text) => Some(text),
            Scalar::Texts(_) | Scalar::Other(_) => None,
        };
        self.refuse::<u32>(key, &span, given, &rule, &remedy);
        default
    }

    /// Reports a key that must not be in the file at all, without repeating its value.
    pub(super) fn forbidden(&mut self, key: &'static str, rule: &str, remedy: &str) {
        if let Some((_, span)) = self.file.values.remove(&(self.name.clone(), key.to_owned())) {
            self.refuse::<()>(key, &span, None, rule, remedy);
        }
    }

    /// Reports a problem of the section as a whole, or of a combination of its keys.
    pub(super) fn wrong(&mut self, key: &str, rule: &str, remedy: &str) {
        let place = self.file.path().map_or_else(|| "ronda.toml".to_owned(), |path| path.display().to_string());
        let (key, rule, remedy) = (dotted(&self.name, key), rule.to_owned(), remedy.to_owned());
        self.file.problems.push(Problem { place, key, value: None, rule, remedy });
    }

    /// Whether `key` is present.
    pub(super) fn has(&self, key: &str) -> bool {
        self.file.values.contains_key(&(self.name.clone(), key.to_owned()))
    }

    /// Whether the file contains anything in this section that has not been read yet.
    pub(super) fn is_given(&self) -> bool {
        self.file.values.keys().any(|(section, _)| *section == self.name)
    }

    /// The folder to which relative paths in this file refer.
    pub(super) fn folder(&self) -> Option<PathBuf> {
        self.file.folder().map(Path::to_owned)
    }

    fn checked<T>(&mut self, key: &str, read: impl Fn(&str) -> Result<T, (String, String)>) -> Option<T> {
        let span = self.file.values.get(&(self.name.clone(), key.to_owned())).map(|(_, span)| span.clone());
        let (_, text) = self.raw_text(key)?;
        match read(&text) {
            Ok(value) => Some(value),
            Err((rule, remedy)) => self.refuse(key, &span.unwrap_or(0..0), Some(text), &rule, &remedy),
        }
    }

    fn refuse<T>(
        &mut self,
        key: &str,
        span: &Range<usize>,
        value: Option<String>,
        rule: &str,
        remedy: &str,
    ) -> Option<T> {
        let (place, key) = (self.file.place(span), dotted(&self.name, key));
        self.file.problems.push(Problem { place, key, value, rule: rule.to_owned(), remedy: remedy.to_owned() });
        None
    }

    fn take(&mut self, key: &str) -> Option<(Scalar, Range<usize>)> {
        let place = (self.name.clone(), key.to_owned());
        self.file.known.push(place.clone());
        self.file.values.remove(&place)
    }
}

fn dotted(section: &str, key: &str) -> String {
    if section.is_empty() { key.to_owned() } else { format!("{section}.{key}") }
}

/// The known key that was most probably meant by `written`.
fn nearest(written: &str, known: impl Iterator<Item = String>) -> Option<String> {
    known
        .map(|key| (strsim::jaro_winkler(written, &key), key))
        .filter(|(likeness, _)| *likeness > 0.85)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, key)| key)
}

fn line_of(place: &str) -> usize {
    place.rsplit_once(':').and_then(|(_, line)| line.parse().ok()).unwrap_or(usize::MAX)
}
