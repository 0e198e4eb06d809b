//! A reader gets one letter for what has happened to one visit, and letters about one visit in their order.

use ronda::domain::ids::VisitId;
use ronda::domain::letters::letter::{Letter, LetterState};
use ronda::domain::letters::retry::{AttemptReply, DialogueStage};
use ronda::domain::promises::Owed;
use ronda::office::letters::deliver_letters::deliver_letters;
use ronda::office::visits::book_visits::{AppointmentChange, Rules, book, cancel, move_visit};
use ronda::store;
use ronda::store::letters::LetterFilter;

use crate::office::harness::TestOffice;
use crate::story;

const OPS: &str = "ops@cum.example";
const LUCIA: &str = "lucia@ronda.example";
const JORDI: &str = "jordi@ronda.example";

/// The letters about a visit to an address, oldest first.
async fn letters_about(office: &TestOffice, visit: VisitId, to: &str) -> Vec<Letter> {
    let filter = LetterFilter { visit: Some(visit), to: Some(to.to_owned()), most: 100, ..LetterFilter::default() };
    let mut letters = store::letters::list(&office.office.db, &filter).await.unwrap();
    letters.reverse();
    letters
}

/// What was sent about a visit to an address, in order.
async fn sent(office: &TestOffice, visit: VisitId, to: &str) -> Vec<&'static str> {
    let letters = letters_about(office, visit, to).await;
    let mut sent: Vec<_> = letters.iter().filter(|letter| letter.state == LetterState::Sent).collect();
    sent.sort_by_key(|letter| letter.sent_at);
    sent.iter().map(|letter| letter.notice.word()).collect()
}

fn engineer(code: &str) -> AppointmentChange {
    AppointmentChange { engineer: Some(code.into()), ..AppointmentChange::default() }
}

fn day(day: &str) -> AppointmentChange {
    AppointmentChange { day: Some(day.parse().unwrap()), ..AppointmentChange::default() }
}

/// An inspection that is booked for E-1 on 16 February or soon after, and not yet announced.
async fn booked(office: &TestOffice) -> VisitId {
    office.tick().await;
    let visit = office.first_visit("inspection", "2026-02-16").await.visit.id;
    book(&office.office, visit, &engineer("E-1"), Rules::Overrule).await.unwrap();
    visit
}

/// The next letters are put off, as by a server that does not know us yet.
fn greylists(office: &TestOffice, letters: usize) {
    let busy = AttemptReply::Reply { step: DialogueStage::Envelope, code: 451, said: "4.7.1 greylisted".to_owned() };
    office.post.with(|post| post.script.extend(std::iter::repeat_n(busy, letters)));
}

story!(a_cancelled_visit_whose_invitation_was_greylisted_is_never_invited_to_nor_cancelled at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    office.keep_hours();
    let visit = booked(&office).await;
    greylists(&office, 2);
    deliver_letters(&office.office).await.unwrap();
    let letters = letters_about(&office, visit, OPS).await;
    assert!(letters[0].written && letters[0].attempts == 1, "it was tried, and put off: {letters:#?}");
    cancel(&office.office, visit, "La planta está parada").await.unwrap();
    office.sleep_until("2026-01-08T12:00").await;
    for reader in [OPS, LUCIA] {
        assert_eq!(sent(&office, visit, reader).await, Vec::<&str>::new());
        let letters = letters_about(&office, visit, reader).await;
        assert!(letters.iter().all(|letter| letter.state == LetterState::Cancelled), "{letters:#?}");
    }
    let told = store::letters::told::of_appointment(&office.office.db, visit).await.unwrap();
    assert_eq!(told, Vec::new(), "what was withdrawn counts as never sent");
});

story!(a_visit_that_is_moved_while_its_invitation_is_greylisted_is_announced_once_as_it_is at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    office.keep_hours();
    let visit = booked(&office).await;
    greylists(&office, 2);
    deliver_letters(&office.office).await.unwrap();
    move_visit(&office.office, visit, &day("2026-02-24"), Rules::Overrule).await.unwrap();
    office.sleep_until("2026-01-08T12:00").await;
    for reader in [OPS, LUCIA] {
        assert_eq!(sent(&office, visit, reader).await, ["visit-announced"]);
        let subject = &office.told(reader, "visit-announced").pop().unwrap().subject;
        assert!(subject.contains("24"), "{subject}");
    }
});

/// A visit of which everyone was told, on a Friday evening: whatever happens to it now waits for Monday.
async fn told_and_gone_home(office: &mut TestOffice) -> VisitId {
    office.keep_hours();
    let visit = booked(office).await;
    office.tick().await;
    office.sleep_until("2026-01-16T20:00").await;
    visit
}

