//! Who acts, and who may: each is known in one place.

use std::collections::BTreeSet;

use crate::house::{DEEDS, KNOWS_ROLES, NO_DEEDS, OFFICE, ROLES, is_in};
use crate::workspace::{Violation, Workspace};

/// A role or a scope in a pattern or beside `==`, elsewhere than where it is decided who may do what.
pub fn roles(workspace: &Workspace) -> Vec<Violation> {
    let mut found = BTreeSet::new();
    for source in workspace.code().filter(|source| !is_in(&source.path, KNOWS_ROLES)) {
        for name in source.facts.names.iter().filter(|name| name.is_judged) {
            let role = name.full.iter().find(|full| {
                let words: Vec<&str> = full.split("::").collect();
                words.first() == Some(&"domain") && words.len() > 2 && ROLES.contains(&words[words.len() - 2])
            });
            if let Some(role) = role {
                let what = format!("{role} is held against something; ask `domain::access`, which alone knows roles");
                found.insert(Violation::new(&source.path, name.line, what));
            }
        }
    }
    found.into_iter().collect()
}

/// In the office: a transaction that nobody in particular has begun, or that owes no line, outside of the list.
pub fn nobody_acts(workspace: &Workspace) -> Vec<Violation> {
    let mut found = Vec::new();
    for source in workspace.code().filter(|source| is_in(&source.path, OFFICE) && !is_in(&source.path, DEEDS)) {
        for call in &source.facts.calls {
            let by_nobody = call.method == "begin" && call.receiver == "db" && call.arguments == 0;
            if !(by_nobody || call.method == "begin_part") {
                continue;
            }
            let function = call.function.rsplit("::").next().unwrap_or_default();
            let is_known = NO_DEEDS.iter().any(|(place, functions)| {
                is_in(&source.path, &[place]) && (functions.is_empty() || functions.contains(&function))
            });
            if !is_known {
                let what = format!(
                    "{function} begins a transaction without saying who acts; begin by `Acting`, and note the deed"
                );
                found.push(Violation::new(&source.path, call.line, what));
            }
        }
    }
    found
}
