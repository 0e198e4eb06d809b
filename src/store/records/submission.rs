//! Submitted forms, each stored once, as it was sent.

use crate::text::text;
use crate::{Db, ReadHandle, Result, Tx};
use domain::Instant;
use domain::ids::{FormId, VisitId};
use domain::records::form::{FormOutcome, ReviewWhy};
use domain::records::{NewSubmission, SettledReview, Submission};

const TAKEN: &str = FormOutcome::Taken.word();
const CONFLICT: &str = ReviewWhy::Conflict.into_str();
const REVIEW: &str = FormOutcome::Review.word();

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    client_id: String,
    visit_id: i64,
    by_whom: String,
    body_sha256: String,
    body: String,
    office_note: String,
    received_at: Instant,
    why: Option<String>,
    settled_at: Option<Instant>,
    settled_how: Option<String>,
}

impl Row {
    fn submission(self) -> Submission {
        Submission {
            id: FormId(self.id),
            client_id: self.client_id,
            visit: VisitId(self.visit_id),
            by: self.by_whom,
            body_sha256: self.body_sha256,
            body: self.body,
            office_note: self.office_note,
            received_at: self.received_at,
            review: self.why.map(|why| ReviewWhy::parse(&why).expect("written by `put`")),
            settled: self.settled_at.zip(self.settled_how).map(|(at, how)| SettledReview { at, how }),
        }
    }
}

const SUBMISSION: &str = "select id, client_id, visit_id, by_whom, body_sha256, body, office_note, received_at, why,
            settled_at, settled_how
     from submission";

/// Stores a submission, unless the same bytes are already stored under this id for this visit, or other bytes are
/// stored under this id without being marked as a conflict. Returns whether it is new.
pub async fn put(tx: &mut Tx, new: &NewSubmission<'_>, now: Instant) -> Result<bool> {
    let put = tx
        .sql(
            "insert into submission (client_id, visit_id, link_id, by_whom, body_sha256, body, office_note,
                                     received_at, outcome, why)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             on conflict do nothing",
        )
        .bind(new.client_id)
        .bind(new.visit)
        .bind(new.link)
        .bind(new.by)
        .bind(new.body_sha256)
        .bind(new.body)
        .bind(new.office_note)
        .bind(now)
        .bind(outcome_of(new.review))
        .bind(new.review.map(ReviewWhy::word))
        .execute()
        .await?;
    Ok(put == 1)
}

fn outcome_of(review: Option<ReviewWhy>) -> &'static str {
    match review {
        None => TAKEN,
        Some(_) => REVIEW,
    }
}

/// What is stored under a phone's id; not later submissions with different bytes.
pub async fn by_client_id<'a>(on: impl Into<ReadHandle<'a>>, client_id: &str) -> Result<Option<Submission>> {
    let row: Option<Row> = on
        .into()
        .sql(SUBMISSION)
        .text(text!(" where (why is null or why <> '", CONFLICT, "') and client_id = "))
        .value(client_id.to_owned())
        .optional()
        .await?;
    Ok(row.map(Row::submission))
}

/// The submission for this visit under this phone's id with exactly these bytes.
pub async fn same(db: &Db, client_id: &str, visit: VisitId, body_sha256: &str) -> Result<Option<Submission>> {
    let row: Option<Row> = db
        .read(SUBMISSION)
        .text(" where client_id = ")
        .value(client_id.to_owned())
        .text(" and visit_id = ")
        .value(visit)
        .text(" and body_sha256 = ")
        .value(body_sha256.to_owned())
        .optional()
        .await?;
    Ok(row.map(Row::submission))
}

/// One submission by its number.
pub async fn get<'a>(on: impl Into<ReadHandle<'a>>, id: FormId) -> Result<Option<Submission>> {
    let row: Option<Row> = on.into().sql(SUBMISSION).text(" where id = ").value(id).optional().await?;
    Ok(row.map(Row::submission))
}

/// Everything submitted for a visit, in order of arrival.
pub async fn of_visit<'a>(on: impl Into<ReadHandle<'a>>, visit: VisitId) -> Result<Vec<Submission>> {
    let rows: Vec<Row> =
        on.into().sql(SUBMISSION).text(" where visit_id = ").value(visit).text(" order by id").all().await?;
    Ok(rows.into_iter().map(Row::submission).collect())
}

/// How many other forms of this visit have the same fate: waiting for a manager, or being its record.
pub async fn like(db: &Db, new: &NewSubmission<'_>) -> Result<i64> {
    let (alike,): (i64,) = db
        .read("select count(*) from submission where visit_id = $1 and outcome = $2 and settled_at is null")
        .bind(new.visit)
        .bind(outcome_of(new.review))
        .one()
        .await?;
    Ok(alike)
}

/// The form that became a visit's record; the latest if there are several.
pub async fn latest_taken(db: &Db, visit: VisitId) -> Result<Option<Submission>> {
    latest_of(db, visit, text!(" and outcome = '", TAKEN, "'")).await
}

/// The latest form of a visit that is waiting for a manager.
pub async fn latest_waiting(db: &Db, visit: VisitId) -> Result<Option<Submission>> {
    latest_of(db, visit, text!(" and settled_at is null and outcome = '", REVIEW, "'")).await
}

async fn latest_of(db: &Db, visit: VisitId, which: &'static str) -> Result<Option<Submission>> {
    let row: Option<Row> = db
        .read(SUBMISSION)
        .text(" where visit_id = ")
        .value(visit)
        .text(which)
        .text(" order by id desc limit 1")
        .optional()
        .await?;
    Ok(row.map(Row::submission))
}

/// Submissions waiting for a manager, oldest first.
pub async fn to_review(db: &Db) -> Result<Vec<Submission>> {
    let rows: Vec<Row> = db
        .read(SUBMISSION)
        .text(text!(" where settled_at is null and outcome = '", REVIEW, "' order by received_at, id"))
        .all()
        .await?;
    Ok(rows.into_iter().map(Row::submission).collect())
}

/// The latest submissions, up to `limit`, latest first.
pub async fn latest(db: &Db, limit: i64) -> Result<Vec<Submission>> {
    let query = db.read(SUBMISSION).text(" order by received_at desc, id desc").limit(limit);
    let rows: Vec<Row> = query.reads_whole_table("what came last, until the limit is reached").all().await?;
    Ok(rows.into_iter().map(Row::submission).collect())
}

/// Submissions with a note for the office, with numbers after `after`, that arrived after `since`; in order.
pub async fn with_note_after(db: &Db, after: FormId, since: Instant) -> Result<Vec<Submission>> {
    let rows: Vec<Row> = db
        .read(SUBMISSION)
        .text(" where office_note <> '' and id > ")
        .value(after)
        .text(" and received_at > ")
        .value(since)
        .text(" order by id")
        .all()
        .await?;
    Ok(rows.into_iter().map(Row::submission).collect())
}

/// The number of the last submission; 0 if there is none.
pub async fn last_id(db: &Db) -> Result<FormId> {
    let (id,): (Option<i64>,) = db.read("select max(id) from submission").one().await?;
    Ok(FormId(id.unwrap_or(0)))
}

/// Stores the outcome of a review. Returns whether the submission was still waiting.
pub async fn settle(tx: &mut Tx, id: FormId, how: &str, now: Instant) -> Result<bool> {
    let settled = tx
        .sql(text!(
            "update submission
             set settled_at = $1, settled_how = $2
             where id = $3 and settled_at is null and outcome = '",
            REVIEW,
            "'"
        ))
        .bind(now)
        .bind(how)
        .bind(id)
        .execute()
        .await?;
    Ok(settled == 1)
}
