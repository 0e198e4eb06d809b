//! `kill -9` of `ronda serve` at a hundred random moments of a demo day loses nothing and doubles nothing (R2, R3).
//!
//! The same day goes by twice, from copies of one folder: once with a hundred deaths of the real binary, which mails
//! to a real SMTP server, and once in peace. Both must have written the same letters.
//!
//! `RONDA_SEED=7 cargo test --test kill` kills at other moments.

mod daemon;
mod day;
#[path = "../suite/support/sink/mod.rs"]
#[expect(dead_code, reason = "this server is a good one")]
mod sink;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use chrono::TimeDelta;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use ronda::domain::Instant;
use ronda::office::Office;
use ronda::office::documents::sha256;

use daemon::{Daemon, simulated};
use day::{Errand, at_work, in_peace, open, prepare, write_config};
use sink::{Manner, Sink};
use tempfile::TempDir;

const KILLS: u32 = 100;

/// The longest that the office may take to put everything right afterwards.
const PEACE_WITHIN: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_a_hundred_times_it_loses_nothing_and_doubles_nothing() {
    let seed = std::env::var("RONDA_SEED").map_or(1, |seed| seed.parse().expect("RONDA_SEED is a number"));
    println!("seed {seed}");
    let (killed, peaceful) = (folder(), folder());
    let sink = Sink::open(Manner::Good).await;
    write_config(killed.path(), sink.address);
    let begin = prepare(killed.path()).await;
    copy(killed.path(), peaceful.path());

    let (mut now, errands) = live_and_die(killed.path(), begin, seed).await;
    println!("killed for the last time at {now}, {} records handed in", errands.len());
    now = in_quiet(killed.path(), now).await;
    println!("nothing is due at {now}");
    let office = open(killed.path(), now).await;
    nothing_is_torn(&office, killed.path()).await;
    every_letter_left_once(&office, &sink, begin).await;
    everything_is_done(&office).await;
    let with_kills = letters(&office).await;

    let quiet = in_peace(peaceful.path(), begin, now, &errands).await;
    let without = letters(&quiet).await;
    // A record that comes after its report was due makes a report that is late at birth: it is flagged unless it is filed
    // before the next look at it, and a death in between decides that.
    let differ: Vec<_> = with_kills
        .symmetric_difference(&without)
        .filter(|key| !(key.starts_with("deadline-flagged/report/") && with_kills.contains(*key)))
        .collect();
    assert_eq!(differ, Vec::<&String>::new(), "these letters were written in one of both days alone");
    assert!(with_kills.len() > 100 && errands.len() > 10, "hardly anything happened");
}

/// On a RAM disk where there is one: what is synced is not what is tested here.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap()
}

/// A hundred lives of the daemon. Between some of them somebody hands in a record. Returns when it ended, and what
/// was handed in when.
async fn live_and_die(folder: &Path, begin: Instant, seed: u64) -> (Instant, Vec<(Instant, Errand)>) {
    let mut dice = ChaCha8Rng::seed_from_u64(seed);
    let (mut now, mut errands) = (begin, Vec::new());
    for life in 0..KILLS {
        let mut daemon = Daemon::start(folder, now);
        if dice.next_u32() % 2 == 0 {
            daemon.opened().await;
        }
        tokio::time::sleep(Duration::from_millis(u64::from(30 + dice.next_u32() % 570))).await;
        now += simulated(daemon.kill().await);
        if life % 3 == 1 {
            let office = open(folder, now).await;
            errands.extend(at_work(&office, begin, errands.len()).await.map(|errand| (now, errand)));
            office.db.close().await;
        }
    }
    (now, errands)
}

/// Lets the daemon live until nothing is due, and ends it politely.
async fn in_quiet(folder: &Path, from: Instant) -> Instant {
    let mut daemon = Daemon::start(folder, from);
    daemon.opened().await;
    let looked = open(folder, from).await;
    let begin = std::time::Instant::now();
    loop {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let (waiting,): (i64,) =
            looked.db.read("select count(*) from letter where state = 'waiting'").one().await.unwrap();
        let (unreported,): (i64,) =
            looked.db.read("select count(*) from record where not reported").one().await.unwrap();
        // Half an hour of the office's: the claims of those who died have run out by then.
        if waiting == 0 && unreported == 0 && simulated(begin.elapsed()) > TimeDelta::minutes(30) {
            break;
        }
        assert!(
            begin.elapsed() < PEACE_WITHIN,
            "{waiting} letters and {unreported} records still wait:\n{}",
            daemon.log()
        );
    }
    looked.db.close().await;
    from + simulated(daemon.stop().await)
}

