//! Checks: every item that was asked, with its answer and the remarks of the customer's engineer.

use std::collections::BTreeSet;

use super::{column, result_words};
use crate::language::Language;
use crate::records::checklist::{Item, ReadingSpec};
use crate::records::{Answer, CustomerRemark, EquipmentAnswers, ItemResult};
use crate::reports::phrases::{checklist_of, equipment_name, heading};
use crate::reports::{Align, Block, Cell, Gauge, HeadingLevel, ReportFacts, ReportRow, Table};
use crate::wording::{Say, Value, number};

/// Longer answers in words are placed below their item. Chinese characters count twice.
const WIDEST_BESIDE: usize = 48;

/// Items with their answers, under the headings of the checklist; answers to unknown items come last.
pub(super) type AnsweredSections<'a> = Vec<(Option<String>, Vec<(Asking<'a>, Option<&'a Answer>)>)>;

/// What was asked: an item of the checklist, or a key that is in no checklist.
pub(super) enum Asking<'a> {
    Item(&'a Item),
    Key(&'a str),
}

/// The items asked for a piece of equipment, with their answers. An item whose condition does not hold is left out,
/// unless it has an answer all the same.
pub(super) fn asked<'a>(facts: &'a ReportFacts, given: &'a EquipmentAnswers) -> AnsweredSections<'a> {
    let mut found: AnsweredSections<'a> = Vec::new();
    let mut known = BTreeSet::new();
    if let Some(checklist) = checklist_of(facts, &given.equipment) {
        let wanted = checklist.asked(&given.answers);
        for section in &checklist.sections {
            let mut lines = Vec::new();
            for item in &section.items {
                known.insert(item.item.as_str());
                let mut answers = given.answers.iter().filter(|answer| answer.item == item.item).peekable();
                if answers.peek().is_none() && wanted.contains(item.item.as_str()) {
                    lines.push((Asking::Item(item), None));
                }
                lines.extend(answers.map(|answer| (Asking::Item(item), Some(answer))));
            }
            if !lines.is_empty() {
                found.push((Some(section.title.get(facts.language).to_owned()), lines));
            }
        }
    }
    let unknown: Vec<_> = given
        .answers
        .iter()
        .filter(|answer| !known.contains(answer.item.as_str()))
        .map(|answer| (Asking::Key(&answer.item), Some(answer)))
        .collect();
    if !unknown.is_empty() {
        found.push((None, unknown));
    }
    found
}

/// Every item of every checklist, with its result, answer, limits and remarks (P03).
pub(in crate::reports) fn checks(facts: &ReportFacts, say: Say<'_>) -> Vec<Block> {
    if facts.done.equipment.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![heading("report-section-checklist", say)];
    for given in &facts.done.equipment {
        blocks.push(Block::Heading(HeadingLevel::Part, equipment_name(facts, &given.equipment)));
        let asked = asked(facts, given);
        let lines = || asked.iter().flat_map(|(_, lines)| lines);
        let has_words = lines().any(|(asking, answer)| words(facts.language, asking, *answer).is_some());
        let mut rows = Vec::new();
        for (title, lines) in &asked {
            rows.extend(title.clone().map(ReportRow::Group));
            let row = |(asking, answer): &(Asking<'_>, Option<&Answer>)| check_row(facts, given, asking, *answer, say);
            rows.extend(lines.iter().map(row));
        }
        let mut columns = columns(has_words, say);
        if lines().any(|(_, answer)| answer.is_some_and(|answer| answer.result == ItemResult::NotInspected)) {
            // Its words are the longest of all results.
            columns[0].weight -= 0.5;
            columns[1].weight += 0.5;
        }
        blocks.push(Block::Table(Table { columns, rows }));
    }
    blocks
}

/// Words need more room than readings.
fn columns(has_words: bool, say: Say<'_>) -> Vec<super::Column> {
    let [check, result, reading, limits] = if has_words { [4.9, 2.1, 2.8, 3.4] } else { [5.5, 2.3, 1.7, 3.7] };
    let mut reading = column(if has_words { "report-column-answer" } else { "report-column-reading" }, reading, say);
    reading.align = Align::Right;
    vec![
        column("report-column-check", check, say),
        column("report-column-result", result, say),
        reading,
        column("report-column-limits", limits, say),
    ]
}

/// An answer in words: the choice, or the text.
fn words<'a>(language: Language, asking: &Asking<'a>, answer: Option<&'a Answer>) -> Option<&'a str> {
    let answer = answer?;
    let chosen = answer.choice.as_ref().map(|key| match asking {
        Asking::Item(item) => item.choice(key).map_or(key.as_str(), |choice| choice.text.get(language)),
        Asking::Key(_) => key.as_str(),
    });
    chosen.or_else(|| Some(answer.text.as_str()).filter(|text| !text.is_empty()))
}

/// The width of a text in letters; a Chinese character counts as two.
fn width(text: &str) -> usize {
    text.chars().map(|c| if c < '\u{2e80}' { 1 } else { 2 }).sum()
}

fn check_row(
    facts: &ReportFacts,
    given: &EquipmentAnswers,
    asking: &Asking<'_>,
    answer: Option<&Answer>,
    say: Say<'_>,
) -> ReportRow {
    let (text, spec, key) = match asking {
        Asking::Item(item) => (item.text.get(facts.language), item.reading(), item.item.as_str()),
        Asking::Key(key) => (*key, None, *key),
    };
    let (mark, label) = result_words(answer.map(|answer| answer.result), say);
    let value = answer.and_then(|answer| answer.reading);
    let unit = spec.map(|spec| spec.unit.as_str()).unwrap_or_default();
    let reading = value.map(|value| format!("{} {unit}", number(facts.language, value)).trim_end().to_owned());
    let words = words(facts.language, asking, answer);
    let (beside, below) = match words {
        Some(words) if reading.is_some() || width(words) > WIDEST_BESIDE => (None, Some(words.to_owned())),
        Some(words) => (Some(words.to_owned()), None),
        None => (None, None),
    };
    // An answer has one of the two; if a record has both, both are shown.
    let written = answer.filter(|answer| answer.choice.is_some() && !answer.text.is_empty());
    let remarks =
        facts.done.customer_remarks.iter().filter(|said| said.equipment == given.equipment && said.item == key);
    let notes = below
        .into_iter()
        .chain(written.map(|answer| answer.text.clone()))
        .chain(answer.map(|answer| answer.remark.clone()))
        .chain(answer.and_then(|answer| shown(facts, &answer.photos, say)))
        .chain(remarks.map(|said| say("report-customer-remark", &[("text", Value::text(&said.text))])))
        .filter(|note| !note.is_empty());
    let note = notes.collect::<Vec<_>>().join("\n");
    let text = text.to_owned();
    ReportRow::Cells(vec![
        if note.is_empty() { Cell::Text(text) } else { Cell::Noted { text, note } },
        Cell::Chip { mark, label },
        Cell::Text(reading.or(beside).unwrap_or_default()),
        spec.map_or_else(|| Cell::Text(String::new()), |spec| limits(facts.language, spec, value, say)),
    ])
}

/// `see photos 2, 3`; a photo that the record does not list is shown by its file name.
fn shown(facts: &ReportFacts, files: &[String], say: Say<'_>) -> Option<String> {
    let number = |file: &String| {
        let position = facts.done.photos.iter().position(|photo| photo.file == *file);
        position.map_or_else(|| file.clone(), |index| (index + 1).to_string())
    };
    let numbers: Vec<String> = files.iter().map(number).collect();
    let numbers = [("count", Value::count(files.len())), ("numbers", Value::owned(numbers.join(", ")))];
    (!files.is_empty()).then(|| say("report-see-photos", &numbers))
}

/// Remarks of the customer's engineer on items that are not shown above, so that none is lost.
pub(in crate::reports) fn unplaced_remarks(facts: &ReportFacts, say: Say<'_>) -> Vec<Block> {
    let is_placed = |said: &&CustomerRemark| {
        let given = facts.done.equipment.iter().find(|given| given.equipment == said.equipment);
        given.is_some_and(|given| {
            asked(facts, given).iter().flat_map(|(_, lines)| lines).any(|(asking, _)| match asking {
                Asking::Item(item) => item.item == said.item,
                Asking::Key(key) => *key == said.item,
            })
        })
    };
    let unplaced = facts.done.customer_remarks.iter().filter(|said| !is_placed(said));
    let rows: Vec<ReportRow> = unplaced
        .map(|said| {
            let item = checklist_of(facts, &said.equipment).and_then(|checklist| checklist.item(&said.item));
            let text = item.map_or(said.item.as_str(), |item| item.text.get(facts.language)).to_owned();
            let about = Cell::Noted { text, note: equipment_name(facts, &said.equipment) };
            ReportRow::Cells(vec![about, Cell::Text(said.text.clone())])
        })
        .collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let columns = vec![column("report-column-check", 5.0, say), column("report-section-remarks", 7.0, say)];
    vec![heading("report-section-customer-remarks", say), Block::Table(Table { columns, rows })]
}

fn limits(language: Language, spec: &ReadingSpec, value: Option<f64>, say: Say<'_>) -> Cell {
    let unit = ("unit", Value::text(&spec.unit));
    let words = |limit: f64| Value::owned(number(language, limit));
    let mut text = match (spec.min, spec.max) {
        (Some(min), Some(max)) => say("report-limits-between", &[("min", words(min)), ("max", words(max)), unit]),
        (Some(min), None) => say("report-limits-min", &[("min", words(min)), unit]),
        (None, Some(max)) => say("report-limits-max", &[("max", words(max)), unit]),
        (None, None) => return Cell::Text(String::new()),
    };
    text.truncate(text.trim_end().len());
    let outside = value.is_some_and(|value| !spec.holds(value));
    Cell::Gauge {
        limits: text,
        note: if outside { say("report-outside-limits", &[]) } else { String::new() },
        gauge: Gauge { value, min: spec.min, max: spec.max },
    }
}
