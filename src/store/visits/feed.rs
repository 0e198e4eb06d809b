//! Visits for calendar feeds.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;

use super::far::FarInOrder;
use super::{count, purpose, time};
use crate::planning::round::{FarFilter, Under};
use crate::reader::json_list;
use crate::text::sql;
use crate::{Db, Result};
use domain::Instant;
use domain::ids::{ContractCode, CustomerCode, EngineerCode, SiteCode, VisitId};
use domain::people::Engineer;
use domain::visits::{FeedVisit, VisitStateWord};

#[derive(sqlx::FromRow)]
struct Stored {
    id: i64,
    state: String,
    sequence: i64,
    purpose: String,
    site: String,
    customer_name: String,
    engineer_name: String,
    engineer_email: String,
    engineer_phone: String,
    day: NaiveDate,
    starts: String,
    takes_minutes: i64,
    announced_at: Option<Instant>,
    cancelled_at: Option<Instant>,
}

/// Whose visits to list.
#[derive(Debug, Clone, Copy)]
pub enum FeedScope<'a> {
    Everyone,
    Engineer(&'a EngineerCode),
    /// Only those under contracts of the site's current customer: a site that changes hands takes nothing along.
    Site(&'a SiteCode),
    /// Under contracts of this customer.
    Customer(&'a CustomerCode),
}

/// Up to `limit` visits on the days `from` to `through`, both inclusive, by day and number.
pub async fn visits(
    db: &Db,
    of: FeedScope<'_>,
    from: NaiveDate,
    through: NaiveDate,
    limit: usize,
) -> Result<Vec<FeedVisit>> {
    let query = db
        .read(
            "select visit.id, visit.state, visit.sequence, visit.purpose, visit.site, customer.name as customer_name,
               engineer.name as engineer_name, engineer.email as engineer_email, engineer.phone as engineer_phone,
               visit.day, visit.starts, visit.takes_minutes, visit.announced_at, visit.cancelled_at
             from visit
             join site on site.site = visit.site
             join contract on contract.contract = visit.contract
             join customer on customer.customer = contract.customer
             join engineer on engineer.engineer = visit.engineer",
        )
        .text(" where visit.day >= ")
        .value(from)
        .text(" and visit.day <= ")
        .value(through);
    let query = match of {
        FeedScope::Everyone => query,
        FeedScope::Engineer(code) => query.text(" and visit.engineer = ").value(code),
        FeedScope::Site(code) => query.text(" and contract.customer = site.customer and visit.site = ").value(code),
        FeedScope::Customer(code) => query.text(" and contract.customer = ").value(code),
    };
    let most = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows: Vec<Stored> = query.text(" order by visit.day, visit.id").limit(most).all().await?;
    let mut found: Vec<FeedVisit> = rows.into_iter().map(Stored::visit).collect();
    let last = found.last().filter(|_| found.len() >= limit).map(|last| last.day);
    found.extend(far(db, of, from, last.map_or(through, |last| last.min(through)), limit).await?);
    found.sort_by_key(|visit| (visit.day, visit.visit));
    found.truncate(limit);
    Ok(found)
}

/// The first `limit` far ones among them.
async fn far(db: &Db, of: FeedScope<'_>, from: NaiveDate, through: NaiveDate, limit: usize) -> Result<Vec<FeedVisit>> {
    let days = FarFilter { from: Some(from), through: Some(through), ..FarFilter::default() };
    let filter = match of {
        FeedScope::Everyone => days,
        FeedScope::Engineer(code) => FarFilter { engineer: Some(code), ..days },
        FeedScope::Site(code) => FarFilter { site: Some(code), under: Under::Present, ..days },
        FeedScope::Customer(code) => FarFilter { contract_of: Some(code), ..days },
    };
    let mut in_order = FarInOrder::of(db, &filter).await?;
    let mut visits = Vec::new();
    while visits.len() < limit && !in_order.is_read_through(Some(through)) {
        visits.extend(in_order.read(db, &filter).await?);
    }
    visits.truncate(limit);
    let engineers = each(visits.iter().map(|stored| &stored.visit.state.appointment().engineer));
    let engineers = crate::people::engineer::with_codes(db, &engineers).await?;
    let engineers: HashMap<&EngineerCode, &Engineer> = engineers.iter().map(|one| (&one.engineer, one)).collect();
    let customers = names_by_contract(db, &each(visits.iter().map(|stored| &stored.visit.contract))).await?;
    let shown = visits.into_iter().filter_map(|stored| {
        let to = stored.visit.state.appointment();
        let engineer = engineers.get(&to.engineer)?;
        Some(FeedVisit {
            visit: stored.visit.id,
            state: VisitStateWord::Planned,
            sequence: 0,
            purpose: stored.visit.purpose,
            customer_name: customers.get(stored.visit.contract.as_str())?.clone(),
            engineer_name: engineer.name.clone(),
            engineer_email: engineer.email.clone(),
            engineer_phone: engineer.phone.clone(),
            day: to.day,
            starts: to.starts,
            takes_minutes: to.takes_minutes,
            site: stored.visit.site,
            announced_at: None,
            cancelled_at: None,
        })
    });
    Ok(shown.collect())
}

/// Each code once.
fn each<'a, T: Ord + Clone + 'a>(codes: impl Iterator<Item = &'a T>) -> Vec<T> {
    codes.collect::<BTreeSet<_>>().into_iter().cloned().collect()
}

/// The customers' names, by contract code.
async fn names_by_contract(db: &Db, contracts: &[ContractCode]) -> Result<HashMap<String, String>> {
    if contracts.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = sql!(
        "select contract.contract, customer.name
         from contract
         join customer on customer.customer = contract.customer
         where contract.contract in ",
        codes 1
    );
    let rows: Vec<(String, String)> = db.read(sql).bind(json_list(contracts)).all().await?;
    Ok(rows.into_iter().collect())
}

impl Stored {
    fn visit(self) -> FeedVisit {
        FeedVisit {
            visit: VisitId(self.id),
            state: self.state.parse().expect("the schema admits these words alone"),
            sequence: count(self.sequence),
            purpose: purpose(&self.purpose),
            site: self.site.into(),
            customer_name: self.customer_name,
            engineer_name: self.engineer_name,
            engineer_email: self.engineer_email,
            engineer_phone: self.engineer_phone,
            day: self.day,
            starts: time(&self.starts),
            takes_minutes: count(self.takes_minutes),
            announced_at: self.announced_at,
            cancelled_at: self.cancelled_at,
        }
    }
}
