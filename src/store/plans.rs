//! Finds statements that read the whole of a growing table at their first run; with the few rows of a story, nobody
//! would notice what costs a large office dearly at every beat.
//!
//! Debug builds only. Each statement of this crate is explained once by its engine before it runs for the first time,
//! so every story checks the statements that it runs. SQLite has no statistics and plans by the statement's shape
//! alone, however few rows a story has. PostgreSQL plans by the actual rows: it is asked in a well-filled store
//! ([`judge_postgres_by`]), and told to avoid sequential scans and joins of whole tables, so that only those remain
//! that no index can prevent.

use std::collections::HashSet;
use std::panic::Location;
use std::sync::{LazyLock, Mutex, OnceLock, PoisonError};

use serde_json::Value;
use sqlx::postgres::{PgArguments, PgConnection};
use sqlx::sqlite::{SqliteArguments, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection};

use super::query::PlanReads;

/// Tables whose length depends on the size of the office. All others grow with time.
const OF_THE_OFFICE: [&str; 17] = [
    "_sqlx_migrations",
    "answered",
    "contact",
    "contract",
    "customer",
    "digest_ended",
    "engineer",
    "equipment",
    "fact",
    "hotline",
    "manager",
    "numbered",
    "relay",
    "round",
    "site",
    "trail_day",
    "trail_head",
];

/// Indexes that cover only what is open: reading all of one reads no history.
const OF_WHAT_IS_OPEN: [&str; 19] = [
    "answer_declined",
    "countersign_waiting",
    "deadline_open",
    "deadline_to_look_at",
    "deadline_uncounted",
    "finding_open",
    "letter_owed",
    "letter_to_shrink",
    "letter_undelivered",
    "letter_waiting",
    "promise_difference_open",
    "record_unreported",
    "slot_unplanned",
    "slot_unwatched",
    "submission_to_review",
    "trail_to_link",
    "visit_to_announce",
    "visit_to_remind",
    "visit_unwatched",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Engine {
    Sqlite,
    Postgres,
}

/// The calling line, if this process has not explained the statement yet; `None` if the statement is exempt.
fn to_explain(engine: Engine, sql: &str, reads: PlanReads) -> Option<&'static Location<'static>> {
    static SEEN: LazyLock<Mutex<HashSet<(Engine, String)>>> = LazyLock::new(Mutex::default);
    let asked_by = match reads {
        PlanReads::Found(asked_by) => asked_by,
        PlanReads::Whole => return None,
    };
    // Stories may read tables as they like, except the story that tests this check.
    let is_ours = !asked_by.file().contains("tests/") || asked_by.file().ends_with("tests/suite/plans.rs");
    let first = sql.split_whitespace().next().unwrap_or_default();
    if !is_ours || !["select", "with", "update", "delete", "insert"].contains(&first) {
        return None;
    }
    let is_new = SEEN.lock().unwrap_or_else(PoisonError::into_inner).insert((engine, sql.to_owned()));
    is_new.then_some(asked_by)
}

/// To be called before SQLite runs a statement.
///
/// # Panics
/// If the statement reads the whole of a growing table without declaring it.
pub(super) async fn sqlite(on: &mut SqliteConnection, sql: &str, arguments: &SqliteArguments, reads: PlanReads) {
    let Some(asked_by) = to_explain(Engine::Sqlite, sql, reads) else { return };
    let explain = AssertSqlSafe(format!("explain query plan {sql}"));
    let steps = sqlx::query_as_with(explain, arguments.clone()).persistent(false).fetch_all(&mut *on).await;
    // A statement that cannot be explained reports its error when it runs.
    let Ok(steps): Result<Vec<(i64, i64, i64, String)>, _> = steps else { return };
    let tables: Vec<(String,)> = sqlx::query_as("select name from sqlite_schema where type = 'table'")
        .fetch_all(&mut *on)
        .await
        .unwrap_or_default();
    let tables: Vec<&str> = tables.iter().map(|(name,)| name.as_str()).collect();
    for (_, _, _, step) in &steps {
        if scans_all(step, sql, &tables) {
            refuse("SQLite", sql, step, asked_by);
        }
    }
}

/// Whether a step of SQLite's plan reads all rows of a growing table: from beginning to end, through an index that only
/// provides the order, or to build a temporary index.
fn scans_all(step: &str, sql: &str, tables: &[&str]) -> bool {
    let (rest, is_scan) = match (step.strip_prefix("SCAN "), step.strip_prefix("SEARCH ")) {
        (Some(rest), _) => (rest, true),
        (_, Some(rest)) => (rest, false),
        (None, None) => return false,
    };
    let words: Vec<&str> = rest.split(' ').collect();
    let name = words.first().copied().unwrap_or_default();
    let called = called(sql);
    let table = called.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, table)| *table);
    // An insert searches for rows that refer to the new one only while there are rows with dangling references.
    let is_a_reference = table == name && !called.iter().any(|(_, table)| *table == name) && sql.starts_with("insert");
    let of_what_is_open = words.iter().any(|word| OF_WHAT_IS_OPEN.contains(word));
    let grows = tables.contains(&table) && !OF_THE_OFFICE.contains(&table);
    grows && !is_a_reference && !of_what_is_open && (is_scan || words.contains(&"AUTOMATIC"))
}

