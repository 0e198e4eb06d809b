//! What a visit could not inspect.

use super::*;

#[test]
fn p02_a_period_is_kept_when_the_rest_of_its_visit_was_seen() {
    let terms = promised("1 month", "2026-03-01", None, "2026-04-30");
    let mut world = World::new();
    let first = world.done(1, "2026-03-10");
    let left = AuditedItem { equipment: "CRAC-1".into(), item: "filter".to_owned() };
    let AuditedState::Done { left: own, .. } = &mut world.visits[0].state else { panic!("it was done") };
    own.push(left);
    let rest = world.visit(0, "2026-03-20", AuditedState::Booked);
    world.visits[1].rest_of = Some(first);
    world.visits[1].is_added = true;
    let stands = |world: &World, now: &str| world.line(&terms, "2026-03-01", now).periods[0].standing.clone();
    assert_eq!(stands(&world, "2026-03-12T09:00:00Z"), PeriodStanding::Open { visit: rest, on: day("2026-03-20") });
    assert_eq!(stands(&world, "2026-04-02T09:00:00Z"), PeriodStanding::Late { visit: Some(rest) });
    // Nobody is booked for it any more.
    world.visits[1].state = AuditedState::Cancelled;
    let why = NoFitVisit::RestLeft { visit: first };
    assert_eq!(stands(&world, "2026-03-12T09:00:00Z"), PeriodStanding::OpenWithout { why });
    // Its equipment is scrapped.
    world.retired_on = Some(day("2026-03-25"));
    assert!(matches!(stands(&world, "2026-03-24T09:00:00Z"), PeriodStanding::OpenWithout { .. }));
    assert_eq!(stands(&world, "2026-03-25T09:00:00Z"), PeriodStanding::Kept { visit: first, on: day("2026-03-25") });
    // The next period's visit sees it.
    world.retired_on = None;
    world.done(2, "2026-04-07");
    assert_eq!(
        stands(&world, "2026-04-08T09:00:00Z"),
        PeriodStanding::KeptLate { visit: first, on: day("2026-04-07") }
    );
}
