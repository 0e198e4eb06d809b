//! The audit trail: its lines, the hash chains that link them, and the chain heads reported by canary letters.

pub mod difference;
pub mod promises;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::reader::{from_json, json_list};
use super::{Db, InsertColumn, ReadHandle, Result, Sql, Tx};
use crate::text::sql;
use domain::Instant;
use domain::access::{ActorKind, Deed};
use domain::audit::trail::{ChainPlace, PersonalEntry, TrailDay, TrailHead, TrailLine, Unlinked};
use domain::ids::{SiteCode, VisitId};

/// The fact that counts linking runs. A run holds a lock on its row.
const RUNS: &str = "trail-runs";

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    at: Instant,
    actor: String,
    code: Option<String>,
    door: String,
    deed: String,
    chain: String,
    visit_id: Option<i64>,
    subject: String,
    before: Option<String>,
    after: Option<String>,
    personal: String,
    number: Option<i64>,
    hash: Option<String>,
    run: Option<i64>,
}

impl Row {
    fn line(self) -> Result<TrailLine> {
        let personal: Vec<PersonalEntry> = from_json(&format!("trail {}", self.id), "personal", &self.personal)?;
        let place = match (self.number, self.hash, self.run) {
            (Some(number), Some(hash), Some(run)) => Some(ChainPlace { number, hash, run }),
            (Some(_) | None, _, _) => None,
        };
        Ok(TrailLine {
            id: self.id,
            at: self.at,
            actor: self.actor,
            code: self.code,
            door: self.door,
            deed: self.deed,
            site: Some(self.chain).filter(|chain| !chain.is_empty()).map(SiteCode::from),
            visit: self.visit_id.map(VisitId),
            on: self.subject,
            before: self.before,
            after: self.after,
            personal,
            place,
        })
    }
}

fn lines(rows: Vec<Row>) -> Result<Vec<TrailLine>> {
    rows.into_iter().map(Row::line).collect()
}

/// Inserts lines that are not linked yet, in order, with one statement.
pub(crate) async fn put(tx: &mut Tx, new: &[TrailLine]) -> Result<()> {
    let rows: Vec<_> = new.iter().map(values).collect();
    tx.insert_many("trail", &COLUMNS[1..], &rows, "").await?;
    Ok(())
}

/// Inserts the very first line of the trail, as number 0; an existing one is left unchanged.
pub async fn put_first(tx: &mut Tx, line: &TrailLine) -> Result<()> {
    let row = std::iter::once(json!(0)).chain(values(line)).collect();
    tx.insert_many("trail", &COLUMNS, &[row], "on conflict (id) do nothing").await?;
    Ok(())
}

const COLUMNS: [InsertColumn; 12] = [
    InsertColumn::Integer("id"),
    InsertColumn::Instant("at"),
    InsertColumn::Text("actor"),
    InsertColumn::Text("code"),
    InsertColumn::Text("door"),
    InsertColumn::Text("deed"),
    InsertColumn::Text("chain"),
    InsertColumn::Integer("visit_id"),
    InsertColumn::Text("subject"),
    InsertColumn::Text("before"),
    InsertColumn::Text("after"),
    InsertColumn::Text("personal"),
];

/// A line's values for all columns but the first.
fn values(line: &TrailLine) -> Vec<Value> {
    vec![
        json!(line.at),
        json!(line.actor),
        json!(line.code),
        json!(line.door),
        json!(line.deed),
        json!(line.chain()),
        json!(line.visit.map(|visit| visit.0)),
        json!(line.on),
        json!(line.before),
        json!(line.after),
        json!(personal(line)),
    ]
}

fn personal(line: &TrailLine) -> String {
    serde_json::to_string(&line.personal).expect("plain data")
}

/// Which lines to list.
#[derive(Debug, Clone, Default)]
pub struct TrailFilter {
    pub site: Option<SiteCode>,
    pub visit: Option<VisitId>,
    pub actor: Option<ActorKind>,
    /// The actor's code, or the name of an operating-system user.
    pub code: Option<String>,
    pub deed: Option<Deed>,
    /// Inclusive.
    pub since: Option<Instant>,
    /// Exclusive.
    pub until: Option<Instant>,
    /// Only lines before the one with this number.
    pub before: Option<i64>,
    pub most: u32,
}

