//! The outbox: what is delivered, put off, given up and told.

use std::sync::Arc;

use chrono::TimeDelta;
use ronda::domain::contract::Purpose;
use ronda::domain::ids::LetterId;
use ronda::domain::language::Language;
use ronda::domain::letters::hours::TellBetween;
use ronda::domain::letters::kept::LetterOnFile;
use ronda::domain::letters::letter::LetterState;
use ronda::domain::letters::notice::{Notice, Reader};
use ronda::domain::letters::owed::LetterOwed;
use ronda::domain::letters::retry::{AttemptReply, DialogueStage};
use ronda::domain::letters::route::Domains;
use ronda::domain::people::ReaderRole;
use ronda::mail::{Memory, Transport};
use ronda::office::clock::Clock;
use ronda::office::documents::Documents;
use ronda::office::letters::deliver_letters::deliver_letters;
use ronda::office::letters::write_letters::write_letters;
use ronda::office::{Office, Tools};
use ronda::store::letters::{self, LetterFilter};
use ronda::store::{Db, Tx};
use ronda::world::checklists::Checklists;
use ronda::world::config::{Config, ConfigLocation, Environment};
use ronda::world::holidays::Calendars;
use ronda::world::plans::Plans;

use crate::support::notices::{at, composer};
use ronda::mail::samples::{customer, visit};

struct Desk {
    office: Office,
    memory: Memory,
    _dir: tempfile::TempDir,
}

impl Desk {
    async fn open() -> Desk {
        let dir = tempfile::tempdir().unwrap();
        let choice = ConfigLocation { dir: Some(dir.path().to_owned()), file: None };
        let memory = Memory::default();
        let mut config = Config::read(&choice, &Environment::of(&[])).unwrap();
        // How a letter is tried does not depend on whose it is.
        config.company.tell_between = TellBetween::Always;
        let office = Office {
            db: Db::open_sqlite(&dir.path().join("office.db")).await.unwrap(),
            documents: Documents::folder(&dir.path().join("documents")),
            tools: Tools {
                clock: Clock::simulated(at("2026-03-02T09:00:00Z"), 1),
                config: Arc::new(config),
                calendars: Arc::new(Calendars::load(None).unwrap()),
                plans: Arc::new(Plans::load(None).unwrap()),
                checklists: Arc::new(Checklists::load(None).unwrap()),
                logo: None,
                composer: composer(),
            },
            transport: Transport::Memory(memory.clone()),
            sealer: None,
        };
        let mut tx = office.db.begin().await.unwrap();
        tx.sql(
            r#"insert into manager (manager, name, email, scope, time_zone, calendar, digest_at, language)
               values ('M-1', 'Marta Gil', 'marta@norte.example', '"all"', 'Europe/Madrid', 'ES', '07:30', 'es'),
                      ('M-2', 'Other', 'other@norte.example', '{"customers":["C-9"]}', 'Europe/Madrid', 'ES', '07:30', 'en')"#,
        )
        .execute()
        .await
        .unwrap();
        tx.commit().await.unwrap();
        Desk { office, memory, _dir: dir }
    }

    /// Puts a letter to `email` into the outbox.
    async fn write(&self, email: &str) {
        let mut tx = self.office.db.begin().await.unwrap();
        self.write_in(&mut tx, email).await;
        tx.commit().await.unwrap();
    }

    async fn write_in(&self, tx: &mut Tx, email: &str) -> Option<LetterId> {
        let role = ReaderRole::Customer(email.to_owned());
        let reader = Reader { email: email.to_owned(), role, ..customer(Language::En) };
        let notice = Notice::VisitAnnounced { visit: visit(Purpose::Inspection) };
        let now = self.office.clock.now();
        let key = format!("visit-announced/V1042/0/customer:{email}");
        let letter = LetterOwed { visit: None, ..composer().owed(key, reader, notice) };
        letters::owed::put(tx, &letter, now, now).await.unwrap()
    }

    async fn later(&self, span: TimeDelta) {
        self.office.clock.advance_to(self.office.clock.now() + span);
        deliver_letters(&self.office).await.unwrap();
    }

