//! A booked visit that cannot take place as it is booked is unfit, until somebody takes what is proposed (P01); what was only
//! planned is planned anew at once.

use axum::http::StatusCode;
use chrono::{Days, NaiveDate};
use ronda::domain::ids::VisitId;
use ronda::domain::visits::VisitState;
use ronda::domain::visits::fit::{Unfit, UnfitVisit};
use ronda::office::audit::audit_promises::audit_nightly;
use ronda::office::digest::send_digests;
use ronda::office::heartbeat::{JUDGE_VISITS, WORK};
use ronda::office::visits::book_visits::{AppointmentChange, Rules, move_visit};
use ronda::office::visits::judge_visits::{judge_visits, take_proposal};
use ronda::store;

use crate::office::auditor::differences;
use crate::office::browser::{get, hidden, link_of_visit, press};
use crate::office::harness::TestOffice;
use crate::story;

const MANAGER: &str = "helena@ronda.example";
const OPS: &str = "ops@cum.example";

/// The engineers of the stories with their skills, and when they leave.
pub async fn engineers(office: &TestOffice, rows: &[(&str, &str, &str)]) {
    let mut file =
        "engineer,name,email,phone,skills,time_zone,calendar,latitude,longitude,language,left_on\n".to_owned();
    for (code, skills, left_on) in rows {
        let (name, email, place) = match *code {
            "E-1" => ("Lucía Romero", "lucia", "40.4,-3.7"),
            _ => ("Jordi Puig", "jordi", "41.4,2.1"),
        };
        file +=
            &format!("{code},{name},{email}@ronda.example,+34 600,{skills},Europe/Madrid,ES-MD,{place},es,{left_on}\n");
    }
    office.import(&[("engineers.csv", &file)]).await;
}

async fn unfit(office: &TestOffice) -> Vec<UnfitVisit> {
    store::visits::unfit::all(&office.office.db).await.unwrap()
}

/// The first inspection, booked for E-1, some days ahead.
async fn booked(office: &TestOffice) -> (VisitId, NaiveDate) {
    office.sleep_until("2026-01-31T06:00").await;
    let stored = office.first_visit("inspection", "2026-02-02").await;
    assert!(matches!(stored.visit.state, VisitState::Booked { .. }), "{stored:?}");
    let appointment = stored.visit.state.appointment().clone();
    assert_eq!(appointment.engineer, "E-1", "who lives nearest");
    (stored.visit.id, appointment.day)
}

async fn digest(office: &TestOffice) -> ronda::domain::digest::Digest {
    let manager = store::people::manager::all(&office.office.db).await.unwrap().remove(0);
    send_digests::digest(&office.office, &manager, office.office.clock.now()).await.unwrap()
}

story!(p01_what_is_planned_for_an_engineer_who_leaves_is_planned_anew_at_once_and_what_is_booked_waits_for_a_click at "2026-01-05T08:00:00+01:00", |office| {
    let (id, day) = booked(&office).await;
    engineers(&office, &[("E-1", "electrical", "2026-02-02"), ("E-2", "electrical", "")]).await;
    office.tick().await;
    for stored in office.visits().await {
        let appointment = stored.visit.state.appointment();
        let is_planned = matches!(stored.visit.state, VisitState::Planned { .. });
        assert!(!is_planned || appointment.engineer == "E-2" || appointment.day < "2026-02-02".parse().unwrap(), "{stored:?}");
    }
    let found = unfit(&office).await;
    let [one] = &found[..] else { panic!("{found:?}") };
    assert_eq!((one.visit, &one.reasons[..]), (id, &[Unfit::EngineerGone][..]));
    let to = one.proposal.clone().expect("Jordi is free");
    assert_eq!((to.engineer.as_str(), to.day), ("E-2", day), "the day that was agreed stays");
    assert_eq!(differences(&office.office).await, Vec::<String>::new());
    assert_eq!(digest(&office).await.unfit.len(), 1);
    assert!(!digest(&office).await.is_all_well());
    office.sleep_until("2026-02-02T08:00").await;
    let letter = office.told(MANAGER, "digest").pop().unwrap();
    let link = link_of_visit(&letter, "Inspection", id);
    let page = get(&office, &link).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("Take the proposal: Jordi Puig") && page.body.contains("is not there any more"), "{}", page.body);
    let told = office.told(OPS, "visit-moved").len();
    let field = |name: &str| hidden(&page.body, "take-proposal", name);
    let (engineer, on, starts) = (field("engineer"), field("day"), field("starts"));
    let fields = [("engineer", engineer.as_str()), ("day", on.as_str()), ("starts", starts.as_str())];
    let pressed = press(&office, &link, "take-proposal", &fields).await;
    assert_eq!(pressed.status, StatusCode::SEE_OTHER, "{}", pressed.body);
    office.tick().await;
    let stored = office.visit(id).await.visit;
    assert_eq!((stored.state.appointment().engineer.as_str(), stored.state.appointment().day), ("E-2", day));
    assert_eq!(office.told(OPS, "visit-moved").len(), told + 1);
    assert_eq!(unfit(&office).await, []);
    let page = get(&office, &link).await;
    assert!(page.body.contains("Took the proposal: Jordi Puig"), "{}", page.body);
    let rounds: Vec<(Option<String>,)> = office.office.db.read("select engineer from round").all().await.unwrap();
    assert!(rounds.iter().all(|(engineer,)| engineer.as_deref() != Some("E-1")), "{rounds:?}");
    let before = office.fingerprint().await;
    assert_eq!(judge_visits(&office.office).await.unwrap(), 0);
    office.tick().await;
    assert_eq!(office.fingerprint().await, before);
});