story!(a_visit_that_is_moved_twice_before_morning_is_one_letter_with_the_last_day at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    let visit = told_and_gone_home(&mut office).await;
    for to in ["2026-02-24", "2026-02-25"] {
        move_visit(&office.office, visit, &day(to), Rules::Overrule).await.unwrap();
    }
    office.sleep_until("2026-01-19T09:00").await;
    assert_eq!(sent(&office, visit, OPS).await, ["visit-announced", "visit-moved"]);
});

story!(a_visit_that_is_cancelled_and_booked_again_before_morning_was_moved at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    let visit = told_and_gone_home(&mut office).await;
    cancel(&office.office, visit, "La planta está parada").await.unwrap();
    book(&office.office, visit, &day("2026-02-24"), Rules::Overrule).await.unwrap();
    office.sleep_until("2026-01-19T09:00").await;
    for reader in [OPS, LUCIA] {
        assert_eq!(sent(&office, visit, reader).await, ["visit-announced", "visit-moved"], "{reader}");
    }
});

story!(a_visit_that_is_passed_on_and_back_before_morning_is_told_to_nobody_else at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    let visit = told_and_gone_home(&mut office).await;
    move_visit(&office.office, visit, &engineer("E-2"), Rules::Overrule).await.unwrap();
    move_visit(&office.office, visit, &engineer("E-1"), Rules::Overrule).await.unwrap();
    office.sleep_until("2026-01-19T09:00").await;
    assert_eq!(sent(&office, visit, JORDI).await, Vec::<&str>::new(), "who never had it loses nothing");
    assert_eq!(sent(&office, visit, LUCIA).await, ["visit-announced", "visit-moved"], "it is hers still");
});

story!(a_visit_that_was_passed_on_and_cancelled_before_morning_is_cancelled_for_who_had_it at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    let visit = told_and_gone_home(&mut office).await;
    move_visit(&office.office, visit, &engineer("E-2"), Rules::Overrule).await.unwrap();
    cancel(&office.office, visit, "La planta está parada").await.unwrap();
    office.sleep_until("2026-01-19T09:00").await;
    assert_eq!(sent(&office, visit, JORDI).await, Vec::<&str>::new());
    assert_eq!(sent(&office, visit, LUCIA).await, ["visit-announced", "visit-cancelled"]);
    assert_eq!(sent(&office, visit, OPS).await, ["visit-announced", "visit-cancelled"]);
});

story!(an_invitation_that_may_have_arrived_is_followed_by_its_cancellation at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    office.keep_hours();
    let visit = booked(&office).await;
    let cut = AttemptReply::NoReply { step: DialogueStage::Content, said: "the connection broke".to_owned() };
    office.post.with(|post| post.script.extend([cut.clone(), cut]));
    deliver_letters(&office.office).await.unwrap();
    cancel(&office.office, visit, "La planta está parada").await.unwrap();
    office.sleep_until("2026-01-08T12:00").await;
    for reader in [OPS, LUCIA] {
        assert_eq!(sent(&office, visit, reader).await, ["visit-announced", "visit-cancelled"], "in this order");
    }
});

story!(letters_about_one_visit_to_one_reader_leave_in_order at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    office.keep_hours();
    let visit = booked(&office).await;
    let cut = AttemptReply::NoReply { step: DialogueStage::Content, said: "the connection broke".to_owned() };
    office.post.with(|post| post.script.extend([cut.clone(), cut]));
    deliver_letters(&office.office).await.unwrap();
    move_visit(&office.office, visit, &day("2026-02-24"), Rules::Overrule).await.unwrap();
    let letters = letters_about(&office, visit, OPS).await;
    let [first, second] = &letters[..] else { panic!("{letters:#?}") };
    assert_eq!(second.next_attempt_at, first.next_attempt_at, "it waits for the one before it");
    office.tick().await;
    assert_eq!(sent(&office, visit, OPS).await, Vec::<&str>::new(), "and does not overtake it");
    // Put off once more: so is what comes after it.
    greylists(&office, 2);
    office.sleep_until("2026-01-05T08:12").await;
    let letters = letters_about(&office, visit, OPS).await;
    assert_eq!((letters[0].attempts, letters[1].attempts), (2, 0));
    assert_eq!(letters[1].next_attempt_at, letters[0].next_attempt_at);
    office.sleep_until("2026-01-08T12:00").await;
    assert_eq!(sent(&office, visit, OPS).await, ["visit-announced", "visit-moved"]);
});

