//! The golden vectors of `tests/vectors`, against Ronda: whole, by way of calendar files as an administrator writes
//! them, and against the reference that comes with them.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::process::Command;

use chrono::{NaiveDate, NaiveDateTime};
use ronda::domain::Instant;
use ronda::domain::calendar::{Calendar, HalfDays, RollConvention, Together, UnknownHolidays, Why, WorkingDays};
use ronda::domain::people::equipment::Site;
use ronda::domain::time::Zone;
use ronda::world::holidays::Calendars;
use serde_json::{Value, json};

const VECTORS: &str = include_str!("../vectors/working-days-1.json");

#[test]
fn p04_every_golden_vector_holds() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let calendars = vectors["calendars"].as_object().unwrap();
    let codes: BTreeMap<&str, String> =
        calendars.keys().zip('A'..='Z').map(|(name, letter)| (name.as_str(), format!("X{letter}"))).collect();
    let cases = vectors["cases"].as_array().unwrap();
    let mut wrong = String::new();
    for case in cases {
        let found = answer(case, calendars, &codes);
        if found != case["expected"] {
            writeln!(wrong, "{}: expected {}, found {found}", case["id"], case["expected"]).unwrap();
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(cases.len() >= 131, "{} cases", cases.len());
}

#[test]
fn the_published_reference_agrees_with_the_vectors() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/reference.py");
    let ran = Command::new("python3").arg(script).output().expect("tests/run installs python3");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
}

type Specs = serde_json::Map<String, Value>;

fn answer(case: &Value, specs: &Specs, codes: &BTreeMap<&str, String>) -> Value {
    let zone = || Zone::parse(text(case, "zone")).unwrap();
    let utc = |at: Instant| json!({ "utc": at.format("%Y-%m-%dT%H:%M:%SZ").to_string() });
    match text(case, "kind") {
        "due" => due(case, &calendar(case, specs, codes)),
        "back" => {
            let n = WorkingDays(number(case));
            told(calendar(case, specs, codes).nth_before(day(case, "from"), n), |day| json!({ "day": day.to_string() }))
        }
        "roll" => told(
            calendar(case, specs, codes).roll(day(case, "day"), convention(case)),
            |day| json!({ "rolled": day.to_string() }),
        ),
        "instant" => utc(zone().instant(text(case, "local").parse::<NaiveDateTime>().unwrap())),
        "late_from" => utc(zone().end_of(day(case, "due"))),
        other => panic!("{other} is no kind of case"),
    }
}

fn due(case: &Value, calendar: &Calendar) -> Value {
    let (from, n) = (day(case, "from"), WorkingDays(number(case)));
    let Ok(ledger) = calendar.due(from, n) else { return json!({ "error": "unknown-holidays" }) };
    assert_eq!(calendar.nth_after(from, n), Ok(ledger.due_on), "{}: explained and computed differ", case["id"]);
    let counted: Vec<String> = ledger
        .lines
        .iter()
        .filter(|line| matches!(line.why, Why::Counted { n, .. } if n > 0))
        .map(|line| line.from.to_string())
        .collect();
    json!({ "due": ledger.due_on.to_string(), "counted": counted, "provisional": ledger.provisional })
}

fn told(found: Result<NaiveDate, UnknownHolidays>, tell: impl Fn(NaiveDate) -> Value) -> Value {
    found.map_or_else(|_| json!({ "error": "unknown-holidays" }), tell)
}

fn convention(case: &Value) -> RollConvention {
    let word = text(case, "convention").replace('_', "-");
    serde_json::from_value(Value::from(word)).unwrap()
}

