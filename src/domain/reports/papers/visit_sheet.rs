//! The sheet that an engineer takes along to a booked visit: the place, the people, what is open, and what to inspect.

use std::collections::BTreeMap;

use super::{Head, bound, columns, day, fact, found, listed, purpose, section, text};
use crate::contract::Purpose;
use crate::ids::{ContractCode, FindingId, VisitId};
use crate::language::Language;
use crate::people::Contact;
use crate::people::equipment::{Equipment, Site};
use crate::records::Finding;
use crate::records::checklist::{Checklist, Condition, Item, Kind, ReadingSpec, Test};
use crate::reports::{Align, Block, Cell, HeadingLevel, Ink, Pages, ReportRow, SignatureBox, Table};
use crate::visits::Appointment;
use crate::visits::rest::LeftOver;
use crate::wording::{Say, Value, date, number, short_date, time};

/// Number of blank lines for remarks.
const REMARK_LINES: usize = 5;

/// The input for a visit's sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct VisitSheet {
    pub head: Head,
    pub visit: VisitId,
    pub purpose: Purpose,
    pub customer: String,
    pub contract: ContractCode,
    pub site: Site,
    pub appointment: Appointment,
    /// Name and phone number.
    pub engineer: (String, String),
    pub contacts: Vec<Contact>,
    pub equipment: Vec<Equipment>,
    /// By key.
    pub checklists: BTreeMap<String, Checklist>,
    /// Open findings of the site, by number.
    pub findings: Vec<(FindingId, Finding)>,
    /// What was not inspected when it was last to be.
    pub left: Vec<LeftOver>,
    /// The topics of a training.
    pub topics: Vec<String>,
}

/// The sheet of a booked visit, to be printed and written on (P02, P03).
#[must_use]
pub fn visit_sheet(sheet: &VisitSheet, say: Say<'_>) -> Pages {
    let language = sheet.head.language;
    let mut blocks = vec![Block::Facts(facts(sheet, say))];
    let contacts = sheet.contacts.iter().map(|contact| {
        let role = say("paper-contact-role", &[("role", Value::text(contact.role.word()))]);
        vec![text(&contact.name), text(role), text(&contact.email)]
    });
    let keys = [
        ("report-column-name", 4.0, Align::Left),
        ("paper-column-for", 3.0, Align::Left),
        ("paper-column-email", 5.0, Align::Left),
    ];
    blocks.extend(listed("paper-section-contacts", columns(&keys, say), contacts.collect(), say));
    let findings = sheet.findings.iter().map(|(number, finding)| {
        let severity = say("report-severity", &[("severity", Value::text(finding.severity.word()))]);
        vec![Cell::Box, text(number.to_string()), text(severity), found(finding, say), day(language, finding.close_by)]
    });
    let keys = [
        ("paper-column-closed", 1.2, Align::Left),
        ("report-column-finding", 1.3, Align::Left),
        ("paper-column-severity", 1.6, Align::Left),
        ("report-column-what", 6.4, Align::Left),
        ("report-column-by", 2.4, Align::Left),
    ];
    blocks.extend(listed("paper-section-open-findings", columns(&keys, say), findings.collect(), say));
    blocks.extend(left(sheet, say));
    if !sheet.topics.is_empty() {
        blocks.push(section("report-section-topics", say));
        blocks.push(Block::Bullets(sheet.topics.clone()));
    }
    blocks.extend(checks(sheet, say));
    blocks.push(section("report-section-remarks", say));
    let lines = vec![ReportRow::Cells(vec![Cell::ToFill]); REMARK_LINES];
    blocks.push(Block::Table(Table {
        columns: columns(&[("paper-column-remarks", 1.0, Align::Left)], say),
        rows: lines,
    }));
    blocks.push(section("report-section-signatures", say));
    let party = |key: &str, name: &str, value: &str| say(key, &[(name, Value::text(value))]);
    let blank = |party| SignatureBox { party, ink: Ink::None { reason: say("paper-name-role-time", &[]) } };
    blocks.push(Block::Signatures(vec![
        blank(party("report-signature-engineer", "company", &sheet.head.company.name)),
        blank(party("report-signature-customer", "customer", &sheet.customer)),
    ]));
    let number = say("report-number", &[("number", Value::owned(sheet.visit.to_string()))]);
    bound(&sheet.head, say("paper-visit-sheet", &[]), sheet.site.name.clone(), number, blocks, say)
}

