//! P01, P02: a visit that could not inspect everything is incomplete. Its period is kept when the rest was seen, for which a
//! short visit is booked at once.

use chrono::NaiveDate;
use ronda::domain::audit::promises::{NoFitVisit, PeriodStanding};
use ronda::domain::ids::EquipmentCode;
use ronda::domain::promises::{Deadline, Standing};
use ronda::domain::visits::{StoredVisit, VisitState};
use ronda::office::records::open_form::bundle;
use ronda::office::records::record_visit::record_visit;
use ronda::office::reports::draw_papers::visit_sheet;
use ronda::office::visits::book_visits::cancel;
use ronda::store;
use serde_json::{Value, json};

use crate::office::auditor::{audited, differences};
use crate::office::browser::text;
use crate::office::called_off::digest;
use crate::office::harness::TestOffice;
use crate::story;

const OPS: &str = "ops@cum.example";
const REPORTS: &str = "reports@cum.example";
const NOTHING: Vec<String> = Vec::new();

fn equipment(retired_on: &str) -> String {
    let unit = |nth: u32, name: &str, retired_on: &str| {
        format!("UPS-{nth},MAD,{name},Voltera,M400,S-{nth},ups-battery,electrical,2026-01-01,24,{retired_on}\n")
    };
    "equipment,site,name,make,model,serial,checklist,skills,accepted_on,warranty_months,retired_on\n".to_owned()
        + &unit(1, "SAI 1", "")
        + &unit(2, "SAI 2", retired_on)
}

/// The record of a visit to these units, which leaves those whose room was locked.
async fn record(office: &TestOffice, visit: &StoredVisit, completed: &str, seen: &[&str], locked: &[&str]) {
    let mut record: Value = serde_json::from_str(&office.record(visit.visit.id, completed).await).unwrap();
    let answers = record["equipment"][0]["answers"].as_array().unwrap().clone();
    let left = |answer: &Value| json!({"item": answer["item"], "result": "not-inspected", "remark": "Sala cerrada"});
    let locked: Vec<Value> = locked
        .iter()
        .map(|unit| json!({"equipment": unit, "answers": answers.iter().map(left).collect::<Vec<_>>()}))
        .collect();
    let seen = seen.iter().map(|unit| json!({"equipment": unit, "answers": answers}));
    record["equipment"] = seen.chain(locked).collect();
    record_visit(&office.office, visit.visit.id, record.to_string().as_bytes(), Vec::new()).await.unwrap();
    office.tick().await;
}

/// February's inspection of two units, one of them behind a locked door.
async fn partly_inspected(office: &TestOffice) -> StoredVisit {
    office.import(&[("equipment.csv", &equipment(""))]).await;
    office.sleep_until("2026-01-31T06:00").await;
    let first = office.first_visit("inspection", "2026-02-02").await;
    let day = day_of(&first);
    office.sleep_until(&format!("{day}T14:00")).await;
    record(office, &first, &format!("{day}T12:00"), &["UPS-1"], &["UPS-2"]).await;
    first
}

fn day_of(stored: &StoredVisit) -> NaiveDate {
    stored.visit.state.appointment().day
}

/// The visits for the rest of another one, by number.
async fn for_rest(office: &TestOffice, first: &StoredVisit) -> Vec<StoredVisit> {
    let mut visits = office.visits().await;
    visits.retain(|stored| stored.visit.rest_of == Some(first.visit.id));
    visits.sort_by_key(|stored| stored.visit.id);
    visits
}

async fn window(office: &TestOffice, first: &StoredVisit) -> Option<Deadline> {
    let owed = store::promises::all_of_visit(&office.office.db, first.visit.id, first.slot).await.unwrap();
    owed.into_iter().find(|deadline| deadline.subject.slot().is_some() && deadline.withdrawn_at.is_none())
}

