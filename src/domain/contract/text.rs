//! A term's values in text form, as in plan files and a contract's overrides; parsed and formatted.

use std::fmt;

use strum::VariantArray;

use super::delivery::parse_delivered_to;
use super::steps::{as_steps, parse_own_steps, parse_steps, steps_text};
use super::{CountedOn, Every, Purpose, Rebook, Term, Window};
use crate::calendar::{HalfDays, RollConvention, WorkingDays};
use crate::planning::slots::Rule;
use crate::suggest;

/// An invalid value, or a key that no term has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{value:?} {rule}{}", suggest::did_you_mean(.suggestion.as_deref()))]
pub struct BadTerm {
    pub value: String,
    /// What is wrong, and what to write instead.
    pub rule: String,
    pub suggestion: Option<String>,
}

impl BadTerm {
    pub(super) fn new(value: &str, rule: impl Into<String>) -> BadTerm {
        BadTerm { value: value.to_owned(), rule: rule.into(), suggestion: None }
    }
    pub(super) fn meant(self, suggestion: Option<impl Into<String>>) -> BadTerm {
        BadTerm { suggestion: suggestion.map(Into::into), ..self }
    }
}

impl Term {
    /// What [`Term::set`] takes: the keys that a contract may override as `term.key`.
    pub const KEYS: [&'static str; 19] = [
        "every",
        "window",
        "early",
        "roll",
        "takes",
        "checklist",
        "announce",
        "remind",
        "rebook",
        "record",
        "report",
        "delivered_to",
        "correction",
        "counted_on",
        "half_days",
        "steps",
        "visit_steps",
        "record_steps",
        "report_steps",
    ];

    /// Sets one value from text, as in a plan file or an override (`every`, `3 months`).
    ///
    /// # Errors
    /// [`BadTerm`]; the term is then unchanged.
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), BadTerm> {
        match key {
            "every" => self.every = parse_every(value)?,
            "window" => self.window = parse_window(value)?,
            "early" => self.early_days = parse_days(value)?,
            "roll" => self.roll = parse_roll(value)?,
            "takes" => self.takes_minutes = parse_takes(value)?,
            "checklist" => self.checklist = parse_checklist(value)?,
            "announce" => self.announce_days = parse_days(value)?,
            "remind" => self.remind = parse_working_days(value)?,
            "rebook" => self.rebook = parse_rebook(value)?,
            "record" => self.record_within = parse_working_days(value)?,
            "report" => self.report_within = parse_working_days(value)?,
            "delivered_to" => self.delivered_to = parse_delivered_to(value)?,
            "correction" => self.correction_within = parse_correction(value)?,
            "counted_on" => self.counted_on = parse_counted_on(value)?,
            "half_days" => self.half_days = parse_half_days(value)?,
            "steps" => self.steps = parse_steps(value.split(';'))?,
            "visit_steps" => self.visit_steps = parse_own_steps(value)?,
            "record_steps" => self.record_steps = parse_own_steps(value)?,
            "report_steps" => self.report_steps = parse_own_steps(value)?,
            _ => {
                let rule = format!("is no key of a term; use one of {}", Term::KEYS.join(", "));
                return Err(BadTerm::new(key, rule).meant(suggest::nearest(key, Term::KEYS)));
            }
        }
        Ok(())
    }

    /// The value of a key of [`Term::KEYS`], in the form that [`Term::set`] reads.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<String> {
        Some(match key {
            "every" => self.every.to_string(),
            "window" => self.window.to_string(),
            "early" => days_text(self.early_days),
            "roll" => self.roll.to_string(),
            "takes" => takes_text(self.takes_minutes),
            "checklist" => self.checklist.clone().unwrap_or_else(|| EACH_ITS_OWN.to_owned()),
            "announce" => days_text(self.announce_days),
            "remind" => self.remind.to_string(),
            "rebook" => <&str>::from(self.rebook).to_owned(),
            "record" => self.record_within.to_string(),
            "report" => self.report_within.to_string(),
            "delivered_to" => self.delivered_to.to_string(),
            "correction" => self.correction_within.map_or_else(|| NO_CLOCK.to_owned(), |within| within.to_string()),
            "counted_on" => self.counted_on.to_string(),
            "half_days" => half_days_word(self.half_days).to_owned(),
            "steps" => steps_text(&self.steps),
            "visit_steps" => as_steps(self.visit_steps.as_deref()),
            "record_steps" => as_steps(self.record_steps.as_deref()),
            "report_steps" => as_steps(self.report_steps.as_deref()),
            _ => return None,
        })
    }
}

