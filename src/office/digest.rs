//! Tells managers what to know and decide, and carries out their decisions.

pub mod decide;
pub mod send_digests;
pub mod subscribe;
