//! What the office can prove of itself: who did what, and how its promises stand by the facts alone.

pub mod promises;
pub mod trail;
