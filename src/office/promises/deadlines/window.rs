//! Windows whose last day changes, or that are no longer owed, because their contract changes.

use super::Counter;
use crate::promises::history;
use crate::{Result, Tools};
use domain::Instant;
use domain::ids::SlotId;
use domain::planning::SlotWindow;
use domain::promises::clock::Allowed;
use domain::promises::{Deadline, DeadlineCase, DeadlineSubject, DeadlineTerms, Due};
use store::{ReadHandle, Tx};

/// The state of what is owed within a slot's window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwedOfWindow {
    Nothing,
    /// Open or late.
    Open,
    Met,
}

/// The state of the deadline for a slot's window.
pub async fn owed_of(tx: &mut Tx, slot: SlotId) -> Result<OwedOfWindow> {
    let found = store::promises::by_key(&mut *tx, &key_of(slot)).await?;
    Ok(match found {
        Some(deadline) if deadline.met_at.is_some() => OwedOfWindow::Met,
        Some(deadline) if deadline.withdrawn_at.is_none() => OwedOfWindow::Open,
        Some(_) | None => OwedOfWindow::Nothing,
    })
}

/// Changes the last day of the deadline for a slot's window, and judges it again. A met deadline is left unchanged.
pub async fn move_window(tools: &Tools, tx: &mut Tx, slot: SlotId, window: SlotWindow, now: Instant) -> Result<()> {
    let Some(deadline) = history::standing(tx, &key_of(slot)).await? else { return Ok(()) };
    if deadline.met_at.is_some() || deadline.withdrawn_at.is_some() {
        return Ok(());
    }
    let SlotWindow { first_on, last_on } = window;
    let terms = DeadlineTerms { allowed: Some(Allowed::Window { first_on, last_on }), ..deadline.terms.clone() };
    store::promises::set_terms(tx, deadline.id, &terms).await?;
    let due = Due::Window { first_on, last_on };
    let events = store::promises::event::of(&mut *tx, deadline.id).await?;
    let site = history::site_of(tx, &deadline).await?;
    let counter = Counter::of(tools, &site, &terms);
    let case = DeadlineCase { terms: &terms, due: &due, ..deadline.case() };
    let judged = case.judge(&events, counter.place(), now);
    let flags = history::take_back(tx, deadline.id, &judged, now).await?;
    let is = counter.counted(&judged, &history::raised(&flags.standing), &terms, now);
    store::promises::judged(tx, deadline.id, &is).await?;
    Ok(())
}

/// The deadline for a slot's window, unless it is withdrawn or not opened yet.
pub async fn standing_of(on: impl Into<ReadHandle<'_>>, slot: SlotId) -> Result<Option<Deadline>> {
    Ok(store::promises::by_key(on, &key_of(slot)).await?)
}

/// What is owed within a slot's window was done at `at`.
pub async fn meet_window(tools: &Tools, tx: &mut Tx, slot: SlotId, at: Instant, now: Instant) -> Result<()> {
    history::meet(tools, tx, &key_of(slot), at, now).await
}

/// Withdraws the deadline for a slot's window. A met deadline stays met.
pub async fn drop_window(tools: &Tools, tx: &mut Tx, slot: SlotId, now: Instant) -> Result<()> {
    history::withdraw(tools, tx, &key_of(slot), now).await
}

/// Visits and trainings have the same form of key.
fn key_of(slot: SlotId) -> String {
    DeadlineSubject::Visit { slot }.key()
}