/// Lines that match the filter, latest first.
pub async fn list(db: &Db, filter: &TrailFilter) -> Result<Vec<TrailLine>> {
    let TrailFilter { site, visit, actor, deed, since, until, before, .. } = filter;
    let by_what = site.is_some() || visit.is_some() || actor.is_some() || deed.is_some();
    let by_time = since.is_some() || until.is_some() || before.is_some();
    let query = db.read(
        "select id, at, actor, code, door, deed, chain, visit_id, subject, before, after, personal, number, hash, run
         from trail
         where true",
    );
    let query = match by_what || by_time {
        true => query,
        false => query.reads_whole_table("the latest lines, until the limit is reached"),
    };
    let rows: Vec<Row> = query
        .and(" and chain = ", filter.site.as_ref().map(SiteCode::as_str))
        .and(" and visit_id = ", filter.visit.map(|visit| visit.0))
        .and(" and actor = ", filter.actor.map(ActorKind::word))
        .and(" and code = ", filter.code.as_deref())
        .and(" and deed = ", filter.deed.map(Deed::word))
        .and(" and at >= ", filter.since)
        .and(" and at < ", filter.until)
        .and(" and id < ", filter.before)
        .text(" order by id desc")
        .limit(filter.most)
        .all()
        .await?;
    lines(rows)
}

/// Waits until no other transaction is linking lines or reading all heads; returns the number of this run, counted from
/// 1.
pub async fn next_run(tx: &mut Tx) -> Result<i64> {
    let run = tx
        .sql(
            "insert into fact (name, value)
             values ($1, '1')
             on conflict (name) do update set value = cast(cast(fact.value as bigint) + 1 as text)
             returning value",
        )
        .bind(RUNS)
        .one::<(String,)>()
        .await?;
    Ok(run.0.parse().expect("written by this statement alone"))
}

/// The oldest lines that are not linked yet, in the order in which they were written; at most `most`.
pub async fn to_link(tx: &mut Tx, most: i64) -> Result<Vec<TrailLine>> {
    let rows: Vec<Row> = tx
        .sql(
            "select id, at, actor, code, door, deed, chain, visit_id, subject, before, after, personal, number, hash, run
             from trail
             where number is null
             order by id",
        )
        .limit(most)
        .all()
        .await?;
    lines(rows)
}

/// How many lines are waiting to be linked.
pub async fn waiting(db: &Db) -> Result<Unlinked> {
    let (lines, since) = db.read("select count(*), min(at) from trail where number is null").one().await?;
    Ok(Unlinked { lines, since })
}

/// Whether any line is waiting to be linked.
pub async fn any_to_link<'a>(on: impl Into<ReadHandle<'a>>) -> Result<bool> {
    let row: Option<(i64,)> =
        on.into().sql("select id from trail where number is null order by id limit 1").optional().await?;
    Ok(row.is_some())
}

/// The heads of these chains; a chain without lines has none.
pub async fn heads_of(tx: &mut Tx, chains: &BTreeSet<String>) -> Result<Vec<TrailHead>> {
    let codes: Vec<String> = chains.iter().cloned().collect();
    let rows: Vec<(String, i64, String)> = tx
        .sql(sql!("select chain, number, hash from trail_head where chain in ", codes 1))
        .bind(json_list(&codes))
        .all()
        .await?;
    Ok(rows.into_iter().map(into_head).collect())
}

/// The head of one chain.
pub async fn head(db: &Db, chain: &str) -> Result<Option<TrailHead>> {
    let row: Option<(String, i64, String)> =
        db.read("select chain, number, hash from trail_head where chain = $1").bind(chain).optional().await?;
    Ok(row.map(into_head))
}

/// The heads of all chains.
pub async fn heads<'a>(on: impl Into<ReadHandle<'a>>) -> Result<Vec<TrailHead>> {
    let rows: Vec<(String, i64, String)> =
        on.into().sql("select chain, number, hash from trail_head order by chain").all().await?;
    Ok(rows.into_iter().map(into_head).collect())
}

fn into_head((chain, number, hash): (String, i64, String)) -> TrailHead {
    TrailHead { chain, number, hash }
}

