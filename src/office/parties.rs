//! The people and things that a visit concerns, loaded once for letters, reports and deadlines.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, anyhow};
use chrono::NaiveDate;

use super::{Result, Tools};
use crate::planning::versions::last_day_at;
use domain::access::{DeedCase, answers_for};
use domain::contract::{Contract, Purpose, Tell, Term};
use domain::ids::{ContractCode, CustomerCode, EngineerCode, SiteCode, TermName};
use domain::language::Language;
use domain::letters::notice::{Audience, NoticeKind, Reader, VisitWords};
use domain::people::ReaderRole;
use domain::people::equipment::{Equipment, Site};
use domain::people::{Contact, ContactFor, ContactRole, Customer, Engineer, Manager};
use domain::planning::StoredSlot;
use domain::promises::Deadline;
use domain::records::Done;
use domain::visits::Visit;

/// The people and things that a visit concerns.
#[derive(Debug, Clone)]
pub struct Parties {
    pub site: Site,
    pub customer: Customer,
    pub contract: Contract,
    /// `None` if the contract's plan no longer has this term.
    pub term: Option<Term>,
    pub contacts: Vec<Contact>,
    /// Managers whose scope covers the customer.
    pub managers: Vec<Manager>,
    /// All equipment that has ever been at the site.
    pub equipment: Vec<Equipment>,
    /// The day at the company: people who have left by then receive nothing.
    pub today: NaiveDate,
}

/// Identifies the parties to load: a term of a contract at a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartiesOf {
    pub site: SiteCode,
    pub contract: ContractCode,
    pub term: TermName,
}

impl From<&Visit> for PartiesOf {
    fn from(visit: &Visit) -> PartiesOf {
        PartiesOf { site: visit.site.clone(), contract: visit.contract.clone(), term: visit.term.clone() }
    }
}

impl From<&StoredSlot> for PartiesOf {
    fn from(slot: &StoredSlot) -> PartiesOf {
        PartiesOf { site: slot.site.clone(), contract: slot.contract.clone(), term: slot.term.clone() }
    }
}

impl From<&Deadline> for PartiesOf {
    fn from(deadline: &Deadline) -> PartiesOf {
        let Deadline { site, contract, term, .. } = deadline;
        PartiesOf { site: site.clone(), contract: contract.clone(), term: term.clone() }
    }
}

/// Data shared by several parties.
struct KnownParties {
    sites: BTreeMap<SiteCode, Site>,
    customers: BTreeMap<CustomerCode, Customer>,
    /// Contracts with their terms; without terms if the plan is unknown.
    contracts: BTreeMap<ContractCode, (Vec<Term>, Contract)>,
    contacts: BTreeMap<ContactFor, Vec<Contact>>,
    equipment: BTreeMap<SiteCode, Vec<Equipment>>,
    managers: Vec<Manager>,
    today: NaiveDate,
}

impl KnownParties {
    fn parties(&self, of: &PartiesOf) -> Result<Parties> {
        let site = self.sites.get(&of.site).ok_or_else(|| anyhow!("site {} is gone", of.site))?;
        let customer =
            self.customers.get(&site.customer).ok_or_else(|| anyhow!("customer {} is gone", site.customer))?;
        let (terms, contract) =
            self.contracts.get(&of.contract).ok_or_else(|| anyhow!("contract {} is gone", of.contract))?;
        let mut speaks = [ContactFor::Site(site.site.clone()), ContactFor::Customer(customer.customer.clone())];
        speaks.sort_unstable();
        let in_charge = |manager: &&Manager| answers_for(&manager.scope, &site.customer);
        Ok(Parties {
            site: site.clone(),
            customer: customer.clone(),
            contract: Contract { ends_on: last_day_at(contract, customer, site), ..contract.clone() },
            term: terms.iter().find(|term| term.key == of.term).cloned(),
            contacts: speaks.iter().filter_map(|of| self.contacts.get(of)).flatten().cloned().collect(),
            managers: self.managers.iter().filter(in_charge).cloned().collect(),
            today: self.today,
            equipment: self.equipment.get(&site.site).cloned().unwrap_or_default(),
        })
    }
}

/// Removes duplicates.
pub(crate) fn once<'a, T: Ord + Clone + 'a>(codes: impl Iterator<Item = &'a T>) -> Vec<T> {
    codes.collect::<BTreeSet<_>>().into_iter().cloned().collect()
}

impl Parties {
    /// The case for permissions, when a deed concerns one of their visits.
    #[must_use]
    pub fn case<'a>(&'a self, visit: &'a Visit) -> DeedCase<'a> {
        DeedCase {
            customer: Some(&self.customer.customer),
            visit: Some(visit.id),
            engineer: Some(&visit.state.appointment().engineer),
            ..DeedCase::default()
        }
    }

    /// Loads the parties of a term at a site.
    ///
    /// # Errors
    /// If a code that the schema guards is missing.
    pub async fn load(tools: &Tools, on: impl Into<store::ReadHandle<'_>>, of: PartiesOf) -> Result<Parties> {
        let mut found = Parties::of_each(tools, on, &[of]).await?;
        Ok(found.pop().expect("one was asked for"))
    }

