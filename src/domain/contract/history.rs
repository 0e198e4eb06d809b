//! The history of a contract: its versions, and the stretches in which a term's rhythm stayed the same.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{Contract, EARLY_DAYS, Every, Term, Window, parse_every, parse_window};
use crate::calendar::WorkingDays;
use crate::ids::{SiteCode, TermName};

/// The promise whose periods are counted from each site's own acceptance: training at acceptance, then every year.
const AT_ACCEPTANCE: &str = "P10";

/// A contract as it applied from a day on.
#[derive(Debug, Clone, PartialEq)]
pub struct ContractVersion {
    /// Including the effective last day: its own, or its customer's if that is earlier.
    pub contract: Contract,
    /// The first day on which it applies, at the company; the first version applies from the beginning.
    pub since_on: NaiveDate,
    /// How often its terms called for visits, according to the service plan at that time.
    pub rhythms: BTreeMap<TermName, TermRhythm>,
    /// Sites of its customer that were known to leave, each with the first day on which it is no longer served.
    pub sites_left: BTreeMap<SiteCode, NaiveDate>,
}

/// How often a term calls for visits, and on which days, as written in a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermRhythm {
    pub promise: String,
    pub every: String,
    pub window: String,
    /// Working days within which records and reports were owed.
    pub record_within: WorkingDays,
    pub report_within: WorkingDays,
    /// Days before a window on which a visit served it already.
    #[serde(default = "usual_early_days")]
    pub early_days: u32,
}

fn usual_early_days() -> u32 {
    EARLY_DAYS
}

impl TermRhythm {
    /// The rhythm of a current term.
    #[must_use]
    pub fn of(term: &Term) -> TermRhythm {
        TermRhythm {
            promise: term.promise.clone(),
            every: term.every.to_string(),
            window: term.window.to_string(),
            record_within: term.record_within,
            report_within: term.report_within,
            early_days: term.early_days,
        }
    }

    /// Whether periods are counted from the site's own acceptance (P10).
    #[must_use]
    pub fn begins_at_acceptance(&self) -> bool {
        self.promise == AT_ACCEPTANCE
    }
}

/// Consecutive days on which a contract promised a term at a site with one rhythm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromisedStretch {
    pub every: Every,
    pub window: Window,
    /// The day from which periods are counted.
    pub counted_from: NaiveDate,
    /// The first day that is covered.
    pub from: NaiveDate,
    /// The last day that is covered; `None`: no end is known.
    pub through: Option<NaiveDate>,
    pub ends: StretchEnds,
    /// The contract's last day at the site as its versions had it, the earliest first; never empty.
    pub said: Vec<SaidEnd>,
}

/// What a contract's last day was said to be, from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SaidEnd {
    pub since_on: NaiveDate,
    /// None: it had no end.
    pub ends_on: Option<NaiveDate>,
}

impl PromisedStretch {
    /// The contract's last day at the site as it was said last while this rhythm held.
    #[must_use]
    pub fn contract_end(&self) -> Option<NaiveDate> {
        self.said.last().and_then(|said| said.ends_on)
    }

    /// The contract's last day as it was known on a day: what was learned later does not reach back.
    #[must_use]
    pub fn end_known_on(&self, day: NaiveDate) -> Option<NaiveDate> {
        let known = self.said.iter().rev().find(|said| said.since_on <= day).or(self.said.first());
        known.and_then(|said| said.ends_on)
    }
}

/// Why a stretch ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StretchEnds {
    /// The contract ends, or no longer covers the site. `noted_on`: when this became known; `None`: always known.
    WithTheContract { noted_on: Option<NaiveDate> },
    /// The rhythm changes on the next day.
    WithItsRhythm,
}

impl ContractVersion {
    /// The only version of a contract that has never changed.
    #[must_use]
    pub fn first(contract: Contract, terms: &[Term]) -> ContractVersion {
        let rhythms = terms.iter().map(|term| (term.key.clone(), TermRhythm::of(term))).collect();
        ContractVersion { since_on: contract.accepted_on, contract, rhythms, sites_left: BTreeMap::new() }
    }

