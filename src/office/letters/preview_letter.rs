//! A letter as it is, or as it would be if it were written now.

use super::present::Present;
use crate::{Error, Office, Result};
use domain::Instant;
use domain::ids::LetterId;
use domain::letters::kept::LetterOnFile;
use domain::letters::letter::Letter;
use domain::letters::owed::{LetterOwed, WrittenLetter};
use domain::letters::stands::Untrue;

/// A letter for display.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LetterPreview {
    /// Its final bytes.
    Final(WrittenLetter),
    /// It was sent long ago, and its text was cleared.
    Cleared(ClearedLetter),
    /// It is not written yet: this is what it would be if it were written now.
    IfWrittenNow(WrittenLetter),
    /// If it were written now, it would be withdrawn instead.
    Untrue(Untrue),
    /// It cannot be written, with the reason.
    Unwritable(String),
}

/// What is left of a letter whose text was cleared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClearedLetter {
    /// The message's headers, with CRLF line breaks.
    pub head: Vec<u8>,
    /// SHA-256 of the whole message as sent, in hexadecimal.
    pub sha256: String,
    pub cleared_at: Instant,
}

impl LetterPreview {
    /// The letter's text, if it is available.
    #[must_use]
    pub fn letter(&self) -> Option<&WrittenLetter> {
        match self {
            LetterPreview::Final(letter) | LetterPreview::IfWrittenNow(letter) => Some(letter),
            LetterPreview::Cleared(_) | LetterPreview::Untrue(_) | LetterPreview::Unwritable(_) => None,
        }
    }
}

/// A letter with its contents, or what they would be if it were written now; changes nothing.
///
/// # Errors
/// [`Error::NotFound`] if there is no such letter.
pub async fn preview_letter(office: &Office, number: LetterId) -> Result<(Letter, LetterPreview)> {
    let LetterOnFile { letter, message: kept } = super::named_letter(office, number).await?;
    if let (Some(cleared_at), Some(sha256)) = (kept.cleared_at, kept.sha256.clone()) {
        return Ok((letter, LetterPreview::Cleared(ClearedLetter { head: kept.rest, sha256, cleared_at })));
    }
    if letter.written {
        let bytes = match super::whole_message(&office.documents, &kept).await {
            Ok(bytes) => bytes,
            Err(why) => return Ok((letter, LetterPreview::Unwritable(format!("{why:#}")))),
        };
        let subject = letter.subject.clone();
        return Ok((letter, LetterPreview::Final(WrittenLetter { subject, bytes })));
    }
    let unwritten = store::letters::owed::get(&office.db, number).await?;
    let Some(unwritten) = unwritten else {
        return Err(Error::Failed(anyhow::anyhow!("letter {number} was written just now; ask again")));
    };
    let present = Present::of(office, (&office.db).into(), std::iter::once(&unwritten.owed)).await?;
    let preview = match present.tell(office, (&office.db).into(), unwritten.owed).await? {
        Err(untrue) => LetterPreview::Untrue(untrue),
        Ok(owed) => match if_written_now(office, &owed, unwritten.may_leave_at).await {
            Ok(written) => LetterPreview::IfWrittenNow(written),
            Err(why) => LetterPreview::Unwritable(format!("{why:#}")),
        },
    };
    Ok((letter, preview))
}

async fn if_written_now(office: &Office, owed: &LetterOwed, at: Instant) -> anyhow::Result<WrittenLetter> {
    let document = match owed.document() {
        Some(hash) => Some(office.documents.get(hash).await?),
        None => None,
    };
    office.composer.compose(owed, document.as_deref(), at)
}
