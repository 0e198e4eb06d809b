mod combined;

use proptest::prelude::*;

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn special(kind: DayKind, name: &str) -> SpecialDay {
    SpecialDay { kind, name: name.to_owned(), layer: Layer::Country, estimated: false }
}

fn parts(specials: &[(&str, DayKind, &str)]) -> CalendarParts {
    CalendarParts {
        code: "XX".to_owned(),
        version: "v1".to_owned(),
        known_from: day("2026-01-01"),
        known_through: day("2027-12-31"),
        confirmed_through: day("2026-12-31"),
        weekends: vec![WeekendRule { from: day("2026-01-01"), off: [false, false, false, false, false, true, true] }],
        special: specials.iter().map(|(on, kind, name)| (day(on), special(*kind, name))).collect(),
    }
}

fn calendar(specials: &[(&str, DayKind, &str)]) -> Calendar {
    Calendar::new(parts(specials))
}

/// Spain around Christmas 2026: Friday the 25th, New Year's Day (a Friday) and Epiphany (a Wednesday) are off.
fn christmas() -> Calendar {
    calendar(&[
        ("2026-12-25", DayKind::Off, "Natividad del Señor"),
        ("2027-01-01", DayKind::Off, "Año Nuevo"),
        ("2027-01-06", DayKind::Off, "Epifanía del Señor"),
    ])
}

#[test]
fn p04_the_day_the_clock_starts_is_not_counted() {
    let calendar = calendar(&[]);
    assert_eq!(calendar.nth_after(day("2026-03-02"), WorkingDays(3)), Ok(day("2026-03-05")));
    assert_eq!(calendar.nth_after(day("2026-03-06"), WorkingDays(1)), Ok(day("2026-03-09")));
}

#[test]
fn p04_weekends_and_holidays_are_skipped_and_make_up_days_counted() {
    assert_eq!(christmas().nth_after(day("2026-12-24"), WorkingDays(3)), Ok(day("2026-12-30")));
    let made_up = calendar(&[("2026-02-14", DayKind::Work, "make-up Saturday")]);
    assert_eq!(made_up.nth_after(day("2026-02-13"), WorkingDays(1)), Ok(day("2026-02-14")));
    let half = calendar(&[("2026-12-24", DayKind::Half, "Christmas Eve")]);
    assert_eq!(half.nth_after(day("2026-12-23"), WorkingDays(1)), Ok(day("2026-12-24")));
}

#[test]
fn a_count_of_no_days_is_the_day_itself_or_the_next_worked_one() {
    let calendar = calendar(&[]);
    assert_eq!(calendar.nth_after(day("2026-03-02"), WorkingDays(0)), Ok(day("2026-03-02")));
    assert_eq!(calendar.nth_after(day("2026-03-07"), WorkingDays(0)), Ok(day("2026-03-09")));
    assert_eq!(calendar.nth_before(day("2026-03-07"), WorkingDays(0)), Ok(day("2026-03-06")));
    assert!(calendar.due(day("2026-03-02"), WorkingDays(0)).expect("known").lines.is_empty());
    let lines = calendar.due(day("2026-03-07"), WorkingDays(0)).expect("known").lines;
    assert_eq!(lines.last().expect("lines").why, Why::Counted { n: 0, special: None });
}

#[test]
fn counting_covers_the_days_after_the_first_through_the_last() {
    let calendar = christmas();
    assert_eq!(calendar.count(day("2026-12-24"), day("2026-12-30")), Ok(3));
    assert_eq!(calendar.count(day("2026-12-30"), day("2026-12-30")), Ok(0));
    assert_eq!(calendar.count(day("2026-12-30"), day("2026-12-24")), Ok(0));
}

