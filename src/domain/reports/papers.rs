//! The office's other documents: sheets to print, site files, service years, fault analyses. Each consists only of
//! blocks; letterhead, headers and footers, and paper size are those of reports.

mod fault_analysis;
mod service_year;
mod site_file;
mod visit_sheet;

use chrono::NaiveDate;

pub use fault_analysis::{FaultAnalysis, FaultLevel, Step, fault_analysis};
pub use service_year::{Kept, LateDeadline, ServiceYear, service_year};
pub use site_file::{FiledFinding, FiledReport, FiledTraining, FiledVisit, SiteFile, site_file};
pub use visit_sheet::{VisitSheet, visit_sheet};

use super::documents::letterhead;
use super::{Align, Block, Cell, Column, Contractor, Fact, HeadingLevel, Pages, ReportRow, Table};
use crate::contract::Purpose;
use crate::language::Language;
use crate::records::Finding;
use crate::wording::{Say, Value, date, plain_date};

/// The heading of a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    pub company: Contractor,
    pub language: Language,
    /// The country of the site or customer, which determines the paper size. ISO 3166-1 alpha-2.
    pub country: String,
    /// The day in the company's time zone.
    pub issued_on: NaiveDate,
}

/// Adds title, subtitle and number above the blocks.
fn bound(head: &Head, title: String, subtitle: String, number: String, mut blocks: Vec<Block>, say: Say<'_>) -> Pages {
    let issued = say("paper-issued", &[("day", Value::owned(date(head.language, head.issued_on)))]);
    let running_foot = say("report-footer", &[("title", Value::text(&title)), ("number", Value::text(&number))]);
    blocks.insert(0, Block::Title { text: title, subtitle: subtitle.clone(), number, note: issued });
    let stationery = &head.company.stationery;
    Pages {
        language: head.language,
        paper: stationery.paper.for_country(&head.country),
        accent: stationery.accent,
        letterhead: letterhead(&head.company),
        running_head: subtitle,
        running_foot,
        page_of: say("report-page", &[("page", Value::text("{page}")), ("pages", Value::text("{pages}"))]),
        first_foot: Vec::new(),
        blocks,
    }
}

fn section(key: &str, say: Say<'_>) -> Block {
    Block::Heading(HeadingLevel::Section, say(key, &[]))
}

fn fact(key: &str, lines: Vec<String>, say: Say<'_>) -> Fact {
    Fact { label: say(key, &[]), lines: lines.into_iter().filter(|line| !line.is_empty()).collect() }
}

/// Columns by key and weight; numbers are right-aligned.
fn columns(keys: &[(&str, f32, Align)], say: Say<'_>) -> Vec<Column> {
    keys.iter().map(|(key, weight, align)| Column { head: say(key, &[]), weight: *weight, align: *align }).collect()
}

/// A section with a table; left out if the table is empty.
fn listed(key: &str, columns: Vec<Column>, rows: Vec<Vec<Cell>>, say: Say<'_>) -> Vec<Block> {
    if rows.is_empty() {
        return Vec::new();
    }
    vec![section(key, say), Block::Table(Table { columns, rows: rows.into_iter().map(ReportRow::Cells).collect() })]
}

/// A finding, with who will close it below.
fn found(finding: &Finding, say: Say<'_>) -> Cell {
    let text = finding.text.clone();
    if finding.responsible.is_empty() {
        return Cell::Text(text);
    }
    let note = say("report-finding-responsible", &[("name", Value::text(&finding.responsible))]);
    Cell::Noted { text, note }
}

fn text(text: impl Into<String>) -> Cell {
    Cell::Text(text.into())
}

fn day(language: Language, day: Option<NaiveDate>) -> Cell {
    Cell::Text(day.map_or_else(|| "—".to_owned(), |day| plain_date(language, day)))
}

fn purpose(purpose: Purpose, say: Say<'_>) -> String {
    say("report-purpose", &[("purpose", Value::text(purpose.word()))])
}
