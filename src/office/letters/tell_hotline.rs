//! Tells every customer when the hotline's number changes, and tracks who has been reached (P19).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use serde_json::json;

use super::owe;
use super::reader_hours::{at_site, of_company};
use crate::acting::note as note_deed;
use crate::{Acting, Error, Office, Result};
use domain::Instant;
use domain::access::{Deed, DeedCase};
use domain::audit::trail::{DeedNote, PersonalField};
use domain::ids::{CustomerCode, SiteCode};
use domain::letters::hours::Occasion;
use domain::letters::letter::LetterState;
use domain::letters::notice::{HotlineWords, Notice, Reader};
use domain::people::ReaderRole;
use domain::people::equipment::Site;
use domain::people::{Contact, ContactFor, Customer};
use store::Db;
use store::letters::hotline::HotlineRow;
use world::config::Company;

/// Whether a customer has been told about a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reached {
    /// A server accepted a letter.
    ByMail { at: Instant, to: String },
    /// Somebody recorded how the customer was told.
    Otherwise { how: String },
    /// Letters are waiting in the outbox.
    OnTheWay,
    /// No letter arrived.
    NotDelivered,
    /// There is no contact to write to.
    NobodyToTell,
}

impl Reached {
    /// Whether the customer has been told.
    #[must_use]
    pub fn is_told(&self) -> bool {
        match self {
            Reached::ByMail { .. } | Reached::Otherwise { .. } => true,
            Reached::OnTheWay | Reached::NotDelivered | Reached::NobodyToTell => false,
        }
    }
}

/// The last change of the number, and which customers have been told.
#[derive(Debug, Clone, PartialEq)]
pub struct HotlineChange {
    pub number: String,
    pub previous: String,
    pub changed_on: NaiveDate,
    /// The day, at the company, by the end of which every customer must know.
    pub due_on: NaiveDate,
    /// Customers with a current or future contract, by code.
    pub customers: Vec<(Customer, Reached)>,
}

impl HotlineChange {
    /// Customers who have not been told yet.
    pub fn untold(&self) -> impl Iterator<Item = &Customer> {
        self.customers.iter().filter(|(_, reached)| !reached.is_told()).map(|(customer, _)| customer)
    }
}

/// Writes to every customer's contacts after a change of `company.hotline`; the very first number is not a change.
/// Returns how many letters were written.
///
/// # Errors
/// If the store fails; the next run continues with the remaining customers.
pub async fn tell_hotline(office: &Office) -> Result<u64> {
    let Some(number) = office.config.company.hotline.as_deref() else { return Ok(0) };
    match store::letters::hotline::latest(&office.db).await? {
        None => {
            note(office, number, None).await?;
            Ok(0)
        }
        Some(last) if last.number != number => {
            note(office, number, Some(&last.number)).await?;
            tell(office, store::letters::hotline::latest(&office.db).await?).await
        }
        Some(last) if !last.written => tell(office, Some(last)).await,
        Some(_) => Ok(0),
    }
}

async fn note(office: &Office, number: &str, previous: Option<&str>) -> Result<()> {
    let now = office.clock.now();
    let due_on = office.today() + Days::new(u64::from(office.config.company.hotline_within_days));
    let mut tx = office.at_work().begin().await?;
    store::letters::hotline::put(&mut tx, number, previous, now, due_on).await?;
    let changed = DeedNote {
        before: previous.map(|previous| json!({ "hotline": previous })),
        after: Some(json!({ "hotline": number })),
        ..DeedNote::of_office(Deed::ChangeHotline, "hotline")
    };
    note_deed(&mut tx, &DeedCase::default(), changed)?;
    tx.commit().await?;
    Ok(())
}

/// Writes the letters about a change, customer by customer; letters that already exist are left unchanged.
async fn tell(office: &Office, change: Option<HotlineRow>) -> Result<u64> {
    let Some(HotlineRow { id, number, previous: Some(previous), changed_at, .. }) = change else { return Ok(0) };
    let now = office.clock.now();
    let changed_on = office.config.company.time_zone.day(changed_at);
    let mut written = 0;
    for (customer, listeners) in served(&office.db, office.today()).await? {
        let hotline =
            HotlineWords { customer: customer.name, number: number.clone(), previous: previous.clone(), changed_on };
        let notice = Notice::HotlineChanged { hotline };
        let mut tx = office.db.begin().await?;
        for Listener { reader, site } in listeners {
            let hours = site.map_or_else(|| of_company(office), |site| at_site(office, &site));
            let key = format!("{}/{id}/{}/{}", notice.word(), customer.customer, reader.role.key());
            let mut letter = office.composer.owed(key, reader, notice.clone());
            letter.hotline = Some((id, customer.customer.clone()));
            written += u64::from(owe(&mut tx, &letter, &Occasion::of(hours, now)).await?);
        }
        tx.commit().await?;
    }
    let mut tx = office.db.begin().await?;
    store::letters::hotline::set_written(&mut tx, id).await?;
    tx.commit().await?;
    Ok(written)
}

