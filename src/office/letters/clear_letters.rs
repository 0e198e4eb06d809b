//! Clears the text of letters that were sent long ago, and separates documents from letters that earlier versions
//! stored whole.

use chrono::Days;
use tracing::{info, warn};

use crate::documents::sha256;
use crate::{Office, Result};
use domain::letters::kept::{KeptMessage, LetterToClear, LetterToShrink};
use mail::{KeptDocument, take_apart};

/// How many letters one transaction clears.
const A_PAGE: i64 = 50;
/// How many letters one transaction separates: each is in memory with its document.
const A_PAGE_OF_WHOLE: i64 = 10;
/// How many pages a beat of the daemon handles; the next one continues.
const PAGES_A_BEAT: usize = 20;

/// Clears the text of letters that were sent or withdrawn longer ago than the office is configured to keep it. What
/// remains is the headers, the hash of the whole message, and all other stored data. Returns how many.
///
/// Waiting and undelivered letters are kept whole, and so are letters about an open deadline.
pub async fn clear_letters(office: &Office) -> Result<u64> {
    clear_pages(office, usize::MAX).await
}

/// Like [`clear_letters`], but only as much as one beat should do.
pub async fn clear_some(office: &Office) -> Result<u64> {
    clear_pages(office, PAGES_A_BEAT).await
}

async fn clear_pages(office: &Office, pages: usize) -> Result<u64> {
    let zone = &office.config.company.time_zone;
    // By full days at the company: letters become due for clearing when a day ends.
    let kept_from = office.today() - Days::new(u64::from(office.config.letters.keep_text_days));
    let before = zone.start_of(kept_from);
    let mut cleared = 0;
    for _ in 0..pages {
        let page = store::letters::kept::to_clear(&office.db, before, A_PAGE).await?;
        if page.is_empty() {
            break;
        }
        let now = office.clock.now();
        let mut tx = office.db.begin().await?;
        for LetterToClear { letter, kept } in page {
            let whole = kept.sha256.clone().unwrap_or_else(|| sha256(&kept.rest));
            cleared += u64::from(store::letters::kept::clear(&mut tx, letter, kept.head(), &whole, now).await?);
        }
        tx.commit().await?;
    }
    Ok(cleared)
}

/// Removes from the letters of earlier versions the report or certificate that is also stored as a document. Returns
/// how many letters were checked. If the document is missing or differs, the letter stays whole.
pub async fn shrink_letters(office: &Office) -> Result<u64> {
    shrink_pages(office, usize::MAX).await
}

/// Like [`shrink_letters`], but only as much as one beat should do.
pub async fn shrink_some(office: &Office) -> Result<u64> {
    shrink_pages(office, PAGES_A_BEAT).await
}

async fn shrink_pages(office: &Office, pages: usize) -> Result<u64> {
    let mut shrunk = 0;
    for _ in 0..pages {
        let page = store::letters::kept::to_shrink(&office.db, A_PAGE_OF_WHOLE).await?;
        if page.is_empty() {
            break;
        }
        let mut apart = Vec::with_capacity(page.len());
        for letter in page {
            let number = letter.letter;
            apart.push((number, without_document(office, letter).await));
        }
        let mut tx = office.db.begin().await?;
        for (letter, kept) in &apart {
            store::letters::kept::shrink(&mut tx, *letter, kept).await?;
        }
        tx.commit().await?;
        shrunk += apart.len() as u64;
    }
    if shrunk > 0 {
        info!(shrunk, "letters of an earlier version are kept apart from their documents now");
    }
    Ok(shrunk)
}

async fn without_document(office: &Office, whole: LetterToShrink) -> KeptMessage {
    let LetterToShrink { letter, bytes, document } = whole;
    match office.documents.get(&document).await {
        Ok(found) => take_apart(bytes, &[KeptDocument { sha256: &document, bytes: &found }]),
        Err(why) => {
            warn!(letter = letter.0, "a letter stays whole, its document cannot be read: {why:#}");
            take_apart(bytes, &[])
        }
    }
}
