//! What one who holds a form's link cannot do to the office with it (R13).

use axum::http::StatusCode;
use chrono::Days;
use ronda::office::documents::sha256;
use serde_json::{Value, json};

use crate::office::browser::link_of;
use crate::office::forms::{on_site, photo};
use crate::story;

story!(r13_a_small_push_gets_no_large_answer at "2026-01-05T08:00:00+01:00", |office| {
    let (.., phone) = on_site(&office).await;
    let field = |path: &str, value: Value| json!({"path": path, "value": value, "base": 0});
    let refused = |device: &str, fields: Vec<Value>| {
        let (phone, push) = (phone.clone(), json!({"device": device, "since": 0, "fields": fields}));
        async move {
            let answer = phone.post("draft", &push).await;
            assert_eq!((answer.status, answer.json()["status"].clone()), (StatusCode::UNPROCESSABLE_ENTITY, json!("bad-draft")));
            assert!(answer.bytes.len() < 1_000, "{} bytes", answer.bytes.len());
            answer.json()["why"].as_str().unwrap().to_owned()
        }
    };
    // A phone's name stands beside every field of the answer.
    let fields: Vec<Value> = (0..300).map(|n| field(&format!("p/{n}"), json!(1))).collect();
    let why = refused(&"d".repeat(300_000), fields).await;
    assert!(why.contains("1 to 64 bytes"), "{why}");
    // Each conflict brings what the office has.
    let large = json!({"device": "a", "since": 0, "fields": [field("a", json!("x".repeat(1_000_000)))]});
    assert_eq!(phone.post("draft", &large).await.status, StatusCode::OK);
    let why = refused("b", (0..200).map(|n| field("a", json!(n))).collect()).await;
    assert!(why.contains("named twice"), "{why}");
    let why = refused("b", (0..1_001).map(|n| field(&format!("p/{n}"), json!(n))).collect()).await;
    assert!(why.contains("1001 fields") && why.contains("in parts"), "{why}");
    let answer = phone.post("draft", &json!({"device": "b", "since": 1, "fields": [field("a", json!(1))]})).await;
    assert_eq!(answer.json()["conflicts"].as_array().unwrap().len(), 1);
});

story!(r13_a_piece_that_says_any_number_of_its_place_is_refused at "2026-01-05T08:00:00+01:00", |office| {
    let (.., phone) = on_site(&office).await;
    let bytes = photo(300, 3);
    let name = sha256(&bytes);
    for (at, of) in [(u64::MAX, 5), (u64::MAX, u64::MAX), (u64::MAX - 4, u64::MAX), (0, u64::MAX), (1 << 63, 5)] {
        let answer = phone.put_piece(&name, at, of, b"hello").await;
        assert_eq!((answer.status, answer.json()["why"].clone()), (StatusCode::UNPROCESSABLE_ENTITY, json!("too-large")));
    }
    assert_eq!(phone.get(&format!("photos/{name}")).await.json()["have"], 0);
    phone.send_photo(&bytes, 10_000).await;
});

story!(r13_a_record_of_another_age_is_refused_and_breaks_nothing_while_it_waits at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day, phone) = on_site(&office).await;
    let not_done = |at: &str| {
        json!({"schema": 1, "outcome": "not-done", "reason": "closed", "noted_at": at, "by": "Lucía"}).to_string()
    };
    for (id, at) in [(1, "-262143-01-02T00:00:00+00:00"), (2, "+262142-12-30T00:00:00+00:00"), (3, "1970-01-01T00:00:00Z")] {
        let mut form = phone.envelope(id, &not_done(at), &[]);
        form["confirmed"] = json!(["completed-in-the-future", "completed-before-booking"]);
        let answer = phone.hand_in(&form).await;
        match id {
            // A person says that it is right so: a manager will see.
            2 => assert_eq!(answer.json()["why"], "in-the-future"),
            _ => {
                assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text());
                assert_eq!(answer.json()["bad"][0]["path"], "noted_at");
                form["for_review"] = json!(true);
                assert_eq!(phone.hand_in(&form).await.status, StatusCode::ACCEPTED);
            }
        }
    }
    let mut record: Value = serde_json::from_str(&office.record(visit, &format!("{day}T12:00")).await).unwrap();
    record["started_at"] = json!("1970-01-01T01:00:00+01:00");
    let refused = phone.hand_in(&phone.envelope(4, &record.to_string(), &[])).await;
    assert_eq!(refused.json()["bad"][0]["path"], "started_at", "{}", refused.text());
    // The digest and its pages name what waits.
    office.down_until(&format!("{}T09:00", day + Days::new(4)));
    office.tick().await;
    let digest = office.told("helena@ronda.example", "digest").pop().unwrap();
    let page = link_of(&digest, &["the engineer asks you to look at it"]);
    assert_eq!(crate::office::browser::get(&office, &page).await.status, StatusCode::OK);
});
