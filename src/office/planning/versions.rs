//! The versions of contracts: what applied from which day on, recorded as soon as it changes.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use crate::{Office, Result};
use domain::contract::Contract;
use domain::contract::history::{ContractVersion, TermRhythm};
use domain::ids::{ContractCode, SiteCode};
use domain::people::Customer;
use domain::people::equipment::Site;

/// How long a contract without a stored version has been known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstKnown {
    /// An earlier version of the program already had it.
    Before,
    /// It has just been imported: corrections on the same day count as if they had always applied.
    Now,
}

/// The versions of all contracts, including the current ones.
#[derive(Debug, Default)]
pub(crate) struct KnownVersions {
    pub(crate) of: BTreeMap<ContractCode, Vec<ContractVersion>>,
    /// Versions that are not stored yet.
    new: Vec<ContractVersion>,
}

/// A contract's effective last day: its own, or the day before the customer leaves.
fn last_day(contract: &Contract, customer: Option<&Customer>) -> Option<NaiveDate> {
    let left_on = customer.and_then(|customer| customer.left_on);
    let before = left_on.map(|day| day.pred_opt().unwrap_or(day).max(contract.accepted_on));
    [contract.ends_on, before].into_iter().flatten().min()
}

/// A contract's effective last day at a site: its own, or the day before the customer or the site leaves.
#[must_use]
pub fn last_day_at(contract: &Contract, customer: &Customer, site: &Site) -> Option<NaiveDate> {
    let before_it_leaves = site.left_on.and_then(|left_on| left_on.pred_opt());
    [last_day(contract, Some(customer)), before_it_leaves].into_iter().flatten().min()
}

/// When the sites that a contract covers leave.
fn sites_left(contract: &Contract, leaving: &[Site]) -> BTreeMap<SiteCode, NaiveDate> {
    let of_it = leaving.iter().filter(|site| site.customer == contract.customer && contract.sites.covers(&site.site));
    of_it.filter_map(|site| Some((site.site.clone(), site.left_on?))).collect()
}

/// All current contracts, with their effective last day.
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
    /// The stored versions, and what has changed since, which applies from `today` on.
    pub(crate) async fn load(office: &Office, today: NaiveDate, known: FirstKnown) -> Result<KnownVersions> {
        let of = store::people::contract_version::all(&office.db).await?;
        let mut versions = KnownVersions { of, new: Vec::new() };
        let leaving = store::people::site::leaving(&office.db).await?;
        for contract in in_force(office).await? {
            // A contract whose plan cannot be read counts as unchanged.
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

/// Applies changes to contracts that are due today, and records all changes. Returns how many contracts have changed.
///
/// # Errors
/// If the store fails; the next run tries again.
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
