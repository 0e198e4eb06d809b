//! Time, chance, the terminal and the big libraries, each in its place.

use std::collections::BTreeSet;

use crate::house::{
    BLINDED, BLINDING, CLOCK, IMPURE, LIBRARY_PLACES, PRINTERS, PRINTS, TIME_AND_CHANCE, TIME_METHODS, is_in, names,
};
use crate::workspace::{Source, Violation, Workspace};

/// Each name of the code that one of `banned` stands in, by whatever import.
fn banned<'a>(source: &Source, banned: &[&'a str]) -> BTreeSet<(usize, &'a str)> {
    let of_name = |full: &str| names(full, banned);
    let of_code = source.facts.names.iter().flat_map(|name| name.full.iter().map(|full| (name.line, full)));
    of_code.filter_map(|(line, full)| Some((line, of_name(full)?))).collect()
}

pub fn libraries(workspace: &Workspace) -> Vec<Violation> {
    let mut found = Vec::new();
    for source in workspace.code() {
        for (library, places) in LIBRARY_PLACES.iter().filter(|(_, places)| !is_in(&source.path, places)) {
            let root = format!("::{library}");
            let here = banned(source, &[root.as_str()]);
            let what = format!("{library} belongs in {}", places.join(", "));
            found.extend(here.iter().map(|(line, _)| Violation::new(&source.path, *line, what.clone())));
        }
    }
    found
}

pub fn time_and_chance(workspace: &Workspace) -> Vec<Violation> {
    let mut found = BTreeSet::new();
    for source in workspace.code().filter(|source| !is_in(&source.path, CLOCK)) {
        let blinds = is_in(&source.path, BLINDED);
        for (line, name) in banned(source, TIME_AND_CHANCE) {
            if !(blinds && BLINDING.contains(&name)) {
                let what = format!("{}: time and chance come from the clock", name.trim_start_matches("::"));
                found.insert(Violation::new(&source.path, line, what));
            }
        }
        for call in source.facts.calls.iter().filter(|call| TIME_METHODS.contains(&call.method.as_str())) {
            let what = format!(".{}(): time comes from the clock", call.method);
            found.insert(Violation::new(&source.path, call.line, what));
        }
    }
    found.into_iter().collect()
}

pub fn impure(workspace: &Workspace) -> Vec<Violation> {
    let mut found = BTreeSet::new();
    for source in workspace.code().filter(|source| source.of_crate == "domain") {
        for (line, name) in banned(source, IMPURE) {
            let what = format!("{} in the domain", name.trim_start_matches("::"));
            found.insert(Violation::new(&source.path, line, what));
        }
        for line in &source.facts.asyncs {
            found.insert(Violation::new(&source.path, *line, "async in the domain"));
        }
    }
    found.into_iter().collect()
}

pub fn prints(workspace: &Workspace) -> Vec<Violation> {
    let mut found = BTreeSet::new();
    for source in workspace.code().filter(|source| !is_in(&source.path, PRINTERS)) {
        for (line, name) in banned(source, PRINTS) {
            let what = format!("{} belongs in the command line", name.trim_start_matches("::"));
            found.insert(Violation::new(&source.path, line, what));
        }
    }
    found.into_iter().collect()
}
