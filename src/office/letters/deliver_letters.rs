//! Delivers the outbox: writes what is owed, claims letters, talks to the relay, and records the result. The only place
//! from which letters are sent.
//!
//! ```text
//! routes (by the recipient's domain), in parallel
//!   └─ hops (relays, first choice first): the first whose circuit admits letters
//!        └─ runs (at most two per host), each with its own connection: claim a page, send, record each result
//! ```

mod breaker;

use chrono::TimeDelta;
use futures_util::future::{join, join_all};
use tracing::{error, info, warn};

use self::breaker::Breaker;
use super::reader_hours::of_manager;
use super::renew_letters::renew_letters;
use super::unreachable::note_unreachable;
use super::write_letters::{AGAIN, write_letters};
use super::{owe, whole_message};
use crate::parties::manager_reader;
use crate::people::managers;
use crate::people::part_with::part_with;
use crate::reports::file_report;
use crate::{Office, Result, Tools};
use domain::Instant;
use domain::access::{answers_for, answers_for_all};
use domain::letters::circuit::Admission;
use domain::letters::hours::Occasion;
use domain::letters::letter::Letter;
use domain::letters::notice::{Notice, NoticeKind};
use domain::letters::retry::{self, AttemptOutcome, AttemptReply};
use domain::letters::route::Domains;
use domain::letters::undelivered::UndeliveredWords;
use domain::people::Manager;
use mail::transport::{NextHop, Outgoing, Route, Run};
use store::letters::{Attempted, Claimed};

/// How many letters are claimed at a time. Together with the time limit of an attempt, it limits how long a claim
/// lasts, and how many letters are in memory.
const PAGE: u32 = 10;

/// What one run did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeliverOutcome {
    /// Accepted by a server.
    pub accepted: u32,
    /// Given up.
    pub given_up: u32,
    /// To be tried again.
    pub put_off: u32,
    /// Owed, and not true any more when they were to be written.
    pub withdrawn: u32,
    /// Could not be written, to be tried again.
    pub not_written: u32,
    /// Relays that are not used for a while, each with its last reply.
    pub away: Vec<(String, String)>,
}

impl DeliverOutcome {
    /// What the run did, in a few words; empty if nothing was due.
    #[must_use]
    pub fn words(&self) -> String {
        let mut words = match (self.accepted, self.put_off, self.given_up) {
            (0, 0, 0) => Vec::new(),
            (accepted, put_off, given_up) => {
                vec![format!("{accepted} letters sent, {put_off} put off, {given_up} given up")]
            }
        };
        for (number, what) in [(self.withdrawn, "withdrawn unwritten"), (self.not_written, "not written")] {
            words.extend((number > 0).then(|| format!("{number} {what}")));
        }
        words.join(", ")
    }

    fn add(&mut self, more: DeliverOutcome) {
        self.accepted += more.accepted;
        self.given_up += more.given_up;
        self.put_off += more.put_off;
        self.withdrawn += more.withdrawn;
        self.not_written += more.not_written;
        self.away.extend(more.away);
    }
}

/// Writes and delivers all letters that are due. Repeating it does nothing more. A crash at any point loses no letter.
/// It sends a letter twice, with the same bytes, only if it happens between the server's 250 and our commit.
///
/// # Errors
/// If the store does not answer. A relay's behaviour is never an error: it is recorded with each letter.
pub async fn deliver_letters(office: &Office) -> Result<DeliverOutcome> {
    let routes = office.transport.routes();
    let mut done = DeliverOutcome::default();
    let mut written = Box::pin(write_letters(office)).await?;
    loop {
        done.withdrawn += written.withdrawn;
        done.not_written += written.failed;
        // Most beats find nothing, so they claim nothing and leave the store to other writers.
        if store::moment::attempt(&office.db).await?.is_none_or(|next| next > office.clock.now()) {
            return Ok(done);
        }
        // Letters to people who have left are not sent, whichever lane gets to it first.
        Box::pin(part_with(office)).await?;
        // Nor does what was written for a day that is over.
        Box::pin(renew_letters(office)).await?;
        let mut side_by_side = Vec::with_capacity(routes.len());
        for route in &routes {
            side_by_side.push(store::apart(deliver_on(office, route)));
        }
        for one in join_all(side_by_side).await {
            done.add(one?);
        }
        // Managers are told at once about letters that were given up, except about such a report itself.
        written = Box::pin(write_letters(office)).await?;
        if written.written == 0 && !written.is_cut_short {
            return Ok(done);
        }
    }
}

/// Delivers the letters of a route: through its first hop, and the rest through the next.
async fn deliver_on(office: &Office, route: &Route) -> Result<DeliverOutcome> {
    let mut done = DeliverOutcome::default();
    for hop in &route.hops {
        let breaker = Breaker::load(office, hop).await?;
        if breaker.admits(office) == Admission::Probe {
            done.add(probe(office, hop, &route.domains, &breaker).await?);
        }
        if breaker.admits(office) == Admission::Letters {
            done.add(deliver_by(office, hop, &route.domains, &breaker).await?);
        }
        match breaker.last_word() {
            None => break,
            Some(said) => done.away.push((hop.name(), said)),
        }
    }
    Ok(done)
}

