//! Who has left is written to no more, and what is scrapped is asked for no more; what they were stays on file.

use axum::http::StatusCode;
use ronda::domain::ids::VisitId;
use ronda::domain::letters::letter::LetterState;
use ronda::domain::letters::retry::{AttemptReply, DialogueStage};
use ronda::domain::promises::Owed;
use ronda::office::access::form_links::new_form_link;
use ronda::office::heartbeat::{PART_WITH, WORK};
use ronda::office::records::open_form::bundle;
use ronda::office::records::record_visit::record_visit;
use ronda::store;
use ronda::store::letters::LetterFilter;

use crate::office::auditor::differences;
use crate::office::browser::{get, links as links_of};
use crate::office::harness::TestOffice;
use crate::office::unfit::engineers;
use crate::story;

const MANAGER: &str = "helena@ronda.example";
const REPORTS: &str = "reports@cum.example";

async fn waiting_for(office: &TestOffice, email: &str) -> usize {
    let filter = LetterFilter {
        state: Some(LetterState::Waiting),
        to: Some(email.to_owned()),
        most: 100,
        ..LetterFilter::default()
    };
    store::letters::list(&office.office.db, &filter).await.unwrap().len()
}

/// The contacts for reports, and from which day on they are gone.
async fn contacts(office: &TestOffice, rows: &[(&str, &str)]) {
    let mut file = "site,customer,name,email,role,language,left_on\n".to_owned();
    for (email, left_on) in rows {
        file += &format!(",CUM,Oficina,{email},reports,,{left_on}\n");
    }
    office.import(&[("contacts.csv", &file)]).await;
}

fn relay_is_away(office: &TestOffice) {
    let away = || AttemptReply::NoReply { step: DialogueStage::Session, said: "connection refused".to_owned() };
    office.post.with(|post| post.script.extend((0..40).map(|_| away())));
}

/// The first inspection, done, with its report drawn.
async fn inspected(office: &TestOffice) -> VisitId {
    office.sleep_until("2026-01-31T06:00").await;
    let visit = office.first_visit("inspection", "2026-02-02").await.visit;
    let day = visit.state.appointment().day;
    office.sleep_until(&format!("{day}T14:00")).await;
    office.done(visit.id, &format!("{day}T12:00")).await;
    visit.id
}

story!(p04_a_contact_who_has_left_gets_nothing_from_that_day_on_and_holds_no_report_up at "2026-01-05T08:00:00+01:00", |office| {
    contacts(&office, &[(REPORTS, ""), ("second@cum.example", "")]).await;
    let visit = inspected(&office).await;
    relay_is_away(&office);
    office.tick().await;
    assert_eq!(waiting_for(&office, "second@cum.example").await, 1, "the relay is away");
    assert_eq!(office.deadline(Owed::Report, visit).await.met_at, None);
    let day = office.visit(visit).await.visit.state.appointment().day;
    contacts(&office, &[("second@cum.example", &day.to_string())]).await;
    office.tick().await;
    assert_eq!(waiting_for(&office, "second@cum.example").await, 0, "what waits is withdrawn");
    office.post.with(|post| post.script.clear());
    office.sleep_until(&format!("{day}T20:00")).await;
    assert!(office.deadline(Owed::Report, visit).await.met_at.is_some(), "everybody who is there has it");
    assert_eq!(differences(&office.office).await, Vec::<String>::new());
    office.sleep_until("2026-03-20T09:00").await;
    assert_eq!(office.letters_to("second@cum.example").len(), 0);
});

story!(a_manager_who_has_left_gets_no_digest_and_their_links_end at "2026-01-05T08:00:00+01:00", |office| {
    let managers = |left_on: &str| {
        format!(
            "manager,name,email,scope,time_zone,calendar,digest_at,language,left_on,successor\n\
             M-1,Helena Ortiz,{MANAGER},all,Europe/Madrid,ES-MD,07:30,en,{left_on},M-2\n\
             M-2,Pablo Sanz,pablo@ronda.example,all,Europe/Madrid,ES-MD,07:30,es,,\n"
        )
    };
    office.import(&[("managers.csv", &managers(""))]).await;
    office.sleep_until("2026-01-08T08:00").await;
    let digest = office.told(MANAGER, "digest").pop().unwrap();
    let link = links_of(&digest).into_iter().find(|link| link.contains("/digest/")).unwrap();
    assert_eq!(get(&office, &link).await.status, StatusCode::OK);
    office.import(&[("managers.csv", &managers("2026-01-09"))]).await;
    office.tick().await;
    assert_eq!(get(&office, &link).await.status, StatusCode::OK, "it is the day before");
    let digests = office.told(MANAGER, "digest").len();
    office.sleep_until("2026-01-16T09:00").await;
    assert_eq!(office.told(MANAGER, "digest").len(), digests);
    assert!(office.told("pablo@ronda.example", "digest").len() > 4);
    assert_eq!(get(&office, &link).await.status, StatusCode::GONE);
});

