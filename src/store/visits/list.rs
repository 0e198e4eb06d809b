//! Visits as lists show them.

use chrono::{Days, NaiveDate};

use super::{COLUMNS, visits};
use crate::planning::round::{self, FarFilter};
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

/// Days whose far visits are read at once.
const FAR_AT_ONCE: Days = Days::new(30);

impl VisitFilter {
    /// Whether far visits may be among them.
    fn may_be_far(&self) -> bool {
        match self.state {
            None | Some(VisitStateWord::Planned) => true,
            Some(VisitStateWord::Booked | VisitStateWord::Done | VisitStateWord::Cancelled) => false,
        }
    }

    /// Whether a far visit is one of them, as far as the store did not look.
    fn admits(&self, far: &StoredVisit) -> bool {
        self.purpose.is_none_or(|purpose| far.visit.purpose == purpose)
            && self.after.is_none_or(|after| place(far) > after)
    }
}

/// Where a visit stands in the list.
fn place(stored: &StoredVisit) -> (NaiveDate, VisitId) {
    (stored.visit.state.appointment().day, stored.visit.id)
}

/// Visits by day, then number, near and far.
pub async fn list(db: &Db, filter: &VisitFilter) -> Result<Vec<StoredVisit>> {
    let most = usize::try_from(filter.limit.unwrap_or(1_000_000)).unwrap_or(0);
    let mut found = on_file(db, filter).await?;
    if !filter.may_be_far() {
        return Ok(found);
    }
    let Some(span) = round::far_span(db).await? else { return Ok(found) };
    // Nothing after the last entry of a full list is wanted.
    let last = found.last().filter(|_| found.len() >= most).map(|last| place(last).0);
    let through = filter.through.into_iter().chain(last).min();
    let mut from = filter.from.into_iter().chain(filter.after.map(|(day, _)| day)).fold(span.first_on, NaiveDate::max);
    let mut far = Vec::new();
    while far.len() < most && through.is_none_or(|through| from <= through) {
        // The windows that begin last may end long after the last day through which they are planned.
        let next = Some(from + FAR_AT_ONCE).filter(|next| *next <= span.last_on);
        let wanted = FarFilter {
            site: filter.site.as_ref(),
            customer: filter.customer.as_ref(),
            engineer: filter.engineer.as_ref(),
            from: Some(from),
            through: next.and_then(|next| next.pred_opt()).into_iter().chain(through).min(),
            ..FarFilter::default()
        };
        far.extend(super::far::visits(db, &wanted).await?.into_iter().filter(|far| filter.admits(far)));
        let Some(next) = next else { break };
        from = next;
    }
    found.extend(far);
    found.sort_by_key(place);
    found.truncate(most);
    Ok(found)
}

/// Near ones, which have rows of their own.
async fn on_file(db: &Db, filter: &VisitFilter) -> Result<Vec<StoredVisit>> {
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
    visits(query.text(" order by visit.day, visit.id").limit(filter.limit.unwrap_or(1_000_000))).await
}
