//! SQL and nothing else: one text and one list of binds for SQLite and PostgreSQL, one file per noun.
//!
//! ```text
//! db.read("select name from site where site = $1").bind(code).optional::<(String,)>().await?
//! let mut tx = db.begin().await?;
//! tx.sql("update visit set day = $1 where id = $2").bind(day).bind(id).execute().await?;
//! tx.commit().await?;
//! ```
//!
//! Functions that read take `impl Into<ReadHandle>`: `&db`, or `&mut tx` to see the transaction's own changes.
//!
//! While a transaction is open, all queries must go through it: if it waited for a second connection of the same pool,
//! enough such callers would wait for each other. A debug build panics on the first attempt.
//!
//! # Errors
//!
//! Every function that reads or writes fails if the engine does not answer or refuses; their docs do not repeat this. A
//! function's own section on errors lists what else can go wrong.

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
mod pools;
pub mod promises;
mod query;
mod read_pool;
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