story!(p01_a_skill_that_is_lost_or_a_certificate_that_ends_makes_a_booked_visit_unfit_for_all_its_reasons at "2026-01-05T08:00:00+01:00", |office| {
    let (id, day) = booked(&office).await;
    let eve = day - Days::new(1);
    engineers(&office, &[("E-1", &format!("electrical until {eve}"), ""), ("E-2", "electrical", "")]).await;
    office.tick().await;
    let ends = Unfit::CertificateEnds { skill: "electrical".to_owned(), valid_until: eve };
    assert_eq!(unfit(&office).await[0].reasons, [ends]);
    engineers(&office, &[("E-1", &format!("electrical until {day}"), ""), ("E-2", "electrical", "")]).await;
    office.tick().await;
    assert_eq!(unfit(&office).await, [], "it is valid on the day of the visit");
    engineers(&office, &[("E-1", "cooling", &day.to_string()), ("E-2", "", "")]).await;
    office.tick().await;
    let lost = unfit(&office).await;
    assert_eq!((lost[0].visit, &lost[0].reasons[..]), (id, &[Unfit::EngineerGone][..]), "who is gone lacks nothing more");
    assert_eq!(lost[0].proposal, None, "nobody has the skill");
    assert!(take_proposal(&office.office, id).await.is_err());
    engineers(&office, &[("E-1", "cooling", ""), ("E-2", "electrical", "")]).await;
    office.tick().await;
    let lost = unfit(&office).await.remove(0);
    assert_eq!(lost.reasons, [Unfit::LacksSkill { skill: "electrical".to_owned() }]);
    assert_eq!(take_proposal(&office.office, id).await.unwrap().state.appointment().engineer, "E-2");
    office.tick().await;
    assert_eq!(unfit(&office).await, []);
});

story!(p01_equipment_that_gains_a_skill_which_its_engineer_lacks_makes_the_visit_unfit at "2026-01-05T08:00:00+01:00", |office| {
    let (id, _) = booked(&office).await;
    engineers(&office, &[("E-1", "electrical", ""), ("E-2", "cooling;electrical", "")]).await;
    office.tick().await;
    assert_eq!(unfit(&office).await, []);
    office.import(&[(
        "equipment.csv",
        "equipment,site,name,checklist,skills,accepted_on\nCOOL-1,MAD,Chiller,ups-battery,cooling,2026-01-20\n",
    )]).await;
    office.tick().await;
    let found = unfit(&office).await.remove(0);
    assert_eq!((found.visit, &found.reasons[..]), (id, &[Unfit::LacksSkill { skill: "cooling".to_owned() }][..]));
    assert_eq!(found.proposal.unwrap().engineer, "E-2");
    let planned = office.visits().await.into_iter().filter(|one| matches!(one.visit.state, VisitState::Planned { .. }));
    assert!(planned.into_iter().all(|one| one.visit.term != "inspection" || one.visit.state.appointment().engineer == "E-2"));
    assert_eq!(differences(&office.office).await, Vec::<String>::new());
});

story!(p01_a_visit_on_a_day_on_which_its_site_closes_or_its_engineer_is_on_leave_is_unfit_and_not_reminded_of at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    let (id, day) = booked(&office).await;
    let reminded = office.told(OPS, "visit-reminder").len();
    office.close_on(&format!("[[closure]]\nfrom = {day}\nto = {day}\nname = \"Inventory\"\napplies = \"site:MAD\"\n"));
    office.tick().await;
    let found = unfit(&office).await.remove(0);
    assert_eq!(found.reasons, [Unfit::SiteClosed { day, name: "Inventory".to_owned() }]);
    let to = found.proposal.unwrap();
    assert!(to.engineer == "E-1" && to.day != day, "the same engineer on the nearest day: {to:?}");
    office.sleep_until(&format!("{day}T07:00")).await;
    assert_eq!(office.told(OPS, "visit-reminder").len(), reminded, "nobody is reminded of what cannot take place");
    let digest = digest(&office).await;
    assert_eq!(digest.unfit.iter().map(|line| line.visit.visit).collect::<Vec<_>>(), [id]);
    assert_eq!(differences(&office.office).await, Vec::<String>::new());
});

