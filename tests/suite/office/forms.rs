//! The form on a phone: opened by a link, mirrored, handed in once, and never lost (P03, R10, R11).

use axum::http::{Method, StatusCode, header};
use chrono::{Days, NaiveDate, TimeDelta};
use ronda::domain::ids::{FormId, VisitId};
use ronda::domain::promises::Owed;
use ronda::domain::records::form::ReviewWhy;
use ronda::domain::visits::{StoredVisit, VisitState};
use ronda::mail::Delivered;
use ronda::office::Error;
use ronda::office::access::form_links::new_form_link;
use ronda::office::documents::sha256;
use ronda::office::records::record_visit::{Recorded, record_visit};
use ronda::office::records::review_forms::{dismiss_form, take_form};
use ronda::office::visits::book_visits::{AppointmentChange, Rules, cancel, move_visit};
use ronda::store;
use serde_json::{Value, json};

use crate::office::browser::{dump, link_of, press, text};
use crate::office::harness::{TestOffice, madrid};
use crate::office::phone::{Phone, form_link, get, pages};
use crate::story;

const LUCIA: &str = "lucia@ronda.example";
const JORDI: &str = "jordi@ronda.example";

/// The first inspection, booked with Lucía, at two in the afternoon of its day.
pub async fn on_site(office: &TestOffice) -> (VisitId, NaiveDate, Phone) {
    let stored = booked(office).await;
    let day = stored.visit.state.appointment().day;
    office.down_until(&format!("{day}T14:00"));
    let email = if stored.visit.state.appointment().engineer == "E-1" { LUCIA } else { JORDI };
    let phone = Phone::of_engineer(office, stored.visit.id, email).await;
    (stored.visit.id, day, phone)
}

/// The first inspection after the twentieth, booked and announced.
async fn booked(office: &TestOffice) -> StoredVisit {
    office.tick().await;
    let stored = office.first_visit("inspection", "2026-01-21").await;
    let day = stored.visit.state.appointment().day;
    office.down_until(&format!("{}T06:00", day - Days::new(1)));
    office.tick().await;
    office.visit(stored.visit.id).await
}

/// A JPEG of some size that no other call gives.
pub fn photo(width: u32, seed: u8) -> Vec<u8> {
    let pixel = |x: u32, y: u32| image::Rgb([seed, (x * 7 % 256) as u8, (y * 13 % 256) as u8]);
    let photo = image::RgbImage::from_fn(width, width / 2 + 1, pixel);
    let mut bytes = Vec::new();
    photo.write_with_encoder(image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 90)).unwrap();
    bytes
}

async fn state(office: &TestOffice, visit: VisitId) -> &'static str {
    office.visit(visit).await.visit.state.word()
}

async fn reviews(office: &TestOffice) -> Vec<ReviewWhy> {
    store::records::submission::to_review(&office.office.db)
        .await
        .unwrap()
        .iter()
        .filter_map(|form| form.review)
        .collect()
}

