//! One page of sites: the facts read for it at once, and the results.

use std::collections::{BTreeMap, HashMap};

use chrono::{Days, NaiveDate};

use super::terms::{CountedTerm, Promises};
use super::{AuditSpan, AuditedTerm};
use crate::{Office, Result};
use domain::Instant;
use domain::audit::promises::held::{HeldBooks, differences};
use domain::audit::promises::{
    AnsweredPromise, AnsweredTerm, AuditedCorrection, AuditedEngineer, AuditedEquipment, AuditedItem, AuditedLetter,
    AuditedSite, AuditedSkill, AuditedState, AuditedVisit, PaperLetter, PromisedTerm, audit_line, audit_papers,
    sealed_through,
};
use domain::ids::{ContractCode, EngineerCode, SiteCode, TermName, VisitId};
use domain::people::Skill;
use domain::people::equipment::{Equipment, Site};
use store::audit::promises::PlannedSpan;

/// A visit that was made after the first audited day may have been planned for up to this long before it.
const MOVED: Days = Days::new(62);
/// How far ahead the planner's books are read.
const AHEAD: Days = Days::new(62);

/// The facts read for a page of sites.
pub(super) struct AuditPage {
    /// The moment as of which it is judged.
    at: Instant,
    answered: HashMap<(SiteCode, ContractCode, TermName), AnsweredPromise>,
    visits: HashMap<SiteCode, Vec<AuditedVisit>>,
    books: HashMap<SiteCode, HeldBooks>,
    equipment: HashMap<SiteCode, Vec<Equipment>>,
    /// For terms whose past is closed, the first day that is audited.
    closed: HashMap<(SiteCode, ContractCode, TermName), NaiveDate>,
}

/// All engineers.
pub(super) async fn engineers(office: &Office) -> Result<BTreeMap<EngineerCode, AuditedEngineer>> {
    let engineers = store::people::engineer::all(&office.db).await?;
    let audited = |engineer: domain::people::Engineer| {
        let calendar = office.calendars.of_engineer(&engineer).ok();
        let audited = |skill: Skill| AuditedSkill { skill: skill.skill, valid_until: skill.valid_until };
        let skills = engineer.skills.into_iter().map(audited).collect();
        (engineer.engineer, AuditedEngineer { skills, left_on: engineer.left_on, calendar })
    };
    Ok(engineers.into_iter().map(audited).collect())
}

impl AuditPage {
    pub(super) async fn read(
        office: &Office,
        sites: &[Site],
        promises: &mut Promises,
        span: &AuditSpan,
        at: Instant,
    ) -> Result<AuditPage> {
        promises.count(office, sites);
        let codes: Vec<SiteCode> = sites
            .iter()
            .filter(|site| promises.covering(site).next().is_some())
            .map(|site| site.site.clone())
            .collect();
        let mut page = AuditPage {
            at,
            answered: HashMap::new(),
            visits: HashMap::new(),
            books: HashMap::new(),
            equipment: HashMap::new(),
            closed: HashMap::new(),
        };
        if codes.is_empty() {
            return Ok(page);
        }
        let db = &office.db;
        for answered in store::audit::promises::answered(db, &codes).await? {
            let key = (answered.site.clone(), answered.contract.clone(), answered.term.clone());
            page.answered.insert(key, answered);
        }
        page.close(promises, span);
        let from = page.first_day(sites, promises);
        let mut letters: HashMap<VisitId, Vec<PaperLetter>> = HashMap::new();
        for AuditedLetter { visit, letter } in store::audit::promises::paper_letters(db, &codes, from - MOVED).await? {
            letters.entry(visit).or_default().push(letter);
        }
        let mut corrections: HashMap<VisitId, Vec<AuditedCorrection>> = HashMap::new();
        for one in store::audit::promises::corrections(db, &codes, from - MOVED).await? {
            corrections.entry(one.visit).or_default().push(one.correction);
        }
        let mut left: HashMap<VisitId, Vec<AuditedItem>> = HashMap::new();
        for one in store::audit::promises::left(db, &codes, from - MOVED).await? {
            left.entry(one.visit).or_default().push(one.item);
        }
        let today = office.day_of(at);
        let seen = PlannedSpan { visits_from: from - MOVED, from: today - Days::new(1), through: today + AHEAD };
        let far = store::audit::promises::far(db, &codes, seen).await?;
        let visits = store::audit::promises::visits(db, &codes, seen.visits_from).await?;
        for mut visit in visits.into_iter().chain(far.visits) {
            if let AuditedState::Done { deliveries, left: own, .. } = &mut visit.of.state {
                *own = left.remove(&visit.of.visit).unwrap_or_default();
                deliveries.letters = letters.remove(&visit.of.visit).unwrap_or_default();
                deliveries.corrections = corrections.remove(&visit.of.visit).unwrap_or_default();
            }
            page.visits.entry(visit.site).or_default().push(visit.of);
        }
        for held in store::audit::promises::deadlines(db, &codes, from).await? {
            page.books.entry(held.site).or_default().deadlines.push(held.of);
        }
        let windows = store::audit::promises::windows(db, &codes, seen.from, seen.through).await?;
        for window in windows.into_iter().chain(far.windows) {
            page.books.entry(window.site).or_default().windows.push(window.of);
        }
        for unfit in store::audit::promises::unfit(db, &codes).await? {
            page.books.entry(unfit.site).or_default().unfit.push(unfit.of);
        }
        for equipment in store::people::equipment::of_sites(db, &codes).await? {
            page.equipment.entry(equipment.site.clone()).or_default().push(equipment);
        }
        Ok(page)
    }

