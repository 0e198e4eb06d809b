//! P01, P09, P10, P12, P15: contracts change while they run, and every day has one promise.

use chrono::{Datelike, Days, NaiveDate};
use ronda::domain::audit::promises::PeriodStanding;
use ronda::domain::ids::VisitId;
use ronda::domain::visits::{StoredVisit, VisitState};
use ronda::office::digest::send_digests;
use ronda::office::documents::sha256;
use ronda::office::import::import_office::{Holds, Mode, import_tables, import_texts};
use ronda::store;
use ronda::world::tables;

use crate::office::auditor::{audited, differences};
use crate::office::harness::TestOffice;
use crate::story;

const NOTHING: Vec<String> = Vec::new();

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The contract of the stories with another plan, first and last day.
async fn contract(office: &TestOffice, sites: &str, plan: &str, accepted_on: &str, ends_on: &str) {
    let row =
        format!("contract,customer,sites,plan,accepted_on,ends_on\nC-1,CUM,{sites},{plan},{accepted_on},{ends_on}\n");
    office.import(&[("contracts.csv", &row)]).await;
}

/// A second site of the customer's, with equipment that was accepted on a day.
async fn add_barcelona(office: &TestOffice, accepted_on: &str) {
    let equipment = format!(
        "equipment,site,name,make,model,serial,checklist,skills,accepted_on,warranty_months\n\
         UPS-2,BCN,SAI 2,Voltera,M400,S-2,ups-battery,electrical,{accepted_on},24\n"
    );
    office
        .import(&[
            (
                "sites.csv",
                "site,customer,name,address,country,subdivision,time_zone,latitude,longitude,language\n\
                 BCN,CUM,Centro Sants,\"Calle Mayor 2\",ES,CT,Europe/Madrid,41.4,2.1,\n",
            ),
            ("equipment.csv", &equipment),
        ])
        .await;
}

async fn of(office: &TestOffice, site: &str, term: &str) -> Vec<StoredVisit> {
    let mut visits = office.visits().await;
    visits.retain(|stored| stored.visit.site == *site && stored.visit.term == *term);
    visits.sort_by_key(|stored| stored.visit.state.appointment().day);
    visits
}

/// The days of visits that are ahead or were done.
async fn days(office: &TestOffice, site: &str, term: &str) -> Vec<NaiveDate> {
    let visits = of(office, site, term).await;
    let alive = visits.iter().filter(|stored| !matches!(stored.visit.state, VisitState::Cancelled { .. }));
    alive.map(|stored| stored.visit.state.appointment().day).collect()
}

async fn booked(office: &TestOffice, site: &str, term: &str) -> VisitId {
    let visits = of(office, site, term).await;
    let today = office.office.today();
    let is_ahead = |stored: &&StoredVisit| {
        matches!(stored.visit.state, VisitState::Booked { .. }) && stored.visit.state.appointment().day > today
    };
    let booked = visits.iter().find(is_ahead);
    booked.expect("one is booked").visit.id
}

/// How the periods of a term stand, a word each with its window.
async fn stands(office: &TestOffice, site: &str, term: &str) -> Vec<String> {
    let audited = audited(&office.office).await;
    let line = audited.iter().map(|one| &one.line).find(|line| line.site == *site && line.term == *term).unwrap();
    let word =
        |standing: &PeriodStanding| serde_json::to_value(standing).unwrap()["standing"].as_str().unwrap().to_owned();
    let told = |judged: &ronda::domain::audit::promises::JudgedPeriod| {
        format!(
            "{} {}..{} {}",
            judged.period.number,
            judged.period.first_on,
            judged.period.last_on,
            word(&judged.standing)
        )
    };
    line.periods.iter().map(told).collect()
}

story!(p10_a_contract_whose_training_day_has_passed_is_trained_in_the_period_under_way at "2026-04-10T08:00:00+02:00", |office| {
    office.tick().await;
    let trained = days(&office, "MAD", "training").await;
    assert!(trained[0] > day("2026-04-10") && trained[0] <= day("2026-05-10"), "{trained:?}");
    assert_eq!(differences(&office.office).await, NOTHING);
    assert!(stands(&office, "MAD", "training").await[0].starts_with("1 2026-04-10..2026-05-10 open"));
    office.sleep_until("2026-06-01T09:00").await;
    assert_eq!(differences(&office.office).await, NOTHING, "it is late in both");
    office.leaves_waiting(&["record-missing", "deadline-due", "deadline-late", "deadline-escalated"]);
});

