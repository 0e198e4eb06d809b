//! Reads tables into nouns: applies the rules to each row, resolves references, and collects all faults.

mod codes;
mod readers;

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use self::codes::Codes;
use super::cells::{Cells, Faults, Header};
use super::diff::contact_key;
use super::kept::KeptRows;
use super::recipients::Recipients;
use super::rules::{self, code, email, language, list, optional_language, position, required_text};
use super::{BadCell, Noun, Nouns, TextTable};
use crate::contract::{Contract, CoveredSites};
use crate::ids::{CustomerCode, SiteCode};
use crate::people::equipment::{Equipment, Site};
use crate::people::{Contact, ContactFor, Customer, Engineer, Manager, Scope};
use crate::suggest::nearest;

/// An objection by a service plan to a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanFault {
    /// `plan`, or the `term.key` column.
    pub column: String,
    /// What is wrong with the value: "is not a service plan".
    pub rule: String,
    pub suggestion: Option<String>,
}

/// What an import can refer to, besides its own rows.
pub struct Known<'a> {
    /// The current day at the company.
    pub today: NaiveDate,
    /// What is already stored.
    pub stored: &'a Nouns,
    /// The keys of all checklists.
    pub checklists: Vec<&'a str>,
    /// Whether there is a calendar with exactly this code.
    pub is_calendar: &'a (dyn Fn(&str) -> bool + Sync),
    /// The code of a country's subdivision by another name (`ES`, `Madrid` → `MD`).
    pub subdivision_called: &'a (dyn Fn(&str, &str) -> Option<String> + Sync),
    /// The objections of the service plans to a contract: no such plan, or an invalid override.
    pub plan_faults: &'a (dyn Fn(&Contract) -> Vec<PlanFault> + Sync),
}

/// Reads all tables of an import together, because rows refer to each other.
///
/// # Errors
/// Every bad cell of every table: headers first, then rows in order.
pub fn read(tables: &[TextTable], known: &Known<'_>) -> Result<Nouns, Vec<BadCell>> {
    let faults = Faults::default();
    let headers: Vec<Header<'_>> = tables.iter().map(|table| Header::of(table, &faults)).collect();
    let kept: Vec<KeptRows> = headers.iter().map(|header| KeptRows::of(header, known.stored)).collect();
    let codes = Codes::of(tables, known.stored);
    let recipients = Recipients::of(known.stored, known.today);
    let sites_of = codes.sites_of();
    let mut import =
        Import { known, codes, sites_of, recipients, faults: &faults, nouns: Nouns::default(), seen: HashMap::new() };
    for noun in Noun::ALL {
        for (header, kept) in headers.iter().zip(&kept).filter(|(header, _)| header.table.noun == noun) {
            for row in &header.table.rows {
                import.row(noun, &Cells::of(header, row, &faults), kept);
            }
        }
    }
    import.recipients_of_sites(&headers);
    let nouns = import.nouns;
    let mut bad = faults.into_vec();
    if bad.is_empty() {
        return Ok(nouns);
    }
    bad.dedup();
    Err(bad)
}

struct Import<'a, 'k> {
    known: &'a Known<'k>,
    codes: Codes<'a>,
    /// Customer → sites, sorted.
    sites_of: HashMap<&'a str, Vec<&'a str>>,
    recipients: Recipients,
    faults: &'a Faults,
    nouns: Nouns,
    /// Key → its first location.
    seen: HashMap<(Noun, String), String>,
}

impl Import<'_, '_> {
    fn row(&mut self, noun: Noun, cells: &Cells<'_>, kept: &KeptRows) {
        let cells = &match noun {
            // Whom a contact speaks for is a part of its key.
            Noun::Contacts => *cells,
            Noun::Customers | Noun::Sites | Noun::Engineers | Noun::Managers | Noun::Equipment | Noun::Contracts => {
                cells.keeping(kept.row(cells.text(noun.key_column())))
            }
        };
        match noun {
            Noun::Customers => {
                let read = self.customer(cells);
                self.nouns.customers.extend(read);
            }
            Noun::Sites => {
                let read = self.site(cells);
                self.nouns.sites.extend(read);
            }
            Noun::Contacts => {
                let read = self.contact(cells, kept);
                self.recipients.add(read.as_ref());
                self.nouns.contacts.extend(read);
            }
            Noun::Engineers => {
                let read = self.engineer(cells);
                self.nouns.engineers.extend(read);
            }
            Noun::Managers => {
                let read = self.manager(cells);
                self.nouns.managers.extend(read);
            }
            Noun::Equipment => {
                let read = self.equipment(cells);
                self.nouns.equipment.extend(read);
            }
            Noun::Contracts => {
                let read = self.contract(cells);
                self.nouns.contracts.extend(read);
            }
        }
    }

