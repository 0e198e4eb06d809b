//! The state of the store itself: whether it answers, its versions, how many letters are in the outbox.

use super::letters::{UNDELIVERED, WAITING};
use super::text::text;
use super::{Db, Result, Sql};

/// Runs a real query, and returns once the store has answered it.
///
/// # Errors
/// If it does not answer, or gives a wrong answer.
pub async fn answers(db: &Db) -> Result<()> {
    let _: (i64,) = db.read("select count(*) from fact").one().await?;
    Ok(())
}

/// A token that changes whenever any process commits. Reads no table. Always ask through the same [`Db::aside`]: SQLite
/// only counts commits made on connections other than the one that asks.
pub async fn commits(db: &Db) -> Result<String> {
    let sql = Sql {
        sqlite: "select cast(data_version as text) from pragma_data_version",
        // Read-only transactions have no number, and writing ones leave the snapshot's list when they end.
        postgres: "select cast(pg_current_snapshot() as text)",
    };
    let (word,): (String,) = db.read(sql).one().await?;
    Ok(word)
}

/// The engine's own version: `3.51.3`, `15.14 (Debian 15.14-0+deb12u1)`.
pub async fn engine_version(db: &Db) -> Result<String> {
    let sql = Sql { sqlite: "select sqlite_version()", postgres: "select current_setting('server_version')" };
    let (version,): (String,) = db.read(sql).one().await?;
    Ok(version)
}

/// The number of the last applied migration.
pub async fn schema_version(db: &Db) -> Result<i64> {
    let (version,): (i64,) = db.read("select max(version) from _sqlx_migrations").one().await?;
    Ok(version)
}

/// Letters that are waiting or were given up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outbox {
    pub waiting: i64,
    /// Given up.
    pub undelivered: i64,
    /// Waiting letters that should have been written by now but could not be.
    pub not_written: i64,
}

/// Counts the letters that were not sent.
pub async fn outbox(db: &Db) -> Result<Outbox> {
    let waiting = text!("select count(*) from letter where state = '", WAITING, "'");
    let undelivered = text!("select count(*) from letter where state = '", UNDELIVERED, "'");
    let (waiting,): (i64,) = db.read(waiting).one().await?;
    let (undelivered,): (i64,) = db.read(undelivered).one().await?;
    let not_written = super::letters::owed::troubled(db).await?.len();
    Ok(Outbox { waiting, undelivered, not_written: i64::try_from(not_written).unwrap_or(i64::MAX) })
}
