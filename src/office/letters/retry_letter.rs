//! Sends a given-up letter again, or a waiting one at once.

use super::{named_letter, note_letter};
use crate::{Acting, Error, Result};
use domain::access::Deed;
use domain::ids::LetterId;
use domain::letters::kept::LetterOnFile;
use domain::letters::letter::Letter;

/// Returns the letter with this number to the outbox, so that it is sent with the next delivery; its retry period
/// starts again. If its address was unreachable, it counts as reachable until the letter bounces. Returns the letter as
/// it was.
///
/// # Errors
/// [`Error::NotFound`] if the letter does not exist, [`Error::Refused`] if it was sent or withdrawn, is being sent
/// right now, or its text was cleared.
pub async fn retry_letter(office: &Acting, number: LetterId) -> Result<Letter> {
    let LetterOnFile { letter, message: kept } = named_letter(office, number).await?;
    if let Some(cleared_at) = kept.cleared_at {
        return Err(Error::Refused(format!(
            "the text of letter {number} was cleared on {}, there is nothing to send; what it told has to be told anew, a \
             report with `ronda report send`",
            office.config.company.time_zone.day(cleared_at)
        )));
    }
    let mut tx = office.begin().await?;
    if !store::letters::retry(&mut tx, letter.letter, office.clock.now()).await? {
        return Err(Error::Refused(format!(
            "letter {} is {}; letters can be sent again that wait (and are not on the wire right now) or are \
             undelivered",
            letter.letter,
            letter.state.word()
        )));
    }
    store::letters::unreachable::clear(&mut tx, &letter.to).await?;
    note_letter(&mut tx, &letter, Deed::RetryLetter).await?;
    tx.commit().await?;
    Ok(letter)
}
