//! Handles people who leave, and finds who takes over from them.

pub mod hand_over;
pub mod part_with;

use crate::{Result, Tools};
use domain::ids::ManagerCode;
use domain::people::{Manager, answering};
use store::ReadHandle;

/// The managers who answer on the company's day, each with what they have taken over from those whom they succeed, or whose
/// deputy they are.
pub(crate) async fn managers(tools: &Tools, on: impl Into<ReadHandle<'_>>) -> Result<Vec<Manager>> {
    let (all, today) = (store::people::manager::all(on).await?, tools.today());
    Ok(answering(&all, |_| today))
}

/// The manager with this code, with what they have taken over; if they have left, as they were.
pub(crate) async fn manager(
    tools: &Tools,
    on: impl Into<ReadHandle<'_>>,
    code: &ManagerCode,
) -> Result<Option<Manager>> {
    let (all, today) = (store::people::manager::all(on).await?, tools.today());
    let is_named = |manager: &Manager| manager.manager == *code;
    let there = answering(&all, |_| today).into_iter().find(is_named);
    Ok(there.or_else(|| all.into_iter().find(is_named)))
}
