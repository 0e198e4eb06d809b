//! The sections that documents are put together from. A section with nothing to say is left out.

use std::collections::BTreeSet;

use super::super::checklist::{Checklist, Item, ReadingSpec};
use super::super::language::Language;
use super::super::record::{Answer, CustomerSignature, EquipmentAnswers, Finding, ItemResult, Severity, Signature};
use super::super::wording::{Say, Value, date, number, short_date, time};
use super::documents::{heading, local};
use super::{
    Align, Block, Cell, Column, Entry, Gauge, Ink, Level, Mark, Paragraph, Photo, ReportFacts, Row, Share,
    SignatureBox, Table,
};

/// How many answers of each kind there are.
#[derive(Debug, Default)]
pub(super) struct Tally {
    ok: usize,
    attention: usize,
    fault: usize,
    not_applicable: usize,
    open: usize,
}

impl Tally {
    pub(super) fn of(facts: &ReportFacts) -> Tally {
        let mut tally = Tally::default();
        for given in &facts.done.equipment {
            for (_, answer) in asked(facts, given).iter().flat_map(|(_, lines)| lines) {
                match answer.map(|answer| answer.result) {
                    Some(ItemResult::Ok) => tally.ok += 1,
                    Some(ItemResult::Attention) => tally.attention += 1,
                    Some(ItemResult::Fault) => tally.fault += 1,
                    Some(ItemResult::NotApplicable) => tally.not_applicable += 1,
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
        }
    }

    pub(super) fn total(&self) -> usize {
        self.ok + self.attention + self.fault + self.not_applicable + self.open
    }
}

/// Items with their answers, under the titles of the checklist's sections; answers to unknown items at the end.
type Asked<'a> = Vec<(Option<String>, Vec<(Asking<'a>, Option<&'a Answer>)>)>;

/// What was asked: an item of the checklist, or a key that no checklist has.
enum Asking<'a> {
    Item(&'a Item),
    Key(&'a str),
}

pub(super) fn checklist_of<'a>(facts: &'a ReportFacts, code: &str) -> Option<&'a Checklist> {
    let reported = facts.equipment.iter().find(|reported| reported.equipment.equipment == code)?;
    facts.checklists.get(&reported.equipment.checklist)
}

fn asked<'a>(facts: &'a ReportFacts, given: &'a EquipmentAnswers) -> Asked<'a> {
    let mut found: Asked<'a> = Vec::new();
    let mut known = BTreeSet::new();
    for section in checklist_of(facts, &given.equipment).iter().flat_map(|checklist| &checklist.sections) {
        let mut lines = Vec::new();
        for item in &section.items {
            known.insert(item.item.as_str());
            let mut answers = given.answers.iter().filter(|answer| answer.item == item.item).peekable();
            if answers.peek().is_none() {
                lines.push((Asking::Item(item), None));
            }
            lines.extend(answers.map(|answer| (Asking::Item(item), Some(answer))));
        }
        found.push((Some(section.title.get(facts.language).to_owned()), lines));
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

fn result_words(result: Option<ItemResult>, say: Say<'_>) -> (Mark, String) {
    let (mark, key) = match result {
        Some(ItemResult::Ok) => (Mark::Ok, "report-result-ok"),
        Some(ItemResult::Attention) => (Mark::Attention, "report-result-attention"),
        Some(ItemResult::Fault) => (Mark::Fault, "report-result-fault"),
        Some(ItemResult::NotApplicable) => (Mark::NotApplicable, "report-result-not-applicable"),
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
        share(None, tally.open),
    ];
    shares.retain(|share| share.count > 0);
    Block::Summary(shares)
}

fn column(key: &str, weight: f32, say: Say<'_>) -> Column {
    Column { head: say(key, &[]), weight, align: Align::Left }
}

/// Open findings and advice with their dates, the soonest first.
pub(super) fn due_list(facts: &ReportFacts, say: Say<'_>) -> Vec<Block> {
    let open = facts.done.findings.iter().enumerate().filter(|(_, finding)| !finding.closed);
    let mut wanted: Vec<_> = open
        .map(|(index, finding)| {
            let kind = format!("{} {}", say("report-kind-finding", &[]), index + 1);
            (finding.close_by, kind, &finding.text)
        })
        .collect();
    wanted.extend(
        facts
            .done
            .advice
            .iter()
            .filter(|advice| advice.by.is_some())
            .map(|advice| (advice.by, say("report-kind-advice", &[]), &advice.text)),
    );
    if wanted.is_empty() {
        return Vec::new();
    }
    wanted.sort_by_key(|(by, _, _)| (by.is_none(), *by));
    let rows = wanted.into_iter().map(|(by, kind, text)| {
        let by = by.map_or_else(|| "—".to_owned(), |day| short_date(facts.language, day));
        Row::Cells(vec![Cell::Text(by), Cell::Text(kind), Cell::Text(text.clone())])
    });
    let columns = vec![
        column("report-column-by", 2.3, say),
        column("report-column-kind", 2.3, say),
        column("report-column-what", 8.0, say),
    ];
    vec![heading("report-section-due", say), Block::Table(Table { columns, rows: rows.collect() })]
}

pub(super) fn equipment(facts: &ReportFacts, say: Say<'_>) -> Vec<Block> {
    if facts.equipment.is_empty() {
        return Vec::new();
    }
    let phased = facts.equipment.iter().any(|reported| reported.phase.is_some());
    let rows = facts.equipment.iter().map(|reported| {
        let machine = &reported.equipment;
        let mut cells = vec![
            Cell::Noted { text: machine.name.clone(), note: machine.equipment.clone() },
            Cell::Text(format!("{} {}", machine.make, machine.model).trim().to_owned()),
            Cell::Text(machine.serial.clone()),
        ];
        if phased {
            cells.push(Cell::Text(reported.phase.clone().unwrap_or_default()));
        }
        Row::Cells(cells)
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

/// Every item of every checklist with its result, reading, limits and remark (P03).
pub(super) fn checks(facts: &ReportFacts, say: Say<'_>) -> Vec<Block> {
    if facts.done.equipment.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![heading("report-section-checklist", say)];
    for given in &facts.done.equipment {
        blocks.push(Block::Heading(Level::Part, equipment_name(facts, &given.equipment)));
        let mut rows = Vec::new();
        for (title, lines) in asked(facts, given) {
            rows.extend(title.map(Row::Group));
            rows.extend(lines.iter().map(|(asking, answer)| check_row(facts, asking, *answer, say)));
        }
        let mut reading = column("report-column-reading", 1.7, say);
        reading.align = Align::Right;
        let columns = vec![
            column("report-column-check", 5.5, say),
            column("report-column-result", 2.3, say),
            reading,
            column("report-column-limits", 3.7, say),
        ];
        blocks.push(Block::Table(Table { columns, rows }));
    }
    blocks
}

/// `Battery · EQ-7`, or the code alone where the site has no such equipment.
pub(super) fn equipment_name(facts: &ReportFacts, code: &str) -> String {
    let reported = facts.equipment.iter().find(|reported| reported.equipment.equipment == code);
    reported.map_or_else(|| code.to_owned(), |reported| format!("{} · {code}", reported.equipment.name))
}

fn check_row(facts: &ReportFacts, asking: &Asking<'_>, answer: Option<&Answer>, say: Say<'_>) -> Row {
    let (text, spec) = match asking {
        Asking::Item(item) => (item.text.get(facts.language).to_owned(), item.reading.as_ref()),
        Asking::Key(key) => ((*key).to_owned(), None),
    };
    let remark = answer.map(|answer| answer.remark.clone()).unwrap_or_default();
    let (mark, label) = result_words(answer.map(|answer| answer.result), say);
    let value = answer.and_then(|answer| answer.reading);
    let unit = spec.map(|spec| spec.unit.as_str()).unwrap_or_default();
    let reading = value.map(|value| format!("{} {unit}", number(facts.language, value)).trim_end().to_owned());
    Row::Cells(vec![
        if remark.is_empty() { Cell::Text(text) } else { Cell::Noted { text, note: remark } },
        Cell::Chip { mark, label },
        Cell::Text(reading.unwrap_or_default()),
        spec.map_or_else(|| Cell::Text(String::new()), |spec| limits(facts.language, spec, value, say)),
    ])
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

/// Hidden dangers found on this visit (P02).
pub(super) fn findings(facts: &ReportFacts, say: Say<'_>) -> Vec<Block> {
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

fn shown_photo(facts: &ReportFacts, file: &str, number: &str, caption: &str, say: Say<'_>) -> Photo {
    let none = say("report-photo-no-caption", &[]);
    let spoken = if caption.is_empty() { &none } else { caption };
    let number = Value::text(number);
    Photo {
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

/// Earlier findings that this visit closed (P02).
pub(super) fn closed(facts: &ReportFacts, say: Say<'_>) -> Vec<Block> {
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

/// Advice to upgrade, rework or replace (P06).
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
        Row::Cells(cells)
    });
    let mut columns = vec![column("report-column-advice", 6.4, say), column("report-column-equipment", 3.0, say)];
    if priced {
        columns.push(column("report-column-cost", 1.5, say));
    }
    columns.push(column("report-column-by", 2.8, say));
    vec![heading("report-section-advice", say), Block::Table(Table { columns, rows: rows.collect() })]
}

pub(super) fn topics(facts: &ReportFacts, say: Say<'_>) -> Vec<Block> {
    if facts.done.topics.is_empty() {
        return Vec::new();
    }
    vec![heading("report-section-topics", say), Block::Bullets(facts.done.topics.clone())]
}

/// Who was trained (P07, P09, P10).
pub(super) fn attendance(facts: &ReportFacts, say: Say<'_>) -> Vec<Block> {
    let people = &facts.done.attendance;
    if people.is_empty() {
        return Vec::new();
    }
    let rows = people.iter().enumerate().map(|(index, person)| {
        let number = (index + 1).to_string();
        Row::Cells(vec![Cell::Text(number), Cell::Text(person.name.clone()), Cell::Text(person.role.clone())])
    });
    let mut first = column("report-column-number", 0.8, say);
    first.align = Align::Right;
    let columns = vec![first, column("report-column-name", 5.5, say), column("report-column-role", 5.5, say)];
    let count = say("report-persons", &[("count", Value::count(people.len()))]);
    let title = format!("{} · {count}", say("report-section-attendance", &[]));
    vec![Block::Heading(Level::Section, title), Block::Table(Table { columns, rows: rows.collect() })]
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

/// Both signatures, or why one is not there (P03).
pub(super) fn signatures(facts: &ReportFacts, say: Say<'_>) -> Vec<Block> {
    let engineer = SignatureBox {
        party: say("report-signature-engineer", &[("company", Value::text(&facts.company.name))]),
        ink: signed(facts, &facts.done.engineer_signature, say),
    };
    let ink = match &facts.done.customer_signature {
        CustomerSignature::Signed(signature) => signed(facts, signature, say),
        CustomerSignature::Absent { reason } => {
            Ink::None { reason: say("report-signature-absent", &[("reason", Value::text(reason))]) }
        }
        CustomerSignature::Refused { name, reason } => Ink::None {
            reason: say("report-signature-refused", &[("name", Value::text(name)), ("reason", Value::text(reason))]),
        },
    };
    let customer =
        SignatureBox { party: say("report-signature-customer", &[("customer", Value::text(&facts.customer))]), ink };
    vec![heading("report-section-signatures", say), Block::Signatures(vec![engineer, customer])]
}

fn signed(facts: &ReportFacts, signature: &Signature, say: Say<'_>) -> Ink {
    let at = local(facts, signature.signed_at);
    let day = short_date(facts.language, at.date());
    Ink::Signed {
        name: signature.name.clone(),
        role: signature.role.clone(),
        at: say("report-signature-at", &[("day", Value::owned(day)), ("time", Value::owned(time(at.time())))]),
        place: if signature.place.is_empty() { facts.site.name.clone() } else { signature.place.clone() },
        alternative: say("report-signature-alternative", &[("name", Value::text(&signature.name))]),
        strokes: signature.strokes.clone(),
    }
}