async fn nothing_is_torn(office: &Office, folder: &Path) {
    let (verdict,): (String,) = office.db.read("pragma integrity_check").one().await.unwrap();
    assert_eq!(verdict, "ok");
    let orphans: Vec<(String, Option<i64>, String, i64)> =
        office.db.read("pragma foreign_key_check").all().await.unwrap();
    assert_eq!(orphans, []);
    let reports: Vec<(i64, String)> = office.db.read("select visit_id, sha256 from report").all().await.unwrap();
    for (visit, hash) in reports {
        let pdf = office.documents.get(&hash).await.unwrap_or_else(|why| panic!("the report of V{visit}: {why:#}"));
        assert!(
            pdf.starts_with(b"%PDF-") && pdf.trim_ascii_end().ends_with(b"%%EOF"),
            "the report of V{visit} is torn"
        );
    }
    for file in files(&folder.join("documents")) {
        let name = file.file_name().unwrap().to_str().unwrap();
        if !name.ends_with(".tmp") {
            assert_eq!(sha256(&std::fs::read(&file).unwrap()), name, "a document is not what its name says");
        }
    }
}

/// Sent is what the server has; what it has twice is the same to the byte. Letters from before the day had another server.
async fn every_letter_left_once(office: &Office, sink: &Sink, begin: Instant) {
    let mut taken: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut times = 0;
    for kept in sink.accepted.lock().unwrap().iter() {
        let bytes = &kept.bytes;
        taken.entry(message_id(bytes)).or_default().insert(sha256(bytes));
        times += 1;
    }
    for (message_id, bodies) in &taken {
        assert_eq!(bodies.len(), 1, "{message_id} came again with other bytes");
    }
    let repeats = times - taken.len();
    println!("{times} letters taken, {repeats} of them again");
    assert!(repeats <= KILLS as usize, "{repeats} letters came twice, which takes a death each");
    let letters: Vec<(String, String, String)> = office
        .db
        .read("select message_id, state, key from letter where created_at >= $1")
        .bind(begin)
        .all()
        .await
        .unwrap();
    // What became untrue between a death and the next life, or was told by a later letter, has never left.
    let (sent, withdrawn): (Vec<_>, Vec<_>) = letters.iter().partition(|(_, state, _)| state == "sent");
    for (message_id, _, key) in &sent {
        assert!(taken.contains_key(message_id), "{key} counts as sent, and the server has not got it");
    }
    for (message_id, state, key) in &withdrawn {
        assert_eq!(state, "cancelled", "{key} is owed still");
        assert!(!taken.contains_key(message_id), "{key} counts as withdrawn, and the server has got it");
    }
    println!("{} letters were withdrawn before they left", withdrawn.len());
    assert_eq!(sent.len(), taken.len(), "the server has letters that nobody wrote");
}

async fn everything_is_done(office: &Office) {
    for (rule, sql) in [
        (
            "a record has no report",
            "select visit_id from record where not reported or visit_id not in (select visit_id from report)",
        ),
        (
            "a report that everybody has is not filed",
            "select visit_id from report where visit_id not in (select visit_id from filing)",
        ),
        (
            "a filed report counts as owed",
            "select visit_id from deadline where owed = 'report' and met_at is null
               and visit_id in (select visit_id from filing)",
        ),
        (
            "a level is flagged twice",
            "select deadline_id from flag where withdrawn_at is null group by deadline_id, level having count(*) > 1",
        ),
        ("a visit was drawn twice", "select visit_id from report group by visit_id having count(*) > 1"),
        ("a slot has two visits", "select slot_id from visit group by slot_id having count(*) > 1"),
    ] {
        let found: Vec<(i64,)> = office.db.read(sql).all().await.unwrap();
        assert_eq!(found, [], "{rule}");
    }
}

async fn letters(office: &Office) -> BTreeSet<String> {
    let keys: Vec<(String,)> = office.db.read("select key from letter").all().await.unwrap();
    keys.into_iter().map(|(key,)| key).collect()
}

fn message_id(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let line =
        text.lines().find(|line| line.to_ascii_lowercase().starts_with("message-id:")).expect("every letter has one");
    line.split(['<', '>']).nth(1).expect("in angle brackets").to_owned()
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            std::fs::create_dir_all(&target).unwrap();
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}
