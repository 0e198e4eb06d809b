//! A customer's year of service: what was promised, what was kept in time, and what was late and by how much (P31).

use chrono::NaiveDate;

use super::{Head, bound, columns, day, fact, listed, text};
use crate::promises::Owed;
use crate::reports::{Align, Block, Cell, Mark, Pages, Share};
use crate::wording::{Say, Value, number};

/// The input for a service year.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceYear {
    pub head: Head,
    /// Code and name.
    pub customer: (String, String),
    pub year: i32,
    /// One line for each kind of promise that was due in the year.
    pub promises: Vec<Kept>,
    /// Promises that were late, by due day.
    pub late: Vec<LateDeadline>,
    /// Site, number of visits that took place, and number of findings on them.
    pub sites: Vec<(String, usize, usize)>,
}

/// How many promises of a kind were kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    pub owed: Owed,
    pub in_time: usize,
    pub late: usize,
    /// Due, but not met yet.
    pub missing: usize,
}

/// A deadline that was missed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LateDeadline {
    pub owed: Owed,
    /// The site's name.
    pub site: String,
    pub due_on: NaiveDate,
    /// `None`: it is still owed.
    pub met_on: Option<NaiveDate>,
}

impl Kept {
    fn all(self) -> usize {
        self.in_time + self.late + self.missing
    }
}

/// The report on a year, for the customer (P31).
#[must_use]
pub fn service_year(year: &ServiceYear, say: Say<'_>) -> Pages {
    let sum = |count: fn(&Kept) -> usize| year.promises.iter().map(count).sum::<usize>();
    let (in_time, late, missing) = (sum(|kept| kept.in_time), sum(|kept| kept.late), sum(|kept| kept.missing));
    let mut blocks = vec![verdict(in_time, late, missing, say), Block::Facts(facts(year, say))];
    let share = |mark, key: &str, count| Share { mark, label: say(key, &[]), count };
    let mut shares = vec![
        share(Mark::Ok, "paper-kept-in-time", in_time),
        share(Mark::Attention, "paper-kept-late", late),
        share(Mark::Fault, "paper-kept-missing", missing),
    ];
    shares.retain(|share| share.count > 0);
    if !shares.is_empty() {
        blocks.push(Block::Summary(shares));
    }
    blocks.extend(promises(year, say));
    blocks.extend(late_ones(year, say));
    blocks.extend(sites(year, say));
    let title = say("paper-service-year", &[("year", Value::owned(year.year.to_string()))]);
    let number = format!("{}-{}", year.customer.0, year.year);
    bound(&year.head, title, year.customer.1.clone(), number, blocks, say)
}

fn verdict(in_time: usize, late: usize, missing: usize, say: Say<'_>) -> Block {
    let (mark, key) = match (in_time, late, missing) {
        (0, 0, 0) => (Mark::Open, "paper-verdict-nothing-due"),
        (_, 0, 0) => (Mark::Ok, "paper-verdict-all-kept"),
        (_, _, 0) => (Mark::Attention, "paper-verdict-some-late"),
        (_, _, _) => (Mark::Fault, "paper-verdict-some-missing"),
    };
    let all = in_time + late + missing;
    let detail = say("paper-verdict-kept", &[("kept", Value::count(in_time)), ("all", Value::count(all))]);
    Block::Verdict { mark, headline: say(key, &[]), detail }
}

fn facts(year: &ServiceYear, say: Say<'_>) -> Vec<super::Fact> {
    let visits: usize = year.sites.iter().map(|(_, visits, _)| visits).sum();
    vec![
        fact("report-fact-customer", vec![year.customer.1.clone(), year.customer.0.clone()], say),
        fact("paper-fact-visits-done", vec![visits.to_string()], say),
    ]
}

fn promises(year: &ServiceYear, say: Say<'_>) -> Vec<Block> {
    let rows = year.promises.iter().map(|kept| {
        #[expect(clippy::cast_precision_loss, reason = "some thousand promises")]
        let share = (1000.0 * kept.in_time as f64 / kept.all().max(1) as f64).round() / 10.0;
        vec![
            text(say("paper-owed", &[("owed", Value::text(kept.owed.word()))])),
            text(kept.all().to_string()),
            text(kept.in_time.to_string()),
            text(kept.late.to_string()),
            text(kept.missing.to_string()),
            text(format!("{} %", number(year.head.language, share))),
        ]
    });
    let keys = [
        ("paper-column-promise", 4.0, Align::Left),
        ("paper-column-owed", 1.6, Align::Right),
        ("paper-kept-in-time", 1.6, Align::Right),
        ("paper-kept-late", 1.6, Align::Right),
        ("paper-kept-missing", 1.8, Align::Right),
        ("paper-column-share", 1.8, Align::Right),
    ];
    listed("paper-section-promises", columns(&keys, say), rows.collect(), say)
}

fn late_ones(year: &ServiceYear, say: Say<'_>) -> Vec<Block> {
    let rows = year.late.iter().map(|late| {
        let days =
            late.met_on.map(|met| say("paper-days", &[("count", Value::Number(days_between(late.due_on, met)))]));
        vec![
            text(say("paper-owed", &[("owed", Value::text(late.owed.word()))])),
            text(&late.site),
            day(year.head.language, Some(late.due_on)),
            day(year.head.language, late.met_on),
            text(days.unwrap_or_default()),
        ]
    });
    let keys = [
        ("paper-column-promise", 3.4, Align::Left),
        ("report-fact-site", 3.6, Align::Left),
        ("paper-column-due", 2.3, Align::Left),
        ("paper-column-met", 2.3, Align::Left),
        ("paper-column-late-by", 1.6, Align::Right),
    ];
    listed("paper-section-late", columns(&keys, say), rows.collect(), say)
}

fn days_between(due: NaiveDate, met: NaiveDate) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "some hundred days")]
    let days = (met - due).num_days() as f64;
    days
}

fn sites(year: &ServiceYear, say: Say<'_>) -> Vec<Block> {
    let count = |count: &usize| Cell::Text(count.to_string());
    let rows = year.sites.iter().map(|(site, visits, findings)| vec![text(site), count(visits), count(findings)]);
    let keys = [
        ("report-fact-site", 7.0, Align::Left),
        ("paper-fact-visits-done", 2.6, Align::Right),
        ("report-section-findings", 2.0, Align::Right),
    ];
    listed("paper-section-sites", columns(&keys, say), rows.collect(), say)
}
