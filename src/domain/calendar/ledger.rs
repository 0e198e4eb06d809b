//! The ledger: every day of a count, counted or skipped, and why (P04).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Calendar, DayIs, DayKind, SpecialDay, WorkingDays};

/// How a due day was counted: every day counted, every day skipped, and why. Stored as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    pub calendar: String,
    pub version: String,
    /// The day that the clock started; not counted itself.
    pub from: NaiveDate,
    pub within: WorkingDays,
    /// The last day that is still in time.
    pub due_on: NaiveDate,
    /// True where a day of the count may still change: its year is not published yet, or the moon decides
    /// ([`Calendar::is_provisional`]).
    pub provisional: bool,
    /// True where a computed date took part in the count ([`Calendar::is_estimated`]); then also provisional.
    #[serde(default)]
    pub estimated: bool,
    /// In order of days, from the day after `from` through `due_on`, without gaps.
    pub lines: Vec<LedgerLine>,
}

/// A run of days that are explained alike (a counted day is a run of its own).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerLine {
    pub from: NaiveDate,
    pub through: NaiveDate,
    #[serde(flatten)]
    pub why: Why,
}

/// Why a day counts, or does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "kebab-case")]
pub enum Why {
    /// The nth working day; `special` where the day is listed (a make-up or half day). A count of 0 days
    /// that begins on a day off ends on the next working day, with `n` 0.
    Counted {
        n: u32,
        #[serde(skip_serializing_if = "Option::is_none")]
        special: Option<SpecialDay>,
    },
    /// A weekly day off.
    Weekend,
    /// A holiday or closure.
    Off { special: SpecialDay },
}

/// Explains that `due_on` is the last day in time, `within` working days after `from`; `calendar` knows all of them.
pub(super) fn explain(calendar: &Calendar, from: NaiveDate, within: WorkingDays, due_on: NaiveDate) -> Ledger {
    let mut lines: Vec<LedgerLine> = Vec::new();
    let mut counted = 0;
    let (mut provisional, mut estimated) = (false, false);
    for day in from.iter_days().skip(1).take_while(|day| *day <= due_on) {
        provisional |= calendar.is_provisional(day);
        estimated |= calendar.is_estimated(day);
        let why = match calendar.day(day).expect("the due day was counted over this day") {
            DayIs::Worked => Why::Counted { n: count_one(&mut counted, within), special: None },
            DayIs::Weekend => Why::Weekend,
            DayIs::Special(special) => match special.kind {
                DayKind::Work | DayKind::Half => {
                    Why::Counted { n: count_one(&mut counted, within), special: Some(special.clone()) }
                }
                DayKind::Off => Why::Off { special: special.clone() },
            },
        };
        match lines.last_mut() {
            Some(line) if !matches!(why, Why::Counted { .. }) && line.why == why => line.through = day,
            Some(_) | None => lines.push(LedgerLine { from: day, through: day, why }),
        }
    }
    Ledger {
        calendar: calendar.code().to_owned(),
        version: calendar.version().to_owned(),
        from,
        within,
        due_on,
        provisional,
        estimated,
        lines,
    }
}

/// The number of the next counted day, never beyond what was to be counted.
fn count_one(counted: &mut u32, within: WorkingDays) -> u32 {
    *counted = within.0.min(*counted + 1);
    *counted
}
