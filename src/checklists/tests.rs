use super::*;
use crate::domain::language::Language;

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
        assert!((12..=18).contains(&items.len()), "{key} has {} items", items.len());
        let readings = items.iter().filter_map(|item| item.reading.as_ref());
        assert!(readings.clone().count() * 5 >= items.len() * 2, "{key} measures too little");
        assert!(readings.clone().all(|spec| spec.min.is_some() || spec.max.is_some()), "{key}: a reading has no limit");
        assert!(items.iter().any(|item| item.required), "{key} requires nothing");
        let texts = items.iter().map(|item| &item.text).chain(checklist.sections.iter().map(|section| &section.title));
        for words in texts.chain([&checklist.title]) {
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
    let mut rows = csv::Reader::from_reader(include_str!("../../templates/demo/equipment.csv").as_bytes());
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
