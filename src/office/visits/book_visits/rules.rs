//! The rules that protect a visit: which of them an appointment breaks, and who else could make the visit.

use chrono::NaiveDate;

use super::Rules;
use crate::parties::Parties;
use crate::{Result, Tools};
use domain::Instant;
use domain::calendar::DayIs;
use domain::ids::VisitId;
use domain::people::{Engineer, masters};
use domain::planning::{TRAVEL_MINUTES, is_sent_to};
use domain::visits::{Appointment, BookingRefused, StoredVisit, VisitState};
use store::ReadHandle;

/// The first rule that an appointment breaks, if any; a person may overrule some.
///
/// # Errors
/// If the store fails.
pub async fn refusal(
    tools: &Tools,
    on: impl Into<ReadHandle<'_>>,
    stored: &StoredVisit,
    parties: &Parties,
    appointment: &Appointment,
    rules: Rules,
    now: Instant,
) -> Result<Option<BookingRefused>> {
    let mut on = on.into();
    let (day, site) = (appointment.day, &parties.site);
    let Some(engineer) = store::people::engineer::find(on.again(), &appointment.engineer).await? else {
        return Ok(Some(BookingRefused::UnknownEngineer { engineer: appointment.engineer.clone() }));
    };
    // Of one whose day has passed somebody may say that it took place as it was booked.
    let is_as_booked = matches!(&stored.visit.state, VisitState::Booked { appointment: was, .. } if was == appointment);
    if day < site.time_zone.day(now) && !is_as_booked {
        return Ok(Some(BookingRefused::Past { day, site: site.site.clone() }));
    }
    if let Some(ended_on) = parties.contract.ends_on.filter(|ends_on| *ends_on < day) {
        return Ok(Some(BookingRefused::ContractEnded { contract: parties.contract.contract.clone(), ended_on }));
    }
    if let Some(gone) = gone_on(&engineer, day) {
        return Ok(Some(gone));
    }
    if rules == Rules::Overrule {
        return Ok(None);
    }
    let is_working = match tools.calendars.of_site(site) {
        Ok(calendar) => calendar.is_working(day),
        Err(missing) => return Ok(Some(BookingRefused::NoCalendar { calendar: missing.code })),
    };
    match is_working {
        Ok(true) => {}
        Ok(false) => return Ok(Some(BookingRefused::DayOff { day, site: site.site.clone() })),
        Err(unknown) => return Ok(Some(BookingRefused::UnknownHolidays(unknown))),
    }
    if let Some(slot) = stored.slot {
        let slot = store::planning::slot::get(on.again(), slot).await?.slot;
        if day < slot.first_on || day > slot.last_on {
            let (first_on, last_on) = (slot.first_on, slot.last_on);
            return Ok(Some(BookingRefused::OutsideWindow { day, first_on, last_on }));
        }
    }
    refusal_of(tools, on, stored, parties, appointment, &engineer).await
}

/// Refuses an appointment whose engineer has left by its day.
pub(super) async fn gone(on: impl Into<ReadHandle<'_>>, appointment: &Appointment) -> Result<Option<BookingRefused>> {
    let engineer = store::people::engineer::find(on, &appointment.engineer).await?;
    Ok(engineer.and_then(|engineer| gone_on(&engineer, appointment.day)))
}

fn gone_on(engineer: &Engineer, day: NaiveDate) -> Option<BookingRefused> {
    let left_on = engineer.left_on.filter(|left_on| *left_on <= day)?;
    Some(BookingRefused::EngineerGone { engineer: engineer.name.clone(), left_on })
}

/// Why this engineer cannot make the visit on this day: a missing skill, the distance, or no room.
async fn refusal_of(
    tools: &Tools,
    on: ReadHandle<'_>,
    stored: &StoredVisit,
    parties: &Parties,
    appointment: &Appointment,
    engineer: &Engineer,
) -> Result<Option<BookingRefused>> {
    let day = appointment.day;
    let mut needed = parties.standing_on(day).flat_map(|unit| &unit.skills);
    if let Some(skill) = needed.find(|skill| !masters(&engineer.skills, skill, day)) {
        return Ok(Some(BookingRefused::NoSkill { engineer: engineer.name.clone(), skill: skill.clone() }));
    }
    // The current engineer was once assigned by a person or by the planner.
    let is_another = engineer.engineer != stored.visit.state.appointment().engineer;
    let country = engineer.country();
    if is_another && !is_sent_to(country, engineer.position, &parties.site.country, parties.site.position) {
        let (engineer, site) = (engineer.name.clone(), parties.site.site.clone());
        return Ok(Some(BookingRefused::OutOfReach { engineer, site }));
    }
    if let Some(why) = day_off_of(tools, engineer, day) {
        return Ok(Some(BookingRefused::EngineerOff { engineer: engineer.name.clone(), day, why }));
    }
    let others = store::visits::of_engineer_on(on, &engineer.engineer, day).await?;
    let busy = minutes_of(&others, stored.visit.id);
    if busy > 0 && busy + appointment.takes_minutes > tools.config.planning.day_minutes {
        let visits = others.iter().map(|other| other.visit.id.to_string()).collect::<Vec<_>>().join(", ");
        return Ok(Some(BookingRefused::EngineerTaken { engineer: engineer.name.clone(), day, visits }));
    }
    Ok(None)
}

/// The minutes that visits take, including travel, except one of them.
pub(in crate::visits) fn minutes_of(visits: &[StoredVisit], but: VisitId) -> u32 {
    let others = visits.iter().filter(|other| other.visit.id != but);
    others.map(|other| other.visit.state.appointment().takes_minutes + TRAVEL_MINUTES).sum()
}

/// Other engineers who could make a visit on its day: near enough to be sent, at work, with the skills and with room;
/// nearest to the site first.
pub async fn free_and_able(
    tools: &Tools,
    on: impl Into<ReadHandle<'_>>,
    stored: &StoredVisit,
    parties: &Parties,
) -> Result<Vec<Engineer>> {
    let mut on = on.into();
    let appointment = stored.visit.state.appointment();
    let mut free = Vec::new();
    for engineer in store::people::engineer::all(on.again()).await? {
        let calendar = tools.calendars.named(&engineer.calendar).ok();
        let works = calendar.is_none_or(|calendar| calendar.is_working(appointment.day).unwrap_or(true));
        if engineer.engineer != appointment.engineer
            && engineer.is_there_on(appointment.day)
            && works
            && refusal_of(tools, on.again(), stored, parties, appointment, &engineer).await?.is_none()
        {
            free.push(engineer);
        }
    }
    free.sort_by(|a, b| how_far(a, parties).total_cmp(&how_far(b, parties)));
    Ok(free)
}

/// How far an engineer is from the site, for comparisons. Over the few hundred kilometres that matter, degrees are good
/// enough.
pub(in crate::visits) fn how_far(engineer: &Engineer, parties: &Parties) -> f64 {
    match (engineer.position, parties.site.position) {
        (Some(a), Some(b)) => (a.0 - b.0).hypot((a.1 - b.1) * b.0.to_radians().cos()),
        (Some(_) | None, Some(_) | None) => f64::MAX,
    }
}

/// The name of the engineer's day off, if it has one.
fn day_off_of(tools: &Tools, engineer: &Engineer, day: NaiveDate) -> Option<String> {
    let calendar = tools.calendars.of_engineer(engineer).ok()?;
    if calendar.is_working(day).ok()? {
        return None;
    }
    Some(match calendar.day(day).ok()? {
        DayIs::Special(special) => special.name.clone(),
        DayIs::Weekend | DayIs::Worked => format!("a weekly day off of {}", calendar.code()),
    })
}
