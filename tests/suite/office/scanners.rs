//! Mail scanners open every link in every letter, many times, and none of it changes anything (R12).

use std::collections::{BTreeMap, BTreeSet};

use axum::http::{Method, StatusCode};
use chrono::Days;
use ronda::office::visits::book_visits::{AppointmentChange, Rules, move_visit};
use serde_json::{Value, json};

use crate::office::browser::{ask, dump, links};
use crate::office::forms::on_site;
use crate::story;

story!(r12_every_link_of_every_letter_fetched_fifty_times_leaves_the_store_as_it_is at "2026-01-05T08:00:00+01:00", |office| {
    // Reports larger than nothing go by a link.
    let mut config = (*office.office.config).clone();
    config.letters.largest_attachment_mb = 0;
    let mut office = office;
    office.office.config = config.into();
    let (visit, day, phone) = on_site(&office).await;
    let mut record: Value = serde_json::from_str(&office.record(visit, &format!("{day}T12:00")).await).unwrap();
    record["customer_signature"] = json!({"status": "asked", "name": "Rosa", "email": "rosa@cum.example"});
    assert_eq!(phone.hand_in(&phone.envelope(1, &record.to_string(), &[])).await.status, StatusCode::OK);
    for after in 1..=8 {
        office.down_until(&format!("{}T09:00", day + Days::new(after)));
        office.tick().await;
    }
    let next = office.first_visit("inspection", &(day + Days::new(9)).to_string()).await;
    let appointment = next.visit.state.appointment();
    let other = if appointment.engineer == "E-1" { "E-2" } else { "E-1" };
    let change = AppointmentChange { engineer: Some(other.into()), ..AppointmentChange::default() };
    move_visit(&office.office, next.visit.id, &change, Rules::Overrule).await.unwrap();
    office.tick().await;

    let letters = office.post.with(|post| post.accepted.clone());
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for letter in &letters {
        for link in links(letter) {
            let kind = link.split('/').nth(3).unwrap_or_default().to_owned();
            found.entry(kind).or_default().insert(link);
        }
    }
    let kinds: Vec<&str> = found.keys().map(String::as_str).collect();
    assert_eq!(kinds, ["countersign", "digest", "form", "matter", "paper", "unsubscribe"], "every kind of link there is");
    let before = dump(&office).await;
    for links in found.values() {
        // The latest of each kind, a few of them: what they open is the same code.
        for link in links.iter().rev().take(3) {
            for _ in 0..50 {
                let page = ask(&office, Method::GET, link, None).await;
                let is_fine = page.status.is_success() || page.status == StatusCode::SEE_OTHER || page.status == StatusCode::GONE;
                assert!(is_fine, "{link}: {}", page.status);
                if let Some(there) = page.location {
                    assert_eq!(ask(&office, Method::GET, &there, None).await.status, StatusCode::OK, "{there}");
                }
            }
            ask(&office, Method::HEAD, link, None).await;
        }
    }
    assert_eq!(dump(&office).await, before);
});
