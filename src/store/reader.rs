//! Where a read-only statement runs: on the store, or inside a transaction that also writes.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::engine::{Db, Tx};
use super::query::{Error, Query, Result, Sql};

/// What to read from: the store or a transaction. Every function that only reads accepts both.
///
/// ```text
/// site::all(&db).await?
/// site::all(&mut tx).await?
/// ```
///
/// A function that runs several queries reborrows it: `let mut reader = reader.into(); site::all(reader.again())`.
pub enum ReadHandle<'a> {
    Db(&'a Db),
    Tx(&'a mut Tx),
}

impl<'a> From<&'a Db> for ReadHandle<'a> {
    fn from(db: &'a Db) -> ReadHandle<'a> {
        ReadHandle::Db(db)
    }
}

impl<'a> From<&'a mut Tx> for ReadHandle<'a> {
    fn from(tx: &'a mut Tx) -> ReadHandle<'a> {
        ReadHandle::Tx(tx)
    }
}

impl<'a> ReadHandle<'a> {
    /// Reborrows the handle, for a function that runs several queries.
    pub fn again(&mut self) -> ReadHandle<'_> {
        match self {
            ReadHandle::Db(db) => ReadHandle::Db(db),
            ReadHandle::Tx(tx) => ReadHandle::Tx(tx),
        }
    }

    /// A statement that only reads.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn sql(self, sql: impl Into<Sql>) -> Query<'a> {
        match self {
            ReadHandle::Db(db) => db.read(sql),
            ReadHandle::Tx(tx) => tx.sql(sql),
        }
    }
}

/// The error for a stored value that this version cannot read: which row, which column, and why.
pub(super) fn unreadable(place: &str, column: &str, why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(place, sqlx::Error::ColumnDecode { index: column.to_owned(), source: why.into() })
}

/// Parses stored JSON; `place` names the row in the error.
pub(super) fn from_json<T: DeserializeOwned>(place: &str, column: &str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|why| unreadable(place, column, why))
}

/// Parses a stored word, number or name; `place` names the row in the error.
pub(super) fn parsed<T>(place: &str, column: &str, text: &str) -> Result<T>
where
    T: std::str::FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    text.parse().map_err(|why| unreadable(place, column, why))
}

/// A JSON array of codes, to be bound to `in (…)` on both engines.
pub(super) fn json_list<T: Serialize>(codes: &[T]) -> String {
    serde_json::to_string(codes).expect("strings are JSON")
}
