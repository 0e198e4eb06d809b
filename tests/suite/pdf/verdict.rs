//! The verdict on a report's first page, and what it is made from (P02).

use ronda::domain::contract::Purpose;
use ronda::domain::ids::FindingId;
use ronda::domain::language::Language;
use ronda::domain::records::{ItemResult, Severity};
use ronda::domain::reports::{Block, Cell, Mark, ReportFacts, ReportRow};

use crate::sample::gathered::gather;
use crate::sample::{earlier_finding, facts, laid_out};

/// Mark, headline and what stands below it.
fn verdict(facts: &ReportFacts) -> (Mark, String, String) {
    let verdict = laid_out(facts).blocks.into_iter().find_map(|block| match block {
        Block::Verdict { mark, headline, detail } => Some((mark, headline, detail)),
        _ => None,
    });
    verdict.expect("a report has a verdict")
}

/// A report on which all is well.
fn in_good_order() -> ReportFacts {
    let mut facts = facts(Language::En, Purpose::Inspection, 0);
    facts.done.findings.clear();
    let items: Vec<_> = facts.checklists.values().flat_map(|list| list.items().map(|item| item.item.clone())).collect();
    for given in &mut facts.done.equipment {
        let any = given.answers[0].clone();
        given.answers =
            items.iter().map(|item| ronda::domain::records::Answer { item: item.clone(), ..any.clone() }).collect();
        given.answers.iter_mut().for_each(|answer| answer.result = ItemResult::Ok);
    }
    facts
}

/// The cells of every row of every table, as text.
fn rows(facts: &ReportFacts) -> Vec<String> {
    let tables = laid_out(facts).blocks.into_iter().filter_map(|block| match block {
        Block::Table(table) => Some(table.rows),
        _ => None,
    });
    let words = |cell: &Cell| match cell {
        Cell::Text(text) => text.clone(),
        Cell::Noted { text, note } => format!("{text} ({note})"),
        Cell::Chip { label, .. } => label.clone(),
        Cell::Marked { text, label, .. } => format!("{text} ({label})"),
        Cell::Gauge { limits, .. } => limits.clone(),
        Cell::Box | Cell::ToFill => String::new(),
    };
    let row = |row: ReportRow| match row {
        ReportRow::Group(title) => title,
        ReportRow::Cells(cells) => cells.iter().map(words).collect::<Vec<_>>().join(" | "),
    };
    tables.flatten().map(row).collect()
}

#[test]
fn p02_a_finding_that_is_carried_on_is_one_left_open() {
    let mut facts = facts(Language::En, Purpose::Inspection, 0);
    gather(&mut facts);
    facts.done.findings.clear();
    facts.open_before.retain(|earlier| earlier.number != FindingId(330));
    assert!(verdict(&facts).2.ends_with("2 findings left open"), "{}", verdict(&facts).2);
    facts.done.carried.clear();
    facts.open_before.clear();
    assert!(verdict(&facts).2.ends_with("no finding left open"), "{}", verdict(&facts).2);
}

#[test]
fn p02_a_finding_that_the_record_says_nothing_of_is_open_all_the_same() {
    let mut facts = in_good_order();
    assert_eq!(verdict(&facts).1, "In good order");
    facts.open_before.push(earlier_finding(330, Severity::Minor, None, "The gland is open.".to_owned()));
    let (mark, headline, detail) = verdict(&facts);
    assert_eq!((mark, headline.as_str()), (Mark::Attention, "Needs attention"));
    assert!(detail.ends_with("1 finding left open"), "{detail}");
    let rows = rows(&facts);
    assert!(rows.contains(&"— | Finding 330 (Minor) | The gland is open.".to_owned()), "{rows:#?}");
    let listed = "330 | The gland is open. (Minor · found on Tue 13 Jan 2026) | Not looked at on this visit | ";
    assert!(rows.contains(&listed.to_owned()), "{rows:#?}");
}

#[test]
fn p02_a_critical_finding_is_red_and_stands_first_whoever_found_it() {
    let mut facts = in_good_order();
    let sparks = "The busbar sparks.".to_owned();
    facts.open_before.push(earlier_finding(329, Severity::Minor, Some("2026-02-14"), "A lamp is dark.".to_owned()));
    facts.open_before.push(earlier_finding(330, Severity::Critical, None, sparks));
    let (mark, headline, detail) = verdict(&facts);
    assert_eq!((mark, headline.as_str()), (Mark::Fault, "A critical finding is open"));
    assert!(detail.ends_with("2 findings left open, 1 of them critical"), "{detail}");
    assert_eq!(rows(&facts)[0], "— | Finding 330 (Critical) | The busbar sparks.");
}

