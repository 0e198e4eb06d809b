//! Pages for the office itself, shown on a loopback address alone.

pub(crate) mod deadlines;
pub(crate) mod letter;
pub(crate) mod shelf;