story!(p03_a_record_comes_from_the_phone_with_its_photos_and_becomes_the_report at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day, phone) = on_site(&office).await;
    let bundle = phone.get("visit.json").await;
    assert_eq!(bundle.status, StatusCode::OK);
    let bundle = bundle.json();
    assert_eq!(bundle["visit"]["visit"], visit.to_string());
    assert_eq!(bundle["status"]["state"], "open");
    assert_eq!(bundle["equipment"][0]["checklist"], "ups-battery");
    assert!(bundle["checklists"]["ups-battery"]["sections"].as_array().unwrap().len() > 2);

    let bytes = photo(900, 7);
    let hash = phone.send_photo(&bytes, 10_000).await;
    let mut record: Value = serde_json::from_str(&office.record(visit, &format!("{day}T12:00")).await).unwrap();
    record["photos"] = json!([{"file": "panel.jpg", "caption": "Panel"}]);
    let mut form = phone.envelope(1, &record.to_string(), &[("panel.jpg", &hash)]);
    form["office_note"] = json!("The chief is leaving in March");
    let answer = phone.hand_in(&form).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let receipt = answer.json();
    assert_eq!(receipt["status"], "received");
    assert_eq!(receipt["body_sha256"], sha256(form.to_string().as_bytes()));
    assert_eq!(receipt["photos"], json!([hash]));
    assert_eq!(state(&office, visit).await, "done");

    // What is kept of the photo was encoded anew, and is what the report shows.
    let kept = store::records::photos(&office.office.db, visit).await.unwrap();
    let picture = office.office.documents.get(&kept[0].sha256).await.unwrap();
    assert!(picture != bytes && picture.starts_with(&[0xff, 0xd8]));
    office.tick().await;
    let report = store::reports::latest(&office.office.db, visit).await.unwrap().expect("it is drawn");
    let pdf = office.office.documents.get(&report.sha256).await.unwrap();
    assert!(pdf.windows(picture.len()).any(|window| window == picture), "the report shows the kept picture");
    assert!(!pdf.windows(7).any(|window| window == b"leaving"), "the customer does not see the office's note");
    assert_eq!(office.told("reports@cum.example", "report-delivered").len(), 1);

    // The next visit's form shows today's readings beside its own.
    let next = office.first_visit("inspection", &(day + Days::new(1)).to_string()).await.visit.id;
    let link = new_form_link(&office.office, next).await.unwrap();
    let later = Phone::open(&office, next, &link.address).await.get("visit.json").await.json();
    assert_eq!(later["last"]["UPS-1"]["room-temperature"], json!({
        "on": day.to_string(), "result": "ok", "reading": 23.0, "choice": null, "text": "",
    }));
    // The link still opens, and says what the office has.
    let bundle = phone.get("visit.json").await.json();
    assert_eq!(bundle["status"]["state"], "received");
    assert_eq!(bundle["status"]["receipt"], receipt["receipt"]);
    assert_eq!(bundle["status"]["photos"], json!([hash]));
    // Received at by our clock, completed at by the record: the report's clock has started with the latter.
    let due = office.deadline(Owed::Report, visit).await;
    assert_eq!(due.since_on, day);
    // The next digest tells the note, once.
    for after in 1..=5 {
        office.down_until(&format!("{}T09:00", day + Days::new(after)));
        office.tick().await;
    }
    let digests = office.told("helena@ronda.example", "digest");
    let with_note = digests.iter().filter(|digest| text(digest).contains("The chief is leaving in March")).count();
    assert_eq!(with_note, 1);
});

story!(r10_the_same_submission_is_one_however_often_it_arrives at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day, phone) = on_site(&office).await;
    let form = phone.envelope(2, &office.record(visit, &format!("{day}T12:00")).await, &[]);
    let posts = (0..16).map(|_| {
        let (phone, form) = (phone.clone(), form.clone());
        tokio::spawn(async move { phone.hand_in(&form).await })
    });
    let mut answers = Vec::new();
    for post in posts.collect::<Vec<_>>() {
        let answer = post.await.unwrap();
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answers.push(answer.json());
    }
    assert!(answers.iter().all(|answer| answer == &answers[0]), "every try gets the same answer");
    let records: Vec<(i64,)> = office.office.db.read("select visit_id from record").all().await.unwrap();
    assert_eq!(records, [(visit.0,)]);
    let on_file: Vec<(String,)> = office.office.db.read("select outcome from submission").all().await.unwrap();
    assert_eq!(on_file, [("taken".to_owned(),)]);
    assert!(store::records::submission::to_review(&office.office.db).await.unwrap().is_empty());

    // Days later, after the report has left, still the same.
    office.down_until(&format!("{}T09:00", day + Days::new(2)));
    office.tick().await;
    let again = phone.hand_in(&form).await.json();
    assert_eq!(again, answers[0]);
    // The same record by hand is no other.
    let by_hand = record_visit(&office.office, visit, form["record"].to_string().as_bytes(), Vec::new()).await.unwrap();
    assert!(matches!(by_hand, Recorded::Already { .. }));
});

