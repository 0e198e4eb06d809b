//! The nightly audit: judges what is open, closes what is decided, and stores differences in the books by morning.

use std::collections::{BTreeSet, HashSet};

use super::{AuditFilter, AuditSpan, PromiseAudit};
use crate::planning::plan_visits::PLANNED_ON;
use crate::promises::deadlines::open_deadlines;
use crate::promises::flag_late::flag_late;
use crate::reports::file_report::file_all_delivered;
use crate::{Office, Result};
use domain::audit::promises::AnsweredPromise;
use domain::audit::promises::held::{PromiseDifference, StoredDifference};
use domain::ids::SiteCode;
use domain::wording::counted;
use store::audit::difference::FoundIn;

/// The fact with the planner's run that preceded the last audit.
const AUDITED_AFTER: &str = "promises-audited-after";
/// The fact with the last line of the trail that an audit has seen.
const AUDITED_THROUGH: &str = "promises-audited-through";
/// The fact that the data of an earlier version has not been audited yet; set by the schema's migration.
const INHERITED: &str = "promises-inherited";
/// Up to this many sites are checked a second time individually; if there are more, all sites are.
const ONE_BY_ONE: usize = 100;

/// The result of a nightly audit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditSummary {
    pub terms: u64,
    /// Existing differences that nobody has accepted.
    pub differences: usize,
    /// How many of these are new.
    pub new: usize,
}

impl AuditSummary {
    /// What was found, in a few words; empty if nothing was.
    #[must_use]
    pub fn words(&self) -> String {
        match (self.differences, self.new) {
            (0, _) => String::new(),
            (differences, new) => {
                let differences = counted(differences as u64, "difference");
                format!("{differences} between facts and books, {new} of them new")
            }
        }
    }
}

/// Audits the promises once after each of the planner's own runs: every night, and after calendars have changed. `None`
/// if that is already done.
///
/// First, everything due by then is opened and flagged. Differences are checked a second time, because the office goes
/// on working during the audit.
///
/// # Errors
/// If the store fails; the next beat starts again.
pub async fn audit_nightly(office: &Office) -> Result<Option<AuditSummary>> {
    let Some(planned_on) = store::fact::get(&office.db, PLANNED_ON).await? else { return Ok(None) };
    let is_todays = planned_on.starts_with(&office.today().to_string());
    if !is_todays || store::fact::get(&office.db, AUDITED_AFTER).await?.as_ref() == Some(&planned_on) {
        return Ok(None);
    }
    open_deadlines(office).await?;
    file_all_delivered(office).await?;
    Box::pin(flag_late(office)).await?;
    let through = store::audit::last_line(&office.db).await?;
    let since = store::fact::get(&office.db, AUDITED_THROUGH).await?.and_then(|line| line.parse().ok());
    let and_all_at = store::audit::sites_after(&office.db, since.unwrap_or(through)).await?;
    let span = AuditSpan::Open { and_all_at };
    let standing = store::audit::difference::standing(&office.db).await?;
    let accepted: HashSet<PromiseDifference> =
        standing.iter().filter(|stored| stored.accepted.is_some()).map(|stored| stored.difference.clone()).collect();
    let mut summary = AuditSummary::default();
    let found = look(office, &span, &accepted, &mut summary).await?;
    let found = look_again(office, &span, found).await?;
    let new = keep(office, &standing, &found).await?;
    summary.new = new.len();
    summary.differences = found.iter().filter(|one| !accepted.contains(one)).count();
    for PromiseDifference { site, contract, term, place, facts, held } in &new {
        tracing::error!(
            %site, %contract, %term,
            "the office's books differ from the facts: {place}: the facts say {facts}, the books {held}; see `ronda audit differences`"
        );
    }
    let mut tx = office.at_work().begin_part().await?;
    store::fact::set(&mut tx, AUDITED_AFTER, &planned_on).await?;
    store::fact::set(&mut tx, AUDITED_THROUGH, &through.to_string()).await?;
    tx.commit().await?;
    Ok(Some(summary))
}

