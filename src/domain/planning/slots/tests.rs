use proptest::prelude::*;

use chrono::NaiveDateTime;

use super::*;
use crate::contract::Purpose;
use crate::time::Zone;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn term(every: &str, window: &str) -> Term {
    let mut term = Term::new("inspection", "P01", Purpose::Inspection, Every::Months(1));
    term.set("every", every).expect("a period");
    term.set("window", window).expect("a window");
    term
}

/// Slots as text: number, nominal day, window.
fn told(found: &[Slot]) -> Vec<String> {
    found
        .iter()
        .map(|slot| format!("{} {} {}..{}", slot.number, slot.nominal_on, slot.first_on, slot.last_on))
        .collect()
}

fn of(term: &Term, accepted_on: &str, ends_on: Option<&str>, from: &str, until: &str) -> Vec<String> {
    let found = slots(term, day(accepted_on), ends_on.map(day), day(from), day(until)).expect("a good rule");
    told(&found)
}

#[test]
fn p01_every_month_is_counted_from_the_first_day_not_from_the_last_visit() {
    assert_eq!(
        of(&term("1 month", "period"), "2026-01-31", None, "2026-01-01", "2026-04-30"),
        [
            "1 2026-01-31 2026-01-31..2026-02-27",
            "2 2026-02-28 2026-02-28..2026-03-30",
            "3 2026-03-31 2026-03-31..2026-04-29",
            "4 2026-04-30 2026-04-30..2026-05-30",
        ]
    );
}

#[test]
fn p01_a_leap_day_comes_back_with_the_leap_year() {
    let yearly = term("1 year", "period");
    assert_eq!(
        of(&yearly, "2024-02-29", None, "2027-06-01", "2028-12-31"),
        ["4 2027-02-28 2027-02-28..2028-02-28", "5 2028-02-29 2028-02-29..2029-02-27"]
    );
}

#[test]
fn p12_a_window_of_days_lies_round_the_nominal_day_but_not_before_the_contract() {
    let quarterly = term("3 months", "5 days before, 10 days after");
    assert_eq!(
        of(&quarterly, "2026-01-01", None, "2026-01-01", "2026-03-27"),
        ["1 2026-01-01 2026-01-01..2026-01-11", "2 2026-04-01 2026-03-27..2026-04-11"]
    );
    assert_eq!(of(&quarterly, "2026-01-01", None, "2026-01-11", "2026-01-11").len(), 1, "the last day of slot 1");
    assert_eq!(of(&quarterly, "2026-01-01", None, "2026-01-12", "2026-03-26").len(), 0, "between both windows");
}

#[test]
fn p01_the_contracts_end_cuts_a_window_and_ends_the_slots() {
    let monthly = term("1 month", "period");
    assert_eq!(
        of(&monthly, "2026-01-10", Some("2026-03-25"), "2026-01-01", "2027-01-01"),
        [
            "1 2026-01-10 2026-01-10..2026-02-09",
            "2 2026-02-10 2026-02-10..2026-03-09",
            "3 2026-03-10 2026-03-10..2026-03-25",
        ]
    );
    assert_eq!(
        of(&monthly, "2026-01-10", Some("2026-03-15"), "2026-01-01", "2027-01-01").len(),
        2,
        "less than half is none"
    );
    assert_eq!(
        of(&monthly, "2026-01-15", Some("2027-01-15"), "2026-01-01", "2028-01-01").len(),
        12,
        "a year has twelve months"
    );
    assert_eq!(
        of(&monthly, "2026-01-10", Some("2026-01-12"), "2026-01-01", "2027-01-01").len(),
        1,
        "the first is one, however short"
    );
    let early = term("1 month", "3 days before, 3 days after");
    assert_eq!(of(&early, "2026-01-01", Some("2026-01-31"), "2026-01-20", "2026-03-01"), Vec::<String>::new());
}

#[test]
fn p01_weeks_are_counted_from_the_first_day() {
    let fortnightly = term("2 weeks", "period");
    assert_eq!(
        of(&fortnightly, "2016-01-04", None, "2026-01-01", "2026-01-20"),
        [
            "261 2025-12-22 2025-12-22..2026-01-04",
            "262 2026-01-05 2026-01-05..2026-01-18",
            "263 2026-01-19 2026-01-19..2026-02-01"
        ]
    );
}

#[test]
fn p01_the_first_monday_is_a_rule() {
    let first_monday = term("RRULE:FREQ=MONTHLY;BYDAY=1MO", "period");
    assert_eq!(
        of(&first_monday, "2026-01-15", Some("2026-04-20"), "2026-01-01", "2026-12-31"),
        [
            "1 2026-02-02 2026-02-02..2026-03-01",
            "2 2026-03-02 2026-03-02..2026-04-05",
            "3 2026-04-06 2026-04-06..2026-04-20",
        ]
    );
}

#[test]
fn a_rule_that_ends_gives_its_last_day_the_window_of_the_one_before() {
    let counted = term("FREQ=WEEKLY;BYDAY=MO;COUNT=2", "period");
    assert_eq!(
        of(&counted, "2026-01-01", None, "2026-01-01", "2026-12-31"),
        ["1 2026-01-05 2026-01-05..2026-01-11", "2 2026-01-12 2026-01-12..2026-01-18"]
    );
    let until = term("FREQ=DAILY;UNTIL=20260102", "period");
    assert_eq!(of(&until, "2026-01-01", None, "2026-01-01", "2026-12-31").len(), 2, "UNTIL is inclusive");
    let over = term("FREQ=DAILY;UNTIL=20251231", "period");
    assert_eq!(of(&over, "2026-01-01", None, "2026-01-01", "2026-12-31").len(), 0);
}

