//! The sections that documents consist of. Empty sections are left out.

mod checks;
mod findings;
mod left;
mod people;

use chrono::NaiveDate;

use super::phrases::{equipment_name, heading};
use super::{Align, Block, CaptionedPhoto, Cell, Column, Mark, Paragraph, ReportFacts, ReportRow, Share, Table};
use crate::records::ItemResult;
use crate::wording::{Say, Value, short_date};

pub(super) use checks::{checks, unplaced_remarks};
pub(super) use findings::{closed, findings, open_findings, still_open};
pub(super) use left::not_inspected;
pub(super) use people::{attendance, operators, signatures, topics};

/// The number of answers of each kind.
#[derive(Debug, Default)]
pub(super) struct Tally {
    ok: usize,
    attention: usize,
    fault: usize,
    not_applicable: usize,
    not_inspected: usize,
    open: usize,
}

impl Tally {
    pub(super) fn of(facts: &ReportFacts) -> Tally {
        let mut tally = Tally::default();
        for given in &facts.done.equipment {
            for (_, answer) in checks::asked(facts, given).iter().flat_map(|(_, lines)| lines) {
                match answer.map(|answer| answer.result) {
                    Some(ItemResult::Ok) => tally.ok += 1,
                    Some(ItemResult::Attention) => tally.attention += 1,
                    Some(ItemResult::Fault) => tally.fault += 1,
                    Some(ItemResult::NotApplicable) => tally.not_applicable += 1,
                    Some(ItemResult::NotInspected) => tally.not_inspected += 1,
                    None => tally.open += 1,
                }
            }
        }
        tally
    }

    pub(super) fn count(&self, result: ItemResult) -> usize {
        match result {
            ItemResult::Ok => self.ok,
            ItemResult::Attention => self.attention,
            ItemResult::Fault => self.fault,
            ItemResult::NotApplicable => self.not_applicable,
            ItemResult::NotInspected => self.not_inspected,
        }
    }

    /// The number of checks without an answer.
    pub(super) fn unanswered(&self) -> usize {
        self.open
    }

    pub(super) fn total(&self) -> usize {
        self.ok + self.attention + self.fault + self.not_applicable + self.not_inspected + self.open
    }
}

fn result_words(result: Option<ItemResult>, say: Say<'_>) -> (Mark, String) {
    let (mark, key) = match result {
        Some(ItemResult::Ok) => (Mark::Ok, "report-result-ok"),
        Some(ItemResult::Attention) => (Mark::Attention, "report-result-attention"),
        Some(ItemResult::Fault) => (Mark::Fault, "report-result-fault"),
        Some(ItemResult::NotApplicable) => (Mark::NotApplicable, "report-result-not-applicable"),
        Some(ItemResult::NotInspected) => (Mark::NotInspected, "report-result-not-inspected"),
        None => (Mark::Open, "report-result-none"),
    };
    (mark, say(key, &[]))
}

/// The bar of results.
pub(super) fn summary(tally: &Tally, say: Say<'_>) -> Block {
    let share = |result: Option<ItemResult>, count| {
        let (mark, label) = result_words(result, say);
        Share { mark, label, count }
    };
    let mut shares = vec![
        share(Some(ItemResult::Ok), tally.ok),
        share(Some(ItemResult::Attention), tally.attention),
        share(Some(ItemResult::Fault), tally.fault),
        share(Some(ItemResult::NotApplicable), tally.not_applicable),
        share(Some(ItemResult::NotInspected), tally.not_inspected),
        share(None, tally.open),
    ];
    shares.retain(|share| share.count > 0);
    Block::Summary(shares)
}

fn column(key: &str, weight: f32, say: Say<'_>) -> Column {
    Column { head: say(key, &[]), weight, align: Align::Left }
}

/// Open findings, whoever found them, and advice, with their dates: critical ones first, then by date.
pub(super) fn due_list(facts: &ReportFacts, say: Say<'_>) -> Vec<Block> {
    let mut wanted: Vec<_> = findings::wanted(facts, say);
    wanted.extend(facts.done.advice.iter().filter(|advice| advice.by.is_some()).map(|advice| RequiredAction {
        is_critical: false,
        by: advice.by,
        kind: Cell::Text(say("report-kind-advice", &[])),
        what: Cell::Text(advice.text.clone()),
    }));
    if wanted.is_empty() {
        return Vec::new();
    }
    wanted.sort_by_key(|wanted| (!wanted.is_critical, wanted.by.is_none(), wanted.by));
    let rows = wanted.into_iter().map(|RequiredAction { by, kind, what, .. }| {
        let by = by.map_or_else(|| "—".to_owned(), |day| short_date(facts.language, day));
        ReportRow::Cells(vec![Cell::Text(by), kind, what])
    });
    let columns = vec![
        column("report-column-by", 2.3, say),
        column("report-column-kind", 2.3, say),
        column("report-column-what", 8.0, say),
    ];
    vec![heading("report-section-due", say), Block::Table(Table { columns, rows: rows.collect() })]
}

