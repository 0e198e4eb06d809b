//! The customer's engineer signs a record by a link, on the spot or from afar (P03).

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use chrono::{Days, NaiveDate};
use ronda::domain::ids::{FindingId, VisitId};
use ronda::domain::promises::Owed;
use ronda::office::access::form_links::new_form_link;
use ronda::office::records::record_visit::{Recorded, record_visit};
use ronda::office::records::sign_record::new_countersign_link;
use ronda::office::reports::verify_report::{Verdict, page_address, verify};
use ronda::store;
use serde_json::{Value, json};

use crate::office::browser::{links, text};
use crate::office::forms::on_site;
use crate::office::harness::TestOffice;
use crate::office::phone::{Answer, Phone, ask, get, pages};
use crate::office::proof::{sealer, stamped};
use crate::story;
use crate::support::authority::Authority;

const ROSA: &str = "rosa@cum.example";

/// A record that the customer's engineer is to sign later, handed in.
async fn handed_in(office: &TestOffice, email: &str) -> (VisitId, NaiveDate, Phone) {
    let (visit, day, phone) = on_site(office).await;
    let mut record: Value = serde_json::from_str(&office.record(visit, &format!("{day}T12:00")).await).unwrap();
    record["customer_signature"] = json!({"status": "asked", "name": "Rosa Peñalver", "email": email});
    let answer = phone.hand_in(&phone.envelope(1, &record.to_string(), &[])).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(answer.json()["countersign"], "asked");
    (visit, day, phone)
}

/// Opens a link to sign; gives the pages, and the cookie.
async fn open(office: &TestOffice, visit: VisitId, link: &str) -> (Router, String) {
    let pages = pages(office);
    let answer = get(&pages, link, "").await;
    assert_eq!(answer.header(header::LOCATION), format!("/sign/{visit}"), "{}", answer.text());
    let cookie = answer.header(header::SET_COOKIE).split(';').next().unwrap().to_owned();
    (pages, cookie)
}

async fn sign(pages: &Router, visit: VisitId, cookie: &str, signing: &Value) -> Answer {
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("/sign/{visit}"))
        .header(header::COOKIE, cookie)
        .header("x-ronda-form", "1")
        .body(Body::from(signing.to_string()))
        .unwrap();
    ask(pages, request).await
}

fn signing(id: u8, remark: &str) -> Value {
    json!({
        "id": format!("{id:02x}").repeat(32),
        "name": "Rosa Peñalver",
        "role": "Jefa de mantenimiento",
        "strokes": [[[0.0, 0.0], [10.0, 5.0], [20.0, 0.0]]],
        "remarks": [{"equipment": "UPS-1", "item": "ventilation", "text": remark}],
    })
}

async fn revision(office: &TestOffice, visit: VisitId) -> Option<i64> {
    store::reports::latest(&office.office.db, visit).await.unwrap().map(|report| report.revision)
}

async fn embedded_record(office: &TestOffice, visit: VisitId) -> Value {
    let report = store::reports::latest(&office.office.db, visit).await.unwrap().unwrap();
    let bytes = office.office.documents.get(&report.sha256).await.unwrap();
    let said = ronda::paper::pdf::read(std::sync::Arc::new(bytes)).unwrap();
    serde_json::from_slice(&said.record.expect("the record is inside")).unwrap()
}

/// A report that was filed without the signature that is asked for, and the pages on which it can be signed.
pub async fn late_signature(office: &TestOffice) -> (VisitId, (Router, String)) {
    let (visit, day, phone) = handed_in(office, "").await;
    let link = phone.post("countersign", &json!({})).await;
    let opened = open(office, visit, link.json()["address"].as_str().unwrap()).await;
    office.tick().await;
    office.down_until(&format!("{}T14:30", day + Days::new(1)));
    office.tick().await;
    assert!(office.deadline(Owed::Report, visit).await.met_at.is_some(), "it was in time");
    office.sleep_until(&format!("{}T15:30", day + Days::new(1))).await;
    (visit, opened)
}

/// Signs there.
pub async fn signed_late(visit: VisitId, (pages, cookie): &(Router, String)) -> StatusCode {
    sign(pages, visit, cookie, &signing(9, "Visto")).await.status
}

