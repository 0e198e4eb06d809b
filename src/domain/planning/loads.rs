//! What engineers have on their days.

use chrono::NaiveDate;

use super::map::{self, Spot};

/// Every engineer's days, as far ahead as something is on them.
#[derive(Debug)]
pub(super) struct Loads {
    from: NaiveDate,
    of: Vec<Vec<Load>>,
}

/// What one engineer has on one day; small, for there are a million of them in a large office.
#[derive(Debug, Clone, Copy, Default)]
struct Load {
    /// Busy so long, with the way to the next one.
    minutes: u16,
    /// Where the day's first visit is.
    at: Option<Spot>,
}

impl Loads {
    /// Nothing on the days of so many engineers, from `from` on.
    pub(super) fn new(from: NaiveDate, engineers: usize) -> Loads {
        Loads { from, of: vec![Vec::new(); engineers] }
    }

    /// Adds minutes to a day. What is before the first day is over, and not noted.
    pub(super) fn add(&mut self, engineer: usize, day: NaiveDate, minutes: u32, at: Option<(f64, f64)>) {
        let Some(index) = self.index(day) else { return };
        let days = &mut self.of[engineer];
        if days.len() <= index {
            days.resize(index + 1, Load::default());
        }
        let load = &mut days[index];
        load.minutes = load.minutes.saturating_add(u16::try_from(minutes).unwrap_or(u16::MAX));
        load.at = load.at.or(at.map(Spot::new));
    }

    pub(super) fn minutes(&self, engineer: usize, day: NaiveDate) -> u32 {
        self.get(engineer, day).map_or(0, |load| u32::from(load.minutes))
    }

    /// Whether the engineer is near `position` on that day anyway.
    pub(super) fn is_near(&self, engineer: usize, day: NaiveDate, position: Option<(f64, f64)>) -> bool {
        let at = self.get(engineer, day).and_then(|load| load.at);
        at.zip(position).is_some_and(|(at, position)| map::is_near(at, position))
    }

    fn get(&self, engineer: usize, day: NaiveDate) -> Option<Load> {
        self.of[engineer].get(self.index(day)?).copied()
    }

    fn index(&self, day: NaiveDate) -> Option<usize> {
        usize::try_from((day - self.from).num_days()).ok()
    }
}
