//! P15: of a visit that could not take place as it was booked, and of which nobody has handed in a record, nobody knows whether
//! anybody came. It is asked about, and no customer is told of a missing report until somebody says that it took place.

use chrono::{Days, NaiveDate};
use ronda::domain::digest::Digest;
use ronda::domain::ids::VisitId;
use ronda::domain::promises::DeadlineSubject;
use ronda::domain::visits::VisitState;
use ronda::office::records::record_visit::record_visit;
use ronda::office::visits::book_visits::{AppointmentChange, Rules, move_visit};
use ronda::store;

use crate::office::auditor::differences;
use crate::office::browser::{get, link_of_visit};
use crate::office::called_off::digest;
use crate::office::harness::{TestOffice, madrid};
use crate::story;

const MANAGER: &str = "helena@ronda.example";
const OPS: &str = "ops@cum.example";
const ESCALATION: &str = "carmen@cum.example";
const NOTHING: Vec<String> = Vec::new();

/// The first inspection, booked and told of, on a day on which its engineer is away.
async fn booked_for_a_day_off(office: &mut TestOffice) -> (VisitId, NaiveDate) {
    office.sleep_until("2026-01-31T06:00").await;
    let stored = office.first_visit("inspection", "2026-02-02").await;
    assert!(matches!(stored.visit.state, VisitState::Booked { .. }), "{stored:?}");
    let day = stored.visit.state.appointment().day;
    office.close_on(&away(day));
    office.tick().await;
    (stored.visit.id, day)
}

fn away(day: NaiveDate) -> String {
    format!("[[closure]]\nfrom = {day}\nto = {day}\nname = \"Wedding\"\napplies = \"engineer:E-1\"\n")
}

fn doubted(digest: &Digest) -> Vec<VisitId> {
    digest.doubtful.iter().map(|line| line.visit.visit).collect()
}

/// What is owed of a visit: a record, and a report.
async fn owed(office: &TestOffice, visit: VisitId, day: NaiveDate) -> (bool, bool) {
    let by_key = async |key: String| store::promises::by_key(&office.office.db, &key).await.unwrap().is_some();
    (by_key(DeadlineSubject::Record { visit, day }.key()).await, by_key(DeadlineSubject::Report { visit }.key()).await)
}

fn flags_of(office: &TestOffice, email: &str, visit: VisitId) -> usize {
    let number = visit.to_string();
    let names = |bytes: &[u8]| {
        let letter = mail_parser::MessageParser::default().parse(bytes).unwrap();
        letter.body_text(0).unwrap().split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == number)
    };
    office.flags_told(email).iter().filter(|letter| names(&letter.bytes)).count()
}

story!(p15_a_visit_that_could_not_take_place_and_has_no_record_is_asked_about_and_no_customer_is_told at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    let (visit, day) = booked_for_a_day_off(&mut office).await;
    assert_eq!(doubted(&digest(&office).await), [], "its day has not come");
    office.sleep_until(&format!("{}T08:00", day + Days::new(1))).await;
    let listed = digest(&office).await;
    assert_eq!((doubted(&listed), listed.unfit.len()), (vec![visit], 0));
    assert!(!listed.is_all_well() && listed.without_record.iter().all(|line| line.visit != Some(visit)), "{listed:?}");
    assert_eq!(owed(&office, visit, day).await, (false, false));
    assert_eq!(differences(&office.office).await, NOTHING);
    office.sleep_until(&format!("{}T08:00", day + Days::new(10))).await;
    assert_eq!(doubted(&digest(&office).await), [visit], "it is asked about until somebody answers");
    assert_eq!((flags_of(&office, OPS, visit), flags_of(&office, ESCALATION, visit)), (0, 0));
    assert_eq!(differences(&office.office).await, NOTHING);
    let letters = office.told(MANAGER, "digest");
    let letter = letters.last().unwrap();
    let text = mail_parser::MessageParser::default().parse(&letter.bytes[..]).unwrap().body_text(0).unwrap().into_owned();
    assert!(text.contains("Did they take place?") && text.contains("say that it did not take place"), "{text}");
    let page = get(&office, &link_of_visit(letter, "Inspection", visit)).await;
    assert!(page.body.contains("Wedding"), "{}", page.body);
    // It did: somebody else went, and its record is here.
    office.done(visit, &format!("{day}T12:00")).await;
    office.tick().await;
    assert_eq!(doubted(&digest(&office).await), []);
    assert_eq!(owed(&office, visit, day).await, (true, true));
    assert_eq!(differences(&office.office).await, NOTHING);
});

story!(p15_a_manager_says_that_it_took_place_and_its_record_is_owed_or_that_it_did_not_and_it_is_planned_again at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    let (visit, day) = booked_for_a_day_off(&mut office).await;
    office.sleep_until(&format!("{}T08:00", day + Days::new(1))).await;
    let as_it_was = AppointmentChange { day: Some(day), ..AppointmentChange::default() };
    move_visit(&office.office, visit, &as_it_was, Rules::Overrule).await.unwrap();
    office.tick().await;
    assert_eq!((doubted(&digest(&office).await), owed(&office, visit, day).await), (vec![], (true, true)));
    assert_eq!(differences(&office.office).await, NOTHING);
    // It turns out that nobody came.
    let not_done = serde_json::json!({
        "schema": 1, "outcome": "not-done", "reason": "The engineer was at a wedding",
        "noted_at": madrid(&format!("{day}T12:00")).to_rfc3339(), "by": "Lucía Romero",
    });
    record_visit(&office.office, visit, not_done.to_string().as_bytes(), Vec::new()).await.unwrap();
    office.tick().await;
    let listed = digest(&office).await;
    assert_eq!((doubted(&listed), listed.called_off.len()), (vec![], 1));
    assert_eq!(differences(&office.office).await, NOTHING);
    office.leaves_waiting(&["visit-announced", "visit-not-done"]);
});

story!(p15_a_fact_that_comes_after_the_day_takes_back_what_was_owed_and_one_that_goes_gives_it_back at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    office.sleep_until("2026-01-31T06:00").await;
    let stored = office.first_visit("inspection", "2026-02-02").await;
    let (visit, day) = (stored.visit.id, stored.visit.state.appointment().day);
    office.sleep_until(&format!("{}T08:00", day + Days::new(1))).await;
    assert_eq!(owed(&office, visit, day).await, (true, true));
    office.close_on(&away(day));
    office.tick().await;
    assert_eq!((doubted(&digest(&office).await), owed(&office, visit, day).await), (vec![visit], (false, false)));
    assert_eq!(differences(&office.office).await, NOTHING);
    let before = office.fingerprint().await;
    office.tick().await;
    assert_eq!(office.fingerprint().await, before);
    office.close_on("");
    office.tick().await;
    assert_eq!((doubted(&digest(&office).await), owed(&office, visit, day).await), (vec![], (true, true)));
    assert_eq!(differences(&office.office).await, NOTHING);
});
