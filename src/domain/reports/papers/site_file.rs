//! The file of a site: equipment, contracts, visits, reports, findings, advice, trainings and operators, all in one
//! place even years later (P05, P14).

use chrono::NaiveDate;

use super::{Head, bound, columns, day, fact, found, listed, purpose, text};
use crate::contract::Contract;
use crate::ids::FindingId;
use crate::people::equipment::Site;
use crate::records::{Advice, Finding, Operators};
use crate::reports::{Align, Block, Cell, Pages, ReportedEquipment};
use crate::visits::{Visit, VisitState};
use crate::wording::{Say, Value, plain_date};

/// The input for a site's file.
#[derive(Debug, Clone, PartialEq)]
pub struct SiteFile {
    pub head: Head,
    pub customer: String,
    pub site: Site,
    /// Each contract with the title of its plan.
    pub contracts: Vec<(Contract, String)>,
    pub equipment: Vec<ReportedEquipment>,
    /// Ordered by day.
    pub visits: Vec<FiledVisit>,
    pub findings: Vec<FiledFinding>,
    /// Each with the day on which it was given.
    pub advice: Vec<(NaiveDate, Advice)>,
    pub trainings: Vec<FiledTraining>,
    /// News about the people who operate the equipment (P14), each with its day.
    pub operators: Vec<(NaiveDate, Operators)>,
}

/// A visit with its report.
#[derive(Debug, Clone, PartialEq)]
pub struct FiledVisit {
    pub visit: Visit,
    /// The day on which it took place, or else is planned.
    pub on: NaiveDate,
    /// The name of the engineer who was there, or else is booked.
    pub engineer: String,
    pub report: Option<FiledReport>,
}

/// A report, with the day on which it was delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FiledReport {
    pub number: String,
    pub sha256: String,
    pub filed_on: Option<NaiveDate>,
}

/// A finding, with how it ended.
#[derive(Debug, Clone, PartialEq)]
pub struct FiledFinding {
    pub number: FindingId,
    pub found_on: Option<NaiveDate>,
    pub finding: Finding,
    /// When and how it was closed.
    pub closed: Option<(Option<NaiveDate>, String)>,
}

/// A training: its topics, and the number of people trained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FiledTraining {
    pub on: NaiveDate,
    pub topics: Vec<String>,
    pub attendees: usize,
}

/// The file of a site (P05, P14).
#[must_use]
pub fn site_file(file: &SiteFile, say: Say<'_>) -> Pages {
    let mut blocks = vec![Block::Facts(facts(file, say))];
    blocks.extend(equipment(file, say));
    blocks.extend(contracts(file, say));
    blocks.extend(visits(file, say));
    blocks.extend(findings(file, say));
    blocks.extend(advice(file, say));
    blocks.extend(trainings(file, say));
    blocks.extend(operators(file, say));
    bound(&file.head, say("paper-site-file", &[]), file.site.name.clone(), file.site.site.to_string(), blocks, say)
}

fn facts(file: &SiteFile, say: Say<'_>) -> Vec<super::Fact> {
    let open = file.findings.iter().filter(|finding| finding.closed.is_none()).count();
    let done = file.visits.iter().filter(|filed| matches!(filed.visit.state, VisitState::Done { .. })).count();
    let address = std::iter::once(file.site.name.clone()).chain(file.site.address.lines().map(str::to_owned));
    vec![
        fact("report-fact-site", address.collect(), say),
        fact("report-fact-customer", vec![file.customer.clone()], say),
        fact("paper-fact-visits-done", vec![done.to_string()], say),
        fact("paper-fact-findings-open", vec![open.to_string()], say),
    ]
}

fn equipment(file: &SiteFile, say: Say<'_>) -> Vec<Block> {
    let rows = file.equipment.iter().map(|reported| {
        let machine = &reported.equipment;
        vec![
            Cell::Noted { text: machine.name.clone(), note: machine.equipment.to_string() },
            text(format!("{} {}", machine.make, machine.model).trim()),
            text(&machine.serial),
            day(file.head.language, machine.accepted_on),
            text(reported.phase.clone().unwrap_or_default()),
        ]
    });
    let keys = [
        ("report-column-equipment", 3.4, Align::Left),
        ("report-column-make-model", 3.0, Align::Left),
        ("report-column-serial", 2.2, Align::Left),
        ("paper-column-accepted", 2.3, Align::Left),
        ("report-column-phase", 2.5, Align::Left),
    ];
    listed("report-section-equipment", columns(&keys, say), rows.collect(), say)
}

fn contracts(file: &SiteFile, say: Say<'_>) -> Vec<Block> {
    let language = file.head.language;
    let rows = file.contracts.iter().map(|(contract, plan)| {
        let accepted = Some(contract.accepted_on);
        vec![text(contract.contract.as_str()), text(plan), day(language, accepted), day(language, contract.ends_on)]
    });
    let keys = [
        ("paper-column-contract", 3.0, Align::Left),
        ("paper-column-plan", 4.0, Align::Left),
        ("paper-column-accepted", 3.0, Align::Left),
        ("paper-column-ends", 3.0, Align::Left),
    ];
    listed("paper-section-contracts", columns(&keys, say), rows.collect(), say)
}

