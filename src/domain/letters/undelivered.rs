//! Letters that were given up.

use serde::{Deserialize, Serialize};

use crate::Instant;
use crate::ids::LetterId;

/// A letter that was given up, as letters and digests name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndeliveredWords {
    pub letter: LetterId,
    pub subject: String,
    pub to: String,
    pub notice: String,
    pub given_up_at: Instant,
    /// What the server said.
    pub outcome: String,
    pub attempts: u32,
}
