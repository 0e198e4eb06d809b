//! Somebody who acts in the office. Everything that changes something takes one, and begins its transaction through it.

use crate::{Office, Result};
use domain::access::{Actor, DeedCase, may};
use domain::audit::trail::DeedNote;
use store::{Owes, Tx, TxTrail};

/// The office, together with the actor. It can be used wherever an [`Office`] is expected.
#[derive(Debug, Clone)]
pub struct Acting {
    office: Office,
    actor: Actor,
}

impl std::ops::Deref for Acting {
    type Target = Office;

    fn deref(&self) -> &Office {
        &self.office
    }
}

impl std::ops::DerefMut for Acting {
    fn deref_mut(&mut self) -> &mut Office {
        &mut self.office
    }
}

impl Office {
    /// The office with this actor.
    #[must_use]
    pub fn acting(&self, actor: Actor) -> Acting {
        Acting { office: self.clone(), actor }
    }

    /// The office with the program itself as the actor.
    #[must_use]
    pub fn at_work(&self) -> Acting {
        self.acting(Actor::Program)
    }
}

impl Acting {
    /// The actor on whose behalf changes are made.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Begins a transaction for a deed: it must not be committed without a [`note`].
    #[track_caller]
    pub fn begin(&self) -> impl Future<Output = store::Result<Tx>> + Send + use<> {
        self.begin_owing(Owes::Line)
    }

    /// Begins a transaction whose changes are not deeds in themselves: a page of a run that has one line, a delivery
    /// attempt.
    #[track_caller]
    pub fn begin_part(&self) -> impl Future<Output = store::Result<Tx>> + Send + use<> {
        self.begin_owing(Owes::Nothing)
    }

    /// The actor, for a transaction that is begun elsewhere.
    #[must_use]
    pub fn trail(&self) -> TxTrail {
        self.owing(Owes::Line)
    }

    #[track_caller]
    fn begin_owing(&self, owes: Owes) -> impl Future<Output = store::Result<Tx>> + Send + use<> {
        self.db.begin_acting(self.owing(owes))
    }

    fn owing(&self, owes: Owes) -> TxTrail {
        TxTrail::new(self.actor.clone(), self.clock.now(), self.clock.seed(), owes)
    }
}

/// Notes a deed in its transaction, if the actor is permitted to do it; the line is committed with the change.
///
/// # Errors
/// A refusal if the actor may not do it; the transaction must then be rolled back.
pub fn note(tx: &mut Tx, case: &DeedCase<'_>, note: DeedNote) -> Result<()> {
    let actor = tx.actor().expect("whatever changes something has begun its transaction by `Acting`");
    may(actor, note.deed, case)?;
    tx.note(note);
    Ok(())
}

/// Like [`note`], for an actor other than the transaction's: somebody who replies to an invitation by mail.
///
/// # Errors
/// See [`note`].
pub fn note_by(tx: &mut Tx, actor: &Actor, case: &DeedCase<'_>, note: DeedNote) -> Result<()> {
    may(actor, note.deed, case)?;
    tx.note_by(actor, note);
    Ok(())
}

impl From<domain::access::Forbidden> for crate::Error {
    fn from(forbidden: domain::access::Forbidden) -> crate::Error {
        crate::Error::Refused(forbidden.to_string())
    }
}