    /// The contract's last day at a site: its own, or the day before the site leaves if that is earlier.
    #[must_use]
    pub fn ends_on_at(&self, site: &SiteCode) -> Option<NaiveDate> {
        let before_it_leaves = self.sites_left.get(site).and_then(|left_on| left_on.pred_opt());
        [self.contract.ends_on, before_it_leaves].into_iter().flatten().min()
    }

    /// The version's last day at a site; if that day had already passed when it was set, on `noted_on`, the day before
    /// that.
    fn last_day(&self, site: &SiteCode, noted_on: Option<NaiveDate>) -> Option<NaiveDate> {
        let ends_on = self.ends_on_at(site)?;
        let before = noted_on.and_then(|day| day.checked_sub_days(Days::new(1)));
        Some(before.map_or(ends_on, |before| ends_on.max(before)))
    }
}

/// The stretches in which the versions of a contract, earliest first, promise a term at a site. `own`: the acceptance
/// of a site that was added later to the contract; a term that is counted from it promises nothing before.
#[must_use]
pub fn stretches(
    versions: &[ContractVersion],
    site: &SiteCode,
    term: &TermName,
    own: Option<NaiveDate>,
) -> Vec<PromisedStretch> {
    let mut found: Vec<Held> = Vec::new();
    for (index, version) in versions.iter().enumerate() {
        let noted_on = (index > 0).then_some(version.since_on);
        let before_next = versions.get(index + 1).and_then(|next| next.since_on.pred_opt());
        let accepted_on = version.contract.accepted_on;
        let applies = noted_on.map_or(accepted_on, |since_on| since_on.max(accepted_on));
        let said = version.last_day(site, noted_on);
        let through = [said, before_next].into_iter().flatten().min();
        let rhythm = version.rhythms.get(term).filter(|_| version.contract.sites.covers(site));
        let read = rhythm.and_then(|rhythm| {
            let counted_from = own.filter(|_| rhythm.begins_at_acceptance()).unwrap_or(accepted_on);
            Some((parse_every(&rhythm.every).ok()?, parse_window(&rhythm.window).ok()?, counted_from))
        });
        let Some((every, window, counted_from)) = read else { continue };
        let first = applies.max(counted_from);
        if through.is_some_and(|day| day < first) {
            continue;
        }
        let goes_on = |last: &&mut Held| {
            let last = &last.stretch;
            last.through.and_then(|day| day.succ_opt()) == Some(first)
                && (&last.every, &last.window, last.counted_from) == (&every, &window, counted_from)
        };
        if let Some(last) = found.last_mut().filter(goes_on) {
            last.stretch.through = through;
            if last.stretch.contract_end() != said {
                last.stretch.said.push(SaidEnd { since_on: first, ends_on: said });
                last.noted_on = noted_on;
            }
            continue;
        }
        let ends = StretchEnds::WithTheContract { noted_on };
        let stretch = PromisedStretch {
            every,
            window,
            counted_from,
            from: first,
            through,
            ends,
            said: vec![SaidEnd { since_on: first, ends_on: said }],
        };
        found.push(Held { stretch, noted_on });
    }
    let nexts: Vec<Option<NaiveDate>> =
        found.iter().skip(1).map(|held| Some(held.stretch.from)).chain([None]).collect();
    found.into_iter().zip(nexts).map(|(held, next)| held.ended(next)).collect()
}

/// A stretch, with the contract's last day at that time, and when that became known.
struct Held {
    stretch: PromisedStretch,
    noted_on: Option<NaiveDate>,
}

impl Held {
    /// The stretch with its end, if another one follows on `next`.
    fn ended(self, next: Option<NaiveDate>) -> PromisedStretch {
        let Held { mut stretch, noted_on } = self;
        let after = stretch.through.and_then(|day| day.succ_opt());
        stretch.ends = match after {
            Some(_) if after == next => StretchEnds::WithItsRhythm,
            Some(since_on) if stretch.through != stretch.contract_end() => {
                stretch.said.push(SaidEnd { since_on, ends_on: stretch.through });
                StretchEnds::WithTheContract { noted_on: after }
            }
            Some(_) | None => StretchEnds::WithTheContract { noted_on },
        };
        stretch
    }
}

#[cfg(test)]
mod tests;
