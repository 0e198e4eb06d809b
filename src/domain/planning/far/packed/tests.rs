use chrono::Days;
use proptest::prelude::*;

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(minutes: u32) -> NaiveTime {
    NaiveTime::from_num_seconds_from_midnight_opt(minutes * 60, 0).unwrap()
}

/// A year of monthly visits, in the form that the planner makes.
fn a_year() -> FarSlots {
    let first = day("2026-03-15");
    let slots = (0..11).map(|month| {
        let first_on = first + chrono::Months::new(month);
        let slot = Slot {
            number: month + 15,
            nominal_on: first_on,
            first_on,
            last_on: first + chrono::Months::new(month + 1) - Days::new(1),
        };
        let visit = FarVisit {
            visit: VisitId(1_234_560 + i64::from(month)),
            engineer: "E-00123".into(),
            day: first_on + Days::new(u64::from(12 + month % 3)),
            starts: at(480 + 150 * (month % 4)),
        };
        FarSlot { id: SlotId(1_300_000 + i64::from(month)), slot, plan: FarPlan::Visit(visit) }
    });
    FarSlots { purpose: Purpose::Inspection, takes_minutes: 120, announce_days: 14, slots: slots.collect() }
}

#[test]
fn a_year_of_monthly_visits_is_some_eighty_characters() {
    let (year, own) = (a_year(), EngineerCode::from("E-00123"));
    let packed = year.pack(Some(&own)).unwrap();
    assert!(packed.kept.text.len() <= 90, "{}: {}", packed.kept.text.len(), packed.kept.text);
    assert_eq!(packed.kept.others, Vec::<EngineerCode>::new());
    assert_eq!(packed.near_on, day("2026-02-22"), "two weeks of notice, and a week");
    assert_eq!(packed.visits, Some((VisitId(1_234_560), VisitId(1_234_570))));
    assert_eq!(packed.unpack(Some(&own)), year);
}

#[test]
fn what_is_kept_reads_the_same_for_ever() {
    let mut few = a_year();
    few.slots.truncate(3);
    few.slots[1].plan = FarPlan::Waits(Unplanned::NoRoom { engineers: 2 });
    let FarPlan::Visit(third) = &mut few.slots[2].plan else { panic!("it has a visit") };
    third.engineer = "E-2".into();
    let packed = few.pack(Some(&"E-00123".into())).unwrap();
    assert_eq!(packed.kept.text, KEPT);
    assert_eq!((packed.kept.others.len(), packed.waiting), (1, 1));
    assert_eq!(packed.unpack(Some(&"E-00123".into())), few);
}

const KEPT: &str = r#"inspection 4DOAegirvCyEAAgorrCHgPDDECCCAAEDsYA|[{"why":"no-room","engineers":2}]"#;

#[test]
fn nothing_is_not_kept() {
    let none = FarSlots { slots: Vec::new(), ..a_year() };
    assert_eq!(none.pack(None), None);
}

#[test]
fn what_is_near_is_taken_out_and_the_rest_stays() {
    let mut year = a_year();
    let near = year.take_near(day("2026-03-26"));
    assert_eq!(near.iter().map(|far| far.slot.first_on).collect::<Vec<_>>(), [day("2026-03-15"), day("2026-04-15")]);
    assert_eq!(year.slots.len(), 9);
    let taken = year.take_visit(VisitId(1_234_565)).unwrap();
    assert_eq!(taken.slot.first_on, day("2026-08-15"));
    assert_eq!(year.take_visit(VisitId(1_234_565)), None);
    assert_eq!(year.slots.len(), 8);
}

#[test]
fn a_long_notice_makes_a_slot_near_earlier() {
    let mut year = FarSlots { announce_days: 120, ..a_year() };
    assert_eq!(year.near_on(&year.slots[0]), day("2025-11-08"));
    assert_eq!(year.take_near(day("2025-11-08")).len(), 1);
}

