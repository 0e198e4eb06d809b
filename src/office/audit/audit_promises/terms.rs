//! The contracts of the office, by the sites that they cover or have covered, with the periods of their terms.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;

use super::AuditFilter;
use crate::planning::versions::{FirstKnown, KnownVersions, in_force};
use crate::{Office, Result};
use domain::audit::promises::{AnsweredPromise, PaperTerms, PromisedTerm};
use domain::contract::history::{ContractVersion, TermRhythm, stretches};
use domain::contract::{Contract, CoveredSites, Term};
use domain::ids::{ContractCode, CustomerCode, SiteCode};
use domain::people::equipment::Site;

/// How many contracts keep their counted periods in memory: those of a page of sites, and of customers with many sites.
const KEPT: usize = 2_000;

/// All contracts, and the counted periods of those used last.
pub(super) struct Promises {
    contracts: Vec<Contract>,
    /// In the order of `contracts`; for each contract, earliest first.
    versions: Vec<Vec<ContractVersion>>,
    /// Contracts that cover or have covered all sites of a customer, and those that name or have named their sites.
    of_customer: HashMap<CustomerCode, BTreeSet<usize>>,
    of_site: HashMap<SiteCode, BTreeSet<usize>>,
    pub(super) planned_through: NaiveDate,
    terms: BTreeMap<ContractCode, Vec<CountedTerm>>,
}

/// A term with its periods.
pub(super) struct CountedTerm {
    pub(super) term: Term,
    /// As promised at every site that the contract has covered since its first day, if the contract has never changed.
    pub(super) promised: PromisedTerm,
    /// The contract's index.
    index: usize,
}

impl Promises {
    pub(super) async fn load(office: &Office, filter: &AuditFilter, planned_through: NaiveDate) -> Result<Promises> {
        let mut contracts = in_force(office).await?;
        contracts.retain(|contract| filter.contract.as_ref().is_none_or(|only| contract.contract == *only));
        let mut known = KnownVersions::load(office, office.today(), FirstKnown::Before).await?;
        let mut of_customer: HashMap<CustomerCode, BTreeSet<usize>> = HashMap::new();
        let mut of_site: HashMap<SiteCode, BTreeSet<usize>> = HashMap::new();
        let mut versions = Vec::with_capacity(contracts.len());
        for (index, contract) in contracts.iter().enumerate() {
            let of_one = known.of.remove(&contract.contract).unwrap_or_default();
            for held in of_one.iter().map(|version| &version.contract).chain([contract]) {
                match &held.sites {
                    CoveredSites::All => {
                        of_customer.entry(held.customer.clone()).or_default().insert(index);
                    }
                    CoveredSites::Only(sites) => sites.iter().for_each(|site| {
                        of_site.entry(site.clone()).or_default().insert(index);
                    }),
                }
            }
            versions.push(of_one);
        }
        Ok(Promises { contracts, versions, of_customer, of_site, planned_through, terms: BTreeMap::new() })
    }

    /// The contracts that cover or have covered a site.
    pub(super) fn covering<'a>(&'a self, site: &'a Site) -> impl Iterator<Item = &'a Contract> {
        let all = self.of_customer.get(&site.customer).into_iter().flatten();
        let named = self.of_site.get(&site.site).into_iter().flatten();
        let named = named.filter(|index| !self.of_customer.get(&site.customer).is_some_and(|all| all.contains(*index)));
        all.chain(named).map(|index| &self.contracts[*index]).filter(|contract| contract.customer == site.customer)
    }

    /// Counts the periods of all contracts that cover these sites.
    pub(super) fn count(&mut self, office: &Office, sites: &[Site]) {
        if self.terms.len() > KEPT {
            self.terms.clear();
        }
        let wanted: BTreeSet<ContractCode> =
            sites.iter().flat_map(|site| self.covering(site)).map(|contract| contract.contract.clone()).collect();
        let unknown = self.contracts.iter().enumerate().filter(|(_, contract)| {
            wanted.contains(&contract.contract) && !self.terms.contains_key(&contract.contract)
        });
        let counted: Vec<(ContractCode, Vec<CountedTerm>)> = unknown
            .map(|(index, contract)| {
                let count = |term: Term| CountedTerm {
                    promised: PromisedTerm::of(contract, &term, self.planned_through),
                    term,
                    index,
                };
                (contract.contract.clone(), self.all_terms(office, index).into_iter().map(count).collect())
            })
            .collect();
        self.terms.extend(counted);
    }

    /// The current and former terms of a contract.
    fn all_terms(&self, office: &Office, index: usize) -> Vec<Term> {
        // A contract without a plan promises nothing that can be counted; the digest reports it.
        let mut terms = office.plans.terms(&self.contracts[index]).unwrap_or_default();
        for version in self.versions[index].iter().rev().skip(1) {
            for term in office.plans.terms(&version.contract).unwrap_or_default() {
                if terms.iter().all(|known| known.key != term.key) {
                    terms.push(term);
                }
            }
        }
        terms
    }

    /// The terms of a contract, as counted by [`Promises::count`].
    pub(super) fn terms_of(&self, contract: &ContractCode) -> &[CountedTerm] {
        self.terms.get(contract).map_or(&[], Vec::as_slice)
    }

    /// A term as promised at a site by all versions of the contract, to an office that took over on a day.
    pub(super) fn promised_at<'a>(
        &'a self,
        counted: &'a CountedTerm,
        answered: &AnsweredPromise,
    ) -> Cow<'a, PromisedTerm> {
        let AnsweredPromise { site, accepted_on: own, since_on, .. } = answered;
        let versions = &self.versions[counted.index];
        let is_the_same = |version: &ContractVersion| !version.sites_left.contains_key(site);
        if versions.len() < 2 && own.is_none() && versions.iter().all(is_the_same) {
            return Cow::Borrowed(&counted.promised);
        }
        let stretches = stretches(versions, site, &counted.term.key, *own);
        let contract = &self.contracts[counted.index];
        let mut promised = PromisedTerm::since(*since_on, contract, &counted.term, &stretches, self.planned_through);
        let papers = versions.iter().filter_map(|version| {
            let TermRhythm { record_within, report_within, early_days, .. } = version.rhythms.get(&counted.term.key)?;
            let (record_within, report_within, early_days) = (*record_within, *report_within, *early_days);
            Some(PaperTerms { since_on: version.since_on, record_within, report_within, early_days })
        });
        promised.papers = papers.collect();
        Cow::Owned(promised)
    }
}
