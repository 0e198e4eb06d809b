//! P04: a report is owed from the day of its visit, whoever hands the record in and whenever.

use chrono::{Days, NaiveDate};
use ronda::domain::calendar::WorkingDays;
use ronda::domain::digest::{Digest, DueLine, WaitsFor};
use ronda::domain::ids::VisitId;
use ronda::domain::promises::clock::TakenBackWhy;
use ronda::domain::promises::{DeadlineSubject, Owed, Standing};
use ronda::office::digest::send_digests;
use ronda::office::promises::reports_without_record;
use ronda::office::records::record_visit::record_visit;
use ronda::office::visits::book_visits::{AppointmentChange, Rules, book, cancel, move_visit};
use ronda::store;
use ronda::store::promises::flag::StoredFlag;

use crate::office::auditor::differences;
use crate::office::harness::{TestOffice, madrid};
use crate::story;

const ESCALATION: &str = "carmen@cum.example";
const MANAGER: &str = "helena@ronda.example";

/// Books the first inspection; its day has come.
async fn booked(office: &TestOffice) -> (VisitId, NaiveDate) {
    office.sleep_until("2026-01-20T06:00").await;
    let visit = office.first_visit("inspection", "2026-01-21").await;
    let day = visit.visit.state.appointment().day;
    office.sleep_until(&format!("{day}T14:00")).await;
    (visit.visit.id, day)
}

/// The last of three working days after a day.
fn due(office: &TestOffice, from: NaiveDate) -> NaiveDate {
    office.office.calendars.named("ES-MD").unwrap().nth_after(from, WorkingDays(3)).unwrap()
}

async fn digest(office: &TestOffice) -> Digest {
    let manager = store::people::manager::all(&office.office.db).await.unwrap().remove(0);
    send_digests::digest(&office.office, &manager, office.office.clock.now()).await.unwrap()
}

async fn flags(office: &TestOffice, visit: VisitId) -> Vec<StoredFlag> {
    let report = office.deadline(Owed::Report, visit).await;
    store::promises::flag::of(&office.office.db, report.id).await.unwrap()
}

/// Levels that stand, with their days.
async fn standing(office: &TestOffice, visit: VisitId) -> Vec<(String, NaiveDate)> {
    let flags = flags(office, visit).await;
    flags.into_iter().filter(|flag| flag.withdrawn.is_none()).map(|flag| (flag.level, flag.dated)).collect()
}

/// How many letters an address has got about the report's deadline.
async fn told_of(office: &TestOffice, visit: VisitId, email: &str) -> i64 {
    let report = office.deadline(Owed::Report, visit).await;
    let sql = "select count(*) from letter where deadline_id = $1 and to_email = $2";
    let (letters,): (i64,) = office.office.db.read(sql).bind(report.id.0).bind(email).one().await.unwrap();
    letters
}

async fn agrees(office: &TestOffice) {
    assert_eq!(differences(&office.office).await, Vec::<String>::new());
}

story!(p04_a_report_is_owed_from_the_day_of_its_visit_and_stands_in_lists_and_digest_without_a_record at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office).await;
    office.sleep_until(&format!("{day}T23:00")).await;
    assert!(store::promises::of_visit(&office.office.db, Owed::Report, visit).await.is_err(), "its day is not over");
    office.sleep_until(&format!("{}T09:00", day + Days::new(1))).await;
    let report = office.deadline(Owed::Report, visit).await;
    let due_on = due(&office, day);
    assert_eq!((report.since_on, report.due.on()), (day, Some(due_on)));
    let open = store::promises::list(&office.office.db, &store::promises::DeadlineFilter { only_open: true, ..Default::default() }).await.unwrap();
    let without = reports_without_record(&office.office.db, &open).await.unwrap();
    assert!(without.contains(&report.id), "lists tell why it is not drawn");
    agrees(&office).await;

    office.sleep_until(&format!("{due_on}T09:00")).await;
    let today = digest(&office).await.due_today;
    let is_it = |line: &&DueLine| line.owed == Owed::Report && line.visit == Some(visit);
    let line = today.iter().find(is_it).expect("it is due today");
    assert_eq!(line.waits_for, Some(WaitsFor::Record));
    office.sleep_until(&format!("{}T09:00", due_on + Days::new(1))).await;
    let late = digest(&office).await.late;
    let line = late.iter().find(is_it).expect("it is late");
    assert_eq!(line.waits_for, Some(WaitsFor::Record));
    assert!(late.iter().any(|line| line.owed == Owed::Record && line.visit == Some(visit)), "so is the record, which is another debt");
    assert!(standing(&office, visit).await.contains(&("late-1".to_owned(), due_on + Days::new(1))));
    assert_eq!(told_of(&office, visit, ESCALATION).await, 1, "the customer hears what is late, whatever it waits for");
    agrees(&office).await;
});

