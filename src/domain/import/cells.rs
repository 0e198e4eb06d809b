//! A row of a table: reads its cells by column, each with a rule, and collects all faults.

use std::cell::RefCell;

use super::{BadCell, ColumnIs, ImportRow, Noun, TableRow, TextTable};
use crate::suggest::nearest;

/// The first characters of texts that may run as formulas, and the apostrophe that guards against it.
const RISKY: [char; 9] = ['=', '+', '-', '@', '\'', '＝', '＋', '－', '＠'];

/// After this many faults, unknown codes get no suggestions, so that a wrong file of 100,000 rows is finished in time.
const MANY: usize = 200;

/// A text as exported: guarded by an apostrophe if a spreadsheet could run it.
#[must_use]
pub fn guarded(text: &str) -> String {
    if text.starts_with(RISKY) { format!("'{text}") } else { text.to_owned() }
}

/// A text as imported: without the guard added by [`guarded`].
#[must_use]
pub fn unguarded(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| rest.starts_with(RISKY)).unwrap_or(text)
}

/// The columns of a table, found by name.
pub(super) struct Header<'t> {
    pub(super) table: &'t TextTable,
    /// The index of each column; names as in the header, trimmed.
    pub(super) names: Vec<&'t str>,
}

/// All faults so far, in all tables.
#[derive(Default)]
pub(super) struct Faults(RefCell<Vec<BadCell>>);

impl Faults {
    pub(super) fn add(&self, bad: BadCell) {
        self.0.borrow_mut().push(bad);
    }
    /// Whether costly suggestions are no longer worthwhile.
    pub(super) fn are_many(&self) -> bool {
        self.0.borrow().len() > MANY
    }
    pub(super) fn into_vec(self) -> Vec<BadCell> {
        self.0.into_inner()
    }
}

impl<'t> Header<'t> {
    /// Checks the header for unknown, missing and repeated columns.
    pub(super) fn of(table: &'t TextTable, faults: &Faults) -> Header<'t> {
        let header = Header { table, names: table.header.cells.iter().map(|name| name.trim()).collect() };
        let known: Vec<&str> = table.noun.columns().iter().map(|column| column.name()).collect();
        for (at, name) in header.names.iter().enumerate() {
            let fault = |rule: &str, suggestion| BadCell {
                place: table.place(&table.header, at),
                column: (*name).to_owned(),
                value: String::new(),
                rule: rule.to_owned(),
                suggestion,
            };
            if header.names[..at].contains(name) && !name.is_empty() {
                faults.add(fault("is there twice", Some("keep one of the columns".to_owned())));
            } else if name.is_empty() {
                if table.rows.iter().any(|row| row.cells.get(at).is_some_and(|cell| !cell.trim().is_empty())) {
                    faults.add(fault("column without a name", Some("name it, or clear it".to_owned())));
                }
            } else if !known.contains(name) && !is_term_column(table.noun, name) {
                let help = nearest(name, known.iter().copied()).map_or_else(
                    || format!("the columns are {}", known.join(", ")),
                    |word| format!("did you mean {word}?"),
                );
                faults.add(fault("is not a column of this file", Some(help)));
            }
        }
        for column in table.noun.columns() {
            if let ColumnIs::Required(name) = column
                && !header.names.contains(name)
            {
                faults.add(BadCell {
                    place: table.place(&table.header, 0),
                    column: (*name).to_owned(),
                    value: String::new(),
                    rule: "is missing: every row needs this column".to_owned(),
                    suggestion: None,
                });
            }
        }
        header
    }

    /// The `term.key` columns of a file of contracts.
    pub(super) fn term_columns(&self) -> impl Iterator<Item = &'t str> {
        self.names.iter().copied().filter(|name| is_term_column(self.table.noun, name))
    }
}

fn is_term_column(noun: Noun, name: &str) -> bool {
    noun == Noun::Contracts && name.split_once('.').is_some_and(|(term, key)| !term.is_empty() && !key.is_empty())
}

