//! Draws the documents that are only made on request: visit sheets, site files, service years, fault analyses.

use std::collections::BTreeMap;

use anyhow::Context;
use chrono::Datelike;

use super::issue_report::phase_words;
use crate::parties::{Parties, engineer};
use crate::records::asked_items::AskedItems;
use crate::visits::rests::left_over;
use crate::{Error, Office, Result, named_visit};
use domain::Instant;
use domain::contract::CoveredSites;
use domain::ids::{CustomerCode, EngineerCode, SiteCode, VisitId};
use domain::language::Language;
use domain::people::Customer;
use domain::people::equipment::{Equipment, Site};
use domain::promises::Owed;
use domain::records::{Outcome, PastRecord, Record};
use domain::reports::papers::{
    self, FaultAnalysis, FiledFinding, FiledReport, FiledTraining, FiledVisit, Head, Kept, LateDeadline, ServiceYear,
    SiteFile, VisitSheet,
};
use domain::reports::{Pages, ReportedEquipment};
use domain::visits::{Appointment, VisitState};
use domain::wording::{Say, Value};
use paper::pdf;

/// The sheet of a planned or booked visit, for printing (P02, P03).
///
/// # Errors
/// A refusal if there is no such visit, or it is neither planned nor booked.
pub async fn visit_sheet(office: &Office, id: VisitId) -> Result<Vec<u8>> {
    let visit = named_visit(&office.db, id).await?.visit;
    match visit.state {
        VisitState::Planned { .. } | VisitState::Booked { .. } => {}
        VisitState::Done { .. } => {
            return Err(Error::Refused(format!("{id} took place already; `ronda report show {id}` gives its report")));
        }
        VisitState::Cancelled { .. } => return Err(Error::Refused(format!("{id} is cancelled; book it again first"))),
    }
    let parties = Parties::of_visit(office, &office.db, &visit).await?;
    let now = office.clock.now();
    let left = left_over(&office.db, &parties, now).await?;
    let (mut checklists, mut equipment) = (BTreeMap::new(), Vec::new());
    let asked = AskedItems::of(office, &office.db, &visit, &parties, now).await?;
    for unit in parties.standing_on(visit.state.appointment().day).filter(|unit| asked.is_asked(unit)) {
        let key = asked.key_of(unit);
        checklists.extend(asked.checklist(unit).map(|list| (key.clone(), list.clone())));
        equipment.push(Equipment { checklist: key, ..unit.clone() });
    }
    let engineer = engineer(&office.db, &visit.state.appointment().engineer).await?;
    let topics = parties.topics(&visit);
    let head = head(office, parties.language(), &parties.site.country);
    let open = store::findings::open(&office.db, &visit.site).await?;
    let sheet = VisitSheet {
        visit: id,
        purpose: visit.purpose,
        customer: parties.customer.name.clone(),
        contract: visit.contract.clone(),
        appointment: visit.state.appointment().clone(),
        engineer: (engineer.name, engineer.phone),
        checklists,
        left,
        findings: open.into_iter().map(|stored| (stored.id, stored.finding)).collect(),
        topics,
        contacts: parties.contacts.clone(),
        equipment,
        site: parties.site.clone(),
        head,
    };
    draw(office, sheet.head.clone(), sheet.site.name.clone(), move |say| papers::visit_sheet(&sheet, say)).await
}