story!(r10_other_bytes_under_a_taken_id_are_kept_for_a_manager at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day, phone) = on_site(&office).await;
    let form = phone.envelope(3, &office.record(visit, &format!("{day}T12:00")).await, &[]);
    assert_eq!(phone.hand_in(&form).await.status, StatusCode::OK);
    let other = phone.envelope(3, &office.record(visit, &format!("{day}T13:00")).await, &[]);
    for _ in 0..2 {
        let answer = phone.hand_in(&other).await;
        assert_eq!((answer.status, answer.json()["status"].clone()), (StatusCode::CONFLICT, json!("conflict")));
    }
    assert_eq!(reviews(&office).await, [ReviewWhy::Conflict]);
    // A second phone with an id of its own and another record.
    let second = phone.envelope(4, &office.record(visit, &format!("{day}T13:30")).await, &[]);
    let answer = phone.hand_in(&second).await;
    assert_eq!((answer.status, answer.json()["why"].clone()), (StatusCode::ACCEPTED, json!("other-record")));
    assert_eq!(reviews(&office).await, [ReviewWhy::Conflict, ReviewWhy::OtherRecord]);
    // The digest names both until somebody settles them.
    office.down_until(&format!("{}T09:00", day + Days::new(4)));
    office.tick().await;
    let digest = office.told("helena@ronda.example", "digest").pop().unwrap();
    let waiting = store::records::submission::to_review(&office.office.db).await.unwrap();
    let (copy, other) = (waiting[0].id, waiting[1].id);
    let told = text(&digest);
    assert!(told.contains(&format!("form {copy}: a second, different copy of a record")), "{told}");
    assert!(told.contains(&format!("form {other}: the visit had another record when it arrived")), "{told}");
    assert!(matches!(take_form(&office.office, other).await, Err(Error::Refused(_))), "the visit has its record");
    dismiss_form(&office.office, other, "the same as the record").await.unwrap();
    assert!(matches!(dismiss_form(&office.office, other, "again").await, Err(Error::Refused(_))));
    let page = link_of(&digest, &["a second, different copy of a record"]);
    let blank = press(&office, &page, "dismiss-form", &[("why", " ")]).await;
    assert_eq!(blank.status, StatusCode::CONFLICT);
    let pressed = press(&office, &page, "dismiss-form", &[("why", "a test")]).await;
    assert_eq!(pressed.status, StatusCode::SEE_OTHER, "{}", pressed.body);
    let settled = store::records::submission::get(&office.office.db, copy).await.unwrap().unwrap().settled;
    assert_eq!(settled.map(|settled| settled.how), Some("laid aside: a test (Helena Ortiz)".to_owned()));
    assert!(reviews(&office).await.is_empty());
});

story!(r10_what_was_filled_in_while_the_link_held_arrives_for_review_after_it at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day, phone) = on_site(&office).await;
    let record = office.record(visit, &format!("{day}T12:00")).await;
    // 31 days without signal.
    office.down_until(&format!("{}T14:00", day + Days::new(32)));
    let late = phone.clone();
    assert_eq!(late.get("visit.json").await.status, StatusCode::GONE);
    assert_eq!(late.post("draft", &json!({"device": "a", "fields": []})).await.status, StatusCode::GONE);
    let hash = late.send_photo(&photo(300, 1), 100_000).await;
    let mut with_photo: Value = serde_json::from_str(&record).unwrap();
    with_photo["photos"] = json!([{"file": "a.jpg"}]);
    let answer = late.hand_in(&late.envelope(5, &with_photo.to_string(), &[("a.jpg", &hash)])).await;
    assert_eq!((answer.status, answer.json()["why"].clone()), (StatusCode::ACCEPTED, json!("expired")));
    assert_eq!(answer.json()["photos"], json!([hash]), "the phone may forget its draft");
    assert_eq!(state(&office, visit).await, "booked");
    // The manager takes it from the digest, by a page that asks first.
    office.down_until(&format!("{}T09:00", day + Days::new(35)));
    office.tick().await;
    let digest = office.told("helena@ronda.example", "digest").pop().unwrap();
    let page = link_of(&digest, &["its link had expired when it arrived"]);
    let before = dump(&office).await;
    let shown = crate::office::browser::get(&office, &page).await;
    assert!(shown.body.contains("Record of the Inspection, to look at"), "{}", shown.body);
    assert_eq!(dump(&office).await, before);
    let pressed = press(&office, &page, "take-form", &[]).await;
    assert_eq!(pressed.status, StatusCode::SEE_OTHER, "{}", pressed.body);
    let after = crate::office::browser::get(&office, &page).await.body;
    assert!(after.contains("Taken as the visit") && !after.contains("name=\"act\""), "{after}");
    assert_eq!(state(&office, visit).await, "done");
    assert_eq!(store::records::photos(&office.office.db, visit).await.unwrap().len(), 1);
    assert!(reviews(&office).await.is_empty());
});

