//! R21: an office that an earlier version has left goes on: what people hold of it still holds.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use ronda::domain::ids::VisitId;
use ronda::domain::letters::letter::Bears;
use ronda::domain::letters::notice::NoticeKind;
use ronda::office::documents::sha256;
use ronda::office::planning::plan_visits::{Keep, plan_visits};
use ronda::office::reports::verify_report::walk_chain;
use ronda::store;
use serde_json::Value;

use crate::office::fixture::files::Fixture;
use crate::office::fixture::said::said;
use crate::office::fixture::state::{differences, state, words};
use crate::office::fixture::{addresses, week};
use crate::office::harness::{Engine, TestOffice};

/// A test for each engine of a fixture that an earlier version has left, opened by this one.
macro_rules! upgraded {
    ($name:ident from $store:literal, |$fixture:ident, $expected:ident, $office:ident| $body:block) => {
        mod $name {
            use super::*;

            async fn story($fixture: Fixture, $expected: Value, $office: TestOffice) $body

            async fn told(engine: Engine) {
                let fixture = Fixture::named($store);
                let (expected, office) = (fixture.expected(engine), fixture.open(engine).await);
                story(fixture, expected, office).await;
            }

            #[tokio::test]
            async fn sqlite() {
                told(Engine::Sqlite).await;
            }

            #[tokio::test]
            async fn postgres() {
                told(Engine::Postgres).await;
            }
        }
    };
}

upgraded!(r21_a_store_of_0_1_opens_and_every_key_and_word_holds from "store-0.1", |fixture, expected, office| {
    let found = state(&office).await;
    holds(differences(&expected["state"], &found));
    holds(others("words", &expected["words"], &words(&found)));
    let mut lost = Vec::new();
    for (kind, column) in [("reports", "sha256"), ("photos of records", "sha256"), ("photos of forms", "sha256")] {
        for row in list(&expected["state"][kind]) {
            if let Err(why) = office.office.documents.get(text(&row[column])).await {
                lost.push(format!("{kind}: {why:#}"));
            }
        }
    }
    holds(lost);
    assert!(fixture.path("office/incoming").is_dir(), "pieces of a photo lie there");
});

upgraded!(what_the_keys_of_0_1_tell_is_in_columns from "store-0.1", |_fixture, expected, office| {
    type LetterRow = (String, String, String, String, Option<String>, Option<String>, Option<i64>, Option<String>);
    let letters: Vec<LetterRow> = office
        .office
        .db
        .read("select key, notice, reader_role, reader_code, bears, document, hotline_id, customer from letter order by id")
        .all()
        .await
        .unwrap();
    assert_eq!(letters.len(), list(&expected["state"]["letters"]).len());
    let reports = list(&expected["state"]["reports"]);
    let mut wrong = Vec::new();
    for (key, notice, role, code, bears, document, hotline, customer) in letters {
        let kind: NoticeKind = notice.parse().unwrap();
        let reader = match kind {
            NoticeKind::Digest | NoticeKind::Review => role == "manager" && key.starts_with(&format!("{notice}/{code}/")),
            NoticeKind::Canary => (role.as_str(), code.as_str()) == ("manager", "canary"),
            _ => key.ends_with(&format!("/{role}:{code}")),
        };
        let enclosed = match document {
            Some(document) => reports.iter().any(|report| {
                text(&report["sha256"]) == document && key.starts_with(&format!("{notice}/V{}/", report["visit_id"]))
            }),
            None => kind.bears() != Some(Bears::Paper),
        };
        let told = match (kind, hotline, customer) {
            (NoticeKind::HotlineChanged, Some(change), Some(customer)) => {
                key == format!("{notice}/{change}/{customer}/{role}:{code}")
            }
            (kind, None, None) => kind != NoticeKind::HotlineChanged,
            _ => false,
        };
        if !(reader && enclosed && told) || bears.as_deref() != kind.bears().map(Bears::word) {
            wrong.push(format!("{key}: {role} {code}, bears {bears:?}"));
        }
    }
    holds(wrong);
});

upgraded!(r13_every_address_that_0_1_gave_to_anybody_answers_as_before from "store-0.1", |_fixture, expected, office| {
    let before = list(&expected["addresses"]);
    let paths: Vec<String> = before.iter().map(|answer| text(&answer["address"]).to_owned()).collect();
    let after = addresses::answers(&office, &paths).await;
    let pairs = before.iter().zip(&after);
    holds(pairs.flat_map(|(was, is)| others(text(&was["address"]), was, is)).collect());
});

upgraded!(r16_verify_and_report_chain_answer_of_the_reports_of_0_1_as_before from "store-0.1", |_fixture, expected, office| {
    holds(others("ronda", &expected["said"], &said(&office, &expected["state"])));
});

upgraded!(r10_a_phone_with_the_form_of_0_1_hands_in_and_no_letter_leaves_twice from "store-0.1", |fixture, expected, office| {
    let receipt = week::hand_in(&fixture, &office).await;
    holds(others("the receipt", &expected["receipt"], &receipt));
    week::pass(&office).await;
    holds(letters_of_the_week(&expected, &office).await);

    let visit = VisitId(fixture.json("phone.json")["visit"].as_i64().expect("a number"));
    let report = store::reports::latest(&office.office.db, visit).await.unwrap().expect("the record became a report");
    assert_eq!(report.revision, 1);
    assert_eq!(store::records::photos(&office.office.db, visit).await.unwrap().len(), 2);
    for site in ["MAD", "BCN", "VLC", "BIL", "OVD"] {
        let chain = walk_chain(&office.office, &site.into()).await.unwrap();
        assert!(!chain.is_empty() && chain.iter().all(|link| link.breaks.is_empty()), "{site}: {chain:#?}");
    }
});

