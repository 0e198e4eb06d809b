//! Files that are made to hurt `ronda verify`, and records that are made to hurt the report.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use lopdf::{Document, Object, Stream, dictionary};
use ronda::domain::language::Language;
use ronda::domain::records::{Answer, ItemResult};
use ronda::domain::reports::{ReportFacts, shorten};
use ronda::office::reports::verify_report::{Verdict, verify_offline};
use ronda::paper::{pdf, photos};
use ronda::words::Locales;

use super::company::{KeyKind, company, facts, folder, meta, run, signed, unsigned};
use crate::sample;

/// The longest that one small hostile file may take on a busy machine.
const AT_ONCE: Duration = Duration::from_secs(10);

fn read_ends(name: &str, file: Vec<u8>) -> Verdict {
    let start = Instant::now();
    let verified = verify_offline(file, None);
    assert!(start.elapsed() < AT_ONCE, "{name}: {:?}", start.elapsed());
    verified.verdict
}

#[test]
fn r14_a_file_that_was_cut_or_scrambled_is_read_to_an_end() {
    let report = signed(&facts(Language::En), &company(KeyKind::P256, "hostile").signer);
    for length in (0..60).map(|n| n * report.len() / 60) {
        let verdict = read_ends("cut", report[..length].to_vec());
        assert!(matches!(verdict, Verdict::Altered | Verdict::Unknown), "{length} bytes: {verdict:?}");
    }
    // A small generator of our own: the same places in every run.
    let mut chance = 0x2545_f491_4f6c_dd1d_u64;
    for round in 0..60 {
        let mut file = report.clone();
        for _ in 0..=round {
            chance ^= chance << 13;
            chance ^= chance >> 7;
            chance ^= chance << 17;
            let at = usize::try_from(chance % file.len() as u64).unwrap();
            file[at] = chance.to_le_bytes()[7];
        }
        if file != report {
            let verdict = read_ends("scrambled", file);
            assert!(matches!(verdict, Verdict::Altered | Verdict::Unknown), "round {round}: {verdict:?}");
        }
    }
}

/// A PDF of one stream of objects that unpacks to a gigabyte of blanks.
fn bomb() -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    let blanks = vec![b' '; 64 * 1024 * 1024];
    for _ in 0..16 {
        let mut stream = Stream::new(dictionary! { "Type" => "ObjStm", "N" => 1, "First" => 4 }, blanks.clone());
        stream.compress().unwrap();
        document.add_object(stream);
    }
    let metadata = Stream::new(dictionary! { "Type" => "Metadata" }, blanks);
    let mut metadata = metadata;
    metadata.compress().unwrap();
    let metadata = document.add_object(metadata);
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Metadata" => metadata });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

#[test]
fn r14_bombs_loops_and_depths_are_refused() {
    let deep = [b"%PDF-1.7\n1 0 obj\n".as_slice(), &vec![b'['; 2_000_000], b"\nendobj\n"].concat();
    let xref = |body: &str, trailer: &str| {
        let head = format!("%PDF-1.7\n{body}\n");
        let start = head.len();
        format!(
            "{head}xref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer\n{trailer}\nstartxref\n{start}\n%%EOF"
        )
        .into_bytes()
    };
    let loops = [
        ("a table that names itself", xref("1 0 obj\n<</Type/Catalog>>\nendobj", "<</Root 1 0 R/Size 2/Prev 47>>")),
        ("a root that is itself", xref("1 0 obj\n1 0 R\nendobj", "<</Root 1 0 R/Size 2>>")),
        (
            "a length that is itself",
            xref("1 0 obj\n<</Length 1 0 R>>stream\nendstream endobj", "<</Root 1 0 R/Size 2>>"),
        ),
        ("a number past all", xref("1 0 obj\n<</Type/Catalog>>\nendobj", "<</Root 1 0 R/Size 99999999999999>>")),
        ("a place past the end", b"%PDF-1.7\nstartxref\n99999999999999999999\n%%EOF".to_vec()),
        ("depth", deep),
        ("a bomb", bomb()),
        ("no PDF", vec![0xff; 1_000_000]),
        ("nothing", Vec::new()),
    ];
    for (name, file) in loops {
        assert_eq!(read_ends(name, file), Verdict::Unknown, "{name}");
    }
}

