//! What the office can prove of itself: who did what, and that nobody has changed the record of it.

pub mod trail;
