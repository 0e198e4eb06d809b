//! The rules are tested too: each kind of violation in a small house of its own, and beside it what looks alike and is
//! none. A rule that no kind tries fails here.

mod access;
mod crates;
mod effects;
mod store;
mod transactions;
mod words;

use std::collections::BTreeSet;

use super::house::{MAY_USE, PROMISES};
use super::rules::RULES;
use super::workspace::{Tree, Workspace, is_kind};

/// Path → text.
type Files = &'static [(&'static str, &'static str)];

struct Kind {
    name: &'static str,
    /// Which rule of [`RULES`] catches it.
    rule: &'static str,
    violation: Files,
    /// Harmless: no rule says anything.
    alike: Files,
}

fn kinds() -> impl Iterator<Item = &'static Kind> {
    access::KINDS
        .iter()
        .chain(crates::KINDS)
        .chain(effects::KINDS)
        .chain(store::KINDS)
        .chain(transactions::KINDS)
        .chain(words::KINDS)
}

/// A house that keeps every rule.
fn house() -> Tree {
    let mut tree = Tree::new();
    let mut put = |path: &str, text: String| tree.insert(path.to_owned(), text);
    for (name, _) in MAY_USE.iter().filter(|(name, _)| !matches!(*name, "ronda" | "main")) {
        put(&format!("src/{name}/Cargo.toml"), format!("[package]\nname = \"ronda-{name}\"\n"));
        put(&format!("src/{name}/lib.rs"), format!("//! The crate {name} of a small house.\n"));
    }
    put("Cargo.toml", "[package]\nname = \"ronda\"\n\n[workspace.dependencies]\n".to_owned());
    put("src/lib.rs", "//! The top of a small house.\n".to_owned());
    put("src/main.rs", "fn main() {}\n".to_owned());
    let row = |promise: &str| format!("| {promise} | is kept |\n");
    put("README.md", PROMISES.iter().copied().map(row).collect());
    let test = |promise: &str| format!("/// {promise}\nfn {}_is_kept() {{}}\n", promise.to_lowercase());
    put("tests/promises.rs", PROMISES.iter().copied().map(test).collect());
    let docs = |promise: &str| format!("//! {promise} is kept here.\n");
    put("src/domain/promises.rs", PROMISES.iter().copied().map(docs).collect());
    for engine in ["sqlite", "postgres"] {
        put(&format!("migrations/{engine}/0001.sql"), "create table site (\n  site text\n);\n".to_owned());
    }
    for language in ["en", "es", "zh"] {
        put(&format!("templates/locales/{language}/mail.ftl"), "hello = …\n".to_owned());
    }
    tree
}

/// The house with `files`, each declared by the files above it; those that are called `lost` by none.
fn with(files: &[(&str, &str)]) -> Tree {
    let mut tree = house();
    for (path, text) in files {
        tree.insert((*path).to_owned(), (*text).to_owned());
    }
    for (path, _) in files.iter().filter(|(path, _)| path.starts_with("src/") && is_kind(path, "rs")) {
        if !path.contains("lost") {
            declare(&mut tree, path);
        }
    }
    declare(&mut tree, "src/domain/promises.rs");
    tree
}

/// Writes the `mod` lines that lead to a file.
fn declare(tree: &mut Tree, path: &str) {
    let Some((folder, file)) = path.rsplit_once('/') else { return };
    if matches!(file, "lib.rs" | "main.rs") {
        return;
    }
    let name = file.trim_end_matches(".rs");
    let above = [format!("{folder}/lib.rs"), format!("{folder}.rs")];
    let above = above.iter().find(|path| tree.contains_key(*path)).unwrap_or(&above[1]).clone();
    let text = tree.entry(above.clone()).or_insert_with(|| "//! A room of a small house.\n".to_owned());
    if !text.contains(&format!("mod {name};")) {
        text.extend(["mod ", name, ";\n"]);
    }
    declare(tree, &above);
}

