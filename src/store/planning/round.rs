//! Rounds: what the planner has decided for one term at one site, with its far slots.

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use crate::reader::{from_json, json_list};
use crate::text::{sql, text};
use crate::{Db, InsertColumn, Query, ReadHandle, Result, Tx};
use domain::ids::{ContractCode, CustomerCode, EngineerCode, SiteCode, TermName, VisitId};
use domain::planning::far::{FarText, NEAR_DAYS, NEAR_DAYS_WITHOUT_VISIT, PackedSlots};
use domain::planning::{FarDays, Round, RoundRule, RoundWithPlace, SiteDue, SlotWindow};

#[derive(sqlx::FromRow)]
struct RoundRow {
    contract: String,
    site: String,
    term: String,
    rule: String,
    planned_through: NaiveDate,
    next_on: Option<NaiveDate>,
    offset_days: Option<i64>,
    engineer: Option<String>,
    far: Option<String>,
    others: Option<String>,
    near_on: Option<NaiveDate>,
    first_visit: Option<i64>,
    last_visit: Option<i64>,
    waits: i64,
}

const COLUMNS: &str = "round.contract, round.site, round.term, round.rule, round.planned_through, round.next_on,
        round.offset_days, round.engineer, round.far, round.others, round.near_on, round.first_visit,
        round.last_visit, round.waits";
const ROUNDS: &str = text!("select ", COLUMNS, " from round ");

impl RoundRow {
    fn round(self) -> Result<Round> {
        let place = format!("round {} at {}", self.contract, self.site);
        let far = match self.far.zip(self.near_on) {
            None => None,
            Some((text, near_on)) => Some(PackedSlots {
                kept: far_text(&place, text, self.others)?,
                near_on,
                visits: self.first_visit.map(VisitId).zip(self.last_visit.map(VisitId)),
                waiting: u32::try_from(self.waits).unwrap_or(0),
            }),
        };
        Ok(Round {
            contract: self.contract.into(),
            site: self.site.into(),
            term: self.term.into(),
            rule: self.rule,
            planned_through: self.planned_through,
            next_on: self.next_on,
            offset_days: self.offset_days.and_then(|days| u32::try_from(days).ok()),
            engineer: self.engineer.map(EngineerCode::from),
            far,
        })
    }
}

fn far_text(place: &str, text: String, others: Option<String>) -> Result<FarText> {
    let others = others.map_or(Ok(Vec::new()), |others| from_json(place, "others", &others))?;
    Ok(FarText { text, others })
}

async fn rounds(query: Query<'_>) -> Result<Vec<Round>> {
    query.all::<RoundRow>().await?.into_iter().map(RoundRow::round).collect()
}

/// The rounds of these sites.
pub async fn of_sites(db: &Db, sites: &[SiteCode]) -> Result<Vec<Round>> {
    rounds(db.read(sql!(ROUNDS, "where site in ", codes 1)).bind(json_list(sites))).await
}

/// The rounds of these sites, locked until the transaction ends.
pub async fn held(tx: &mut Tx, sites: &[SiteCode]) -> Result<Vec<Round>> {
    let sql = sql!(ROUNDS, "where site in ", codes 1, postgres " order by contract, site, term for update");
    rounds(tx.sql(sql).bind(json_list(sites))).await
}

/// Up to `limit` rounds of this engineer that have far slots, locked until the transaction ends.
pub async fn held_of(tx: &mut Tx, engineer: &EngineerCode, limit: i64) -> Result<Vec<Round>> {
    let sql = sql!(
        ROUNDS,
        "where engineer = $1 and far is not null order by contract, site, term limit $2",
        postgres " for update"
    );
    rounds(tx.sql(sql).bind(engineer).bind(limit)).await
}

/// Up to `limit` rounds of which something becomes near by `day`, locked until the transaction ends.
pub async fn near(tx: &mut Tx, day: NaiveDate, limit: i64) -> Result<Vec<Round>> {
    let sql = sql!(
        ROUNDS,
        "where near_on <= $1 order by near_on, contract, site, term limit $2",
        postgres " for update"
    );
    rounds(tx.sql(sql).bind(day).bind(limit)).await
}

