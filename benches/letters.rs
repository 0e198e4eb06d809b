//! Letters a second into a local SMTP sink: one run of ours against lettre's own transport, which opens a
//! connection for each letter; the same bytes, the same sink, in turn.

#[path = "../tests/support/sink.rs"]
#[allow(dead_code, reason = "a bench needs only a good server")]
mod sink;

use std::time::Instant;

use lettre::address::Envelope;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use ronda::domain::retry::Outcome;
use ronda::mail::transport::Outgoing;
use ronda::mail::{PlainWire, Relay, RelayParts, Security, Transport};

use sink::{Manner, Sink};

const LETTERS: usize = 2_000;
const ROUNDS: usize = 3;

fn main() {
    // `cargo test --benches` only wants to know that it runs.
    let letters = if std::env::args().any(|argument| argument == "--bench") { LETTERS } else { 10 };
    let bytes = format!("Subject: hello\r\n\r\n{}", "A line of a letter like any other.\r\n".repeat(400));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let sink = Sink::open(Manner::Good).await;
        let (mut ours, mut theirs) = (0.0_f64, 0.0_f64);
        for _ in 0..ROUNDS {
            ours = ours.max(one_run(&sink, letters, bytes.as_bytes()).await);
            theirs = theirs.max(one_connection_each(&sink, letters, bytes.as_bytes()).await);
        }
        println!("one run of ours          {ours:>9.0} letters/s");
        println!("lettre, a connection each {theirs:>8.0} letters/s");
        println!("ratio                    {:>9.2}", ours / theirs);
    });
}

#[expect(clippy::cast_precision_loss, reason = "a few thousand letters")]
fn rate(letters: usize, began: Instant) -> f64 {
    letters as f64 / began.elapsed().as_secs_f64()
}

async fn one_run(sink: &Sink, letters: usize, bytes: &[u8]) -> f64 {
    let parts = RelayParts {
        host: sink.address.ip().to_string(),
        port: sink.address.port(),
        security: Security::Plain,
        login: None,
        timeout_s: 60,
        hello: Some("office.example".to_owned()),
        extra_roots: None,
        plain_wire: PlainWire::LoopbackOnly,
    };
    let transport = Transport::Smtp(Relay::new(parts).expect("a relay on this machine"));
    let mut run = transport.start();
    let letter = Outgoing {
        message_id: "1@office.example",
        notice: "visit-announced",
        from: "office@office.example",
        to: "ana@example.org",
        subject: "hello",
        made_at: "2026-03-18T06:30:00Z".parse().expect("a time"),
        attempt: 1,
        bytes,
    };
    let began = Instant::now();
    for _ in 0..letters {
        let answer = transport.send(&mut run, &letter).await;
        assert_eq!(answer.outcome(), Outcome::Accepted, "{answer:?}");
    }
    let rate = rate(letters, began);
    run.finish().await;
    rate
}

async fn one_connection_each(sink: &Sink, letters: usize, bytes: &[u8]) -> f64 {
    let transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(sink.address.ip().to_string())
        .port(sink.address.port())
        .build();
    let address = |text: &str| text.parse().expect("an address");
    let envelope =
        Envelope::new(Some(address("office@office.example")), vec![address("ana@example.org")]).expect("one recipient");
    let began = Instant::now();
    for _ in 0..letters {
        transport.send_raw(&envelope, bytes).await.expect("the sink takes everything");
    }
    rate(letters, began)
}