/// The tables of a statement, each with its alias and its name.
fn called(sql: &str) -> Vec<(&str, &str)> {
    let words: Vec<&str> =
        sql.split(|c: char| c.is_whitespace() || "(),".contains(c)).filter(|word| !word.is_empty()).collect();
    let mut found = Vec::new();
    for (place, word) in words.iter().enumerate() {
        if !["from", "join", "update", "into"].contains(word) {
            continue;
        }
        let Some(table) = words.get(place + 1) else { continue };
        found.push((*table, *table));
        let alias = if words.get(place + 2) == Some(&"as") { place + 3 } else { place + 2 };
        found.extend(words.get(alias).map(|alias| (*alias, *table)));
    }
    found
}

/// The address of the store in which PostgreSQL explains statements.
static FULL: OnceLock<String> = OnceLock::new();

/// From now on, has PostgreSQL explain every statement in the store at `url`: with the current schema, with enough rows
/// in each table for indexes to be worthwhile, and analyzed. Nothing in it is changed.
pub fn judge_postgres_by(url: &str) {
    FULL.get_or_init(|| url.to_owned());
}

/// To be called before PostgreSQL runs a statement. Does nothing until there is a store to explain in.
///
/// # Panics
/// See [`sqlite`].
pub(super) async fn postgres(sql: &str, arguments: &PgArguments, reads: PlanReads) {
    let Some(full) = FULL.get() else { return };
    let Some(asked_by) = to_explain(Engine::Postgres, sql, reads) else { return };
    let mut on = PgConnection::connect(full).await.expect("the full store answers");
    let explained = explained(&mut on, sql, arguments).await;
    let _ = on.close().await;
    // A statement that cannot be explained reports its error when it runs.
    let Ok((plan, indexes)) = explained else { return };
    let mut scans = Vec::new();
    whole_scans(&plan, &indexes, &mut scans);
    for scan in scans {
        refuse("PostgreSQL", sql, &scan, asked_by);
    }
}

/// A PostgreSQL index, with its leading column.
#[derive(Debug, sqlx::FromRow)]
struct PlanIndex {
    name: String,
    leads: String,
}