story!(p04_a_record_six_days_late_finds_its_report_flagged_at_its_own_moments at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office).await;
    office.sleep_until(&format!("{}T09:00", day + Days::new(8))).await;
    let before = flags(&office, visit).await;
    let levels: Vec<&str> = before.iter().map(|flag| flag.level.as_str()).collect();
    assert_eq!(levels, ["before-1", "on-the-day", "late-1"]);
    for flag in &before {
        assert_eq!(flag.raised_at, flag.raised.dated, "the sweep was there at the instant");
    }
    let told = (told_of(&office, visit, MANAGER).await, told_of(&office, visit, ESCALATION).await);
    office.done(visit, &format!("{day}T12:00")).await;
    office.tick().await;
    let report = office.deadline(Owed::Report, visit).await;
    assert!(matches!(report.standing(office.office.clock.now()), Standing::MetLate { .. }), "{report:?}");
    assert_eq!(report.since_on, day, "the record says the day that was booked");
    assert_eq!(flags(&office, visit).await, before, "late it was, and is not flagged twice");
    assert_eq!((told_of(&office, visit, MANAGER).await, told_of(&office, visit, ESCALATION).await), told);
    agrees(&office).await;
});

story!(p04_levels_that_were_passed_while_nobody_was_at_work_are_raised_at_once_and_dated_by_the_clock at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office).await;
    let due_on = due(&office, day);
    office.down_until(&format!("{}T10:00", due_on + Days::new(2)));
    office.done(visit, &format!("{day}T12:00")).await;
    office.tick().await;
    let eve = office.office.calendars.named("ES-MD").unwrap().nth_before(due_on, WorkingDays(1)).unwrap();
    let late = ("late-1".to_owned(), due_on + Days::new(1));
    let mut levels = standing(&office, visit).await;
    levels.sort_by_key(|(_, dated)| *dated);
    assert_eq!(levels, [("before-1".to_owned(), eve), ("on-the-day".to_owned(), due_on), late]);
    let report = office.deadline(Owed::Report, visit).await;
    assert!(matches!(report.standing(office.office.clock.now()), Standing::MetLate { .. }), "{report:?}");
    agrees(&office).await;
});

story!(p04_a_record_that_tells_of_another_day_has_its_report_counted_anew at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office).await;
    office.post.with(|post| { post.unknown.insert("reports@cum.example".to_owned()); });
    let first_due = due(&office, day);
    office.sleep_until(&format!("{}T09:00", first_due + Days::new(1))).await;
    assert!(standing(&office, visit).await.iter().any(|(level, _)| level == "late-1"));
    let told = told_of(&office, visit, ESCALATION).await;
    // It took place on the last day that was thought to be in time.
    office.done(visit, &format!("{first_due}T12:00")).await;
    let report = office.deadline(Owed::Report, visit).await;
    let second_due = due(&office, first_due);
    assert_eq!((report.since_on, report.due.on()), (first_due, Some(second_due)));
    let taken_back: Vec<_> = flags(&office, visit).await.into_iter().filter_map(|flag| Some((flag.level, flag.withdrawn?.1))).collect();
    assert!(taken_back.iter().any(|(level, why)| level == "late-1" && matches!(why, TakenBackWhy::DueMoved { .. })), "{taken_back:?}");
    assert!(standing(&office, visit).await.iter().all(|(level, _)| level != "late-1"), "it is not late");
    agrees(&office).await;
    office.sleep_until(&format!("{}T09:00", second_due + Days::new(1))).await;
    assert!(standing(&office, visit).await.contains(&("late-1".to_owned(), second_due + Days::new(1))));
    assert_eq!(told_of(&office, visit, ESCALATION).await, told + 1, "they hear of the new lateness");
    agrees(&office).await;
});

