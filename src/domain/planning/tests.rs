use std::collections::{BTreeMap, BTreeSet};

use chrono::Days;
use proptest::prelude::*;

use super::*;
use crate::calendar::{CalendarParts, DayKind, Layer, SpecialDay, WeekendRule};
use crate::contract::{Every, Purpose, Term};
use crate::ids::EngineerCode;
use crate::planning::slots::slots;

const DAY_MINUTES: u32 = 480;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// 2025 to 2028 with these weekdays (Monday first) and days off.
fn calendar(off: [bool; 7], closed: &BTreeSet<NaiveDate>) -> Calendar {
    let shut = || SpecialDay { kind: DayKind::Off, name: "Closed".into(), layer: Layer::Site, estimated: false };
    Calendar::new(CalendarParts {
        code: "XX".into(),
        version: "1".into(),
        known_from: day("2025-01-01"),
        known_through: day("2028-12-31"),
        confirmed_through: day("2028-12-31"),
        weekends: vec![WeekendRule { from: day("2025-01-01"), off }],
        special: closed.iter().map(|day| (*day, shut())).collect(),
    })
}

const SATURDAY_SUNDAY: [bool; 7] = [false, false, false, false, false, true, true];
const FRIDAY_SATURDAY: [bool; 7] = [false, false, false, false, true, true, false];

fn ordinary() -> Calendar {
    calendar(SATURDAY_SUNDAY, &BTreeSet::new())
}

fn engineer(name: &str, skills: &[&str], position: (f64, f64)) -> EngineerProfile {
    EngineerProfile {
        engineer: name.into(),
        skills: skills.iter().copied().map(Skill::from).collect(),
        country: "ES".to_owned(),
        position: Some(position),
        calendar: Some(ordinary()),
        left_on: None,
    }
}

fn planner(engineers: Vec<EngineerProfile>) -> Planner {
    Planner::new(engineers, DAY_MINUTES, day("2026-01-05"))
}

/// The slot from 10 January to 9 February.
fn slot() -> Slot {
    Slot { number: 1, nominal_on: day("2026-01-10"), first_on: day("2026-01-10"), last_on: day("2026-02-09") }
}

fn wanted<'a>(slot: Slot, calendar: &'a Calendar, skills: &'a [String]) -> Wanted<'a> {
    Wanted {
        slot,
        calendar,
        roll: RollConvention::ModifiedFollowing,
        skills,
        country: "ES",
        position: Some((40.4, -3.7)),
        takes_minutes: 120,
        offset_days: Some(10),
        engineer: None,
        not_before: day("2026-01-06"),
        called_off_on: &[],
    }
}

#[test]
fn nobody_is_sent_round_the_world_but_a_neighbour_may_cross_the_border() {
    let (calendar, skills) = (ordinary(), ["electrical".to_owned()]);
    let abroad =
        |position| EngineerProfile { country: "FR".to_owned(), ..engineer("abroad", &["electrical"], position) };
    let asked = Wanted { position: Some((43.3, -1.9)), ..wanted(slot(), &calendar, &skills) };
    let far = planner(vec![abroad((48.9, 2.4))]).place(&asked);
    assert_eq!(far, Err(Unplanned::OutOfReach { skills: skills.to_vec(), engineers: 1 }));
    let nowhere = Wanted { position: None, ..asked.clone() };
    let unknown = planner(vec![abroad((43.5, -1.5))]).place(&nowhere);
    assert_eq!(unknown, Err(Unplanned::OutOfReach { skills: skills.to_vec(), engineers: 1 }));
    let mut busy = planner(vec![abroad((48.9, 2.4)), abroad((43.5, -1.5))]);
    slot().first_on.iter_days().take(40).for_each(|day| busy.occupy(1, day, 0, 460, None));
    assert_eq!(busy.place(&asked), Err(Unplanned::NoRoom { engineers: 1 }), "the neighbour has the skills");
    let placed = planner(vec![abroad((48.9, 2.4)), abroad((43.5, -1.5))]).place(&asked).unwrap();
    assert_eq!(placed.engineer, 1);
    let at_home = engineer("at home, far away", &["electrical"], (36.7, -4.4));
    assert_eq!(planner(vec![abroad((43.5, -1.5)), at_home]).place(&asked).unwrap().engineer, 1);
}

