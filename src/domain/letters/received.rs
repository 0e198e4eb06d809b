//! Incoming messages: their kinds, and limits on their size and depth.

use serde::Serialize;
use strum::VariantArray;

use super::reply::Reply;
use crate::Instant;
use crate::variants::every;

/// Maximum size of a message in bytes; relays usually refuse larger ones.
pub const LARGEST_MESSAGE: usize = 25 * 1024 * 1024;

/// The parts of a message that the office acts on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// Without angle brackets; `None` if it has none.
    pub message_id: Option<String>,
    /// The Message-IDs that it replies to, from In-Reply-To and References, nearest first.
    pub answers: Vec<String>,
    pub is: MessageKind,
}

/// The kind of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessageKind {
    /// Replies to invitations (iTIP).
    Reply(Vec<Reply>),
    /// Delivery status of letters that a server had accepted (RFC 3464).
    Status(StatusReport),
    /// Written by a machine: it is not replied to, and changes nothing (RFC 3834).
    Automatic,
    /// Written by a person, for a person to read; there is no automatic reply.
    Ordinary,
}

/// The word under which a message is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum KindWord {
    Reply,
    Status,
    Automatic,
    Ordinary,
    /// It could not be parsed.
    Unreadable,
}

impl KindWord {
    /// The word used in the store.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

impl MessageKind {
    /// The kind, without the message's contents.
    #[must_use]
    pub fn word(&self) -> KindWord {
        match self {
            MessageKind::Reply(_) => KindWord::Reply,
            MessageKind::Status(_) => KindWord::Status,
            MessageKind::Automatic => KindWord::Automatic,
            MessageKind::Ordinary => KindWord::Ordinary,
        }
    }
}

/// A delivery status notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusReport {
    /// The Message-ID of the letter concerned, without angle brackets.
    pub original: Option<String>,
    /// When the reporting server accepted that letter.
    pub arrived_at: Option<Instant>,
    pub recipients: Vec<RecipientStatus>,
}

/// What happened to a letter for one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipientStatus {
    /// Original and final recipient, in lower case, with domains in A-labels.
    pub addresses: Vec<String>,
    pub action: DeliveryAction,
    /// Status code and the server's message in one line: `5.1.1 550 no such user`.
    pub said: String,
}

/// The action field (RFC 3464 section 2.3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr, VariantArray, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum DeliveryAction {
    Failed,
    Delayed,
    Delivered,
    Relayed,
    Expanded,
}

impl DeliveryAction {
    pub const ALL: [DeliveryAction; DeliveryAction::VARIANTS.len()] = every(DeliveryAction::VARIANTS);

    /// The word used in delivery status notifications.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// Why a message is not parsed any further. It is recorded, and a person can look at it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("it is empty")]
    Empty,
    #[error("it is larger than {} MB", LARGEST_MESSAGE / 1024 / 1024)]
    TooLarge,
    #[error("its headers are longer than {} KB", .0 / 1024)]
    LongHeaders(usize),
    #[error("it has more than {0} parts")]
    ManyParts(usize),
    #[error("its parts are nested deeper than {0} levels")]
    Deep(usize),
    #[error("it has no headers")]
    NoHeaders,
    /// The parser itself failed, which is a bug of ours.
    #[error("it is malformed in a way that we do not know")]
    Malformed,
}
