//! Who is told when, in text form: one list for everything that a term owes, or one for a single kind.

use std::fmt;

use super::text::{BadTerm, parse_working_days, plain};
use super::{FlagAt, FlagStep, Tell};
use crate::calendar::WorkingDays;
use crate::suggest;

/// The words for "no list of its own".
const AS_STEPS: &str = "as steps";

/// Parses `as steps` (None: no list of its own), or steps like [`parse_steps`].
pub(super) fn parse_own_steps(text: &str) -> Result<Option<Vec<FlagStep>>, BadTerm> {
    match plain(text).as_str() {
        AS_STEPS => Ok(None),
        _ => parse_steps(text.split(';')).map(Some),
    }
}

/// The text that [`parse_steps`] reads.
pub(super) fn steps_text(steps: &[FlagStep]) -> String {
    steps.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// The text that [`parse_own_steps`] reads.
pub(super) fn as_steps(own: Option<&[FlagStep]>) -> String {
    own.map_or_else(|| AS_STEPS.to_owned(), steps_text)
}

/// Parses steps with [`parse_step`], and sorts them by time; no two may be at the same time.
///
/// # Errors
/// [`BadTerm`] for the first invalid step.
pub fn parse_steps<'a>(steps: impl IntoIterator<Item = &'a str>) -> Result<Vec<FlagStep>, BadTerm> {
    let mut read: Vec<FlagStep> = Vec::new();
    for text in steps.into_iter().map(str::trim).filter(|text| !text.is_empty()) {
        let step = parse_step(text)?;
        if read.iter().any(|earlier| earlier.at == step.at) {
            return Err(BadTerm::new(text, format!("comes after another step {}; put both into one", step.at)));
        }
        read.push(step);
    }
    read.sort_by_key(|step| order(step.at));
    Ok(read)
}

/// Parses `1 working day before: engineer`, `on the day: engineer, manager`, `late: escalation` or `3 working days
/// late: manager`.
///
/// # Errors
/// [`BadTerm`].
pub fn parse_step(text: &str) -> Result<FlagStep, BadTerm> {
    let rule = "is no step; use for example 1 working day before: engineer, or late: manager, escalation";
    let (at, told) = text.split_once(':').ok_or_else(|| BadTerm::new(text, rule))?;
    let mut tell = told.split(',').map(parse_tell).collect::<Result<Vec<Tell>, BadTerm>>()?;
    tell.sort_unstable();
    tell.dedup();
    Ok(FlagStep { at: parse_flag_at(at)?, tell })
}

fn parse_flag_at(text: &str) -> Result<FlagAt, BadTerm> {
    let plain = plain(text);
    let counted = |days: &str| match parse_working_days(days)? {
        WorkingDays(0) => Err(BadTerm::new(text, "is not a day before or after; use on the day")),
        days => Ok(days),
    };
    match plain.as_str() {
        "on the day" => Ok(FlagAt::OnTheDay),
        "late" => Ok(FlagAt::Late(WorkingDays(1))),
        other => {
            if let Some(days) = other.strip_suffix("before") {
                return Ok(FlagAt::Before(counted(days)?));
            }
            if let Some(days) = other.strip_suffix("late") {
                return Ok(FlagAt::Late(counted(days)?));
            }
            let rule = "is no time of a step; use 1 working day before, on the day, late, or 3 working days late";
            Err(BadTerm::new(text.trim(), rule).meant(suggest::nearest(other, ["on the day", "late"])))
        }
    }
}

fn parse_tell(text: &str) -> Result<Tell, BadTerm> {
    match plain(text).as_str() {
        "engineer" => Ok(Tell::Engineer),
        "manager" => Ok(Tell::Manager),
        "escalation" => Ok(Tell::Escalation),
        other => {
            let meant = suggest::nearest(other, ["engineer", "manager", "escalation"]);
            Err(BadTerm::new(text.trim(), "is nobody to tell; use engineer, manager, escalation").meant(meant))
        }
    }
}

/// A sort key: the order in which a deadline reaches the steps.
fn order(at: FlagAt) -> i64 {
    match at {
        FlagAt::Before(WorkingDays(days)) => -i64::from(days),
        FlagAt::OnTheDay => 0,
        FlagAt::Late(WorkingDays(days)) => i64::from(days),
    }
}

impl fmt::Display for FlagAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FlagAt::Before(days) => write!(f, "{days} before"),
            FlagAt::OnTheDay => f.write_str("on the day"),
            FlagAt::Late(WorkingDays(1)) => f.write_str("late"),
            FlagAt::Late(days) => write!(f, "{days} late"),
        }
    }
}

impl fmt::Display for FlagStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told: Vec<&str> = self
            .tell
            .iter()
            .map(|tell| match tell {
                Tell::Engineer => "engineer",
                Tell::Manager => "manager",
                Tell::Escalation => "escalation",
            })
            .collect();
        write!(f, "{}: {}", self.at, told.join(", "))
    }
}
