//! No file of tests lies about unread: a module that nobody names is a test that nobody runs.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Every Rust file below `folder`, but of what npm has installed there.
fn files_below(folder: &Path, found: &mut BTreeSet<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && path.file_name().is_none_or(|name| name != "node_modules") {
            files_below(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.insert(path);
        }
    }
}

/// What cargo makes test binaries of: `tests/*.rs` and `tests/*/main.rs`.
fn roots(tests: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(tests).unwrap().map(|entry| entry.unwrap().path());
    let roots = entries.map(|path| if path.is_dir() { path.join("main.rs") } else { path });
    roots.filter(|path| path.is_file() && path.extension().is_some_and(|ending| ending == "rs")).collect()
}

/// Follows each `mod name;`, as the compiler does, also to where a `#[path = "…"]` above it leads.
fn follow(file: &Path, is_root: bool, reached: &mut BTreeSet<PathBuf>) {
    if !reached.insert(file.canonicalize().unwrap()) {
        return;
    }
    let (folder, stem) = (file.parent().unwrap(), file.file_stem().unwrap());
    let inside = if is_root || stem == "mod" { folder.to_owned() } else { folder.join(stem) };
    let text = std::fs::read_to_string(file).unwrap();
    let mut elsewhere = None;
    for line in text.lines().map(str::trim) {
        if let Some(path) = line.strip_prefix("#[path = \"").and_then(|rest| rest.strip_suffix("\"]")) {
            elsewhere = Some(folder.join(path));
        }
        let named =
            line.strip_prefix("pub ").unwrap_or(line).strip_prefix("mod ").and_then(|rest| rest.strip_suffix(';'));
        let Some(name) = named else { continue };
        let ways = [inside.join(format!("{name}.rs")), inside.join(name).join("mod.rs")];
        let next = elsewhere.take().or_else(|| ways.into_iter().find(|path| path.is_file()));
        follow(&next.unwrap_or_else(|| panic!("{}: where is `{line}`?", file.display())), false, reached);
    }
}

#[test]
fn every_file_of_tests_is_part_of_a_test_binary() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").canonicalize().unwrap();
    let (mut all, mut reached) = (BTreeSet::new(), BTreeSet::new());
    files_below(&tests, &mut all);
    for root in roots(&tests) {
        follow(&root, true, &mut reached);
    }
    let forgotten: Vec<_> = all.difference(&reached).map(|path| path.strip_prefix(&tests).unwrap()).collect();
    assert!(forgotten.is_empty(), "no `mod` leads to {forgotten:?}");
    assert!(reached.len() > 60, "{} files", reached.len());
}
