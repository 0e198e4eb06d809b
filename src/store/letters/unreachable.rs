//! Unreachable addresses: recorded when a server says that nobody is there, removed when somebody sends a letter there
//! again.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::reader::json_list;
use crate::text::sql;
use crate::{Db, ReadHandle, Result, Tx};
use domain::Instant;
use domain::ids::{CustomerCode, LetterId, SiteCode};
use domain::letters::undelivered::UnreachableContact;
use domain::people::ContactFor;

/// Marks an address as unreachable, for this letter and for all others; if the address is already known as unreachable,
/// it keeps its date.
pub async fn put(tx: &mut Tx, letter: LetterId, email: &str, said: &str, now: Instant) -> Result<()> {
    tx.sql("update letter set lost_at = $1 where id = $2 and lost_at is null").bind(now).bind(letter).execute().await?;
    tx.sql(
        "insert into unreachable (email, since_at, letter_id, said)
         values ($1, $2, $3, $4)
         on conflict (email) do nothing",
    )
    .bind(email)
    .bind(now)
    .bind(letter)
    .bind(said)
    .execute()
    .await?;
    Ok(())
}

/// Unmarks an address, because somebody sends a letter there again: it counts as reachable until one bounces.
pub async fn clear(tx: &mut Tx, email: &str) -> Result<()> {
    tx.sql("delete from unreachable where email = $1").bind(email).execute().await?;
    Ok(())
}

/// Which of these addresses are unreachable.
pub async fn among<'a>(on: impl Into<ReadHandle<'a>>, emails: &[&str]) -> Result<BTreeSet<String>> {
    if emails.is_empty() {
        return Ok(BTreeSet::new());
    }
    let sql = sql!("select email from unreachable where email in ", codes 1);
    let rows: Vec<(String,)> = on.into().sql(sql).bind(json_list(emails)).all().await?;
    Ok(rows.into_iter().map(|(email,)| email).collect())
}

/// All addresses that are unreachable.
pub async fn all<'a>(on: impl Into<ReadHandle<'a>>) -> Result<BTreeSet<String>> {
    let query = on.into().sql("select email from unreachable");
    let rows: Vec<(String,)> = query.reads_whole_table("addresses that do not work, which are few").all().await?;
    Ok(rows.into_iter().map(|(email,)| email).collect())
}

#[derive(sqlx::FromRow)]
struct Row {
    of_site: Option<String>,
    of_customer: Option<String>,
    name: String,
    email: String,
    site: Option<String>,
    since_at: Instant,
    said: String,
    letter_id: i64,
}

/// Contacts with unreachable addresses on a day, each once, those known the longest first; without those of customers
/// that have no site.
pub async fn contacts(db: &Db, day: NaiveDate) -> Result<Vec<UnreachableContact>> {
    let rows: Vec<Row> = db
        .read(
            "select contact.of_site, contact.of_customer, contact.name, contact.email,
                    coalesce(contact.of_site, (select min(site.site) from site where site.customer = contact.of_customer))
                      as site,
                    unreachable.since_at, unreachable.said, unreachable.letter_id
             from unreachable
             join contact on contact.email = unreachable.email
             where contact.left_on is null or contact.left_on > $1
             order by unreachable.since_at, contact.email, contact.of_site, contact.of_customer",
        )
        .bind(day)
        .reads_whole_table("addresses that do not work, which are few")
        .all()
        .await?;
    let mut found: Vec<UnreachableContact> = Vec::new();
    for row in rows {
        let Some(site) = row.site.map(SiteCode::from) else { continue };
        let of = match row.of_customer {
            Some(customer) => ContactFor::Customer(CustomerCode::from(customer)),
            None => ContactFor::Site(row.of_site.map_or_else(|| site.clone(), SiteCode::from)),
        };
        if !found.iter().any(|known| (&known.of, &known.email) == (&of, &row.email)) {
            let (since, said, letter) = (row.since_at, row.said, LetterId(row.letter_id));
            found.push(UnreachableContact { of, name: row.name, email: row.email, site, since, said, letter });
        }
    }
    Ok(found)
}