fn facts(sheet: &VisitSheet, say: Say<'_>) -> Vec<super::Fact> {
    let appointment = &sheet.appointment;
    let takes = say("paper-minutes", &[("count", Value::Number(f64::from(appointment.takes_minutes)))]);
    let contract = say("report-contract-number", &[("contract", Value::text(sheet.contract.as_str()))]);
    let site = std::iter::once(format!("{} · {}", sheet.site.name, sheet.site.site));
    vec![
        fact("report-fact-site", site.chain(sheet.site.address.lines().map(str::to_owned)).collect(), say),
        fact("report-fact-customer", vec![sheet.customer.clone(), contract], say),
        fact(
            "paper-fact-appointment",
            vec![
                date(sheet.head.language, appointment.day),
                format!("{} · {takes} · {}", time(appointment.starts), purpose(sheet.purpose, say)),
            ],
            say,
        ),
        fact("report-fact-engineer", vec![sheet.engineer.0.clone(), sheet.engineer.1.clone()], say),
    ]
}

/// So many items of one piece of equipment are named; of more, the checklist tells.
const NAMED: usize = 4;

/// What was not inspected on an earlier visit: a row for each piece of equipment and reason.
fn left(sheet: &VisitSheet, say: Say<'_>) -> Vec<Block> {
    let mut groups: Vec<Vec<&LeftOver>> = Vec::new();
    let of = |over: &LeftOver| (over.left.of.equipment.clone(), over.left.why.clone(), over.visit);
    for over in &sheet.left {
        match groups.iter_mut().find(|group| of(group[0]) == of(over)) {
            Some(group) => group.push(over),
            None => groups.push(vec![over]),
        }
    }
    let row = |group: &Vec<&LeftOver>| {
        let LeftOver { visit, on, left } = group[0];
        let machine = sheet.equipment.iter().find(|machine| machine.equipment == left.of.equipment)?;
        let checklist = sheet.checklists.get(&machine.checklist);
        let name = |over: &&LeftOver| {
            let item = checklist.and_then(|checklist| checklist.item(&over.left.of.item));
            item.map_or(over.left.of.item.clone(), |item| item.text.get(sheet.head.language).to_owned())
        };
        let what = match group.len() {
            count if count > NAMED => say("report-not-inspected-some", &[("count", Value::count(count))]),
            _ => group.iter().map(name).collect::<Vec<_>>().join("\n"),
        };
        let when = Cell::Noted { text: short_date(sheet.head.language, *on), note: visit.to_string() };
        Some(vec![text(&machine.name), text(what), text(&left.why), when])
    };
    let rows = groups.iter().filter_map(row).collect();
    let keys = [
        ("report-column-equipment", 2.4, Align::Left),
        ("report-column-not-inspected", 4.2, Align::Left),
        ("report-column-reason", 3.4, Align::Left),
        ("paper-column-last-time", 2.4, Align::Left),
    ];
    listed("paper-section-not-inspected", columns(&keys, say), rows, say)
}

