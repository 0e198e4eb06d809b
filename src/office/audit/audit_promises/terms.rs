//! The contracts of the office, by the sites that they cover, with the periods of their terms.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;

use super::AuditFilter;
use crate::{Office, Result};
use domain::audit::promises::PromisedTerm;
use domain::contract::{Contract, CoveredSites, Term};
use domain::ids::{ContractCode, CustomerCode, SiteCode};
use domain::people::equipment::Site;

/// Contracts whose periods are kept counted: those of a page of sites, and of customers with many.
const KEPT: usize = 2_000;

/// Every contract, and the counted periods of those that were asked for last.
pub(super) struct Promises {
    contracts: Vec<Contract>,
    /// Those that cover all of a customer's sites, and those that name their sites.
    of_customer: HashMap<CustomerCode, Vec<usize>>,
    of_site: HashMap<SiteCode, Vec<usize>>,
    pub(super) planned_through: NaiveDate,
    terms: BTreeMap<ContractCode, Vec<CountedTerm>>,
}

/// A term with its periods.
pub(super) struct CountedTerm {
    pub(super) term: Term,
    pub(super) promised: PromisedTerm,
}

impl Promises {
    pub(super) async fn load(office: &Office, filter: &AuditFilter, planned_through: NaiveDate) -> Result<Promises> {
        let mut contracts = store::people::contract::all(&office.db).await?;
        contracts.retain(|contract| filter.contract.as_ref().is_none_or(|only| contract.contract == *only));
        let mut of_customer: HashMap<CustomerCode, Vec<usize>> = HashMap::new();
        let mut of_site: HashMap<SiteCode, Vec<usize>> = HashMap::new();
        for (index, contract) in contracts.iter().enumerate() {
            match &contract.sites {
                CoveredSites::All => of_customer.entry(contract.customer.clone()).or_default().push(index),
                CoveredSites::Only(sites) => {
                    sites.iter().for_each(|site| of_site.entry(site.clone()).or_default().push(index));
                }
            }
        }
        Ok(Promises { contracts, of_customer, of_site, planned_through, terms: BTreeMap::new() })
    }

    /// The contracts that cover a site.
    pub(super) fn covering<'a>(&'a self, site: &'a Site) -> impl Iterator<Item = &'a Contract> {
        let all = self.of_customer.get(&site.customer).into_iter().flatten();
        let named = self.of_site.get(&site.site).into_iter().flatten();
        all.chain(named).map(|index| &self.contracts[*index]).filter(|contract| contract.customer == site.customer)
    }

    /// Counts the periods of all contracts that cover these sites.
    pub(super) fn count(&mut self, office: &Office, sites: &[Site]) {
        if self.terms.len() > KEPT {
            self.terms.clear();
        }
        let wanted: BTreeSet<ContractCode> =
            sites.iter().flat_map(|site| self.covering(site)).map(|contract| contract.contract.clone()).collect();
        let unknown = self
            .contracts
            .iter()
            .filter(|contract| wanted.contains(&contract.contract) && !self.terms.contains_key(&contract.contract));
        let counted: Vec<(ContractCode, Vec<CountedTerm>)> = unknown
            .map(|contract| {
                // One without a plan promises nothing that could be counted; the digest names it.
                let terms = office.plans.terms(contract).unwrap_or_default();
                let count = |term: Term| CountedTerm {
                    promised: PromisedTerm::of(contract, &term, self.planned_through),
                    term,
                };
                (contract.contract.clone(), terms.into_iter().map(count).collect())
            })
            .collect();
        self.terms.extend(counted);
    }

    /// The terms of a contract that [`Promises::count`] has counted.
    pub(super) fn terms_of(&self, contract: &ContractCode) -> &[CountedTerm] {
        self.terms.get(contract).map_or(&[], Vec::as_slice)
    }
}
