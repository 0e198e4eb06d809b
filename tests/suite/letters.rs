//! Every letter in every language, and what every message must hold.

use mail_parser::{MessageParser, MimeHeaders};
use proptest::prelude::*;
use ronda::domain::contract::Purpose;
use ronda::domain::digest::{Digest, DueLine};
use ronda::domain::language::Language;
use ronda::domain::letters::notice::{NOTICES, Notice, Reader};
use ronda::domain::people::ReaderRole;
use ronda::mail::Composer;

use crate::support::notices::{Composed, at, composed, composer};
use ronda::mail::samples::{self, Sample, customer, visit};

fn letter(notice: &Notice, reader: &Reader) -> Composed {
    let key = format!("{}/V1042/0/{}", notice.word(), reader.role.key());
    let by = composer();
    composed(&by, by.owed(key, reader.clone(), notice.clone()), at("2026-03-18T06:30:00Z"))
}

fn of_sample(composer: &Composer, sample: &Sample) -> Composed {
    let key = format!("{}/V1042/0/{}", sample.notice.word(), sample.reader.role.key());
    composed(composer, composer.owed_sample(sample, key), at("2026-03-18T06:30:00Z"))
}

/// Every sample in every language, with its letter.
fn each(mut look: impl FnMut(&Sample, &Composed)) {
    let composer = composer();
    for language in Language::ALL {
        for sample in samples::all(language) {
            look(&sample, &of_sample(&composer, &sample));
        }
    }
}

fn text_and_html(letter: &Composed) -> (String, String) {
    let message = MessageParser::default().parse(&letter.bytes).unwrap();
    (message.body_text(0).unwrap().into_owned(), message.body_html(0).unwrap().into_owned())
}

#[test]
fn every_notice_of_the_table_has_a_sample_in_every_language() {
    for language in Language::ALL {
        let words: Vec<_> = samples::all(language).iter().map(|sample| sample.notice.kind()).collect();
        for row in NOTICES {
            let remedy = "add one to src/mail/samples.rs, for each shape that its templates know";
            assert!(words.contains(&row.kind), "there is no sample of {} in {language}: {remedy}", row.word);
        }
        for sample in samples::all(language) {
            assert!(sample.name.starts_with(sample.notice.word()), "{}", sample.name);
            assert_eq!(sample.reader.language, language);
        }
    }
}

#[test]
fn the_manual_tells_of_every_notice_who_gets_it_and_when() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/manual/notices.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let head = "| notice | goes to | leaves | when |\n|---|---|---|---|\n";
    let (before, rest) = page.split_once(head).expect("the table's head");
    let (_, after) = rest.split_once("\n\n").expect("words after the table");
    let rows = NOTICES.map(|row| {
        let to = row.to.iter().map(|to| to.words()).collect::<Vec<_>>().join(", ");
        format!("| `{}` | {to} | {} | {} |", row.word, row.leaves, row.when)
    });
    let made = format!("{before}{head}{}\n\n{after}", rows.join("\n"));
    if std::env::var_os("RONDA_ACCEPT").is_some() {
        std::fs::write(&path, made).unwrap();
    } else {
        assert_eq!(page, made, "templates/manual/notices.md is made of the table of notices: RONDA_ACCEPT=1 writes it");
    }
}

#[test]
fn every_letter_reads_well_in_every_language() {
    each(|sample, letter| {
        let (text, _) = text_and_html(letter);
        let shown = format!("Subject: {}\n\n{}", letter.subject, text.replace("\r\n", "\n"));
        insta::assert_snapshot!(format!("{}.{}", sample.name, sample.reader.language), shown);
    });
}

