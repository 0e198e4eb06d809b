//! A form's link: opens the form where its service worker reaches, and says after its end what is still there
//! (P03, R10, R11, R13).

use axum::http::{StatusCode, header};
use chrono::Days;
use ronda::office::access::form_links::new_form_link;
use ronda::office::documents::sha256;
use ronda::office::visits::book_visits::{AppointmentChange, Rules, move_visit};
use serde_json::json;

use crate::office::browser::PUBLIC;
use crate::office::forms::on_site;
use crate::office::phone::{Phone, get, pages};
use crate::story;

story!(p03_a_forms_link_lies_below_the_form_and_the_older_one_opens_all_the_same at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, ..) = on_site(&office).await;
    let link = new_form_link(&office.office, visit).await.unwrap().address;
    let secret = link.strip_prefix(&format!("{PUBLIC}/form/l/")).expect("within the service worker's reach");
    for address in [&link, &format!("{PUBLIC}/record/{secret}")] {
        let phone = Phone::open(&office, visit, address).await;
        let bundle = phone.get("visit.json").await;
        assert_eq!((bundle.status, bundle.json()["link"].clone()), (StatusCode::OK, json!(sha256(secret.as_bytes())[..16])));
    }
    // Each phone is told of the link that it came by.
    let other = new_form_link(&office.office, visit).await.unwrap().address;
    let told = Phone::open(&office, visit, &other).await.get("visit.json").await.json()["link"].clone();
    assert_eq!(told, json!(sha256(other.rsplit('/').next().unwrap().as_bytes())[..16]));
});

story!(r13_a_forms_bundle_names_the_customers_people_without_their_addresses at "2026-01-05T08:00:00+01:00", |office| {
    let (.., phone) = on_site(&office).await;
    let bundle = phone.get("visit.json").await;
    assert!(!bundle.text().contains('@'), "{}", bundle.text());
    let people = bundle.json()["people"].as_array().unwrap().clone();
    assert!(!people.is_empty() && people.iter().all(|person| person["name"].is_string()), "{people:?}");
});

story!(r10_a_forms_link_that_has_ended_leads_to_what_is_on_the_phone at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day, _) = on_site(&office).await;
    let expired = new_form_link(&office.office, visit).await.unwrap().address;
    let other = match office.visit(visit).await.visit.state.appointment().engineer.as_str() {
        "E-1" => "E-2",
        _ => "E-1",
    };
    let change = AppointmentChange { engineer: Some(other.into()), ..AppointmentChange::default() };
    move_visit(&office.office, visit, &change, Rules::Overrule).await.unwrap();
    let held = new_form_link(&office.office, visit).await.unwrap().address;
    let form = format!("/form/{visit}\"");
    let shown = |link: String, status: StatusCode| {
        let pages = pages(&office);
        async move {
            let page = get(&pages, &link, "").await;
            assert_eq!((page.status, page.header(header::SET_COOKIE)), (status, ""), "{link}");
            page.text().replace("&#x2f;", "/")
        }
    };
    let text = shown(expired.clone(), StatusCode::GONE).await;
    assert!(text.contains("This link was replaced") && text.contains("is kept") && text.contains(&form), "{text}");
    office.down_until(&format!("{}T14:00", day + Days::new(32)));
    let text = shown(held.clone(), StatusCode::GONE).await;
    assert!(text.contains("This link held until") && text.contains("is kept") && text.contains(&form), "{text}");
    // One that nobody was given tells of no visit.
    for path in ["form/l", "record"] {
        let text = shown(format!("{PUBLIC}/{path}/{}", "0".repeat(64)), StatusCode::NOT_FOUND).await;
        assert!(!text.contains("/form/") && !text.contains("is kept"), "{text}");
    }
    office.leaves_waiting(&["visit-announced", "visit-moved", "visit-passed-on"]);
});
