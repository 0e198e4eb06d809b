//! The planner: which engineer visits on which day of a slot's window (P01, P09, P12).
//!
//! Rounds are kept: a site is visited on the same place in each window (even spacing), by the same
//! engineer, and on a day on which that engineer is near anyway where this costs no spacing.

pub mod course;
pub mod far;
pub mod slots;

mod crew;
mod loads;
mod map;
mod stored;
mod window;

use chrono::{Datelike, NaiveDate};

use self::slots::{Slot, Unplanned};
use super::calendar::{Calendar, RollConvention};
use crate::ids::EngineerCode;
use crate::people::{Skill, masters};
use crew::{CrewId, Crews};
use loads::Loads;
pub use stored::{
    Busy, FarDays, FreedBy, LastNumber, LastNumbers, Round, RoundRule, RoundWithPlace, SiteDue, SlotWindow, StoredSlot,
    WaitingSlots,
};
use window::Days;

/// Minutes between two visits of a day.
pub const TRAVEL_MINUTES: u32 = 30;

/// An engineer as the planner sees one: where, when and at what they can work.
#[derive(Debug, Clone)]
pub struct EngineerProfile {
    pub engineer: EngineerCode,
    pub skills: Vec<Skill>,
    /// Where the engineer works, by the calendar: ISO 3166-1 alpha-2.
    pub country: String,
    /// Degrees: latitude, longitude.
    pub position: Option<(f64, f64)>,
    /// The engineer's own working days; None: nobody knows them, and so the site's count.
    pub calendar: Option<Calendar>,
    /// The first day on which the engineer is not there any more.
    pub left_on: Option<NaiveDate>,
}

impl EngineerProfile {
    fn masters(&self, skills: &[String]) -> bool {
        skills.iter().all(|skill| self.skills.iter().any(|own| own.skill == *skill))
    }

    /// Whether the engineer is there on `day`, with a certificate for each of the skills.
    fn is_able_on(&self, skills: &[String], day: NaiveDate) -> bool {
        self.left_on.is_none_or(|left_on| day < left_on) && skills.iter().all(|skill| masters(&self.skills, skill, day))
    }

    fn works_on(&self, day: NaiveDate) -> bool {
        self.calendar.as_ref().is_none_or(|calendar| works_on(calendar, day))
    }
}

/// Whether an engineer with this calendar works on a day that a site's calendar has admitted.
///
/// Days that the engineer's does not know are judged by their weekday: an engineer's own holidays of a later year
/// must not keep the round from being planned.
#[must_use]
pub fn works_on(calendar: &Calendar, day: NaiveDate) -> bool {
    calendar.is_working(day).unwrap_or(day.weekday().num_days_from_monday() < 5)
}

/// Whether an engineer who lives by the calendar of `country` is sent to a site: to any in that country, and to those
/// abroad that are at most 300 km away, where both positions are known.
#[must_use]
pub fn is_sent_to(
    country: &str,
    lives_at: Option<(f64, f64)>,
    site_country: &str,
    site_at: Option<(f64, f64)>,
) -> bool {
    let within_reach =
        |(here, there)| map::is_within_reach(map::apart(map::on_the_sphere(here), map::on_the_sphere(there)));
    country == site_country || lives_at.zip(site_at).is_some_and(within_reach)
}

/// What is asked of the planner: one slot of one site.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    pub slot: Slot,
    pub calendar: &'a Calendar,
    pub roll: RollConvention,
    /// What the engineer must master; sorted.
    pub skills: &'a [String],
    /// The site's country.
    pub country: &'a str,
    pub position: Option<(f64, f64)>,
    pub takes_minutes: u32,
    /// The round's settled place in the window, in days after its first day; None at the first time.
    pub offset_days: Option<u32>,
    /// The round's engineer, by index.
    pub engineer: Option<usize>,
    /// No visit before this day.
    pub not_before: NaiveDate,
}

/// What the planner proposes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proposal {
    /// Index of the engineer.
    pub engineer: usize,
    /// Day at the site.
    pub day: NaiveDate,
    /// Minutes after the start of the working day at which the visit starts.
    pub starts_after_minutes: u32,
    /// The round's place in the window from now on.
    pub offset_days: u32,
}

