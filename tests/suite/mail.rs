//! Letters over SMTP to servers that behave, and to servers that do not (R3, R4).

use std::time::{Duration, Instant};

use ronda::domain::letters::circuit::RelayVerdict;
use ronda::domain::letters::retry::{AttemptOutcome, AttemptReply};
use ronda::mail::transport::{NextHop, Outgoing};
use ronda::mail::{Relay, RelayParts, Security};

use crate::support::sink::{Manner, Sink};

const BYTES: &[u8] = b"Subject: hello\r\n\r\nOne\r\n.two\r\n..three\r\n";

const WITHIN: Duration = Duration::from_secs(1);

fn letter(to: &str) -> Outgoing<'_> {
    Outgoing {
        message_id: "1@office.example",
        notice: "visit-announced",
        from: "office@office.example",
        to,
        subject: "hello",
        made_at: "2026-03-18T06:30:00Z".parse().unwrap(),
        attempt: 1,
        bytes: BYTES,
    }
}

/// Sends `n` letters in one run.
async fn send(sink: &Sink, n: usize) -> Vec<AttemptReply> {
    let hop = NextHop::Relay(sink.relay(WITHIN));
    let mut run = hop.start().await;
    let mut answers = Vec::new();
    for _ in 0..n {
        answers.push(hop.send(&mut run, &letter("ana@example.org")).await);
    }
    run.finish().await;
    answers
}

fn accepted(answers: &[AttemptReply]) -> usize {
    answers.iter().filter(|answer| answer.outcome() == AttemptOutcome::Accepted).count()
}

#[tokio::test]
async fn a_run_uses_one_connection_and_the_bytes_arrive_as_they_were() {
    let sink = Sink::open(Manner::Good).await;
    assert_eq!(accepted(&send(&sink, 50).await), 50);
    assert_eq!(*sink.connections.lock().unwrap(), 1);
    let kept = sink.accepted.lock().unwrap();
    assert_eq!(kept.len(), 50);
    assert!(kept.iter().all(|kept| kept.to == "ana@example.org" && kept.bytes == BYTES));
}

#[tokio::test]
async fn r3_nothing_is_sent_that_the_server_did_not_accept() {
    use Manner::*;
    let manners = [
        Greets(421),
        Greets(554),
        Ehlo(502),
        Ehlo(421),
        Mail(421),
        Mail(450),
        Mail(530),
        Mail(550),
        Rcpt(450),
        Rcpt(451),
        Rcpt(452),
        Rcpt(550),
        Rcpt(553),
        Data(250),
        Data(451),
        Data(554),
        Dot(354),
        Dot(451),
        Dot(452),
        Dot(552),
        Dot(251),
        DropsAtData,
        DropsAfterDot,
        KeepsAndDrops,
        LateByOne,
        EndlessLine,
        Garbage,
    ];
    for manner in manners {
        let sink = Sink::open(manner).await;
        let answers = send(&sink, 2).await;
        assert_eq!(accepted(&answers), 0, "{manner:?}: {answers:?}");
    }
}

#[tokio::test]
async fn a_letter_is_given_up_at_once_only_where_the_server_refuses_that_letter() {
    use Manner::*;
    for (manner, outcome) in [
        (Mail(550), AttemptOutcome::Refused),
        (Rcpt(550), AttemptOutcome::Refused),
        (Data(554), AttemptOutcome::Refused),
        (Dot(552), AttemptOutcome::Refused),
        (Greets(554), AttemptOutcome::PutOff),
        (Mail(530), AttemptOutcome::PutOff),
        (Rcpt(450), AttemptOutcome::PutOff),
        (Dot(451), AttemptOutcome::PutOff),
        (DropsAfterDot, AttemptOutcome::PutOff),
        (LateByOne, AttemptOutcome::PutOff),
    ] {
        let sink = Sink::open(manner).await;
        let answers = send(&sink, 1).await;
        assert_eq!(answers[0].outcome(), outcome, "{manner:?}: {answers:?}");
    }
}

#[tokio::test]
async fn r4_a_silent_or_dripping_server_holds_nothing_up_for_longer_than_the_deadline() {
    use Manner::*;
    for manner in [SilentGreeting, SilentAfterMail, SilentAfterRcpt, SilentAfterData, SilentAfterDot, Drips] {
        let sink = Sink::open(manner).await;
        let began = Instant::now();
        let answers = send(&sink, 1).await;
        assert!(began.elapsed() < Duration::from_secs(4), "{manner:?} took {:?}", began.elapsed());
        assert_eq!(answers[0].outcome(), AttemptOutcome::PutOff, "{manner:?}");
        assert!(answers[0].said().contains("no answer within 1s"), "{manner:?}: {}", answers[0].said());
    }
}