story!(p10_what_is_handed_to_the_next_period_is_said_by_import_audit_and_digest at "2026-09-24T08:00:00+02:00", |office| {
    let new = import_texts(&office.office, &[
        ("customers.csv", "customer,name,language\nNEW,Newcomer,en\n"),
        (
            "sites.csv",
            "site,customer,name,address,country,subdivision,time_zone,latitude,longitude,language\n\
             NEW-1,NEW,New Site,Street 1,ES,MD,Europe/Madrid,40.5,-3.6,\n",
        ),
        (
            "equipment.csv",
            "equipment,site,name,make,model,serial,checklist,skills,accepted_on,warranty_months\n\
             UPS-9,NEW-1,UPS,V,M,S,ups-battery,electrical,,\n",
        ),
        ("contacts.csv", "site,customer,name,email,role,language\n,NEW,Reports,reports@new.example,reports,\n"),
        ("contracts.csv", "contract,customer,sites,plan,accepted_on,ends_on\nC-9,NEW,*,standard,2026-01-01,\n"),
    ]).await.unwrap();
    let mut said: Vec<_> = new.handed_on.iter().map(|one| format!("{} {} {}", one.contract, one.term, one.next_on)).collect();
    said.sort_unstable();
    assert_eq!(said, ["C-9 inspection 2026-10-01", "C-9 training 2027-01-01"]);
    office.tick().await;
    assert!(days(&office, "NEW-1", "training").await.iter().all(|on| *on >= day("2027-01-01")));
    assert!(days(&office, "NEW-1", "inspection").await[0] >= day("2026-10-01"));
    assert_eq!(differences(&office.office).await, NOTHING);
    assert!(stands(&office, "NEW-1", "training").await[0].ends_with("handed-to"));
    office.sleep_until("2026-09-25T09:00").await;
    let manager = store::people::manager::all(&office.office.db).await.unwrap().remove(0);
    let letter = office.told("helena@ronda.example", "digest").pop().expect("a digest");
    let text = String::from_utf8_lossy(&letter.bytes).into_owned();
    assert!(text.contains("New promises that begin with their next period"), "{text}");
    office.sleep_until("2026-09-28T09:00").await;
    let later = send_digests::digest(&office.office, &manager, office.office.clock.now()).await.unwrap();
    assert_eq!(later.begun, Vec::new(), "each is told of once");
    office.leaves_waiting(&["visit-announced", "training-invitation"]);
});

story!(p10_a_site_that_is_added_to_a_running_contract_begins_with_its_own_acceptance at "2026-01-05T08:00:00+01:00", |office| {
    office.sleep_until("2026-06-10T09:00").await;
    add_barcelona(&office, "2026-06-08").await;
    office.tick().await;
    let trained = days(&office, "BCN", "training").await;
    assert!(trained[0] > day("2026-06-10") && trained[0] <= day("2026-07-08"), "at its acceptance: {trained:?}");
    let inspected = days(&office, "BCN", "inspection").await;
    assert!(inspected[0] <= day("2026-06-30"), "more than half of June is left: {inspected:?}");
    assert!(stands(&office, "BCN", "training").await[0].starts_with("1 2026-06-08..2026-07-08 open"));
    assert_eq!(differences(&office.office).await, NOTHING);
    office.sleep_until("2026-06-20T09:00").await;
    assert_eq!(differences(&office.office).await, NOTHING);
    office.leaves_waiting(&["visit-announced", "training-invitation", "record-missing", "deadline-late", "deadline-escalated", "deadline-due"]);
});

story!(p01_a_site_that_is_added_late_in_a_month_is_inspected_from_the_next_on at "2026-01-05T08:00:00+01:00", |office| {
    office.sleep_until("2026-01-23T09:00").await;
    add_barcelona(&office, "").await;
    office.tick().await;
    let inspected = days(&office, "BCN", "inspection").await;
    assert!(inspected[0] >= day("2026-02-01") && inspected[0] <= day("2026-02-28"), "{inspected:?}");
    let trained = days(&office, "BCN", "training").await;
    assert!(trained[0] <= day("2026-02-22"), "accepted when it came: {trained:?}");
    assert_eq!(differences(&office.office).await, NOTHING);
});

