//! When the clock alone gives background work something to do next: what a heartbeat may sleep until.

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};

use crate::digest::send_digests::{receivers, works_on};
use crate::planning::plan_visits::{NIGHT_ENDS_AT_HOUR, PLANNED_ON};
use crate::{Office, Result};
use domain::Instant;
use domain::people::Manager;
use domain::time::{Zone, days_of};
use store::moment;

/// What a beat leaves that is due already, because a later piece of its work has made it so, the next beat finds.
const NEXT_BEAT: TimeDelta = TimeDelta::minutes(1);

/// How soon a report is tried again whose authority is silent, or that cannot be drawn.
const AGAIN_AFTER: TimeDelta = TimeDelta::minutes(15);

/// The longest that a beat may be away while a watching service wants an unbroken row of them.
const ROW_OF_BEATS: TimeDelta = TimeDelta::minutes(5);

/// Days in which a manager is looked for a working day; a longer holiday costs beats without work.
const A_LONG_HOLIDAY: usize = 40;

/// The earliest moment after now at which any piece of background work (`heartbeat::WORK`) could have something to do
/// that it has not now.
///
/// A hint (invariant 9), by which a heartbeat or a simulation may sleep: it may come too early, when there is nothing to
/// do after all, and never too late. It supposes that everything was done that is due now, and that nobody changes
/// anything in the meantime: whoever commits a change, reloads the configuration or sees a piece of work fail has to
/// beat without waiting for it. A letter that is due while a relay is away waits for that relay's next trial. None where time brings nothing, which an office with a planner never is.
pub async fn next_moment(office: &Office) -> Result<Option<Instant>> {
    let now = office.clock.now();
    let db = &office.db;
    let zones = moment::zones_of_sites(db).await?;
    let moments = [
        moment::look(db).await?,
        moment::reminder(db).await?,
        next_letter(office, now).await?,
        next_report(office, now).await?,
        next_window(office, now).await?,
        next_announcement(office, &zones, now).await?,
        next_record(office, &zones, now).await?,
        next_digest(office, now).await?,
        next_planning(office, now).await?,
        next_canary(office, now),
        office.config.watch.ping.is_some().then(|| now + ROW_OF_BEATS),
        // Phases that end, pieces of photos and old letters are looked through once on each of the company's days.
        Some(office.config.company.time_zone.end_of(office.today())),
    ];
    Ok(moments.into_iter().flatten().map(|at| if at > now { at } else { now + NEXT_BEAT }).min())
}

/// As [`next_moment`], of what is judged at its moment alone (`heartbeat::Lane::Clocks`); past where a deadline is to be
/// looked at already. It costs a search of an index for each thing that can be due, and for each zone with a site.
pub(super) async fn next_look(office: &Office) -> Result<Option<Instant>> {
    let now = office.clock.now();
    let zones = moment::zones_of_sites(&office.db).await?;
    let moments = [
        moment::look(&office.db).await?,
        next_window(office, now).await?,
        next_record(office, &zones, now).await?,
        // Lines of the trail are linked as soon as they are committed.
        store::audit::any_to_link(&office.db).await?.then_some(now),
    ];
    Ok(moments.into_iter().flatten().min())
}

/// A letter whose time comes, or, where one is due and has not left, the next trial of a relay that is away.
async fn next_letter(office: &Office, now: Instant) -> Result<Option<Instant>> {
    let Some(next) = moment::attempt(&office.db).await? else { return Ok(None) };
    if next > now {
        return Ok(Some(next));
    }
    let probe = moment::probe(&office.db).await?;
    Ok([Some(probe.unwrap_or(next)), moment::attempt_after(&office.db, now).await?].into_iter().flatten().min())
}

/// A countersignature that is waited for no longer, and reports that were put off.
async fn next_report(office: &Office, now: Instant) -> Result<Option<Instant>> {
    if moment::is_report_ready(&office.db, now).await? {
        return Ok(Some(now + AGAIN_AFTER));
    }
    Ok(moment::countersign_ends_after(&office.db, now).await?)
}

/// Windows are watched from the day before theirs in UTC, which is theirs somewhere.
async fn next_window(office: &Office, now: Instant) -> Result<Option<Instant>> {
    let watched_through = now.date_naive() + Days::new(1);
    let first_on = moment::unwatched_window_after(&office.db, watched_through).await?;
    Ok(first_on.map(|day| (day - Days::new(1)).and_time(NaiveTime::MIN).and_utc()))
}

/// Visits are announced as their day begins at the site. In which of the zones a site is, no index knows.
async fn next_announcement(office: &Office, zones: &[Zone], now: Instant) -> Result<Option<Instant>> {
    let mut earliest = None;
    for (today, zones) in days_of(zones, now) {
        if let Some(day) = moment::announcement_after(&office.db, today).await? {
            earliest = zones.iter().map(|zone| zone.start_of(day)).chain(earliest).min();
        }
    }
    Ok(earliest)
}

/// Records are owed as their visit's day ends at the site.
async fn next_record(office: &Office, zones: &[Zone], now: Instant) -> Result<Option<Instant>> {
    let mut earliest = None;
    for (today, zones) in days_of(zones, now) {
        if let Some(day) = moment::unwatched_visit_from(&office.db, today).await? {
            earliest = zones.iter().map(|zone| zone.end_of(day)).chain(earliest).min();
        }
    }
    Ok(earliest)
}

/// A digest or review: both leave at the manager's hour on a day on which they work.
async fn next_digest(office: &Office, now: Instant) -> Result<Option<Instant>> {
    let mut earliest = None;
    for manager in receivers(office).await? {
        earliest = [earliest, digest_after(office, &manager, now)].into_iter().flatten().min();
    }
    Ok(earliest)
}

fn digest_after(office: &Office, manager: &Manager, now: Instant) -> Option<Instant> {
    let hour_on = |day: NaiveDate| manager.time_zone.instant(day.and_time(manager.digest_at));
    let mut ahead =
        manager.time_zone.day(now).iter_days().filter(|day| hour_on(*day) > now).take(A_LONG_HOLIDAY).peekable();
    let next = ahead.peek().copied();
    ahead.find(|day| works_on(office, manager, *day)).or(next).map(hour_on)
}

/// The night's planning: on the next of the company's days, where it has run on this one.
async fn next_planning(office: &Office, now: Instant) -> Result<Option<Instant>> {
    let (zone, today) = (&office.config.company.time_zone, office.today());
    let hour = NaiveTime::from_hms_opt(NIGHT_ENDS_AT_HOUR, 0, 0).expect("an hour of the day");
    let this_night = zone.instant(today.and_time(hour));
    let ran_today =
        store::fact::get(&office.db, PLANNED_ON).await?.is_some_and(|last| last.starts_with(&today.to_string()));
    let next = if ran_today || this_night <= now { today + Days::new(1) } else { today };
    Ok(Some(zone.instant(next.and_time(hour))))
}

fn next_canary(office: &Office, now: Instant) -> Option<Instant> {
    let (canary, zone) = (office.config.watch.canary.as_ref()?, &office.config.company.time_zone);
    let hour_on = |day: NaiveDate| zone.instant(day.and_time(canary.at));
    office.today().iter_days().take(2).map(hour_on).find(|at| *at > now)
}
