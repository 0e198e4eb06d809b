//! Who acts in a transaction, and the audit-trail lines that are committed with it.

use domain::Instant;
use domain::access::Actor;
use domain::audit::trail::{DeedNote, TrailLine};

use super::Tx;

/// What the audit trail expects from a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owes {
    /// A line, if anything is changed; otherwise a debug build panics on commit.
    Line,
    /// Nothing: its changes are part of a run that has one line, or are not a deed.
    Nothing,
}

/// Who acts in a transaction.
#[derive(Debug)]
pub struct TxTrail {
    actor: Actor,
    at: Instant,
    /// Random; the salts of this transaction's lines are derived from it.
    seed: String,
    owes: Owes,
    noted: Vec<TrailLine>,
    salts: u32,
    #[cfg(debug_assertions)]
    wrote: Option<&'static str>,
}

impl TxTrail {
    /// The time of the deed.
    #[must_use]
    pub fn at(&self) -> Instant {
        self.at
    }

    /// `actor` acts at `at`; `seed` is a random secret, which is not stored.
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

    /// Notes that the transaction changes something.
    #[cfg(debug_assertions)]
    pub(super) fn asks(&mut self, statement: &'static str) {
        if ["insert", "update", "delete"].iter().any(|verb| statement.trim_start().starts_with(verb)) {
            self.wrote.get_or_insert(statement);
        }
    }

    /// The lines to be stored on commit.
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
    /// Who acts in it; `None` if the transaction was begun without an actor.
    #[must_use]
    pub fn actor(&self) -> Option<&Actor> {
        self.acting.as_ref().map(|acting| &acting.actor)
    }

    /// Notes a deed. Its line is stored on commit, with all others in one statement. This does not check whether the
    /// actor may do it.
    ///
    /// # Panics
    /// If the transaction has no actor.
    pub fn note(&mut self, note: DeedNote) {
        self.trail().note(None, note);
    }

    /// Like [`Tx::note`], for a deed of somebody other than the transaction's actor.
    pub fn note_by(&mut self, actor: &Actor, note: DeedNote) {
        self.trail().note(Some(actor), note);
    }

    /// Whether a deed has been noted in it.
    #[must_use]
    pub fn has_noted(&self) -> bool {
        self.acting.as_ref().is_some_and(|trail| !trail.noted.is_empty())
    }

    fn trail(&mut self) -> &mut TxTrail {
        self.acting.as_mut().expect("a deed is noted where somebody acts")
    }
}
