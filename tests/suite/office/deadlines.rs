//! P04 and its kin: counted in working days, flagged once a level, dated by the deadline.

use std::sync::Arc;

use chrono::TimeDelta;
use ronda::domain::ids::VisitId;
use ronda::domain::promises::{Deadline, DeadlineSubject, Due, Owed, Standing, standing};
use ronda::domain::visits::VisitState;
use ronda::office::promises::deadlines::recount_deadlines;
use ronda::office::records::record_visit::record_visit;
use ronda::office::visits::book_visits::{AppointmentChange, Rules, book};
use ronda::store;
use ronda::world::plans::Plans;

use crate::office::harness::{TestOffice, madrid};
use crate::story;

/// Books the first inspection and returns it with its day.
async fn booked(office: &TestOffice) -> (VisitId, chrono::NaiveDate) {
    office.sleep_until("2026-01-20T06:00").await;
    let visit = office.first_visit("inspection", "2026-01-21").await;
    let day = visit.visit.state.appointment().day;
    office.sleep_until(&format!("{day}T14:00")).await;
    let visit = office.visit(visit.visit.id).await;
    assert!(matches!(visit.visit.state, VisitState::Booked { .. }), "{:?}", visit.visit.state);
    (visit.visit.id, day)
}

async fn levels(office: &TestOffice, owed: Owed, visit: VisitId) -> Vec<(String, chrono::NaiveDate)> {
    let deadline = office.deadline(owed, visit).await;
    let flags = store::promises::flags(&office.office.db, deadline.id).await.unwrap();
    flags.into_iter().map(|flag| (flag.level, flag.dated)).collect()
}

/// How many letters an address has got about the report's deadline of a visit.
async fn told_of(office: &TestOffice, visit: VisitId, email: &str) -> i64 {
    let deadline = office.deadline(Owed::Report, visit).await;
    let sql = "select count(*) from letter where state = 'sent' and deadline_id = $1 and to_email = $2";
    let (letters,): (i64,) = office.office.db.read(sql).bind(deadline.id.0).bind(email).one().await.unwrap();
    letters
}

story!(p04_the_clock_starts_the_day_after_completion_and_counts_working_days at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office).await;
    office.done(visit, &format!("{day}T12:00")).await;
    let calendar = office.office.calendars.named("ES-MD").unwrap();
    let due = calendar.nth_after(day, ronda::domain::calendar::WorkingDays(3)).unwrap();
    let deadline = office.deadline(Owed::Report, visit).await;
    assert_eq!(deadline.since_on, day);
    assert_eq!(deadline.due.on(), Some(due));
    assert_eq!(deadline.late_from, Some(madrid(&format!("{}T00:00", due.succ_opt().unwrap()))));
    let Due::Counted { ledger } = deadline.due else { panic!("a report's deadline is counted") };
    assert_eq!(ledger.from, day);
    assert_eq!(ledger.lines.last().unwrap().through, due);
});

story!(p04_a_late_report_is_flagged_once_a_level_and_told_once at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office).await;
    office.post.with(|post| { post.unknown.insert("reports@cum.example".to_owned()); });
    office.done(visit, &format!("{day}T12:00")).await;
    office.sleep_until(&format!("{}T09:00", day + chrono::Days::new(12))).await;
    let due = office.deadline(Owed::Report, visit).await.due.on().unwrap();
    let calendar = office.office.calendars.named("ES-MD").unwrap();
    let eve = calendar.nth_before(due, ronda::domain::calendar::WorkingDays(1)).unwrap();
    assert_eq!(levels(&office, Owed::Report, visit).await, [
        ("before-1".to_owned(), eve),
        ("on-the-day".to_owned(), due),
        ("late-1".to_owned(), due.succ_opt().unwrap()),
    ]);
    assert_eq!(told_of(&office, visit, "carmen@cum.example").await, 1, "escalation hears of lateness alone");
    let manager = office.flags_told("helena@ronda.example").len();
    office.tick().await;
    office.tick().await;
    assert_eq!(office.flags_told("helena@ronda.example").len(), manager);
});

