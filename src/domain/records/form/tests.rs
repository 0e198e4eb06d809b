use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::ids::VisitId;
use crate::visits::Appointment;

const ID: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

fn at(text: &str) -> Instant {
    text.parse().expect("an instant")
}

fn not_done() -> Value {
    json!({"schema": 1, "outcome": "not-done", "reason": "closed", "noted_at": "2026-03-02T09:40:00+01:00", "by": "M"})
}

#[test]
fn an_envelope_is_read_and_what_is_none_is_named() {
    let good = json!({"form": 1, "id": ID, "record": not_done(), "confirmed": ["completed-in-the-future"]});
    let envelope = Envelope::parse(good.to_string().as_bytes()).expect("a form");
    assert!(envelope.confirmed.contains(&QuestionKind::CompletedInTheFuture));
    let wrong = |change: fn(&mut Value)| {
        let mut bad = good.clone();
        change(&mut bad);
        Envelope::parse(bad.to_string().as_bytes()).expect_err("no form").to_string()
    };
    assert!(wrong(|form| form["form"] = json!(2)).starts_with("form = 2: this program reads version 1"));
    assert!(wrong(|form| form["id"] = json!("../x")).starts_with("id = \"../x\""));
    assert!(wrong(|form| form["office_note"] = json!("x".repeat(5_001))).starts_with("office_note has 5001"));
    assert!(wrong(|form| form["admin"] = json!(true)).contains("unknown field `admin`"));
    assert!(Envelope::parse(b"{").is_err() && Envelope::parse(b"\xff").is_err());
}

fn booked(day: &str, announced_at: &str) -> Visit {
    let appointment = Appointment {
        engineer: "E-1".into(),
        day: day.parse().expect("a day"),
        starts: "09:00:00".parse().expect("a time"),
        takes_minutes: 120,
    };
    Visit {
        id: VisitId(1),
        contract: "C".into(),
        site: "MAD".into(),
        term: "inspection".into(),
        number: 1,
        purpose: crate::contract::Purpose::Inspection,
        why: None,
        rest_of: None,
        state: VisitState::Booked { appointment, announced_at: at(announced_at), sequence: 0 },
    }
}

fn done_at(completed: &str) -> Record {
    let signature = json!({"name": "L", "signed_at": completed, "strokes": [[[0, 0], [1, 1]]]});
    let record = json!({
        "schema": 1, "outcome": "done", "started_at": completed, "completed_at": completed,
        "engineer_signature": signature, "customer_signature": {"status": "absent", "reason": "away"},
    });
    Record::parse(record.to_string().as_bytes()).expect("a record")
}

#[test]
fn p04_a_completion_in_the_future_or_before_the_booking_is_asked_about() {
    let zone = Zone::parse("Europe/Madrid").expect("a zone");
    let visit = booked("2026-03-02", "2026-02-20T08:00:00Z");
    let now = at("2026-03-02T12:00:00Z");
    let asked = |completed: &str| {
        questions(&done_at(completed), &visit, &zone, now).iter().map(Question::kind).collect::<Vec<_>>()
    };
    assert_eq!(asked("2026-03-02T12:30:00+01:00"), []);
    // A phone's clock may be slightly ahead.
    assert_eq!(asked("2026-03-02T13:14:00+01:00"), []);
    assert_eq!(asked("2026-03-02T13:16:00+01:00"), [QuestionKind::CompletedInTheFuture]);
    assert_eq!(asked("2026-03-01T23:59:00+01:00"), [QuestionKind::CompletedBeforeBooking]);
    assert_eq!(asked("2027-03-02T10:00:00+01:00"), [QuestionKind::CompletedInTheFuture]);
    // It was booked in the afternoon for the same day, but the record says that it was done in the morning.
    let late = booked("2026-03-02", "2026-03-02T11:00:00Z");
    let asked = questions(&done_at("2026-03-02T10:00:00+01:00"), &late, &zone, now);
    assert_eq!(asked.iter().map(Question::kind).collect::<Vec<_>>(), [QuestionKind::CompletedBeforeBooking]);
    let note = Record::parse(not_done().to_string().as_bytes()).expect("a record");
    assert_eq!(questions(&note, &booked("2026-03-09", "2026-02-20T08:00:00Z"), &zone, now), []);
}