story!(p10_a_site_that_is_added_after_its_contract_changed_is_served_as_if_it_had_always_been_so at "2026-01-19T08:00:00+01:00", |office| {
    office.sleep_until("2026-01-20T08:00").await;
    contract(&office, "*", "light", "2026-01-01", "").await;
    add_barcelona(&office, "").await;
    office.tick().await;
    let trained = stands(&office, "BCN", "training").await;
    assert!(trained[0].starts_with("1 2026-01-20..2026-03-21 open"), "{trained:?}");
    assert_eq!(differences(&office.office).await, NOTHING);
});

story!(p12_what_was_done_before_its_period_began_serves_the_one_that_a_corrected_acceptance_begins at "2026-01-05T08:00:00+01:00", |office| {
    contract(&office, "*", "data-centre", "2025-10-25", "").await;
    office.sleep_until("2026-01-15T14:00").await;
    let maintained = office.first_visit("maintenance", "2026-01-15").await;
    office.done(maintained.visit.id, "2026-01-15T12:00").await;
    office.sleep_until("2026-01-21T08:00").await;
    contract(&office, "*", "data-centre", "2025-10-20", "").await;
    office.tick().await;
    let line = stands(&office, "MAD", "maintenance").await;
    assert!(line.iter().any(|period| period.starts_with("2 2026-01-21..2026-02-10 kept")), "{line:?}");
    let visits = of(&office, "MAD", "maintenance").await;
    let mut ahead = visits.iter().filter(|stored| !matches!(stored.visit.state, VisitState::Done { .. }));
    let next = ahead.next().unwrap().visit.state.appointment().day;
    assert!(next > day("2026-04-01"), "not twice in a month: {next}");
    assert_eq!(differences(&office.office).await, NOTHING);
});

story!(p15_a_contract_that_ends_early_cancels_what_comes_after_it_and_tells_those_who_were_told at "2026-01-05T08:00:00+01:00", |office| {
    office.sleep_until("2026-02-03T09:00").await;
    let visit = booked(&office, "MAD", "inspection").await;
    let on = office.visit(visit).await.visit.state.appointment().day;
    assert!(on > day("2026-02-05"), "{on}");
    let last = on - Days::new(1);
    contract(&office, "*", "standard", "2026-01-01", &last.to_string()).await;
    office.tick().await;
    let VisitState::Cancelled { reason, .. } = office.visit(visit).await.visit.state else { panic!("it stands") };
    assert_eq!(reason, format!("contract C-1 ended on {last}"));
    for who in ["ops@cum.example", "lucia@ronda.example"] {
        assert!(!office.told(who, "visit-cancelled").is_empty(), "{who} was told");
    }
    let after = days(&office, "MAD", "inspection").await;
    assert!(after.iter().all(|on| *on <= last), "{after:?} after {last}");
    assert_eq!(differences(&office.office).await, NOTHING);
    office.sleep_until(&format!("{}T12:00", last + Days::new(2))).await;
    let (flags, letters) = (office.flags_told("carmen@cum.example").len(), office.letters_to("ops@cum.example").len());
    office.sleep_until("2026-04-10T09:00").await;
    assert_eq!(office.flags_told("carmen@cum.example").len(), flags, "nothing is escalated to them any more");
    assert_eq!(office.letters_to("ops@cum.example").len(), letters, "nor announced");
    assert_eq!(differences(&office.office).await, NOTHING);
});

story!(p15_a_site_that_leaves_its_contract_is_visited_no_more at "2026-01-05T08:00:00+01:00", |office| {
    add_barcelona(&office, "").await;
    office.sleep_until("2026-02-03T09:00").await;
    let visit = booked(&office, "MAD", "inspection").await;
    contract(&office, "BCN", "standard", "2026-01-01", "").await;
    office.tick().await;
    assert!(matches!(office.visit(visit).await.visit.state, VisitState::Cancelled { .. }));
    assert!(days(&office, "MAD", "inspection").await.iter().all(|on| *on < day("2026-02-03")));
    assert!(days(&office, "BCN", "inspection").await.len() > 10, "the other one stays");
    assert_eq!(differences(&office.office).await, NOTHING);
    let last = stands(&office, "MAD", "inspection").await.pop().unwrap();
    assert_eq!(last, "2 2026-02-01..2026-02-02 handed-to", "two days are no period");
    // And comes back.
    office.sleep_until("2026-03-02T09:00").await;
    contract(&office, "*", "standard", "2026-01-01", "").await;
    office.tick().await;
    assert!(days(&office, "MAD", "inspection").await.iter().any(|on| (day("2026-03-02")..=day("2026-03-31")).contains(on)));
    assert_eq!(differences(&office.office).await, NOTHING);
    office.sleep_until("2026-04-10T09:00").await;
    assert_eq!(differences(&office.office).await, NOTHING);
});

