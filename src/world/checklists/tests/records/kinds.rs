//! Records for a checklist with every kind of item, and the other data that the form collects.

use super::*;
use domain::ids::FindingId;
use domain::records::checklist::{Best, Choice, Condition, Test};

/// A record in canonical form, as written before choices, texts and customer comments were added.
const EARLIER: &str = r#"{"schema":1,"outcome":"done","started_at":"2026-03-02T09:05:00+01:00","completed_at":"2026-03-02T11:40:00+01:00","equipment":[{"equipment":"MAD-1-UPS","answers":[{"item":"load-percent","result":"ok","reading":54.0},{"item":"alarms-log","result":"attention","remark":"Two"}]}],"findings":[{"severity":"major","equipment":"MAD-1-UPS","text":"Swollen","done":"Marked","closed":false,"close_by":"2026-03-31","photo":"celda-12.jpg"}],"closes":[{"finding":7,"how":"Replaced"}],"advice":[{"text":"Replace","cost":"medium"}],"photos":[{"file":"celda-12.jpg"}],"present":[{"name":"Andrés"}],"attendance":[{"name":"Rosa","role":"Operator"}],"topics":["Bypass"],"remarks":"None","engineer_signature":{"name":"Marta","signed_at":"2026-03-02T11:42:00+01:00","strokes":[[[10.0,40.5],[14.0,22.0]]]},"customer_signature":{"status":"refused","name":"Rosa","reason":"Late"}}"#;

fn words(en: &str) -> Words {
    Words { en: en.to_owned(), es: None, zh: None }
}

/// One item of each kind, all required; the text item is asked only if the mode is manual.
fn world() -> World {
    let choice = |key: &str, result| Choice { choice: key.to_owned(), text: words(key), result };
    let choices = vec![choice("auto", Best::Ok), choice("manual", Best::Attention), choice("stuck", Best::Fault)];
    let when = Condition { item: "mode".to_owned(), test: Test::Choice(vec!["manual".to_owned()]) };
    let reading = ReadingSpec { unit: "V".to_owned(), min: Some(2.0), max: None };
    let item = |key: &str, kind, when| Item {
        item: key.to_owned(),
        text: words(key),
        kind,
        guidance: None,
        when,
        required: true,
    };
    let items = vec![
        item("mode", Kind::Choice { choices }, None),
        item("why", Kind::Text, Some(when)),
        item("volts", Kind::Number { reading }, None),
        item("panel", Kind::Photo, None),
        item("noise", Kind::Check, None),
    ];
    let sections = vec![Section { title: words("All"), items }];
    World { checklist: Checklist { checklist: "kinds".to_owned(), title: words("Kinds"), sections }, ..World::new() }
}

fn answers() -> Vec<Answer> {
    vec![
        Answer { choice: Some("manual".to_owned()), ..Answer::plain("mode", ItemResult::Attention) },
        Answer { text: "Works on the bypass".to_owned(), ..Answer::plain("why", ItemResult::Ok) },
        Answer { reading: Some(2.2), ..Answer::plain("volts", ItemResult::Ok) },
        Answer { photos: vec!["celda-12.jpg".to_owned()], ..Answer::plain("panel", ItemResult::Ok) },
        Answer::plain("noise", ItemResult::Ok),
    ]
}

fn answered(change: impl FnOnce(&mut Done)) -> Record {
    with(|done| {
        done.equipment[0].answers = answers();
        done.customer_remarks.clear();
        change(done);
    })
}

/// Asserts that the change causes exactly one fault, at `path`, and that its text contains `words`.
#[track_caller]
fn one_fault(path: &str, words: &str, change: impl FnOnce(&mut Done)) {
    let faults = world().faults(&answered(change));
    assert_eq!(faults.len(), 1, "{faults:#?}");
    assert!(faults[0].starts_with(&format!("{path} = ")), "{}", faults[0]);
    assert!(faults[0].contains(words), "{}", faults[0]);
}

#[test]
fn a_record_of_the_earlier_form_reads_and_is_written_as_it_was() {
    assert_eq!(canonical(&Record::parse(EARLIER.as_bytes()).unwrap()), EARLIER);
}

#[test]
fn p03_an_item_of_every_kind_is_answered_in_its_own_way() {
    assert_eq!(world().faults(&answered(|_| {})), Vec::<String>::new());
    let skipped = answered(|done| {
        for answer in &mut done.equipment[0].answers {
            *answer = Answer::plain(answer.item.clone(), ItemResult::NotApplicable);
        }
        done.equipment[0].answers.remove(1);
    });
    assert_eq!(world().faults(&skipped), Vec::<String>::new());
}