#[test]
fn r14_a_signature_over_chosen_places_is_no_signature_over_the_file() {
    let report = signed(&facts(Language::En), &company(KeyKind::P256, "wrapped").signer);
    let at = report.windows(10).position(|window| window == b"/ByteRange").unwrap();
    let end = at + report[at..].iter().position(|byte| *byte == b']').unwrap();
    for range in ["[0 0 0 0", "[0 9999999999 9 9", "[0 18446744073709551615 1 1", "[-1 5 6 7", "[5 4 3 2 1", "[0 10"] {
        let mut other = report.clone();
        let text = format!("/ByteRange{range:width$}", width = end - at - 10);
        other[at..end].copy_from_slice(text.as_bytes());
        assert_eq!(read_ends(range, other), Verdict::Altered, "{range}");
    }
}

/// A report whose every text tries to be something else.
fn hostile_words() -> ReportFacts {
    const NASTY: &str = ") >> endobj <</S/JavaScript/JS(app.alert(1))>> ]]> <rdf:li>&lt; </pdf:Producer> \\n \" \u{0} \
                         <ronda:Visit>V1</ronda:Visit> /RondaSeal %%EOF {$x} &#x41; %PDF";
    let mut facts = facts(Language::En);
    for text in [
        &mut facts.customer,
        &mut facts.site.name,
        &mut facts.company.name,
        &mut facts.engineer,
        &mut facts.done.remarks,
        &mut facts.done.findings[0].text,
        &mut facts.done.photos[0].caption,
        &mut facts.done.engineer_signature.name,
        &mut facts.done.advice[0].text,
        &mut facts.done.equipment[0].answers[0].remark,
    ] {
        NASTY.clone_into(text);
    }
    facts.site.site = NASTY.into();
    facts.contract = NASTY.into();
    facts
}

/// How often each key of a dictionary stands in a file.
fn keys(file: &[u8]) -> BTreeMap<String, usize> {
    fn count(object: &Object, into: &mut BTreeMap<String, usize>) {
        let entries = match object {
            Object::Dictionary(dictionary) => dictionary,
            Object::Stream(stream) => &stream.dict,
            Object::Array(array) => return array.iter().for_each(|object| count(object, into)),
            _ => return,
        };
        for (key, value) in entries {
            *into.entry(String::from_utf8_lossy(key).into_owned()).or_default() += 1;
            count(value, into);
        }
    }
    let mut found = BTreeMap::new();
    Document::load_mem(file).unwrap().objects.values().for_each(|object| count(object, &mut found));
    found
}

#[test]
fn nothing_that_people_wrote_is_ever_markup() {
    let facts = hostile_words();
    let report = signed(&facts, &company(KeyKind::P256, "words").signer);
    let path = folder("hostile").join("words.pdf");
    std::fs::write(&path, &report).unwrap();
    run(Command::new("qpdf").arg("--check").arg(&path));
    assert_eq!(verify_offline(report.clone(), None).verdict, Verdict::Signed);
    let claims = pdf::read(Arc::new(report.clone())).unwrap();
    let provenance = claims.provenance.unwrap();
    assert_eq!((provenance.visit, provenance.number), (facts.visit, 7));
    // JSON: the record reads back as it was.
    let record: serde_json::Value = serde_json::from_slice(&claims.record.unwrap()).unwrap();
    assert_eq!(record["remarks"].as_str().unwrap(), facts.done.remarks);
    // XML: one packet that a parser takes, with the words as text.
    let xmp = run(Command::new("pdfinfo").arg("-meta").arg(&path));
    let script = "import sys, xml.etree.ElementTree as e; t = e.fromstring(sys.argv[1].strip().lstrip('\\ufeff')); \
                  print(len(list(t.iter())))";
    let elements = |text: &str| run(Command::new("python3").args(["-c", script, text]));
    let plain = signed(&self::facts(Language::En), &company(KeyKind::P256, "words").signer);
    let plain_path = folder("hostile").join("plain.pdf");
    std::fs::write(&plain_path, &plain).unwrap();
    let plain_xmp = run(Command::new("pdfinfo").arg("-meta").arg(&plain_path));
    assert_eq!(elements(&xmp), elements(&plain_xmp));
    // PDF: no key that a harmless report has not.
    let harmless = keys(&plain);
    let strange: Vec<String> = keys(&report).into_keys().filter(|key| !harmless.contains_key(key)).collect();
    assert_eq!(strange, Vec::<String>::new());
}