story!(p15_a_site_that_is_given_up_is_visited_no_more_and_owed_nothing at "2026-01-05T08:00:00+01:00", |office| {
    let madrid = async |left_on: NaiveDate| {
        let head = "site,customer,name,address,country,subdivision,time_zone,latitude,longitude,language,left_on";
        let row = format!("MAD,CUM,Centro Alcobendas,\"Calle Mayor 1, Alcobendas\",ES,MD,Europe/Madrid,40.5,-3.6,,{left_on}");
        office.import(&[("sites.csv", &format!("{head}\n{row}\n"))]).await;
    };
    add_barcelona(&office, "").await;
    office.sleep_until("2026-02-03T09:00").await;
    let visit = booked(&office, "MAD", "inspection").await;
    let on = office.visit(visit).await.visit.state.appointment().day;
    madrid(on).await;
    office.tick().await;
    let VisitState::Cancelled { reason, .. } = office.visit(visit).await.visit.state else { panic!("it stands") };
    assert_eq!(reason, format!("contract C-1 ended on {}", on.pred_opt().unwrap()));
    assert!(!office.told("ops@cum.example", "visit-cancelled").is_empty());
    assert!(days(&office, "MAD", "inspection").await.iter().all(|day| *day < on));
    assert!(days(&office, "BCN", "inspection").await.len() > 10, "the other one stays");
    assert_eq!(differences(&office.office).await, NOTHING);
    office.sleep_until("2026-04-10T09:00").await;
    assert_eq!(differences(&office.office).await, NOTHING, "nothing is owed any more");
    assert!(days(&office, "MAD", "inspection").await.iter().all(|day| *day < on));
    // It stays for longer after all, and what was promised by then stays so.
    madrid(day("2026-06-15")).await;
    office.tick().await;
    let again = days(&office, "MAD", "inspection").await;
    assert!(again.iter().any(|on| (day("2026-05-01")..=day("2026-05-31")).contains(on)), "{again:?}");
    assert!(again.iter().all(|on| *on < day("2026-06-15")), "{again:?}");
    assert_eq!(differences(&office.office).await, NOTHING);
    // It had left long before anybody said so: until then it is as it was.
    office.sleep_until("2026-05-20T09:00").await;
    madrid(day("2026-05-04")).await;
    office.tick().await;
    assert_eq!(differences(&office.office).await, NOTHING);
    assert!(days(&office, "MAD", "inspection").await.iter().all(|on| *on < day("2026-05-20")));
    office.sleep_until("2026-07-01T09:00").await;
    assert_eq!(differences(&office.office).await, NOTHING);
});

story!(p15_a_customer_who_leaves_is_visited_no_more at "2026-01-05T08:00:00+01:00", |office| {
    office.sleep_until("2026-02-03T09:00").await;
    let visit = booked(&office, "MAD", "inspection").await;
    office.import(&[("customers.csv", "customer,name,language,left_on\nCUM,Cumbre Centros de Datos,es,2026-02-04\n")]).await;
    office.tick().await;
    assert!(matches!(office.visit(visit).await.visit.state, VisitState::Cancelled { .. }));
    assert!(days(&office, "MAD", "inspection").await.iter().all(|on| *on < day("2026-02-04")));
    office.sleep_until("2026-03-10T09:00").await;
    assert_eq!(differences(&office.office).await, NOTHING);
    assert!(days(&office, "MAD", "inspection").await.iter().all(|on| *on < day("2026-02-04")));
});

