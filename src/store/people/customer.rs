//! Reads and writes the office's customers.

use chrono::NaiveDate;
use serde_json::json;

use crate::reader::{json_list, parsed};
use crate::text::sql;
use crate::{InsertColumn, ReadHandle, Result, Tx};
use domain::ids::CustomerCode;
use domain::people::Customer;

type Stored = (String, String, String, Option<NaiveDate>);

fn customer((customer, name, language, left_on): Stored) -> Result<Customer> {
    let language = parsed(&format!("customer {customer}"), "language", &language)?;
    Ok(Customer { customer: customer.into(), name, language, left_on })
}

/// All customers, by code.
pub async fn all<'a>(on: impl Into<ReadHandle<'a>>) -> Result<Vec<Customer>> {
    let rows: Vec<Stored> = on.into().sql("select customer, name, language, left_on from customer").all().await?;
    let mut customers = rows.into_iter().map(customer).collect::<Result<Vec<_>>>()?;
    customers.sort_unstable_by(|a, b| a.customer.cmp(&b.customer));
    Ok(customers)
}

/// The customer with this code.
pub async fn find<'a>(on: impl Into<ReadHandle<'a>>, code: &CustomerCode) -> Result<Option<Customer>> {
    let row: Option<Stored> = on
        .into()
        .sql("select customer, name, language, left_on from customer where customer = $1")
        .bind(code)
        .optional()
        .await?;
    row.map(customer).transpose()
}

/// The customers with these codes, by code.
pub async fn with_codes<'a>(on: impl Into<ReadHandle<'a>>, codes: &[CustomerCode]) -> Result<Vec<Customer>> {
    let sql = sql!("select customer, name, language, left_on from customer where customer in ", codes 1);
    let rows: Vec<Stored> = on.into().sql(sql).bind(json_list(codes)).all().await?;
    let mut customers = rows.into_iter().map(customer).collect::<Result<Vec<_>>>()?;
    customers.sort_unstable_by(|a, b| a.customer.cmp(&b.customer));
    Ok(customers)
}

/// Adds customers, or updates existing ones with the same code.
///
/// # Errors
/// If the store refuses one of them.
pub async fn put(tx: &mut Tx, customers: &[Customer]) -> Result<u64> {
    crate::planning::changes::note(tx).await?;
    let row = |c: &Customer| vec![json!(c.customer), json!(c.name), json!(c.language), json!(c.left_on)];
    let rows: Vec<_> = customers.iter().map(row).collect();
    tx.insert_many(
        "customer",
        &[
            InsertColumn::Text("customer"),
            InsertColumn::Text("name"),
            InsertColumn::Text("language"),
            InsertColumn::Date("left_on"),
        ],
        &rows,
        "on conflict (customer) do update set name = excluded.name, language = excluded.language, left_on = excluded.left_on",
    )
    .await
}
