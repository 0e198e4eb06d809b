//! The circuit of one hop while letters are sent: shared by its runs, and stored when it changes.

use std::sync::{Mutex, PoisonError};

use tracing::{error, info, warn};

use crate::{Office, Result};
use domain::Instant;
use domain::letters::circuit::{Admission, Circuit, RelayVerdict};
use domain::letters::retry::AttemptReply;
use mail::transport::NextHop;

/// The circuit of one hop.
pub(super) struct Breaker {
    name: String,
    circuit: Mutex<Circuit>,
}

impl Breaker {
    /// Loads the circuit from the store.
    pub(super) async fn load(office: &Office, hop: &NextHop) -> Result<Breaker> {
        let name = hop.name();
        let circuit = store::letters::relay::circuit(&office.db, &name).await?;
        Ok(Breaker { name, circuit: Mutex::new(circuit) })
    }

    /// What may be sent now.
    pub(super) fn admits(&self, office: &Office) -> Admission {
        self.with(|circuit| circuit.admits(office.clock.now()))
    }

    /// The relay's last reply, while its circuit is open.
    pub(super) fn last_word(&self) -> Option<String> {
        self.with(|circuit| match circuit {
            Circuit::Closed { .. } => None,
            Circuit::Open { said, .. } => Some(said.clone()),
        })
    }

    /// Claims the right to try one letter, until `ends`. Returns whether it was available.
    pub(super) async fn claim_probe(&self, office: &Office, ends: Instant) -> Result<bool> {
        let mut tx = office.db.begin().await?;
        let is_ours = store::letters::relay::claim_probe(&mut tx, &self.name, office.clock.now(), ends).await?;
        tx.commit().await?;
        if !is_ours {
            // Another replica is trying; until it is done, nothing is sent from here.
            let seen = store::letters::relay::circuit(&office.db, &self.name).await?;
            self.with(|circuit| *circuit = seen);
        }
        Ok(is_ours)
    }

    /// Returns an unused right to try.
    pub(super) async fn give_probe_back(&self, office: &Office) -> Result<()> {
        let unused = self.with(|circuit| circuit.clone());
        let mut tx = office.db.begin().await?;
        store::letters::relay::put(&mut tx, &self.name, &unused).await?;
        Ok(tx.commit().await?)
    }

    /// Updates the circuit from a reply, and stores it if that changed anything.
    pub(super) async fn note(&self, office: &Office, answer: &AttemptReply) {
        let jitter = match RelayVerdict::of(answer) {
            RelayVerdict::Fails => office.clock.fraction(),
            RelayVerdict::Serves | RelayVerdict::NotAsked => 0.0,
        };
        let now = office.clock.now();
        let (before, after) = self.with(|circuit| {
            let before = circuit.clone();
            *circuit = before.after(answer, now, jitter);
            (before, circuit.clone())
        });
        if before == after {
            return;
        }
        match (&before, &after) {
            (Circuit::Closed { .. }, Circuit::Open { said, .. }) => {
                warn!(relay = self.name, said, "the relay is not there; its letters wait, one is tried now and then");
            }
            (Circuit::Open { .. }, Circuit::Closed { .. }) => info!(relay = self.name, "the relay is there again"),
            (Circuit::Closed { .. }, Circuit::Closed { .. }) | (Circuit::Open { .. }, Circuit::Open { .. }) => {}
        }
        if let Err(failed) = self.keep(office, &after).await {
            error!(relay = self.name, error = %failed, "cannot keep what is known of a relay");
        }
    }

    async fn keep(&self, office: &Office, circuit: &Circuit) -> Result<()> {
        let mut tx = office.db.begin().await?;
        store::letters::relay::put(&mut tx, &self.name, circuit).await?;
        Ok(tx.commit().await?)
    }

    fn with<T>(&self, look: impl FnOnce(&mut Circuit) -> T) -> T {
        look(&mut self.circuit.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
