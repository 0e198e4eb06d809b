use std::collections::BTreeMap;

use super::*;
use crate::calendar::{CalendarParts, DayKind, Layer, SpecialDay, WeekendRule};
use crate::language::Language;
use crate::time::Zone;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// Monday to Friday, except for these days.
fn calendar(closed: &[&str]) -> Calendar {
    let off = || SpecialDay { kind: DayKind::Off, name: "fair".to_owned(), layer: Layer::Site, estimated: false };
    Calendar::new(CalendarParts {
        code: "ES".to_owned(),
        version: "1".to_owned(),
        known_from: day("2025-01-01"),
        known_through: day("2026-12-31"),
        confirmed_through: day("2026-12-31"),
        weekends: vec![WeekendRule { from: day("2000-01-01"), off: [false, false, false, false, false, true, true] }],
        special: closed.iter().map(|on| (day(on), off())).collect::<BTreeMap<_, _>>(),
    })
}

fn engineer(skills: &[&str], left_on: Option<&str>) -> Engineer {
    Engineer {
        engineer: "E-1".into(),
        name: "Lucía Romero".to_owned(),
        email: "lucia@ronda.example".to_owned(),
        phone: String::new(),
        skills: skills.iter().copied().map(Skill::from).collect(),
        time_zone: Zone::parse("Europe/Madrid").expect("a zone"),
        calendar: "ES".to_owned(),
        position: None,
        language: Language::Es,
        left_on: left_on.map(day),
        successor: None,
    }
}

fn unit(skills: &[&str], retired_on: Option<&str>) -> Equipment {
    Equipment {
        equipment: "UPS-1".into(),
        site: "MAD".into(),
        name: "UPS".to_owned(),
        make: String::new(),
        model: String::new(),
        serial: String::new(),
        checklist: "ups".to_owned(),
        skills: skills.iter().map(|skill| (*skill).to_owned()).collect(),
        accepted_on: None,
        warranty_months: None,
        retired_on: retired_on.map(day),
        replaced_by: None,
    }
}

#[test]
fn a_visit_is_unfit_for_everything_that_speaks_against_it() {
    let (open, closed) = (calendar(&[]), calendar(&["2026-03-12"]));
    let (able, gone) = (engineer(&["electrical"], None), engineer(&["electrical"], Some("2026-03-12")));
    let units = [unit(&["electrical"], None)];
    let facts = FitnessFacts {
        purpose: Purpose::Inspection,
        equipment: &units,
        site_days: Some(&open),
        engineer: Some(&able),
        engineer_days: Some(&open),
    };
    assert_eq!(facts.against(day("2026-03-12")), []);
    let on = day("2026-03-12");
    let all = FitnessFacts { site_days: Some(&closed), engineer: Some(&gone), equipment: &[], ..facts };
    let named = || "fair".to_owned();
    assert_eq!(
        all.against(on),
        [Unfit::EngineerGone, Unfit::SiteClosed { day: on, name: named() }, Unfit::NoEquipment]
    );
    assert_eq!(FitnessFacts { engineer: Some(&gone), ..facts }.against(day("2026-03-11")), [], "the day before");
    assert_eq!(
        FitnessFacts { engineer_days: Some(&closed), ..facts }.against(on),
        [Unfit::EngineerOff { day: on, name: named() }]
    );
    assert_eq!(FitnessFacts { engineer: None, ..facts }.against(on), [Unfit::EngineerGone]);
    assert_eq!(facts.against(day("2027-03-12")), [], "days that no calendar knows are nobody's day off");
}

#[test]
fn a_skill_is_asked_for_by_what_stands_there_and_ends_with_its_certificate() {
    let until = engineer(&["cooling until 2026-03-11", "electrical"], None);
    let units = [unit(&["cooling"], None), unit(&["gas"], Some("2026-03-12"))];
    let facts = FitnessFacts {
        purpose: Purpose::Inspection,
        equipment: &units,
        site_days: None,
        engineer: Some(&until),
        engineer_days: None,
    };
    let lacks = Unfit::LacksSkill { skill: "gas".to_owned() };
    assert_eq!(facts.against(day("2026-03-11")), [lacks], "what is retired from tomorrow on is looked at today");
    let ended = Unfit::CertificateEnds { skill: "cooling".to_owned(), valid_until: day("2026-03-11") };
    assert_eq!(facts.against(day("2026-03-12")), std::slice::from_ref(&ended));
    assert_eq!(ended.overruled_as(), "skill/cooling");
}
