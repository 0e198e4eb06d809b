//! Somebody who acts in the office. Whatever changes something takes one, and begins its transaction by it.

use crate::{Office, Result};
use domain::access::{Actor, DeedCase, may};
use domain::audit::trail::DeedNote;
use store::{Owes, Tx, TxTrail};

/// The office, and whoever acts in it. Where an [`Office`] is wanted, it is one.
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
    /// The office as somebody acts in it.
    #[must_use]
    pub fn acting(&self, actor: Actor) -> Acting {
        Acting { office: self.clone(), actor }
    }

    /// The office at its own work.
    #[must_use]
    pub fn at_work(&self) -> Acting {
        self.acting(Actor::Program)
    }
}

impl Acting {
    /// Who it is that acts.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Begins a transaction that changes something and says so: without a [`note`] it must not be committed.
    #[track_caller]
    pub fn begin(&self) -> impl Future<Output = store::Result<Tx>> + Send + use<> {
        self.begin_owing(Owes::Line)
    }

    /// Begins one whose changes are no deeds by themselves: a page of a run that has one line, an attempt to deliver.
    #[track_caller]
    pub fn begin_part(&self) -> impl Future<Output = store::Result<Tx>> + Send + use<> {
        self.begin_owing(Owes::Nothing)
    }

    /// The actor for a transaction that is begun elsewhere.
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

/// Notes a deed in the transaction that does it, where its actor may do it; the line commits with the change.
///
/// # Errors
/// A refusal where the actor may not do this; then nothing of the transaction is to be kept.
pub fn note(tx: &mut Tx, case: &DeedCase<'_>, note: DeedNote) -> Result<()> {
    let actor = tx.actor().expect("whatever changes something has begun its transaction by `Acting`");
    may(actor, note.deed, case)?;
    tx.note(note);
    Ok(())
}

/// As [`note`], of somebody in whose name the transaction was not begun: who answers an invitation by mail.
///
/// # Errors
/// As [`note`].
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
