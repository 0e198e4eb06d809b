//! Tells managers and customers before a warranty or a contract ends (P15).

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use crate::letters::owe;
use crate::letters::reader_hours::{at_site, of_company, of_manager_named};
use crate::parties::manager_reader;
use crate::{Office, Result};
use domain::access::{HoursOf, answers_for, hours_of};
use domain::contract::Contract;
use domain::ids::{ContractCode, CustomerCode, SiteCode};
use domain::letters::hours::{Occasion, ReaderHours};
use domain::letters::notice::{Audience, Ending, Notice, NoticeKind, PhaseWords, Reader};
use domain::people::ReaderRole;
use domain::people::equipment::{Equipment, Phase, Site};
use domain::people::{Contact, ContactFor, ContactRole, Customer, Manager};

/// The fact with the day, at the company, of the last check.
const LOOKED_ON: &str = "phases-looked-on";

/// Checks once on each day at the company what ends within `planning.phase_notice_days`, and announces each ending
/// once: each contract, and all warranties under one contract that end on the same day. Returns how many letters were
/// written.
///
/// # Errors
/// If the store fails; the next run checks again.
pub async fn announce_phases(office: &Office) -> Result<u64> {
    let today = office.today();
    if store::fact::get(&office.db, LOOKED_ON).await?.as_deref() == Some(today.to_string().as_str()) {
        return Ok(0);
    }
    let through = today + Days::new(u64::from(office.config.planning.phase_notice_days));
    let directory = Directory::load(office).await?;
    let mut endings = directory.contracts_ending(today, through);
    endings.extend(directory.warranties_ending(office, today, through).await?);
    let mut written = 0;
    for ending in &endings {
        written += put(office, &directory, ending).await?;
    }
    let mut tx = office.db.begin().await?;
    store::fact::set(&mut tx, LOOKED_ON, &today.to_string()).await?;
    tx.commit().await?;
    Ok(written)
}

/// An ending, with what makes it unique.
struct Found {
    key: String,
    customer: CustomerCode,
    words: PhaseWords,
}

async fn put(office: &Office, directory: &Directory, found: &Found) -> Result<u64> {
    let now = office.clock.now();
    let notice = Notice::PhaseEnding { phase: found.words.clone() };
    let mut written = 0;
    let mut tx = office.db.begin().await?;
    for reader in directory.readers(notice.kind(), &found.customer) {
        let key = format!("{}/{}/{}", notice.word(), found.key, reader.role.key());
        if store::letters::told::was_owed(&mut tx, &key).await? {
            continue;
        }
        let occasion = Occasion::of(directory.hours_of(office, &reader, &found.customer), now);
        written += u64::from(owe(&mut tx, &office.composer.owed(key, reader, notice.clone()), &occasion).await?);
    }
    tx.commit().await?;
    Ok(written)
}

/// Names and addresses, loaded once a day.
struct Directory {
    customers: BTreeMap<CustomerCode, Customer>,
    sites: BTreeMap<SiteCode, Site>,
    contracts: Vec<Contract>,
    contacts: Vec<Contact>,
    managers: Vec<Manager>,
}

impl Directory {
    async fn load(office: &Office) -> Result<Directory> {
        let (db, today) = (&office.db, office.today());
        let customers = store::people::customer::all(db).await?.into_iter();
        let sites = store::people::site::all(db).await?.into_iter();
        Ok(Directory {
            customers: customers.map(|customer| (customer.customer.clone(), customer)).collect(),
            sites: sites.map(|site| (site.site.clone(), site)).collect(),
            contracts: store::people::contract::all(db).await?,
            contacts: store::people::contact::all(db).await?.into_iter().filter(|one| one.is_there_on(today)).collect(),
            managers: crate::people::managers(office, db).await?,
        })
    }

    fn contracts_ending(&self, today: NaiveDate, through: NaiveDate) -> Vec<Found> {
        let ending = self.contracts.iter().filter_map(|contract| {
            let ends_on = contract.ends_on.filter(|day| (today..=through).contains(day))?;
            Some(Found {
                key: format!("{}/contract/{ends_on}", contract.contract),
                customer: contract.customer.clone(),
                words: self.words(&contract.customer, Some(&contract.contract), Ending::Contract, today, ends_on),
            })
        });
        ending.collect()
    }

