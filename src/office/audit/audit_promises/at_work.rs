//! Until when the office has been at work; what became due later cannot be expected in its books.

use chrono::{DurationRound, TimeDelta};

use crate::planning::plan_visits::{NIGHT_ENDS_AT_HOUR, PLANNED_ON};
use crate::promises::deadlines::are_behind;
use crate::{Office, Result};
use domain::Instant;

/// The fact with the latest quarter of an hour by which everything due had been opened and judged.
const AT_WORK_UNTIL: &str = "at-work-until";
/// Days begin only at multiples of this, in every time zone.
const QUARTER: TimeDelta = TimeDelta::minutes(15);
/// The office counts as at work for this long after the last record.
const STILL: TimeDelta = TimeDelta::minutes(45);

/// The moment as of which promises are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JudgedUntil {
    /// The office is at work.
    Now(Instant),
    /// The office was at work until then, and not since.
    LastBeat(Instant),
    /// The office was never at work, and has no books yet.
    NeverAtWork(Instant),
}

impl JudgedUntil {
    /// The moment as of which promises are judged.
    #[must_use]
    pub fn at(self) -> Instant {
        match self {
            JudgedUntil::Now(at) | JudgedUntil::LastBeat(at) | JudgedUntil::NeverAtWork(at) => at,
        }
    }
}

/// Records, once every quarter of an hour, that everything due by then has been opened and judged. Returns whether it
/// did.
///
/// # Errors
/// If the store fails; the next beat tries again.
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
pub async fn judged_until(office: &Office) -> Result<JudgedUntil> {
    let now = office.clock.now();
    let noted = store::fact::get(&office.db, AT_WORK_UNTIL).await?;
    let noted = noted.and_then(|noted| Some(chrono::DateTime::parse_from_rfc3339(&noted).ok()?.to_utc()));
    if let Some(last) = noted {
        return Ok(if now - last < STILL { JudgedUntil::Now(now) } else { JudgedUntil::LastBeat(last) });
    }
    // An earlier version recorded only its nights.
    let planned_on = store::fact::get(&office.db, PLANNED_ON).await?;
    let day = planned_on.and_then(|planned| planned.split(' ').next()?.parse::<chrono::NaiveDate>().ok());
    let night = day.and_then(|day| day.and_hms_opt(NIGHT_ENDS_AT_HOUR, 0, 0));
    Ok(match night.map(|local| office.config.company.time_zone.instant(local)) {
        Some(night) if night < now - TimeDelta::days(1) => JudgedUntil::LastBeat(night),
        Some(_) => JudgedUntil::Now(now),
        None => JudgedUntil::NeverAtWork(now),
    })
}