story!(p01_leave_makes_a_visit_unfit_and_when_it_is_taken_back_the_visit_is_reminded_of at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    let (id, day) = booked(&office).await;
    let reminded = office.told(OPS, "visit-reminder").len();
    office.close_on(&format!("[[closure]]\nfrom = {day}\nto = {day}\nname = \"Wedding\"\napplies = \"engineer:E-1\"\n"));
    office.tick().await;
    let found = unfit(&office).await.remove(0);
    assert_eq!(found.reasons, [Unfit::EngineerOff { day, name: "Wedding".to_owned() }]);
    let to = found.proposal.unwrap();
    assert_eq!((to.engineer.as_str(), to.day), ("E-2", day));
    office.close_on("");
    office.tick().await;
    assert_eq!(unfit(&office).await, []);
    office.sleep_until(&format!("{day}T08:00")).await;
    assert_eq!(office.told(OPS, "visit-reminder").len(), reminded + 1);
    assert_eq!(office.visit(id).await.visit.state.appointment().engineer, "E-1");
});

story!(p01_where_the_term_says_so_an_unfit_visit_is_booked_anew_by_itself_and_told at "2026-01-05T08:00:00+01:00", |office| {
    office.import(&[(
        "contracts.csv",
        "contract,customer,sites,plan,accepted_on,ends_on,inspection.rebook\nC-1,CUM,*,standard,2026-01-01,,auto\n",
    )]).await;
    let (id, day) = booked(&office).await;
    engineers(&office, &[("E-1", "electrical", "2026-02-02"), ("E-2", "electrical", "")]).await;
    office.tick().await;
    let stored = office.visit(id).await.visit;
    assert_eq!((stored.state.appointment().engineer.as_str(), stored.state.appointment().day), ("E-2", day));
    assert_eq!(unfit(&office).await, []);
    assert_eq!(office.told(OPS, "visit-moved").len(), 1);
    assert_eq!(digest(&office).await.rebooked.iter().map(|line| line.visit).collect::<Vec<_>>(), [id]);
    office.sleep_until("2026-02-02T08:00").await;
    assert!(digest(&office).await.rebooked.is_empty(), "it is told of once");
    let letter = office.told(MANAGER, "digest").pop().unwrap();
    assert!(String::from_utf8_lossy(&letter.bytes).contains("Booked anew by itself"));
});

story!(what_a_person_has_overruled_stays_as_it_is_booked_until_something_else_speaks_against_it at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    let (id, day) = booked(&office).await;
    let closed = format!("[[closure]]\nfrom = {day}\nto = {day}\nname = \"Inventory\"\napplies = \"site:MAD\"\n");
    office.close_on(&closed);
    office.tick().await;
    assert_eq!(unfit(&office).await.len(), 1);
    let as_it_is = AppointmentChange { day: Some(day), ..AppointmentChange::default() };
    move_visit(&office.office, id, &as_it_is, Rules::Overrule).await.unwrap();
    office.tick().await;
    assert_eq!(unfit(&office).await, [], "a person knows better");
    assert_eq!(office.told(OPS, "visit-moved").len(), 0, "nothing has changed for anybody");
    assert_eq!(differences(&office.office).await, Vec::<String>::new());
    office.close_on(&format!("{closed}[[closure]]\nfrom = {day}\nto = {day}\nname = \"Wedding\"\napplies = \"engineer:E-1\"\n"));
    office.tick().await;
    assert_eq!(unfit(&office).await[0].reasons, [Unfit::EngineerOff { day, name: "Wedding".to_owned() }]);
    assert_eq!(differences(&office.office).await, Vec::<String>::new());
});

story!(the_auditor_sees_a_booked_visit_that_nobody_judged at "2026-01-05T08:00:00+01:00", |office| {
    let (id, day) = booked(&office).await;
    engineers(&office, &[("E-1", "electrical", "2026-02-02"), ("E-2", "electrical", "")]).await;
    for work in WORK.iter().filter(|work| work.name != JUDGE_VISITS) {
        work.begin(&office.office).await.unwrap();
    }
    let found = differences(&office.office).await;
    assert!(matches!(&found[..], [one] if one.ends_with(&format!("{id} on {day}: cannot take place / can take place"))), "{found:?}");
    office.tick().await;
    assert_eq!(differences(&office.office).await, Vec::<String>::new());
    let mut tx = office.office.db.begin().await.unwrap();
    tx.sql("delete from unfit_visit").execute().await.unwrap();
    tx.commit().await.unwrap();
    office.sleep_until("2026-02-02T05:00").await;
    let _ = audit_nightly(&office.office).await.unwrap();
    assert_eq!(unfit(&office).await.len(), 1, "it is judged anew each night");
});