/// Parses `ask` or `auto`.
fn parse_rebook(text: &str) -> Result<Rebook, BadTerm> {
    let words = || Rebook::VARIANTS.iter().map(|word| <&str>::from(*word));
    let plain = plain(text);
    Rebook::VARIANTS.iter().copied().find(|word| <&str>::from(*word) == plain).ok_or_else(|| {
        BadTerm::new(text, "is no way to rebook; use ask or auto").meant(suggest::nearest(&plain, words()))
    })
}

/// The word for a correction without a deadline of its own.
const NO_CLOCK: &str = "none";
/// The word for each piece of equipment's own checklist.
const EACH_ITS_OWN: &str = "equipment";
/// A century: longer than any contract, and small enough for date arithmetic.
const MOST_MONTHS: u32 = 1200;
const MOST_WEEKS: u32 = 5200;
/// Nothing is announced, counted or opened more than two years ahead.
const MOST_DAYS: u32 = 731;

/// Parses `1 month`, `3 months`, `2 weeks`, `1 year` or a rule such as `RRULE:FREQ=MONTHLY;BYDAY=1MO`.
///
/// # Errors
/// [`BadTerm`].
pub fn parse_every(text: &str) -> Result<Every, BadTerm> {
    let upper = text.trim().to_ascii_uppercase();
    if upper.starts_with("RRULE:") || upper.contains('=') {
        let rule = Rule::parse_and_try(text)
            .map_err(|bad| BadTerm::new(text, format!("is not an RFC 5545 recurrence rule for days: {}", bad.why)))?;
        return Ok(Every::Rule(rule.text().to_owned()));
    }
    let rule = "is no period; use for example 1 month, 3 months, 2 weeks, 1 year or RRULE:FREQ=MONTHLY;BYDAY=1MO";
    let refused = || BadTerm::new(text, rule).meant(period_meant(text));
    let (number, unit) = number_and_unit(text).ok_or_else(refused)?;
    let (every, most) = match unit.as_str() {
        "week" | "weeks" => (Every::Weeks(number), MOST_WEEKS),
        "month" | "months" => (Every::Months(number), MOST_MONTHS),
        "year" | "years" => (Every::Months(number.saturating_mul(12)), MOST_MONTHS / 12),
        _ => return Err(refused()),
    };
    if number == 0 || number > most {
        return Err(BadTerm::new(text, format!("is out of range; use 1 to {most} {unit}")));
    }
    Ok(every)
}

/// Parses `period`, `5 days` (before and after), or `3 days before, 10 days after` (or only one of them).
///
/// # Errors
/// [`BadTerm`].
pub fn parse_window(text: &str) -> Result<Window, BadTerm> {
    let plain = plain(text);
    if plain == "period" {
        return Ok(Window::Period);
    }
    let refused = || {
        BadTerm::new(text, "is no window; use period, 5 days, or 3 days before, 10 days after")
            .meant(suggest::nearest(&plain, ["period"]))
    };
    let (mut before, mut after) = (None, None);
    for part in plain.split(',').map(str::trim) {
        if let Some(days) = part.strip_suffix("before") {
            if before.replace(parse_days(days)?).is_some() {
                return Err(refused());
            }
        } else if let Some(days) = part.strip_suffix("after") {
            if after.replace(parse_days(days)?).is_some() {
                return Err(refused());
            }
        } else if before.is_none() && after.is_none() {
            let days = parse_days(part).map_err(|_| refused())?;
            (before, after) = (Some(days), Some(days));
        } else {
            return Err(refused());
        }
    }
    Ok(Window::Days { before: before.unwrap_or(0), after: after.unwrap_or(0) })
}

/// Parses `following`, `preceding`, `modified following`, `modified preceding` or `nearest`.
///
/// # Errors
/// [`BadTerm`].
pub fn parse_roll(text: &str) -> Result<RollConvention, BadTerm> {
    let plain = plain(text).replace(['-', '_'], " ");
    let known = [
        RollConvention::Following,
        RollConvention::Preceding,
        RollConvention::ModifiedFollowing,
        RollConvention::ModifiedPreceding,
        RollConvention::Nearest,
    ];
    known.into_iter().find(|roll| roll_word(*roll) == plain).ok_or_else(|| {
        let words = known.map(roll_word);
        BadTerm::new(text, format!("is no way to roll; use {}", words.join(", "))).meant(suggest::nearest(text, words))
    })
}

