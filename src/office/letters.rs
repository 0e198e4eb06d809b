//! Delivers letters, takes what comes back, and watches that mail flows.

pub mod cancel_letter;
pub mod deliver_letters;
pub mod receive_letter;
pub mod retry_letter;
pub mod tell_hotline;
pub mod watch;

use store::letters::LetterRow;

use crate::{Error, Office, Result};
use domain::ids::LetterId;

/// A letter that somebody has named, and its bytes.
///
/// # Errors
/// [`Error::NotFound`] where there is none.
pub async fn named_letter(office: &Office, number: i64) -> Result<(LetterRow, Vec<u8>)> {
    let found = store::letters::get(&office.db, LetterId(number)).await?;
    found.ok_or_else(|| Error::NotFound(format!("there is no letter {number}; `ronda letters list` shows them")))
}
