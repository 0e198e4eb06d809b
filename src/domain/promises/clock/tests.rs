mod chance;
mod stepper;

use serde_json::{Value, json};

use super::*;
use crate::calendar::{CalendarParts, DayKind, Layer, WeekendRule};
use crate::promises::Waiver;
use crate::time::Zone;
use chance::Dice;

/// The published cases, with their expected answers.
const GIVEN: &str = include_str!("../../../../tests/vectors/clock-1.jsonl");

fn answered(case: &Value) -> Value {
    match vector::answer(&case.to_string()) {
        Ok(answer) => serde_json::to_value(answer).expect("JSON"),
        Err(bad) => json!(bad.to_string()),
    }
}

fn given() -> Vec<(Value, Value)> {
    let vector = |line: &str| {
        let mut vector: Value = serde_json::from_str(line).expect("JSON");
        (vector["case"].take(), vector["want"].take())
    };
    GIVEN.lines().map(vector).collect()
}

#[test]
fn every_published_case_is_answered_as_it_must_be() {
    for (case, want) in given() {
        assert_eq!(answered(&case), want, "{case}");
    }
    assert_eq!(given().len(), 327);
}

#[test]
fn time_that_passes_step_by_step_says_the_same() {
    for (case, want) in given().into_iter().step_by(6) {
        assert_eq!(stepper::answer(&case, 1), want, "{case}");
    }
    let soak = std::env::var("RONDA_SOAK").is_ok();
    let mut dice = Dice(std::env::var("RONDA_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_260_301));
    for id in 0..if soak { 100_000 } else { 2_000 } {
        let (case, apart) = chance::case(&mut dice, id);
        assert_eq!(answered(&case), stepper::answer(&case, apart), "{case}");
    }
}

#[test]
fn changing_the_past_and_changing_it_back_is_as_if_nothing_had_been() {
    let mut dice = Dice(7);
    let mut changed = 0;
    for id in 0..600 {
        let (case, _) = chance::case(&mut dice, id);
        let events = case["events"].as_array().expect("events");
        let start = events[0]["at"].as_str().expect("at");
        let noted = events.last().and_then(|last| last["noted_at"].as_str()).unwrap_or(start);
        let with = |whats: &[&Value]| {
            let mut case = case.clone();
            for what in whats {
                let mut event = (*what).clone();
                event["at"] = json!(start);
                event["noted_at"] = json!(noted);
                case["events"].as_array_mut().expect("events").push(event);
            }
            answered(&case)
        };
        // A pause that lasts from the call on, and turns out not to have been one.
        let before = with(&[]);
        let pause = json!({"what": "paused", "reason": "no-access"});
        let there = with(&[&pause]);
        if there["refused"] == before["refused"] {
            assert_eq!(with(&[&pause, &json!({"what": "resumed", "reason": "no-access"})]), before, "{case}");
            changed += usize::from(there != before);
        }
        // An allowance corrected to another, and back.
        let corrected = |allow: &Value| json!({"what": "level", "how": "corrected", "allow": allow});
        let own = corrected(&case["allow"]);
        let unit = case["allow"].as_object().expect("an amount").keys().next().expect("a unit").clone();
        let other = corrected(&json!({unit: 3}));
        assert_eq!(with(&[&own, &other, &own]), with(&[&own]), "{case}");
    }
    assert!(changed > 100, "{changed}");
}

#[test]
fn reasons_noted_for_one_instant_do_not_depend_on_their_order() {
    let case = |first: &str, second: &str| {
        json!({"id": 1, "basis": "elapsed", "zone": "Europe/Madrid", "allow": {"minutes": 60}, "steps": [{"before": 10}],
            "pausable": ["no-access", "customer-decision"], "now": "2026-05-12T14:00:00Z", "events": [
            {"at": "2026-05-12T10:00:00Z", "what": "called"},
            {"at": "2026-05-12T10:30:00Z", "what": "paused", "reason": first},
            {"at": "2026-05-12T10:30:00Z", "what": "paused", "reason": second},
            {"at": "2026-05-12T11:30:00Z", "what": "resumed", "reason": first},
            {"at": "2026-05-12T12:30:00Z", "what": "resumed", "reason": second}]})
    };
    let answer = answered(&case("no-access", "customer-decision"));
    assert_eq!(answer, answered(&case("customer-decision", "no-access")));
    assert_eq!((&answer["due"], &answer["paused_ms"]), (&json!("2026-05-12T13:00:00.000Z"), &json!(7_200_000)));
}

fn at(text: &str) -> Instant {
    format!("2026-05-{text}:00Z").parse().expect("an instant")
}

fn noted(when: &str, noted: &str, what: Happened) -> Happening {
    Happening { at: at(when), noted_at: at(noted), what }
}

fn terms(allowed: Allowed, steps: &[StepAt]) -> ClockTerms {
    let step = |at: &StepAt| ClockStep { at: *at, tell: Vec::new() };
    ClockTerms { allowed, pausable: ["no-access".to_owned()].into(), steps: steps.iter().map(step).collect() }
}

fn judged(terms: &ClockTerms, events: &[Happening], now: &str) -> Judgement {
    let zone = Zone::parse("Europe/Madrid").expect("a zone");
    let history = History::of(events.to_vec()).expect("a history");
    let place = Locality { zone: &zone, calendar: None, hours: None };
    let judgement = judge(terms, place, &history, at(now));
    assert_eq!(judge(terms, place, &history, at(now)), judgement, "judging is idempotent");
    judgement
}

const HOUR: Allowed = Allowed::Elapsed(Minutes(60));

#[test]
fn a_bounce_strikes_the_meeting_that_it_disproves_and_the_first_due_stands() {
    let called = noted("12T10:00", "12T10:00", Happened::Called);
    let met = noted("12T10:30", "12T10:30", Happened::Met);
    let struck = noted("12T12:00", "12T12:00", Happened::Struck { event: 1 });
    let terms = terms(HOUR, &[StepAt::AtDue]);
    let before = judged(&terms, &[called.clone(), met.clone()], "12T11:30");
    assert_eq!(before.last().standing, OpeningStanding::Met { at: at("12T10:30"), noted: WhenNoted::InTime });
    let after = judged(&terms, &[called.clone(), met.clone(), struck.clone()], "12T12:00");
    assert_eq!(after.openings.len(), 1);
    assert_eq!(after.last().standing, OpeningStanding::Late { by: TimeDelta::minutes(60) });
    assert_eq!(after.last().due(), before.last().due());
    assert_eq!(recount(&[], &after).raise.len(), 1);
    let twice = judged(&terms, &[called, met, struck.clone(), struck], "12T12:00");
    assert_eq!(twice.refused, [RefusedEvent { event: 3, rule: Refusal::NoMeeting }]);
}

#[test]
fn what_a_recount_takes_back_is_withdrawn_with_its_reason_and_a_second_recount_is_empty() {
    let called = noted("12T10:00", "12T10:00", Happened::Called);
    let terms = terms(HOUR, &[StepAt::Before(Minutes(10)), StepAt::AtDue]);
    let late = judged(&terms, std::slice::from_ref(&called), "12T11:05");
    let raised = recount(&[], &late).raise;
    assert_eq!(raised.len(), 2);
    assert_eq!(recount(&raised, &late), Recount::default());

    let met = noted("12T10:55", "12T11:20", Happened::Met);
    let kept = judged(&terms, &[called.clone(), met], "12T11:20");
    let back = recount(&raised, &kept);
    assert_eq!(back.taken_back, [TakenBack { raised: raised[1], why: TakenBackWhy::Ended { at: at("12T10:55") } }]);
    assert!(back.raise.is_empty());
    assert_eq!(recount(&raised[..1], &kept), Recount::default());

    let longer = Happened::Level { to: Allowed::Elapsed(Minutes(120)), how: LevelHow::Corrected };
    let moved = judged(&terms, &[called.clone(), noted("12T11:20", "12T11:20", longer)], "12T11:20");
    let late_from = at("12T12:00") + TICK;
    let back = recount(&raised, &moved);
    assert_eq!(
        back.taken_back.iter().map(|back| back.why).collect::<Vec<_>>(),
        [TakenBackWhy::DueMoved { late_from }; 2]
    );
    assert!(back.raise.is_empty());

    let pause = noted("12T10:20", "12T11:20", Happened::Paused { reason: "no-access".to_owned() });
    let held = judged(&terms, &[called, pause], "12T11:20");
    assert_eq!(held.last().standing, OpeningStanding::Held { left: Some(TimeDelta::minutes(40)) });
    assert!(recount(&raised, &held).taken_back.iter().all(|back| back.why == TakenBackWhy::Held));
}

#[test]
fn a_waiver_lost_days_another_opening_and_other_steps_take_back_what_was_raised() {
    let called = noted("12T10:00", "12T10:00", Happened::Called);
    let hour = terms(HOUR, &[StepAt::Before(Minutes(10)), StepAt::AtDue]);
    let late = judged(&hour, std::slice::from_ref(&called), "12T11:05");
    let raised = recount(&[], &late).raise;
    let whys = |judgement: &Judgement, raised: &[Raised]| -> Vec<TakenBackWhy> {
        recount(raised, judgement).taken_back.iter().map(|back| back.why).collect()
    };

    let zone = Zone::parse("Europe/Madrid").expect("a zone");
    let place = Locality { zone: &zone, calendar: None, hours: None };
    let mut history = History::of(vec![called.clone()]).expect("a history");
    history.waived = Some(Waiver { at: at("12T11:30"), by: "Marta".to_owned(), why: "flooded".to_owned() });
    assert_eq!(whys(&judge(&hour, place, &history, at("12T12:00")), &raised), [TakenBackWhy::Waived; 2]);

    let uncounted = terms(Allowed::WorkingDays(WorkingDays(3)), &[StepAt::AtDue]);
    let unknown = judged(&uncounted, std::slice::from_ref(&called), "12T11:05");
    assert_eq!(whys(&unknown, &raised), [TakenBackWhy::Unknown; 2]);

    let of_another = Raised { opening: 1, ..raised[0] };
    assert_eq!(whys(&late, &[of_another]), [TakenBackWhy::NotOpened]);

    let fewer = judged(&terms(HOUR, &[StepAt::Before(Minutes(10))]), &[called], "12T11:05");
    assert_eq!(whys(&fewer, &raised), [TakenBackWhy::NotReached]);
}

#[test]
fn a_window_and_a_fixed_instant_have_one_late_from_like_all_others_and_are_only_corrected() {
    let day = |day| NaiveDate::from_ymd_opt(2026, 5, day).expect("a day");
    let called = noted("12T10:00", "12T10:00", Happened::Called);
    let window = |last| Allowed::Window { first_on: day(13), last_on: day(last) };
    let steps = [StepAt::Day(FlagAt::OnTheDay), StepAt::Day(FlagAt::Late(WorkingDays(1)))];
    let of_window = judged(&terms(window(15), &steps), std::slice::from_ref(&called), "16T10:00");
    assert_eq!(of_window.last().late_from(), Some(at("15T22:00")));
    assert_eq!(of_window.last().standing, OpeningStanding::Late { by: TimeDelta::hours(12) });
    let reached: Vec<Instant> = of_window.last().reached.iter().map(|step| step.at).collect();
    assert_eq!(reached, [at("15T05:00"), at("15T22:00")]);

    let corrected = Happened::Level { to: window(20), how: LevelHow::Corrected };
    let eased = Happened::Level { to: window(20), how: LevelHow::Eased };
    let events = [called.clone(), noted("16T10:00", "16T10:00", eased), noted("16T10:00", "16T10:00", corrected)];
    let moved = judged(&terms(window(15), &steps), &events, "16T10:00");
    assert_eq!(moved.refused, [RefusedEvent { event: 1, rule: Refusal::OnlyCorrected }]);
    assert_eq!(moved.last().late_from(), Some(at("20T22:00")));

    let agreed = judged(&terms(Allowed::Until(at("14T08:00")), &[StepAt::AtDue]), &[called], "14T08:00");
    assert_eq!(agreed.last().standing, OpeningStanding::Open { left: TimeDelta::zero() });
    assert_eq!((agreed.last().due(), agreed.last().next_at), (Some(at("14T08:00")), Some(at("14T08:00") + TICK)));
}

#[test]
fn what_cannot_be_reckoned_is_unknown_and_what_was_waived_counts_for_neither() {
    let called = noted("12T10:00", "12T10:00", Happened::Called);
    let days = terms(Allowed::WorkingDays(WorkingDays(3)), &[]);
    let unknown = judged(&days, std::slice::from_ref(&called), "12T10:00");
    assert_eq!(unknown.last().standing, OpeningStanding::Unknown);
    assert_eq!(unknown.last().limit, TimeLimit::Unknown { why: CannotReckon::NoCalendar });

    let zone = Zone::parse("Europe/Madrid").expect("a zone");
    let place = Locality { zone: &zone, calendar: None, hours: None };
    let mut history = History::of(vec![called]).expect("a history");
    history.waived = Some(Waiver { at: at("12T11:30"), by: "Marta".to_owned(), why: "flooded".to_owned() });
    let terms = terms(HOUR, &[StepAt::AtDue]);
    let waived = judge(&terms, place, &history, at("12T12:00"));
    assert_eq!(waived.last().standing, OpeningStanding::Waived);
    assert!(recount(&[], &waived).raise.is_empty());
}

#[test]
fn a_ledger_leaves_no_gap_and_its_running_time_is_what_was_allowed() {
    let pause = |when, what: Happened| noted(when, when, what);
    let reason = || "no-access".to_owned();
    let events = [
        noted("12T10:00", "12T10:00", Happened::Called),
        pause("12T10:20", Happened::Paused { reason: reason() }),
        pause("12T10:50", Happened::Resumed { reason: None }),
    ];
    let judgement = judged(&terms(HOUR, &[]), &events, "12T10:50");
    let stretch = |from, until, clock| Stretch { from: at(from), until: at(until), clock };
    let ledger = ClockLedger::Time(vec![
        stretch("12T10:00", "12T10:20", ClockDid::Ran),
        stretch("12T10:20", "12T10:50", ClockDid::Paused),
        stretch("12T10:50", "12T11:30", ClockDid::Ran),
    ]);
    assert_eq!(judgement.last().limit, TimeLimit::Known { late_from: at("12T11:30") + TICK, ledger });

    let judgement = judged(&terms(Allowed::CalendarDays(CalendarDays(2)), &[]), &events, "12T10:50");
    let counted = |on: u32, n| DayStretch {
        from: NaiveDate::from_ymd_opt(2026, 5, on).expect("a day"),
        through: NaiveDate::from_ymd_opt(2026, 5, on).expect("a day"),
        why: DayWhy::Counted { n, special: None },
    };
    let ledger = ClockLedger::Days(vec![counted(13, 1), counted(14, 2)]);
    assert_eq!(judgement.last().limit, TimeLimit::Known { late_from: at("14T22:00"), ledger });
}

#[test]
fn p04_working_days_without_a_pause_end_where_the_calendar_and_its_ledger_have_it() {
    let zone = Zone::parse("Europe/Madrid").expect("a zone");
    let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
    let special =
        |on, kind| (day(on), SpecialDay { kind, name: "listed".to_owned(), layer: Layer::Site, estimated: false });
    let calendar = Calendar::new(CalendarParts {
        code: "XX".to_owned(),
        version: "v1".to_owned(),
        known_from: day("2026-01-01"),
        known_through: day("2026-12-31"),
        confirmed_through: day("2026-12-31"),
        weekends: vec![WeekendRule { from: day("2026-01-01"), off: [false, false, false, false, false, true, true] }],
        special: [special("2026-05-15", DayKind::Off), special("2026-05-16", DayKind::Work)].into(),
    });
    let place = Locality { zone: &zone, calendar: Some(&calendar), hours: None };
    for (from, n) in (8..20).flat_map(|from| (0..8).map(move |n| (from, n))) {
        let terms = terms(Allowed::WorkingDays(WorkingDays(n)), &[]);
        let called = noted(&format!("{from:02}T10:00"), &format!("{from:02}T10:00"), Happened::Called);
        let history = History::of(vec![called]).expect("a history");
        let judgement = judge(&terms, place, &history, at("20T00:00"));
        let from = NaiveDate::from_ymd_opt(2026, 5, from).expect("a day");
        let ledger = calendar.due(from, WorkingDays(n)).expect("known");
        assert_eq!(judgement.last().late_from(), Some(zone.end_of(ledger.due_on)), "{from} + {n}");
        let TimeLimit::Known { ledger: ClockLedger::Days(days), .. } = &judgement.last().limit else { panic!("days") };
        let counted = |days: &DayStretch| matches!(days.why, DayWhy::Counted { n: 1.., .. });
        assert_eq!(days.iter().filter(|days| counted(days)).count(), n as usize, "{from} + {n}");
    }
}

#[test]
fn a_line_that_is_no_case_is_refused_with_what_to_write() {
    let (case, _) = given().swap_remove(0);
    let with = |field: &str, value: Value| {
        let mut case = case.clone();
        case[field] = value;
        answered(&case).as_str().map(str::to_owned).unwrap_or_default()
    };
    assert_eq!(with("title", json!("the same")), "");
    assert!(with("zone", json!("Europe/Madird")).contains("did you mean Europe/Madrid"));
    assert!(with("allow", json!({"minutes": 0})).contains("give 1 to"));
    assert!(with("allow", json!({"working_days": 1})).contains("\"minutes\""));
    assert!(with("basis", json!("hours")).contains("give \"hours\" by weekday"));
    assert!(with("now", json!("2026-03-06T23:55:00")).contains("with its offset"));
    assert!(with("now", json!("2026-03-06T23:55:00.0001Z")).contains("round it"));
    assert!(with("now", json!("2026-03-06T00:00:00Z")).contains("give a later now"));
    assert!(with("events", json!([])).contains("begins with \"called\""));
    assert!(with("steps", json!([{"before": 0}])).contains("give 1 to"));
    assert!(vector::answer("{\"id\": 1").expect_err("no JSON").to_string().contains("`ronda help clocks`"));
}