    /// The parties of a visit.
    ///
    /// # Errors
    /// See [`Parties::load`].
    pub async fn of_visit(tools: &Tools, on: impl Into<store::ReadHandle<'_>>, visit: &Visit) -> Result<Parties> {
        Parties::load(tools, on, visit.into()).await
    }

    /// The parties of several, in the order of the request, with as many statements as for one.
    ///
    /// # Errors
    /// See [`Parties::load`].
    pub async fn of_each(
        tools: &Tools,
        on: impl Into<store::ReadHandle<'_>>,
        of: &[PartiesOf],
    ) -> Result<Vec<Parties>> {
        if of.is_empty() {
            return Ok(Vec::new());
        }
        let mut on = on.into();
        let codes = once(of.iter().map(|of| &of.site));
        let sites = store::people::site::with_codes(on.again(), &codes).await?;
        let customers = once(sites.iter().map(|site| &site.customer));
        let contracts = once(of.iter().map(|of| &of.contract));
        let mut contacts: BTreeMap<ContactFor, Vec<Contact>> = BTreeMap::new();
        let today = tools.today();
        let written_to = store::people::contact::of_visit_sites(on.again(), &codes, &customers).await?.into_iter();
        for contact in written_to.filter(|contact| contact.is_there_on(today)) {
            contacts.entry(contact.of.clone()).or_default().push(contact);
        }
        let mut equipment: BTreeMap<SiteCode, Vec<Equipment>> = BTreeMap::new();
        for piece in store::people::equipment::of_sites(on.again(), &codes).await? {
            equipment.entry(piece.site.clone()).or_default().push(piece);
        }
        let contracts = store::people::contract::with_codes(on.again(), &contracts).await?;
        let terms = |contract: &Contract| tools.plans.terms(contract).unwrap_or_default();
        let known = KnownParties {
            sites: sites.into_iter().map(|site| (site.site.clone(), site)).collect(),
            contracts: contracts.into_iter().map(|one| (one.contract.clone(), (terms(&one), one))).collect(),
            contacts,
            equipment,
            managers: crate::people::managers(tools, on.again()).await?,
            today,
            customers: store::people::customer::with_codes(on, &customers)
                .await?
                .into_iter()
                .map(|customer| (customer.customer.clone(), customer))
                .collect(),
        };
        of.iter().map(|of| known.parties(of)).collect()
    }

    /// Whether the contract no longer applies to this site on a day: it has ended, or the site or the customer has
    /// left.
    #[must_use]
    pub fn is_over_on(&self, day: NaiveDate) -> bool {
        !self.contract.sites.covers(&self.site.site) || self.contract.ends_on.is_some_and(|ends_on| ends_on < day)
    }

    /// The language of documents for this customer at this site.
    #[must_use]
    pub fn language(&self) -> Language {
        self.site.language.unwrap_or(self.customer.language)
    }

    /// The customer's contacts with a role, each address once.
    #[must_use]
    pub fn customer_readers(&self, role: ContactRole) -> Vec<Reader> {
        each_address_once(self.contacts.iter().filter(|contact| contact.role == role).map(|contact| Reader {
            name: contact.name.clone(),
            email: contact.email.clone(),
            language: contact.language.unwrap_or_else(|| self.language()),
            role: ReaderRole::Customer(contact.email.clone()),
        }))
    }

    /// The equipment at the site on a day.
    pub fn standing_on(&self, day: NaiveDate) -> impl Iterator<Item = &Equipment> {
        self.equipment.iter().filter(move |unit| unit.is_there_on(day))
    }

    /// The equipment that a record of a day covers: what is at the site, and what was inspected all the same, on a form
    /// that was opened before it was scrapped.
    pub fn recorded_on<'a>(&'a self, day: NaiveDate, done: Option<&'a Done>) -> impl Iterator<Item = &'a Equipment> {
        let is_answered = move |unit: &Equipment| done.is_some_and(|done| done.answers(&unit.equipment));
        self.equipment.iter().filter(move |unit| unit.is_there_on(day) || is_answered(unit))
    }

    /// The engineer as a reader, unless they have left.
    fn engineer_reader(&self, engineer: Option<&Engineer>) -> Option<Reader> {
        engineer.filter(|engineer| engineer.is_there_on(self.today)).map(engineer_reader)
    }

    /// The managers who are responsible for this customer.
    #[must_use]
    pub fn manager_readers(&self) -> Vec<Reader> {
        self.managers.iter().map(manager_reader).collect()
    }

    /// The readers of a notice according to the table of notices, each address once. People named by a term's step or a
    /// record, and receivers of digests, are not included: see [`Parties::told`], the record and the digests.
    #[must_use]
    pub fn readers(&self, kind: NoticeKind, engineer: Option<&Engineer>) -> Vec<Reader> {
        let of = |audience: &Audience| match audience {
            Audience::Engineer => self.engineer_reader(engineer).into_iter().collect(),
            Audience::Operations => self.customer_readers(ContactRole::Operations),
            Audience::Reports => self.customer_readers(ContactRole::Reports),
            Audience::Escalation => self.customer_readers(ContactRole::Escalation),
            Audience::EveryContact => {
                ContactRole::ALL.into_iter().flat_map(|role| self.customer_readers(role)).collect()
            }
            Audience::Managers => self.manager_readers(),
            Audience::ByStep | Audience::EachManager | Audience::Company | Audience::Named => Vec::new(),
        };
        each_address_once(kind.row().to.iter().flat_map(of))
    }

