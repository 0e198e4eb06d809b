//! Promises whose current period was nearly over when the office took over, so that nothing is owed before the next
//! one.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Months, NaiveDate};

use super::AuditFilter;
use super::terms::Promises;
use crate::{Office, Result};
use domain::audit::promises::{AnsweredPromise, HandedOn};
use domain::ids::SiteCode;

/// Those for which the office became responsible from `from` to `through`, both inclusive, as days at the company; one
/// entry for each term and day.
pub async fn handed_on_since(office: &Office, from: NaiveDate, through: NaiveDate) -> Result<Vec<HandedOn>> {
    let begun = store::audit::promises::begun_between(&office.db, from, through).await?;
    if begun.is_empty() {
        return Ok(Vec::new());
    }
    let codes: BTreeSet<&SiteCode> = begun.iter().map(|one| &one.site).collect();
    let codes: Vec<SiteCode> = codes.into_iter().cloned().collect();
    let sites = store::people::site::with_codes(&office.db, &codes).await?;
    let horizon = office.today() + Months::new(office.config.planning.horizon_months);
    let mut promises = Promises::load(office, &AuditFilter::default(), horizon).await?;
    promises.count(office, &sites);
    let mut lines = BTreeMap::new();
    for answered in begun {
        let AnsweredPromise { contract, term, since_on, .. } = &answered;
        let counted = promises.terms_of(contract).iter().find(|counted| counted.promised.term == *term);
        let Some(counted) = counted else { continue };
        let promised = promises.promised_at(counted, &answered);
        let Some(next_on) = promised.handed_on(*since_on) else { continue };
        let line = lines.entry((contract.clone(), term.clone(), next_on)).or_insert_with(|| HandedOn {
            customer: promised.customer.clone(),
            contract: contract.clone(),
            term: term.clone(),
            purpose: promised.purpose,
            next_on,
            sites: Vec::new(),
        });
        line.sites.push(answered.site);
    }
    Ok(lines.into_values().collect())
}
