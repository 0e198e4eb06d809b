//! Checks that somebody receives the reports of everything that an import puts under contract.

use std::collections::{HashMap, HashSet};

use super::{Import, PlanFault};
use crate::contract::Contract;
use crate::ids::{ContractCode, CustomerCode, SiteCode};
use crate::import::Noun;
use crate::import::cells::{Cells, Faults, Header};
use crate::import::recipients::ADD_ONE;

impl Import<'_, '_> {
    /// Like [`Import::recipients_of_contract`], for sites that come under an already stored contract.
    pub(super) fn recipients_of_sites(&self, headers: &[Header<'_>]) {
        let read: HashSet<&ContractCode> = self.nouns.contracts.iter().map(|contract| &contract.contract).collect();
        let mut stored: HashMap<&CustomerCode, Vec<&Contract>> = HashMap::new();
        let is_asked = |contract: &&Contract| !read.contains(&contract.contract) && !self.has_ended(contract);
        for contract in self.known.stored.contracts.iter().filter(is_asked) {
            stored.entry(&contract.customer).or_default().push(contract);
        }
        for header in headers.iter().filter(|header| header.table.noun == Noun::Sites) {
            for row in &header.table.rows {
                // Other faults of the row are already reported.
                let own = Faults::default();
                let cells = Cells::of(header, row, &own);
                let (site, customer) = (SiteCode::from(cells.text("site")), CustomerCode::from(cells.text("customer")));
                let mut contracts = stored.get(&customer).into_iter().flatten();
                if contracts.any(|contract| contract.sites.covers(&site)) && !self.recipients.has_any(&site, &customer)
                {
                    cells.fault(
                        "site",
                        "is under contract and has nobody who gets its reports",
                        Some(ADD_ONE.to_owned()),
                    );
                    own.into_vec().pop().into_iter().for_each(|fault| self.faults.add(fault));
                }
            }
        }
    }

    /// The faults of a contract because nobody receives its reports, or not those whom it names (P04).
    pub(super) fn recipients_of_contract(&self, contract: &Contract) -> Vec<PlanFault> {
        let of_customer = self.sites_of.get(contract.customer.as_str()).into_iter().flatten();
        let covered = of_customer.map(|site| SiteCode::from(*site)).filter(|site| contract.sites.covers(site));
        let sites: Vec<SiteCode> = covered.collect();
        self.recipients.faults(contract, &sites)
    }

    /// Nobody needs the reports of an ended contract.
    pub(super) fn has_ended(&self, contract: &Contract) -> bool {
        contract.ends_on.is_some_and(|last| last < self.known.today)
    }
}
