//! The rules: each is a function from the tree to what breaks it.

mod access;
mod arrows;
mod docs;
mod effects;
mod manifests;
mod nouns;
mod sql;
mod texts;
mod transactions;
mod types;
mod writes;

use super::house::TRANSACTION;
use super::workspace::{Violation, Workspace};

pub type Rule = fn(&Workspace) -> Vec<Violation>;

/// Name → rule.
pub const RULES: &[(&str, Rule)] = &[
    ("every file can be parsed", arrows::unreadable),
    ("arrows point inward only", arrows::arrows),
    ("the auditor shares nothing with what it audits", arrows::auditor),
    ("no path climbs by three `super`", arrows::climbs),
    ("every file is reached from its crate's root", arrows::unreached),
    ("a manifest names only what its crate may use", manifests::manifests),
    ("a manifest names nothing that no file uses", manifests::unused),
    ("a library stays in its place", effects::libraries),
    ("the clock alone reads time and randomness", effects::time_and_chance),
    ("the domain is pure", effects::impure),
    ("the command line alone prints", effects::prints),
    ("SQL stands in the store", sql::sql),
    ("a row of the store is private to its file", nouns::rows),
    ("the store gives out nouns, not tuples", nouns::tuples),
    ("no text of the store has a notice's or a state's word of its own", sql::own_words),
    ("the office alone writes to the store", writes::writes),
    ("a letter is sent in one place", writes::sends),
    ("one place knows roles and scopes", access::roles),
    ("whatever changes something says who acts", access::nobody_acts),
    ("what works in a transaction has no other way to the store", transactions::second_ways),
    ("nothing but the transaction is asked while it is open", transactions::asked_beside),
    ("a public type's name is used once", types::types),
    ("a public item has a doc comment", docs::missing),
    ("a doc comment says something", docs::sentences),
    ("`# Errors` says what is special about it", docs::errors),
    ("every promise has a doc comment, a test and a line in the README", texts::promises),
    ("every text exists in every language", texts::languages),
    ("both engines have the same tables and columns", texts::schemas),
    ("a file past 500 lines is two ideas", texts::lengths),
];

/// What the rules found to look at, each with whether that can be all: a rule that no longer knows what it looks for
/// would hold forever.
pub fn seen(workspace: &Workspace) -> Vec<(&'static str, usize, bool)> {
    let names: usize = workspace.code().map(|source| source.facts.names.len()).sum();
    let tests = workspace.sources.iter().filter(|source| source.is_test).count();
    let columns = texts::columns(workspace, "sqlite").len();
    let writers = writes::writers(workspace).len();
    let (senders, _) = writes::senders(workspace);
    let rows: usize = workspace.code().map(|source| source.facts.rows.len()).sum();
    let takers = workspace.code().flat_map(|source| &source.facts.functions);
    let takers = takers.filter(|function| function.takes.iter().any(|name| name == TRANSACTION)).count();
    let beside: usize = workspace.code().map(|source| source.facts.beside.len()).sum();
    vec![
        ("names in the code", names, names > 10_000),
        ("files of tests below src", tests, tests > 10),
        ("columns of the schema", columns, columns > 50),
        ("functions of the store that write", writers, writers > 40),
        ("functions that take a transaction", takers, takers > 100),
        ("calls while a transaction is open", beside, beside > 100),
        ("rows of the store", rows, rows > 20),
        ("words that no text of the store has", sql::words(workspace).len(), sql::words(workspace).len() > 25),
        ("functions that send letters", senders.len(), senders.len() == 1),
    ]
}
