//! The contracts of the office, by the sites that they cover.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};

use super::{Office, Result};
use crate::documents::sha256;
use crate::planning::versions::{FirstKnown, KnownVersions, in_force};
use domain::contract::history::{ContractVersion, PromisedStretch, stretches};
use domain::contract::{Contract, CoveredSites, Term};
use domain::ids::{ContractCode, CustomerCode, SiteCode, TermName};
use domain::people::equipment::Site;
use domain::planning::RoundRule;

/// A contract, with what it promises.
pub(super) struct Held {
    pub(super) contract: Contract,
    pub(super) promises: Vec<Promise>,
    /// Earliest first, including the current one.
    versions: Vec<ContractVersion>,
}

impl Held {
    /// The last day on which the contract promises anything at a site.
    pub(super) fn ends_on_at(&self, site: &SiteCode) -> Option<NaiveDate> {
        self.versions.last().map_or(self.contract.ends_on, |now| now.ends_on_at(site))
    }

    /// Whether the contract applies to a site for a different time than to others.
    pub(super) fn ends_by_itself_at(&self, site: &SiteCode) -> bool {
        self.ends_on_at(site) != self.contract.ends_on
    }

    /// The stretches in which the contract promises a term at a site; `own`: the site's own day of acceptance.
    pub(super) fn stretches(&self, site: &SiteCode, term: &TermName, own: Option<NaiveDate>) -> Vec<PromisedStretch> {
        stretches(&self.versions, site, term, own)
    }
}

/// A term, and a fingerprint of its rhythm: rounds planned with another fingerprint are planned again.
pub(super) struct Promise {
    pub(super) term: Term,
    /// The rhythm as text, and its short hash.
    numbers: String,
    rhythm: String,
}

impl Promise {
    fn of(term: Term, contract: &Contract) -> Promise {
        let numbers = format!("{}|{}", term.fingerprint(), contract.accepted_on);
        Promise { term, rhythm: short_rhythm(&numbers), numbers }
    }

    /// The rule stored with a round that is planned with this term, if the contract ends on a day.
    pub(super) fn rule(&self, ends_on: Option<NaiveDate>) -> String {
        let last_day = ends_on.map_or_else(String::new, |day| format!("{:x}", day.num_days_from_ce()));
        format!("{}{last_day}", self.rhythm)
    }

    /// Whether a round with this rule was planned with this term. Versions up to 0.2 stored the text itself.
    pub(super) fn made(&self, rule: &str, ends_on: Option<NaiveDate>) -> bool {
        let is_text = || {
            let last_day = ends_on.map_or_else(|| "-".to_owned(), |day| day.to_string());
            rule.strip_prefix(&self.numbers).and_then(|rest| rest.strip_prefix('|')) == Some(&last_day)
        };
        rule == self.rule(ends_on) || is_text()
    }

    /// Whether a round with this rule has the same rhythm, possibly with another last day.
    pub(super) fn keeps_rhythm(&self, rule: &str) -> bool {
        let of_rule = match rule.rsplit_once('|') {
            Some((rhythm, _)) => short_rhythm(rhythm),
            None => rule.get(..RHYTHM_LETTERS).unwrap_or_default().to_owned(),
        };
        of_rule == self.rhythm
    }
}

/// Number of characters of a hash that distinguish rhythms.
const RHYTHM_LETTERS: usize = 11;

fn short_rhythm(rhythm: &str) -> String {
    sha256(rhythm.as_bytes())[..RHYTHM_LETTERS].to_owned()
}

/// What the contracts now say about a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CallsFor {
    It,
    /// They call for it with the same rhythm, but with another last day.
    UntilAnotherDay,
    /// They call for it with another rhythm.
    Otherwise,
    Nothing,
}

/// All contracts that have terms, by code.
#[derive(Default)]
pub(super) struct Contracts {
    held: Vec<Arc<Held>>,
    by_code: HashMap<ContractCode, usize>,
    /// Contracts that cover all sites of a customer.
    of_customer: HashMap<CustomerCode, Vec<usize>>,
    /// Contracts that name their sites.
    of_site: HashMap<SiteCode, Vec<usize>>,
    /// Contracts without terms, with the reason.
    pub(super) without_terms: BTreeMap<ContractCode, String>,
}

