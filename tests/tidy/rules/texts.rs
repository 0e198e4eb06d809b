//! Promises, languages, schemas and the length of files: what stands in texts, and not in syntax.

use std::collections::BTreeSet;

use crate::house::{LONGEST_FILE, PROMISES};
use crate::workspace::{Violation, Workspace};

/// A promise stands in a doc comment of the code, in a test's name and in the README's table.
pub fn promises(workspace: &Workspace) -> Vec<Violation> {
    let sources: Vec<&str> = workspace.sources.iter().map(|source| source.text.as_str()).collect();
    let tests = workspace.tests.iter().map(|(_, text)| text.as_str());
    let everywhere: Vec<&str> = sources.iter().copied().chain(tests).collect();
    let readme = workspace.others.get("README.md").map_or("", String::as_str);
    let mut found = Vec::new();
    for promise in PROMISES {
        let in_docs = sources.iter().filter(|text| text.contains(promise)).flat_map(|text| text.lines()).any(|line| {
            let line = line.trim_start();
            (line.starts_with("///") || line.starts_with("//!")) && line.contains(promise)
        });
        // A test, or a story, which is one on each engine.
        let names = ["fn ", "story!("].map(|before| format!("{before}{}_", promise.to_lowercase()));
        let tested = everywhere.iter().any(|text| names.iter().any(|name| text.contains(name)));
        let told = readme.lines().any(|line| line.starts_with(&format!("| {promise} |")));
        let places = [(in_docs, "doc comment in src"), (tested, "test"), (told, "line in README.md's table")];
        let lacking = places.iter().filter(|(there, _)| !there);
        found.extend(lacking.map(|(_, place)| Violation::new("README.md", 1, format!("{promise} has no {place}"))));
    }
    found
}

/// Every key of every file of English stands in the same file of Spanish and Chinese, and the other way.
pub fn languages(workspace: &Workspace) -> Vec<Violation> {
    let keys = |language: &str| -> BTreeSet<String> {
        let folder = format!("templates/locales/{language}/");
        let files = workspace.others.iter().filter_map(|(path, text)| Some((path.strip_prefix(&folder)?, text)));
        let keys = files.flat_map(|(file, text)| {
            let of_line = move |line: &str| {
                let (key, _) = line.split_once(" =")?;
                let is_key = key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
                is_key.then(|| format!("{file}: {key}"))
            };
            text.lines().filter_map(of_line).collect::<Vec<_>>()
        });
        keys.collect()
    };
    let english = keys("en");
    let mut found = Vec::new();
    for language in ["es", "zh"] {
        let (theirs, at) = (keys(language), format!("templates/locales/{language}"));
        found.extend(english.difference(&theirs).map(|key| Violation::new(&at, 1, format!("lacks {key}"))));
        found.extend(theirs.difference(&english).map(|key| Violation::new(&at, 1, format!("alone has {key}"))));
    }
    found
}

pub fn schemas(workspace: &Workspace) -> Vec<Violation> {
    let (sqlite, postgres) = (columns(workspace, "sqlite"), columns(workspace, "postgres"));
    let mut found = Vec::new();
    for (own, other, engine) in [(&sqlite, &postgres, "postgres"), (&postgres, &sqlite, "sqlite")] {
        let lacks = own.difference(other).map(|column| format!("lacks {column}"));
        found.extend(lacks.map(|what| Violation::new(&format!("migrations/{engine}"), 1, what)));
    }
    found
}

/// `table.column` of every `create table` and `alter table … add column` of an engine's migrations, in order.
pub fn columns(workspace: &Workspace, engine: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let folder = format!("migrations/{engine}/");
    for text in workspace.others.iter().filter(|(path, _)| path.starts_with(&folder)).map(|(_, text)| text) {
        let mut table: Option<String> = None;
        for line in text.lines().map(str::trim) {
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

pub fn lengths(workspace: &Workspace) -> Vec<Violation> {
    let sources = workspace.sources.iter().map(|source| (&source.path, &source.text));
    let all = sources.chain(workspace.tests.iter().map(|(path, text)| (path, text)));
    let long = all.map(|(path, text)| (path, text.lines().count())).filter(|(_, lines)| *lines > LONGEST_FILE);
    long.map(|(path, lines)| Violation::new(path, lines, format!("{lines} lines"))).collect()
}
