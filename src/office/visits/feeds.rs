//! Calendar feeds: one for each engineer, site and manager, at a secret address.
//!
//! A feed goes back 30 days, and ahead as far as visits are planned. Engineers and managers see planned visits as
//! tentative. A site's feed only contains announced visits, because nobody there has been told about planned ones, and
//! they may move. Cancelled visits stay in the feed as cancelled for 30 days, so that calendars which only add entries
//! remove them.

use std::collections::{BTreeSet, HashMap};

use chrono::{Days, Months, NaiveDate, TimeDelta};

use super::invitations::{IDENTITY, identity, times};
use crate::access::links;
use crate::acting::note;
use crate::{Acting, Error, Office, Result};
use domain::Instant;
use domain::access::{Deed, DeedCase, Errand, FeedOf, Link, NewLink, customers_of};
use domain::audit::trail::DeedNote;
use domain::ids::{SiteCode, VisitId};
use domain::language::Language;
use domain::letters::notice::VisitWords;
use domain::letters::reply::StandingReply;
use domain::people::Scope;
use domain::people::equipment::Site;
use domain::visits::invitation::{Answered, Certainty, Event, Feed, FeedLine, uid};
use domain::visits::{FeedVisit, VisitStateWord};
use mail::same_address;
use store::visits::feed::FeedScope;

/// How long past and cancelled visits are shown.
const BACK: Days = Days::new(30);
const CANCELLED_FOR: TimeDelta = TimeDelta::days(30);

/// Maximum number of visits in a feed, which is some megabytes.
const MOST_VISITS: usize = 5000;

/// The address of a feed, which is not stored anywhere.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FeedAddress {
    pub https: String,
    /// The same address, for programs that recognise calendars by the scheme.
    pub webcal: String,
}

/// Creates a new address for a feed; the previous one stops working.
///
/// # Errors
/// If there is no such engineer, site or manager, or the office has no public pages.
pub async fn new_feed(office: &Acting, of: &FeedOf) -> Result<FeedAddress> {
    if owner(office, of).await?.is_none() {
        return Err(Error::NotFound(format!("there is no {of}")));
    }
    refuse_who_has_left(office, of).await?;
    let secret = office.clock.secret();
    let Some(address) = links::address(office, "feed", &secret) else {
        return Err(Error::Refused(
            "this office has no public pages: set public_url and public_listen in [web]".to_owned(),
        ));
    };
    let (holder, errand, sha256, now) =
        (of.to_string(), Errand::Feed { of: of.clone() }, links::hash(&secret), office.clock.now());
    let key = format!("feed/{holder}/{}", &sha256[..16]);
    let mut tx = office.begin().await?;
    // A feed is read-only, so the identity of the office that it uses must exist before.
    identity(office, &mut tx).await?;
    store::access::revoke(&mut tx, &holder, &errand, now).await?;
    let link = NewLink { key: &key, secret_sha256: &sha256, holder: &holder, errand: &errand, expires_at: None };
    store::access::put(&mut tx, &link, now).await?;
    note(&mut tx, &DeedCase::default(), DeedNote::of_office(Deed::MakeFeed, of.to_string()))?;
    tx.commit().await?;
    let https = format!("{address}.ics");
    let webcal = https.split_once("://").map_or_else(|| https.clone(), |(_, rest)| format!("webcal://{rest}"));
    Ok(FeedAddress { https, webcal })
}

/// Refuses new addresses that would not work, because their owner has left.
async fn refuse_who_has_left(office: &Acting, of: &FeedOf) -> Result<()> {
    let left_on = match of {
        FeedOf::Engineer(code) => store::people::engineer::find(&office.db, code).await?.and_then(|one| one.left_on),
        FeedOf::Manager(code) => store::people::manager::find(&office.db, code).await?.and_then(|one| one.left_on),
        FeedOf::Site(_) => None,
    };
    match left_on.filter(|left_on| *left_on <= office.today()) {
        Some(left_on) => Err(Error::Refused(format!("{of} left on {left_on}, and gets no feed any more"))),
        None => Ok(()),
    }
}

