//! Letters a second into a local SMTP sink, which is a process of its own:
//!
//! - one run of ours against lettre's own transport, which opens a connection for each letter; the same bytes;
//! - a burst of 10,000 letters out of the outbox, each claimed, sent, and settled durably, with the memory it takes.

#[path = "../tests/suite/support/outbox.rs"]
#[allow(dead_code, reason = "a bench needs its part")]
mod outbox;
#[path = "../tests/suite/support/sink/mod.rs"]
#[allow(dead_code, reason = "a bench needs only a good server")]
mod sink;

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use lettre::address::Envelope;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use ronda::domain::letters::retry::AttemptOutcome;
use ronda::mail::transport::{NextHop, Outgoing};
use ronda::mail::{PlainWire, Relay, RelayParts, Security, Transport};

use outbox::{Outbox, made_for, put_made};
use sink::{Manner, Sink};

const LETTERS: usize = 2_000;
const BURST: usize = 10_000;
const ROUNDS: usize = 3;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    if std::env::args().any(|argument| argument == "--sink") {
        return runtime.block_on(be_the_sink());
    }
    // `cargo test --benches` only wants to know that it runs.
    let is_bench = std::env::args().any(|argument| argument == "--bench");
    let (letters, burst) = if is_bench { (LETTERS, BURST) } else { (10, 30) };
    let (mut child, address) = start_sink();
    runtime.block_on(async {
        let (mut ours, mut theirs) = (0.0_f64, 0.0_f64);
        for _ in 0..ROUNDS {
            ours = ours.max(one_run(address, letters).await);
            theirs = theirs.max(one_connection_each(address, letters).await);
        }
        println!("one run of ours           {ours:>8.0} letters/s");
        println!("lettre, a connection each {theirs:>8.0} letters/s   ratio {:.2}", ours / theirs);
        let outbox = Outbox::open_on_disk(Transport::relay(relay(address)), 1).await;
        let (rate, first) = out_of_the_outbox(&outbox, "one", burst).await;
        // By now the store's own page cache is full; what grows from here on grows with the letters.
        let (_, second) = out_of_the_outbox(&outbox, "two", burst).await;
        println!("{burst} out of the outbox   {rate:>8.0} letters/s   ratio {:.2}", rate / theirs);
        println!("peak memory               {first:>8} KiB, and {second} KiB with {burst} letters more");
    });
    child.kill().expect("the sink is ours to end");
    child.wait().expect("it ends");
}

/// The other process: says where it listens, and takes letters without keeping them.
async fn be_the_sink() {
    let sink = Sink::open(Manner::Good).await;
    println!("{}", sink.address);
    let mut tick = tokio::time::interval(Duration::from_millis(20));
    loop {
        tick.tick().await;
        sink.accepted.lock().expect("no panic under this lock").iter_mut().for_each(|kept| kept.bytes = Vec::new());
    }
}

fn start_sink() -> (Child, SocketAddr) {
    let this = std::env::current_exe().expect("a bench has a file");
    let child = Command::new(this).arg("--sink").stdout(Stdio::piped()).spawn();
    let mut child = child.expect("the sink starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("it is piped")).read_line(&mut line).expect("it says its address");
    (child, line.trim().parse().expect("an address"))
}

fn bytes() -> Vec<u8> {
    format!("Subject: hello\r\n\r\n{}", "A line of a letter like any other.\r\n".repeat(400)).into_bytes()
}

#[expect(clippy::cast_precision_loss, reason = "some thousand letters")]
fn rate(letters: usize, began: Instant) -> f64 {
    letters as f64 / began.elapsed().as_secs_f64()
}

fn relay(address: SocketAddr) -> Relay {
    Relay::new(RelayParts {
        host: address.ip().to_string(),
        port: address.port(),
        security: Security::Plain,
        login: None,
        within: Duration::from_secs(60),
        hello: Some("office.example".to_owned()),
        extra_roots: None,
        plain_wire: PlainWire::LoopbackOnly,
    })
    .expect("a relay on this machine")
}

async fn one_run(address: SocketAddr, letters: usize) -> f64 {
    let (hop, bytes) = (NextHop::Relay(relay(address)), bytes());
    let mut run = hop.start().await;
    let letter = Outgoing {
        message_id: "1@office.example",
        notice: "visit-announced",
        from: "office@office.example",
        to: "ana@example.org",
        subject: "hello",
        made_at: "2026-03-18T06:30:00Z".parse().expect("a time"),
        attempt: 1,
        bytes: &bytes,
    };
    let began = Instant::now();
    for _ in 0..letters {
        let answer = hop.send(&mut run, &letter).await;
        assert_eq!(answer.outcome(), AttemptOutcome::Accepted, "{answer:?}");
    }
    let rate = rate(letters, began);
    run.finish().await;
    rate
}

async fn one_connection_each(address: SocketAddr, letters: usize) -> f64 {
    let transport =
        AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(address.ip().to_string()).port(address.port()).build();
    let parsed = |text: &str| text.parse().expect("an address");
    let envelope =
        Envelope::new(Some(parsed("office@office.example")), vec![parsed("ana@example.org")]).expect("one recipient");
    let bytes = bytes();
    let began = Instant::now();
    for _ in 0..letters {
        transport.send_raw(&envelope, &bytes).await.expect("the sink takes everything");
    }
    rate(letters, began)
}

/// Letters a second, and the most memory that was in use meanwhile, in KiB.
async fn out_of_the_outbox(outbox: &Outbox, to: &str, letters: usize) -> (f64, u64) {
    let now = outbox.office.clock.now();
    let bytes = bytes();
    for page in (0..letters).collect::<Vec<_>>().chunks(500) {
        let mut tx = outbox.office.db.begin().await.expect("the store is there");
        for n in page {
            let (owed, mut written) = made_for(&format!("{to}{n}@example.org"));
            written.bytes.clone_from(&bytes);
            put_made(&mut tx, &(owed, written), now).await;
        }
        tx.commit().await.expect("the store takes it");
    }
    std::fs::write("/proc/self/clear_refs", "5").expect("the peak can be set back");
    let began = Instant::now();
    let done = outbox.deliver().await;
    let rate = rate(letters, began);
    assert_eq!(done.accepted as usize, letters, "{done:?}");
    (rate, peak_memory())
}

/// The most memory in use since it was set back, in KiB.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("it is there");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}
