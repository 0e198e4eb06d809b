use std::collections::BTreeMap;

use super::*;
use domain::calendar::{RollConvention, WorkingDays};
use domain::contract::{CoveredSites, Window};
use domain::language::Language;

fn shipped() -> Plans {
    Plans::load(None).unwrap_or_else(|mistakes| panic!("{}", mistakes.join("\n")))
}

/// Loads one plan file as the administrator's; the path of the folder is removed from the messages.
fn with_own(files: &[(&str, &str)]) -> Result<Plans, String> {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    let path = format!("{}/", folder.path().display());
    Plans::load(Some(folder.path())).map_err(|mistakes| mistakes.join("\n").replace(&path, ""))
}

fn contract(plan: &str, overrides: &[(&str, &str)]) -> Contract {
    Contract {
        contract: "C1".into(),
        customer: "AIR".into(),
        sites: CoveredSites::All,
        plan: plan.to_owned(),
        accepted_on: "2026-01-01".parse().expect("a day"),
        ends_on: None,
        overrides: overrides.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
    }
}

#[test]
fn p01_p04_p10_the_standard_plan_keeps_the_usual_promises() {
    let plans = shipped();
    let [inspection, training] = plans.get("standard").expect("shipped").terms.as_slice() else { panic!("two terms") };
    assert_eq!(inspection, &Term::new("inspection", "P01", Purpose::Inspection, Every::Months(1)), "the defaults");
    assert_eq!(inspection.report_within, WorkingDays(3));
    assert_eq!((training.promise.as_str(), &training.every), ("P10", &Every::Months(12)));
    assert_eq!(training.window, Window::Days { before: 0, after: 30 }, "the first with the acceptance");
}

#[test]
fn p09_p12_the_other_plans_have_the_terms_that_they_are_for() {
    let plans = shipped();
    let told: Vec<String> = plans
        .all()
        .flat_map(|plan| plan.terms.iter().map(move |term| (plan, term)))
        .map(|(plan, term)| {
            format!("{} {} {} report {}", plan.name, term.promise, term.fingerprint(), term.report_within)
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn p10_every_topic_of_a_shipped_syllabus_is_there_in_every_language() {
    let plans = shipped();
    for topic in plans.all().flat_map(|plan| &plan.terms).flat_map(|term| &term.syllabus) {
        for language in [Language::Es, Language::Zh] {
            assert_ne!(topic.get(language), topic.en, "{language}");
        }
    }
}

#[test]
fn the_administrators_plan_wins_by_name_and_stands_beside_the_others() {
    let own = "plan = \"light\"\ntitle = \"Ours\"\n[term.visit]\npromise = \"P01\"\nkind = \"inspection\"\nevery = \"6 months\"\n";
    let plans = with_own(&[("ours.toml", own), ("notes.txt", "no plan")]).expect("a good plan");
    let light = plans.get("light").expect("a plan");
    assert_eq!((light.title.as_str(), light.terms.len()), ("Ours", 1));
    assert_eq!(light.terms[0].every, Every::Months(6));
    assert!(plans.get("standard").is_some());
    assert!(Plans::load(Some(Path::new("/there/is/no/such/folder"))).is_ok(), "no folder, no plans of one's own");
}

#[test]
fn terms_stand_in_the_order_of_the_file() {
    let term = |name: &str| format!("[term.{name}]\npromise = \"P01\"\nkind = \"inspection\"\nevery = \"1 month\"\n");
    let text = format!("plan = \"p\"\ntitle = \"P\"\n{}{}{}", term("z"), term("a"), term("m"));
    let plans = with_own(&[("p.toml", &text)]).expect("a good plan");
    let names: Vec<&str> = plans.get("p").expect("a plan").terms.iter().map(|term| term.key.as_str()).collect();
    assert_eq!(names, ["z", "a", "m"]);
}

#[test]
fn every_mistake_of_every_file_is_named_with_its_place() {
    let first = r#"plan = "ours"
titel = "Our service"

[term.inspection]
promise = "P99"
kind = "inspektion"
every = "monthly"

[term.Inspection]
promise = "P01"

[term.care]
promise = "P12"
kind = "maintenance"
every = "3 months"
report = "3 days"
takes = 120
steps = ["late: enginer", "on the day: manager", "soon"]
syllabus = [{ en = "What?", fr = "Quoi?" }]

[term.training]
promise = "P10"
kind = "training"
every = "FREQ=MONTLY"
"#;
    let second = "plan = \"ours\ntitle = \n";
    let third = "plan = \"twice\"\ntitle = \"A\"\n[term]\n";
    let fourth = "plan = \"twice\"\ntitle = \"B\"\n";
    let files = [("a.toml", first), ("b.toml", second), ("c.toml", third), ("d.toml", fourth)];
    insta::assert_snapshot!(with_own(&files).expect_err("mistakes"));
}

#[test]
fn a_contract_changes_a_number_of_its_plan() {
    let plans = shipped();
    let changed = contract("standard", &[("inspection.every", "3 months"), ("training.roll", "nearest")]);
    let terms = plans.terms(&changed).expect("good overrides");
    assert_eq!(terms[0].every, Every::Months(3));
    assert_eq!(terms[1].roll, RollConvention::Nearest);
    let unchanged = &plans.get("standard").expect("shipped").terms;
    assert_eq!(&plans.terms(&contract("standard", &[])).expect("terms"), unchanged);
}

#[test]
fn every_override_that_cannot_be_is_refused_with_its_column() {
    let plans = shipped();
    let overrides = BTreeMap::from([
        ("inspecton.every", "1 month"),
        ("inspection.evry", "1 month"),
        ("inspection.report", "3 days"),
        ("inspection.steps", "late: enginer"),
        ("every", "1 month"),
    ]);
    let overrides: Vec<_> = overrides.into_iter().collect();
    let refused = plans.refusals(&contract("standard", &overrides));
    let told: Vec<String> = refused.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(told.join("\n"));
    assert_eq!(plans.terms(&contract("standard", &overrides)).expect_err("refused"), refused[0]);
    assert_eq!(
        plans.terms(&contract("standart", &[])).expect_err("no such plan").to_string(),
        "there is no service plan \"standart\"; did you mean standard?"
    );
}
