//! The two engines behind one door: SQLite to start with, PostgreSQL when one machine is not enough.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, Postgres, Sqlite, Transaction};
use tokio::sync::watch;

use super::query::{BoxedWork, Error, On, Query, Result, Sql};
use super::tx_trail::TxTrail;

/// The oldest SQLite that does not lose committed WAL data with two connections.
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);

/// What SQLite's connections keep of the file in memory, in KiB. They keep it for good, each its own, and the machine
/// keeps the file once for all of them: more than the upper pages of indexes is held twice.
const WRITERS_CACHE: &str = "-16384";
const READERS_CACHE: &str = "-4096";

/// How long PostgreSQL works on one statement before it gives it up.
const STATEMENT_WITHIN: &str = "60s";
/// How long we wait for one: longer than its server does, so that only one that has vanished is given up by us. Neither
/// keepalives nor `TCP_USER_TIMEOUT` can be set through sqlx, and without them a connection waits for ever.
pub(super) const ANSWER_WITHIN: Duration = Duration::from_secs(65);
/// A longer wait for a connection means that something is wrong. Shorter than the pools' own timeouts.
const LONG_TURN: Duration = Duration::from_secs(8);
/// How long a returned connection may take to prove that it is still usable.
const RETURN_WITHIN: Duration = Duration::from_secs(5);
/// How long connections may take to be closed.
const CLOSE_WITHIN: Duration = Duration::from_secs(10);

/// The office's store. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Db {
    pub(super) pools: Pools,
    pub(super) aside: Pools,
    /// Counts what this process has committed.
    commits: watch::Sender<u64>,
    #[cfg(debug_assertions)]
    asked: super::asked::StatementCounts,
}

#[derive(Debug, Clone)]
pub(super) enum Pools {
    /// Many readers, one writer: SQLite admits no second one, so writers queue for it in Rust.
    Sqlite { read: SqlitePool, write: SqlitePool },
    /// Transactions wait for one another's rows and hold their connections meanwhile: those who only read have others.
    Postgres { read: PgPool, write: PgPool },
}

/// A write transaction; rolled back when it is dropped.
#[derive(Debug)]
pub struct Tx {
    pub(super) on: Open,
    commits: watch::Sender<u64>,
    /// Who acts, where somebody does, and what they have done so far.
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
    /// Opens the SQLite file at `path`, made when it is missing, and brings its schema up to date. One whose folder cannot
    /// be written is opened to be read, where SQLite can.
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
            .pragma("cache_size", WRITERS_CACHE)
            // A long run of writes copies each page of an index back once, not at every few megabytes.
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
        Ok(Db::of(Pools::Sqlite { read, write }, Pools::Sqlite { read: aside.clone(), write: aside }))
    }

    /// Connects to PostgreSQL and brings its schema up to date.
    ///
    /// # Errors
    /// [`OpenError`]; the password is not in its text.
    pub async fn open_postgres(url: &str) -> std::result::Result<Db, OpenError> {
        let place = place_of(url);
        let connect = |source| OpenError::Connect { place: place.clone(), source };
        let options = PgConnectOptions::from_str(url).map_err(connect)?;
        // A migration may take long: this connection has no time limit.
        let first = PgPoolOptions::new().max_connections(1).connect_with(options.clone()).await.map_err(connect)?;
        super::migrate::postgres(&first).await.map_err(|source| OpenError::migrating(&place, source))?;
        first.close().await;
        // The server has answered. The pools connect on demand, so that a short command opens no more than it uses.
        let write = office_pool().connect_lazy_with(options.clone());
        let read = office_pool().connect_lazy_with(options.clone());
        let aside = postgres_pool("3s").max_connections(1).acquire_timeout(Duration::from_secs(3)).idle_timeout(None);
        let aside = aside.connect_lazy_with(options);
        Ok(Db::of(Pools::Postgres { read, write }, Pools::Postgres { read: aside.clone(), write: aside }))
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

    /// The same store by a connection of its own, for those who watch over it: they are answered also while all others
    /// are at work. It only reads.
    #[must_use]
    pub fn aside(&self) -> Db {
        Db { pools: self.aside.clone(), ..self.clone() }
    }

    /// Changes whenever this process has committed something. What others commit, [`super::health::commits`] tells.
    #[must_use]
    pub fn commits(&self) -> watch::Receiver<u64> {
        self.commits.subscribe()
    }

    /// How many statements each line of this crate has asked so far, by its place in the source.
    #[cfg(debug_assertions)]
    #[must_use]
    pub fn asked(&self) -> std::collections::BTreeMap<String, u64> {
        self.asked.by_line()
    }

    /// What it is, for people: `SQLite` or `PostgreSQL`.
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
            Pools::Sqlite { read, .. } => Query::sqlite(sql.into(), On::Pool(read)),
            Pools::Postgres { read, .. } => Query::postgres(sql.into(), On::Pool(read)),
        }
    }

    /// A statement that writes, alone in its own transaction.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn write(&self, sql: impl Into<Sql>) -> Query<'_> {
        #[cfg(debug_assertions)]
        self.asked.count();
        match &self.pools {
            Pools::Sqlite { write, .. } => Query::sqlite(sql.into(), On::Pool(write)),
            Pools::Postgres { write, .. } => Query::postgres(sql.into(), On::Pool(write)),
        }
    }

    /// Begins a write transaction. Until it ends, every statement goes through it.
    #[track_caller]
    pub fn begin(&self) -> BoxedWork<'static, Result<Tx>> {
        self.begin_by(None)
    }

    /// Begins a transaction in which somebody acts: the lines of the audit trail that are noted in it commit with it.
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
            // In a task of its own, which nobody cancels: sqlx would hand the connection of a `begin` that was dropped
            // half-way to the next who asks, with the transaction open.
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

    /// Closes all connections once the work under way has ended, or after a few seconds.
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
        // What was committed is durable without it.
        let _ = tokio::time::timeout(CLOSE_WITHIN, close).await;
    }
}