#[test]
fn p02_what_was_not_looked_at_is_not_in_good_order() {
    let mut facts = in_good_order();
    assert_eq!(verdict(&facts).0, Mark::Ok);
    facts.done.equipment[0].answers.pop();
    let (mark, headline, detail) = verdict(&facts);
    assert_eq!((mark, headline.as_str()), (Mark::Open, "In order as far as it was checked"));
    assert!(detail.contains("1 without an answer"), "{detail}");
    facts.done.equipment.iter_mut().for_each(|given| given.answers.clear());
    assert_eq!((verdict(&facts).0, verdict(&facts).1.as_str()), (Mark::Open, "Carried out"));
}

#[test]
fn p02_what_could_not_be_inspected_leaves_the_visit_incomplete_whatever_else_was_found() {
    let mut facts = in_good_order();
    let leave = |answer: &mut ronda::domain::records::Answer, why: &str| {
        (answer.result, answer.remark) = (ItemResult::NotInspected, why.to_owned());
    };
    leave(&mut facts.done.equipment[0].answers[3], "In use until the evening");
    facts.done.equipment[1].answers.iter_mut().for_each(|answer| leave(answer, "Room locked"));
    let left = 1 + facts.done.equipment[1].answers.len();
    let (mark, headline, detail) = verdict(&facts);
    assert_eq!((mark, headline.as_str()), (Mark::NotInspected, "Incomplete"));
    assert!(detail.contains(&format!("{left} not inspected")), "{detail}");
    let rows = rows(&facts);
    assert!(rows[0].ends_with("| In use until the evening"), "on the first page, with the reason: {}", rows[0]);
    assert!(rows[1].contains("all checks") && rows[1].ends_with("| Room locked"), "{}", rows[1]);
    // Whatever else is found, it is never in good order, and says that it is incomplete.
    facts.done.equipment[0].answers[0].result = ItemResult::Attention;
    assert_eq!(verdict(&facts).1, "Incomplete, and needs attention");
    facts.done.equipment[0].answers[1].result = ItemResult::Fault;
    assert_eq!((verdict(&facts).0, verdict(&facts).1.as_str()), (Mark::Fault, "Incomplete, faults found"));
}

#[test]
fn p02_a_finding_has_one_number_on_every_paper_and_a_closed_one_says_what_it_was() {
    let rows = rows(&facts(Language::En, Purpose::Inspection, 0));
    let closed =
        "318 | A fuse holder of the bypass is loose. (Minor · found on Tue 13 Jan 2026) | Fuse holder replaced";
    assert!(rows.iter().any(|row| row.starts_with(closed)), "{rows:#?}");
    assert!(rows.iter().any(|row| row.contains("Finding 341 (Critical)")), "{rows:#?}");
}

#[test]
fn p02_of_very_many_open_findings_the_worst_are_listed_and_the_others_counted() {
    let mut facts = in_good_order();
    let many = (1..=500).map(|number| {
        let severity = if number == 500 { Severity::Critical } else { Severity::Minor };
        earlier_finding(number + 1000, severity, None, format!("Danger {number}"))
    });
    facts.open_before.extend(many);
    let rows = rows(&facts);
    assert!(rows.iter().any(|row| row.starts_with("1500 | Danger 500")), "{rows:#?}");
    assert!(rows.contains(&"and 440 more: the site’s file has all of them".to_owned()), "{rows:#?}");
    assert!(verdict(&facts).2.ends_with("500 findings left open, 1 of them critical"));
}

#[test]
fn p03_an_item_without_an_answer_stands_in_the_report_and_in_its_count() {
    let pages = laid_out(&facts(Language::En, Purpose::Inspection, 0));
    let open = pages.blocks.iter().filter_map(|block| match block {
        Block::Table(table) => Some(&table.rows),
        _ => None,
    });
    let unanswered = open.flatten().filter(|row| match row {
        ReportRow::Cells(cells) => {
            cells.iter().any(|cell| matches!(cell, Cell::Chip { label, .. } if label == "No answer"))
        }
        ReportRow::Group(_) => false,
    });
    assert_eq!(unanswered.count(), 1);
    let (_, headline, detail) = verdict(&facts(Language::En, Purpose::Inspection, 0));
    assert_eq!(headline, "Faults found");
    let counted = "74 of 80 checks in order · 1 without an answer · 1 finding left open, and it is critical";
    assert_eq!(detail, counted);
}