#[test]
fn the_nearest_who_masters_the_work_comes() {
    let (calendar, skills) = (ordinary(), ["electrical".to_owned()]);
    let mut planner = planner(vec![
        engineer("far", &["electrical"], (41.4, 2.1)),
        engineer("near but another trade", &["cooling"], (40.4, -3.7)),
        engineer("near", &["cooling", "electrical"], (40.5, -3.6)),
    ]);
    let placed = planner.place(&wanted(slot(), &calendar, &skills)).unwrap();
    assert_eq!((placed.engineer, placed.day), (2, day("2026-01-20")));
}

#[test]
fn the_rounds_own_engineer_comes_though_another_is_nearer() {
    let (calendar, skills) = (ordinary(), ["electrical".to_owned()]);
    let mut planner =
        planner(vec![engineer("near", &["electrical"], (40.4, -3.7)), engineer("own", &["electrical"], (41.4, 2.1))]);
    let wanted = Wanted { engineer: Some(1), ..wanted(slot(), &calendar, &skills) };
    assert_eq!(planner.place(&wanted).unwrap().engineer, 1);
}

#[test]
fn a_day_with_a_near_site_is_taken_where_it_costs_no_spacing() {
    let (calendar, skills) = (ordinary(), ["electrical".to_owned()]);
    let mut planner = planner(vec![engineer("E", &["electrical"], (40.4, -3.7))]);
    planner.occupy(0, day("2026-01-22"), 0, 120, Some((40.45, -3.65)));
    let first = planner.place(&wanted(slot(), &calendar, &skills)).unwrap();
    assert_eq!((first.day, first.starts_after_minutes), (day("2026-01-22"), 150));
    let mut planner = self::planner(vec![engineer("E", &["electrical"], (40.4, -3.7))]);
    planner.occupy(0, day("2026-01-28"), 0, 120, Some((40.45, -3.65)));
    assert_eq!(planner.place(&wanted(slot(), &calendar, &skills)).unwrap().day, day("2026-01-20"));
}

#[test]
fn a_visit_longer_than_a_day_has_one_to_itself() {
    let (calendar, skills) = (ordinary(), ["electrical".to_owned()]);
    let mut planner = planner(vec![engineer("E", &["electrical"], (40.4, -3.7))]);
    let long = Wanted { takes_minutes: 600, ..wanted(slot(), &calendar, &skills) };
    let days: BTreeSet<_> = (0..5).map(|_| planner.place(&long).unwrap().day).collect();
    assert_eq!(days.len(), 5);
    let short = planner.place(&wanted(slot(), &calendar, &skills)).unwrap();
    assert!(!days.contains(&short.day), "{} is full", short.day);
}

#[test]
fn each_slot_without_a_visit_says_why() {
    let (known, skills) = (ordinary(), ["electrical".to_owned()]);
    let mut planner = planner(vec![engineer("E", &["cooling"], (40.4, -3.7))]);
    let asked = wanted(slot(), &known, &skills);
    assert_eq!(planner.place(&asked), Err(Unplanned::NoSkill { skills: skills.to_vec() }));

    let cooling = ["cooling".to_owned()];
    let late = Wanted { not_before: day("2026-02-10"), ..wanted(slot(), &known, &cooling) };
    assert_eq!(planner.place(&late), Err(Unplanned::Passed));

    let whole_window = slot().first_on.iter_days().take_while(|day| *day <= slot().last_on).collect();
    let shut = calendar(SATURDAY_SUNDAY, &whole_window);
    assert_eq!(planner.place(&wanted(slot(), &shut, &cooling)), Err(Unplanned::NoWorkingDay));

    let unknown =
        Slot { number: 9, nominal_on: day("2028-12-20"), first_on: day("2028-12-20"), last_on: day("2029-01-19") };
    let refused = planner.place(&wanted(unknown, &known, &cooling));
    assert_eq!(refused, Err(Unplanned::UnknownHolidays { calendar: "XX".into(), known_through: day("2028-12-31") }));

    for free in slot().first_on.iter_days().take_while(|day| *day <= slot().last_on) {
        planner.occupy(0, free, 0, DAY_MINUTES, None);
    }
    for _ in 0..2 {
        assert_eq!(planner.place(&wanted(slot(), &known, &cooling)), Err(Unplanned::NoRoom { engineers: 1 }));
    }
}

