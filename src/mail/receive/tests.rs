use std::time::Duration;

use proptest::prelude::*;

use super::*;
use domain::letters::received::DeliveryAction;
use domain::letters::reply::{Participation, Reply};

macro_rules! samples {
    ($($name:literal),+) => {
        [$(($name, include_bytes!(concat!("../../../tests/data/mail/", $name, ".eml")).as_slice())),+]
    };
}

const SAMPLES: [(&str, &[u8]); 11] = samples![
    "dsn-postfix",
    "dsn-postfix-delayed",
    "dsn-exim",
    "dsn-exchange",
    "dsn-gmail",
    "reply-outlook",
    "counter-outlook",
    "reply-google",
    "reply-apple",
    "vacation",
    "ordinary"
];

const LETTER: &str = "3fa1c0ffee9b1d2e4f60718293a4b5c6d7e8f901@norte.example";

fn sample(name: &str) -> &'static [u8] {
    SAMPLES.iter().find(|(found, _)| *found == name).unwrap().1
}

fn replies(name: &str) -> Vec<Reply> {
    match read(sample(name)).unwrap().is {
        MessageKind::Reply(replies) => replies,
        other => panic!("{name} is {other:?}"),
    }
}

#[test]
fn a_reply_is_read_as_outlook_google_and_apple_write_it() {
    let reply = |answer, comment: &str| Reply {
        uid: "V1042-9f2c6a01b3d45e77@norte.example".to_owned(),
        attendee: "ana@terminal.example".to_owned(),
        sequence: 2,
        answer,
        comment: Some(comment.to_owned()),
        answered_at: Some("2026-03-05T10:15:00Z".parse().unwrap()),
    };
    let audit = "Ese día hay una auditoría; ¿el jueves 19, por la mañana?";
    assert_eq!(replies("reply-outlook"), [reply(Participation::Declined, audit)]);
    assert_eq!(replies("reply-google"), [reply(Participation::Accepted, "De acuerdo, pregunten por Rosa; planta 2")]);
    assert_eq!(replies("reply-apple"), [reply(Participation::Tentative, "还不确定，明天回复")]);
    let moved = "→ 2026-03-19 10:00 Romance Standard Time";
    assert_eq!(replies("counter-outlook"), [reply(Participation::Declined, moved)]);
}

#[test]
fn a_status_is_read_as_postfix_exim_exchange_and_gmail_write_it() {
    let cases = [
        ("dsn-postfix", DeliveryAction::Failed, "5.1.1 550 5.1.1 <ana@terminal.example>: Recipient address rejected"),
        ("dsn-exim", DeliveryAction::Failed, "5.0.0 552 5.2.2 Mailbox full"),
        ("dsn-exchange", DeliveryAction::Failed, "5.1.10 550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient"),
        ("dsn-gmail", DeliveryAction::Failed, "5.1.1 550-5.1.1 The email account that you tried to reach"),
        ("dsn-postfix-delayed", DeliveryAction::Delayed, "4.4.1 connect to mail.terminal.example[198.51.100.7]:25"),
    ];
    for (name, action, said) in cases {
        let MessageKind::Status(status) = read(sample(name)).unwrap().is else { panic!("{name} is no status") };
        assert_eq!(status.original.as_deref(), Some(LETTER), "{name}");
        assert_eq!(status.recipients.len(), 1, "{name}");
        let recipient = &status.recipients[0];
        assert_eq!(recipient.addresses, ["ana@terminal.example"], "{name}");
        assert_eq!(recipient.action, action, "{name}");
        assert!(recipient.said.starts_with(said), "{name}: {}", recipient.said);
        let arrived = status.arrived_at.map(|at| at.to_rfc3339());
        assert_eq!(arrived.is_some(), name != "dsn-exim", "{name} tells when it took the letter");
        assert!(arrived.is_none_or(|at| at.starts_with("2026-03-17T08:1")), "{name}");
    }
}

#[test]
fn a_machines_answer_is_told_from_a_persons() {
    assert_eq!(read(sample("vacation")).unwrap().is, MessageKind::Automatic);
    let ordinary = read(sample("ordinary")).unwrap();
    assert_eq!((ordinary.is, ordinary.answers), (MessageKind::Ordinary, vec![LETTER.to_owned()]));
    for header in [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated; x=y",
        "Precedence: Bulk",
        "Precedence: auto_reply",
        "X-Loop: office@x.example",
        "X-Autoreply: yes",
        "Return-Path: <>",
        "Return-Path: < >",
        "List-Id: <list.x.example>",
    ] {
        let message = format!("{header}\r\nFrom: a@b.example\r\nSubject: x\r\n\r\nhello\r\n");
        assert_eq!(read(message.as_bytes()).unwrap().is, MessageKind::Automatic, "{header}");
    }
    for header in ["Auto-Submitted: no", "Precedence: first-class", "Return-Path: <a@b.example>"] {
        let message = format!("{header}\r\nFrom: a@b.example\r\n\r\nhello\r\n");
        assert_eq!(read(message.as_bytes()).unwrap().is, MessageKind::Ordinary, "{header}");
    }
    let daemon = b"From: MAILER-DAEMON@b.example (Mail Delivery System)\n\nsomething failed\n";
    assert_eq!(read(daemon).unwrap().is, MessageKind::Automatic);
}

