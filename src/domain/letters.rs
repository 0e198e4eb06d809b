//! What is said to whom, how a letter travels, and what comes back.

pub mod circuit;
pub mod notice;
pub mod received;
pub mod reply;
pub mod retry;
pub mod route;
pub mod undelivered;