story!(r13_a_reassigned_visit_takes_its_form_along at "2026-01-05T08:00:00+01:00", |office| {
    let stored = booked(&office).await;
    let (visit, appointment) = (stored.visit.id, stored.visit.state.appointment().clone());
    office.down_until(&format!("{}T07:00", appointment.day));
    let (first, second, other) =
        if appointment.engineer == "E-1" { (LUCIA, JORDI, "E-2") } else { (JORDI, LUCIA, "E-1") };
    let phone = Phone::of_engineer(&office, visit, first).await;
    let change = AppointmentChange { engineer: Some(other.into()), ..AppointmentChange::default() };
    move_visit(&office.office, visit, &change, Rules::Overrule).await.unwrap();
    office.tick().await;
    assert_eq!(phone.get("visit.json").await.json()["status"], "revoked");
    let of_visit = |letter: &Delivered| text(letter).contains(&visit.to_string());
    let old = office.told(first, "visit-announced").into_iter().find(of_visit).unwrap();
    let page = get(&pages(&office), &form_link(&old), "").await;
    assert_eq!(page.status, StatusCode::GONE);
    // The one who lost the visit is told so without a link; the other's letter has one.
    let told = office.told(first, "visit-passed-on").pop().unwrap();
    assert!(!text(&told).contains("/form/l/"), "{}", text(&told));
    let theirs = Phone::of_engineer(&office, visit, second).await;
    assert_eq!(theirs.get("visit.json").await.json()["engineer"]["engineer"], other);
    // What the first had filled in still arrives.
    office.down_until(&format!("{}T15:00", appointment.day));
    let record = office.record(visit, &format!("{}T12:00", appointment.day)).await;
    let answer = phone.hand_in(&phone.envelope(6, &record, &[])).await;
    assert_eq!((answer.status, answer.json()["why"].clone()), (StatusCode::ACCEPTED, json!("revoked")));
    // Nobody else's letter has a link to the form.
    for email in ["ops@cum.example", "reports@cum.example", "carmen@cum.example", "helena@ronda.example"] {
        assert!(office.letters_to(email).iter().all(|letter| !text(letter).contains("/form/l/")), "{email}");
    }
});

story!(p03_a_cancelled_visits_record_waits_for_a_manager at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day, phone) = on_site(&office).await;
    let record = office.record(visit, &format!("{day}T12:00")).await;
    cancel(&office.office, visit, "the plant is closed").await.unwrap();
    assert_eq!(phone.get("visit.json").await.json()["status"]["state"], "cancelled");
    let answer = phone.hand_in(&phone.envelope(7, &record, &[])).await;
    assert_eq!((answer.status, answer.json()["why"].clone()), (StatusCode::ACCEPTED, json!("cancelled")));
    assert_eq!(phone.get("visit.json").await.json()["status"]["state"], "review");
    office.leaves_waiting(&["visit-cancelled"]);
});

story!(p04_a_completion_that_cannot_be_right_is_asked_about at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day, phone) = on_site(&office).await;
    // The phone's clock is a day slow.
    let early = office.record(visit, &format!("{}T12:00", day - Days::new(1))).await;
    let mut form = phone.envelope(8, &early, &[]);
    let asked = phone.hand_in(&form).await;
    assert_eq!(asked.status, StatusCode::CONFLICT);
    assert_eq!(asked.json()["questions"][0]["question"], "completed-before-booking");
    assert_eq!(asked.json()["questions"][0]["booked_on"], day.to_string());
    assert_eq!(state(&office, visit).await, "booked", "nothing is kept");
    form["confirmed"] = json!(["completed-before-booking"]);
    assert_eq!(phone.hand_in(&form).await.status, StatusCode::OK);
    assert_eq!(state(&office, visit).await, "done");
});

