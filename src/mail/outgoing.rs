//! What every transport receives: a letter's envelope and its bytes.

use domain::Instant;

/// A letter to be sent.
#[derive(Debug, Clone, Copy)]
pub struct Outgoing<'a> {
    pub message_id: &'a str,
    /// The name of its notice.
    pub notice: &'a str,
    /// Envelope sender, where bounces go.
    pub from: &'a str,
    pub to: &'a str,
    pub subject: &'a str,
    pub made_at: Instant,
    /// The number of this attempt, from 1.
    pub attempt: u32,
    pub bytes: &'a [u8],
}
