//! P03, P04, P09: records taken whole, reports drawn once, filed when the customer's server has taken them.

use ronda::domain::ids::VisitId;
use ronda::domain::promises::Owed;
use ronda::domain::records::form::ReviewWhy;
use ronda::domain::reports::DocumentKind;
use ronda::domain::visits::{StoredVisit, VisitState};
use ronda::office::Error;
use ronda::office::records::record_visit::{Recorded, record_visit};
use ronda::office::reports::file_report::handed_over;
use ronda::store;

use crate::office::harness::TestOffice;
use crate::story;

async fn booked(office: &TestOffice, term: &str) -> (VisitId, chrono::NaiveDate) {
    office.tick().await;
    let visit = office.first_visit(term, "2026-01-01").await;
    let day = visit.visit.state.appointment().day;
    office.sleep_until(&format!("{day}T18:00")).await;
    (visit.visit.id, day)
}

story!(p03_p04_a_record_becomes_a_report_that_is_filed_when_the_server_took_it at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office, "inspection").await;
    office.done(visit, &format!("{day}T12:00")).await;
    office.tick().await;
    let letters = office.told("reports@cum.example", "report-delivered");
    assert_eq!(letters.len(), 1);
    let report = store::reports::latest(&office.office.db, visit).await.unwrap().unwrap();
    let pdf = office.office.documents.get(&report.sha256).await.unwrap();
    assert!(pdf.starts_with(b"%PDF-1."));
    let filing = store::reports::filing(&office.office.db, visit).await.unwrap().unwrap();
    assert!(filing.how.contains("reports@cum.example"));
    let deadline = office.deadline(Owed::Report, visit).await;
    assert_eq!(deadline.met_at, Some(filing.filed_at));
    let before = office.fingerprint().await;
    office.tick().await;
    assert_eq!(office.fingerprint().await, before, "a second beat changes nothing");
});

story!(p04_a_refused_report_stays_open_until_it_is_handed_over at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office, "inspection").await;
    office.post.with(|post| { post.unknown.insert("reports@cum.example".to_owned()); });
    office.done(visit, &format!("{day}T12:00")).await;
    office.tick().await;
    assert!(store::reports::filing(&office.office.db, visit).await.unwrap().is_none());
    assert!(office.deadline(Owed::Report, visit).await.met_at.is_none());
    assert_eq!(office.told("helena@ronda.example", "undelivered").len(), 1, "the manager hears of it at once");
    let future = handed_over(&office.office, visit, "Lucía", day + chrono::Days::new(9)).await;
    assert!(matches!(future, Err(Error::Refused(_))), "nothing is handed over in the future");
    handed_over(&office.office, visit, "Lucía Romero", day).await.unwrap();
    assert!(office.deadline(Owed::Report, visit).await.met_at.is_some());
    let twice = handed_over(&office.office, visit, "Lucía Romero", day).await;
    assert!(matches!(twice, Err(Error::Refused(_))));
});

story!(p03_the_same_record_twice_is_one_and_another_is_refused_and_kept at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office, "inspection").await;
    let json = office.record(visit, &format!("{day}T12:00")).await;
    let first = record_visit(&office.office, visit, json.as_bytes(), Vec::new()).await.unwrap();
    assert!(matches!(first, Recorded::Taken { .. }));
    let again = record_visit(&office.office, visit, json.as_bytes(), Vec::new()).await.unwrap();
    assert!(matches!(again, Recorded::Already { .. }));
    let other = office.record(visit, &format!("{day}T13:00")).await;
    let refused = record_visit(&office.office, visit, other.as_bytes(), Vec::new()).await;
    assert!(matches!(refused, Err(Error::Refused(_))));
    let again = record_visit(&office.office, visit, other.as_bytes(), Vec::new()).await;
    let (Err(Error::Refused(first)), Err(Error::Refused(again))) = (refused, again) else { panic!("both are refused") };
    assert_eq!(first, again, "the same again is kept once");
    let kept = store::records::submission::to_review(&office.office.db).await.unwrap();
    assert_eq!(kept.iter().map(|form| (form.visit, form.review)).collect::<Vec<_>>(), [(visit, Some(ReviewWhy::OtherRecord))]);
    assert!(first.contains(&format!("`ronda form show {}`", kept[0].id)), "{first}");
});

story!(a_record_with_mistakes_is_refused_with_every_one_named at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office, "inspection").await;
    let mut record: serde_json::Value =
        serde_json::from_str(&office.record(visit, &format!("{day}T12:00")).await).unwrap();
    record["equipment"][0]["equipment"] = "UPS-9".into();
    record["engineer_signature"]["strokes"] = serde_json::json!([]);
    let refused = record_visit(&office.office, visit, record.to_string().as_bytes(), Vec::new()).await;
    let Err(Error::Refused(why)) = refused else { panic!("not refused: {refused:?}") };
    assert!(why.contains("equipment[0].equipment") && why.contains("UPS-9"), "{why}");
    assert!(why.contains("engineer_signature"), "{why}");
    assert!(!matches!(office.visit(visit).await.visit.state, VisitState::Done { .. }));
});