/// Whether any part of a round becomes near by `day`.
pub async fn is_near(db: &Db, day: NaiveDate) -> Result<bool> {
    let (first,): (Option<NaiveDate>,) =
        db.read("select min(near_on) from round where near_on is not null").one().await?;
    Ok(first.is_some_and(|near_on| near_on <= day))
}

/// A position in the order of rounds: by contract, site and term.
type RoundPlace<'a> = (&'a ContractCode, &'a SiteCode, &'a TermName);

fn place(round: &Round) -> RoundPlace<'_> {
    (&round.contract, &round.site, &round.term)
}

/// Up to `limit` rounds following a position.
fn after<'a>(query: Query<'a>, place: Option<RoundPlace<'_>>, limit: i64) -> Query<'a> {
    const IN_ORDER: &str = " order by round.contract, round.site, round.term";
    let Some((contract, site, term)) = place else { return query.text(IN_ORDER).limit(limit) };
    query
        .text(" and (round.contract, round.site, round.term) > (")
        .value(contract)
        .text(", ")
        .value(site)
        .text(", ")
        .value(term)
        .text(")")
        .text(IN_ORDER)
        .limit(limit)
}

/// Up to `limit` rounds that have far visits or slots, following `last`, each with its site's position.
pub async fn far(db: &Db, last: Option<&Round>, limit: i64) -> Result<Vec<RoundWithPlace>> {
    #[derive(sqlx::FromRow)]
    struct PlacedRow {
        #[sqlx(flatten)]
        round: RoundRow,
        latitude: Option<f64>,
        longitude: Option<f64>,
    }
    let sql = text!(
        "select ",
        COLUMNS,
        ", site.latitude, site.longitude
         from round
         join site on site.site = round.site
         where round.far is not null"
    );
    let rows: Vec<PlacedRow> = after(db.read(sql), last.map(place), limit).all().await?;
    let placed = |row: PlacedRow| {
        let position = row.latitude.zip(row.longitude);
        Ok(RoundWithPlace { round: row.round.round()?, position })
    };
    rows.into_iter().map(placed).collect()
}

const FAR_DAYS: &str =
    "select string_agg(coalesce(round.engineer, '') || $1 || round.far || $1 || coalesce(round.others, '') || $1
                || coalesce(cast(site.latitude as text), '') || $1 || coalesce(cast(site.longitude as text), ''), $2)
         from round
         join site on site.site = round.site
         where round.far is not null and round.contract in ";

fn far_days_of<'a>(mut columns: impl Iterator<Item = &'a str>) -> Result<FarDays> {
    let mut next = || columns.next().unwrap_or_default();
    let some = |text: &str| Some(text).filter(|text| !text.is_empty()).map(str::to_owned);
    let (engineer, far, others) = (some(next()), next().to_owned(), some(next()));
    let (latitude, longitude) = (next().parse().ok(), next().parse().ok());
    let far = far_text("round", far, others)?;
    Ok(FarDays { engineer: engineer.map(EngineerCode::from), far, position: latitude.zip(longitude) })
}

/// The engineers' time that far visits of these contracts occupy. Read as one text per contract, because the planner
/// needs all of it, and there are as many rounds as sites.
pub async fn far_days(db: &Db, contracts: &[ContractCode]) -> Result<Vec<FarDays>> {
    // Separates columns and rounds: it cannot occur in a code, and JSON escapes it.
    const COLUMN: char = '\t';
    const ROUND: char = '\n';
    let sql = sql!(FAR_DAYS, codes 3, " group by round.contract");
    let query = db.read(sql).bind(COLUMN.to_string()).bind(ROUND.to_string()).bind(json_list(contracts));
    let of_contracts: Vec<(String,)> = query.all().await?;
    let rounds = of_contracts.iter().flat_map(|(text,)| text.split(ROUND));
    rounds.map(|round| far_days_of(round.split(COLUMN))).collect()
}

/// Up to `limit` rounds with far slots that have no visit, following `last`.
pub async fn waiting(db: &Db, last: Option<&Round>, limit: i64) -> Result<Vec<Round>> {
    rounds(after(db.read(text!(ROUNDS, "where waits > 0")), last.map(place), limit)).await
}

