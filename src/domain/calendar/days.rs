//! Worked or not, a bit for each known day, with running counts: rank and select in a few steps.

use chrono::{NaiveDate, TimeDelta};

use super::Worked;

/// A bit a day from `first` on, and how many are set before each word of 64 days.
#[derive(Debug)]
pub(super) struct WorkedDays {
    first: NaiveDate,
    days: usize,
    words: Vec<u64>,
    /// `before[i]`: worked days in the words before word `i`.
    before: Vec<u32>,
    total: u32,
}

impl WorkedDays {
    /// No days yet; the next one pushed is `first`.
    pub(super) fn starting(first: NaiveDate) -> WorkedDays {
        WorkedDays { first, days: 0, words: Vec::new(), before: Vec::new(), total: 0 }
    }

    /// Adds the next day.
    pub(super) fn push(&mut self, worked: Worked) {
        if self.days.is_multiple_of(64) {
            self.words.push(0);
            self.before.push(self.total);
        }
        if worked == Worked::Yes {
            self.words[self.days / 64] |= 1 << (self.days % 64);
            self.total += 1;
        }
        self.days += 1;
    }

    pub(super) fn knows(&self, day: NaiveDate) -> bool {
        self.index(day).is_some_and(|index| index < self.days)
    }

    /// Whether `day` is worked; None outside the known days.
    pub(super) fn at(&self, day: NaiveDate) -> Option<Worked> {
        let index = self.index(day).filter(|index| *index < self.days)?;
        Some(if self.words[index / 64] >> (index % 64) & 1 == 1 { Worked::Yes } else { Worked::No })
    }

    /// How many known days before `day` are worked.
    pub(super) fn before(&self, day: NaiveDate) -> u32 {
        let Some(index) = self.index(day) else { return 0 };
        let Some(word) = self.words.get(index / 64) else { return self.total };
        self.before[index / 64] + (word & ((1 << (index % 64)) - 1)).count_ones()
    }

    /// The nth worked day of all, from 1.
    pub(super) fn nth(&self, n: u32) -> Option<NaiveDate> {
        if n == 0 || n > self.total {
            return None;
        }
        let at = self.before.partition_point(|before| *before < n) - 1;
        let mut word = self.words[at];
        for _ in 1..n - self.before[at] {
            word &= word - 1;
        }
        let index = at * 64 + word.trailing_zeros() as usize;
        self.first.checked_add_signed(TimeDelta::days(i64::try_from(index).ok()?))
    }

    /// Days since the first; None before it.
    fn index(&self, day: NaiveDate) -> Option<usize> {
        usize::try_from((day - self.first).num_days()).ok()
    }
}
