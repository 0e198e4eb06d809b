use chrono::Days;
use proptest::prelude::*;

use super::*;
use crate::audit::promises::{PromisedDay, PromisedPeriod, PromisedTerm};
use crate::contract::history::{ContractVersion, stretches};
use crate::contract::{Contract, CoveredSites, Every, Purpose, Term};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn term(every: &str, window: &str) -> Term {
    let mut term = Term::new("inspection", "P10", Purpose::Inspection, Every::Months(1));
    term.set("every", every).expect("a period");
    term.set("window", window).expect("a window");
    term
}

fn version(since_on: NaiveDate, term: &Term, accepted_on: NaiveDate, ends_on: Option<NaiveDate>) -> ContractVersion {
    let contract = Contract {
        contract: "C-1".into(),
        customer: "ACME".into(),
        sites: CoveredSites::All,
        plan: "standard".to_owned(),
        accepted_on,
        ends_on,
        overrides: std::collections::BTreeMap::new(),
    };
    ContractVersion { since_on, ..ContractVersion::first(contract, std::slice::from_ref(term)) }
}

fn held(versions: &[ContractVersion]) -> Vec<PromisedStretch> {
    stretches_of(versions, None)
}

fn stretches_of(versions: &[ContractVersion], own: Option<NaiveDate>) -> Vec<PromisedStretch> {
    stretches(versions, &"MAD".into(), &"inspection".into(), own)
}

fn told(stretches: &[PromisedStretch], since_on: &str, from: &str, until: &str) -> Vec<String> {
    let course = RoundCourse { stretches, since_on: day(since_on) };
    let slots = course.slots(day(from), day(until)).expect("no rule");
    slots.iter().map(|slot| format!("{} {}..{}", slot.number, slot.first_on, slot.last_on)).collect()
}

#[test]
fn p10_a_newcomer_whose_nominal_day_has_passed_is_trained_in_the_period_under_way_if_half_of_it_is_left() {
    let yearly =
        |accepted: &str| held(&[version(day(accepted), &term("1 year", "30 days after"), day(accepted), None)]);
    let early = told(&yearly("2026-01-01"), "2026-04-10", "2026-04-10", "2026-12-31");
    assert_eq!(early, ["1 2026-04-10..2026-05-10"]);
    let late = told(&yearly("2026-01-01"), "2026-09-10", "2026-09-10", "2027-12-31");
    assert_eq!(late, ["2 2027-01-01..2027-01-31"], "handed to the next");
    let in_time = told(&yearly("2026-01-01"), "2026-01-10", "2026-01-10", "2026-12-31");
    assert_eq!(in_time, ["1 2026-01-01..2026-01-31"], "its own window");
}

#[test]
fn p01_an_upgrade_begins_with_the_period_under_way_and_leaves_no_day_without_a_promise() {
    let accepted = day("2025-11-15");
    let changed = held(&[
        version(accepted, &term("3 months", "period"), accepted, None),
        version(day("2026-01-26"), &term("1 month", "period"), accepted, None),
    ]);
    let slots = told(&changed, "2025-11-15", "2026-01-01", "2026-04-01");
    assert_eq!(slots, ["3 2026-01-26..2026-02-14", "4 2026-02-15..2026-03-14", "5 2026-03-15..2026-04-14"]);
}

#[test]
fn p01_a_downgrade_gives_its_first_period_the_next_number() {
    let accepted = day("2026-01-01");
    let changed = held(&[
        version(accepted, &term("1 month", "period"), accepted, None),
        version(day("2026-04-10"), &term("3 months", "period"), accepted, None),
    ]);
    let slots = told(&changed, "2026-01-01", "2026-04-01", "2026-08-01");
    assert_eq!(slots, ["5 2026-04-10..2026-06-30", "6 2026-07-01..2026-09-30"]);
}

#[test]
fn an_end_that_comes_as_a_surprise_asks_for_nothing_that_cannot_be_done() {
    let accepted = day("2026-01-01");
    let ends = |on: &str, noted: &str| {
        let monthly = term("3 months", "period");
        held(&[version(accepted, &monthly, accepted, None), version(day(noted), &monthly, accepted, Some(day(on)))])
    };
    assert_eq!(
        told(&ends("2026-03-01", "2026-01-20"), "2026-01-01", "2026-01-20", "2026-12-31"),
        ["1 2026-01-01..2026-03-01"]
    );
    assert_eq!(told(&ends("2026-03-01", "2026-02-27"), "2026-01-01", "2026-02-27", "2026-12-31"), Vec::<String>::new());
}

