//! Reads and writes the customers' contacts.

use chrono::NaiveDate;
use serde_json::json;

use crate::reader::{json_list, parsed, unreadable};
use crate::text::sql;
use crate::{InsertColumn, ReadHandle, Result, Tx};
use domain::ids::{CustomerCode, SiteCode};
use domain::people::{Contact, ContactFor, ContactRole};

#[derive(sqlx::FromRow)]
struct Stored {
    of_site: Option<String>,
    of_customer: Option<String>,
    email: String,
    role: String,
    name: String,
    language: Option<String>,
    left_on: Option<NaiveDate>,
}

impl Stored {
    fn into_contact(self) -> Result<Contact> {
        let place = format!("contact {}", self.email);
        let of = match (self.of_site, self.of_customer) {
            (Some(site), None) => ContactFor::Site(site.into()),
            (None, Some(customer)) => ContactFor::Customer(customer.into()),
            (Some(_), Some(_)) | (None, None) => {
                return Err(unreadable(&place, "of_site", "a contact speaks for a site or for a customer"));
            }
        };
        let role = ContactRole::ALL.into_iter().find(|role| role.word() == self.role);
        Ok(Contact {
            of,
            role: role.ok_or_else(|| unreadable(&place, "role", format!("unknown role {:?}", self.role)))?,
            language: self.language.map(|word| parsed(&place, "language", &word)).transpose()?,
            name: self.name,
            email: self.email,
            left_on: self.left_on,
        })
    }
}

fn contacts(rows: Vec<Stored>) -> Result<Vec<Contact>> {
    let mut contacts = rows.into_iter().map(Stored::into_contact).collect::<Result<Vec<_>>>()?;
    contacts.sort_unstable_by(|a, b| (&a.of, a.role, &a.email).cmp(&(&b.of, b.role, &b.email)));
    Ok(contacts)
}

/// All contacts, by owner, role and address.
pub async fn all<'a>(on: impl Into<ReadHandle<'a>>) -> Result<Vec<Contact>> {
    contacts(
        on.into().sql("select of_site, of_customer, email, role, name, language, left_on from contact").all().await?,
    )
}

/// Contacts for visits to these sites: the sites' own, and those of these customers.
pub async fn of_visit_sites<'a>(
    on: impl Into<ReadHandle<'a>>,
    sites: &[SiteCode],
    customers: &[CustomerCode],
) -> Result<Vec<Contact>> {
    let sql = sql!(
        "select of_site, of_customer, email, role, name, language, left_on from contact where of_site in ",
        codes 1,
        " union all
         select of_site, of_customer, email, role, name, language, left_on from contact where of_customer in ",
        codes 2
    );
    contacts(on.into().sql(sql).bind(json_list(sites)).bind(json_list(customers)).all().await?)
}

/// Adds contacts, or updates those that have the same owner, address and role.
///
/// # Errors
/// If the store refuses one of them.
pub async fn put(tx: &mut Tx, contacts: &[Contact]) -> Result<u64> {
    if !contacts.is_empty() {
        super::changes::note_readers(tx).await?;
    }
    let (mut of_sites, mut of_customers) = (Vec::new(), Vec::new());
    for contact in contacts {
        let row = |code: &str| {
            let Contact { email, role, name, language, left_on, of: _ } = contact;
            vec![json!(code), json!(email), json!(role), json!(name), json!(language), json!(left_on)]
        };
        match &contact.of {
            ContactFor::Site(site) => of_sites.push(row(site.as_str())),
            ContactFor::Customer(customer) => of_customers.push(row(customer.as_str())),
        }
    }
    let rest = [
        InsertColumn::Text("email"),
        InsertColumn::Text("role"),
        InsertColumn::Text("name"),
        InsertColumn::Text("language"),
        InsertColumn::Date("left_on"),
    ];
    let [email, role, name, language, left_on] = rest;
    let sites = tx
        .insert_many(
            "contact",
            &[InsertColumn::Text("of_site"), email, role, name, language, left_on],
            &of_sites,
            "on conflict (of_site, email, role) where of_site is not null \
             do update set name = excluded.name, language = excluded.language, left_on = excluded.left_on",
        )
        .await?;
    let customers = tx
        .insert_many(
            "contact",
            &[InsertColumn::Text("of_customer"), email, role, name, language, left_on],
            &of_customers,
            "on conflict (of_customer, email, role) where of_customer is not null \
             do update set name = excluded.name, language = excluded.language, left_on = excluded.left_on",
        )
        .await?;
    Ok(sites + customers)
}
