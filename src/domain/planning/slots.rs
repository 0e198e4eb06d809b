//! Slots: the nth visit that a term calls for, with its window, counted from the contract's first day.

use chrono::{Datelike, Months, NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};

use crate::contract::{Every, Term, Window};
pub use crate::time::rule::{BadRule, Rule};

/// A slot of a term, before any calendar is taken into account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// Counted from 1.
    pub number: u32,
    /// accepted_on + (number - 1) periods, or the rule's nth day.
    pub nominal_on: NaiveDate,
    /// First and last day of the window, both inclusive.
    pub first_on: NaiveDate,
    pub last_on: NaiveDate,
}

/// Why a slot has no visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "kebab-case")]
pub enum Unplanned {
    /// There is no calendar for the site's country.
    NoCalendar { calendar: String },
    /// The calendar does not know the days of the window.
    UnknownHolidays { calendar: String, known_through: NaiveDate },
    /// The window contains no working day.
    NoWorkingDay,
    /// No engineer has the skills.
    NoSkill { skills: Vec<String> },
    /// Engineers have the skills, but work in other countries, too far from this site.
    OutOfReach { skills: Vec<String>, engineers: u32 },
    /// Engineers with the skills have no room within the window.
    NoRoom { engineers: u32 },
    /// The site has no equipment to inspect.
    NoEquipment,
    /// The contract's plan does not exist or is invalid.
    NoPlan { plan: String },
    /// The window was already over when it was planned.
    Passed,
    /// Its visit was cancelled or did not take place, and no other day was found so far.
    CalledOff,
}

/// The slots of `term` whose windows overlap [`from`, `until`], for a contract from `accepted_on` to `ends_on`
/// (inclusive; `None`: unlimited). Numbers do not depend on `from`.
///
/// The nth nominal day is `accepted_on` + (n - 1) periods, or the rule's nth day from `accepted_on` on. There is no
/// slot after `ends_on`, nor one that the end cuts to less than half. A window never begins before `accepted_on`,
/// and is cut at `ends_on`. With [`Window::Period`], the last day of a rule that ends has a window as long as the
/// previous one.
///
/// Months and weeks start directly at the first requested slot; a rule is expanded from `accepted_on`.
///
/// # Errors
/// [`BadRule`].
pub fn slots(
    term: &Term,
    accepted_on: NaiveDate,
    ends_on: Option<NaiveDate>,
    from: NaiveDate,
    until: NaiveDate,
) -> Result<Vec<Slot>, BadRule> {
    let wanted = WantedSlots { window: term.window, accepted_on, ends_on, from, until, stubs: Stubs::LeftOut };
    let found = periods(&term.every, &wanted)?.into_iter().map(|period| period.slot);
    Ok(found.filter(|slot| slot.last_on >= from).collect())
}

/// A slot, with the period that its visit serves.
#[derive(Debug, Clone, Copy)]
pub(super) struct SlotPeriod {
    pub(super) slot: Slot,
    /// The first day of the period after it, whether or not the contract reaches so far.
    pub(super) next_on: NaiveDate,
    /// The period's last day, cut at the contract's end.
    pub(super) ends_on: NaiveDate,
    /// The window's last day if the contract did not end.
    pub(super) whole_last_on: NaiveDate,
}

/// The requested slots with their periods, possibly preceded by some earlier ones.
pub(super) fn periods(every: &Every, wanted: &WantedSlots) -> Result<Vec<SlotPeriod>, BadRule> {
    Ok(match every {
        Every::Months(months) => wanted.steps(&Step::Months(*months)).collect(),
        Every::Weeks(weeks) => wanted.steps(&Step::Weeks(*weeks)).collect(),
        Every::Rule(text) => wanted.days(&Rule::parse(text)?).collect(),
    })
}

/// The first day of the first slot of `term` that begins after `after`; `None` if there is none. See [`slots`].
///
/// # Errors
/// [`BadRule`].
pub fn next_after(
    term: &Term,
    accepted_on: NaiveDate,
    ends_on: Option<NaiveDate>,
    after: NaiveDate,
) -> Result<Option<NaiveDate>, BadRule> {
    next_of(&term.every, term.window, accepted_on, ends_on, after)
}

/// See [`next_after`].
pub(super) fn next_of(
    every: &Every,
    window: Window,
    accepted_on: NaiveDate,
    ends_on: Option<NaiveDate>,
    after: NaiveDate,
) -> Result<Option<NaiveDate>, BadRule> {
    // Only what is asked for is made: the first window that begins later ends it.
    let wanted =
        WantedSlots { window, accepted_on, ends_on, from: after, until: NaiveDate::MAX, stubs: Stubs::LeftOut };
    let begins_later = |period: &SlotPeriod| period.slot.first_on > after;
    Ok(match every {
        Every::Months(months) => wanted.steps(&Step::Months(*months)).find(begins_later),
        Every::Weeks(weeks) => wanted.steps(&Step::Weeks(*weeks)).find(begins_later),
        Every::Rule(text) => wanted.days(&Rule::parse(text)?).find(begins_later),
    }
    .map(|period| period.slot.first_on))
}

