//! Writes letters: from what is owed to the message's final bytes, once, when the letter may leave.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use tracing::{error, info};

use super::present::Present;
use crate::{Error, Office, Result, Tools};
use domain::Instant;
use domain::ids::LetterId;
use domain::letters::owed::WrittenLetter;
use store::Tx;
use store::letters::owed::{UnreadableLetter, Unwritten};

/// Letters that are written in one transaction; together with what they enclose they are in memory.
const A_PAGE: i64 = 10;

/// When a letter that could not be written is tried again.
const AGAIN: TimeDelta = TimeDelta::minutes(10);

/// What a run came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WriteOutcome {
    pub written: u32,
    /// Not true any more.
    pub withdrawn: u32,
    /// To be tried again.
    pub failed: u32,
}

/// Documents by their hash; one that could not be read with the reason.
type Enclosures = BTreeMap<String, std::result::Result<Vec<u8>, String>>;

/// Writes every letter that is owed and may leave: it is told as things stand, or withdrawn where it is not true any
/// more. Its bytes are committed before anything claims it for sending, so that a crash sends the same bytes again.
///
/// A letter that cannot be written keeps no other back. It stays owed, is tried again, and is named by the log, by
/// `ronda check` and by the health page.
///
/// # Errors
/// When the store fails; what was written until then stays.
pub async fn write_letters(office: &Office) -> Result<WriteOutcome> {
    let mut done = WriteOutcome::default();
    loop {
        let now = office.clock.now();
        let page = store::letters::owed::due(&office.db, now, A_PAGE).await?;
        if page.is_empty() {
            return Ok(done);
        }
        let enclosures = enclosures(office, page.iter().flatten()).await;
        let mut present = Present::default();
        let mut tx = office.db.begin().await?;
        for unwritten in page {
            match unwritten {
                Ok(unwritten) => write(office, &mut tx, &mut present, unwritten, &enclosures, now, &mut done).await?,
                Err(UnreadableLetter { letter, why }) => {
                    let why = format!("what it is written from cannot be read: {:#}", anyhow::Error::from(why));
                    put_off(&mut tx, letter, &why, now, &mut done).await?;
                }
            }
        }
        tx.commit().await?;
    }
}

/// Reads what letters enclose, before a transaction is begun.
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

async fn write(
    tools: &Tools,
    tx: &mut Tx,
    present: &mut Present,
    unwritten: Unwritten,
    enclosures: &Enclosures,
    now: Instant,
    done: &mut WriteOutcome,
) -> Result<()> {
    let Unwritten { letter, owed, may_leave_at } = unwritten;
    let notice = owed.facts.notice.word();
    let told = match present.tell(tools, (&mut *tx).into(), owed).await {
        Ok(told) => told,
        // A transaction in which the store has refused something is over.
        Err(Error::Failed(why)) if why.downcast_ref::<store::Error>().is_some() => return Err(Error::Failed(why)),
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
    let enclosed = owed.document().and_then(|hash| enclosures.get(hash)).map(|read| read.as_deref());
    let written = match enclosed.transpose() {
        Ok(enclosed) => tools.composer.compose(&owed, enclosed, may_leave_at).map_err(|why| format!("{why:#}")),
        Err(why) => Err(why.clone()),
    };
    match written {
        Ok(written) => keep(tx, letter, &written, done).await,
        Err(why) => put_off(tx, letter, &why, now, done).await,
    }
}

async fn keep(tx: &mut Tx, letter: LetterId, written: &WrittenLetter, done: &mut WriteOutcome) -> Result<()> {
    done.written += u32::from(store::letters::owed::write(tx, letter, written).await?);
    Ok(())
}

async fn put_off(tx: &mut Tx, letter: LetterId, why: &str, now: Instant, done: &mut WriteOutcome) -> Result<()> {
    error!(letter = letter.0, "a letter cannot be written, it is tried again: {why}");
    store::letters::put_off(tx, letter, now + AGAIN, why).await?;
    done.failed += 1;
    Ok(())
}