async fn explained(on: &mut PgConnection, sql: &str, arguments: &PgArguments) -> sqlx::Result<(Value, Vec<PlanIndex>)> {
    // Whether reading everything is faster than many searches depends only on the number of rows.
    for way in ["seqscan", "hashjoin", "mergejoin", "material"] {
        sqlx::query(AssertSqlSafe(format!("set enable_{way} = off"))).execute(&mut *on).await?;
    }
    let explain = AssertSqlSafe(format!("explain (format json, costs off) {sql}"));
    let (plan,): (Value,) =
        sqlx::query_as_with(explain, arguments.clone()).persistent(false).fetch_one(&mut *on).await?;
    let indexes = sqlx::query_as(
        "select class.relname::text as name, attribute.attname::text as leads
         from pg_index
         join pg_class as class on class.oid = pg_index.indexrelid
         join pg_attribute as attribute
           on attribute.attrelid = pg_index.indrelid and attribute.attnum = pg_index.indkey[0]
         where class.relnamespace = current_schema()::regnamespace",
    )
    .fetch_all(&mut *on)
    .await?;
    Ok((plan, indexes))
}

/// The nodes of PostgreSQL's plan that read the whole of a growing table. An index that is searched by a column other
/// than its first one is read from beginning to end.
fn whole_scans(node: &Value, indexes: &[PlanIndex], found: &mut Vec<String>) {
    match node {
        Value::Array(nodes) => nodes.iter().for_each(|node| whole_scans(node, indexes, found)),
        Value::Object(fields) => {
            let text = |key: &str| fields.get(key).and_then(Value::as_str).unwrap_or_default();
            let (kind, index, condition) = (text("Node Type"), text("Index Name"), text("Index Cond"));
            let is_found = || {
                let index = indexes.iter().find(|one| one.name == index);
                let names = |word: &str| index.is_some_and(|index| index.leads == word);
                condition.split(|c: char| !c.is_alphanumeric() && c != '_').any(names)
            };
            let is_whole = match kind {
                "Seq Scan" => true,
                "Index Scan" | "Index Only Scan" | "Bitmap Index Scan" => {
                    !OF_WHAT_IS_OPEN.contains(&index) && !is_found()
                }
                _ => false,
            };
            let table = text("Relation Name");
            if is_whole && !OF_THE_OFFICE.contains(&table) && !is_of_the_office(index) {
                found.push(format!("{kind} of {table} {index}").replace("  ", " ").trim_end().to_owned());
            }
            fields.values().for_each(|value| whole_scans(value, indexes, found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Whether an index belongs to a table in [`OF_THE_OFFICE`]; a bitmap scan names no table.
fn is_of_the_office(index: &str) -> bool {
    OF_THE_OFFICE.iter().any(|table| index.strip_prefix(table).is_some_and(|rest| rest.starts_with('_')))
}

fn refuse(engine: &str, sql: &str, step: &str, asked_by: &Location<'_>) {
    let words = sql.split_whitespace().take(60).collect::<Vec<_>>().join(" ");
    if let Ok(file) = std::env::var("RONDA_PLANS_TO") {
        use std::io::Write;
        if let Ok(mut file) = std::fs::OpenOptions::new().create(true).append(true).open(file) {
            let _ = writeln!(file, "{asked_by}\t{engine}\t{step}\t{words}");
        }
        return;
    }
    panic!(
        "{engine} reads a whole table that grows ({step}) for {words:?}, asked at {asked_by}; give it an index, or say \
         by `reads_whole_table` for what it is"
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Db;

    async fn store() -> (Db, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open_sqlite(&folder.path().join("office.sqlite")).await.unwrap();
        (db, folder)
    }

    #[tokio::test]
    #[should_panic(expected = "SQLite reads a whole table that grows (SCAN v")]
    async fn a_statement_that_no_index_serves_is_refused() {
        let (db, _folder) = store().await;
        let _: Vec<(i64,)> = db.read("select id from visit as v where reason = $1").bind("rain").all().await.unwrap();
    }

    #[tokio::test]
    #[should_panic(expected = "reads a whole table that grows (SCAN visit")]
    async fn one_that_writes_is_refused_as_well() {
        let (db, _folder) = store().await;
        db.write("update visit set remind_at = null where reason = $1").bind("rain").execute().await.unwrap();
    }

    #[tokio::test]
    #[should_panic(expected = "(SCAN visit USING INDEX visit_by_day)")]
    async fn one_that_an_index_serves_with_no_more_than_its_order_is_refused() {
        let (db, _folder) = store().await;
        let asked = db.read("select takes_minutes from visit where reason = $1 order by day").bind("rain");
        let _: Vec<(i64,)> = asked.all().await.unwrap();
    }

    #[tokio::test]
    #[should_panic(expected = "reads a whole table that grows (SCAN finding)")]
    async fn one_that_makes_the_engine_look_for_references_is_refused() {
        let (db, _folder) = store().await;
        db.write("drop index finding_by_closer").execute().await.unwrap();
        db.write("delete from visit where id = $1").bind(1_i64).execute().await.unwrap();
    }

    #[tokio::test]
    async fn one_that_an_index_serves_or_that_means_it_runs() {
        let (db, _folder) = store().await;
        let _: Vec<(i64,)> = db.read("select id from visit where site = $1").bind("S-1").all().await.unwrap();
        let all = db.read("select id from visit where reason is null").reads_whole_table("a proof");
        let _: Vec<(i64,)> = all.all().await.unwrap();
        let _: Vec<(i64,)> = db.read("select id from slot where not watched order by first_on").all().await.unwrap();
        let _: Vec<(String,)> = db.read("select engineer from engineer").all().await.unwrap();
    }

    #[tokio::test]
    async fn what_is_named_here_is_in_the_schema() {
        let (db, _folder) = store().await;
        let names: Vec<(String,)> = db.read("select name from sqlite_schema").all().await.unwrap();
        let has = |name: &str| names.iter().any(|(found,)| found == name);
        let missing: Vec<_> = OF_THE_OFFICE.into_iter().chain(OF_WHAT_IS_OPEN).filter(|name| !has(name)).collect();
        assert_eq!(missing, Vec::<&str>::new());
    }

    #[test]
    fn a_name_in_a_plan_is_found_in_the_statement() {
        let sql = "select 1 from visit as found join finding f on f.id = found.id where exists (select 1 from letter)";
        let names = called(sql);
        for (name, table) in [("found", "visit"), ("f", "finding"), ("letter", "letter")] {
            assert!(names.contains(&(name, table)), "{name}: {names:?}");
        }
    }

    #[test]
    fn an_index_that_is_made_for_this_once_reads_all() {
        let sql = "select 1 from site join deadline_move on deadline_move.why = site.name";
        assert!(scans_all("SEARCH deadline_move USING AUTOMATIC COVERING INDEX (why=?)", sql, &["deadline_move"]));
        assert!(!scans_all("SEARCH deadline_move USING INDEX x (why=?)", sql, &["deadline_move"]));
    }

    #[test]
    fn a_node_without_a_condition_on_its_first_column_reads_all_but_for_an_index_of_what_is_open() {
        let plan = serde_json::json!([{"Plan": {"Node Type": "Nested Loop", "Plans": [
            {"Node Type": "Index Scan", "Relation Name": "letter", "Index Name": "letter_pkey"},
            {"Node Type": "Index Scan", "Relation Name": "slot", "Index Name": "slot_unwatched"},
            {"Node Type": "Index Scan", "Relation Name": "visit", "Index Name": "visit_pkey", "Index Cond": "(id = 1)"},
            {"Node Type": "Index Scan", "Relation Name": "visit", "Index Name": "visit_by_site",
             "Index Cond": "(visit.day > '2026-03-02'::date)"},
            {"Node Type": "Seq Scan", "Relation Name": "engineer"},
            {"Node Type": "Seq Scan", "Relation Name": "finding"},
        ]}}]);
        let index = |name: &str, leads: &str| PlanIndex { name: name.to_owned(), leads: leads.to_owned() };
        let indexes = [index("visit_pkey", "id"), index("visit_by_site", "site"), index("letter_pkey", "id")];
        let mut found = Vec::new();
        whole_scans(&plan, &indexes, &mut found);
        let expected = ["Index Scan of letter letter_pkey", "Index Scan of visit visit_by_site", "Seq Scan of finding"];
        assert_eq!(found, expected);
    }
}
