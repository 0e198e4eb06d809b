//! Delivers letters, takes what comes back, and watches that mail flows.

pub mod cancel_letter;
pub mod deliver_letters;
pub mod receive_letter;
pub mod retry_letter;
pub mod tell_hotline;
pub mod watch;

use store::Tx;
use store::letters::LetterRow;

use crate::acting::note;
use crate::{Error, Office, Result};
use domain::access::{Deed, DeedCase};
use domain::audit::trail::DeedNote;
use domain::ids::LetterId;
use domain::visits::Visit;

/// A letter that somebody has named, and its bytes.
///
/// # Errors
/// [`Error::NotFound`] where there is none.
pub async fn named_letter(office: &Office, number: i64) -> Result<(LetterRow, Vec<u8>)> {
    let found = store::letters::get(&office.db, LetterId(number)).await?;
    found.ok_or_else(|| Error::NotFound(format!("there is no letter {number}; `ronda letters list` shows them")))
}

/// Notes what was done to a letter, in the chain of the site that it is about.
pub(crate) async fn note_letter(tx: &mut Tx, letter: &LetterRow, deed: Deed) -> Result<()> {
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
        ..DeedNote::of_office(deed, format!("L{}", letter.letter))
    };
    note(tx, &case, line)
}
