//! The topic `configuration`, held to what reads `ronda.toml`.

use std::collections::BTreeSet;
use std::fs;

use ronda::world::config::{Config, ConfigLocation, Environment};
use toml::{Table, Value};

/// A key as the topic documents it.
struct Documented {
    /// `mail.relay`; empty at the top.
    section: String,
    key: String,
    /// As it stands there; TOML where it begins with a backtick.
    default: String,
    example: String,
}

impl Documented {
    fn name(&self) -> String {
        if self.section.is_empty() { self.key.clone() } else { format!("{}.{}", self.section, self.key) }
    }

    /// The default where it is a value that one could write.
    fn literal(&self) -> Option<Value> {
        let text = self.default.strip_prefix('`')?.split('`').next()?;
        Some(value(&format!("{} = {text}", self.key), &self.key))
    }
}

/// Everything that the page says and that is not so.
pub(super) fn mistakes(page: &str) -> Vec<String> {
    let (documented, mut mistakes) = documented(page);
    let is_country = |key: &str| key.strip_prefix("calendars.").is_some_and(|key| key.len() == 2);
    let (names, keys): (BTreeSet<String>, _) = (documented.iter().map(Documented::name).collect(), Config::keys());
    mistakes.extend(keys.difference(&names).map(|key| format!("{key} is not documented")));
    let unknown = names.difference(&keys).filter(|name| !is_country(name));
    mistakes.extend(unknown.map(|key| format!("{key} is documented, and there is no such key")));
    if names.len() != documented.len() {
        mistakes.push("a key is documented twice".to_owned());
    }
    let whole = page.split_once("```toml ronda.toml\n").expect("the complete file").1.split_once("```").unwrap().0;
    let whole: Table = whole.parse().expect("the complete file is TOML");
    for one in &documented {
        check(&whole, one, &mut mistakes);
    }
    mistakes
}

/// `- `port` · whole number · default: `587` · example: `port = 2525`` below `## [mail]`.
fn documented(page: &str) -> (Vec<Documented>, Vec<String>) {
    let (mut found, mut mistakes, mut section) = (Vec::new(), Vec::new(), String::new());
    for line in page.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            section = heading.strip_prefix('[').map_or("", |rest| rest.trim_matches(['[', ']'])).to_owned();
        }
        let Some(rest) = line.strip_prefix("- `") else { continue };
        let parts: Vec<&str> = rest.split(" · ").collect();
        let read = match parts.as_slice() {
            [key, _kind, default, example] => Some((
                key.trim_end_matches('`'),
                default.strip_prefix("default: "),
                example.strip_prefix("example: `").and_then(|text| text.strip_suffix('`')),
            )),
            _ => None,
        };
        let Some((key, Some(default), Some(example))) = read else {
            mistakes.push(format!("not KEY · type · default · example: {line}"));
            continue;
        };
        let (key, default, example) = (key.to_owned(), default.to_owned(), example.to_owned());
        found.push(Documented { section: section.clone(), key, default, example });
    }
    (found, mistakes)
}

fn check(whole: &Table, one: &Documented, mistakes: &mut Vec<String>) {
    let name = one.name();
    let mut base = whole.clone();
    if name == "mail.folder" {
        base.remove("mail");
    }
    if one.section == "mail.relay" {
        // What only goes together.
        set(&mut base, &one.section, "user", Some("ronda".into()));
        set(&mut base, &one.section, "password_file", Some("backup-password".into()));
    }
    set(&mut base, &one.section, &one.key, Some(value(&one.example, &one.key)));
    if let Err(why) = read_text(&base.to_string()) {
        mistakes.push(format!("{name}: its example is refused: {why}"));
    }
    let Some(default) = one.literal() else {
        if one.default.contains('`') && !one.default.starts_with("that of") {
            mistakes.push(format!("{name}: {} is neither a value nor words", one.default));
        }
        return;
    };
    set(&mut base, &one.section, &one.key, Some(default));
    let with = read_text(&base.to_string());
    set(&mut base, &one.section, &one.key, None);
    let without = read_text(&base.to_string());
    match (with, without) {
        (Ok(with), Ok(without)) if with == without => {}
        (Ok(_), Ok(_)) => mistakes.push(format!("{name}: its default is not {}", one.default)),
        (Err(why), _) | (_, Err(why)) => mistakes.push(format!("{name}: {why}")),
    }
}

fn value(line: &str, key: &str) -> Value {
    let table: Table = line.parse().unwrap_or_else(|error| panic!("{line}: {error}"));
    table.get(key).unwrap_or_else(|| panic!("{line} does not set {key}")).clone()
}

/// Sets a key, or takes it out; of a list of tables that of the first one.
fn set(file: &mut Table, section: &str, key: &str, value: Option<Value>) {
    let mut table = file;
    for part in section.split('.').filter(|part| !part.is_empty()) {
        let next = table.entry(part).or_insert_with(|| Value::Table(Table::new()));
        table = match next {
            Value::Array(all) => all[0].as_table_mut().expect("a list of tables"),
            other => other.as_table_mut().expect("a section"),
        };
    }
    match value {
        Some(value) => drop(table.insert(key.to_owned(), value)),
        None => drop(table.remove(key)),
    }
}

/// Reads a file beside which every file lies that the examples name; the configuration as `Debug` has it.
pub(super) fn read_text(text: &str) -> Result<String, String> {
    const FILES: [&str; 6] =
        ["smtp-password", "backup-password", "our-root.pem", "dkim-rsa.pem", "dkim-ed25519.pem", "report-signing.pem"];
    let dir = tempfile::tempdir().unwrap();
    for file in FILES {
        fs::write(dir.path().join(file), "secret\n").unwrap();
    }
    let file = dir.path().join("ronda.toml");
    fs::write(&file, text).unwrap();
    let choice = ConfigLocation { dir: Some("office".into()), file: Some(file) };
    let read = Config::read(&choice, &Environment::default()).map_err(|problems| problems.to_string())?;
    Ok(format!("{read:?}").replace(dir.path().to_str().unwrap(), ""))
}
