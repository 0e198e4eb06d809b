//! Since when the office answers for its promises: noted when they are imported.

use super::terms::Promises;
use super::{AuditFilter, SITES_A_PAGE};
use crate::{Office, Result};
use domain::audit::promises::AnsweredPromise;

/// Notes for every term at every site that is not known yet that the office answers for it from today on. Says for how
/// many.
///
/// # Errors
/// When the store fails; the next run goes on from there.
pub async fn begin_answering(office: &Office) -> Result<u64> {
    let today = office.today();
    let mut promises = Promises::load(office, &AuditFilter::default(), today).await?;
    let mut begun = 0;
    let mut after = String::new();
    loop {
        let sites = store::people::site::page(&office.db, &after, SITES_A_PAGE).await?;
        let Some(last) = sites.last() else { return Ok(begun) };
        after = last.site.to_string();
        promises.count(office, &sites);
        let codes: Vec<_> = sites.iter().map(|site| site.site.clone()).collect();
        let known = store::audit::promises::answered(&office.db, &codes).await?;
        let known: std::collections::HashSet<_> =
            known.into_iter().map(|row| (row.site, row.contract, row.term)).collect();
        let mut new = Vec::new();
        for site in &sites {
            for contract in promises.covering(site) {
                for counted in promises.terms_of(&contract.contract) {
                    let key = (site.site.clone(), contract.contract.clone(), counted.promised.term.clone());
                    if !known.contains(&key) {
                        let (site, contract, term) = key;
                        new.push(AnsweredPromise::since(today, site, contract, term));
                    }
                }
            }
        }
        if !new.is_empty() {
            let mut tx = office.at_work().begin_part().await?;
            begun += store::audit::promises::begin(&mut tx, &new).await?;
            tx.commit().await?;
        }
    }
}
