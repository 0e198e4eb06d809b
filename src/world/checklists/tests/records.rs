mod kinds;

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike};
use proptest::prelude::*;

use domain::Instant;
use domain::contract::Purpose;
use domain::ids::FindingId;
use domain::records::checklist::{Checklist, Item, Kind, ReadingSpec, Section, Words};
use domain::records::*;
use domain::time::Zone;

use crate::checklists::Checklists;

const EXAMPLE: &str = include_str!("../../../../templates/record.example.json");
const NOT_DONE: &str =
    r#"{"schema":1,"outcome":"not-done","reason":"Closed","noted_at":"2026-03-02T09:40:00+01:00","by":"Marta"}"#;

/// The site in the example: Madrid, 2 March 2026 at noon.
struct World {
    zone: Zone,
    checklist: Checklist,
    now: Instant,
    purpose: Purpose,
    photos: Vec<&'static str>,
}

impl World {
    fn new() -> World {
        let checklist = Checklists::load(None).unwrap().get("ups-battery").unwrap().clone();
        World {
            zone: Zone::parse("Europe/Madrid").unwrap(),
            checklist,
            now: "2026-03-02T11:00:00Z".parse().unwrap(),
            purpose: Purpose::Inspection,
            photos: vec!["celda-12.jpg"],
        }
    }

    fn faults(&self, record: &Record) -> Vec<String> {
        let (site, equipment) = ("MAD-1".into(), "MAD-1-UPS".into());
        let on_site = OnSite { equipment: &equipment, key: "ups-battery", checklist: Some(&self.checklist) };
        let context = RecordContext {
            now: self.now,
            purpose: self.purpose,
            site: &site,
            time_zone: &self.zone,
            accepted_on: "2025-04-14".parse().unwrap(),
            rest: None,
            equipment: vec![on_site],
            open_findings: BTreeSet::from([7, 9].map(FindingId)),
            photos: self.photos.iter().copied().collect(),
        };
        record.validate(&context).iter().map(ToString::to_string).collect()
    }
}

fn example() -> Record {
    Record::parse(EXAMPLE.as_bytes()).unwrap()
}

/// The example record with a change.
fn with(change: impl FnOnce(&mut Done)) -> Record {
    let mut record = example();
    match &mut record.outcome {
        Outcome::Done(done) => change(done),
        Outcome::NotDone { .. } => panic!("the example took place"),
    }
    record
}

/// Asserts that the change causes exactly one fault, at `path`, and that its text contains `words`.
#[track_caller]
fn refused(path: &str, words: &str, change: impl FnOnce(&mut Done)) {
    refused_in(&World::new(), path, words, change);
}

#[track_caller]
fn refused_in(world: &World, path: &str, words: &str, change: impl FnOnce(&mut Done)) {
    let faults = world.faults(&with(change));
    assert_eq!(faults.len(), 1, "{faults:#?}");
    assert!(faults[0].starts_with(&format!("{path} = ")), "{}", faults[0]);
    assert!(faults[0].contains(words), "{}", faults[0]);
}

fn bad_json(text: &str) -> BadJson {
    Record::parse(text.as_bytes()).unwrap_err()
}

#[test]
fn p03_the_shipped_example_is_a_good_record() {
    assert_eq!(World::new().faults(&example()), Vec::<String>::new());
}

#[test]
fn a_record_that_says_why_the_visit_did_not_take_place_is_good() {
    let record = Record::parse(NOT_DONE.as_bytes()).unwrap();
    let world = World { photos: Vec::new(), ..World::new() };
    assert_eq!(world.faults(&record), Vec::<String>::new());
    let silent = Record::parse(NOT_DONE.replace("Closed", " ").as_bytes()).unwrap();
    assert!(world.faults(&silent)[0].starts_with("reason = \" \": this is blank"));
}

