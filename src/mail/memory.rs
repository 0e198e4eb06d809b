//! Keeps letters in memory, with scripted replies: for tests and simulations.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use super::outgoing::Outgoing;
use domain::letters::retry::{AttemptReply, DialogueStage};

/// An in-memory mailbox. Clones share its contents.
#[derive(Debug, Clone, Default)]
pub struct Memory(Arc<Mutex<PostBox>>);

/// The contents of the mailbox, and how it replies.
#[derive(Debug, Clone, Default)]
pub struct PostBox {
    /// Letters that were accepted, in order.
    pub accepted: Vec<Delivered>,
    /// Replies to the next attempts, in order; once they are used up, letters are accepted.
    pub script: VecDeque<AttemptReply>,
    /// Addresses that do not exist.
    pub unknown: BTreeSet<String>,
}

/// A letter that was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    pub message_id: String,
    pub notice: String,
    pub to: String,
    pub subject: String,
    pub bytes: Vec<u8>,
}

impl Memory {
    /// Inspects the mailbox, or changes how it replies.
    pub fn with<T>(&self, look: impl FnOnce(&mut PostBox) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn send(&self, letter: &Outgoing<'_>) -> AttemptReply {
        self.with(|post_box| {
            if let Some(answer) = post_box.script.pop_front() {
                return answer;
            }
            if post_box.unknown.contains(letter.to) {
                return AttemptReply::Reply {
                    step: DialogueStage::Envelope,
                    code: 550,
                    said: "5.1.1 no such mailbox".to_owned(),
                };
            }
            post_box.accepted.push(Delivered {
                message_id: letter.message_id.to_owned(),
                notice: letter.notice.to_owned(),
                to: letter.to.to_owned(),
                subject: letter.subject.to_owned(),
                bytes: letter.bytes.to_vec(),
            });
            AttemptReply::Reply { step: DialogueStage::Content, code: 250, said: "2.0.0 kept".to_owned() }
        })
    }
}