/// The engineers' days, filled as visits are placed.
#[derive(Debug)]
pub struct Planner {
    engineers: Vec<EngineerProfile>,
    day_minutes: u32,
    loads: Loads,
    crews: Crews,
}

impl Planner {
    /// A planner for the days from `from` on, with nothing on them yet. It holds what is put on them and no more.
    #[must_use]
    pub fn new(engineers: Vec<EngineerProfile>, day_minutes: u32, from: NaiveDate) -> Planner {
        let loads = Loads::new(from, engineers.len());
        Planner { engineers, day_minutes, loads, crews: Crews::default() }
    }

    /// The engineers in the order of their indices.
    #[must_use]
    pub fn engineers(&self) -> &[EngineerProfile] {
        &self.engineers
    }

    /// Notes a visit that is already agreed or planned, after those of that day that start before it. The day is
    /// busy until its last visit ends: what one that was cancelled has left free before it is not given away.
    pub fn occupy(
        &mut self,
        engineer: usize,
        day: NaiveDate,
        starts_after_minutes: u32,
        takes_minutes: u32,
        at: Option<(f64, f64)>,
    ) {
        let gap = starts_after_minutes.saturating_sub(self.loads.minutes(engineer, day));
        self.loads.add(engineer, day, gap.saturating_add(takes_minutes).saturating_add(TRAVEL_MINUTES), at);
    }

    /// Finds engineer and day for a slot and takes the room.
    ///
    /// The round's engineer comes first, on whatever day of the window there is room; then the nearest who masters
    /// the work and has room on a day that costs no spacing; then the nearest with room on any day.
    ///
    /// # Errors
    /// Why the slot stays without a visit.
    pub fn place(&mut self, wanted: &Wanted<'_>) -> Result<Proposal, Unplanned> {
        let days = Days::of(wanted)?;
        let easy = days.easy();
        let crew = self.crews.who_master(wanted.skills, wanted.country, &self.engineers);
        let own = wanted.engineer.filter(|&own| self.engineers[own].masters(wanted.skills));
        // On days on which nobody of the crew has room, its own engineer has none.
        let own =
            own.filter(|&own| self.engineers[own].country != wanted.country || self.has_open(crew, wanted, &days));
        let by_own = own.and_then(|own| {
            let day = self.easy_day(wanted, &easy, own).or_else(|| self.any_day(wanted, &days, own))?;
            Some((own, day))
        });
        let (engineer, day) = match by_own {
            Some(found) => found,
            None => self.by_another(crew, wanted, &days, &easy)?,
        };
        let starts_after_minutes = self.loads.minutes(engineer, day);
        self.loads.add(engineer, day, wanted.takes_minutes.saturating_add(TRAVEL_MINUTES), wanted.position);
        let offset = wanted
            .offset_days
            .unwrap_or_else(|| u32::try_from((day - wanted.slot.first_on).num_days().max(0)).unwrap_or(0));
        Ok(Proposal { engineer, day, starts_after_minutes, offset_days: offset })
    }

    /// The nearest in the country who masters the work and has room; failing that, the nearest from just beyond
    /// the border.
    fn by_another(
        &mut self,
        crew: CrewId,
        wanted: &Wanted<'_>,
        days: &Days<'_>,
        easy: &[NaiveDate],
    ) -> Result<(usize, NaiveDate), Unplanned> {
        let at_home = self.by_a_countryman(crew, wanted, days, easy);
        at_home.or_else(|why| self.by_a_neighbour(crew, wanted, days).ok_or_else(|| self.all_told(crew, wanted, why)))
    }

    /// Whether there is a day of the window on which somebody of the crew may have room.
    fn has_open(&self, crew: CrewId, wanted: &Wanted<'_>, days: &Days<'_>) -> bool {
        days.nearest_first().any(|day| !self.crews.is_full(crew, day, wanted.takes_minutes))
    }

    fn by_a_neighbour(&self, crew: CrewId, wanted: &Wanted<'_>, days: &Days<'_>) -> Option<(usize, NaiveDate)> {
        let mut near: Vec<(f32, usize)> = self.crews.neighbours(crew, wanted.position).collect();
        near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        near.into_iter().find_map(|(_, one)| Some((one, self.any_day(wanted, days, one)?)))
    }