/// Goes through the office once: closes what is decided, and returns the differences.
async fn look(
    office: &Office,
    span: &AuditSpan,
    accepted: &HashSet<PromiseDifference>,
    summary: &mut AuditSummary,
) -> Result<Vec<PromiseDifference>> {
    let mut found = Vec::new();
    let mut audit = PromiseAudit::begin(office, AuditFilter::default(), span.clone()).await?;
    while let Some(page) = audit.next_page().await? {
        summary.terms += page.len() as u64;
        let (mut begun, mut sealed) = (Vec::new(), Vec::new());
        for mut term in page {
            if !term.is_on_file {
                begun.push(term.answered.clone());
            }
            // Periods with unresolved differences are not closed.
            let is_clear = term.differences.iter().all(|difference| accepted.contains(difference));
            sealed.extend(term.sealed.take().filter(|_| is_clear).and_then(|seal| to_seal(&term.answered, seal)));
            found.append(&mut term.differences);
        }
        if !(begun.is_empty() && sealed.is_empty()) {
            let mut tx = office.at_work().begin_part().await?;
            store::audit::promises::begin(&mut tx, &begun).await?;
            store::audit::promises::seal(&mut tx, &sealed).await?;
            tx.commit().await?;
        }
    }
    Ok(found)
}

/// The promise as closed now, if its last closed day has changed.
fn to_seal(answered: &AnsweredPromise, (through, by): (chrono::NaiveDate, String)) -> Option<AnsweredPromise> {
    let is_further = answered.sealed_through.is_none_or(|before| through > before);
    is_further.then(|| AnsweredPromise { sealed_through: Some(through), sealed_by: Some(by), ..answered.clone() })
}

/// The differences that remain in a second check; a page of sites is not read at a single moment.
async fn look_again(
    office: &Office,
    span: &AuditSpan,
    found: Vec<PromiseDifference>,
) -> Result<Vec<PromiseDifference>> {
    let sites: BTreeSet<SiteCode> = found.iter().map(|one| one.site.clone()).collect();
    let filters = match sites.len() {
        0 => return Ok(found),
        1..=ONE_BY_ONE => {
            sites.into_iter().map(|site| AuditFilter { site: Some(site), ..AuditFilter::default() }).collect()
        }
        _ => vec![AuditFilter::default()],
    };
    let mut again = HashSet::new();
    for filter in filters {
        let mut audit = PromiseAudit::begin(office, filter, span.clone()).await?;
        while let Some(page) = audit.next_page().await? {
            again.extend(page.into_iter().flat_map(|term| term.differences));
        }
    }
    Ok(found.into_iter().filter(|one| again.contains(one)).collect())
}

/// Stores new differences, and marks those that no longer exist. Returns how many are new.
async fn keep(
    office: &Office,
    standing: &[StoredDifference],
    found: &[PromiseDifference],
) -> Result<Vec<PromiseDifference>> {
    let now = office.clock.now();
    let is_found: HashSet<&PromiseDifference> = found.iter().collect();
    let is_known: HashSet<&PromiseDifference> = standing.iter().map(|stored| &stored.difference).collect();
    let new: Vec<PromiseDifference> = found.iter().filter(|one| !is_known.contains(one)).cloned().collect();
    // An accepted difference is closed with its period, and not looked for again.
    let gone = standing.iter().filter(|stored| stored.accepted.is_none() && !is_found.contains(&stored.difference));
    let gone: Vec<i64> = gone.map(|stored| stored.number).collect();
    let inherits = store::fact::get(&office.db, INHERITED).await?.is_some_and(|says| says == "yes");
    let found_in = if inherits { FoundIn::Inheritance } else { FoundIn::OwnBooks };
    let mut tx = office.at_work().begin_part().await?;
    store::audit::difference::put(&mut tx, &new, found_in, now).await?;
    for number in gone {
        store::audit::difference::gone(&mut tx, number, now).await?;
    }
    if inherits {
        store::fact::set(&mut tx, INHERITED, "audited").await?;
    }
    tx.commit().await?;
    Ok(new)
}
