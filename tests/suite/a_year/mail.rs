//! What the year's mail server has taken, without the bytes.

use std::collections::BTreeMap;

use ronda::mail::Memory;
use ronda::office::documents::sha256;

/// Letters by Message-ID: how often each came, and the hash of its bytes.
#[derive(Default)]
pub struct Taken {
    letters: BTreeMap<String, (u32, String)>,
}

impl Taken {
    /// Takes what has come since; a letter that comes again must be the same to the byte.
    pub fn collect(&mut self, post: &Memory) {
        for letter in post.with(|post| std::mem::take(&mut post.accepted)) {
            let hash = sha256(&letter.bytes);
            let (times, before) = self.letters.entry(letter.message_id.clone()).or_insert_with(|| (0, hash.clone()));
            *times += 1;
            assert_eq!(*before, hash, "letter {} to {} came again with other bytes", letter.message_id, letter.to);
        }
    }

    pub fn has(&self, message_id: &str) -> bool {
        self.letters.contains_key(message_id)
    }

    pub fn len(&self) -> usize {
        self.letters.len()
    }

    /// How many came more often than once.
    pub fn repeats(&self) -> u32 {
        self.letters.values().map(|(times, _)| times - 1).sum()
    }
}
