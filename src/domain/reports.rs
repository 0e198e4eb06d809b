//! The report as plain data: what it is made from, and what it contains. `pdf::draw` does the layout.
//!
//! There are two documents: [`inspection`] (P04, and all other visits with a report) and [`certificate`] (P09, P10).
//! Texts come from [`Say`](super::wording::Say); what people wrote is reproduced as written.

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
    /// The site's equipment that occurs in the record or the contract.
    pub equipment: Vec<ReportedEquipment>,
    pub visit: VisitId,
    pub purpose: Purpose,
    /// The visit whose rest this one was to see.
    pub rest_of: Option<VisitId>,
    pub appointment: Appointment,
    /// The window of the slot that the visit fills, first and last day.
    pub period: Option<(NaiveDate, NaiveDate)>,
    /// The day of the next visit for the same term at the site, if it is known.
    pub next_visit: Option<NaiveDate>,
    /// Readings from earlier visits to the site, in any order.
    pub earlier: Vec<EarlierReading>,
    /// The engineer's name.
    pub engineer: String,
    pub contract: ContractCode,
    pub done: Done,
    /// The numbers of the record's findings, in order; all other documents refer to findings by number.
    pub finding_numbers: Vec<FindingId>,
    /// Findings from earlier visits to the site that were open when this one took place (P02), oldest first.
    pub open_before: Vec<EarlierFinding>,
    /// By key; an answer to an item that is in no checklist is shown with its key.
    pub checklists: BTreeMap<String, Checklist>,
    /// By the file name in the record; photos missing here are reported as unreadable.
    pub photos: BTreeMap<String, Picture>,
    /// When the report is due, and how that was counted (P04).
    pub due: Due,
    pub language: Language,
    /// Counted from 1.
    pub revision: u32,
    /// The revision that it replaces.
    pub replaces: Option<Replaced>,
    /// SHA-256 of the site's previous report, in hexadecimal; the reports of a site form a chain.
    pub previous_report: Option<String>,
    /// The day in the company's time zone.
    pub issued_on: NaiveDate,
    /// The address of the office's public pages, `https://service.example.org`.
    pub public_url: Option<String>,
    /// A code known only to holders of the report; without it, the report's page reveals no more than its number does.
    pub verify_code: Option<String>,
}

/// A reading of a checklist item on an earlier day.
#[derive(Debug, Clone, PartialEq)]
pub struct EarlierReading {
    /// The day at the site.
    pub on: NaiveDate,
    pub equipment: EquipmentCode,
    pub item: String,
    pub value: f64,
}

/// A hidden danger found on an earlier visit.
#[derive(Debug, Clone, PartialEq)]
pub struct EarlierFinding {
    pub number: FindingId,
    /// The day at the site.
    pub found_on: Option<NaiveDate>,
    pub finding: Finding,
}

impl ReportFacts {
    /// The number for quoting, made of visit and revision: `V1042-1`.
    #[must_use]
    pub fn number(&self) -> String {
        format!("{}-{}", self.visit, self.revision)
    }

    /// The address of the page that tells whether this report is genuine.
    #[must_use]
    pub fn verify_at(&self) -> Option<String> {
        let code = self.verify_code.as_ref().map_or_else(String::new, |code| format!("-{code}"));
        self.public_url.as_ref().map(|url| format!("{}/verify/{}{code}", url.trim_end_matches('/'), self.number()))
    }
}

/// The contractor, as in signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contractor {
    pub name: String,
    pub address: String,
    pub email: String,
    pub phone: Option<String>,
    pub stationery: Stationery,
}

/// A piece of equipment, with the phase of its contract in words, if it has one (P15).
#[derive(Debug, Clone, PartialEq)]
pub struct ReportedEquipment {
    pub equipment: Equipment,
    pub phase: Option<String>,
}

/// An earlier revision of the same report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replaced {
    pub revision: u32,
    /// The day at the company.
    pub issued_on: NaiveDate,
}

/// A baseline or progressive JPEG without metadata, upright, with its size in pixels.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    pub jpeg: Arc<Vec<u8>>,
    pub width: u32,
    pub height: u32,
    pub colours: Colours,
    /// SHA-256 of the JPEG; stored here so that it is not computed again for every document.
    pub sha256: [u8; 32],
}

/// The meaning of a picture's samples.
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

