//! Erases personal data from lines of the audit trail; the chains stay intact.

use serde_json::json;

use crate::acting::note;
use crate::{Acting, Error, Result};
use domain::access::{Deed, DeedCase};
use domain::audit::trail::DeedNote;

/// Erases names, addresses and texts from the lines with these numbers, together with their salts, and returns how many
/// lines contained any. The erasure is noted in a line of its own.
///
/// # Errors
/// A refusal if one of the lines does not exist.
pub async fn erase_personal(office: &Acting, lines: &[i64]) -> Result<u64> {
    let mut tx = office.begin().await?;
    let mut found = store::audit::with_ids(&mut tx, lines).await?;
    if let Some(missing) = lines.iter().find(|id| found.iter().all(|line| line.id != **id)) {
        return Err(Error::NotFound(format!("there is no line {missing}; `ronda trail list` shows them")));
    }
    found.retain(|line| line.personal.iter().any(|entry| entry.held.is_some()));
    if found.is_empty() {
        return Ok(0);
    }
    for line in &mut found {
        line.personal.iter_mut().for_each(|entry| entry.held = None);
        store::audit::set_personal(&mut tx, line).await?;
    }
    let ids: Vec<i64> = found.iter().map(|line| line.id).collect();
    let erased = DeedNote { after: Some(json!({"lines": ids})), ..DeedNote::of_office(Deed::ErasePersonal, "trail") };
    note(&mut tx, &DeedCase::default(), erased)?;
    tx.commit().await?;
    Ok(found.len() as u64)
}