/// The file of a site (P05, P14).
///
/// # Errors
/// A refusal if there is no such site.
pub async fn site_file(office: &Office, code: &SiteCode) -> Result<Vec<u8>> {
    let (site, customer) = site_and_customer(office, code).await?;
    let language = site.language.unwrap_or(customer.language);
    let head = head(office, language, &site.country);
    let day = |at: Instant| site.time_zone.day(at);
    let today = day(office.clock.now());
    let equipment = store::people::equipment::of_site(&office.db, code)
        .await?
        .into_iter()
        .map(|equipment| ReportedEquipment { phase: phase_words(office, language, equipment.phase(today)), equipment });
    let mut contracts = store::people::contract::of_customer(&office.db, &customer.customer).await?;
    contracts.retain(|contract| match &contract.sites {
        CoveredSites::All => true,
        CoveredSites::Only(sites) => sites.iter().any(|site| site == code),
    });
    let contracts = contracts.into_iter().map(|contract| {
        let title = office.plans.get(&contract.plan).map_or_else(|| contract.plan.clone(), |plan| plan.title.clone());
        (contract, title)
    });
    let findings = store::findings::of_site(&office.db, code).await?.into_iter().map(|ended| FiledFinding {
        number: ended.stored.id,
        found_on: ended.found_at.map(day),
        finding: ended.stored.finding,
        closed: ended.closed.map(|end| (end.at.map(day), end.how)),
    });
    let (mut advice, mut trainings, mut operators) = (Vec::new(), Vec::new(), Vec::new());
    let mut signed = BTreeMap::new();
    for PastRecord { visit, body, completed_at: at } in store::records::of_site(&office.db, code).await? {
        let record: Record = serde_json::from_str(&body).context("a stored record cannot be read")?;
        let Outcome::Done(done) = record.outcome else { continue };
        signed.insert(visit, done.engineer_signature.name);
        advice.extend(done.advice.into_iter().map(|advice| (day(at), advice)));
        if !done.operators.is_empty() {
            operators.push((day(at), done.operators));
        }
        if !done.attendance.is_empty() {
            trainings.push(FiledTraining { on: day(at), topics: done.topics, attendees: done.attendance.len() });
        }
    }
    let file = SiteFile {
        customer: customer.name,
        contracts: contracts.collect(),
        equipment: equipment.collect(),
        visits: visits(office, &site, signed).await?,
        findings: findings.collect(),
        advice,
        trainings,
        operators,
        site: site.clone(),
        head,
    };
    draw(office, file.head.clone(), site.name.clone(), move |say| papers::site_file(&file, say)).await
}

/// The visits to a site, by day. `signed` has the names of the engineers who were there.
async fn visits(office: &Office, site: &Site, mut signed: BTreeMap<VisitId, String>) -> Result<Vec<FiledVisit>> {
    let engineers = store::people::engineer::all(&office.db).await?;
    let names: BTreeMap<EngineerCode, String> = engineers.into_iter().map(|one| (one.engineer, one.name)).collect();
    let mut reports: BTreeMap<VisitId, FiledReport> = BTreeMap::new();
    let lines = store::reports::list(&office.db, Some(&site.site), None, i64::MAX).await?;
    // In this order, the latest revision is inserted last and remains.
    for line in lines.into_iter().rev() {
        let number = format!("{}-{}", line.visit, line.revision);
        let filed_on = line.filed_at.map(|at| site.time_zone.day(at));
        reports.insert(line.visit, FiledReport { number, sha256: line.sha256, filed_on });
    }
    let filter = store::visits::VisitFilter { site: Some(site.site.clone()), ..store::visits::VisitFilter::default() };
    let visits = store::visits::list(&office.db, &filter).await?.into_iter().map(|stored| {
        let Appointment { engineer: code, day, .. } = stored.visit.state.appointment();
        let booked = names.get(code).cloned().unwrap_or_else(|| code.to_string());
        let on = match stored.visit.state {
            VisitState::Done { completed_at, .. } => site.time_zone.day(completed_at),
            VisitState::Planned { .. } | VisitState::Booked { .. } | VisitState::Cancelled { .. } => *day,
        };
        let id = stored.visit.id;
        FiledVisit {
            report: reports.remove(&id),
            on,
            engineer: signed.remove(&id).unwrap_or(booked),
            visit: stored.visit,
        }
    });
    let mut visits: Vec<_> = visits.collect();
    visits.sort_by_key(|filed| (filed.on, filed.visit.id.0));
    Ok(visits)
}

