//! The report: what it is made from, and what it holds, as plain data. `pdf::draw` lays it out.
//!
//! Two documents so far: [`inspection`] (P04, and every other visit that is reported) and [`certificate`]
//! (P09, P10). Words come through [`Say`](super::wording::Say); what people wrote stays as they wrote it.

mod charts;
mod deadline;
mod delivery;
mod documents;
mod kind;
pub mod papers;
mod phrases;
mod sections;
mod shorten;
mod stationery;
mod stored;
pub mod trend;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use delivery::{PaperDelivery, delivered};
pub use documents::{certificate, inspection, pages};
pub use kind::DocumentKind;
pub use shorten::shorten;
pub use stationery::{Accent, BadAccent, BadPaper, PaperChoice, PaperSize, Stationery};
pub use stored::{
    BearingLetter, ChainHead, Chained, FiledHow, Filing, Issued, ReportCorrection, ReportLine, StoredReport, Unreported,
};

use super::contract::Purpose;
use super::language::Language;
use super::people::equipment::{Equipment, Site};
use super::promises::Due;
use super::records::checklist::Checklist;
use super::records::{Done, Finding};
use super::visits::Appointment;
use crate::ids::{ContractCode, EquipmentCode, FindingId, VisitId};

/// Everything that a report is made from.
#[derive(Debug, Clone)]
pub struct ReportFacts {
    pub company: Contractor,
    /// The customer's name.
    pub customer: String,
    pub site: Site,
    /// The site's equipment that the record or the contract names.
    pub equipment: Vec<ReportedEquipment>,
    pub visit: VisitId,
    pub purpose: Purpose,
    pub appointment: Appointment,
    /// The window of the slot that the visit fills, first and last day.
    pub period: Option<(NaiveDate, NaiveDate)>,
    /// The next visit of the same term at the site, where one has its day.
    pub next_visit: Option<NaiveDate>,
    /// What was read on earlier visits to the site, in any order.
    pub earlier: Vec<EarlierReading>,
    /// The engineer's name.
    pub engineer: String,
    pub contract: ContractCode,
    pub done: Done,
    /// The office's numbers of the record's findings, in their order: every other paper names a finding by its number.
    pub finding_numbers: Vec<FindingId>,
    /// Findings of earlier visits to the site that were open when this one took place (P02), the oldest first.
    pub open_before: Vec<EarlierFinding>,
    /// By key; an answer to an item that no checklist has is shown under its key.
    pub checklists: BTreeMap<String, Checklist>,
    /// By the file name that the record gives; a photo that is missing here is named as unreadable.
    pub photos: BTreeMap<String, Picture>,
    /// Until when the report is due, and how that was counted (P04).
    pub due: Due,
    pub language: Language,
    /// From 1.
    pub revision: u32,
    /// The revision that this one replaces.
    pub replaces: Option<Replaced>,
    /// SHA-256 of the site's previous report, in hexadecimal: a site's reports form a chain.
    pub previous_report: Option<String>,
    /// Day in the company's zone.
    pub issued_on: NaiveDate,
    /// Where the office's pages are found by its customers, `https://service.example.org`.
    pub public_url: Option<String>,
    /// What only the holder of the report knows: without it, its page says no more than a number does.
    pub verify_code: Option<String>,
}

/// A value that was read at an item of an equipment's checklist on an earlier day.
#[derive(Debug, Clone, PartialEq)]
pub struct EarlierReading {
    /// Day at the site.
    pub on: NaiveDate,
    pub equipment: EquipmentCode,
    pub item: String,
    pub value: f64,
}

/// A hidden danger that an earlier visit found.
#[derive(Debug, Clone, PartialEq)]
pub struct EarlierFinding {
    pub number: FindingId,
    /// Day at the site.
    pub found_on: Option<NaiveDate>,
    pub finding: Finding,
}

impl ReportFacts {
    /// The number that people quote: visit and revision, `V1042-1`.
    #[must_use]
    pub fn number(&self) -> String {
        format!("{}-{}", self.visit, self.revision)
    }

    /// The page that says whether this report is genuine.
    #[must_use]
    pub fn verify_at(&self) -> Option<String> {
        let code = self.verify_code.as_ref().map_or_else(String::new, |code| format!("-{code}"));
        self.public_url.as_ref().map(|url| format!("{}/verify/{}{code}", url.trim_end_matches('/'), self.number()))
    }
}

/// The contractor, as it signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contractor {
    pub name: String,
    pub address: String,
    pub email: String,
    pub phone: Option<String>,
    pub stationery: Stationery,
}

/// A machine with the phase of its contract in words, where there is one (P15).
#[derive(Debug, Clone, PartialEq)]
pub struct ReportedEquipment {
    pub equipment: Equipment,
    pub phase: Option<String>,
}

/// An earlier revision of the same report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replaced {
    pub revision: u32,
    /// The company's day.
    pub issued_on: NaiveDate,
}

/// A baseline or progressive JPEG without metadata, upright, with its size in pixels.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    pub jpeg: Arc<Vec<u8>>,
    pub width: u32,
    pub height: u32,
    pub colours: Colours,
    /// Of the JPEG: known since it was made, and not reckoned again for every document.
    pub sha256: [u8; 32],
}

/// What a picture's samples mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colours {
    Grey,
    Rgb,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({} x {}, {} bytes)", self.width, self.height, self.jpeg.len())
    }
}

