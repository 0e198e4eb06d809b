use serde_json::Value;

use super::*;

/// The published cases, with what must come out.
const GIVEN: &str = include_str!("../../../../tests/vectors/clock-1.jsonl");

#[test]
fn every_published_case_is_answered_as_it_must_be() {
    let mut wrong = Vec::new();
    for line in GIVEN.lines() {
        let vector: Value = serde_json::from_str(line).expect("JSON");
        let got = vector::answer(&vector["case"].to_string()).map(|answer| serde_json::to_value(answer).expect("JSON"));
        match (&vector["want"], got) {
            (want, Ok(got)) if *want == got => {}
            (want, got) => wrong.push(format!("want {want}\n got {}", got.unwrap_or_else(|bad| bad.to_string().into()))),
        }
    }
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), GIVEN.lines().count(), wrong.join("\n"));
}
