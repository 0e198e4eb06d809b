//! The built-in table: the pack, its files, and our corrections to its source.

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::{Datelike, Days};

use super::*;
use domain::calendar::{DayKind, Observance, Why};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("holidays/world")
}

fn off_on(code: &str, on: &str) -> bool {
    !shipped().named(code).expect("shipped").is_working(day(on)).expect("known")
}

#[test]
fn the_pack_holds_exactly_the_countries_files() {
    let mut packed: BTreeMap<String, String> = BTreeMap::new();
    for (code, one) in crate::holidays::world::embedded() {
        packed.insert(format!("{code}.toml"), one.file().expect("a whole file").text);
    }
    let files = TomlFile::folder(&folder()).expect("the folder in the source");
    assert_eq!(packed.len(), files.len());
    for file in files {
        let name = Path::new(&file.name).file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        assert!(packed.get(&name) == Some(&file.text), "{name} differs: run generate.py --pack");
    }
}

#[test]
fn every_country_of_the_pack_opens_and_is_what_its_index_says() {
    let world = crate::holidays::world::embedded();
    assert_eq!(world.len(), 250);
    let mut subdivisions = 0;
    for (code, packed) in world {
        let country = packed.open().unwrap_or_else(|mistakes| panic!("{}", mistakes.join("\n")));
        assert_eq!(country.code, code);
        assert_eq!(country.checksum, crate::holidays::country::Checksum::Right, "{code}");
        assert_eq!(country.content, packed.sha256, "{code}");
        assert_eq!(country.made_on, Some(packed.made_on), "{code}");
        assert_eq!(country.version, packed.version, "{code}");
        assert!(country.subdivisions().eq(packed.subdivisions.iter().copied()), "{code}");
        subdivisions += packed.subdivisions.len();
    }
    assert_eq!(subdivisions, 650);
}

#[test]
fn a_country_is_opened_when_somebody_asks_for_it_and_not_before() {
    let calendars = shipped();
    assert_eq!(calendars.lands.values().filter(|land| land.is_open()).count(), 0);
    assert_eq!(calendars.codes().len(), 900);
    calendars.named("ES-MD").expect("shipped");
    calendars.named("ES").expect("shipped");
    let open: Vec<&str> = calendars.lands.values().filter(|land| land.is_open()).map(Land::code).collect();
    assert_eq!(open, ["ES"]);
}

#[test]
fn a_damaged_pack_is_told_from_a_whole_one() {
    let whole = std::fs::read(folder().with_file_name("world.pack")).expect("the pack in the source");
    let why = |pack: &[u8]| match crate::holidays::world::read(pack) {
        Err(why) => why,
        Ok(read) => read.values().find_map(|one| one.file().err()).unwrap_or_default(),
    };
    assert_eq!(why(&whole), "");
    assert_eq!(why(b"something else"), "it is no pack of calendars");
    assert_eq!(why(&whole[..whole.len() - 1]), "it is cut short");
    let mut flipped = whole.clone();
    let last = flipped.len() - 20;
    flipped[last] ^= 0x10;
    assert!(why(&flipped).starts_with("ZW: its file is"), "{}", why(&flipped));
}

/// Over every calendar of the table and each of its years: the ledger agrees with the computed due date.
#[test]
fn p04_due_days_are_explained_as_they_are_computed_in_every_country_and_year() {
    let calendars = shipped();
    let mut explained = 0_u32;
    for (number, code) in calendars.codes().into_iter().enumerate() {
        let calendar = calendars.named(code).expect("a code of the table");
        let (from, through) = (calendar.parts().known_from, calendar.known_through());
        for year in from.year()..=through.year() {
            let start = NaiveDate::from_yo_opt(year, 1).expect("a first of January");
            // Start dates and lengths vary by year and calendar, and include dates around New Year.
            for turn in 0..2_u64 {
                let mixed = (number as u64 * 31 + u64::from(year.unsigned_abs()) * 17 + turn * 191) % 365;
                let from = start + Days::new(mixed);
                let n = WorkingDays(u32::try_from(mixed % 11 + 1).expect("small"));
                let Ok(ledger) = calendar.due(from, n) else {
                    assert!(calendar.nth_after(from, n).is_err(), "{code} {from} + {}", n.0);
                    continue;
                };
                assert_eq!(calendar.nth_after(from, n), Ok(ledger.due_on), "{code} {from} + {}", n.0);
                let counted = ledger.lines.iter().filter(|line| matches!(line.why, Why::Counted { .. })).count();
                assert_eq!(counted, n.0 as usize, "{code} {from} + {}", n.0);
                explained += 1;
            }
        }
    }
    assert!(explained > 40_000, "{explained}");
}

#[test]
fn weekends_that_the_source_has_wrong_are_put_right() {
    // Friday 5, Saturday 6 and Sunday 7 June 2026.
    let weekend = |code: &str| ["2026-06-05", "2026-06-06", "2026-06-07"].map(|on| off_on(code, on));
    assert_eq!(weekend("LY"), [true, true, false]);
    assert_eq!(weekend("PS"), [true, true, false]);
    assert_eq!(weekend("DJ"), [true, true, false]);
    assert_eq!(weekend("MR"), [false, true, true]);
    assert_eq!(weekend("SO"), [true, false, false]);
    assert_eq!(weekend("NP"), [false, true, false]);
    assert_eq!(
        (off_on("NP", "2022-05-08"), off_on("NP", "2022-05-22"), off_on("NP", "2022-06-19")),
        (false, true, false)
    );
}

