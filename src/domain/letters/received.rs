//! Messages that come in: what each is, and how large and deep it may be.

use serde::Serialize;
use strum::VariantArray;

use super::reply::Reply;
use crate::Instant;
use crate::variants::every;

/// The largest message that is read, in bytes; relays refuse larger ones themselves.
pub const LARGEST_MESSAGE: usize = 25 * 1024 * 1024;

/// A message, as far as the office acts on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// Without angle brackets; None where it has none.
    pub message_id: Option<String>,
    /// Message-IDs that it answers, from In-Reply-To and References, the nearest first.
    pub answers: Vec<String>,
    pub is: MessageKind,
}

/// What a message is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessageKind {
    /// Answers to invitations (iTIP).
    Reply(Vec<Reply>),
    /// What became of letters that a server had accepted (RFC 3464).
    Status(StatusReport),
    /// A machine wrote it: it gets no answer, and changes nothing (RFC 3834).
    Automatic,
    /// A person wrote it, for a person to read; it gets no answer from here.
    Ordinary,
}

/// The word under which a message is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum KindWord {
    Reply,
    Status,
    Automatic,
    Ordinary,
    /// It could not be read.
    Unreadable,
}

impl KindWord {
    /// The kind's word in the store.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

impl MessageKind {
    /// The kind without what the message says.
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
    /// Message-ID of the letter that it is about, without angle brackets.
    pub original: Option<String>,
    /// When the reporting server took that letter.
    pub arrived_at: Option<Instant>,
    pub recipients: Vec<RecipientStatus>,
}

/// What became of a letter for one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipientStatus {
    /// Original and final recipient, lower case, their domains in A-labels.
    pub addresses: Vec<String>,
    pub action: DeliveryAction,
    /// Status and what the server said, one line: `5.1.1 550 no such user`.
    pub said: String,
}

/// RFC 3464 section 2.3.3.
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

    /// The action's word in a delivery status notification.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// Why a message is not read any further; it is noted, and a person may look at it.
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
    /// The reader itself gave up; this is ours to put right.
    #[error("it is malformed in a way that we do not know")]
    Malformed,
}