story!(p01_an_upgrade_begins_with_the_period_under_way at "2025-11-17T08:00:00+01:00", |office| {
    contract(&office, "*", "light", "2025-11-15", "").await;
    office.sleep_until("2026-01-26T09:00").await;
    contract(&office, "*", "standard", "2025-11-15", "").await;
    office.tick().await;
    assert_eq!(differences(&office.office).await, NOTHING);
    let inspected = days(&office, "MAD", "inspection").await;
    for (from, to) in [("2026-01-26", "2026-02-14"), ("2026-02-15", "2026-03-14"), ("2026-03-15", "2026-04-14")] {
        let (from, to) = (day(from), day(to));
        let within = inspected.iter().filter(|on| (from..=to).contains(*on)).count();
        assert_eq!(within, 1, "{from} to {to}: {inspected:?}");
    }
    let mut told_then = stands(&office, "MAD", "inspection").await;
    told_then.truncate(3);
    assert_eq!(told_then, ["1 2025-11-15..2026-02-14 handed-to", "3 2026-01-26..2026-02-14 open", "4 2026-02-15..2026-03-14 open"]);
    office.sleep_until("2026-03-20T09:00").await;
    assert_eq!(differences(&office.office).await, NOTHING);
});

story!(p01_a_visit_that_people_were_told_of_serves_the_new_rhythms_period at "2026-01-05T08:00:00+01:00", |office| {
    office.sleep_until("2026-02-03T09:00").await;
    let visit = booked(&office, "MAD", "inspection").await;
    let before = office.visit(visit).await;
    contract(&office, "*", "light", "2026-01-01", "").await;
    office.tick().await;
    let after = office.visit(visit).await;
    assert_eq!(before.visit.state, after.visit.state, "nobody is told of another day");
    assert_eq!(after.visit.number, 3, "the quarter's number follows the month's");
    let stands_now = stands(&office, "MAD", "inspection").await;
    assert_eq!(stands_now[1..3], ["2 2026-02-01..2026-02-28 handed-to", "3 2026-02-03..2026-03-31 open"], "{stands_now:?}");
    let ahead = days(&office, "MAD", "inspection").await;
    assert_eq!(ahead.iter().filter(|on| (day("2026-02-03")..=day("2026-03-31")).contains(*on)).count(), 1, "{ahead:?}");
    assert_eq!(differences(&office.office).await, NOTHING);
    let on = after.visit.state.appointment().day;
    office.sleep_until(&format!("{on}T14:00")).await;
    office.done(visit, &format!("{on}T12:00")).await;
    office.sleep_until("2026-02-24T09:00").await;
    assert_eq!(differences(&office.office).await, NOTHING);
    assert!(stands(&office, "MAD", "inspection").await[2].ends_with(" kept"));
});

story!(p01_an_extended_contract_and_one_renewed_after_its_end_leave_no_day_twice at "2026-01-05T08:00:00+01:00", |office| {
    contract(&office, "*", "standard", "2026-01-01", "2026-02-20").await;
    office.sleep_until("2026-02-10T09:00").await;
    assert_eq!(differences(&office.office).await, NOTHING);
    contract(&office, "*", "standard", "2026-01-01", "2026-04-30").await;
    office.tick().await;
    assert_eq!(differences(&office.office).await, NOTHING, "extended");
    let extended: Vec<String> = stands(&office, "MAD", "inspection").await.iter().map(|one| one[..24].to_owned()).collect();
    assert_eq!(extended, ["1 2026-01-01..2026-01-31", "2 2026-02-01..2026-02-28", "3 2026-03-01..2026-03-31", "4 2026-04-01..2026-04-30"]);
    office.sleep_until("2026-05-11T09:00").await;
    assert_eq!(differences(&office.office).await, NOTHING, "over");
    contract(&office, "*", "standard", "2026-01-01", "").await;
    office.tick().await;
    assert_eq!(differences(&office.office).await, NOTHING, "renewed");
    assert!(stands(&office, "MAD", "inspection").await.iter().any(|one| one.starts_with("5 2026-05-11..2026-05-31 open")), "{:?}", stands(&office, "MAD", "inspection").await);
    office.sleep_until("2026-06-10T09:00").await;
    assert_eq!(differences(&office.office).await, NOTHING);
});

