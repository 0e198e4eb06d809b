//! What an import changes: compares nouns, as rows of cells, with the rows that the store would export.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use serde::Serialize;

use super::{Noun, Nouns};
use crate::audit::promises::HandedOn;
use crate::contract::{Contract, CoveredSites};
use crate::language::Language;
use crate::people::equipment::{Equipment, Site};
use crate::people::{Contact, ContactFor, ContactRole, Customer, Engineer, Manager, Scope};

/// A noun's key and its cells by column, in the form of an export, without blank cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRow {
    pub key: String,
    pub cells: BTreeMap<String, String>,
}

/// A cell that an import changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    pub column: String,
    pub before: String,
    pub after: String,
}

/// What happens to a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "lowercase")]
pub enum What {
    Added,
    Changed {
        fields: Vec<FieldChange>,
    },
    /// A contract gets a last day, or an earlier one.
    Ended {
        fields: Vec<FieldChange>,
    },
}

/// A row that is added or changed by an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    pub file: &'static str,
    pub key: String,
    #[serde(flatten)]
    pub what: What,
}

/// How many rows of a file are added, changed or unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct RowCounts {
    pub added: usize,
    pub changed: usize,
    pub unchanged: usize,
    pub ended: usize,
}

/// What an import does to the store.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Diff {
    /// By file, in the order of [`Noun::ALL`]; without files that are not part of the import.
    pub counts: Vec<(&'static str, RowCounts)>,
    pub changes: Vec<Change>,
    /// Sites in the import, by country, that name no subdivision although regional holidays differ there, so that some
    /// are missing in their counts.
    pub without_subdivision: BTreeMap<String, Vec<String>>,
    /// New promises whose current period is nearly over, so that nothing is owed before the next one (P01, P10).
    pub handed_on: Vec<HandedOn>,
}

