//! What every transport is given: a letter's envelope and its bytes.

use domain::Instant;

/// A letter on its way out.
#[derive(Debug, Clone, Copy)]
pub struct Outgoing<'a> {
    pub message_id: &'a str,
    /// Word of its notice.
    pub notice: &'a str,
    /// Envelope sender, where bounces go.
    pub from: &'a str,
    pub to: &'a str,
    pub subject: &'a str,
    pub made_at: Instant,
    /// From 1.
    pub attempt: u32,
    pub bytes: &'a [u8],
}
