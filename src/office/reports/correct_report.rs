//! Corrections of filed reports: a new revision, with a deadline of its own if the contract says so (P04).

use crate::parties::Parties;
use crate::promises::deadlines;
use crate::{Result, Tools};
use domain::Instant;
use domain::contract::DeliveredTo;
use domain::reports::{BearingLetter, delivered};
use domain::visits::Visit;
use store::Tx;

/// A visit's record has changed: if its report was filed, the next revision is a correction. The original filing stays.
pub(crate) async fn record_corrected(tools: &Tools, tx: &mut Tx, visit: &Visit, now: Instant) -> Result<()> {
    if store::reports::filing(&mut *tx, visit.id).await?.is_none() {
        return Ok(());
    }
    let latest = store::reports::latest(&mut *tx, visit.id).await?;
    let revision = latest.map_or(1, |report| u32::try_from(report.revision).expect("written by `put`")) + 1;
    let parties = Parties::of_visit(tools, &mut *tx, visit).await?;
    let within = deadlines::corrected(tools, tx, visit, &parties, revision, now).await?;
    Ok(store::reports::put_correction(tx, visit.id, revision, within, now).await?)
}

/// Judges again whether letters with corrected reports satisfy the delivery rule; each correction counts only letters
/// from its own drawing on.
pub(super) async fn judge_corrections(
    tools: &Tools,
    tx: &mut Tx,
    visit: &Visit,
    rule: &DeliveredTo,
    letters: &[BearingLetter],
    now: Instant,
) -> Result<()> {
    for correction in store::reports::corrections(&mut *tx, visit.id).await? {
        let (Some(issued_at), None) = (correction.issued_at, correction.handed_over_at) else { continue };
        let own: Vec<BearingLetter> = letters.iter().filter(|letter| letter.owed_at >= issued_at).cloned().collect();
        let filed_at = delivered(rule, &own).map(|delivery| delivery.at);
        deadlines::correction_filed(tools, tx, visit, correction.revision, filed_at, now).await?;
    }
    Ok(())
}

/// Somebody handed over the latest correction of a filed report at `at`. Returns whether one was owed.
pub(super) async fn correction_handed_over(
    tools: &Tools,
    tx: &mut Tx,
    visit: &Visit,
    (revision, at): (u32, Instant),
    now: Instant,
) -> Result<bool> {
    let corrections = store::reports::corrections(&mut *tx, visit.id).await?;
    let is_it = |correction: &&domain::reports::ReportCorrection| {
        correction.revision == revision && correction.issued_at.is_some() && correction.handed_over_at.is_none()
    };
    if !corrections.iter().any(|correction| is_it(&correction))
        || !deadlines::is_correction_owed(tx, visit, revision).await?
    {
        return Ok(false);
    }
    store::reports::correction_handed_over(tx, visit.id, revision, at).await?;
    deadlines::correction_filed(tools, tx, visit, revision, Some(at), now).await?;
    Ok(true)
}