/// All that is wrong with a tree: rule, place, what.
fn wrong(tree: Tree) -> Vec<(&'static str, String)> {
    let workspace = Workspace::new(tree);
    let of_rule = |(rule, find): &(&'static str, super::rules::Rule)| {
        let rule = *rule;
        find(&workspace).into_iter().map(move |found| (rule, format!("{}: {}", found.at, found.what)))
    };
    RULES.iter().flat_map(of_rule).collect()
}

fn is_caught(kind: &Kind, tree: Tree) -> Result<(), String> {
    let found = wrong(tree);
    let is_there = found.iter().any(|(rule, at)| {
        *rule == kind.rule && kind.violation.iter().any(|(path, _)| at.starts_with(path) || is_of_folder(path, at))
    });
    if is_there { Ok(()) } else { Err(format!("{}: not caught by {:?}; found {found:?}", kind.name, kind.rule)) }
}

/// What lacks a text or a column is told of the folder, and promises are told of the README.
fn is_of_folder(path: &str, at: &str) -> bool {
    let folder = at.split(':').next().unwrap_or_default();
    path.starts_with("src/domain/promises") || path.starts_with("tests/promises") || {
        ["migrations/", "templates/"].iter().any(|top| path.starts_with(top) && folder.starts_with(top))
    }
}

fn all_hold(results: impl Iterator<Item = Result<(), String>>) {
    let failed: Vec<String> = results.filter_map(Result::err).collect();
    assert!(failed.is_empty(), "\n{}\n", failed.join("\n"));
}

#[test]
fn the_small_house_keeps_every_rule() {
    assert_eq!(wrong(with(&[])), []);
}

#[test]
fn every_kind_of_violation_is_caught() {
    all_hold(kinds().map(|kind| is_caught(kind, with(kind.violation))));
}

#[test]
fn what_looks_alike_is_not() {
    all_hold(kinds().map(|kind| match wrong(with(kind.alike)) {
        found if found.is_empty() => Ok(()),
        found => Err(format!("{}: {found:?}", kind.name)),
    }));
}

/// The files of a kind with each text changed, where all of them are code without docs of the file.
fn changed(kind: &Kind, change: impl Fn(&str) -> String) -> Option<Tree> {
    let is_code =
        |(path, text): &(&str, &str)| is_kind(path, "rs") && path.starts_with("src/") && !text.contains("//!");
    if !kind.violation.iter().all(is_code) || kind.violation.iter().any(|(path, _)| path.contains("lost")) {
        return None;
    }
    let files: Vec<(&str, String)> = kind.violation.iter().map(|(path, text)| (*path, change(text))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    Some(with(&files))
}

#[test]
fn nothing_is_exempt_below_a_test_that_does_not_end_the_file() {
    let tests =
        "#[cfg(test)]\nmod tests {\n    #[test]\n    fn it_holds() {}\n}\n#[cfg(test)]\nconst ONE: u32 = 1;\n\n";
    let tried = kinds().filter_map(|kind| Some((kind, changed(kind, |text| format!("{tests}{text}"))?)));
    let tried: Vec<_> = tried.map(|(kind, tree)| is_caught(kind, tree)).collect();
    assert!(tried.len() > 30, "{} kinds are code", tried.len());
    all_hold(tried.into_iter());
}

#[test]
fn what_stands_in_tests_is_free() {
    // Promises, a length and a syntax error are judged in all files.
    let inside = |text: &str| format!("#[cfg(all(test, unix))]\nmod tests {{\n{text}\n}}\n");
    let everywhere = ["every file can be parsed", "a file past 500 lines is two ideas", words::PROMISES];
    let of_code = kinds().filter(|kind| !everywhere.contains(&kind.rule));
    all_hold(of_code.filter_map(|kind| Some((kind, changed(kind, inside)?))).map(|(kind, tree)| match wrong(tree) {
        found if found.is_empty() => Ok(()),
        found => Err(format!("{}: {found:?}", kind.name)),
    }));
}

#[test]
fn every_rule_is_tried() {
    let tried: BTreeSet<&str> = kinds().map(|kind| kind.rule).collect();
    let rules: BTreeSet<&str> = RULES.iter().map(|(rule, _)| *rule).collect();
    assert_eq!(tried, rules);
}
