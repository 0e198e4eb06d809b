//! The audit trail: linking, verifying, and erasing personal data. And the audit of promises, based on facts alone.

pub mod audit_promises;
pub mod erase_personal;
pub mod link_trail;
pub mod verify_trail;
