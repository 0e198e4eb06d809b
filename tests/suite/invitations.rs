//! Invitations as messages: what a strict checker, another parser and mail clients need of them.

use std::io::Write;
use std::process::Command;

use mail_parser::{MessageParser, MimeHeaders};
use ronda::domain::contract::Purpose;
use ronda::domain::language::Language;
use ronda::domain::letters::notice::{Notice, Reader, VisitWords};
use ronda::domain::visits::invitation::{Certainty, Event, Invitation, Method, uid};

use crate::support::notices::{Composed, at, composed, composer};
use ronda::mail::samples::{customer, engineer, visit};

/// Texts that break what is careless: long without a space, wide, escaped, folded, forged.
const HOSTILE: [&str; 9] = [
    "Terminal 2",
    "北京首都国际机场三号航站楼行李处理系统检修通道与设备间及其附属设施综合维护保障中心（东区）北侧入口",
    "Nave 3; muelle 4, puerta 5\\6: \"la grande\"",
    "uno\r\ndos\nEND:VEVENT\r\nBEGIN:VALARM\r\ntres",
    "👩🏽‍🔧🏭🇪🇸👩🏽‍🔧🏭🇪🇸👩🏽‍🔧🏭🇪🇸👩🏽‍🔧🏭🇪🇸👩🏽‍🔧🏭🇪🇸",
    "a\u{0}b\u{7f}c\u{2028}d\u{202e}e\u{feff}f\tg",
    "^n^'^^;CN=x:mailto:eve@example.org",
    "ÑandúÑandúÑandúÑandúÑandúÑandúÑandúÑandúÑandúÑandúÑandúÑandúÑandúÑandúÑandúÑandúÑandúÑandú",
    "",
];

fn event(visit: VisitWords, sequence: u32) -> Event {
    Event {
        uid: uid(visit.id, "9f2c6a01b3d45e77@norte.example"),
        sequence,
        starts_at: at("2026-03-12T08:30:00Z"),
        ends_at: at("2026-03-12T11:00:00Z"),
        position: Some((43.301, -2.9106)),
        standing: Certainty::Confirmed,
        visit,
    }
}

fn words(purpose: Purpose, hostile: &str) -> VisitWords {
    let mut words = visit(purpose);
    if hostile != HOSTILE[0] {
        let text = || hostile.to_owned();
        words.site_name = text();
        words.address = text();
        words.customer = text();
        words.engineer = text();
        words.engineer_phone = text();
        words.equipment = vec![text(); 40];
        words.topics = vec![text(); 3];
    }
    words
}

/// Every notice that invites or takes an invitation back, as what it does so.
fn notices(words: &VisitWords, hostile: &str) -> Vec<(Notice, Method, u32)> {
    let moved = || Notice::VisitMoved { visit: words.clone(), was: ("2026-03-10".parse().unwrap(), words.starts) };
    let not_done = Notice::VisitNotDone { visit: words.clone(), reason: hostile.to_owned() };
    let cancelled =
        Notice::VisitCancelled { visit: words.clone(), reason: hostile.to_owned(), ended_on: None, rest_of: None };
    vec![
        (Notice::VisitAnnounced { visit: words.clone() }, Method::Request, 0),
        (moved(), Method::Request, 1),
        // To the engineer who loses it.
        (moved(), Method::Cancel, 1),
        (cancelled, Method::Cancel, 2),
        (not_done, Method::Cancel, 3),
    ]
}

/// All of them, in every language, of every purpose; inspections and trainings with every hostile text.
fn letters() -> Vec<(String, Method, Composed)> {
    let mut letters = Vec::new();
    for language in Language::ALL {
        for purpose in Purpose::ALL {
            let texts = if matches!(purpose, Purpose::Inspection | Purpose::Training) { HOSTILE.len() } else { 1 };
            for (n, hostile) in HOSTILE.into_iter().enumerate().take(texts) {
                for (m, (notice, method, sequence)) in
                    notices(&words(purpose, hostile), hostile).into_iter().enumerate()
                {
                    let reader = if m % 2 == 0 { customer(language) } else { engineer(language) };
                    let reader = if n == 0 { reader } else { Reader { name: hostile.to_owned(), ..reader } };
                    let mut by = composer();
                    if n > 0 {
                        by.company = hostile.to_owned();
                    }
                    let event = event(words(purpose, hostile), sequence);
                    let name = format!("{}-{language}-{}-{n}-{m}", notice.word(), purpose.word());
                    let invitation = Invitation { method, event };
                    let mut owed = by.owed(name.clone(), reader, notice);
                    owed.facts.invitation = Some(invitation);
                    let letter = composed(&by, owed, at("2026-03-01T06:30:00Z"));
                    letters.push((name, method, letter));
                }
            }
        }
    }
    letters
}

