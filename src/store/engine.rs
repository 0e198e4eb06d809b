//! The two engines behind one interface: SQLite to start with, PostgreSQL when one machine is not enough.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqliteSynchronous};
use sqlx::{Postgres, Sqlite, Transaction};
use tokio::sync::watch;

use super::pools::{office_pool, postgres_pool, sqlite_pool};
use super::query::{BoxedWork, Error, On, Query, Result, Sql};
use super::read_pool::ReadPool;
use super::tx_trail::TxTrail;

/// The oldest SQLite version without the bug that loses committed WAL data when there are two connections.
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);

/// Page cache of each SQLite connection, in KiB. A connection never releases its cache, and the operating system caches
/// the file for all of them, so caching more than the upper levels of the indexes would hold it twice.
const WRITERS_CACHE: &str = "-16384";
const READERS_CACHE: &str = "-4096";

/// How many statements a connection keeps prepared: more than background work runs in a row, or it would prepare each of
/// them anew every time.
const PREPARED: usize = 400;

/// How long to wait for an answer: longer than the server's own limit, so that only a vanished server is given up on.
/// sqlx can set neither keepalives nor `TCP_USER_TIMEOUT`; without them, a connection would wait forever.
pub(super) const ANSWER_WITHIN: Duration = Duration::from_secs(65);
/// Waiting longer than this for a connection means that something is wrong. Shorter than the pools' own timeouts.
const LONG_TURN: Duration = Duration::from_secs(8);
/// Time limit for closing all connections.
const CLOSE_WITHIN: Duration = Duration::from_secs(10);

/// The office's database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Db {
    pub(super) pools: Pools,
    pub(super) aside: Pools,
    /// The number of commits made by this process.
    commits: watch::Sender<u64>,
    #[cfg(debug_assertions)]
    asked: super::asked::StatementCounts,
}

#[derive(Debug, Clone)]
pub(super) enum Pools {
    /// SQLite allows only one writer, so writers queue for that connection in Rust.
    Sqlite { read: ReadPool<Sqlite>, write: SqlitePool },
    /// Transactions hold their connections while they wait for each other's rows, so readers have a pool of their own.
    Postgres { read: ReadPool<Postgres>, write: PgPool },
}

/// A write transaction. Rolled back if dropped.
#[derive(Debug)]
pub struct Tx {
    pub(super) on: Open,
    commits: watch::Sender<u64>,
    /// Who acts, if anybody, and their deeds so far.
    pub(super) acting: Option<TxTrail>,
    #[cfg(debug_assertions)]
    entry: super::guard::GuardEntry,
    #[cfg(debug_assertions)]
    asked: super::asked::StatementCounts,
}

#[derive(Debug)]
pub(super) enum Open {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// Why the store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("cannot open the store {place}")]
    Connect { place: String, source: sqlx::Error },
    #[error(
        "the store {place} cannot be written, and cannot be read as it is: {why}; run the command as the user who owns its \
         folder, or name a copy of the folder with --dir"
    )]
    Unwritable { place: String, why: String },
    #[error("SQLite {found} can lose committed data; Ronda needs 3.51.3 or newer")]
    OldSqlite { found: String },
    #[error("cannot bring the store {place} up to this version; its data is unchanged")]
    Migrate { place: String, source: sqlx::migrate::MigrateError },
    #[error(
        "the store {place} was last opened by a newer version of Ronda, which brought its schema to {schema}; open it with \
         that version, or restore a backup from before; nothing was changed"
    )]
    Newer { place: String, schema: i64 },
}

impl OpenError {
    fn migrating(place: &str, source: sqlx::migrate::MigrateError) -> OpenError {
        let place = place.to_owned();
        match source {
            sqlx::migrate::MigrateError::VersionMissing(schema) => OpenError::Newer { place, schema },
            source => OpenError::Migrate { place, source },
        }
    }
}