#[test]
fn a_slot_without_a_visit_is_near_before_those_with_one() {
    let mut year = a_year();
    year.slots[1].plan = FarPlan::Waits(Unplanned::NoWorkingDay);
    assert_eq!(year.pack(Some(&"E-00123".into())).unwrap().near_on, day("2026-02-10"), "64 days before 15 April");
    assert_eq!(year.take_near(day("2026-02-09")), []);
    let near = year.take_near(day("2026-02-10"));
    assert_eq!(near.iter().map(|far| far.slot.first_on).collect::<Vec<_>>(), [day("2026-04-15")]);
    assert_eq!(year.slots.len(), 10);
    let packed = year.pack(Some(&"E-00123".into())).unwrap();
    assert_eq!((packed.near_on, packed.unpack(Some(&"E-00123".into()))), (day("2026-02-22"), year));
}

fn reason() -> impl Strategy<Value = Unplanned> {
    prop_oneof![
        Just(Unplanned::NoWorkingDay),
        Just(Unplanned::NoEquipment),
        any::<u32>().prop_map(|engineers| Unplanned::NoRoom { engineers }),
        ".*".prop_map(|calendar| Unplanned::NoCalendar { calendar }),
        proptest::collection::vec(".*", 0..3).prop_map(|skills| Unplanned::NoSkill { skills }),
    ]
}

prop_compose! {
    fn plan()(first_on in 0..4_000_u64, later in 0..400_u64, starts in 0..1_440_u32, visit in 1..1_i64 << 40,
              engineer in 0..4_u8, reason in proptest::option::of(reason())) -> FarPlan {
        match reason {
            Some(why) => FarPlan::Waits(why),
            None => FarPlan::Visit(FarVisit {
                visit: VisitId(visit),
                engineer: format!("E,\"{engineer}").into(),
                day: day("2024-02-29") + Days::new(first_on + later),
                starts: at(starts),
            }),
        }
    }
}

prop_compose! {
    fn far_slot()(id in 1..1_i64 << 40, number in 1..u32::MAX, nominal in 0..4_000_u64, first in 0..4_000_u64,
                  length in 0..800_u64, plan in plan()) -> FarSlot {
        let first_on = day("2020-02-29") + Days::new(first);
        let slot = Slot {
            number,
            nominal_on: day("2020-02-29") + Days::new(nominal),
            first_on,
            last_on: first_on + Days::new(length),
        };
        FarSlot { id: SlotId(id), slot, plan }
    }
}

proptest! {
    #[test]
    fn whatever_is_packed_comes_out_as_it_was(
        slots in proptest::collection::vec(far_slot(), 1..14), takes in any::<u32>(), announce in 0..400_u32,
        purpose in 0..Purpose::ALL.len(), own in proptest::option::of(0..4_u8),
    ) {
        let far = FarSlots { purpose: Purpose::ALL[purpose], takes_minutes: takes, announce_days: announce, slots };
        let own = own.map(|own| EngineerCode::from(format!("E,\"{own}")));
        let packed = far.pack(own.as_ref()).unwrap();
        prop_assert_eq!(packed.unpack(own.as_ref()), far);
    }

    #[test]
    fn slots_that_follow_one_another_come_out_as_they_were(
        waiting in proptest::collection::vec(any::<bool>(), 1..30), id in 1..1_i64 << 40, visit in 1..1_i64 << 40,
    ) {
        let mut next = visit;
        let slots = waiting.iter().enumerate().map(|(n, waits)| {
            let first_on = day("2027-01-31") + Days::new(7 * n as u64);
            let plan = if *waits {
                FarPlan::Waits(Unplanned::NoWorkingDay)
            } else {
                next += 1;
                FarPlan::Visit(FarVisit { visit: VisitId(next), engineer: "E".into(), day: first_on, starts: at(480) })
            };
            let slot = Slot {
                number: n as u32 + 1,
                nominal_on: first_on,
                first_on,
                last_on: first_on + Days::new(6),
            };
            FarSlot { id: SlotId(id + n as i64), slot, plan }
        });
        let far = FarSlots { slots: slots.collect(), ..a_year() };
        let packed = far.pack(Some(&"E".into())).unwrap();
        prop_assert_eq!(packed.unpack(Some(&"E".into())), far);
    }
}