#[test]
fn a_roll_goes_where_its_convention_says() {
    use RollConvention::{Following, ModifiedFollowing, ModifiedPreceding, Nearest, Preceding};
    let calendar = calendar(&[("2026-06-01", DayKind::Off, "a Monday"), ("2026-05-06", DayKind::Off, "a Wednesday")]);
    for (from, how, to) in [
        ("2026-05-30", Following, "2026-06-02"),
        ("2026-05-30", Preceding, "2026-05-29"),
        ("2026-05-30", ModifiedFollowing, "2026-05-29"),
        ("2026-08-01", ModifiedPreceding, "2026-08-03"),
        ("2026-08-02", ModifiedFollowing, "2026-08-03"),
        ("2026-08-29", ModifiedPreceding, "2026-08-28"),
        ("2026-08-29", Nearest, "2026-08-28"),
        ("2026-08-30", Nearest, "2026-08-31"),
        ("2026-05-06", Nearest, "2026-05-07"),
        ("2026-05-05", Nearest, "2026-05-05"),
    ] {
        assert_eq!(calendar.roll(day(from), how), Ok(day(to)), "{from} {how:?}");
    }
}

#[test]
fn beyond_the_known_years_there_is_no_date_rather_than_a_wrong_one() {
    let calendar = calendar(&[]);
    let refused = |result: Result<NaiveDate, UnknownHolidays>| result.expect_err("unknown").day;
    assert_eq!(refused(calendar.nth_after(day("2027-12-30"), WorkingDays(2))), day("2028-01-01"));
    assert_eq!(refused(calendar.nth_after(day("2027-12-31"), WorkingDays(1))), day("2028-01-01"));
    assert_eq!(refused(calendar.nth_after(day("2025-12-30"), WorkingDays(1))), day("2025-12-31"));
    assert_eq!(refused(calendar.nth_before(day("2026-01-02"), WorkingDays(2))), day("2025-12-31"));
    assert_eq!(refused(calendar.nth_before(day("2028-01-02"), WorkingDays(1))), day("2028-01-01"));
    assert_eq!(refused(calendar.roll(day("2028-01-01"), RollConvention::Preceding)), day("2028-01-01"));
    assert!(calendar.count(day("2027-12-01"), day("2028-01-01")).is_err());
    assert!(calendar.day(day("2025-12-31")).is_err());
    assert_eq!(calendar.nth_after(day("2025-12-31"), WorkingDays(1)), Ok(day("2026-01-01")));
    assert_eq!(
        calendar.is_working(day("2028-01-01")).expect_err("unknown").to_string(),
        "calendar XX knows no holidays on 2028-01-01 (it knows 2026-01-01 to 2027-12-31); update the calendar"
    );
}

#[test]
fn at_the_edge_of_the_known_years_a_roll_is_given_only_where_it_is_certain() {
    use RollConvention::{Following, ModifiedFollowing, ModifiedPreceding, Nearest};
    let mut parts = parts(&[]);
    parts.known_through = day("2026-05-31"); // a Sunday
    parts.known_from = day("2026-03-01"); // a Sunday
    let calendar = Calendar::new(parts);
    assert!(calendar.roll(day("2026-05-31"), Following).is_err());
    assert_eq!(calendar.roll(day("2026-05-31"), ModifiedFollowing), Ok(day("2026-05-29")));
    assert_eq!(calendar.roll(day("2026-05-30"), Nearest), Ok(day("2026-05-29")));
    assert!(calendar.roll(day("2026-05-31"), Nearest).is_err(), "Monday may be worked and nearer");
    assert_eq!(calendar.roll(day("2026-03-01"), ModifiedPreceding), Ok(day("2026-03-02")));
    assert!(calendar.roll(day("2026-03-01"), Nearest).is_ok(), "a tie goes forward");
}

#[test]
fn a_weekend_that_changed_is_the_old_one_before_and_the_new_one_after() {
    let mut parts = parts(&[]);
    parts.weekends = vec![
        WeekendRule { from: day("2026-06-01"), off: [false, false, false, false, false, true, true] },
        WeekendRule { from: day("2026-01-01"), off: [false, false, false, false, true, true, false] },
    ];
    let calendar = Calendar::new(parts);
    assert_eq!(calendar.is_working(day("2026-05-29")), Ok(false), "a Friday before");
    assert_eq!(calendar.is_working(day("2026-05-31")), Ok(true), "a Sunday before");
    assert_eq!(calendar.is_working(day("2026-06-05")), Ok(true), "a Friday after");
    assert_eq!(calendar.is_working(day("2026-06-07")), Ok(false), "a Sunday after");
}