impl Db {
    /// Opens the SQLite file at `path`, creating it if it is missing, and migrates its schema. If its folder is not
    /// writable, the file is opened read-only where SQLite permits.
    ///
    /// # Errors
    /// [`OpenError`], which names the file.
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
            .statement_cache_capacity(PREPARED)
            .pragma("cache_size", WRITERS_CACHE)
            // A long series of writes copies each index page back into the file once, instead of every few megabytes.
            .pragma("wal_autocheckpoint", "16384")
            .pragma("journal_size_limit", "67108864");
        let _alone = super::migrate::opening(path).await;
        let write = match sqlite_pool(1).connect_with(options.clone()).await {
            Ok(write) => write,
            Err(why) if path.is_file() && super::unwritable::cannot_write(&why) => {
                return Db::open_unwritable(path).await;
            }
            Err(why) => return Err(connect(why)),
        };
        let (found,): (String,) = sqlx::query_as("select sqlite_version()").fetch_one(&write).await.map_err(connect)?;
        if parse_version(&found).is_none_or(|version| version < OLDEST_SQLITE) {
            return Err(OpenError::OldSqlite { found });
        }
        super::migrate::sqlite(&write).await.map_err(|source| OpenError::migrating(&place, source))?;
        let options = options.pragma("query_only", "1").pragma("cache_size", READERS_CACHE);
        let read = sqlite_pool(4).connect_with(options.clone()).await.map_err(connect)?;
        let aside = sqlite_pool(1).connect_lazy_with(options.pragma("cache_size", "-2048"));
        let read = ReadPool::of_readers(read);
        let aside = Pools::Sqlite { read: ReadPool::shared(aside.clone()), write: aside };
        Ok(Db::of(Pools::Sqlite { read, write }, aside))
    }

    /// Connects to PostgreSQL and migrates the schema.
    ///
    /// # Errors
    /// [`OpenError`]; it never contains the password.
    pub async fn open_postgres(url: &str) -> std::result::Result<Db, OpenError> {
        let place = place_of(url);
        let connect = |source| OpenError::Connect { place: place.clone(), source };
        let options = PgConnectOptions::from_str(url).map_err(connect)?.statement_cache_capacity(PREPARED);
        // A migration may take long, so this connection has no time limit.
        let first = PgPoolOptions::new().max_connections(1).connect_with(options.clone()).await.map_err(connect)?;
        super::migrate::postgres(&first).await.map_err(|source| OpenError::migrating(&place, source))?;
        first.close().await;
        // The server has answered. The pools connect on demand, so that a short command opens only what it uses.
        let write = office_pool().connect_lazy_with(options.clone());
        let read = ReadPool::of_readers(office_pool().connect_lazy_with(options.clone()));
        let aside = postgres_pool("3s").max_connections(1).acquire_timeout(Duration::from_secs(3)).idle_timeout(None);
        let aside = aside.connect_lazy_with(options);
        let aside = Pools::Postgres { read: ReadPool::shared(aside.clone()), write: aside };
        Ok(Db::of(Pools::Postgres { read, write }, aside))
    }

    pub(super) fn of(pools: Pools, aside: Pools) -> Db {
        Db {
            pools,
            aside,
            commits: watch::Sender::new(0),
            #[cfg(debug_assertions)]
            asked: super::asked::StatementCounts::default(),
        }
    }

    /// The same store through a separate connection, for monitoring: it answers even while all others are busy.
    /// Read-only.
    #[must_use]
    pub fn aside(&self) -> Db {
        Db { pools: self.aside.clone(), ..self.clone() }
    }

    /// Changes whenever this process commits. For commits by other processes, see [`super::health::commits`].
    #[must_use]
    pub fn commits(&self) -> watch::Receiver<u64> {
        self.commits.subscribe()
    }

    /// How many statements each line of this crate has run so far, by its place in the source.
    #[cfg(debug_assertions)]
    #[must_use]
    pub fn asked(&self) -> std::collections::BTreeMap<String, u64> {
        self.asked.by_line()
    }

    /// The engine's name for display: `SQLite` or `PostgreSQL`.
    #[must_use]
    pub fn engine(&self) -> &'static str {
        match self.pools {
            Pools::Sqlite { .. } => "SQLite",
            Pools::Postgres { .. } => "PostgreSQL",
        }
    }

    /// A statement that only reads.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn read(&self, sql: impl Into<Sql>) -> Query<'_> {
        #[cfg(debug_assertions)]
        self.asked.count();
        match &self.pools {
            Pools::Sqlite { read, .. } => Query::sqlite(sql.into(), On::Read(read)),
            Pools::Postgres { read, .. } => Query::postgres(sql.into(), On::Read(read)),
        }
    }

    /// A statement that writes, in a transaction of its own.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn write(&self, sql: impl Into<Sql>) -> Query<'_> {
        #[cfg(debug_assertions)]
        self.asked.count();
        match &self.pools {
            Pools::Sqlite { write, .. } => Query::sqlite(sql.into(), On::Pool(write)),
            Pools::Postgres { write, .. } => Query::postgres(sql.into(), On::Pool(write)),
        }
    }

    /// Begins a write transaction. Until it ends, all statements must go through it.
    #[track_caller]
    pub fn begin(&self) -> BoxedWork<'static, Result<Tx>> {
        self.begin_by(None)
    }

    /// Begins a transaction on behalf of an actor. Audit-trail lines that are noted in it are committed with it.
    #[track_caller]
    pub fn begin_acting(&self, acting: TxTrail) -> BoxedWork<'static, Result<Tx>> {
        self.begin_by(Some(acting))
    }

    #[track_caller]
    fn begin_by(&self, acting: Option<TxTrail>) -> BoxedWork<'static, Result<Tx>> {
        let (pools, commits) = (self.pools.clone(), self.commits.clone());
        #[cfg(debug_assertions)]
        let asked = self.asked.clone();
        #[cfg(debug_assertions)]
        let begun_at = std::panic::Location::caller();
        Box::pin(async move {
            #[cfg(debug_assertions)]
            let entry = super::guard::GuardEntry::new(begun_at);
            // In a separate task, which nobody cancels: if a `begin` were dropped halfway, sqlx would hand its
            // connection to the next caller with the transaction still open.
            let begun = tokio::spawn(async move {
                match pools {
                    Pools::Sqlite { write, .. } => noticed(write.begin_with("begin immediate")).await.map(Open::Sqlite),
                    Pools::Postgres { write, .. } => noticed(answered(write.begin())).await.map(Open::Postgres),
                }
            });
            let begun = begun.await.unwrap_or(Err(sqlx::Error::WorkerCrashed));
            let on = begun.map_err(|source| Error::new("begin", source))?;
            Ok(Tx {
                on,
                commits,
                acting,
                #[cfg(debug_assertions)]
                entry,
                #[cfg(debug_assertions)]
                asked,
            })
        })
    }

    /// Closes all connections when running work has ended, or after a few seconds.
    pub async fn close(&self) {
        let close = async {
            for pools in [&self.aside, &self.pools] {
                match pools {
                    Pools::Sqlite { read, write } => {
                        read.close().await;
                        write.close().await;
                    }
                    Pools::Postgres { read, write } => {
                        read.close().await;
                        write.close().await;
                    }
                }
            }
        };
        // Committed data is durable without it.
        let _ = tokio::time::timeout(CLOSE_WITHIN, close).await;
    }
}

