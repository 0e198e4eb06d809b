//! Unreachable readers: recorded when a server reports that nobody is at their address.

use crate::Result;
use domain::Instant;
use domain::letters::letter::Letter;
use domain::letters::notice::Reader;
use domain::letters::undelivered::is_nobody_there;
use store::Tx;

/// Marks the address of a refused or bounced letter as unreachable, if the server says so: `refusal` is its reply, with
/// the code.
pub(super) async fn note_unreachable(tx: &mut Tx, letter: &Letter, refusal: &str, now: Instant) -> Result<()> {
    if is_nobody_there(refusal) {
        store::letters::unreachable::put(tx, letter.letter, &letter.to, refusal, now).await?;
        tracing::warn!(letter = letter.letter.0, "nobody is at the address of a letter");
    }
    Ok(())
}

/// Those of these readers who can be reached by mail, as far as is known.
pub(crate) async fn reachable(on: impl Into<store::ReadHandle<'_>>, readers: Vec<Reader>) -> Result<Vec<Reader>> {
    let emails: Vec<&str> = readers.iter().map(|reader| reader.email.as_str()).collect();
    let nobody = store::letters::unreachable::among(on, &emails).await?;
    Ok(readers.into_iter().filter(|reader| !nobody.contains(&reader.email)).collect())
}