impl Tx {
    /// A statement that runs inside the transaction.
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

    /// Makes the transaction's changes durable, all of them, with the lines that were noted.
    ///
    /// # Errors
    /// When the engine fails; then nothing has changed.
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

/// Runs a future beside others of the same task, each with transactions of its own: one of them may ask the store
/// while another has a transaction open.
pub fn apart<'a, T: 'a>(work: impl Future<Output = T> + Send + 'a) -> BoxedWork<'a, T> {
    #[cfg(debug_assertions)]
    return Box::pin(super::guard::apart(work));
    #[cfg(not(debug_assertions))]
    Box::pin(work)
}

/// What PostgreSQL answers, if it does.
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

/// Waits for a connection, and says so where that takes longer than any turn of others should. That many wait for
/// SQLite's one writer is no trouble, so sqlx itself says nothing of it.
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

/// Connections to SQLite, so many. A commit that failed for a full disk would poison its connection for good: such a one
/// is not kept. None is asked whether it is still there before it is given out: a file does not hang up, and each question
/// is a message to the connection's thread and back.
pub(super) fn sqlite_pool(most: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(most)
        .acquire_slow_threshold(Duration::MAX)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .after_release(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
}

/// Connections of which each gives a statement up after `within`.
fn postgres_pool(within: &'static str) -> PgPoolOptions {
    PgPoolOptions::new()
        .acquire_slow_threshold(Duration::MAX)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                let bounds =
                    format!("set idle_in_transaction_session_timeout = '60s'; set statement_timeout = '{within}'");
                sqlx::raw_sql(sqlx::AssertSqlSafe(bounds)).execute(connection).await?;
                Ok(())
            })
        })
        .after_release(|connection, _| Box::pin(returned(connection)))
}

/// Readers and writers get this many each.
fn office_pool() -> PgPoolOptions {
    postgres_pool(STATEMENT_WITHIN).max_connections(5).acquire_timeout(Duration::from_secs(10))
}

/// Whether a connection that comes back may be given out again. It is asked here, though sqlx asks once more, since sqlx
/// waits for ever for one whose server has vanished, and its place in the pool with it.
async fn returned(connection: &mut PgConnection) -> sqlx::Result<bool> {
    let flushed = async {
        if connection.is_in_transaction() {
            sqlx::query("rollback").execute(&mut *connection).await?;
        }
        connection.ping().await
    };
    Ok(matches!(tokio::time::timeout(RETURN_WITHIN, flushed).await, Ok(Ok(()))))
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
        for options in [read.options(), write.options()] {
            assert!(options.get_acquire_slow_threshold() > options.get_acquire_timeout(), "sqlx would warn");
            assert!(LONG_TURN < options.get_acquire_timeout(), "we do, before it is given up");
        }
        let postgres = office_pool();
        assert!(postgres.get_acquire_slow_threshold() > postgres.get_acquire_timeout());
        assert!(LONG_TURN < postgres.get_acquire_timeout());
    }

    /// Every connection's cache counts separately and is never given back.
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
