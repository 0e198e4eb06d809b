//! How long an engineer usually takes to file, and what that means for a report that is still open (P04).
//!
//! Two days are plenty for one engineer and too few for another. So whether a report is at risk depends on its
//! engineer's last reports, not on one number for everybody.

use serde::{Deserialize, Serialize};

/// Number of recent reports that a habit is based on.
pub const LAST_REPORTS: usize = 20;

/// With fewer reports, the habit of all engineers is used; if there is none, only the remaining days count.
pub const FEWEST_REPORTS: usize = 5;

/// Without a habit, something is at risk when this many working days or fewer are left.
pub const SOON: u32 = 2;

/// How long reports took: working days from completion to filing, sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Habit {
    took: Vec<u32>,
}

/// Why something that is not late yet is at risk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "risk", rename_all = "kebab-case")]
pub enum Risk {
    /// The engineer usually takes `usual` working days, and `left` are left.
    Habit { usual: u32, left: u32 },
    /// It has taken longer than any of the last reports; `left` working days are left.
    LongerThanEver { left: u32 },
    /// The engineer's habit is unknown, and only `left` working days are left.
    Soon { left: u32 },
    /// No visit is planned within the window, of which `left` working days are left.
    NoVisit { left: u32 },
    /// The visit is planned after the last day in time.
    VisitTooLate { day: chrono::NaiveDate },
}

impl Habit {
    /// The habit shown by the latest [`LAST_REPORTS`] reports; `None` with fewer than [`FEWEST_REPORTS`].
    #[must_use]
    pub fn of(latest_first: impl IntoIterator<Item = u32>) -> Option<Habit> {
        let mut took: Vec<u32> = latest_first.into_iter().take(LAST_REPORTS).collect();
        took.sort_unstable();
        (took.len() >= FEWEST_REPORTS).then_some(Habit { took })
    }

    /// The working days within which three quarters of the reports were filed (nearest-rank quantile 0.75), among those
    /// that took at least `spent`; `None` if there are none.
    ///
    /// A report that is still open after `spent` days is not one of the quicker ones, so those are ignored.
    #[must_use]
    pub fn usual(&self, spent: u32) -> Option<u32> {
        let from = self.took.partition_point(|took| *took < spent);
        let alike = &self.took[from..];
        let rank = (alike.len() * 3).div_ceil(4);
        rank.checked_sub(1).map(|last| alike[last])
    }

    /// The risk of a report that has been open for `spent` working days, with `left` until it is late.
    #[must_use]
    pub fn risk(&self, spent: u32, left: u32) -> Option<Risk> {
        match self.usual(spent) {
            None => Some(Risk::LongerThanEver { left }),
            Some(usual) if usual > spent + left => Some(Risk::Habit { usual, left }),
            Some(_) => None,
        }
    }
}

/// Like [`Habit::risk`]; without a habit, a report is at risk when no more than [`SOON`] working days are left.
#[must_use]
pub fn risk_of_report(habit: Option<&Habit>, spent: u32, left: u32) -> Option<Risk> {
    match habit {
        Some(habit) => habit.risk(spent, left),
        None => (left <= SOON).then_some(Risk::Soon { left }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn habit(took: &[u32]) -> Habit {
        Habit::of(took.iter().copied()).expect("enough reports")
    }

    #[test]
    fn p04_a_quick_engineer_is_not_at_risk_with_one_day_left_and_a_slow_one_is_from_the_start() {
        let quick = habit(&[0, 0, 1, 1, 1, 0, 2]);
        assert_eq!(quick.risk(0, 1), None);
        assert_eq!(quick.risk(1, 2), None);
        let slow = habit(&[4, 5, 4, 6, 4, 5]);
        assert_eq!(slow.risk(0, 3), Some(Risk::Habit { usual: 5, left: 3 }));
        assert_eq!(slow.risk(0, 5), None);
    }

    #[test]
    fn p04_a_report_that_is_open_for_longer_is_compared_with_those_that_took_longer() {
        let mostly_quick = habit(&[0, 0, 0, 0, 0, 0, 0, 5, 6, 7]);
        assert_eq!(mostly_quick.usual(0), Some(5));
        assert_eq!(habit(&[0, 0, 0, 0, 0, 0, 0, 0, 6, 7]).risk(0, 3), None, "today it may still be a quick one");
        let after_a_day = habit(&[0, 0, 0, 0, 0, 0, 0, 0, 6, 7]).risk(1, 2);
        assert_eq!(after_a_day, Some(Risk::Habit { usual: 7, left: 2 }), "the quick ones are out of the question");
        assert_eq!(habit(&[1, 1, 1, 1, 1]).risk(2, 1), Some(Risk::LongerThanEver { left: 1 }));
    }

    #[test]
    fn p04_below_five_reports_there_is_no_habit_and_the_days_left_decide() {
        assert_eq!(Habit::of([1, 1, 1, 1]), None);
        assert_eq!(risk_of_report(None, 0, 3), None);
        assert_eq!(risk_of_report(None, 1, 2), Some(Risk::Soon { left: 2 }));
        assert_eq!(risk_of_report(None, 3, 0), Some(Risk::Soon { left: 0 }));
    }

    #[test]
    fn only_the_latest_twenty_reports_are_a_habit() {
        let reformed = std::iter::repeat_n(1, LAST_REPORTS).chain(std::iter::repeat_n(9, 100));
        assert_eq!(Habit::of(reformed).unwrap().usual(0), Some(1));
    }

    proptest! {
        #[test]
        fn less_time_left_is_never_less_risk(
            took in prop::collection::vec(0_u32..10, 5..30), spent in 0_u32..10, left in 1_u32..10,
        ) {
            let habit = Habit::of(took).unwrap();
            if habit.risk(spent, left).is_some() {
                prop_assert!(habit.risk(spent, left - 1).is_some());
            }
        }

        #[test]
        fn what_is_usual_took_no_less_than_what_was_spent(
            took in prop::collection::vec(0_u32..10, 5..30), spent in 0_u32..12,
        ) {
            let habit = Habit::of(took).unwrap();
            prop_assert!(habit.usual(spent).is_none_or(|usual| usual >= spent));
        }
    }
}
