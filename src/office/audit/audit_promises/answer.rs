//! Records the day from which the office is responsible for each promise, when it is imported.

use std::collections::{BTreeMap, HashSet};

use chrono::{Months, NaiveDate};

use super::terms::Promises;
use super::{AuditFilter, SITES_A_PAGE};
use crate::{Office, Result};
use domain::audit::promises::{AnsweredPromise, HandedOn};
use domain::ids::{ContractCode, SiteCode, TermName};
use domain::people::equipment::Equipment;

/// Promises that the office has just become responsible for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewAnswers {
    /// The number of terms at sites.
    pub begun: u64,
    /// Terms whose current period is nearly over; one entry for each term and day.
    pub handed_on: Vec<HandedOn>,
}

/// Records for every new term at every site that the office is responsible for it from today on. A site that was added
/// later to a contract has its own day of acceptance: that of its equipment, or today.
///
/// # Errors
/// If the store fails; the next run continues from there.
pub async fn begin_answering(office: &Office) -> Result<NewAnswers> {
    let today = office.today();
    let horizon = today + Months::new(office.config.planning.horizon_months);
    let mut promises = Promises::load(office, &AuditFilter::default(), horizon).await?;
    let running: HashSet<ContractCode> =
        store::audit::promises::running(&office.db, today).await?.into_iter().collect();
    let mut answers = NewAnswers::default();
    let mut handed: BTreeMap<(ContractCode, TermName, NaiveDate), HandedOn> = BTreeMap::new();
    let mut after = String::new();
    loop {
        let sites = store::people::site::page(&office.db, &after, SITES_A_PAGE).await?;
        let Some(last) = sites.last() else { break };
        after = last.site.to_string();
        promises.count(office, &sites);
        let codes: Vec<_> = sites.iter().map(|site| site.site.clone()).collect();
        let known = store::audit::promises::answered(&office.db, &codes).await?;
        let served: HashSet<_> = known.iter().map(|row| (row.site.clone(), row.contract.clone())).collect();
        let known: HashSet<_> = known.into_iter().map(|row| (row.site, row.contract, row.term)).collect();
        let mut new = Vec::new();
        for site in &sites {
            for contract in promises.covering(site).filter(|contract| contract.sites.covers(&site.site)) {
                let is_added = running.contains(&contract.contract)
                    && !served.contains(&(site.site.clone(), contract.contract.clone()));
                for counted in promises.terms_of(&contract.contract) {
                    let key = (site.site.clone(), contract.contract.clone(), counted.promised.term.clone());
                    if !known.contains(&key) {
                        let (site, contract, term) = key;
                        new.push((AnsweredPromise::since(today, site, contract, term), is_added));
                    }
                }
            }
        }
        if new.is_empty() {
            continue;
        }
        accept(office, &mut new, today).await?;
        for (answered, _) in &new {
            let AnsweredPromise { site, contract, term, since_on, .. } = answered;
            let counted = promises.terms_of(contract).iter().find(|counted| counted.promised.term == *term);
            let Some(counted) = counted else { continue };
            let promised = promises.promised_at(counted, answered);
            if let Some(next_on) = promised.handed_on(*since_on) {
                let (customer, purpose) = (promised.customer.clone(), promised.purpose);
                let line = handed.entry((contract.clone(), term.clone(), next_on)).or_insert_with(|| HandedOn {
                    customer,
                    contract: contract.clone(),
                    term: term.clone(),
                    purpose,
                    next_on,
                    sites: Vec::new(),
                });
                line.sites.push(site.clone());
            }
        }
        let rows: Vec<AnsweredPromise> = new.into_iter().map(|(answered, _)| answered).collect();
        let mut tx = office.at_work().begin_part().await?;
        answers.begun += store::audit::promises::begin(&mut tx, &rows).await?;
        tx.commit().await?;
    }
    answers.handed_on = handed.into_values().collect();
    Ok(answers)
}

/// Sets the day of acceptance for sites that were added later to a contract.
async fn accept(office: &Office, new: &mut [(AnsweredPromise, bool)], today: NaiveDate) -> Result<()> {
    let mut sites: Vec<SiteCode> =
        new.iter().filter(|(_, is_added)| *is_added).map(|(one, _)| one.site.clone()).collect();
    sites.dedup();
    if sites.is_empty() {
        return Ok(());
    }
    let mut equipment: BTreeMap<SiteCode, Vec<Equipment>> = BTreeMap::new();
    for one in store::people::equipment::of_sites(&office.db, &sites).await? {
        equipment.entry(one.site.clone()).or_default().push(one);
    }
    let contracts: Vec<ContractCode> = new.iter().map(|(one, _)| one.contract.clone()).collect();
    let contracts = store::people::contract::with_codes(&office.db, &contracts).await?;
    for (one, is_added) in new.iter_mut().filter(|(_, is_added)| *is_added) {
        debug_assert!(*is_added, "so they were asked for");
        let began = contracts.iter().find(|contract| contract.contract == one.contract).map(|one| one.accepted_on);
        let own = equipment.get(&one.site).into_iter().flatten().filter_map(|one| one.accepted_on).min();
        let own = own.filter(|own| began.is_none_or(|began| *own >= began)).unwrap_or(today);
        one.accepted_on = Some(own);
        one.since_on = own.max(today);
    }
    Ok(())
}
