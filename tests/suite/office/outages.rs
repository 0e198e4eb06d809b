//! After a relay's outage: nothing is sent of a day that is over, and one letter says how it stands.

use chrono::{Days, NaiveDate};
use ronda::domain::calendar::WorkingDays;
use ronda::domain::ids::VisitId;
use ronda::domain::letters::letter::{Letter, LetterState};
use ronda::domain::letters::retry::{AttemptReply, DialogueStage};
use ronda::domain::promises::Owed;
use ronda::office::visits::book_visits::{AppointmentChange, Rules, book};
use ronda::store;
use ronda::store::letters::LetterFilter;

use crate::office::harness::TestOffice;
use crate::story;

const MANAGER: &str = "helena@ronda.example";
const CARMEN: &str = "carmen@cum.example";

async fn letters_to(office: &TestOffice, to: &str, notice: &str) -> Vec<Letter> {
    let filter =
        LetterFilter { to: Some(to.to_owned()), notice: Some(notice.to_owned()), most: 100, ..LetterFilter::default() };
    store::letters::list(&office.office.db, &filter).await.unwrap()
}

/// From now on nobody answers at the relay.
fn goes_away(office: &TestOffice) {
    let away = AttemptReply::NoReply { step: DialogueStage::Session, said: "connection refused".to_owned() };
    office.post.with(|post| post.script.extend(std::iter::repeat_n(away, 10_000)));
}

fn is_back(office: &TestOffice) {
    office.post.with(|post| post.script.clear());
}

/// The state of a manager's digest of a day.
async fn digest_of(office: &TestOffice, day: &str) -> Option<LetterState> {
    let key = format!("digest/M-1/{day}");
    letters_to(office, MANAGER, "digest").await.into_iter().find(|letter| letter.key == key).map(|letter| letter.state)
}

/// An inspection for E-1 with its day, of which everyone has been told.
async fn booked(office: &TestOffice) -> (VisitId, NaiveDate) {
    office.tick().await;
    let visit = office.first_visit("inspection", "2026-02-16").await.visit.id;
    let change = AppointmentChange { engineer: Some("E-1".into()), ..AppointmentChange::default() };
    let visit = book(&office.office, visit, &change, Rules::Overrule).await.unwrap();
    office.tick().await;
    (visit.id, visit.state.appointment().day)
}

story!(customers_hear_nothing_of_the_deadline_of_our_records at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office).await;
    office.sleep_until(&format!("{}T12:00", day + Days::new(9))).await;
    let record = office.deadline(Owed::Record, visit).await;
    let flags = store::promises::flags(&office.office.db, record.id).await.unwrap();
    assert!(flags.iter().any(|flag| flag.level == "late-1"), "{flags:?}");
    assert!(!office.told(MANAGER, "record-missing").is_empty(), "the manager hears of it");
    assert!(letters_to(&office, CARMEN, "record-missing").await.is_empty(), "the customer does not");
});

story!(p31_a_digest_that_nobody_could_deliver_is_written_anew_and_never_sent_stale at "2026-01-05T08:00:00+01:00", |office| {
    office.sleep_until("2026-01-12T07:00").await;
    goes_away(&office);
    office.sleep_until("2026-01-15T12:00").await;
    assert_eq!(digest_of(&office, "2026-01-15").await, Some(LetterState::Waiting));
    is_back(&office);
    let before = office.told(MANAGER, "digest").len();
    office.sleep_until("2026-01-15T20:00").await;
    for day in ["2026-01-12", "2026-01-13", "2026-01-14"] {
        assert_eq!(digest_of(&office, day).await, Some(LetterState::Cancelled), "{day}");
    }
    assert_eq!(digest_of(&office, "2026-01-15").await, Some(LetterState::Sent));
    assert_eq!(office.told(MANAGER, "digest").len(), before + 1, "one says how it stands");
});

story!(p31_what_a_digest_that_never_left_was_first_to_tell_is_told_by_the_next at "2026-01-05T08:00:00+01:00", |office| {
    let told = async || store::fact::get(&office.office.db, "rebooked-told/M-1").await.unwrap();
    office.sleep_until("2026-01-16T07:00").await;
    let before = told().await;
    goes_away(&office);
    office.sleep_until("2026-01-16T12:00").await;
    assert_ne!(told().await, before, "the digest of Friday was to tell what came before it");
    office.sleep_until("2026-01-17T01:00").await;
    is_back(&office);
    office.sleep_until("2026-01-18T18:00").await;
    assert_eq!(digest_of(&office, "2026-01-16").await, Some(LetterState::Cancelled), "it is Friday's");
    assert_eq!(told().await, before);
    let digests = office.told(MANAGER, "digest").len();
    office.sleep_until("2026-01-19T07:30").await;
    assert_eq!(digest_of(&office, "2026-01-19").await, Some(LetterState::Sent));
    assert_eq!(office.told(MANAGER, "digest").len(), digests + 1);
});

story!(nobody_is_reminded_of_a_visit_whose_day_is_over_when_the_relay_is_back at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office).await;
    let eve = office.office.calendars.named("ES-MD").unwrap().nth_before(day, WorkingDays(1)).unwrap();
    office.sleep_until(&format!("{eve}T08:00")).await;
    goes_away(&office);
    office.sleep_until(&format!("{}T12:00", day + Days::new(1))).await;
    is_back(&office);
    office.sleep_until(&format!("{}T22:00", day + Days::new(1))).await;
    let reminders = letters_to(&office, "ops@cum.example", "visit-reminder").await;
    let of_visit: Vec<_> = reminders.iter().filter(|letter| letter.visit == Some(visit)).collect();
    assert_eq!(of_visit.len(), 1);
    assert_eq!(of_visit[0].state, LetterState::Cancelled);
    assert!(of_visit[0].outcome.as_ref().unwrap().contains("the visit's day is over"), "{of_visit:?}");
});
