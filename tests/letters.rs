//! Every letter in every language, and what every message must hold.

#[path = "support/notices.rs"]
#[allow(dead_code, reason = "each test binary uses its part")]
mod notices;

use mail_parser::{MessageParser, MimeHeaders};
use proptest::prelude::*;
use ronda::domain::contract::Purpose;
use ronda::domain::digest::DueLine;
use ronda::domain::language::Language;
use ronda::domain::notice::{Letter, Notice, Reader, ReaderRole};

use notices::{all, at, composer, customer, visit};

fn letter(notice: &Notice, reader: &Reader) -> Letter {
    let key = format!("{}/V1042/0/{}", notice.word(), reader.role.key());
    composer().compose(notice, reader, &key, at("2026-03-18T06:30:00Z")).unwrap()
}

fn text_and_html(letter: &Letter) -> (String, String) {
    let message = MessageParser::default().parse(&letter.bytes).unwrap();
    (message.body_text(0).unwrap().into_owned(), message.body_html(0).unwrap().into_owned())
}

#[test]
fn every_letter_reads_well_in_every_language() {
    for language in Language::ALL {
        for (name, notice, reader) in all(language) {
            let letter = letter(&notice, &reader);
            let (text, _) = text_and_html(&letter);
            let shown = format!("Subject: {}\n\n{}", letter.subject, text.replace("\r\n", "\n"));
            insta::assert_snapshot!(format!("{name}.{language}"), shown);
        }
    }
}

/// Where `RONDA_LETTERS` names a folder, the HTML of every letter is left there to be looked at.
#[test]
fn every_html_part_is_small_whole_and_says_what_the_text_says() {
    for language in Language::ALL {
        for (name, notice, reader) in all(language) {
            let letter = letter(&notice, &reader);
            let (_, html) = text_and_html(&letter);
            if let Some(folder) = std::env::var_os("RONDA_LETTERS") {
                std::fs::write(std::path::Path::new(&folder).join(format!("{name}.{language}.html")), &html).unwrap();
            }
            assert!(html.len() < 100_000, "{name}: {} bytes", html.len());
            assert!(html.contains(&format!("lang=\"{}\"", language.tag())), "{name}");
            assert!(html.contains("prefers-color-scheme: dark"), "{name}");
            assert!(!html.contains("<img") && !html.contains("src="), "{name} needs nothing from anywhere");
            assert_eq!(html.contains("http"), name.ends_with("-linked"), "{name}");
            assert_eq!(html.matches("<table").count(), html.matches("</table>").count(), "{name}");
            assert_eq!(html.matches("<td").count(), html.matches("</td>").count(), "{name}");
        }
    }
}

/// Ten thousand late deadlines: the letter stays one screen and says how many more; the table has them all.
#[test]
fn p31_a_digest_with_ten_thousand_late_deadlines_is_a_small_letter() {
    for language in Language::ALL {
        let mut digest = notices::digest();
        let late = digest.late[1].clone();
        digest.late = (0..10_000)
            .map(|n| DueLine {
                site_name: format!("=Terminal {n}"),
                engineer: Some(format!("Engineer {}", n % 97)),
                ..late.clone()
            })
            .collect();
        let attached = letter(&Notice::Digest(Box::new(digest.clone())), &notices::manager(language));
        let (text, html) = text_and_html(&attached);
        assert!(html.len() < 100_000 && text.len() < 20_000, "{} and {} bytes", html.len(), text.len());
        assert!(text.contains("9994") && html.contains("9994"), "{text}");
        let message = MessageParser::default().parse(&attached.bytes).unwrap();
        let table = message.attachment(0).expect("without pages the lists are attached");
        assert_eq!(table.attachment_name(), Some("2026-03-18.csv"));
        let table = String::from_utf8(table.contents().to_vec()).unwrap();
        assert!(table.lines().count() >= 10_000, "{}", table.lines().count());
        digest.link = Some("https://ronda.example/digest/x".to_owned());
        let linked = letter(&Notice::Digest(Box::new(digest)), &notices::manager(language));
        let message = MessageParser::default().parse(&linked.bytes).unwrap();
        assert!(message.attachment(0).is_none(), "the page has them");
    }
}

#[test]
fn a_message_is_ascii_with_crlf_and_has_the_headers_that_it_needs() {
    for language in Language::ALL {
        for (name, notice, reader) in all(language) {
            let letter = letter(&notice, &reader);
            let text = std::str::from_utf8(&letter.bytes).unwrap();
            assert!(text.is_ascii(), "{name}");
            assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "{name} has a bare CR or LF");
            assert!(text.lines().all(|line| line.len() <= 998), "{name} has a line that is too long");
            let message = MessageParser::default().parse(text).unwrap();
            assert_eq!(message.message_id(), Some(letter.message_id.as_str()));
            assert_eq!(message.subject(), Some(letter.subject.as_str()));
            let from = message.from().unwrap().first().unwrap();
            assert_eq!(from.name(), Some("Norte Servicio Técnico, S.L."));
            assert_eq!(message.to().unwrap().first().unwrap().address(), Some(reader.email.as_str()));
            assert_eq!(message.reply_to().unwrap().first().unwrap().address(), Some("mesa@norte.example"));
            assert!(text.contains("\r\nAuto-Submitted: auto-generated\r\n"), "{name}");
            assert!(text.contains("Date: Wed, 18 Mar 2026 06:30:00 +0000\r\n"), "{name}");
            assert_eq!(text.contains("\r\nReferences: <visit-"), letter.visit.is_some(), "{name}");
        }
    }
}

