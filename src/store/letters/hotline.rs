//! The hotline's numbers, and who was told of the latest change (P19).

use chrono::NaiveDate;

use super::state;
use crate::{Db, ReadHandle, Result, Tx};
use domain::Instant;
use domain::ids::CustomerCode;
use domain::letters::letter::LetterState;
use domain::letters::stored::ToldOtherwise;

/// A hotline number and its announcement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HotlineRow {
    pub id: i64,
    pub number: String,
    /// `None` for the first number, which is not a change.
    pub previous: Option<String>,
    pub changed_at: Instant,
    /// The day, at the company, by the end of which every customer must know.
    pub due_on: NaiveDate,
    /// Whether the letters to all customers are in the outbox.
    pub written: bool,
}

/// A letter that tells a customer about a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TellingLetter {
    /// The customer's code.
    pub customer: CustomerCode,
    pub state: LetterState,
    /// When a server accepted it.
    pub sent_at: Option<Instant>,
    pub to: String,
}

/// The current number, if any is stored.
pub async fn latest<'a>(on: impl Into<ReadHandle<'a>>) -> Result<Option<HotlineRow>> {
    let row: Option<(i64, String, Option<String>, Instant, NaiveDate, bool)> = on
        .into()
        .sql(
            "select id, number, previous, changed_at, due_on, written
             from hotline
             order by id desc
             limit 1",
        )
        .optional()
        .await?;
    Ok(row.map(|(id, number, previous, changed_at, due_on, written)| HotlineRow {
        id,
        number,
        previous,
        changed_at,
        due_on,
        written,
    }))
}

/// Stores a new number. The first one is not announced to anybody.
pub async fn put(
    tx: &mut Tx,
    number: &str,
    previous: Option<&str>,
    changed_at: Instant,
    due_on: NaiveDate,
) -> Result<()> {
    tx.sql(
        "insert into hotline (number, previous, changed_at, due_on, written)
         values ($1, $2, $3, $4, $5)",
    )
    .bind(number.to_owned())
    .bind(previous.map(str::to_owned))
    .bind(changed_at)
    .bind(due_on)
    .bind(previous.is_none())
    .execute()
    .await?;
    Ok(())
}

/// Marks the letters to all customers as being in the outbox.
pub async fn set_written(tx: &mut Tx, id: i64) -> Result<()> {
    tx.sql("update hotline set written = $1 where id = $2").bind(true).bind(id).execute().await?;
    Ok(())
}

pub(super) const TELLING: &str =
    "select customer, state, sent_at, to_email from letter where hotline_id = $1 order by id";

/// The letters that announce a change.
pub async fn letters(db: &Db, id: i64) -> Result<Vec<TellingLetter>> {
    let rows: Vec<(String, String, Option<Instant>, String)> = db.read(TELLING).bind(id).all().await?;
    let telling = |(customer, word, sent_at, to): (String, String, _, _)| TellingLetter {
        customer: customer.into(),
        state: state(&word),
        sent_at,
        to,
    };
    Ok(rows.into_iter().map(telling).collect())
}

/// Records that a customer was told in some other way. Returns whether that is new.
pub async fn put_told(tx: &mut Tx, id: i64, customer: &CustomerCode, how: &str, now: Instant) -> Result<bool> {
    let put = tx
        .sql(
            "insert into hotline_told (hotline_id, customer, how, noted_at)
             values ($1, $2, $3, $4)
             on conflict (hotline_id, customer) do nothing",
        )
        .bind(id)
        .bind(customer)
        .bind(how.to_owned())
        .bind(now)
        .execute()
        .await?;
    Ok(put == 1)
}

/// Customers who were told about a change in some other way.
pub async fn told(db: &Db, id: i64) -> Result<Vec<ToldOtherwise>> {
    let rows: Vec<(String, String)> = db
        .read("select customer, how from hotline_told where hotline_id = $1 order by customer")
        .bind(id)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(customer, how)| ToldOtherwise { customer: customer.into(), how }).collect())
}
