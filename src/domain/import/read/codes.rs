//! The codes that the rows of an import can refer to.

use std::collections::{HashMap, HashSet};

use crate::import::{Noun, Nouns, TableRow, TextTable, unguarded};

/// Valid targets of references: codes in the import, even if their rows have faults, and stored ones.
pub(super) struct Codes<'a> {
    pub(super) customers: HashSet<&'a str>,
    /// Site → customer; the import overrides the store.
    pub(super) sites: HashMap<&'a str, &'a str>,
    pub(super) engineers: HashSet<&'a str>,
    pub(super) managers: HashSet<&'a str>,
    pub(super) equipment: HashSet<&'a str>,
}

impl<'a> Codes<'a> {
    pub(super) fn of(tables: &'a [TextTable], stored: &'a Nouns) -> Codes<'a> {
        let mut codes = Codes {
            customers: stored.customers.iter().map(|c| c.customer.as_str()).collect(),
            sites: stored.sites.iter().map(|s| (s.site.as_str(), s.customer.as_str())).collect(),
            engineers: stored.engineers.iter().map(|e| e.engineer.as_str()).collect(),
            managers: stored.managers.iter().map(|m| m.manager.as_str()).collect(),
            equipment: stored.equipment.iter().map(|e| e.equipment.as_str()).collect(),
        };
        for table in tables {
            let column = |name| table.header.cells.iter().position(|cell| cell.trim() == name);
            let text = |row: &'a TableRow, at: usize| {
                row.cells.get(at).map(|cell| unguarded(cell.trim())).filter(|text| !text.is_empty())
            };
            let own = column(table.noun.key_column());
            let keys = || table.rows.iter().filter_map(|row| text(row, own?));
            match table.noun {
                Noun::Engineers => codes.engineers.extend(keys()),
                Noun::Managers => codes.managers.extend(keys()),
                Noun::Equipment => codes.equipment.extend(keys()),
                Noun::Customers | Noun::Sites | Noun::Contacts | Noun::Contracts => {}
            }
            match (table.noun, column("customer"), column("site")) {
                (Noun::Customers, Some(customer), _) => {
                    codes.customers.extend(table.rows.iter().filter_map(|row| text(row, customer)));
                }
                (Noun::Sites, Some(customer), Some(site)) => codes.sites.extend(
                    table.rows.iter().filter_map(|row| Some((text(row, site)?, text(row, customer).unwrap_or("")))),
                ),
                _ => {}
            }
        }
        codes
    }

    pub(super) fn sites_of(&self) -> HashMap<&'a str, Vec<&'a str>> {
        let mut sites_of: HashMap<&str, Vec<&str>> = HashMap::new();
        self.sites.iter().for_each(|(site, customer)| sites_of.entry(customer).or_default().push(site));
        sites_of.values_mut().for_each(|sites| sites.sort_unstable());
        sites_of
    }
}