fn calendar(case: &Value, specs: &Specs, codes: &BTreeMap<&str, String>) -> Calendar {
    let folder = tempfile::tempdir().unwrap();
    for (name, spec) in specs {
        let code = &codes[name.as_str()];
        std::fs::write(folder.path().join(format!("{code}.toml")), country(code, spec)).unwrap();
    }
    let own = case["calendar"].as_str().map(|name| codes[name].as_str());
    if let (Some(layers), Some(code)) = (case["layers"].as_array(), own) {
        let closures: String = layers.iter().map(|layer| closure(layer, code)).collect();
        std::fs::write(folder.path().join("closures.toml"), closures).unwrap();
    }
    let calendars = Calendars::load(Some(folder.path())).unwrap_or_else(|mistakes| panic!("{}", mistakes.join("\n")));
    let found = match (own, case["combine"].as_str()) {
        (Some(code), None) => calendars.of_site(&site(code)).unwrap(),
        (None, Some(how)) => {
            let how: Together = serde_json::from_value(Value::from(how)).unwrap();
            let both = case["calendars"].as_array().unwrap();
            let named = |at: usize| calendars.named(&codes[both[at].as_str().unwrap()]).unwrap();
            named(0).with(&named(1), how)
        }
        (_, _) => panic!("{} names no calendar", case["id"]),
    };
    match case["half_days"].as_str() {
        Some("skip") => found.with_half_days(HalfDays::Skip),
        Some("count") | None => found,
        Some(other) => panic!("half_days = {other}"),
    }
}

/// A calendar of the vectors, as a country's file.
fn country(code: &str, spec: &Value) -> String {
    let known = |at: usize| spec["known"][at].as_str().unwrap();
    let confirmed = spec["confirmed_through"].as_str().unwrap_or(known(1));
    let estimated = spec["estimated"].as_array().cloned().unwrap_or_default();
    let mut text = format!(
        "calendar = \"{code}\"\nname = \"{code}\"\nknown_from = {}\nknown_through = {}\nconfirmed_through = {confirmed}\n",
        known(0),
        known(1),
    );
    let rules = spec["weekend"].as_array().unwrap();
    match rules.as_slice() {
        [one] => writeln!(text, "weekend = {}", one["off"]).unwrap(),
        _ => {
            for rule in rules {
                writeln!(text, "[[weekend]]\nfrom = {}\noff = {}", rule["from"].as_str().unwrap(), rule["off"])
                    .unwrap();
            }
        }
    }
    for day in spec["days"].as_array().into_iter().flatten() {
        let (on, kind) = (text_of(&day["on"]), text_of(&day["kind"]));
        let sure = if estimated.contains(&day["on"]) { "\nestimated = true" } else { "" };
        writeln!(text, "[[day]]\nname = {}\non = [{on}]\nkind = \"{kind}\"{sure}", day["name"]).unwrap();
    }
    text
}

fn closure(layer: &Value, code: &str) -> String {
    let applies = match text(layer, "layer") {
        "country" => format!("calendar:{code}"),
        "municipality" => format!("municipality:{code}/Town"),
        "company" => "company".to_owned(),
        "customer" => "customer:C".to_owned(),
        "site" => "site:S".to_owned(),
        other => panic!("no layer {other}"),
    };
    let days = match (layer["yearly"].as_str(), layer["from"].as_str()) {
        (Some(yearly), None) => format!("yearly = \"{yearly}\""),
        (None, Some(from)) => format!("from = {from}\nto = {}", layer["to"].as_str().unwrap_or(from)),
        (_, _) => panic!("{layer} names no days"),
    };
    format!("[[closure]]\n{days}\nname = \"layer\"\nkind = \"{}\"\napplies = \"{applies}\"\n", text(layer, "kind"))
}

fn site(country: &str) -> Site {
    Site {
        site: "S".into(),
        customer: "C".into(),
        name: "Site".to_owned(),
        address: String::new(),
        country: country.to_owned(),
        subdivision: String::new(),
        municipality: "Town".to_owned(),
        time_zone: Zone::parse("UTC").unwrap(),
        position: None,
        language: None,
        left_on: None,
    }
}

fn text<'v>(case: &'v Value, key: &str) -> &'v str {
    case[key].as_str().unwrap_or_else(|| panic!("{case} has no {key}"))
}

fn text_of(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn day(case: &Value, key: &str) -> NaiveDate {
    text(case, key).parse().unwrap()
}

fn number(case: &Value) -> u32 {
    u32::try_from(case["n"].as_u64().unwrap()).unwrap()
}