/// One row, to be read cell by cell.
#[derive(Clone, Copy)]
pub(super) struct Cells<'t> {
    header: &'t Header<'t>,
    row: &'t TableRow,
    faults: &'t Faults,
    /// The row as it is stored, for the columns that the file leaves out.
    kept: Option<&'t ImportRow>,
}

impl<'t> Cells<'t> {
    /// The row's cells; extra cells beyond the header, and control characters, are faults.
    pub(super) fn of(header: &'t Header<'t>, row: &'t TableRow, faults: &'t Faults) -> Cells<'t> {
        let cells = Cells { header, row, faults, kept: None };
        for (at, cell) in row.cells.iter().enumerate() {
            let name = header.names.get(at).copied();
            if name.is_none() && !cell.trim().is_empty() {
                let help = "a cell with a comma in it needs quotes round it".to_owned();
                cells.fault_at(at, "", cell, "stands beyond the last column of the header", Some(help));
            } else if cell.trim().chars().any(|c| c.is_control() && !(c == '\n' && name == Some("address"))) {
                let help = "write it on one line, without tabs".to_owned();
                cells.fault_at(at, name.unwrap_or_default(), cell, "holds a control character", Some(help));
            }
        }
        cells
    }

    /// The same cells, with what is stored of the row where the file leaves a column out.
    pub(super) fn keeping(self, kept: Option<&'t ImportRow>) -> Cells<'t> {
        Cells { kept, ..self }
    }

    /// The text of a column, trimmed and without its guard. Where the file has no such column, what is stored; empty where
    /// that is nothing.
    pub(super) fn text(&self, column: &str) -> &'t str {
        match self.header.names.iter().position(|name| *name == column) {
            Some(at) => unguarded(self.row.cells.get(at).map_or("", |cell| cell.trim())),
            None => self.kept.and_then(|kept| kept.cells.get(column)).map_or("", String::as_str),
        }
    }

    /// The `term.key` columns of a contract: those of its file, and those that are stored and the file leaves out.
    pub(super) fn term_columns(&self) -> impl Iterator<Item = &'t str> {
        let noun = self.header.table.noun;
        let is_left_out = move |name: &&str| is_term_column(noun, name) && !self.header.names.contains(name);
        let kept = self.kept.into_iter().flat_map(|kept| kept.cells.keys().map(String::as_str));
        self.header.term_columns().chain(kept.filter(is_left_out).collect::<Vec<_>>())
    }

    /// The text of a column; `None` if it is blank.
    pub(super) fn filled(&self, column: &str) -> Option<&'t str> {
        Some(self.text(column)).filter(|text| !text.is_empty())
    }

    /// The text of a required column. If the file lacks the column, that was already reported for the header.
    pub(super) fn required(&self, column: &'static str) -> Option<&'t str> {
        let filled = self.filled(column);
        if filled.is_none() && self.header.names.contains(&column) {
            self.fault(column, "is required", None);
        }
        filled
    }

    /// Reports a fault in a cell.
    pub(super) fn fault(&self, column: &str, rule: impl Into<String>, suggestion: Option<String>) {
        let at = self.header.names.iter().position(|name| *name == column).unwrap_or(0);
        let value = self.text(column).to_owned();
        self.fault_at(at, column, &value, &rule.into(), suggestion);
    }

    fn fault_at(&self, at: usize, column: &str, value: &str, rule: &str, suggestion: Option<String>) {
        self.faults.add(BadCell {
            place: self.header.table.place(self.row, at),
            column: column.to_owned(),
            value: value.to_owned(),
            rule: rule.to_owned(),
            suggestion,
        });
    }

    /// The row's location, for a fault that refers to another row.
    pub(super) fn place(&self, column: &str) -> String {
        let at = self.header.names.iter().position(|name| *name == column).unwrap_or(0);
        self.header.table.place(self.row, at)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_text_comes_back_from_its_guard_and_none_of_them_can_run(text in "[=+@' a-z-]{0,6}") {
            let cell = guarded(&text);
            prop_assert_eq!(unguarded(&cell), &text);
            prop_assert!(!cell.starts_with(['=', '+', '-', '@']));
        }
    }
}
