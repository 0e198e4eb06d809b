//! When background work is next due, according to the indexes.
//!
//! Each query is a handful of index searches; none reads more than a few rows of any table.

use chrono::{Days, NaiveDate};

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
const LOOK: &str = "select min(next_look_at) from deadline where next_look_at is not null";
const ATTEMPT: &str = text!("select min(next_attempt_at) from letter where state = '", WAITING, "'");
/// First days of announcements, and of booked visits without a deadline: see [`Ahead`].
const ANNOUNCED: &str = text!("select min(announce_on) from visit where state = '", PLANNED, "' and announce_on > ");
const UNWATCHED: &str = text!("select min(day) from visit where state = '", BOOKED, "' and not watched and day >= ");
/// Of relays, reads the whole table, which has one row per configured relay.
const AHEAD: &str = text!(
    "select (",
    LOOK,
    ") as look, (select min(remind_at) from visit where remind_at is not null) as reminder, (",
    ATTEMPT,
    ") as attempt, (select min(next_attempt_at) from letter where next_attempt_at > $1 and state = '",
    WAITING,
    "') as later_attempt,
       (select min(probe_at) from relay where probe_at is not null) as probe,
       (select min(waits_until) from countersign where signed_at is null and waits_until > $1) as countersign_ends,
       (select min(first_on) from slot where not watched and first_on > $4) as window_first_on,
       (",
    ANNOUNCED,
    "$2) as announced_first, (",
    ANNOUNCED,
    "$3) as announced_second, (",
    ANNOUNCED,
    "$4) as announced_third, (",
    UNWATCHED,
    "$2) as unwatched_first, (",
    UNWATCHED,
    "$3) as unwatched_second, (",
    UNWATCHED,
    "$4) as unwatched_third"
);

#[derive(sqlx::FromRow)]
struct AheadRow {
    look: Option<Instant>,
    reminder: Option<Instant>,
    attempt: Option<Instant>,
    later_attempt: Option<Instant>,
    probe: Option<Instant>,
    countersign_ends: Option<Instant>,
    window_first_on: Option<NaiveDate>,
    announced_first: Option<NaiveDate>,
    announced_second: Option<NaiveDate>,
    announced_third: Option<NaiveDate>,
    unwatched_first: Option<NaiveDate>,
    unwatched_second: Option<NaiveDate>,
    unwatched_third: Option<NaiveDate>,
}

/// Earliest moments and days of everything that becomes due at some time; in the past if something is overdue.
#[derive(Debug, Clone, Copy)]
pub struct Ahead {
    /// When a deadline has to be judged.
    pub look: Option<Instant>,
    /// When a visit's reminder is due.
    pub reminder: Option<Instant>,
    /// When a waiting letter is due.
    pub attempt: Option<Instant>,
    /// When the first letter is due that is not due yet.
    pub later_attempt: Option<Instant>,
    /// When an unavailable relay is to be tried with a letter.
    pub probe: Option<Instant>,
    /// When a report's wait for a countersignature ends that has not ended yet.
    pub countersign_ends: Option<Instant>,
    /// First day, after tomorrow in UTC, of a window that has no deadline yet.
    pub window_first_on: Option<NaiveDate>,
    /// For each day that it can be somewhere in the world: yesterday, today and tomorrow in UTC.
    pub days: [AheadOfDay; 3],
}

/// What becomes due at sites whose day is the same.
#[derive(Debug, Clone, Copy)]
pub struct AheadOfDay {
    /// The day of these sites.
    pub today: NaiveDate,
    /// The first day after today on which a planned visit is to be announced.
    pub announced_on: Option<NaiveDate>,
    /// The first day, not before today, of a booked visit whose record has no deadline yet.
    pub unwatched_on: Option<NaiveDate>,
}

/// The earliest moments after which each kind of background work has something to do, by one statement.
pub async fn ahead(db: &Db, now: Instant) -> Result<Ahead> {
    let [first, second, third] = days_at(now);
    let row: AheadRow = db.read(AHEAD).bind(now).bind(first).bind(second).bind(third).one().await?;
    let of = |today, announced_on, unwatched_on| AheadOfDay { today, announced_on, unwatched_on };
    Ok(Ahead {
        look: row.look,
        reminder: row.reminder,
        attempt: row.attempt,
        later_attempt: row.later_attempt,
        probe: row.probe,
        countersign_ends: row.countersign_ends,
        window_first_on: row.window_first_on,
        days: [
            of(first, row.announced_first, row.unwatched_first),
            of(second, row.announced_second, row.unwatched_second),
            of(third, row.announced_third, row.unwatched_third),
        ],
    })
}

/// Yesterday, today and tomorrow in UTC.
fn days_at(now: Instant) -> [NaiveDate; 3] {
    let today = now.date_naive();
    [today - Days::new(1), today, today + Days::new(1)]
}

/// The distinct time zones of all sites.
pub async fn zones_of_sites(db: &Db) -> Result<Vec<Zone>> {
    let names: Vec<(String,)> = db.read(ZONES).all().await?;
    Ok(names.into_iter().filter_map(|(name,)| Zone::parse(&name).ok()).collect())
}

/// When the next deadline has to be judged; in the past if one is overdue.
pub async fn look(db: &Db) -> Result<Option<Instant>> {
    least(db, LOOK).await
}

/// When the next waiting letter is due; in the past if one is overdue.
pub async fn attempt(db: &Db) -> Result<Option<Instant>> {
    least(db, ATTEMPT).await
}

/// Whether there is a record whose report can be drawn now, because it is not, or no longer, waiting for a
/// countersignature.
pub async fn is_report_ready(db: &Db, now: Instant) -> Result<bool> {
    Ok(!super::reports::unreported(db, now, 1).await?.is_empty())
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
        let [first, second, third] = days_at(now);
        let ahead = asked(AHEAD).bind(now).bind(first).bind(second).bind(third);
        for (sql, question) in [(ZONES, asked(ZONES)), (LOOK, asked(LOOK)), (ATTEMPT, asked(ATTEMPT)), (AHEAD, ahead)] {
            let steps: Vec<(i64, i64, i64, String)> = question.all().await.unwrap();
            let steps: Vec<String> = steps.into_iter().map(|(_, _, _, what)| what).collect();
            let is_search = |step: &&String| step.starts_with("SEARCH") && step.contains("INDEX");
            assert!(steps.iter().any(|step| is_search(&step)), "{sql}: {steps:?}");
            // The recursive list of zones is not a table, and relays are few.
            let few = ["SCAN zone", "SCAN CONSTANT ROW", "SCAN relay"];
            let scans: Vec<_> =
                steps.iter().filter(|step| step.starts_with("SCAN") && !few.contains(&step.as_str())).collect();
            assert_eq!(scans, Vec::<&String>::new(), "{sql}: {steps:?}");
        }
    }
}