    /// Why nobody comes, where `why` is all that is to be said of those at home.
    fn all_told(&self, crew: CrewId, wanted: &Wanted<'_>, why: Unplanned) -> Unplanned {
        let count = |engineers: usize| u32::try_from(engineers).unwrap_or(u32::MAX);
        let neighbours = self.crews.neighbours(crew, wanted.position).count();
        match (&why, count(neighbours), count(self.crews.abroad(crew))) {
            (Unplanned::NoSkill { .. }, 0, 0) => why,
            (Unplanned::NoSkill { skills }, 0, engineers) => {
                Unplanned::OutOfReach { skills: skills.clone(), engineers }
            }
            (Unplanned::NoSkill { .. }, engineers, _) => Unplanned::NoRoom { engineers },
            (
                Unplanned::NoCalendar { .. }
                | Unplanned::UnknownHolidays { .. }
                | Unplanned::NoWorkingDay
                | Unplanned::OutOfReach { .. }
                | Unplanned::NoRoom { .. }
                | Unplanned::NoEquipment
                | Unplanned::NoPlan { .. }
                | Unplanned::Passed,
                ..,
            ) => why,
        }
    }

    fn by_a_countryman(
        &mut self,
        crew: CrewId,
        wanted: &Wanted<'_>,
        days: &Days<'_>,
        easy: &[NaiveDate],
    ) -> Result<(usize, NaiveDate), Unplanned> {
        let members = self.crews.members(crew);
        if members == 0 {
            return Err(Unplanned::NoSkill { skills: wanted.skills.to_vec() });
        }
        let takes = wanted.takes_minutes;
        let open: Vec<_> = easy.iter().copied().filter(|day| !self.crews.is_full(crew, *day, takes)).collect();
        if !open.is_empty() {
            let mut nearest = self.crews.nearest_first(crew, wanted.position);
            if let Some(found) = nearest.find_map(|one| Some((one, self.easy_day(wanted, &open, one)?))) {
                return Ok(found);
            }
            self.crews.note_full(crew, open.into_iter(), takes);
        }
        let open: Vec<_> = days.nearest_first().filter(|day| !self.crews.is_full(crew, *day, takes)).collect();
        if !open.is_empty() {
            let mut nearest = self.crews.nearest_first(crew, wanted.position);
            let free_day = |one| open.iter().copied().find(|day| self.is_free(wanted, one, *day));
            if let Some(found) = nearest.find_map(|one| Some((one, free_day(one)?))) {
                return Ok(found);
            }
            self.crews.note_full(crew, open.into_iter(), takes);
        }
        Err(Unplanned::NoRoom { engineers: u32::try_from(members).unwrap_or(u32::MAX) })
    }

    /// Of the days that cost no spacing: one with a near site first, then the least full, then the one aimed at.
    fn easy_day(&self, wanted: &Wanted<'_>, easy: &[NaiveDate], engineer: usize) -> Option<NaiveDate> {
        let free = || easy.iter().copied().filter(|day| self.is_free(wanted, engineer, *day));
        free()
            .find(|day| self.loads.is_near(engineer, *day, wanted.position))
            .or_else(|| free().min_by_key(|day| self.loads.minutes(engineer, *day)))
    }

    fn any_day(&self, wanted: &Wanted<'_>, days: &Days<'_>, engineer: usize) -> Option<NaiveDate> {
        days.nearest_first().find(|day| self.is_free(wanted, engineer, *day))
    }

    /// Whether the visit fits into the engineer's day. One that is longer than any day has an empty one to itself.
    fn is_free(&self, wanted: &Wanted<'_>, engineer: usize, day: NaiveDate) -> bool {
        let minutes = self.loads.minutes(engineer, day);
        let fits = minutes == 0 || minutes.saturating_add(wanted.takes_minutes) <= self.day_minutes;
        fits && self.engineers[engineer].works_on(day) && self.engineers[engineer].is_able_on(wanted.skills, day)
    }
}

#[cfg(test)]
mod tests;