/// Parses `2 hours`, `90 minutes` or `1 hour 30 minutes` as minutes; at most a day.
///
/// # Errors
/// [`BadTerm`].
pub fn parse_takes(text: &str) -> Result<u32, BadTerm> {
    let refused =
        || BadTerm::new(text, "is no length of a visit; use for example 2 hours or 90 minutes, up to 24 hours");
    let plain = plain(text);
    let words: Vec<&str> = plain.split_whitespace().collect();
    let mut minutes = 0_u32;
    for pair in words.chunks(2) {
        let &[number, unit] = pair else { return Err(refused()) };
        let number: u32 = number.parse().map_err(|_| refused())?;
        let unit_minutes = match unit {
            "hour" | "hours" => 60,
            "minute" | "minutes" => 1,
            _ => {
                let meant = suggest::nearest(unit, ["hours", "minutes"]).map(|unit| format!("{number} {unit}"));
                return Err(refused().meant(meant));
            }
        };
        minutes = minutes.saturating_add(number.saturating_mul(unit_minutes));
    }
    if minutes == 0 || minutes > 24 * 60 { Err(refused()) } else { Ok(minutes) }
}

/// Parses `equipment` (each piece's own) or the key of a checklist.
///
/// # Errors
/// [`BadTerm`] if the text is blank.
pub fn parse_checklist(text: &str) -> Result<Option<String>, BadTerm> {
    match text.trim() {
        "" => Err(BadTerm::new(text, "is no checklist; use equipment (each its own) or the key of one")),
        EACH_ITS_OWN => Ok(None),
        key => Ok(Some(key.to_owned())),
    }
}

/// Parses `14 days`, meaning calendar days.
///
/// # Errors
/// [`BadTerm`], including for working days.
pub fn parse_days(text: &str) -> Result<u32, BadTerm> {
    let refused =
        || BadTerm::new(text.trim(), format!("is no number of days; use for example 14 days, up to {MOST_DAYS}"));
    let (number, unit) = number_and_unit(text).ok_or_else(refused)?;
    match unit.as_str() {
        "day" | "days" if number <= MOST_DAYS => Ok(number),
        "day" | "days" => Err(refused()),
        unit if suggest::nearest(unit, ["days", "working days"]).is_some() => {
            Err(refused().meant(Some(days_text(number))))
        }
        _ => Err(refused()),
    }
}

/// Parses `3 working days` or `1 working day`.
///
/// # Errors
/// [`BadTerm`], including for calendar days.
pub fn parse_working_days(text: &str) -> Result<WorkingDays, BadTerm> {
    let rule = format!("is no number of working days; use for example 3 working days, up to {MOST_DAYS}");
    let refused = || BadTerm::new(text.trim(), rule.clone());
    let (number, unit) = number_and_unit(text).ok_or_else(refused)?;
    match unit.as_str() {
        "working day" | "working days" if number <= MOST_DAYS => Ok(WorkingDays(number)),
        "working day" | "working days" => Err(refused()),
        unit if suggest::nearest(unit, ["days", "working days"]).is_some() => {
            Err(refused().meant(Some(WorkingDays(number).to_string())))
        }
        _ => Err(refused()),
    }
}

/// Parses `site`, `company`, `both` (only days worked at both count) or `either` (days worked at one of them count).
///
/// # Errors
/// [`BadTerm`].
pub fn parse_counted_on(text: &str) -> Result<CountedOn, BadTerm> {
    let words = CountedOn::ALL.map(CountedOn::word);
    let word = plain(text);
    CountedOn::ALL.into_iter().find(|counted_on| counted_on.word() == word).ok_or_else(|| {
        let rule = "is nobody's calendar; use site, company, both (worked at both) or either (worked at one of them)";
        BadTerm::new(text, rule).meant(suggest::nearest(&word, words))
    })
}