story!(nobody_is_reminded_by_a_letter_that_was_put_off_of_a_visit_that_has_taken_place at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    office.keep_hours();
    let visit = booked(&office).await;
    office.tick().await;
    let on = office.visit(visit).await.visit.state.appointment().day;
    let eve = office.office.calendars.named("ES-MD").unwrap().nth_before(on, ronda::domain::calendar::WorkingDays(1)).unwrap();
    office.sleep_until(&format!("{eve}T08:59")).await;
    let busy = AttemptReply::Reply { step: DialogueStage::Envelope, code: 451, said: "4.7.1 greylisted".to_owned() };
    office.post.with(|post| post.script.extend(std::iter::repeat_n(busy, 40)));
    office.sleep_until(&format!("{eve}T09:01")).await;
    office.sleep_until(&format!("{on}T12:00")).await;
    let letters = letters_about(&office, visit, OPS).await;
    let reminder = letters.iter().find(|letter| letter.notice.word() == "visit-reminder").expect("one was owed");
    assert_eq!(reminder.state, LetterState::Waiting);
    office.done(visit, &format!("{on}T11:30")).await;
    let letters = letters_about(&office, visit, OPS).await;
    let reminder = letters.iter().find(|letter| letter.notice.word() == "visit-reminder").unwrap();
    assert_eq!(reminder.state, LetterState::Cancelled);
    office.post.with(|post| post.script.clear());
    office.sleep_until(&format!("{}T12:00", on + chrono::Days::new(4))).await;
    office.leaves_waiting(&["report-delivered", "undelivered"]);
});

story!(p04_of_two_steps_of_one_deadline_that_wait_the_later_says_how_it_stands at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    office.keep_hours();
    let visit = booked(&office).await;
    office.tick().await;
    let on = office.visit(visit).await.visit.state.appointment().day;
    office.sleep_until(&format!("{on}T14:00")).await;
    office.post.with(|post| { post.unknown.insert("reports@cum.example".to_owned()); });
    office.done(visit, &format!("{on}T12:00")).await;
    office.tick().await;
    let due = office.deadline(Owed::Report, visit).await.due.on().unwrap();
    office.sleep_until(&format!("{due}T06:00")).await;
    // The manager's server is away from the morning of the last day on.
    let away = AttemptReply::Reply { step: DialogueStage::Envelope, code: 451, said: "4.3.2 away".to_owned() };
    office.post.with(|post| post.script.extend(std::iter::repeat_n(away, 10_000)));
    office.sleep_until(&format!("{}T08:00", due + chrono::Days::new(4))).await;
    office.post.with(|post| post.script.clear());
    let waiting = letters_about(&office, visit, "helena@ronda.example").await;
    let flags = ["deadline-due", "deadline-late"];
    let waiting: Vec<_> = waiting
        .iter()
        .filter(|letter| flags.contains(&letter.notice.word()) && letter.state == LetterState::Waiting)
        .map(|letter| letter.notice.word())
        .collect();
    assert_eq!(waiting, ["deadline-late"], "of the last day nobody needs to hear any more");
    office.sleep_until(&format!("{}T08:00", due + chrono::Days::new(8))).await;
    let told = sent(&office, visit, "helena@ronda.example").await;
    assert_eq!(told.iter().filter(|notice| flags.contains(notice)).count(), 1, "{told:?}");
});

story!(p04_a_missing_record_and_the_report_that_it_holds_up_are_one_letter_to_each_reader at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    office.keep_hours();
    let visit = booked(&office).await;
    let day = office.visit(visit).await.visit.state.appointment().day;
    office.sleep_until(&format!("{}T20:00", day + chrono::Days::new(9))).await;
    let report = office.deadline(Owed::Report, visit).await.due.on().unwrap();
    for reader in ["helena@ronda.example", LUCIA] {
        let mut told: Vec<_> = letters_about(&office, visit, reader).await.into_iter()
            .filter(|letter| letter.state == LetterState::Sent && letter.deadline.is_some())
            .map(|letter| (letter.sent_at.unwrap(), letter.notice.word()))
            .collect();
        told.sort();
        for pair in told.windows(2) {
            assert!(pair[1].0 - pair[0].0 > chrono::TimeDelta::hours(1), "two letters of one morning: {told:#?}");
        }
        let missing: Vec<_> = office.told(reader, "record-missing").iter().map(crate::office::browser::text).collect();
        let says = missing.iter().find(|says| says.lines().any(|line| line.ends_with(&format!(" {visit}")))).expect("a record is missing");
        assert!(says.contains(&report.format("%-d").to_string()), "{says}");
    }
});
