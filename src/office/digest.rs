//! Tells managers what to know and decide, and carries out what they decide.

pub mod decide;
pub mod send_digests;
pub mod subscribe;
