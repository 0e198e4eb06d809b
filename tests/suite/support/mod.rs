//! What several chapters of the suite stand on.

pub mod authority;
pub mod fresh;
#[cfg(debug_assertions)]
pub mod full;
pub mod incoming;
pub mod keys;
pub mod notices;
pub mod outbox;
pub mod sink;
pub mod store;