fn visits(file: &SiteFile, say: Say<'_>) -> Vec<Block> {
    let rows = file.visits.iter().map(|filed| {
        let visit = &filed.visit;
        let state = say("paper-visit-state", &[("state", Value::text(visit.state.word()))]);
        let state = match &visit.state {
            VisitState::Cancelled { reason, .. } => Cell::Noted { text: state, note: reason.clone() },
            VisitState::Planned { .. } | VisitState::Booked { .. } | VisitState::Done { .. } => text(state),
        };
        let report = filed.report.as_ref().map_or_else(
            || text("—"),
            |report| {
                let hash = report.sha256.get(..16).unwrap_or(&report.sha256);
                Cell::Noted { text: report.number.clone(), note: format!("{hash}…") }
            },
        );
        let filed_on = filed.report.as_ref().and_then(|report| report.filed_on);
        vec![
            day(file.head.language, Some(filed.on)),
            Cell::Noted { text: purpose(visit.purpose, say), note: visit.id.to_string() },
            text(&filed.engineer),
            state,
            report,
            day(file.head.language, filed_on),
        ]
    });
    let keys = [
        ("paper-column-day", 2.3, Align::Left),
        ("paper-column-visit", 2.0, Align::Left),
        ("report-fact-engineer", 2.6, Align::Left),
        ("paper-column-state", 2.2, Align::Left),
        ("paper-column-report", 3.4, Align::Left),
        ("paper-column-filed", 2.3, Align::Left),
    ];
    listed("paper-section-visits", columns(&keys, say), rows.collect(), say)
}

fn findings(file: &SiteFile, say: Say<'_>) -> Vec<Block> {
    let rows = file.findings.iter().map(|filed| {
        let severity = say("report-severity", &[("severity", Value::text(filed.finding.severity.word()))]);
        let state = match &filed.closed {
            None => text(say("report-finding-open", &[])),
            Some((on, how)) => {
                let on = on.map(|day| plain_date(file.head.language, day)).unwrap_or_default();
                Cell::Noted { text: say("paper-closed-on", &[("day", Value::owned(on))]), note: how.clone() }
            }
        };
        vec![
            text(filed.number.to_string()),
            day(file.head.language, filed.found_on),
            text(severity),
            found(&filed.finding, say),
            state,
        ]
    });
    let keys = [
        ("report-column-number", 0.9, Align::Right),
        ("paper-column-found", 2.2, Align::Left),
        ("paper-column-severity", 1.5, Align::Left),
        ("report-column-what", 6.0, Align::Left),
        ("paper-column-state", 3.0, Align::Left),
    ];
    listed("report-section-findings", columns(&keys, say), rows.collect(), say)
}

fn advice(file: &SiteFile, say: Say<'_>) -> Vec<Block> {
    let rows = file.advice.iter().map(|(on, advice)| {
        let cost = advice.cost.map(|cost| say("report-cost", &[("cost", Value::text(cost.word()))]));
        vec![
            day(file.head.language, Some(*on)),
            text(&advice.text),
            text(advice.equipment.clone().unwrap_or_default()),
            text(cost.unwrap_or_default()),
            day(file.head.language, advice.by),
        ]
    });
    let keys = [
        ("paper-column-day", 2.3, Align::Left),
        ("report-column-advice", 5.2, Align::Left),
        ("report-column-equipment", 2.2, Align::Left),
        ("report-column-cost", 1.3, Align::Left),
        ("report-column-by", 2.3, Align::Left),
    ];
    listed("report-section-advice", columns(&keys, say), rows.collect(), say)
}

fn trainings(file: &SiteFile, say: Say<'_>) -> Vec<Block> {
    let rows = file.trainings.iter().map(|training| {
        let count = say("report-persons", &[("count", Value::count(training.attendees))]);
        vec![day(file.head.language, Some(training.on)), text(training.topics.join("; ")), text(count)]
    });
    let keys = [
        ("paper-column-day", 2.3, Align::Left),
        ("report-section-topics", 8.0, Align::Left),
        ("report-section-attendance", 2.4, Align::Left),
    ];
    listed("paper-section-trainings", columns(&keys, say), rows.collect(), say)
}

/// Skills of the operators and changes of staff, newest last (P14).
fn operators(file: &SiteFile, say: Say<'_>) -> Vec<Block> {
    let rows = file.operators.iter().map(|(on, operators)| {
        vec![day(file.head.language, Some(*on)), text(&operators.skill), text(&operators.changes)]
    });
    let keys = [
        ("paper-column-day", 2.3, Align::Left),
        ("report-fact-skill", 5.2, Align::Left),
        ("report-fact-changes", 5.2, Align::Left),
    ];
    listed("report-section-operators", columns(&keys, say), rows.collect(), say)
}
