//! What the office can prove about itself: who did what, and whether its promises were kept according to the facts
//! alone.

pub mod promises;
pub mod trail;
