//! Recipients of reports: every customer under contract needs a reachable one before a report is due (P04).

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use domain::contract::{Contract, Term};
use domain::ids::{ContractCode, CustomerCode, SiteCode, TermName};
use domain::people::equipment::Site;
use domain::people::{Contact, ContactFor, ContactRole};
use store::Db;
use world::plans::Plans;

/// A reason why reports would not reach their recipients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecipientGap {
    /// The customer has no reachable contact for the reports of these sites.
    Nobody { customer: CustomerCode, sites: Vec<SiteCode> },
    /// A term requires delivery to somebody who does not receive the reports of a site.
    NotAContact { contract: ContractCode, term: TermName, name: String, site: SiteCode },
    /// A server has reported that nobody is at the address of a contact for reports.
    Unreachable { email: String },
}

/// All such gaps at sites of contracts that have not ended by `today`.
///
/// # Errors
/// If the store does not answer.
pub async fn recipient_gaps(db: &Db, plans: &Plans, today: NaiveDate) -> store::Result<Vec<RecipientGap>> {
    let mut contacts: BTreeMap<ContactFor, Vec<Contact>> = BTreeMap::new();
    for contact in store::people::contact::all(db).await? {
        if contact.role == ContactRole::Reports && contact.is_there_on(today) {
            contacts.entry(contact.of.clone()).or_default().push(contact);
        }
    }
    let readers = Readers { contacts, unreachable: store::letters::unreachable::all(db).await? };
    let mut sites: BTreeMap<CustomerCode, Vec<Site>> = BTreeMap::new();
    for site in store::people::site::all(db).await? {
        sites.entry(site.customer.clone()).or_default().push(site);
    }
    let mut nobody: BTreeMap<CustomerCode, BTreeSet<SiteCode>> = BTreeMap::new();
    let mut gaps = Vec::new();
    for contract in store::people::contract::all(db).await? {
        if contract.ends_on.is_some_and(|last| last < today) {
            continue;
        }
        let of_customer = sites.get(&contract.customer).into_iter().flatten();
        let covered: Vec<&Site> = of_customer.filter(|site| contract.sites.covers(&site.site)).collect();
        let unread = covered.iter().filter(|site| !readers.reach(site)).map(|site| site.site.clone());
        let unread: Vec<SiteCode> = unread.collect();
        if !unread.is_empty() {
            nobody.entry(contract.customer.clone()).or_default().extend(unread);
        }
        for term in plans.terms(&contract).unwrap_or_default() {
            gaps.extend(readers.not_contacts(&contract, &term, &covered));
        }
    }
    let nobody = nobody
        .into_iter()
        .map(|(customer, sites)| RecipientGap::Nobody { customer, sites: sites.into_iter().collect() });
    let unreachable = readers.unreachable.iter().filter(|email| readers.knows(email));
    let unreachable = unreachable.map(|email| RecipientGap::Unreachable { email: email.clone() });
    Ok(nobody.chain(gaps).chain(unreachable).collect())
}

/// The contacts for reports, and the unreachable addresses.
struct Readers {
    contacts: BTreeMap<ContactFor, Vec<Contact>>,
    unreachable: BTreeSet<String>,
}

impl Readers {
    fn of<'a>(&'a self, site: &Site) -> impl Iterator<Item = &'a Contact> {
        let of = [ContactFor::Site(site.site.clone()), ContactFor::Customer(site.customer.clone())];
        of.into_iter().filter_map(|of| self.contacts.get(&of)).flatten()
    }

    /// Whether the reports of a site reach anybody.
    fn reach(&self, site: &Site) -> bool {
        self.of(site).any(|contact| !self.unreachable.contains(&contact.email))
    }

    fn knows(&self, email: &str) -> bool {
        self.contacts.values().flatten().any(|contact| contact.email == email)
    }

    fn not_contacts(&self, contract: &Contract, term: &Term, covered: &[&Site]) -> Vec<RecipientGap> {
        let at_site = |site: &&Site| {
            let contacts: Vec<(&str, &str)> =
                self.of(site).map(|contact| (contact.name.as_str(), contact.email.as_str())).collect();
            let gap = |name: &str| RecipientGap::NotAContact {
                contract: contract.contract.clone(),
                term: term.key.clone(),
                name: name.to_owned(),
                site: site.site.clone(),
            };
            term.delivered_to.unknown_among(&contacts).into_iter().map(gap).collect::<Vec<_>>()
        };
        covered.iter().flat_map(at_site).collect()
    }
}
