//! The office's own pages, served only on a loopback address.

pub(crate) mod deadlines;
pub(crate) mod letter;
pub(crate) mod shelf;
