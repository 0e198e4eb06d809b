use serde_json::Value;

use super::*;

/// The published rosters, with their expected answers.
const GIVEN: &str = include_str!("../../../../tests/vectors/roster-1.jsonl");

#[test]
fn every_published_roster_is_answered_as_it_must_be() {
    let mut wrong = Vec::new();
    for line in GIVEN.lines() {
        let vector: Value = serde_json::from_str(line).expect("JSON");
        let got = vector::answer(&vector["case"].to_string()).map(|answer| serde_json::to_value(answer).expect("JSON"));
        match (&vector["want"], got) {
            (want, Ok(got)) if *want == got => {}
            (want, got) => {
                wrong.push(format!("want {want}\n got {}", got.unwrap_or_else(|bad| bad.to_string().into())))
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), GIVEN.lines().count(), wrong.join("\n"));
}

#[test]
fn a_roster_that_cannot_be_read_is_refused_with_what_to_write() {
    let with = |shift: &str, at: &str| {
        let line = format!(
            r#"{{"id":1,"zone":"Europe/Madrid","begins":"2026-01-05","shifts":[{shift}],"check":{{"from":"2026-01-05","until":"2026-01-06"}},"at":["{at}"]}}"#
        );
        vector::answer(&line).map_or_else(|bad| bad.to_string(), |answer| format!("{answer:?}"))
    };
    let at = "2026-01-05T10:00:00Z";
    assert!(with(r#"{"from":"8:00","until":"20:00","rota":["ana"]}"#, at).contains("as 08:00"));
    assert!(with(r#"{"from":"08:00","until":"20:00","rota":[]}"#, at).contains("null for nobody"));
    assert!(with(r#"{"from":"08:00","until":"20:00","rota":["ana"],"every_weeks":0}"#, at).contains("1 or more"));
    assert!(with(r#"{"from":"08:00","until":"20:00","rota":["ana"]}"#, "2026-02-05T10:00:00Z").contains("outside"));
    assert!(with(r#"{"from":"08:00","until":"20:00","rota":["ana"]}"#, at).contains("ana"));
}
