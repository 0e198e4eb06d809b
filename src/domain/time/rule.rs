//! Recurrence rules (RFC 5545) over local days. The only file that uses the `rrule` crate.
//!
//! The crate loses occurrences in the gaps and folds of a time zone, so it never gets one: a rule is expanded as if in
//! UTC, and [`Zone`] then converts each local time into an instant. `UNTIL` is handled here.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeZone as _, Utc};
use rrule::{RRule, RRuleSet, Tz, Unvalidated};

use crate::suggest;
use crate::time::Zone;

/// A term's rule that RFC 5545 does not allow, or that names no days.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{rule:?} is not an RFC 5545 recurrence rule for days: {why}")]
pub struct BadRule {
    pub rule: String,
    pub why: String,
}

/// A valid recurrence rule.
#[derive(Debug, Clone)]
pub struct Rule {
    text: String,
    until: Option<Until>,
    /// The rule without its `UNTIL`.
    endless: RRule<Unvalidated>,
}

/// The end of a rule, inclusive.
#[derive(Debug, Clone, Copy)]
enum Until {
    /// `20271231` (through that day) or `20271231T120000`: local time.
    Local(NaiveDateTime),
    /// `20271231T120000Z`.
    Instant(DateTime<Utc>),
}

/// The parts that a rule for days may have (RFC 5545, 3.3.10).
const PARTS: [&str; 11] = [
    "FREQ",
    "UNTIL",
    "COUNT",
    "INTERVAL",
    "BYDAY",
    "BYMONTHDAY",
    "BYYEARDAY",
    "BYWEEKNO",
    "BYMONTH",
    "BYSETPOS",
    "WKST",
];
/// Valid parts of rules that are not allowed in a rule for days.
const PARTS_OF_THE_DAY: [&str; 3] = ["BYHOUR", "BYMINUTE", "BYSECOND"];
const FREQUENCIES: [&str; 4] = ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"];

impl Rule {
    /// Parses `FREQ=MONTHLY;BYDAY=1MO`, with or without the prefix `RRULE:`, ignoring case.
    ///
    /// # Errors
    /// [`BadRule`], with a suggestion if a name was mistyped.
    pub fn parse(text: &str) -> Result<Rule, BadRule> {
        let upper = text.trim().to_ascii_uppercase();
        let bare = upper.strip_prefix("RRULE:").unwrap_or(&upper);
        read(bare).map_err(|why| BadRule { rule: text.to_owned(), why })
    }

    /// Like [`Rule::parse`], but also rejects rules that match no day at all, such as `BYMONTH=2;BYMONTHDAY=30`.
    ///
    /// # Errors
    /// [`BadRule`].
    pub fn parse_and_try(text: &str) -> Result<Rule, BadRule> {
        let rule = Rule::parse(text)?;
        let leap_year = NaiveDate::from_ymd_opt(2024, 1, 1).expect("a day");
        if rule.expand(leap_year.and_time(NaiveTime::MIN)).next().is_none() {
            return Err(BadRule { rule: text.to_owned(), why: "no day ever matches it".to_owned() });
        }
        Ok(rule)
    }

    /// The rule in upper case, without `RRULE:`.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Matching days from `start` on; `start` is only included if it matches itself. An `UNTIL` in UTC is read as local
    /// time.
    #[must_use = "an iterator does nothing by itself"]
    pub fn days(&self, start: NaiveDate) -> impl Iterator<Item = NaiveDate> {
        let until = match self.until {
            Some(Until::Local(until)) => until,
            Some(Until::Instant(until)) => until.naive_utc(),
            None => NaiveDateTime::MAX,
        };
        self.expand(start.and_time(NaiveTime::MIN)).take_while(move |at| *at <= until).map(|at| at.date())
    }

    /// The first `limit` matching times from the local time `start` on, each with its instant in `zone`.
    #[must_use]
    pub fn occurrences(&self, start: NaiveDateTime, zone: &Zone, limit: usize) -> Vec<(NaiveDateTime, DateTime<Utc>)> {
        let until = match self.until {
            Some(Until::Local(until)) => until,
            Some(Until::Instant(until)) => zone.local(until),
            None => NaiveDateTime::MAX,
        };
        let local = self.expand(start).take_while(|at| *at <= until).take(limit);
        local.map(|at| (at, zone.instant(at))).collect()
    }

    /// All local times from `start` on, ignoring `UNTIL`.
    fn expand(&self, start: NaiveDateTime) -> impl Iterator<Item = NaiveDateTime> {
        let start = Tz::UTC.from_utc_datetime(&start);
        let set = self.endless.clone().build(start).ok().map(RRuleSet::limit);
        set.into_iter().flat_map(|set| (&set).into_iter()).map(|at| at.naive_utc())
    }
}

/// Parses a rule in upper case; returns a description of the error.
fn read(bare: &str) -> Result<Rule, String> {
    let mut seen: Vec<&str> = Vec::new();
    let mut until = None;
    let mut endless: Vec<&str> = Vec::new();
    for part in bare.split(';') {
        let (name, value) = part.split_once('=').ok_or_else(|| format!("{part:?} is not NAME=VALUE"))?;
        if PARTS_OF_THE_DAY.contains(&name) {
            return Err(format!("{name} names a time of day; a term's rule names days only"));
        }
        if !PARTS.contains(&name) {
            let meant = suggest::did_you_mean(suggest::nearest(name, PARTS));
            return Err(format!("{name} is no part of a rule{meant}"));
        }
        if seen.contains(&name) {
            return Err(format!("{name} is given twice"));
        }
        seen.push(name);
        match name {
            "UNTIL" => until = Some(read_until(value)?),
            "FREQ" if !FREQUENCIES.contains(&value) => {
                let meant = suggest::did_you_mean(suggest::nearest(value, FREQUENCIES));
                return Err(format!("FREQ={value}; use DAILY, WEEKLY, MONTHLY or YEARLY{meant}"));
            }
            "INTERVAL" | "COUNT" if !value.parse::<u16>().is_ok_and(|n| n > 0) => {
                return Err(format!("{name}={value}; use a whole number from 1 to {}", u16::MAX));
            }
            _ => endless.push(part),
        }
    }
    if !seen.contains(&"FREQ") {
        return Err("FREQ is missing; use for example FREQ=MONTHLY;BYDAY=1MO".to_owned());
    }
    if seen.contains(&"COUNT") && seen.contains(&"UNTIL") {
        return Err("COUNT and UNTIL exclude each other".to_owned());
    }
    let endless: RRule<Unvalidated> = endless.join(";").parse().map_err(|error| format!("{error}"))?;
    let any_start = Tz::UTC.from_utc_datetime(&DateTime::UNIX_EPOCH.naive_utc());
    endless.clone().validate(any_start).map_err(|error| format!("{error}"))?;
    Ok(Rule { text: bare.to_owned(), until, endless })
}

fn read_until(value: &str) -> Result<Until, String> {
    if let Ok(day) = NaiveDate::parse_from_str(value, "%Y%m%d") {
        return Ok(Until::Local(day.and_hms_opt(23, 59, 59).expect("a time of every day")));
    }
    let local = |text: &str| NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%S");
    let read = match value.strip_suffix('Z') {
        Some(utc) => local(utc).map(|at| Until::Instant(at.and_utc())),
        None => local(value).map(Until::Local),
    };
    read.map_err(|_| format!("UNTIL={value}; use a day as 20271231"))
}
