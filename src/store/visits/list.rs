//! Visits as lists show them.

use chrono::NaiveDate;

use super::{COLUMNS, visits};
use crate::{Db, Result};
use domain::contract::Purpose;
use domain::ids::{CustomerCode, EngineerCode, SiteCode, VisitId};
use domain::visits::{StoredVisit, VisitStateWord};

/// Which visits to list.
#[derive(Debug, Clone, Default)]
pub struct VisitFilter {
    pub site: Option<SiteCode>,
    pub customer: Option<CustomerCode>,
    pub engineer: Option<EngineerCode>,
    pub state: Option<VisitStateWord>,
    pub purpose: Option<Purpose>,
    /// First and last day, both inclusive.
    pub from: Option<NaiveDate>,
    pub through: Option<NaiveDate>,
    /// Those after the visit of this day and number, in the order of the list.
    pub after: Option<(NaiveDate, VisitId)>,
    pub limit: Option<i64>,
}

/// Visits by day, then number.
pub async fn list(db: &Db, filter: &VisitFilter) -> Result<Vec<StoredVisit>> {
    let VisitFilter { site, customer, engineer, from, through, after, .. } = filter;
    let by_whom = site.is_some() || customer.is_some() || engineer.is_some();
    let by_day = from.is_some() || through.is_some() || after.is_some();
    let query = db.read(COLUMNS);
    let query = match by_whom || by_day {
        true => query,
        false => query.reads_whole_table("visits by day, until the limit is reached"),
    };
    let query = query
        .text("where true")
        .and(" and visit.site = ", filter.site.as_ref())
        .and(" and visit.engineer = ", filter.engineer.as_ref())
        .and(" and visit.state = ", filter.state.map(|state| state.into_str()))
        .and(" and visit.purpose = ", filter.purpose.map(Purpose::word))
        .and(" and visit.day >= ", filter.from)
        .and(" and visit.day <= ", filter.through)
        .and(" and visit.site in (select site.site from site where site.customer = ", filter.customer.as_ref())
        .text(if filter.customer.is_some() { ")" } else { "" });
    let query = match after {
        Some((day, id)) => query.text(" and (visit.day, visit.id) > (").value(*day).text(", ").value(*id).text(")"),
        None => query,
    };
    visits(query.text(" order by visit.day, visit.id limit ").value(filter.limit.unwrap_or(1_000_000))).await
}