#[test]
fn r15_a_photo_goes_in_as_it_is_and_without_its_place() {
    let facts = facts(Language::En);
    let jpeg = facts.photos.values().next().unwrap().jpeg.clone();
    let exif = [b"Exif\0\0MM\0\x2a\0\0\0\x08\0\0".as_slice(), b"GPS 40.4168 -3.7038"].concat();
    let length = |bytes: &[u8]| u16::try_from(bytes.len() + 2).unwrap().to_be_bytes();
    let note = b"<script>secret note</script>";
    let taken = [
        &jpeg[..2],
        &[0xff, 0xe1],
        &length(&exif),
        &exif,
        &[0xff, 0xfe],
        &length(note),
        note,
        &jpeg[2..],
        b"PK\x03\x04 a file behind the photo",
    ]
    .concat();
    let mut facts = facts;
    let name = facts.photos.keys().next().unwrap().clone();
    let picture = photos::prepare(&taken).unwrap();
    facts.photos.insert(name, picture.clone());
    let report = unsigned(&facts);
    let holds = |wanted: &[u8]| report.windows(wanted.len()).any(|window| window == wanted);
    assert!(holds(&picture.jpeg), "the JPEG is in the file byte for byte");
    for secret in [b"GPS 40.4168".as_slice(), b"Exif\0", b"secret note", b"behind the photo"] {
        assert!(!holds(secret), "{}", String::from_utf8_lossy(secret));
    }
}

#[test]
fn r14_a_report_too_long_to_be_read_is_shortened_says_so_and_holds_the_whole_record() {
    let mut facts = sample::facts(Language::En, ronda::domain::contract::Purpose::Inspection, 0);
    let planes: String = (0..0x110).filter_map(|n| char::from_u32(n * 0x1000 + 0x123)).collect();
    facts.done.remarks = format!("{planes}{}", "x".repeat(1_000_000));
    let answer = |n: usize| Answer {
        remark: if n == 0 { "很长的备注".repeat(200) } else { String::new() },
        ..Answer::plain(format!("unknown-{n}"), ItemResult::Attention)
    };
    facts.done.equipment[0].answers = (0..2_500).map(answer).collect();
    let start = Instant::now();
    let mut pages = sample::laid_out(&facts);
    let locales = Locales::load();
    shorten(&mut pages, &|key, values| locales.say(facts.language, key, values));
    let report = pdf::draw(&pages, &meta(&facts)).unwrap();
    assert!(start.elapsed() < Duration::from_secs(120), "{:?}", start.elapsed());
    let path = folder("hostile").join("shortened.pdf");
    std::fs::write(&path, &report).unwrap();
    let text = |pages: &[&str]| run(Command::new("pdftotext").args(pages).arg(&path).arg("-")).replace('\n', " ");
    let first = text(&["-l", "1"]);
    assert!(first.contains("This report is shortened: 2000 of") && first.contains("record.json"), "{first}");
    assert!(!text(&[]).contains("unknown-2499"), "what is past the bound is not drawn");
    let record = pdf::read(Arc::new(report)).unwrap().record.expect("the whole record is in the file");
    assert_eq!(record, meta(&facts).record.unwrap());
    assert!(String::from_utf8(record).unwrap().contains("unknown-2499"));
}
