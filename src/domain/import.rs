//! Import: turns tables of text into the office's nouns, reporting **every** bad cell in one run.
//!
//! Keys are the user's own codes. A row can refer to rows of the same import or to what is already stored. Nothing is
//! deleted because it is missing from an import: neither a row, nor a column of the rows that a file has.
//!
//! Spreadsheets can run a cell that begins with `=`, `+`, `-`, `@` or `'` as a formula. Export puts a `'` before such
//! texts, and import removes one `'` if it is followed by one of these characters. So every text survives unchanged,
//! and none is run (OWASP, "CSV Injection").

mod cells;
mod countries;
mod diff;
mod kept;
mod read;
mod recipients;
mod rules;

pub use cells::{guarded, unguarded};
pub use countries::is_country;
pub use diff::{Change, Diff, FieldChange, ImportRow, RowCounts, What, diff};
pub use read::{Known, PlanFault, read};

use super::contract::Contract;
use super::people::equipment::{Equipment, Site};
use super::people::{Contact, Customer, Engineer, Manager};

/// A file of an import: a CSV file with this name, or a sheet of a workbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Noun {
    Customers,
    Sites,
    Contacts,
    Engineers,
    Managers,
    Equipment,
    Contracts,
}

/// A column of a file: required in every row, or optional.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnIs {
    Required(&'static str),
    Optional(&'static str),
}

impl ColumnIs {
    /// The column's name in the header.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            ColumnIs::Required(name) | ColumnIs::Optional(name) => name,
        }
    }
}

impl Noun {
    /// All files, ordered so that each refers only to earlier ones.
    pub const ALL: [Noun; 7] = [
        Noun::Customers,
        Noun::Sites,
        Noun::Contacts,
        Noun::Engineers,
        Noun::Managers,
        Noun::Equipment,
        Noun::Contracts,
    ];

    /// The file's name without `.csv`, which is also the sheet's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Noun::Customers => "customers",
            Noun::Sites => "sites",
            Noun::Contacts => "contacts",
            Noun::Engineers => "engineers",
            Noun::Managers => "managers",
            Noun::Equipment => "equipment",
            Noun::Contracts => "contracts",
        }
    }

    /// The column with a row's own code; for contacts, the address, which is part of their key.
    #[must_use]
    pub fn key_column(self) -> &'static str {
        match self {
            Noun::Customers => "customer",
            Noun::Sites => "site",
            Noun::Contacts => "email",
            Noun::Engineers => "engineer",
            Noun::Managers => "manager",
            Noun::Equipment => "equipment",
            Noun::Contracts => "contract",
        }
    }

    /// The columns, in the order of an export; contracts also have `term.key` columns.
    #[must_use]
    pub fn columns(self) -> &'static [ColumnIs] {
        use ColumnIs::{Optional, Required};
        match self {
            Noun::Customers => &[Required("customer"), Required("name"), Required("language"), Optional("left_on")],
            Noun::Sites => &[
                Required("site"),
                Required("customer"),
                Required("name"),
                Optional("address"),
                Required("country"),
                Optional("subdivision"),
                Optional("municipality"),
                Required("time_zone"),
                Optional("latitude"),
                Optional("longitude"),
                Optional("language"),
                Optional("left_on"),
            ],
            Noun::Contacts => &[
                Optional("site"),
                Optional("customer"),
                Required("name"),
                Required("email"),
                Required("role"),
                Optional("language"),
                Optional("left_on"),
            ],
            Noun::Engineers => &[
                Required("engineer"),
                Required("name"),
                Required("email"),
                Optional("phone"),
                Optional("skills"),
                Required("time_zone"),
                Required("calendar"),
                Optional("latitude"),
                Optional("longitude"),
                Required("language"),
                Optional("left_on"),
                Optional("successor"),
            ],
            Noun::Managers => &[
                Required("manager"),
                Required("name"),
                Required("email"),
                Required("scope"),
                Required("time_zone"),
                Required("calendar"),
                Required("digest_at"),
                Required("language"),
                Optional("digests"),
                Optional("left_on"),
                Optional("successor"),
                Optional("leave_from"),
                Optional("leave_until"),
                Optional("deputy"),
            ],
            Noun::Equipment => &[
                Required("equipment"),
                Required("site"),
                Required("name"),
                Optional("make"),
                Optional("model"),
                Optional("serial"),
                Required("checklist"),
                Optional("skills"),
                Optional("accepted_on"),
                Optional("warranty_months"),
                Optional("retired_on"),
                Optional("replaced_by"),
            ],
            Noun::Contracts => &[
                Required("contract"),
                Required("customer"),
                Required("sites"),
                Required("plan"),
                Required("accepted_on"),
                Optional("ends_on"),
            ],
        }
    }

    /// The file that belongs to a file or sheet name, ignoring case.
    #[must_use]
    pub fn named(name: &str) -> Option<Noun> {
        Noun::ALL.into_iter().find(|noun| noun.name().eq_ignore_ascii_case(name.trim()))
    }
}