/// How the auditor finds the period of a visit; books and facts are the same.
async fn period(office: &TestOffice, first: &StoredVisit) -> PeriodStanding {
    assert_eq!(differences(&office.office).await, NOTHING);
    let audited = audited(&office.office).await;
    let line = audited.into_iter().map(|one| one.line).find(|line| line.term == first.visit.term).unwrap();
    let judged = line.periods.into_iter().find(|judged| judged.period.number == first.visit.number);
    judged.unwrap().standing
}

story!(p02_what_was_behind_a_locked_door_is_seen_by_a_short_visit_and_keeps_the_period_then at "2026-01-05T08:00:00+01:00", |office| {
    let first = partly_inspected(&office).await;
    assert!(window(&office, &first).await.unwrap().met_at.is_none(), "it is not kept yet");
    let [rest] = &for_rest(&office, &first).await[..] else { panic!("one is booked at once") };
    let VisitState::Booked { appointment, .. } = &rest.visit.state else { panic!("{rest:?}") };
    assert!(appointment.day > day_of(&first) && appointment.takes_minutes < first.visit.state.appointment().takes_minutes);
    assert_eq!(period(&office, &first).await, PeriodStanding::Open { visit: rest.visit.id, on: appointment.day });
    office.sleep_until(&format!("{}T18:00", day_of(&first))).await;
    let told = |notice| office.told(OPS, notice).iter().map(text).filter(|text| text.contains("Sala cerrada")).count();
    assert_eq!(told("visit-announced"), 1, "with the reason");
    assert!(text(&office.told(REPORTS, "report-delivered")[0]).contains("incompleta"));
    let listed = digest(&office).await;
    assert_eq!(listed.rests.iter().map(|line| (line.visit.visit, &line.why[..])).collect::<Vec<_>>(), [(first.visit.id, &["Sala cerrada".to_owned()][..])]);
    assert!(listed.incomplete.is_empty() && !listed.is_quiet());

    // It is called off, and another one is booked on another day.
    cancel(&office.office, rest.visit.id, "The key is lost").await.unwrap();
    assert!(matches!(period(&office, &first).await, PeriodStanding::OpenWithout { why: NoFitVisit::RestLeft { .. } }));
    assert!(!digest(&office).await.is_all_well());
    office.tick().await;
    let again = for_rest(&office, &first).await.pop().unwrap();
    assert!(again.visit.id > rest.visit.id && day_of(&again) != day_of(rest), "{again:?}");
    let form = bundle(&office.office, again.visit.id).await.unwrap();
    assert_eq!(form.equipment.iter().map(|unit| unit.equipment.as_str()).collect::<Vec<_>>(), ["UPS-2"], "nothing else is asked");
    assert_eq!(form.not_inspected[&EquipmentCode::from("UPS-2")].values().next().unwrap().why, "Sala cerrada");

    let day = day_of(&again);
    office.sleep_until(&format!("{day}T14:00")).await;
    record(&office, &again, &format!("{day}T12:00"), &["UPS-2"], &[]).await;
    assert_eq!(period(&office, &first).await, PeriodStanding::Kept { visit: first.visit.id, on: day });
    assert!(window(&office, &first).await.unwrap().met_at.is_some());
    assert!(digest(&office).await.rests.is_empty());
    let before = office.fingerprint().await;
    office.tick().await;
    assert_eq!(office.fingerprint().await, before);
    office.leaves_waiting(&["visit-announced", "visit-reminder"]);
});