/// A document to be laid out: the elements of every page, and the blocks in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Pages {
    pub language: Language,
    pub paper: PaperSize,
    pub accent: Accent,
    pub letterhead: Letterhead,
    /// Header of every page except the first.
    pub running_head: String,
    /// Footer of every page, on the left.
    pub running_foot: String,
    /// Footer of every page, on the right; `{page}` and `{pages}` are replaced by the numbers.
    pub page_of: String,
    /// Footer of the first page: the deadline and how it was counted.
    pub first_foot: Vec<String>,
    pub blocks: Vec<Block>,
}

/// The sender, in the header of the first page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letterhead {
    pub name: String,
    /// Replaces the name, which becomes its alternative text.
    pub logo: Option<Picture>,
    /// Address and contact details, one per line.
    pub lines: Vec<String>,
    /// Small print in the footer of the first page.
    pub legal: Vec<String>,
}

/// A block of a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    Title {
        text: String,
        subtitle: String,
        number: String,
        /// Below the number: which revision this one replaces. May be empty.
        note: String,
    },
    /// The answer that readers look for first.
    Verdict {
        mark: Mark,
        headline: String,
        detail: String,
    },
    /// Labelled facts in two columns.
    Facts(Vec<Fact>),
    /// The parts of a whole as a bar with a legend.
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

/// Readings over time, with their limits.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    pub title: String,
    pub subtitle: String,
    /// Text for screen readers.
    pub alternative: String,
    /// Days since the first reading, and values; ordered by day.
    pub points: Vec<(f64, f64)>,
    pub min: Option<Bound>,
    pub max: Option<Bound>,
    /// The last value as text.
    pub last: String,
    /// The first and the last day as text.
    pub span: (String, String),
    pub outlook: Option<Outlook>,
    /// A comment on the trend, and its importance.
    pub remark: Option<(Mark, String)>,
}

/// Where the readings are heading until the next visit.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlook {
    /// Two points of a line; the second is on the day of the next visit.
    pub line: [(f64, f64); 2],
    /// That day as text.
    pub until: String,
}

/// A limit and its label.
#[derive(Debug, Clone, PartialEq)]
pub struct Bound {
    pub at: f64,
    pub words: String,
}

/// The document's statement about itself, at its end.
#[derive(Debug, Clone, PartialEq)]
pub struct Colophon {
    pub title: String,
    pub facts: Vec<Fact>,
    pub code: Option<Code>,
}

/// An address as a QR code, with an introductory text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    pub address: String,
    pub caption: String,
    /// Text for screen readers.
    pub alternative: String,
}

/// The look of a result; each has a shape of its own, so that results can be told apart without colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Ok,
    Attention,
    Fault,
    NotApplicable,
    /// It was to be looked at, and could not be.
    NotInspected,
    /// No answer, or nothing urgent.
    Open,
}

/// The level of a heading below the title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeadingLevel {
    Section,
    Part,
}

/// The style of a paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paragraph {
    Body,
    /// Larger: the main statement of a certificate.
    Lead,
    /// Smaller: how to read what follows.
    Note,
}

/// A label with lines of text, the first of which is emphasised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    pub label: String,
    pub lines: Vec<String>,
}

/// One part of a summary bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    pub mark: Mark,
    pub label: String,
    pub count: usize,
}

/// Rows below column heads, which are repeated on every page.
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

/// The alignment of text in a column.
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

/// The contents of a table cell.
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
    /// A text with a result mark below.
    Marked {
        text: String,
        mark: Mark,
        label: String,
    },
    /// A box to be ticked on paper.
    Box,
    /// A line to be filled in on paper.
    ToFill,
    /// A reading as text, with its position between its limits.
    Gauge {
        limits: String,
        /// Below, in the colour of a fault: that the value is outside its limits. May be empty.
        note: String,
        gauge: Gauge,
    },
}

/// A value and its limits, of which there is at least one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gauge {
    pub value: Option<f64>,
    pub min: Option<f64>,
    pub max: Option<f64>,
}

/// A finding or similar entry: a mark and a label at the side, its text, further lines, and possibly a photo.
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
    /// Text for screen readers.
    pub alternative: String,
    /// If the picture cannot be read, a text that says so.
    pub picture: Result<Picture, String>,
}

/// A party's box for signing.
#[derive(Debug, Clone, PartialEq)]
pub struct SignatureBox {
    pub party: String,
    pub ink: Ink,
}

/// A signature, or the reason why there is none.
#[derive(Debug, Clone, PartialEq)]
pub enum Ink {
    Signed {
        name: String,
        role: String,
        at: String,
        place: String,
        alternative: String,
        /// Points with x to the right and y downwards, in any unit; drawn to scale.
        strokes: Vec<Vec<(f64, f64)>>,
    },
    None {
        reason: String,
    },
}
