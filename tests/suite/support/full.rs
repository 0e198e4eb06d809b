//! A PostgreSQL store with so many rows in each table that an index is worth while: its planner goes by what there is.

use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// Tables that are as long as the office is large.
const OF_THE_OFFICE: i64 = 300;
/// All others.
const ROWS: i64 = 3000;

/// Columns that a row of long ago has no value in: what is open, waits or was taken back is rare.
const MOSTLY_EMPTY: [&str; 21] = [
    "called_at",
    "cancelled_at",
    "excused_at",
    "excused_by",
    "excused_why",
    "expires_at",
    "facts",
    "given_up_at",
    "hotline_id",
    "level",
    "next_attempt_at",
    "next_look_at",
    "reason",
    "remind_at",
    "revoked_at",
    "settled_at",
    "settled_how",
    "struck",
    "unplanned",
    "withdrawn_at",
    "withdrawn_why",
];

/// Fills every table of the store at `url`, whatever columns it has, and has the planner count.
pub async fn fill(url: &str) {
    let mut on = PgConnection::connect(url).await.unwrap();
    // What is made up refers to nothing and fits no rule.
    let rules: Vec<(String, String)> = sqlx::query_as(
        "select conrelid::regclass::text, conname::text
         from pg_constraint
         where contype in ('c', 'f') and connamespace = current_schema()::regnamespace
         order by contype desc",
    )
    .fetch_all(&mut on)
    .await
    .unwrap();
    for (table, rule) in rules {
        let drop = format!("alter table {table} drop constraint {rule}");
        sqlx::query(AssertSqlSafe(drop)).execute(&mut on).await.unwrap();
    }
    let columns: Vec<(String, String, String, bool)> = sqlx::query_as(
        "select c.table_name::text, c.column_name::text, c.data_type::text, c.is_nullable = 'YES'
         from information_schema.columns as c
         join information_schema.tables as t on t.table_schema = c.table_schema and t.table_name = c.table_name
         where c.table_schema = current_schema() and t.table_type = 'BASE TABLE' and c.table_name <> '_sqlx_migrations'
         order by c.table_name, c.ordinal_position",
    )
    .fetch_all(&mut on)
    .await
    .unwrap();
    for table in columns.chunk_by(|a, b| a.0 == b.0) {
        let name = &table[0].0;
        let rows = match name.as_str() {
            "contact" | "contract" | "customer" | "engineer" | "equipment" | "manager" | "round" | "site" => {
                OF_THE_OFFICE
            }
            _ => ROWS,
        };
        let names = table.iter().map(|(_, column, ..)| format!("\"{column}\"")).collect::<Vec<_>>().join(", ");
        let values = table.iter().map(|(table, column, kind, may_miss)| value(table, column, kind, *may_miss));
        let values = values.collect::<Vec<_>>().join(", ");
        let fill = format!(
            "insert into {name} ({names}) overriding system value
             select {values} from generate_series(1, {rows}) as i on conflict do nothing"
        );
        sqlx::query(AssertSqlSafe(fill)).execute(&mut on).await.unwrap();
    }
    sqlx::query("analyze").execute(&mut on).await.unwrap();
    on.close().await.unwrap();
}

/// What stands in a column of the row with the number `i`.
fn value(table: &str, column: &str, kind: &str, may_miss: bool) -> String {
    let plain = match kind {
        "boolean" => "i % 50 <> 0".to_owned(),
        "bigint" | "integer" | "smallint" => "i".to_owned(),
        "double precision" | "real" => "i::double precision".to_owned(),
        "date" => "date '2020-01-01' + i".to_owned(),
        "timestamp with time zone" => "timestamptz '2020-01-01 00:00Z' + i * interval '1 day'".to_owned(),
        "bytea" => "''::bytea".to_owned(),
        "json" | "jsonb" => format!("'{{}}'::{kind}"),
        _ => match (table, column) {
            ("visit", "state") => "case when i % 50 = 0 then 'planned' else 'done' end".to_owned(),
            ("letter", "state") => "case when i % 50 = 0 then 'waiting' else 'sent' end".to_owned(),
            (_, "owed") => "case when i % 2 = 0 then 'report' else 'record' end".to_owned(),
            (_, "outcome") => "case when i % 50 = 0 then 'review' else 'taken' end".to_owned(),
            (_, "site" | "customer" | "contract" | "engineer" | "manager" | "of_site" | "of_customer") => {
                format!("'{column}-' || i % {OF_THE_OFFICE}")
            }
            (_, "notice" | "deed" | "errand" | "term" | "actor" | "kind" | "purpose") => {
                format!("'{column}-' || i % 20")
            }
            _ => format!("'{column}-' || i"),
        },
    };
    match may_miss {
        true if MOSTLY_EMPTY.contains(&column) => format!("case when i % 50 = 0 then {plain} end"),
        true => format!("case when i % 50 <> 0 then {plain} end"),
        false => plain,
    }
}
