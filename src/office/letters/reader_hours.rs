//! At which hours a reader is written to: engineers and managers by their own clock and calendar, a customer's people by
//! those of their site.

use crate::Tools;
use crate::parties::Parties;
use domain::access::{HoursOf, hours_of};
use domain::ids::ManagerCode;
use domain::letters::hours::ReaderHours;
use domain::letters::notice::Reader;
use domain::people::equipment::Site;
use domain::people::{Engineer, Manager};
use domain::time::Zone;

/// The hours of people at a site.
pub(crate) fn at_site(tools: &Tools, site: &Site) -> ReaderHours {
    let calendar = tools.calendars.of_site(site).ok();
    ReaderHours { calendar, ..of_zone(tools, &site.time_zone) }
}

/// The hours of an engineer. Days off of the engineer's own count as working days: who is away finds the letter there.
pub(crate) fn of_engineer(tools: &Tools, engineer: &Engineer) -> ReaderHours {
    of_calendar(tools, &engineer.time_zone, &engineer.calendar)
}

/// The hours of a manager.
pub(crate) fn of_manager(tools: &Tools, manager: &Manager) -> ReaderHours {
    of_calendar(tools, &manager.time_zone, &manager.calendar)
}

/// The hours of the manager with this code; the company's own where there is none.
pub(crate) fn of_manager_named(tools: &Tools, managers: &[Manager], code: &ManagerCode) -> ReaderHours {
    let named = managers.iter().find(|manager| manager.manager == *code);
    named.map_or_else(|| of_company(tools), |manager| of_manager(tools, manager))
}

/// The company's own hours, for whom no others are known.
pub(crate) fn of_company(tools: &Tools) -> ReaderHours {
    let company = &tools.config.company;
    of_calendar(tools, &company.time_zone, &company.calendar)
}

fn of_calendar(tools: &Tools, zone: &Zone, calendar: &str) -> ReaderHours {
    let calendar = tools.calendars.named(calendar).ok();
    ReaderHours { calendar, ..of_zone(tools, zone) }
}

fn of_zone(tools: &Tools, zone: &Zone) -> ReaderHours {
    ReaderHours { between: tools.config.company.tell_between, zone: zone.clone(), calendar: None }
}

impl Parties {
    /// The hours of somebody who is told of a visit or a deadline of theirs; `engineers`: those who may be told.
    pub(crate) fn hours_of(&self, tools: &Tools, reader: &Reader, engineers: &[&Engineer]) -> ReaderHours {
        match hours_of(&reader.role) {
            HoursOf::Site => at_site(tools, &self.site),
            HoursOf::Engineer(code) => engineers
                .iter()
                .find(|engineer| engineer.engineer == *code)
                .map_or_else(|| at_site(tools, &self.site), |engineer| of_engineer(tools, engineer)),
            HoursOf::Manager(code) => of_manager_named(tools, &self.managers, code),
        }
    }
}
