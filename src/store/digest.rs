//! Who receives digests, and who has ended theirs.

pub mod subscription;
