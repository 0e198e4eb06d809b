//! How often it was changed who may be sent where, and who is written to.

use crate::{ReadHandle, Result, Tx};

const CHANGES: &str = "people-changes";
const READERS: &str = "readers-changes";

/// How often it was by now.
pub async fn count<'a>(on: impl Into<ReadHandle<'a>>) -> Result<String> {
    Ok(crate::fact::get(on, CHANGES).await?.unwrap_or_default())
}

/// How often it was by now who is written to: engineers, contacts and managers.
pub async fn of_readers<'a>(on: impl Into<ReadHandle<'a>>) -> Result<String> {
    let mut on = on.into();
    let readers = crate::fact::get(on.again(), READERS).await?.unwrap_or_default();
    Ok(format!("{} {readers}", count(on).await?))
}

/// Counts one more change of contacts or managers.
pub(super) async fn note_readers(tx: &mut Tx) -> Result<()> {
    crate::planning::changes::count_one_more(tx, READERS).await
}

/// Counts one more, in the transaction that changes it.
pub(super) async fn note(tx: &mut Tx) -> Result<()> {
    crate::planning::changes::count_one_more(tx, CHANGES).await
}
