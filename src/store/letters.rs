//! Letters: the outbox, what became of each letter, and every attempt to deliver it.

pub mod hotline;
pub mod kept;
pub mod owed;
pub mod received;
pub mod relay;
pub mod taken_out;
pub mod told;
pub mod unreachable;

mod delivery;
mod flow;
mod readers;
mod returned;

pub use self::delivery::{
    Attempted, Claimed, cancel, claim, give_up, hold_behind, mark_sent, put_attempt, put_off, release, retry,
};
pub use self::flow::{any_due_since, last_sent, state_of};
pub use self::readers::customer_of;
pub use self::returned::{is_on_its_way, returned, row, with_message_id};
use super::reader::from_json;
use super::text::text;
use super::{Db, Result};
use domain::Instant;
use domain::ids::{DeadlineId, LetterId, VisitId};
use domain::letters::kept::{EnclosedDocument, KeptMessage, LetterOnFile};
use domain::letters::letter::{Bears, Letter, LetterState};

/// The stored words of states, as constants because statements must match the conditions of partial indexes.
pub(super) const WAITING: &str = LetterState::Waiting.word();
pub(super) const SENT: &str = LetterState::Sent.word();
pub(super) const UNDELIVERED: &str = LetterState::Undelivered.word();
pub(super) const CANCELLED: &str = LetterState::Cancelled.word();
pub(super) const PAPER: &str = Bears::Paper.word();
const APPOINTMENT: &str = Bears::Appointment.word();

/// Whether a letter may be with its reader: it was not withdrawn, or only after an attempt that nobody answered.
const MAY_BE_KNOWN: &str = text!(
    "(state <> '",
    CANCELLED,
    "' or exists (select 1 from attempt where letter_id = letter.id and may_have_left))"
);

/// The columns of a [`Stored`].
const COLUMNS: &str = "id, key, notice, message_id, to_name, to_email, subject, visit_id, deadline_id, created_at, state, \
                       attempts, tried_before, first_tried_at, next_attempt_at, sent_at, given_up_at, outcome, written, \
                       may_leave_at";

/// The columns of a [`KeptRow`].
const KEPT: &str = "bytes, enclosed, sha256, cleared_at";

/// One attempt at delivering a letter.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct AttemptRow {
    pub number: u32,
    pub at: Instant,
    pub relay: String,
    pub code: Option<u16>,
    pub outcome: String,
    pub said: String,
}

#[derive(sqlx::FromRow)]
struct Stored {
    id: i64,
    key: String,
    notice: String,
    message_id: String,
    to_name: String,
    to_email: String,
    subject: String,
    visit_id: Option<i64>,
    deadline_id: Option<i64>,
    created_at: Instant,
    state: String,
    attempts: i64,
    tried_before: i64,
    first_tried_at: Option<Instant>,
    next_attempt_at: Option<Instant>,
    sent_at: Option<Instant>,
    given_up_at: Option<Instant>,
    outcome: Option<String>,
    written: bool,
    may_leave_at: Instant,
}

#[derive(sqlx::FromRow)]
struct StoredWithBytes {
    #[sqlx(flatten)]
    stored: Stored,
    #[sqlx(flatten)]
    kept: KeptRow,
}

/// A message as stored.
#[derive(sqlx::FromRow)]
struct KeptRow {
    bytes: Vec<u8>,
    enclosed: Option<String>,
    sha256: Option<String>,
    cleared_at: Option<Instant>,
}

impl KeptRow {
    fn message(self) -> Result<KeptMessage> {
        let enclosed: Vec<EnclosedDocument> = match self.enclosed {
            Some(json) => from_json("letter", "enclosed", &json)?,
            None => Vec::new(),
        };
        Ok(KeptMessage { rest: self.bytes, enclosed, sha256: self.sha256, cleared_at: self.cleared_at })
    }
}

#[derive(sqlx::FromRow)]
struct StoredAttempt {
    number: i64,
    at: Instant,
    relay: String,
    code: Option<i64>,
    outcome: String,
    said: String,
}