impl Tx {
    /// A statement inside the transaction.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn sql(&mut self, sql: impl Into<Sql>) -> Query<'_> {
        let sql = sql.into();
        #[cfg(debug_assertions)]
        {
            self.asked.count();
            self.entry.asks(sql.postgres);
            if let Some(acting) = &mut self.acting {
                acting.asks(sql.postgres);
            }
        }
        match &mut self.on {
            Open::Sqlite(tx) => Query::sqlite(sql, On::Tx(&mut **tx)),
            Open::Postgres(tx) => Query::postgres(sql, On::Tx(&mut **tx)),
        }
    }

    /// Commits all changes of the transaction, together with the audit-trail lines noted in it.
    ///
    /// # Errors
    /// If the engine fails; then nothing has changed.
    pub fn commit(mut self) -> BoxedWork<'static, Result<()>> {
        Box::pin(async move {
            let noted = self.acting.as_mut().map(TxTrail::end).unwrap_or_default();
            if !noted.is_empty() {
                super::audit::put(&mut self, &noted).await?;
            }
            match self.on {
                Open::Sqlite(tx) => tx.commit().await,
                Open::Postgres(tx) => answered(tx.commit()).await,
            }
            .map_err(|source| Error::new("commit", source))?;
            self.commits.send_modify(|count| *count += 1);
            Ok(())
        })
    }
}

