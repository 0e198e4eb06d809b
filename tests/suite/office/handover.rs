//! A draft at the office when its visit changes hands, or is made up for on another day (R11, R13).

use axum::http::StatusCode;
use ronda::domain::visits::VisitState;
use ronda::office::access::form_links::new_form_link;
use ronda::office::visits::book_visits::{AppointmentChange, Rules, book, move_visit};
use serde_json::{Value, json};

use crate::office::forms::on_site;
use crate::office::harness::madrid;
use crate::office::phone::Phone;
use crate::story;

/// What Lucía has filled in and signed.
fn filled_in() -> Value {
    let field = |path: &str, value: Value| json!({"path": path, "value": value, "base": 0});
    json!({"device": "first", "since": 0, "fields": [
        field("sign/engineer/name", json!("Lucía Romero")),
        field("sign/engineer/strokes", json!([[[0.0, 0.0], [10.0, 5.0]]])),
        field("sign/customer/name", json!("Rosa Peñalver")),
        field("started_at", json!("2026-02-02T10:00:00+01:00")),
        field("completed_at", json!("2026-02-02T12:00:00+01:00")),
        field("not_done/by", json!("Lucía Romero")),
        field("eq/UPS-1/room-temperature/reading", json!("23")),
        field("remarks", json!("the door sticks")),
    ]})
}

/// The fields that are new to a phone that knows the draft up to a revision: those that say something, by path.
async fn said(phone: &Phone, since: i64) -> Vec<(String, Value)> {
    let answer = phone.post("draft", &json!({"device": "second", "since": since, "fields": []})).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let fields = answer.json()["fields"].as_array().unwrap().clone();
    let mut said: Vec<(String, Value)> = fields
        .iter()
        .filter(|field| !field["value"].is_null())
        .map(|field| (field["path"].as_str().unwrap().to_owned(), field["value"].clone()))
        .collect();
    said.sort_by(|a, b| a.0.cmp(&b.0));
    said
}

fn readings() -> Vec<(String, Value)> {
    vec![
        ("eq/UPS-1/room-temperature/reading".to_owned(), json!("23")),
        ("remarks".to_owned(), json!("the door sticks")),
    ]
}

story!(r13_a_reassigned_visits_form_has_nothing_that_the_first_engineer_signed at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, _, phone) = on_site(&office).await;
    let pushed = phone.post("draft", &filled_in()).await.json();
    assert_eq!(pushed["rev"], 8);
    let first = office.visit(visit).await.visit.state.appointment().engineer.clone();
    // Another time of the day alone leaves the draft as it is.
    let later = AppointmentChange { starts: Some("16:30:00".parse().unwrap()), ..AppointmentChange::default() };
    move_visit(&office.office, visit, &later, Rules::Overrule).await.unwrap();
    assert_eq!(said(&phone, 0).await.len(), 8);
    let other = if first == "E-1" { "E-2" } else { "E-1" };
    let change = AppointmentChange { engineer: Some(other.into()), ..AppointmentChange::default() };
    move_visit(&office.office, visit, &change, Rules::Overrule).await.unwrap();
    let link = new_form_link(&office.office, visit).await.unwrap().address;
    let second = Phone::open(&office, visit, &link).await;
    assert_eq!(said(&second, 0).await, readings());
    let all = second.post("draft", &json!({"device": "second", "since": 0, "fields": []})).await.text();
    assert!(!all.contains("Romero") && !all.contains("strokes\",\"value\":[["), "{all}");
    // What the second writes now comes after all that the first has seen: back again, their phone hears of it.
    let reading = json!({"path": "eq/UPS-1/voltage/reading", "value": "27", "base": 0});
    second.post("draft", &json!({"device": "second", "since": 0, "fields": [reading]})).await;
    let back = AppointmentChange { engineer: Some(first), ..AppointmentChange::default() };
    move_visit(&office.office, visit, &back, Rules::Overrule).await.unwrap();
    let link = new_form_link(&office.office, visit).await.unwrap().address;
    let again = Phone::open(&office, visit, &link).await;
    assert_eq!(said(&again, 8).await, [("eq/UPS-1/voltage/reading".to_owned(), json!("27"))]);
    office.leaves_waiting(&["visit-announced", "visit-moved", "visit-passed-on"]);
});

