//! Installing a newer country file: what is reported, what is refused, what is written.

use std::path::PathBuf;

use super::*;
use crate::holidays::update::{HolidayChange, Loss, Update, UpdateVerdict, VerifiedFiles};

/// The built-in file for Spain, changed by `change`, without a checksum unless `change` adds one.
fn spain(change: impl Fn(&str) -> String) -> String {
    let shipped = crate::holidays::world::embedded()["ES"].file().expect("Spain").text;
    let unsigned: Vec<&str> = shipped.lines().filter(|line| !line.starts_with("sha256")).collect();
    change(&(unsigned.join("\n") + "\n"))
}

fn newer(text: &str) -> String {
    let made_on = text.lines().find(|line| line.starts_with("made_on")).expect("it says when it was made");
    text.replace(made_on, "made_on = 2100-01-01")
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().expect("a folder"))
    }

    fn put(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path
    }

    fn incoming(&self, name: &str, text: impl AsRef<[u8]>) -> Result<VerifiedFiles, String> {
        VerifiedFiles::read(&self.put(name, text)).map_err(|mistakes| mistakes.join("\n"))
    }

    fn compare(&self, text: &str, loss: Loss) -> Update {
        shipped().compare(self.incoming("new.toml", text).expect("a good file"), loss)
    }
}

