//! Notices → letters → the wire.

mod address;
mod compose;
mod folder;
mod memory;
mod message;
mod smtp;
mod templates;
pub mod transport;
mod words;

use std::sync::Arc;

pub use self::address::{BadAddress, wire_address};
pub use self::folder::{Folder, Weather};
pub use self::memory::{Delivered, Memory, PostBox};
pub use self::message::message_id;
pub use self::smtp::{Login, PlainWire, Relay, RelayParts, Security};
pub use self::transport::Transport;
pub use self::words::{LedgerRow, List, ListLine, PageWords};
use crate::locales::Locales;

/// Makes letters of notices, with the company's name and address; see [`Composer::compose`].
#[derive(Debug, Clone)]
pub struct Composer {
    pub locales: Arc<Locales>,
    pub company: String,
    /// Sender address, and the domain of Message-IDs.
    pub from: String,
    pub reply_to: Option<String>,
}