/// Runs the checker over many messages in one process; says what it found wrong.
const CHECK_ALL: &str = "\
import contextlib, io, runpy, sys
checked, bad = 0, 0
for line in sys.stdin.read().splitlines():
    sys.argv = ['check_imip.py'] + line.split('\\t')
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said): runpy.run_path('tests/suite/support/check_imip.py', run_name='__main__')
        code = 0
    except SystemExit as end: code = end.code
    checked += 1
    if code: bad += 1; print(said.getvalue(), end='')
print(f'{checked} checked, {bad} bad'); sys.exit(bool(bad))
";

#[test]
fn a_strict_checker_finds_nothing_wrong_with_any_invitation() {
    let folder = tempfile::tempdir().unwrap();
    let letters = letters();
    let mut list = String::new();
    for (name, method, letter) in &letters {
        let path = folder.path().join(format!("{name}.eml"));
        std::fs::write(&path, &letter.bytes).unwrap();
        list.push_str(&format!("{}\t{}\n", path.display(), method.word()));
    }
    let said = check(&list);
    assert_eq!(said.trim(), format!("{} checked, 0 bad", letters.len()));
    // The checker itself can find something: a cancellation is no request, and a cut line is seen.
    let (name, ..) = letters.iter().find(|(_, method, _)| *method == Method::Cancel).unwrap();
    let wrong = check(&format!("{}\tREQUEST\n", folder.path().join(format!("{name}.eml")).display()));
    assert!(wrong.contains("PROBLEMS") && wrong.contains("1 bad"), "{wrong}");
}

fn check(list: &str) -> String {
    let mut python = Command::new("python3")
        .args(["-c", CHECK_ALL])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("tests/run installs python3");
    python.stdin.take().unwrap().write_all(list.as_bytes()).unwrap();
    let done = python.wait_with_output().unwrap();
    String::from_utf8(done.stdout).unwrap()
}

#[test]
fn an_invitation_is_the_last_alternative_and_a_file_besides() {
    let (_, _, letter) = letters().into_iter().next().unwrap();
    let message = MessageParser::default().parse(&letter.bytes).unwrap();
    let shape: Vec<String> = message
        .parts
        .iter()
        .map(|part| {
            let kind = part.content_type().unwrap();
            let place = part.content_disposition().map_or("", |_| " (file)");
            format!("{}/{}{place}", kind.ctype(), kind.subtype().unwrap())
        })
        .collect();
    assert_eq!(
        shape,
        [
            "multipart/mixed",
            "multipart/alternative",
            "text/plain",
            "text/html",
            "text/calendar",
            "application/ics (file)"
        ]
    );
    let calendar = message.parts[4].content_type().unwrap();
    for (name, value) in [("method", "REQUEST"), ("charset", "utf-8"), ("component", "VEVENT")] {
        assert_eq!(calendar.attribute(name), Some(value));
    }
    assert_eq!(message.parts[5].attachment_name(), Some("V1042.ics"));
    let head = String::from_utf8(letter.bytes.clone()).unwrap();
    assert!(head.contains("Content-Type: text/calendar; method=REQUEST; charset=utf-8; component=VEVENT\r\n"));
    assert!(letter.bytes.is_ascii() && !head.replace("\r\n", "").contains(['\r', '\n']));
}

#[test]
fn the_same_invitation_has_the_same_bytes() {
    let (first, again) = (letters(), letters());
    assert!(first.len() > 200, "{}", first.len());
    assert_eq!(first, again);
}

#[test]
fn a_reader_without_a_good_address_gets_the_letter_without_an_invitation() {
    let reader = Reader { email: "josé@terminal.example".to_owned(), ..customer(Language::Es) };
    let words = visit(Purpose::Inspection);
    let invitation = Invitation { method: Method::Request, event: event(words.clone(), 0) };
    let notice = Notice::VisitAnnounced { visit: words };
    let by = composer();
    let mut owed = by.owed("k".to_owned(), reader, notice);
    owed.facts.invitation = Some(invitation);
    let letter = composed(&by, owed, at("2026-03-01T06:30:00Z"));
    assert!(!String::from_utf8(letter.bytes).unwrap().contains("text/calendar"));
}