#[test]
fn a_day_too_full_for_a_long_visit_still_takes_a_short_one() {
    let (calendar, skills) = (ordinary(), ["electrical".to_owned()]);
    let one_day = Slot { first_on: day("2026-01-20"), last_on: day("2026-01-20"), ..slot() };
    let mut planner = planner(vec![engineer("E", &["electrical"], (40.4, -3.7))]);
    planner.occupy(0, day("2026-01-20"), 0, 270, None);
    let asked = |takes_minutes| Wanted { takes_minutes, ..wanted(one_day, &calendar, &skills) };
    assert_eq!(planner.place(&asked(200)), Err(Unplanned::NoRoom { engineers: 1 }));
    assert_eq!(planner.place(&asked(200)), Err(Unplanned::NoRoom { engineers: 1 }));
    assert_eq!(planner.place(&asked(120)).unwrap().starts_after_minutes, 300);
}

#[test]
fn what_a_cancelled_visit_left_free_is_not_given_away_over_the_next_one() {
    let (calendar, skills) = (ordinary(), ["electrical".to_owned()]);
    let one_day = Slot { first_on: day("2026-01-20"), last_on: day("2026-01-20"), ..slot() };
    let mut planner = planner(vec![engineer("E", &["electrical"], (40.4, -3.7))]);
    planner.occupy(0, day("2026-01-20"), 150, 120, None);
    assert_eq!(planner.place(&wanted(one_day, &calendar, &skills)).unwrap().starts_after_minutes, 300);
}

/// A site generated by the property tests.
#[derive(Debug, Clone)]
struct Place {
    position: (f64, f64),
    accepted_on: NaiveDate,
    takes_minutes: u32,
    weekend: [bool; 7],
    closed: BTreeSet<NaiveDate>,
}

fn days_of_2026(most: usize) -> impl Strategy<Value = BTreeSet<NaiveDate>> {
    prop::collection::btree_set((0_u64..365).prop_map(|n| day("2026-01-01") + Days::new(n)), 0..most)
}

fn places() -> impl Strategy<Value = Vec<Place>> {
    let weekend = prop::sample::select(vec![SATURDAY_SUNDAY, FRIDAY_SATURDAY]);
    let place = (36.0..43.0, -9.0..3.0, 0_u64..365, 30_u32..600, weekend, days_of_2026(20));
    let place = place.prop_map(|(latitude, longitude, accepted, takes_minutes, weekend, closed)| Place {
        position: (latitude, longitude),
        accepted_on: day("2025-01-05") + Days::new(accepted),
        takes_minutes,
        weekend,
        closed,
    });
    prop::collection::vec(place, 1..40)
}

