//! When background work is next due, according to the indexes.
//!
//! Each query is one index search; none reads more than a few rows of any table.

use chrono::NaiveDate;

use super::letters::WAITING;
use super::text::text;
use super::visits::{BOOKED, PLANNED};
use super::{Db, Result};
use domain::Instant;
use domain::time::Zone;

/// The distinct time zones, by one index search each.
const ZONES: &str = "with recursive zone (name) as (
                       select min(time_zone) from site
                       union all
                       select (select min(time_zone) from site where time_zone > zone.name)
                       from zone
                       where zone.name is not null
                     )
                     select name from zone where name is not null order by name";
const ANNOUNCEMENT: &str =
    text!("select min(announce_on) from visit where state = '", PLANNED, "' and announce_on > $1");
const UNWATCHED_VISIT: &str =
    text!("select min(day) from visit where state = '", BOOKED, "' and not watched and day >= $1");
const UNWATCHED_WINDOW: &str = "select min(first_on) from slot where not watched and first_on > $1";
const REMINDER: &str = "select min(remind_at) from visit where remind_at is not null";
const LOOK: &str = "select min(next_look_at) from deadline where next_look_at is not null";
const ATTEMPT: &str = text!("select min(next_attempt_at) from letter where state = '", WAITING, "'");
const LATER_ATTEMPT: &str =
    text!("select min(next_attempt_at) from letter where next_attempt_at > $1 and state = '", WAITING, "'");
/// Reads the whole table, which has one row per configured relay.
const PROBE: &str = "select min(probe_at) from relay where probe_at is not null";
const COUNTERSIGN: &str = "select min(waits_until) from countersign where signed_at is null and waits_until > $1";

/// The distinct time zones of all sites.
pub async fn zones_of_sites(db: &Db) -> Result<Vec<Zone>> {
    let names: Vec<(String,)> = db.read(ZONES).all().await?;
    Ok(names.into_iter().filter_map(|(name,)| Zone::parse(&name).ok()).collect())
}

/// The first day after `day` on which a planned visit is to be announced.
pub async fn announcement_after(db: &Db, day: NaiveDate) -> Result<Option<NaiveDate>> {
    first_day(db, ANNOUNCEMENT, day).await
}

/// The first day, not before `day`, of a booked visit whose record has no deadline yet.
pub async fn unwatched_visit_from(db: &Db, day: NaiveDate) -> Result<Option<NaiveDate>> {
    first_day(db, UNWATCHED_VISIT, day).await
}

/// The first day after `day` on which a window begins that has no deadline yet.
pub async fn unwatched_window_after(db: &Db, day: NaiveDate) -> Result<Option<NaiveDate>> {
    first_day(db, UNWATCHED_WINDOW, day).await
}

/// When the next visit reminder is due; in the past if one is overdue.
pub async fn reminder(db: &Db) -> Result<Option<Instant>> {
    least(db, REMINDER).await
}

/// When the next deadline has to be judged; in the past if one is overdue.
pub async fn look(db: &Db) -> Result<Option<Instant>> {
    least(db, LOOK).await
}

/// When the next waiting letter is due; in the past if one is overdue.
pub async fn attempt(db: &Db) -> Result<Option<Instant>> {
    least(db, ATTEMPT).await
}

/// The first moment after `now` at which a letter is due.
pub async fn attempt_after(db: &Db, now: Instant) -> Result<Option<Instant>> {
    first_moment(db, LATER_ATTEMPT, now).await
}

/// When the next unavailable relay is to be tried with a letter; in the past if one is overdue.
pub async fn probe(db: &Db) -> Result<Option<Instant>> {
    least(db, PROBE).await
}

/// Whether there is a record whose report can be drawn now, because it is not, or no longer, waiting for a
/// countersignature.
pub async fn is_report_ready(db: &Db, now: Instant) -> Result<bool> {
    Ok(!super::reports::unreported(db, now, 1).await?.is_empty())
}

/// The first moment after `now` at which a report's wait for a countersignature ends.
pub async fn countersign_ends_after(db: &Db, now: Instant) -> Result<Option<Instant>> {
    first_moment(db, COUNTERSIGN, now).await
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn no_question_reads_a_table_that_grows() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open_sqlite(&folder.path().join("office.sqlite")).await.unwrap();
        let day = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
        let now = day.and_time(chrono::NaiveTime::MIN).and_utc();
        let asked = |sql: &'static str| db.read(sql).with_text(format!("explain query plan {sql}"));
        let of_days = [ANNOUNCEMENT, UNWATCHED_VISIT, UNWATCHED_WINDOW].map(|sql| (sql, asked(sql).bind(day)));
        let of_moments = [LATER_ATTEMPT, COUNTERSIGN].map(|sql| (sql, asked(sql).bind(now)));
        let of_nothing = [ZONES, REMINDER, LOOK, ATTEMPT].map(|sql| (sql, asked(sql)));
        for (sql, question) in of_days.into_iter().chain(of_moments).chain(of_nothing) {
            let steps: Vec<(i64, i64, i64, String)> = question.all().await.unwrap();
            let steps: Vec<String> = steps.into_iter().map(|(_, _, _, what)| what).collect();
            let is_search = |step: &&String| step.starts_with("SEARCH") && step.contains("INDEX");
            assert!(steps.iter().any(|step| is_search(&step)), "{sql}: {steps:?}");
            // The recursive list of zones is not a table.
            let scans: Vec<_> = steps.iter().filter(|step| step.starts_with("SCAN") && *step != "SCAN zone").collect();
            assert_eq!(scans, Vec::<&String>::new(), "{sql}: {steps:?}");
        }
    }
}