/// How a customer's promises for a year were kept (P31): those with a due day in the year that has passed or are met.
///
/// # Errors
/// A refusal if there is no such customer, or they had no contract in that year.
pub async fn service_year(office: &Office, code: &CustomerCode, year: i32) -> Result<Vec<u8>> {
    let customer = store::people::customer::find(&office.db, code).await?;
    let customer = customer.ok_or_else(|| Error::NotFound(format!("there is no customer {code}")))?;
    let mut sites = store::people::site::all(&office.db).await?;
    sites.retain(|site| site.customer == *code);
    let now = office.clock.now();
    let contracts = store::people::contract::of_customer(&office.db, code).await?;
    let served = contracts.iter().any(|contract| {
        contract.accepted_on.year() <= year && contract.ends_on.is_none_or(|ends_on| ends_on.year() >= year)
    });
    if !served || year > now.year() {
        return Err(Error::Refused(format!(
            "{code} has no contract that ran in {year} by now; `ronda export` lists them"
        )));
    }
    let filter =
        store::promises::DeadlineFilter { customer: Some(code.clone()), ..store::promises::DeadlineFilter::default() };
    let mut counts: BTreeMap<Owed, Kept> = BTreeMap::new();
    let mut late = Vec::new();
    for deadline in store::promises::list(&office.db, &filter).await? {
        let (Some(due_on), Some(late_from)) = (deadline.due.on(), deadline.late_from) else { continue };
        if due_on.year() != year || (deadline.met_at.is_none() && now < late_from) {
            continue;
        }
        let owed = deadline.owed();
        let kept = counts.entry(owed).or_insert(Kept { owed, in_time: 0, late: 0, missing: 0 });
        match deadline.met_at {
            Some(met) if met < late_from => kept.in_time += 1,
            Some(_) => kept.late += 1,
            None => kept.missing += 1,
        }
        if deadline.met_at.is_none_or(|met| met >= late_from) {
            let site = sites.iter().find(|site| site.site == deadline.site);
            let met_on =
                deadline.met_at.map(|met| site.map_or_else(|| met.date_naive(), |site| site.time_zone.day(met)));
            let site = site.map_or_else(|| deadline.site.to_string(), |site| site.name.clone());
            late.push(LateDeadline { owed, site, due_on, met_on });
        }
    }
    let country = sites.first().map(|site| site.country.clone()).unwrap_or_default();
    let year = ServiceYear {
        head: head(office, customer.language, &country),
        customer: (customer.customer.to_string(), customer.name.clone()),
        year,
        promises: counts.into_values().collect(),
        late,
        sites: site_counts(office, &sites, year).await?,
    };
    draw(office, year.head.clone(), customer.name, move |say| papers::service_year(&year, say)).await
}

/// The number of visits that took place at each site in a year, and of findings on them.
async fn site_counts(office: &Office, sites: &[Site], year: i32) -> Result<Vec<(String, usize, usize)>> {
    let mut counts = Vec::new();
    for site in sites {
        let in_year = |at: Instant| site.time_zone.day(at).year() == year;
        let records = store::records::of_site(&office.db, &site.site).await?;
        let visits = records.iter().filter(|past| in_year(past.completed_at)).count();
        let findings = store::findings::of_site(&office.db, &site.site).await?;
        let findings = findings.iter().filter(|finding| finding.found_at.is_some_and(in_year)).count();
        counts.push((site.name.clone(), visits, findings));
    }
    Ok(counts)
}

/// The analysis of a fault that was fixed (P27), from its written input.
///
/// # Errors
/// A refusal if its site does not exist.
pub async fn fault_analysis(office: &Office, analysis: FaultAnalysis) -> Result<Vec<u8>> {
    let (site, customer) = site_and_customer(office, &analysis.site).await?;
    let head = head(office, site.language.unwrap_or(customer.language), &site.country);
    draw(office, head.clone(), site.name.clone(), move |say| {
        papers::fault_analysis(&analysis, &customer.name, &site.name, &head, say)
    })
    .await
}

async fn site_and_customer(office: &Office, code: &SiteCode) -> Result<(Site, Customer)> {
    let site = store::people::site::find(&office.db, code).await?;
    let site = site.ok_or_else(|| Error::NotFound(format!("there is no site {code}; `ronda export` lists them")))?;
    let customer = store::people::customer::find(&office.db, &site.customer).await?;
    let customer = customer.with_context(|| format!("customer {} is gone", site.customer))?;
    Ok((site, customer))
}

fn head(office: &Office, language: Language, country: &str) -> Head {
    Head { company: office.company(), language, country: country.to_owned(), issued_on: office.today() }
}

/// Lays out and draws a document, on a thread of its own.
async fn draw(
    office: &Office,
    head: Head,
    subject: String,
    pages: impl FnOnce(Say<'_>) -> Pages + Send + 'static,
) -> Result<Vec<u8>> {
    let locales = std::sync::Arc::clone(&office.composer.locales);
    let drawn = tokio::task::spawn_blocking(move || {
        let say = |key: &str, arguments: &[(&str, Value<'_>)]| locales.say(head.language, key, arguments);
        let pages = pages(&say);
        let meta = pdf::Meta {
            title: format!("{} · {}", pages.running_head, pages.running_foot),
            author: head.company.name.clone(),
            subject,
            language: head.language,
            issued_on: head.issued_on,
            record: None,
            provenance: None,
        };
        pdf::draw(&pages, &meta)
    });
    Ok(drawn.await.context("drawing stopped")?.context("the paper cannot be drawn")?)
}