    fn customer(&mut self, cells: &Cells<'_>) -> Option<Customer> {
        let customer = self.key(Noun::Customers, cells, "customer");
        let name = required_text(cells, "name");
        let language = language(cells, "language");
        let left_on = rules::optional_date(cells, "left_on");
        Some(Customer { customer: customer?, name: name?, language: language?, left_on: left_on? })
    }

    fn site(&mut self, cells: &Cells<'_>) -> Option<Site> {
        let site = self.key(Noun::Sites, cells, "site");
        let customer = self.customer_named(cells);
        let name = required_text(cells, "name");
        let country = rules::country(cells);
        let subdivision = rules::subdivision(cells, country.as_deref(), self.known.subdivision_called);
        let time_zone = rules::zone(cells);
        let position = position(cells);
        let language = optional_language(cells);
        let left_on = rules::optional_date(cells, "left_on");
        if let (Some(site), Some(customer)) = (&site, &customer) {
            self.site_keeps_its_contracts(cells, site, customer);
        }
        Some(Site {
            site: site?,
            customer: customer?,
            name: name?,
            address: cells.text("address").to_owned(),
            country: country?,
            subdivision: subdivision?,
            municipality: cells.text("municipality").to_owned(),
            time_zone: time_zone?,
            position: position?,
            language: language?,
            left_on: left_on?,
        })
    }

    /// If a stored contract names the site, the site must still belong to the contract's customer.
    fn site_keeps_its_contracts(&self, cells: &Cells<'_>, site: &SiteCode, customer: &CustomerCode) {
        let Some(before) = self.known.stored.sites.binary_search_by(|s| s.site.cmp(site)).ok() else { return };
        if self.known.stored.sites[before].customer == *customer {
            return;
        }
        for contract in self.known.stored.contracts.iter().filter(|c| c.customer != *customer) {
            if matches!(&contract.sites, CoveredSites::Only(codes) if codes.contains(site)) {
                cells.fault(
                    "customer",
                    format!("is not the customer of contract {}, which covers this site", contract.contract),
                    Some("take the site out of that contract first".to_owned()),
                );
            }
        }
    }

    fn contact(&mut self, cells: &Cells<'_>, kept: &KeptRows) -> Option<Contact> {
        let of = match (cells.filled("site"), cells.filled("customer")) {
            (Some(_), None) => self.site_named(cells).map(ContactFor::Site),
            (None, Some(_)) => self.customer_named(cells).map(ContactFor::Customer),
            (Some(_), Some(_)) => {
                let help = "leave one of the two blank".to_owned();
                cells.fault("customer", "stands beside a site: a contact speaks for one of them", Some(help));
                None
            }
            (None, None) => {
                cells.fault("site", "is blank, and customer too: a contact speaks for one of them", None);
                None
            }
        };
        let name = required_text(cells, "name");
        let email = email(cells, "email");
        let role = rules::role(cells);
        let key = match (&of, role, &email) {
            (Some(of), Some(role), Some(email)) => Some(contact_key(of, role, email)),
            _ => None,
        };
        let cells = &cells.keeping(key.and_then(|key| kept.row(&key)));
        let language = optional_language(cells);
        let left_on = rules::optional_date(cells, "left_on");
        let (name, email, role) = (name?, email?, role?);
        let contact = Contact { of: of?, name, email, role, language: language?, left_on: left_on? };
        let place = format!("{:?} {} {}", contact.of, contact.role.word(), contact.email);
        self.first(Noun::Contacts, cells, "email", place)?;
        Some(contact)
    }

    fn engineer(&mut self, cells: &Cells<'_>) -> Option<Engineer> {
        let engineer = self.key(Noun::Engineers, cells, "engineer");
        let name = required_text(cells, "name");
        let email = email(cells, "email");
        let time_zone = rules::zone(cells);
        let calendar = rules::calendar(cells, self.known.is_calendar);
        let position = position(cells);
        let language = language(cells, "language");
        let skills = rules::skills(cells);
        let left_on = rules::optional_date(cells, "left_on");
        let successor = self.other(Noun::Engineers, cells, "successor", engineer.as_ref());
        Some(Engineer {
            engineer: engineer?,
            name: name?,
            email: email?,
            phone: cells.text("phone").to_owned(),
            skills: skills?,
            time_zone: time_zone?,
            calendar: calendar?,
            position: position?,
            language: language?,
            left_on: left_on?,
            successor: successor?,
        })
    }