story!(r11_what_was_filled_in_is_there_when_a_visit_is_made_up_for at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day, phone) = on_site(&office).await;
    let mut draft = filled_in();
    for (path, value) in [("outcome", "not-done"), ("not_done/reason", "La sala estaba cerrada")] {
        draft["fields"].as_array_mut().unwrap().push(json!({"path": path, "value": value, "base": 0}));
    }
    let rev = phone.post("draft", &draft).await.json()["rev"].as_i64().unwrap();
    let record = json!({
        "schema": 1, "outcome": "not-done", "reason": "La sala estaba cerrada",
        "noted_at": madrid(&format!("{day}T12:00")).to_rfc3339(), "by": "Lucía Romero",
    });
    assert_eq!(phone.hand_in(&phone.envelope(1, &record.to_string(), &[])).await.status, StatusCode::OK);
    assert!(matches!(office.visit(visit).await.visit.state, VisitState::Cancelled { .. }));
    assert_eq!(said(&phone, 0).await, [], "the form is closed");
    book(&office.office, visit, &AppointmentChange { day: Some(day + chrono::Days::new(1)), ..AppointmentChange::default() }, Rules::Overrule)
        .await
        .unwrap();
    // The same phone has forgotten what it handed in, and knows the draft up to there. Who signed then may come again.
    let signers = [("sign/customer/name", "Rosa Peñalver"), ("sign/engineer/name", "Lucía Romero")];
    let signers = signers.map(|(path, name)| (path.to_owned(), json!(name)));
    assert_eq!(said(&phone, rev).await, [readings(), signers.to_vec()].concat());
    // The record of the visit that took place ends the draft.
    office.down_until(&format!("{}T14:00", day + chrono::Days::new(1)));
    let done = office.record(visit, &format!("{}T12:00", day + chrono::Days::new(1))).await;
    assert_eq!(phone.hand_in(&phone.envelope(2, &done, &[])).await.status, StatusCode::OK);
    assert_eq!(ronda::store::records::draft::of_visit(&office.office.db, visit).await.unwrap(), []);
    office.leaves_waiting(&["visit-announced", "visit-not-done"]);
});

story!(r11_what_was_filled_in_goes_along_to_the_visit_that_is_planned_instead at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day, phone) = on_site(&office).await;
    phone.post("draft", &filled_in()).await;
    let record = json!({
        "schema": 1, "outcome": "not-done", "reason": "Nobody let us in",
        "noted_at": madrid(&format!("{day}T12:00")).to_rfc3339(), "by": "Lucía Romero",
    });
    assert_eq!(phone.hand_in(&phone.envelope(1, &record.to_string(), &[])).await.status, StatusCode::OK);
    let kept = ronda::store::records::draft::of_visit(&office.office.db, visit).await.unwrap();
    assert!(!kept.is_empty());
    office.tick().await;
    let number = office.visit(visit).await.visit.number;
    let is_instead = |stored: &ronda::domain::visits::StoredVisit| {
        let (was, is) = ((stored.visit.term.as_str(), stored.visit.number), stored.visit.id);
        was == ("inspection", number) && is != visit
    };
    let instead = office.visits().await.into_iter().find(is_instead).expect("it is planned again").visit;
    book(&office.office, instead.id, &AppointmentChange::default(), Rules::Keep).await.ok();
    let passed_on = ronda::store::records::draft::of_visit(&office.office.db, instead.id).await.unwrap();
    assert_eq!(passed_on, kept);
    assert_eq!(ronda::store::records::draft::of_visit(&office.office.db, visit).await.unwrap(), []);
    office.leaves_waiting(&["visit-announced", "visit-not-done"]);
});
