//! What a visit to a site needs: a calendar, and the skills that its equipment asks for.

use domain::calendar::Calendar;
use domain::contract::Purpose;
use domain::people::equipment::{Equipment, Site};
use domain::planning::slots::Unplanned;
use world::holidays::Calendars;

/// A site as it is planned.
pub(super) struct Case<'a> {
    pub(super) site: &'a Site,
    calendar: Option<Calendar>,
    equipped: Equipped,
    /// Of all its equipment; sorted, without repeats.
    pub(super) skills: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Equipped {
    Yes,
    No,
}

impl<'a> Case<'a> {
    pub(super) fn of(site: &'a Site, equipment: &[Equipment], calendars: &Calendars) -> Case<'a> {
        let mut skills: Vec<String> = equipment.iter().flat_map(|e| e.skills.iter().cloned()).collect();
        skills.sort_unstable();
        skills.dedup();
        Case {
            site,
            calendar: calendars.of_site(site).ok(),
            equipped: if equipment.is_empty() { Equipped::No } else { Equipped::Yes },
            skills,
        }
    }

    /// The calendar by which a visit for this purpose is planned.
    ///
    /// # Errors
    /// Why it cannot be planned.
    pub(super) fn calendar_for(&self, purpose: Purpose) -> Result<&Calendar, Unplanned> {
        let no_calendar = || Unplanned::NoCalendar { calendar: self.site.calendar_code() };
        let calendar = self.calendar.as_ref().ok_or_else(no_calendar)?;
        match (self.equipped, purpose) {
            (Equipped::No, Purpose::Inspection | Purpose::Maintenance | Purpose::CallOut | Purpose::PlannedSupport) => {
                Err(Unplanned::NoEquipment)
            }
            (Equipped::No, Purpose::Training | Purpose::FollowUp) | (Equipped::Yes, _) => Ok(calendar),
        }
    }

    pub(super) fn waits_for_calendar(&self) -> bool {
        self.calendar.is_none()
    }
}