fn engineers() -> impl Strategy<Value = Vec<EngineerProfile>> {
    let engineer = (36.0..43.0, -9.0..3.0, days_of_2026(30)).prop_map(|(latitude, longitude, away)| EngineerProfile {
        engineer: EngineerCode::default(),
        skills: vec!["electrical".into()],
        country: "ES".to_owned(),
        position: Some((latitude, longitude)),
        left_on: None,
        calendar: Some(calendar(SATURDAY_SUNDAY, &away)),
    });
    prop::collection::vec(engineer, 1..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn p01_visits_are_on_days_that_are_worked_and_fit_into_them(places in places(), engineers in engineers()) {
        let skills = ["electrical".to_owned()];
        let from = day("2026-01-05");
        let mut planner = Planner::new(engineers.clone(), DAY_MINUTES, from);
        let mut on: BTreeMap<(usize, NaiveDate), Vec<(u32, u32)>> = BTreeMap::new();
        for place in &places {
            let calendar = calendar(place.weekend, &place.closed);
            let term = Term { takes_minutes: place.takes_minutes, ..Term::new("i", "P01", Purpose::Inspection, Every::Months(1)) };
            let (mut offset_days, mut engineer) = (None, None);
            for slot in slots(&term, place.accepted_on, None, from, from + Days::new(365)).unwrap() {
                let not_before = from + Days::new(1);
                let placed = planner.place(&Wanted {
                    slot,
                    calendar: &calendar,
                    roll: term.roll,
                    skills: &skills,
                    country: "ES",
                    position: Some(place.position),
                    takes_minutes: term.takes_minutes,
                    offset_days,
                    engineer,
                    not_before,
                    called_off_on: &[],
                });
                let Ok(placed) = placed else { continue };
                prop_assert!(slot.first_on <= placed.day && placed.day <= slot.last_on && placed.day >= not_before);
                prop_assert!(calendar.is_working(placed.day).unwrap(), "{} is a day off at the site", placed.day);
                prop_assert!(engineers[placed.engineer].works_on(placed.day), "the engineer is away on {}", placed.day);
                on.entry((placed.engineer, placed.day)).or_default().push((placed.starts_after_minutes, term.takes_minutes));
                (offset_days, engineer) = (Some(placed.offset_days), engineer.or(Some(placed.engineer)));
            }
        }
        for ((_, day), visits) in on {
            let mut free_from = 0;
            for (starts, takes) in &visits {
                prop_assert!(*starts >= free_from, "two visits at once on {day}: {visits:?}");
                prop_assert!(visits.len() == 1 || starts + takes <= DAY_MINUTES, "{day} is overfull: {visits:?}");
                free_from = starts + takes + TRAVEL_MINUTES;
            }
        }
    }

    #[test]
    fn p01_where_there_is_room_a_months_visit_is_as_far_from_its_window_as_the_last(places in places()) {
        let skills = ["electrical".to_owned()];
        let from = day("2026-01-05");
        for place in places {
            let mut planner = planner(vec![engineer("E", &["electrical"], place.position)]);
            let calendar = ordinary();
            let term = Term::new("i", "P01", Purpose::Inspection, Every::Months(1));
            let mut offset_days = None;
            let mut visits = Vec::new();
            let slots = slots(&term, place.accepted_on, None, from, from + Days::new(365)).unwrap();
            // A window that is partly over says nothing about spacing.
            for slot in slots.into_iter().filter(|slot| slot.first_on > from) {
                let asked = Wanted { slot, offset_days, ..wanted(slot, &calendar, &skills) };
                let placed = planner.place(&Wanted { position: Some(place.position), ..asked }).unwrap();
                offset_days = Some(placed.offset_days);
                visits.push(placed.day);
            }
            for pair in visits.windows(2) {
                // A month has 28 to 31 days; a day off shifts a visit by up to two days, or back to the month's last
                // working day; and two days in either direction do not affect the spacing.
                let gap = (pair[1] - pair[0]).num_days();
                prop_assert!((20..=39).contains(&gap), "{gap} days between {} and {}", pair[0], pair[1]);
            }
        }
    }

    #[test]
    fn the_days_of_a_window_are_all_named_once_and_the_nearest_first(
        length in 0_u64..70, offset in 0_u32..80, closed in days_of_2026(40),
    ) {
        let slot = Slot { last_on: slot().first_on + Days::new(length), ..slot() };
        let calendar = calendar(SATURDAY_SUNDAY, &closed);
        let asked = Wanted { offset_days: Some(offset), ..wanted(slot, &calendar, &[]) };
        let worked = |day: &NaiveDate| calendar.is_working(*day).unwrap();
        let all: BTreeSet<_> = slot.first_on.iter_days().take_while(|day| *day <= slot.last_on).filter(worked).collect();
        match window::Days::of(&asked) {
            Ok(days) => {
                let named: Vec<_> = days.nearest_first().collect();
                prop_assert_eq!(named.len(), all.len());
                prop_assert_eq!(named.iter().copied().collect::<BTreeSet<_>>(), all);
                let easy = days.easy();
                prop_assert_eq!(&named[..easy.len()], &easy[..]);
                prop_assert!(!easy.is_empty());
            }
            Err(why) => {
                prop_assert_eq!(why, Unplanned::NoWorkingDay);
                prop_assert!(all.is_empty());
            }
        }
    }
}