story!(p02_a_rest_that_nobody_can_see_in_its_window_is_late_until_it_was_seen at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    office.sleep_until("2026-01-31T06:00").await;
    let day = day_of(&office.first_visit("inspection", "2026-02-02").await);
    office.close_on(&format!("[[closure]]\nfrom = {}\nto = 2026-02-28\nname = \"Rebuilding\"\napplies = \"site:MAD\"\n", day.succ_opt().unwrap()));
    let first = partly_inspected(&office).await;
    let rest = for_rest(&office, &first).await.pop().expect("as soon as possible");
    assert_eq!(day_of(&rest).to_string(), "2026-03-02");
    let why = NoFitVisit::OutsideTheWindow { visit: rest.visit.id, on: day_of(&rest) };
    assert_eq!(period(&office, &first).await, PeriodStanding::OpenWithout { why });
    office.sleep_until("2026-03-02T14:00").await;
    assert_eq!(period(&office, &first).await, PeriodStanding::Late { visit: Some(rest.visit.id) });
    let late = window(&office, &first).await.unwrap();
    assert!(matches!(late.standing(office.office.clock.now()), Standing::Late { .. }));
    assert!(digest(&office).await.late.iter().any(|line| line.visit == Some(rest.visit.id)), "the late line names who comes");
    record(&office, &rest, "2026-03-02T12:00", &["UPS-2"], &[]).await;
    assert_eq!(period(&office, &first).await, PeriodStanding::KeptLate { visit: first.visit.id, on: day_of(&rest) });
    office.leaves_waiting(&["visit-announced", "visit-reminder", "deadline-due", "deadline-late", "deadline-escalated", "record-missing"]);
});

story!(p02_a_rest_whose_equipment_is_scrapped_is_gone_and_the_period_kept at "2026-01-05T08:00:00+01:00", |office| {
    let first = partly_inspected(&office).await;
    let rest = for_rest(&office, &first).await.pop().expect("one is booked");
    let next = office.first_visit("inspection", "2026-03-01").await;
    let form = bundle(&office.office, next.visit.id).await.unwrap();
    assert!(form.must_answer_all && form.equipment.len() == 2 && form.not_inspected.contains_key(&EquipmentCode::from("UPS-2")), "the next form lists it");
    let with = visit_sheet(&office.office, next.visit.id).await.unwrap().len();
    let today = office.office.today();
    office.import(&[("equipment.csv", &equipment(&today.to_string()))]).await;
    office.tick().await;
    assert_eq!(period(&office, &first).await, PeriodStanding::Kept { visit: first.visit.id, on: day_of(&first) });
    assert!(matches!(office.visit(rest.visit.id).await.visit.state, VisitState::Cancelled { .. }));
    let cancelled = office.told(OPS, "visit-cancelled");
    assert!(cancelled.iter().any(|letter| text(letter).contains("no queda nada por inspeccionar")), "{cancelled:?}");
    assert!(bundle(&office.office, next.visit.id).await.unwrap().not_inspected.is_empty());
    assert!(visit_sheet(&office.office, next.visit.id).await.unwrap().len() < with);
    office.leaves_waiting(&["visit-announced", "visit-reminder"]);
});

story!(p02_a_rest_is_not_asked_for_once_its_contract_has_ended at "2026-01-05T08:00:00+01:00", |office| {
    let first = partly_inspected(&office).await;
    let rest = for_rest(&office, &first).await.pop().expect("one is booked");
    // What is left of February is no period of its own.
    let ends_on = day_of(&first).succ_opt().unwrap().min("2026-02-12".parse().unwrap());
    let contract = format!("contract,customer,sites,plan,accepted_on,ends_on\nC-1,CUM,*,standard,2026-01-01,{ends_on}\n");
    office.import(&[("contracts.csv", &contract)]).await;
    office.tick().await;
    office.tick().await;
    assert_eq!(period(&office, &first).await, PeriodStanding::HandedTo { number: first.visit.number - 1 });
    assert_eq!(window(&office, &first).await, None);
    assert!(matches!(office.visit(rest.visit.id).await.visit.state, VisitState::Cancelled { .. }));
    let listed = digest(&office).await;
    assert!(listed.rests.is_empty() && listed.incomplete.is_empty(), "{listed:?}");
    office.leaves_waiting(&["visit-announced", "visit-reminder"]);
});
