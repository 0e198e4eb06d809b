//! P07: somebody needs a visit now, and gets one beside what the contract calls for.

use chrono::NaiveDate;
use ronda::domain::contract::Purpose;
use ronda::domain::promises::Owed;
use ronda::domain::visits::{Visit, VisitState};
use ronda::office::visits::add_visit::{WantedVisit, add_visit};
use ronda::office::visits::book_visits::{AppointmentChange, Rules, cancel};
use ronda::office::{Error, Result};

use crate::office::auditor::{audited, differences};
use crate::office::browser::text;
use crate::office::harness::TestOffice;
use crate::story;

const NOTHING: Vec<String> = Vec::new();
const OPS: &str = "ops@cum.example";

fn wanted(purpose: Purpose) -> WantedVisit {
    WantedVisit {
        site: "MAD".into(),
        purpose,
        why: "It stopped twice this week".to_owned(),
        contract: None,
        appointment: AppointmentChange::default(),
    }
}

async fn add(office: &TestOffice, wanted: &WantedVisit) -> Result<Visit> {
    add_visit(&office.office, wanted, Rules::Keep).await
}

async fn refused(office: &TestOffice, wanted: &WantedVisit) -> String {
    match add(office, wanted).await {
        Err(Error::Refused(why)) => why,
        other => panic!("{other:?}"),
    }
}

/// What is planned and booked without what was added: day, engineer and slot of each.
async fn called_for(office: &TestOffice) -> Vec<(NaiveDate, String, Option<i64>)> {
    let mut visits = office.visits().await;
    visits.retain(|stored| stored.visit.why.is_none());
    let of = |stored: &ronda::domain::visits::StoredVisit| {
        let at = stored.visit.state.appointment();
        (at.day, at.engineer.to_string(), stored.slot.map(|slot| slot.0))
    };
    visits.iter().map(of).collect()
}

story!(p07_an_inspection_on_request_is_booked_told_with_its_reason_reported_and_serves_no_period at "2026-01-05T08:00:00+01:00", |office| {
    office.sleep_until("2026-01-30T12:00").await;
    let before = called_for(&office).await;
    let added = add(&office, &wanted(Purpose::Inspection)).await.unwrap();
    let VisitState::Booked { appointment, .. } = &added.state else { panic!("{added:?}") };
    assert_eq!((appointment.day, added.number), ("2026-02-02".parse().unwrap(), 0), "the first working day after a Friday");
    assert_eq!(appointment.engineer, "E-1", "the site's own engineer");
    office.tick().await;
    let told = office.told(OPS, "visit-announced").into_iter().filter(|letter| text(letter).contains(&added.id.to_string()));
    let told: Vec<_> = told.collect();
    assert_eq!(told.len(), 1);
    assert!(text(&told[0]).contains("It stopped twice this week"), "{}", text(&told[0]));
    assert_eq!(called_for(&office).await, before, "what the contract calls for stays as it is");
    assert_eq!(differences(&office.office).await, NOTHING);

    office.sleep_until("2026-02-02T18:00").await;
    office.done(added.id, "2026-02-02T12:00").await;
    office.sleep_until("2026-02-04T09:00").await;
    assert!(office.deadline(Owed::Report, added.id).await.met_at.is_some(), "its report is owed and has arrived");
    assert_eq!(differences(&office.office).await, NOTHING);
    let audited = audited(&office.office).await;
    let line = &audited.iter().find(|one| one.line.site == "MAD" && one.line.term == "inspection").unwrap().line;
    assert_eq!(line.extra, [added.id], "it is extra");
    let still = called_for(&office).await;
    assert!(still.iter().any(|(day, _, _)| day.to_string().starts_with("2026-02")), "February is owed all the same");
});

story!(p07_training_and_support_on_request_are_made_when_and_by_whom_is_asked at "2026-01-05T08:00:00+01:00", |office| {
    office.tick().await;
    let on_request = AppointmentChange {
        engineer: Some("E-2".into()),
        day: Some("2026-01-14".parse().unwrap()),
        starts: Some("10:30".parse().unwrap()),
    };
    let training = WantedVisit { appointment: on_request, ..wanted(Purpose::Training) };
    let added = add(&office, &training).await.unwrap();
    let at = added.state.appointment();
    assert_eq!((at.engineer.as_str(), at.day.to_string(), at.starts.to_string()), ("E-2", "2026-01-14".to_owned(), "10:30:00".to_owned()));
    let support = add(&office, &wanted(Purpose::PlannedSupport)).await.unwrap();
    assert_eq!(support.purpose, Purpose::PlannedSupport, "also where no term of the plan is for it");
    office.tick().await;
    assert_eq!(differences(&office.office).await, NOTHING);

    // It is cancelled like any other, and then nothing is owed of it.
    cancel(&office.office, added.id, "They are trained already").await.unwrap();
    office.sleep_until("2026-01-20T09:00").await;
    assert!(matches!(office.visit(added.id).await.visit.state, VisitState::Cancelled { .. }));
    assert_eq!(differences(&office.office).await, NOTHING);
    office.leaves_waiting(&["record-missing", "deadline-due", "deadline-late", "deadline-escalated"]);
});

story!(p07_a_visit_on_request_is_refused_with_what_would_help at "2026-01-05T08:00:00+01:00", |office| {
    office.tick().await;
    let count = office.visits().await.len();
    let to = |engineer: Option<&str>, day: Option<&str>| AppointmentChange {
        engineer: engineer.map(Into::into),
        day: day.map(|day| day.parse().unwrap()),
        starts: None,
    };
    let inspection = wanted(Purpose::Inspection);
    let cases = [
        (WantedVisit { why: "  ".to_owned(), ..inspection.clone() }, "--why"),
        (WantedVisit { appointment: to(None, Some("2026-01-18")), ..inspection.clone() }, "nobody who can make the visit"),
        (WantedVisit { appointment: to(Some("E-1"), Some("2026-01-18")), ..inspection.clone() }, "day off"),
        (WantedVisit { appointment: to(None, Some("2025-12-01")), ..inspection.clone() }, "no contract covers MAD"),
        (WantedVisit { appointment: to(Some("E-1"), Some("2026-01-02")), ..inspection.clone() }, "has passed"),
        (WantedVisit { contract: Some("C-9".into()), ..inspection.clone() }, "C-9 does not cover MAD"),
    ];
    for (wanted, why) in cases {
        let said = refused(&office, &wanted).await;
        assert!(said.contains(why), "{why}: {said}");
    }
    let nowhere = WantedVisit { site: "NOPE".into(), ..inspection };
    assert!(matches!(add(&office, &nowhere).await, Err(Error::NotFound(_))));
    assert_eq!(office.visits().await.len(), count, "nothing is half done");
});