#[test]
fn p01_what_is_left_of_a_period_under_way_begins_with_its_rhythm_where_no_other_follows() {
    let accepted = day("2026-01-31");
    let changed = held(&[
        version(accepted, &term("2 weeks", "period"), accepted, None),
        version(day("2026-08-02"), &term("1 year", "period"), accepted, Some(day("2027-01-30"))),
    ]);
    assert_eq!(told(&changed, "2026-01-31", "2026-08-02", "2027-03-01"), ["15 2026-08-02..2027-01-30"]);
}

#[test]
fn p01_a_rhythm_of_one_day_has_a_number_of_its_own() {
    let accepted = day("2026-01-31");
    let changed = held(&[
        version(accepted, &term("2 weeks", "period"), accepted, None),
        version(day("2026-07-31"), &term("3 months", "period"), accepted, Some(day("2026-07-31"))),
        version(day("2026-08-01"), &term("1 month", "period"), accepted, None),
    ]);
    let slots = told(&changed, "2026-01-31", "2026-07-18", "2026-09-01");
    assert_eq!(slots, ["14 2026-07-31..2026-07-31", "15 2026-08-01..2026-08-30", "16 2026-08-31..2026-09-29"]);
}

#[test]
fn p01_a_last_period_too_short_to_be_one_is_one_where_the_period_before_gives_way_to_it() {
    let accepted = day("2026-01-31");
    let changed = held(&[
        version(accepted, &term("1 month", "period"), accepted, None),
        version(day("2026-11-21"), &term("3 months", "30 days after"), accepted, Some(day("2026-11-30"))),
    ]);
    let slots = told(&changed, "2026-01-31", "2026-09-30", "2027-03-01");
    assert_eq!(slots, ["9 2026-09-30..2026-10-30", "11 2026-11-21..2026-11-30"]);
}

#[test]
fn p15_an_end_that_is_known_later_makes_nobody_owe_what_had_been_handed_to_the_next_period() {
    let accepted = day("2025-08-22");
    let quarterly = term("3 months", "period");
    let mut versions = vec![
        version(accepted, &quarterly, accepted, Some(day("2026-02-23"))),
        version(day("2026-08-06"), &quarterly, accepted, None),
    ];
    let handed = told(&held(&versions), "2025-08-22", "2026-06-01", "2026-12-31");
    assert_eq!(handed, ["5 2026-08-22..2026-11-21", "6 2026-11-22..2027-02-21"]);
    versions.push(version(day("2026-09-13"), &quarterly, accepted, Some(day("2026-09-15"))));
    assert_eq!(told(&held(&versions), "2025-08-22", "2026-06-01", "2026-12-31"), Vec::<String>::new());
}

#[test]
fn p15_an_end_that_is_known_when_a_window_has_passed_makes_no_missed_visit_good() {
    let (accepted, yearly) = (day("2025-04-10"), term("1 year", "30 days after"));
    let ends = |noted: &str| {
        let ended = version(day(noted), &yearly, accepted, Some(day("2026-06-07")));
        told(&held(&[version(accepted, &yearly, accepted, None), ended]), "2025-04-10", "2026-01-01", "2027-12-31")
    };
    assert_eq!(ends("2026-05-25"), ["2 2026-04-10..2026-05-10"]);
    assert_eq!(ends("2026-05-09"), Vec::<String>::new(), "the training of the year before has its days");
}

#[test]
fn p15_a_last_period_that_an_extension_makes_whole_has_its_window_from_then_on() {
    let (accepted, yearly) = (day("2025-04-10"), term("1 year", "30 days after"));
    let extended = held(&[
        version(accepted, &yearly, accepted, Some(day("2026-06-07"))),
        version(day("2026-05-25"), &yearly, accepted, None),
    ]);
    let slots = told(&extended, "2025-04-10", "2026-01-01", "2027-12-31");
    assert_eq!(slots, ["2 2026-05-25..2026-06-24", "3 2027-04-10..2027-05-10"]);
}