/// Something that must be done.
struct RequiredAction {
    is_critical: bool,
    by: Option<NaiveDate>,
    kind: Cell,
    what: Cell,
}

pub(super) fn equipment(facts: &ReportFacts, say: Say<'_>) -> Vec<Block> {
    if facts.equipment.is_empty() {
        return Vec::new();
    }
    let phased = facts.equipment.iter().any(|reported| reported.phase.is_some());
    let rows = facts.equipment.iter().map(|reported| {
        let machine = &reported.equipment;
        let mut cells = vec![
            Cell::Noted { text: machine.name.clone(), note: machine.equipment.to_string() },
            Cell::Text(format!("{} {}", machine.make, machine.model).trim().to_owned()),
            Cell::Text(machine.serial.clone()),
        ];
        if phased {
            cells.push(Cell::Text(reported.phase.clone().unwrap_or_default()));
        }
        ReportRow::Cells(cells)
    });
    let mut columns = vec![
        column("report-column-equipment", 4.0, say),
        column("report-column-make-model", 3.4, say),
        column("report-column-serial", 2.6, say),
    ];
    if phased {
        columns.push(column("report-column-phase", 2.6, say));
    }
    vec![heading("report-section-equipment", say), Block::Table(Table { columns, rows: rows.collect() })]
}

fn shown_photo(facts: &ReportFacts, file: &str, number: &str, caption: &str, say: Say<'_>) -> CaptionedPhoto {
    let none = say("report-photo-no-caption", &[]);
    let spoken = if caption.is_empty() { &none } else { caption };
    let number = Value::text(number);
    CaptionedPhoto {
        label: say("report-photo-number", &[("number", number.clone())]),
        caption: caption.to_owned(),
        alternative: say("report-photo-alternative", &[("number", number), ("caption", Value::text(spoken))]),
        picture: facts
            .photos
            .get(file)
            .cloned()
            .ok_or_else(|| say("report-photo-missing", &[("file", Value::text(file))])),
    }
}

/// Advice to upgrade, rework or replace something (P06).
pub(super) fn advice(facts: &ReportFacts, say: Say<'_>) -> Vec<Block> {
    if facts.done.advice.is_empty() {
        return Vec::new();
    }
    let priced = facts.done.advice.iter().any(|advice| advice.cost.is_some());
    let rows = facts.done.advice.iter().map(|advice| {
        let machine = advice.equipment.as_ref().map(|code| equipment_name(facts, code)).unwrap_or_default();
        let by = advice.by.map(|day| short_date(facts.language, day)).unwrap_or_default();
        let mut cells = vec![Cell::Text(advice.text.clone()), Cell::Text(machine)];
        if priced {
            let cost = advice.cost.map(|cost| say("report-cost", &[("cost", Value::text(cost.word()))]));
            cells.push(Cell::Text(cost.unwrap_or_default()));
        }
        cells.push(Cell::Text(by));
        ReportRow::Cells(cells)
    });
    let mut columns = vec![column("report-column-advice", 6.4, say), column("report-column-equipment", 3.0, say)];
    if priced {
        columns.push(column("report-column-cost", 1.5, say));
    }
    columns.push(column("report-column-by", 2.8, say));
    vec![heading("report-section-advice", say), Block::Table(Table { columns, rows: rows.collect() })]
}

pub(super) fn remarks(facts: &ReportFacts, say: Say<'_>) -> Vec<Block> {
    if facts.done.remarks.is_empty() {
        return Vec::new();
    }
    vec![heading("report-section-remarks", say), Block::Paragraph(Paragraph::Body, facts.done.remarks.clone())]
}

pub(super) fn photos(facts: &ReportFacts, say: Say<'_>) -> Vec<Block> {
    if facts.done.photos.is_empty() {
        return Vec::new();
    }
    let shown = facts
        .done
        .photos
        .iter()
        .enumerate()
        .map(|(index, photo)| shown_photo(facts, &photo.file, &(index + 1).to_string(), &photo.caption, say));
    vec![heading("report-section-photos", say), Block::Photos(shown.collect())]
}
