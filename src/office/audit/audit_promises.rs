//! The audit of promises: facts are read one page of sites at a time, judged by [`domain::audit::promises`], and
//! compared with what the store says (R23).

mod accept;
mod answer;
mod at_work;
mod handed_on;
mod nightly;
mod page;
mod terms;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Months, NaiveDate};

use crate::{Office, Result};
use domain::audit::promises::held::PromiseDifference;
use domain::audit::promises::{AnsweredPromise, AuditedEngineer, JudgedPaper, LifeLine};
use domain::ids::{ContractCode, CustomerCode, EngineerCode, SiteCode};

pub use accept::accept_difference;
pub use answer::{NewAnswers, begin_answering};
pub use at_work::{JudgedUntil, judged_until, note_at_work};
pub use handed_on::handed_on_since;
pub use nightly::{AuditSummary, audit_nightly};
use page::AuditPage;
use terms::Promises;

/// How many sites are read at once.
const SITES_A_PAGE: u32 = 500;

/// Which promises to audit.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    pub site: Option<SiteCode>,
    pub customer: Option<CustomerCode>,
    pub contract: Option<ContractCode>,
}

/// How far back an audit goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditSpan {
    /// All periods since the contract's first day.
    Whole,
    /// Periods that no earlier audit has closed, and all periods at these sites.
    Open { and_all_at: BTreeSet<SiteCode> },
}

/// The result for one term at one site.
#[derive(Debug, Clone)]
pub struct AuditedTerm {
    pub customer: CustomerCode,
    pub line: LifeLine,
    pub papers: Vec<JudgedPaper>,
    pub differences: Vec<PromiseDifference>,
    /// As stored, or as it will be stored.
    pub answered: AnsweredPromise,
    /// Whether it is already stored.
    pub is_on_file: bool,
    /// The last day of the periods that are closed now, and the fingerprint of the term by which they were counted.
    pub sealed: Option<(NaiveDate, String)>,
}

/// An audit in progress, one page of sites at a time. It changes nothing.
pub struct PromiseAudit<'a> {
    office: &'a Office,
    until: JudgedUntil,
    filter: AuditFilter,
    span: AuditSpan,
    promises: Promises,
    engineers: BTreeMap<EngineerCode, AuditedEngineer>,
    /// The last site that was read; `None` after the last page.
    after: Option<String>,
}

impl<'a> PromiseAudit<'a> {
    /// Begins an audit as of now, without reading any site yet.
    pub async fn begin(office: &'a Office, filter: AuditFilter, span: AuditSpan) -> Result<PromiseAudit<'a>> {
        PromiseAudit::begin_until(office, filter, span, JudgedUntil::Now(office.clock.now())).await
    }

    /// Like [`PromiseAudit::begin`], as of when the office was last at work. If it never was, no differences are
    /// reported.
    pub async fn begin_until(
        office: &'a Office,
        filter: AuditFilter,
        span: AuditSpan,
        until: JudgedUntil,
    ) -> Result<PromiseAudit<'a>> {
        let planned_through = office.day_of(until.at()) + Months::new(office.config.planning.horizon_months);
        let promises = Promises::load(office, &filter, planned_through).await?;
        let engineers = page::engineers(office).await?;
        Ok(PromiseAudit { office, until, filter, span, promises, engineers, after: Some(String::new()) })
    }

    /// The results for the next page of sites, in order of sites; `None` if there are no more.
    pub async fn next_page(&mut self) -> Result<Option<Vec<AuditedTerm>>> {
        let Some(after) = self.after.take() else { return Ok(None) };
        let (db, filter) = (&self.office.db, &self.filter);
        let mut sites = match &filter.site {
            Some(site) => store::people::site::with_codes(db, std::slice::from_ref(site)).await?,
            None => store::people::site::page(db, &after, SITES_A_PAGE).await?,
        };
        let Some(last) = sites.last() else { return Ok(None) };
        self.after = Some(last.site.to_string()).filter(|_| filter.site.is_none());
        sites.retain(|site| filter.customer.as_ref().is_none_or(|customer| site.customer == *customer));
        let page = AuditPage::read(self.office, &sites, &mut self.promises, &self.span, self.until.at()).await?;
        let mut audited = page.audit(self.office, &sites, &self.promises, &self.engineers);
        match self.until {
            JudgedUntil::Now(_) | JudgedUntil::LastBeat(_) => {}
            JudgedUntil::NeverAtWork(_) => audited.iter_mut().for_each(|term| term.differences.clear()),
        }
        Ok(Some(audited))
    }
}
