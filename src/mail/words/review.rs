//! The review of a week or a month in words.

use chrono::NaiveDate;
use minijinja::{Value as Given, context};

use super::Speaker;
use super::digest::{compliance, first_up, trend};
use crate::address::one_line;
use domain::digest::{Compliance, Period, Review};
use words::Value;

/// Maximum number of table rows in the letter; the last row sums up the rest.
const ROWS: usize = 10;

pub(super) fn context(speaker: &Speaker<'_>, review: &Review) -> Given {
    let kind = |(owed, compliance): &(_, Compliance)| {
        let owed: &domain::promises::Owed = owed;
        let name = first_up(&speaker.say("digest-kind", &[("owed", Value::text(owed.word()))]));
        (name, *compliance)
    };
    let named = |(name, compliance): &(String, Compliance)| (one_line(name), *compliance);
    let tables = [
        ("review-by-kind", review.by_kind.iter().map(kind).collect::<Vec<_>>()),
        ("review-by-customer", review.by_customer.iter().map(named).collect()),
        ("review-by-engineer", review.by_engineer.iter().map(named).collect()),
    ];
    let tables = tables.into_iter().filter(|(_, rows)| !rows.is_empty());
    let name: fn(_, NaiveDate) -> String = match review.period {
        Period::Week => words::day_and_month,
        Period::Month => words::short_month,
    };
    context! {
        tone => if review.whole.late > 0 { "late" } else { "calm" },
        verdict => verdict(speaker, review),
        period => period(speaker, review),
        compliance => compliance(speaker, review.whole),
        trend => trend(speaker, &review.trend, name),
        tables => tables.map(|(title, rows)| table(speaker, title, &rows)).collect::<Vec<_>>(),
        ahead => ahead(speaker, review),
    }
}

/// `March 2026`, or `Mon 2 Mar – Sun 8 Mar`.
fn period(speaker: &Speaker<'_>, review: &Review) -> String {
    match review.period {
        Period::Week => speaker.span(review.from, review.through),
        Period::Month => words::month(speaker.language, review.from),
    }
}

fn verdict(speaker: &Speaker<'_>, review: &Review) -> String {
    match review.whole.percent() {
        Some(percent) => speaker.say("review-verdict", &[("percent", Value::Number(f64::from(percent)))]),
        None => speaker.say("review-verdict-none", &[]),
    }
}

fn table(speaker: &Speaker<'_>, title: &str, rows: &[(String, Compliance)]) -> Given {
    let (shown, hidden) = rows.split_at(rows.len().min(ROWS));
    let row = |name: String, compliance: Compliance| {
        context! {
            name => name,
            percent => compliance.percent(),
            kept => compliance.kept,
            met_late => compliance.met_late,
            late => compliance.late,
            excused => compliance.waived,
            all => compliance.decided(),
        }
    };
    let mut lines: Vec<Given> = shown.iter().map(|(name, compliance)| row(name.clone(), *compliance)).collect();
    if !hidden.is_empty() {
        let sum = hidden.iter().fold(Compliance::default(), |sum, (_, one)| Compliance {
            kept: sum.kept + one.kept,
            met_late: sum.met_late + one.met_late,
            late: sum.late + one.late,
            waived: sum.waived + one.waived,
            ..sum
        });
        lines.push(row(speaker.say("mail-digest-more", &[("count", Value::count(hidden.len()))]), sum));
    }
    context! { title => speaker.say(title, &[]), rows => lines }
}

/// What is coming up in the new period, one line each.
fn ahead(speaker: &Speaker<'_>, review: &Review) -> Vec<String> {
    let count = |number: u32| Value::Number(f64::from(number));
    let mut lines = vec![speaker.say(
        "review-visits-ahead",
        &[("count", count(review.visits_ahead)), ("trainings", count(review.trainings_ahead))],
    )];
    if review.windows_without_visit > 0 {
        lines.push(speaker.say("review-windows-without-visit", &[("count", count(review.windows_without_visit))]));
    }
    lines.extend(review.phases.iter().take(ROWS).map(|phase| {
        let values = [
            ("equipment", Value::owned(one_line(&phase.equipment_name))),
            ("site", Value::owned(one_line(&phase.site_name))),
            ("day", Value::owned(words::short_date(speaker.language, phase.warranty_ends_on))),
        ];
        speaker.say("review-phase", &values)
    }));
    if let Some(hidden) = review.phases.len().checked_sub(ROWS).filter(|hidden| *hidden > 0) {
        lines.push(speaker.say("mail-digest-more", &[("count", Value::count(hidden))]));
    }
    lines
}