story!(p04_a_report_in_time_is_never_flagged_late at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office).await;
    office.sleep_until(&format!("{day}T15:00")).await;
    office.done(visit, &format!("{day}T12:00")).await;
    office.tick().await;
    office.sleep_until(&format!("{}T09:00", day + chrono::Days::new(12))).await;
    assert_eq!(levels(&office, Owed::Report, visit).await, []);
    let deadline = office.deadline(Owed::Report, visit).await;
    assert_eq!(standing(deadline.late_from, deadline.met_at, office.office.clock.now()), Standing::Met);
});

story!(a_visit_without_a_record_cannot_hide at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office).await;
    office.sleep_until(&format!("{day}T23:00")).await;
    assert!(store::promises::of_visit(&office.office.db, Owed::Record, visit).await.is_err(), "its day is not over");
    office.sleep_until(&format!("{}T09:00", day + chrono::Days::new(8))).await;
    let flagged = levels(&office, Owed::Record, visit).await;
    assert!(flagged.iter().any(|(level, _)| level == "late-1"), "{flagged:?}");
    office.done(visit, &format!("{day}T12:00")).await;
    let deadline = office.deadline(Owed::Record, visit).await;
    assert!(matches!(
        standing(deadline.late_from, deadline.met_at, office.office.clock.now()),
        Standing::MetLate { .. }
    ));
});

story!(p01_a_window_that_passes_without_a_visit_is_late at "2026-01-05T08:00:00+01:00", |office| {
    let (_, day) = booked(&office).await;
    office.sleep_until(&format!("{}T09:00", day + chrono::Days::new(40))).await;
    let filter = store::promises::DeadlineFilter { owed: Some(Owed::Visit), only_open: true, ..Default::default() };
    let open = store::promises::list(&office.office.db, &filter).await.unwrap();
    let late: Vec<_> = open.iter().filter(|d| d.late_from.unwrap() <= office.office.clock.now()).collect();
    assert!(!late.is_empty());
    let flags = store::promises::flags(&office.office.db, late[0].id).await.unwrap();
    assert!(flags.iter().any(|flag| flag.level == "late-1"));
});

story!(after_a_month_of_silence_people_hear_once_how_it_stands at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office).await;
    let before = office.flags_told("helena@ronda.example").len();
    office.down_until(&format!("{}T09:00", day + chrono::Days::new(31)));
    for _ in 0..3 {
        office.tick().await;
    }
    let deadline = office.deadline(Owed::Record, visit).await;
    let letters = office.flags_told("helena@ronda.example");
    let report = office.deadline(Owed::Report, visit).await;
    let (of_record, of_report) =
        (message_id(&office, &deadline, "late-1").await, message_id(&office, &report, "late-1").await);
    let of_visit: Vec<_> =
        letters[before..].iter().filter(|letter| [&of_record, &of_report].contains(&&letter.message_id)).collect();
    assert_eq!(of_visit.len(), 1, "the record holds the report up");
    assert_eq!(of_visit[0].message_id, of_report, "it is late at the customer's, and a manager cannot hand the record in");
    let raised = store::promises::flags(&office.office.db, deadline.id).await.unwrap();
    // The working day before the last is that of the visit itself: nothing was owed yet.
    assert_eq!(raised.len(), 2, "every level is on file, dated by the deadline: {raised:?}");
});

async fn message_id(office: &TestOffice, deadline: &Deadline, level: &str) -> String {
    let due_on = deadline.due.on().unwrap();
    let key = format!("deadline-flagged/{}/{due_on}/{level}/manager:M-1", deadline.key);
    let (id,): (String,) =
        office.office.db.read("select message_id from letter where key = $1").bind(key).one().await.unwrap();
    id
}

story!(an_open_deadline_follows_a_closure_entered_late_and_a_met_one_does_not at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    let (visit, day) = booked(&office).await;
    office.post.with(|post| { post.unknown.insert("reports@cum.example".to_owned()); });
    office.done(visit, &format!("{day}T12:00")).await;
    office.tick().await;
    let before = office.deadline(Owed::Report, visit).await;
    let was = before.due.on().unwrap();
    office.close_on(&format!("[[closure]]\nfrom = {was}\nto = {was}\nname = \"Planta cerrada\"\napplies = \"site:MAD\"\n"));
    assert!(recount_deadlines(&office.office).await.unwrap() >= 1);
    let after = office.deadline(Owed::Report, visit).await;
    assert!(after.due.on().unwrap() > was);
    assert_ne!(after.calendar_version, before.calendar_version);
    assert_eq!(recount_deadlines(&office.office).await.unwrap(), 0, "counted anew once");
    let Due::Counted { ledger } = &after.due else { panic!("counted") };
    assert!(serde_json::to_string(ledger).unwrap().contains("Planta cerrada"));
    ronda::office::reports::file_report::handed_over(&office.office, visit, "Lucía Romero", office.office.today()).await.unwrap();
    let met = office.deadline(Owed::Report, visit).await;
    office.close_on("");
    recount_deadlines(&office.office).await.unwrap();
    assert_eq!(office.deadline(Owed::Report, visit).await, met, "a met deadline is frozen with its ledger");
});

