//! The week: a row for each day with visits, showing who is where.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use minijinja::{Value as Given, context};

use crate::address::one_line;
use crate::words::Speaker;
use domain::digest::{Digest, VisitLine};
use words::Value;

/// Maximum number of engineers named per day.
const ENGINEERS: usize = 4;
/// Maximum number of sites named per engineer and day.
const SITES: usize = 2;

pub(super) fn rows(speaker: &Speaker<'_>, digest: &Digest) -> Vec<Given> {
    let mut days = BTreeMap::<NaiveDate, Vec<&VisitLine>>::new();
    for line in &digest.week {
        days.entry(line.day).or_default().push(line);
    }
    let row = |(day, visits): (NaiveDate, Vec<&VisitLine>)| {
        let name = match day == digest.day {
            true => speaker.say("digest-today", &[("day", Value::owned(speaker.short(day)))]),
            false => speaker.short(day),
        };
        let count = speaker.say("digest-week-visits", &[("count", Value::count(visits.len()))]);
        context! { day => name, count => count, who => who(speaker, &visits) }
    };
    days.into_iter().map(row).collect()
}

/// `Omar Al-Qahtani: Energy Centre, Main Tower · Isla Fraser: Terminal + 3 · and 12 more`.
fn who(speaker: &Speaker<'_>, visits: &[&VisitLine]) -> Vec<String> {
    let mut engineers = BTreeMap::<&str, Vec<&str>>::new();
    for visit in visits {
        engineers.entry(&visit.engineer).or_default().push(&visit.site_name);
    }
    let hidden = engineers.len().saturating_sub(ENGINEERS);
    let mut names: Vec<String> = engineers
        .into_iter()
        .take(ENGINEERS)
        .map(|(engineer, sites)| {
            let named: Vec<_> = sites.iter().take(SITES).map(|site| one_line(site)).collect();
            let more = match sites.len().saturating_sub(SITES) {
                0 => String::new(),
                more => format!(" + {more}"),
            };
            format!("{}: {}{more}", one_line(engineer), named.join(", "))
        })
        .collect();
    if hidden > 0 {
        names.push(speaker.say("mail-digest-more", &[("count", Value::count(hidden))]));
    }
    names
}
