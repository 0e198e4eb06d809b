//! Owed letters: stored with the change that causes them, then either written once or withdrawn.

use std::collections::{BTreeMap, BTreeSet};

use super::{CANCELLED, PAPER, WAITING};
use crate::people::site;
use crate::reader::{from_json, json_list, unreadable};
use crate::text::{sql, text};
use crate::{ReadHandle, Result, Sql, Tx};
use domain::Instant;
use domain::ids::{DeadlineId, LetterId, SiteCode, VisitId};
use domain::letters::kept::KeptMessage;
use domain::letters::notice::Reader;
use domain::letters::owed::LetterOwed;
use domain::letters::route::domain_of;
use domain::letters::stored::UnwritableLetter;
use domain::people::ReaderRole;
use domain::people::equipment::Site;

/// Puts a letter that is owed into the outbox, to leave no earlier than `may_leave_at`; a letter whose key is there
/// already changes nothing. Says its number if it is new. It is tried no earlier than a letter before it about the same
/// visit to the same reader that has been put off.
pub async fn put(tx: &mut Tx, letter: &LetterOwed, now: Instant, may_leave_at: Instant) -> Result<Option<LetterId>> {
    let kind = letter.facts.notice.kind();
    let (role, code) = letter.to.role.stored();
    let (hotline, customer) = letter.hotline.as_ref().map(|(change, customer)| (*change, customer.as_str())).unzip();
    let new: Option<(i64,)> = tx
        .sql(text!(
            "insert into letter
               (key, notice, message_id, to_name, to_email, to_domain, language, reader_role, reader_code, subject,
                visit_id, deadline_id, hotline_id, customer, bears, document, facts, written, bytes, created_at, state,
                attempts, next_attempt_at, may_leave_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, 0,
                     coalesce(",
            PUT_OFF_BEFORE,
            ", $21), $21)
             on conflict (key) do nothing
             returning id",
        ))
        .bind(&letter.key)
        .bind(kind.word())
        .bind(&letter.message_id)
        .bind(&letter.to.name)
        .bind(&letter.to.email)
        .bind(domain_of(&letter.to.email))
        .bind(letter.to.language.code())
        .bind(role)
        .bind(code)
        .bind(letter.visit.map(|visit| visit.0))
        .bind(letter.deadline.map(|deadline| deadline.0))
        .bind(hotline)
        .bind(customer)
        .bind(kind.bears().map(domain::letters::letter::Bears::word))
        .bind(letter.document())
        .bind(serde_json::to_string(&letter.facts).expect("plain data"))
        .bind(false)
        .bind(Vec::<u8>::new())
        .bind(now)
        .bind(WAITING)
        .bind(may_leave_at)
        .optional()
        .await?;
    Ok(new.map(|(id,)| LetterId(id)))
}

/// Until when an earlier letter about the same visit to the same reader is put off, if that is later than the new one may
/// leave; a report waits for none.
const PUT_OFF_BEFORE: &str = text!(
    "(select max(earlier.next_attempt_at) from letter earlier
      where earlier.visit_id = $10 and earlier.to_email = $5 and earlier.state = '",
    WAITING,
    "' and earlier.visit_id is not null and earlier.written and earlier.next_attempt_at > $21
        and coalesce($14, '') <> '",
    PAPER,
    "' and exists (select 1 from attempt where letter_id = earlier.id and number = earlier.attempts))"
);

/// A letter that is owed and not written.
#[derive(Debug, Clone, PartialEq)]
pub struct Unwritten {
    pub letter: LetterId,
    pub owed: LetterOwed,
    /// The date that the letter will bear.
    pub may_leave_at: Instant,
}

#[derive(sqlx::FromRow)]
struct UnwrittenRow {
    id: i64,
    key: String,
    message_id: String,
    to_name: String,
    to_email: String,
    language: String,
    reader_role: String,
    reader_code: String,
    visit_id: Option<i64>,
    deadline_id: Option<i64>,
    hotline_id: Option<i64>,
    customer: Option<String>,
    facts: String,
    may_leave_at: Instant,
}

/// The columns of an [`UnwrittenRow`].
const COLUMNS: &str = "id, key, message_id, to_name, to_email, language, reader_role, reader_code, visit_id, deadline_id, \
                       hotline_id, customer, coalesce(facts, kept_facts) as facts, may_leave_at";

/// Whether a letter has surely not left: it is not on the wire, and each attempt was answered, or broke before the message
/// was handed over.
const SURELY_HERE: &str = "attempts = (select count(*) from attempt where letter_id = letter.id and not may_have_left)";

impl UnwrittenRow {
    fn unwritten(self) -> Result<Unwritten> {
        let role = ReaderRole::of_stored(&self.reader_role, self.reader_code);
        let to = Reader {
            name: self.to_name,
            email: self.to_email,
            language: self.language.parse().expect("the schema admits our languages alone"),
            role: role.ok_or_else(|| unreadable("letter", "reader_role", "no role of a reader"))?,
        };
        let owed = LetterOwed {
            facts: from_json("letter", "facts", &self.facts)?,
            key: self.key,
            message_id: self.message_id,
            to,
            visit: self.visit_id.map(VisitId),
            deadline: self.deadline_id.map(DeadlineId),
            hotline: self.hotline_id.zip(self.customer.map(Into::into)),
        };
        Ok(Unwritten { letter: LetterId(self.id), owed, may_leave_at: self.may_leave_at })
    }
}

/// A letter that this version cannot interpret.
#[derive(Debug)]
pub struct UnreadableLetter {
    pub letter: LetterId,
    pub why: crate::Error,
}

/// Up to `most` letters that should be written by `now`, oldest first. Letters that this version cannot interpret are
/// returned by number, and do not hold up the others.
pub async fn due<'a>(
    on: impl Into<ReadHandle<'a>>,
    now: Instant,
    most: i64,
) -> Result<Vec<std::result::Result<Unwritten, UnreadableLetter>>> {
    let rows: Vec<UnwrittenRow> = on.into().sql(DUE).bind(now).limit(most).all().await?;
    Ok(each(rows))
}

fn each(rows: Vec<UnwrittenRow>) -> Vec<std::result::Result<Unwritten, UnreadableLetter>> {
    let read = rows.into_iter().map(|row| (LetterId(row.id), row.unwritten()));
    read.map(|(letter, row)| row.map_err(|why| UnreadableLetter { letter, why })).collect()
}

const DUE: &str = text!(
    "select ",
    COLUMNS,
    " from letter where state = '",
    WAITING,
    "' and not written and next_attempt_at <= $1 order by next_attempt_at, id"
);

/// Letters that were written before `before`, are due by `now` and have surely not left, `most` of them.
pub async fn stale(
    tx: &mut Tx,
    before: Instant,
    now: Instant,
    most: i64,
) -> Result<Vec<std::result::Result<Unwritten, UnreadableLetter>>> {
    let rows: Vec<UnwrittenRow> = tx.sql(STALE).bind(before).bind(now).limit(most).all().await?;
    Ok(each(rows))
}

const STALE: &str = text!(
    "select ",
    COLUMNS,
    " from letter where state = '",
    WAITING,
    "' and written and kept_facts is not null and may_leave_at < $1 and next_attempt_at <= $2 and ",
    SURELY_HERE,
    " order by may_leave_at, id"
);

#[derive(sqlx::FromRow)]
struct SiteOfLetter {
    id: i64,
    site: String,
}

/// The sites that these letters are about, by the letters' numbers; not those that are about none.
pub async fn sites(tx: &mut Tx, letters: &[LetterId]) -> Result<BTreeMap<LetterId, Site>> {
    let rows: Vec<SiteOfLetter> = tx.sql(SITES).bind(json_list(letters)).all().await?;
    let codes: BTreeSet<SiteCode> = rows.iter().map(|row| row.site.clone().into()).collect();
    let known = site::with_codes(&mut *tx, &codes.into_iter().collect::<Vec<_>>()).await?;
    let found = |row: SiteOfLetter| {
        let site = known.iter().find(|site| site.site.as_str() == row.site)?;
        Some((LetterId(row.id), site.clone()))
    };
    Ok(rows.into_iter().filter_map(found).collect())
}

const SITES: Sql = sql!(
    "select letter.id, coalesce(visit.site, deadline.site) as site
     from letter
     left join visit on visit.id = letter.visit_id
     left join deadline on deadline.id = letter.deadline_id
     where coalesce(visit.site, deadline.site) is not null and letter.id in ",
    numbers 1
);

/// Takes back what a letter says that has surely not left: it is written anew when it may leave, at `may_leave_at`. Says
/// whether it did.
pub async fn take_back(tx: &mut Tx, letter: LetterId, may_leave_at: Instant) -> Result<bool> {
    let changed = tx
        .sql(text!(
            "update letter
             set written = $2, facts = kept_facts, kept_facts = null, subject = '', bytes = $3, enclosed = null,
               sha256 = null, outcome = null, next_attempt_at = $4, may_leave_at = $4
             where id = $1 and state = '",
            WAITING,
            "' and written and kept_facts is not null and ",
            SURELY_HERE
        ))
        .bind(letter)
        .bind(false)
        .bind(Vec::<u8>::new())
        .bind(may_leave_at)
        .execute()
        .await?;
    Ok(changed == 1)
}

/// Whether a letter that bears a paper is to be written by `now`.
pub async fn is_paper_due<'a>(on: impl Into<ReadHandle<'a>>, now: Instant) -> Result<bool> {
    let found: Option<(i64,)> = on.into().sql(PAPER_DUE).bind(now).optional().await?;
    Ok(found.is_some())
}

