//! Booked visits that cannot take place as booked, and objections that a person has overruled.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{BOOKED, COLUMNS, visits};
use crate::reader::{from_json, json_list};
use crate::text::{sql, text};
use crate::{Db, ReadHandle, Result, Tx};
use domain::Instant;
use domain::ids::VisitId;
use domain::visits::fit::UnfitVisit;
use domain::visits::{StoredVisit, Visit};

#[derive(sqlx::FromRow)]
struct UnfitRow {
    visit_id: i64,
    reasons: String,
    since_at: Instant,
    proposal: Option<String>,
}

impl UnfitRow {
    fn unfit(self) -> Result<UnfitVisit> {
        let visit = VisitId(self.visit_id);
        let place = format!("unfit visit {visit}");
        Ok(UnfitVisit {
            visit,
            reasons: from_json(&place, "reasons", &self.reasons)?,
            since_at: self.since_at,
            proposal: self.proposal.map(|proposal| from_json(&place, "proposal", &proposal)).transpose()?,
        })
    }
}

const UNFIT: &str = "select visit_id, reasons, since_at, proposal from unfit_visit ";

/// All unfit visits, by number.
pub async fn all<'a>(on: impl Into<ReadHandle<'a>>) -> Result<Vec<UnfitVisit>> {
    let query = on.into().sql(text!(UNFIT, "order by visit_id")).reads_whole_table("few visits are unfit at a time");
    query.all::<UnfitRow>().await?.into_iter().map(UnfitRow::unfit).collect()
}

/// What makes a visit unfit; `None` if nothing does.
pub async fn find<'a>(on: impl Into<ReadHandle<'a>>, visit: VisitId) -> Result<Option<UnfitVisit>> {
    let row: Option<UnfitRow> = on.into().sql(text!(UNFIT, "where visit_id = ")).value(visit).optional().await?;
    row.map(UnfitRow::unfit).transpose()
}

/// Which of these visits are unfit.
pub async fn of_visits<'a>(on: impl Into<ReadHandle<'a>>, visits: &[VisitId]) -> Result<Vec<UnfitVisit>> {
    let sql = sql!(UNFIT, "where visit_id in ", numbers 1);
    let rows: Vec<UnfitRow> = on.into().sql(sql).bind(json_list(visits)).all().await?;
    rows.into_iter().map(UnfitRow::unfit).collect()
}

/// Booked visits, `limit` of them after the day and number of `after`.
pub async fn booked(db: &Db, after: Option<(NaiveDate, VisitId)>, limit: i64) -> Result<Vec<StoredVisit>> {
    let query = db.read(COLUMNS).text(text!(
        "where visit.completed_at is null and visit.cancelled_at is null and visit.state = '",
        BOOKED,
        "' and (visit.day, visit.id) > ("
    ));
    let (day, visit) = after.unwrap_or((NaiveDate::from_ymd_opt(1, 1, 1).expect("a day"), VisitId(0)));
    let query = query.value(day).text(", ").value(visit).text(") order by visit.day, visit.id");
    visits(query.limit(limit)).await
}

/// The objections that a person overruled when booking a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overruled {
    pub visit: VisitId,
    /// In the form of [`domain::visits::fit::Unfit::overruled_as`].
    pub words: Vec<String>,
}

/// What was overruled for these visits; those without any are left out.
pub async fn overruled<'a>(on: impl Into<ReadHandle<'a>>, visits: &[VisitId]) -> Result<Vec<Overruled>> {
    const ASKED: &str = "select id, overruled from visit where overruled is not null and id in ";
    let sql = sql!(ASKED, numbers 1);
    let rows: Vec<(i64, String)> = on.into().sql(sql).bind(json_list(visits)).all().await?;
    Ok(rows.into_iter().map(|(visit, text)| Overruled { visit: VisitId(visit), words: words(&text) }).collect())
}

/// Parses a stored list of words.
pub(crate) fn words(stored: &str) -> Vec<String> {
    serde_json::from_str(stored).expect("written by `set_overruled`")
}

/// Stores which objections a person has overruled; does nothing if there are none.
pub async fn set_overruled(tx: &mut Tx, visit: VisitId, words: &[String]) -> Result<()> {
    let words = (!words.is_empty()).then(|| json_list(words));
    tx.sql("update visit set overruled = $1 where id = $2").bind(words).bind(visit).execute().await?;
    Ok(())
}

/// Marks a visit as unfit for its current booking, or updates the reasons. Its reminder waits until it is fit again.
/// Returns whether the visit is still booked as given.
pub async fn put(tx: &mut Tx, booked: &Visit, unfit: &UnfitVisit) -> Result<bool> {
    let to_json = |value: Value| value.to_string();
    let put = tx
        .sql(text!(
            "insert into unfit_visit (visit_id, reasons, since_at, proposal, remind_at)
             select id, $1, $2, $3, remind_at
             from visit
             where id = $4 and state = '",
            BOOKED,
            "' and sequence = $5
             on conflict (visit_id) do update
             set reasons = excluded.reasons,
                 proposal = excluded.proposal,
                 remind_at = coalesce(unfit_visit.remind_at, excluded.remind_at)"
        ))
        .bind(to_json(json!(unfit.reasons)))
        .bind(unfit.since_at)
        .bind(unfit.proposal.as_ref().map(|proposal| to_json(json!(proposal))))
        .bind(booked.id)
        .bind(i64::from(booked.state.sequence()))
        .execute()
        .await?;
    if put == 1 {
        tx.sql("update visit set remind_at = null where id = $1").bind(booked.id).execute().await?;
    }
    Ok(put == 1)
}

/// Marks a visit as fit again; its reminder is restored if that is still after `now`.
pub async fn fit_again(tx: &mut Tx, visit: VisitId, now: Instant) -> Result<()> {
    tx.sql(text!(
        "update visit
         set remind_at = (select remind_at from unfit_visit where visit_id = $1 and remind_at > $2)
         where id = $1 and remind_at is null and state = '",
        BOOKED,
        "'"
    ))
    .bind(visit)
    .bind(now)
    .execute()
    .await?;
    forget(tx, visit).await
}

/// Notes that nothing is owed any more of a visit whose day has passed: once it is fit, its record is asked for anew.
pub async fn ask_anew(tx: &mut Tx, visit: VisitId) -> Result<()> {
    tx.sql("update visit set watched = $1 where id = $2").bind(false).bind(visit).execute().await?;
    Ok(())
}

/// Forgets that a visit was unfit: it is not booked so any more.
pub(super) async fn forget(tx: &mut Tx, visit: VisitId) -> Result<()> {
    tx.sql("delete from unfit_visit where visit_id = $1").bind(visit).execute().await?;
    Ok(())
}