story!(p15_a_corrected_acceptance_counts_anew_from_the_period_under_way at "2026-01-05T08:00:00+01:00", |office| {
    office.sleep_until("2026-02-03T09:00").await;
    contract(&office, "*", "standard", "2025-12-15", "").await;
    office.tick().await;
    assert_eq!(differences(&office.office).await, NOTHING);
    let told = stands(&office, "MAD", "inspection").await;
    assert!(told.iter().any(|one| one.contains("2026-02-15..2026-03-14")), "{told:?}");
    office.sleep_until("2026-04-01T09:00").await;
    assert_eq!(differences(&office.office).await, NOTHING);
});

story!(p15_a_change_that_holds_from_a_day_on_changes_nothing_before at "2026-01-05T08:00:00+01:00", |office| {
    office.tick().await;
    let row = "contract,customer,sites,plan,accepted_on,ends_on\nC-1,CUM,*,light,2026-01-01,\n";
    let found = tables::from_texts(&[("contracts.csv", row)]);
    let past = import_tables(&office.office, &found.tables, Holds::From(day("2026-01-02")), Mode::Store, &|_| {}).await;
    assert!(past.unwrap_err().to_string().contains("has passed"));
    import_tables(&office.office, &found.tables, Holds::From(day("2026-03-01")), Mode::Store, &|_| {}).await.unwrap();
    office.sleep_until("2026-02-27T09:00").await;
    assert_eq!(differences(&office.office).await, NOTHING);
    let plan = |all: Vec<ronda::domain::contract::Contract>| all[0].plan.clone();
    assert_eq!(plan(store::people::contract::all(&office.office.db).await.unwrap()), "standard");
    office.sleep_until("2026-03-01T09:00").await;
    assert_eq!(plan(store::people::contract::all(&office.office.db).await.unwrap()), "light");
    assert_eq!(differences(&office.office).await, NOTHING);
    let told = stands(&office, "MAD", "inspection").await;
    let quarters = ["3 2026-01-01..2026-03-31 handed-to", "4 2026-04-01..2026-06-30 open"];
    assert_eq!(told[2..4], quarters, "less than half of the quarter is left: {told:?}");
});

/// The first inspection of a quarter, on the morning of its day.
async fn on_the_day_of_an_inspection(office: &TestOffice) -> (VisitId, NaiveDate) {
    contract(office, "*", "light", "2025-11-15", "").await;
    office.tick().await;
    let on = days(office, "MAD", "inspection").await[0];
    assert!(on < day("2026-02-14"), "some of its window is left: {on}");
    office.sleep_until(&format!("{}T15:00", on.pred_opt().unwrap())).await;
    let visit = booked(office, "MAD", "inspection").await;
    office.sleep_until(&format!("{on}T09:00")).await;
    (visit, on)
}

story!(p01_a_visit_done_on_the_very_day_of_a_change_before_it_keeps_what_it_was_made_for at "2025-11-17T08:00:00+01:00", |office| {
    let (visit, on) = on_the_day_of_an_inspection(&office).await;
    office.sleep_until(&format!("{on}T14:00")).await;
    office.done(visit, &format!("{on}T12:00")).await;
    contract(&office, "*", "standard", "2025-11-15", "").await;
    office.tick().await;
    assert_eq!(stands(&office, "MAD", "inspection").await[0], "1 2025-11-15..2026-02-14 kept");
    assert!(stands(&office, "MAD", "inspection").await[1].ends_with(" open"), "the month has a visit of its own");
    assert_eq!(differences(&office.office).await, NOTHING);
});

story!(p01_a_visit_done_on_the_very_day_of_a_change_after_it_serves_what_has_taken_over at "2025-11-17T08:00:00+01:00", |office| {
    let (visit, on) = on_the_day_of_an_inspection(&office).await;
    contract(&office, "*", "standard", "2025-11-15", "").await;
    office.tick().await;
    office.sleep_until(&format!("{on}T14:00")).await;
    office.done(visit, &format!("{on}T12:00")).await;
    assert_eq!(stands(&office, "MAD", "inspection").await[0], "1 2025-11-15..2026-02-14 handed-to");
    assert!(stands(&office, "MAD", "inspection").await[1].ends_with(" kept"), "{:?}", stands(&office, "MAD", "inspection").await);
    assert_eq!(differences(&office.office).await, NOTHING);
});