/// Revokes a feed. Returns whether there was one.
///
/// # Errors
/// If there is none.
pub async fn revoke_feed(office: &Acting, of: &FeedOf) -> Result<()> {
    let mut tx = office.begin().await?;
    let errand = Errand::Feed { of: of.clone() };
    if store::access::revoke(&mut tx, &of.to_string(), &errand, office.clock.now()).await? == 0 {
        return Err(Error::NotFound(format!("{of} has no feed; `ronda link feed list` shows them")));
    }
    note(&mut tx, &DeedCase::default(), DeedNote::of_office(Deed::RevokeFeed, of.to_string()))?;
    tx.commit().await?;
    Ok(())
}

/// The active feeds, without their secrets.
pub async fn feeds(office: &Office) -> Result<Vec<Link>> {
    Ok(store::access::unrevoked(&office.db, "feed").await?)
}

/// The current contents of a feed; `None` if its engineer, site or manager has left.
pub async fn feed(office: &Office, of: &FeedOf) -> Result<Option<Feed>> {
    let Some(owner) = owner(office, of).await? else { return Ok(None) };
    let now = office.clock.now();
    let (today, months) = (office.today(), Months::new(office.config.planning.horizon_months));
    let is_shown = |visit: &FeedVisit| certainty(visit, of, now).is_some();
    let mut ahead = visits(office, of, &owner.scope, today, today + months).await?;
    ahead.retain(is_shown);
    ahead.truncate(MOST_VISITS);
    let mut visits = visits(office, of, &owner.scope, today - BACK, today - Days::new(1)).await?;
    visits.retain(is_shown);
    // If there are too many, past visits are dropped, oldest first.
    visits.drain(..(visits.len() + ahead.len()).saturating_sub(MOST_VISITS).min(visits.len()));
    visits.append(&mut ahead);
    let shelf = Shelf::load(office, &visits).await?;
    let lines = visits.into_iter().filter_map(|visit| {
        let standing = certainty(&visit, of, now)?;
        shelf.line(visit, standing, of)
    });
    Ok(Some(Feed { name: owner.name, language: owner.language, lines: lines.collect() }))
}

/// The owner of a feed, and what it may show.
struct Owner {
    name: String,
    language: Language,
    scope: Scope,
}

async fn owner(office: &Office, of: &FeedOf) -> Result<Option<Owner>> {
    let db = &office.db;
    Ok(match of {
        FeedOf::Engineer(code) => store::people::engineer::find(db, code).await?.map(|engineer| Owner {
            name: engineer.name,
            language: engineer.language,
            scope: Scope::All,
        }),
        FeedOf::Manager(code) => store::people::manager::find(db, code).await?.map(|manager| Owner {
            name: manager.name,
            language: manager.language,
            scope: manager.scope,
        }),
        FeedOf::Site(code) => match store::people::site::find(db, code).await? {
            Some(site) => {
                let customer = store::people::customer::find(db, &site.customer).await?;
                let language = site.language.or(customer.map(|customer| customer.language)).unwrap_or_default();
                Some(Owner { name: site.name, language, scope: Scope::Customers(vec![site.customer]) })
            }
            None => None,
        },
    })
}

async fn visits(
    office: &Office,
    of: &FeedOf,
    scope: &Scope,
    from: NaiveDate,
    through: NaiveDate,
) -> Result<Vec<FeedVisit>> {
    // What a feed leaves out counts towards the limit, too: planned visits at a site, and visits cancelled long ago.
    let read = |of| store::visits::feed::visits(&office.db, of, from, through, MOST_VISITS * 4);
    Ok(match (of, customers_of(scope)) {
        (FeedOf::Engineer(code), _) => read(FeedScope::Engineer(code)).await?,
        (FeedOf::Site(code), _) => read(FeedScope::Site(code)).await?,
        (FeedOf::Manager(_), None) => read(FeedScope::Everyone).await?,
        (FeedOf::Manager(_), Some(codes)) => {
            let mut visits = Vec::new();
            for code in codes {
                visits.extend(read(FeedScope::Customer(code)).await?);
            }
            visits.sort_by_key(|visit| (visit.day, visit.visit));
            visits
        }
    })
}

