//! Counts changes to who can be assigned where, and to who receives letters.

use crate::{ReadHandle, Result, Tx};

const CHANGES: &str = "people-changes";
const READERS: &str = "readers-changes";

/// The number of changes to engineers and equipment so far, as text.
pub async fn count<'a>(on: impl Into<ReadHandle<'a>>) -> Result<String> {
    Ok(crate::fact::get(on, CHANGES).await?.unwrap_or_default())
}

/// How many changes to readers there have been: engineers, contacts and managers.
pub async fn of_readers<'a>(on: impl Into<ReadHandle<'a>>) -> Result<String> {
    let mut on = on.into();
    let readers = crate::fact::get(on.again(), READERS).await?.unwrap_or_default();
    Ok(format!("{} {readers}", count(on).await?))
}

/// Counts a change to contacts or managers.
pub(super) async fn note_readers(tx: &mut Tx) -> Result<()> {
    crate::planning::changes::count_one_more(tx, READERS).await
}

/// Counts a change, in the transaction that makes it.
pub(super) async fn note(tx: &mut Tx) -> Result<()> {
    crate::planning::changes::count_one_more(tx, CHANGES).await
}
