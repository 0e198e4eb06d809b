//! Notices → letters → the wire.

use std::sync::Arc;

use crate::domain::Instant;
use crate::domain::notice::{Letter, Notice, Reader};
use crate::locales::Locales;

/// Makes letters of notices, with the company's name and address.
#[derive(Debug, Clone)]
pub struct Composer {
    pub locales: Arc<Locales>,
    pub company: String,
    /// Sender address, and the domain of Message-IDs.
    pub from: String,
    pub reply_to: Option<String>,
}

impl Composer {
    /// The letter that tells `reader` of `notice`, in the reader's language. The same input gives the same bytes.
    ///
    /// # Errors
    /// When a template is broken, or the reader's address cannot be written into a message.
    pub fn compose(&self, notice: &Notice, reader: &Reader, key: &str, at: Instant) -> anyhow::Result<Letter> {
        todo!()
    }
}

/// Where letters go.
#[derive(Debug, Clone)]
pub enum Transport {
    /// `.eml` files with names that a person can read.
    Folder(std::path::PathBuf),
}