#[test]
fn a_required_item_wants_what_its_kind_asks_for() {
    one_fault("equipment[0].answers[1].text", "this is blank; answer: why", |done| {
        done.equipment[0].answers[1].text = " ".to_owned();
    });
    one_fault("equipment[0].answers[2].reading", "required and has no reading", |done| {
        done.equipment[0].answers[2].reading = None;
    });
    one_fault("equipment[0].answers[3].photos", "required and has no photo", |done| {
        done.equipment[0].answers[3].photos.clear();
    });
    // Nothing is chosen, so the conditional item is not asked.
    one_fault("equipment[0].answers[0].choice", "nothing is chosen; choose auto, manual, stuck", |done| {
        done.equipment[0].answers[0].choice = None;
        done.equipment[0].answers.remove(1);
    });
}

#[test]
fn an_answer_of_another_kind_is_refused() {
    one_fault("equipment[0].answers[4].choice", "nothing to choose", |done| {
        done.equipment[0].answers[4].choice = Some("auto".to_owned());
    });
    one_fault("equipment[0].answers[4].text", "does not ask for a text", |done| {
        done.equipment[0].answers[4].text = "Hum".to_owned();
    });
    one_fault("equipment[0].answers[3].reading", "nothing is measured", |done| {
        done.equipment[0].answers[3].reading = Some(1.0);
    });
    one_fault("equipment[0].answers[0].choice", "did you mean manual?", |done| {
        done.equipment[0].answers[0].choice = Some("manuel".to_owned());
        done.equipment[0].answers.remove(1);
    });
}

#[test]
fn a_result_is_not_better_than_what_was_chosen() {
    one_fault("equipment[0].answers[0].result", "with manual chosen the result is attention at best", |done| {
        done.equipment[0].answers[0].result = ItemResult::Ok;
    });
    let worse = answered(|done| done.equipment[0].answers[0].result = ItemResult::Fault);
    assert_eq!(world().faults(&worse), Vec::<String>::new());
}

#[test]
fn what_is_not_asked_is_not_required_and_not_answered() {
    let auto = |done: &mut Done| {
        let mode = &mut done.equipment[0].answers[0];
        (mode.choice, mode.result) = (Some("auto".to_owned()), ItemResult::Ok);
    };
    one_fault("equipment[0].answers[1].item", "asked only where mode is manual", auto);
    let left_out = answered(|done| {
        auto(done);
        done.equipment[0].answers.remove(1);
    });
    assert_eq!(world().faults(&left_out), Vec::<String>::new());
    one_fault("equipment[0].answers", "item why is required and has no answer", |done| {
        done.equipment[0].answers.remove(1);
    });
}

#[test]
fn photos_of_answers_are_among_the_records_and_named_once() {
    one_fault("equipment[0].answers[3].photos[1]", "did you mean celda-12.jpg?", |done| {
        done.equipment[0].answers[3].photos.push("celda-21.jpg".to_owned());
    });
    one_fault("equipment[0].answers[4].photos[1]", "shows the item further up", |done| {
        done.equipment[0].answers[4].photos = vec!["celda-12.jpg".to_owned(); 2];
    });
}

#[test]
fn p02_a_finding_carried_on_is_open_and_not_closed_by_the_same_visit() {
    let carry = |numbers: &'static [i64]| {
        move |done: &mut Done| {
            done.carried = numbers
                .iter()
                .map(|&finding| CarriedFinding { finding: FindingId(finding), note: String::new() })
                .collect();
        }
    };
    assert_eq!(world().faults(&answered(carry(&[9]))), Vec::<String>::new());
    one_fault("carried[0].finding", "no open finding of this number; open are 7, 9", carry(&[8]));
    one_fault("carried[0].finding", "the same visit closes it", carry(&[7]));
    one_fault("carried[1].finding", "carried on further up already", carry(&[9, 9]));
    one_fault("carried[0].note", "5000 are allowed", |done| {
        done.carried = vec![CarriedFinding { finding: FindingId(9), note: "n".repeat(5_001) }];
    });
    one_fault("findings[0].responsible", "200 are allowed", |done| done.findings[0].responsible = "r".repeat(201));
}