story!(p04_a_completion_in_the_future_is_asked_about_and_kept_for_review at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day, phone) = on_site(&office).await;
    let ahead = office.record(visit, &format!("{}T12:00", day + Days::new(365))).await;
    let mut form = phone.envelope(9, &ahead, &[]);
    let asked = phone.hand_in(&form).await.json();
    assert_eq!(asked["questions"][0]["question"], "completed-in-the-future");
    assert_eq!(asked["questions"][0]["now"], json!(office.office.clock.now()));
    form["confirmed"] = json!(["completed-in-the-future"]);
    let answer = phone.hand_in(&form).await;
    assert_eq!((answer.status, answer.json()["why"].clone()), (StatusCode::ACCEPTED, json!("in-the-future")));
    assert_eq!(state(&office, visit).await, "booked");
    // A quarter of an hour is what phones differ by.
    let a_little = (office.office.clock.now() + TimeDelta::minutes(10)).to_rfc3339();
    let mut record: Value = serde_json::from_str(&office.record(visit, &format!("{day}T12:00")).await).unwrap();
    record["completed_at"] = json!(a_little);
    assert_eq!(phone.hand_in(&phone.envelope(10, &record.to_string(), &[])).await.status, StatusCode::OK);
});

story!(p03_every_bad_field_is_named_and_can_be_sent_for_review_all_the_same at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day, phone) = on_site(&office).await;
    let mut record: Value = serde_json::from_str(&office.record(visit, &format!("{day}T12:00")).await).unwrap();
    record["engineer_signature"]["strokes"] = json!([]);
    record["equipment"][0]["answers"][0]["reading"] = json!(99);
    let mut form = phone.envelope(11, &record.to_string(), &[]);
    let answer = phone.hand_in(&form).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let paths: Vec<String> = answer.json()["bad"].as_array().unwrap().iter().map(|bad| bad["path"].to_string()).collect();
    assert_eq!(paths, ["\"equipment[0].answers[0].reading\"", "\"engineer_signature.strokes\""]);
    assert_eq!(reviews(&office).await, []);
    form["for_review"] = json!(true);
    let answer = phone.hand_in(&form).await;
    assert_eq!((answer.status, answer.json()["why"].clone()), (StatusCode::ACCEPTED, json!("for-review")));
    let refused = take_form(&office.office, FormId(1)).await;
    let Err(Error::Refused(why)) = refused else { panic!("not refused: {refused:?}") };
    assert!(why.contains("engineer_signature.strokes") && why.contains("ronda form show 1 --record"), "{why}");
});

story!(r10_a_record_waits_until_all_its_photos_are_here at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day, phone) = on_site(&office).await;
    let (first, second) = (photo(400, 1), photo(400, 2));
    let (one, two) = (sha256(&first), sha256(&second));
    let mut record: Value = serde_json::from_str(&office.record(visit, &format!("{day}T12:00")).await).unwrap();
    record["photos"] = json!([{"file": "1.jpg"}, {"file": "2.jpg"}]);
    let form = phone.envelope(12, &record.to_string(), &[("1.jpg", &one), ("2.jpg", &two)]);
    phone.send_photo(&first, 4_000).await;
    let answer = phone.hand_in(&form).await;
    assert_eq!((answer.status, answer.json()["missing"].clone()), (StatusCode::CONFLICT, json!([two])));
    // The second goes half way; the signal comes back, and it goes on from there.
    let of = second.len() as u64;
    assert_eq!(phone.put_piece(&two, 0, of, &second[..3_000]).await.json(), json!({"have": 3_000, "stored": false}));
    let again = phone.put_piece(&two, 0, of, &second[..3_000]).await;
    assert_eq!((again.status, again.json()["have"].clone()), (StatusCode::CONFLICT, json!(3_000)));
    assert_eq!(phone.get(&format!("photos/{two}")).await.json(), json!({"have": 3_000, "stored": false}));
    let rest = phone.put_piece(&two, 3_000, of, &second[3_000..]).await;
    assert_eq!(rest.json(), json!({"have": of, "stored": true}));
    assert_eq!(phone.put_piece(&two, 0, of, &second[..3_000]).await.json()["stored"], true, "it is here already");
    // What another phone of the visit shows of it.
    let small = phone.get(&format!("photos/{two}/small.jpg")).await;
    assert_eq!((small.status, small.header(header::CONTENT_TYPE)), (StatusCode::OK, "image/jpeg"));
    assert_eq!(image::load_from_memory(&small.bytes).unwrap().width(), 400);
    assert_eq!(phone.hand_in(&form).await.status, StatusCode::OK);
    assert_eq!(pieces(&office), 0, "nothing is left of the pieces");
});

/// Visits of which pieces of photos lie in the office's folder.
fn pieces(office: &TestOffice) -> usize {
    std::fs::read_dir(office.office.config.dir.join("incoming")).unwrap().count()
}