story!(a_visit_that_is_booked_again_and_forgotten_again_cannot_hide at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office).await;
    office.sleep_until(&format!("{}T09:00", day + chrono::Days::new(8))).await;
    let not_done = serde_json::json!({
        "schema": 1, "outcome": "not-done", "reason": "La sala estaba cerrada",
        "noted_at": madrid(&format!("{day}T12:00")).to_rfc3339(), "by": "Lucía Romero",
    });
    record_visit(&office.office, visit, not_done.to_string().as_bytes(), Vec::new()).await.unwrap();
    let first = office.deadline(Owed::Record, visit).await;
    assert!(first.met_at.is_some());
    let again = day + chrono::Days::new(9);
    let change = AppointmentChange { day: Some(again), ..AppointmentChange::default() };
    book(&office.office, visit, &change, Rules::Overrule).await.unwrap();
    let told = office.flags_told("helena@ronda.example").len();
    office.sleep_until(&format!("{}T09:00", again + chrono::Days::new(8))).await;
    let second = office.deadline(Owed::Record, visit).await;
    assert_eq!((second.since_on, second.met_at), (again, None), "the record of the second day is owed");
    assert!(levels(&office, Owed::Record, visit).await.iter().any(|(level, _)| level == "late-1"));
    assert!(office.flags_told("helena@ronda.example").len() > told, "and people hear of it");
    assert_eq!(store::promises::get(&office.office.db, first.id).await.unwrap(), Some(first), "the first day stays judged");
});

story!(p04_a_closure_entered_late_takes_the_late_flag_back_and_lateness_is_told_again at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    let (visit, day) = booked(&office).await;
    office.post.with(|post| { post.unknown.insert("reports@cum.example".to_owned()); });
    office.done(visit, &format!("{day}T12:00")).await;
    office.tick().await;
    let due = office.deadline(Owed::Report, visit).await.due.on().unwrap();
    office.sleep_until(&format!("{}T01:00", due + chrono::Days::new(1))).await;
    assert!(levels(&office, Owed::Report, visit).await.iter().any(|(level, _)| level == "late-1"));
    assert_eq!(told_of(&office, visit, "carmen@cum.example").await, 1);
    office.close_on(&format!("[[closure]]\nfrom = {due}\nto = {due}\nname = \"Planta cerrada\"\napplies = \"site:MAD\"\n"));
    office.tick().await;
    let moved = office.deadline(Owed::Report, visit).await.due.on().unwrap();
    assert!(moved > due);
    assert!(levels(&office, Owed::Report, visit).await.iter().all(|(level, _)| level != "late-1"), "it is not late any more");
    office.sleep_until(&format!("{}T01:00", moved + chrono::Days::new(1))).await;
    let flags = levels(&office, Owed::Report, visit).await;
    assert!(flags.contains(&("late-1".to_owned(), moved.succ_opt().unwrap())), "{flags:?}");
    assert_eq!(told_of(&office, visit, "carmen@cum.example").await, 2, "they hear of the new lateness");
});

/// The contract's plan is one of the office's own, which is not there.
async fn lose_the_plan(office: &TestOffice) {
    office.office.db.write("update contract set plan = 'own'").execute().await.unwrap();
}

/// The office's own plan is there again: as the standard one, with a report that has a day more and one step alone.
fn find_the_plan(office: &mut TestOffice) {
    let folder = tempfile::tempdir().unwrap();
    let standard = include_str!("../../../templates/plans/standard.toml");
    let own = standard
        .replace("plan = \"standard\"", "plan = \"own\"")
        .replacen("report = \"3 working days\"", "report = \"4 working days\"", 1)
        .replace("\"1 working day before: engineer\",", "");
    std::fs::write(folder.path().join("own.toml"), own).unwrap();
    office.office.tools.plans = Arc::new(Plans::load(Some(folder.path())).unwrap());
}

