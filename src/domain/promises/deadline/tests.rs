use super::*;
use crate::calendar::{Calendar, CalendarParts, WeekendRule};
use crate::contract::{Every, FlagAt, Purpose, Tell};
use crate::promises::clock::{Minutes, ReachedStep};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn at(text: &str) -> Instant {
    format!("{text}Z").parse().expect("an instant")
}

fn madrid() -> Zone {
    Zone::parse("Europe/Madrid").expect("a zone")
}

/// Weekends and the given days are off.
fn calendar(off: &[&str]) -> Calendar {
    let special = |text: &&str| {
        let special = crate::calendar::SpecialDay {
            kind: crate::calendar::DayKind::Off,
            name: "closed".to_owned(),
            layer: crate::calendar::Layer::Site,
            estimated: false,
        };
        (day(text), special)
    };
    Calendar::new(CalendarParts {
        code: "ES-MD".to_owned(),
        version: String::new(),
        known_from: day("2026-01-01"),
        known_through: day("2027-12-31"),
        confirmed_through: day("2027-12-31"),
        weekends: vec![WeekendRule { from: day("2026-01-01"), off: [false, false, false, false, false, true, true] }],
        special: off.iter().map(special).collect(),
    })
}

fn steps(steps: &[FlagAt]) -> Vec<FlagStep> {
    steps.iter().map(|at| FlagStep { at: *at, tell: vec![Tell::Engineer] }).collect()
}

/// A report due three working days after Monday, 2 March.
fn report(steps: &[FlagStep]) -> (DeadlineTerms, Due) {
    let within = WorkingDays(3);
    let terms = DeadlineTerms::of_days(Allowed::WorkingDays(within), steps, CountedOn::Site, HalfDays::Count);
    let ledger = calendar(&[]).due(day("2026-03-02"), within).expect("known days");
    (terms, Due::Counted { ledger })
}

fn judged(terms: &DeadlineTerms, due: &Due, events: &[Happening], calendar: &Calendar, now: &str) -> JudgedDeadline {
    let case = DeadlineCase {
        since_on: day("2026-03-02"),
        called_at: None,
        opened_at: at("2026-03-02T12:00:00"),
        terms,
        due,
        waiver: None,
    };
    case.judge(events, Locality { zone: &madrid(), calendar: Some(calendar), hours: None }, at(now))
}

fn noted(when: &str, what: Happened) -> Happening {
    Happening { at: at(when), noted_at: at(when), what }
}

#[test]
fn p04_a_changed_history_is_judged_by_the_count_of_its_day() {
    let (terms, due) = report(&[]);
    assert_eq!(due.on(), Some(day("2026-03-05")));
    let today = calendar(&["2026-03-04"]);
    let met = noted("2026-03-05T10:00:00", Happened::Met);
    let struck = noted("2026-03-09T10:00:00", Happened::Struck { event: 1 });
    let before = judged(&terms, &due, std::slice::from_ref(&met), &today, "2026-03-08T10:00:00");
    assert_eq!((before.met_at, before.next_look(&[])), (Some(met.at), None));
    let after = judged(&terms, &due, &[met, struck], &today, "2026-03-09T10:00:00");
    assert_eq!((&after.due, after.met_at), (&due, None), "the first due stands, whatever the calendar says today");
    assert_eq!(after.late_from, Some(at("2026-03-05T23:00:00")));
    assert!(matches!(after.judgement.last().standing, OpeningStanding::Late { .. }));
}

#[test]
fn a_pause_on_working_days_is_counted_by_the_days_that_it_touches() {
    let (mut terms, due) = report(&[]);
    terms.pausable.insert("no-access".to_owned());
    let paused = noted("2026-03-03T08:00:00", Happened::Paused { reason: "no-access".to_owned() });
    let held = judged(&terms, &due, std::slice::from_ref(&paused), &calendar(&[]), "2026-03-04T08:00:00");
    assert_eq!((held.due, held.late_from), (Due::Held, None));
    let resumed = noted("2026-03-04T09:00:00", Happened::Resumed { reason: None });
    let on = judged(&terms, &due, &[paused, resumed], &calendar(&[]), "2026-03-04T10:00:00").due.on();
    assert_eq!(on, Some(day("2026-03-09")), "the 3rd and 4th do not count, nor does the weekend");
}