/// The last change, with the state of each customer; `None` if the number has never changed.
pub async fn last_change(db: &Db, company: &Company, now: Instant) -> Result<Option<HotlineChange>> {
    let Some(row) = store::letters::hotline::latest(db).await? else { return Ok(None) };
    let Some(previous) = row.previous else { return Ok(None) };
    let mut letters: BTreeMap<CustomerCode, Vec<_>> = BTreeMap::new();
    for letter in store::letters::hotline::letters(db, row.id).await? {
        letters.entry(letter.customer.clone()).or_default().push(letter);
    }
    let told: BTreeMap<CustomerCode, String> =
        store::letters::hotline::told(db, row.id).await?.into_iter().map(|told| (told.customer, told.how)).collect();
    let customers = served(db, company.time_zone.day(now)).await?.into_iter().map(|(customer, _)| {
        let mine = letters.get(&customer.customer).map_or(&[][..], Vec::as_slice);
        let sent = mine.iter().find_map(|letter| letter.sent_at.map(|at| (at, letter.to.clone())));
        let waits = mine.iter().any(|letter| letter.state == LetterState::Waiting);
        let reached = match (sent, told.get(&customer.customer)) {
            (Some((at, to)), _) => Reached::ByMail { at, to },
            (None, Some(how)) => Reached::Otherwise { how: how.clone() },
            (None, None) if waits || !row.written => Reached::OnTheWay,
            (None, None) if mine.is_empty() => Reached::NobodyToTell,
            (None, None) => Reached::NotDelivered,
        };
        (customer, reached)
    });
    Ok(Some(HotlineChange {
        customers: customers.collect(),
        number: row.number,
        previous,
        changed_on: company.time_zone.day(row.changed_at),
        due_on: row.due_on,
    }))
}

/// Records that a customer was told by phone, fax or in person.
///
/// # Errors
/// A refusal if the number has never changed, there is no such customer, or `how` is empty.
pub async fn told_otherwise(office: &Acting, code: &CustomerCode, how: &str) -> Result<()> {
    let change = store::letters::hotline::latest(&office.db).await?.filter(|row| row.previous.is_some());
    let Some(change) = change else {
        return Err(Error::Refused("the hotline's number has never changed; there is nothing to tell".to_owned()));
    };
    if store::people::customer::find(&office.db, code).await?.is_none() {
        return Err(Error::NotFound(format!("there is no customer {code:?}")));
    }
    let how = how.trim();
    if how.is_empty() {
        return Err(Error::Refused("say how the customer was told: --how \"by phone, Ana Ruiz\"".to_owned()));
    }
    let mut tx = office.begin().await?;
    store::letters::hotline::put_told(&mut tx, change.id, code, how, office.clock.now()).await?;
    let case = DeedCase { customer: Some(code), ..DeedCase::default() };
    let told = DeedNote {
        personal: vec![(PersonalField::Text, how.to_owned())],
        ..DeedNote::of_office(Deed::NoteHotline, code.to_string())
    };
    note_deed(&mut tx, &case, told)?;
    tx.commit().await?;
    Ok(())
}

/// Somebody who is told, and by whose hours.
struct Listener {
    reader: Reader,
    /// The site that they speak for; of a customer with several the first.
    site: Option<Site>,
}

/// Customers with a contract that has not ended, and everyone who speaks for them or one of their sites.
async fn served(db: &Db, today: NaiveDate) -> Result<Vec<(Customer, Vec<Listener>)>> {
    let contracts = store::people::contract::all(db).await?;
    let current = contracts.into_iter().filter(|contract| contract.ends_on.is_none_or(|ends_on| ends_on >= today));
    let current: BTreeSet<CustomerCode> = current.map(|contract| contract.customer).collect();
    let sites: BTreeMap<SiteCode, Site> =
        store::people::site::all(db).await?.into_iter().map(|site| (site.site.clone(), site)).collect();
    let mut contacts: BTreeMap<CustomerCode, Vec<Contact>> = BTreeMap::new();
    let written_to = store::people::contact::all(db).await?.into_iter().filter(|contact| contact.is_there_on(today));
    for contact in written_to {
        let customer = match &contact.of {
            ContactFor::Customer(customer) => Some(customer.clone()),
            ContactFor::Site(site) => sites.get(site).map(|site| site.customer.clone()),
        };
        if let Some(customer) = customer {
            contacts.entry(customer.clone()).or_default().push(contact);
        }
    }
    let customers = store::people::customer::all(db).await?.into_iter();
    let served = customers.filter(|customer| current.contains(&customer.customer)).map(|customer| {
        let of_customer = contacts.remove(&customer.customer).unwrap_or_default();
        let listeners = listeners(&customer, &of_customer, &sites);
        (customer, listeners)
    });
    Ok(served.collect())
}

/// Each address once, in the language that the contact, the site or the customer speaks.
fn listeners(customer: &Customer, contacts: &[Contact], sites: &BTreeMap<SiteCode, Site>) -> Vec<Listener> {
    let mut listeners: Vec<Listener> = Vec::new();
    for contact in contacts {
        if listeners.iter().any(|other| other.reader.email.eq_ignore_ascii_case(&contact.email)) {
            continue;
        }
        let of_site = match &contact.of {
            ContactFor::Site(site) => sites.get(site),
            ContactFor::Customer(_) => None,
        };
        let of_customer = || sites.values().find(|site| site.customer == customer.customer);
        let reader = Reader {
            name: contact.name.clone(),
            email: contact.email.clone(),
            language: contact.language.or(of_site.and_then(|site| site.language)).unwrap_or(customer.language),
            role: ReaderRole::Customer(contact.email.clone()),
        };
        listeners.push(Listener { reader, site: of_site.or_else(of_customer).cloned() });
    }
    listeners
}
