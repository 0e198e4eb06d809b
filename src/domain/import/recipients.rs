//! Recipients of the reports of sites under contract: there must be one before a report is due (P04).

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Nouns, PlanFault};
use crate::contract::{Contract, parse_delivered_to};
use crate::ids::{CustomerCode, SiteCode};
use crate::people::{Contact, ContactFor, ContactRole};

/// What to do if there is none.
pub(super) const ADD_ONE: &str = "add a contact with the role reports, of the site or of its customer";

/// How many sites a fault names.
const NAMED: usize = 4;

/// The contacts for reports, both imported and stored.
#[derive(Debug, Default)]
pub(super) struct Recipients {
    /// Each contact's name and address.
    of: BTreeMap<ContactFor, Vec<(String, String)>>,
    /// The number of contact rows with faults, for which it is unknown who was meant.
    unread: usize,
    /// Contacts who have left by this day do not count.
    today: NaiveDate,
}

impl Recipients {
    pub(super) fn of(stored: &Nouns, today: NaiveDate) -> Recipients {
        let mut recipients = Recipients { today, ..Recipients::default() };
        stored.contacts.iter().for_each(|contact| recipients.add(Some(contact)));
        recipients
    }

    /// Adds a contact of the import; `None` if its row has faults.
    pub(super) fn add(&mut self, contact: Option<&Contact>) {
        match contact {
            None => self.unread += 1,
            Some(contact) if contact.role == ContactRole::Reports && contact.is_there_on(self.today) => {
                let known = self.of.entry(contact.of.clone()).or_default();
                known.push((contact.name.clone(), contact.email.clone()));
            }
            Some(_) => {}
        }
    }

    fn of_site<'a>(&'a self, site: &SiteCode, customer: &CustomerCode) -> impl Iterator<Item = (&'a str, &'a str)> {
        let of = [ContactFor::Site(site.clone()), ContactFor::Customer(customer.clone())];
        of.into_iter().filter_map(|of| self.of.get(&of)).flatten().map(|(name, email)| (name.as_str(), email.as_str()))
    }

    /// Whether a site has a recipient, or may have one in a row that could not be read.
    pub(super) fn has_any(&self, site: &SiteCode, customer: &CustomerCode) -> bool {
        self.unread > 0 || self.of_site(site, customer).next().is_some()
    }

    /// The faults of a contract that covers these sites, in the order of its columns.
    pub(super) fn faults(&self, contract: &Contract, sites: &[SiteCode]) -> Vec<PlanFault> {
        let nobody: Vec<&SiteCode> = sites.iter().filter(|site| !self.has_any(site, &contract.customer)).collect();
        let mut faults = Vec::new();
        if !nobody.is_empty() {
            let named: Vec<&str> = nobody.iter().take(NAMED).map(|site| site.as_str()).collect();
            let more = match nobody.len().saturating_sub(NAMED) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let rule = format!("has nobody who gets the reports of {}{more}", named.join(", "));
            faults.push(PlanFault { column: "customer".to_owned(), rule, suggestion: Some(ADD_ONE.to_owned()) });
        }
        if self.unread > 0 {
            return faults;
        }
        let named = contract.overrides.iter().filter(|(column, _)| column.ends_with(".delivered_to"));
        for (column, rule) in named.filter_map(|(column, text)| Some((column, parse_delivered_to(text).ok()?))) {
            for site in sites.iter().filter(|site| self.has_any(site, &contract.customer)) {
                let contacts: Vec<(&str, &str)> = self.of_site(site, &contract.customer).collect();
                if let Some(unknown) = rule.unknown_among(&contacts).first() {
                    let rule = format!("names {unknown:?}, who is no contact for the reports of {site}");
                    faults.push(PlanFault { column: column.clone(), rule, suggestion: Some(ADD_ONE.to_owned()) });
                    break;
                }
            }
        }
        faults
    }
}