/// Stores where the linked lines stand in their chains, and the chains' new heads.
pub async fn link(tx: &mut Tx, linked: &[TrailLine], heads: &[TrailHead]) -> Result<()> {
    let places: Vec<_> = linked
        .iter()
        .filter_map(|line| Some((line.id, line.place.as_ref()?)))
        .map(|(id, place)| json!({"id": id, "number": place.number, "hash": place.hash, "run": place.run}))
        .collect();
    tx.sql(Sql {
        sqlite: "update trail
                 set number = place.value ->> 'number', hash = place.value ->> 'hash', run = place.value ->> 'run'
                 from json_each($1) as place
                 where trail.id = place.value ->> 'id'",
        postgres: "update trail
                   set number = place.number, hash = place.hash, run = place.run
                   from jsonb_to_recordset($1::jsonb) as place (id bigint, number bigint, hash text, run bigint)
                   where trail.id = place.id",
    })
    .bind(serde_json::to_string(&places).expect("plain data"))
    .execute()
    .await?;
    let columns = [InsertColumn::Text("chain"), InsertColumn::Integer("number"), InsertColumn::Text("hash")];
    let rows: Vec<_> = heads.iter().map(|head| vec![json!(head.chain), json!(head.number), json!(head.hash)]).collect();
    let latest = "on conflict (chain) do update set number = excluded.number, hash = excluded.hash";
    tx.insert_many("trail_head", &columns, &rows, latest).await?;
    Ok(())
}

/// Up to `most` linked lines of a chain, following the one with number `after`.
pub async fn of_chain(db: &Db, chain: &str, after: i64, most: i64) -> Result<Vec<TrailLine>> {
    let rows: Vec<Row> = db
        .read(
            "select id, at, actor, code, door, deed, chain, visit_id, subject, before, after, personal, number, hash, run
             from trail
             where chain = $1 and number is not null and number > $2
             order by number",
        )
        .bind(chain)
        .bind(after)
        .limit(most)
        .all()
        .await?;
    lines(rows)
}

/// Up to `most` linked lines of all chains, following this position; ordered by chain and number.
pub async fn after(db: &Db, chain: &str, number: i64, most: i64) -> Result<Vec<TrailLine>> {
    let rows: Vec<Row> = db
        .read(
            "select id, at, actor, code, door, deed, chain, visit_id, subject, before, after, personal, number, hash, run
             from trail
             where number is not null and (chain, number) > ($1, $2)
             order by chain, number",
        )
        .bind(chain)
        .bind(number)
        .limit(most)
        .all()
        .await?;
    lines(rows)
}

/// Stores what the canary letter of a day reports; what is already there is left unchanged.
pub async fn put_day(tx: &mut Tx, day: NaiveDate, told: &TrailDay) -> Result<()> {
    tx.sql("insert into trail_day (day, run, head) values ($1, $2, $3) on conflict (day) do nothing")
        .bind(day)
        .bind(told.run)
        .bind(told.head.as_str())
        .execute()
        .await?;
    Ok(())
}

/// What the canary letter of a day reported.
pub async fn day(db: &Db, day: NaiveDate) -> Result<Option<TrailDay>> {
    let row: Option<(i64, String)> =
        db.read("select run, head from trail_day where day = $1").bind(day).optional().await?;
    Ok(row.map(|(run, head)| TrailDay { run, head }))
}

/// The lines with these ids.
pub async fn with_ids(tx: &mut Tx, ids: &[i64]) -> Result<Vec<TrailLine>> {
    let rows: Vec<Row> = tx
        .sql(sql!(
            "select id, at, actor, code, door, deed, chain, visit_id, subject, before, after, personal, number, hash, run
             from trail
             where id in ",
            numbers 1,
            " order by id"
        ))
        .bind(json_list(ids))
        .all()
        .await?;
    lines(rows)
}

/// Stores a line's personal fields after some of them were erased.
pub async fn set_personal(tx: &mut Tx, line: &TrailLine) -> Result<()> {
    tx.sql("update trail set personal = $1 where id = $2").bind(personal(line)).bind(line.id).execute().await?;
    Ok(())
}

/// The id of the trail's last line; 0 if it is empty.
pub async fn last_line(db: &Db) -> Result<i64> {
    let (last,): (Option<i64>,) = db.read("select max(id) from trail").one().await?;
    Ok(last.unwrap_or(0))
}

/// Sites that have trail lines after this one.
pub async fn sites_after(db: &Db, line: i64) -> Result<BTreeSet<SiteCode>> {
    let sql = "select chain from trail where id > $1 and chain <> '' order by id";
    let rows: Vec<(String,)> = db.read(sql).bind(line).all().await?;
    Ok(rows.into_iter().map(|(chain,)| chain.into()).collect())
}
