//! One statement, two engines: the same text and the same binds, each with its driver's own types.

use std::borrow::Cow;
use std::ops::{Deref, DerefMut};
#[cfg(debug_assertions)]
use std::panic::Location;
use std::pin::Pin;

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, AssertSqlSafe, Database, FromRow, Pool, Postgres, Sqlite};

use super::bind::Bind;
use super::engine::{answered, noticed};
use super::read_pool::ReadPool;
use super::unwritable;

/// A boxed future that any thread can run.
pub type BoxedWork<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A row that both engines can return.
pub trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T> Row for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// The text of a statement: one for both engines, or one for each if they differ.
#[derive(Debug, Clone, Copy)]
pub struct Sql {
    pub sqlite: &'static str,
    pub postgres: &'static str,
}

impl From<&'static str> for Sql {
    fn from(both: &'static str) -> Self {
        Sql { sqlite: both, postgres: both }
    }
}

/// A statement that has failed.
#[derive(Debug, thiserror::Error)]
#[error("the store refused: {statement}")]
pub struct Error {
    /// The beginning of the statement, without values.
    pub statement: String,
    pub source: EngineRefusal,
}

/// The message of the engine or its driver. It ends the chain of causes, because the driver's own cause would repeat
/// it.
#[derive(Debug, thiserror::Error)]
#[error("{0}{help}", help = unwritable::help(.0))]
pub struct EngineRefusal(sqlx::Error);

/// What the store's functions return if nothing else can go wrong.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub(super) fn new(sql: &str, source: sqlx::Error) -> Error {
        let words = sql.split_whitespace().take(12).collect::<Vec<_>>().join(" ");
        Error { statement: words, source: EngineRefusal(source) }
    }
}

/// Where a statement runs: on the next free connection of a pool, or in a transaction.
pub(super) enum On<'a, DB: Database> {
    Read(&'a ReadPool<DB>),
    Pool(&'a Pool<DB>),
    Tx(&'a mut DB::Connection),
}

impl<'a, DB: Database> On<'a, DB> {
    async fn connection(self) -> sqlx::Result<Held<'a, DB>> {
        match self {
            On::Read(pool) => Ok(Held::Read(pool.connection().await?, pool)),
            On::Pool(pool) => noticed(pool.acquire()).await.map(Held::Pool),
            On::Tx(connection) => Ok(Held::Tx(connection)),
        }
    }
}

/// A connection on which a statement is running.
enum Held<'a, DB: Database> {
    Read(PoolConnection<DB>, &'a ReadPool<DB>),
    Pool(PoolConnection<DB>),
    Tx(&'a mut DB::Connection),
}

impl<DB: Database> Held<'_, DB> {
    /// The statement has succeeded.
    fn done(self) {
        if let Held::Read(connection, pool) = self {
            pool.keep(connection);
        }
    }
}

impl<DB: Database> Deref for Held<'_, DB> {
    type Target = DB::Connection;

    fn deref(&self) -> &DB::Connection {
        match self {
            Held::Read(connection, _) | Held::Pool(connection) => connection,
            Held::Tx(connection) => connection,
        }
    }
}

impl<DB: Database> DerefMut for Held<'_, DB> {
    fn deref_mut(&mut self) -> &mut DB::Connection {
        match self {
            Held::Read(connection, _) | Held::Pool(connection) => connection,
            Held::Tx(connection) => connection,
        }
    }
}

enum Target<'a> {
    Sqlite(On<'a, Sqlite>, SqliteArguments),
    Postgres(On<'a, Postgres>, PgArguments),
}

/// How much of a table a statement is meant to read.
#[cfg(debug_assertions)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PlanReads {
    /// Only what an index finds; called from this line.
    Found(&'static Location<'static>),
    /// The whole table, or an index from one end until a limit is reached.
    Whole,
}

/// A statement with its values, not run yet.
#[must_use = "a query does nothing until it is run"]
pub struct Query<'a> {
    sql: Cow<'static, str>,
    target: Target<'a>,
    error: Option<sqlx::error::BoxDynError>,
    #[cfg(debug_assertions)]
    reads: PlanReads,
}

impl<'a> Query<'a> {
    #[cfg_attr(debug_assertions, track_caller)]
    fn new(sql: &'static str, target: Target<'a>) -> Self {
        Query {
            sql: sql.into(),
            target,
            error: None,
            #[cfg(debug_assertions)]
            reads: PlanReads::Found(Location::caller()),
        }
    }

    #[cfg_attr(debug_assertions, track_caller)]
    pub(super) fn sqlite(sql: Sql, on: On<'a, Sqlite>) -> Self {
        Query::new(sql.sqlite, Target::Sqlite(on, SqliteArguments::default()))
    }

    #[cfg_attr(debug_assertions, track_caller)]
    pub(super) fn postgres(sql: Sql, on: On<'a, Postgres>) -> Self {
        Query::new(sql.postgres, Target::Postgres(on, PgArguments::default()))
    }

    /// The same query with another text, which must not contain input.
    pub(super) fn with_text(mut self, text: String) -> Self {
        self.sql = Cow::Owned(text);
        self
    }

