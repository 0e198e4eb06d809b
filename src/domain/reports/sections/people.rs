//! People: who was taught what, who operates the equipment, who signs.

use super::column;
use crate::records::{Attendee, CustomerSignature, Signature};
use crate::reports::phrases::{heading, local};
use crate::reports::{Align, Block, Cell, Column, HeadingLevel, Ink, ReportFacts, ReportRow, SignatureBox, Table};
use crate::wording::{Say, Value, short_date, time};

/// What was taught (P07, P09, P10).
pub(in crate::reports) fn topics(facts: &ReportFacts, say: Say<'_>) -> Vec<Block> {
    if facts.done.topics.is_empty() {
        return Vec::new();
    }
    vec![heading("report-section-topics", say), Block::Bullets(facts.done.topics.clone())]
}

/// Who was trained (P07, P09, P10).
pub(in crate::reports) fn attendance(facts: &ReportFacts, say: Say<'_>) -> Vec<Block> {
    let people = &facts.done.attendance;
    if people.is_empty() {
        return Vec::new();
    }
    let rows = people.iter().enumerate().map(|(index, person)| {
        let number = (index + 1).to_string();
        ReportRow::Cells(vec![Cell::Text(number), Cell::Text(person.name.clone()), Cell::Text(person.role.clone())])
    });
    let mut first = column("report-column-number", 0.8, say);
    first.align = Align::Right;
    let columns = vec![first, column("report-column-name", 5.5, say), column("report-column-role", 5.5, say)];
    let count = say("report-persons", &[("count", Value::count(people.len()))]);
    let title = format!("{} · {count}", say("report-section-attendance", &[]));
    let mut blocks =
        vec![Block::Heading(HeadingLevel::Section, title), Block::Table(Table { columns, rows: rows.collect() })];
    if let Some(signatures) = attendance_signatures(people, say) {
        blocks.extend([Block::Heading(HeadingLevel::Part, say("report-section-signatures", &[])), signatures]);
    }
    blocks
}

/// Those who were trained and have signed, with their numbers in the list.
fn attendance_signatures(people: &[Attendee], say: Say<'_>) -> Option<Block> {
    let signed = people.iter().enumerate().filter(|(_, person)| !person.strokes.is_empty());
    let boxes: Vec<SignatureBox> = signed
        .map(|(index, person)| SignatureBox {
            party: say("report-number", &[("number", Value::count(index + 1))]),
            ink: Ink::Signed {
                name: person.name.clone(),
                role: String::new(),
                at: String::new(),
                place: String::new(),
                alternative: say("report-signature-alternative", &[("name", Value::text(&person.name))]),
                strokes: person.strokes.clone(),
            },
        })
        .collect();
    (!boxes.is_empty()).then_some(Block::Signatures(boxes))
}

/// News about the people who operate the equipment (P14).
pub(in crate::reports) fn operators(facts: &ReportFacts, say: Say<'_>) -> Vec<Block> {
    let operators = &facts.done.operators;
    let said = [("report-fact-skill", &operators.skill), ("report-fact-changes", &operators.changes)];
    let said = || said.into_iter().filter(|(_, text)| !text.is_empty());
    let row = ReportRow::Cells(said().map(|(_, text)| Cell::Text(text.clone())).collect());
    let columns: Vec<Column> = said().map(|(key, _)| column(key, 1.0, say)).collect();
    if columns.is_empty() {
        return Vec::new();
    }
    vec![heading("report-section-operators", say), Block::Table(Table { columns, rows: vec![row] })]
}

/// Both signatures, or the reasons why they are missing (P03).
pub(in crate::reports) fn signatures(facts: &ReportFacts, say: Say<'_>) -> Vec<Block> {
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
        CustomerSignature::Asked { name, .. } => {
            Ink::None { reason: say("report-signature-asked", &[("name", Value::text(name))]) }
        }
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