story!(p03_the_report_waits_for_a_signature_that_is_asked_for_by_letter at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, _, phone) = handed_in(&office, ROSA).await;
    office.tick().await;
    assert_eq!(revision(&office, visit).await, None, "it waits");
    let letter = office.told(ROSA, "countersign-asked").pop().expect("she is asked");
    let link = links(&letter).into_iter().find(|link| link.contains("/countersign/")).unwrap();
    let (pages, cookie) = open(&office, visit, &link).await;
    let shown = get(&pages, &format!("/sign/{visit}/sign.json"), &cookie).await.json();
    assert_eq!((shown["state"].clone(), shown["asked"]["name"].clone()), (json!("open"), json!("Rosa Peñalver")));
    assert_eq!(shown["record"]["equipment"][0]["equipment"], "UPS-1");
    // What she may not leave out is named, and nothing is kept.
    let mut blank = signing(2, "El filtro es nuevo");
    blank["strokes"] = json!([]);
    let refused = sign(&pages, visit, &cookie, &blank).await;
    assert_eq!((refused.status, refused.json()["bad"][0]["path"].clone()), (StatusCode::UNPROCESSABLE_ENTITY, json!("customer_signature.strokes")));
    let mut strange = signing(2, "El filtro es nuevo");
    strange["remarks"][0]["item"] = json!("no-such-item");
    assert_eq!(sign(&pages, visit, &cookie, &strange).await.status, StatusCode::UNPROCESSABLE_ENTITY);

    let signed = sign(&pages, visit, &cookie, &signing(3, "El filtro es nuevo")).await;
    assert_eq!(signed.status, StatusCode::OK, "{}", signed.text());
    let again = sign(&pages, visit, &cookie, &signing(3, "El filtro es nuevo")).await;
    assert_eq!(again.json(), signed.json(), "the same again is the same");
    let other = sign(&pages, visit, &cookie, &signing(4, "No")).await;
    assert_eq!((other.status, other.json()["status"].clone()), (StatusCode::CONFLICT, json!("signed-already")));
    assert_eq!(phone.get("visit.json").await.json()["status"]["countersign"], "signed");

    office.tick().await;
    assert_eq!(revision(&office, visit).await, Some(1));
    let record = embedded_record(&office, visit).await;
    assert_eq!(record["customer_signature"]["status"], "signed");
    assert_eq!(record["customer_remarks"][0]["text"], "El filtro es nuevo");
    // The phone's own record, sent again, is still that record.
    let mut before: Value = serde_json::from_str(&store::records::body(&office.office.db, visit).await.unwrap()).unwrap();
    before["customer_signature"] = json!({"status": "asked", "name": "Rosa Peñalver", "email": ROSA});
    before.as_object_mut().unwrap().remove("customer_remarks");
    let by_hand = record_visit(&office.office, visit, before.to_string().as_bytes(), Vec::new()).await;
    assert!(matches!(by_hand, Ok(Recorded::Already { .. })), "{by_hand:?}");
});

story!(p04_without_the_signature_the_report_leaves_in_time_and_a_late_one_makes_a_revision at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day, phone) = handed_in(&office, "").await;
    assert!(office.told(ROSA, "countersign-asked").is_empty(), "nobody to write to");
    let link = phone.post("countersign", &json!({})).await;
    assert_eq!(link.status, StatusCode::OK, "{}", link.text());
    assert!(link.json()["qr"].as_str().unwrap().starts_with("<svg "));
    let (pages, cookie) = open(&office, visit, link.json()["address"].as_str().unwrap()).await;
    office.tick().await;
    assert_eq!(revision(&office, visit).await, None);
    office.down_until(&format!("{}T14:30", day + Days::new(1)));
    office.tick().await;
    assert_eq!(revision(&office, visit).await, Some(1), "a day is long enough");
    assert_eq!(embedded_record(&office, visit).await["customer_signature"]["status"], "asked");
    let deadline = office.deadline(Owed::Report, visit).await;
    assert!(deadline.met_at.is_some(), "it was in time");
    let first = store::reports::latest(&office.office.db, visit).await.unwrap().unwrap();

    let signed = sign(&pages, visit, &cookie, &signing(5, "Visto")).await;
    assert_eq!(signed.status, StatusCode::OK, "{}", signed.text());
    office.tick().await;
    office.tick().await;
    assert_eq!(revision(&office, visit).await, Some(2));
    assert_eq!(embedded_record(&office, visit).await["customer_signature"]["status"], "signed");
    let letters = office.told("reports@cum.example", "report-delivered");
    assert_eq!(letters.len(), 2);
    assert!(!letters[0].subject.contains("(revisión"), "{}", letters[0].subject);
    assert!(letters[1].subject.ends_with("(revisión 2)"), "{}", letters[1].subject);
    let why = "Rosa Peñalver ha firmado el parte después de emitirse la revisión 1";
    assert!(text(&letters[1]).contains(why), "{}", text(&letters[1]));
    let bytes = office.office.documents.get(&first.sha256).await.unwrap();
    let verified = verify(&office.office, bytes).await.unwrap();
    assert_eq!(verified.verdict, Verdict::Superseded { by: 2 });
    assert_eq!(office.deadline(Owed::Report, visit).await.met_at, deadline.met_at, "what was met stays met");
    // A link that signs nothing any more says so.
    assert_eq!(phone.post("countersign", &json!({})).await.status, StatusCode::CONFLICT);
});

