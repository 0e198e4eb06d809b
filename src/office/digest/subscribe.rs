//! Unsubscribes and resubscribes people from routine mailings. What they are responsible for, such as flags and
//! undelivered letters, is still sent to them.

use chrono::TimeDelta;

use crate::access::links;
use crate::acting::note;
use crate::{Acting, Error, Office, Result, Tools};
use domain::access::{Deed, DeedCase, Errand};
use domain::audit::trail::DeedNote;
use domain::ids::ManagerCode;
use domain::letters::owed::Links;
use domain::people::Manager;
use domain::people::ReaderRole;
use store::Tx;

/// How long the unsubscribe link in a digest is valid; far longer than anybody will look for it.
const LINK_HOLDS: TimeDelta = TimeDelta::days(400);

/// Whether a manager gets digests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Digests {
    Wanted,
    Ended,
}

/// Whether the manager gets digests.
pub async fn digests_of(office: &Office, manager: &ManagerCode) -> Result<Digests> {
    let ended = store::digest::subscription::ended_at(&office.db, manager).await?;
    Ok(ended.map_or(Digests::Wanted, |_| Digests::Ended))
}

/// Unsubscribes or resubscribes a manager; repeating it changes nothing. Returns the manager.
///
/// # Errors
/// If there is no such manager.
pub async fn set_digests(office: &Acting, code: &ManagerCode, digests: Digests) -> Result<Manager> {
    let mut tx = office.begin().await?;
    let Some(manager) = store::people::manager::find(&mut tx, code).await? else {
        return Err(Error::NotFound(format!("there is no manager {code:?}")));
    };
    let changed = match digests {
        Digests::Ended => store::digest::subscription::end(&mut tx, code, office.clock.now()).await?,
        Digests::Wanted => store::digest::subscription::resume(&mut tx, code).await?,
    };
    if changed {
        let deed = match digests {
            Digests::Ended => Deed::EndDigests,
            Digests::Wanted => Deed::ResumeDigests,
        };
        let case = DeedCase { manager: Some(&manager.manager), ..DeedCase::default() };
        note(&mut tx, &case, DeedNote::of_office(deed, manager.manager.as_str()))?;
        tx.commit().await?;
        tracing::info!(manager = code.as_str(), ?digests, "a manager's digests");
    }
    Ok(manager)
}

/// The unsubscribe links of a letter to a manager, created in the transaction that stores it.
pub async fn links_for(tools: &Tools, tx: &mut Tx, key: &str, manager: &ManagerCode) -> Result<Links> {
    if tools.config.web.public.is_none() {
        return Ok(Links::default());
    }
    let (holder, errand) =
        (ReaderRole::Manager(manager.to_owned()), Errand::Unsubscribe { manager: manager.to_owned() });
    let expires_at = tools.clock.now() + LINK_HOLDS;
    let secret = links::make(tools, tx, &format!("{key}/unsubscribe"), &holder, &errand, Some(expires_at)).await?;
    Ok(Links { unsubscribe: links::address(tools, "unsubscribe", &secret), form: None })
}
