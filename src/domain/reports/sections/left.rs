//! What was not inspected, and why: on the first page, because the inspection is incomplete without it.

use super::column;
use crate::ids::EquipmentCode;
use crate::records::{Answer, EquipmentAnswers, ItemResult};
use crate::reports::phrases::{checklist_of, equipment_name, heading};
use crate::reports::{Block, Cell, ReportFacts, ReportRow, Table};
use crate::wording::{Say, Value};

/// So many items are named; of more, the checklist tells.
const NAMED: usize = 4;

/// A table of what was not inspected: a row for each piece of equipment and reason. Empty if everything was.
pub(in crate::reports) fn not_inspected(facts: &ReportFacts, say: Say<'_>) -> Vec<Block> {
    let rows: Vec<ReportRow> = facts.done.equipment.iter().flat_map(|given| rows_of(facts, given, say)).collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let columns = vec![
        column("report-column-equipment", 3.4, say),
        column("report-column-not-inspected", 5.4, say),
        column("report-column-reason", 3.8, say),
    ];
    vec![heading("report-section-not-inspected", say), Block::Table(Table { columns, rows })]
}

fn rows_of(facts: &ReportFacts, given: &EquipmentAnswers, say: Say<'_>) -> Vec<ReportRow> {
    let is_left = |answer: &&Answer| answer.result == ItemResult::NotInspected;
    let mut by_reason: Vec<(&str, Vec<&Answer>)> = Vec::new();
    for answer in given.answers.iter().filter(is_left) {
        let why = answer.remark.trim();
        match by_reason.iter_mut().find(|(known, _)| *known == why) {
            Some((_, answers)) => answers.push(answer),
            None => by_reason.push((why, vec![answer])),
        }
    }
    let row = |(why, left): (&str, Vec<&Answer>)| {
        let is_whole = left.len() == given.answers.len() && left.len() > 1;
        let what = match left.len() {
            count if is_whole => say("report-not-inspected-all", &[("count", Value::count(count))]),
            count if count > NAMED => say("report-not-inspected-some", &[("count", Value::count(count))]),
            _ => left.iter().map(|answer| item_name(facts, &given.equipment, answer)).collect::<Vec<_>>().join("\n"),
        };
        let machine = equipment_name(facts, &given.equipment);
        ReportRow::Cells(vec![Cell::Text(machine), Cell::Text(what), Cell::Text(why.to_owned())])
    };
    by_reason.into_iter().map(row).collect()
}

fn item_name(facts: &ReportFacts, equipment: &EquipmentCode, answer: &Answer) -> String {
    let item = checklist_of(facts, equipment).and_then(|checklist| checklist.item(&answer.item));
    item.map_or_else(|| answer.item.clone(), |item| item.text.get(facts.language).to_owned())
}
