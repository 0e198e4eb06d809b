//! Checks that a chain is intact.

use super::{ChainPlace, TrailHead, TrailLine, sha256};

/// What is wrong with a chain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrailFault {
    #[error("line {line} (number {number}) was changed, put in or moved: it is not what was linked")]
    Changed { line: i64, number: i64 },
    #[error("numbers {from} to {through} are missing")]
    Missing { from: i64, through: i64 },
    #[error("a {field} of line {line} (number {number}) was changed")]
    Personal { line: i64, number: i64, field: &'static str },
    #[error("its end is cut off: it had {had} lines and has {has}")]
    Truncated { had: i64, has: i64 },
    #[error("its last link is not the one that was noted: it was linked anew from some line on")]
    OtherHead,
}

/// Checks the linked lines of one chain, in order.
#[derive(Debug, Clone)]
pub struct ChainCheck {
    head: TrailHead,
    faults: Vec<TrailFault>,
}

impl ChainCheck {
    /// A check of the chain with this code, from its first line on.
    #[must_use]
    pub fn of(chain: &str) -> ChainCheck {
        ChainCheck { head: TrailHead::before_all(chain), faults: Vec::new() }
    }

    /// Checks the next line; a line that is not linked yet is skipped.
    pub fn line(&mut self, line: &TrailLine) {
        let Some(ChainPlace { number, hash, .. }) = &line.place else { return };
        let (number, next) = (*number, self.head.number + 1);
        if number > next {
            self.faults.push(TrailFault::Missing { from: next, through: number - 1 });
        }
        // After a gap, it is unknown what the line should follow, so the check continues from its own hash.
        let follows = number == next;
        if follows && sha256(&[&self.head.hash, "\n", &line.canonical(number)]) != *hash || number < next {
            self.faults.push(TrailFault::Changed { line: line.id, number });
        }
        for entry in line.personal.iter().filter(|entry| !entry.is_whole()) {
            self.faults.push(TrailFault::Personal { line: line.id, number, field: entry.field.word() });
        }
        self.head.number = number;
        self.head.hash.clone_from(hash);
    }

    /// The last link so far.
    #[must_use]
    pub fn head(&self) -> &TrailHead {
        &self.head
    }

    /// The faults found, also comparing with the head that was stored when the last line was linked.
    #[must_use]
    pub fn end(mut self, noted: &TrailHead) -> Vec<TrailFault> {
        if self.head.number < noted.number {
            self.faults.push(TrailFault::Truncated { had: noted.number, has: self.head.number });
        } else if self.head != *noted {
            self.faults.push(TrailFault::OtherHead);
        }
        self.faults
    }
}
