//! SQL and nothing else: one text and one bind list for SQLite and PostgreSQL, a file per noun.
//!
//! ```text
//! db.read("select name from site where site = $1").bind(code).optional::<(String,)>().await?
//! let mut tx = db.begin().await?;
//! tx.sql("update visit set day = $1 where id = $2").bind(day).bind(id).execute().await?;
//! tx.commit().await?;
//! ```
//!
//! A function that reads takes `impl Into<ReadHandle>`: `&db`, or `&mut tx` to see the transaction's own changes.
//!
//! While a transaction is open, everything is asked by it. A second connection of the same pool would be waited for by
//! as many as hold one; a debug build panics at the first that asks for it.
//!
//! # Errors
//!
//! Every function that reads or writes fails when the engine does not answer or refuses, and nothing else is said of
//! that. Where a function has a section of errors, it is about something else as well.

pub mod access;
#[cfg(debug_assertions)]
mod asked;
pub mod audit;
mod bind;
pub mod digest;
mod engine;
pub mod findings;
#[cfg(debug_assertions)]
mod guard;
pub mod health;
mod insert;
pub mod letters;
mod migrate;
pub mod moment;
pub mod people;
pub mod planning;
#[cfg(debug_assertions)]
mod plans;
pub mod promises;
mod query;
mod reader;
pub mod records;
pub mod reports;
mod rest;
mod text;
mod tx_trail;
mod unwritable;
pub mod visits;

pub mod counts;
pub mod fact;

pub use bind::{Bind, PlainValue};
pub use engine::{Db, OpenError, Tx, apart};
pub use insert::InsertColumn;
#[cfg(debug_assertions)]
pub use plans::judge_postgres_by;
pub use query::{Error, Query, Result, Row, Sql};
pub use reader::ReadHandle;
pub use tx_trail::{Owes, TxTrail};