#[test]
fn a_rule_with_a_mistake_says_what_is_wrong_and_what_was_meant() {
    let why = |text: &str| Rule::parse_and_try(text).expect_err("a mistake").why;
    assert_eq!(why("FREQ=MONTLY"), "FREQ=MONTLY; use DAILY, WEEKLY, MONTHLY or YEARLY; did you mean MONTHLY?");
    assert_eq!(why("FREQ=MONTHLY;BYDAYS=1MO"), "BYDAYS is no part of a rule; did you mean BYDAY?");
    assert_eq!(why("BYDAY=1MO"), "FREQ is missing; use for example FREQ=MONTHLY;BYDAY=1MO");
    assert_eq!(why("FREQ=DAILY;BYHOUR=9"), "BYHOUR names a time of day; a term's rule names days only");
    assert_eq!(why("FREQ=HOURLY"), "FREQ=HOURLY; use DAILY, WEEKLY, MONTHLY or YEARLY");
    assert_eq!(why("FREQ=DAILY;INTERVAL=0"), "INTERVAL=0; use a whole number from 1 to 65535");
    assert_eq!(why("FREQ=DAILY;COUNT=2;UNTIL=20270101"), "COUNT and UNTIL exclude each other");
    assert_eq!(why("FREQ=DAILY;FREQ=WEEKLY"), "FREQ is given twice");
    assert_eq!(why("monthly"), "\"MONTHLY\" is not NAME=VALUE");
    assert_eq!(why("FREQ=DAILY;UNTIL=soon"), "UNTIL=SOON; use a day as 20271231");
    assert_eq!(why("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), "no day ever matches it");
    assert!(Rule::parse("FREQ=MONTHLY;BYDAY=1XX").is_err());
    assert!(Rule::parse("FREQ=MONTHLY;BYMONTHDAY=32").is_err());
    assert!(Rule::parse("").is_err());
}

/// 208 rules in 60 zones, expanded by python-dateutil, and cases checked by hand; see tests/data/README.md.
#[test]
fn rules_expand_as_the_oracle_says_occurrence_for_occurrence() {
    let mut reader = csv::Reader::from_reader(include_str!("../../../../tests/data/oracle_rrule.csv").as_bytes());
    let mut judged = 0;
    for row in reader.records().map(|row| row.expect("a row")) {
        let [id, rule, start, zone, local, utc, sensitive] = [0, 2, 3, 4, 7, 8, 11].map(|column| &row[column]);
        if sensitive == "1" {
            continue;
        }
        let read = |text: &str| NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%S").expect("a local time");
        let wanted: Vec<_> = local
            .split(' ')
            .zip(utc.split(' '))
            .map(|(local, utc)| (read(local), read(utc.trim_end_matches('Z')).and_utc()))
            .collect();
        let rule = Rule::parse_and_try(rule).expect("a rule");
        let zone = Zone::parse(zone).expect("a zone");
        assert_eq!(rule.occurrences(read(start), &zone, wanted.len()), wanted, "row {id}: {} in {zone:?}", rule.text());
        judged += 1;
    }
    assert_eq!(judged, 208);
}

fn any_every() -> impl Strategy<Value = String> {
    prop_oneof![
        (1_u32..25).prop_map(|n| format!("{n} months")),
        (1_u32..60).prop_map(|n| format!("{n} weeks")),
        Just("FREQ=MONTHLY;BYDAY=1MO".to_owned()),
        Just("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=28,29,30,31;BYSETPOS=-1".to_owned()),
    ]
}

fn any_window() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("period".to_owned()),
        (0_u32..40, 0_u32..40).prop_map(|(before, after)| format!("{before} days before, {after} days after")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn p01_the_slots_of_a_part_are_those_of_the_whole_that_touch_it(
        every in any_every(), window in any_window(), start in 0_i64..1500, from in 0_i64..3000, length in 0_i64..400,
        ends in proptest::option::of(0_i64..3000),
    ) {
        let at = |offset: i64| day("2019-01-01") + TimeDelta::days(offset);
        let term = term(&every, &window);
        let accepted_on = at(start);
        let ends_on = ends.map(|length| accepted_on + TimeDelta::days(length));
        let (from, until) = (at(from), at(from + length));
        let whole = slots(&term, accepted_on, ends_on, accepted_on, at(4000)).expect("a good rule");
        let part = slots(&term, accepted_on, ends_on, from, until).expect("a good rule");
        let touching: Vec<Slot> =
            whole.iter().filter(|slot| slot.first_on <= until && slot.last_on >= from).copied().collect();
        prop_assert_eq!(part, touching);
        for (index, slot) in whole.iter().enumerate() {
            prop_assert_eq!(slot.number as usize, index + 1);
            prop_assert!(slot.first_on <= slot.nominal_on && slot.nominal_on <= slot.last_on);
            prop_assert!(slot.first_on >= accepted_on && ends_on.is_none_or(|ends_on| slot.last_on <= ends_on));
        }
        if window == "period" {
            for pair in whole.windows(2) {
                prop_assert_eq!(pair[0].last_on.succ_opt(), Some(pair[1].first_on), "periods leave no gap");
            }
        }
    }
}
