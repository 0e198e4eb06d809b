//! When the mere passage of time next makes background work due: how long a heartbeat may sleep.

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};

use crate::digest::send_digests::{receivers, works_on};
use crate::planning::plan_visits::{NIGHT_ENDS_AT_HOUR, PLANNED_ON};
use crate::{Office, Result};
use domain::Instant;
use domain::people::Manager;
use domain::time::{Zone, days_of};
use store::moment::{self, Ahead, AheadOfDay};

/// If a beat leaves something that is already due, because of later work in the same beat, the next beat does it.
const NEXT_BEAT: TimeDelta = TimeDelta::minutes(1);

/// When a report is tried again if the authority is silent or the report cannot be drawn.
const AGAIN_AFTER: TimeDelta = TimeDelta::minutes(15);

/// Maximum time between beats if a monitoring service requires an unbroken row of them.
const ROW_OF_BEATS: TimeDelta = TimeDelta::minutes(5);

/// How many days are searched for a manager's working day; a longer holiday costs a few idle beats.
const A_LONG_HOLIDAY: usize = 40;

/// The earliest moment after now at which any background work (`heartbeat::WORK`) could have something to do that it
/// does not have now.
///
/// This is a hint (invariant 9) for how long a heartbeat or a simulation may sleep. It may be too early, so that there
/// is nothing to do after all, but never too late. It assumes that everything due now has been done and that nobody
/// changes anything in the meantime; whoever commits a change, reloads the configuration or sees work fail has to
/// trigger a beat without waiting for it. A letter that is due while its relay is unavailable waits for that relay's
/// next attempt. `None` if time alone makes nothing due, which never happens in an office with a planner.
pub async fn next_moment(office: &Office) -> Result<Option<Instant>> {
    let now = office.clock.now();
    let (ahead, zones) = (moment::ahead(&office.db, now).await?, moment::zones_of_sites(&office.db).await?);
    let moments = [
        ahead.look,
        ahead.reminder,
        next_letter(&ahead, now),
        next_report(office, &ahead, now).await?,
        next_window(&ahead),
        next_announcement(&ahead, &zones, now),
        next_record(&ahead, &zones, now),
        next_digest(office, now).await?,
        next_planning(office, now).await?,
        next_canary(office, now),
        office.config.watch.ping.is_some().then(|| now + ROW_OF_BEATS),
        // Ending phases, parts of photos and old letters are checked once on each day at the company.
        Some(office.config.company.time_zone.end_of(office.today())),
    ];
    Ok(moments.into_iter().flatten().map(|at| if at > now { at } else { now + NEXT_BEAT }).min())
}

/// Like [`next_moment`], but only for work that is judged at a certain instant (`heartbeat::Lane::Clocks`); in the past
/// if a deadline is already due to be judged. Costs one index search for each thing that can be due, and for each time
/// zone with a site.
pub(super) async fn next_look(office: &Office) -> Result<Option<Instant>> {
    let now = office.clock.now();
    let (ahead, zones) = (moment::ahead(&office.db, now).await?, moment::zones_of_sites(&office.db).await?);
    let moments = [
        ahead.look,
        next_window(&ahead),
        next_record(&ahead, &zones, now),
        // Lines of the trail are linked as soon as they are committed.
        store::audit::any_to_link(&office.db).await?.then_some(now),
    ];
    Ok(moments.into_iter().flatten().min())
}

/// When the next letter is due, or if one is overdue, the next attempt on an unavailable relay.
fn next_letter(ahead: &Ahead, now: Instant) -> Option<Instant> {
    let next = ahead.attempt?;
    if next > now {
        return Some(next);
    }
    [Some(ahead.probe.unwrap_or(next)), ahead.later_attempt].into_iter().flatten().min()
}

/// The end of a wait for a countersignature, and postponed reports.
async fn next_report(office: &Office, ahead: &Ahead, now: Instant) -> Result<Option<Instant>> {
    if moment::is_report_ready(&office.db, now).await? {
        return Ok(Some(now + AGAIN_AFTER));
    }
    Ok(ahead.countersign_ends)
}

/// Windows get deadlines on their first day in the earliest time zone, which is the day before in UTC.
fn next_window(ahead: &Ahead) -> Option<Instant> {
    ahead.window_first_on.map(|day| (day - Days::new(1)).and_time(NaiveTime::MIN).and_utc())
}

/// Visits are announced at the beginning of a day at their site. No index knows which zone a site is in.
fn next_announcement(ahead: &Ahead, zones: &[Zone], now: Instant) -> Option<Instant> {
    earliest(ahead, zones, now, |of| of.announced_on, Zone::start_of)
}

/// Records are owed when their visit's day ends at the site.
fn next_record(ahead: &Ahead, zones: &[Zone], now: Instant) -> Option<Instant> {
    earliest(ahead, zones, now, |of| of.unwatched_on, Zone::end_of)
}

/// The earliest moment of the day that `on` names for the sites of a zone.
fn earliest(
    ahead: &Ahead,
    zones: &[Zone],
    now: Instant,
    on: fn(&AheadOfDay) -> Option<NaiveDate>,
    moment_of: fn(&Zone, NaiveDate) -> Instant,
) -> Option<Instant> {
    let days = days_of(zones, now);
    let at = |of: &AheadOfDay| {
        let (day, zones) = (on(of)?, days.get(&of.today)?);
        zones.iter().map(|zone| moment_of(zone, day)).min()
    };
    ahead.days.iter().filter_map(at).min()
}

/// The next digest or review: both are sent at the manager's hour on a working day.
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

/// Nightly planning: on the next day at the company, if it has already run today.
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
