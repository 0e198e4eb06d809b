//! What becomes of people who leave.

pub mod part_with;