upgraded!(every_visit_that_0_1_has_planned_stays_on_its_day_under_its_number from "store-0.1", |_fixture, expected, office| {
    plan_visits(&office.office, None, Keep::Store, &|_| ()).await.unwrap();
    let today = office.office.today();
    let mut wrong = Vec::new();
    let mut far = 0;
    for was in list(&expected["state"]["visits"]) {
        let day: NaiveDate = text(&was["day"]).parse().unwrap();
        if text(&was["state"]) != "planned" || day <= today {
            continue;
        }
        far += u32::from(day > today + Days::new(90));
        let is = office.visit(VisitId(was["id"].as_i64().unwrap())).await;
        let to = is.visit.state.appointment();
        let starts = to.starts.format("%H:%M").to_string();
        let now = serde_json::json!({
            "contract": is.visit.contract, "site": is.visit.site, "term": is.visit.term, "number": is.visit.number,
            "state": is.visit.state.word(), "engineer": to.engineer, "day": to.day, "starts": starts,
        });
        wrong.extend(others(&is.visit.id.to_string(), &now, was));
    }
    assert!(far > 30, "{far} visits were far");
    holds(wrong);
});

/// What is wrong with the letters that left: what had left before leaves no more, what waited leaves once and as it
/// was written, and else leaves what the earlier version would have sent.
async fn letters_of_the_week(expected: &Value, office: &TestOffice) -> Vec<String> {
    let mut wrong = Vec::new();
    let accepted = office.post.with(|post| post.accepted.clone());
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for letter in &accepted {
        *times.entry(letter.message_id.as_str()).or_default() += 1;
    }
    let twice = times.iter().filter(|(_, times)| **times > 1);
    wrong.extend(twice.map(|(id, times)| format!("the letter with Message-ID {id} left {times} times")));
    for letter in list(&expected["state"]["letters"]) {
        let (key, id) = (text(&letter["key"]), text(&letter["message_id"]));
        match (text(&letter["state"]), accepted.iter().find(|left| left.message_id == id)) {
            ("waiting", None) => wrong.push(format!("{key} waited and has not left")),
            ("waiting", Some(left)) if sha256(&left.bytes) != text(&letter["bytes"]) => {
                wrong.push(format!("{key} waited and left with other bytes"));
            }
            ("waiting", Some(_)) | (_, None) => {}
            (state, Some(_)) => wrong.push(format!("{key} was {state} and left again")),
        }
    }
    let keys = |letters: &[Value]| -> BTreeSet<String> {
        letters
            .iter()
            .map(|letter| {
                format!("{} to {}, {}", text(&letter["key"]), text(&letter["to"]), text(&letter["message_id"]))
            })
            .collect()
    };
    let (mut would, mut did) = (keys(list(&expected["left in the week"])), keys(&week::left(office).await));
    let before = would.len();
    would.retain(|key| !NOT_TOLD_ANY_MORE.iter().any(|told| key.starts_with(told)));
    assert_eq!(before - would.len(), NOT_TOLD_ANY_MORE.len(), "each of them would have left");
    wrong.extend(would.difference(&did).map(|key| format!("{key} would have left and has not")));
    let told: BTreeSet<String> =
        did.iter().filter(|key| TOLD_AS_WELL.iter().any(|told| key.starts_with(told))).cloned().collect();
    let has_left = |key: &&str| told.iter().any(|told| told.starts_with(*key));
    wrong.extend(TOLD_AS_WELL.iter().filter(|key| !has_left(key)).map(|key| format!("{key}should have left as well")));
    did.retain(|key| !told.contains(key));
    wrong.extend(did.difference(&would).map(|key| format!("{key} has left and would not have")));
    wrong
}

/// A record that is due two days after its visit has no "5 working days before" any more: nothing was owed then. Customers
/// hear nothing of the deadline of our records.
const NOT_TOLD_ANY_MORE: [&str; 2] = [
    "deadline-flagged/record/V55/2026-02-23/2026-02-25/before-5/engineer:E-1 ",
    "deadline-flagged/record/V55/2026-02-23/2026-02-25/late-1/customer:carmen@cum.example ",
];

/// A report is owed from the day of its visit: what became late of one without a record in this week is told. What was
/// cancelled, or did not take place, is planned again (V65, V66) and told, and owes its record; that V66's is late waits for its
/// readers' hours, which come after the week.
const TOLD_AS_WELL: [&str; 8] = [
    "deadline-flagged/report/V57/2026-02-19/late-1/engineer:E-2 ",
    "deadline-flagged/report/V57/2026-02-19/late-1/manager:M-1 ",
    "training-invitation/V65/0/engineer:E-2 ",
    "deadline-flagged/record/V65/2026-02-20/2026-02-24/late-1/engineer:E-2 ",
    "deadline-flagged/record/V65/2026-02-20/2026-02-24/late-1/manager:M-1 ",
    "visit-announced/V66/0/customer:wang@zho.example ",
    "visit-announced/V66/0/engineer:E-3 ",
    "deadline-flagged/record/V66/2026-02-24/2026-02-26/before-1/engineer:E-3 ",
];

/// What differs between two JSON objects, a line for each field of the first.
fn others(what: &str, was: &Value, is: &Value) -> Vec<String> {
    let fields = was.as_object().expect("fields by name").iter();
    let differ = fields.filter(|(name, value)| is[name.as_str()] != **value);
    differ.map(|(name, value)| format!("{what}: {name} was {value} and is {}", is[name.as_str()])).collect()
}

fn holds(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "\n{} differ:\n{}\n", wrong.len(), wrong.join("\n"));
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}
