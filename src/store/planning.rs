//! Rounds and slots, and what already takes room on engineers' days.

pub mod busy;
pub mod changes;
pub mod freed;
pub mod numbers;
pub mod round;
pub mod slot;