/// The number of the period that a day of the contract belongs to; `None` if the rule names no day of the contract.
/// Days before a rule's first day belong to the first period, and days after its last day to the last.
pub(super) fn number_on(
    every: &Every,
    accepted_on: NaiveDate,
    ends_on: Option<NaiveDate>,
    day: NaiveDate,
) -> Result<Option<u32>, BadRule> {
    let begun_of = |step: Step| {
        let begins = |index: u32| step.after(accepted_on, index).is_some_and(|nominal_on| nominal_on <= day);
        (step.periods_before(accepted_on, day)..).take_while(|index| begins(*index)).last().map_or(1, |index| index + 1)
    };
    Ok(match every {
        Every::Months(months) => Some(begun_of(Step::Months(*months))),
        Every::Weeks(weeks) => Some(begun_of(Step::Weeks(*weeks))),
        Every::Rule(text) => {
            let rule = Rule::parse(text)?;
            let mut days = rule.days(accepted_on).peekable();
            let is_in_it = |nominal_on: &NaiveDate| ends_on.is_none_or(|ends_on| *nominal_on <= ends_on);
            days.peek().is_some_and(is_in_it).then(|| {
                let begun = days.take_while(|nominal_on| *nominal_on <= day).count().max(1);
                u32::try_from(begun).unwrap_or(u32::MAX)
            })
        }
    })
}

/// Which slots of a term to expand.
#[derive(Debug, Clone, Copy)]
pub(super) struct WantedSlots {
    pub(super) window: Window,
    pub(super) accepted_on: NaiveDate,
    pub(super) ends_on: Option<NaiveDate>,
    pub(super) from: NaiveDate,
    pub(super) until: NaiveDate,
    pub(super) stubs: Stubs,
}

/// What becomes of a last period of which the contract's end leaves less than half.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stubs {
    LeftOut,
    Included,
}

/// A length that can be multiplied.
#[derive(Debug, Clone, Copy)]
enum Step {
    Months(u32),
    Weeks(u32),
}

impl Step {
    /// `start` plus this many periods, counted from `start`, so that a short month does not shorten later ones.
    fn after(self, start: NaiveDate, periods: u32) -> Option<NaiveDate> {
        match self {
            Step::Months(months) => start.checked_add_months(Months::new(months.max(1).checked_mul(periods)?)),
            Step::Weeks(weeks) => {
                let days = i64::from(weeks.max(1)) * 7 * i64::from(periods);
                start.checked_add_signed(TimeDelta::try_days(days)?)
            }
        }
    }

    /// A lower bound for the whole periods from `start` to `day`, at most two too low.
    fn periods_before(self, start: NaiveDate, day: NaiveDate) -> u32 {
        let (span, period) = match self {
            Step::Months(months) => {
                let years = i64::from(day.year()) - i64::from(start.year());
                (years * 12 + i64::from(day.month()) - i64::from(start.month()), months)
            }
            Step::Weeks(weeks) => ((day - start).num_days() / 7, weeks),
        };
        u32::try_from(span / i64::from(period.max(1)) - 1).unwrap_or(0)
    }
}

impl WantedSlots {
    /// All slots from about `from` on, as far as requested.
    fn steps<'a>(&'a self, step: &'a Step) -> impl Iterator<Item = SlotPeriod> + 'a {
        let reaches = match self.window {
            Window::Period => self.from,
            Window::Days { before: _, after } => earlier(self.from, after),
        };
        (step.periods_before(self.accepted_on, reaches)..).map_while(move |index| {
            let nominal_on = step.after(self.accepted_on, index)?;
            let next = index.checked_add(1).and_then(|next| step.after(self.accepted_on, next));
            self.slot(index + 1, nominal_on, next.unwrap_or(NaiveDate::MAX))
        })
    }

    /// All slots of a rule, as far as requested.
    fn days<'a>(&'a self, rule: &'a Rule) -> impl Iterator<Item = SlotPeriod> + 'a {
        let mut days = rule.days(self.accepted_on).peekable();
        let mut length = TimeDelta::days(1);
        let mut number = 0;
        std::iter::from_fn(move || {
            let nominal_on = days.next()?;
            number += 1;
            if let Some(next) = days.peek() {
                length = *next - nominal_on;
            }
            let next = nominal_on.checked_add_signed(length).unwrap_or(NaiveDate::MAX);
            self.slot(number, nominal_on, next)
        })
    }

    /// The slot with its window; `None` if it and all later ones are not requested.
    fn slot(&self, number: u32, nominal_on: NaiveDate, next: NaiveDate) -> Option<SlotPeriod> {
        let may_be_stub = self.stubs == Stubs::LeftOut && number > 1;
        if self.ends_on.is_some_and(|end| nominal_on > end || (may_be_stub && is_stub((nominal_on, next), end))) {
            return None;
        }
        let (first_on, last_on) = match self.window {
            Window::Period => (nominal_on, earlier(next, 1)),
            Window::Days { before, after } => (earlier(nominal_on, before), later(nominal_on, after)),
        };
        let first_on = first_on.max(self.accepted_on);
        if first_on > self.until {
            return None;
        }
        let cut = |day: NaiveDate| self.ends_on.map_or(day, |ends_on| day.min(ends_on));
        let slot = Slot { number, nominal_on, first_on, last_on: cut(last_on) };
        Some(SlotPeriod { slot, next_on: next, ends_on: cut(earlier(next, 1)), whole_last_on: last_on })
    }
}

/// Whether the contract's end leaves less than half of a period: its days belong to the one before, so that a contract
/// from one anniversary to the next has twelve months.
pub(super) fn is_stub((nominal_on, next): (NaiveDate, NaiveDate), ends_on: NaiveDate) -> bool {
    ends_on < earlier(next, 1) && ((ends_on - nominal_on).num_days() + 1) * 2 < (next - nominal_on).num_days()
}

fn earlier(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_sub_days(chrono::Days::new(u64::from(days))).unwrap_or(NaiveDate::MIN)
}

fn later(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_add_days(chrono::Days::new(u64::from(days))).unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests;
