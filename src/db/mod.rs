//! SQL and nothing else: one text and one bind list for SQLite and PostgreSQL, a file per noun.
//!
//! ```text
//! db.read("select name from site where site = $1").bind(code).optional::<(String,)>().await?
//! let mut tx = db.begin().await?;
//! tx.sql("update visit set day = $1 where id = $2").bind(day).bind(id).execute().await?;
//! tx.commit().await?;
//! ```

mod engine;
mod migrate;
mod query;

pub use engine::{Db, OpenError, Tx};
pub use query::{Bind, Column, Error, Query, Result, Row, Sql};
