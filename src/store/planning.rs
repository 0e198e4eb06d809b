//! Rounds and slots, and what occupies engineers' days.

pub mod busy;
pub mod changes;
pub mod freed;
pub mod numbers;
pub mod round;
pub mod slot;