/// What the migration that keeps the records of reports does to those that were issued before it.
const RECORDS_OF_REPORTS: &str = include_str!("../../../migrations/sqlite/0011_records_of_reports.sql");

story!(r13_the_code_on_a_report_that_was_replaced_still_leads_to_it at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day, phone) = handed_in(&office, "").await;
    let link = phone.post("countersign", &json!({})).await.json();
    let (pages, cookie) = open(&office, visit, link["address"].as_str().unwrap()).await;
    office.down_until(&format!("{}T14:30", day + Days::new(1)));
    office.tick().await;
    let record = async || store::records::of_visit(&office.office.db, visit).await.unwrap().unwrap().sha256;
    let unsigned = record().await;
    let first = format!("/verify/{}", page_address(visit, 1, &unsigned));
    let shows = async |address: &str, words: &str| {
        let page = get(&pages, address, "").await;
        assert_eq!(page.status, StatusCode::OK, "{address}: {}", page.text());
        assert!(page.text().contains("Centro Alcobendas") && page.text().contains(words), "{}", page.text());
    };
    shows(&first, "This is the latest revision.").await;

    assert_eq!(sign(&pages, visit, &cookie, &signing(6, "Visto")).await.status, StatusCode::OK);
    let signed = record().await;
    assert_ne!(signed, unsigned);
    shows(&first, "This is the latest revision.").await;
    let kept = async |revision| store::reports::chain::by_number(&office.office.db, visit, revision).await.unwrap().unwrap().record_sha256;
    let fill = async || {
        let mut tx = office.office.db.begin().await.unwrap();
        tx.sql("update report set record_sha256 = null").execute().await.unwrap();
        let statement = &RECORDS_OF_REPORTS[RECORDS_OF_REPORTS.find("update report").unwrap()..];
        let statement = statement.split_once(';').unwrap().0;
        tx.sql(statement).execute().await.unwrap();
        tx.commit().await.unwrap();
    };
    fill().await;
    assert_eq!(kept(1).await, Some(unsigned.clone()), "the record was signed since");

    office.tick().await;
    assert_eq!(revision(&office, visit).await, Some(2));
    shows(&first, "Revision 2 has replaced it").await;
    shows(&format!("/verify/{}", page_address(visit, 2, &signed)), "This is the latest revision.").await;
    let mixed = get(&pages, &format!("/verify/{}", page_address(visit, 1, &signed)), "").await;
    assert_eq!(mixed.status, StatusCode::NOT_FOUND, "the code of another revision");
    for record in [&unsigned, &signed] {
        assert_eq!(store::reports::chain::visit_of_record(&office.office.db, record).await.unwrap(), Some(visit));
    }
    fill().await;
    assert_eq!((kept(1).await, kept(2).await), (Some(unsigned), Some(signed)));
});

