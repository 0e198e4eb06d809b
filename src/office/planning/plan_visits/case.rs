//! What a visit to a site needs: a calendar, and the skills for its equipment.

use chrono::{Days, NaiveDate};
use domain::calendar::Calendar;

use domain::contract::Purpose;
use domain::people::equipment::{Equipment, Site};
use domain::planning::slots::{Slot, Unplanned};
use world::holidays::Calendars;

/// A site for planning.
pub(super) struct Case<'a> {
    pub(super) site: &'a Site,
    calendar: Option<Calendar>,
    equipped: Equipped,
    /// The skills for all current equipment; sorted, without duplicates.
    pub(super) skills: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Equipped {
    Yes,
    /// Through the day before this one.
    Until(NaiveDate),
    No,
}

impl<'a> Case<'a> {
    pub(super) fn of(site: &'a Site, equipment: &[Equipment], calendars: &Calendars, today: NaiveDate) -> Case<'a> {
        let standing = || equipment.iter().filter(|unit| unit.is_there_on(today));
        let mut skills: Vec<String> = standing().flat_map(|e| e.skills.iter().cloned()).collect();
        skills.sort_unstable();
        skills.dedup();
        Case {
            site,
            calendar: calendars.of_site(site).ok(),
            equipped: match standing().map(|unit| unit.retired_on).reduce(|a, b| Some(a?.max(b?))) {
                None => Equipped::No,
                Some(None) => Equipped::Yes,
                Some(Some(end)) => Equipped::Until(end),
            },
            skills,
        }
    }

    /// The calendar for planning a visit for this purpose into a window that begins on `first_on`.
    ///
    /// # Errors
    /// Why it cannot be planned.
    pub(super) fn calendar_for(&self, purpose: Purpose, first_on: NaiveDate) -> Result<&Calendar, Unplanned> {
        let no_calendar = || Unplanned::NoCalendar { calendar: self.site.calendar_code() };
        let calendar = self.calendar.as_ref().ok_or_else(no_calendar)?;
        let is_equipped = match self.equipped {
            Equipped::Yes => true,
            Equipped::Until(end) => first_on < end,
            Equipped::No => false,
        };
        if purpose.looks_at_equipment() && !is_equipped { Err(Unplanned::NoEquipment) } else { Ok(calendar) }
    }

    /// The days of a slot on which there is equipment to inspect.
    pub(super) fn equipped_days(&self, purpose: Purpose, slot: Slot) -> Slot {
        match self.equipped {
            Equipped::Until(end) if purpose.looks_at_equipment() => {
                Slot { last_on: slot.last_on.min(end - Days::new(1)), ..slot }
            }
            Equipped::Until(_) | Equipped::Yes | Equipped::No => slot,
        }
    }

    pub(super) fn waits_for_calendar(&self) -> bool {
        self.calendar.is_none()
    }
}