    /// Binds the next `$n`.
    pub fn bind<'q>(mut self, value: impl Bind<'q>) -> Self {
        let value = value.plain();
        let added = match &mut self.target {
            Target::Sqlite(_, arguments) => arguments.add(value),
            Target::Postgres(_, arguments) => arguments.add(value),
        };
        self.error = self.error.or(added.err());
        self
    }

    /// Appends `text` and binds the value as the next `$n`, if there is one: `q.and(" and day < ", before)`.
    pub fn and<'q>(mut self, text: &'static str, value: Option<impl Bind<'q>>) -> Self {
        let Some(value) = value else { return self };
        self = self.bind(value);
        let n = match &self.target {
            Target::Sqlite(_, arguments) => arguments.len(),
            Target::Postgres(_, arguments) => arguments.len(),
        };
        let sql = self.sql.to_mut();
        sql.push_str(text);
        sql.push_str(&format!("${n}"));
        self
    }

    /// Appends the next `$n` and binds it: `q.text(" where id = ").value(id)`.
    pub fn value<'q>(self, value: impl Bind<'q>) -> Self {
        self.and("", Some(value))
    }

    /// Limits the number of rows. The limit is part of the text: SQLite's planner takes it into account, and would
    /// prepare a statement with a bound limit again at each run.
    pub fn limit(mut self, most: impl Into<i64>) -> Self {
        self.sql.to_mut().push_str(&format!(" limit {}", most.into()));
        self
    }

    /// Declares that the statement reads all of a growing table, or one end of it, and why: a proof, the newest
    /// entries. Debug builds refuse any other statement that does.
    pub fn reads_whole_table(self, _for_what: &'static str) -> Self {
        #[cfg(debug_assertions)]
        return Query { reads: PlanReads::Whole, ..self };
        #[cfg(not(debug_assertions))]
        self
    }

    /// Appends `text` to the statement.
    pub fn text(mut self, text: &'static str) -> Self {
        self.sql.to_mut().push_str(text);
        self
    }
}

/// Runs a query on a connection of its engine. The drivers' futures are large and nearly everything awaits one, so they
/// are boxed to keep the futures around them small.
macro_rules! run {
    ($query:expr, $make:ident $(::<$row:ident>)?, $method:ident, $then:expr) => {
        Box::pin(async move { run!(@here $query, $make $(::<$row>)?, $method, $then) })
    };
    (@here $query:expr, $make:ident $(::<$row:ident>)?, $method:ident, $then:expr) => {{
        let query = $query;
        let sql = query.sql;
        if let Some(error) = query.error {
            return Err(Error::new(&sql, sqlx::Error::Encode(error)));
        }
        #[cfg(debug_assertions)]
        match &query.target {
            Target::Sqlite(On::Tx(_), _) | Target::Postgres(On::Tx(_), _) => {}
            Target::Sqlite(On::Read(_) | On::Pool(_), _) | Target::Postgres(On::Read(_) | On::Pool(_), _) => {
                super::guard::none_open(&sql);
            }
        }
        // Built only from `&'static str` pieces and numbers, see `Query::and`, `Query::limit` and `Query::text`.
        let text = AssertSqlSafe(sql.clone().into_owned());
        let ran = match query.target {
            Target::Sqlite(on, arguments) => match on.connection().await {
                Ok(mut on) => {
                    #[cfg(debug_assertions)]
                    super::plans::sqlite(&mut on, &sql, &arguments, query.reads).await;
                    let asked = sqlx::$make::<Sqlite, $($row,)? _>(text, arguments).$method(&mut *on).await;
                    asked.inspect(|_| on.done()).map($then)
                }
                Err(why) => Err(why),
            },
            Target::Postgres(on, arguments) => match on.connection().await {
                Ok(mut on) => {
                    #[cfg(debug_assertions)]
                    super::plans::postgres(&sql, &arguments, query.reads).await;
                    let asked = answered(sqlx::$make::<Postgres, $($row,)? _>(text, arguments).$method(&mut *on)).await;
                    asked.inspect(|_| on.done()).map($then)
                }
                Err(why) => Err(why),
            },
        };
        ran.map_err(|source| Error::new(&sql, source))
    }};
}

impl<'a> Query<'a> {
    /// Runs the statement and returns all rows.
    ///
    /// # Errors
    /// [`Error`], with the beginning of the statement.
    pub fn all<T: Row + 'a>(self) -> BoxedWork<'a, Result<Vec<T>>> {
        run!(self, query_as_with::<T>, fetch_all, |rows| rows)
    }

    /// Runs the statement and returns its only row.
    ///
    /// # Errors
    /// If there is no row, or the engine refuses.
    pub fn one<T: Row + 'a>(self) -> BoxedWork<'a, Result<T>> {
        run!(self, query_as_with::<T>, fetch_one, |row| row)
    }

    /// Runs the statement and returns its row, if there is one.
    pub fn optional<T: Row + 'a>(self) -> BoxedWork<'a, Result<Option<T>>> {
        run!(self, query_as_with::<T>, fetch_optional, |row| row)
    }

    /// Runs the statement and returns how many rows it affected.
    pub fn execute(self) -> BoxedWork<'a, Result<u64>> {
        run!(self, query_with, execute, |done| done.rows_affected())
    }
}
