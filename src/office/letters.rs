//! Delivers letters, takes what comes back, and watches that mail flows.

pub mod cancel_letter;
pub mod deliver_letters;
pub mod receive_letter;
pub mod retry_letter;
pub mod tell_hotline;
pub mod watch;

use store::letters::LetterRow;

use crate::{Error, Office, Result};

async fn named_letter(office: &Office, number: i64) -> Result<LetterRow> {
    let found = store::letters::get(&office.db, number).await?;
    let (letter, _) = found
        .ok_or_else(|| Error::NotFound(format!("there is no letter L{number}; `ronda letters list` shows them")))?;
    Ok(letter)
}
