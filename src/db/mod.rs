//! SQL and nothing else: one text and one bind list for SQLite and PostgreSQL, a file per noun.
//!
//! ```text
//! db.read("select name from site where site = $1").bind(code).optional::<(String,)>().await?
//! let mut tx = db.begin().await?;
//! tx.sql("update visit set day = $1 where id = $2").bind(day).bind(id).execute().await?;
//! tx.commit().await?;
//! ```
//!
//! A function that reads takes `impl Into<Reader>`: `&db`, or `&mut tx` to see the transaction's own changes.

mod engine;
mod insert;
pub mod letter;
mod migrate;
mod query;
mod reader;

pub mod contact;
pub mod contract;
pub mod customer;
pub mod engineer;
pub mod equipment;
pub mod manager;
pub mod site;

pub mod act;
pub mod busy;
pub mod chain;
pub mod compliance;
pub mod countersign;
pub mod counts;
pub mod deadline;
pub mod deadline_move;
pub mod draft;
pub mod fact;
pub mod feed;
pub mod finding;
pub mod form_photo;
pub mod hotline;
pub mod link;
pub mod moment;
pub mod received;
pub mod record;
pub mod relay;
pub mod report;
pub mod round;
pub mod slot;
pub mod store;
pub mod submission;
pub mod subscription;
pub mod told;
pub mod visit;

pub use engine::{Db, OpenError, Tx};
pub use insert::Column;
pub use query::{Bind, Error, Query, Result, Row, Sql};
pub use reader::Reader;
