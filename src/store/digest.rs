//! Who receives digests.

pub mod subscription;
