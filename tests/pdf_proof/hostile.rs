//! Files and records that are made to hurt.
