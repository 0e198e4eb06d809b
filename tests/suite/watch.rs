//! Silence is never success: the canary, and the sign of life to a watching service.

use std::sync::{Arc, Mutex};

use chrono::{NaiveTime, TimeDelta};
use ronda::domain::letters::letter::LetterState;
use ronda::domain::letters::notice::NoticeKind;
use ronda::domain::letters::retry::{AttemptReply, DialogueStage};
use ronda::mail::{Memory, Transport};
use ronda::net::ping;
use ronda::net::reach::PrivateHosts;
use ronda::office::letters::watch::{BeatWas, note_beat, send_canary, tell_watcher};
use ronda::store::letters;
use ronda::world::config::{Canary, Config, Ping, Secret, Watch};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::support::outbox::Outbox;
use crate::support::sink::certificates::{Fault, root_file, server};

/// A watching service: what it was asked, and what it answers from now on.
struct Watcher {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
    answer: Arc<Mutex<String>>,
}

impl Watcher {
    async fn open(fault: Fault) -> Watcher {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("https://localhost:{}/beat/secret?day=1", listener.local_addr().unwrap().port());
        let (asked, answer) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new("200 OK".to_owned())));
        let (heard, said) = (Arc::clone(&asked), Arc::clone(&answer));
        tokio::spawn(async move {
            while let Ok((tcp, _)) = listener.accept().await {
                let Ok(stream) = TlsAcceptor::from(server(fault)).accept(tcp).await else { continue };
                let mut stream = BufReader::new(stream);
                let mut head = String::new();
                while stream.read_line(&mut head).await.is_ok_and(|read| read > 2) {}
                heard.lock().unwrap().push(head);
                let said = said.lock().unwrap().clone();
                let answer = format!("HTTP/1.1 {said}\r\nlocation: https://localhost:1/\r\ncontent-length: 0\r\n\r\n");
                let _ = stream.write_all(if said.is_empty() { b"" } else { answer.as_bytes() }).await;
                let _ = stream.shutdown().await;
            }
        });
        Watcher { address, asked, answer }
    }

    fn times(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

struct Desk {
    outbox: Outbox,
    memory: Memory,
    watcher: Watcher,
}

impl Desk {
    /// At 09:00 UTC, with a canary at 06:00 in Madrid.
    async fn open() -> Desk {
        let (memory, watcher) = (Memory::default(), Watcher::open(Fault::None).await);
        let mut outbox = Outbox::open(Transport::Memory(memory.clone()), 1).await;
        let canary = Canary { at: NaiveTime::from_hms_opt(6, 0, 0).unwrap(), to: "us@office.example".to_owned() };
        let ping = Ping { address: Secret::new(&watcher.address), ca_file: Some(root_file()) };
        let mut config = Config::clone(&outbox.office.config);
        config.company.time_zone = ronda::domain::time::Zone::parse("Europe/Madrid").unwrap();
        config.watch = Watch { canary: Some(canary), ping: Some(ping) };
        outbox.office.config = Arc::new(config);
        Desk { outbox, memory, watcher }
    }

    /// What the daemon does each minute, here every ten.
    async fn beat(&self, was: BeatWas) -> bool {
        let office = &self.outbox.office;
        let began_at = office.clock.now();
        send_canary(office).await.unwrap();
        self.outbox.deliver().await;
        let told = tell_watcher(office).await.unwrap();
        note_beat(office, began_at, was).await.unwrap();
        office.clock.advance_to(began_at + TimeDelta::minutes(10));
        told
    }

    /// Good beats for so many hours; says after how many hours the watcher was told.
    async fn work(&self, hours: i32) -> Vec<i32> {
        let mut told = Vec::new();
        for beat in 0..hours * 6 {
            if self.beat(BeatWas::Good).await {
                told.push(beat / 6);
            }
        }
        told
    }
}

#[tokio::test]
async fn the_canary_goes_out_once_a_day_at_its_local_hour_by_the_way_of_all_letters() {
    let desk = Desk::open().await;
    desk.work(48).await;
    let sent: Vec<_> = desk.memory.with(|post_box| {
        post_box.accepted.iter().map(|sent| (sent.notice.clone(), sent.to.clone(), sent.subject.clone())).collect()
    });
    assert_eq!(sent.len(), 3, "{sent:?}");
    assert!(sent.iter().all(|(notice, to, _)| notice == "canary" && to == "us@office.example"));
    assert!(sent[2].2.contains("4 March 2026"), "{sent:?}");
    let at = letters::last_sent(&desk.outbox.office.db, NoticeKind::Canary).await.unwrap().unwrap();
    assert_eq!(at.to_rfc3339(), "2026-03-04T05:00:00+00:00");
}

#[tokio::test]
async fn a_sign_of_life_follows_a_whole_good_day_and_then_one_each_day() {
    let desk = Desk::open().await;
    assert_eq!(desk.work(72).await, [24, 44, 68], "a day after the start, then with each day's canary");
    assert_eq!(desk.watcher.times(), 3);
    let asked = desk.watcher.asked.lock().unwrap()[0].clone();
    assert!(asked.starts_with("GET /beat/secret?day=1 HTTP/1.1\r\n"), "{asked}");
    assert!(asked.to_ascii_lowercase().contains("\r\nhost: localhost:"), "{asked}");
}

#[tokio::test]
async fn one_troubled_beat_or_a_pause_and_the_watcher_hears_nothing_for_a_day() {
    for pause in [TimeDelta::zero(), TimeDelta::hours(2)] {
        let desk = Desk::open().await;
        assert!(desk.work(23).await.is_empty());
        let was = if pause.is_zero() { BeatWas::Troubled } else { BeatWas::Good };
        let clock = &desk.outbox.office.clock;
        clock.advance_to(clock.now() + pause);
        desk.beat(was).await;
        assert!(desk.work(23).await.is_empty());
        assert_eq!(desk.work(3).await.len(), 1);
    }
}

#[tokio::test]
async fn while_the_canary_or_any_letter_does_not_leave_the_watcher_hears_nothing() {
    let desk = Desk::open().await;
    desk.work(20).await;
    let away = AttemptReply::NoReply { step: DialogueStage::Session, said: "connection refused".to_owned() };
    desk.memory.with(|post_box| post_box.script.extend(vec![away; 500]));
    assert!(desk.work(30).await.is_empty());
    assert_eq!(desk.watcher.times(), 0);
    desk.memory.with(|post_box| post_box.script.clear());
    assert!(!desk.work(24).await.is_empty(), "and hears again when they do");
}

#[tokio::test]
async fn a_canary_that_nobody_takes_is_given_up_like_any_letter() {
    let desk = Desk::open().await;
    desk.memory.with(|post_box| post_box.unknown.insert("us@office.example".to_owned()));
    assert!(desk.work(30).await.is_empty());
    assert_eq!(desk.outbox.count(LetterState::Undelivered).await, 2);
    assert_eq!(desk.watcher.times(), 0);
}

#[tokio::test]
async fn only_a_2xx_from_the_address_itself_counts_and_no_redirect_is_followed() {
    let watcher = Watcher::open(Fault::None).await;
    let (roots, nobody) = (root_file(), PrivateHosts::default());
    for (answer, counts) in [
        ("200 OK", true),
        ("204 No Content", true),
        ("301 Moved Permanently", false),
        ("307 Temporary Redirect", false),
        ("404 Not Found", false),
        ("500 Internal Server Error", false),
        ("", false),
    ] {
        *watcher.answer.lock().unwrap() = answer.to_owned();
        let told = ping::all_is_well(&watcher.address, Some(&roots), &nobody).await;
        assert_eq!(told.is_ok(), counts, "{answer}: {told:?}");
        let said = told.map_or_else(|error| format!("{error:#}"), |()| String::new());
        assert!(!said.contains("secret"), "the address is not for logs: {said}");
    }
}

#[tokio::test]
async fn a_service_that_cannot_prove_who_it_is_is_told_nothing() {
    let (roots, nobody) = (root_file(), PrivateHosts::default());
    for fault in [Fault::WrongName, Fault::Expired, Fault::UnknownRoot] {
        let watcher = Watcher::open(fault).await;
        assert!(ping::all_is_well(&watcher.address, Some(&roots), &nobody).await.is_err(), "{fault:?}");
        assert_eq!(watcher.times(), 0, "{fault:?}");
    }
    let watcher = Watcher::open(Fault::None).await;
    assert!(ping::all_is_well(&watcher.address, None, &nobody).await.is_err(), "its root is not the machine's");
}
