//! Combined calendars, skipped half days, and explanations why two counts differ.

use super::*;
use crate::calendar::{HalfDays, Says, Together, difference};

fn named(code: &str, parts: CalendarParts) -> Calendar {
    Calendar::new(CalendarParts { code: code.to_owned(), ..parts })
}

/// A calendar of a Gulf country, where Friday and Saturday are off.
fn gulf(specials: &[(&str, DayKind, &str)]) -> Calendar {
    let mut parts = parts(specials);
    parts.weekends[0].off = [false, false, false, false, true, true, false];
    named("SA", parts)
}

fn explained(calendar: &Calendar, from: &str, n: u32) -> Vec<(String, String, Option<String>)> {
    let ledger = calendar.due(day(from), WorkingDays(n)).expect("known");
    let line = |line: &LedgerLine| {
        let why = match &line.why {
            Why::Counted { n, special: None } => n.to_string(),
            Why::Counted { n, special: Some(special) } => format!("{n} {:?} {}", special.kind, special.name),
            Why::Weekend => "weekend".to_owned(),
            Why::Off { special } => format!("{:?} {}", special.kind, special.name),
        };
        (line.from.format("%a %d").to_string(), why, line.of.clone())
    };
    ledger.lines.iter().map(line).collect()
}

fn expected(lines: &[(&str, &str, Option<&str>)]) -> Vec<(String, String, Option<String>)> {
    lines.iter().map(|(day, why, of)| ((*day).to_owned(), (*why).to_owned(), of.map(str::to_owned))).collect()
}

#[test]
fn p04_both_counts_what_both_work_and_says_whose_day_off_it_is() {
    let madrid =
        named("ES-MD", parts(&[("2026-06-08", DayKind::Off, "Feria"), ("2026-06-09", DayKind::Half, "Víspera")]));
    let riyadh = gulf(&[("2026-06-08", DayKind::Off, "Eid"), ("2026-06-10", DayKind::Off, "Eid")]);
    let both = riyadh.with(&madrid, Together::Both);
    assert_eq!((both.code(), both.version()), ("SA&ES-MD", "v1&v1"));
    let said = expected(&[
        ("Fri 05", "weekend", Some("SA")),
        ("Sat 06", "weekend", None),
        ("Sun 07", "weekend", Some("ES-MD")),
        ("Mon 08", "Off Eid / Feria", None),
        ("Tue 09", "1 Half Víspera", Some("ES-MD")),
        ("Wed 10", "Off Eid", Some("SA")),
        ("Thu 11", "2", None),
    ]);
    assert_eq!(explained(&both, "2026-06-04", 2), said);
}

#[test]
fn p04_either_counts_what_one_of_them_works() {
    let madrid =
        named("ES-MD", parts(&[("2026-06-08", DayKind::Off, "Feria"), ("2026-06-09", DayKind::Half, "Víspera")]));
    let riyadh = gulf(&[("2026-06-08", DayKind::Off, "Eid"), ("2026-06-06", DayKind::Work, "Inventory")]);
    let either = riyadh.with(&madrid, Together::Either);
    assert_eq!(either.code(), "SA|ES-MD");
    let said = expected(&[
        ("Fri 05", "1", Some("ES-MD")),
        ("Sat 06", "2 Work Inventory", Some("SA")),
        ("Sun 07", "3", Some("SA")),
        ("Mon 08", "Off Eid / Feria", None),
        ("Tue 09", "4", Some("SA")),
    ]);
    assert_eq!(explained(&either, "2026-06-04", 4), said);
}

#[test]
fn outside_what_both_know_there_is_no_date() {
    let mut short = parts(&[]);
    short.known_through = day("2026-06-30");
    short.confirmed_through = day("2026-03-31");
    let calendars = [named("A", short), named("B", parts(&[]))];
    for how in [Together::Both, Together::Either] {
        let one = calendars[0].with(&calendars[1], how);
        assert_eq!(one.nth_after(day("2026-06-29"), WorkingDays(1)), Ok(day("2026-06-30")));
        assert!(one.nth_after(day("2026-06-30"), WorkingDays(1)).is_err());
        assert!(one.due(day("2026-03-31"), WorkingDays(1)).expect("known").provisional, "one of them estimates it");
    }
    let twice = calendars[1].with(&calendars[1].clone(), Together::Both);
    assert_eq!(twice.code(), "B", "a calendar with itself is itself");
}

#[test]
fn p04_a_half_day_that_does_not_count_is_named_as_one() {
    let calendar = calendar(&[("2026-12-24", DayKind::Half, "Nochebuena"), ("2026-12-25", DayKind::Off, "Navidad")]);
    assert_eq!(calendar.nth_after(day("2026-12-23"), WorkingDays(1)), Ok(day("2026-12-24")));
    let strict = calendar.with_half_days(HalfDays::Skip);
    let said = expected(&[
        ("Thu 24", "Half Nochebuena", None),
        ("Fri 25", "Off Navidad", None),
        ("Sat 26", "weekend", None),
        ("Mon 28", "1", None),
    ]);
    assert_eq!(explained(&strict, "2026-12-23", 1), said);
    assert_eq!(strict.version(), calendar.version(), "it is the same table");
    let back = strict.with_half_days(HalfDays::Count);
    assert_eq!(back.nth_after(day("2026-12-23"), WorkingDays(1)), Ok(day("2026-12-24")));
}