story!(p03_a_signature_that_was_sent_for_another_visit_is_refused at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day, _) = handed_in(&office, "").await;
    let other = office.first_visit("inspection", &(day + Days::new(1)).to_string()).await.visit;
    let its_day = other.state.appointment().day;
    office.down_until(&format!("{its_day}T14:00"));
    let mut record: Value = serde_json::from_str(&office.record(other.id, &format!("{its_day}T12:00")).await).unwrap();
    record["customer_signature"] = json!({"status": "asked", "name": "Rosa Peñalver", "email": ""});
    record_visit(&office.office, other.id, record.to_string().as_bytes(), Vec::new()).await.unwrap();
    let link = new_countersign_link(&office.office, visit).await.unwrap();
    let (pages, cookie) = open(&office, visit, &link.address).await;
    assert_eq!(sign(&pages, visit, &cookie, &signing(7, "Visto")).await.status, StatusCode::OK);

    let link = new_countersign_link(&office.office, other.id).await.unwrap();
    let (pages, cookie) = open(&office, other.id, &link.address).await;
    let refused = sign(&pages, other.id, &cookie, &signing(7, "Visto")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text());
    assert_eq!(refused.json()["status"], "id-taken");
    let asked = store::records::countersign::of_visit(&office.office.db, other.id).await.unwrap().unwrap();
    assert_eq!(asked.signed_at, None, "nothing is kept");
    assert_eq!(sign(&pages, other.id, &cookie, &signing(8, "Visto")).await.status, StatusCode::OK);
});

story!(p04_a_report_that_waited_for_a_signature_still_has_two_hours_for_its_time_stamp at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    let silent = Authority::silent();
    office.office.sealer = sealer(Some(&silent.address));
    let (visit, day, _) = handed_in(&office, "").await;
    office.tick().await;
    assert_eq!(silent.times(), 0, "nothing to stamp yet");
    for time in ["14:30", "15:50"] {
        office.down_until(&format!("{}T{time}", day + Days::new(1)));
        office.tick().await;
        assert_eq!(revision(&office, visit).await, None, "{time}: the authority may still answer");
    }
    let authority = Authority::open("office-authority");
    office.office.sealer = sealer(Some(&authority.address));
    office.tick().await;
    assert_eq!(revision(&office, visit).await, Some(1));
    assert!(stamped(&office, visit).await);
});

story!(p03_who_signs_reads_the_findings_that_a_record_closes_or_carries_on at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day, phone) = on_site(&office).await;
    let mut record: Value = serde_json::from_str(&office.record(visit, &format!("{day}T12:00")).await).unwrap();
    let found = |severity: &str, text: &str| json!({"severity": severity, "text": text});
    record["findings"] = json!([found("minor", "Dust"), found("critical", "Loose terminal"), found("major", "Rust")]);
    assert_eq!(phone.hand_in(&phone.envelope(1, &record.to_string(), &[])).await.status, StatusCode::OK);
    let earlier: Vec<FindingId> =
        store::findings::open(&office.office.db, &"MAD".into()).await.unwrap().iter().map(|finding| finding.id).collect();

    let next = office.first_visit("inspection", &(day + Days::new(1)).to_string()).await.visit;
    let day = next.state.appointment().day;
    office.down_until(&format!("{day}T14:00"));
    let address = new_form_link(&office.office, next.id).await.unwrap().address;
    let phone = Phone::open(&office, next.id, &address).await;
    let mut record: Value = serde_json::from_str(&office.record(next.id, &format!("{day}T12:00")).await).unwrap();
    record["customer_signature"] = json!({"status": "asked", "name": "Rosa Peñalver"});
    record["closes"] = json!([{"finding": earlier[1], "how": "Tightened"}]);
    record["carried"] = json!([{"finding": earlier[0], "note": "Next time"}]);
    let answer = phone.hand_in(&phone.envelope(2, &record.to_string(), &[])).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let link = phone.post("countersign", &json!({})).await.json()["address"].as_str().unwrap().to_owned();
    let (pages, cookie) = open(&office, next.id, &link).await;
    let shown = get(&pages, &format!("/sign/{}/sign.json", next.id), &cookie).await.json();
    assert_eq!(shown["time_zone"], "Europe/Madrid");
    assert_eq!(
        shown["findings"],
        json!([
            {"finding": earlier[1], "severity": "critical", "text": "Loose terminal"},
            {"finding": earlier[0], "severity": "minor", "text": "Dust"},
        ])
    );
});