story!(r10_pieces_of_a_photo_that_never_came_whole_are_kept_for_three_months at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day, phone) = on_site(&office).await;
    let (half, of) = (photo(400, 1), photo(400, 1).len() as u64);
    let name = sha256(&half);
    phone.put_piece(&name, 0, of, &half[..3_000]).await;
    office.down_until(&format!("{}T09:00", day + Days::new(90)));
    office.tick().await;
    assert_eq!((pieces(&office), phone.get(&format!("photos/{name}")).await.json()["have"].clone()), (1, json!(3_000)));
    office.down_until(&format!("{}T09:00", day + Days::new(91)));
    office.tick().await;
    assert_eq!(pieces(&office), 0, "{visit}");
    // A phone that comes after all begins anew.
    let late = phone.put_piece(&name, 3_000, of, &half[3_000..]).await;
    assert_eq!((late.status, late.json()["have"].clone()), (StatusCode::CONFLICT, json!(0)));
    phone.send_photo(&half, 4_000).await;
    assert_eq!(phone.get(&format!("photos/{name}")).await.json(), json!({"have": of, "stored": true}));
});

story!(r11_two_phones_on_one_visit_are_merged_by_field at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day, phone) = on_site(&office).await;
    let field = |path: &str, value: &str, base: i64| json!({"path": path, "value": value, "base": base});
    let push = |device: &str, since: i64, fields: Vec<Value>| json!({"device": device, "since": since, "fields": fields});
    let first = phone.post("draft", &push("a", 0, vec![field("remarks", "one", 0), field("f/1/text", "loose", 0)])).await;
    assert_eq!(first.json()["rev"], 2);
    let second = phone.post("draft", &push("b", 0, vec![field("remarks", "two", 0), field("f/2/text", "rust", 0)])).await;
    let second = second.json();
    assert_eq!(second["conflicts"][0]["value"], "one");
    assert_eq!(second["fields"].as_array().unwrap().len(), 3, "the second phone sees the first one's fields");
    let chosen = phone.post("draft", &push("b", 3, vec![field("remarks", "two", 1)])).await.json();
    assert_eq!((chosen["conflicts"].clone(), chosen["rev"].clone()), (json!([]), json!(4)));
    let seen = phone.post("draft", &push("a", 2, vec![])).await.json();
    let values: Vec<_> = seen["fields"].as_array().unwrap().iter().map(|field| field["value"].clone()).collect();
    assert_eq!(values, ["rust", "two"]);
    // Many at once: each field of each phone is there in the end.
    let pushes = (0..12).map(|n| {
        let (phone, body) = (phone.clone(), push(&format!("p{n}"), 0, vec![field(&format!("x/{n}"), "v", 0)]));
        tokio::spawn(async move { phone.post("draft", &body).await.status })
    });
    for push in pushes.collect::<Vec<_>>() {
        assert_eq!(push.await.unwrap(), StatusCode::OK);
    }
    let all = phone.post("draft", &push("c", 0, vec![])).await.json();
    assert_eq!(all["fields"].as_array().unwrap().len(), 15);
    // Once the record is in, no phone brings the draft back.
    let form = phone.envelope(13, &office.record(visit, &format!("{day}T12:00")).await, &[]);
    assert_eq!(phone.hand_in(&form).await.status, StatusCode::OK);
    let late = phone.post("draft", &push("a", 0, vec![field("remarks", "three", 0)])).await.json();
    assert_eq!((late["status"]["state"].clone(), late["fields"].clone()), (json!("received"), json!([])));
    assert_eq!(store::records::draft::of_visit(&office.office.db, visit).await.unwrap(), []);
});

story!(p03_a_visit_that_did_not_take_place_is_handed_in_from_the_phone_too at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day, phone) = on_site(&office).await;
    let record = json!({
        "schema": 1, "outcome": "not-done", "reason": "La sala estaba cerrada",
        "noted_at": madrid(&format!("{day}T12:00")).to_rfc3339(), "by": "Lucía Romero",
    });
    let answer = phone.hand_in(&phone.envelope(14, &record.to_string(), &[])).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert!(matches!(office.visit(visit).await.visit.state, VisitState::Cancelled { .. }));
    assert_eq!(phone.get("visit.json").await.json()["status"]["state"], "received");
    office.leaves_waiting(&["visit-not-done"]);
});