/// Parses `count` or `skip`: whether half days count as working days.
///
/// # Errors
/// [`BadTerm`].
pub fn parse_half_days(text: &str) -> Result<HalfDays, BadTerm> {
    match plain(text).as_str() {
        "count" => Ok(HalfDays::Count),
        "skip" => Ok(HalfDays::Skip),
        other => {
            let meant = suggest::nearest(other, ["count", "skip"]);
            Err(BadTerm::new(text, "does not say whether half days count; use count or skip").meant(meant))
        }
    }
}

/// Parses `none`, or `3 working days`: the time allowed for a corrected report.
///
/// # Errors
/// [`BadTerm`].
pub fn parse_correction(text: &str) -> Result<Option<WorkingDays>, BadTerm> {
    if plain(text) == NO_CLOCK { Ok(None) } else { parse_working_days(text).map(Some) }
}

/// Parses the word of a purpose (`inspection`, `follow-up`).
///
/// # Errors
/// [`BadTerm`].
pub fn parse_purpose(text: &str) -> Result<Purpose, BadTerm> {
    let words = Purpose::ALL.map(Purpose::word);
    let word = plain(text);
    Purpose::ALL.into_iter().find(|purpose| purpose.word() == word).ok_or_else(|| {
        let rule = format!("is no kind of visit; use {}", words.join(", "));
        BadTerm::new(text, rule).meant(suggest::nearest(&word, words))
    })
}

/// `3 working days` → 3, `working days`; `None` if it is not a whole number followed by words.
fn number_and_unit(text: &str) -> Option<(u32, String)> {
    let plain = plain(text);
    let (number, unit) = plain.split_once(' ')?;
    Some((number.parse().ok()?, unit.to_owned()))
}

/// In lower case, with single spaces.
pub(super) fn plain(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The valid period that was probably meant by `monthly`, `1 moth` or `quarter`.
fn period_meant(text: &str) -> Option<String> {
    let plain = plain(text);
    let named = match plain.as_str() {
        "weekly" | "week" => "1 week",
        "fortnightly" | "biweekly" => "2 weeks",
        "monthly" | "month" => "1 month",
        "quarterly" | "quarter" | "1 quarter" => "3 months",
        "half-yearly" | "half yearly" | "semi-annually" => "6 months",
        "yearly" | "annually" | "annual" | "year" => "1 year",
        _ => {
            let (number, unit) = number_and_unit(text)?;
            let unit = suggest::nearest(&unit, ["week", "weeks", "month", "months", "year", "years"])?;
            return Some(format!("{number} {unit}"));
        }
    };
    Some(named.to_owned())
}

fn counted(number: u32, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

fn days_text(days: u32) -> String {
    counted(days, "day", "days")
}

fn takes_text(minutes: u32) -> String {
    if minutes.is_multiple_of(60) {
        counted(minutes / 60, "hour", "hours")
    } else {
        counted(minutes, "minute", "minutes")
    }
}

fn half_days_word(half_days: HalfDays) -> &'static str {
    match half_days {
        HalfDays::Count => "count",
        HalfDays::Skip => "skip",
    }
}

fn roll_word(roll: RollConvention) -> &'static str {
    match roll {
        RollConvention::Following => "following",
        RollConvention::Preceding => "preceding",
        RollConvention::ModifiedFollowing => "modified following",
        RollConvention::ModifiedPreceding => "modified preceding",
        RollConvention::Nearest => "nearest",
    }
}

impl fmt::Display for Every {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Every::Months(months) if months.is_multiple_of(12) => f.write_str(&counted(months / 12, "year", "years")),
            Every::Months(months) => f.write_str(&counted(*months, "month", "months")),
            Every::Weeks(weeks) => f.write_str(&counted(*weeks, "week", "weeks")),
            Every::Rule(rule) => write!(f, "RRULE:{rule}"),
        }
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Window::Period => f.write_str("period"),
            Window::Days { before, after } if before == after => f.write_str(&days_text(before)),
            Window::Days { before: 0, after } => write!(f, "{} after", days_text(after)),
            Window::Days { before, after: 0 } => write!(f, "{} before", days_text(before)),
            Window::Days { before, after } => write!(f, "{} before, {} after", days_text(before), days_text(after)),
        }
    }
}

impl fmt::Display for RollConvention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(roll_word(*self))
    }
}

impl fmt::Display for WorkingDays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&counted(self.0, "working day", "working days"))
    }
}

impl fmt::Display for CountedOn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