#[test]
fn an_unknown_key_is_refused_with_its_name_wherever_it_stands() {
    let places = [
        ("\"schema\": 1,", "\"schema\": 1, \"weather\": 2,"),
        ("\"item\": \"ventilation\",", "\"item\": \"ventilation\", \"weather\": 2,"),
        ("\"severity\": \"major\",", "\"severity\": \"major\", \"weather\": 2,"),
        ("\"finding\": 7,", "\"finding\": 7, \"weather\": 2,"),
        ("\"name\": \"Marta Ruiz\",", "\"name\": \"Marta Ruiz\", \"weather\": 2,"),
        ("\"status\": \"signed\",", "\"status\": \"signed\", \"weather\": 2,"),
    ];
    for (was, is) in places {
        let text = EXAMPLE.replacen(was, is, 1);
        assert_ne!(text, EXAMPLE, "{was} is not in the example");
        let bad = bad_json(&text);
        assert!(bad.why.contains("unknown field `weather`"), "{was}: {bad}");
    }
    let absent = r#"{"status":"absent","reason":"away","weather":2}"#;
    assert!(serde_json::from_str::<CustomerSignature>(absent).unwrap_err().to_string().contains("weather"));
}

#[test]
fn a_bad_record_is_refused_with_line_and_column() {
    let bad = bad_json("{\"schema\": 1,\n \"outcome\": \"dnoe\"}");
    assert_eq!((bad.line, bad.column), (2, 18));
    assert_eq!(bad.why, "unknown variant `dnoe`, expected `done` or `not-done`");
    let bad = bad_json("{\"schema\": 1,\n oops}");
    assert_eq!(bad.line, 2);
    let bad = bad_json("{\"schema\": 1}");
    assert_eq!(bad.why, "missing field `outcome`");
    let bad = bad_json(r#"{"schema":1,"outcome":"done"}"#);
    assert_eq!(bad.why, "the key `started_at` is missing; a record with outcome \"done\" has it");
    let bad = bad_json(&NOT_DONE.replace("\"by\"", "\"remarks\""));
    assert_eq!(bad.why, "the key `remarks` does not belong to a record with outcome \"not-done\"; take it out");
}

#[test]
fn a_record_beyond_the_size_limit_is_refused_unread() {
    let bad = Record::parse(&vec![b' '; MAX_BYTES + 1]).unwrap_err();
    assert!(bad.why.contains("4194304 are allowed"), "{bad}");
}

#[test]
fn the_same_record_in_another_layout_has_the_same_canonical_text() {
    let value: serde_json::Value = serde_json::from_str(EXAMPLE).unwrap();
    let shuffled = Record::parse(value.to_string().as_bytes()).unwrap();
    assert_eq!(canonical(&shuffled), canonical(&example()));
    assert!(
        canonical(&example()).starts_with(r#"{"schema":1,"outcome":"done","started_at":"2026-03-02T09:05:00+01:00""#)
    );
    let not_done = Record::parse(NOT_DONE.as_bytes()).unwrap();
    assert_eq!(canonical(&not_done), NOT_DONE);
}

#[test]
fn every_fault_is_named_in_one_run() {
    let record = with(|done| {
        done.equipment[0].answers[0].reading = Some(41.0);
        done.equipment[0].answers[1].item = "ventilaton".to_owned();
        done.closes[0].finding = FindingId(8);
        done.engineer_signature.strokes.clear();
    });
    assert_eq!(
        World::new().faults(&record),
        [
            "equipment[0].answers[0].reading = 41: outside its limits (18 to 28 °C) the result cannot be ok; \
         correct the reading, or make the result attention or fault",
            "equipment[0].answers[1].item = \"ventilaton\": checklist ups-battery has no such item; \
         did you mean ventilation?",
            "closes[0].finding = 8: site MAD-1 has no open finding of this number; open are 7, 9",
            "engineer_signature.strokes = nothing: a signature has strokes with points; have it signed",
        ]
    );
}

#[test]
fn times_are_in_order_not_ahead_and_inside_the_contract() {
    let at = |text: &str| DateTime::parse_from_rfc3339(text).unwrap();
    refused("completed_at", "end before it began", |done| done.completed_at = at("2026-03-02T09:04:00+01:00"));
    let world = World { now: at("2026-03-02T11:24:00+01:00").to_utc(), ..World::new() };
    let faults = world.faults(&example());
    assert!(faults[0].starts_with("completed_at = 2026-03-02T11:40:00+01:00: this lies ahead"), "{faults:?}");
    let skewed = World { now: at("2026-03-02T11:30:00+01:00").to_utc(), ..World::new() };
    assert_eq!(skewed.faults(&example()), Vec::<String>::new());
    refused("completed_at", "runs from 2025-04-14", |done| {
        done.started_at = at("2025-04-13T09:00:00+02:00");
        done.completed_at = at("2025-04-13T23:59:59+02:00");
    });
    let first_day = with(|done| {
        done.started_at = at("2025-04-14T00:00:00+02:00");
        done.completed_at = at("2025-04-14T00:00:00+02:00");
    });
    assert_eq!(World::new().faults(&first_day), Vec::<String>::new());
    refused("engineer_signature.signed_at", "before the visit began", |done| {
        done.engineer_signature.signed_at = at("2026-03-02T09:00:00+01:00");
    });
}

#[test]
fn answers_belong_to_the_sites_equipment_and_its_checklist() {
    refused("equipment", "the inspection has no answers for it", |done| {
        done.equipment.clear();
        done.customer_remarks.clear();
    });
    refused("equipment[0].answers", "item room-temperature is required", |done| {
        done.equipment[0].answers.remove(0);
    });
    refused("equipment[0].answers[0].reading", "required and has no reading", |done| {
        done.equipment[0].answers[0].reading = None;
    });
    refused("equipment[0].answers[1].reading", "nothing is measured", |done| {
        done.equipment[0].answers[1].reading = Some(1.0);
    });
    refused("equipment[0].answers[0].reading", "a reading is a number", |done| {
        done.equipment[0].answers[0].reading = Some(f64::NAN);
    });
    refused("equipment[0].answers[19].item", "answered further up", |done| {
        let again = done.equipment[0].answers[1].clone();
        done.equipment[0].answers.push(again);
    });
    refused("findings[0].equipment", "did you mean MAD-1-UPS?", |done| {
        done.findings[0].equipment = Some("MAD-1-USP".into());
    });
    let skipped = with(|done| {
        done.equipment[0].answers[0].result = ItemResult::NotApplicable;
        done.equipment[0].answers[0].reading = None;
    });
    assert_eq!(World::new().faults(&skipped), Vec::<String>::new());
}

#[test]
fn p02_what_was_not_inspected_says_why_and_nothing_else() {
    let leave = |done: &mut Done, why: &str| {
        let item = done.equipment[0].answers[0].item.clone();
        let remark = why.to_owned();
        done.equipment[0].answers[0] = Answer { remark, ..Answer::plain(item, ItemResult::NotInspected) };
    };
    assert_eq!(World::new().faults(&with(|done| leave(done, "Room locked"))), Vec::<String>::new());
    refused("equipment[0].answers[0].remark", "write the reason, for example", |done| leave(done, " "));
    refused("equipment[0].answers[0].reading", "was not inspected, and has an answer", |done| {
        leave(done, "Room locked");
        done.equipment[0].answers[0].reading = Some(230.0);
    });
    refused("equipment", "`not-inspected` with a remark that says why", |done| {
        done.equipment.clear();
        done.customer_remarks.clear();
    });
}

#[test]
fn p10_a_training_needs_somebody_who_was_trained_and_no_answers() {
    let world = World { purpose: Purpose::Training, ..World::new() };
    let bare = |done: &mut Done| {
        done.equipment.clear();
        done.customer_remarks.clear();
    };
    refused_in(&world, "attendance", "who was trained", bare);
    let attended = with(|done| {
        bare(done);
        done.attendance = vec![Attendee { name: "Rosa".to_owned(), role: String::new(), strokes: Vec::new() }];
    });
    assert_eq!(world.faults(&attended), Vec::<String>::new());
}

#[test]
fn every_photo_is_handed_in_named_and_plainly_named() {
    refused("findings[0].photo", "did you mean celda-12.jpg?", |done| {
        done.findings[0].photo = Some("celda-21.jpg".to_owned());
    });
    let none = World { photos: Vec::new(), ..World::new() };
    refused_in(&none, "photos[0].file", "was not handed in", |_| {});
    let more = World { photos: vec!["celda-12.jpg", "other.jpg"], ..World::new() };
    refused_in(&more, "photos", "does not name it", |_| {});
    refused("photos[1].file", "plain file name", |done| {
        done.photos.push(Photo { file: "../celda-12.jpg".to_owned(), caption: String::new() });
    });
}

#[test]
fn texts_and_counts_are_bounded() {
    refused("remarks", "5001 characters, and 5000 are allowed", |done| done.remarks = "é".repeat(5_001));
    refused("engineer_signature.name", "200 are allowed", |done| done.engineer_signature.name = "m".repeat(201));
    refused("engineer_signature.strokes", "5000 are allowed", |done| {
        done.engineer_signature.strokes = vec![vec![(1.0, 2.0); 5_001]];
    });
    refused("findings", "500 are allowed", |done| {
        let finding = done.findings[0].clone();
        done.findings = vec![finding; 501];
    });
    refused("remarks", "control character", |done| done.remarks = "a\u{0}b".to_owned());
}

#[test]
fn a_finding_put_right_on_the_spot_says_how() {
    refused("findings[0].done", "says how", |done| {
        done.findings[0].closed = true;
        done.findings[0].done = String::new();
    });
}

#[test]
fn photo_files_are_pictures_with_plain_names_of_bounded_size() {
    let jpeg = |size: usize| [&[0xff, 0xd8, 0xff, 0xe0][..], &vec![0; size]].concat();
    let good = [("a.jpg".to_owned(), jpeg(10)), ("b.PNG".to_owned(), b"\x89PNG\r\n\x1a\n...".to_vec())];
    assert_eq!(bad_photos(&good), []);
    let rules = |photos: &[(String, Vec<u8>)]| bad_photos(photos).into_iter().map(|bad| bad.rule).collect::<Vec<_>>();
    assert_eq!(rules(&[("a.jpg".to_owned(), b"<svg/>".to_vec())]), ["the file is neither a JPEG nor a PNG picture"]);
    assert_eq!(rules(&[("a.jpg".to_owned(), jpeg(1)), ("A.JPG".to_owned(), jpeg(1))]).len(), 1);
    assert!(rules(&[("a.jpg".to_owned(), jpeg(MAX_PHOTO_BYTES))])[0].contains("15728640 are allowed"));
    let heavy: Vec<_> = (0..5).map(|n| (format!("{n}.jpg"), jpeg(13 * 1024 * 1024))).collect();
    assert!(rules(&heavy)[0].contains("62914560 are allowed"));
    for name in ["", ".jpg", "../a.jpg", "a/b.jpg", "a\\b.png", "c:a.jpg", "a.gif", "a.jpg\n", "a%2fb.jpg"] {
        assert!(!is_plain_photo_name(name), "{name:?}");
    }
}

/// A checklist of one item with limits.
fn one_item(min: f64, max: f64) -> Checklist {
    let words = || Words { en: "Volts".to_owned(), es: None, zh: None };
    let reading = ReadingSpec { unit: "V".to_owned(), min: Some(min), max: Some(max) };
    let kind = Kind::Number { reading };
    let item = Item { item: "volts".to_owned(), text: words(), kind, guidance: None, when: None, required: true };
    Checklist {
        checklist: "one".to_owned(),
        title: words(),
        sections: vec![Section { title: words(), items: vec![item] }],
    }
}

#[test]
fn a_reading_of_nothing_is_inside_limits_of_nothing() {
    let world = World { checklist: one_item(0.0, 0.0), ..World::new() };
    let record = with(|done| {
        done.customer_remarks.clear();
        done.equipment[0].answers = vec![Answer { reading: Some(0.0), ..Answer::plain("volts", ItemResult::Ok) }];
    });
    assert_eq!(world.faults(&record), Vec::<String>::new());
}

proptest! {
    #[test]
    fn a_reading_is_ok_exactly_inside_its_limits(reading in -100.0..100.0_f64, min in -50.0..0.0_f64, max in 0.0..50.0_f64) {
        let world = World { checklist: one_item(min, max), ..World::new() };
        let answer = |result| with(|done| {
            done.customer_remarks.clear();
            done.equipment[0].answers = vec![Answer { reading: Some(reading), ..Answer::plain("volts", result) }];
        });
        let inside = (min..=max).contains(&reading);
        prop_assert_eq!(world.faults(&answer(ItemResult::Ok)).is_empty(), inside);
        prop_assert!(world.faults(&answer(ItemResult::Fault)).is_empty());
    }

    #[test]
    fn a_canonical_text_reads_back_as_the_same_record(
        readings in proptest::collection::vec(proptest::num::f64::NORMAL, 1..8),
        remarks in "\\PC{0,40}",
        point in (-1e6..1e6_f64, -1e6..1e6_f64),
    ) {
        let record = with(|done| {
            for (answer, reading) in done.equipment[0].answers.iter_mut().zip(&readings) {
                answer.reading = Some(*reading);
            }
            done.remarks = remarks;
            done.engineer_signature.strokes = vec![vec![point]];
        });
        let text = canonical(&record);
        let again = Record::parse(text.as_bytes()).unwrap();
        prop_assert_eq!(&again, &record);
        prop_assert_eq!(canonical(&again), text);
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Record::parse(&bytes).is_err());
    }

    #[test]
    fn a_cut_off_record_is_refused(cut in 0..EXAMPLE.trim_end().len()) {
        prop_assert!(Record::parse(&EXAMPLE.as_bytes()[..cut]).is_err());
    }
}

#[test]
fn times_that_no_visit_can_have_are_refused() {
    let at = |text: &str| chrono::DateTime::parse_from_rfc3339(text).unwrap();
    let far = |year: i32| at("2026-03-02T09:00:00+01:00").with_year(year).unwrap();
    refused("started_at", "the years 2000 to 2100; correct the year", |done| {
        done.started_at = at("1970-01-01T01:00:00+01:00");
    });
    refused("started_at", "the years 2000 to 2100", |done| done.started_at = far(-262_143 + 1));
    refused("started_at", "one takes 31 days at most; correct one of the two", |done| {
        done.started_at = done.completed_at - chrono::TimeDelta::days(32);
    });
    let long = with(|done| done.started_at = done.completed_at - chrono::TimeDelta::days(31));
    assert_eq!(World::new().faults(&long), Vec::<String>::new());
    let world = World { photos: Vec::new(), ..World::new() };
    for year in ["-262143", "1999", "2101"] {
        let mut record = Record::parse(NOT_DONE.as_bytes()).unwrap();
        let Outcome::NotDone { noted_at, .. } = &mut record.outcome else { panic!("it did not take place") };
        *noted_at = format!("{year}-06-02T09:40:00+01:00").parse().unwrap();
        let faults = world.faults(&record);
        assert_eq!(faults.len(), 1, "{faults:#?}");
        assert!(faults[0].contains("a record speaks of the years 2000 to 2100"), "{}", faults[0]);
    }
}

#[test]
fn a_visit_did_not_take_place_under_its_contract_or_not_at_all() {
    let world = World { photos: Vec::new(), ..World::new() };
    let mut record = Record::parse(NOT_DONE.as_bytes()).unwrap();
    let Outcome::NotDone { noted_at, .. } = &mut record.outcome else { panic!("it did not take place") };
    *noted_at = "2025-03-02T09:40:00+01:00".parse().unwrap();
    let faults = world.faults(&record);
    assert_eq!(faults.len(), 1, "{faults:#?}");
    assert!(faults[0].starts_with("noted_at = ") && faults[0].contains("the contract runs from"), "{}", faults[0]);
}

#[test]
fn what_stands_on_one_line_has_no_line_break() {
    let broken = |at: &str| format!("Rosa{at}Peñalver");
    let attendee = |name: String, role: String| Attendee { name, role, strokes: Vec::new() };
    for at in ["\n", "\r\n", "\r", "\u{2028}", "\u{2029}"] {
        refused("present[0].name", "a line break stands in it; write it on one line", |done| {
            done.present = vec![attendee(broken(at), String::new())];
        });
    }
    let text = || broken("\n");
    refused("attendance[0].role", "line break", |done| done.attendance = vec![attendee("Rosa".to_owned(), text())]);
    refused("engineer_signature.name", "line break", |done| done.engineer_signature.name = text());
    refused("engineer_signature.role", "line break", |done| done.engineer_signature.role = text());
    refused("engineer_signature.place", "line break", |done| done.engineer_signature.place = text());
    refused("findings[0].responsible", "line break", |done| done.findings[0].responsible = text());
    refused("topics[0]", "line break", |done| done.topics = vec![text()]);
    refused("customer_signature.name", "line break", |done| {
        done.customer_signature = CustomerSignature::Refused { name: text(), reason: text() };
    });
    let record = Record::parse(NOT_DONE.replace("Marta", "Marta\\nRuiz").as_bytes()).unwrap();
    let faults = World { photos: Vec::new(), ..World::new() }.faults(&record);
    assert!(faults.len() == 1 && faults[0].starts_with("by = "), "{faults:#?}");
    // Comments may have any number of lines.
    assert_eq!(World::new().faults(&with(|done| done.remarks = text())), Vec::<String>::new());
}