    async fn warranties_ending(&self, office: &Office, today: NaiveDate, through: NaiveDate) -> Result<Vec<Found>> {
        /// Warranties of one customer and contract that end on the same day.
        type Together = (CustomerCode, Option<ContractCode>, NaiveDate);
        let mut together: BTreeMap<Together, Vec<(String, String)>> = BTreeMap::new();
        let ending = store::people::equipment::warranty_ending(&office.db, today, through).await?.into_iter();
        for equipment in ending.filter(|unit| unit.is_there_on(today)) {
            let (Phase::Warranty { ends_on }, Some(site)) = (equipment.phase(today), self.sites.get(&equipment.site))
            else {
                continue;
            };
            if ends_on <= through {
                let key = (site.customer.clone(), self.contract_of(site, today), ends_on);
                together.entry(key).or_default().push(named(&equipment, site));
            }
        }
        let found = together.into_iter().map(|((customer, contract, ends_on), equipment)| Found {
            key: format!("{}/warranty/{ends_on}", contract.as_ref().map_or(customer.as_str(), ContractCode::as_str)),
            words: self.words(&customer, contract.as_ref(), Ending::Warranty { equipment }, today, ends_on),
            customer,
        });
        Ok(found.collect())
    }

    /// The contract that applies to a site.
    fn contract_of(&self, site: &Site, today: NaiveDate) -> Option<ContractCode> {
        let holds = |contract: &&Contract| {
            contract.customer == site.customer
                && contract.sites.covers(&site.site)
                && contract.ends_on.is_none_or(|ends_on| ends_on >= today)
        };
        self.contracts.iter().find(holds).map(|contract| contract.contract.clone())
    }

    fn words(
        &self,
        customer: &CustomerCode,
        contract: Option<&ContractCode>,
        ending: Ending,
        today: NaiveDate,
        ends_on: NaiveDate,
    ) -> PhaseWords {
        PhaseWords {
            customer: self.customers.get(customer).map_or_else(|| customer.to_string(), |found| found.name.clone()),
            contract: contract.cloned(),
            ending,
            ends_on,
            days_left: u32::try_from((ends_on - today).num_days()).unwrap_or(0),
        }
    }

    /// The readers according to the table of notices, each address once.
    fn readers(&self, kind: NoticeKind, customer: &CustomerCode) -> Vec<Reader> {
        let mut readers: Vec<Reader> = Vec::new();
        let found = kind.row().to.iter().flat_map(|audience| match audience {
            Audience::Managers => {
                let in_charge = self.managers.iter().filter(|manager| answers_for(&manager.scope, customer));
                in_charge.map(manager_reader).collect()
            }
            Audience::Escalation => self.contacts_with(ContactRole::Escalation, customer),
            Audience::Operations => self.contacts_with(ContactRole::Operations, customer),
            Audience::Reports => self.contacts_with(ContactRole::Reports, customer),
            Audience::Engineer
            | Audience::Named
            | Audience::EveryContact
            | Audience::ByStep
            | Audience::EachManager
            | Audience::Company => Vec::new(),
        });
        for reader in found {
            if !readers.iter().any(|other| other.email.eq_ignore_ascii_case(&reader.email)) {
                readers.push(reader);
            }
        }
        readers
    }

    /// A contact for a whole customer is told by the hours of the customer's first site.
    fn hours_of(&self, office: &Office, reader: &Reader, customer: &CustomerCode) -> ReaderHours {
        let of_customer = || self.sites.values().find(|site| site.customer == *customer);
        let site = || {
            let own = self.contacts.iter().find_map(|contact| match &contact.of {
                ContactFor::Site(site) if contact.email == reader.email => self.sites.get(site),
                ContactFor::Site(_) | ContactFor::Customer(_) => None,
            });
            own.filter(|site| site.customer == *customer).or_else(of_customer)
        };
        match hours_of(&reader.role) {
            HoursOf::Manager(code) => of_manager_named(office, &self.managers, code),
            HoursOf::Site | HoursOf::Engineer(_) => {
                site().map_or_else(|| of_company(office), |site| at_site(office, site))
            }
        }
    }

    fn contacts_with(&self, role: ContactRole, customer: &CustomerCode) -> Vec<Reader> {
        let of = |contact: &&Contact| match &contact.of {
            ContactFor::Customer(code) => code == customer,
            ContactFor::Site(site) => self.sites.get(site).is_some_and(|site| site.customer == *customer),
        };
        let language = self.customers.get(customer).map(|found| found.language).unwrap_or_default();
        let found = self.contacts.iter().filter(|contact| contact.role == role).filter(of);
        let reader = |contact: &Contact| Reader {
            name: contact.name.clone(),
            email: contact.email.clone(),
            language: contact.language.unwrap_or(language),
            role: ReaderRole::Customer(contact.email.clone()),
        };
        found.map(reader).collect()
    }
}

/// The names of a piece of equipment and of its site.
fn named(equipment: &Equipment, site: &Site) -> (String, String) {
    (equipment.name.clone(), site.name.clone())
}
