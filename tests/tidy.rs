//! What a reader of DESIGN.md may rely on, checked: the dependency rule, the bans, the promises' ids, the languages,
//! the two schemas, the length of files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Module → modules of the crate that it may name. Inner helpers stand at the end.
const MAY_USE: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("clock", &["domain"]),
    ("config", &["domain"]),
    ("db", &["domain"]),
    ("documents", &["domain"]),
    ("holidays", &["domain", "toml_file"]),
    ("plans", &["domain", "toml_file"]),
    ("checklists", &["domain", "toml_file"]),
    ("tls", &[]),
    ("ping", &["tls"]),
    ("toml_file", &["domain"]),
    ("tables", &["domain"]),
    ("mail", &["domain", "locales", "tls"]),
    ("pdf", &["domain", "locales", "photos"]),
    ("locales", &["domain"]),
    ("photos", &["domain"]),
    ("qr", &[]),
    ("seal", &["domain"]),
    ("actions", &[ADAPTERS, "actions"]),
    ("web", &[ADAPTERS, "actions"]),
    ("heartbeat", &["domain", "clock", "actions"]),
    ("demo", &[ADAPTERS, "actions", "heartbeat", "web", "app"]),
    ("app", &[ADAPTERS, "actions", "heartbeat", "web"]),
    ("cli", &[ADAPTERS, "actions", "app", "demo"]),
    ("main", &["ronda", "cli"]),
    ("lib", &[]),
];

/// Short for the ring of adapters and the domain.
const ADAPTERS: &str = "the adapters";
const RING: &[&str] = &[
    "domain",
    "clock",
    "config",
    "db",
    "documents",
    "holidays",
    "plans",
    "checklists",
    "mail",
    "pdf",
    "ping",
    "locales",
    "photos",
    "qr",
    "seal",
    "tables",
];

/// Text that may stand in these files alone, by the beginning of their path in `src`.
const BANS: &[(&str, &[&str])] = &[
    ("Utc::now", &["clock.rs"]),
    ("Local::now", &["clock.rs"]),
    ("Instant::now", &["clock.rs"]),
    ("SystemTime::now", &["clock.rs"]),
    // An RSA signature is blinded with chance; the signature is the same each time.
    ("rand::", &["clock.rs", "mail/dkim.rs", "seal/signer.rs"]),
    ("thread_rng", &[]),
    ("println!(", &["cli/"]),
    ("axum::", &["web/"]),
    ("lettre::", &["mail/", "config/file.rs"]),
    ("printpdf::", &["pdf/"]),
    ("jiff::", &["domain/zone.rs"]),
    ("sqlx::", &["db/"]),
];

/// Words by which SQL is known, in a text literal.
const SQL: &[&str] = &["\"select ", "\"insert into ", "\"update ", "\"delete from ", "\"create table "];

/// Promises that the program keeps so far.
const PROMISES: &[&str] = &["P01", "P02", "P03", "P04", "P07", "P09", "P10", "P12", "P14", "P15", "P19", "P31"];

const LONGEST_FILE: usize = 500;

struct Source {
    /// Inside the folder: `db/visit.rs`.
    path: String,
    text: String,
}

impl Source {
    /// The module at the root that the file belongs to.
    fn module(&self) -> &str {
        self.path.split(['/', '.']).next().expect("a path is not empty")
    }

    /// Code lines with their numbers: no comments, and nothing from the file's unit tests on.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let is_test = self.path.ends_with("tests.rs") || self.path.contains("/tests/");
        let lines = self.text.lines().take_while(move |line| !is_test && *line != "#[cfg(test)]");
        lines.enumerate().map(|(at, line)| (at + 1, line)).filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &str, ending: &str) -> Vec<Source> {
    let (top, mut folders, mut found) = (root().join(folder), vec![root().join(folder)], Vec::new());
    while let Some(folder) = folders.pop() {
        let mut paths: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == ending) {
                let inside = path.strip_prefix(&top).unwrap().to_str().unwrap().to_owned();
                found.push(Source { path: inside, text: fs::read_to_string(&path).unwrap() });
            }
        }
    }
    assert!(!found.is_empty(), "nothing in {folder}");
    found
}

fn holds(mistakes: &[String]) {
    assert!(mistakes.is_empty(), "\n{}\n", mistakes.join("\n"));
}

#[test]
fn arrows_point_inward_only() {
    let table: BTreeMap<&str, &[&str]> = MAY_USE.iter().copied().collect();
    let mut mistakes = Vec::new();
    for source in files("src", "rs") {
        let Some(allowed) = table.get(source.module()) else {
            mistakes.push(format!("src/{}: its module is not in the table", source.path));
            continue;
        };
        for (line, text) in source.code() {
            for used in named(text) {
                let inner = allowed.contains(&ADAPTERS) && RING.contains(&used.as_str());
                if used != source.module() && !inner && !allowed.contains(&used.as_str()) {
                    mistakes.push(format!("src/{}:{line}: {} must not use {used}", source.path, source.module()));
                }
            }
        }
    }
    holds(&mistakes);
}

/// Modules of the crate that a line names: `crate::db::…`, and `use crate::{db, mail::Letter}` on one line.
fn named(line: &str) -> Vec<String> {
    let word = |text: &str| text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let mut names = Vec::new();
    for after in line.split("crate::").skip(1) {
        match after.strip_prefix('{') {
            None => names.push(word(after)),
            Some(group) => {
                let mut depth = 0;
                let own = group.split(|c| {
                    depth += i32::from(c == '{') - i32::from(c == '}');
                    c == ',' && depth == 0
                });
                names.extend(own.map(word));
            }
        }
    }
    names.retain(|name: &String| name.chars().next().is_some_and(char::is_lowercase));
    names
}

