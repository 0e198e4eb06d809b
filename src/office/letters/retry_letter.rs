//! Sends a letter again that was given up, or brings one forward that waits.

use super::{named_letter, note_letter};
use crate::{Acting, Error, Result};
use domain::access::Deed;
use domain::ids::LetterId;
use domain::letters::letter::Letter;

/// Puts the letter with this number back into the outbox, so that it leaves with the next delivery; the patience with
/// it begins anew. Gives the letter as it was.
///
/// # Errors
/// [`Error::NotFound`] for a letter that does not exist, [`Error::Refused`] for one that was sent or withdrawn, or that
/// is on the wire right now.
pub async fn retry_letter(office: &Acting, number: LetterId) -> Result<Letter> {
    let (letter, _) = named_letter(office, number).await?;
    let mut tx = office.begin().await?;
    if !store::letters::retry(&mut tx, letter.letter, office.clock.now()).await? {
        return Err(Error::Refused(format!(
            "letter {} is {}; letters can be sent again that wait (and are not on the wire right now) or are \
             undelivered",
            letter.letter,
            letter.state.word()
        )));
    }
    note_letter(&mut tx, &letter, Deed::RetryLetter).await?;
    tx.commit().await?;
    Ok(letter)
}
