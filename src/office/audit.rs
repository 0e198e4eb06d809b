//! The audit trail: linked after the fact, checked, and cleared of what is personal.

pub mod erase_personal;
pub mod link_trail;
pub mod verify_trail;