/// What a person sees in the HTML, line by line: its preview in lists, its words, where its links lead.
fn seen(html: &str) -> String {
    let body = html.split_once("<body").unwrap().1.split_once('>').unwrap().1;
    let mut text = String::new();
    for (at, piece) in body.split('<').enumerate() {
        let (tag, words) = if at == 0 { ("", piece) } else { piece.split_once('>').unwrap_or((piece, "")) };
        if let Some(address) = tag.split_once("href=\"").and_then(|(_, rest)| rest.split('"').next()) {
            text.push_str(&format!("[{address}] "));
        }
        let ends_line = ["/tr", "/div", "/p", "/h1", "/h2", "br"].contains(&tag);
        let between = if ends_line {
            "\n"
        } else if tag == "/td" {
            " | "
        } else {
            ""
        };
        text.push_str(between);
        text.push_str(words.trim_matches('\n'));
    }
    let text = text.replace("&#8199;", "").replace("&#847;", "").replace("&nbsp;", " ");
    let lines = text.lines().map(|line| line.trim().trim_end_matches('|').trim()).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

#[test]
fn every_html_part_says_what_the_text_says() {
    each(|sample, letter| {
        let (_, html) = text_and_html(letter);
        insta::assert_snapshot!(format!("{}.{}.html", sample.name, sample.reader.language), seen(&html));
    });
}

#[test]
fn every_html_part_stands_in_real_clients() {
    each(|sample, letter| {
        let (name, (_, html)) = (sample.name, text_and_html(letter));
        assert!(html.len() < 100_000, "{name}: {} bytes, and mail programs cut at 100 KB", html.len());
        assert!(html.contains(&format!("lang=\"{}\"", sample.reader.language.tag())), "{name}");
        assert!(html.contains("prefers-color-scheme: dark") && html.contains("content=\"light dark\""), "{name}");
        assert!(html.contains("max-width:600px"), "{name}");
        let widest = html.split("width=\"").skip(1).filter_map(|rest| rest.split('"').next()?.parse::<u32>().ok());
        assert!(widest.max().unwrap_or(0) <= 600, "{name}");
        for outside in ["<img", "<script", "<link", "<form", "@import", "url(", "src="] {
            assert!(!html.contains(outside), "{name} has {outside}");
        }
        let links = html.split("href=\"").skip(1).filter(|rest| !rest.starts_with("https://service.norte.example/"));
        assert_eq!(links.count(), 0, "{name} links elsewhere");
        for tag in ["table", "tr", "td", "p", "div", "h1", "h2", "span", "a"] {
            let opened = html.matches(&format!("<{tag} ")).count() + html.matches(&format!("<{tag}>")).count();
            assert_eq!(opened, html.matches(&format!("</{tag}>")).count(), "{name}: <{tag}>");
        }
    });
}

fn full_digest() -> Digest {
    let found = samples::all(Language::En).into_iter().find(|sample| sample.name == "digest");
    match found.map(|sample| sample.notice) {
        Some(Notice::Digest(digest)) => *digest,
        other => panic!("{other:?} is no digest"),
    }
}

/// Ten thousand late deadlines: the letter stays one screen and says how many more; the table has them all.
#[test]
fn p31_a_digest_with_ten_thousand_late_deadlines_is_a_small_letter() {
    for language in Language::ALL {
        let mut digest = full_digest();
        let late = digest.late[1].clone();
        digest.late = (0..10_000)
            .map(|n| DueLine {
                site_name: format!("=Terminal {n}"),
                engineer: Some(format!("Engineer {}", n % 97)),
                ..late.clone()
            })
            .collect();
        let attached = letter(&Notice::Digest(Box::new(digest.clone())), &samples::manager(language));
        let (text, html) = text_and_html(&attached);
        assert!(html.len() < 100_000 && text.len() < 20_000, "{} and {} bytes", html.len(), text.len());
        assert!(text.contains("9994") && html.contains("9994"), "{text}");
        let message = MessageParser::default().parse(&attached.bytes).unwrap();
        let table = message.attachment(0).expect("without pages the lists are attached");
        assert_eq!(table.attachment_name(), Some("2026-03-18.csv"));
        let table = String::from_utf8(table.contents().to_vec()).unwrap();
        assert!(table.lines().count() >= 10_000, "{}", table.lines().count());
        digest.link = Some("https://ronda.example/digest/x".to_owned());
        let linked = letter(&Notice::Digest(Box::new(digest)), &samples::manager(language));
        let message = MessageParser::default().parse(&linked.bytes).unwrap();
        assert!(message.attachment(0).is_none(), "the page has them");
    }
}

#[test]
fn a_message_is_ascii_with_crlf_and_has_the_headers_that_it_needs() {
    each(|sample, letter| {
        let name = sample.name;
        let text = std::str::from_utf8(&letter.bytes).unwrap();
        assert!(text.is_ascii(), "{name}");
        assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "{name} has a bare CR or LF");
        assert!(text.lines().all(|line| line.len() <= 998), "{name} has a line that is too long");
        let message = MessageParser::default().parse(text).unwrap();
        assert_eq!(message.message_id(), Some(letter.message_id.as_str()));
        assert_eq!(message.subject(), Some(letter.subject.as_str()));
        let from = message.from().unwrap().first().unwrap();
        assert_eq!(from.name(), Some("Norte Servicio Técnico, S.L."));
        assert_eq!(message.to().unwrap().first().unwrap().address(), Some(sample.reader.email.as_str()));
        assert_eq!(message.reply_to().unwrap().first().unwrap().address(), Some("mesa@norte.example"));
        assert!(text.contains("\r\nAuto-Submitted: auto-generated\r\n"), "{name}");
        assert!(text.contains("Date: Wed, 18 Mar 2026 06:30:00 +0000\r\n"), "{name}");
        assert_eq!(text.contains("\r\nReferences: <visit-"), letter.visit.is_some(), "{name}");
        let is_bulk = sample.notice.kind().is_bulk();
        assert_eq!(text.contains("\r\nPrecedence: bulk\r\n"), is_bulk, "{name}");
        assert_eq!(text.contains("\r\nList-Unsubscribe: <"), is_bulk, "{name}");
    });
}