story!(p03_a_link_can_be_made_by_hand_and_does_not_end_the_others at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day, phone) = on_site(&office).await;
    let link = new_form_link(&office.office, visit).await.unwrap();
    assert_eq!(link.until, madrid(&format!("{}T00:00", day + Days::new(31))));
    let another = Phone::open(&office, visit, &link.address).await;
    for one in [&phone, &another] {
        assert_eq!(one.get("visit.json").await.status, StatusCode::OK);
    }
    let form = phone.envelope(15, &office.record(visit, &format!("{day}T12:00")).await, &[]);
    assert_eq!(phone.hand_in(&form).await.status, StatusCode::OK);
    assert!(matches!(new_form_link(&office.office, visit).await, Err(Error::Refused(_))));
});

story!(p03_a_late_records_letter_brings_the_form_along at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day, _) = on_site(&office).await;
    for after in 1..=6 {
        office.down_until(&format!("{}T12:00", day + Days::new(after)));
        office.tick().await;
    }
    let letters = [LUCIA, JORDI].map(|email| office.told(email, "record-missing"));
    let letter = letters.into_iter().flatten().next_back().expect("the engineer is asked for it");
    let phone = Phone::open(&office, visit, &form_link(&letter)).await;
    assert_eq!(phone.get("visit.json").await.json()["status"]["state"], "open");
    for manager in office.told("helena@ronda.example", "record-missing") {
        assert!(!text(&manager).contains("/form/l/"));
    }
});

story!(r12_opening_a_form_any_number_of_times_changes_nothing at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, _, phone) = on_site(&office).await;
    let link = new_form_link(&office.office, visit).await.unwrap().address;
    let before = dump(&office).await;
    let pages = pages(&office);
    for _ in 0..50 {
        for path in [link.as_str(), &format!("/form/{visit}"), "/form/sw.js", "/form/app/app.css"] {
            let answer = get(&pages, path, &phone.cookie).await;
            assert!(answer.status.is_success() || answer.status == StatusCode::SEE_OTHER, "{path}: {}", answer.status);
        }
        assert_eq!(phone.get("visit.json").await.status, StatusCode::OK);
        assert_eq!(phone.get(&format!("photos/{}", "0".repeat(64))).await.json()["have"], 0);
        assert_eq!(phone.send(Method::HEAD, "visit.json", "", Vec::new()).await.status, StatusCode::OK);
    }
    assert_eq!(dump(&office).await, before);
});

story!(r13_a_page_elsewhere_cannot_write_and_a_wild_page_is_slowed_down at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day, phone) = on_site(&office).await;
    let form = phone.envelope(16, &office.record(visit, &format!("{day}T12:00")).await, &[]).to_string();
    let pages = pages(&office);
    let foreign = |site: Option<&'static str>, own: bool| {
        let mut request = axum::http::Request::builder()
            .method(Method::POST)
            .uri(format!("/form/{visit}/record"))
            .header(header::COOKIE, &phone.cookie);
        if own {
            request = request.header("x-ronda-form", "1");
        }
        if let Some(site) = site {
            request = request.header("sec-fetch-site", site);
        }
        request.body(axum::body::Body::from(form.clone())).unwrap()
    };
    for request in [foreign(None, false), foreign(Some("cross-site"), true), foreign(Some("same-site"), true)] {
        assert_eq!(crate::office::phone::ask(&pages, request).await.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(state(&office, visit).await, "booked");
    let mut slowed = None;
    for n in 0..=400 {
        let answer = get(&pages, &format!("/form/{visit}/photos/{}", "0".repeat(64)), &phone.cookie).await;
        if slowed.is_none() && answer.status == StatusCode::TOO_MANY_REQUESTS {
            slowed = Some((n, answer.header(header::RETRY_AFTER).to_owned()));
        }
    }
    assert_eq!(slowed, Some((400, "1".to_owned())));
    assert_eq!(crate::office::phone::ask(&pages, foreign(Some("same-origin"), true)).await.status, StatusCode::TOO_MANY_REQUESTS);
    office.down_until(&format!("{day}T14:01"));
    assert_eq!(crate::office::phone::ask(&pages, foreign(Some("same-origin"), true)).await.status, StatusCode::OK);
});