/// How a visit is shown in a feed; `None` if it is not.
fn certainty(visit: &FeedVisit, of: &FeedOf, now: Instant) -> Option<Certainty> {
    let tells_of_plans = match of {
        FeedOf::Engineer(_) | FeedOf::Manager(_) => true,
        FeedOf::Site(_) => false,
    };
    let is_recent = visit.cancelled_at.is_some_and(|at| at > now - CANCELLED_FOR);
    match visit.state {
        VisitStateWord::Planned => tells_of_plans.then_some(Certainty::Tentative),
        VisitStateWord::Cancelled => {
            (is_recent && (tells_of_plans || visit.announced_at.is_some())).then_some(Certainty::Cancelled)
        }
        VisitStateWord::Booked | VisitStateWord::Done => Some(Certainty::Confirmed),
    }
}

/// Data shared by the lines of a feed.
struct Shelf {
    identity: String,
    sites: HashMap<SiteCode, Site>,
    equipment: HashMap<SiteCode, Vec<String>>,
    answers: HashMap<VisitId, Vec<StandingReply>>,
}

impl Shelf {
    async fn load(office: &Office, visits: &[FeedVisit]) -> Result<Shelf> {
        let db = &office.db;
        let codes: BTreeSet<&SiteCode> = visits.iter().map(|visit| &visit.site).collect();
        let codes: Vec<SiteCode> = codes.into_iter().cloned().collect();
        let sites =
            store::people::site::with_codes(db, &codes).await?.into_iter().map(|site| (site.site.clone(), site));
        let mut equipment: HashMap<SiteCode, Vec<String>> = HashMap::new();
        for found in store::people::equipment::of_sites(db, &codes).await? {
            equipment.entry(found.site).or_default().push(found.name);
        }
        let (first, last) = (visits.iter().map(|v| v.visit).min(), visits.iter().map(|v| v.visit).max());
        let mut answers: HashMap<VisitId, Vec<StandingReply>> = HashMap::new();
        if let Some((first, last)) = first.zip(last) {
            for answer in store::letters::received::current_answers(db, first, last).await? {
                answers.entry(answer.visit).or_default().push(answer);
            }
        }
        let identity = store::fact::get(db, IDENTITY).await?.unwrap_or_default();
        Ok(Shelf { identity, sites: sites.collect(), equipment, answers })
    }

    fn line(&self, visit: FeedVisit, standing: Certainty, of: &FeedOf) -> Option<FeedLine> {
        let site = self.sites.get(&visit.site)?;
        let engineer = same_address(&visit.engineer_email);
        let answers = self.answers.get(&visit.visit).into_iter().flatten().filter(|answer| match of {
            FeedOf::Engineer(_) | FeedOf::Manager(_) => true,
            // Whether our engineer can come has to be settled before the customer hears about it.
            FeedOf::Site(_) => answer.email != engineer,
        });
        let answers = answers
            .map(|answer| Answered {
                name: answer.name.clone(),
                answer: answer.answer,
                comment: answer.comment.clone(),
            })
            .collect();
        let words = VisitWords {
            id: visit.visit,
            purpose: visit.purpose,
            customer: visit.customer_name,
            site: site.site.clone(),
            site_name: site.name.clone(),
            address: site.address.clone(),
            day: visit.day,
            starts: visit.starts,
            takes_minutes: visit.takes_minutes,
            engineer: visit.engineer_name,
            engineer_phone: visit.engineer_phone,
            equipment: self.equipment.get(&visit.site).cloned().unwrap_or_default(),
            // Topics belong to the plan, and are in the invitation.
            topics: Vec::new(),
            why: None,
            rest_of: None,
        };
        let (starts_at, ends_at) = times(site, &words);
        let event = Event {
            uid: uid(visit.visit, &self.identity),
            sequence: visit.sequence,
            starts_at,
            ends_at,
            position: site.position,
            standing,
            visit: words,
        };
        Some(FeedLine { event, answers })
    }
}
