//! Puts owed letters into the outbox, writes and delivers them, processes incoming messages, and monitors that mail
//! flows.

pub mod cancel_letter;
pub mod clear_letters;
pub mod deliver_letters;
mod present;
pub mod preview_letter;
pub(crate) mod reader_hours;
pub mod receive_letter;
mod renew_letters;
pub mod retry_letter;
pub mod tell_hotline;
pub(crate) mod unreachable;
pub mod watch;
pub mod write_letters;

pub(crate) use self::present::withdraw_untrue;
use crate::acting::note;
use crate::documents::Documents;
use crate::{Error, Office, Result};
use domain::access::{Deed, DeedCase};
use domain::audit::trail::DeedNote;
use domain::ids::LetterId;
use domain::letters::hours::Occasion;
use domain::letters::kept::{KeptMessage, LetterOnFile};
use domain::letters::letter::Letter;
use domain::letters::owed::LetterOwed;
use domain::visits::Visit;
use store::Tx;

/// The letter with a number given by somebody, with its stored message.
///
/// # Errors
/// [`Error::NotFound`] if there is none.
pub async fn named_letter(office: &Office, number: LetterId) -> Result<LetterOnFile> {
    let found = store::letters::get(&office.db, number).await?;
    found.ok_or_else(|| Error::NotFound(format!("there is no letter {number}; `ronda letters list` shows them")))
}

/// The bytes of a message as sent, with its enclosed documents in place.
///
/// # Errors
/// If a document is missing, the text was cleared, or the result differs from what was written.
pub async fn whole_message(documents: &Documents, kept: &KeptMessage) -> anyhow::Result<Vec<u8>> {
    let mut enclosed = Vec::with_capacity(kept.enclosed.len());
    for document in &kept.enclosed {
        enclosed.push(documents.get(&document.sha256).await?);
    }
    Ok(mail::put_together(kept, &enclosed)?)
}

/// Notes a deed concerning a letter, in the chain of the site that the letter concerns.
pub(crate) async fn note_letter(tx: &mut Tx, letter: &Letter, deed: Deed) -> Result<()> {
    let stored = match letter.visit {
        Some(visit) => store::visits::get(&mut *tx, visit).await?,
        None => None,
    };
    let visit: Option<&Visit> = stored.as_ref().map(|stored| &stored.visit);
    let site = match visit {
        Some(visit) => store::people::site::find(&mut *tx, &visit.site).await?,
        None => None,
    };
    let customer = site.as_ref().map(|site| &site.customer);
    let case = DeedCase { customer, mailbox: Some(&letter.to), ..DeedCase::default() };
    let line = DeedNote {
        site: visit.map(|visit| visit.site.clone()),
        visit: letter.visit,
        ..DeedNote::of_office(deed, letter.letter.to_string())
    };
    note(tx, &case, line)
}

/// Puts a letter that is owed into the outbox, in the transaction of what causes it. Says whether it is new: a letter
/// whose key is there already changes nothing. It waits for its reader's hours as the table of notices says.
pub(crate) async fn owe(tx: &mut Tx, letter: &LetterOwed, occasion: &Occasion) -> Result<bool> {
    let may_leave_at = occasion.may_leave_at(letter.facts.notice.kind());
    Ok(store::letters::owed::put(tx, letter, occasion.now, may_leave_at).await?.is_some())
}