#[tokio::test]
async fn a_connection_that_the_server_has_ended_between_letters_costs_no_letter_and_sends_none_twice() {
    for manner in [Manner::OneEach, Manner::IdleClose] {
        let sink = Sink::open(manner).await;
        let answers = send(&sink, 5).await;
        assert_eq!(accepted(&answers), 5, "{manner:?}: {answers:?}");
        assert_eq!(sink.accepted.lock().unwrap().len(), 5, "{manner:?}");
    }
}

#[tokio::test]
async fn a_refused_letter_does_not_stop_the_next_one() {
    let sink = Sink::open(Manner::RefusesSome).await;
    let hop = NextHop::Relay(sink.relay(WITHIN));
    let mut run = hop.start().await;
    for (to, outcome) in [
        ("ana@example.org", AttemptOutcome::Accepted),
        ("refused@example.org", AttemptOutcome::Refused),
        ("not an address", AttemptOutcome::Refused),
        ("josé@example.org", AttemptOutcome::Refused),
        ("luis@señal.example", AttemptOutcome::Accepted),
    ] {
        let answer = hop.send(&mut run, &letter(to)).await;
        assert_eq!(answer.outcome(), outcome, "{to}: {answer:?}");
    }
    let kept = sink.accepted.lock().unwrap();
    let to: Vec<_> = kept.iter().map(|kept| kept.to.as_str()).collect();
    assert_eq!(to, ["ana@example.org", "luis@xn--seal-hqa.example"]);
}

#[tokio::test]
async fn a_relay_that_does_not_offer_starttls_gets_no_letter() {
    let sink = Sink::open(Manner::Good).await;
    let parts = RelayParts { security: Security::StartTls, ..sink.relay_parts(WITHIN) };
    let hop = NextHop::Relay(Relay::new(parts).unwrap());
    let answer = hop.send(&mut hop.start().await, &letter("ana@example.org")).await;
    assert_eq!(answer.outcome(), AttemptOutcome::PutOff);
    assert!(answer.said().contains("STARTTLS") && RelayVerdict::of(&answer) == RelayVerdict::Fails, "{answer:?}");
    assert!(hop.check().await.is_err());
    assert!(sink.accepted.lock().unwrap().is_empty());
}

#[tokio::test]
async fn letters_go_over_tls_and_starttls_after_a_login_by_either_mechanism() {
    for security in [Security::Tls, Security::StartTls] {
        for manner in [Manner::Good, Manner::OnlyAuthLogin, Manner::ByteByByte] {
            let sink = Sink::open_secure(security, manner).await;
            NextHop::Relay(sink.relay(WITHIN)).check().await.unwrap();
            assert_eq!(accepted(&send(&sink, 3).await), 3, "{security:?} {manner:?}");
            assert!(sink.accepted.lock().unwrap().iter().all(|kept| kept.bytes == BYTES));
        }
    }
}

#[tokio::test]
async fn a_password_goes_to_nobody_who_cannot_prove_who_they_are() {
    use Manner::*;
    for (manner, why) in [
        (WrongName, "not valid for name"),
        (Expired, "expired"),
        (NotYetValid, "not valid yet"),
        (UnknownRoot, "UnknownIssuer"),
        (Auth(535), "so"),
        (NoAuth, "authentication"),
        (OnlyForeignAuth, "authentication"),
    ] {
        for security in [Security::Tls, Security::StartTls] {
            let sink = Sink::open_secure(security, manner).await;
            let answer = send(&sink, 1).await.remove(0);
            assert_eq!(answer.outcome(), AttemptOutcome::PutOff, "{security:?} {manner:?}: {answer:?}");
            assert_eq!(RelayVerdict::of(&answer), RelayVerdict::Fails, "{security:?} {manner:?}: {answer:?}");
            assert!(answer.said().contains(why), "{security:?} {manner:?}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn r3_words_said_before_the_encryption_do_not_pass_for_words_said_under_it() {
    let sink = Sink::open_secure(Security::StartTls, Manner::SpeaksAhead).await;
    let answers = send(&sink, 2).await;
    assert_eq!(accepted(&answers), 0, "{answers:?}");
    assert!(answers.iter().all(|answer| RelayVerdict::of(answer) == RelayVerdict::Fails), "{answers:?}");
}

#[tokio::test]
async fn a_relay_that_talks_without_end_is_cut_off_long_before_the_deadline() {
    for manner in [Manner::EndlessLine, Manner::EndlessGreeting] {
        let sink = Sink::open(manner).await;
        let hop = NextHop::Relay(sink.relay(Duration::from_secs(600)));
        let answer = hop.send(&mut hop.start().await, &letter("ana@example.org")).await;
        assert_eq!(answer.outcome(), AttemptOutcome::PutOff, "{manner:?}: {answer:?}");
        assert!(answer.said().contains("without end") || answer.said().contains("too large"), "{answer:?}");
    }
}
