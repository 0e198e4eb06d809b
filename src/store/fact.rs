//! Small named facts about the office itself.

use super::{Db, Result, Tx};

/// The value of a fact.
pub async fn get<'a>(on: impl Into<crate::ReadHandle<'a>>, name: &str) -> Result<Option<String>> {
    let row: Option<(String,)> = on.into().sql("select value from fact where name = $1").bind(name).optional().await?;
    Ok(row.map(|(value,)| value))
}

/// Sets a fact, replacing any earlier value.
pub async fn set(tx: &mut Tx, name: &str, value: &str) -> Result<()> {
    tx.sql(
        "insert into fact (name, value)
         values ($1, $2)
         on conflict (name) do update set value = excluded.value",
    )
    .bind(name)
    .bind(value)
    .execute()
    .await?;
    Ok(())
}

/// Changes an existing fact. Returns whether it exists.
pub async fn replace(tx: &mut Tx, name: &str, value: &str) -> Result<bool> {
    let changed = tx.sql("update fact set value = $1 where name = $2").bind(value).bind(name).execute().await?;
    Ok(changed == 1)
}

/// Sets a fact unless it exists. Returns whether it was set.
pub async fn put_new(tx: &mut Tx, name: &str, value: &str) -> Result<bool> {
    let put = tx
        .sql("insert into fact (name, value) values ($1, $2) on conflict (name) do nothing")
        .bind(name)
        .bind(value)
        .execute()
        .await?;
    Ok(put == 1)
}

/// Removes a fact and returns its value; of several concurrent callers, only one gets it.
pub async fn take(tx: &mut Tx, name: &str) -> Result<Option<String>> {
    let row: Option<(String,)> =
        tx.sql("delete from fact where name = $1 returning value").bind(name).optional().await?;
    Ok(row.map(|(value,)| value))
}

/// Names of facts that begin with `prefix`, sorted.
pub async fn names_with(db: &Db, prefix: &str) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = db
        .read("select name from fact where substr(name, 1, length($1)) = $1 order by name")
        .bind(prefix.to_owned())
        .all()
        .await?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}

/// The value of a fact, which is set to `value` if there is none.
pub async fn get_or_set(tx: &mut Tx, name: &str, value: impl FnOnce() -> String) -> Result<String> {
    let known = |row: Option<(String,)>| row.map(|(value,)| value);
    if let Some(value) = known(tx.sql("select value from fact where name = $1").bind(name).optional().await?) {
        return Ok(value);
    }
    tx.sql("insert into fact (name, value) values ($1, $2) on conflict (name) do nothing")
        .bind(name)
        .bind(value())
        .execute()
        .await?;
    // Another replica may have been faster: the stored value wins.
    let (value,): (String,) = tx.sql("select value from fact where name = $1").bind(name).one().await?;
    Ok(value)
}