story!(a_visit_that_did_not_take_place_says_why_and_is_owed_all_the_same at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office, "inspection").await;
    let json = serde_json::json!({
        "schema": 1, "outcome": "not-done", "reason": "La sala estaba cerrada",
        "noted_at": crate::office::harness::madrid(&format!("{day}T12:00")).to_rfc3339(), "by": "Lucía Romero",
    });
    record_visit(&office.office, visit, json.to_string().as_bytes(), Vec::new()).await.unwrap();
    office.tick().await;
    assert!(matches!(office.visit(visit).await.visit.state, VisitState::Cancelled { .. }));
    assert_eq!(office.told("ops@cum.example", "visit-not-done").len(), 1);
    assert!(store::reports::latest(&office.office.db, visit).await.unwrap().is_none());
    let filter = store::promises::DeadlineFilter { owed: Some(Owed::Visit), only_open: true, ..Default::default() };
    assert!(!store::promises::list(&office.office.db, &filter).await.unwrap().is_empty(), "the slot is still owed");
    // It is planned again, and takes place after all.
    let number = office.visit(visit).await.visit.number;
    let is_instead = |stored: &StoredVisit| {
        (stored.visit.term.as_str(), stored.visit.number) == ("inspection", number) && stored.visit.id != visit
    };
    let instead = office.visits().await.into_iter().find(is_instead).expect("it is planned again").visit;
    let again = instead.state.appointment().day;
    office.sleep_until(&format!("{again}T18:00")).await;
    office.done(instead.id, &format!("{again}T12:00")).await;
    assert!(matches!(office.visit(instead.id).await.visit.state, VisitState::Done { .. }));
});

story!(p09_p10_a_training_gives_a_certificate_that_is_filed_like_a_report at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office, "training").await;
    office.done(visit, &format!("{day}T12:00")).await;
    office.tick().await;
    let report = store::reports::latest(&office.office.db, visit).await.unwrap().unwrap();
    assert_eq!(report.kind, DocumentKind::Certificate);
    assert_eq!(office.told("reports@cum.example", "certificate-delivered").len(), 1);
    assert!(office.deadline(Owed::Report, visit).await.met_at.is_some());
});

story!(p04_a_report_goes_to_a_new_contact_when_it_is_sent_again at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office, "inspection").await;
    office.post.with(|post| { post.unknown.insert("reports@cum.example".to_owned()); });
    office.done(visit, &format!("{day}T12:00")).await;
    office.tick().await;
    office.post.with(|post| post.unknown.clear());
    let waiting = ronda::office::reports::issue_report::send_again(&office.office, visit).await.unwrap();
    assert_eq!(waiting, 1);
    office.tick().await;
    assert!(store::reports::filing(&office.office.db, visit).await.unwrap().is_some());
    assert_eq!(ronda::office::reports::issue_report::send_again(&office.office, visit).await.unwrap(), 0);
});

story!(p02_a_finding_stays_open_until_a_later_visit_closes_it at "2026-01-05T08:00:00+01:00", |office| {
    let (first, day) = booked(&office, "inspection").await;
    let mut record: serde_json::Value =
        serde_json::from_str(&office.record(first, &format!("{day}T12:00")).await).unwrap();
    record["findings"] = serde_json::json!([
        {"severity": "major", "equipment": "UPS-1", "text": "Borne flojo", "close_by": "2026-03-31"},
        {"severity": "minor", "text": "Cartel caído", "done": "Colocado de nuevo", "closed": true},
    ]);
    record_visit(&office.office, first, record.to_string().as_bytes(), Vec::new()).await.unwrap();
    let open = store::findings::open(&office.office.db, &"MAD".into()).await.unwrap();
    assert_eq!(open.len(), 1, "what was put right on the spot is not open");
    let number = open[0].id;
    let second = office.first_visit("inspection", &(day + chrono::Days::new(20)).to_string()).await;
    let day = second.visit.state.appointment().day;
    office.sleep_until(&format!("{day}T18:00")).await;
    let mut record: serde_json::Value =
        serde_json::from_str(&office.record(second.visit.id, &format!("{day}T12:00")).await).unwrap();
    record["closes"] = serde_json::json!([{"finding": number, "how": "Apretado al par indicado"}]);
    record_visit(&office.office, second.visit.id, record.to_string().as_bytes(), Vec::new()).await.unwrap();
    assert!(store::findings::open(&office.office.db, &"MAD".into()).await.unwrap().is_empty());
});
