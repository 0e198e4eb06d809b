//! Findings: new ones, and what became of earlier ones (P02).

use std::collections::BTreeSet;

use super::{RequiredAction, column, shown_photo};
use crate::ids::FindingId;
use crate::records::{Finding, Severity};
use crate::reports::phrases::{equipment_name, heading};
use crate::reports::{Block, Cell, DocumentKind, EarlierFinding, Mark, MarkedEntry, ReportFacts, ReportRow, Table};
use crate::wording::{Say, Value, date, short_date};

/// How many earlier findings that the record does not mention are listed one by one; the site's file has them all.
const MOST_UNTOUCHED: usize = 60;

/// Hidden dangers found on this visit (P02).
pub(in crate::reports) fn findings(facts: &ReportFacts, say: Say<'_>) -> Vec<Block> {
    if facts.done.findings.is_empty() {
        return Vec::new();
    }
    let entries = facts.done.findings.iter().enumerate().map(|(index, finding)| entry(facts, index, finding, say));
    vec![heading("report-section-findings", say), Block::Entries(entries.collect())]
}

fn entry(facts: &ReportFacts, index: usize, finding: &Finding, say: Say<'_>) -> MarkedEntry {
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
    MarkedEntry {
        mark: mark_of(finding.severity),
        label: severity(finding, say),
        number: numbered(number_of(facts, index), say),
        text: finding.text.clone(),
        lines,
        photo,
    }
}

/// Who will close a finding.
fn responsible(finding: &Finding, say: Say<'_>) -> String {
    say("report-finding-responsible", &[("name", Value::text(&finding.responsible))])
}

/// The number of the record's finding with this index.
fn number_of(facts: &ReportFacts, index: usize) -> FindingId {
    facts.finding_numbers.get(index).copied().unwrap_or_else(|| FindingId(i64::try_from(index + 1).unwrap_or(i64::MAX)))
}

/// `Finding 318`. It is a name, so the number has no thousands separators.
fn numbered(number: FindingId, say: Say<'_>) -> String {
    say("report-finding-number", &[("number", Value::owned(number.to_string()))])
}

fn mark_of(severity: Severity) -> Mark {
    match severity {
        Severity::Minor => Mark::Open,
        Severity::Major => Mark::Attention,
        Severity::Critical => Mark::Fault,
    }
}

fn severity(finding: &Finding, say: Say<'_>) -> String {
    say("report-severity", &[("severity", Value::text(finding.severity.word()))])
}

fn earlier(facts: &ReportFacts, number: FindingId) -> Option<&EarlierFinding> {
    facts.open_before.iter().find(|earlier| earlier.number == number)
}

/// Earlier open findings of the site that the record does not mention, worst first. Certificates of trainings do not
/// list them.
fn untouched(facts: &ReportFacts) -> Vec<&EarlierFinding> {
    let closed = facts.done.closes.iter().map(|closed| closed.finding);
    let touched: BTreeSet<FindingId> = closed.chain(facts.done.carried.iter().map(|carried| carried.finding)).collect();
    let mut open: Vec<_> = facts.open_before.iter().filter(|earlier| !touched.contains(&earlier.number)).collect();
    open.sort_by_key(|earlier| std::cmp::Reverse(earlier.finding.severity));
    match DocumentKind::of(facts.purpose) {
        DocumentKind::Certificate => Vec::new(),
        DocumentKind::Report => open,
    }
}

/// The number of the site's findings that are open after the visit, and how many of them are critical (P02).
pub(in crate::reports) fn open_findings(facts: &ReportFacts) -> (usize, usize) {
    let own = facts.done.findings.iter().filter(|finding| !finding.closed).map(Some);
    let carried = facts.done.carried.iter().map(|carried| earlier(facts, carried.finding).map(|known| &known.finding));
    let open: Vec<_> =
        own.chain(carried).chain(untouched(facts).into_iter().map(|earlier| Some(&earlier.finding))).collect();
    let critical = open.iter().flatten().filter(|finding| finding.severity == Severity::Critical).count();
    (open.len(), critical)
}

