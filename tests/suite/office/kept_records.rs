//! A record from a file that its visit cannot take is seen and decided like any form (P03).

use axum::http::StatusCode;
use ronda::domain::access::{ActKind, Deed, Matter};
use ronda::domain::records::form::ReviewWhy;
use ronda::domain::visits::VisitState;
use ronda::office::Error;
use ronda::office::digest::decide::view;
use ronda::office::records::hand_in_form::hand_in_file;
use ronda::office::records::record_visit::record_visit;
use ronda::office::records::review_forms::{contents, dismiss_form, take_form};
use ronda::office::visits::book_visits::{AppointmentChange, Rules, book, cancel};
use ronda::store;
use ronda::store::audit::TrailFilter;

use crate::office::browser::{get, link_of, press};
use crate::office::forms::photo;
use crate::office::harness::TestOffice;
use crate::story;

const MANAGER: &str = "helena@ronda.example";

/// A booked inspection on its day.
async fn booked(office: &TestOffice) -> (ronda::domain::ids::VisitId, chrono::NaiveDate) {
    office.sleep_until("2026-01-20T06:00").await;
    let visit = office.first_visit("inspection", "2026-01-21").await;
    let day = visit.visit.state.appointment().day;
    office.sleep_until(&format!("{day}T14:00")).await;
    (visit.visit.id, day)
}

/// The record with a photo, as a file of another program has it.
async fn with_photo(
    office: &TestOffice,
    visit: ronda::domain::ids::VisitId,
    at: &str,
) -> (String, Vec<(String, Vec<u8>)>) {
    let mut record: serde_json::Value = serde_json::from_str(&office.record(visit, at).await).unwrap();
    record["photos"] = serde_json::json!([{ "file": "panel.jpg", "caption": "" }]);
    (record.to_string(), vec![("panel.jpg".to_owned(), photo(40, 1))])
}

story!(p03_the_record_of_a_cancelled_visit_waits_with_its_photos_and_is_taken_when_it_took_place at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office).await;
    let (record, photos) = with_photo(&office, visit, &format!("{day}T12:00")).await;
    cancel(&office.office, visit, "La planta está parada").await.unwrap();
    let refused = record_visit(&office.office, visit, record.as_bytes(), photos.clone()).await;
    let Err(Error::Refused(why)) = refused else { panic!("not refused: {refused:?}") };
    let waiting = store::records::submission::to_review(&office.office.db).await.unwrap();
    assert_eq!(waiting.iter().map(|form| (form.visit, form.review)).collect::<Vec<_>>(), [(visit, Some(ReviewWhy::Cancelled))]);
    let form = &waiting[0];
    for command in [format!("ronda visit book {visit}"), format!("ronda form take {}", form.id)] {
        assert!(why.contains(&command), "{why}");
    }
    let found = contents(&office.office.db, form).await.unwrap();
    assert!(matches!(&found.photos[..], [(file, Some(_))] if file == "panel.jpg"), "{found:?}");
    assert_eq!(found.differences, None, "the visit has no record");
    // The same again is the same form.
    record_visit(&office.office, visit, record.as_bytes(), photos).await.unwrap_err();
    assert_eq!(store::records::submission::to_review(&office.office.db).await.unwrap().len(), 1);
    let cannot = take_form(&office.office, form.id).await;
    assert!(matches!(cannot, Err(Error::Refused(_))), "the visit is cancelled");
    book(&office.office, visit, &AppointmentChange::default(), Rules::Overrule).await.unwrap();
    take_form(&office.office, form.id).await.unwrap();
    office.tick().await;
    assert!(matches!(office.visit(visit).await.visit.state, VisitState::Done { .. }));
    assert_eq!(store::records::photos(&office.office.db, visit).await.unwrap().len(), 1);
    assert!(store::reports::latest(&office.office.db, visit).await.unwrap().is_some());
    assert!(store::records::submission::to_review(&office.office.db).await.unwrap().is_empty());
});