    /// The readers for a flag's step, each address once.
    #[must_use]
    pub fn told(&self, tell: &[Tell], engineer: Option<&Engineer>) -> Vec<Reader> {
        each_address_once(tell.iter().flat_map(|tell| match tell {
            Tell::Engineer => self.engineer_reader(engineer).into_iter().collect(),
            Tell::Manager => self.manager_readers(),
            Tell::Escalation => self.customer_readers(ContactRole::Escalation),
        }))
    }

    /// The key of the checklist for a piece of equipment: the term's, or else the equipment's own.
    #[must_use]
    pub fn checklist_of<'a>(&'a self, equipment: &'a Equipment) -> &'a str {
        let of_term = self.term.as_ref().and_then(|term| term.checklist.as_deref());
        of_term.unwrap_or(&equipment.checklist)
    }

    /// The topics of a training, in the customer's language; empty for other visits.
    #[must_use]
    pub fn topics(&self, visit: &Visit) -> Vec<String> {
        let syllabus = self.term.as_ref().map_or(&[][..], |term| term.syllabus.as_slice());
        match visit.purpose {
            Purpose::Training => syllabus.iter().map(|topic| topic.get(self.language()).to_owned()).collect(),
            Purpose::Inspection
            | Purpose::Maintenance
            | Purpose::FollowUp
            | Purpose::CallOut
            | Purpose::PlannedSupport => Vec::new(),
        }
    }

    /// The visit as described in letters; times are local at the site.
    #[must_use]
    pub fn words(&self, visit: &Visit, engineer: &Engineer) -> VisitWords {
        let appointment = visit.state.appointment();
        VisitWords {
            id: visit.id,
            purpose: visit.purpose,
            customer: self.customer.name.clone(),
            site: self.site.site.clone(),
            site_name: self.site.name.clone(),
            address: self.site.address.clone(),
            day: appointment.day,
            starts: appointment.starts,
            takes_minutes: appointment.takes_minutes,
            engineer: engineer.name.clone(),
            engineer_phone: engineer.phone.clone(),
            equipment: self.standing_on(appointment.day).map(|unit| unit.name.clone()).collect(),
            topics: self.topics(visit),
            why: visit.why.clone(),
            rest_of: visit.rest_of,
        }
    }
}

/// An engineer as a letter's reader.
#[must_use]
pub fn engineer_reader(engineer: &Engineer) -> Reader {
    Reader {
        name: engineer.name.clone(),
        email: engineer.email.clone(),
        language: engineer.language,
        role: ReaderRole::Engineer(engineer.engineer.clone()),
    }
}

/// A manager as a letter's reader.
#[must_use]
pub fn manager_reader(manager: &Manager) -> Reader {
    Reader {
        name: manager.name.clone(),
        email: manager.email.clone(),
        language: manager.language,
        role: ReaderRole::Manager(manager.manager.clone()),
    }
}

/// The engineer with this code.
///
/// # Errors
/// If there is none.
pub async fn engineer(on: impl Into<store::ReadHandle<'_>>, code: &EngineerCode) -> Result<Engineer> {
    Ok(store::people::engineer::find(on, code).await?.with_context(|| format!("engineer {code} is gone"))?)
}

/// The existing engineers among these codes.
pub async fn engineers<'a>(
    on: impl Into<store::ReadHandle<'_>>,
    codes: impl Iterator<Item = &'a EngineerCode>,
) -> Result<BTreeMap<EngineerCode, Engineer>> {
    let codes = once(codes);
    let found = if codes.is_empty() { Vec::new() } else { store::people::engineer::with_codes(on, &codes).await? };
    Ok(found.into_iter().map(|engineer| (engineer.engineer.clone(), engineer)).collect())
}

/// A person with two roles is told once, in the first of them.
fn each_address_once(readers: impl Iterator<Item = Reader>) -> Vec<Reader> {
    let mut once: Vec<Reader> = Vec::new();
    for reader in readers {
        if !once.iter().any(|other| other.email.eq_ignore_ascii_case(&reader.email)) {
            once.push(reader);
        }
    }
    once
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engineer_who_is_the_manager_too_is_told_once() {
        let reader = |email: &str, role: ReaderRole| Reader {
            name: "Ana".to_owned(),
            email: email.to_owned(),
            language: Language::En,
            role,
        };
        let engineer = reader("ana@norte.example", ReaderRole::Engineer("E-1".into()));
        let manager = reader("Ana@Norte.example", ReaderRole::Manager("M-1".into()));
        let other = reader("bea@norte.example", ReaderRole::Manager("M-2".into()));
        let told = each_address_once([engineer.clone(), manager, other.clone()].into_iter());
        assert_eq!(told, [engineer, other]);
    }
}
