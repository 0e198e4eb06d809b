//! What the store holds beside the facts.

use super::super::held::{DifferenceReading, HeldBooks, HeldDeadline, HeldDebt, HeldWindow, WindowSays, differences};
use super::*;

/// The stored deadline of a window, as the office would write it.
fn held(of: HeldDebt, since_on: &str, due_on: &str) -> HeldDeadline {
    HeldDeadline {
        contract: "C-1".into(),
        term: "inspection".into(),
        of,
        since_on: day(since_on),
        due_on: Some(day(due_on)),
        late_from: Some(Zone::parse("Europe/Madrid").expect("a zone").end_of(day(due_on))),
        met_at: None,
        waiver: None,
        is_flagged: false,
        calendar_version: "1".to_owned(),
    }
}

#[test]
fn what_the_store_holds_otherwise_is_named_with_both_readings() {
    let mut world = World::new();
    let visit = world.done(1, "2026-03-02");
    let term = promised("1 month", "2026-03-01", None, "2026-04-30");
    let found = |world: &World, deadlines: Vec<HeldDeadline>, windows: Vec<HeldWindow>| {
        let (facts, answered) = (world.facts("2026-03-30T08:00:00Z"), world.answered(&term, "2026-03-01"));
        let (line, papers) = (audit_line(&facts, &answered), audit_papers(&facts, &answered));
        let books = HeldBooks { deadlines, windows, unfit: Vec::new() };
        let found = differences(&facts, &answered, &line, &papers, &books);
        found.iter().map(|one| format!("{}: {} / {}", one.place, one.facts, one.held)).collect::<Vec<_>>()
    };
    let met = |held: HeldDeadline, on: &str| HeldDeadline { met_at: Some(at(on)), ..held };
    let window = met(held(HeldDebt::Window, "2026-03-01", "2026-03-31"), "2026-03-02T11:00:00Z");
    let report = met(held(HeldDebt::Report(visit), "2026-03-02", "2026-03-05"), "2026-03-02T11:00:00Z");
    let april = |says| HeldWindow {
        contract: "C-1".into(),
        term: "inspection".into(),
        first_on: day("2026-04-01"),
        last_on: day("2026-04-30"),
        says,
    };
    let why = vec![april(WindowSays::WhyNone)];
    assert_eq!(found(&world, vec![window.clone(), report.clone()], why.clone()), Vec::<String>::new());
    assert_eq!(
        found(&world, vec![report.clone()], why.clone()),
        ["the period 2026-03-01 to 2026-03-31: kept on 2026-03-02 / nothing owed"]
    );
    let open = held(HeldDebt::Report(visit), "2026-03-02", "2026-03-05");
    assert_eq!(
        found(&world, vec![window.clone(), open], why.clone()),
        ["the report of V1: kept on 2026-03-02 / late, due 2026-03-05"]
    );
    let unpromised = held(HeldDebt::Window, "2026-03-10", "2026-03-20");
    assert_eq!(
        found(&world, vec![window.clone(), report.clone(), unpromised], why),
        ["the period 2026-03-10 to 2026-03-20: nothing owed / late, due 2026-03-20"]
    );
    assert_eq!(
        found(&world, vec![window.clone(), report.clone()], vec![april(WindowSays::Visit)]),
        ["the period 2026-04-01 to 2026-04-30: no visit / a visit"]
    );
    assert_eq!(
        found(&world, vec![window.clone(), report], Vec::new()),
        ["the period 2026-04-01 to 2026-04-30: open until 2026-04-30 / nothing owed"]
    );
    world.visits.clear();
    let never = world.done(1, "2026-03-02");
    let AuditedState::Done { deliveries, .. } = &mut world.visits[0].state else { panic!("it was done") };
    deliveries.letters.clear();
    let late = held(HeldDebt::Report(never), "2026-03-02", "2026-03-05");
    assert_eq!(
        found(&world, vec![window, late], vec![april(WindowSays::WhyNone)]),
        ["the report of V1: late, due 2026-03-05 / never flagged as late"]
    );
    let reading = serde_json::to_string(&DifferenceReading::LateAfter { day: day("2026-03-05") }).expect("plain data");
    assert_eq!(reading, r#"{"reads":"late-after","day":"2026-03-05"}"#);
}

#[test]
fn what_is_decided_is_closed_and_nothing_behind_what_is_not() {
    let mut world = World::new();
    let term = promised("1 month", "2026-01-01", None, "2026-06-30");
    world.done(1, "2026-01-10");
    world.done(2, "2026-02-10");
    world.done(4, "2026-04-03");
    let (facts, answered) = (world.facts("2026-04-20T08:00:00Z"), world.answered(&term, "2026-01-01"));
    let (line, papers) = (audit_line(&facts, &answered), audit_papers(&facts, &answered));
    assert_eq!(sealed_through(&line, &papers, facts.today()), Some(day("2026-02-28")), "March is late");
    let AuditedState::Done { deliveries, .. } = &mut world.visits[1].state else { panic!("it was done") };
    deliveries.letters[0].is = PaperLetterIs::Waiting;
    let facts = world.facts("2026-04-20T08:00:00Z");
    let papers = audit_papers(&facts, &answered);
    assert_eq!(
        sealed_through(&line, &papers, facts.today()),
        Some(day("2026-01-31")),
        "February's report is not filed"
    );
}