#[test]
fn the_difference_of_two_counts_is_the_days_that_made_it() {
    let was = calendar(&[("2026-06-09", DayKind::Off, "Works")]);
    let is = calendar(&[("2026-06-08", DayKind::Off, "Closed"), ("2026-06-11", DayKind::Off, "Closed too")]);
    let [was, is] = [was, is].map(|calendar| calendar.due(day("2026-06-05"), WorkingDays(3)).expect("known"));
    assert_eq!((was.due_on, is.due_on), (day("2026-06-11"), day("2026-06-12")));
    let difference = difference(&was, &is);
    let days: Vec<_> = difference.iter().map(|run| (run.from, matches!(run.is, Says::Off { .. }))).collect();
    let expected = [(day("2026-06-08"), true), (day("2026-06-09"), false), (day("2026-06-11"), true)];
    assert_eq!(days, expected);
}

#[test]
fn a_ledger_of_before_layers_could_be_combined_is_still_read() {
    let old = r#"{"calendar":"ES-MD","version":"v","from":"2026-06-05","within":1,"due_on":"2026-06-08","provisional":false,
        "lines":[{"from":"2026-06-06","through":"2026-06-07","why":"weekend"},
                 {"from":"2026-06-08","through":"2026-06-08","why":"counted","n":1}]}"#;
    let ledger: Ledger = serde_json::from_str(old).expect("an old ledger");
    assert_eq!(
        ledger,
        calendar(&[])
            .due(day("2026-06-05"), WorkingDays(1))
            .map(|new| Ledger { calendar: "ES-MD".to_owned(), version: "v".to_owned(), ..new })
            .expect("known")
    );
}

proptest! {
    #[test]
    fn p04_both_is_never_earlier_and_either_never_later_than_one_alone(
        one in any_calendar(), other in any_calendar(), from in 0_i64..500, n in 1_u32..30,
    ) {
        let (one, other) = (named("A", one), named("B", other));
        let due = |calendar: &Calendar| calendar.nth_after(nth_day(from), WorkingDays(n)).ok();
        let (both, either) = (due(&one.with(&other, Together::Both)), due(&one.with(&other, Together::Either)));
        for alone in [due(&one), due(&other)] {
            if let (Some(both), Some(alone)) = (both, alone) {
                prop_assert!(both >= alone);
            }
            if let (Some(either), Some(alone)) = (either, alone) {
                prop_assert!(either <= alone);
            }
        }
    }

    #[test]
    fn a_combined_day_is_worked_as_its_two_halves_say(one in any_calendar(), other in any_calendar(), on in 0_i64..730) {
        let (one, other, on) = (named("A", one), named("B", other), nth_day(on));
        let (a, b) = (one.is_working(on).unwrap(), other.is_working(on).unwrap());
        prop_assert_eq!(one.with(&other, Together::Both).is_working(on), Ok(a && b));
        prop_assert_eq!(one.with(&other, Together::Either).is_working(on), Ok(a || b));
        prop_assert_eq!(other.with(&one, Together::Both).is_working(on), Ok(a && b), "the order does not matter");
    }

    #[test]
    fn p04_every_combined_count_is_explained_without_gaps(
        one in any_calendar(), other in any_calendar(), from in 0_i64..500, n in 1_u32..30,
        how in prop_oneof![Just(Together::Both), Just(Together::Either)],
        half_days in prop_oneof![Just(HalfDays::Count), Just(HalfDays::Skip)],
    ) {
        let calendar = named("A", one).with(&named("B", other), how).with_half_days(half_days);
        let Ok(ledger) = calendar.due(nth_day(from), WorkingDays(n)) else { return Ok(()) };
        prop_assert_eq!(calendar.nth_after(nth_day(from), WorkingDays(n)), Ok(ledger.due_on));
        let mut next = ledger.from.succ_opt();
        let mut counted = 0;
        for line in &ledger.lines {
            prop_assert_eq!(Some(line.from), next);
            next = line.through.succ_opt();
            counted += u32::from(matches!(line.why, Why::Counted { .. }));
            for on in line.from.iter_days().take_while(|on| *on <= line.through) {
                prop_assert_eq!(calendar.is_working(on), Ok(matches!(line.why, Why::Counted { .. })));
            }
        }
        prop_assert_eq!((counted, next), (n, ledger.due_on.succ_opt()));
    }

    #[test]
    fn leaving_half_days_out_never_makes_a_due_day_earlier(parts in any_calendar(), from in 0_i64..500, n in 1_u32..30) {
        let calendar = Calendar::new(parts);
        let strict = calendar.with_half_days(HalfDays::Skip);
        if let Ok(later) = strict.nth_after(nth_day(from), WorkingDays(n)) {
            prop_assert!(calendar.nth_after(nth_day(from), WorkingDays(n)).expect("fewer days are needed") <= later);
        }
    }

    #[test]
    fn two_counts_that_differ_have_a_day_that_explains_it(
        one in any_calendar(), other in any_calendar(), from in 0_i64..500, n in 1_u32..30,
    ) {
        let due = |parts| Calendar::new(parts).due(nth_day(from), WorkingDays(n));
        let (Ok(was), Ok(is)) = (due(one), due(other)) else { return Ok(()) };
        let why = difference(&was, &is);
        prop_assert!(was.due_on == is.due_on || !why.is_empty());
        for run in why {
            prop_assert!(run.from > was.from && run.through <= was.due_on.min(is.due_on));
            prop_assert_ne!(matches!(run.was, Says::Counted { .. }), matches!(run.is, Says::Counted { .. }));
        }
    }
}
