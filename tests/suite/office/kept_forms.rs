//! What the office keeps of forms that it cannot take: all of it, and no more than a manager can look at (R10, R13).

use axum::http::{StatusCode, header};
use ronda::domain::ids::VisitId;
use ronda::domain::records::form::ReviewWhy;
use ronda::office::access::form_links::new_form_link;
use ronda::office::records::review_forms::dismiss_form;
use ronda::store;
use ronda::store::records::form_photo::FormPhoto;
use serde_json::json;

use crate::office::forms::on_site;
use crate::office::harness::{TestOffice, madrid};
use crate::office::phone::Phone;
use crate::story;

/// The phone of a further visit, by a link made by hand.
async fn elsewhere(office: &TestOffice, not: VisitId) -> Phone {
    let visits = office.visits().await.into_iter();
    let planned = visits.filter(|stored| stored.visit.id != not && stored.visit.term == "inspection");
    let other = planned.map(|stored| stored.visit.id).next().expect("there is another inspection");
    let link = new_form_link(&office.office, other).await.unwrap().address;
    Phone::open(office, other, &link).await
}

story!(r10_the_same_bytes_for_two_visits_are_kept_for_both at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day, phone) = on_site(&office).await;
    let other = elsewhere(&office, visit).await;
    let record = json!({
        "schema": 1, "outcome": "not-done", "reason": "La sala estaba cerrada",
        "noted_at": madrid(&format!("{day}T12:00")).to_rfc3339(), "by": "Lucía Romero",
    });
    let form = phone.envelope(1, &record.to_string(), &[]);
    assert_eq!(phone.hand_in(&form).await.status, StatusCode::OK);
    let first = other.hand_in(&form).await;
    assert_eq!((first.status, first.json()["status"].clone()), (StatusCode::CONFLICT, json!("conflict")));
    // Who is told that it is kept can rely on it.
    let kept = store::records::submission::of_visit(&office.office.db, other.visit).await.unwrap();
    assert_eq!(kept.iter().map(|form| form.review).collect::<Vec<_>>(), [Some(ReviewWhy::Conflict)]);
    assert_eq!(kept[0].body, form.to_string());
    // Once, and the second answer says when.
    office.down_until(&format!("{day}T14:10"));
    assert_eq!(other.hand_in(&form).await.json(), first.json());
    assert_eq!(store::records::submission::of_visit(&office.office.db, other.visit).await.unwrap().len(), 1);
    assert_eq!(store::records::submission::of_visit(&office.office.db, visit).await.unwrap().len(), 1);
    office.leaves_waiting(&["visit-not-done"]);
});

story!(r13_no_more_forms_wait_for_a_manager_than_one_can_look_at at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day, phone) = on_site(&office).await;
    let record = office.record(visit, &format!("{day}T12:00")).await;
    let form = |id: u8| {
        let mut form = phone.envelope(id, &record, &[]);
        form["for_review"] = json!(true);
        form
    };
    for id in 1..=20 {
        assert_eq!(phone.hand_in(&form(id)).await.status, StatusCode::ACCEPTED, "form {id}");
    }
    let refused = phone.hand_in(&form(21)).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "{}", refused.text());
    assert_eq!((refused.json()["here"].clone(), refused.header(header::RETRY_AFTER)), (json!(20), "3600"));
    // Neither other bytes under a taken id are kept, nor what comes by a link that has ended.
    let mut other = form(1);
    other["office_note"] = json!("another");
    assert_eq!(phone.hand_in(&other).await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(store::records::submission::to_review(&office.office.db).await.unwrap().len(), 20);
    // What is here already is answered as before, and what the office can take is taken.
    assert_eq!(phone.hand_in(&form(20)).await.status, StatusCode::ACCEPTED);
    let waiting = store::records::submission::to_review(&office.office.db).await.unwrap();
    dismiss_form(&office.office, waiting[0].id, "a test").await.unwrap();
    assert_eq!(phone.hand_in(&form(21)).await.status, StatusCode::ACCEPTED);
    // The very record, by as many phones as a visit may have, and no more.
    for id in 22..42 {
        assert_eq!(phone.hand_in(&phone.envelope(id, &record, &[])).await.status, StatusCode::OK, "form {id}");
    }
    assert_eq!(phone.hand_in(&phone.envelope(42, &record, &[])).await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(phone.get("visit.json").await.json()["status"]["state"], "received");
});

story!(r13_photos_of_a_visit_have_no_more_room_by_being_begun_all_at_once at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, _, phone) = on_site(&office).await;
    // What others have sent leaves room for one more of this size.
    let of = 8 * 1024 * 1024;
    let mut tx = office.office.db.begin().await.unwrap();
    let now = office.office.clock.now();
    for n in 0..29 {
        let bytes = if n == 0 { of - 1_000 } else { of };
        let photo = FormPhoto { sent_sha256: format!("{n:064}"), bytes, sha256: "0".repeat(64) };
        store::records::form_photo::put(&mut tx, visit, &photo, now).await.unwrap();
    }
    tx.commit().await.unwrap();
    let (one, two) = ("a".repeat(64), "b".repeat(64));
    let piece = vec![7; 100_000];
    let put = |name: String, at: usize| {
        let (phone, piece) = (phone.clone(), piece.clone());
        async move { phone.put_piece(&name, at as u64, of.unsigned_abs(), &piece).await.status }
    };
    assert_eq!(put(one.clone(), 0).await, StatusCode::OK);
    assert_eq!(put(one.clone(), 100_000).await, StatusCode::OK);
    assert_eq!(put(two.clone(), 0).await, StatusCode::UNPROCESSABLE_ENTITY, "the first one's bytes count");
    // Were it begun before those bytes came, it would not be gone on with either.
    let folder = office.office.config.dir.join("incoming").join(visit.to_string());
    std::fs::write(folder.join(&two), &piece).unwrap();
    assert_eq!(put(two, 100_000).await, StatusCode::UNPROCESSABLE_ENTITY);
});