#[test]
fn an_answer_of_several_attendees_is_the_writers() {
    let message = |from: &str| {
        format!(
            "From: {from}\nContent-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:u\n\
             ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:eve@b.example\nATTENDEE;PARTSTAT=ACCEPTED:mailto:a%2Bx@b.example\n\
             END:VEVENT\nEND:VCALENDAR\n"
        )
    };
    let MessageKind::Reply(replies) = read(message("A+X@b.example").as_bytes()).unwrap().is else { panic!("a reply") };
    assert_eq!((replies[0].attendee.as_str(), replies[0].sequence), ("a+x@b.example", 0));
    assert_eq!(read(message("else@b.example").as_bytes()).unwrap().is, MessageKind::Reply(Vec::new()));
}

#[test]
fn a_request_or_a_published_calendar_is_no_answer() {
    for method in ["REQUEST", "PUBLISH", "CANCEL", "REFRESH"] {
        let text = String::from_utf8(sample("reply-google").to_vec()).unwrap();
        let text = text.replace("METHOD:REPLY", &format!("METHOD:{method}"));
        let attached = text.find("--000000000000b2a1b9061299a1f5\r\nContent-Type: application/ics").unwrap();
        assert_eq!(read(&text.as_bytes()[..attached]).unwrap().is, MessageKind::Automatic, "{method}");
    }
}

#[test]
fn what_goes_beyond_a_bound_says_which() {
    let nested = |levels: usize| {
        let mut message = String::from("From: a@b.example\n");
        for n in 0..levels {
            message.push_str(&format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n"));
        }
        message
    };
    let many =
        |parts: usize| format!("Content-Type: multipart/mixed; boundary=b\n\n{}--b--\n", "--b\n\nx\n".repeat(parts));
    let headers = (0..100_000).map(|n| format!("X-{n}: y\n")).collect::<String>();
    let cases: [(Vec<u8>, Unreadable); 8] = [
        (Vec::new(), Unreadable::Empty),
        (b" \r\n\r\n".to_vec(), Unreadable::Empty),
        (vec![b'a'; LARGEST_MESSAGE + 1], Unreadable::TooLarge),
        (headers.into_bytes(), Unreadable::LongHeaders(256 * 1024)),
        (vec![b'x'; 1024 * 1024], Unreadable::LongHeaders(256 * 1024)),
        (nested(1000).into_bytes(), Unreadable::Deep(10)),
        (many(100_000).into_bytes(), Unreadable::ManyParts(200)),
        (b"\r\nno head at all\r\n".to_vec(), Unreadable::NoHeaders),
    ];
    for (message, why) in cases {
        let shown = String::from_utf8_lossy(&message[..message.len().min(60)]).into_owned();
        assert_eq!(read(&message), Err(why), "{shown}");
    }
    assert_eq!(read(many(150).as_bytes()).unwrap().is, MessageKind::Ordinary);
    assert_eq!(read(nested(9).as_bytes()).unwrap().is, MessageKind::Ordinary);
}

/// The largest permitted messages, in the shapes that are most expensive to parse.
#[test]
fn the_largest_message_is_read_in_seconds() {
    let inside = "Content-Type: message/rfc822\n\n".repeat(LARGEST_MESSAGE / 40);
    let head = "From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n";
    let shapes = [
        format!("{head}{}", "--b".repeat(LARGEST_MESSAGE / 4)),
        format!("{head}{}", "--bc\n".repeat(LARGEST_MESSAGE / 6)),
        format!("{head}--b\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{inside}"),
        format!("From: a@b.example\n{inside}"),
        format!(
            "From: a@b.example\nContent-Type: text/calendar; method=REPLY\n\n{}",
            "BEGIN:VEVENT\n ".repeat(1 << 20)
        ),
        format!("From: a@b.example\nContent-Type: text/calendar\n\nMETHOD:REPLY\n{}", "BEGIN:VEVENT\n".repeat(70_000)),
    ];
    let started = std::time::Instant::now();
    for shape in shapes {
        assert!(shape.len() <= LARGEST_MESSAGE, "{}", shape.len());
        let _ = read(shape.as_bytes());
    }
    assert!(started.elapsed() < Duration::from_secs(60), "{:?}", started.elapsed());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Real messages with bytes changed, cut, duplicated and inserted: parsing is deterministic and never panics (R14).
    #[test]
    fn r14_a_mutated_message_has_an_outcome(
        which in 0..SAMPLES.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0..6_u8, any::<u8>(), 1..200_usize), 1..12),
    ) {
        let mut bytes = SAMPLES[which].1.to_vec();
        for (place, what, byte, length) in changes {
            if bytes.is_empty() {
                break;
            }
            let at = place.index(bytes.len());
            let end = (at + length).min(bytes.len());
            match what {
                0 => bytes[at] = byte,
                1 => bytes.truncate(at),
                2 => { bytes.drain(at..end); }
                3 => { let copy = bytes[at..end].to_vec(); bytes.splice(at..at, copy); }
                4 => { bytes.splice(at..at, std::iter::repeat_n(byte, length)); }
                _ => { bytes.splice(at..end, *b"=?utf-8?b?\xff\xfe;boundary=\"\"\r\n\r\n--"); }
            }
        }
        let first = sort(&bytes);
        prop_assert!(first == sort(&bytes));
    }

    #[test]
    fn r14_no_bytes_at_all_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let _ = sort(&bytes);
    }
}
