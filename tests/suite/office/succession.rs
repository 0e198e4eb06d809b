//! Whoever leaves hands everything over at once (P01, P31): visits to another engineer, customers to another manager.

use chrono::{Days, NaiveDate};
use ronda::domain::access::Deed;
use ronda::domain::ids::VisitId;
use ronda::domain::visits::VisitState;
use ronda::office::people::hand_over::hand_over;
use ronda::store;
use ronda::store::audit::TrailFilter;

use crate::office::auditor::differences;
use crate::office::harness::TestOffice;
use crate::office::unfit::engineers;
use crate::story;

const MANAGER: &str = "helena@ronda.example";
const SECOND: &str = "pablo@ronda.example";
const OPS: &str = "ops@cum.example";

async fn lines(office: &TestOffice, deed: Deed) -> usize {
    let filter = TrailFilter { deed: Some(deed), most: 100, ..TrailFilter::default() };
    store::audit::list(&office.office.db, &filter).await.unwrap().len()
}

/// The first inspection, booked for E-1.
async fn booked(office: &TestOffice) -> (VisitId, NaiveDate) {
    office.sleep_until("2026-01-31T06:00").await;
    let stored = office.first_visit("inspection", "2026-02-02").await;
    assert!(matches!(stored.visit.state, VisitState::Booked { .. }), "{stored:?}");
    (stored.visit.id, stored.visit.state.appointment().day)
}

story!(p01_an_engineer_hands_everything_over_and_each_who_was_told_of_a_visit_gets_one_letter at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office).await;
    engineers(&office, &[("E-1", "electrical", ""), ("E-2", "electrical", "")]).await;
    let before = (office.told(OPS, "visit-moved").len(), office.letters_to("jordi@ronda.example").len());
    let tomorrow = NaiveDate::from_ymd_opt(2026, 2, 1).unwrap();
    let done = hand_over(&office.office, "E-1", "E-2", Some(tomorrow)).await.unwrap();
    assert!(done.moved.contains(&visit) && done.kept.is_empty(), "{done:?}");
    assert_eq!(lines(&office, Deed::HandOver).await, 1);
    assert_eq!(lines(&office, Deed::MoveVisit).await, done.moved.len());
    office.tick().await;
    let state = office.visit(visit).await.visit.state;
    assert_eq!((state.appointment().engineer.as_str(), state.appointment().day), ("E-2", day), "its day stays");
    assert_eq!(office.told(OPS, "visit-moved").len(), before.0 + done.moved.len());
    assert_eq!(office.letters_to("jordi@ronda.example").len(), before.1 + done.moved.len());
    for stored in office.visits().await {
        let appointment = stored.visit.state.appointment();
        assert!(appointment.engineer == "E-2" || appointment.day < tomorrow, "{stored:?}");
    }
    assert_eq!(store::visits::unfit::all(&office.office.db).await.unwrap(), []);
    assert_eq!(differences(&office.office).await, Vec::<String>::new());
    let again = hand_over(&office.office, "E-1", "E-2", Some(tomorrow)).await.unwrap();
    assert_eq!(again.moved, [], "it is done");
    // What tells her of it leaves in her hours, on her last day.
    office.sleep_until("2026-02-01T00:30").await;
    let heard = office.letters_to("lucia@ronda.example").len();
    office.sleep_until("2026-03-05T09:00").await;
    assert_eq!(office.letters_to("lucia@ronda.example").len(), heard, "she has left");
});

story!(p01_a_visit_that_the_successor_cannot_make_stays_with_the_reason_and_is_unfit at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, _) = booked(&office).await;
    engineers(&office, &[("E-1", "electrical", ""), ("E-2", "cooling", "")]).await;
    let moved = office.told(OPS, "visit-moved").len();
    let done = hand_over(&office.office, "E-1", "E-2", None).await.unwrap();
    assert!(!done.moved.contains(&visit));
    let kept = done.kept.iter().find(|kept| kept.visit == visit).expect("it is named");
    assert!(kept.why.contains("electrical"), "{}", kept.why);
    office.tick().await;
    let unfit = store::visits::unfit::all(&office.office.db).await.unwrap();
    assert!(unfit.iter().any(|unfit| unfit.visit == visit), "{unfit:?}");
    assert_eq!(office.visit(visit).await.visit.state.appointment().engineer, "E-1");
    assert_eq!(office.told(OPS, "visit-moved").len(), moved);
    for (of, to, from) in [("E-1", "E-1", None), ("E-1", "E-9", None), ("E-9", "E-1", None), ("E-1", "E-2", Some(1))] {
        let from = from.map(|days| office.office.today() - Days::new(days));
        hand_over(&office.office, of, to, from).await.unwrap_err();
    }
});

story!(p31_a_managers_successor_gets_digests_and_what_is_late_from_that_day_on at "2026-01-05T08:00:00+01:00", |office| {
    let rows = format!(
        "manager,name,email,scope,time_zone,calendar,digest_at,language,digests\n\
         M-1,Helena Ortiz,{MANAGER},CUM,Europe/Madrid,ES-MD,07:30,en,daily\n\
         M-2,Pablo Sanz,{SECOND},OTH,Europe/Madrid,ES-MD,07:30,en,weekly\n"
    );
    office.import(&[("customers.csv", "customer,name,language\nOTH,Other,en\n"), ("managers.csv", &rows)]).await;
    let from = NaiveDate::from_ymd_opt(2026, 1, 12);
    hand_over(&office.office, "M-1", "M-2", from).await.unwrap();
    assert_eq!(lines(&office, Deed::HandOver).await, 1);
    office.sleep_until("2026-01-11T12:00").await;
    let digests = office.told(MANAGER, "digest").len();
    assert!(digests > 2 && office.told(SECOND, "digest").is_empty());
    office.sleep_until("2026-04-10T09:00").await;
    assert_eq!(office.told(MANAGER, "digest").len(), digests, "she has left");
    assert!(office.told(SECOND, "digest").len() > 50, "what she had each day");
    assert!(!office.told(SECOND, "deadline-late").is_empty(), "nobody hands a record in");
    assert_eq!(office.told(MANAGER, "deadline-late").len(), 0);
    assert_eq!(differences(&office.office).await, Vec::<String>::new());
});
