//! Inserts many rows at once, in the fastest way for each engine.

use serde_json::Value;

use super::engine::{Open, Tx};
use super::query::{Query, Result};

/// A column for [`Tx::insert_many`], with the type as which PostgreSQL reads it from JSON.
#[derive(Debug, Clone, Copy)]
pub enum InsertColumn {
    Text(&'static str),
    Integer(&'static str),
    Boolean(&'static str),
    Real(&'static str),
    Date(&'static str),
    Instant(&'static str),
}

impl InsertColumn {
    fn name(self) -> &'static str {
        match self {
            InsertColumn::Text(name)
            | InsertColumn::Integer(name)
            | InsertColumn::Boolean(name)
            | InsertColumn::Real(name)
            | InsertColumn::Date(name)
            | InsertColumn::Instant(name) => name,
        }
    }

    fn postgres_type(self) -> &'static str {
        match self {
            InsertColumn::Text(_) => "text",
            InsertColumn::Integer(_) => "bigint",
            InsertColumn::Boolean(_) => "boolean",
            InsertColumn::Real(_) => "double precision",
            InsertColumn::Date(_) => "date",
            InsertColumn::Instant(_) => "timestamptz",
        }
    }
}

/// Values per statement on SQLite, whose limit is 32,766: enough for the cost per statement not to matter.
const VALUES_A_STATEMENT: usize = 3_000;
/// Rows per statement on PostgreSQL.
const ROWS_A_STATEMENT: usize = 2_000;

impl Tx {
    /// Inserts many rows. Each row has one JSON value per column, in order; `suffix` is for `on conflict …`. Returns
    /// how many rows were inserted.
    ///
    /// # Errors
    /// If the engine refuses one of them.
    pub async fn insert_many(
        &mut self,
        table: &'static str,
        columns: &[InsertColumn],
        rows: &[Vec<Value>],
        suffix: &'static str,
    ) -> Result<u64> {
        let names = columns.iter().map(|c| c.name()).collect::<Vec<_>>().join(", ");
        let begin = format!("insert into {table} ({names})");
        #[cfg(debug_assertions)]
        if let Some(acting) = &mut self.acting {
            acting.asks("insert");
        }
        match self.on {
            Open::Sqlite(_) => self.insert_values(&begin, columns.len(), rows, suffix).await,
            Open::Postgres(_) => self.insert_json(&begin, columns, rows, suffix).await,
        }
    }

    /// SQLite: one `?` per value. Reading the rows from JSON would take three times as long.
    async fn insert_values(&mut self, begin: &str, width: usize, rows: &[Vec<Value>], suffix: &str) -> Result<u64> {
        let most = (VALUES_A_STATEMENT / width).max(1);
        let row = format!("({})", vec!["?"; width].join(", "));
        let mut inserted = 0;
        let mut rest = rows;
        while !rest.is_empty() {
            // Powers of two, so that few different statements are prepared.
            let count = if rest.len() >= most { most } else { 1 << rest.len().ilog2() };
            let (now, later) = rest.split_at(count);
            let text = format!("{begin} values {} {suffix}", vec![row.as_str(); count].join(", "));
            let query = now.iter().flatten().fold(self.sql("").with_text(text), bound);
            inserted += query.execute().await?;
            rest = later;
        }
        Ok(inserted)
    }

    /// PostgreSQL: all rows as one JSON value, so that the text of the statement does not depend on their number.
    async fn insert_json(
        &mut self,
        begin: &str,
        columns: &[InsertColumn],
        rows: &[Vec<Value>],
        suffix: &str,
    ) -> Result<u64> {
        let value =
            |(place, column): (usize, &InsertColumn)| format!("(value ->> {place})::{}", column.postgres_type());
        let values = columns.iter().enumerate().map(value).collect::<Vec<_>>().join(", ");
        let text = format!(
            "{begin} select {values}
             from jsonb_array_elements($1::jsonb) with ordinality as rows (value, place)
             where true
             order by place
             {suffix}"
        );
        let mut inserted = 0;
        for chunk in rows.chunks(ROWS_A_STATEMENT) {
            let json = serde_json::to_string(chunk).expect("values are JSON already");
            inserted += self.sql("").with_text(text.clone()).bind(json).execute().await?;
        }
        Ok(inserted)
    }
}

/// Binds a JSON value as its own type; lists and objects as text.
fn bound<'a>(query: Query<'a>, value: &Value) -> Query<'a> {
    match value {
        Value::Null => query.bind(None::<String>),
        Value::Bool(yes) => query.bind(*yes),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => query.bind(whole),
            None => query.bind(number.as_f64()),
        },
        Value::String(text) => query.bind(text.as_str()),
        Value::Array(_) | Value::Object(_) => query.bind(value.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Db;

    const COLUMNS: [InsertColumn; 3] =
        [InsertColumn::Text("name"), InsertColumn::Text("value"), InsertColumn::Integer("number")];

    async fn store() -> (Db, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open_sqlite(&folder.path().join("office.sqlite")).await.unwrap();
        db.write("create table pair (name text primary key, value text, number integer, real real) strict")
            .execute()
            .await
            .unwrap();
        (db, folder)
    }

    #[tokio::test]
    async fn any_number_of_rows_arrives_whole_and_in_order() {
        let (db, _folder) = store().await;
        for (batch, rows) in [0_u32, 1, 2, 999, 1_000, 1_001, 2_345].into_iter().enumerate() {
            let rows: Vec<_> = (0..rows).map(|n| vec![json!(format!("{batch}-{n}")), json!(null), json!(n)]).collect();
            let mut tx = db.begin().await.unwrap();
            assert_eq!(tx.insert_many("pair", &COLUMNS, &rows, "").await.unwrap(), rows.len() as u64);
            tx.commit().await.unwrap();
            let stored: Vec<(i64,)> = db
                .read("select number from pair where name like $1 || '-%' order by rowid")
                .reads_whole_table("a proof")
                .bind(batch.to_string())
                .all()
                .await
                .unwrap();
            assert!(stored.iter().map(|(n,)| *n).eq(0..rows.len() as i64), "batch {batch}");
        }
    }

    #[tokio::test]
    async fn a_value_is_stored_as_what_it_is_and_a_known_key_may_be_changed() {
        let (db, _folder) = store().await;
        let columns = [
            InsertColumn::Text("name"),
            InsertColumn::Text("value"),
            InsertColumn::Boolean("number"),
            InsertColumn::Real("real"),
        ];
        let mut tx = db.begin().await.unwrap();
        let row = vec![json!("a"), json!("'); drop table pair; --"), json!(true), json!(-3.75)];
        tx.insert_many("pair", &columns, &[row], "").await.unwrap();
        let rows = [vec![json!("a"), json!("new"), json!(7)], vec![json!("b"), json!(null), json!(8)]];
        let changed = "on conflict (name) do update set number = excluded.number";
        tx.insert_many("pair", &COLUMNS, &rows, changed).await.unwrap();
        tx.commit().await.unwrap();
        let all: Vec<(String, Option<String>, i64, Option<f64>)> = db
            .read("select name, value, number, real from pair order by name")
            .reads_whole_table("a proof")
            .all()
            .await
            .unwrap();
        let injected = Some("'); drop table pair; --".to_owned());
        assert_eq!(all, [("a".to_owned(), injected, 7, Some(-3.75)), ("b".to_owned(), None, 8, None)]);
    }
}
