//! What earlier and later visits to a site add to a report: readings (P06), the period, the next visit.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use crate::{Office, Result};
use domain::Instant;
use domain::ids::{EquipmentCode, VisitId};
use domain::records::{Done, ItemResult, Outcome, PastRecord, Record};
use domain::reports::{EarlierFinding, EarlierReading};
use domain::time::Zone;
use domain::visits::{Visit, VisitState};

/// How many earlier records are searched: twice the number of visits in a trend, because a site may be visited for
/// several terms in turn.
const RECORDS: i64 = 48;
/// How many earlier records are searched for the last answer to an item.
const LAST_RECORDS: i64 = 12;

/// The answer to an item on the last visit.
#[derive(Debug, Clone, Serialize)]
pub struct LastAnswer {
    /// The day at the site.
    pub on: NaiveDate,
    pub result: ItemResult,
    pub reading: Option<f64>,
    pub choice: Option<String>,
    pub text: String,
}

/// Readings taken at the site before `completed_at`, latest visits first. Records that this version cannot parse are
/// logged and left out.
///
/// # Errors
/// If the store does not answer.
pub async fn readings(office: &Office, visit: &Visit, completed_at: Instant) -> Result<Vec<EarlierReading>> {
    let zone = store::people::site::find(&office.db, &visit.site).await?.map(|site| site.time_zone);
    let mut readings = Vec::new();
    for PastRecord { visit: id, body, completed_at: at } in
        store::records::before(&office.db, &visit.site, visit.id, completed_at, RECORDS).await?
    {
        let Some(done) = done(id, &body) else { continue };
        let on = zone.as_ref().map_or_else(|| at.date_naive(), |zone| zone.day(at));
        for given in done.equipment {
            let read = given.answers.into_iter().filter_map(|answer| Some((answer.item, answer.reading?)));
            readings.extend(read.map(|(item, value)| EarlierReading {
                on,
                equipment: given.equipment.clone(),
                item,
                value,
            }));
        }
    }
    Ok(readings)
}

/// Findings of earlier visits that were open at the site when this visit took place, including those that it closed
/// (P02).
pub async fn open_findings(
    office: &Office,
    visit: &Visit,
    zone: &Zone,
    completed_at: Instant,
) -> Result<Vec<EarlierFinding>> {
    let open = store::findings::open_before(&office.db, &visit.site, visit.id, completed_at).await?;
    let earlier = open.into_iter().map(|before| EarlierFinding {
        number: before.stored.id,
        found_on: before.found_at.map(|at| zone.day(at)),
        finding: before.stored.finding,
    });
    Ok(earlier.collect())
}

/// The last answers at the site before this visit, by equipment and item; that something was not inspected is none. Records that this version cannot parse are
/// logged and left out.
///
/// # Errors
/// If the store does not answer.
pub async fn last_answers(
    office: &Office,
    visit: &Visit,
) -> Result<BTreeMap<EquipmentCode, BTreeMap<String, LastAnswer>>> {
    let zone = store::people::site::find(&office.db, &visit.site).await?.map(|site| site.time_zone);
    let mut last: BTreeMap<EquipmentCode, BTreeMap<String, LastAnswer>> = BTreeMap::new();
    let now = office.clock.now();
    for PastRecord { visit: id, body, completed_at: at } in
        store::records::before(&office.db, &visit.site, visit.id, now, LAST_RECORDS).await?
    {
        let Some(done) = done(id, &body) else { continue };
        let on = zone.as_ref().map_or_else(|| at.date_naive(), |zone| zone.day(at));
        for given in done.equipment {
            let of_equipment = last.entry(given.equipment.clone()).or_default();
            for answer in given.answers.into_iter().filter(|answer| answer.result != ItemResult::NotInspected) {
                of_equipment.entry(answer.item).or_insert(LastAnswer {
                    on,
                    result: answer.result,
                    reading: answer.reading,
                    choice: answer.choice,
                    text: answer.text,
                });
            }
        }
    }
    Ok(last)
}

/// The record of a visit that took place; `None` if it did not, or if this version cannot parse the record, which is
/// logged.
fn done(id: VisitId, body: &str) -> Option<Box<Done>> {
    match serde_json::from_str::<Record>(body) {
        Ok(Record { outcome: Outcome::Done(done), .. }) => Some(done),
        Ok(Record { outcome: Outcome::NotDone { .. }, .. }) => None,
        Err(error) => {
            tracing::warn!(visit = id.0, "an earlier record cannot be read: {error}");
            None
        }
    }
}

/// The window of the slot that a visit fills.
pub async fn period(office: &Office, visit: &Visit) -> Result<Option<(NaiveDate, NaiveDate)>> {
    Ok(store::planning::slot::window(&office.db, visit.id).await?.map(|window| (window.first_on, window.last_on)))
}

/// The day of the next visit for the same term that is planned or booked after `day`.
pub async fn next_visit(office: &Office, visit: &Visit, day: NaiveDate) -> Result<Option<NaiveDate>> {
    let filter = store::visits::VisitFilter {
        site: Some(visit.site.clone()),
        purpose: Some(visit.purpose),
        from: day.succ_opt(),
        ..store::visits::VisitFilter::default()
    };
    let later = store::visits::list(&office.db, &filter).await?;
    let next = later.into_iter().map(|stored| stored.visit).find(|other| {
        let stands = match other.state {
            VisitState::Planned { .. } | VisitState::Booked { .. } => true,
            VisitState::Done { .. } | VisitState::Cancelled { .. } => false,
        };
        stands && other.contract == visit.contract && other.term == visit.term && other.id != visit.id
    });
    Ok(next.map(|visit| visit.state.appointment().day))
}