/// Whether `word` stands in `text` and does not merely end a longer name.
fn says(text: &str, word: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let starts_a_name = word.starts_with(is_name);
    text.match_indices(word).any(|(at, _)| !(starts_a_name && text[..at].ends_with(is_name)))
}

#[test]
fn time_chance_sql_and_libraries_stay_in_their_files() {
    let mut mistakes = Vec::new();
    for source in files("src", "rs") {
        for (line, text) in source.code() {
            let is_home = |homes: &[&str]| homes.iter().any(|home| source.path.starts_with(home));
            let banned = BANS.iter().filter(|(word, homes)| says(text, word) && !is_home(homes)).map(|(word, _)| *word);
            let sql = SQL.iter().filter(|word| text.contains(**word) && !is_home(&["db/"])).copied();
            for word in banned.chain(sql) {
                mistakes.push(format!("src/{}:{line}: {word}", source.path));
            }
        }
    }
    holds(&mistakes);
}

#[test]
fn every_promise_has_a_doc_comment_a_test_and_a_line_in_the_readme() {
    let (sources, tests) = (files("src", "rs"), files("tests", "rs"));
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let mut mistakes = Vec::new();
    for promise in PROMISES {
        let in_docs = sources.iter().flat_map(|source| source.text.lines()).any(|line| {
            let line = line.trim_start();
            (line.starts_with("///") || line.starts_with("//!")) && line.contains(promise)
        });
        // A test, or a story of `tests/suite/office`, which is one on each engine.
        let names = ["fn ", "story!("].map(|before| format!("{before}{}_", promise.to_lowercase()));
        let tested = sources.iter().chain(&tests).any(|source| names.iter().any(|name| source.text.contains(name)));
        let told = readme.lines().any(|line| line.starts_with(&format!("| {promise} |")));
        let places = [(in_docs, "doc comment in src"), (tested, "test"), (told, "line in README.md's table")];
        let lacking = places.iter().filter(|(there, _)| !there);
        mistakes.extend(lacking.map(|(_, place)| format!("{promise} has no {place}")));
    }
    holds(&mistakes);
}

#[test]
fn every_text_exists_in_every_language() {
    let keys = |language: &str| -> BTreeSet<String> {
        let keys = files(&format!("templates/locales/{language}"), "ftl").into_iter().flat_map(|file| {
            let of_file = |line: &str| {
                let (key, _) = line.split_once(" =")?;
                let is_key = key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
                is_key.then(|| format!("{}: {key}", file.path))
            };
            file.text.lines().filter_map(of_file).collect::<Vec<_>>()
        });
        keys.collect()
    };
    let english = keys("en");
    let mut mistakes = Vec::new();
    for language in ["es", "zh"] {
        let theirs = keys(language);
        mistakes.extend(english.difference(&theirs).map(|key| format!("{language} lacks {key}")));
        mistakes.extend(theirs.difference(&english).map(|key| format!("only {language} has {key}")));
    }
    holds(&mistakes);
}

#[test]
fn both_engines_have_the_same_tables_and_columns() {
    let (sqlite, postgres) = (columns("sqlite"), columns("postgres"));
    assert!(sqlite.len() > 50, "the schema was not understood: {sqlite:?}");
    let both: Vec<_> = sqlite.symmetric_difference(&postgres).cloned().collect();
    assert_eq!(both, Vec::<String>::new(), "these exist in one engine alone");
}

/// `table.column` of every `create table` and `alter table … add column` of an engine's migrations, in order.
fn columns(engine: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for file in files(&format!("migrations/{engine}"), "sql") {
        let mut table: Option<String> = None;
        for line in file.text.lines().map(str::trim) {
            let words: Vec<&str> = line.split([' ', '(']).filter(|word| !word.is_empty()).collect();
            match (words.as_slice(), &table) {
                (["create", "table", name, ..], _) => table = Some((*name).to_owned()),
                // A table that was made anew takes the place of the old one.
                (["alter", "table", old, "rename", "to", name], _) => {
                    let name = name.trim_end_matches(';');
                    found.retain(|column: &String| !column.starts_with(&format!("{name}.")));
                    let renamed = |column: String| match column.strip_prefix(&format!("{old}.")) {
                        Some(rest) => format!("{name}.{rest}"),
                        None => column,
                    };
                    found = found.into_iter().map(renamed).collect();
                }
                (["alter", "table", name, "add", "column", column, ..], _) => {
                    found.insert(format!("{name}.{column}"));
                }
                ([end, ..], Some(_)) if end.starts_with(')') => table = None,
                ([] | ["--" | "check" | "unique" | "primary" | "foreign", ..], Some(_)) => {}
                ([column, _, ..], Some(name)) => {
                    found.insert(format!("{name}.{column}"));
                }
                (_, Some(_) | None) => {}
            }
        }
    }
    found
}

#[test]
fn a_file_past_500_lines_is_two_ideas() {
    let all = files("src", "rs").into_iter().chain(files("tests", "rs"));
    let long = all.map(|source| (source.text.lines().count(), source.path)).filter(|(lines, _)| *lines > LONGEST_FILE);
    holds(&long.map(|(lines, path)| format!("{path} has {lines} lines")).collect::<Vec<_>>());
}