#[test]
fn a_digest_is_ended_by_one_click_or_where_there_are_no_pages_by_a_letter_to_a_person() {
    let digest = |name| samples::all(Language::En).into_iter().find(|sample| sample.name == name).unwrap();
    let one_click = String::from_utf8(of_sample(&composer(), &digest("digest")).bytes).unwrap();
    assert!(one_click.contains("\r\nList-Unsubscribe: <https://service.norte.example/unsubscribe/5f1c9e0b7a>\r\n"));
    assert!(one_click.contains("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
    let by_letter = String::from_utf8(of_sample(&composer(), &digest("digest-all-well")).bytes).unwrap();
    let header = "\r\nList-Unsubscribe: <mailto:mesa@norte.example?subject=unsubscribe%20manager%3AM-1>\r\n";
    assert!(by_letter.contains(header), "{by_letter}");
    assert!(!by_letter.contains("List-Unsubscribe-Post"));
}

#[test]
fn without_an_address_for_replies_answers_come_back_to_the_sender() {
    let by = Composer::new("Norte", "servicio@norte.example");
    assert_eq!(by.bounces, "servicio@norte.example");
    let sample = samples::all(Language::En).remove(0);
    let letter = of_sample(&by, &sample);
    let message = MessageParser::default().parse(&letter.bytes).unwrap();
    assert_eq!(message.reply_to().unwrap().first().unwrap().address(), Some("servicio@norte.example"));
}

#[test]
fn a_report_comes_whole_and_under_its_name() {
    let sample = samples::all(Language::Es).into_iter().find(|s| s.name == "certificate-delivered").unwrap();
    let letter = of_sample(&composer(), &sample);
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
    let by = composer();
    let other =
        composed(&by, by.owed("visit-announced/V1042/1/x".to_owned(), reader, notice), at("2026-03-18T06:30:00Z"));
    assert_ne!(first.message_id, other.message_id);
}

#[test]
fn letters_about_one_visit_stand_in_one_thread() {
    let thread = |letter: &Composed| {
        let message = MessageParser::default().parse(&letter.bytes).unwrap();
        message.references().as_text().unwrap().to_owned()
    };
    let composer = composer();
    let all = samples::all(Language::En);
    let mut letters = all.iter().map(|sample| of_sample(&composer, sample));
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

/// Marks that turn or hide what is around them, in every text that somebody outside our house can choose.
#[test]
fn no_letter_shows_a_name_that_is_turned_round_or_hidden() {
    let evil = "Acme\u{202e}gpj.exe\u{2066}\u{200f}\u{200b}\u{e0041}\u{2028}X-Evil: 1\u{0}\u{1b}[31m";
    let mut words = visit(Purpose::Training);
    for text in [
        &mut words.site_name,
        &mut words.customer,
        &mut words.address,
        &mut words.engineer,
        &mut words.engineer_phone,
        &mut words.topics[0],
        &mut words.equipment[0],
    ] {
        evil.clone_into(text);
    }
    let reader = Reader { name: evil.to_owned(), ..customer(Language::Zh) };
    for notice in [
        Notice::VisitAnnounced { visit: words.clone() },
        Notice::VisitCancelled { visit: words.clone(), reason: evil.to_owned(), ended_on: None, rest_of: None },
    ] {
        let letter = letter(&notice, &reader);
        let (text, html) = text_and_html(&letter);
        let (name, all) =
            (MessageParser::default().parse(&letter.bytes).unwrap(), [text, html, letter.subject.clone()]);
        assert_eq!(name.to().unwrap().first().unwrap().name(), Some("Acme gpj.exe X-Evil: 1 [31m"));
        for shown in all {
            let hidden = |c: char| {
                (c.is_control() && !"\r\n".contains(c))
                    || "\u{202e}\u{2066}\u{200f}\u{200b}\u{e0041}\u{2028}".contains(c)
            };
            assert!(!shown.contains(hidden), "{shown:?}");
            assert!(shown.contains("Acme gpj.exe X-Evil: 1 [31m"));
        }
    }
}

proptest! {
    #[test]
    fn user_text_adds_no_header_no_part_and_no_markup(
        evil in "[\\PC\r\n\t\0\u{2028}<>&\"':;,=@]{0,60}",
        tail in prop::sample::select(vec!["\r\nBcc: x@y.example", "\n\n<script>alert(1)</script>", "\r\n.\r\n", "--"]),
    ) {
        let evil = format!("{evil}{tail}");
        let plain = letter(
            &Notice::VisitCancelled { visit: visit(Purpose::Inspection), reason: "x".to_owned(), ended_on: None, rest_of: None },
            &customer(Language::En),
        );
        let mut words = visit(Purpose::Inspection);
        words.site_name.clone_from(&evil);
        words.engineer.clone_from(&evil);
        words.address.clone_from(&evil);
        let reader = Reader { name: evil.clone(), ..customer(Language::En) };
        let mut by = composer();
        by.company.clone_from(&evil);
        let notice = Notice::VisitCancelled { visit: words, reason: evil, ended_on: None, rest_of: None };
        let letter = composed(&by, by.owed(plain.key.clone(), reader, notice), at("2026-03-18T06:30:00Z"));
        prop_assert_eq!(headers(&letter.bytes), headers(&plain.bytes));
        prop_assert!(letter.bytes.is_ascii());
        let message = MessageParser::default().parse(&letter.bytes).unwrap();
        prop_assert_eq!(message.parts.len(), 3);
        let html = message.body_html(0).unwrap();
        prop_assert!(!html.contains("<script"));
        prop_assert!(!letter.subject.contains(['\r', '\n', '\0']));
    }
}
