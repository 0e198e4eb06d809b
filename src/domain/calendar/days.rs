//! An index of all known days: how many working days precede each, and which is the nth. Both are one lookup, so that a
//! due date costs a few nanoseconds however long the span is.

use chrono::{Datelike, NaiveDate};

use super::Worked;

/// The working days in a span.
#[derive(Debug)]
pub(super) struct WorkedDays {
    first_year: i32,
    /// For each year, beginning with that of the first day: the index of its 1 January in `before`, relative to the
    /// first day (which may be in mid-year, so that the first index is negative or 0).
    years: Vec<i32>,
    /// For each day, and for the day after the last: the number of earlier working days.
    before: Vec<u32>,
    /// The working days themselves.
    worked: Vec<NaiveDate>,
}

impl WorkedDays {
    /// Builds the index from `days`, which must be consecutive.
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

    /// Whether `day` is a working day; `None` outside the known days.
    pub(super) fn at(&self, day: NaiveDate) -> Option<Worked> {
        let index = self.index(day)?;
        Some(if self.before[index + 1] > self.before[index] { Worked::Yes } else { Worked::No })
    }

    /// The number of known working days before `day`.
    pub(super) fn before(&self, day: NaiveDate) -> u32 {
        match self.index(day) {
            Some(index) => self.before[index],
            None => self.worked.partition_point(|worked| *worked < day) as u32,
        }
    }

    /// The nth working day after `day`, from 1; `None` if the day after `day`, or the result, is not known.
    pub(super) fn nth_after(&self, day: NaiveDate, n: u32) -> Option<NaiveDate> {
        // Avoids computing the next day's date: days before the first known one are rare.
        let before = match self.index(day) {
            Some(index) if index + 2 < self.before.len() => self.before[index + 1],
            Some(_) => return None,
            None => self.before[self.index(day.succ_opt()?)?],
        };
        self.nth(before.checked_add(n)?)
    }

    /// The nth working day of all, from 1.
    pub(super) fn nth(&self, n: u32) -> Option<NaiveDate> {
        self.worked.get(n.checked_sub(1)? as usize).copied()
    }

    /// Days since the first one; `None` outside the known days.
    fn index(&self, day: NaiveDate) -> Option<usize> {
        let year = usize::try_from(day.year() - self.first_year).ok()?;
        let index = usize::try_from(self.years.get(year)? + day.ordinal0().cast_signed()).ok()?;
        (index + 1 < self.before.len()).then_some(index)
    }
}
