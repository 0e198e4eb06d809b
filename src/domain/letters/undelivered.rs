//! Letters that were given up.

use serde::{Deserialize, Serialize};

use crate::Instant;

/// A letter that was given up, as letters and digests name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndeliveredWords {
    pub letter: i64,
    pub subject: String,
    pub to: String,
    pub notice: String,
    pub given_up_at: Instant,
    /// What the server said.
    pub outcome: String,
    pub attempts: u32,
}