story!(p04_work_done_before_the_booked_day_is_counted_from_the_day_on_which_it_was_done at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office).await;
    let done_on = day - Days::new(1);
    office.sleep_until(&format!("{}T09:00", day + Days::new(1))).await;
    assert_eq!(office.deadline(Owed::Report, visit).await.since_on, day);
    office.done(visit, &format!("{done_on}T12:00")).await;
    let report = office.deadline(Owed::Report, visit).await;
    assert_eq!((report.since_on, report.due.on()), (done_on, Some(due(&office, done_on))));
    office.tick().await;
    agrees(&office).await;
});

story!(p04_no_report_is_owed_of_a_day_on_which_the_visit_did_not_take_place at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office).await;
    let owed = async |office: &TestOffice| store::promises::by_key(&office.office.db, &DeadlineSubject::Report { visit }.key()).await.unwrap();
    office.sleep_until(&format!("{}T09:00", day + Days::new(1))).await;
    let again = day + Days::new(2);
    let change = AppointmentChange { day: Some(again), ..AppointmentChange::default() };
    move_visit(&office.office, visit, &change, Rules::Overrule).await.unwrap();
    assert_eq!(owed(&office).await, None, "it was moved");
    agrees(&office).await;

    office.sleep_until(&format!("{}T09:00", again + Days::new(1))).await;
    assert_eq!(owed(&office).await.expect("owed once more").since_on, again);
    let not_done = serde_json::json!({
        "schema": 1, "outcome": "not-done", "reason": "La sala estaba cerrada",
        "noted_at": madrid(&format!("{again}T12:00")).to_rfc3339(), "by": "Lucía Romero",
    });
    record_visit(&office.office, visit, not_done.to_string().as_bytes(), Vec::new()).await.unwrap();
    assert_eq!(owed(&office).await, None, "nobody was let in");
    agrees(&office).await;

    let third = again + Days::new(2);
    let change = AppointmentChange { day: Some(third), ..AppointmentChange::default() };
    book(&office.office, visit, &change, Rules::Overrule).await.unwrap();
    office.sleep_until(&format!("{}T09:00", third + Days::new(1))).await;
    assert_eq!(owed(&office).await.expect("owed of the third day").since_on, third);
    cancel(&office.office, visit, "El cliente lo aplaza").await.unwrap();
    assert_eq!(owed(&office).await, None, "it was cancelled");
    office.tick().await;
    agrees(&office).await;
});

story!(p04_a_report_that_an_earlier_version_did_not_ask_for_is_flagged_and_dated_and_told_to_nobody at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office).await;
    office.sleep_until(&format!("{}T00:30", day + Days::new(1))).await;
    let mut tx = office.office.db.begin().await.unwrap();
    let sql = "delete from deadline where owed = 'report' and visit_id = $1";
    assert_eq!(tx.sql(sql).bind(visit).execute().await.unwrap(), 1, "an earlier version has none");
    tx.commit().await.unwrap();
    let due_on = due(&office, day);
    office.sleep_until(&format!("{}T09:00", due_on + Days::new(2))).await;
    assert!(store::promises::of_visit(&office.office.db, Owed::Report, visit).await.is_err());
    // What the migration does.
    office.office.db.write("update visit set watched = false where state = 'booked' and watched").execute().await.unwrap();
    office.tick().await;
    let report = office.deadline(Owed::Report, visit).await;
    assert_eq!((report.since_on, report.due.on()), (day, Some(due_on)));
    assert!(standing(&office, visit).await.contains(&("late-1".to_owned(), due_on + Days::new(1))));
    assert_eq!((told_of(&office, visit, MANAGER).await, told_of(&office, visit, ESCALATION).await), (0, 0));
    assert!(digest(&office).await.late.iter().any(|line| line.owed == Owed::Report && line.visit == Some(visit)));
    agrees(&office).await;
});
