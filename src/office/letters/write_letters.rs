//! Writes letters: turns owed letters into the message's final bytes, once, when they may leave.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use tracing::{error, info, warn};

use super::present::Present;
use crate::{Error, Office, Result, Tools};
use domain::Instant;
use domain::ids::LetterId;
use domain::letters::kept::KeptMessage;
use domain::letters::owed::{LetterOwed, WrittenLetter};
use domain::letters::stands::Untrue;
use mail::{KeptDocument, take_apart};
use store::Tx;
use store::letters::owed::{UnreadableLetter, Unwritten};

/// How many letters one transaction writes; they are in memory together with their enclosed documents.
const A_PAGE: i64 = 10;

/// After this many pages, written letters are sent first, so that the first of a thousand does not wait for the last.
const PAGES_A_RUN: usize = 10;

/// When a letter that could not be written is tried again.
pub(super) const AGAIN: TimeDelta = TimeDelta::minutes(10);

/// What a run did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WriteOutcome {
    pub written: u32,
    /// Withdrawn, because they are no longer true.
    pub withdrawn: u32,
    /// Could not be written, and will be tried again.
    pub failed: u32,
    /// Whether more letters may be due.
    pub is_cut_short: bool,
}

/// Documents by hash; if one could not be read, the reason.
type Enclosures = BTreeMap<String, std::result::Result<Vec<u8>, String>>;

/// What is needed to write letters, read before the transaction begins.
struct AtHand<'a> {
    enclosures: &'a Enclosures,
    /// The hash of the company's logo, which every letter shows, if it is stored as a document.
    logo: Option<&'a str>,
}

/// Writes the letters that are owed and may leave, up to the limit of one run. Each follows the current situation, or
/// is withdrawn if it is no longer true. Its bytes are committed before anything can claim it for sending, so that
/// after a crash the same bytes are sent again.
///
/// A letter that cannot be written does not hold up the others. It stays owed, is tried again, and is reported by the
/// log, by `ronda check` and by the health page.
///
/// # Errors
/// If the store fails; what was written until then stays.
pub async fn write_letters(office: &Office) -> Result<WriteOutcome> {
    let mut done = WriteOutcome::default();
    for _ in 0..PAGES_A_RUN {
        let now = office.clock.now();
        let page = store::letters::owed::due(&office.db, now, A_PAGE).await?;
        if page.is_empty() {
            return Ok(done);
        }
        let enclosures = enclosures(office, page.iter().flatten()).await;
        let logo = kept_logo(office).await;
        let mut tx = office.db.begin().await?;
        let owed = page.iter().flatten().map(|unwritten| &unwritten.owed);
        let present = match Present::of(office, (&mut tx).into(), owed).await {
            Ok(present) => Some(present),
            Err(why) if has_ended(&why) => return Err(why),
            // Each letter then checks its own situation, and reports its own error.
            Err(_) => None,
        };
        for unwritten in page {
            match unwritten {
                Ok(unwritten) => {
                    let at_hand = AtHand { enclosures: &enclosures, logo: logo.as_deref() };
                    write(office, &mut tx, present.as_ref(), unwritten, &at_hand, now, &mut done).await?;
                }
                Err(UnreadableLetter { letter, why }) => {
                    let why = format!("what it is written from cannot be read: {:#}", anyhow::Error::from(why));
                    put_off(&mut tx, letter, &why, now, &mut done).await?;
                }
            }
        }
        tx.commit().await?;
    }
    Ok(WriteOutcome { is_cut_short: true, ..done })
}

/// Reads the documents that letters enclose, before a transaction begins.
async fn enclosures(office: &Office, letters: impl Iterator<Item = &Unwritten>) -> Enclosures {
    let mut read = Enclosures::new();
    for hash in letters.filter_map(|unwritten| unwritten.owed.document()) {
        if !read.contains_key(hash) {
            let document = office.documents.get(hash).await.map_err(|why| format!("{why:#}"));
            read.insert(hash.to_owned(), document);
        }
    }
    read
}

/// Stores the logo that every letter shows as a document; if that fails, letters contain it themselves.
async fn kept_logo(office: &Office) -> Option<String> {
    let logo = office.composer.logo()?.to_vec();
    office.documents.put(logo).await.inspect_err(|why| warn!("the logo is kept with each letter: {why:#}")).ok()
}

async fn write(
    tools: &Tools,
    tx: &mut Tx,
    present: Option<&Present>,
    unwritten: Unwritten,
    at_hand: &AtHand<'_>,
    now: Instant,
    done: &mut WriteOutcome,
) -> Result<()> {
    let Unwritten { letter, owed, may_leave_at } = unwritten;
    let notice = owed.facts.notice.word();
    let told = match present {
        Some(present) => present.tell(tools, (&mut *tx).into(), owed).await,
        None => tell_alone(tools, tx, owed).await,
    };
    let told = match told {
        Ok(told) => told,
        Err(why) if has_ended(&why) => return Err(why),
        Err(why) => return put_off(tx, letter, &format!("{:#}", anyhow::Error::from(why)), now, done).await,
    };
    let owed = match told {
        Ok(owed) => owed,
        Err(untrue) => {
            if store::letters::owed::withdraw(tx, letter, &untrue.to_string()).await? {
                done.withdrawn += 1;
                info!(letter = letter.0, notice, "letter withdrawn, {untrue}");
            }
            return Ok(());
        }
    };
    let document = owed.document();
    let enclosed = document.and_then(|hash| at_hand.enclosures.get(hash)).map(|read| read.as_deref());
    let written = match enclosed.transpose() {
        Ok(enclosed) => {
            tools.composer.compose(&owed, enclosed, may_leave_at.min(now)).map_err(|why| format!("{why:#}"))
        }
        Err(why) => Err(why.clone()),
    };
    match written {
        Ok(WrittenLetter { subject, bytes }) => {
            let logo = at_hand.logo.zip(tools.composer.logo());
            let document = document.zip(enclosed.and_then(std::result::Result::ok));
            let apart: Vec<_> =
                logo.into_iter().chain(document).map(|(sha256, bytes)| KeptDocument { sha256, bytes }).collect();
            keep(tx, letter, &subject, &take_apart(bytes, &apart), done).await
        }
        Err(why) => put_off(tx, letter, &why, now, done).await,
    }
}

/// Whether a transaction cannot continue, because the store has refused something.
fn has_ended(why: &Error) -> bool {
    matches!(why, Error::Failed(why) if why.downcast_ref::<store::Error>().is_some())
}

async fn tell_alone(tools: &Tools, tx: &mut Tx, owed: LetterOwed) -> Result<std::result::Result<LetterOwed, Untrue>> {
    let present = Present::of(tools, (&mut *tx).into(), std::iter::once(&owed)).await?;
    present.tell(tools, tx.into(), owed).await
}

async fn keep(tx: &mut Tx, letter: LetterId, subject: &str, kept: &KeptMessage, done: &mut WriteOutcome) -> Result<()> {
    done.written += u32::from(store::letters::owed::write(tx, letter, subject, kept).await?);
    Ok(())
}

async fn put_off(tx: &mut Tx, letter: LetterId, why: &str, now: Instant, done: &mut WriteOutcome) -> Result<()> {
    error!(letter = letter.0, "a letter cannot be written, it is tried again: {why}");
    store::letters::put_off(tx, letter, now + AGAIN, why).await?;
    done.failed += 1;
    Ok(())
}
