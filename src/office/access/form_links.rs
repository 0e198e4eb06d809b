//! Links to a visit's form, and to the record that the customer's engineer signs (P03).

use chrono::{Days, TimeDelta};

use super::links;
use crate::acting::note;
use crate::parties::{Parties, engineer, engineer_reader};
use crate::{Acting, Error, Result, Tools, named_visit};
use domain::Instant;
use domain::access::{Deed, Errand};
use domain::audit::trail::DeedNote;
use domain::ids::{EngineerCode, VisitId};
use domain::people::ReaderRole;
use domain::time::Zone;
use domain::visits::{Visit, VisitState};
use store::Tx;

/// How long a form's link is valid after the day of its visit.
const FORM_HOLDS: Days = Days::new(30);
/// How long the link for signing a record is valid.
pub(crate) const COUNTERSIGN_HOLDS: TimeDelta = TimeDelta::days(30);

/// The path of form links, which is within the scope of the form's service worker; the other path is `/countersign`.
const FORM: &str = "form/l";
const COUNTERSIGN: &str = "countersign";

/// The address of a form, and until when it is valid.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FormAddress {
    pub address: String,
    pub until: Instant,
}

/// The address of a visit's form for its engineer, created in the transaction of the letter that contains it; `None` if
/// the office has no public pages. `key` is the letter's.
pub async fn form_link(
    tools: &Tools,
    tx: &mut Tx,
    visit: &Visit,
    zone: &Zone,
    holder: &ReaderRole,
    key: &str,
) -> Result<Option<String>> {
    if tools.config.web.public.is_none() {
        return Ok(None);
    }
    let until = holds_until(visit, zone);
    let errand = Errand::VisitForm { visit: visit.id };
    let secret = links::make(tools, tx, &format!("{key}/form"), holder, &errand, Some(until)).await?;
    Ok(links::address(tools, FORM, &secret))
}

fn holds_until(visit: &Visit, zone: &Zone) -> Instant {
    zone.end_of(visit.state.appointment().day + FORM_HOLDS)
}

/// Creates another link to a visit's form for its engineer; earlier ones stay valid.
///
/// # Errors
/// A refusal if there is no such visit, it is over, or the office has no public pages.
pub async fn new_form_link(office: &Acting, id: VisitId) -> Result<FormAddress> {
    let visit = named_visit(&office.db, id).await?.visit;
    match &visit.state {
        VisitState::Planned { .. } | VisitState::Booked { .. } => {}
        VisitState::Done { .. } => return Err(Error::Refused(format!("{id} has its record already"))),
        VisitState::Cancelled { .. } => {
            let remedy = format!("book it again with `ronda visit book {id} --on DAY`");
            return Err(Error::Refused(format!("{id} is cancelled; {remedy}")));
        }
    }
    let parties = Parties::of_visit(office, &office.db, &visit).await?;
    let engineer = engineer(&office.db, &visit.state.appointment().engineer).await?;
    if let Some(left_on) = engineer.left_on.filter(|_| !engineer.is_there_on(office.today())) {
        let remedy = format!("give it to somebody else with `ronda visit move {id} --engineer CODE`");
        return Err(Error::Refused(format!("{} makes {id} and left on {left_on}; {remedy}", engineer.name)));
    }
    let holder = engineer_reader(&engineer).role;
    let key = format!("by-hand/{id}/{}", &office.clock.secret()[..16]);
    let mut tx = office.begin().await?;
    store::visits::far::touch(&mut tx, id).await?;
    let address = form_link(office, &mut tx, &visit, &parties.site.time_zone, &holder, &key).await?;
    let Some(address) = address else { return Err(no_public_pages()) };
    note(&mut tx, &parties.case(&visit), DeedNote::of_visit(Deed::MakeFormLink, &visit))?;
    tx.commit().await?;
    Ok(FormAddress { address, until: holds_until(&visit, &parties.site.time_zone) })
}

/// Revokes the links of an engineer who has lost a visit. What is on their phone can still be submitted, for review.
pub async fn revoke_form_links(tools: &Tools, tx: &mut Tx, visit: VisitId, engineer: &EngineerCode) -> Result<()> {
    let holder = ReaderRole::Engineer(engineer.to_owned()).key();
    store::access::revoke(tx, &holder, &Errand::VisitForm { visit }, tools.clock.now()).await?;
    Ok(())
}

/// Creates the link through which the customer's engineer signs a record.
///
/// # Errors
/// If the office has no public pages.
pub async fn countersign_link(
    tools: &Tools,
    tx: &mut Tx,
    visit: VisitId,
    holder: &ReaderRole,
    key: &str,
) -> Result<FormAddress> {
    let until = tools.clock.now() + COUNTERSIGN_HOLDS;
    let errand = Errand::Countersign { visit };
    let secret = links::make(tools, tx, key, holder, &errand, Some(until)).await?;
    let address = links::address(tools, COUNTERSIGN, &secret).ok_or_else(no_public_pages)?;
    Ok(FormAddress { address, until })
}

fn no_public_pages() -> Error {
    Error::Refused("this office has no public pages: set public_url and public_listen in [web]".to_owned())
}
