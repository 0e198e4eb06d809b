//! What each crate's `Cargo.toml` names.

use std::collections::BTreeSet;

use toml::{Table, Value};

use crate::house::{DOMAIN_LIBRARIES, LIBRARY_CRATES, MAY_USE, TESTS_MAY_USE, UNNAMED_LIBRARIES, of};
use crate::workspace::{Violation, Workspace};

struct Manifest<'a> {
    path: &'a str,
    of_crate: &'a str,
    text: &'a str,
    table: Table,
}

struct Dependency {
    /// By what name the code knows it.
    key: String,
    /// Its real name: `ronda-store`.
    package: String,
    for_tests: bool,
    line: usize,
}

impl Dependency {
    /// `store`, of `ronda-store`; None for a library.
    fn of_workspace(&self) -> Option<&str> {
        let name = self.package.strip_prefix("ronda-").unwrap_or(&self.package);
        (name == "ronda" || self.package.starts_with("ronda-")).then_some(name)
    }
}

fn manifests_of(workspace: &Workspace) -> (Vec<Manifest<'_>>, Vec<Violation>) {
    let (mut read, mut unreadable) = (Vec::new(), Vec::new());
    for (path, text) in &workspace.others {
        let of_crate = match path.strip_prefix("src/").and_then(|path| path.strip_suffix("/Cargo.toml")) {
            Some(name) => name,
            None if path == "Cargo.toml" => "ronda",
            None => continue,
        };
        match text.parse::<Table>() {
            Ok(table) => read.push(Manifest { path, of_crate, text, table }),
            Err(error) => unreadable.push(Violation::new(path, 1, error.to_string())),
        }
    }
    (read, unreadable)
}

impl Manifest<'_> {
    fn dependencies(&self, shared: &Table) -> Vec<Dependency> {
        let mut found = Vec::new();
        let mut tables = vec![&self.table];
        let targets = self.table.get("target").and_then(Value::as_table);
        tables.extend(targets.into_iter().flat_map(|targets| targets.values().filter_map(Value::as_table)));
        for table in tables {
            for section in ["dependencies", "build-dependencies", "dev-dependencies"] {
                for (key, value) in table.get(section).and_then(Value::as_table).into_iter().flatten() {
                    let named = |value: &Value| value.get("package").and_then(Value::as_str).map(str::to_owned);
                    let is_shared = value.get("workspace").is_some();
                    let value = if is_shared { shared.get(key).unwrap_or(value) } else { value };
                    let package = named(value).unwrap_or_else(|| key.clone());
                    let begins = |line: &str| line.trim_start().trim_start_matches('"').starts_with(key.as_str());
                    let line = self.text.lines().position(begins).map_or(1, |at| at + 1);
                    found.push(Dependency {
                        key: key.clone(),
                        package,
                        for_tests: section == "dev-dependencies",
                        line,
                    });
                }
            }
        }
        found
    }
}

fn shared(manifests: &[Manifest<'_>]) -> Table {
    let top = manifests.iter().find(|manifest| manifest.path == "Cargo.toml");
    let table = top.and_then(|top| top.table.get("workspace")?.get("dependencies")?.as_table().cloned());
    table.unwrap_or_default()
}

/// Crates of the workspace by [`MAY_USE`], libraries by [`LIBRARY_CRATES`] and [`DOMAIN_LIBRARIES`].
pub fn manifests(workspace: &Workspace) -> Vec<Violation> {
    let (manifests, mut found) = manifests_of(workspace);
    let shared = shared(&manifests);
    for manifest in &manifests {
        let own = manifest.of_crate;
        let Some(allowed) = of(MAY_USE, own) else {
            found.push(Violation::new(manifest.path, 1, format!("the crate {own} is not in the table")));
            continue;
        };
        for dependency in manifest.dependencies(&shared) {
            let package = dependency.package.as_str();
            let is_bad = match dependency.of_workspace() {
                Some(used) => {
                    let of_tests = of(TESTS_MAY_USE, own).unwrap_or_default();
                    used != own && !allowed.contains(&used) && !(dependency.for_tests && of_tests.contains(&used))
                }
                None if dependency.for_tests => false,
                None => {
                    let is_elsewhere = of(LIBRARY_CRATES, package).is_some_and(|homes| !homes.contains(&own));
                    is_elsewhere || own == "domain" && !DOMAIN_LIBRARIES.contains(&package)
                }
            };
            if is_bad {
                found.push(Violation::new(
                    manifest.path,
                    dependency.line,
                    format!("{own} must not depend on {package}"),
                ));
            }
        }
    }
    found
}

/// A dependency of a crate is named by its code.
pub fn unused(workspace: &Workspace) -> Vec<Violation> {
    let (manifests, _) = manifests_of(workspace);
    let shared = shared(&manifests);
    let mut found = Vec::new();
    for manifest in &manifests {
        let own = manifest.of_crate;
        let is_own = |of_crate: &str| of_crate == own || (own == "ronda" && of_crate == "main");
        let sources = || workspace.code().filter(|source| is_own(&source.of_crate));
        let in_code = sources().flat_map(|source| &source.facts.names).map(|name| &name.path[0]);
        let imports = sources().flat_map(|source| &source.facts.imports).map(|import| &import.path[0]);
        let named: BTreeSet<&str> = in_code.chain(imports).map(|first| first.trim_end_matches('!')).collect();
        for dependency in manifest.dependencies(&shared).iter().filter(|dependency| !dependency.for_tests) {
            let key = dependency.key.replace('-', "_");
            let is_known = UNNAMED_LIBRARIES.contains(&(own, dependency.key.as_str()));
            if !is_known && !named.contains(key.as_str()) {
                let what = format!("no file of {own} uses {}", dependency.key);
                found.push(Violation::new(manifest.path, dependency.line, what));
            }
        }
    }
    found
}