/// A table with boxes to tick for each piece of equipment.
fn checks(sheet: &VisitSheet, say: Say<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    for machine in &sheet.equipment {
        let Some(checklist) = sheet.checklists.get(&machine.checklist) else { continue };
        if blocks.is_empty() {
            blocks.push(section("report-section-checklist", say));
        }
        let title = [machine.name.as_str(), machine.equipment.as_str(), &machine.serial];
        let title: Vec<&str> = title.into_iter().filter(|part| !part.is_empty()).collect();
        blocks.push(Block::Heading(HeadingLevel::Part, title.join(" · ")));
        let mut rows = Vec::new();
        for section in &checklist.sections {
            rows.push(ReportRow::Group(section.title.get(sheet.head.language).to_owned()));
            rows.extend(section.items.iter().map(|item| item_row(sheet, checklist, item, say)));
        }
        let keys = [
            ("report-column-check", 4.8, Align::Left),
            ("report-result-ok", 1.4, Align::Left),
            ("report-result-attention", 1.25, Align::Left),
            ("report-result-fault", 1.0, Align::Left),
            ("paper-column-not-applicable", 0.9, Align::Left),
            ("report-column-reading", 1.7, Align::Left),
            ("report-column-limits", 2.0, Align::Left),
        ];
        blocks.push(Block::Table(Table { columns: columns(&keys, say), rows }));
    }
    blocks
}

/// An item: boxes to tick, a line to write on, its choices, and its condition.
fn item_row(sheet: &VisitSheet, checklist: &Checklist, item: &Item, say: Say<'_>) -> ReportRow {
    let language = sheet.head.language;
    let choices: Vec<&str> = item.choices().iter().map(|choice| choice.text.get(language)).collect();
    let (to_fill, limits) = match &item.kind {
        Kind::Check => (text(""), String::new()),
        Kind::Number { reading } => (Cell::ToFill, limits(language, reading, say)),
        Kind::Choice { .. } | Kind::Text => (Cell::ToFill, String::new()),
        Kind::Photo => (text(say("paper-photo", &[])), String::new()),
    };
    let when = item.when.as_ref().and_then(|when| condition(language, checklist, when, say));
    let notes = [choices.join(" / "), when.unwrap_or_default()];
    let note = notes.iter().filter(|note| !note.is_empty()).cloned().collect::<Vec<_>>().join("\n");
    let words = item.text.get(language).to_owned();
    let words = if note.is_empty() { Cell::Text(words) } else { Cell::Noted { text: words, note } };
    let boxes = [Cell::Box, Cell::Box, Cell::Box, Cell::Box];
    ReportRow::Cells(std::iter::once(words).chain(boxes).chain([to_fill, text(limits)]).collect())
}

/// `Only where “Battery” is: Attention, Fault`.
fn condition(language: Language, checklist: &Checklist, when: &Condition, say: Say<'_>) -> Option<String> {
    let earlier = checklist.item(&when.item)?;
    let unit = earlier.reading().map(|spec| spec.unit.as_str()).unwrap_or_default();
    let compared = |sign: &str, limit: f64| format!("{sign} {} {unit}", number(language, limit)).trim_end().to_owned();
    let what = match &when.test {
        Test::Result(results) => {
            let words = results.iter().map(|result| say(&format!("report-result-{}", result.word()), &[]));
            words.collect::<Vec<_>>().join(", ")
        }
        Test::Choice(choices) => {
            let words = choices.iter().filter_map(|key| earlier.choice(key)).map(|choice| choice.text.get(language));
            words.collect::<Vec<_>>().join(", ")
        }
        Test::Above(limit) => compared(">", *limit),
        Test::Below(limit) => compared("<", *limit),
    };
    let item = Value::text(earlier.text.get(language));
    Some(say("paper-only-where", &[("item", item), ("what", Value::owned(what))]))
}

fn limits(language: Language, spec: &ReadingSpec, say: Say<'_>) -> String {
    let unit = ("unit", Value::text(&spec.unit));
    let words = |limit: f64| Value::owned(number(language, limit));
    match (spec.min, spec.max) {
        (Some(min), Some(max)) => say("report-limits-between", &[("min", words(min)), ("max", words(max)), unit]),
        (Some(min), None) => say("report-limits-min", &[("min", words(min)), unit]),
        (None, Some(max)) => say("report-limits-max", &[("max", words(max)), unit]),
        (None, None) => spec.unit.clone(),
    }
}