#[test]
fn a_reason_is_read_back_from_its_word() {
    for why in ReviewWhy::ALL {
        assert_eq!(ReviewWhy::parse(why.word()), Some(why));
    }
    assert_eq!(ReviewWhy::parse("no-reason"), None);
}

fn push(device: &str, fields: &[(&str, Value, i64)]) -> Push {
    let field = |(path, value, base): &(&str, Value, i64)| Field {
        path: (*path).to_owned(),
        value: value.clone(),
        base: *base,
    };
    Push { device: device.to_owned(), since: 0, fields: fields.iter().map(field).collect() }
}

#[test]
fn two_phones_are_merged_by_field_and_what_both_changed_is_shown_to_a_person() {
    let mut stored = BTreeMap::new();
    let first = push("a", &[("remarks", json!("one"), 0), ("findings/1/text", json!("loose"), 0)]);
    let (taken, conflicts) = merge(&mut stored, &first).expect("a draft");
    assert_eq!((taken.len(), conflicts.len()), (2, 0));
    // The other phone has not seen that, and changes one of the same fields and another one.
    let second = push("b", &[("remarks", json!("two"), 0), ("findings/2/text", json!("rust"), 0)]);
    let (taken, conflicts) = merge(&mut stored, &second).expect("a draft");
    assert_eq!(taken.iter().map(|field| field.path.as_str()).collect::<Vec<_>>(), ["findings/2/text"]);
    assert_eq!((conflicts[0].value.clone(), conflicts[0].rev), (json!("one"), 1));
    assert_eq!(stored["remarks"].value, json!("one"));
    // A person has chosen.
    let chosen = push("b", &[("remarks", json!("two"), 1)]);
    assert_eq!(merge(&mut stored, &chosen).expect("a draft").1, []);
    assert_eq!((stored["remarks"].value.clone(), stored["remarks"].rev), (json!("two"), 4));
    // Sent again, because the reply was lost.
    assert_eq!(merge(&mut stored, &chosen).expect("a draft"), (Vec::new(), Vec::new()));
}

#[test]
fn a_draft_has_bounds_and_is_taken_whole_or_not_at_all() {
    let mut stored = BTreeMap::new();
    let large = push("a", &[("a", json!(1), 0), ("b", json!("x".repeat(MOST_BYTES)), 0)]);
    assert!(matches!(merge(&mut stored, &large), Err(DraftRefused::TooLarge { .. })));
    for device in ["", "a\nb", &"x".repeat(LONGEST_DEVICE + 1)] {
        let named = push(device, &[("a", json!(0), 0)]);
        assert!(matches!(merge(&mut stored, &named), Err(DraftRefused::Device { .. })), "{device:?}");
    }
    let twice = push("a", &[("a", json!(0), 0), ("b", json!(0), 0), ("a", json!(1), 0)]);
    assert_eq!(merge(&mut stored, &twice), Err(DraftRefused::Twice { path: "a".to_owned() }));
    for path in ["", "a\nb", &"x".repeat(LONGEST_PATH + 1)] {
        assert!(matches!(merge(&mut stored, &push("a", &[(path, json!(0), 0)])), Err(DraftRefused::Path { .. })));
    }
    assert!(stored.is_empty());
    let names: Vec<String> = (0..=MOST_FIELDS).map(|n| n.to_string()).collect();
    let many: Vec<_> = names.iter().map(|name| (name.as_str(), json!(0), 0)).collect();
    let at_once = push("a", &many[..=MOST_FIELDS_AT_ONCE]);
    assert_eq!(merge(&mut stored, &at_once), Err(DraftRefused::TooManyAtOnce { fields: 1_001 }));
    for part in many[..MOST_FIELDS].chunks(MOST_FIELDS_AT_ONCE) {
        merge(&mut stored, &push("a", part)).expect("a draft");
    }
    let one_more = push("a", &many[MOST_FIELDS..]);
    assert_eq!(merge(&mut stored, &one_more), Err(DraftRefused::TooManyFields { fields: 5_001 }));
}