/// Tries one letter on an open circuit, unless somebody else does.
async fn probe(office: &Office, hop: &NextHop, domains: &Domains, breaker: &Breaker) -> Result<DeliverOutcome> {
    let mut done = DeliverOutcome::default();
    let mut run = hop.start().await;
    if !breaker.claim_probe(office, claim_ends(office, hop, 1)).await? {
        return Ok(done);
    }
    match claim(office, hop, domains, 1).await?.first() {
        Some(claimed) => deliver(office, hop, &mut run, breaker, claimed, &mut done).await,
        // There is no letter to try: release the claim, so that the next letter does not have to wait for it.
        None => breaker.give_probe_back(office).await?,
    }
    run.finish().await;
    Ok(done)
}

/// Delivers through one hop until nothing is due or its circuit opens, in as many runs as it permits.
async fn deliver_by(office: &Office, hop: &NextHop, domains: &Domains, breaker: &Breaker) -> Result<DeliverOutcome> {
    let first = claim(office, hop, domains, PAGE).await?;
    if first.is_empty() {
        return Ok(DeliverOutcome::default());
    }
    let is_burst = first.len() == PAGE as usize && hop.most_runs() > 1;
    let one = run_of(office, hop, domains, breaker, first);
    if !is_burst {
        return one.await;
    }
    let another = run_of(office, hop, domains, breaker, Vec::new());
    let (one, another) = join(store::apart(one), store::apart(another)).await;
    let mut done = one?;
    done.add(another?);
    Ok(done)
}

/// One run: sends its page of letters, then the next, until there is none or the circuit opens.
async fn run_of(
    office: &Office,
    hop: &NextHop,
    domains: &Domains,
    breaker: &Breaker,
    page: Vec<Claimed>,
) -> Result<DeliverOutcome> {
    let mut done = DeliverOutcome::default();
    let mut run = hop.start().await;
    let mut page = page.into_iter();
    loop {
        while let Some(claimed) = page.next() {
            deliver(office, hop, &mut run, breaker, &claimed, &mut done).await;
            if breaker.admits(office) != Admission::Letters {
                release(office, page).await?;
                run.finish().await;
                return Ok(done);
            }
        }
        page = claim(office, hop, domains, PAGE).await?.into_iter();
        if page.len() == 0 {
            break;
        }
    }
    run.finish().await;
    Ok(done)
}

/// Claims a page and commits, so that nobody else sends these letters for a while, whatever happens now.
async fn claim(office: &Office, hop: &NextHop, domains: &Domains, most: u32) -> Result<Vec<Claimed>> {
    let again_at = claim_ends(office, hop, most);
    let mut tx = office.db.begin().await?;
    let claimed = store::letters::claim(&mut tx, domains, most, office.clock.now(), again_at).await?;
    tx.commit().await?;
    Ok(claimed)
}

/// When a claim on this many letters has certainly expired.
fn claim_ends(office: &Office, hop: &NextHop, letters: u32) -> Instant {
    let longest = TimeDelta::from_std(hop.deadline() * (letters + 1)).expect("at most some hours");
    office.clock.now() + longest + TimeDelta::minutes(5)
}

/// Sends one letter, and records its result and what that says about the relay.
async fn deliver(
    office: &Office,
    hop: &NextHop,
    run: &mut Run,
    breaker: &Breaker,
    claimed: &Claimed,
    done: &mut DeliverOutcome,
) {
    let row = &claimed.row;
    let bytes = match whole_message(&office.documents, &claimed.kept).await {
        Ok(bytes) => bytes,
        Err(why) => return put_aside(office, row, &why, done).await,
    };
    let letter = Outgoing {
        message_id: &row.message_id,
        notice: row.notice.word(),
        from: &office.composer.bounces,
        to: &row.to,
        subject: &row.subject,
        made_at: row.created_at,
        attempt: row.attempts,
        bytes: &bytes,
    };
    let answer = hop.send(run, &letter).await;
    if let Err(failed) = settle(office, hop, row, &answer, done).await {
        // The claim persists, so the letter will be tried again; the others must not wait for it.
        error!(letter = row.letter.0, error = %failed, "cannot keep what became of a letter");
    }
    breaker.note(office, &answer).await;
}

