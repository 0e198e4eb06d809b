//! What the store gives out: nouns of the domain, neither its rows nor bare tuples.

use crate::house::{SQL, is_in};
use crate::workspace::{Source, Violation, Workspace};

fn store(workspace: &Workspace) -> impl Iterator<Item = &Source> {
    workspace.code().filter(|source| is_in(&source.path, SQL))
}

/// A row is how a statement answers; whoever asks is given a noun.
pub fn rows(workspace: &Workspace) -> Vec<Violation> {
    let of_file = |source: &Source| {
        let open = source.facts.rows.iter().filter(|row| row.is_public);
        let found =
            open.map(|row| Violation::new(&source.path, row.line, format!("{} is a row, and public", row.name)));
        found.collect::<Vec<_>>()
    };
    store(workspace).flat_map(of_file).collect()
}

/// The parts of a tuple have no names, and two of one type are mistaken for each other.
pub fn tuples(workspace: &Workspace) -> Vec<Violation> {
    let of_file = |source: &Source| {
        let returned = source.facts.tuples.iter();
        let found = returned.map(|(name, line)| Violation::new(&source.path, *line, format!("{name} returns a tuple")));
        found.collect::<Vec<_>>()
    };
    store(workspace).flat_map(of_file).collect()
}
