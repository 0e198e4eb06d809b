//! P02, P05, P06, P14, P31: papers that are drawn when somebody asks for them, and what reports know of other visits.

use std::process::Command;

use ronda::office::Error;
use ronda::office::records::record_visit::record_visit;
use ronda::office::reports::{draw_papers, past_visits};
use serde_json::{Value, json};

use crate::office::harness::{TestOffice, madrid};
use crate::story;
use ronda::domain::ids::VisitId;

/// A visit that is booked, on the evening of its day.
async fn booked(office: &TestOffice) -> (VisitId, chrono::NaiveDate) {
    office.tick().await;
    let visit = office.first_visit("inspection", "2026-01-01").await;
    let day = visit.visit.state.appointment().day;
    office.sleep_until(&format!("{day}T18:00")).await;
    (visit.visit.id, day)
}

/// What a reader can copy from a paper, without spaces.
fn text(bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("paper.pdf");
    std::fs::write(&path, bytes).unwrap();
    let output = Command::new("pdftotext").arg("-raw").arg(&path).arg("-").output().expect("install poppler-utils");
    String::from_utf8(output.stdout).unwrap().split_whitespace().collect()
}

story!(p02_a_booked_visit_has_a_sheet_to_print_with_what_is_open at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office).await;
    let sheet = text(&draw_papers::visit_sheet(&office.office, visit).await.unwrap());
    assert!(sheet.contains(&visit.to_string()) && sheet.contains("UPS"), "{sheet}");
    let (choices, condition) = ("Eninversor/ModoECO", "Solosi«Tensióndeflotacióndelaceldamásdébil»es:Atención,Avería");
    assert!(sheet.contains(choices) && sheet.contains(condition), "{sheet}");
    office.done(visit, &format!("{day}T12:00")).await;
    let refused = draw_papers::visit_sheet(&office.office, visit).await;
    assert!(matches!(refused, Err(Error::Refused(_))), "a visit that took place has a report");
    let missing = draw_papers::visit_sheet(&office.office, VisitId(999_999)).await;
    assert!(matches!(missing, Err(Error::NotFound(_))));
});

story!(p05_the_file_of_a_site_names_its_visits_and_their_reports at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office).await;
    office.done(visit, &format!("{day}T12:00")).await;
    office.tick().await;
    let site = office.visit(visit).await.visit.site;
    let file = text(&draw_papers::site_file(&office.office, &site).await.unwrap());
    assert!(file.contains(site.as_str()) && file.contains(&format!("{visit}-1")), "{file}");
    let report = ronda::store::reports::latest(&office.office.db, visit).await.unwrap().unwrap();
    assert!(file.contains(&report.sha256[..16]), "the report's hash is on file");
    assert!(matches!(draw_papers::site_file(&office.office, &"NONE".into()).await, Err(Error::NotFound(_))));
});

story!(p14_the_file_of_a_site_tells_of_its_operators_and_of_who_closes_a_finding at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office).await;
    let mut record: Value = serde_json::from_str(&office.record(visit, &format!("{day}T12:00")).await).unwrap();
    record["operators"] = json!({"skill": "Sure of the bypass", "changes": "Iker for Jon"});
    record["attendance"] = json!([{"name": "Iker", "strokes": [[[0, 0], [9, 9]]]}]);
    let finding = json!({"severity": "major", "text": "Gland open", "responsible": "Building services"});
    record["findings"] = json!([finding]);
    record_visit(&office.office, visit, record.to_string().as_bytes(), Vec::new()).await.unwrap();
    let site = office.visit(visit).await.visit.site;
    let file = text(&draw_papers::site_file(&office.office, &site).await.unwrap());
    for wanted in ["Sureofthebypass", "IkerforJon", "Glandopen", "Buildingservices"] {
        assert!(file.contains(wanted), "{wanted} is not in {file}");
    }
    // The next record carries the finding on, and may not name one that is not open.
    let open = ronda::store::findings::open(&office.office.db, &site).await.unwrap();
    assert_eq!((open.len(), open[0].finding.responsible.as_str()), (1, "Building services"));
    office.tick().await;
    let next = office.first_visit("inspection", &(day + chrono::Days::new(1)).to_string()).await.visit;
    let completed = format!("{}T12:00", next.state.appointment().day);
    office.sleep_until(&completed).await;
    let mut record: Value = serde_json::from_str(&office.record(next.id, &completed).await).unwrap();
    record["carried"] = json!([{"finding": open[0].id.0 + 1}]);
    let refused = record_visit(&office.office, next.id, record.to_string().as_bytes(), Vec::new()).await;
    assert!(refused.unwrap_err().to_string().contains("carried[0].finding"));
    record["carried"] = json!([{"finding": open[0].id, "note": "Ordered"}]);
    record_visit(&office.office, next.id, record.to_string().as_bytes(), Vec::new()).await.unwrap();
    assert_eq!(ronda::store::findings::open(&office.office.db, &site).await.unwrap().len(), 1);
    // Its report names the finding by its number, and says what it is.
    office.tick().await;
    let report = ronda::store::reports::latest(&office.office.db, next.id).await.unwrap().unwrap();
    let report = text(&office.office.documents.get(&report.sha256).await.unwrap());
    assert!(report.contains(&format!("{}Glandopen", open[0].id)) && report.contains("Ordered"), "{report}");
});

story!(p31_a_service_year_counts_what_was_kept_and_what_was_late at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office).await;
    office.done(visit, &format!("{day}T12:00")).await;
    office.tick().await;
    let site = office.visit(visit).await.visit.site;
    let customer = ronda::store::people::site::find(&office.office.db, &site).await.unwrap().unwrap().customer;
    let year = text(&draw_papers::service_year(&office.office, &customer, 2026).await.unwrap());
    assert!(year.contains(&format!("{customer}-2026")) && year.contains("100%"), "{year}");
    for unserved in [1999, 2027] {
        let refused = draw_papers::service_year(&office.office, &customer, unserved).await;
        assert!(matches!(refused, Err(Error::Refused(_))), "{unserved} has no year of service");
    }
});

story!(p06_a_report_knows_what_was_read_on_earlier_visits_and_when_the_next_one_is at "2026-01-05T08:00:00+01:00", |office| {
    let (first, day) = booked(&office).await;
    office.done(first, &format!("{day}T12:00")).await;
    office.tick().await;
    let second = office.first_visit("inspection", &(day + chrono::Days::new(1)).to_string()).await.visit;
    let (db, completed_at) = (&office.office, madrid(&format!("{}T12:00", second.state.appointment().day)));
    let readings = past_visits::readings(db, &second, completed_at).await.unwrap();
    assert!(!readings.is_empty() && readings.iter().all(|reading| reading.on == day && reading.equipment == "UPS-1"));
    let before = office.visit(first).await.visit;
    let at_first = past_visits::readings(db, &before, madrid(&format!("{day}T12:00"))).await.unwrap();
    assert!(at_first.is_empty(), "its own readings are no past");
    let next = past_visits::next_visit(db, &before, day).await.unwrap();
    assert_eq!(next, Some(second.state.appointment().day));
    let (from, through) = past_visits::period(db, &before).await.unwrap().unwrap();
    assert!(from <= day && day <= through);
});
