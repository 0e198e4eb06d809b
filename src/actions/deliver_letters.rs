//! Delivers what waits in the outbox: claim, talk to the relay, mark; the only sender of letters.

use chrono::TimeDelta;
use tracing::{error, info, warn};

use super::{Error, Office, Result, file_report};
use crate::db;
use crate::db::letter::{Attempted, Claimed, LetterRow};
use crate::domain::Instant;
use crate::domain::notice::{Notice, UndeliveredWords};
use crate::domain::retry::{self, Answer, Outcome};
use crate::mail::transport::{Outgoing, Run};

/// Letters claimed at a time. Together with the deadline of an attempt it bounds how long a claim lasts.
const BATCH: u32 = 10;

/// Letters in a row that got no reply before the relay itself is held to be at fault.
const SILENT_IN_A_ROW: u32 = 3;

/// How soon letters are looked at again that were not tried because their relay was not there.
const RELAY_AWAY: TimeDelta = TimeDelta::minutes(1);

/// What one run did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeliverOutcome {
    /// Accepted by a server.
    pub accepted: Vec<LetterRow>,
    /// Given up.
    pub refused: Vec<LetterRow>,
    /// To be tried again.
    pub put_off: u32,
    /// Why the run ended early: the relay was not there.
    pub relay_away: Option<String>,
}

impl DeliverOutcome {
    /// What the run did, in a few words; empty where nothing was due.
    #[must_use]
    pub fn words(&self) -> String {
        match (self.accepted.len(), self.put_off, self.refused.len()) {
            (0, 0, 0) => String::new(),
            (accepted, put_off, refused) => format!("{accepted} letters sent, {put_off} put off, {refused} given up"),
        }
    }
}

/// Delivers every letter that is due. Repeated, it does nothing more; a crash at any point loses no letter, and
/// sends one twice only when it falls between the server's 250 and our commit.
///
/// # Errors
/// When the store does not answer. What the relay does is no error: it is kept with each letter.
pub async fn deliver_letters(office: &Office) -> Result<DeliverOutcome> {
    let mut run = office.transport.start();
    let mut done = DeliverOutcome::default();
    let mut silent = 0;
    'run: loop {
        let mut batch = claim(office).await?.into_iter();
        if batch.len() == 0 {
            break;
        }
        while let Some(claimed) = batch.next() {
            let answer = send(office, &mut run, &claimed).await;
            silent = if matches!(answer, Answer::NoReply { .. }) { silent + 1 } else { 0 };
            if let Err(failed) = settle(office, &claimed.row, &answer, &mut done).await {
                // The claim stands, so the letter comes again by itself; the others must not wait for it.
                error!(letter = claimed.row.letter, error = %failed, "cannot keep what became of a letter");
            }
            if answer.is_about_the_relay() || silent >= SILENT_IN_A_ROW {
                warn!(relay = office.transport.relay(), said = answer.said(), "the relay is not there");
                done.relay_away = Some(answer.said().to_owned());
                release(office, batch).await?;
                break 'run;
            }
        }
    }
    run.finish().await;
    Ok(done)
}

/// Claims a batch, and commits: whatever happens now, these letters are not sent by anyone else for a while.
async fn claim(office: &Office) -> Result<Vec<Claimed>> {
    let now = office.clock.now();
    let longest = office.transport.deadline() * (BATCH + 1);
    let again_at = now + TimeDelta::from_std(longest).expect("a few minutes") + TimeDelta::minutes(5);
    let mut tx = office.db.begin().await?;
    let claimed = db::letter::claim(&mut tx, BATCH, now, again_at).await?;
    tx.commit().await?;
    Ok(claimed)
}

async fn send(office: &Office, run: &mut Run, claimed: &Claimed) -> Answer {
    let row = &claimed.row;
    let letter = Outgoing {
        message_id: &row.message_id,
        notice: &row.notice,
        from: &office.composer.from,
        to: &row.to,
        subject: &row.subject,
        made_at: row.created_at,
        attempt: row.attempts,
        bytes: &claimed.bytes,
    };
    office.transport.send(run, &letter).await
}

