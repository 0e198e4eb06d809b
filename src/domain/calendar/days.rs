//! Worked or not, of every known day: how many are worked before each, and which is the nth. Both are one look-up,
//! so that a due date costs a few nanoseconds whatever lies between.

use chrono::{Datelike, NaiveDate};

use super::Worked;

/// The worked days among a run of days.
#[derive(Debug)]
pub(super) struct WorkedDays {
    first_year: i32,
    /// For each year from the first day's on: where its 1 January is in `before`, counted from the first day (which
    /// may lie in mid-year, so that the first one is negative or 0).
    years: Vec<i32>,
    /// For each day, and for the one after the last: how many earlier ones are worked.
    before: Vec<u32>,
    /// The worked days themselves.
    worked: Vec<NaiveDate>,
}

impl WorkedDays {
    /// The worked days among `days`, which follow one another without a gap.
    pub(super) fn among(days: impl Iterator<Item = (NaiveDate, Worked)>) -> WorkedDays {
        let mut found = WorkedDays { first_year: 0, years: Vec::new(), before: vec![0], worked: Vec::new() };
        for (at, (day, is)) in (0_i32..).zip(days) {
            if found.years.is_empty() || day.ordinal0() == 0 {
                if found.years.is_empty() {
                    found.first_year = day.year();
                }
                found.years.push(at - day.ordinal0().cast_signed());
            }
            if is == Worked::Yes {
                found.worked.push(day);
            }
            found.before.push(u32::try_from(found.worked.len()).expect("fewer days than a calendar has"));
        }
        found
    }

    pub(super) fn knows(&self, day: NaiveDate) -> bool {
        self.index(day).is_some()
    }

    /// Whether `day` is worked; None outside the known days.
    pub(super) fn at(&self, day: NaiveDate) -> Option<Worked> {
        let index = self.index(day)?;
        Some(if self.before[index + 1] > self.before[index] { Worked::Yes } else { Worked::No })
    }

    /// How many known days before `day` are worked.
    pub(super) fn before(&self, day: NaiveDate) -> u32 {
        match self.index(day) {
            Some(index) => self.before[index],
            None => self.worked.partition_point(|worked| *worked < day) as u32,
        }
    }

    /// The nth worked day after `day`, from 1; None where the next day or the answer is not known.
    pub(super) fn nth_after(&self, day: NaiveDate, n: u32) -> Option<NaiveDate> {
        // `before` of the next day, without making it: a day before the first one known is rare.
        let before = match self.index(day) {
            Some(index) if index + 2 < self.before.len() => self.before[index + 1],
            Some(_) => return None,
            None => self.before[self.index(day.succ_opt()?)?],
        };
        self.nth(before.checked_add(n)?)
    }

    /// The nth worked day of all, from 1.
    pub(super) fn nth(&self, n: u32) -> Option<NaiveDate> {
        self.worked.get(n.checked_sub(1)? as usize).copied()
    }

    /// Days since the first; None outside the known days.
    fn index(&self, day: NaiveDate) -> Option<usize> {
        let year = usize::try_from(day.year() - self.first_year).ok()?;
        let index = usize::try_from(self.years.get(year)? + day.ordinal0().cast_signed()).ok()?;
        (index + 1 < self.before.len()).then_some(index)
    }
}
