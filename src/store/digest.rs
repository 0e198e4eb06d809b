//! Who receives digests, and who has unsubscribed.

pub mod subscription;
