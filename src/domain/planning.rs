//! The planner: decides which engineer visits on which day of a slot's window (P01, P09, P12).
//!
//! Rounds stay regular: a site is visited at the same position in each window (even spacing), by the same engineer, and
//! on a day when that engineer is nearby anyway if that does not affect the spacing.

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

/// Minutes of travel between two visits on the same day.
pub const TRAVEL_MINUTES: u32 = 30;

/// What the planner knows about an engineer: where, when and on what they can work.
#[derive(Debug, Clone)]
pub struct EngineerProfile {
    pub engineer: EngineerCode,
    pub skills: Vec<Skill>,
    /// Where the engineer works, by the calendar: ISO 3166-1 alpha-2.
    pub country: String,
    /// Degrees: latitude, longitude.
    pub position: Option<(f64, f64)>,
    /// The engineer's own working days; `None`: unknown, so the site's apply.
    pub calendar: Option<Calendar>,
    /// The first day on which the engineer is no longer there.
    pub left_on: Option<NaiveDate>,
}

impl EngineerProfile {
    fn masters(&self, skills: &[String]) -> bool {
        skills.iter().all(|skill| self.skills.iter().any(|own| own.skill == *skill))
    }

    /// Whether the engineer is there on `day`, with all of the skills.
    fn is_able_on(&self, skills: &[String], day: NaiveDate) -> bool {
        self.left_on.is_none_or(|left_on| day < left_on) && skills.iter().all(|skill| masters(&self.skills, skill, day))
    }

    fn works_on(&self, day: NaiveDate) -> bool {
        self.calendar.as_ref().is_none_or(|calendar| works_on(calendar, day))
    }
}

/// Whether an engineer with this calendar works on a day that the site's calendar has permitted.
///
/// Days that the engineer's calendar does not know are judged by their weekday: unknown holidays of a later year must
/// not prevent a round from being planned.
#[must_use]
pub fn works_on(calendar: &Calendar, day: NaiveDate) -> bool {
    calendar.is_working(day).unwrap_or(day.weekday().num_days_from_monday() < 5)
}

/// Whether an engineer whose calendar is that of `country` can be sent to a site: to any site in that country, and to
/// sites abroad within 300 km if both positions are known.
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

/// A request to the planner: one slot at one site.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    pub slot: Slot,
    pub calendar: &'a Calendar,
    pub roll: RollConvention,
    /// The skills that the engineer needs; sorted.
    pub skills: &'a [String],
    /// The site's country.
    pub country: &'a str,
    pub position: Option<(f64, f64)>,
    pub takes_minutes: u32,
    /// The round's established position in the window, in days after its first day; `None` the first time.
    pub offset_days: Option<u32>,
    /// The round's engineer, by index.
    pub engineer: Option<usize>,
    /// The earliest permitted day.
    pub not_before: NaiveDate,
    /// Days on which a visit of the slot was called off: none on these.
    pub called_off_on: &'a [NaiveDate],
}

/// What the planner proposes for a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proposal {
    /// The engineer's index.
    pub engineer: usize,
    /// Day at the site.
    pub day: NaiveDate,
    /// When the visit starts, in minutes after the start of the working day.
    pub starts_after_minutes: u32,
    /// The round's position in the window from now on.
    pub offset_days: u32,
}

/// The engineers' days, which fill up as visits are placed.
#[derive(Debug)]
pub struct Planner {
    engineers: Vec<EngineerProfile>,
    day_minutes: u32,
    loads: Loads,
    crews: Crews,
}

impl Planner {
    /// A planner for the days from `from` on, with no visits yet. It stores only days that have visits.
    #[must_use]
    pub fn new(engineers: Vec<EngineerProfile>, day_minutes: u32, from: NaiveDate) -> Planner {
        let loads = Loads::new(from, engineers.len());
        Planner { engineers, day_minutes, loads, crews: Crews::default() }
    }

    /// The engineers, ordered by index.
    #[must_use]
    pub fn engineers(&self) -> &[EngineerProfile] {
        &self.engineers
    }

    /// Adds a visit that is already agreed or planned. It must not start before those already added for that day. The
    /// day counts as occupied until its last visit ends; gaps left by cancelled visits are not reused.
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

    /// Finds an engineer and a day for a slot, and reserves the time.
    ///
    /// The round's engineer is preferred, on any day of the window with room; then the nearest engineer who has the
    /// skills, and room on a day that does not affect the spacing; then the nearest with room on any day.
    ///
    /// # Errors
    /// Why the slot remains without a visit.
    pub fn place(&mut self, wanted: &Wanted<'_>) -> Result<Proposal, Unplanned> {
        let days = Days::of(wanted)?;
        let easy = days.easy();
        let crew = self.crews.who_master(wanted.skills, wanted.country, &self.engineers);
        let own = wanted.engineer.filter(|&own| self.engineers[own].masters(wanted.skills));
        // On days when nobody in the crew has room, the round's own engineer has none either.
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

    /// The nearest engineer in the country who has the skills and room; or else the nearest from just across the
    /// border.
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

    /// Whether there may be a day in the window when somebody in the crew has room.
    fn has_open(&self, crew: CrewId, wanted: &Wanted<'_>, days: &Days<'_>) -> bool {
        days.nearest_first().any(|day| !self.crews.is_full(crew, day, wanted.takes_minutes))
    }

    fn by_a_neighbour(&self, crew: CrewId, wanted: &Wanted<'_>, days: &Days<'_>) -> Option<(usize, NaiveDate)> {
        let mut near: Vec<(f32, usize)> = self.crews.neighbours(crew, wanted.position).collect();
        near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        near.into_iter().find_map(|(_, one)| Some((one, self.any_day(wanted, days, one)?)))
    }

    /// Why nobody is available; `why` is the reason for engineers in the country.
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
                | Unplanned::Passed
                | Unplanned::CalledOff,
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

    /// Of the days that do not affect the spacing: preferably one with a nearby site, then the least occupied, then the
    /// one closest to the target.
    fn easy_day(&self, wanted: &Wanted<'_>, easy: &[NaiveDate], engineer: usize) -> Option<NaiveDate> {
        let free = || easy.iter().copied().filter(|day| self.is_free(wanted, engineer, *day));
        free()
            .find(|day| self.loads.is_near(engineer, *day, wanted.position))
            .or_else(|| free().min_by_key(|day| self.loads.minutes(engineer, *day)))
    }

    fn any_day(&self, wanted: &Wanted<'_>, days: &Days<'_>, engineer: usize) -> Option<NaiveDate> {
        days.nearest_first().find(|day| self.is_free(wanted, engineer, *day))
    }

    /// Whether the visit fits into the engineer's day. A visit longer than any day needs an empty day.
    fn is_free(&self, wanted: &Wanted<'_>, engineer: usize, day: NaiveDate) -> bool {
        let minutes = self.loads.minutes(engineer, day);
        let fits = minutes == 0 || minutes.saturating_add(wanted.takes_minutes) <= self.day_minutes;
        fits && self.engineers[engineer].works_on(day) && self.engineers[engineer].is_able_on(wanted.skills, day)
    }
}

#[cfg(test)]
mod tests;
