//! The versions of contracts, each with the day from which it applies.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::json;

use crate::reader::from_json;
use crate::{Db, InsertColumn, ReadHandle, Result, Tx};
use domain::Instant;
use domain::contract::Contract;
use domain::contract::history::ContractVersion;
use domain::ids::ContractCode;

#[derive(sqlx::FromRow)]
struct VersionRow {
    contract: String,
    since_on: NaiveDate,
    held: String,
    rhythms: Option<String>,
    sites_left: Option<String>,
}

impl VersionRow {
    fn version(self) -> Result<ContractVersion> {
        let place = format!("contract {} since {}", self.contract, self.since_on);
        Ok(ContractVersion {
            contract: from_json(&place, "held", &self.held)?,
            since_on: self.since_on,
            rhythms: self.rhythms.map_or(Ok(BTreeMap::new()), |rhythms| from_json(&place, "rhythms", &rhythms))?,
            sites_left: self.sites_left.map_or(Ok(BTreeMap::new()), |left| from_json(&place, "sites_left", &left))?,
        })
    }
}

/// All current and past versions of every contract, earliest first.
///
/// # Errors
/// If a row was written by a later version of the program.
pub async fn all<'a>(on: impl Into<ReadHandle<'a>>) -> Result<BTreeMap<ContractCode, Vec<ContractVersion>>> {
    let rows: Vec<VersionRow> = on
        .into()
        .sql("select contract, since_on, held, rhythms, sites_left from contract_version")
        .reads_whole_table("every contract is planned and audited by its versions")
        .all()
        .await?;
    let mut versions: BTreeMap<ContractCode, Vec<ContractVersion>> = BTreeMap::new();
    for row in rows.into_iter().filter(|row| row.rhythms.is_some()) {
        let version = row.version()?;
        versions.entry(version.contract.contract.clone()).or_default().push(version);
    }
    for of_one in versions.values_mut() {
        of_one.sort_by_key(|version| version.since_on);
    }
    Ok(versions)
}

/// Future versions that begin by `day`, earliest first.
///
/// # Errors
/// See [`all`].
pub async fn due(db: &Db, day: NaiveDate) -> Result<Vec<ContractVersion>> {
    let rows: Vec<VersionRow> = db
        .read(
            "select contract, since_on, held, rhythms, sites_left
             from contract_version
             where rhythms is null and since_on <= $1
             order by since_on",
        )
        .bind(day)
        .all()
        .await?;
    rows.into_iter().map(VersionRow::version).collect()
}

/// Stores versions; one with the same day replaces the earlier one.
pub async fn put(tx: &mut Tx, versions: &[ContractVersion], now: Instant) -> Result<u64> {
    let rows: Vec<_> = versions
        .iter()
        .map(|one| {
            let rhythms = serde_json::to_string(&one.rhythms).expect("rhythms are plain data");
            let left = serde_json::to_string(&one.sites_left).ok();
            vec![
                json!(one.contract.contract),
                json!(one.since_on),
                json!(now),
                json!(serde_json::to_string(&one.contract).expect("a contract is plain data")),
                json!(rhythms),
                json!(left.filter(|_| !one.sites_left.is_empty())),
            ]
        })
        .collect();
    let columns = [
        InsertColumn::Text("contract"),
        InsertColumn::Date("since_on"),
        InsertColumn::Instant("noted_at"),
        InsertColumn::Text("held"),
        InsertColumn::Text("rhythms"),
        InsertColumn::Text("sites_left"),
    ];
    let instead = "on conflict (contract, since_on) do update
                   set noted_at = excluded.noted_at, held = excluded.held, rhythms = excluded.rhythms,
                       sites_left = excluded.sites_left";
    tx.insert_many("contract_version", &columns, &rows, instead).await
}

/// Stores contracts as they will be from a future day on.
pub async fn put_ahead(tx: &mut Tx, contracts: &[Contract], since_on: NaiveDate, now: Instant) -> Result<u64> {
    let rows: Vec<_> = contracts
        .iter()
        .map(|contract| {
            let held = serde_json::to_string(contract).expect("a contract is plain data");
            vec![json!(contract.contract), json!(since_on), json!(now), json!(held)]
        })
        .collect();
    let columns = [
        InsertColumn::Text("contract"),
        InsertColumn::Date("since_on"),
        InsertColumn::Instant("noted_at"),
        InsertColumn::Text("held"),
    ];
    let instead = "on conflict (contract, since_on) do update
                   set noted_at = excluded.noted_at, held = excluded.held, rhythms = null, sites_left = null";
    tx.insert_many("contract_version", &columns, &rows, instead).await
}

/// Removes future versions that have become the contract itself.
pub async fn taken(tx: &mut Tx, contract: &ContractCode, since_on: NaiveDate) -> Result<()> {
    tx.sql("delete from contract_version where contract = $1 and since_on = $2 and rhythms is null")
        .bind(contract)
        .bind(since_on)
        .execute()
        .await?;
    Ok(())
}