impl From<Stored> for Letter {
    fn from(row: Stored) -> Letter {
        Letter {
            letter: LetterId(row.id),
            key: row.key,
            notice: row.notice.parse().expect("the words of notices are never taken back"),
            message_id: row.message_id,
            to_name: row.to_name,
            to: row.to_email,
            subject: row.subject,
            visit: row.visit_id.map(VisitId),
            deadline: row.deadline_id.map(DeadlineId),
            created_at: row.created_at,
            state: state(&row.state),
            attempts: count(row.attempts),
            tried_before: count(row.tried_before),
            first_tried_at: row.first_tried_at,
            next_attempt_at: row.next_attempt_at,
            sent_at: row.sent_at,
            given_up_at: row.given_up_at,
            outcome: row.outcome,
            written: row.written,
            may_leave_at: row.may_leave_at,
        }
    }
}

pub(super) fn state(word: &str) -> LetterState {
    word.parse().expect("the schema admits these words alone")
}

/// Which letters a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LetterFilter {
    pub state: Option<LetterState>,
    /// The word of a notice.
    pub notice: Option<String>,
    /// The recipient's address.
    pub to: Option<String>,
    pub visit: Option<VisitId>,
    /// Only letters older than this one.
    pub before: Option<LetterId>,
    /// Maximum number of letters; the newest are kept.
    pub most: u32,
}

/// Letters that match the filter, newest first.
pub async fn list(db: &Db, filter: &LetterFilter) -> Result<Vec<Letter>> {
    let LetterFilter { notice, to, visit, before, .. } = filter;
    let is_narrow = notice.is_some() || to.is_some() || visit.is_some() || before.is_some();
    let (state, is_rare) = match filter.state {
        None => ("", false),
        Some(LetterState::Sent) => (text!(" and state = '", SENT, "'"), false),
        // The same text as the condition of the partial index.
        Some(LetterState::Waiting) => (text!(" and state <> '", SENT, "' and state = '", WAITING, "'"), true),
        Some(LetterState::Undelivered) => (text!(" and state <> '", SENT, "' and state = '", UNDELIVERED, "'"), true),
        Some(LetterState::Cancelled) => (text!(" and state <> '", SENT, "' and state = '", CANCELLED, "'"), true),
    };
    let query = db.read(text!("select ", COLUMNS, " from letter where true"));
    let query = if is_narrow || is_rare { query } else { query.reads_whole_table("the newest, until the limit") };
    let rows: Vec<Stored> = query
        .text(state)
        .and(" and notice = ", filter.notice.as_deref())
        .and(" and to_email = ", filter.to.as_deref())
        .and(" and visit_id = ", filter.visit)
        .and(" and id < ", filter.before)
        .text(" order by id desc")
        .limit(filter.most)
        .all()
        .await?;
    Ok(rows.into_iter().map(Letter::from).collect())
}

/// A letter with its stored message.
pub async fn get(db: &Db, letter: LetterId) -> Result<Option<LetterOnFile>> {
    let row: Option<StoredWithBytes> =
        db.read(text!("select ", COLUMNS, ", ", KEPT, " from letter where id = $1")).bind(letter).optional().await?;
    row.map(|row| Ok(LetterOnFile { letter: row.stored.into(), message: row.kept.message()? })).transpose()
}

/// The delivery attempts of a letter, in order.
pub async fn attempts(db: &Db, letter: LetterId) -> Result<Vec<AttemptRow>> {
    let rows: Vec<StoredAttempt> = db
        .read("select number, at, relay, code, outcome, said from attempt where letter_id = $1 order by number")
        .bind(letter)
        .all()
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| AttemptRow {
            number: count(row.number),
            at: row.at,
            relay: row.relay,
            code: row.code.and_then(|code| u16::try_from(code).ok()),
            outcome: row.outcome,
            said: row.said,
        })
        .collect())
}

fn count(n: i64) -> u32 {
    u32::try_from(n).expect("a count of attempts is small and not negative")
}
