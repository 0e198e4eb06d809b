//! Which crate and which module may name which, and that no file is forgotten.

use std::collections::BTreeSet;

use crate::house::{AUDITOR, AUDITOR_MAY_USE, MAY_USE, TOP_MAY_USE, of};
use crate::workspace::{Source, Violation, Workspace};

pub fn unreadable(workspace: &Workspace) -> Vec<Violation> {
    let of_source = |source: &Source| {
        let why = source.facts.unreadable.as_ref()?;
        let (line, why) = why.split_once(": ").expect("a line and why");
        Some(Violation { at: format!("{}:{line}", source.path), what: why.to_owned() })
    };
    workspace.sources.iter().filter_map(of_source).collect()
}

/// A crate names those alone that [`MAY_USE`] allows, by whatever path; so do the modules of the top crate.
pub fn arrows(workspace: &Workspace) -> Vec<Violation> {
    let mut found = BTreeSet::new();
    // The modules at each crate's root: there `crate::words` is a module, elsewhere it reaches for the crate.
    let roots: BTreeSet<(&str, &str)> = workspace
        .sources
        .iter()
        .flat_map(|source| {
            let inline =
                source.facts.modules.iter().filter(|module| source.module.is_empty() && module.inside.is_empty());
            let names = source.module.first().into_iter().chain(inline.map(|module| &module.name));
            names.map(|name| (source.of_crate.as_str(), name.as_str())).collect::<Vec<_>>()
        })
        .collect();
    for source in workspace.code() {
        let own = source.of_crate.as_str();
        let Some(allowed) = of(MAY_USE, own) else {
            found.insert(Violation::new(&source.path, 1, format!("the crate {own} is not in the table")));
            continue;
        };
        for name in &source.facts.names {
            for full in &name.full {
                let mut words = full.split("::");
                let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
                let reaches_out = first == own && own != "ronda" && !roots.contains(&(own, second));
                let used = if reaches_out { second } else { first };
                let is_crate = used != own && of(MAY_USE, used).is_some();
                // One word alone is some variable.
                if is_crate && !allowed.contains(&used) && full.contains("::") {
                    found.insert(Violation::new(&source.path, name.line, format!("{own} must not use {used}")));
                }
                found.extend(inside_the_top(source, name.line, (first, second)));
            }
        }
    }
    found.into_iter().collect()
}

fn inside_the_top(source: &Source, line: usize, (first, second): (&str, &str)) -> Option<Violation> {
    let module = source.module.first()?;
    if source.of_crate != "ronda" || first != "ronda" || module == second {
        return None;
    }
    let allowed = of(TOP_MAY_USE, module).unwrap_or_default();
    let is_bad = of(TOP_MAY_USE, second).is_some() && !allowed.contains(&second);
    is_bad.then(|| Violation::new(&source.path, line, format!("{module} must not use {second}")))
}

pub fn climbs(workspace: &Workspace) -> Vec<Violation> {
    let mut found = BTreeSet::new();
    for source in workspace.code() {
        for name in &source.facts.names {
            let supers = name.path.iter().take_while(|word| *word == "super").count();
            let depth = source.module.len() + name.inside.len();
            if supers > depth {
                found.insert(Violation::new(&source.path, name.line, "`super` leads out of the crate"));
            } else if supers > 2 {
                found.insert(Violation::new(&source.path, name.line, "three `super`: name it from `crate::` on"));
            }
        }
    }
    found.into_iter().collect()
}

pub fn unreached(workspace: &Workspace) -> Vec<Violation> {
    let lost = workspace.sources.iter().filter(|source| !source.is_reached);
    lost.map(|source| Violation::new(&source.path, 1, "no `mod` leads here from the crate's root")).collect()
}

/// The auditor of the promises names nothing of what it audits: a mistake that it shares it does not see.
pub fn auditor(workspace: &Workspace) -> Vec<Violation> {
    let mut found = BTreeSet::new();
    let is_auditors = |source: &&Source| {
        source.of_crate == "domain"
            && source.module.iter().zip(AUDITOR).filter(|(word, own)| word == own).count() == AUDITOR.len()
    };
    for source in workspace.code().filter(is_auditors) {
        for name in &source.facts.names {
            for full in &name.full {
                let words: Vec<&str> = full.split("::").collect();
                let ["domain" | "crate", first, rest @ ..] = words.as_slice() else { continue };
                let is_own = *first == AUDITOR[0] && rest.first().is_some_and(|second| *second == AUDITOR[1]);
                if !is_own && !AUDITOR_MAY_USE.contains(first) {
                    let what = format!("the auditor must not use {first}: it judges what that has concluded");
                    found.insert(Violation::new(&source.path, name.line, what));
                }
            }
        }
    }
    found.into_iter().collect()
}