#[test]
fn a_report_comes_whole_and_under_its_name() {
    let (_, notice, reader) =
        all(Language::Es).into_iter().find(|(name, ..)| *name == "certificate-delivered").unwrap();
    let letter = letter(&notice, &reader);
    let message = MessageParser::default().parse(&letter.bytes).unwrap();
    let attachment = message.attachment(0).unwrap();
    assert_eq!(attachment.attachment_name(), Some("Certificado formación.pdf"));
    assert_eq!(attachment.contents(), b"%PDF-1.7\nhello\n%%EOF\n".repeat(100));
}

#[test]
fn the_same_letter_has_the_same_bytes_and_another_key_another_identity() {
    let notice = Notice::VisitAnnounced { visit: visit(Purpose::Inspection) };
    let reader = customer(Language::Zh);
    let first = letter(&notice, &reader);
    assert_eq!(first, letter(&notice, &reader));
    let other = composer().compose(&notice, &reader, "visit-announced/V1042/1/x", at("2026-03-18T06:30:00Z")).unwrap();
    assert_ne!(first.message_id, other.message_id);
}

#[test]
fn letters_about_one_visit_stand_in_one_thread() {
    let thread = |letter: &Letter| {
        let message = MessageParser::default().parse(&letter.bytes).unwrap();
        message.references().as_text().unwrap().to_owned()
    };
    let mut letters = all(Language::En).into_iter().map(|(_, notice, reader)| letter(&notice, &reader));
    let first = thread(&letters.next().unwrap());
    assert!(letters.filter(|letter| letter.visit.is_some()).all(|letter| thread(&letter) == first));
}

#[test]
fn a_bad_address_does_not_stop_what_the_letter_is_about() {
    let notice = Notice::VisitAnnounced { visit: visit(Purpose::Inspection) };
    for email in ["", "not an address", "josé@example.org", "a@b\r\nBcc: all@example.org"] {
        let role = ReaderRole::Customer(email.to_owned());
        let reader = Reader { name: "Ana".to_owned(), email: email.to_owned(), language: Language::En, role };
        let letter = letter(&notice, &reader);
        assert!(String::from_utf8(letter.bytes).unwrap().contains("\r\nTo: undisclosed-recipients:;\r\n"));
    }
}

#[test]
fn a_foreign_domain_is_written_in_a_labels() {
    let notice = Notice::VisitAnnounced { visit: visit(Purpose::Inspection) };
    let reader = Reader { email: "ana@señal.example".to_owned(), ..customer(Language::Es) };
    assert!(String::from_utf8(letter(&notice, &reader).bytes).unwrap().contains("ana@xn--seal-hqa.example"));
}

/// Names of the top-level headers.
fn headers(bytes: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(bytes).unwrap();
    let head = text.split("\r\n\r\n").next().unwrap();
    head.split("\r\n")
        .filter(|line| !line.starts_with([' ', '\t']))
        .map(|line| line.split(':').next().unwrap().to_owned())
        .collect()
}

proptest! {
    #[test]
    fn user_text_adds_no_header_no_part_and_no_markup(
        evil in "[\\PC\r\n\t\0\u{2028}<>&\"':;,=@]{0,60}",
        tail in prop::sample::select(vec!["\r\nBcc: x@y.example", "\n\n<script>alert(1)</script>", "\r\n.\r\n", "--"]),
    ) {
        let evil = format!("{evil}{tail}");
        let plain = letter(
            &Notice::VisitCancelled { visit: visit(Purpose::Inspection), reason: "x".to_owned() },
            &customer(Language::En),
        );
        let mut words = visit(Purpose::Inspection);
        words.site_name.clone_from(&evil);
        words.engineer.clone_from(&evil);
        words.address.clone_from(&evil);
        let reader = Reader { name: evil.clone(), ..customer(Language::En) };
        let mut by = composer();
        by.company.clone_from(&evil);
        let notice = Notice::VisitCancelled { visit: words, reason: evil };
        let letter = by.compose(&notice, &reader, &plain.key, at("2026-03-18T06:30:00Z")).unwrap();
        prop_assert_eq!(headers(&letter.bytes), headers(&plain.bytes));
        prop_assert!(letter.bytes.is_ascii());
        let message = MessageParser::default().parse(&letter.bytes).unwrap();
        prop_assert_eq!(message.parts.len(), 3);
        let html = message.body_html(0).unwrap();
        prop_assert!(!html.contains("<script"));
        prop_assert!(!letter.subject.contains(['\r', '\n', '\0']));
    }
}
