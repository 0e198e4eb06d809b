//! What a term of a contract promises, counted by the auditor's own code.

use chrono::NaiveDate;

use super::{FlaggedWhenLate, PaperTerms, PromisedDay, PromisedPeriod, PromisedTerm, periods};
use crate::calendar::WorkingDays;
use crate::contract::history::{self, ContractVersion, PromisedStretch};
use crate::contract::{Contract, CoveredSites, FlagAt, FlagStep, Term};
use crate::ids::SiteCode;

impl PromisedTerm {
    /// What `contract` promises by `term`: all periods that begin by `through`.
    ///
    /// The nth begins n - 1 periods after the contract's first day, or on the rule's nth day; the last one may be cut
    /// too short to count. A rule that is invalid or names no day promises nothing.
    #[must_use]
    pub fn of(contract: &Contract, term: &Term, through: NaiveDate) -> PromisedTerm {
        let version = ContractVersion::first(contract.clone(), std::slice::from_ref(term));
        // Any of the sites that it covers.
        let site = match &contract.sites {
            CoveredSites::All => SiteCode::from(""),
            CoveredSites::Only(sites) => sites.first().cloned().unwrap_or_default(),
        };
        let stretches = history::stretches(&[version], &site, &term.key, None);
        let ever = PromisedTerm::since(NaiveDate::MIN, contract, term, &stretches, through);
        PromisedTerm { counted_since: None, ..ever }
    }

    /// What `contract` promises by `term` during these stretches, if it had several versions and the office took over on
    /// `since_on`.
    #[must_use]
    pub fn since(
        since_on: NaiveDate,
        contract: &Contract,
        term: &Term,
        stretches: &[PromisedStretch],
        through: NaiveDate,
    ) -> PromisedTerm {
        let has_late =
            |steps: &[FlagStep]| steps.iter().any(|step| matches!(step.at, FlagAt::Late(WorkingDays(0 | 1))));
        let flagged = |own: &Option<Vec<FlagStep>>| has_late(own.as_ref().unwrap_or(&term.steps));
        let day = |day: Option<NaiveDate>| day.map_or_else(|| "-".to_owned(), |day| day.to_string());
        let counted = stretches.iter().map(|stretch| {
            let PromisedStretch { every, window, counted_from, from, .. } = stretch;
            let from = if from == counted_from { String::new() } else { format!(" from {from}") };
            format!("every {every}, window {window}, {counted_from}..{}{from}", day(stretch.through))
        });
        PromisedTerm {
            contract: contract.contract.clone(),
            customer: contract.customer.clone(),
            term: term.key.clone(),
            purpose: term.purpose,
            accepted_on: contract.accepted_on,
            ends_on: stretches.last().map_or(contract.ends_on, |last| last.through),
            periods: periods::expand(stretches, since_on, through),
            counted_since: Some(since_on),
            papers: vec![PaperTerms {
                since_on: NaiveDate::MIN,
                record_within: term.record_within,
                report_within: term.report_within,
                early_days: term.early_days,
            }],
            delivered_to: term.delivered_to.clone(),
            counted_on: term.counted_on,
            flagged: FlaggedWhenLate {
                visit: flagged(&term.visit_steps),
                record: flagged(&term.record_steps),
                report: flagged(&term.report_steps),
            },
            fingerprint: counted.collect::<Vec<_>>().join("; "),
        }
    }

    /// The first day of the next period, if the current one on `since_on` is handed to it, so that nothing is owed
    /// before.
    #[must_use]
    pub fn handed_on(&self, since_on: NaiveDate) -> Option<NaiveDate> {
        let begun = periods::answered_since(self, since_on);
        let periods = begun.as_ref().unwrap_or(&self.periods);
        let under_way = periods.iter().find(|period| period.begins_on <= since_on && since_on <= period.ends_on)?;
        under_way.handed_to.filter(|number| *number > under_way.number)?;
        under_way.ends_on.succ_opt()
    }

    /// The periods owed by an office that took over on a day, if nothing has been done in any of them.
    #[must_use]
    pub fn owed_since(&self, since_on: NaiveDate) -> Vec<PromisedPeriod> {
        let begun = periods::answered_since(self, since_on);
        let mut owed = begun.unwrap_or_else(|| self.periods.clone());
        let was_over = |period: &PromisedPeriod| (period.last_on - since_on) * 2 < period.last_on - period.first_on;
        owed.retain(|period| period.handed_to.is_none() && period.gives_way.is_none() && !was_over(period));
        owed
    }

    /// The period that a day belongs to, within the days that the periods cover.
    #[must_use]
    pub fn of_day(&self, day: NaiveDate) -> PromisedDay<'_> {
        periods::of_day(self, day)
    }
}