#[test]
fn a_step_from_before_anything_was_owed_is_never_reached() {
    let flags = [FlagAt::Before(WorkingDays(5)), FlagAt::Before(WorkingDays(3)), FlagAt::Before(WorkingDays(2))];
    let (terms, due) = report(&steps(&flags));
    let judged = judged(&terms, &due, &[], &calendar(&[]), "2026-03-05T10:00:00");
    // Of the three days, the first is Tuesday the 3rd; three working days before the last is the starting day.
    let reached = [ReachedStep { step: 2, at: at("2026-03-03T06:00:00") }];
    assert_eq!(judged.judgement.last().reached, reached);
    assert_eq!(judged.next_look(&[]), Some(reached[0].at));
}

#[test]
fn the_first_day_of_a_window_is_one_of_its_days() {
    let window = Allowed::Window { first_on: day("2026-03-02"), last_on: day("2026-03-05") };
    let flags = steps(&[FlagAt::Before(WorkingDays(4)), FlagAt::Before(WorkingDays(3))]);
    let terms = DeadlineTerms::of_days(window, &flags, CountedOn::Site, HalfDays::Count);
    let due = Due::Window { first_on: day("2026-03-02"), last_on: day("2026-03-05") };
    let judged = judged(&terms, &due, &[], &calendar(&[]), "2026-03-03T10:00:00");
    assert_eq!(judged.judgement.last().reached, [ReachedStep { step: 1, at: at("2026-03-02T06:00:00") }]);
}

#[test]
fn what_was_done_before_its_window_opened_was_called_no_later_than_that() {
    let window = Allowed::Window { first_on: day("2026-03-02"), last_on: day("2026-03-05") };
    let terms = DeadlineTerms::of_days(window, &[], CountedOn::Site, HalfDays::Count);
    let due = Due::Window { first_on: day("2026-03-02"), last_on: day("2026-03-05") };
    let met = Happening { noted_at: at("2026-03-03T08:00:00"), ..noted("2026-02-20T10:00:00", Happened::Met) };
    let judged = judged(&terms, &due, std::slice::from_ref(&met), &calendar(&[]), "2026-03-03T10:00:00");
    assert_eq!((judged.met_at, judged.judgement.refused), (Some(met.at), Vec::new()));
}

#[test]
fn minutes_run_from_the_call_and_the_due_is_an_instant() {
    let terms = DeadlineTerms {
        allowed: Some(Allowed::Elapsed(Minutes(90))),
        ..DeadlineTerms::of_days(Allowed::Elapsed(Minutes(90)), &[], CountedOn::Site, HalfDays::Count)
    };
    let case = DeadlineCase {
        since_on: day("2026-03-02"),
        called_at: Some(at("2026-03-02T22:00:00")),
        opened_at: at("2026-03-02T22:05:00"),
        terms: &terms,
        due: &Due::Held,
        waiver: None,
    };
    let place = Locality { zone: &madrid(), calendar: None, hours: None };
    let judged = case.judge(&[], place, at("2026-03-02T22:05:00"));
    assert_eq!(judged.due, Due::Timed { at: at("2026-03-02T23:30:00"), on: day("2026-03-03") });
}

#[test]
fn what_an_earlier_version_could_not_count_is_unknown_until_it_is_counted_anew() {
    let stored = r#"{"allowed":null,"pausable":[],"steps":[{"at":{"when":"day","count":{"late":1}},"tell":["manager"]}],"counted_on":"site","half_days":"count"}"#;
    let terms: DeadlineTerms = serde_json::from_str(stored).expect("as the migration writes it");
    let due = Due::Unknown { why: "no calendar".to_owned() };
    let open = judged(&terms, &due, &[], &calendar(&[]), "2026-03-04T10:00:00");
    assert_eq!((&open.due, open.late_from, open.next_look(&[])), (&due, None, None));
    let met =
        judged(&terms, &due, &[noted("2026-03-05T10:00:00", Happened::Met)], &calendar(&[]), "2026-03-06T10:00:00");
    assert_eq!(met.met_at, Some(at("2026-03-05T10:00:00")));
}

#[test]
fn each_kind_of_thing_owed_has_the_steps_that_its_term_gives_it() {
    let mut term = Term::new("inspection", "P01", Purpose::Inspection, Every::Months(1));
    term.set("record_steps", "late: engineer").expect("steps");
    assert_eq!(Owed::Record.steps_of(&term), steps(&[FlagAt::Late(WorkingDays(1))]));
    for owed in [Owed::Visit, Owed::Training, Owed::Report] {
        assert_eq!(owed.steps_of(&term), term.steps, "{owed:?}");
    }
    term.set("record_steps", "as steps").expect("steps");
    assert_eq!(Owed::Record.steps_of(&term), term.steps);
}