const PAPER_DUE: &str = text!(
    "select id from letter where state = '",
    WAITING,
    "' and not written and next_attempt_at <= $1 and bears = '",
    PAPER,
    "' order by next_attempt_at, id limit 1"
);

/// A letter before it is written; `None` if it is already written.
pub async fn get<'a>(on: impl Into<ReadHandle<'a>>, letter: LetterId) -> Result<Option<Unwritten>> {
    let row: Option<UnwrittenRow> = on
        .into()
        .sql(text!("select ", COLUMNS, " from letter where id = $1 and not written"))
        .bind(letter)
        .optional()
        .await?;
    row.map(UnwrittenRow::unwritten).transpose()
}

/// The end of a statement that finds those letters that wait and have surely not left, and what they were written from.
const STILL_HERE: &str =
    text!(" and state = '", WAITING, "' and coalesce(facts, kept_facts) is not null and ", SURELY_HERE, " order by id");

/// Letters about a visit that wait and have surely not left.
pub async fn of_visit(tx: &mut Tx, visit: VisitId) -> Result<Vec<Unwritten>> {
    let rows: Vec<UnwrittenRow> = tx
        .sql(text!("select ", COLUMNS, " from letter where visit_id = $1 and visit_id is not null", STILL_HERE))
        .bind(visit.0)
        .all()
        .await?;
    rows.into_iter().map(UnwrittenRow::unwritten).collect()
}

