//! How often what the plan follows from was changed: sites and contracts.

use crate::{Db, Result, Tx};

const CHANGES: &str = "planning-changes";

/// How often it was by now.
pub async fn count(db: &Db) -> Result<String> {
    Ok(crate::fact::get(db, CHANGES).await?.unwrap_or_default())
}

/// Counts one more, in the transaction that changes it.
pub(crate) async fn note(tx: &mut Tx) -> Result<()> {
    tx.sql(
        "insert into fact (name, value)
         values ($1, '1')
         on conflict (name) do update set value = cast(cast(fact.value as integer) + 1 as text)",
    )
    .bind(CHANGES)
    .execute()
    .await?;
    Ok(())
}
