//! Until when the office has been at work: nobody can hold its books against what came due since.

use chrono::{DurationRound, TimeDelta};

use crate::planning::plan_visits::{NIGHT_ENDS_AT_HOUR, PLANNED_ON};
use crate::promises::deadlines::are_behind;
use crate::{Office, Result};
use domain::Instant;

/// The fact that names the last quarter of an hour by which everything that was due was opened and judged.
const AT_WORK_UNTIL: &str = "at-work-until";
/// No day begins anywhere between two of them.
const QUARTER: TimeDelta = TimeDelta::minutes(15);
/// So long after what was noted last, the office counts as at work.
const STILL: TimeDelta = TimeDelta::minutes(45);

/// Until when promises are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JudgedUntil {
    /// The office is at work.
    Now(Instant),
    /// It was at work until then, and not since.
    LastBeat(Instant),
    /// It never was: it has no books yet.
    NeverAtWork(Instant),
}

impl JudgedUntil {
    /// The moment as of which facts are judged.
    #[must_use]
    pub fn at(self) -> Instant {
        match self {
            JudgedUntil::Now(at) | JudgedUntil::LastBeat(at) | JudgedUntil::NeverAtWork(at) => at,
        }
    }
}

/// Notes once in a quarter of an hour that what was due by then is opened and judged. Says whether it did.
///
/// # Errors
/// When the store fails; the next beat notes it.
pub async fn note_at_work(office: &Office) -> Result<bool> {
    let quarter = office.clock.now().duration_trunc(QUARTER).expect("a quarter of an hour divides time").to_rfc3339();
    if store::fact::get(&office.db, AT_WORK_UNTIL).await?.as_ref() == Some(&quarter)
        || are_behind(office, office.clock.now()).await?
    {
        return Ok(false);
    }
    let mut tx = office.db.begin().await?;
    store::fact::set(&mut tx, AT_WORK_UNTIL, &quarter).await?;
    tx.commit().await?;
    Ok(true)
}

/// Until when the office has been at work.
///
/// # Errors
/// When the store does not answer.
pub async fn judged_until(office: &Office) -> Result<JudgedUntil> {
    let now = office.clock.now();
    let noted = store::fact::get(&office.db, AT_WORK_UNTIL).await?;
    let noted = noted.and_then(|noted| Some(chrono::DateTime::parse_from_rfc3339(&noted).ok()?.to_utc()));
    if let Some(last) = noted {
        return Ok(if now - last < STILL { JudgedUntil::Now(now) } else { JudgedUntil::LastBeat(last) });
    }
    // An earlier version has noted its nights alone.
    let planned_on = store::fact::get(&office.db, PLANNED_ON).await?;
    let day = planned_on.and_then(|planned| planned.split(' ').next()?.parse::<chrono::NaiveDate>().ok());
    let night = day.and_then(|day| day.and_hms_opt(NIGHT_ENDS_AT_HOUR, 0, 0));
    Ok(match night.map(|local| office.config.company.time_zone.instant(local)) {
        Some(night) if night < now - TimeDelta::days(1) => JudgedUntil::LastBeat(night),
        Some(_) => JudgedUntil::Now(now),
        None => JudgedUntil::NeverAtWork(now),
    })
}
