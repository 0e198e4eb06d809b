//! Who and what is behind a visit: loaded once, for letters, reports and deadlines.

use anyhow::{Context, anyhow};

use super::{Result, Tools};
use domain::access::{DeedCase, answers_for};
use domain::contract::{Contract, Purpose, Tell, Term};
use domain::ids::{ContractCode, EngineerCode, SiteCode, TermName};
use domain::language::Language;
use domain::letters::notice::{Audience, NoticeKind, Reader, VisitWords};
use domain::people::ReaderRole;
use domain::people::equipment::{Equipment, Site};
use domain::people::{Contact, ContactRole, Customer, Engineer, Manager};
use domain::visits::Visit;

/// Everyone and everything that a visit concerns.
#[derive(Debug, Clone)]
pub struct Parties {
    pub site: Site,
    pub customer: Customer,
    pub contract: Contract,
    /// None where the contract's plan has no such term any more.
    pub term: Option<Term>,
    pub contacts: Vec<Contact>,
    /// Managers whose scope covers the customer.
    pub managers: Vec<Manager>,
    pub equipment: Vec<Equipment>,
}

impl Parties {
    /// What a deed done to one of their visits is about.
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
    /// When the store does not answer, or a code that the schema guards is missing.
    pub async fn load(
        tools: &Tools,
        on: impl Into<store::ReadHandle<'_>>,
        site: &SiteCode,
        contract: &ContractCode,
        term: &TermName,
    ) -> Result<Parties> {
        let mut on = on.into();
        let site = store::people::site::find(on.again(), site).await?.ok_or_else(|| anyhow!("site {site} is gone"))?;
        let customer = store::people::customer::find(on.again(), &site.customer)
            .await?
            .ok_or_else(|| anyhow!("customer {} is gone", site.customer))?;
        let contract = store::people::contract::find(on.again(), contract)
            .await?
            .ok_or_else(|| anyhow!("contract {contract} is gone"))?;
        let term = tools.plans.terms(&contract).ok().and_then(|terms| terms.into_iter().find(|t| t.key == *term));
        let mut managers = store::people::manager::all(on.again()).await?;
        managers.retain(|manager| answers_for(&manager.scope, &site.customer));
        Ok(Parties {
            contacts: store::people::contact::of_visit_site(on.again(), &site.site, &site.customer).await?,
            equipment: store::people::equipment::of_site(on.again(), &site.site).await?,
            managers,
            site,
            customer,
            contract,
            term,
        })
    }

    /// The parties of a visit.
    ///
    /// # Errors
    /// As [`Parties::load`].
    pub async fn of_visit(tools: &Tools, on: impl Into<store::ReadHandle<'_>>, visit: &Visit) -> Result<Parties> {
        Parties::load(tools, on, &visit.site, &visit.contract, &visit.term).await
    }

    /// The language of papers for this customer at this site.
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

    /// The managers who answer for this customer.
    #[must_use]
    pub fn manager_readers(&self) -> Vec<Reader> {
        self.managers.iter().map(manager_reader).collect()
    }

    /// Who gets a notice, by the table of notices, each address once. Those whom a term's step or a record names or
    /// who get digests are nobody here: [`Parties::told`], the record and the digests have them.
    #[must_use]
    pub fn readers(&self, kind: NoticeKind, engineer: Option<&Engineer>) -> Vec<Reader> {
        let of = |audience: &Audience| match audience {
            Audience::Engineer => engineer.map(engineer_reader).into_iter().collect(),
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

    /// Whom a flag's step tells, each address once.
    #[must_use]
    pub fn told(&self, tell: &[Tell], engineer: Option<&Engineer>) -> Vec<Reader> {
        each_address_once(tell.iter().flat_map(|tell| match tell {
            Tell::Engineer => engineer.map(engineer_reader).into_iter().collect(),
            Tell::Manager => self.manager_readers(),
            Tell::Escalation => self.customer_readers(ContactRole::Escalation),
        }))
    }

    /// Key of the checklist that a visit goes by at an equipment: the term's, else the equipment's own.
    #[must_use]
    pub fn checklist_of<'a>(&'a self, equipment: &'a Equipment) -> &'a str {
        let of_term = self.term.as_ref().and_then(|term| term.checklist.as_deref());
        of_term.unwrap_or(&equipment.checklist)
    }

    /// What a training teaches, in the customer's language; nothing for other visits.
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

    /// The visit as letters name it; times are the site's.
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
            equipment: self.equipment.iter().map(|equipment| equipment.name.clone()).collect(),
            topics: self.topics(visit),
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

/// An engineer by code.
///
/// # Errors
/// When there is none.
pub async fn engineer(on: impl Into<store::ReadHandle<'_>>, code: &EngineerCode) -> Result<Engineer> {
    Ok(store::people::engineer::find(on, code).await?.with_context(|| format!("engineer {code} is gone"))?)
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