    /// The earliest day that is audited for any term of the page.
    fn first_day(&self, sites: &[Site], promises: &Promises) -> NaiveDate {
        let firsts = sites.iter().flat_map(|site| {
            let contracts = promises.covering(site);
            contracts.flat_map(move |contract| {
                let terms = promises.terms_of(&contract.contract).iter();
                terms.map(move |counted| self.from(&site.site, counted).unwrap_or(counted.promised.accepted_on))
            })
        });
        firsts.min().unwrap_or(promises.planned_through)
    }

    /// Determines the first audited day for each term. Periods stay closed even if they were closed with other terms.
    fn close(&mut self, promises: &Promises, span: &AuditSpan) {
        for (key, answered) in &self.answered {
            let Some(from) = answered.sealed_through.and_then(|day| day.succ_opt()) else { continue };
            let terms = promises.terms_of(&answered.contract).iter();
            let is_as_then = terms.filter(|counted| counted.promised.term == answered.term).any(|counted| {
                let promised = promises.promised_at(counted, answered);
                answered.sealed_by.as_ref() == Some(&promised.fingerprint)
            });
            let looks_back = match span {
                AuditSpan::Whole => true,
                AuditSpan::Open { and_all_at } => and_all_at.contains(&answered.site),
            };
            if !(is_as_then && looks_back) {
                self.closed.insert(key.clone(), from);
            }
        }
    }

    /// The first audited day of a term; `None`: no period is closed.
    fn from(&self, site: &SiteCode, counted: &CountedTerm) -> Option<NaiveDate> {
        let PromisedTerm { contract, term, .. } = &counted.promised;
        self.closed.get(&(site.clone(), contract.clone(), term.clone())).copied()
    }

    /// Judges all terms at all sites of the page.
    pub(super) fn audit(
        mut self,
        office: &Office,
        sites: &[Site],
        promises: &Promises,
        engineers: &BTreeMap<EngineerCode, AuditedEngineer>,
    ) -> Vec<AuditedTerm> {
        let mut audited = Vec::new();
        for site in sites {
            let equipment = self.equipment.remove(&site.site).unwrap_or_default();
            let standing = equipment
                .iter()
                .map(|unit| AuditedEquipment {
                    equipment: &unit.equipment,
                    skills: &unit.skills,
                    retired_on: unit.retired_on,
                })
                .collect();
            let books = self.books.remove(&site.site).unwrap_or_default();
            let facts = AuditedSite {
                site: &site.site,
                zone: &site.time_zone,
                now: self.at,
                calendar: office.calendars.of_site(site).ok(),
                equipment: standing,
                visits: self.visits.remove(&site.site).unwrap_or_default(),
                waivers: books.deadlines.iter().filter_map(|held| held.waiver.clone()).collect(),
                engineers,
            };
            for contract in promises.covering(site) {
                for counted in promises.terms_of(&contract.contract) {
                    audited.extend(self.audit_term(office, site, &facts, &books, counted, promises));
                }
            }
        }
        audited
    }

    fn audit_term(
        &self,
        office: &Office,
        site: &Site,
        facts: &AuditedSite<'_>,
        books: &HeldBooks,
        counted: &CountedTerm,
        promises: &Promises,
    ) -> Option<AuditedTerm> {
        let (contract, term) = (counted.promised.contract.clone(), counted.promised.term.clone());
        let key = (site.site.clone(), contract, term);
        let on_file = self.answered.get(&key).cloned();
        let is_on_file = on_file.is_some();
        let (site_code, contract, term) = key;
        let answered =
            on_file.unwrap_or_else(|| AnsweredPromise::since(office.day_of(self.at), site_code, contract, term));
        let promised = promises.promised_at(counted, &answered);
        let promised: &PromisedTerm = &promised;
        if promised.periods.is_empty() && !is_on_file {
            // Nothing of it was ever promised here.
            return None;
        }
        let company = &office.config.company.calendar;
        let of_term = AnsweredTerm {
            term: promised,
            since_on: answered.since_on,
            from: self.from(&site.site, counted).unwrap_or(NaiveDate::MIN),
            planned_through: promises.planned_through,
            counted: office.calendars.counted(site, company, promised.counted_on, counted.term.half_days).ok(),
        };
        let line = audit_line(facts, &of_term);
        let papers = audit_papers(facts, &of_term);
        let differences = differences(facts, &of_term, &line, &papers, books);
        let sealed = sealed_through(&line, &papers, facts.today()).map(|day| (day, promised.fingerprint.clone()));
        Some(AuditedTerm { customer: site.customer.clone(), line, papers, differences, answered, is_on_file, sealed })
    }
}
