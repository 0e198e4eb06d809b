//! The periods of a term, counted by the auditor itself.

use chrono::{Days, Months, NaiveDate};

use super::{PromisedPeriod, PromisedTerm};
use crate::contract::{Every, Term, Window};
use crate::time::rule::Rule;

/// Whose a day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromisedDay<'a> {
    BeforeTheContract,
    Of(&'a PromisedPeriod),
    AfterTheContract,
}

pub(super) fn of_day(term: &PromisedTerm, day: NaiveDate) -> PromisedDay<'_> {
    if day < term.accepted_on {
        return PromisedDay::BeforeTheContract;
    }
    match term.periods.iter().rev().find(|period| period.begins_on <= day) {
        Some(period) if day <= period.ends_on => PromisedDay::Of(period),
        Some(_) | None => PromisedDay::AfterTheContract,
    }
}

/// Every period that begins through `through`, and by the contract's end.
pub(super) fn expand(
    term: &Term,
    accepted_on: NaiveDate,
    contract_ends_on: Option<NaiveDate>,
    through: NaiveDate,
) -> Vec<PromisedPeriod> {
    let contract_end = contract_ends_on.unwrap_or(NaiveDate::MAX);
    let begins = beginnings(&term.every, accepted_on, through.min(contract_end));
    let mut periods: Vec<PromisedPeriod> = Vec::with_capacity(begins.days.len());
    for (at, one) in begins.days.windows(2).enumerate() {
        let (nominal_on, next_on) = (one[0], one[1]);
        // The first has the days before a rule's first day as well: they are the contract's.
        let begins_on = if at == 0 { accepted_on } else { nominal_on };
        let whole = day_before(next_on);
        let window = match term.window {
            Window::Period => (nominal_on, whole),
            Window::Days { before, after } => (days_before(nominal_on, before), days_after(nominal_on, after)),
        };
        let number = u32::try_from(at + 1).expect("fewer than the days of a calendar");
        periods.push(PromisedPeriod {
            number,
            begins_on,
            ends_on: whole.min(contract_end),
            first_on: window.0.max(accepted_on),
            last_on: window.1.min(contract_end),
            handed_to: is_stub(nominal_on, next_on, contract_end).then(|| number - 1).filter(|before| *before > 0),
        });
    }
    // After a rule's last day, the days of the contract are still that period's.
    if let (Some(last), Next::Never) = (periods.last_mut(), begins.next) {
        last.ends_on = contract_end;
    }
    periods
}

/// Whether a contract that ends on `contract_end` has less than half of a period.
fn is_stub(nominal_on: NaiveDate, next_on: NaiveDate, contract_end: NaiveDate) -> bool {
    if contract_end >= day_before(next_on) {
        return false;
    }
    let left = (contract_end - nominal_on).num_days() + 1;
    left * 2 < (next_on - nominal_on).num_days()
}

/// First days of periods.
struct Beginnings {
    /// Of all that begin through the day that was asked for, and the day after the last of them.
    days: Vec<NaiveDate>,
    next: Next,
}

/// Whether another period follows.
enum Next {
    Begins,
    /// A rule has named its last day.
    Never,
}

fn beginnings(every: &Every, accepted_on: NaiveDate, through: NaiveDate) -> Beginnings {
    let mut days = Vec::new();
    let mut take = |day: NaiveDate| {
        days.push(day);
        day > through
    };
    let next = match every {
        Every::Months(_) | Every::Weeks(_) => {
            let _ = (0..).map_while(|nth| stepped(every, accepted_on, nth)).any(&mut take);
            Next::Begins
        }
        Every::Rule(text) => match Rule::parse(text) {
            Ok(rule) if rule.days(accepted_on).any(&mut take) => Next::Begins,
            Ok(_) | Err(_) => Next::Never,
        },
    };
    if let Next::Never = next {
        // The last one is as long as the one before it.
        match days[..] {
            [] => {}
            [only] => days.push(days_after(only, 1)),
            [.., before, last] => days.push(last + (last - before)),
        }
    }
    Beginnings { days, next }
}

/// The day `nth` periods after the first, reckoned from the first: a short month shortens no later one.
fn stepped(every: &Every, accepted_on: NaiveDate, nth: u32) -> Option<NaiveDate> {
    match every {
        Every::Months(months) => accepted_on.checked_add_months(Months::new(months.checked_mul(nth)?)),
        Every::Weeks(weeks) => accepted_on.checked_add_days(Days::new(7 * u64::from(*weeks) * u64::from(nth))),
        Every::Rule(_) => None,
    }
}

fn day_before(day: NaiveDate) -> NaiveDate {
    day.pred_opt().unwrap_or(day)
}

fn days_before(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_sub_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MIN)
}

fn days_after(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_add_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MAX)
}
