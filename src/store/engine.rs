//! The two engines behind one door: SQLite to start with, PostgreSQL when one machine is not enough.

use std::path::Path;
use std::time::Duration;

use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Postgres, Sqlite, Transaction};

use super::query::{Error, On, Query, Result, Sql};

/// The oldest SQLite that does not lose committed WAL data with two connections.
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);

/// The office's store. Cheap to clone.
#[derive(Debug, Clone)]
pub enum Db {
    /// Many readers, one writer: SQLite admits no second one, so writers queue for it in Rust.
    Sqlite {
        read: SqlitePool,
        write: SqlitePool,
    },
    Postgres(PgPool),
}

/// One transaction that writes; rolled back when it is dropped.
#[derive(Debug)]
pub enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// Why the store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("cannot open the store {place}")]
    Connect { place: String, source: sqlx::Error },
    #[error("SQLite {found} can lose committed data; Ronda needs 3.51.3 or newer")]
    OldSqlite { found: String },
    #[error("cannot bring the store {place} up to this version; its data is unchanged")]
    Migrate { place: String, source: sqlx::migrate::MigrateError },
}

impl Db {
    /// Opens the SQLite file at `path`, made when it is missing, and brings its schema up to date.
    ///
    /// # Errors
    /// [`OpenError`], with the file's name.
    pub async fn open_sqlite(path: &Path) -> std::result::Result<Db, OpenError> {
        let place = path.display().to_string();
        let connect = |source| OpenError::Connect { place: place.clone(), source };
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10))
            .statement_cache_capacity(256)
            .pragma("cache_size", "-131072")
            // A long run of writes copies each page of an index back once, not at every few megabytes.
            .pragma("wal_autocheckpoint", "16384")
            .pragma("journal_size_limit", "67108864");
        // A commit that failed for a full disk would poison its connection for good: such a one is not kept.
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .after_release(|connection, _| {
                Box::pin(async move { Ok(!sqlx::Connection::is_in_transaction(connection)) })
            })
            .connect_with(options.clone())
            .await
            .map_err(connect)?;
        let (found,): (String,) = sqlx::query_as("select sqlite_version()").fetch_one(&write).await.map_err(connect)?;
        if parse_version(&found).is_none_or(|version| version < OLDEST_SQLITE) {
            return Err(OpenError::OldSqlite { found });
        }
        super::migrate::sqlite(&write).await.map_err(|source| OpenError::Migrate { place: place.clone(), source })?;
        let read = SqlitePoolOptions::new()
            .max_connections(4)
            .idle_timeout(None)
            .max_lifetime(None)
            .after_release(|connection, _| {
                Box::pin(async move { Ok(!sqlx::Connection::is_in_transaction(connection)) })
            })
            .connect_with(options.pragma("query_only", "1"))
            .await
            .map_err(connect)?;
        Ok(Db::Sqlite { read, write })
    }

    /// Connects to PostgreSQL and brings its schema up to date.
    ///
    /// # Errors
    /// [`OpenError`]; the password is not in its text.
    pub async fn open_postgres(url: &str) -> std::result::Result<Db, OpenError> {
        let place = place_of(url);
        let pool = PgPoolOptions::new()
            .max_connections(10)
            .acquire_timeout(Duration::from_secs(10))
            .after_connect(|connection, _| {
                Box::pin(async move {
                    sqlx::query("set idle_in_transaction_session_timeout = '60s'").execute(connection).await?;
                    Ok(())
                })
            })
            // A `begin` whose future was dropped leaves an open transaction for the next borrower.
            .after_release(|connection, _| {
                Box::pin(async move {
                    sqlx::query("rollback").execute(connection).await?;
                    Ok(true)
                })
            })
            .connect(url)
            .await
            .map_err(|source| OpenError::Connect { place: place.clone(), source })?;
        super::migrate::postgres(&pool).await.map_err(|source| OpenError::Migrate { place, source })?;
        Ok(Db::Postgres(pool))
    }

    /// What it is, for people: `SQLite` or `PostgreSQL`.
    #[must_use]
    pub fn engine(&self) -> &'static str {
        match self {
            Db::Sqlite { .. } => "SQLite",
            Db::Postgres(_) => "PostgreSQL",
        }
    }

    /// A statement that only reads.
    pub fn read(&self, sql: impl Into<Sql>) -> Query<'_> {
        match self {
            Db::Sqlite { read, .. } => Query::sqlite(sql.into(), On::Pool(read)),
            Db::Postgres(pool) => Query::postgres(sql.into(), On::Pool(pool)),
        }
    }

    /// A statement that writes, alone in its own transaction.
    pub fn write(&self, sql: impl Into<Sql>) -> Query<'_> {
        match self {
            Db::Sqlite { write, .. } => Query::sqlite(sql.into(), On::Pool(write)),
            Db::Postgres(pool) => Query::postgres(sql.into(), On::Pool(pool)),
        }
    }

    /// Begins a transaction that writes.
    ///
    /// # Errors
    /// When the engine does not answer.
    pub async fn begin(&self) -> Result<Tx> {
        match self {
            Db::Sqlite { write, .. } => write.begin_with("begin immediate").await.map(Tx::Sqlite),
            Db::Postgres(pool) => pool.begin().await.map(Tx::Postgres),
        }
        .map_err(|source| Error::new("begin", source))
    }

    /// Closes all connections, after what is under way.
    pub async fn close(&self) {
        match self {
            Db::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Db::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// A statement that runs inside the transaction.
    pub fn sql(&mut self, sql: impl Into<Sql>) -> Query<'_> {
        match self {
            Tx::Sqlite(tx) => Query::sqlite(sql.into(), On::Tx(&mut **tx)),
            Tx::Postgres(tx) => Query::postgres(sql.into(), On::Tx(&mut **tx)),
        }
    }

    /// Makes the transaction's changes durable, all of them.
    ///
    /// # Errors
    /// When the engine could not; then nothing is changed.
    pub async fn commit(self) -> Result<()> {
        match self {
            Tx::Sqlite(tx) => tx.commit().await,
            Tx::Postgres(tx) => tx.commit().await,
        }
        .map_err(|source| Error::new("commit", source))
    }
}

fn parse_version(text: &str) -> Option<(u32, u32, u32)> {
    let mut parts = text.split('.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??, parts.next()??))
}

/// The URL without user and password.
fn place_of(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if at > scheme => format!("{}://{}", &url[..scheme], &url[at + 1..]),
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_part_of_the_places_name() {
        assert_eq!(place_of("postgres://ronda:se@cret@db:5432/office"), "postgres://db:5432/office");
    }

    #[test]
    fn old_sqlite_is_told_from_new() {
        assert!(parse_version("3.46.1").unwrap() < OLDEST_SQLITE);
        assert!(parse_version("3.51.3").unwrap() >= OLDEST_SQLITE);
    }
}
