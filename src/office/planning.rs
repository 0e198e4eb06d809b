//! Plans the visits that contracts call for.

pub mod plan_visits;
pub mod versions;