#[test]
fn p04_the_ledger_names_every_day_counted_and_skipped() {
    let ledger = christmas().due(day("2026-12-24"), WorkingDays(5)).expect("known");
    insta::assert_snapshot!(serde_json::to_string_pretty(&ledger).expect("plain data"));
}

#[test]
fn p04_a_count_over_years_that_are_not_published_is_provisional() {
    let calendar = christmas();
    assert!(!calendar.due(day("2026-12-24"), WorkingDays(3)).expect("known").provisional);
    assert!(calendar.due(day("2026-12-30"), WorkingDays(2)).expect("known").provisional);
    let mut parts = parts(&[("2026-03-20", DayKind::Off, "Eid al-Fitr")]);
    parts.special.get_mut(&day("2026-03-20")).expect("listed").estimated = true;
    let estimated = Calendar::new(parts);
    assert!(estimated.due(day("2026-03-19"), WorkingDays(1)).expect("known").provisional);
    assert!(!estimated.due(day("2026-03-20"), WorkingDays(1)).expect("known").provisional);
}

#[test]
fn p04_a_count_is_estimated_only_where_a_computed_date_changes_it() {
    // Eid on Friday 20 and Saturday 21 March; Saturdays are off anyway.
    let mut parts = parts(&[("2026-03-20", DayKind::Off, "Eid al-Fitr"), ("2026-03-21", DayKind::Off, "Eid al-Fitr")]);
    parts.special.values_mut().for_each(|special| special.estimated = true);
    let calendar = Calendar::new(parts);
    let counted = |from: &str, n: u32| {
        let ledger = calendar.due(day(from), WorkingDays(n)).expect("known");
        (ledger.provisional, ledger.estimated)
    };
    assert_eq!(counted("2026-03-19", 1), (true, true));
    assert_eq!(counted("2026-03-20", 1), (true, false), "a weekend's day is off whatever the moon does");
    assert_eq!(counted("2026-03-21", 1), (false, false));
    assert_eq!(counted("2027-01-04", 1), (true, false), "a year that is not published, and no computed date");
    let old = r#"{"calendar":"XX","version":"v","from":"2026-03-02","within":0,"due_on":"2026-03-02","provisional":false,"lines":[]}"#;
    let old: Ledger = serde_json::from_str(old).expect("a ledger stored before the mark");
    assert!(!old.estimated);
}

/// Any calendar for 2026 and 2027 with up to 60 listed days, and with at least one weekday that is not off.
fn any_calendar() -> impl Strategy<Value = CalendarParts> {
    let listed = (0_i64..730, prop_oneof![Just(DayKind::Off), Just(DayKind::Half), Just(DayKind::Work)]);
    (proptest::collection::vec(listed, 0..60), proptest::collection::vec(any::<bool>(), 6)).prop_map(
        |(days, weekend)| {
            let mut parts = parts(&[]);
            for (on, kind) in days {
                parts.special.insert(parts.known_from + chrono::TimeDelta::days(on), special(kind, "listed"));
            }
            parts.weekends[0].off[..6].copy_from_slice(&weekend);
            parts.weekends[0].off[6] = false;
            parts
        },
    )
}

fn nth_day(offset: i64) -> NaiveDate {
    day("2026-01-01") + chrono::TimeDelta::days(offset)
}

/// The rule, by counting day after day.
fn counted_on_fingers(calendar: &Calendar, from: NaiveDate, n: u32) -> Option<NaiveDate> {
    let mut left = n;
    for day in from.iter_days().skip(1) {
        left -= u32::from(calendar.is_working(day).ok()?);
        if left == 0 {
            return Some(day);
        }
    }
    None
}