impl Diff {
    /// Whether nothing in the store changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

impl Nouns {
    /// All rows of a file.
    #[must_use]
    pub fn rows(&self, noun: Noun) -> Vec<ImportRow> {
        match noun {
            Noun::Customers => self.customers.iter().map(customer_row).collect(),
            Noun::Sites => self.sites.iter().map(site_row).collect(),
            Noun::Contacts => self.contacts.iter().map(contact_row).collect(),
            Noun::Engineers => self.engineers.iter().map(engineer_row).collect(),
            Noun::Managers => self.managers.iter().map(manager_row).collect(),
            Noun::Equipment => self.equipment.iter().map(equipment_row).collect(),
            Noun::Contracts => self.contracts.iter().map(contract_row).collect(),
        }
    }
}

/// Compares what was read with what is stored; returns the difference, and the nouns that are new or changed.
#[must_use]
pub fn diff(read: Nouns, stored: &Nouns) -> (Diff, Nouns) {
    let mut diff = Diff::default();
    let changed = Nouns {
        customers: compare(Noun::Customers, read.customers, &stored.customers, customer_row, &mut diff),
        sites: compare(Noun::Sites, read.sites, &stored.sites, site_row, &mut diff),
        contacts: compare(Noun::Contacts, read.contacts, &stored.contacts, contact_row, &mut diff),
        engineers: compare(Noun::Engineers, read.engineers, &stored.engineers, engineer_row, &mut diff),
        managers: compare(Noun::Managers, read.managers, &stored.managers, manager_row, &mut diff),
        equipment: compare(Noun::Equipment, read.equipment, &stored.equipment, equipment_row, &mut diff),
        contracts: compare(Noun::Contracts, read.contracts, &stored.contracts, contract_row, &mut diff),
    };
    (diff, changed)
}

fn compare<T: PartialEq>(noun: Noun, read: Vec<T>, stored: &[T], row: fn(&T) -> ImportRow, diff: &mut Diff) -> Vec<T> {
    if read.is_empty() {
        return read;
    }
    let before: HashMap<String, &T> = stored.iter().map(|noun| (row(noun).key, noun)).collect();
    let mut counts = RowCounts::default();
    let mut changed = Vec::new();
    for new in read {
        let after = row(&new);
        let what = match before.get(&after.key) {
            None => What::Added,
            Some(old) if **old == new => {
                counts.unchanged += 1;
                continue;
            }
            Some(old) => changed_how(&row(old), &after),
        };
        match &what {
            What::Added => counts.added += 1,
            What::Changed { .. } => counts.changed += 1,
            What::Ended { .. } => counts.ended += 1,
        }
        diff.changes.push(Change { file: noun.name(), key: after.key, what });
        changed.push(new);
    }
    diff.counts.push((noun.name(), counts));
    changed
}

fn changed_how(before: &ImportRow, after: &ImportRow) -> What {
    let mut columns: Vec<&String> = before.cells.keys().chain(after.cells.keys()).collect();
    columns.sort_unstable();
    columns.dedup();
    let cell = |row: &ImportRow, column: &str| row.cells.get(column).cloned().unwrap_or_default();
    let fields: Vec<FieldChange> = columns
        .into_iter()
        .map(|column| FieldChange { column: column.clone(), before: cell(before, column), after: cell(after, column) })
        .filter(|field| field.before != field.after)
        .collect();
    let ends = fields.iter().any(|field| {
        field.column == "ends_on" && !field.after.is_empty() && (field.before.is_empty() || field.after < field.before)
    });
    if ends { What::Ended { fields } } else { What::Changed { fields } }
}

fn row(key: impl AsRef<str>, cells: Vec<(&str, String)>) -> ImportRow {
    let cells = cells.into_iter().filter(|(_, text)| !text.is_empty()).map(|(c, text)| (c.to_owned(), text)).collect();
    ImportRow { key: key.as_ref().to_owned(), cells }
}

fn words(language: Option<Language>) -> String {
    language.map_or("", Language::code).to_owned()
}

fn day(day: Option<NaiveDate>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

fn code<T: ToString>(code: Option<&T>) -> String {
    code.map(ToString::to_string).unwrap_or_default()
}

fn degrees(position: Option<(f64, f64)>) -> (String, String) {
    position.map_or_else(Default::default, |(latitude, longitude)| (latitude.to_string(), longitude.to_string()))
}

/// A customer as a row of `customers`.
fn customer_row(c: &Customer) -> ImportRow {
    row(
        &c.customer,
        vec![
            ("customer", c.customer.to_string()),
            ("name", c.name.clone()),
            ("language", words(Some(c.language))),
            ("left_on", c.left_on.map(|day| day.to_string()).unwrap_or_default()),
        ],
    )
}

/// A site as a row of `sites`.
fn site_row(s: &Site) -> ImportRow {
    let (latitude, longitude) = degrees(s.position);
    row(
        &s.site,
        vec![
            ("site", s.site.to_string()),
            ("customer", s.customer.to_string()),
            ("name", s.name.clone()),
            ("address", s.address.clone()),
            ("country", s.country.clone()),
            ("subdivision", s.subdivision.clone()),
            ("municipality", s.municipality.clone()),
            ("time_zone", s.time_zone.name().to_owned()),
            ("latitude", latitude),
            ("longitude", longitude),
            ("language", words(s.language)),
            ("left_on", day(s.left_on)),
        ],
    )
}

/// A contact as a row of `contacts`; its key consists of its owner, role and address.
fn contact_row(c: &Contact) -> ImportRow {
    let (column, code) = spoken_for(&c.of);
    row(
        contact_key(&c.of, c.role, &c.email),
        vec![
            (column, code.to_owned()),
            ("name", c.name.clone()),
            ("email", c.email.clone()),
            ("role", c.role.word().to_owned()),
            ("language", words(c.language)),
            ("left_on", day(c.left_on)),
        ],
    )
}

/// The key of a contact's row.
pub(super) fn contact_key(of: &ContactFor, role: ContactRole, email: &str) -> String {
    let (column, code) = spoken_for(of);
    format!("{column} {code} {} {email}", role.word())
}

fn spoken_for(of: &ContactFor) -> (&'static str, &str) {
    match of {
        ContactFor::Site(site) => ("site", site.as_str()),
        ContactFor::Customer(customer) => ("customer", customer.as_str()),
    }
}

/// An engineer as a row of `engineers`.
fn engineer_row(e: &Engineer) -> ImportRow {
    let (latitude, longitude) = degrees(e.position);
    row(
        &e.engineer,
        vec![
            ("engineer", e.engineer.to_string()),
            ("name", e.name.clone()),
            ("email", e.email.clone()),
            ("phone", e.phone.clone()),
            ("skills", e.skills.iter().map(ToString::to_string).collect::<Vec<_>>().join(";")),
            ("time_zone", e.time_zone.name().to_owned()),
            ("calendar", e.calendar.clone()),
            ("latitude", latitude),
            ("longitude", longitude),
            ("language", words(Some(e.language))),
            ("left_on", day(e.left_on)),
            ("successor", code(e.successor.as_ref())),
        ],
    )
}

/// A manager as a row of `managers`.
fn manager_row(m: &Manager) -> ImportRow {
    let scope = match &m.scope {
        Scope::All => "all".to_owned(),
        Scope::Customers(codes) => codes.join(";"),
    };
    row(
        &m.manager,
        vec![
            ("manager", m.manager.to_string()),
            ("name", m.name.clone()),
            ("email", m.email.clone()),
            ("scope", scope),
            ("time_zone", m.time_zone.name().to_owned()),
            ("calendar", m.calendar.clone()),
            ("digest_at", m.digest_at.format("%H:%M").to_string()),
            ("language", words(Some(m.language))),
            ("digests", m.digests.iter().map(|rhythm| rhythm.word()).collect::<Vec<_>>().join(";")),
            ("left_on", day(m.left_on)),
            ("successor", code(m.successor.as_ref())),
            ("leave_from", day(m.leave.map(|(first, _)| first))),
            ("leave_until", day(m.leave.map(|(_, last)| last))),
            ("deputy", code(m.deputy.as_ref())),
        ],
    )
}

/// A piece of equipment as a row of `equipment`.
fn equipment_row(e: &Equipment) -> ImportRow {
    row(
        &e.equipment,
        vec![
            ("equipment", e.equipment.to_string()),
            ("site", e.site.to_string()),
            ("name", e.name.clone()),
            ("make", e.make.clone()),
            ("model", e.model.clone()),
            ("serial", e.serial.clone()),
            ("checklist", e.checklist.clone()),
            ("skills", e.skills.join(";")),
            ("accepted_on", day(e.accepted_on)),
            ("warranty_months", e.warranty_months.map(|months| months.to_string()).unwrap_or_default()),
            ("retired_on", day(e.retired_on)),
            ("replaced_by", code(e.replaced_by.as_ref())),
        ],
    )
}

/// A contract as a row of `contracts`; its overrides are `term.key` columns.
fn contract_row(c: &Contract) -> ImportRow {
    let sites = match &c.sites {
        CoveredSites::All => "*".to_owned(),
        CoveredSites::Only(codes) => codes.join(";"),
    };
    let mut cells = vec![
        ("contract", c.contract.to_string()),
        ("customer", c.customer.to_string()),
        ("sites", sites),
        ("plan", c.plan.clone()),
        ("accepted_on", c.accepted_on.to_string()),
        ("ends_on", day(c.ends_on)),
    ];
    cells.extend(c.overrides.iter().map(|(column, value)| (column.as_str(), value.clone())));
    row(&c.contract, cells)
}
