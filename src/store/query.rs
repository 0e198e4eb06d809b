//! One statement, two engines: the same text and the same binds, each with its driver's own types.

use std::borrow::Cow;

use sqlx::postgres::{PgArguments, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, AssertSqlSafe, Database, FromRow, Pool, Postgres, Sqlite};

use super::bind::Bind;
use super::engine::{answered, noticed};

/// A row both engines can yield.
pub trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T> Row for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// The text of a statement: one for both engines, or one each where they differ.
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

/// A statement that failed.
#[derive(Debug, thiserror::Error)]
#[error("the store refused: {statement}")]
pub struct Error {
    /// The statement's beginning, without values.
    pub statement: String,
    pub source: EngineRefusal,
}

/// What the engine or its driver said. It is the last cause: the driver's own would say the same again.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct EngineRefusal(sqlx::Error);

/// What a function of the store returns, where nothing else can go wrong.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub(super) fn new(sql: &str, source: sqlx::Error) -> Error {
        let words = sql.split_whitespace().take(12).collect::<Vec<_>>().join(" ");
        Error { statement: words, source: EngineRefusal(source) }
    }
}

/// Where a statement runs: on a pool's next free connection, or in a transaction.
pub(super) enum On<'a, DB: Database> {
    Pool(&'a Pool<DB>),
    Tx(&'a mut DB::Connection),
}

enum Target<'a> {
    Sqlite(On<'a, Sqlite>, SqliteArguments),
    Postgres(On<'a, Postgres>, PgArguments),
}

/// A statement with its values, not yet run.
#[must_use = "a query does nothing until it is run"]
pub struct Query<'a> {
    sql: Cow<'static, str>,
    target: Target<'a>,
    error: Option<sqlx::error::BoxDynError>,
}

impl<'a> Query<'a> {
    pub(super) fn sqlite(sql: Sql, on: On<'a, Sqlite>) -> Self {
        Query { sql: sql.sqlite.into(), target: Target::Sqlite(on, SqliteArguments::default()), error: None }
    }

    pub(super) fn postgres(sql: Sql, on: On<'a, Postgres>) -> Self {
        Query { sql: sql.postgres.into(), target: Target::Postgres(on, PgArguments::default()), error: None }
    }

    /// The same with another text, made of our own words alone.
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

    /// Appends `text` and the value's own `$n`, when there is a value: `q.and(" and day < ", before)`.
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

    /// Binds the next `$n` and appends it: `q.text(" where id = ").value(id)`.
    pub fn value<'q>(self, value: impl Bind<'q>) -> Self {
        self.and("", Some(value))
    }

    /// Appends `text` to the statement as it is.
    pub fn text(mut self, text: &'static str) -> Self {
        self.sql.to_mut().push_str(text);
        self
    }
}

/// Runs a query on a connection of its engine.
macro_rules! run {
    ($query:expr, $make:ident $(::<$row:ident>)?, $method:ident) => {{
        let Query { sql, target, error } = $query;
        if let Some(error) = error {
            return Err(Error::new(&sql, sqlx::Error::Encode(error)));
        }
        #[cfg(debug_assertions)]
        if let Target::Sqlite(On::Pool(_), _) | Target::Postgres(On::Pool(_), _) = &target {
            super::guard::none_open(&sql);
        }
        // Built from `&'static str` pieces alone, see `Query::and` and `Query::text`.
        let text = AssertSqlSafe(sql.clone().into_owned());
        let ran = match target {
            Target::Sqlite(On::Pool(pool), arguments) => match noticed(pool.acquire()).await {
                Ok(mut c) => sqlx::$make::<Sqlite, $($row,)? _>(text, arguments).$method(&mut *c).await,
                Err(e) => Err(e),
            },
            Target::Sqlite(On::Tx(tx), arguments) => sqlx::$make::<Sqlite, $($row,)? _>(text, arguments).$method(tx).await,
            Target::Postgres(On::Pool(pool), arguments) => match noticed(pool.acquire()).await {
                Ok(mut c) => answered(sqlx::$make::<Postgres, $($row,)? _>(text, arguments).$method(&mut *c)).await,
                Err(e) => Err(e),
            },
            Target::Postgres(On::Tx(tx), arguments) => {
                answered(sqlx::$make::<Postgres, $($row,)? _>(text, arguments).$method(tx)).await
            }
        };
        ran.map_err(|source| Error::new(&sql, source))
    }};
}

impl Query<'_> {
    /// Runs the statement and reads all rows.
    ///
    /// # Errors
    /// When the engine refuses, with the statement's beginning.
    pub async fn all<T: Row>(self) -> Result<Vec<T>> {
        run!(self, query_as_with::<T>, fetch_all)
    }

    /// Runs the statement and reads its only row.
    ///
    /// # Errors
    /// When there is none, or the engine refuses.
    pub async fn one<T: Row>(self) -> Result<T> {
        run!(self, query_as_with::<T>, fetch_one)
    }

    /// The row, if there is one.
    pub async fn optional<T: Row>(self) -> Result<Option<T>> {
        run!(self, query_as_with::<T>, fetch_optional)
    }

    /// Runs the statement and says how many rows it touched.
    pub async fn execute(self) -> Result<u64> {
        let Query { sql, target, error } = self;
        if let Some(error) = error {
            return Err(Error::new(&sql, sqlx::Error::Encode(error)));
        }
        #[cfg(debug_assertions)]
        if let Target::Sqlite(On::Pool(_), _) | Target::Postgres(On::Pool(_), _) = &target {
            super::guard::none_open(&sql);
        }
        let text = AssertSqlSafe(sql.clone().into_owned());
        let ran = match target {
            Target::Sqlite(On::Pool(pool), arguments) => {
                sqlx::query_with(text, arguments).execute(pool).await.map(|done| done.rows_affected())
            }
            Target::Sqlite(On::Tx(tx), arguments) => {
                sqlx::query_with(text, arguments).execute(tx).await.map(|done| done.rows_affected())
            }
            Target::Postgres(On::Pool(pool), arguments) => {
                answered(sqlx::query_with(text, arguments).execute(pool)).await.map(|done| done.rows_affected())
            }
            Target::Postgres(On::Tx(tx), arguments) => {
                answered(sqlx::query_with(text, arguments).execute(tx)).await.map(|done| done.rows_affected())
            }
        };
        ran.map_err(|source| Error::new(&sql, source))
    }
}