#[test]
fn p07_who_was_trained_signs_and_who_was_there_does_not() {
    let person = |strokes| Attendee { name: "Rosa".to_owned(), role: String::new(), strokes };
    let signed = vec![vec![(1.0, 2.0), (3.0, 4.0)]];
    let trained = answered(|done| done.attendance = vec![person(signed.clone()), person(Vec::new())]);
    assert_eq!(world().faults(&trained), Vec::<String>::new());
    one_fault("attendance[0].strokes", "strokes with points", |done| done.attendance = vec![person(vec![Vec::new()])]);
    one_fault("attendance[0].strokes", "±1,000,000", |done| {
        done.attendance = vec![person(vec![vec![(f64::NAN, 0.0)]])]
    });
    one_fault("present[0].strokes", "does not sign", |done| done.present = vec![person(signed)]);
}

#[test]
fn p14_what_is_said_of_the_operators_is_kept_and_left_out_where_nothing_is_said() {
    let said = |skill: &str, changes: &str| {
        answered(|done| done.operators = Operators { skill: skill.to_owned(), changes: changes.to_owned() })
    };
    assert!(canonical(&said("Sure of the bypass", "")).contains(r#""operators":{"skill":"Sure of the bypass"}"#));
    assert!(!canonical(&said("", "")).contains("operators"));
    assert_eq!(world().faults(&said("Sure", "Two left")), Vec::<String>::new());
    one_fault("operators.changes", "5000 are allowed", |done| done.operators.changes = "c".repeat(5_001));
}

#[test]
fn p03_the_customers_remarks_stand_at_items_that_the_record_reports() {
    let remark = |equipment: &'static str, item: &'static str, text: &'static str| {
        move |done: &mut Done| {
            let text = text.to_owned();
            done.customer_remarks = vec![CustomerRemark { equipment: equipment.into(), item: item.to_owned(), text }];
        }
    };
    assert_eq!(world().faults(&answered(remark("MAD-1-UPS", "volts", "We read 2.1"))), Vec::<String>::new());
    one_fault("customer_remarks[0].equipment", "did you mean MAD-1-UPS?", remark("MAD-1-USP", "volts", "Low"));
    one_fault("customer_remarks[0].item", "did you mean volts?", remark("MAD-1-UPS", "volt", "Low"));
    one_fault("customer_remarks[0].text", "this is blank", remark("MAD-1-UPS", "volts", ""));
    let unasked = answered(|done| {
        let mode = &mut done.equipment[0].answers[0];
        (mode.choice, mode.result) = (Some("auto".to_owned()), ItemResult::Ok);
        done.equipment[0].answers.remove(1);
        remark("MAD-1-UPS", "why", "Because")(done);
    });
    assert!(world().faults(&unasked)[0].contains("asked only where mode is manual"));
    let training = World { purpose: Purpose::Training, ..world() };
    let no_answers = answered(|done| {
        done.attendance = vec![Attendee { name: "Rosa".to_owned(), role: String::new(), strokes: Vec::new() }];
        remark("MAD-1-UPS", "volts", "Low")(done);
        done.equipment.clear();
    });
    assert!(training.faults(&no_answers)[0].contains("no answers for this equipment"));
}

#[test]
fn p03_a_signature_that_is_asked_for_says_of_whom() {
    let asked = |name: &str, email: &str| {
        let (name, email) = (name.to_owned(), email.to_owned());
        move |done: &mut Done| {
            done.customer_signature = CustomerSignature::Asked { name, role: String::new(), email };
        }
    };
    for email in ["", "rosa@example.org"] {
        assert_eq!(world().faults(&answered(asked("Rosa", email))), Vec::<String>::new());
    }
    let text = canonical(&answered(asked("Rosa", "")));
    assert!(text.ends_with(r#""customer_signature":{"status":"asked","name":"Rosa"}}"#), "{text}");
    one_fault("customer_signature.name", "this is blank; write who is to sign", asked(" ", ""));
    one_fault("customer_signature.email", "this is no mail address", asked("Rosa", "rosa at example"));
}

#[test]
fn new_keys_do_not_belong_to_a_visit_that_did_not_take_place() {
    for key in [r#""carried":[]"#, r#""operators":{}"#, r#""customer_remarks":[]"#] {
        let bad = bad_json(&NOT_DONE.replacen('{', &format!("{{{key},"), 1));
        assert!(bad.why.contains("does not belong to a record with outcome \"not-done\""), "{key}: {bad}");
    }
    let weather = EXAMPLE.replacen("\"closes\":", "\"operators\": {\"weather\": 2}, \"closes\":", 1);
    assert!(bad_json(&weather).why.contains("unknown field `weather`"));
}