    fn manager(&mut self, cells: &Cells<'_>) -> Option<Manager> {
        let manager = self.key(Noun::Managers, cells, "manager");
        let name = required_text(cells, "name");
        let email = email(cells, "email");
        let scope = self.scope(cells);
        let time_zone = rules::zone(cells);
        let calendar = rules::calendar(cells, self.known.is_calendar);
        let digest_at = rules::time_of_day(cells, "digest_at");
        let language = language(cells, "language");
        let digests = rules::digests(cells);
        let left_on = rules::optional_date(cells, "left_on");
        let successor = self.other(Noun::Managers, cells, "successor", manager.as_ref());
        let leave = rules::leave(cells);
        let deputy = self.other(Noun::Managers, cells, "deputy", manager.as_ref());
        Some(Manager {
            manager: manager?,
            name: name?,
            email: email?,
            scope: scope?,
            time_zone: time_zone?,
            calendar: calendar?,
            digest_at: digest_at?,
            language: language?,
            digests: digests?,
            left_on: left_on?,
            successor: successor?,
            leave: leave?,
            deputy: deputy?,
        })
    }

    fn scope(&self, cells: &Cells<'_>) -> Option<Scope> {
        let text = cells.required("scope")?;
        if text.eq_ignore_ascii_case("all") {
            return Some(Scope::All);
        }
        let codes = list(text);
        let unknown = codes.iter().filter(|code| !self.codes.customers.contains(code.as_str()));
        let mut all_known = !codes.is_empty();
        for code in unknown {
            all_known = false;
            let help = self.customer_like(code).or_else(|| Some("use all, or customers separated by ;".to_owned()));
            cells.fault("scope", format!("names {code:?}, which is no customer's code"), help);
        }
        all_known.then(|| Scope::Customers(codes.into_iter().map(CustomerCode::from).collect()))
    }

    fn equipment(&mut self, cells: &Cells<'_>) -> Option<Equipment> {
        let equipment = self.key(Noun::Equipment, cells, "equipment");
        let site = self.site_named(cells);
        let name = required_text(cells, "name");
        let checklist = self.checklist(cells);
        let accepted_on = rules::optional_date(cells, "accepted_on");
        let warranty_months = rules::months(cells, "warranty_months");
        let retired_on = rules::optional_date(cells, "retired_on");
        let replaced_by = self.other(Noun::Equipment, cells, "replaced_by", equipment.as_ref());
        Some(Equipment {
            equipment: equipment?,
            site: site?,
            name: name?,
            make: cells.text("make").to_owned(),
            model: cells.text("model").to_owned(),
            serial: cells.text("serial").to_owned(),
            checklist: checklist?,
            skills: list(cells.text("skills")),
            accepted_on: accepted_on?,
            warranty_months: warranty_months?,
            retired_on: retired_on?,
            replaced_by: replaced_by?,
        })
    }

    fn checklist(&self, cells: &Cells<'_>) -> Option<String> {
        let key = cells.required("checklist")?;
        if self.known.checklists.contains(&key) {
            return Some(key.to_owned());
        }
        let help = nearest(key, self.known.checklists.iter().copied()).map_or_else(
            || format!("there are {}", self.known.checklists.join(", ")),
            |word| format!("did you mean {word}?"),
        );
        cells.fault("checklist", "is not a checklist", Some(help));
        None
    }

    fn contract(&mut self, cells: &Cells<'_>) -> Option<Contract> {
        let contract = self.key(Noun::Contracts, cells, "contract");
        let customer = self.customer_named(cells);
        let sites = self.covered_sites(cells, customer.as_ref());
        let plan = required_text(cells, "plan");
        let accepted_on = rules::required_date(cells, "accepted_on");
        let ends_on = rules::optional_date(cells, "ends_on");
        let ends_on = match (accepted_on, ends_on) {
            (Some(first), Some(Some(last))) if last < first => {
                cells.fault("ends_on", format!("is before the contract's first day, {first}"), None);
                None
            }
            _ => ends_on,
        };
        let overrides: BTreeMap<String, String> = cells
            .term_columns()
            .filter_map(|column| Some((column.to_owned(), cells.filled(column)?.to_owned())))
            .collect();
        let read = Contract {
            contract: contract.clone().unwrap_or_default(),
            customer: customer.clone().unwrap_or_default(),
            sites: sites.clone().unwrap_or(CoveredSites::All),
            plan: plan?,
            accepted_on: accepted_on.unwrap_or_default(),
            ends_on: ends_on.flatten(),
            overrides,
        };
        let mut faults = (self.known.plan_faults)(&read);
        if customer.is_some() && sites.is_some() && !self.has_ended(&read) {
            faults.extend(self.recipients_of_contract(&read));
        }
        for fault in &faults {
            cells.fault(&fault.column, fault.rule.clone(), fault.suggestion.clone());
        }
        (faults.is_empty() && contract.is_some() && customer.is_some() && sites.is_some())
            .then_some(read)
            .filter(|_| accepted_on.is_some() && ends_on.is_some())
    }

