//! The audit of the promises: facts are read a page of sites at a time, judged by [`domain::audit::promises`], and held
//! against what the store says of the same (R23).

mod answer;
mod page;
mod terms;

use chrono::{Months, NaiveDate};

use crate::{Office, Result};
use domain::audit::promises::held::PromiseDifference;
use domain::audit::promises::{AnsweredPromise, JudgedPaper, LifeLine};
use domain::ids::{ContractCode, CustomerCode, SiteCode};

pub use answer::begin_answering;
use page::AuditPage;
use terms::Promises;

/// Sites that are read at once.
const SITES_A_PAGE: u32 = 500;

/// Which promises are audited.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    pub site: Option<SiteCode>,
    pub customer: Option<CustomerCode>,
    pub contract: Option<ContractCode>,
}

/// How far back an audit goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditSpan {
    /// Every period, since the contract's first day.
    Whole,
    /// Those that no earlier audit has closed.
    Open,
}

/// What an audit has found of one term at one site.
#[derive(Debug, Clone)]
pub struct AuditedTerm {
    pub customer: CustomerCode,
    pub line: LifeLine,
    pub papers: Vec<JudgedPaper>,
    pub differences: Vec<PromiseDifference>,
    /// As it is on file, or as it is to be put there.
    pub answered: AnsweredPromise,
    /// Whether it stands on file.
    pub is_on_file: bool,
    /// The last day of the periods that are closed now, and what they were counted by.
    pub sealed: Option<(NaiveDate, String)>,
}

/// Audits promises and hands each term at each site to `take`, in the order of sites. Changes nothing.
///
/// # Errors
/// When the store fails, or `take` does.
pub async fn audit_promises(
    office: &Office,
    filter: &AuditFilter,
    span: AuditSpan,
    mut take: impl AsyncFnMut(Vec<AuditedTerm>) -> Result<()>,
) -> Result<()> {
    let planned_through = office.today() + Months::new(office.config.planning.horizon_months);
    let mut promises = Promises::load(office, filter, planned_through).await?;
    let engineers = page::engineers(office).await?;
    let mut after = String::new();
    loop {
        let mut sites = match &filter.site {
            Some(site) => store::people::site::with_codes(&office.db, std::slice::from_ref(site)).await?,
            None => store::people::site::page(&office.db, &after, SITES_A_PAGE).await?,
        };
        let Some(last) = sites.last() else { return Ok(()) };
        after = last.site.to_string();
        sites.retain(|site| filter.customer.as_ref().is_none_or(|customer| site.customer == *customer));
        let page = AuditPage::read(office, &sites, &mut promises, span).await?;
        take(page.audit(office, &sites, &promises, &engineers)).await?;
        if filter.site.is_some() {
            return Ok(());
        }
    }
}
