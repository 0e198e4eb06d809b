mod records;

use super::*;
use domain::language::Language;
use domain::records::ItemResult;
use domain::records::checklist::{Best, Item, Test};

fn load(text: &str) -> Result<Checklists, Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("own.toml"), text).unwrap();
    let place = format!("{}/", folder.path().display());
    Checklists::load(Some(folder.path())).map_err(|all| all.iter().map(|one| one.replace(&place, "")).collect())
}

#[test]
fn every_shipped_checklist_is_complete_in_three_languages() {
    let all = Checklists::load(None).unwrap();
    assert_eq!(all.keys().count(), SHIPPED.len());
    for checklist in all.by_key.values() {
        let key = &checklist.checklist;
        let items: Vec<&Item> = checklist.sections.iter().flat_map(|section| &section.items).collect();
        let always = items.iter().filter(|item| item.when.is_none()).count();
        assert!((12..=18).contains(&always), "{key} has {always} items that are always asked");
        assert!(items.iter().any(|item| item.guidance.is_some()), "{key} explains nothing");
        assert!(always < items.len(), "{key} asks nothing further about a fault");
        let readings = items.iter().filter_map(|item| item.reading());
        assert!(readings.clone().count() * 5 >= items.len() * 2, "{key} measures too little");
        assert!(readings.clone().all(|spec| spec.min.is_some() || spec.max.is_some()), "{key}: a reading has no limit");
        assert!(items.iter().any(|item| item.required), "{key} requires nothing");
        for words in checklist.texts() {
            let mut said: Vec<&str> = Language::ALL.map(|language| words.get(language)).to_vec();
            said.dedup();
            assert_eq!(said.len(), Language::ALL.len(), "{key}: {:?} is not translated", words.en);
            assert!(words.get(Language::Zh).chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{key}: {said:?}");
        }
    }
}

#[test]
fn the_demos_equipment_finds_its_checklists() {
    let all = Checklists::load(None).unwrap();
    let mut rows = csv::Reader::from_reader(include_str!("../../../templates/demo/equipment.csv").as_bytes());
    let column = rows.headers().unwrap().iter().position(|name| name == "checklist").unwrap();
    for row in rows.records() {
        let row = row.unwrap();
        assert!(all.get(&row[column]).is_some(), "no checklist {:?}", &row[column]);
    }
}

#[test]
fn the_administrators_checklist_wins_by_key() {
    let own = "checklist = 'lift'\ntitle = { en = 'Our lift' }\n[[sections]]\ntitle = { en = 'Car' }\n\
               [[sections.items]]\nitem = 'doors'\ntext = { en = 'Doors close' }\n";
    let all = load(own).unwrap();
    assert_eq!(all.get("lift").unwrap().title.get(Language::Es), "Our lift");
    assert_eq!(all.get("lift").unwrap().sections[0].items.len(), 1);
    assert_eq!(all.keys().count(), SHIPPED.len());
}

#[test]
fn every_mistake_of_a_file_is_named_with_its_place() {
    let bad = "\
checklist = 'Own List'
titel = { en = 'Own' }
[[sections]]
title = { en = 'One', fr = 'Un' }
[[sections.items]]
item = 'load'
text = 'Load'
reading = { unit = 'A', min = 20, max = 10 }
[[sections.items]]
item = 'load'
text = { en = 'Load again', zh = '' }
required = 'yes'
reading = { min = 'low' }
[[sections]]
title = { en = 'Two' }
";
    let expected = [
        "own.toml:1:1: title is missing: title = { en = \"…\", es = \"…\", zh = \"…\" }",
        "own.toml:1:13: checklist = \"Own List\" is no key; use small letters, digits and hyphens, at most 60",
        "own.toml:2:1: there is no key \"titel\" here; known are checklist, title, sections; did you mean title?",
        "own.toml:4:23: there is no key \"fr\" here; known are en, es, zh",
        "own.toml:7:8: text is a text in each language: text = { en = \"…\", es = \"…\", zh = \"…\" }",
        "own.toml:8:11: min = 20 is above max = 10; no reading could be ok",
        "own.toml:10:8: the checklist has an item \"load\" further up already",
        "own.toml:11:34: zh is blank; leave it out where there is no translation",
        "own.toml:12:12: required is true or false, not a TOML string",
        "own.toml:13:11: unit is missing",
        "own.toml:13:19: min is a number such as 2.25",
        "own.toml:14:1: the section has no item; begin one with [[sections.items]]",
    ];
    assert_eq!(load(bad).unwrap_err(), expected);
}

#[test]
fn a_file_that_is_no_toml_is_named_with_its_line() {
    let mistakes = load("checklist = 'own'\ntitle = {\n[[sections]\n").unwrap_err();
    assert!(!mistakes.is_empty());
    assert!(mistakes.iter().all(|mistake| mistake.starts_with("own.toml:")), "{mistakes:?}");
}

/// The mistakes in a checklist with these items, without their line numbers.
fn of_items(items: &str) -> Vec<String> {
    let head = "checklist = 'own'\ntitle = { en = 'Own' }\n[[sections]]\ntitle = { en = 'One' }\n";
    match load(&format!("{head}{items}")) {
        Ok(_) => Vec::new(),
        Err(mistakes) => mistakes,
    }
}

fn item(key: &str, rest: &str) -> String {
    format!("[[sections.items]]\nitem = '{key}'\ntext = {{ en = 'Text' }}\n{rest}\n")
}

#[test]
fn every_kind_choice_guidance_and_condition_is_read() {
    let text = "checklist = 'own'\ntitle = { en = 'Own' }\n[[sections]]\ntitle = { en = 'One' }\n".to_owned()
        + &item(
            "mode",
            "kind = 'choice'\nguidance = { en = 'Look at the key', es = 'Mire' }\nchoices = [\n\
                 { choice = 'auto', text = { en = 'Auto' } },\n\
                 { choice = 'manual', text = { en = 'Manual' }, result = 'attention' } ]",
        )
        + &item("version", "kind = 'text'\nwhen = { item = 'mode', choice = ['manual'] }\nrequired = true")
        + &item("hours", "reading = { unit = 'h' }")
        + &item("volts", "kind = 'number'\nreading = { unit = 'V', max = 2 }\nwhen = { item = 'hours', above = 80 }")
        + &item("low", "kind = 'check'\nwhen = { item = 'volts', below = -1.5 }")
        + &item("plate", "kind = 'photo'\nwhen = { item = 'version', result = ['attention', 'not-applicable'] }");
    let all = load(&text).unwrap();
    let list = all.get("own").unwrap();
    assert!(all.is_own("own") && !all.is_own("lift"));
    let item = |key: &str| list.item(key).unwrap();
    let (mode, results) = (item("mode"), [ItemResult::Attention, ItemResult::NotApplicable]);
    assert_eq!(mode.choices().iter().map(|choice| choice.result).collect::<Vec<_>>(), [Best::Ok, Best::Attention]);
    assert_eq!(mode.guidance.as_ref().unwrap().get(Language::Es), "Mire");
    let test = |key: &str| item(key).when.clone().unwrap().test;
    assert_eq!(test("version"), Test::Choice(vec!["manual".to_owned()]));
    assert_eq!((test("volts"), test("low")), (Test::Above(80.0), Test::Below(-1.5)));
    assert_eq!(test("plate"), Test::Result(results.to_vec()));
    let kinds: Vec<&str> = list.items().map(|item| item.kind.word()).collect();
    assert_eq!(kinds, ["choice", "text", "number", "number", "check", "photo"]);
    assert!(item("version").required && !item("hours").required);
}

#[test]
fn every_mistake_of_a_kind_is_named_with_its_place() {
    let items = item("one", "kind = 'numbr'")
        + &item("two", "kind = 'number'")
        + &item("three", "kind = 'text'\nreading = { unit = 'V' }")
        + &item("four", "kind = 'choice'")
        + &item("five", "choices = [{ choice = 'a', text = { en = 'A' } }]")
        + &item("six", "kind = 'choice'\nchoices = []")
        + &item(
            "seven",
            "kind = 'choice'\nchoices = [{ choice = 'a', text = { en = 'A' } },\n\
                 { choice = 'a', text = { en = ' ' } }, { choice = 'B', text = { en = 'B' }, result = 'not-applicable' },\n\
                 { choice = 'a', text = { en = 'Again' } }, { choice = 'c', text = { en = 'A' }, reslt = 'ok' }]",
        )
        + &item("eight", "guidance = 'Look'\nkind = 7");
    let expected = [
        "own.toml:8:8: kind = \"numbr\" is not known; known are check, number, choice, text, photo; did you mean number?",
        "own.toml:12:8: a number has its unit and limits: reading = { unit = \"V\", min = 2.2, max = 2.3 }",
        "own.toml:17:11: reading belongs to kind = \"number\", and this item's kind is \"text\"",
        "own.toml:21:8: a choice has something to choose: choices = [{ choice = \"auto\", text = { en = \"…\" } }, …]",
        "own.toml:25:11: choices belongs to kind = \"choice\", and this item's kind is \"check\"",
        "own.toml:30:11: choices is empty; a choice has something to choose: \
         choices = [{ choice = \"auto\", text = { en = \"…\" } }, …]",
        "own.toml:36:31: en is blank",
        "own.toml:36:51: choice = \"B\" is no key; use small letters, digits and hyphens, at most 60",
        "own.toml:36:86: result = \"not-applicable\" is not known; known are ok, attention, fault",
        "own.toml:37:12: the item has a choice \"a\" further up already",
        "own.toml:37:55: another choice of the item reads \"A\" already",
        "own.toml:37:81: there is no key \"reslt\" here; known are choice, text, result; did you mean result?",
        "own.toml:41:12: guidance is a text in each language: guidance = { en = \"…\", es = \"…\", zh = \"…\" }",
        "own.toml:42:8: kind is a text in quotes, not a TOML integer",
    ];
    assert_eq!(of_items(&items), expected);
}

#[test]
fn every_mistake_of_a_condition_is_named_with_its_place() {
    let items = item("mode", "kind = 'choice'\nchoices = [{ choice = 'auto', text = { en = 'A' } }]")
        + &item("volts", "reading = { unit = 'V' }")
        + &item("noise", "when = 'mode'")
        + &item("a", "when = { item = 'mod', choice = ['auto'] }")
        + &item("b", "when = { item = 'late', result = ['fault'] }")
        + &item("c", "when = { item = 'c', result = ['fault'] }")
        + &item("d", "when = { item = 'volts', choice = ['auto'] }")
        + &item("e", "when = { item = 'mode', above = 3 }")
        + &item("f", "when = { item = 'mode', choice = ['manual', 'auto', 'auto'] }")
        + &item("g", "when = { item = 'noise', result = ['faulty', 'ok'] }")
        + &item("h", "when = { item = 'volts', above = 'high' }")
        + &item("i", "when = { item = 'volts' }")
        + &item("j", "when = { item = 'volts', above = 1, below = 3 }")
        + &item("k", "when = { result = [] }")
        + &item("l", "when = { item = 'mode', result = 'fault', since = 1 }")
        + &item("late", "");
    let expected = [
        "own.toml:17:8: a condition is written as when = { item = \"mode\", choice = [\"manual\"] }",
        "own.toml:21:17: the checklist has no item \"mod\"; did you mean mode?",
        "own.toml:25:17: a condition looks at an item further up, and \"late\" comes further down",
        "own.toml:29:17: a condition looks at an item further up, and \"c\" is the item itself",
        "own.toml:33:35: choice looks at a choice, and the item's kind is \"number\"; use result there",
        "own.toml:37:33: above looks at a number, and the item's kind is \"choice\"; use result there",
        "own.toml:41:35: the item has no choice \"manual\"; it has auto",
        "own.toml:41:53: \"auto\" stands in the list already",
        "own.toml:45:36: \"faulty\" is no result; known are ok, not-applicable, attention, fault; did you mean fault?",
        "own.toml:49:34: above is a number such as 2.25",
        "own.toml:53:8: a condition says what the answer must be: result, choice, above, below; \
         when = { item = \"mode\", choice = [\"manual\"] }",
        "own.toml:57:34: a condition has one of result, choice, above, below, and this one has above and below",
        "own.toml:61:8: item is missing",
        "own.toml:61:19: result is empty; the item would never be asked",
        "own.toml:65:34: result is a list, not a TOML string",
        "own.toml:65:43: there is no key \"since\" here; known are item, result, choice, above, below",
    ];
    assert_eq!(of_items(&items), expected);
}

#[test]
fn a_condition_on_an_item_with_a_mistake_names_that_mistake_alone() {
    let items = item("mode", "kind = 'choise'") + &item("why", "when = { item = 'mode', choice = ['manual'] }");
    let mistakes = of_items(&items);
    assert_eq!(mistakes.len(), 1, "{mistakes:?}");
    assert!(mistakes[0].contains("did you mean choice?"), "{mistakes:?}");
}