/// Gives a letter its subject and its message. Says whether it did: not for one that is written or withdrawn already.
pub async fn write(tx: &mut Tx, letter: LetterId, subject: &str, kept: &KeptMessage) -> Result<bool> {
    let changed = tx
        .sql(text!(
            "update letter
             set subject = $2, bytes = $3, written = $4, enclosed = $5, sha256 = $6, facts = null, kept_facts = facts,
               outcome = null
             where id = $1 and not written and state = '",
            WAITING,
            "'"
        ))
        .bind(letter)
        .bind(subject)
        .bind(kept.rest.as_slice())
        .bind(true)
        .bind(serde_json::to_string(&kept.enclosed).expect("plain data"))
        .bind(kept.sha256.as_deref())
        .execute()
        .await?;
    Ok(changed == 1)
}

/// Withdraws a letter that has surely not left, because it is not true any more. Says whether it did.
pub async fn withdraw(tx: &mut Tx, letter: LetterId, why: &str) -> Result<bool> {
    let changed = tx
        .sql(text!(
            "update letter set state = '",
            CANCELLED,
            "', next_attempt_at = null, outcome = $2, kept_facts = null where id = $1 and state = '",
            WAITING,
            "' and ",
            SURELY_HERE
        ))
        .bind(letter)
        .bind(why)
        .execute()
        .await?;
    Ok(changed == 1)
}