/// Postpones a letter that cannot be assembled because a document is missing; this does not count as an attempt.
async fn put_aside(office: &Office, letter: &Letter, why: &anyhow::Error, done: &mut DeliverOutcome) {
    let why = format!("it cannot be put together: {why:#}");
    error!(letter = letter.letter.0, "a letter cannot be sent, it is tried again: {why}");
    done.not_written += 1;
    let kept = async {
        let again_at = office.clock.now() + AGAIN;
        let mut tx = office.db.begin().await?;
        store::letters::put_off(&mut tx, letter.letter, again_at, &why).await?;
        store::letters::release(&mut tx, letter.letter, again_at).await?;
        tx.commit().await
    };
    if let Err(failed) = kept.await {
        error!(letter = letter.letter.0, error = %failed, "cannot keep what became of a letter");
    }
}

/// Stores the result of an attempt and everything that follows from it, in one transaction.
async fn settle(
    office: &Office,
    hop: &NextHop,
    letter: &Letter,
    answer: &AttemptReply,
    done: &mut DeliverOutcome,
) -> Result<()> {
    let now = office.clock.now();
    let mut tx = office.at_work().begin_part().await?;
    let outcome = answer.outcome();
    let relay = hop.name();
    let attempted = Attempted {
        at: now,
        relay: &relay,
        code: answer.code(),
        outcome,
        may_have_left: answer.may_have_left(),
        said: answer.said(),
    };
    store::letters::put_attempt(&mut tx, letter, &attempted).await?;
    let next = match outcome {
        AttemptOutcome::Accepted => {
            store::letters::mark_sent(&mut tx, letter.letter, now, answer.said()).await?;
            if let Some(visit) = letter.visit {
                file_report::letter_accepted(office, &mut tx, visit, letter.notice).await?;
            }
            tx.commit().await?;
            info!(letter = letter.letter.0, notice = letter.notice.word(), attempts = letter.attempts, "letter sent");
            done.accepted += 1;
            return Ok(());
        }
        AttemptOutcome::PutOff => retry::next_attempt(letter.tries(), now, office.clock.fraction()),
        AttemptOutcome::Refused => None,
    };
    if let Some(next) = next {
        store::letters::put_off(&mut tx, letter.letter, next, answer.said()).await?;
        store::letters::hold_behind(&mut tx, letter, next).await?;
        tx.commit().await?;
        info!(letter = letter.letter.0, notice = letter.notice.word(), attempts = letter.attempts, %next, "letter put off");
        done.put_off += 1;
        return Ok(());
    }
    give_up(&mut tx, office, letter, answer, now).await?;
    tx.commit().await?;
    warn!(letter = letter.letter.0, notice = letter.notice.word(), attempts = letter.attempts, "letter given up");
    done.given_up += 1;
    Ok(())
}

/// Marks a letter as undelivered and tells the managers, unless the letter is itself such a report.
async fn give_up(
    tx: &mut store::Tx,
    tools: &Tools,
    letter: &Letter,
    answer: &AttemptReply,
    now: Instant,
) -> Result<()> {
    if !store::letters::give_up(tx, letter.letter, now, answer.said()).await? {
        return Ok(());
    }
    if let Some(code) = answer.code() {
        note_unreachable(tx, letter, &format!("{code} {}", answer.said()), now).await?;
    }
    given_up(tx, tools, letter, answer.said(), now).await
}

/// Handles a letter that does not reach its reader, whoever discovered that: reopens what depended on it, and tells the
/// managers.
pub(crate) async fn given_up(
    tx: &mut store::Tx,
    tools: &Tools,
    letter: &Letter,
    said: &str,
    now: Instant,
) -> Result<()> {
    if let Some(visit) = letter.visit {
        file_report::letter_refused(tools, tx, visit, letter.notice, now).await?;
    }
    if matches!(letter.notice, NoticeKind::Undelivered | NoticeKind::Digest) {
        return Ok(());
    }
    let notice = Notice::Undelivered {
        letter: UndeliveredWords {
            letter: letter.letter,
            subject: letter.subject.clone(),
            to: letter.to.clone(),
            notice: letter.notice.word().to_owned(),
            given_up_at: now,
            outcome: said.to_owned(),
            attempts: letter.attempts,
        },
    };
    let customer = store::letters::customer_of(tx, letter).await?;
    let in_charge = |manager: &&Manager| match &customer {
        Some(customer) => answers_for(&manager.scope, customer),
        None => answers_for_all(&manager.scope),
    };
    for manager in managers(tools, &mut *tx).await?.iter().filter(in_charge) {
        let reader = manager_reader(manager);
        let key = format!("undelivered/{}/{}/{}", letter.letter, letter.attempts, reader.role.key());
        let occasion = Occasion::of(of_manager(tools, manager), now);
        owe(tx, &tools.composer.owed(key, reader, notice.clone()), &occasion).await?;
    }
    Ok(())
}

/// Returns the rest of a page untried, for the next hop, or until the relay is available again.
async fn release(office: &Office, rest: impl Iterator<Item = Claimed>) -> Result<()> {
    let at = office.clock.now();
    let mut tx = office.db.begin().await?;
    for claimed in rest {
        store::letters::release(&mut tx, claimed.row.letter, at).await?;
    }
    tx.commit().await?;
    Ok(())
}
