//! P01: a visit that is made before its window serves its period only within the days that its term allows; a period whose visit
//! was made earlier is owed still, and planned again.

use chrono::{Days, NaiveDate};
use ronda::domain::audit::promises::{LifeLine, PeriodStanding};
use ronda::domain::planning::SlotWindow;
use ronda::domain::promises::{DeadlineSubject, Standing};
use ronda::domain::visits::{StoredVisit, VisitState};
use ronda::store;

use crate::office::auditor::{audited, differences};
use crate::office::harness::TestOffice;
use crate::story;

const NOTHING: Vec<String> = Vec::new();

async fn window(office: &TestOffice, visit: &StoredVisit) -> SlotWindow {
    store::planning::slot::window(&office.office.db, visit.visit.id).await.unwrap().expect("it has a slot")
}

async fn line(office: &TestOffice) -> LifeLine {
    let audited = audited(&office.office).await;
    audited.into_iter().map(|one| one.line).find(|line| line.site == *"MAD" && line.term == *"inspection").unwrap()
}

async fn standing(office: &TestOffice, number: u32) -> PeriodStanding {
    line(office).await.periods.into_iter().find(|judged| judged.period.number == number).unwrap().standing
}

/// The visits of a period, done or ahead.
async fn of_number(office: &TestOffice, number: u32) -> Vec<StoredVisit> {
    let is_it = |stored: &StoredVisit| {
        stored.visit.site == *"MAD" && stored.visit.term == *"inspection" && stored.visit.number == number
    };
    office.visits().await.into_iter().filter(is_it).collect()
}

/// Does the inspection of the period under way on its day, and goes on to some days before the next window.
async fn until_before_the_next(office: &TestOffice, days: u64) -> (StoredVisit, NaiveDate) {
    office.sleep_until("2026-01-31T06:00").await;
    let own = office.first_visit("inspection", "2026-02-02").await;
    let day = own.visit.state.appointment().day;
    office.sleep_until(&format!("{day}T14:00")).await;
    office.done(own.visit.id, &format!("{day}T12:00")).await;
    let next = of_number(office, own.visit.number + 1).await.remove(0);
    let early = window(office, &next).await.first_on - Days::new(days);
    assert!(early > day, "{early}");
    office.sleep_until(&format!("{early}T14:00")).await;
    (next, early)
}

story!(p01_a_visit_that_is_made_long_before_its_window_is_extra_and_its_period_is_owed_and_planned_again at "2026-01-05T08:00:00+01:00", |office| {
    let (next, early) = until_before_the_next(&office, 6).await;
    let number = next.visit.number;
    office.done(next.visit.id, &format!("{early}T12:00")).await;
    let made = office.visit(next.visit.id).await;
    assert_eq!((made.slot, made.visit.number), (None, 0), "it serves no period");
    office.tick().await;
    let again = of_number(&office, number).await;
    let [again] = &again[..] else { panic!("{again:?}") };
    assert_ne!(again.visit.id, next.visit.id);
    assert!(matches!(again.visit.state, VisitState::Planned { .. } | VisitState::Booked { .. }));
    assert!(matches!(standing(&office, number).await, PeriodStanding::Open { visit, .. } if visit == again.visit.id));
    assert_eq!(line(&office).await.extra, [next.visit.id]);
    assert_eq!(differences(&office.office).await, NOTHING);
    let day = again.visit.state.appointment().day;
    office.sleep_until(&format!("{day}T14:00")).await;
    office.done(again.visit.id, &format!("{day}T12:00")).await;
    office.tick().await;
    assert!(matches!(standing(&office, number).await, PeriodStanding::Kept { visit, .. } if visit == again.visit.id));
    assert_eq!(differences(&office.office).await, NOTHING);
});

story!(p01_a_visit_a_few_days_before_its_window_serves_it_where_its_term_allows_that at "2026-01-05T08:00:00+01:00", |office| {
    let (next, early) = until_before_the_next(&office, 5).await;
    office.done(next.visit.id, &format!("{early}T12:00")).await;
    office.tick().await;
    let number = next.visit.number;
    assert!(matches!(standing(&office, number).await, PeriodStanding::Kept { visit, on } if visit == next.visit.id && on == early));
    let slot = next.slot.expect("it has one");
    let deadline = store::promises::by_key(&office.office.db, &DeadlineSubject::Visit { slot }.key()).await.unwrap().expect("it was opened");
    assert_eq!(deadline.standing(office.office.clock.now()), Standing::Met);
    assert_eq!(differences(&office.office).await, NOTHING);
});

story!(p01_a_term_that_allows_no_early_visit_has_none at "2026-01-05T08:00:00+01:00", |office| {
    office.import(&[(
        "contracts.csv",
        "contract,customer,sites,plan,accepted_on,ends_on,inspection.early\nC-1,CUM,*,standard,2026-01-01,,0 days\n",
    )]).await;
    let (next, early) = until_before_the_next(&office, 1).await;
    office.done(next.visit.id, &format!("{early}T12:00")).await;
    office.tick().await;
    assert!(matches!(standing(&office, next.visit.number).await, PeriodStanding::Open { .. }));
    assert_eq!(line(&office).await.extra, [next.visit.id]);
    assert_eq!(differences(&office.office).await, NOTHING);
    // What the term allows later changes nothing about what was recorded before.
    office.import(&[(
        "contracts.csv",
        "contract,customer,sites,plan,accepted_on,ends_on,inspection.early\nC-1,CUM,*,standard,2026-01-01,,5 days\n",
    )]).await;
    office.tick().await;
    assert_eq!(line(&office).await.extra, [next.visit.id]);
    assert_eq!(differences(&office.office).await, NOTHING);
});

story!(p01_a_visit_that_is_made_a_year_early_keeps_the_period_under_way_and_none_of_the_next_year at "2026-01-05T08:00:00+01:00", |office| {
    office.sleep_until("2026-02-03T14:00").await;
    let own = office.first_visit("inspection", "2026-02-01").await;
    let far = of_number(&office, own.visit.number + 11).await.remove(0);
    assert_eq!(of_number(&office, own.visit.number).await.len(), 1);
    office.done(far.visit.id, "2026-02-03T12:00").await;
    office.tick().await;
    let made = office.visit(far.visit.id).await;
    assert_eq!((made.slot, made.visit.number), (own.slot, own.visit.number), "it serves the period under way");
    assert!(matches!(standing(&office, own.visit.number).await, PeriodStanding::Kept { visit, .. } if visit == far.visit.id));
    assert!(matches!(standing(&office, far.visit.number).await, PeriodStanding::Open { .. }), "January 2027 is owed, and planned");
    assert_eq!(differences(&office.office).await, NOTHING);
});
