//! Whom to tell, and when: a letter waits for its reader's hours, unless it is one that never waits.

use clap::Parser as _;
use ronda::cli::letters::{self, LettersArgs};
use ronda::domain::ids::VisitId;
use ronda::domain::letters::letter::{Letter, LetterState};
use ronda::domain::promises::Owed;
use ronda::office::visits::book_visits::{AppointmentChange, Rules, book, cancel, move_visit};
use ronda::store;
use ronda::store::letters::LetterFilter;

use crate::office::harness::{TestOffice, madrid};
use crate::story;

const OPS: &str = "ops@cum.example";
const MANAGER: &str = "helena@ronda.example";

async fn letters_to(office: &TestOffice, to: &str, notice: &str) -> Vec<Letter> {
    let filter =
        LetterFilter { to: Some(to.to_owned()), notice: Some(notice.to_owned()), most: 100, ..LetterFilter::default() };
    store::letters::list(&office.office.db, &filter).await.unwrap()
}

/// How many letters of a notice about a visit have left to an address.
async fn sent(office: &TestOffice, visit: VisitId, to: &str, notice: &str) -> usize {
    let letters = letters_to(office, to, notice).await;
    letters.iter().filter(|letter| letter.visit == Some(visit) && letter.state == LetterState::Sent).count()
}

/// The letter of a notice about a visit to an address.
async fn letter_of(office: &TestOffice, visit: VisitId, to: &str, notice: &str) -> Letter {
    letters_to(office, to, notice).await.into_iter().find(|letter| letter.visit == Some(visit)).expect("it is owed")
}

/// The first inspection after a day, booked and announced; with its day.
async fn booked(office: &TestOffice, from: &str) -> (VisitId, chrono::NaiveDate) {
    office.tick().await;
    let visit = office.first_visit("inspection", from).await.visit;
    let engineer = Some("E-1".into());
    let change = AppointmentChange { engineer, ..AppointmentChange::default() };
    let visit = book(&office.office, visit.id, &change, Rules::Overrule).await.unwrap();
    office.tick().await;
    (visit.id, visit.state.appointment().day)
}

async fn said(office: &TestOffice, line: &[&str]) -> String {
    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        args: LettersArgs,
    }
    let mut out = Vec::new();
    letters::run(&office.office, &Line::try_parse_from(line).unwrap().args, &mut out).await.unwrap();
    String::from_utf8(out).unwrap()
}

story!(p04_what_is_late_is_flagged_at_its_moment_and_told_in_the_readers_hours at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    office.keep_hours();
    let (visit, day) = booked(&office, "2026-01-20").await;
    office.sleep_until(&format!("{day}T14:00")).await;
    office.post.with(|post| { post.unknown.insert("reports@cum.example".to_owned()); });
    office.done(visit, &format!("{day}T12:00")).await;
    office.tick().await;
    let late = office.deadline(Owed::Report, visit).await.due.on().unwrap().succ_opt().unwrap();
    office.sleep_until(&format!("{late}T00:10")).await;
    let deadline = office.deadline(Owed::Report, visit).await;
    let flags = store::promises::flags(&office.office.db, deadline.id).await.unwrap();
    assert!(flags.iter().any(|flag| flag.level == "late-1" && flag.dated == late), "{flags:?}");
    assert_eq!(sent(&office, visit, "carmen@cum.example", "deadline-late").await, 0, "nobody is written to at midnight");
    let waiting = letter_of(&office, visit, "carmen@cum.example", "deadline-late").await;
    let calendar = office.office.calendars.named("ES-MD").unwrap();
    let first = calendar.nth_after(late.pred_opt().unwrap(), ronda::domain::calendar::WorkingDays(1)).unwrap();
    assert_eq!((waiting.state, waiting.may_leave_at), (LetterState::Waiting, madrid(&format!("{first}T07:00"))));
    office.sleep_until(&format!("{first}T06:59")).await;
    assert_eq!(sent(&office, visit, "carmen@cum.example", "deadline-late").await, 0);
    office.sleep_until(&format!("{first}T07:00")).await;
    assert_eq!(sent(&office, visit, "carmen@cum.example", "deadline-late").await, 1);
    let sent = letter_of(&office, visit, "carmen@cum.example", "deadline-late").await;
    assert_eq!(sent.sent_at, Some(madrid(&format!("{first}T07:00"))));
});

