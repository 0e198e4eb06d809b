//! Small facts of the office itself, by name.

use super::{Result, Tx};

/// The value of a fact.
pub async fn get<'a>(on: impl Into<crate::ReadHandle<'a>>, name: &str) -> Result<Option<String>> {
    let row: Option<(String,)> = on.into().sql("select value from fact where name = $1").bind(name).optional().await?;
    Ok(row.map(|(value,)| value))
}

/// Sets a fact, in place of what was said before.
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

/// The value of a fact, set to `value` where there is none yet.
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
    // Another replica may have been faster: what stands is the value.
    let (value,): (String,) = tx.sql("select value from fact where name = $1").bind(name).one().await?;
    Ok(value)
}
