//! A transaction never needs a second connection: what works in one is given it, and no way to the store beside it.

use std::collections::{BTreeMap, BTreeSet};

use crate::code::{Asked, Function};
use crate::house::{STORES, TRANSACTION};
use crate::workspace::{Source, Violation, Workspace};

/// Types of a file by which the store is reached: the store's own, and what holds one of them.
fn ways(source: &Source) -> BTreeSet<&str> {
    let mut ways: BTreeSet<&str> = STORES.iter().copied().collect();
    loop {
        let held = source.facts.holds.iter().filter(|(_, held)| held.iter().any(|held| ways.contains(held.as_str())));
        let more: Vec<&str> = held.map(|(name, _)| name.as_str()).filter(|name| !ways.contains(name)).collect();
        if more.is_empty() {
            return ways;
        }
        ways.extend(more);
    }
}

fn takes<'a>(function: &'a Function, ways: &BTreeSet<&str>) -> Option<&'a str> {
    function.takes.iter().map(String::as_str).find(|name| ways.contains(name))
}

/// A function that takes a transaction and, by an argument or by what it is a method of, the store.
pub fn second_ways(workspace: &Workspace) -> Vec<Violation> {
    let mut found = Vec::new();
    for source in workspace.code() {
        let mut ways = ways(source);
        ways.remove(TRANSACTION);
        for function in source.facts.functions.iter().filter(|f| f.takes.iter().any(|name| name == TRANSACTION)) {
            if let Some(way) = takes(function, &ways) {
                let name = function.path.last().map_or("", String::as_str);
                let what = format!("{name} takes a {TRANSACTION} and reaches the store by {way}");
                found.push(Violation::new(&source.path, function.line, what));
            }
        }
    }
    found
}

/// Between a `begin` and its `commit`: naming the store, or calling a function that takes the office or the store.
pub fn asked_beside(workspace: &Workspace) -> Vec<Violation> {
    let mut reaching: BTreeMap<String, &str> = BTreeMap::new();
    for source in workspace.code() {
        let ways: BTreeSet<&str> = STORES.iter().copied().collect();
        for function in &source.facts.functions {
            if let Some(way) = takes(function, &ways) {
                reaching.insert(format!("{}::{}", source.place(), function.path.join("::")), way);
            }
        }
    }
    let mut found = BTreeSet::new();
    for source in workspace.code() {
        for beside in &source.facts.beside {
            let what = match &beside.asked {
                Asked::Db => "the store is named while a transaction is open; ask by the transaction".to_owned(),
                Asked::Function(_) => {
                    let Some((name, way)) = beside.full.iter().find_map(|full| reaching.get_key_value(full)) else {
                        continue;
                    };
                    format!("{name} is called while a transaction is open, and takes {way}")
                }
            };
            found.insert(Violation::new(&source.path, beside.line, what));
        }
    }
    found.into_iter().collect()
}