/// What must be done about findings: those of this visit, and earlier ones that are still open.
pub(super) fn wanted(facts: &ReportFacts, say: Say<'_>) -> Vec<RequiredAction> {
    let own = facts.done.findings.iter().enumerate().filter(|(_, finding)| !finding.closed);
    let own = own.map(|(index, finding)| (number_of(facts, index), finding));
    let carried = facts.done.carried.iter().filter_map(|carried| earlier(facts, carried.finding));
    let before = carried.chain(untouched(facts).into_iter().take(MOST_UNTOUCHED));
    own.chain(before.map(|earlier| (earlier.number, &earlier.finding)))
        .map(|(number, finding)| {
            let text = finding.text.clone();
            RequiredAction {
                is_critical: finding.severity == Severity::Critical,
                by: finding.close_by,
                kind: Cell::Marked {
                    text: numbered(number, say),
                    mark: mark_of(finding.severity),
                    label: severity(finding, say),
                },
                what: match finding.responsible.as_str() {
                    "" => Cell::Text(text),
                    _ => Cell::Noted { text, note: responsible(finding, say) },
                },
            }
        })
        .collect()
}

/// Earlier findings that this visit closed (P02).
pub(in crate::reports) fn closed(facts: &ReportFacts, say: Say<'_>) -> Vec<Block> {
    if facts.done.closes.is_empty() {
        return Vec::new();
    }
    let rows = facts.done.closes.iter().map(|closed| {
        ReportRow::Cells(vec![
            Cell::Text(closed.finding.to_string()),
            found_earlier(facts, closed.finding, say),
            Cell::Text(closed.how.clone()),
        ])
    });
    let columns = vec![
        column("report-column-finding", 1.5, say),
        column("report-column-what", 5.4, say),
        column("report-column-how", 5.1, say),
    ];
    vec![heading("report-section-closed", say), Block::Table(Table { columns, rows: rows.collect() })]
}

/// What an earlier finding was, and when it was found.
fn found_earlier(facts: &ReportFacts, number: FindingId, say: Say<'_>) -> Cell {
    let Some(earlier) = earlier(facts, number) else { return Cell::Text(String::new()) };
    let text = earlier.finding.text.clone();
    let found = earlier.found_on.map(|day| {
        let day = Value::owned(short_date(facts.language, day));
        say("report-finding-found", &[("severity", Value::text(earlier.finding.severity.word())), ("day", day)])
    });
    Cell::Noted { text, note: found.unwrap_or_else(|| severity(&earlier.finding, say)) }
}

/// Earlier findings of the site that stay open (P02): those that were looked at, and those that the record does not
/// mention, so that none is forgotten.
pub(in crate::reports) fn still_open(facts: &ReportFacts, say: Say<'_>) -> Vec<Block> {
    let untouched = untouched(facts);
    let carried = facts.done.carried.iter().map(|carried| {
        let note = if carried.note.is_empty() { say("report-carried-as-before", &[]) } else { carried.note.clone() };
        (carried.finding, note)
    });
    let not_looked_at =
        untouched.iter().take(MOST_UNTOUCHED).map(|earlier| (earlier.number, say("report-finding-not-looked-at", &[])));
    let mut rows: Vec<ReportRow> = carried
        .chain(not_looked_at)
        .map(|(number, stands)| {
            let by = earlier(facts, number).and_then(|earlier| earlier.finding.close_by);
            ReportRow::Cells(vec![
                Cell::Text(number.to_string()),
                found_earlier(facts, number, say),
                Cell::Text(stands),
                Cell::Text(by.map(|day| short_date(facts.language, day)).unwrap_or_default()),
            ])
        })
        .collect();
    if rows.is_empty() {
        return Vec::new();
    }
    if let Some(more) = untouched.len().checked_sub(MOST_UNTOUCHED).filter(|more| *more > 0) {
        rows.push(ReportRow::Group(say("report-findings-more", &[("count", Value::count(more))])));
    }
    let columns = vec![
        column("report-column-finding", 1.5, say),
        column("report-column-what", 5.0, say),
        column("report-column-stands", 3.4, say),
        column("report-column-by", 2.1, say),
    ];
    vec![heading("report-section-carried", say), Block::Table(Table { columns, rows })]
}
