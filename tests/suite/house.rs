//! A company's own letters: templates, wording, colour and logo, and what is wrong with them before any is sent.

use std::path::Path;

use mail_parser::{MessageParser, MimeHeaders};
use ronda::domain::language::Language;
use ronda::mail::samples::{self, Sample};
use ronda::mail::{Composer, House};

use crate::support::notices::{at, composed, house};

/// The company's letters with these files in its folder; mistakes with paths relative to it.
fn furnished(files: &[(&str, &str)]) -> Result<Composer, Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let house = House { folder: Some(folder.path().to_owned()), ..house() };
    let relative = |mistake: String| mistake.replace(&format!("{}/", folder.path().display()), "");
    house.furnish().map_err(|mistakes| mistakes.into_iter().map(relative).collect())
}

fn sample(name: &str, language: Language) -> Sample {
    samples::all(language).into_iter().find(|sample| sample.name == name).unwrap()
}

#[test]
fn a_company_puts_one_template_in_place_of_ours_and_the_others_stay() {
    let own = furnished(&[
        ("visit-moved/subject.txt", "{{ visit.site_name }}: {{ say(\"mail-purpose\", purpose=visit.purpose) }}\n"),
        ("signature.txt", "\n-- \n{{ company }}, at your service\n"),
        ("locales/en.ftl", "mail-footer = We are here for you.\n"),
    ])
    .unwrap();
    let moved = own.preview(&sample("visit-moved", Language::En)).unwrap();
    assert_eq!(moved.letter.subject, "Terminal 2: Inspection");
    assert!(moved.text.ends_with("-- \nNorte Servicio Técnico, S.L., at your service\n"), "{}", moved.text);
    assert!(moved.html.contains("We are here for you."));
    let theirs = own.preview(&sample("visit-cancelled", Language::En)).unwrap();
    let ours = house().furnish().unwrap().preview(&sample("visit-cancelled", Language::En)).unwrap();
    assert_eq!(theirs.letter.subject, ours.letter.subject);
    let spanish = own.preview(&sample("visit-moved", Language::Es)).unwrap();
    assert!(spanish.html.contains("la lee una persona"));
}

#[test]
fn what_own_templates_say_of_users_text_is_escaped_all_the_same() {
    let own = furnished(&[("visit-cancelled/html.html", "<p>{{ reason }}</p><p>{{ visit.site_name }}</p>")]).unwrap();
    let mut hostile = sample("visit-cancelled", Language::En);
    hostile.notice = ronda::domain::letters::notice::Notice::VisitCancelled {
        visit: samples::visit(ronda::domain::contract::Purpose::Inspection),
        reason: "<script>alert(1)</script>\u{202e}txet".to_owned(),
        ended_on: None,
        rest_of: None,
    };
    let html = own.preview(&hostile).unwrap().html;
    assert_eq!(html, "<p>&lt;script&gt;alert(1)&lt;&#x2f;script&gt; txet</p><p>Terminal 2</p>");
}

