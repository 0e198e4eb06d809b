//! Plans the visits that contracts call for.

pub mod plan_visits;
