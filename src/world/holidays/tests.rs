mod update;
mod world;

use super::*;
use domain::calendar::{DayIs, Layer, RollConvention, WorkingDays};
use domain::people::Engineer;
use domain::time::Zone;

fn shipped() -> Calendars {
    Calendars::load(None).unwrap_or_else(|mistakes| panic!("{}", mistakes.join("\n")))
}

/// Loads files as the administrator's; the path of the folder is removed from the messages.
fn with_own(files: &[(&str, &str)]) -> Result<Calendars, String> {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    let path = format!("{}/", folder.path().display());
    Calendars::load(Some(folder.path())).map_err(|mistakes| mistakes.join("\n").replace(&path, ""))
}

fn site(code: &str, customer: &str, country: &str, subdivision: &str) -> Site {
    Site {
        site: code.into(),
        customer: customer.into(),
        name: code.to_owned(),
        address: String::new(),
        country: country.to_owned(),
        subdivision: subdivision.to_owned(),
        municipality: String::new(),
        time_zone: Zone::parse("UTC").expect("a zone"),
        position: None,
        language: None,
        left_on: None,
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn name_on(calendar: &Calendar, on: &str) -> Option<(String, Layer)> {
    match calendar.day(day(on)).expect("known") {
        DayIs::Special(special) => Some((special.name.clone(), special.layer.clone())),
        DayIs::Worked | DayIs::Weekend => None,
    }
}

/// Rows of the oracle as [country or country-subdivision, the selected columns…].
fn oracle<const N: usize>(text: &'static str, columns: [usize; N]) -> Vec<(String, [String; N])> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows = reader.records().map(|row| row.expect("a row"));
    rows.map(|row| {
        let code = if row[1].is_empty() { row[0].to_owned() } else { format!("{}-{}", &row[0], &row[1]) };
        (code, columns.map(|column| row[column].to_owned()))
    })
    .collect()
}

#[test]
fn p04_due_days_are_those_that_others_count_all_over_the_world() {
    let calendars = shipped();
    let rows = oracle(include_str!("../../../tests/data/oracle_workdays.csv"), [2, 3, 4, 11]);
    let mut wrong = Vec::new();
    for (code, [completed_on, n, due, estimated]) in &rows {
        let calendar = calendars.named(code).expect("a shipped calendar");
        let ledger = calendar.due(day(completed_on), WorkingDays(n.parse().expect("a number"))).expect("known");
        if ledger.due_on != day(due) {
            wrong.push(format!("{code} {completed_on} + {n}: {due}, not {}", ledger.due_on));
        }
        if u8::from(ledger.estimated).to_string() != *estimated {
            wrong.push(format!("{code} {completed_on} + {n}: estimated is {}", ledger.estimated));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(rows.len(), 2_581);
}

#[test]
fn days_roll_as_others_roll_them_all_over_the_world() {
    let calendars = shipped();
    let rows = oracle(include_str!("../../../tests/data/oracle_adjust.csv"), [2, 3, 4]);
    let mut wrong = Vec::new();
    for (code, [on, convention, adjusted]) in &rows {
        let calendar = calendars.named(code).expect("a shipped calendar");
        let on = day(on);
        let rolled = match convention.as_str() {
            "following" => calendar.roll(on, RollConvention::Following),
            "preceding" => calendar.roll(on, RollConvention::Preceding),
            "modified_following" => calendar.roll(on, RollConvention::ModifiedFollowing),
            "modified_preceding" => calendar.roll(on, RollConvention::ModifiedPreceding),
            "nearest" => calendar.roll(on, RollConvention::Nearest),
            "first_working_day_of_month" => calendar.nth_after(first_of(on), WorkingDays(0)),
            "last_working_day_of_month" => {
                let next = first_of(on).checked_add_months(chrono::Months::new(1)).expect("a month later");
                calendar.nth_before(next, WorkingDays(1))
            }
            other => panic!("{other} is no convention that we know"),
        };
        if rolled.as_ref() != Ok(&day(adjusted)) {
            wrong.push(format!("{code} {on} {convention}: {adjusted}, not {rolled:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(rows.len(), 1_249);
}

fn first_of(day: NaiveDate) -> NaiveDate {
    use chrono::Datelike;
    day.with_day(1).expect("every month has a first day")
}

#[test]
fn a_site_counts_the_days_of_its_subdivision() {
    let calendars = shipped();
    let madrid = calendars.of_site(&site("S", "C", "ES", "MD")).expect("a calendar");
    assert_eq!(madrid.code(), "ES-MD");
    assert_eq!(madrid.is_working(day("2025-05-02")), Ok(false), "the Community's day");
    let national = calendars.of_site(&site("S", "C", "ES", "")).expect("a calendar");
    assert_eq!(national.is_working(day("2025-05-02")), Ok(true));
    assert_eq!(name_on(&madrid, "2025-05-02").expect("listed").1, Layer::Subdivision);
}

#[test]
fn an_unknown_subdivision_has_the_countrys_days_and_can_be_told() {
    let calendars = shipped();
    let shanghai = site("S", "C", "CN", "SH");
    assert_eq!(calendars.of_site(&shanghai).expect("the country's").code(), "CN");
    assert!(calendars.is_national_only(&shanghai));
    assert!(!calendars.is_national_only(&site("S", "C", "ES", "MD")));
    assert!(!calendars.is_national_only(&site("S", "C", "ES", "")));
    assert!(!calendars.is_national_only(&site("S", "C", "UT", "75")), "it has no calendar at all");
}

#[test]
fn a_country_without_a_file_is_refused_by_name() {
    let calendars = shipped();
    let refused = calendars.of_site(&site("S", "C", "UT", "IDF")).expect_err("no file");
    assert_eq!(refused.to_string(), "no calendar UT; put UT.toml into the office's calendars folder");
    assert!(calendars.named("XX-YY").is_err());
}

#[test]
fn a_day_that_follows_the_moon_is_estimated_until_it_is_announced() {
    let riyadh = shipped().named("SA").expect("shipped");
    assert!(riyadh.is_estimated(day("2026-03-22")), "Eid al-Fitr");
    assert!(riyadh.is_provisional(day("2026-03-22")));
    assert!(!riyadh.is_estimated(day("2026-03-20")), "the same on a Friday, which is off anyway");
    assert!(riyadh.is_provisional(day("2026-03-20")));
    assert!(!riyadh.is_provisional(day("2027-09-23")), "the National Day is fixed by law");
}

#[test]
fn a_year_that_nobody_has_decreed_yet_is_provisional_throughout() {
    let china = shipped().named("CN").expect("shipped");
    assert!(!china.is_provisional(day("2026-10-10")), "a make-up Saturday that was announced");
    assert!(china.is_provisional(day("2027-10-08")));
    assert!(!china.is_estimated(day("2027-10-08")), "no computed date");
}

const CLOSURES: &str = r#"
[[closure]]
from = 2026-08-10
to = 2026-08-14
name = "Cierre de verano"
applies = "company"

[[closure]]
from = 2026-05-15
name = "San Isidro"
applies = "calendar:ES-MD"

[[closure]]
from = 2026-06-01
to = 2026-06-02
name = "Inventory"
applies = "customer:AIR"

[[closure]]
from = 2026-06-02
name = "Runway works"
applies = "site:KSPA"

[[closure]]
from = 2026-06-06
name = "Saturday shift"
kind = "work"
applies = "site:KSPA"
"#;

#[test]
fn a_closure_is_off_for_whom_it_applies_to_and_for_nobody_else() {
    let calendars = with_own(&[("closures-2026.toml", CLOSURES)]).expect("good closures");
    let madrid = calendars.of_site(&site("OTHER", "SEA", "ES", "MD")).expect("a calendar");
    assert_eq!(name_on(&madrid, "2026-08-10"), Some(("Cierre de verano".to_owned(), Layer::Company)));
    assert_eq!(name_on(&madrid, "2026-05-15"), Some(("San Isidro".to_owned(), Layer::Subdivision)));
    assert_eq!(name_on(&madrid, "2026-06-01"), None);
    let seville = calendars.named("ES-AN").expect("a calendar");
    assert_eq!(name_on(&seville, "2026-08-14"), Some(("Cierre de verano".to_owned(), Layer::Company)));
    assert_eq!(name_on(&seville, "2026-05-15"), None);
    let customers = calendars.of_site(&site("OTHER", "AIR", "ES", "AN")).expect("a calendar");
    assert_eq!(customers.code(), "ES-AN+customer:AIR");
    assert_eq!(name_on(&customers, "2026-06-02"), Some(("Inventory".to_owned(), Layer::Customer)));
    let sites = calendars.of_site(&site("KSPA", "AIR", "ES", "AN")).expect("a calendar");
    assert_eq!(sites.code(), "ES-AN+customer:AIR+site:KSPA");
    assert_eq!(name_on(&sites, "2026-06-01"), Some(("Inventory".to_owned(), Layer::Customer)));
    assert_eq!(name_on(&sites, "2026-06-02"), Some(("Runway works".to_owned(), Layer::Site)));
    assert_eq!(sites.is_working(day("2026-06-06")), Ok(true), "a Saturday");
    assert_eq!(calendars.customers_with_closures().collect::<Vec<_>>(), ["AIR"]);
    assert_eq!(calendars.sites_with_closures().collect::<Vec<_>>(), ["KSPA"]);
}

const LAYERS: &str = r#"
[[closure]]
from = 2026-09-24
name = "La Mercè"
applies = "municipality:ES-CT/Barcelona"

[[closure]]
from = 2026-06-09
name = "Nobody's"
applies = "municipality:ES-MD/Barcelona"

[[closure]]
yearly = "12-24"
yearly_to = "01-02"
first_year = 2025
last_year = 2026
name = "Between the years"
applies = "company"

[[closure]]
yearly = "12-31"
kind = "half"
name = "Nochevieja"
applies = "calendar:ES"

[[closure]]
rule = "FREQ=MONTHLY;BYDAY=1MO"
first_year = 2026
last_year = 2026
name = "Inventory"
applies = "site:KSPA"

[[closure]]
from = 2026-12-24
kind = "work"
name = "Guard"
applies = "site:KSPA"

[[closure]]
from = 2026-05-15
name = "Boda"
applies = "engineer:E-1"
"#;

#[test]
fn a_towns_days_are_those_of_its_sites_however_they_write_it() {
    let calendars = with_own(&[("closures.toml", LAYERS)]).expect("good closures");
    let at = |municipality: &str, subdivision: &str| {
        let site = Site { municipality: municipality.to_owned(), ..site("S", "C", "ES", subdivision) };
        calendars.of_site(&site).expect("a calendar")
    };
    for town in ["Barcelona", "BARCELONA", " barcelona "] {
        let barcelona = at(town, "CT");
        assert_eq!(barcelona.code(), "ES-CT+municipality:Barcelona");
        assert_eq!(name_on(&barcelona, "2026-09-24"), Some(("La Mercè".to_owned(), Layer::Municipality)));
        assert_eq!(name_on(&barcelona, "2026-06-09"), None, "that is another one's");
    }
    assert_eq!(at("Badalona", "CT").code(), "ES-CT");
    assert_eq!(at("", "CT").code(), "ES-CT");
    assert_eq!(name_on(&at("Barcelona", "MD"), "2026-09-24"), None);
    let site = Site { municipality: "Barcelona".to_owned(), ..site("S", "C", "ES", "CT") };
    assert_eq!((calendars.local_days_off(&site, 2026), calendars.local_days_off(&site, 2027)), (1, 0));
}

#[test]
fn days_recur_in_their_years_and_a_later_layer_wins() {
    let calendars = with_own(&[("closures.toml", LAYERS)]).expect("good closures");
    let madrid = calendars.named("ES-MD").expect("a calendar");
    let company = |name: &str| Some((name.to_owned(), Layer::Company));
    assert_eq!(name_on(&madrid, "2024-12-24"), None, "before its first year");
    assert_eq!(name_on(&madrid, "2025-12-30"), company("Between the years"));
    assert_eq!(name_on(&madrid, "2026-01-02"), company("Between the years"), "begun in the year before");
    assert_eq!(name_on(&madrid, "2026-12-31"), company("Between the years"), "over the country's half day");
    assert_eq!(name_on(&madrid, "2027-01-02"), company("Between the years"), "begun in its last year");
    assert_eq!(name_on(&madrid, "2027-12-24"), None, "after its last year");
    assert_eq!(name_on(&madrid, "2027-12-31"), Some(("Nochevieja".to_owned(), Layer::Country)));
    let site = calendars.of_site(&site("KSPA", "C", "ES", "MD")).expect("a calendar");
    assert_eq!(name_on(&site, "2026-03-02"), Some(("Inventory".to_owned(), Layer::Site)), "a first Monday");
    assert_eq!(name_on(&site, "2026-03-09"), None);
    assert_eq!(name_on(&site, "2027-03-01"), None);
    assert_eq!(site.is_working(day("2026-12-24")), Ok(true), "the site's word is the last");
}

#[test]
fn an_engineers_days_off_are_theirs_alone() {
    let calendars = with_own(&[("closures.toml", LAYERS)]).expect("good closures");
    let engineer = |code: &str| Engineer {
        engineer: code.into(),
        name: code.to_owned(),
        email: String::new(),
        phone: String::new(),
        skills: Vec::new(),
        time_zone: Zone::parse("UTC").expect("a zone"),
        calendar: "ES-MD".to_owned(),
        position: None,
        language: domain::language::Language::Es,
        left_on: None,
        successor: None,
    };
    let own = calendars.of_engineer(&engineer("E-1")).expect("a calendar");
    assert_eq!(own.code(), "ES-MD+engineer:E-1");
    assert_eq!(name_on(&own, "2026-05-15"), Some(("Boda".to_owned(), Layer::Engineer)));
    assert_eq!(calendars.of_engineer(&engineer("E-2")).expect("a calendar").code(), "ES-MD");
    assert_eq!(calendars.engineers_with_closures().collect::<Vec<_>>(), ["E-1"]);
}

#[test]
fn every_mistake_of_a_closure_is_named_with_its_place() {
    let closures = r#"[[closure]]
yearly = "02-30"
first_year = 2027
last_year = 2026
name = "Never"
applies = "municipality:ES-CX/Barcelona"
[[closure]]
from = 2026-01-01
yearly = "01-01"
name = "Twice"
applies = "municipality:Barcelona"
[[closure]]
rule = "FREQ=YEARLY;BYMONTH=5"
name = "Which?"
applies = "engineers:E-1"
[[closure]]
rule = "FREQ=YEARLY;INTERVAL=2;BYMONTH=5;BYDAY=1MO"
name = "From when?"
applies = "engineer:E-1"
[[closure]]
rule = "FREQ=YEARLY;BYMONHT=5"
first_year = "soon"
applies = "site:"
"#;
    insta::assert_snapshot!(with_own(&[("closures.toml", closures)]).expect_err("mistakes"));
}

#[test]
fn calendars_counted_together_are_made_once_and_need_both() {
    use domain::calendar::HalfDays;
    use domain::contract::CountedOn;
    let calendars = shipped();
    let madrid = site("S", "C", "ES", "MD");
    for _ in 0..1000 {
        let both = calendars.counted(&madrid, "CN", CountedOn::Both, HalfDays::Skip).expect("both are there");
        assert_eq!(both.code(), "ES-MD&CN");
    }
    assert_eq!(calendars.made.lock().expect("no panic").len(), 2, "with half days and without");
    for counted_on in [CountedOn::Both, CountedOn::Either, CountedOn::Company] {
        let refused = calendars.counted(&madrid, "QZ", counted_on, HalfDays::Count).expect_err("no calendar QZ");
        assert_eq!(refused.code, "QZ");
    }
    let nowhere = calendars.counted(&site("S", "C", "QZ", ""), "CN", CountedOn::Either, HalfDays::Count);
    assert_eq!(nowhere.expect_err("one of two is not enough").code, "QZ");
}

#[test]
fn the_version_changes_with_the_days_and_only_with_them() {
    let plain = shipped();
    assert_eq!(plain.version(), shipped().version());
    let closed = with_own(&[("closures.toml", CLOSURES)]).expect("good closures");
    assert_ne!(closed.version(), plain.version());
    let version = |calendars: &Calendars, code: &str| calendars.named(code).expect("a calendar").version().to_owned();
    assert_ne!(version(&closed, "ES-MD"), version(&plain, "ES-MD"));
    assert_ne!(version(&plain, "ES-MD"), version(&plain, "ES"));
    let only_a_site = "[[closure]]\nfrom = 2026-06-02\nname = \"Works\"\napplies = \"site:S\"\n";
    let of_a_site = with_own(&[("closures.toml", only_a_site)]).expect("good closures");
    assert_eq!(version(&of_a_site, "ES-MD"), version(&plain, "ES-MD"), "nobody else's days change");
    assert_ne!(of_a_site.version(), plain.version());
}

const UTOPIA: &str = r#"
calendar = "UT"
name = "Utopia"
known_from = 2026-01-01
known_through = 2026-12-31
confirmed_through = 2026-12-31

[[weekend]]
from = 2026-01-01
off = ["fri", "sat"]
[[weekend]]
from = 2026-07-01
off = ["sat", "sun"]

[[day]]
on = 2026-03-03
name = "Founding"
"#;

#[test]
fn the_administrators_calendar_wins_whole_and_may_change_its_weekend() {
    let calendars = with_own(&[("UT.toml", UTOPIA)]).expect("a good file");
    let utopia = calendars.named("UT").expect("a calendar");
    assert_eq!(utopia.is_working(day("2026-06-26")), Ok(false), "a Friday before");
    assert_eq!(utopia.is_working(day("2026-07-03")), Ok(true), "a Friday after");
    assert_eq!(utopia.is_working(day("2026-03-03")), Ok(false));
    assert!(utopia.is_working(day("2027-01-01")).is_err());
    let spain = UTOPIA.replace("\"UT\"", "\"ES\"");
    let calendars = with_own(&[("spain.toml", &spain)]).expect("a good file");
    assert_eq!(calendars.named("ES-MD").expect("national days").code(), "ES", "the shipped file is gone whole");
    assert_eq!(calendars.codes().iter().filter(|code| code.starts_with("ES")).count(), 1);
}

#[test]
fn every_mistake_of_every_file_is_named_with_its_place() {
    let country = r#"calendar = "Utopia"
nome = "Utopia"
known_from = 2026-01-01
known_through = 2026-12-31
confirmed_through = "soon"
weekend = ["sat", "sunday"]
subdivisions = ["AA", "BB"]
day = [
    { on = 2026-03-03, name = "Founding", kind = "of" },
    { on = 2026-03-03, name = "Again" },
    { on = 2027-03-03, name = "Too late", only_in = ["AC"] },
    { name = "When?", estimated = "yes" },
    { on = 2026-02-01, name = "Nowhere", only_in = [] },
]
"#;
    let closures = r#"[[closure]]
from = 2026-08-14
to = 2026-08-10
name = "Backwards"
applies = "company"

[[closure]]
form = 2026-08-14
name = " "
applies = "calendar:ES-MA"

[[closure]]
from = "2026-08-14"
name = "Who?"
applies = "customers"
"#;
    let files = [
        ("UT.toml", country),
        ("again.toml", UTOPIA),
        ("and-again.toml", UTOPIA),
        ("broken.toml", "calendar = ES\nname = \"Spain"),
        ("closures.toml", closures),
        (
            "no-weekend.toml",
            "calendar = \"AA\"\nname = \"A\"\nknown_from = 2026-01-01\nknown_through = 2025-01-01\nconfirmed_through = 2026-01-01\n",
        ),
    ];
    insta::assert_snapshot!(with_own(&files).expect_err("mistakes"));
}

#[test]
fn a_hundred_thousand_sites_share_few_calendars() {
    let calendars = with_own(&[("closures.toml", CLOSURES)]).expect("good closures");
    for number in 0..100_000 {
        let customer = if number % 2 == 0 { "AIR" } else { "SEA" };
        let calendar = calendars.of_site(&site(&format!("S{number}"), customer, "ES", "MD")).expect("a calendar");
        assert_eq!(calendar.known_through(), day("2040-12-31"));
    }
    assert_eq!(calendars.made.lock().expect("no panic").len(), 1, "one more for all sites of AIR");
}