fn names(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn days_added_gone_and_moved_are_told_calendar_by_calendar() {
    let text = spain(|text| {
        newer(text)
            .replace("weekend = [\"sat\", \"sun\"]", "weekend = [\"sun\"]")
            .replacen("[[day]]", "[[day]]\nname = \"Día nuevo\"\non = [2027-03-03]\n\n[[day]]", 1)
            .replacen("[[day]]", "[[day]]\nname = \"Sólo aquí\"\nonly_in = [\"MD\"]\non = [2027-03-04]\n\n[[day]]", 1)
    });
    let update = Folder::new().compare(&text, Loss::Refused);
    let [spain] = update.countries.as_slice() else { panic!("one country") };
    assert_eq!((&spain.verdict, spain.name.as_str()), (&UpdateVerdict::Taken, "Spain"));
    let told = |code: &str| {
        let changes = spain.calendars.iter().find(|changes| changes.calendar == code).expect("it changes");
        let lines: Vec<String> = changes.changes.iter().map(HolidayChange::to_string).collect();
        (changes.added, changes.gone, changes.moved, lines)
    };
    let (added, gone, moved, lines) = told("ES");
    assert_eq!((added, gone, moved), (1, 0, 0));
    assert!(lines[0].starts_with("was Sat, Sun off from 2015-01-01, known"), "{lines:?}");
    assert_eq!(lines[1..], ["Wed 2027-03-03 added: Día nuevo"]);
    let (added, _, _, lines) = told("ES-MD");
    assert_eq!(
        (added, lines),
        (2, vec!["Thu 2027-03-04 added: Sólo aquí".to_owned()]),
        "the country's are not said twice"
    );
    assert_eq!(told("ES-AN").0, 1);
}

#[test]
fn a_holiday_on_another_day_of_the_month_is_moved_and_not_gone() {
    let file = |on: &str| {
        let head = "calendar = \"UT\"\nname = \"Utopia\"\nknown_from = 2026-01-01\nknown_through = 2026-12-31\n";
        format!("{head}confirmed_through = 2026-12-31\nweekend = []\n[[day]]\nname = \"Eid\"\non = [{on}]\n")
    };
    let own = with_own(&[("UT.toml", &file("2026-03-20"))]).expect("a good file");
    let update = own.compare(Folder::new().incoming("new.toml", file("2026-03-21")).expect("good"), Loss::Refused);
    let changes = &update.countries[0].calendars[0];
    assert_eq!((changes.added, changes.gone, changes.moved), (0, 0, 1));
    assert_eq!(changes.changes[0].to_string(), "Fri 2026-03-20 moved to Sat 2026-03-21: Eid");
    assert_eq!(update.countries[0].verdict, UpdateVerdict::Taken);
}

#[test]
fn a_file_with_a_wrong_checksum_is_refused() {
    let signed = crate::holidays::world::embedded()["ES"].file().expect("Spain").text;
    let changed = signed.replace("2026-05-02", "2026-05-03").replacen("Año Nuevo", "Año nuevo", 1);
    assert_ne!(signed, changed);
    let refused = Folder::new().incoming("ES.toml", &changed).expect_err("a wrong checksum");
    assert!(refused.contains("ES.toml:7:") && refused.contains("sha256 does not fit the content"), "{refused}");
    assert!(with_own(&[("ES.toml", &changed)]).expect_err("the same at start").contains("sha256 does not fit"));
    assert!(Folder::new().incoming("ES.toml", signed.replace('\n', "\r\n")).is_ok(), "line ends do not count");
}

#[test]
fn an_older_file_is_passed_over_and_one_of_the_same_content_changes_nothing() {
    let folder = Folder::new();
    let older = spain(|text| text.replace("made_on = 2026", "made_on = 2016").replacen("Año Nuevo", "Año", 1));
    assert_eq!(folder.compare(&older, Loss::Accepted).countries[0].verdict, UpdateVerdict::Older, "whatever is forced");
    let same = crate::holidays::world::embedded()["ES"].file().expect("Spain").text;
    let update = folder.compare(&same, Loss::Refused);
    assert_eq!(update.countries[0].verdict, UpdateVerdict::Same);
    let office = Folder::new();
    assert!(update.put_into(office.0.path()).expect("written").is_empty());
    assert!(names(office.0.path()).is_empty());
    let calendars = with_own(&[("ES.toml", &older)]).expect("a good file");
    assert_eq!(calendars.version(), shipped().version(), "an older file does not count");
    assert!(!calendars.table().own[0].counts);
}

#[test]
fn more_than_a_fifth_of_the_known_days_is_not_taken_away_unless_forced() {
    let folder = Folder::new();
    let short = spain(|text| {
        let days = text.find("[[day]]").expect("days");
        newer(&text[..days]) + "[[day]]\nname = \"Año Nuevo\"\non = [\"2015..2040-01-01\"]\n"
    });
    let refused = folder.compare(&short, Loss::Refused);
    let [spain] = refused.countries.as_slice() else { panic!("one country") };
    assert!(
        matches!(&spain.verdict, UpdateVerdict::TakesTooMuch { calendar, gone, of } if calendar == "ES" && gone * 5 > *of)
    );
    assert_eq!((refused.taken().count(), refused.refused().count()), (0, 1));
    let forced = folder.compare(&short, Loss::Accepted);
    assert_eq!((forced.taken().count(), forced.refused().count()), (1, 0));
    let office = Folder::new();
    forced.put_into(office.0.path()).expect("written");
    let calendars = Calendars::load(Some(office.0.path())).expect("good");
    assert_eq!(calendars.named("ES").expect("Spain").is_working(day("2026-12-25")), Ok(true));
}

#[test]
fn a_taken_file_is_whole_in_the_offices_folder_and_counts_from_then_on() {
    let office = Folder::new();
    office.put("spain.toml", spain(newer));
    let text =
        spain(|text| newer(text).replacen("[[day]]", "[[day]]\nname = \"Huelga\"\non = [2027-03-03]\n\n[[day]]", 1));
    let update = Folder::new().compare(&text, Loss::Refused);
    let written = update.put_into(office.0.path()).expect("written");
    assert_eq!(written, [office.0.path().join("spain.toml")], "the country's file under the name that it has");
    assert_eq!(names(office.0.path()), ["spain.toml"], "nothing is left beside it");
    let calendars = Calendars::load(Some(office.0.path())).expect("good");
    assert_eq!(
        name_on(&calendars.named("ES").expect("Spain"), "2027-03-03").map(|(name, _)| name).as_deref(),
        Some("Huelga")
    );
    assert_ne!(calendars.version(), shipped().version());
    let said = calendars.table().to_string();
    assert!(said.ends_with("; own files: ES of 2100-01-01 (unverified)"), "{said}");
}

#[test]
fn a_pack_and_a_folder_bring_many_countries_at_once() {
    let pack = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("holidays/world.pack");
    for path in [pack.clone(), pack.with_file_name("world")] {
        let update = shipped().compare(VerifiedFiles::read(&path).expect("the world"), Loss::Refused);
        assert_eq!(update.countries.len(), 250);
        assert!(update.countries.iter().all(|country| country.verdict == UpdateVerdict::Same));
    }
    let empty = Folder::new();
    assert!(VerifiedFiles::read(empty.0.path()).expect_err("empty")[0].ends_with("there is no country's file in it"));
    assert!(empty.incoming("x.pack", "rubbish").expect_err("rubbish").ends_with("it is no pack of calendars"));
}