    async fn states(&self) -> Vec<(String, LetterState, u32)> {
        let filter = LetterFilter { most: 1000, ..LetterFilter::default() };
        let mut rows = letters::list(&self.office.db, &filter).await.unwrap();
        rows.reverse();
        rows.into_iter().map(|row| (row.to, row.state, row.attempts)).collect()
    }
}

fn busy() -> AttemptReply {
    AttemptReply::Reply { step: DialogueStage::Envelope, code: 451, said: "4.7.1 later".to_owned() }
}

fn away() -> AttemptReply {
    AttemptReply::NoReply { step: DialogueStage::Session, said: "connection refused".to_owned() }
}

#[tokio::test]
async fn a_key_has_at_most_one_letter_and_a_letter_leaves_once() {
    let desk = Desk::open().await;
    desk.write("ana@example.org").await;
    desk.write("ana@example.org").await;
    for _ in 0..3 {
        deliver_letters(&desk.office).await.unwrap();
    }
    assert_eq!(desk.states().await, [("ana@example.org".to_owned(), LetterState::Sent, 1)]);
    assert_eq!(desk.memory.with(|post_box| post_box.accepted.len()), 1);
}

#[tokio::test]
async fn a_letter_that_is_rolled_back_with_its_cause_does_not_leave() {
    let desk = Desk::open().await;
    let mut tx = desk.office.db.begin().await.unwrap();
    assert!(desk.write_in(&mut tx, "ana@example.org").await.is_some());
    drop(tx);
    assert_eq!(deliver_letters(&desk.office).await.unwrap().accepted, 0);
}

#[tokio::test]
async fn a_letter_put_off_goes_out_later_with_the_same_bytes_and_every_attempt_is_kept() {
    let desk = Desk::open().await;
    desk.memory.with(|post_box| post_box.script.extend([busy(), busy()]));
    desk.write("ana@example.org").await;
    deliver_letters(&desk.office).await.unwrap();
    desk.later(TimeDelta::minutes(4)).await;
    assert_eq!(desk.states().await[0].2, 1, "not before five minutes");
    desk.later(TimeDelta::minutes(3)).await;
    desk.later(TimeDelta::minutes(20)).await;
    assert_eq!(desk.states().await, [("ana@example.org".to_owned(), LetterState::Sent, 3)]);
    let LetterOnFile { letter, message } = letters::get(&desk.office.db, LetterId(1)).await.unwrap().unwrap();
    assert_eq!(desk.memory.with(|post_box| post_box.accepted[0].bytes.clone()), message.rest);
    let attempts = letters::attempts(&desk.office.db, letter.letter).await.unwrap();
    let outcomes: Vec<_> = attempts.iter().map(|attempt| (attempt.code, attempt.outcome.as_str())).collect();
    assert_eq!(outcomes, [(Some(451), "put off"), (Some(451), "put off"), (Some(250), "accepted")]);
}

#[tokio::test]
async fn r6_one_refused_letter_stops_no_other_and_is_told_to_the_managers_in_charge() {
    let desk = Desk::open().await;
    desk.memory.with(|post_box| post_box.unknown.insert("gone@example.org".to_owned()));
    for email in ["ana@example.org", "gone@example.org", "luis@example.org"] {
        desk.write(email).await;
    }
    let done = deliver_letters(&desk.office).await.unwrap();
    assert_eq!(done.given_up, 1);
    let states = desk.states().await;
    assert_eq!(
        states,
        [
            ("ana@example.org".to_owned(), LetterState::Sent, 1),
            ("gone@example.org".to_owned(), LetterState::Undelivered, 1),
            ("luis@example.org".to_owned(), LetterState::Sent, 1),
            ("marta@norte.example".to_owned(), LetterState::Sent, 1),
        ]
    );
}

