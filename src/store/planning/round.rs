//! Rounds: what the planner has settled for one term at one site.

use chrono::NaiveDate;
use serde_json::json;

use crate::reader::json_list;
use crate::{Db, InsertColumn, Result, Sql, Tx};
use domain::ids::{ContractCode, EngineerCode, SiteCode, TermName};

/// A round, by contract, site and term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    pub contract: ContractCode,
    pub site: SiteCode,
    pub term: TermName,
    /// Fingerprint of the numbers that its slots were made with.
    pub rule: String,
    /// Slots that begin up to this day exist.
    pub planned_through: NaiveDate,
    /// Days from a slot's first day to the day aimed at; None until a whole window was planned.
    pub offset_days: Option<u32>,
    pub engineer: Option<EngineerCode>,
}

type RoundRow = (String, String, String, String, NaiveDate, Option<i64>, Option<String>);

fn round((contract, site, term, rule, planned_through, offset_days, engineer): RoundRow) -> Round {
    let offset_days = offset_days.and_then(|days| u32::try_from(days).ok());
    Round {
        contract: contract.into(),
        site: site.into(),
        term: term.into(),
        rule,
        planned_through,
        offset_days,
        engineer: engineer.map(EngineerCode::from),
    }
}

/// The rounds of these sites.
pub async fn of_sites(db: &Db, sites: &[SiteCode]) -> Result<Vec<Round>> {
    let sql = Sql {
        sqlite: "select contract, site, term, rule, planned_through, offset_days, engineer
                 from round
                 where site in (select value from json_each($1))",
        postgres: "select contract, site, term, rule, planned_through, offset_days, engineer
                   from round
                   where site in (select jsonb_array_elements_text($1::jsonb))",
    };
    let rows: Vec<RoundRow> = db.read(sql).bind(json_list(sites)).all().await?;
    Ok(rows.into_iter().map(round).collect())
}

/// Stores rounds; one that exists is changed.
pub async fn put(tx: &mut Tx, rounds: &[Round]) -> Result<()> {
    let rows: Vec<_> = rounds
        .iter()
        .map(|r| {
            vec![
                json!(r.contract),
                json!(r.site),
                json!(r.term),
                json!(r.rule),
                json!(r.planned_through),
                json!(r.offset_days),
                json!(r.engineer),
            ]
        })
        .collect();
    tx.insert_many(
        "round",
        &[
            InsertColumn::Text("contract"),
            InsertColumn::Text("site"),
            InsertColumn::Text("term"),
            InsertColumn::Text("rule"),
            InsertColumn::Date("planned_through"),
            InsertColumn::Integer("offset_days"),
            InsertColumn::Text("engineer"),
        ],
        &rows,
        "on conflict (contract, site, term) do update
         set rule = excluded.rule,
             planned_through = excluded.planned_through,
             offset_days = excluded.offset_days,
             engineer = excluded.engineer",
    )
    .await?;
    Ok(())
}

/// Forgets a round; its slots stay.
pub async fn delete(tx: &mut Tx, round: &Round) -> Result<()> {
    tx.sql("delete from round where contract = $1 and site = $2 and term = $3")
        .bind(&round.contract)
        .bind(&round.site)
        .bind(&round.term)
        .execute()
        .await?;
    Ok(())
}
