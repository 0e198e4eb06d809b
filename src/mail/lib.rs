//! Mail: turns notices into letters and sends them, and reads incoming messages.

mod address;
mod compose;
mod dkim;
mod folder;
mod house;
mod invite;
mod kept;
mod look;
pub mod mailbox;
mod memory;
mod message;
mod outgoing;
mod preview;
pub mod receive;
pub mod samples;
mod smtp;
mod templates;
pub mod transport;
mod wire;
mod words;

use std::sync::Arc;

pub use self::address::{BadAddress, both_spellings, same_address, wire_address};
pub use self::dkim::Dkim;
pub use self::folder::{Folder, Weather};
pub use self::house::House;
pub use self::kept::{KeptDocument, TornMessage, put_together, take_apart};
pub use self::memory::{Delivered, Memory, PostBox};
pub use self::message::message_id;
pub use self::preview::{Preview, text_of};
pub use self::smtp::{Login, PlainWire, Relay, RelayParts, Security};
pub use self::templates::originals;
pub use self::transport::{Relays, Transport};
pub use self::words::{LedgerRow, List, ListLine, PageWords};
use ::words::Locales;

/// Writes letters from notices, in the company's name and look; see [`Composer::compose`] and [`House::furnish`].
#[derive(Debug, Clone)]
pub struct Composer {
    /// Texts, including the company's own wording.
    pub locales: Arc<Locales>,
    templates: Arc<templates::Templates>,
    look: Arc<look::Look>,
    pub company: String,
    pub address: String,
    pub hotline: Option<String>,
    /// Sender address, and the domain of Message-IDs.
    pub from: String,
    /// Envelope sender, which receives bounces (RFC 5321 section 4.4).
    pub bounces: String,
    /// Reply-To address; `None` means the sender address.
    pub reply_to: Option<String>,
    /// DKIM keys; every letter is signed with each.
    pub dkim: Vec<Dkim>,
}
