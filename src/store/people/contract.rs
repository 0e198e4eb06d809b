//! Reads and writes the office's contracts.

use chrono::NaiveDate;
use serde_json::json;

use crate::reader::{from_json, json_list};
use crate::text::sql;
use crate::{InsertColumn, ReadHandle, Result, Tx};
use domain::contract::Contract;
use domain::ids::{ContractCode, CustomerCode};

#[derive(sqlx::FromRow)]
struct Stored {
    contract: String,
    customer: String,
    sites: String,
    plan: String,
    accepted_on: NaiveDate,
    ends_on: Option<NaiveDate>,
    overrides: String,
}

impl Stored {
    fn into_contract(self) -> Result<Contract> {
        let place = format!("contract {}", self.contract);
        Ok(Contract {
            sites: from_json(&place, "sites", &self.sites)?,
            overrides: from_json(&place, "overrides", &self.overrides)?,
            contract: self.contract.into(),
            customer: self.customer.into(),
            plan: self.plan,
            accepted_on: self.accepted_on,
            ends_on: self.ends_on,
        })
    }
}

fn contracts(rows: Vec<Stored>) -> Result<Vec<Contract>> {
    let mut contracts = rows.into_iter().map(Stored::into_contract).collect::<Result<Vec<_>>>()?;
    contracts.sort_unstable_by(|a, b| a.contract.cmp(&b.contract));
    Ok(contracts)
}

/// All contracts, including ended ones, by code.
pub async fn all<'a>(on: impl Into<ReadHandle<'a>>) -> Result<Vec<Contract>> {
    contracts(on.into().sql("select * from contract").all().await?)
}

/// The contract with this code.
pub async fn find<'a>(on: impl Into<ReadHandle<'a>>, code: &ContractCode) -> Result<Option<Contract>> {
    let row: Option<Stored> = on.into().sql("select * from contract where contract = $1").bind(code).optional().await?;
    row.map(Stored::into_contract).transpose()
}

/// The contracts with these codes, by code.
pub async fn with_codes<'a>(on: impl Into<ReadHandle<'a>>, codes: &[ContractCode]) -> Result<Vec<Contract>> {
    let sql = sql!("select * from contract where contract in ", codes 1);
    contracts(on.into().sql(sql).bind(json_list(codes)).all().await?)
}

/// A customer's contracts, including ended ones, by code.
pub async fn of_customer<'a>(on: impl Into<ReadHandle<'a>>, customer: &CustomerCode) -> Result<Vec<Contract>> {
    contracts(on.into().sql("select * from contract where customer = $1").bind(customer).all().await?)
}

/// Adds contracts, or updates existing ones with the same code.
///
/// # Errors
/// If the store refuses one of them.
pub async fn put(tx: &mut Tx, contracts: &[Contract]) -> Result<u64> {
    crate::planning::changes::note(tx).await?;
    let rows: Vec<_> = contracts
        .iter()
        .map(|c| {
            vec![
                json!(c.contract),
                json!(c.customer),
                json!(serde_json::to_string(&c.sites).expect("covered sites are JSON")),
                json!(c.plan),
                json!(c.accepted_on),
                json!(c.ends_on),
                json!(serde_json::to_string(&c.overrides).expect("overrides are JSON")),
            ]
        })
        .collect();
    tx.insert_many(
        "contract",
        &[
            InsertColumn::Text("contract"),
            InsertColumn::Text("customer"),
            InsertColumn::Text("sites"),
            InsertColumn::Text("plan"),
            InsertColumn::Date("accepted_on"),
            InsertColumn::Date("ends_on"),
            InsertColumn::Text("overrides"),
        ],
        &rows,
        "on conflict (contract) do update set customer = excluded.customer, sites = excluded.sites, \
         plan = excluded.plan, accepted_on = excluded.accepted_on, ends_on = excluded.ends_on, \
         overrides = excluded.overrides",
    )
    .await
}