#[tokio::test]
async fn r5_a_letter_that_is_always_put_off_is_given_up_after_five_days_and_an_alarm_about_an_alarm_is_none() {
    let desk = Desk::open().await;
    desk.write("ana@example.org").await;
    for _ in 0..12 * 24 {
        desk.memory.with(|post_box| {
            post_box.script.clear();
            post_box.script.extend([busy(), busy(), busy()]);
        });
        desk.later(TimeDelta::hours(1)).await;
    }
    let states = desk.states().await;
    assert_eq!(states.len(), 2, "{states:?}");
    assert!(states.iter().all(|(_, state, _)| *state == LetterState::Undelivered), "{states:?}");
}

#[tokio::test]
async fn after_a_long_downtime_a_letter_is_not_given_up_on_one_temporary_refusal() {
    let desk = Desk::open().await;
    desk.write("ana@example.org").await;
    desk.memory.with(|post_box| post_box.script.extend([busy(), busy()]));
    desk.later(TimeDelta::days(30)).await;
    desk.later(TimeDelta::minutes(7)).await;
    assert_eq!(desk.states().await, [("ana@example.org".to_owned(), LetterState::Waiting, 2)]);
    desk.later(TimeDelta::minutes(20)).await;
    assert_eq!(desk.states().await, [("ana@example.org".to_owned(), LetterState::Sent, 3)]);
}

#[tokio::test]
async fn a_retry_by_hand_begins_the_schedule_anew_and_keeps_the_attempts() {
    let desk = Desk::open().await;
    desk.memory.with(|post_box| post_box.unknown.insert("ana@example.org".to_owned()));
    desk.write("ana@example.org").await;
    desk.later(TimeDelta::zero()).await;
    desk.memory.with(|post_box| {
        post_box.unknown.clear();
        post_box.script.push_back(busy());
    });
    desk.office.clock.advance_to(desk.office.clock.now() + TimeDelta::days(30));
    let mut tx = desk.office.db.begin().await.unwrap();
    assert!(letters::retry(&mut tx, LetterId(1), desk.office.clock.now()).await.unwrap());
    tx.commit().await.unwrap();
    desk.later(TimeDelta::zero()).await;
    desk.later(TimeDelta::minutes(7)).await;
    let attempts = letters::attempts(&desk.office.db, LetterId(1)).await.unwrap();
    let outcomes: Vec<_> = attempts.iter().map(|attempt| attempt.outcome.as_str()).collect();
    assert_eq!(outcomes, ["refused", "put off", "accepted"]);
}

#[tokio::test]
async fn a_relay_that_is_away_costs_the_letters_that_were_not_tried_nothing() {
    let desk = Desk::open().await;
    desk.memory.with(|post_box| post_box.script.extend([away(), away(), away()]));
    for n in 0..25 {
        desk.write(&format!("n{n}@example.org")).await;
    }
    let done = deliver_letters(&desk.office).await.unwrap();
    assert_eq!((done.accepted, done.put_off), (0, 3));
    assert_eq!(done.away, [("memory".to_owned(), "connection refused".to_owned())]);
    desk.later(TimeDelta::minutes(2)).await;
    let sent = desk.states().await.into_iter().filter(|(_, state, _)| *state == LetterState::Sent);
    assert_eq!(sent.map(|(_, _, attempts)| attempts).collect::<Vec<_>>(), vec![1; 22]);
}

#[tokio::test]
async fn a_letter_claimed_by_one_that_died_goes_out_when_its_claim_has_run_out() {
    let desk = Desk::open().await;
    desk.write("ana@example.org").await;
    write_letters(&desk.office).await.unwrap();
    let now = desk.office.clock.now();
    let mut tx = desk.office.db.begin().await.unwrap();
    let claimed = letters::claim(&mut tx, &Domains::all(), 10, now, now + TimeDelta::minutes(10)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(claimed.len(), 1);
    desk.later(TimeDelta::minutes(9)).await;
    assert_eq!(desk.memory.with(|post_box| post_box.accepted.len()), 0);
    desk.later(TimeDelta::minutes(2)).await;
    assert_eq!(desk.states().await, [("ana@example.org".to_owned(), LetterState::Sent, 2)]);
}
