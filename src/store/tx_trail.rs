//! Who acts in a transaction, and the lines of the audit trail that commit with it.

use domain::Instant;
use domain::access::Actor;
use domain::audit::trail::{DeedNote, TrailLine};

use super::Tx;

/// What a transaction owes to the trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owes {
    /// A line, if anything is changed. In a debug build its commit panics without one.
    Line,
    /// Nothing by itself: what it changes is part of a run that has one line, or is no deed.
    Nothing,
}

/// Somebody who acts in a transaction.
#[derive(Debug)]
pub struct TxTrail {
    actor: Actor,
    at: Instant,
    /// Drawn by chance; the salts of this transaction's lines follow from it.
    seed: String,
    owes: Owes,
    noted: Vec<TrailLine>,
    salts: u32,
    #[cfg(debug_assertions)]
    wrote: Option<&'static str>,
}

impl TxTrail {
    /// When it is done.
    #[must_use]
    pub fn at(&self) -> Instant {
        self.at
    }

    /// `actor`, who acts at `at`; `seed` is a secret of their own, for nobody to keep.
    #[must_use]
    pub fn new(actor: Actor, at: Instant, seed: String, owes: Owes) -> TxTrail {
        TxTrail {
            actor,
            at,
            seed,
            owes,
            noted: Vec::new(),
            salts: 0,
            #[cfg(debug_assertions)]
            wrote: None,
        }
    }

    fn note(&mut self, actor: Option<&Actor>, note: DeedNote) {
        let TxTrail { seed, salts, .. } = self;
        let salt = || {
            *salts += 1;
            domain::audit::trail::salt(seed, *salts)
        };
        self.noted.push(TrailLine::of(note, actor.unwrap_or(&self.actor), self.at, salt));
    }

    /// Remembers that something is changed.
    #[cfg(debug_assertions)]
    pub(super) fn asks(&mut self, statement: &'static str) {
        if ["insert", "update", "delete"].iter().any(|verb| statement.trim_start().starts_with(verb)) {
            self.wrote.get_or_insert(statement);
        }
    }

    /// The lines to be stored with the commit.
    pub(super) fn end(&mut self) -> Vec<TrailLine> {
        #[cfg(debug_assertions)]
        if let (Some(statement), Owes::Line, true) = (self.wrote, self.owes, self.noted.is_empty()) {
            let words = statement.split_whitespace().take(12).collect::<Vec<_>>().join(" ");
            panic!("{:?} has changed something and notes no deed: {words:?}", self.actor);
        }
        std::mem::take(&mut self.noted)
    }
}

impl Tx {
    /// Who acts in it; None where it was begun by nobody.
    #[must_use]
    pub fn actor(&self) -> Option<&Actor> {
        self.acting.as_ref().map(|acting| &acting.actor)
    }

    /// Notes a deed: its line is stored when the transaction commits, with all others by one statement. Asks nobody
    /// whether the actor may do it.
    ///
    /// # Panics
    /// If nobody acts in the transaction.
    pub fn note(&mut self, note: DeedNote) {
        self.trail().note(None, note);
    }

    /// As [`Tx::note`], of somebody else than who began the transaction.
    pub fn note_by(&mut self, actor: &Actor, note: DeedNote) {
        self.trail().note(Some(actor), note);
    }

    /// Whether a deed is noted in it.
    #[must_use]
    pub fn has_noted(&self) -> bool {
        self.acting.as_ref().is_some_and(|trail| !trail.noted.is_empty())
    }

    fn trail(&mut self) -> &mut TxTrail {
        self.acting.as_mut().expect("a deed is noted where somebody acts")
    }
}
