//! Findings: new ones, and what became of earlier ones (P02).

use super::super::super::record::{Finding, Severity};
use super::super::super::wording::{Say, Value, date};
use super::super::documents::heading;
use super::super::{Block, Cell, Entry, Mark, ReportFacts, Row, Table};
use super::{column, equipment_name, shown_photo};

/// Hidden dangers found on this visit (P02).
pub(in crate::domain::report) fn findings(facts: &ReportFacts, say: Say<'_>) -> Vec<Block> {
    if facts.done.findings.is_empty() {
        return Vec::new();
    }
    let entries = facts.done.findings.iter().enumerate().map(|(index, finding)| entry(facts, index, finding, say));
    vec![heading("report-section-findings", say), Block::Entries(entries.collect())]
}

fn entry(facts: &ReportFacts, index: usize, finding: &Finding, say: Say<'_>) -> Entry {
    let (mark, severity) = match finding.severity {
        Severity::Minor => (Mark::Open, "minor"),
        Severity::Major => (Mark::Attention, "major"),
        Severity::Critical => (Mark::Fault, "critical"),
    };
    let mut lines = Vec::new();
    if let Some(code) = &finding.equipment {
        lines.push(say("report-finding-equipment", &[("equipment", Value::owned(equipment_name(facts, code)))]));
    }
    if !finding.done.is_empty() {
        lines.push(say("report-finding-done", &[("text", Value::text(&finding.done))]));
    }
    if !finding.responsible.is_empty() {
        lines.push(responsible(finding, say));
    }
    lines.push(match (finding.closed, finding.close_by) {
        (true, _) => say("report-finding-closed", &[]),
        (false, None) => say("report-finding-open", &[]),
        (false, Some(day)) => say("report-finding-open-by", &[("day", Value::owned(date(facts.language, day)))]),
    });
    let photo = finding.photo.as_ref().map(|file| {
        let position = facts.done.photos.iter().position(|photo| photo.file == *file);
        let caption = position.map(|index| facts.done.photos[index].caption.clone()).unwrap_or_default();
        let number = position.map_or_else(|| file.clone(), |index| (index + 1).to_string());
        let mut shown = shown_photo(facts, file, &number, &caption, say);
        shown.caption = say("report-see-photo", &[("number", Value::text(&number))]);
        shown.label = String::new();
        shown
    });
    Entry {
        mark,
        label: say("report-severity", &[("severity", Value::text(severity))]),
        number: say("report-finding-number", &[("number", Value::count(index + 1))]),
        text: finding.text.clone(),
        lines,
        photo,
    }
}

/// Who closes a finding.
pub(super) fn responsible(finding: &Finding, say: Say<'_>) -> String {
    say("report-finding-responsible", &[("name", Value::text(&finding.responsible))])
}

/// Earlier findings that this visit closed (P02).
pub(in crate::domain::report) fn closed(facts: &ReportFacts, say: Say<'_>) -> Vec<Block> {
    if facts.done.closes.is_empty() {
        return Vec::new();
    }
    let rows = facts
        .done
        .closes
        .iter()
        .map(|closed| Row::Cells(vec![Cell::Text(closed.finding.to_string()), Cell::Text(closed.how.clone())]));
    let columns = vec![column("report-column-finding", 2.0, say), column("report-column-how", 10.0, say)];
    vec![heading("report-section-closed", say), Block::Table(Table { columns, rows: rows.collect() })]
}

/// Earlier findings that were looked at and stay open (P02).
pub(in crate::domain::report) fn carried(facts: &ReportFacts, say: Say<'_>) -> Vec<Block> {
    if facts.done.carried.is_empty() {
        return Vec::new();
    }
    let rows = facts.done.carried.iter().map(|carried| {
        let note = if carried.note.is_empty() { say("report-carried-as-before", &[]) } else { carried.note.clone() };
        Row::Cells(vec![Cell::Text(carried.finding.to_string()), Cell::Text(note)])
    });
    let columns = vec![column("report-column-finding", 2.0, say), column("report-column-stands", 10.0, say)];
    vec![heading("report-section-carried", say), Block::Table(Table { columns, rows: rows.collect() })]
}
