//! The review of a week or a month.

use std::collections::BTreeMap;

use chrono::Days;

use super::desk::{ManagerView, counts};
use crate::{Office, Result};
use domain::Instant;
use domain::contract::Purpose;
use domain::digest::{Compliance, Period, Review};
use domain::ids::SlotId;
use domain::people::Manager;
use domain::promises::Owed;

/// How many periods the trend covers, including the reviewed one.
const TREND: u32 = 6;

/// How the period before the current one went for a manager, and what is ahead in the current one.
pub async fn review(office: &Office, manager: &Manager, period: Period, now: Instant) -> Result<Review> {
    let mut desk = ManagerView::of(office, manager, now);
    let began = period.first_day(desk.day);
    let (from, next) = (period.before(began, 1), period.next(began));
    let blank = || Compliance { month: from, ..Compliance::default() };
    let (mut whole, mut by_kind) = (blank(), BTreeMap::<Owed, Compliance>::new());
    let (mut by_customer, mut by_engineer) = (BTreeMap::new(), BTreeMap::new());
    for judged in desk.judged(from, began).await? {
        let counts = counts(&judged);
        whole.add(judged.owed, counts);
        by_kind.entry(judged.owed).or_insert_with(blank).add(judged.owed, counts);
        let customer = desk.customer(&judged.customer).await?;
        by_customer.entry(customer).or_insert_with(blank).add(judged.owed, counts);
        if let Some(engineer) = judged.engineer {
            let engineer = desk.engineer(&engineer).await?;
            by_engineer.entry(engineer).or_insert_with(blank).add(judged.owed, counts);
        }
    }
    let mut trend = Vec::new();
    for back in (2..=TREND).rev() {
        let first = period.before(began, back);
        trend.push(desk.compliance(first, period.next(first)).await?);
    }
    trend.push(whole);
    let empty = trend.iter().take_while(|past| past.decided() + past.waived == 0).count();
    let trend = trend.split_off(empty.min(trend.len() - 1));
    let visits = desk.visits(began.max(desk.day), next - Days::new(1), None).await?;
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Ok(Review {
        manager: manager.manager.clone(),
        manager_name: manager.name.clone(),
        period,
        from,
        through: began - Days::new(1),
        written_at: now,
        whole,
        trend,
        by_kind: by_kind.into_iter().collect(),
        by_customer: worst_first(by_customer),
        by_engineer: worst_first(by_engineer),
        trainings_ahead: count(visits.iter().filter(|visit| visit.purpose == Purpose::Training).count()),
        visits_ahead: count(visits.len()),
        windows_without_visit: windows_without_visit(office, &mut desk, next).await?,
        phases: desk.phases(desk.day).await?,
    })
}

/// Those with the most broken promises first, then by name.
fn worst_first(all: BTreeMap<String, Compliance>) -> Vec<(String, Compliance)> {
    let mut all: Vec<_> = all.into_iter().collect();
    all.sort_by_key(|(_, compliance)| std::cmp::Reverse(compliance.met_late + compliance.late));
    all
}

/// The number of slots without a visit whose window is not over and ends before `next`.
async fn windows_without_visit(office: &Office, desk: &mut ManagerView<'_>, next: chrono::NaiveDate) -> Result<u32> {
    let mut count = 0;
    let found = store::planning::slot::unplanned(&office.db, SlotId(0), next, 100_000).await?;
    desk.know_sites(found.iter().map(|stored| &stored.site)).await?;
    for stored in found {
        let is_ahead = stored.slot.last_on >= desk.day && stored.slot.last_on < next;
        if is_ahead && desk.site(&stored.site).await?.is_some() {
            count += 1;
        }
    }
    Ok(count)
}