impl Contracts {
    pub(super) async fn load(office: &Office) -> Result<Contracts> {
        let mut contracts = Contracts::default();
        let mut known = KnownVersions::load(office, office.today(), FirstKnown::Before).await?;
        for contract in in_force(office).await? {
            match office.plans.terms(&contract) {
                Ok(terms) => {
                    let versions = known.of.remove(&contract.contract).unwrap_or_default();
                    contracts.add(contract, terms, versions);
                }
                Err(why) => {
                    contracts.without_terms.insert(contract.contract.clone(), why.to_string());
                }
            }
        }
        Ok(contracts)
    }

    fn add(&mut self, contract: Contract, terms: Vec<Term>, versions: Vec<ContractVersion>) {
        let index = self.held.len();
        self.by_code.insert(contract.contract.clone(), index);
        match &contract.sites {
            CoveredSites::All => self.of_customer.entry(contract.customer.clone()).or_default().push(index),
            CoveredSites::Only(codes) => {
                for code in codes {
                    self.of_site.entry(code.clone()).or_default().push(index);
                }
            }
        }
        let promises = terms.into_iter().map(|term| Promise::of(term, &contract)).collect();
        self.held.push(Arc::new(Held { contract, promises, versions }));
    }

    /// The contracts that cover a site, by code.
    pub(super) fn covering(&self, site: &Site) -> Vec<Arc<Held>> {
        let mut indices = self.of_customer.get(&site.customer).cloned().unwrap_or_default();
        indices.extend(self.of_site.get(&site.site).into_iter().flatten());
        indices.sort_unstable();
        let held = indices.into_iter().map(|index| &self.held[index]);
        held.filter(|held| held.contract.customer == site.customer).cloned().collect()
    }

    /// What the contracts now say about a round. A contract without terms counts as unchanged.
    pub(super) fn calls_for(&self, round: &RoundRule) -> CallsFor {
        let Some(&index) = self.by_code.get(&round.contract) else {
            let keeps = self.without_terms.contains_key(&round.contract);
            return if keeps { CallsFor::It } else { CallsFor::Nothing };
        };
        let held = &self.held[index];
        let is_covered = held.contract.customer == round.customer
            && match &held.contract.sites {
                CoveredSites::All => true,
                CoveredSites::Only(_) => self.of_site.get(&round.site).is_some_and(|of| of.contains(&index)),
            };
        match held.promises.iter().find(|promise| promise.term.key == round.term) {
            Some(promise) if is_covered && promise.made(&round.rule, held.ends_on_at(&round.site)) => CallsFor::It,
            Some(promise) if is_covered && promise.keeps_rhythm(&round.rule) => CallsFor::UntilAnotherDay,
            Some(_) if is_covered => CallsFor::Otherwise,
            Some(_) | None => CallsFor::Nothing,
        }
    }

    /// The codes of all contracts.
    pub(super) fn codes(&self) -> Vec<ContractCode> {
        let with_terms = self.held.iter().map(|held| held.contract.contract.clone());
        with_terms.chain(self.without_terms.keys().cloned()).collect()
    }

    /// Everything that rounds depend on, as one text.
    pub(super) fn in_short(&self) -> String {
        let mut text = String::new();
        for Held { contract, promises, .. } in self.held.iter().map(Arc::as_ref) {
            let sites = serde_json::to_string(&contract.sites).expect("codes are JSON");
            text.push_str(&format!("{} {} {sites}\n", contract.contract, contract.customer));
            let ends_on = contract.ends_on.map_or_else(|| "-".to_owned(), |day| day.to_string());
            for promise in promises {
                text.push_str(&format!("  {} {}|{ends_on}\n", promise.term.key, promise.numbers));
            }
        }
        for (contract, why) in &self.without_terms {
            text.push_str(&format!("{contract}: {why}\n"));
        }
        text
    }

    /// The contract with this code, if it has terms.
    pub(super) fn get(&self, code: &ContractCode) -> Option<Arc<Held>> {
        self.by_code.get(code).map(|&index| self.held[index].clone())
    }
}
