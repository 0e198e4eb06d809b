//! Small facts of the office itself, by name.

use super::{Db, Result, Tx};

/// The value of a fact.
///
/// # Errors
/// When the store does not answer.
pub async fn get(db: &Db, name: &str) -> Result<Option<String>> {
    let row: Option<(String,)> = db.read("select value from fact where name = $1").bind(name).optional().await?;
    Ok(row.map(|(value,)| value))
}

/// Sets a fact.
///
/// # Errors
/// When the store refuses.
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
