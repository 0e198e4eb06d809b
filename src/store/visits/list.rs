//! Visits as lists need them.

use std::collections::{HashSet, VecDeque};

use chrono::NaiveDate;

use super::far::FarInOrder;
use super::{AHEAD, COLUMNS, visits};
use crate::planning::round::FarFilter;
use crate::text::text;
use crate::{Db, ReadHandle, Result};
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
    /// Only booked visits that cannot take place as booked.
    pub only_unfit: bool,
    /// First and last day, both inclusive.
    pub from: Option<NaiveDate>,
    pub through: Option<NaiveDate>,
    /// Only visits that follow this day and number, in list order.
    pub after: Option<(NaiveDate, VisitId)>,
    pub limit: Option<i64>,
}

impl VisitFilter {
    /// Whether far visits may be among them.
    fn may_be_far(&self) -> bool {
        if self.only_unfit {
            return false;
        }
        match self.state {
            None | Some(VisitStateWord::Planned) => true,
            Some(VisitStateWord::Booked | VisitStateWord::Done | VisitStateWord::Cancelled) => false,
        }
    }

    /// Whether a far visit matches what the query for its round did not check.
    fn admits(&self, far: &StoredVisit) -> bool {
        self.purpose.is_none_or(|purpose| far.visit.purpose == purpose)
            && self.after.is_none_or(|after| place(far) > after)
    }
}

/// A visit's position in the list.
fn place(stored: &StoredVisit) -> (NaiveDate, VisitId) {
    (stored.visit.state.appointment().day, stored.visit.id)
}

/// Visits, near and far, by day and number.
pub async fn list(db: &Db, filter: &VisitFilter) -> Result<Vec<StoredVisit>> {
    VisitPages::of(db, filter.clone()).page(filter.after, filter.limit.unwrap_or(1_000_000)).await
}

/// Visits, near and far, by day and number, a page at a time. Far visits are read once, a month at a time.
#[derive(Debug)]
pub struct VisitPages<'a> {
    db: &'a Db,
    filter: VisitFilter,
    /// `None` before the first page.
    far: Option<FarInOrder>,
    /// Far visits that were read, but not returned yet.
    ahead: VecDeque<StoredVisit>,
}

impl VisitPages<'_> {
    /// Pages of the visits that match the filter; `after` and `limit` are given with each page instead.
    #[must_use]
    pub fn of(db: &Db, filter: VisitFilter) -> VisitPages<'_> {
        VisitPages { db, filter, far: None, ahead: VecDeque::new() }
    }

    /// Up to `most` visits following a position, which must not precede the end of the previous page.
    pub async fn page(&mut self, after: Option<(NaiveDate, VisitId)>, most: i64) -> Result<Vec<StoredVisit>> {
        self.filter = VisitFilter { after, limit: Some(most), ..std::mem::take(&mut self.filter) };
        let most = usize::try_from(most).unwrap_or(0);
        let near = on_file(self.db, &self.filter).await?;
        if !self.filter.may_be_far() {
            return Ok(near);
        }
        // Nothing beyond the last entry of a full page is needed.
        let last = near.last().filter(|_| near.len() >= most).map(|last| place(last).0);
        self.read_far(most, self.filter.through.into_iter().chain(last).min()).await?;
        // A visit that became near between two pages has a row by now, and may be here still.
        let known: HashSet<VisitId> = near.iter().map(|near| near.visit.id).collect();
        let is_in_page = |far: &&StoredVisit| last.is_none_or(|last| place(far).0 <= last);
        let far = self.ahead.iter().take_while(is_in_page).take(most);
        let mut found: Vec<_> = far.filter(|far| !known.contains(&far.visit.id)).cloned().collect();
        found.extend(near);
        found.sort_by_key(place);
        found.truncate(most);
        Ok(found)
    }

    /// Reads enough far visits for a page, or all through a day.
    async fn read_far(&mut self, most: usize, through: Option<NaiveDate>) -> Result<()> {
        let VisitPages { db, filter, far, ahead } = self;
        let after = filter.after;
        while after.zip(ahead.front()).is_some_and(|(after, far)| place(far) <= after) {
            ahead.pop_front();
        }
        let wanted = FarFilter {
            site: filter.site.as_ref(),
            customer: filter.customer.as_ref(),
            engineer: filter.engineer.as_ref(),
            from: filter.from.into_iter().chain(after.map(|(day, _)| day)).max(),
            through: filter.through,
            ..FarFilter::default()
        };
        let far = match far {
            Some(far) => far,
            None => far.insert(FarInOrder::of(db, &wanted).await?),
        };
        while ahead.len() < most && !far.is_read_through(through) {
            let read = far.read(db, &wanted).await?;
            ahead.extend(read.into_iter().filter(|far| filter.admits(far)));
        }
        Ok(())
    }
}

/// The near ones, which have rows of their own.
async fn on_file(db: &Db, filter: &VisitFilter) -> Result<Vec<StoredVisit>> {
    let VisitFilter { site, customer, engineer, from, through, after, .. } = filter;
    let by_whom = site.is_some() || customer.is_some() || engineer.is_some();
    let by_day = from.is_some() || through.is_some() || after.is_some();
    let query = db.read(COLUMNS);
    let query = match (filter.only_unfit, by_whom || by_day) {
        (true, _) => query.reads_whole_table("few visits are unfit at a time"),
        (false, true) => query,
        (false, false) => query.reads_whole_table("visits by day, until the limit is reached"),
    };
    let query = query
        .text(match filter.only_unfit {
            true => "where visit.id in (select unfit_visit.visit_id from unfit_visit)",
            false => "where true",
        })
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

/// The visits of an engineer on a day, near and far, by start.
pub async fn of_engineer_on<'a>(
    on: impl Into<ReadHandle<'a>>,
    engineer: &EngineerCode,
    day: NaiveDate,
) -> Result<Vec<StoredVisit>> {
    let mut on = on.into();
    let near = visits(
        on.again()
            .sql(COLUMNS)
            .text(text!("where visit.state in ", AHEAD, " and visit.engineer = "))
            .value(engineer)
            .text(" and visit.day = ")
            .value(day),
    )
    .await?;
    let filter = FarFilter { engineer: Some(engineer), from: Some(day), through: Some(day), ..FarFilter::default() };
    let mut all = super::far::visits(on, &filter).await?;
    all.extend(near);
    all.sort_by_key(|stored| (stored.visit.state.appointment().starts, stored.visit.id));
    Ok(all)
}
