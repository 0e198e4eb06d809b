//! Notices → letters → the wire.

mod address;
mod compose;
mod dkim;
mod folder;
mod memory;
mod message;
mod smtp;
mod templates;
pub mod transport;
mod wire;
mod words;

use std::sync::Arc;

pub use self::address::{BadAddress, both_spellings, wire_address};
pub use self::dkim::Dkim;
pub use self::folder::{Folder, Weather};
pub use self::memory::{Delivered, Memory, PostBox};
pub use self::message::message_id;
pub use self::smtp::{Login, PlainWire, Relay, RelayParts, Security};
pub use self::transport::{Relays, Transport};
use crate::locales::Locales;

/// Makes letters of notices, with the company's name and address; see [`Composer::compose`].
#[derive(Debug, Clone)]
pub struct Composer {
    pub locales: Arc<Locales>,
    pub company: String,
    /// Sender address, and the domain of Message-IDs.
    pub from: String,
    pub reply_to: Option<String>,
    /// Each of these signs every letter.
    pub dkim: Vec<Dkim>,
}