#[derive(sqlx::FromRow)]
struct UnwritableRow {
    id: i64,
    notice: String,
    to_email: String,
    customer: Option<String>,
    outcome: String,
}

impl UnwritableRow {
    fn letter(self) -> UnwritableLetter {
        UnwritableLetter {
            letter: LetterId(self.id),
            notice: self.notice,
            to: self.to_email,
            customer: self.customer.map(Into::into),
            why: self.outcome,
        }
    }
}

/// Letters that should have been written by now, but could not be.
pub async fn troubled<'a>(on: impl Into<ReadHandle<'a>>) -> Result<Vec<UnwritableLetter>> {
    let rows: Vec<UnwritableRow> = on
        .into()
        .sql(text!(
            "select letter.id, letter.notice, letter.to_email, coalesce(site.customer, deadline.customer) as customer,
                    letter.outcome
             from letter
             left join visit on visit.id = letter.visit_id
             left join site on site.site = visit.site
             left join deadline on deadline.id = letter.deadline_id
             where letter.state = '",
            WAITING,
            "' and not letter.written and letter.outcome is not null and letter.next_attempt_at is not null"
        ))
        .all()
        .await?;
    let mut letters: Vec<UnwritableLetter> = rows.into_iter().map(UnwritableRow::letter).collect();
    // With an `order by`, SQLite would read all letters.
    letters.sort_unstable_by_key(|letter| letter.letter);
    Ok(letters)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Db, letters};

    async fn plan(db: &Db, statement: &'static str) -> String {
        let steps: Vec<(i64, i64, i64, String)> = db.read(statement).all().await.unwrap();
        steps.into_iter().map(|(.., step)| step).collect::<Vec<_>>().join("\n")
    }

    /// A partial index is only used by statements that repeat its condition word for word.
    #[tokio::test]
    async fn the_outbox_is_looked_at_by_its_indexes() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open_sqlite(&folder.path().join("office.db")).await.unwrap();
        for (statement, index) in [
            (text!("explain query plan ", DUE), "letter_owed"),
            (text!("explain query plan ", PAPER_DUE), "letter_paper_owed"),
            (text!("explain query plan ", STALE), "letter_stale"),
            (text!("explain query plan ", letters::delivery::CLAIMING.sqlite), "letter_waiting"),
            (text!("explain query plan ", letters::kept::SENT_LONG_AGO), "letter_to_clear"),
            (text!("explain query plan ", letters::kept::WITHDRAWN_LONG_AGO), "letter_withdrawn_to_clear"),
            (text!("explain query plan ", letters::kept::UNSHRUNK), "letter_to_shrink"),
            (text!("explain query plan ", letters::told::OF_APPOINTMENT), "letter_bearing"),
            (text!("explain query plan ", letters::hotline::TELLING), "letter_by_hotline"),
            (text!("explain query plan ", crate::reports::BEARING), "letter_bearing"),
        ] {
            let plan = plan(&db, statement).await;
            assert!(plan.contains(index), "{statement}\n{plan}");
        }
    }
}
