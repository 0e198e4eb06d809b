//! When background work has something to do next, as far as an index knows it.
//!
//! Each is the first entry of an index after a place in it; none reads more than a few rows of any table but `site`.

use chrono::NaiveDate;

use super::letters::WAITING;
use super::text::text;
use super::visits::{BOOKED, PLANNED};
use super::{Db, Result};
use domain::Instant;
use domain::time::Zone;

/// The zones in which there are sites, each once.
pub async fn zones_of_sites(db: &Db) -> Result<Vec<Zone>> {
    let names: Vec<(String,)> = db.read("select distinct time_zone from site order by time_zone").all().await?;
    Ok(names.into_iter().filter_map(|(name,)| Zone::parse(&name).ok()).collect())
}

/// The first day after `day` on which a planned visit is to be announced.
pub async fn announcement_after(db: &Db, day: NaiveDate) -> Result<Option<NaiveDate>> {
    let sql = text!("select min(announce_on) from visit where state = '", PLANNED, "' and announce_on > $1");
    first_day(db, sql, day).await
}

/// The first day from `day` on of a booked visit whose record is not watched yet.
pub async fn unwatched_visit_from(db: &Db, day: NaiveDate) -> Result<Option<NaiveDate>> {
    let sql = text!("select min(day) from visit where state = '", BOOKED, "' and not watched and day >= $1");
    first_day(db, sql, day).await
}

/// The first day after `day` on which a window begins that is not watched yet.
pub async fn unwatched_window_after(db: &Db, day: NaiveDate) -> Result<Option<NaiveDate>> {
    first_day(db, "select min(first_on) from slot where not watched and first_on > $1", day).await
}

/// When the next visit is to be reminded of; past where one is due.
pub async fn reminder(db: &Db) -> Result<Option<Instant>> {
    least(db, "select min(remind_at) from visit where remind_at is not null").await
}

/// When the next deadline is to be looked at; past where one is due.
pub async fn look(db: &Db) -> Result<Option<Instant>> {
    least(db, "select min(next_look_at) from deadline where next_look_at is not null").await
}

/// When the next waiting letter is to be tried; past where one is due.
pub async fn attempt(db: &Db) -> Result<Option<Instant>> {
    least(db, text!("select min(next_attempt_at) from letter where state = '", WAITING, "'")).await
}

/// The first moment after `now` at which a letter is to be tried.
pub async fn attempt_after(db: &Db, now: Instant) -> Result<Option<Instant>> {
    let sql = text!("select min(next_attempt_at) from letter where next_attempt_at > $1 and state = '", WAITING, "'");
    first_moment(db, sql, now).await
}

/// When the next relay that is away is to be tried with a letter; past where one is to be tried now.
pub async fn probe(db: &Db) -> Result<Option<Instant>> {
    least(db, "select min(probe_at) from relay where probe_at is not null").await
}

/// Whether the report of a record that waits for no countersignature (any more) is still to be issued.
pub async fn is_report_ready(db: &Db, now: Instant) -> Result<bool> {
    Ok(!super::reports::unreported(db, now, 1).await?.is_empty())
}

/// The first moment after `now` at which a report waits no longer for a countersignature.
pub async fn countersign_ends_after(db: &Db, now: Instant) -> Result<Option<Instant>> {
    first_moment(db, "select min(waits_until) from countersign where signed_at is null and waits_until > $1", now).await
}

async fn first_day(db: &Db, sql: &'static str, day: NaiveDate) -> Result<Option<NaiveDate>> {
    let (least,): (Option<NaiveDate>,) = db.read(sql).bind(day).one().await?;
    Ok(least)
}

async fn first_moment(db: &Db, sql: &'static str, now: Instant) -> Result<Option<Instant>> {
    let (least,): (Option<Instant>,) = db.read(sql).bind(now).one().await?;
    Ok(least)
}

async fn least(db: &Db, sql: &'static str) -> Result<Option<Instant>> {
    let (least,): (Option<Instant>,) = db.read(sql).one().await?;
    Ok(least)
}
