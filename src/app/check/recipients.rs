//! Who gets reports: every customer under contract needs somebody whom mail reaches, before a report is due (P04).

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::{Findings, Furniture, sites_named};
use domain::contract::{Contract, Term};
use domain::ids::{CustomerCode, SiteCode};
use domain::people::equipment::Site;
use domain::people::{Contact, ContactFor, ContactRole};
use store::Db;

/// Looks at the sites of every contract that has not ended by `today`.
pub(super) async fn look(
    db: &Db,
    furniture: &Furniture,
    today: NaiveDate,
    found: &mut Findings,
) -> store::Result<()> {
    let mut contacts: BTreeMap<ContactFor, Vec<Contact>> = BTreeMap::new();
    for contact in store::people::contact::all(db).await? {
        if contact.role == ContactRole::Reports {
            contacts.entry(contact.of.clone()).or_default().push(contact);
        }
    }
    let readers = Readers { contacts, unreachable: store::letters::unreachable::all(db).await? };
    let mut sites: BTreeMap<CustomerCode, Vec<Site>> = BTreeMap::new();
    for site in store::people::site::all(db).await? {
        sites.entry(site.customer.clone()).or_default().push(site);
    }
    let mut nobody: BTreeMap<CustomerCode, BTreeSet<SiteCode>> = BTreeMap::new();
    for contract in store::people::contract::all(db).await? {
        if contract.ends_on.is_some_and(|last| last < today) {
            continue;
        }
        let of_customer = sites.get(&contract.customer).into_iter().flatten();
        let covered: Vec<&Site> = of_customer.filter(|site| contract.sites.covers(&site.site)).collect();
        for site in &covered {
            if readers.reached(site).next().is_none() {
                nobody.entry(contract.customer.clone()).or_default().insert(site.site.clone());
            }
        }
        for term in furniture.plans.terms(&contract).unwrap_or_default() {
            readers.named(&contract, &term, &covered, found);
        }
    }
    for (customer, sites) in nobody {
        let sites: Vec<String> = sites.into_iter().map(|site| site.to_string()).collect();
        found.error(
            "contacts",
            format!(
                "customer {customer}: nobody gets the reports of {}; import a contact with the role reports whom mail \
                 reaches",
                sites_named(&sites)
            ),
        );
    }
    for email in readers.unreachable.iter().filter(|email| readers.knows(email)) {
        let text = format!("mail does not reach {email}; send the letter again with `ronda letters retry`, or import another");
        found.warning("contacts", text);
    }
    Ok(())
}

/// The contacts for reports, and the addresses at which nobody is.
struct Readers {
    contacts: BTreeMap<ContactFor, Vec<Contact>>,
    unreachable: BTreeSet<String>,
}

impl Readers {
    fn of<'a>(&'a self, site: &Site) -> impl Iterator<Item = &'a Contact> {
        let of = [ContactFor::Site(site.site.clone()), ContactFor::Customer(site.customer.clone())];
        of.into_iter().filter_map(|of| self.contacts.get(&of)).flatten()
    }

    fn reached<'a>(&'a self, site: &Site) -> impl Iterator<Item = &'a Contact> {
        self.of(site).filter(|contact| !self.unreachable.contains(&contact.email))
    }

    fn knows(&self, email: &str) -> bool {
        self.contacts.values().flatten().any(|contact| contact.email == email)
    }

    /// Names by which a term waits for somebody who is no contact of a site.
    fn named(&self, contract: &Contract, term: &Term, covered: &[&Site], found: &mut Findings) {
        for site in covered {
            let contacts: Vec<(&str, &str)> =
                self.of(site).map(|contact| (contact.name.as_str(), contact.email.as_str())).collect();
            for unknown in term.delivered_to.unknown_among(&contacts) {
                let (contract, term, site) = (&contract.contract, &term.key, &site.site);
                found.error(
                    "contracts",
                    format!(
                        "contract {contract}: {term}.delivered_to names {unknown:?}, who is no contact for the reports of \
                         {site}"
                    ),
                );
            }
        }
    }
}
