use super::*;
use domain::audit::promises::PromisedPeriod;
use domain::contract::Purpose;
use domain::ids::VisitId;

fn day(text: &str) -> chrono::NaiveDate {
    text.parse().expect("a day")
}

#[test]
fn a_life_line_fits_into_eighty_columns() {
    let visit = VisitId(1042);
    let period = |number| PromisedPeriod {
        number,
        begins_on: day("2026-01-01"),
        ends_on: day("2026-01-07"),
        first_on: day("2026-01-01"),
        last_on: day("2026-01-07"),
        handed_to: None,
        would_end_on: day("2026-01-07"),
        opened_on: None,
        gives_way: None,
    };
    let standing = |number: u32| match number % 3 {
        0 => PeriodStanding::Kept { visit, on: day("2026-01-02") },
        1 => PeriodStanding::OpenWithout { why: NoFitVisit::NoVisit },
        _ => PeriodStanding::Late { visit: None },
    };
    let line = LifeLine {
        site: "MAD-1".into(),
        contract: "C-1".into(),
        term: "inspection".into(),
        purpose: Purpose::Inspection,
        accepted_on: day("2026-01-01"),
        ends_on: Some(day("2028-12-31")),
        since_on: day("2026-01-01"),
        periods: (1..=157).map(|number| JudgedPeriod { period: period(number), standing: standing(number) }).collect(),
        extra: vec![visit],
    };
    let text = draw(&line, &[]);
    assert!(
        text.starts_with("MAD-1 · C-1 · inspection, from 2026-01-01 to 2028-12-31\n  2026-01-01  ?!=?!="),
        "{text}"
    );
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    assert_eq!(text.matches('=').count(), 52);
    assert!(explain(&line, &[]).lines().all(|line| line.chars().count() <= 80));
}
