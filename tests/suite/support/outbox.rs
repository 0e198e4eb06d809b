//! An office that does nothing but deliver, with letters made for it.

use chrono::TimeDelta;
use ronda::app;
use ronda::domain::Instant;
use ronda::domain::access::Actor;
use ronda::domain::contract::Purpose;
use ronda::domain::ids::LetterId;
use ronda::domain::language::Language;
use ronda::domain::letters::kept::KeptMessage;
use ronda::domain::letters::letter::{Letter, LetterState};
use ronda::domain::letters::notice::{Notice, Reader};
use ronda::domain::letters::owed::{LetterOwed, WrittenLetter};
use ronda::domain::people::ReaderRole;
use ronda::mail::{Transport, samples};
use ronda::office::clock::Clock;
use ronda::office::letters::deliver_letters::{DeliverOutcome, deliver_letters};
use ronda::office::{Acting, Office, Tools};
use ronda::store::letters::{self, LetterFilter};
use ronda::store::{Db, Tx};
use ronda::world::config::{Config, ConfigLocation, Environment};
use tokio::sync::OnceCell;

use super::sink::Kept;

pub struct Outbox {
    pub office: Acting,
    /// Goes with the office.
    _folder: tempfile::TempDir,
}

pub fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

/// What is read from files is the same for all.
static OFFICE: OnceCell<Office> = OnceCell::const_new();

async fn furnished() -> Office {
    let office = OFFICE.get_or_init(|| async {
        let folder = tempfile::tempdir().unwrap();
        let choice = ConfigLocation { dir: Some(folder.path().to_owned()), file: None };
        let config = Config::read(&choice, &Environment::of(&[])).unwrap();
        app::open(config, Clock::simulated(at("2026-03-02T09:00:00Z"), 1)).await.unwrap()
    });
    office.await.clone()
}

impl Outbox {
    /// In memory, if the machine has such a folder: power is not cut in these tests.
    pub async fn open(transport: Transport, seed: u64) -> Outbox {
        let folder = tempfile::tempdir_in("/dev/shm").unwrap_or_else(|_| tempfile::tempdir().unwrap());
        Outbox::open_in(folder, transport, seed).await
    }

    #[allow(dead_code, reason = "a bench uses it")]
    pub async fn open_on_disk(transport: Transport, seed: u64) -> Outbox {
        Outbox::open_in(tempfile::tempdir().unwrap(), transport, seed).await
    }

    async fn open_in(folder: tempfile::TempDir, transport: Transport, seed: u64) -> Outbox {
        let db = Db::open_sqlite(&folder.path().join("office.db")).await.unwrap();
        let clock = Clock::simulated(at("2026-03-02T09:00:00Z"), seed);
        let known = furnished().await;
        let tools = Tools { clock, ..known.tools.clone() };
        let office = Office { db, tools, transport, ..known };
        let tester = Actor::User { name: "tester".to_owned(), runs_as: None, says: None };
        Outbox { office: office.acting(tester), _folder: folder }
    }

    /// Puts a letter to each address into the outbox.
    pub async fn write(&self, to: impl IntoIterator<Item = String>) {
        let now = self.office.clock.now();
        let mut tx = self.office.db.begin().await.unwrap();
        for to in to {
            put_made(&mut tx, &made_for(&to), now).await;
        }
        tx.commit().await.unwrap();
    }

    pub async fn deliver(&self) -> DeliverOutcome {
        deliver_letters(&self.office).await.unwrap()
    }

    pub async fn deliver_after(&self, span: TimeDelta) -> DeliverOutcome {
        self.office.clock.advance_to(self.office.clock.now() + span);
        self.deliver().await
    }

    /// Letters in the order in which they were written.
    pub async fn letters(&self) -> Vec<Letter> {
        let filter = LetterFilter { most: 100_000, ..LetterFilter::default() };
        let mut rows = letters::list(&self.office.db, &filter).await.unwrap();
        rows.reverse();
        rows
    }

    pub async fn count(&self, state: LetterState) -> usize {
        self.letters().await.iter().filter(|letter| letter.state == state).count()
    }

    /// What must hold at every moment, whatever the server did. Says what does not.
    pub async fn mistakes(&self, written: usize, accepted: &[Kept]) -> Vec<String> {
        let letters = self.letters().await;
        let mut mistakes = Vec::new();
        if letters.len() != written {
            mistakes.push(format!("{written} letters were written, {} are there", letters.len()));
        }
        for row in letters {
            let copies: Vec<&Kept> = accepted.iter().filter(|kept| kept.to == row.to).collect();
            let bytes = letters::get(&self.office.db, row.letter).await.unwrap().unwrap().message.rest;
            if row.state == LetterState::Sent && copies.is_empty() {
                mistakes.push(format!("{} is shown as sent, and no server accepted it", row.letter));
            }
            if copies.iter().any(|kept| kept.bytes != bytes) {
                mistakes.push(format!("{} arrived with other bytes than the outbox holds", row.letter));
            }
            // The last copy is the one that ended it; each one before must be one that we could not know of.
            let known = copies.iter().rev().skip(1).filter(|kept| kept.heard).count();
            if known > 0 {
                mistakes.push(format!("{} was sent again after we heard that it had arrived", row.letter));
            }
            if row.state == LetterState::Waiting && copies.iter().any(|kept| kept.heard) {
                mistakes.push(format!("{} waits, and we heard that it had arrived", row.letter));
            }
        }
        mistakes
    }

    /// Lets time pass until nothing waits, or six days.
    pub async fn settle(&self) {
        for _ in 0..48 {
            if self.count(LetterState::Waiting).await == 0 {
                return;
            }
            self.deliver_after(TimeDelta::hours(3)).await;
        }
    }
}

/// Puts a letter into the outbox with its bytes, as one that was written before. Says its number if it is new.
pub async fn put_written(tx: &mut Tx, owed: &LetterOwed, written: &WrittenLetter, now: Instant) -> Option<LetterId> {
    let letter = letters::owed::put(tx, owed, now, now).await.unwrap()?;
    let kept = KeptMessage::whole(written.bytes.clone());
    assert!(letters::owed::write(tx, letter, &written.subject, &kept).await.unwrap());
    Some(letter)
}

pub async fn put_made(tx: &mut Tx, (owed, written): &(LetterOwed, WrittenLetter), now: Instant) {
    put_written(tx, owed, written, now).await;
}

/// A letter with lines that begin with dots, as they come in real ones.
pub fn made_for(to: &str) -> (LetterOwed, WrittenLetter) {
    let reader = Reader {
        name: String::new(),
        email: to.to_owned(),
        language: Language::En,
        role: ReaderRole::Customer(to.to_owned()),
    };
    let body = ".hidden\r\n..\r\n.\r\nThe pump hums.\r\n".repeat(20);
    let text = format!("From: office@office.example\r\nTo: {to}\r\nSubject: hello\r\n\r\n{body}to {to}\r\n");
    let notice = Notice::VisitAnnounced { visit: samples::visit(Purpose::Inspection) };
    let owed = LetterOwed::new(format!("hello/{to}"), format!("{to}.office.example"), reader, notice);
    let written = WrittenLetter { subject: "hello".to_owned(), bytes: text.into_bytes() };
    (LetterOwed { visit: None, ..owed }, written)
}
