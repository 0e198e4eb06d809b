//! Why two counts differ: the days on which their ledgers disagree.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::SpecialDay;
use super::ledger::{Ledger, Why};

/// What a ledger says about a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "says", rename_all = "kebab-case")]
pub enum Says {
    /// It counts; `special` if it is listed.
    Counted {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        special: Option<SpecialDay>,
    },
    Weekend,
    Off {
        special: SpecialDay,
    },
}

/// A run of days that count now and did not before, or the reverse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedDays {
    pub from: NaiveDate,
    pub through: NaiveDate,
    pub was: Says,
    pub is: Says,
}

/// The days that explain the difference between two counts of the same deadline, in order.
///
/// Days after the earlier of the two due days explain nothing. The result is never empty if the due days differ and
/// both count the same number of days from the same start.
#[must_use]
pub fn difference(was: &Ledger, is: &Ledger) -> Vec<ChangedDays> {
    let last = was.due_on.min(is.due_on);
    let first = was.from.max(is.from);
    let mut changed: Vec<ChangedDays> = Vec::new();
    for day in first.iter_days().skip(1).take_while(|day| *day <= last) {
        let (Some(was), Some(is)) = (says(was, day), says(is, day)) else { continue };
        if matches!(was, Says::Counted { .. }) == matches!(is, Says::Counted { .. }) {
            continue;
        }
        match changed.last_mut() {
            Some(run) if run.through.succ_opt() == Some(day) && run.was == was && run.is == is => run.through = day,
            Some(_) | None => changed.push(ChangedDays { from: day, through: day, was, is }),
        }
    }
    changed
}

fn says(ledger: &Ledger, day: NaiveDate) -> Option<Says> {
    let at = ledger.lines.partition_point(|line| line.through < day);
    let line = ledger.lines.get(at).filter(|line| line.from <= day)?;
    Some(match &line.why {
        Why::Counted { special, .. } => Says::Counted { special: special.clone() },
        Why::Weekend => Says::Weekend,
        Why::Off { special } => Says::Off { special: special.clone() },
    })
}
