//! Where letters go: a relay over SMTP, a folder of `.eml` files, or memory.

use std::time::Duration;

use super::folder::Folder;
use super::memory::Memory;
use super::smtp::{Connection, Relay};
use crate::domain::Instant;
use crate::domain::retry::Answer;

/// Where letters go. Cheap to clone.
#[derive(Debug, Clone)]
pub enum Transport {
    /// The company's mail server.
    Smtp(Relay),
    /// `.eml` files with names that a person can read.
    Folder(Folder),
    /// Kept for tests, with answers by script.
    Memory(Memory),
}

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

/// One run of deliveries: what it may use again from letter to letter. Belongs to one transport.
#[derive(Debug, Default)]
pub struct Run {
    pub(super) connection: Option<Connection>,
}

impl Transport {
    /// Begins a run; nothing is opened before the first letter.
    #[must_use]
    pub fn start(&self) -> Run {
        Run::default()
    }

    /// Delivers one letter and says what came back; within [`Transport::deadline`], always.
    pub async fn send(&self, run: &mut Run, letter: &Outgoing<'_>) -> Answer {
        match self {
            Transport::Smtp(relay) => relay.send(run, letter).await,
            Transport::Folder(folder) => folder.send(letter).await,
            Transport::Memory(memory) => memory.send(letter),
        }
    }

    /// The longest that [`Transport::send`] takes.
    #[must_use]
    pub fn deadline(&self) -> Duration {
        match self {
            Transport::Smtp(relay) => relay.deadline(),
            Transport::Folder(_) | Transport::Memory(_) => Duration::from_secs(10),
        }
    }

    /// What attempts are filed under: `mail.example.org:587`, `folder letters`.
    #[must_use]
    pub fn relay(&self) -> String {
        match self {
            Transport::Smtp(relay) => relay.to_string(),
            Transport::Folder(folder) => format!("folder {}", folder.path().display()),
            Transport::Memory(_) => "memory".to_owned(),
        }
    }

    /// Whether letters could leave now: connects, secures and logs in, or tries to write; sends nothing.
    ///
    /// # Errors
    /// What is in the way, for `ronda check`.
    pub async fn check(&self) -> anyhow::Result<()> {
        match self {
            Transport::Smtp(relay) => relay.check().await,
            Transport::Folder(folder) => folder.check().await,
            Transport::Memory(_) => Ok(()),
        }
    }
}

impl Run {
    /// Takes leave of the relay.
    pub async fn finish(mut self) {
        if let Some(connection) = self.connection.take() {
            connection.quit().await;
        }
    }
}
