//! The audit trail: linked after the fact, checked, and cleared of what is personal. And the audit of the promises, by the
//! facts alone.

pub mod audit_promises;
pub mod erase_personal;
pub mod link_trail;
pub mod verify_trail;
