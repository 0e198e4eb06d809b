//! What occupies engineers' days.

use chrono::NaiveDate;

use super::map::{self, Spot};

/// The days of all engineers, up to the last one that is occupied.
#[derive(Debug)]
pub(super) struct Loads {
    from: NaiveDate,
    of: Vec<Vec<Load>>,
}

/// What occupies one engineer on one day; small, because a large office has a million of them.
#[derive(Debug, Clone, Copy, Default)]
struct Load {
    /// Occupied minutes, including travel to the next visit.
    minutes: u16,
    /// The place of the day's first visit.
    at: Option<Spot>,
}

impl Loads {
    /// Empty days from `from` on, for this many engineers.
    pub(super) fn new(from: NaiveDate, engineers: usize) -> Loads {
        Loads { from, of: vec![Vec::new(); engineers] }
    }

    /// Adds minutes to a day. Days before the first one are over, and ignored.
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