#[test]
fn p15_an_end_that_is_known_later_does_not_hand_on_what_a_corrected_acceptance_had_begun() {
    let yearly = term("1 year", "30 days after");
    let (accepted, corrected) = (day("2025-07-19"), day("2025-07-03"));
    let mut versions =
        vec![version(accepted, &yearly, accepted, None), version(day("2026-10-12"), &yearly, corrected, None)];
    let begun = "3 2026-10-12..2026-11-11";
    assert_eq!(told(&held(&versions), "2025-07-19", "2026-10-12", "2026-12-31"), [begun]);
    versions.push(version(day("2026-11-25"), &yearly, corrected, Some(day("2026-11-24"))));
    assert_eq!(told(&held(&versions), "2025-07-19", "2026-10-12", "2026-12-31"), [begun], "its window had passed");
}

#[test]
fn p01_a_site_that_is_added_after_an_upgrade_is_served_as_if_the_contract_had_always_been_so() {
    let (accepted, yearly) = (day("2026-01-01"), term("1 year", "30 days after"));
    let upgraded = held(&[
        version(accepted, &term("1 month", "period"), accepted, None),
        version(day("2026-04-10"), &yearly, accepted, None),
    ]);
    let served = |since_on: &str| told(&upgraded, since_on, since_on, "2027-12-31");
    assert_eq!(
        served("2026-03-20"),
        ["5 2026-04-10..2026-05-10", "6 2027-01-01..2027-01-31"],
        "the rhythm changed after it came"
    );
    assert_eq!(
        served("2026-05-20"),
        ["5 2026-05-20..2026-06-19", "6 2027-01-01..2027-01-31"],
        "half of its year is left"
    );
    assert_eq!(served("2026-09-10"), ["6 2027-01-01..2027-01-31"], "handed to the next");
    assert_eq!(served("2027-01-10"), ["6 2027-01-01..2027-01-31"], "its own window");
}

#[test]
fn p15_an_end_that_is_known_later_takes_no_window_back_from_a_site_that_was_added() {
    let (accepted, yearly) = (day("2026-01-01"), term("1 year", "30 days after"));
    let ends = |noted: &str| {
        let ended = version(day(noted), &yearly, accepted, Some(day("2026-06-15")));
        told(&held(&[version(accepted, &yearly, accepted, None), ended]), "2026-04-10", "2026-04-10", "2027-12-31")
    };
    assert_eq!(ends("2026-06-01"), ["1 2026-04-10..2026-05-10"], "missed, whatever is learned of the end then");
    assert_eq!(ends("2026-04-01"), Vec::<String>::new(), "less than half was left of what the contract was to be");
}

#[test]
fn p15_an_extension_makes_nothing_late_from_the_start_at_a_site_that_was_added() {
    let (accepted, yearly) = (day("2026-01-01"), term("1 year", "30 days after"));
    let extended = |on: &str| {
        let first = version(accepted, &yearly, accepted, Some(day("2026-06-15")));
        told(&held(&[first, version(day(on), &yearly, accepted, None)]), "2026-04-10", "2026-04-10", "2026-12-31")
    };
    assert_eq!(extended("2026-06-01"), ["1 2026-06-01..2026-07-01"]);
}

/// How a site comes to be served by its contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Joins {
    WithTheContract,
    /// A later version of the contract names it.
    ByName,
    /// Its own acceptance is the first day of its term.
    ByAcceptance,
}