/// The first Monday's inspection in February, which is booked, and its day.
async fn on_a_first_monday(office: &TestOffice) -> (VisitId, NaiveDate) {
    contract(office, "*", "data-centre", "2025-11-15", "").await;
    office.sleep_until("2026-01-29T09:00").await;
    let found = of(office, "MAD", "inspection").await;
    let visit =
        found.iter().find(|stored| stored.visit.state.appointment().day > day("2026-01-30")).expect("one is ahead");
    (visit.visit.id, visit.visit.state.appointment().day)
}

story!(p15_a_visit_that_took_place_before_an_end_was_known_keeps_the_period_that_the_end_leaves_too_little_of at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, on) = on_a_first_monday(&office).await;
    office.sleep_until(&format!("{on}T14:00")).await;
    office.done(visit, &format!("{on}T12:00")).await;
    let next = on.succ_opt().unwrap();
    office.sleep_until(&format!("{next}T09:00")).await;
    contract(&office, "*", "data-centre", "2025-11-15", &next.to_string()).await;
    office.tick().await;
    assert_eq!(differences(&office.office).await, NOTHING);
    assert!(stands(&office, "MAD", "inspection").await.pop().unwrap().ends_with(" kept"));
    office.sleep_until("2026-03-10T09:00").await;
    assert_eq!(differences(&office.office).await, NOTHING);
});

story!(p15_a_visit_booked_before_an_end_was_known_keeps_what_is_left_of_its_period_if_it_takes_place at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, on) = on_a_first_monday(&office).await;
    office.sleep_until(&format!("{}T15:00", on.pred_opt().unwrap())).await;
    contract(&office, "*", "data-centre", "2025-11-15", &on.to_string()).await;
    office.tick().await;
    assert_eq!(differences(&office.office).await, NOTHING);
    office.sleep_until(&format!("{on}T14:00")).await;
    office.done(visit, &format!("{on}T12:00")).await;
    assert_eq!(differences(&office.office).await, NOTHING);
    assert!(stands(&office, "MAD", "inspection").await.pop().unwrap().ends_with(" kept"));
    office.sleep_until("2026-03-10T09:00").await;
    assert_eq!(differences(&office.office).await, NOTHING);
});

/// A contract has changed and nobody has let the plan follow: its rounds go by the new rule already.
async fn nobody_follows(office: &TestOffice, instead: &'static str, rule: String) {
    let mut tx = office.office.db.begin().await.unwrap();
    assert_ne!(tx.sql(instead).bind(rule).execute().await.unwrap(), 0, "{instead}");
    tx.commit().await.unwrap();
    office.tick().await;
}

story!(the_auditor_sees_a_contract_that_ended_and_was_not_followed at "2026-01-05T08:00:00+01:00", |office| {
    office.sleep_until("2026-01-20T09:00").await;
    contract(&office, "*", "standard", "2026-01-01", "2026-02-20").await;
    let last_day = format!("{:x}", day("2026-02-20").num_days_from_ce());
    nobody_follows(&office, "update round set rule = rule || $1", last_day).await;
    office.sleep_until("2026-03-10T09:00").await;
    let found = differences(&office.office).await;
    assert!(found.iter().any(|one| one.contains("the period 2026-03-01 to 2026-03-31: nothing owed /")), "{found:?}");
});

story!(the_auditor_sees_an_upgrade_that_was_not_followed at "2025-11-17T08:00:00+01:00", |office| {
    let every = async |every: &str| {
        let head = "contract,customer,sites,plan,accepted_on,ends_on,inspection.every";
        let row = format!("{head}\nC-1,CUM,*,standard,2025-11-15,,{every}\n");
        office.import(&[("contracts.csv", &row)]).await;
    };
    every("3 months").await;
    office.sleep_until("2026-01-26T09:00").await;
    every("1 month").await;
    let upgraded = store::people::contract::all(&office.office.db).await.unwrap().remove(0);
    let terms = office.office.plans.terms(&upgraded).unwrap();
    let inspection = terms.iter().find(|term| term.key == *"inspection").unwrap();
    let rule = sha256(format!("{}|2025-11-15", inspection.fingerprint()).as_bytes())[..11].to_owned();
    nobody_follows(&office, "update round set rule = $1 where term = 'inspection'", rule).await;
    let found = differences(&office.office).await;
    assert!(found.iter().any(|one| one.contains("the period 2026-01-26 to 2026-02-14")), "{found:?}");
});