story!(an_engineer_who_has_left_hears_no_more_of_what_was_theirs at "2026-01-05T08:00:00+01:00", |office| {
    office.sleep_until("2026-01-31T06:00").await;
    let visit = office.first_visit("inspection", "2026-02-02").await.visit;
    let link = new_form_link(&office.office, visit.id).await.unwrap().address;
    assert_eq!(get(&office, &link).await.status, StatusCode::SEE_OTHER, "it opens the form");
    engineers(&office, &[("E-1", "electrical", "2026-01-31"), ("E-2", "electrical", "")]).await;
    office.tick().await;
    assert_ne!(get(&office, &link).await.status, StatusCode::SEE_OTHER, "the form's link has ended");
    let heard = office.letters_to("lucia@ronda.example").len();
    ronda::office::visits::judge_visits::take_proposal(&office.office, visit.id).await.unwrap();
    office.sleep_until("2026-03-05T09:00").await;
    assert_eq!(office.letters_to("lucia@ronda.example").len(), heard, "not even that the visit passed on");
    assert!(!office.letters_to("jordi@ronda.example").is_empty());
});

story!(p05_scrapped_equipment_is_asked_for_no_more_and_its_history_stays at "2026-01-05T08:00:00+01:00", |office| {
    let units = |retired_on: &str| {
        format!(
            "equipment,site,name,make,model,serial,checklist,skills,accepted_on,warranty_months,retired_on,replaced_by\n\
             UPS-1,MAD,SAI 1,Voltera,M400,S-1,ups-battery,electrical,2026-01-01,24,{retired_on},UPS-2\n\
             UPS-2,MAD,SAI 2,Voltera,M500,S-2,ups-battery,electrical,2026-01-01,24,,\n"
        )
    };
    office.import(&[("equipment.csv", &units(""))]).await;
    office.sleep_until("2026-01-31T06:00").await;
    let visit = office.first_visit("inspection", "2026-02-02").await.visit;
    let asked = |bundle: &ronda::office::records::open_form::Bundle| {
        bundle.equipment.iter().map(|one| one.equipment.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(asked(&bundle(&office.office, visit.id).await.unwrap()), ["UPS-1", "UPS-2"]);
    office.import(&[("equipment.csv", &units("2026-02-01"))]).await;
    assert_eq!(asked(&bundle(&office.office, visit.id).await.unwrap()), ["UPS-2"]);
    let day = visit.state.appointment().day;
    office.sleep_until(&format!("{day}T14:00")).await;
    let of_new = office.record(visit.id, &format!("{day}T12:00")).await.replace("UPS-1", "UPS-2");
    record_visit(&office.office, visit.id, of_new.as_bytes(), Vec::new()).await.unwrap();
    office.tick().await;
    assert!(store::reports::latest(&office.office.db, visit.id).await.unwrap().is_some());
    let kept = store::people::equipment::of_site(&office.office.db, &"MAD".into()).await.unwrap();
    assert_eq!(kept.len(), 2, "its history stays");
});

story!(p04_what_waits_for_somebody_who_has_left_is_seen_where_nobody_withdraws_it at "2026-01-05T08:00:00+01:00", |office| {
    office.leaves_waiting(&["report-delivered", "canary", "deadline-due", "deadline-late", "visit-announced"]);
    contacts(&office, &[(REPORTS, ""), ("second@cum.example", "")]).await;
    inspected(&office).await;
    relay_is_away(&office);
    office.tick().await;
    contacts(&office, &[("second@cum.example", "2026-01-31")]).await;
    for work in WORK.iter().filter(|work| work.name != PART_WITH) {
        work.begin(&office.office).await.unwrap();
    }
    assert_eq!(waiting_for(&office, "second@cum.example").await, 1);
});
