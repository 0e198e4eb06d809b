//! What a reader of the map (`src/README.md`) may rely on and cargo cannot hold, checked on the syntax of the whole tree: the tables of
//! `house` say what is allowed, the functions of `rules` look, and `kinds` gives each of them a violation of every kind.

mod code;
mod house;
mod kinds;
mod nouns;
mod reader;
mod rules;
mod tokens;
mod transactions;
mod workspace;

use std::path::Path;

use workspace::{Workspace, read_tree};

/// All rules in one test, so that the tree is read and parsed once.
#[test]
fn the_tree_keeps_every_rule() {
    let workspace = Workspace::new(read_tree(Path::new(env!("CARGO_MANIFEST_DIR"))));
    let unseen: Vec<_> = rules::seen(&workspace).into_iter().filter(|(_, _, is_all)| !is_all).collect();
    assert!(unseen.is_empty(), "the tree was not understood: {unseen:?}");
    let mut broken = String::new();
    for (rule, find) in rules::RULES {
        let found = find(&workspace);
        if !found.is_empty() {
            let times = found.len().to_string();
            broken.extend(["\n", rule, ": ", &times, " times not\n"]);
            broken.extend(found.iter().map(|found| format!("  {}: {}\n", found.at, found.what)));
        }
    }
    assert!(broken.is_empty(), "{broken}");
}
