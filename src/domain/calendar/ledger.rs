//! The ledger: every day of a count, counted or skipped, with the reason (P04).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Calendar, DayIs, SpecialDay, WorkingDays};

/// How a due day was counted: each day counted or skipped, with the reason. Stored as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    pub calendar: String,
    pub version: String,
    /// The day on which the clock started; not counted itself.
    pub from: NaiveDate,
    pub within: WorkingDays,
    /// The last day in time.
    pub due_on: NaiveDate,
    /// Whether a day of the count may still change, because its year is not published yet or its date is computed
    /// ([`Calendar::is_provisional`]).
    pub provisional: bool,
    /// Whether a computed date affected the count ([`Calendar::is_estimated`]); if so, it is also provisional.
    #[serde(default)]
    pub estimated: bool,
    /// In order, from the day after `from` through `due_on`, without gaps.
    pub lines: Vec<LedgerLine>,
}

/// A run of days with the same explanation; each counted day is a run of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerLine {
    pub from: NaiveDate,
    pub through: NaiveDate,
    #[serde(flatten)]
    pub why: Why,
    /// The code of the calendar that alone explains the day, if two calendars are combined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
}

/// Why a day counts or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "kebab-case")]
pub enum Why {
    /// The nth working day; `special` if the day is listed (a make-up or half day). A count of 0 days that starts on a
    /// day off ends on the next working day, with `n` 0.
    Counted {
        n: u32,
        #[serde(skip_serializing_if = "Option::is_none")]
        special: Option<SpecialDay>,
    },
    /// A weekly day off.
    Weekend,
    /// A holiday or closure; of kind `half` if half days do not count.
    Off { special: SpecialDay },
}

/// Explains a due day, `within` working days after `from`; `calendar` must know all days between.
pub(super) fn explain(calendar: &Calendar, from: NaiveDate, within: WorkingDays, due_on: NaiveDate) -> Ledger {
    let mut lines: Vec<LedgerLine> = Vec::new();
    let mut counted = 0;
    let (mut provisional, mut estimated) = (false, false);
    for day in from.iter_days().skip(1).take_while(|day| *day <= due_on) {
        provisional |= calendar.is_provisional(day);
        estimated |= calendar.is_estimated(day);
        let known = "the due day was counted over this day";
        let special = match calendar.day(day).expect(known) {
            DayIs::Worked | DayIs::Weekend => None,
            DayIs::Special(special) => Some(special.clone()),
        };
        let why = match (calendar.is_working(day).expect(known), special) {
            (true, special) => Why::Counted { n: count_one(&mut counted, within), special },
            (false, None) => Why::Weekend,
            (false, Some(special)) => Why::Off { special },
        };
        let of = calendar.says_alone(day);
        match lines.last_mut() {
            Some(line) if !matches!(why, Why::Counted { .. }) && line.why == why && line.of == of => {
                line.through = day;
            }
            Some(_) | None => lines.push(LedgerLine { from: day, through: day, why, of }),
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

/// The number of the next counted day, at most the number to be counted.
fn count_one(counted: &mut u32, within: WorkingDays) -> u32 {
    *counted = within.0.min(*counted + 1);
    *counted
}