/// Rounds with far slots that have no visit and may begin by `until`.
pub(crate) async fn that_wait(db: &Db, until: NaiveDate) -> Result<Vec<Round>> {
    let near_on = until.checked_sub_days(Days::new(u64::from(NEAR_DAYS_WITHOUT_VISIT))).unwrap_or(NaiveDate::MIN);
    rounds(db.read(text!(ROUNDS, "where waits > 0 and near_on <= ")).value(near_on)).await
}

/// The rule by which each round is planned, and its site's customer; up to `limit` following `last`.
pub async fn rules(db: &Db, last: Option<&RoundRule>, limit: i64) -> Result<Vec<RoundRule>> {
    #[derive(sqlx::FromRow)]
    struct RuleRow {
        contract: String,
        site: String,
        term: String,
        rule: String,
        customer: String,
    }
    let query = db.read(
        "select round.contract, round.site, round.term, round.rule, site.customer
         from round
         join site on site.site = round.site
         where true",
    );
    let place = last.map(|last| (&last.contract, &last.site, &last.term));
    let rows: Vec<RuleRow> = after(query, place, limit).all().await?;
    let rule = |row: RuleRow| RoundRule {
        contract: row.contract.into(),
        site: row.site.into(),
        term: row.term.into(),
        rule: row.rule,
        customer: row.customer.into(),
    };
    Ok(rows.into_iter().map(rule).collect())
}

/// Which rounds with far visits to find.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct FarFilter<'a> {
    pub(crate) site: Option<&'a SiteCode>,
    /// The customer of the site.
    pub(crate) customer: Option<&'a CustomerCode>,
    /// The customer of the contract.
    pub(crate) contract_of: Option<&'a CustomerCode>,
    pub(crate) under: Under,
    pub(crate) engineer: Option<&'a EngineerCode>,
    /// First and last day of the visits, both inclusive.
    pub(crate) from: Option<NaiveDate>,
    pub(crate) through: Option<NaiveDate>,
}

impl FarFilter<'_> {
    /// Whether it selects those of a single site, customer or engineer.
    pub(crate) fn is_of_one(&self) -> bool {
        self.site.is_some() || self.customer.is_some() || self.contract_of.is_some() || self.engineer.is_some()
    }
}

/// Which contracts to consider.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) enum Under {
    #[default]
    Any,
    /// Those of the site's current customer.
    Present,
}

/// Rounds that may have far visits matching the filter; the caller has to check days and engineers in each round.
pub(crate) async fn that_may_have<'a>(on: impl Into<ReadHandle<'a>>, filter: &FarFilter<'_>) -> Result<Vec<Round>> {
    // Every slot becomes near at least this many days before its window begins.
    let near_on = filter.through.and_then(|day| day.checked_sub_days(Days::new(u64::from(NEAR_DAYS))));
    let mut query = on
        .into()
        .sql(text!(ROUNDS, "where far is not null"))
        .and(" and near_on <= ", near_on)
        .and(" and round.site = ", filter.site);
    if let Some(engineer) = filter.engineer {
        query = query.text(" and (round.engineer = ").value(engineer).text(" or round.others is not null)");
    }
    if let Some(customer) = filter.customer {
        query = query
            .text(" and exists (select 1 from site where site.site = round.site and site.customer = ")
            .value(customer)
            .text(")");
    }
    if let Some(customer) = filter.contract_of {
        query = query
            .text(
                " and exists (select 1 from contract
                              where contract.contract = round.contract and contract.customer = ",
            )
            .value(customer)
            .text(")");
    }
    query = match filter.under {
        Under::Any => query,
        Under::Present => query.text(
            " and exists (select 1 from contract
                          join site on site.customer = contract.customer
                          where contract.contract = round.contract and site.site = round.site)",
        ),
    };
    rounds(query).await
}

