//! Facts about the store itself: whether it answers, its versions, how full the outbox is.

use super::letters::{UNDELIVERED, WAITING};
use super::text::text;
use super::{Db, Result, Sql};

/// A real query: returns when the store has answered it.
///
/// # Errors
/// When it does not answer, or not with what was asked.
pub async fn answers(db: &Db) -> Result<()> {
    let _: (i64,) = db.read("select count(*) from fact").one().await?;
    Ok(())
}

/// A token that changes whenever any process commits. Ask [`Db::aside`] for it again and again: SQLite counts the commits
/// of connections other than the one that asks. No table is read.
pub async fn commits(db: &Db) -> Result<String> {
    let sql = Sql {
        sqlite: "select cast(data_version as text) from pragma_data_version",
        // Transactions that only read have no number, and those that write leave the list as they end.
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

/// The number of the last migration that was applied.
pub async fn schema_version(db: &Db) -> Result<i64> {
    let (version,): (i64,) = db.read("select max(version) from _sqlx_migrations").one().await?;
    Ok(version)
}

/// Letters that have not left.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outbox {
    pub waiting: i64,
    /// Given up.
    pub undelivered: i64,
    /// Of those that wait: should have been written by now, and could not be.
    pub not_written: i64,
}

/// Counts the letters that have not left.
pub async fn outbox(db: &Db) -> Result<Outbox> {
    let waiting = text!("select count(*) from letter where state = '", WAITING, "'");
    let undelivered = text!("select count(*) from letter where state = '", UNDELIVERED, "'");
    let (waiting,): (i64,) = db.read(waiting).one().await?;
    let (undelivered,): (i64,) = db.read(undelivered).one().await?;
    let not_written = super::letters::owed::troubled(db).await?.len();
    Ok(Outbox { waiting, undelivered, not_written: i64::try_from(not_written).unwrap_or(i64::MAX) })
}