proptest! {
    /// Phones that type, push at any time, lose replies and repeat: once each has seen everything, and has chosen its
    /// own value in every conflict, all have the same draft, and each field has a value that was last typed on one of
    /// the phones.
    #[test]
    fn phones_that_push_in_any_order_end_with_the_same_draft(steps in prop::collection::vec((0..2_usize, 0..3_u8, 0..5_u8, any::<bool>()), 1..60)) {
        let mut stored: BTreeMap<String, StoredField> = BTreeMap::new();
        let mut phones: [BTreeMap<String, (Value, i64, bool)>; 2] = [BTreeMap::new(), BTreeMap::new()];
        let sync = |stored: &mut BTreeMap<String, StoredField>, phone: &mut BTreeMap<String, (Value, i64, bool)>, name: &str, is_lost: bool| {
            let fields: Vec<Field> = phone.iter().filter(|(_, (.., dirty))| *dirty)
                .map(|(path, (value, base, _))| Field { path: path.clone(), value: value.clone(), base: *base }).collect();
            let (_, conflicts) = merge(stored, &Push { device: name.to_owned(), since: 0, fields }).expect("a draft");
            if is_lost { return 1; }
            for field in stored.values() {
                let mine = phone.entry(field.path.clone()).or_insert((Value::Null, 0, false));
                let in_conflict = conflicts.iter().any(|conflict| conflict.path == field.path);
                // The person at this phone chooses their own value.
                *mine = if in_conflict { (mine.0.clone(), field.rev, true) } else { (field.value.clone(), field.rev, false) };
            }
            conflicts.len()
        };
        for (who, path, value, is_lost) in steps {
            let mine = phones[who].entry(path.to_string()).or_insert((Value::Null, 0, false));
            *mine = (json!(value), mine.1, true);
            if value % 2 == 0 {
                sync(&mut stored, &mut phones[who], &who.to_string(), is_lost);
            }
        }
        let mut left = 1;
        for _ in 0..6 {
            left = (0..2).map(|who| sync(&mut stored, &mut phones[who], &who.to_string(), false)).sum();
        }
        prop_assert_eq!(left, 0);
        for phone in &phones {
            for (path, field) in &stored {
                prop_assert_eq!(&phone[path].0, &field.value);
            }
        }
    }
}

#[test]
fn a_draft_that_changes_hands_keeps_what_was_read_and_nothing_that_was_signed() {
    let mut stored = BTreeMap::new();
    let first = push(
        "a",
        &[
            ("sign/engineer/name", json!("Lucía"), 0),
            ("sign/engineer/strokes", json!([[[0, 0]]]), 0),
            ("sign/customer/status", Value::Null, 0),
            ("started_at", json!("2026-03-02T09:00:00+01:00"), 0),
            ("eq/UPS-1/room/reading", json!("23"), 0),
            ("outcome", json!("not-done"), 0),
            ("not_done/reason", json!("closed"), 0),
            ("not_done/by", json!("Lucía"), 0),
        ],
    );
    merge(&mut stored, &first).expect("a draft");
    let mut stored: Vec<StoredField> = stored.into_values().collect();
    stored.sort_by_key(|field| field.rev);
    let after: Vec<_> = handed_over(&stored).into_iter().map(|field| (field.path, field.value, field.rev)).collect();
    let emptied = |path: &str, rev: i64| (path.to_owned(), Value::Null, rev);
    assert_eq!(
        after,
        [
            emptied("sign/engineer/name", 9),
            emptied("sign/engineer/strokes", 10),
            emptied("started_at", 11),
            emptied("not_done/by", 12)
        ]
    );
    // On another day, the same person may return, and is sent every field again.
    let kept = kept_for_another_day(&stored);
    assert_eq!(kept.iter().map(|field| field.rev).collect::<Vec<_>>(), (9..=16).collect::<Vec<_>>());
    let left: Vec<_> = kept.iter().filter(|field| !field.value.is_null()).map(|field| field.path.as_str()).collect();
    assert_eq!(left, ["sign/engineer/name", "eq/UPS-1/room/reading"]);
    assert_eq!((handed_over(&[]), kept_for_another_day(&[])), (Vec::new(), Vec::new()));
}
