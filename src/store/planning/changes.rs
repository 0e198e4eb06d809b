//! Counts changes to what the plan depends on: sites and contracts.

use crate::{Db, Result, Tx};

const CHANGES: &str = "planning-changes";

/// How many changes there have been.
pub async fn count(db: &Db) -> Result<String> {
    Ok(crate::fact::get(db, CHANGES).await?.unwrap_or_default())
}

/// Counts a change, in the transaction that makes it.
pub(crate) async fn note(tx: &mut Tx) -> Result<()> {
    count_one_more(tx, CHANGES).await
}

/// Increments the counter in the fact with this name.
pub(crate) async fn count_one_more(tx: &mut Tx, name: &'static str) -> Result<()> {
    tx.sql(
        "insert into fact (name, value)
         values ($1, '1')
         on conflict (name) do update set value = cast(cast(fact.value as integer) + 1 as text)",
    )
    .bind(name)
    .execute()
    .await?;
    Ok(())
}