story!(what_is_changed_on_a_friday_evening_is_told_on_the_readers_next_working_day at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    office.keep_hours();
    let (visit, _) = booked(&office, "2026-02-16").await;
    assert_eq!(sent(&office, visit, OPS, "visit-announced").await, 1, "at eight on a working day nothing waits");
    office.sleep_until("2026-01-16T19:00").await;
    move_visit(&office.office, visit, &AppointmentChange { day: Some("2026-02-24".parse().unwrap()), ..AppointmentChange::default() }, Rules::Overrule).await.unwrap();
    office.sleep_until("2026-01-19T06:59").await;
    assert_eq!(sent(&office, visit, OPS, "visit-moved").await, 0);
    office.sleep_until("2026-01-19T07:00").await;
    assert_eq!(sent(&office, visit, OPS, "visit-moved").await, 1);
    office.sleep_until("2026-01-19T12:00").await;
    cancel(&office.office, visit, "La planta está parada").await.unwrap();
    office.tick().await;
    assert_eq!(sent(&office, visit, OPS, "visit-cancelled").await, 1, "within the hours it leaves at once");
});

story!(a_change_within_a_day_of_the_visit_is_told_at_any_hour at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    office.keep_hours();
    let (visit, day) = booked(&office, "2026-01-20").await;
    office.sleep_until(&format!("{}T21:30", day.pred_opt().unwrap())).await;
    cancel(&office.office, visit, "La planta está parada").await.unwrap();
    office.tick().await;
    for reader in [OPS, "lucia@ronda.example"] {
        assert_eq!(sent(&office, visit, reader, "visit-cancelled").await, 1, "{reader} would set out in the morning");
    }
    // What is planned instead is announced when people are at work.
    office.leaves_waiting(&["visit-announced"]);
});

story!(a_visit_that_is_moved_away_from_tomorrow_is_told_at_any_hour at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    office.keep_hours();
    let (visit, day) = booked(&office, "2026-01-20").await;
    office.sleep_until(&format!("{}T21:30", day.pred_opt().unwrap())).await;
    let change = AppointmentChange { day: Some(day + chrono::Days::new(14)), ..AppointmentChange::default() };
    move_visit(&office.office, visit, &change, Rules::Overrule).await.unwrap();
    office.tick().await;
    assert_eq!(sent(&office, visit, OPS, "visit-moved").await, 1, "until then they expect it tomorrow");
});

story!(a_report_leaves_at_any_hour at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    office.keep_hours();
    let (visit, day) = booked(&office, "2026-01-20").await;
    office.sleep_until(&format!("{day}T23:30")).await;
    office.done(visit, &format!("{day}T12:00")).await;
    office.tick().await;
    office.tick().await;
    assert_eq!(office.told("reports@cum.example", "report-delivered").len(), 1);
});

story!(a_digest_leaves_at_its_own_hour at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    office.keep_hours();
    office.import(&[(
        "managers.csv",
        "manager,name,email,scope,time_zone,calendar,digest_at,language\n\
         M-1,Helena Ortiz,helena@ronda.example,all,Europe/Madrid,ES-MD,05:30,en\n",
    )]).await;
    office.sleep_until("2026-01-07T05:30").await;
    let digests = letters_to(&office, MANAGER, "digest").await;
    assert_eq!(digests[0].sent_at, Some(madrid("2026-01-07T05:30")));
});