story!(p04_a_deadline_opened_while_its_plan_is_missing_gets_terms_and_steps_once_it_can_be_read at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    let (visit, day) = booked(&office).await;
    office.post.with(|post| { post.unknown.insert("reports@cum.example".to_owned()); });
    let training = office.first_visit("training", "2026-01-01").await.slot.expect("it is planned");
    let of_training = async |office: &TestOffice| {
        let key = DeadlineSubject::Training { slot: training }.key();
        store::promises::by_key(&office.office.db, &key).await.unwrap().expect("its window has begun")
    };
    let before = of_training(&office).await.terms;
    assert!(!before.steps.is_empty() && !before.stand_in);

    lose_the_plan(&office).await;
    office.done(visit, &format!("{day}T12:00")).await;
    office.tick().await;
    let without = office.deadline(Owed::Report, visit).await;
    assert!(without.terms.stand_in && without.terms.steps.is_empty());
    office.sleep_until(&format!("{}T12:00", day + chrono::Days::new(1))).await;
    assert!(office.deadline(Owed::Report, visit).await.terms.stand_in, "nobody can read them yet");

    find_the_plan(&mut office);
    office.sleep_until(&format!("{}T12:30", day + chrono::Days::new(1))).await;
    let with = office.deadline(Owed::Report, visit).await;
    assert!(!with.terms.stand_in);
    assert_eq!(with.terms.steps.len(), 2);
    let calendar = office.office.calendars.named("ES-MD").unwrap();
    let due = calendar.nth_after(day, ronda::domain::calendar::WorkingDays(4)).unwrap();
    assert_eq!((with.due.on(), with.since_on), (Some(due), day), "counted by the contract's number from its day on");
    assert_eq!(of_training(&office).await.terms, before, "what has the terms of its day keeps them");

    office.sleep_until(&format!("{}T09:00", day + chrono::Days::new(12))).await;
    assert_eq!(levels(&office, Owed::Report, visit).await, [
        ("on-the-day".to_owned(), due),
        ("late-1".to_owned(), due.succ_opt().unwrap()),
    ]);
    assert_eq!(told_of(&office, visit, "carmen@cum.example").await, 1);
    office.leaves_waiting(&["report-delivered"]);
});

story!(a_deadline_that_was_late_before_its_plan_could_be_read_is_told_as_it_stands at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    let (visit, day) = booked(&office).await;
    office.post.with(|post| { post.unknown.insert("reports@cum.example".to_owned()); });
    lose_the_plan(&office).await;
    office.done(visit, &format!("{day}T12:00")).await;
    office.beat_until(&format!("{}T09:00", day + chrono::Days::new(12)), TimeDelta::days(1)).await;
    assert_eq!(levels(&office, Owed::Report, visit).await, []);
    find_the_plan(&mut office);
    office.sleep_until(&format!("{}T09:30", day + chrono::Days::new(12))).await;
    assert_eq!(levels(&office, Owed::Report, visit).await.len(), 2, "every level is on file");
    assert_eq!(told_of(&office, visit, "helena@ronda.example").await, 1, "and the last one is told");
    office.leaves_waiting(&["report-delivered"]);
});

story!(a_visit_that_is_booked_while_its_plan_is_missing_is_reminded_of at "2026-01-05T08:00:00+01:00", |office| {
    office.tick().await;
    let visit = office.first_visit("inspection", "2026-03-01").await.visit.id;
    lose_the_plan(&office).await;
    book(&office.office, visit, &AppointmentChange::default(), Rules::Keep).await.unwrap();
    let day = office.visit(visit).await.visit.state.appointment().day;
    // Where a plan cannot be read, each quarter of an hour asks for it again: two months of those prove nothing.
    office.beat_until(&format!("{day}T07:00"), TimeDelta::days(1)).await;
    let sql = "select count(*) from letter
               where state = 'sent' and notice = 'visit-reminder' and visit_id = $1 and to_email like '%@ronda.example'";
    let (reminders,): (i64,) = office.office.db.read(sql).bind(visit).one().await.unwrap();
    assert_eq!(reminders, 1, "its engineer, once");
});
