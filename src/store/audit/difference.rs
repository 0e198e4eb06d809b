//! Differences between what the store holds and what the auditor derives from the facts: found, accepted, or gone.

use serde_json::{Value, json};

use crate::reader::from_json;
use crate::{Db, InsertColumn, ReadHandle, Result, Tx};
use domain::Instant;
use domain::audit::promises::held::{AcceptedDifference, PromiseDifference, StoredDifference};

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    site: String,
    contract: String,
    term: String,
    place: String,
    facts: String,
    held: String,
    found_at: Instant,
    inherited: bool,
    gone_at: Option<Instant>,
    accepted_at: Option<Instant>,
    accepted_by: Option<String>,
    accepted_why: Option<String>,
}

impl Row {
    fn difference(self) -> Result<StoredDifference> {
        let place = format!("difference {}", self.id);
        let (by, why) = (self.accepted_by.unwrap_or_default(), self.accepted_why.unwrap_or_default());
        Ok(StoredDifference {
            number: self.id,
            difference: PromiseDifference {
                site: self.site.into(),
                contract: self.contract.into(),
                term: self.term.into(),
                place: from_json(&place, "place", &self.place)?,
                facts: from_json(&place, "facts", &self.facts)?,
                held: from_json(&place, "held", &self.held)?,
            },
            found_at: self.found_at,
            inherited: self.inherited,
            accepted: self.accepted_at.map(|at| AcceptedDifference { at, by, why }),
            gone_at: self.gone_at,
        })
    }
}

const COLUMNS: &str = "select id, site, contract, term, place, facts, held, found_at, inherited, gone_at, accepted_at,
        accepted_by, accepted_why
 from promise_difference ";

/// Differences that still existed at the last audit, including accepted ones, in the order in which they were found.
///
/// # Errors
/// If a row was written by a later version.
pub async fn standing<'a>(on: impl Into<ReadHandle<'a>>) -> Result<Vec<StoredDifference>> {
    let rows: Vec<Row> = on.into().sql(COLUMNS).text("where gone_at is null order by id").all().await?;
    rows.into_iter().map(Row::difference).collect()
}

/// All differences ever found, latest first, up to `limit`.
///
/// # Errors
/// See [`standing`].
pub async fn all(db: &Db, limit: i64) -> Result<Vec<StoredDifference>> {
    let rows: Vec<Row> = db.read(COLUMNS).text("order by id desc").limit(limit).all().await?;
    rows.into_iter().map(Row::difference).collect()
}

/// How many existing differences nobody has accepted.
pub async fn open(db: &Db) -> Result<i64> {
    let sql = "select count(*) from promise_difference where gone_at is null and accepted_at is null";
    let (open,): (i64,) = db.read(sql).one().await?;
    Ok(open)
}

/// Whether a difference was found by the first audit of a store that an earlier version had kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoundIn {
    Inheritance,
    OwnBooks,
}

/// Stores what an audit has found; known differences are left unchanged. Returns how many are new.
pub async fn put(tx: &mut Tx, found: &[PromiseDifference], found_in: FoundIn, now: Instant) -> Result<u64> {
    let text = |value: std::result::Result<String, serde_json::Error>| json!(value.expect("plain data"));
    let rows: Vec<Vec<Value>> = found
        .iter()
        .map(|one| {
            vec![
                json!(one.site),
                json!(one.contract),
                json!(one.term),
                text(serde_json::to_string(&one.place)),
                text(serde_json::to_string(&one.facts)),
                text(serde_json::to_string(&one.held)),
                json!(now),
                json!(found_in == FoundIn::Inheritance),
            ]
        })
        .collect();
    let columns = [
        InsertColumn::Text("site"),
        InsertColumn::Text("contract"),
        InsertColumn::Text("term"),
        InsertColumn::Text("place"),
        InsertColumn::Text("facts"),
        InsertColumn::Text("held"),
        InsertColumn::Instant("found_at"),
        InsertColumn::Boolean("inherited"),
    ];
    let unless = "on conflict (site, contract, term, place, facts, held) where gone_at is null do nothing";
    tx.insert_many("promise_difference", &columns, &rows, unless).await
}

/// Marks a difference as gone, because an audit did not find it again.
pub async fn gone(tx: &mut Tx, number: i64, now: Instant) -> Result<()> {
    tx.sql("update promise_difference set gone_at = $1 where id = $2 and gone_at is null")
        .bind(now)
        .bind(number)
        .execute()
        .await?;
    Ok(())
}

/// Accepts a difference. Returns whether it existed and had not been accepted before.
pub async fn accept(tx: &mut Tx, number: i64, accepted: &AcceptedDifference) -> Result<bool> {
    let accepted = tx
        .sql(
            "update promise_difference
             set accepted_at = $1, accepted_by = $2, accepted_why = $3
             where id = $4 and gone_at is null and accepted_at is null",
        )
        .bind(accepted.at)
        .bind(accepted.by.clone())
        .bind(accepted.why.clone())
        .bind(number)
        .execute()
        .await?;
    Ok(accepted == 1)
}
