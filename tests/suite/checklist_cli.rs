//! `ronda checklist`, as a process.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Exit code, standard output and standard error of a call for the office in `dir`.
fn ronda(dir: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ronda"));
    let ours = ["RONDA_DATABASE", "STATE_DIRECTORY", "CONFIGURATION_DIRECTORY", "JOURNAL_STREAM", "RUST_LOG"];
    ours.iter().for_each(|name| _ = command.env_remove(name));
    let output = command.env("RONDA_DIR", dir).current_dir(dir).args(arguments).output().expect("the binary starts");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("no signal"), text(output.stdout), text(output.stderr))
}

const OWN: &str = "checklist = 'lift'
title = { en = 'Our lift', es = 'Nuestro ascensor' }
[[sections]]
title = { en = 'Car' }
[[sections.items]]
item = 'mode'
text = { en = 'Mode', es = 'Modo' }
kind = 'choice'
choices = [{ choice = 'auto', text = { en = 'Auto' } }, { choice = 'hand', text = { en = 'By hand' }, result = 'fault' }]
required = true
[[sections.items]]
item = 'why'
text = { en = 'Why' }
kind = 'text'
when = { item = 'mode', choice = ['hand'] }
guidance = { en = 'Ask the porter' }
[[sections.items]]
item = 'doors'
text = { en = 'Doors' }
reading = { unit = 'N', max = 150 }
";

#[test]
fn a_good_file_is_told_in_one_line_and_a_bad_one_by_every_mistake_with_its_line() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("own.toml"), OWN).unwrap();
    let (code, out, err) = ronda(dir.path(), &["checklist", "check", "own.toml"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let said = "ok: lift: 1 section, 3 items, 1 required, 1 asked on a condition; en, es without 6 texts, no zh\n";
    assert_eq!(out, said);
    let bad = OWN.replace("'choice'", "'chioce'").replace("item = 'doors'", "item = 'why'");
    std::fs::write(dir.path().join("bad.toml"), bad).unwrap();
    let (code, out, err) = ronda(dir.path(), &["checklist", "check", "own.toml", "bad.toml", "none.toml"]);
    assert_eq!((code, out.as_str()), (78, ""));
    assert_eq!(
        err,
        "none.toml: cannot be read: No such file or directory (os error 2)\n\
         bad.toml:1:13: another file has a checklist \"lift\" already\n\
         bad.toml:8:8: kind = \"chioce\" is not known; known are check, number, choice, text, photo; did you mean choice?\n\
         bad.toml:18:8: the checklist has an item \"why\" further up already\n\
         4 mistakes\n"
    );
}

#[test]
fn the_list_says_which_checklists_are_the_offices_own() {
    let dir = tempfile::tempdir().unwrap();
    let (code, out, err) = ronda(dir.path(), &["checklist", "list", "--json"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let lines: Vec<Value> = serde_json::from_str(&out).unwrap();
    assert_eq!(lines.len(), 12);
    assert!(lines.iter().all(|line| line["from"] == "shipped" && line["items"].as_u64() > Some(11)), "{out}");
    std::fs::create_dir(dir.path().join("checklists")).unwrap();
    std::fs::write(dir.path().join("checklists/lift.toml"), OWN).unwrap();
    let (code, out, _) = ronda(dir.path(), &["checklist", "list"]);
    let line = out.lines().find(|line| line.contains("Our lift")).unwrap_or_else(|| panic!("{out}"));
    assert_eq!(line.split_whitespace().collect::<Vec<_>>(), ["lift", "Our", "lift", "3", "1", "own"]);
    assert_eq!(code, 0);
}

#[test]
fn a_checklist_is_shown_in_its_language_and_as_the_phone_gets_it() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("checklists")).unwrap();
    std::fs::write(dir.path().join("checklists/lift.toml"), OWN).unwrap();
    let (code, out, err) = ronda(dir.path(), &["checklist", "show", "lift", "--language", "es"]);
    assert_eq!((code, err.as_str()), (0, ""));
    insta::assert_snapshot!(out);
    let (_, out, _) = ronda(dir.path(), &["checklist", "show", "lift", "--json"]);
    let list: Value = serde_json::from_str(&out).unwrap();
    let items = &list["sections"][0]["items"];
    assert_eq!(items[0]["choices"][1]["result"], "fault");
    assert_eq!(items[1]["when"]["choice"], serde_json::json!(["hand"]));
    assert_eq!((&items[2]["kind"], &items[2]["reading"]["max"]), (&"number".into(), &150.0.into()));
    let (code, _, err) = ronda(dir.path(), &["checklist", "show", "chillr"]);
    assert_eq!(code, 2);
    assert!(err.contains("`ronda checklist list` shows them; did you mean chiller?"), "{err}");
}

#[test]
fn the_example_of_the_manual_is_a_good_checklist() {
    let page = include_str!("../../templates/manual/checklists.md");
    let example = page.split_once("```toml checklist\n").expect("its example").1.split_once("```").expect("its end").0;
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("our-ups.toml"), example).unwrap();
    let (code, out, err) = ronda(dir.path(), &["checklist", "check", "our-ups.toml"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.starts_with("ok: our-ups: 1 section, 2 items, 1 required, 1 asked on a condition;"), "{out}");
}