#[test]
fn weekends_that_changed_are_counted_as_they_were() {
    assert!(off_on("AE", "2021-12-03") && !off_on("AE", "2022-01-07"), "the Emirates' Friday");
    assert!(!off_on("AE", "2021-12-05") && off_on("AE", "2022-01-09"), "the Emirates' Sunday");
    assert!(off_on("MY-01", "2024-12-27") && !off_on("MY-01", "2025-01-03"), "Johor's Friday");
    assert!(off_on("MY-03", "2026-06-05") && !off_on("MY-10", "2026-06-05"), "Kelantan's Friday, not Selangor's");
}

#[test]
fn a_subdivision_is_found_by_any_code_or_name_that_it_has() {
    let calendars = shipped();
    for (called, code) in [
        ("ES-Barcelona", "ES-CT"),
        ("ES-catalunya", "ES-CT"),
        ("ES-md", "ES-MD"),
        ("IN-CT", "IN-CG"),
        ("IN-OR", "IN-OD"),
        ("IN-TG", "IN-TS"),
        ("IN-UT", "IN-UK"),
        ("MY-SGR", "MY-10"),
        ("MY-Penang", "MY-07"),
        ("MY-10", "MY-10"),
        ("ES-Atlantis", "ES"),
    ] {
        assert_eq!(calendars.named(called).expect("a country of the table").code(), code, "{called}");
    }
    let barcelona = site("S", "C", "ES", "Barcelona");
    assert_eq!(calendars.of_site(&barcelona).expect("a calendar").code(), "ES-CT");
    assert!(!calendars.is_national_only(&barcelona));
}

#[test]
fn sites_without_a_subdivision_are_told_where_the_regions_differ() {
    let calendars = shipped();
    for country in ["AU", "BR", "CA", "CH", "DE", "ES", "GB", "IN", "MY"] {
        assert!(calendars.wants_subdivision(&site("S", "C", country, "")), "{country}");
    }
    assert!(!calendars.wants_subdivision(&site("S", "C", "ES", "MD")));
    assert!(!calendars.wants_subdivision(&site("S", "C", "CN", "")));
    assert!(!calendars.wants_subdivision(&site("S", "C", "UT", "")));
}

#[test]
fn a_country_ends_where_its_source_does_rather_than_without_its_holidays() {
    for (code, known_through) in
        [("IN", "2035-12-31"), ("NP", "2035-12-31"), ("LK", "2035-12-31"), ("ES", "2040-12-31")]
    {
        let calendar = shipped().named(code).expect("shipped");
        assert_eq!(calendar.known_through(), day(known_through), "{code}");
        assert!(calendar.is_working(day(known_through) + Days::new(1)).is_err(), "{code}");
    }
    assert!(shipped().named("US-CA").expect("shipped").is_provisional(day("2036-03-03")));
}

#[test]
fn a_year_is_confirmed_as_far_as_a_law_or_a_decree_says() {
    let confirmed = |code: &str| shipped().named(code).expect("shipped").parts().confirmed_through;
    assert_eq!(confirmed("CN"), day("2026-12-31"), "the State Council's yearly notice");
    assert_eq!(confirmed("ES-MD"), day("2026-12-31"), "the BOE's yearly resolution");
    assert_eq!(confirmed("LK"), day("2026-12-31"), "the gazette; what we add to it is provisional");
    assert!(off_on("LK", "2027-02-04") && off_on("LK", "2027-01-22"), "the law's days and the moon's go on");
    assert_eq!(confirmed("DE-BY"), day("2040-12-31"), "fixed by law");
}

#[test]
fn only_public_holidays_count_unless_the_office_observes_more() {
    let observing = |observed: Observed| Calendars::load_observing(None, observed).expect("the world");
    let public_and = |other: Observance| [Observance::Public, other].into();
    let on = |calendars: &Calendars, code: &str, on: &str| {
        let calendar = calendars.named(code).expect("shipped");
        let kind = match calendar.day(day(on)).expect("known") {
            DayIs::Special(special) => Some(special.kind),
            DayIs::Worked | DayIs::Weekend => None,
        };
        (kind, calendar.is_working(day(on)).expect("known"))
    };
    let (eve, good_friday) = ("2026-12-24", "2026-04-03");
    assert_eq!(on(&shipped(), "IS", eve), (None, true));
    assert_eq!(on(&shipped(), "BE", good_friday), (None, true));
    let halves = observing(Observed { everywhere: public_and(Observance::HalfDay), ..Observed::default() });
    assert_eq!(on(&halves, "IS", eve), (Some(DayKind::Half), true), "named, and counts as a working day");
    assert_eq!(on(&halves, "IS", "2026-12-25"), (Some(DayKind::Off), false));
    assert_ne!(halves.version(), shipped().version());
    let of_belgium = BTreeMap::from([("BE".to_owned(), public_and(Observance::Bank))]);
    let banks = observing(Observed { in_countries: of_belgium, ..Observed::default() });
    assert_eq!(on(&banks, "BE", good_friday), (Some(DayKind::Off), false));
    let version = |calendars: &Calendars, code: &str| calendars.named(code).expect("shipped").version().to_owned();
    assert_eq!(version(&banks, "LU"), version(&shipped(), "LU"), "Luxembourg's banks are not asked for");
    assert_ne!(version(&banks, "BE"), version(&shipped(), "BE"));
}
