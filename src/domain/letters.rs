//! What is said to whom, how a letter travels, and what comes back.

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