/// A lower bound for the days of far visits, and the last day through which slots are planned; `None` if nothing is
/// far.
pub(crate) async fn far_span<'a>(on: impl Into<ReadHandle<'a>>) -> Result<Option<SlotWindow>> {
    let (first, last): (Option<NaiveDate>, Option<NaiveDate>) =
        on.into().sql("select min(near_on), max(planned_through) from round where near_on is not null").one().await?;
    Ok(first.zip(last).map(|(first_on, last_on)| SlotWindow { first_on, last_on }))
}

/// The round that contains this far visit.
pub(crate) async fn of_visit<'a>(on: impl Into<ReadHandle<'a>>, visit: VisitId) -> Result<Option<Round>> {
    let query = on.into().sql(text!(ROUNDS, "where last_visit >= ")).value(visit);
    let found = rounds(query.text(" and first_visit <= ").value(visit)).await?;
    let has = |round: &Round| {
        let far = round.far.as_ref().map(|far| far.unpack(round.engineer.as_ref()));
        far.is_some_and(|far| far.slots.iter().any(|far| far.visit().is_some_and(|of| of.visit == visit)))
    };
    Ok(found.into_iter().find(has))
}

/// Stores rounds, replacing existing ones.
pub async fn put(tx: &mut Tx, rounds: &[Round]) -> Result<()> {
    let rows: Vec<_> = rounds
        .iter()
        .map(|r| {
            let far = r.far.as_ref();
            let visits = far.and_then(|far| far.visits);
            let others = far.map(|far| &far.kept.others).filter(|others| !others.is_empty());
            let others = others.map_or(Value::Null, |others| json!(json_list(others)));
            vec![
                json!(r.contract),
                json!(r.site),
                json!(r.term),
                json!(r.rule),
                json!(r.planned_through),
                json!(r.next_on),
                json!(r.offset_days),
                json!(r.engineer),
                json!(far.map(|far| &far.kept.text)),
                others,
                json!(far.map(|far| far.near_on)),
                json!(visits.map(|(first, _)| first)),
                json!(visits.map(|(_, last)| last)),
                json!(far.map_or(0, |far| far.waiting)),
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
            InsertColumn::Date("next_on"),
            InsertColumn::Integer("offset_days"),
            InsertColumn::Text("engineer"),
            InsertColumn::Text("far"),
            InsertColumn::Text("others"),
            InsertColumn::Date("near_on"),
            InsertColumn::Integer("first_visit"),
            InsertColumn::Integer("last_visit"),
            InsertColumn::Integer("waits"),
        ],
        &rows,
        "on conflict (contract, site, term) do update
         set rule = excluded.rule,
             planned_through = excluded.planned_through,
             next_on = excluded.next_on,
             offset_days = excluded.offset_days,
             engineer = excluded.engineer,
             far = excluded.far,
             others = excluded.others,
             near_on = excluded.near_on,
             first_visit = excluded.first_visit,
             last_visit = excluded.last_visit,
             waits = excluded.waits",
    )
    .await?;
    Ok(())
}

/// Sites with a round in which a window that begins by `until` is not planned yet, each with the first day of its first
/// such window; by code.
pub async fn sites_due(db: &Db, until: NaiveDate) -> Result<Vec<SiteDue>> {
    let rows: Vec<(String, NaiveDate)> = db
        .read("select site, min(next_on) from round where next_on <= $1 group by site order by site")
        .bind(until)
        .all()
        .await?;
    Ok(rows.into_iter().map(|(site, next_on)| SiteDue { site: site.into(), next_on }).collect())
}

/// Discards the far part of a round.
pub async fn forget_far(tx: &mut Tx, contract: &ContractCode, site: &SiteCode, term: &TermName) -> Result<()> {
    tx.sql(
        "update round
         set far = null, others = null, near_on = null, first_visit = null, last_visit = null, waits = 0
         where contract = $1 and site = $2 and term = $3",
    )
    .bind(contract)
    .bind(site)
    .bind(term)
    .execute()
    .await?;
    Ok(())
}

/// Deletes a round; its slots remain.
pub async fn delete(tx: &mut Tx, round: &RoundRule) -> Result<()> {
    tx.sql("delete from round where contract = $1 and site = $2 and term = $3")
        .bind(&round.contract)
        .bind(&round.site)
        .bind(&round.term)
        .execute()
        .await?;
    Ok(())
}
