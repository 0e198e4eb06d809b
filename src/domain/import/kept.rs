//! What the columns that a file leaves out hold already, so that a file which knows less takes nothing away.

use std::collections::HashMap;

use super::cells::Header;
use super::diff::ImportRow;
use super::{ColumnIs, Noun, Nouns};

/// The stored rows of a file that leaves columns out, by key; none where it has every column.
#[derive(Default)]
pub(super) struct KeptRows(HashMap<String, ImportRow>);

impl KeptRows {
    pub(super) fn of(header: &Header<'_>, stored: &Nouns) -> KeptRows {
        let noun = header.table.noun;
        let lacks = |column: &ColumnIs| !header.names.contains(&column.name());
        // Only the store knows which columns of terms a file of contracts could have.
        if noun != Noun::Contracts && !noun.columns().iter().any(lacks) {
            return KeptRows::default();
        }
        KeptRows(stored.rows(noun).into_iter().map(|row| (row.key.clone(), row)).collect())
    }

    /// The row as it is stored; None where it is new, or its file leaves nothing out.
    pub(super) fn row(&self, key: &str) -> Option<&ImportRow> {
        self.0.get(key)
    }
}