proptest! {
    #[test]
    fn p04_the_count_agrees_with_counting_on_fingers(parts in any_calendar(), from in 0_i64..730, n in 1_u32..40) {
        let calendar = Calendar::new(parts);
        let from = nth_day(from);
        prop_assert_eq!(calendar.nth_after(from, WorkingDays(n)).ok(), counted_on_fingers(&calendar, from, n));
    }

    #[test]
    fn counting_forward_and_back_agrees(parts in any_calendar(), from in 0_i64..500, n in 1_u32..60) {
        let calendar = Calendar::new(parts);
        let Ok(start) = calendar.nth_after(nth_day(from), WorkingDays(0)) else { return Ok(()) };
        if let Ok(due) = calendar.nth_after(start, WorkingDays(n)) {
            prop_assert_eq!(calendar.nth_before(due, WorkingDays(n)), Ok(start));
            prop_assert_eq!(calendar.count(start, due), Ok(n));
        }
    }

    #[test]
    fn a_closure_never_makes_a_due_day_earlier(
        parts in any_calendar(), from in 0_i64..500, n in 1_u32..30, closed in 0_i64..730, days in 1_i64..20,
    ) {
        let open = Calendar::new(parts.clone());
        let mut parts = parts;
        for on in (closed..closed + days).map(nth_day) {
            parts.special.insert(on, special(DayKind::Off, "closed"));
        }
        let closed = Calendar::new(parts);
        if let Ok(later) = closed.nth_after(nth_day(from), WorkingDays(n)) {
            let earlier = open.nth_after(nth_day(from), WorkingDays(n)).expect("fewer days off need fewer known days");
            prop_assert!(earlier <= later);
        }
    }

    #[test]
    fn p04_what_is_explained_is_what_was_computed(parts in any_calendar(), from in 0_i64..700, n in 1_u32..30) {
        let calendar = Calendar::new(parts);
        let from = nth_day(from);
        let Ok(ledger) = calendar.due(from, WorkingDays(n)) else {
            prop_assert!(calendar.nth_after(from, WorkingDays(n)).is_err());
            return Ok(());
        };
        prop_assert_eq!(calendar.nth_after(from, WorkingDays(n)), Ok(ledger.due_on));
        let mut expected = from.succ_opt();
        let mut counted = 0;
        for line in &ledger.lines {
            prop_assert_eq!(Some(line.from), expected, "no gap");
            prop_assert!(line.through >= line.from);
            expected = line.through.succ_opt();
            if let Why::Counted { n, .. } = &line.why {
                counted += 1;
                prop_assert_eq!(*n, counted);
                prop_assert_eq!(line.from, line.through, "a counted day is a run of its own");
            }
            for on in line.from.iter_days().take_while(|on| *on <= line.through) {
                prop_assert_eq!(calendar.is_working(on), Ok(matches!(line.why, Why::Counted { .. })));
            }
        }
        prop_assert_eq!(counted, n);
        prop_assert_eq!(expected, ledger.due_on.succ_opt());
        for pair in ledger.lines.windows(2) {
            prop_assert!(matches!(pair[0].why, Why::Counted { .. }) || pair[0].why != pair[1].why, "runs are whole");
        }
    }

    #[test]
    fn a_roll_ends_on_a_worked_day_and_leaves_a_worked_day_alone(
        parts in any_calendar(), on in 0_i64..730, how in proptest::sample::select(vec![
            RollConvention::Following, RollConvention::Preceding, RollConvention::ModifiedFollowing,
            RollConvention::ModifiedPreceding, RollConvention::Nearest,
        ]),
    ) {
        let calendar = Calendar::new(parts);
        let on = nth_day(on);
        if let Ok(rolled) = calendar.roll(on, how) {
            prop_assert_eq!(calendar.is_working(rolled), Ok(true));
            prop_assert!(rolled == on || calendar.is_working(on) == Ok(false));
        }
    }
}