/// Where a table comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A text file, whose cells are located by line.
    File(String),
    /// A sheet of a workbook, whose cells are located like `sites!C7`. `first_column` counts from 0.
    Sheet { sheet: String, first_column: usize },
}

/// A table as read: only text, not validated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextTable {
    pub noun: Noun,
    pub origin: Origin,
    pub header: TableRow,
    pub rows: Vec<TableRow>,
}

/// A row of text cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRow {
    /// The line of the file or row of the sheet, counted from 1.
    pub number: u64,
    pub cells: Vec<String>,
}

impl TextTable {
    /// The location of a cell: `sites.csv:14`, or `sites!C7`. `column` counts from 0.
    #[must_use]
    pub fn place(&self, row: &TableRow, column: usize) -> String {
        match &self.origin {
            Origin::File(file) => format!("{file}:{}", row.number),
            Origin::Sheet { sheet, first_column } => {
                format!("{sheet}!{}{}", letters(first_column + column), row.number)
            }
        }
    }
}

/// A spreadsheet's name for a column, counted from 0: A … Z, AA, AB ….
fn letters(column: usize) -> String {
    let mut name = String::new();
    let mut left = column + 1;
    while left > 0 {
        left -= 1;
        let letter = u8::try_from(left % 26).expect("below 26");
        name.insert(0, char::from(b'A' + letter));
        left /= 26;
    }
    name
}

/// A cell that cannot be imported: where it is, its value, the rule, and a suggestion.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct BadCell {
    /// `sites.csv:14`, or `sites!C7`.
    pub place: String,
    /// Empty if the whole line is meant.
    pub column: String,
    pub value: String,
    /// What is wrong with the value: "is not an IANA time zone".
    pub rule: String,
    /// A hint: "did you mean Europe/Madrid?".
    pub suggestion: Option<String>,
}

impl std::fmt::Display for BadCell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: ", self.place)?;
        if !self.column.is_empty() {
            write!(f, "{}: ", self.column)?;
        }
        if !self.value.is_empty() {
            write!(f, "{:?} ", self.value)?;
        }
        f.write_str(&self.rule)?;
        self.suggestion.as_ref().map_or(Ok(()), |help| write!(f, "; {help}"))
    }
}

/// All nouns of an import, or all that the store has of them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Nouns {
    pub customers: Vec<Customer>,
    pub sites: Vec<Site>,
    pub contacts: Vec<Contact>,
    pub engineers: Vec<Engineer>,
    pub managers: Vec<Manager>,
    pub equipment: Vec<Equipment>,
    pub contracts: Vec<Contract>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheets_cells_are_named_as_the_spreadsheet_names_them() {
        assert_eq!(
            (letters(0), letters(25), letters(26), letters(701), letters(702)),
            ("A".to_owned(), "Z".to_owned(), "AA".to_owned(), "ZZ".to_owned(), "AAA".to_owned())
        );
    }

    #[test]
    fn a_bad_cell_reads_as_a_sentence() {
        let bad = BadCell {
            place: "sites.csv:14".to_owned(),
            column: "time_zone".to_owned(),
            value: "Europe/Madird".to_owned(),
            rule: "is not an IANA time zone".to_owned(),
            suggestion: Some("did you mean Europe/Madrid?".to_owned()),
        };
        assert_eq!(
            bad.to_string(),
            "sites.csv:14: time_zone: \"Europe/Madird\" is not an IANA time zone; did you mean Europe/Madrid?"
        );
    }
}