#[test]
fn every_mistake_is_named_with_file_line_and_cause_before_any_letter_is_written() {
    assert_eq!(
        furnished(&[("visit-moved/subject.txt", "{{ visit.site_name }")]).unwrap_err(),
        ["visit-moved/subject.txt:1: syntax error: unexpected `}`, expected end of variable block"]
    );
    let undefined = furnished(&[("visit-moved/text.txt", "{{ visit.site_name }}\n\n{{ visit.sit }}\n")]).unwrap_err();
    assert_eq!(undefined[0], "visit-moved/text.txt:3: undefined value: `visit.sit` is undefined (in visit-moved, en)");
    assert_eq!(
        furnished(&[("digest/html.html", "{{ say(\"mail-nothing\") }}")]).unwrap_err()[0],
        "digest/html.html:1: invalid operation: there is no text \"mail-nothing\" (in digest, en)"
    );
    let lacking = furnished(&[("hotline-changed/subject.txt", "{{ say(\"mail-hotline-changed-subject\") }}")]);
    let lacking = &lacking.unwrap_err()[0];
    assert!(lacking.starts_with("hotline-changed/subject.txt:1: invalid operation: text "), "{lacking}");
    assert!(lacking.contains("$number"), "{lacking}");
    assert_eq!(
        furnished(&[("visit-moved/subject.html", "x"), ("visit-mooved/text.txt", "x"), (".git", "x")]).unwrap_err(),
        [
            "visit-mooved/text.txt: letters have no template visit-mooved/text.txt; did you mean visit-moved/text.txt?",
            "visit-moved/subject.html: letters have no template visit-moved/subject.html; did you mean visit-moved/subject.txt?",
        ]
    );
    let shared = furnished(&[("blocks.html", "{% macro lead(text) %}{{ text }}{% endmacro %}")]).unwrap_err();
    assert!(shared[0].contains("it does not go with a file of yours that it uses"), "{}", shared[0]);
    let wording = furnished(&[("locales/zh.ftl", "mail-footer = x\nmail-greeting = { $nam }\n")]).unwrap_err();
    assert_eq!(wording, ["locales/zh.ftl:2: mail-greeting has no value $nam; it is given only $name"]);
    let long = format!("{}{{{{ visit.number }}}}", "<p>long</p>".repeat(12_000));
    let too_long = furnished(&[("visit-moved/html.html", &long)]).unwrap_err();
    assert!(too_long[0].contains("mail programs cut letters at 100 KB"), "{too_long:?}");
    assert!(furnished(&[("visit-moved/subject.txt", "\n")]).unwrap_err()[0].contains("has no subject"));
}

fn png(path: &Path) {
    image::RgbImage::from_pixel(400, 100, image::Rgb([20, 90, 200])).save(path).unwrap();
}

#[test]
fn a_logo_goes_inside_the_letter_and_its_name_is_read_with_pictures_off() {
    let folder = tempfile::tempdir().unwrap();
    let logo = folder.path().join("logo.png");
    png(&logo);
    let own = House { logo: Some(logo.clone()), colour: "#1450c8".parse().ok(), ..house() }.furnish().unwrap();
    for name in ["visit-announced", "report-delivered"] {
        let sample = sample(name, Language::Es);
        let letter = composed(&own, own.owed_sample(&sample, "k".to_owned()), at("2026-03-18T06:30:00Z"));
        let message = MessageParser::default().parse(&letter.bytes).unwrap();
        let picture = message.parts.iter().find(|part| part.content_id() == Some("logo@ronda")).expect("the logo");
        assert_eq!(picture.contents(), std::fs::read(&logo).unwrap());
        assert_eq!(picture.content_disposition().map(|kind| kind.c_type.as_ref()), Some("inline"));
        let kinds: Vec<String> = message
            .parts
            .iter()
            .filter_map(|part| part.content_type())
            .map(|kind| format!("{}/{}", kind.c_type, kind.c_subtype.as_deref().unwrap_or_default()))
            .collect();
        let inside = ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"];
        let whole = [&["multipart/mixed"][..], &inside, &["application/pdf"]].concat();
        assert_eq!(kinds, if name == "report-delivered" { whole } else { inside.to_vec() });
        let html = message.body_html(0).unwrap();
        assert!(
            html.contains("src=\"cid:logo@ronda\" width=\"160\" height=\"40\" alt=\"Norte Servicio Técnico, S.L.\"")
        );
        assert!(html.contains("background:#1450c8"), "the company's colour");
    }
    let preview = own.preview(&sample("visit-announced", Language::Es)).unwrap();
    assert!(preview.html.contains("src=\"data:image/png;base64,iVBORw0KGgo") && !preview.html.contains("cid:"));
    let missing = House { logo: Some(folder.path().join("none.png")), ..house() }.furnish().unwrap_err();
    assert!(missing[0].contains("none.png: cannot be read"), "{missing:?}");
}
