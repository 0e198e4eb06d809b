use super::*;
use crate::contract::{CoveredSites, Purpose};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn version(since_on: &str, every: &str, ends_on: Option<&str>, sites: CoveredSites) -> ContractVersion {
    let mut term = Term::new("inspection", "P01", Purpose::Inspection, Every::Months(1));
    term.set("every", every).expect("a period");
    let contract = Contract {
        contract: "C-1".into(),
        customer: "ACME".into(),
        sites,
        plan: "standard".to_owned(),
        accepted_on: day("2026-01-01"),
        ends_on: ends_on.map(day),
        overrides: BTreeMap::new(),
    };
    ContractVersion { since_on: day(since_on), ..ContractVersion::first(contract, &[term]) }
}

fn told(versions: &[ContractVersion]) -> Vec<String> {
    let end = |through: Option<NaiveDate>| through.map_or_else(|| "…".to_owned(), |day| day.to_string());
    let found = stretches(versions, &"MAD".into(), &"inspection".into(), None);
    let ends = |one: &PromisedStretch| match one.ends {
        StretchEnds::WithItsRhythm => format!("WithItsRhythm {{ said: {:?} }}", one.contract_end()),
        StretchEnds::WithTheContract { .. } => format!("{:?}", one.ends),
    };
    found.iter().map(|one| format!("{} {}..{} {}", one.every, one.from, end(one.through), ends(one))).collect()
}

#[test]
fn a_contract_that_never_changed_is_one_stretch() {
    let one = [version("2026-01-01", "1 month", Some("2026-12-31"), CoveredSites::All)];
    assert_eq!(told(&one), ["1 month 2026-01-01..2026-12-31 WithTheContract { noted_on: None }"]);
}

#[test]
fn an_end_given_early_or_late_and_an_extension_keep_the_rhythm() {
    let first = || version("2026-01-01", "1 month", None, CoveredSites::All);
    let early = [first(), version("2026-03-10", "1 month", Some("2026-04-20"), CoveredSites::All)];
    let known = "WithTheContract { noted_on: Some(2026-03-10) }";
    assert_eq!(told(&early), [format!("1 month 2026-01-01..2026-04-20 {known}")]);
    let late = [first(), version("2026-03-10", "1 month", Some("2026-02-15"), CoveredSites::All)];
    assert_eq!(told(&late), [format!("1 month 2026-01-01..2026-03-09 {known}")], "the past is not rewritten");
    let mut longer = early.to_vec();
    longer.push(version("2026-04-01", "1 month", None, CoveredSites::All));
    assert_eq!(told(&longer).len(), 1);
    assert!(told(&longer)[0].starts_with("1 month 2026-01-01..… "));
}

#[test]
fn p10_training_counted_from_a_sites_own_acceptance_is_promised_from_that_day() {
    let yearly = |since_on: &str, window: &str| {
        let mut term = Term::new("inspection", "P10", Purpose::Training, Every::Months(12));
        term.set("window", window).expect("a window");
        let contract = version(since_on, "1 year", None, CoveredSites::All).contract;
        ContractVersion { since_on: day(since_on), ..ContractVersion::first(contract, &[term]) }
    };
    let changed = [yearly("2026-01-01", "30 days after"), yearly("2026-10-12", "60 days after")];
    let of = |own: &str| stretches(&changed, &"MAD".into(), &"inspection".into(), Some(day(own)));
    let told = |own: &str| of(own).iter().map(|one| format!("{} {}", one.window, one.from)).collect::<Vec<_>>();
    assert_eq!(told("2026-11-06"), ["60 days after 2026-11-06"], "it never knew what the contract was like before");
    assert_eq!(told("2026-05-04"), ["30 days after 2026-05-04", "60 days after 2026-10-12"]);
}

#[test]
fn another_rhythm_follows_on_the_day_from_which_it_holds() {
    let two = [
        version("2026-01-01", "3 months", None, CoveredSites::All),
        version("2026-01-26", "1 month", None, CoveredSites::All),
    ];
    assert_eq!(
        told(&two),
        [
            "3 months 2026-01-01..2026-01-25 WithItsRhythm { said: None }",
            "1 month 2026-01-26..… WithTheContract { noted_on: Some(2026-01-26) }"
        ]
    );
}

#[test]
fn a_site_that_leaves_ends_the_day_before_and_one_that_comes_back_begins_anew() {
    let without = || CoveredSites::Only(vec!["BCN".into()]);
    let away = [
        version("2026-01-01", "1 month", None, CoveredSites::All),
        version("2026-02-10", "1 month", None, without()),
        version("2026-05-04", "1 month", None, CoveredSites::All),
    ];
    assert_eq!(
        told(&away),
        [
            "1 month 2026-01-01..2026-02-09 WithTheContract { noted_on: Some(2026-02-10) }",
            "1 month 2026-05-04..… WithTheContract { noted_on: Some(2026-05-04) }"
        ]
    );
}

#[test]
fn a_contract_renewed_after_its_end_leaves_the_days_between_alone() {
    let renewed = [
        version("2026-01-01", "1 month", Some("2026-03-31"), CoveredSites::All),
        version("2026-04-10", "1 month", None, CoveredSites::All),
    ];
    assert_eq!(
        told(&renewed),
        [
            "1 month 2026-01-01..2026-03-31 WithTheContract { noted_on: None }",
            "1 month 2026-04-10..… WithTheContract { noted_on: Some(2026-04-10) }"
        ]
    );
}
