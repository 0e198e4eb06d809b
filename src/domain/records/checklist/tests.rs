use proptest::prelude::*;
use serde_json::json;

use super::*;

fn words(en: &str) -> Words {
    Words { en: en.to_owned(), es: None, zh: None }
}

fn item(key: &str, kind: Kind, when: Option<(&str, Test)>) -> Item {
    let when = when.map(|(item, test)| Condition { item: item.to_owned(), test });
    Item { item: key.to_owned(), text: words(key), kind, guidance: None, when, required: false }
}

fn volts() -> Kind {
    Kind::Number { reading: ReadingSpec { unit: "V".to_owned(), min: Some(2.2), max: None } }
}

fn modes() -> Kind {
    let choice = |key: &str, result| Choice { choice: key.to_owned(), text: words(key), result };
    Kind::Choice { choices: vec![choice("auto", Best::Ok), choice("manual", Best::Attention)] }
}

/// A bypass that may fail, then which contact, then a photo of that contact; and a voltage that may be low.
fn checklist() -> Checklist {
    let bad = Test::Result(vec![ItemResult::Attention, ItemResult::Fault]);
    let items = vec![
        item("bypass", Kind::Check, None),
        item("which", Kind::Text, Some(("bypass", bad))),
        item("picture", Kind::Photo, Some(("which", Test::Result(vec![ItemResult::Fault])))),
        item("mode", modes(), None),
        item("why", Kind::Text, Some(("mode", Test::Choice(vec!["manual".to_owned()])))),
        item("volts", volts(), None),
        item("low", Kind::Text, Some(("volts", Test::Below(2.0)))),
        item("high", Kind::Text, Some(("volts", Test::Above(2.4)))),
    ];
    Checklist {
        checklist: "own".to_owned(),
        title: words("Own"),
        sections: vec![Section { title: words("One"), items }],
    }
}

fn answer(item: &str, result: ItemResult) -> Answer {
    Answer::plain(item, result)
}

fn asked(answers: &[Answer]) -> Vec<String> {
    checklist().asked(answers).into_iter().map(str::to_owned).collect()
}

#[test]
fn an_item_is_asked_where_an_earlier_answer_calls_for_it() {
    let always = ["bypass", "mode", "volts"];
    assert_eq!(asked(&[]), always);
    assert_eq!(asked(&[answer("bypass", ItemResult::Ok)]), always);
    let fault = answer("bypass", ItemResult::Fault);
    assert_eq!(asked(std::slice::from_ref(&fault)), ["bypass", "mode", "volts", "which"]);
    let manual = Answer { choice: Some("manual".to_owned()), ..answer("mode", ItemResult::Attention) };
    assert_eq!(asked(&[manual]), ["bypass", "mode", "volts", "why"]);
    let read = |volts| Answer { reading: Some(volts), ..answer("volts", ItemResult::Ok) };
    assert_eq!(asked(&[read(1.9)]), ["bypass", "low", "mode", "volts"]);
    assert_eq!(asked(&[read(2.5)]), ["bypass", "high", "mode", "volts"]);
    for edge in [2.0, 2.4] {
        assert_eq!(asked(&[read(edge)]), always, "a limit itself is neither above nor below");
    }
}

#[test]
fn a_condition_on_an_item_that_was_not_asked_does_not_hold() {
    let (which, picture) = (answer("which", ItemResult::Fault), "picture".to_owned());
    assert!(!asked(std::slice::from_ref(&which)).contains(&picture));
    assert!(!asked(&[which.clone(), answer("bypass", ItemResult::Ok)]).contains(&picture));
    assert!(asked(&[which, answer("bypass", ItemResult::Fault)]).contains(&picture));
}

#[test]
fn a_choices_own_result_bounds_the_answers() {
    use ItemResult::{Attention, Fault, NotApplicable, NotInspected, Ok};
    let results = [Ok, NotApplicable, Attention, Fault, NotInspected];
    let allowed = |best: Best| results.map(|result| best.allows(result));
    assert_eq!(allowed(Best::Ok), [true, true, true, true, false]);
    assert_eq!(allowed(Best::Attention), [false, false, true, true, false]);
    assert_eq!(allowed(Best::Fault), [false, false, false, true, false]);
}

#[test]
fn p02_what_is_left_of_a_checklist_is_asked_with_what_depends_on_it() {
    let list = checklist();
    let part = list.only(&["bypass", "low"].into());
    let kept: Vec<&str> = part.items().map(|item| item.item.as_str()).collect();
    assert_eq!(kept, ["bypass", "which", "picture", "low"], "in their order, with what a fault of the bypass asks");
    assert!(part.item("low").unwrap().when.is_none(), "what was asked then is asked now, whatever the volts are");
    assert!(part.item("which").unwrap().when.is_some());
    assert_eq!(list.only(&[].into()).sections, []);
}

#[test]
fn a_checklist_travels_to_the_phone_as_flat_json() {
    let all = serde_json::to_value(checklist()).unwrap();
    let items = &all["sections"][0]["items"];
    assert_eq!(items[0], json!({"item": "bypass", "text": {"en": "bypass"}, "kind": "check", "required": false}));
    assert_eq!(items[1]["when"], json!({"item": "bypass", "result": ["attention", "fault"]}));
    let choices = json!([
        {"choice": "auto", "text": {"en": "auto"}, "result": "ok"},
        {"choice": "manual", "text": {"en": "manual"}, "result": "attention"},
    ]);
    assert_eq!((&items[3]["kind"], &items[3]["choices"]), (&json!("choice"), &choices));
    assert_eq!(items[4]["when"], json!({"item": "mode", "choice": ["manual"]}));
    assert_eq!((&items[5]["kind"], &items[5]["reading"]), (&json!("number"), &json!({"unit": "V", "min": 2.2})));
    assert_eq!(items[6]["when"], json!({"item": "volts", "below": 2.0}));
    assert_eq!(items[7]["when"], json!({"item": "volts", "above": 2.4}));
}

proptest! {
    #[test]
    fn items_without_a_condition_are_asked_whatever_is_answered(
        given in proptest::collection::vec((0..8_usize, 0..4_usize, proptest::option::of(-9.0..9.0_f64)), 0..12),
    ) {
        let list = checklist();
        let keys: Vec<&str> = list.items().map(|item| item.item.as_str()).collect();
        let results = [ItemResult::Ok, ItemResult::NotApplicable, ItemResult::Attention, ItemResult::Fault];
        let answers: Vec<Answer> = given
            .iter()
            .map(|(key, result, reading)| Answer { reading: *reading, ..answer(keys[*key], results[*result]) })
            .collect();
        let asked = list.asked(&answers);
        for item in list.items() {
            prop_assert!(item.when.is_some() || asked.contains(item.item.as_str()));
            if let Some(when) = item.when.as_ref().filter(|_| asked.contains(item.item.as_str())) {
                prop_assert!(asked.contains(when.item.as_str()), "{} hangs on an item that was not asked", item.item);
            }
        }
    }
}
