//! Rounds and slots, and what already takes room on engineers' days.

pub mod busy;
pub mod round;
pub mod slot;
