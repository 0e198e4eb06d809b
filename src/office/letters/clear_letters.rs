//! Clears what letters that have left said long ago, and takes apart what earlier versions kept whole.

use chrono::Days;
use tracing::{info, warn};

use crate::documents::sha256;
use crate::{Office, Result};
use domain::letters::kept::{KeptMessage, LetterToClear, LetterToShrink};
use mail::{KeptDocument, take_apart};

/// Letters that are cleared in one transaction.
const A_PAGE: i64 = 50;
/// Letters that are taken apart in one: each is in memory with its document.
const A_PAGE_OF_WHOLE: i64 = 10;
/// Pages of a beat of the daemon; the next one goes on.
const PAGES_A_BEAT: usize = 20;

/// Clears the text of letters that were sent, or withdrawn, more days ago than the office wants to keep it: what is left
/// is their head, the hash of the whole, and all that is on file of them. Says how many.
///
/// What waits or is undelivered is kept whole, as is what tells of a deadline that is open.
pub async fn clear_letters(office: &Office) -> Result<u64> {
    clear_pages(office, usize::MAX).await
}

/// As [`clear_letters`], as much as one beat takes.
pub async fn clear_some(office: &Office) -> Result<u64> {
    clear_pages(office, PAGES_A_BEAT).await
}

async fn clear_pages(office: &Office, pages: usize) -> Result<u64> {
    let zone = &office.config.company.time_zone;
    // By whole days of the company's: what is due changes as one of them ends.
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

/// Takes out of letters of earlier versions the report or certificate that lies among the documents as well. Says how
/// many were looked at. One whose document is not there, or is another one, stays whole.
pub async fn shrink_letters(office: &Office) -> Result<u64> {
    shrink_pages(office, usize::MAX).await
}

/// As [`shrink_letters`], as much as one beat takes.
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
