//! Secret links: created with the letter that contains them, opened by their secret (R13).

use serde_json::json;

use crate::acting::note;
use crate::documents::sha256;
use crate::{Acting, Error, Office, Result, Tools};
use domain::Instant;
use domain::access::{Deed, DeedCase, Errand, Link, LinkRefused, NewLink};
use domain::audit::trail::DeedNote;
use domain::ids::LinkId;
use domain::people::ReaderRole;
use store::Tx;

/// Creates a link in the transaction that stores the letter containing it, and returns its secret: 64 hexadecimal
/// digits of 256 random bits, which are stored nowhere.
///
/// `key` makes it unique. If there is already a link with this key, it is left unchanged and the returned secret does
/// not work; likewise, the letter with the same key is not stored again.
pub async fn make(
    tools: &Tools,
    tx: &mut Tx,
    key: &str,
    holder: &ReaderRole,
    errand: &Errand,
    expires_at: Option<Instant>,
) -> Result<String> {
    let secret = tools.clock.secret();
    let holder = holder.key();
    let link = NewLink { key, secret_sha256: &hash(&secret), holder: &holder, errand, expires_at };
    store::access::put(tx, &link, tools.clock.now()).await?;
    Ok(secret)
}

/// The link with this secret, if it can be used now.
///
/// # Errors
/// The inner error is the refusal, with a message for the holder; the outer one means that the store does not answer.
pub async fn open(office: &Office, secret: &str) -> Result<std::result::Result<Link, LinkRefused>> {
    Ok(match store::access::by_secret(&office.db, &hash(secret)).await? {
        Some(link) => link.check(office.clock.now()).map(|()| link),
        None => Err(LinkRefused::Unknown),
    })
}

/// The link with this secret, even if it is no longer valid, and if so, why; `None` if there is none.
pub async fn known(office: &Office, secret: &str) -> Result<Option<(Link, Option<LinkRefused>)>> {
    let link = store::access::by_secret(&office.db, &hash(secret)).await?;
    Ok(link.map(|link| {
        let refused = link.check(office.clock.now()).err();
        (link, refused)
    }))
}

/// Revokes a link for any errand.
///
/// # Errors
/// If there is no such link, or it is already revoked.
pub async fn revoke(office: &Acting, id: LinkId) -> Result<Link> {
    let mut tx = office.begin().await?;
    let Some(link) = store::access::by_id(&mut tx, id).await? else {
        return Err(Error::NotFound(format!(
            "there is no link {id}; `ronda link list` shows those that open something"
        )));
    };
    if !store::access::revoke_one(&mut tx, id, office.clock.now()).await? {
        return Err(Error::Refused(format!("link {id} is ended already")));
    }
    let before = json!({ "errand": link.errand.word(), "about": link.errand.about() });
    let line = DeedNote { before: Some(before), ..DeedNote::of_office(Deed::RevokeLink, format!("link {id}")) };
    note(&mut tx, &DeedCase::default(), line)?;
    tx.commit().await?;
    Ok(link)
}

/// The public address of a link, `{public_url}/{path}/{secret}`; `None` if the office has no public pages.
#[must_use]
pub fn address(tools: &Tools, path: &str, secret: &str) -> Option<String> {
    tools.config.web.public.as_ref().map(|public| format!("{}/{path}/{secret}", public.url))
}

/// Identifies a link without opening it: the first 16 digits of the stored hash.
#[must_use]
pub fn mark(secret: &str) -> String {
    hash(secret)[..16].to_owned()
}

/// The stored form of a secret: its SHA-256, in hexadecimal.
pub(crate) fn hash(secret: &str) -> String {
    sha256(secret.as_bytes())
}