/// Keeps what an attempt came to, with all that follows from it, in one transaction.
async fn settle(office: &Office, letter: &LetterRow, answer: &Answer, done: &mut DeliverOutcome) -> Result<()> {
    let now = office.clock.now();
    let mut tx = office.db.begin().await?;
    let outcome = answer.outcome();
    let relay = office.transport.relay();
    let attempted = Attempted { at: now, relay: &relay, code: answer.code(), outcome, said: answer.said() };
    db::letter::put_attempt(&mut tx, letter, &attempted).await?;
    let next = match outcome {
        Outcome::Accepted => {
            db::letter::mark_sent(&mut tx, letter.letter, now, answer.said()).await?;
            if let Some(visit) = letter.visit {
                file_report::letter_accepted(&mut tx, visit, &letter.notice).await?;
            }
            tx.commit().await?;
            info!(letter = letter.letter, notice = letter.notice, attempts = letter.attempts, "letter sent");
            done.accepted.push(letter.clone());
            return Ok(());
        }
        Outcome::PutOff => retry::next_attempt(letter.created_at, letter.attempts, now, office.clock.fraction()),
        Outcome::Refused => None,
    };
    if let Some(next) = next {
        db::letter::put_off(&mut tx, letter.letter, next, answer.said()).await?;
        tx.commit().await?;
        info!(letter = letter.letter, notice = letter.notice, attempts = letter.attempts, %next, "letter put off");
        done.put_off += 1;
        return Ok(());
    }
    give_up(&mut tx, office, letter, answer, now).await?;
    tx.commit().await?;
    warn!(letter = letter.letter, notice = letter.notice, attempts = letter.attempts, "letter given up");
    done.refused.push(letter.clone());
    Ok(())
}

/// Marks a letter undelivered and tells the managers, who are not told of letters that tell of letters.
async fn give_up(tx: &mut db::Tx, office: &Office, letter: &LetterRow, answer: &Answer, now: Instant) -> Result<()> {
    if !db::letter::give_up(tx, letter.letter, now, answer.said()).await? {
        return Ok(());
    }
    given_up(tx, office, letter, answer.said(), now).await
}

/// What follows from a letter that does not reach its reader, whoever found that out: what rested on it is open
/// again, and the managers are told.
pub(super) async fn given_up(
    tx: &mut db::Tx,
    office: &Office,
    letter: &LetterRow,
    said: &str,
    now: Instant,
) -> Result<()> {
    if let Some(visit) = letter.visit {
        file_report::letter_refused(tx, visit, &letter.notice, now).await?;
    }
    if matches!(letter.notice.as_str(), "undelivered" | "digest") {
        return Ok(());
    }
    let notice = Notice::Undelivered {
        letter: UndeliveredWords {
            letter: letter.letter,
            subject: letter.subject.clone(),
            to: letter.to.clone(),
            notice: letter.notice.clone(),
            given_up_at: now,
            outcome: said.to_owned(),
            attempts: letter.attempts,
        },
    };
    for reader in db::letter::managers_to_tell(tx, letter).await? {
        let key = format!("undelivered/L{}/{}/{}", letter.letter, letter.attempts, reader.role.key());
        let told = office.composer.compose(&notice, &reader, &key, now).map_err(Error::Failed)?;
        db::letter::put(tx, &told, now).await?;
    }
    Ok(())
}

/// Gives the rest of a batch back untried.
async fn release(office: &Office, rest: impl Iterator<Item = Claimed>) -> Result<()> {
    let at = office.clock.now() + RELAY_AWAY;
    let mut tx = office.db.begin().await?;
    for claimed in rest {
        db::letter::release(&mut tx, claimed.row.letter, at).await?;
    }
    tx.commit().await?;
    Ok(())
}
