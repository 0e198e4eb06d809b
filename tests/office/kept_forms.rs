//! What the office keeps of forms that it cannot take: all of it, and no more than a manager can look at (R10, R13).

use axum::http::StatusCode;
use ronda::actions::form_links::new_form_link;
use ronda::db;
use ronda::domain::form::ReviewWhy;
use ronda::domain::visit::VisitId;
use serde_json::json;

use crate::forms::on_site;
use crate::harness::{TestOffice, madrid};
use crate::phone::Phone;
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
    let kept = db::submission::of_visit(&office.office.db, other.visit).await.unwrap();
    assert_eq!(kept.iter().map(|form| form.review).collect::<Vec<_>>(), [Some(ReviewWhy::Conflict)]);
    assert_eq!(kept[0].body, form.to_string());
    // Once, and the second answer says when.
    office.down_until(&format!("{day}T14:10"));
    assert_eq!(other.hand_in(&form).await.json(), first.json());
    assert_eq!(db::submission::of_visit(&office.office.db, other.visit).await.unwrap().len(), 1);
    assert_eq!(db::submission::of_visit(&office.office.db, visit).await.unwrap().len(), 1);
});
