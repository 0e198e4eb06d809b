//! Letters: what they say and to whom, how they are delivered, and what comes back.

pub mod circuit;
pub mod hours;
pub mod kept;
pub mod letter;
pub mod notice;
pub mod owed;
pub mod received;
pub mod reply;
pub mod retry;
pub mod route;
pub mod stands;
pub mod stored;
pub mod undelivered;