story!(p03_another_record_of_a_visit_stands_in_the_digest_with_what_differs_until_it_is_dismissed at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office).await;
    let record = office.record(visit, &format!("{day}T12:00")).await;
    record_visit(&office.office, visit, record.as_bytes(), Vec::new()).await.unwrap();
    let other = office.record(visit, &format!("{day}T13:00")).await;
    record_visit(&office.office, visit, other.as_bytes(), Vec::new()).await.unwrap_err();
    let form = store::records::submission::to_review(&office.office.db).await.unwrap().remove(0);
    let differences = contents(&office.office.db, &form).await.unwrap().differences.unwrap();
    assert!(differences.iter().any(|one| one.path == "completed_at"), "{differences:?}");
    let manager = store::people::manager::all(&office.office.db).await.unwrap().remove(0);
    let seen = view(&office.office, &office.office.db, &manager, &Matter::Form(form.id)).await.unwrap().unwrap();
    assert_eq!(seen.can, [ActKind::DismissForm], "a visit that is done takes no other record");
    let next = office.office.calendars.named("ES-MD").unwrap().nth_after(day, ronda::domain::calendar::WorkingDays(1)).unwrap();
    office.sleep_until(&format!("{next}T08:00")).await;
    let digest = office.told(MANAGER, "digest").pop().unwrap();
    let link = link_of(&digest, &["had another record"]);
    let page = get(&office, &link).await;
    assert!(page.body.contains("completed_at"), "the page says what differs: {}", page.body);
    let pressed = press(&office, &link, "dismiss-form", &[("why", "the first one holds")]).await;
    assert_eq!(pressed.status, StatusCode::SEE_OTHER, "{}", pressed.body);
    assert!(dismiss_form(&office.office, form.id, "again").await.is_err(), "once");
    // Handed in again, its holder is told what came of it.
    let again = record_visit(&office.office, visit, other.as_bytes(), Vec::new()).await;
    assert!(matches!(&again, Err(Error::Refused(why)) if why.contains("the first one holds")), "{again:?}");
});

story!(p03_a_kept_record_that_is_handed_in_again_and_taken_waits_no_more at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office).await;
    let record = office.record(visit, &format!("{day}T12:00")).await;
    cancel(&office.office, visit, "La planta está parada").await.unwrap();
    record_visit(&office.office, visit, record.as_bytes(), Vec::new()).await.unwrap_err();
    book(&office.office, visit, &AppointmentChange::default(), Rules::Overrule).await.unwrap();
    record_visit(&office.office, visit, record.as_bytes(), Vec::new()).await.unwrap();
    assert!(store::records::submission::to_review(&office.office.db).await.unwrap().is_empty());
    office.leaves_waiting(&["visit-cancelled", "visit-announced"]);
});

story!(p03_a_kept_record_names_who_brought_it_and_its_line_names_the_visit at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office).await;
    office.done(visit, &format!("{day}T12:00")).await;
    let other = office.record(visit, &format!("{day}T13:00")).await;
    record_visit(&office.office, visit, other.as_bytes(), Vec::new()).await.unwrap_err();
    let form = store::records::submission::to_review(&office.office.db).await.unwrap().remove(0);
    assert_eq!(form.by, "user:tester", "not the engineer, who brought nothing");
    // The same from a file that a phone has saved.
    let saved = serde_json::json!({
        "form": 1, "id": "a".repeat(64), "device": "", "for_review": true,
        "record": serde_json::from_str::<serde_json::Value>(&other).unwrap(),
    });
    hand_in_file(&office.office, visit, saved.to_string().as_bytes()).await.unwrap();
    let forms = store::records::submission::to_review(&office.office.db).await.unwrap();
    assert_eq!(forms.iter().map(|form| form.by.as_str()).collect::<Vec<_>>(), ["user:tester"; 2]);
    dismiss_form(&office.office, form.id, "the first one holds").await.unwrap();
    let of = TrailFilter { deed: Some(Deed::DismissForm), most: 1, ..TrailFilter::default() };
    let line = store::audit::list(&office.office.db, &of).await.unwrap().remove(0);
    assert_eq!((line.on, line.visit), (format!("{visit} form {}", form.id), Some(visit)));
    office.tick().await;
});