fn a_term() -> impl Strategy<Value = Term> {
    let every = prop_oneof![
        Just("1 month"),
        Just("3 months"),
        Just("1 year"),
        Just("2 weeks"),
        Just("RRULE:FREQ=MONTHLY;BYDAY=1MO"),
        Just("RRULE:FREQ=MONTHLY;BYMONTHDAY=5;COUNT=6")
    ];
    let window =
        prop_oneof![Just("period"), Just("10 days"), Just("30 days after"), Just("2 days before, 9 days after")];
    (every, window).prop_map(|(every, window)| term(every, window))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    /// The planner's slots and the auditor's periods, counted by independent code, agree through any history, whenever the
    /// office took over or the site was added.
    #[test]
    fn p01_planner_and_auditor_count_the_same_through_any_history(
        terms in proptest::collection::vec(a_term(), 1..4),
        gaps in proptest::collection::vec(1_u64..300, 4),
        ends in proptest::collection::vec(proptest::option::of(0_u64..500), 4),
        corrected in proptest::collection::vec(prop_oneof![3 => Just(0_u64), 1 => 0_u64..50], 4),
        since in 0_u64..600,
        looks in 0_u64..600,
        joins in prop_oneof![2 => Just(Joins::WithTheContract), 1 => Just(Joins::ByName), 1 => Just(Joins::ByAcceptance)],
    ) {
        let accepted = day("2026-01-31");
        let (since_on, looks_on) = (accepted + Days::new(since), accepted + Days::new(looks));
        let mut change_on = accepted;
        let mut versions = Vec::new();
        for (index, term) in terms.iter().enumerate() {
            if index > 0 {
                change_on = change_on + Days::new(gaps[index]);
            }
            let ends_on = ends[index].map(|days| accepted + Days::new(days));
            let corrected = if index > 0 { corrected[index] } else { 0 };
            let mut version = version(change_on, term, accepted - Days::new(corrected), ends_on);
            if joins == Joins::ByName && change_on < since_on {
                version.contract.sites = CoveredSites::Only(vec!["BCN".into()]);
            }
            versions.push(version);
        }
        let own = (joins == Joins::ByAcceptance).then_some(since_on);
        let stretches = stretches_of(&versions, own);
        let until = accepted + Days::new(1100);
        let last = terms.last().expect("one at least");
        let promised = PromisedTerm::since(since_on, &versions[0].contract, last, &stretches, until);
        let course = RoundCourse { stretches: &stretches, since_on };
        let all = course.slots(accepted, until).expect("rules are good");
        let ahead = all.iter().copied().filter(|slot| slot.last_on >= looks_on).collect::<Vec<_>>();
        prop_assert_eq!(course.slots(looks_on, until).expect("rules are good"), ahead, "on {}", looks_on);
        let slots: Vec<_> = all.into_iter()
            .map(|slot| (slot.number, slot.first_on, slot.last_on)).collect();
        let periods: Vec<_> = promised.owed_since(since_on).iter()
            .map(|period| (period.number, period.first_on, period.last_on)).collect();
        // At the end of the requested span, the two differ in windows that begin before their period.
        let whole = |all: &[(u32, NaiveDate, NaiveDate)]| -> Vec<(u32, NaiveDate, NaiveDate)> {
            all.iter().copied().filter(|(_, _, last_on)| *last_on <= until).collect()
        };
        let said: Vec<_> = stretches.iter().map(|one| format!(
            "every {}, window {}, counted from {}, {} to {:?}, ends {:?}, said {:?}",
            one.every, one.window, one.counted_from, one.from, one.through, one.ends, one.said
        )).collect();
        prop_assert_eq!(whole(&slots), whole(&periods), "since {}: {}", since_on, said.join("; "));
        if versions.len() == 1 && joins == Joins::WithTheContract {
            let ever = PromisedTerm::of(&versions[0].contract, last, until);
            prop_assert_eq!(ever.owed_since(since_on), promised.owed_since(since_on), "counted for all sites at once");
        }
        // Numbers are those of all sites, and no number is given twice.
        prop_assert!(promised.periods.is_sorted_by(|one, next| one.number < next.number), "{}", said.join("; "));
        // What is over stays as it was, whatever changes later.
        let before = &versions[..(versions.len() - 1).max(1)];
        let known = stretches_of(before, own);
        let known = PromisedTerm::since(since_on, &versions[0].contract, last, &known, until);
        let is_over = |period: &&PromisedPeriod| period.ends_on.max(period.last_on) < change_on;
        let told = |period: &PromisedPeriod| (period.number, period.first_on, period.last_on, period.handed_to);
        let was: Vec<_> = known.periods.iter().filter(is_over).map(told).collect();
        let is: Vec<_> = promised.periods.iter().map(told).filter(|one| was.contains(one)).collect();
        prop_assert_eq!(was, is, "on {}: {}", change_on, said.join("; "));
        // Nothing is late from the start.
        for (number, first_on, last_on) in &slots {
            prop_assert!(first_on <= last_on && *last_on >= since_on, "{}: since {}: {}", number, since_on, said.join("; "));
        }
        // A contract that ends before its rule's first day promises nothing.
        let first_day = promised.periods.first().map_or(NaiveDate::MAX, |first| first.begins_on);
        let names_a_day = |one: &&PromisedStretch| {
            matches!(number_on(&one.every, one.counted_from, one.contract_end(), one.from), Ok(Some(_)))
        };
        for stretch in stretches.iter().filter(names_a_day) {
            let through = stretch.through.unwrap_or(until).min(until);
            for on in stretch.from.max(first_day).iter_days().take_while(|on| *on <= through) {
                prop_assert!(matches!(promised.of_day(on), PromisedDay::Of(_)), "{} is nobody's: {}", on, said.join("; "));
            }
        }
    }
}