    fn covered_sites(&self, cells: &Cells<'_>, customer: Option<&CustomerCode>) -> Option<CoveredSites> {
        let text = cells.required("sites")?;
        if text == "*" {
            return Some(CoveredSites::All);
        }
        let codes = list(text);
        let mut all_covered = !codes.is_empty();
        for code in &codes {
            match self.codes.sites.get(code.as_str()) {
                None => {
                    all_covered = false;
                    cells.fault("sites", format!("names {code:?}, which is no site's code"), self.site_like(code));
                }
                Some(owner) if customer.is_some_and(|customer| customer != owner) => {
                    all_covered = false;
                    cells.fault("sites", format!("names {code:?}, which is a site of customer {owner}"), None);
                }
                Some(_) => {}
            }
        }
        all_covered.then(|| CoveredSites::Only(codes.into_iter().map(SiteCode::from).collect()))
    }

    fn customer_named(&self, cells: &Cells<'_>) -> Option<CustomerCode> {
        let code = cells.required("customer")?;
        if self.codes.customers.contains(code) {
            return Some(code.into());
        }
        cells.fault("customer", "is no customer's code, here or in the store", self.customer_like(code));
        None
    }

    fn customer_like(&self, code: &str) -> Option<String> {
        if self.faults.are_many() {
            return None;
        }
        let mut codes: Vec<&str> = self.codes.customers.iter().copied().collect();
        codes.sort_unstable();
        nearest(code, codes).map(|word| format!("did you mean {word}?"))
    }

    fn site_named(&self, cells: &Cells<'_>) -> Option<SiteCode> {
        let code = cells.required("site")?;
        if self.codes.sites.contains_key(code) {
            return Some(code.into());
        }
        cells.fault("site", "is no site's code, here or in the store", self.site_like(code));
        None
    }

    fn site_like(&self, code: &str) -> Option<String> {
        if self.faults.are_many() {
            return None;
        }
        let mut codes: Vec<&str> = self.codes.sites.keys().copied().collect();
        codes.sort_unstable();
        nearest(code, codes).map(|word| format!("did you mean {word}?"))
    }

    /// A reference to another row of the same file; `Some(None)` if the cell is blank.
    #[expect(clippy::option_option, reason = "outer: readable; inner: given")]
    fn other<T: From<String> + AsRef<str>>(
        &self,
        noun: Noun,
        cells: &Cells<'_>,
        column: &'static str,
        own: Option<&T>,
    ) -> Option<Option<T>> {
        let Some(code) = cells.filled(column) else { return Some(None) };
        let known = match noun {
            Noun::Engineers => &self.codes.engineers,
            Noun::Managers => &self.codes.managers,
            Noun::Equipment => &self.codes.equipment,
            Noun::Customers | Noun::Sites | Noun::Contacts | Noun::Contracts => return Some(None),
        };
        if own.is_some_and(|own| own.as_ref() == code) {
            cells.fault(column, "is the row's own code", Some("name another one, or leave it blank".to_owned()));
            return None;
        }
        if known.contains(code) {
            return Some(Some(code.to_owned().into()));
        }
        let mut codes: Vec<&str> = known.iter().copied().collect();
        codes.sort_unstable();
        let help = nearest(code, codes).filter(|_| !self.faults.are_many());
        let rule = format!("is no code of {}, here or in the store", noun.name());
        cells.fault(column, rule, help.map(|word| format!("did you mean {word}?")));
        None
    }

    /// The row's own code, which must not have occurred in this import before.
    fn key<T: From<String>>(&mut self, noun: Noun, cells: &Cells<'_>, column: &'static str) -> Option<T> {
        let code = code(cells, column)?;
        self.first(noun, cells, column, code.clone())?;
        Some(code.into())
    }

    fn first(&mut self, noun: Noun, cells: &Cells<'_>, column: &'static str, key: String) -> Option<()> {
        let place = cells.place(column);
        match self.seen.entry((noun, key)) {
            std::collections::hash_map::Entry::Vacant(entry) => {
                entry.insert(place);
                Some(())
            }
            std::collections::hash_map::Entry::Occupied(entry) => {
                cells.fault(column, format!("is there already, at {}", entry.get()), None);
                None
            }
        }
    }
}
