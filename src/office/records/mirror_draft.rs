//! Mirrors the draft of a visit's record between the phones that are filling it in (R11).

use std::collections::BTreeMap;

use crate::{Office, Result, Tools};
use domain::ids::VisitId;
use domain::records::form::{Conflict, DraftRefused, Push, StoredField, handed_over, kept_for_another_day, merge};
use store::Tx;

/// The answer to a phone.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mirrored {
    /// The revision up to which the phone now knows the draft.
    pub rev: i64,
    /// All fields written after the revision that the phone knew, by any phone.
    pub fields: Vec<StoredField>,
    /// The office's versions of fields that the phone changed without having seen them.
    pub conflicts: Vec<Conflict>,
}

/// Merges a phone's changes into the visit's draft, in one transaction. Pushing the same changes again has no effect.
///
/// # Errors
/// The inner error is the refusal, if the draft is too large; the outer one means that the store failed.
pub async fn mirror_draft(
    office: &Office,
    visit: VisitId,
    push: &Push,
) -> Result<std::result::Result<Mirrored, DraftRefused>> {
    let mut tx = office.db.begin().await?;
    store::records::draft::take_turn(&mut tx, visit).await?;
    let stored = store::records::draft::of_visit(&mut tx, visit).await?;
    let mut stored: BTreeMap<String, StoredField> =
        stored.into_iter().map(|field| (field.path.clone(), field)).collect();
    let (taken, conflicts) = match merge(&mut stored, push) {
        Ok(merged) => merged,
        Err(refused) => return Ok(Err(refused)),
    };
    let now = office.clock.now();
    for field in &taken {
        store::records::draft::put(&mut tx, visit, field, now).await?;
    }
    if !taken.is_empty() {
        tx.commit().await?;
    }
    let rev = stored.values().map(|field| field.rev).max().unwrap_or(0);
    let mut fields: Vec<StoredField> = stored.into_values().filter(|field| field.rev > push.since).collect();
    fields.sort_by_key(|field| field.rev);
    Ok(Ok(Mirrored { rev, fields, conflicts }))
}

/// Removes from a visit's draft what an engineer who has lost the visit wrote under their own name.
pub(crate) async fn hand_draft_over(tools: &Tools, tx: &mut Tx, visit: VisitId) -> Result<()> {
    rewrite(tools, tx, visit, handed_over).await
}

/// Keeps the draft of a visit that did not take place, for the day on which it is made up for.
pub(crate) async fn keep_draft_for_another_day(tools: &Tools, tx: &mut Tx, visit: VisitId) -> Result<()> {
    rewrite(tools, tx, visit, kept_for_another_day).await
}

async fn rewrite(
    tools: &Tools,
    tx: &mut Tx,
    visit: VisitId,
    rewritten: fn(&[StoredField]) -> Vec<StoredField>,
) -> Result<()> {
    store::records::draft::take_turn(tx, visit).await?;
    let stored = store::records::draft::of_visit(&mut *tx, visit).await?;
    let now = tools.clock.now();
    for field in rewritten(&stored) {
        store::records::draft::put(tx, visit, &field, now).await?;
    }
    Ok(())
}
