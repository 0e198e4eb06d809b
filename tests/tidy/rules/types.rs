//! One name, one type.

use std::collections::{BTreeMap, BTreeSet};

use crate::house::COMMON_TYPE_NAMES;
use crate::workspace::{Violation, Workspace};

/// A type that other files name has its name to itself among these: one that is `pub`, `pub(crate)` or `pub(super)`, and
/// a private one that the files below its own name by `super`.
pub fn types(workspace: &Workspace) -> Vec<Violation> {
    let named_elsewhere: BTreeSet<&str> = workspace
        .code()
        .flat_map(|source| {
            let own = source.place();
            let theirs = source.facts.names.iter().filter(|name| name.path[0] == "super" || name.path[0] == "crate");
            let full = theirs.flat_map(|name| &name.full).map(String::as_str);
            full.filter(move |full| full.rsplit_once("::").is_some_and(|(module, _)| module != own)).collect::<Vec<_>>()
        })
        .collect();
    let mut by_name: BTreeMap<&str, Vec<(&str, usize)>> = BTreeMap::new();
    for source in workspace.code() {
        let place = source.place();
        for found in &source.facts.types {
            if found.is_public || named_elsewhere.contains(format!("{place}::{}", found.name).as_str()) {
                by_name.entry(&found.name).or_default().push((&source.path, found.line));
            }
        }
    }
    by_name.retain(|name, places| places.len() > 1 && !COMMON_TYPE_NAMES.contains(name));
    let of_name = |(name, places): (&str, Vec<(&str, usize)>)| {
        let count = places.len();
        let what = format!("{name} is the name of {count} types");
        places.into_iter().map(|(path, line)| Violation::new(path, line, what.clone())).collect::<Vec<_>>()
    };
    by_name.into_iter().flat_map(of_name).collect()
}