/// A document to lay out: what stands on every page, and the blocks in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Pages {
    pub language: Language,
    pub paper: PaperSize,
    pub accent: Accent,
    pub letterhead: Letterhead,
    /// Stands at the head of every page but the first.
    pub running_head: String,
    /// Stands at the foot of every page, left.
    pub running_foot: String,
    /// Stands at the foot of every page, right; `{page}` and `{pages}` stand for the numbers.
    pub page_of: String,
    /// Stands at the foot of the first page: the deadline and how it was counted.
    pub first_foot: Vec<String>,
    pub blocks: Vec<Block>,
}

/// Who writes, at the head of the first page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letterhead {
    pub name: String,
    /// Stands in the name's place, which it says to those who do not see it.
    pub logo: Option<Picture>,
    /// Address and how to reach it, a line each.
    pub lines: Vec<String>,
    /// Small, at the foot of the first page.
    pub legal: Vec<String>,
}

/// A piece of a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    Title {
        text: String,
        subtitle: String,
        number: String,
        /// Below the number: which revision this replaces. May be empty.
        note: String,
    },
    /// The answer that the reader looks for first.
    Verdict {
        mark: Mark,
        headline: String,
        detail: String,
    },
    /// Labelled facts in two columns.
    Facts(Vec<Fact>),
    /// Shares of a whole as a bar with its legend.
    Summary(Vec<Share>),
    Heading(HeadingLevel, String),
    Paragraph(Paragraph, String),
    Bullets(Vec<String>),
    Table(Table),
    Entries(Vec<MarkedEntry>),
    Charts(Vec<Chart>),
    Photos(Vec<CaptionedPhoto>),
    Signatures(Vec<SignatureBox>),
    Seal(Colophon),
}

/// Readings over time, between their limits.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    pub title: String,
    pub subtitle: String,
    /// What a screen reader says.
    pub alternative: String,
    /// Days from the first reading, and values; by day.
    pub points: Vec<(f64, f64)>,
    pub min: Option<Bound>,
    pub max: Option<Bound>,
    /// The last value in words.
    pub last: String,
    /// The first and the last day in words.
    pub span: (String, String),
    pub outlook: Option<Outlook>,
    /// What is to be said of it, and how much it matters.
    pub remark: Option<(Mark, String)>,
}

/// Where readings lead to until the next visit.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlook {
    /// Two points of a line, the second on the day of the next visit.
    pub line: [(f64, f64); 2],
    /// That day in words.
    pub until: String,
}

/// A limit and its words.
#[derive(Debug, Clone, PartialEq)]
pub struct Bound {
    pub at: f64,
    pub words: String,
}

/// What a document says about itself at its end.
#[derive(Debug, Clone, PartialEq)]
pub struct Colophon {
    pub title: String,
    pub facts: Vec<Fact>,
    pub code: Option<Code>,
}

/// An address as a QR code, with the words that stand before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    pub address: String,
    pub caption: String,
    /// What a screen reader says.
    pub alternative: String,
}

/// How a result looks: each has a shape of its own, so that it is told apart without colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Ok,
    Attention,
    Fault,
    NotApplicable,
    /// No answer was given, or nothing that presses.
    Open,
}

/// Rank of a heading below the title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeadingLevel {
    Section,
    Part,
}

/// How a paragraph is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paragraph {
    Body,
    /// Larger: the sentence that a certificate is about.
    Lead,
    /// Smaller: how to read what follows.
    Note,
}

/// A label with its lines; the first is set stronger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    pub label: String,
    pub lines: Vec<String>,
}

/// A part of a summary bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    pub mark: Mark,
    pub label: String,
    pub count: usize,
}

/// Rows under column heads, which stand again on every page.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    pub columns: Vec<Column>,
    pub rows: Vec<ReportRow>,
}

/// A column: its head and its share of the width.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub head: String,
    pub weight: f32,
    pub align: Align,
}

/// Where text stands in its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum ReportRow {
    /// A heading across all columns.
    Group(String),
    Cells(Vec<Cell>),
}

/// What stands in a column of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Text(String),
    /// A text with a smaller one below.
    Noted {
        text: String,
        note: String,
    },
    Chip {
        mark: Mark,
        label: String,
    },
    /// A text with a chip below.
    Marked {
        text: String,
        mark: Mark,
        label: String,
    },
    /// A box to tick on paper.
    Box,
    /// A line to write on.
    ToFill,
    /// A reading: its words, and where it lies between its limits.
    Gauge {
        limits: String,
        /// Below, in the colour of a fault: that the value is outside. May be empty.
        note: String,
        gauge: Gauge,
    },
}

/// A value and the limits within which all is well; at least one limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gauge {
    pub value: Option<f64>,
    pub min: Option<f64>,
    pub max: Option<f64>,
}

/// A finding or the like: a mark and label at the side, its text, lines below, perhaps a photo.
#[derive(Debug, Clone, PartialEq)]
pub struct MarkedEntry {
    pub mark: Mark,
    pub label: String,
    pub number: String,
    pub text: String,
    pub lines: Vec<String>,
    pub photo: Option<CaptionedPhoto>,
}

/// A picture with its caption.
#[derive(Debug, Clone, PartialEq)]
pub struct CaptionedPhoto {
    pub label: String,
    pub caption: String,
    /// What a screen reader says.
    pub alternative: String,
    /// None: it could not be read; the words say so.
    pub picture: Result<Picture, String>,
}

/// Where a party signs.
#[derive(Debug, Clone, PartialEq)]
pub struct SignatureBox {
    pub party: String,
    pub ink: Ink,
}

/// A signature, or why there is none.
#[derive(Debug, Clone, PartialEq)]
pub enum Ink {
    Signed {
        name: String,
        role: String,
        at: String,
        place: String,
        alternative: String,
        /// Points to the right and downwards, in any unit; drawn to scale.
        strokes: Vec<Vec<(f64, f64)>>,
    },
    None {
        reason: String,
    },
}
