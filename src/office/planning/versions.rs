//! The versions of contracts: what held from which day on, noted as soon as it changes.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use crate::{Office, Result};
use domain::contract::Contract;
use domain::contract::history::{ContractVersion, TermRhythm};
use domain::ids::{ContractCode, SiteCode};
use domain::people::Customer;
use domain::people::equipment::Site;

/// Since when a contract is known of which no version is on file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstKnown {
    /// An earlier version of the program had it already.
    Before,
    /// It has just been imported: what is corrected on the same day has never been otherwise.
    Now,
}

/// The versions of every contract, as it is now included.
#[derive(Debug, Default)]
pub(crate) struct KnownVersions {
    pub(crate) of: BTreeMap<ContractCode, Vec<ContractVersion>>,
    /// Those that are not on file yet.
    new: Vec<ContractVersion>,
}

/// The last day on which a contract is anything to its customer: the day before that one leaves, or its own.
fn last_day(contract: &Contract, customer: Option<&Customer>) -> Option<NaiveDate> {
    let left_on = customer.and_then(|customer| customer.left_on);
    let before = left_on.map(|day| day.pred_opt().unwrap_or(day).max(contract.accepted_on));
    [contract.ends_on, before].into_iter().flatten().min()
}

/// The last day on which a contract is anything to a site of a customer's: the day before either leaves, or its own.
#[must_use]
pub fn last_day_at(contract: &Contract, customer: &Customer, site: &Site) -> Option<NaiveDate> {
    let before_it_leaves = site.left_on.and_then(|left_on| left_on.pred_opt());
    [last_day(contract, Some(customer)), before_it_leaves].into_iter().flatten().min()
}

/// When sites leave that a contract covers.
fn sites_left(contract: &Contract, leaving: &[Site]) -> BTreeMap<SiteCode, NaiveDate> {
    let of_it = leaving.iter().filter(|site| site.customer == contract.customer && contract.sites.covers(&site.site));
    of_it.filter_map(|site| Some((site.site.clone(), site.left_on?))).collect()
}

/// Every contract as it is now, with the last day that counts.
pub(crate) async fn in_force(office: &Office) -> Result<Vec<Contract>> {
    let customers = store::people::customer::all(&office.db).await?;
    let customers: BTreeMap<_, _> = customers.iter().map(|customer| (&customer.customer, customer)).collect();
    let mut contracts = store::people::contract::all(&office.db).await?;
    for contract in &mut contracts {
        contract.ends_on = last_day(contract, customers.get(&contract.customer).copied());
    }
    Ok(contracts)
}

impl KnownVersions {
    /// What is on file, and what has changed since, which holds from `today` on.
    pub(crate) async fn load(office: &Office, today: NaiveDate, known: FirstKnown) -> Result<KnownVersions> {
        let of = store::people::contract_version::all(&office.db).await?;
        let mut versions = KnownVersions { of, new: Vec::new() };
        let leaving = store::people::site::leaving(&office.db).await?;
        for contract in in_force(office).await? {
            // One whose plan cannot be read says what it said.
            let Ok(terms) = office.plans.terms(&contract) else { continue };
            let rhythms = terms.iter().map(|term| (term.key.clone(), TermRhythm::of(term))).collect();
            let sites_left = sites_left(&contract, &leaving);
            let of_one = versions.of.entry(contract.contract.clone()).or_default();
            let since_on = match (of_one.last(), known) {
                (Some(last), _)
                    if (&last.contract, &last.rhythms, &last.sites_left) == (&contract, &rhythms, &sites_left) =>
                {
                    continue;
                }
                (Some(_), _) | (None, FirstKnown::Now) => today,
                (None, FirstKnown::Before) => today - Days::new(1),
            };
            let version = ContractVersion { contract, since_on, rhythms, sites_left };
            of_one.retain(|before| before.since_on < since_on);
            of_one.push(version.clone());
            versions.new.push(version);
        }
        Ok(versions)
    }
}

/// Makes contracts what they were to be from today on, and notes each that has changed. Says how many have.
///
/// # Errors
/// When the store fails; the next run does it.
pub async fn note_versions(office: &Office, known: FirstKnown) -> Result<usize> {
    let (today, now) = (office.today(), office.clock.now());
    for due in store::people::contract_version::due(&office.db, today).await? {
        let mut tx = office.at_work().begin_part().await?;
        store::people::contract_version::taken(&mut tx, &due.contract.contract, due.since_on).await?;
        store::people::contract::put(&mut tx, std::slice::from_ref(&due.contract)).await?;
        tx.commit().await?;
    }
    let KnownVersions { new, .. } = KnownVersions::load(office, today, known).await?;
    if !new.is_empty() {
        let mut tx = office.at_work().begin_part().await?;
        store::people::contract_version::put(&mut tx, &new, now).await?;
        tx.commit().await?;
    }
    Ok(new.len())
}