story!(engineers_are_written_to_by_their_own_clock_and_a_customer_by_that_of_the_site at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    office.keep_hours();
    office.import(&[(
        "engineers.csv",
        "engineer,name,email,phone,skills,time_zone,calendar,latitude,longitude,language\n\
         E-1,Lucía Romero,lucia@ronda.example,+34 600,electrical,America/Bogota,CO,40.4,-3.7,es\n\
         E-2,Jordi Puig,jordi@ronda.example,+34 601,electrical,Europe/Madrid,ES-MD,41.4,2.1,es\n",
    )]).await;
    office.sleep_until("2026-01-07T12:00").await;
    // In Bogotá it is six in the morning.
    let (visit, _) = booked(&office, "2026-02-16").await;
    assert_eq!(sent(&office, visit, OPS, "visit-announced").await, 1);
    assert_eq!(sent(&office, visit, "lucia@ronda.example", "visit-announced").await, 0);
    office.sleep_until("2026-01-07T13:00").await;
    assert_eq!(sent(&office, visit, "lucia@ronda.example", "visit-announced").await, 1);
    // Past seven in the evening in Madrid, and past noon in Bogotá.
    office.sleep_until("2026-01-07T20:00").await;
    let change = AppointmentChange { day: Some("2026-02-24".parse().unwrap()), ..AppointmentChange::default() };
    move_visit(&office.office, visit, &change, Rules::Overrule).await.unwrap();
    office.tick().await;
    assert_eq!(sent(&office, visit, "lucia@ronda.example", "visit-moved").await, 1);
    assert_eq!(sent(&office, visit, OPS, "visit-moved").await, 0);
    office.sleep_until("2026-01-08T07:00").await;
    assert_eq!(sent(&office, visit, OPS, "visit-moved").await, 1);
});

story!(the_list_of_letters_says_until_when_one_waits_and_why at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    office.keep_hours();
    let (visit, _) = booked(&office, "2026-02-16").await;
    office.sleep_until("2026-01-16T20:00").await;
    let change = AppointmentChange { day: Some("2026-02-24".parse().unwrap()), ..AppointmentChange::default() };
    move_visit(&office.office, visit, &change, Rules::Overrule).await.unwrap();
    office.tick().await;
    let list = said(&office, &["letters", "list", "--state", "waiting"]).await;
    assert!(list.contains("waiting, for the reader's hours from 01-19 06:00"), "{list}");
    let letter = letter_of(&office, visit, OPS, "visit-moved").await.letter.to_string();
    let shown = said(&office, &["letters", "show", &letter]).await;
    assert!(shown.contains("waiting, for the reader's hours from 01-19 06:00"), "{shown}");
    // Whoever cannot wait sends it: it then says that it was sent now.
    said(&office, &["letters", "retry", &letter]).await;
    office.tick().await;
    let sent = letter_of(&office, visit, OPS, "visit-moved").await;
    assert_eq!(sent.state, LetterState::Sent);
    let bytes = &office.told(OPS, "visit-moved")[0].bytes;
    let date = mail_parser::MessageParser::default().parse(bytes).unwrap().date().unwrap().to_timestamp();
    assert_eq!(date, office.office.clock.now().timestamp());
    office.leaves_waiting(&["visit-moved"]);
});

story!(a_manager_hears_in_the_morning_of_a_letter_that_was_given_up_at_night at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    office.keep_hours();
    let (visit, day) = booked(&office, "2026-01-20").await;
    office.sleep_until(&format!("{day}T22:00")).await;
    office.post.with(|post| { post.unknown.insert("reports@cum.example".to_owned()); });
    office.done(visit, &format!("{day}T12:00")).await;
    office.tick().await;
    office.tick().await;
    assert!(office.told(MANAGER, "undelivered").is_empty());
    let waiting = &letters_to(&office, MANAGER, "undelivered").await[0];
    let morning = office.office.calendars.named("ES-MD").unwrap().nth_after(day, ronda::domain::calendar::WorkingDays(1)).unwrap();
    assert_eq!(waiting.may_leave_at, madrid(&format!("{morning}T07:00")));
    office.leaves_waiting(&["undelivered"]);
});