/// Runs a future next to others of the same task, each with its own transactions: one may query the store while another
/// has a transaction open.
pub fn apart<'a, T: 'a>(work: impl Future<Output = T> + Send + 'a) -> BoxedWork<'a, T> {
    #[cfg(debug_assertions)]
    return Box::pin(super::guard::apart(work));
    #[cfg(not(debug_assertions))]
    Box::pin(work)
}

/// Waits for PostgreSQL's answer, up to [`ANSWER_WITHIN`].
pub(super) fn answered<'a, T: 'a>(
    work: impl Future<Output = sqlx::Result<T>> + Send + 'a,
) -> BoxedWork<'a, sqlx::Result<T>> {
    Box::pin(async move {
        tokio::time::timeout(ANSWER_WITHIN, work).await.unwrap_or_else(|_| {
            let why = format!("no answer within {} s", ANSWER_WITHIN.as_secs());
            Err(sqlx::Error::Io(std::io::Error::new(std::io::ErrorKind::TimedOut, why)))
        })
    })
}

/// Waits for a connection, and logs it if that takes longer than other transactions should. sqlx's own warning is off,
/// because many writers waiting for SQLite's only connection are normal.
pub(super) async fn noticed<T>(work: impl Future<Output = T>) -> T {
    let mut work = std::pin::pin!(work);
    match tokio::time::timeout(LONG_TURN, &mut work).await {
        Ok(given) => given,
        Err(_) => {
            let waits_s = LONG_TURN.as_secs();
            tracing::warn!(
                waits_s,
                "somebody waits long for a connection to the store: what has them all is stuck or slow"
            );
            work.await
        }
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

    #[tokio::test]
    async fn whoever_waits_for_its_turn_is_no_warning_of_a_librarys() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open_sqlite(&folder.path().join("office.sqlite")).await.unwrap();
        let Pools::Sqlite { read, write } = &db.pools else { panic!("it is SQLite") };
        for options in [read.pool().options(), write.options()] {
            assert!(options.get_acquire_slow_threshold() > options.get_acquire_timeout(), "sqlx would warn");
            assert!(LONG_TURN < options.get_acquire_timeout(), "we do, before it is given up");
        }
        let postgres = office_pool();
        assert!(postgres.get_acquire_slow_threshold() > postgres.get_acquire_timeout());
        assert!(LONG_TURN < postgres.get_acquire_timeout());
    }

    /// Each connection has a cache of its own, which is never released.
    #[tokio::test]
    async fn connections_keep_little_of_the_file_in_memory() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open_sqlite(&folder.path().join("office.sqlite")).await.unwrap();
        let kept = async |query: Query<'_>| query.one::<(i64,)>().await.unwrap().0;
        assert_eq!(kept(db.write("pragma cache_size")).await.to_string(), WRITERS_CACHE);
        assert_eq!(kept(db.read("pragma cache_size")).await.to_string(), READERS_CACHE);
        assert!(kept(db.aside().read("pragma cache_size")).await >= -2048);
    }

    #[test]
    fn old_sqlite_is_told_from_new() {
        assert!(parse_version("3.46.1").unwrap() < OLDEST_SQLITE);
        assert!(parse_version("3.51.3").unwrap() >= OLDEST_SQLITE);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn a_store_that_many_open_at_once_is_brought_up_to_date_once() {
        for _ in 0..3 {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("office.sqlite");
            let open = |_| {
                let path = path.clone();
                tokio::spawn(async move { Db::open_sqlite(&path).await })
            };
            for opened in (0..8).map(open).collect::<Vec<_>>() {
                opened.await.unwrap().unwrap().close().await;
            }
        }
    }

    #[tokio::test]
    async fn a_store_of_a_newer_version_is_left_alone_and_says_what_helps() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("office.sqlite");
        let db = Db::open_sqlite(&path).await.unwrap();
        db.write(
            "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
             values (9999, 'from the future', true, x'00', 0)",
        )
        .execute()
        .await
        .unwrap();
        db.close().await;
        let said = Db::open_sqlite(&path).await.unwrap_err().to_string();
        assert!(said.contains("newer version of Ronda") && said.contains("9999"), "{said}");
    }
}
