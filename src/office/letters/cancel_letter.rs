//! Withdraws a waiting letter.

use super::{named_letter, note_letter};
use crate::{Acting, Error, Result};
use domain::access::Deed;
use domain::ids::LetterId;
use domain::letters::letter::{Letter, LetterState};

/// Withdraws the letter with this number before it is sent; nothing writes it again. Returns the letter as it was.
///
/// # Errors
/// [`Error::NotFound`] if the letter does not exist, [`Error::Refused`] if it is no longer waiting or is being sent
/// right now.
pub async fn cancel_letter(office: &Acting, number: LetterId) -> Result<Letter> {
    let letter = named_letter(office, number).await?.letter;
    let mut tx = office.begin().await?;
    if !store::letters::cancel(&mut tx, letter.letter, office.clock.now()).await? {
        return Err(Error::Refused(match letter.state {
            LetterState::Waiting => format!(
                "letter {} is on its way to the mail server right now; see what became of it in a few minutes",
                letter.letter
            ),
            LetterState::Sent | LetterState::Undelivered | LetterState::Cancelled => format!(
                "letter {} is {}; only a letter that waits can be withdrawn",
                letter.letter,
                letter.state.word()
            ),
        }));
    }
    note_letter(&mut tx, &letter, Deed::CancelLetter).await?;
    tx.commit().await?;
    Ok(letter)
}
