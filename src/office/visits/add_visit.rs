//! Adds a visit that no plan calls for, because somebody needs one now (P07): an extra inspection, training on request,
//! planned support, a second trip.

use chrono::{Days, NaiveDate};

use super::book_visits::{AppointmentChange, Rules, settle};
use super::judge_visits::Engineers;
use super::judge_visits::propose::Proposals;
use crate::parties::{Parties, PartiesOf};
use crate::{Acting, Error, Result, named_visit};
use domain::access::Deed;
use domain::contract::{Contract, Purpose, Term};
use domain::ids::{ContractCode, EngineerCode, SiteCode, VisitId};
use domain::people::equipment::Site;
use domain::typed::{BadTypedText, typed};
use domain::visits::{AddedVisit, AddingRefused, Appointment, StoredVisit, Visit};

/// How many days are searched for one on which somebody has room.
const WITHIN: u64 = 14;

/// The request for an added visit.
#[derive(Debug, Clone)]
pub struct WantedVisit {
    pub site: SiteCode,
    pub purpose: Purpose,
    /// The reason, which everyone who is told about the visit can read.
    pub why: String,
    /// The contract; `None`: the only one that covers the site, or the only one with a term for the purpose.
    pub contract: Option<ContractCode>,
    /// The parts of the appointment that are fixed. The rest is chosen: the first day from tomorrow on, and an engineer
    /// who can be sent to the site and has room, preferably the site's own.
    pub appointment: AppointmentChange,
}

/// Adds a visit, books it and announces it. It is an extra visit: the periods of its term are owed as before. Its own
/// record and report are owed according to the term with its purpose, or else the plan's first term.
///
/// # Errors
/// [`AddingRefused`] and `BookingRefused` as refusals, with the rule and the remedy; an unknown site, contract or
/// engineer.
pub async fn add_visit(office: &Acting, wanted: &WantedVisit, rules: Rules) -> Result<Visit> {
    let why = match typed(&wanted.why) {
        Ok(why) => why,
        Err(BadTypedText::Empty) => return refuse(AddingRefused::NoWhy),
        Err(why @ (BadTypedText::TooLong { .. } | BadTypedText::Control { .. })) => {
            return refuse(AddingRefused::BadReason { why });
        }
    };
    let Some(site) = store::people::site::find(&office.db, &wanted.site).await? else {
        return Err(Error::NotFound(format!(
            "there is no site {:?}; `ronda export DIR` writes out all codes",
            wanted.site.as_str()
        )));
    };
    let today = site.time_zone.day(office.clock.now());
    let first_on = wanted.appointment.day.unwrap_or(today + Days::new(1));
    let (contract, term) = by_contract(office, &site, wanted, first_on).await?;
    let (site, term_key) = (site.site, term.key.clone());
    let of = PartiesOf { site: site.clone(), contract: contract.contract.clone(), term: term_key.clone() };
    let parties = Parties::load(office, &office.db, of).await?;
    let takes_minutes = term.takes_minutes;
    let starts = wanted.appointment.starts.unwrap_or(office.config.planning.day_starts);
    let own = own_engineer(office, &site, &contract.contract).await?;
    let engineer = wanted.appointment.engineer.clone().or(own).unwrap_or_default();
    let added = AddedVisit {
        id: VisitId(0),
        contract: contract.contract,
        site,
        term: term_key,
        purpose: wanted.purpose,
        why,
        rest_of: None,
        appointment: Appointment { engineer, day: first_on, starts, takes_minutes },
    };
    let appointment = choose(office, &added, &parties, wanted).await?;
    let mut tx = office.begin().await?;
    let id = VisitId(store::planning::numbers::take(&mut tx, 0, 1).await?.visit.0 + 1);
    let added = AddedVisit { id, appointment, ..added };
    store::visits::extra::put(&mut tx, &added).await?;
    settle(office, &mut tx, &added.planned(), &AppointmentChange::default(), rules, Deed::AddVisit).await?;
    tx.commit().await?;
    Ok(named_visit(&office.db, id).await?.visit)
}

/// The contract for the visit, and the term that determines when its record and report are due.
async fn by_contract(office: &Acting, site: &Site, wanted: &WantedVisit, day: NaiveDate) -> Result<(Contract, Term)> {
    let mut covering = store::people::contract::of_customer(&office.db, &site.customer).await?;
    covering.retain(|contract| {
        let runs = contract.accepted_on <= day && contract.ends_on.is_none_or(|ends_on| day <= ends_on);
        runs && contract.sites.covers(&site.site)
    });
    if let Some(code) = &wanted.contract {
        covering.retain(|contract| contract.contract == *code);
        if covering.is_empty() {
            let (contract, site) = (code.clone(), site.site.clone());
            return refuse(AddingRefused::NotByContract { contract, site, day });
        }
    }
    let with_terms = covering.into_iter().map(|contract| (office.plans.terms(&contract).unwrap_or_default(), contract));
    let mut with_terms: Vec<(Vec<Term>, Contract)> = with_terms.collect();
    let is_for = |(terms, _): &(Vec<Term>, Contract)| terms.iter().any(|term| term.purpose == wanted.purpose);
    if with_terms.iter().any(is_for) {
        with_terms.retain(is_for);
    }
    match with_terms.as_slice() {
        [] => refuse(AddingRefused::NotCovered { site: site.site.clone(), day }),
        [(terms, contract)] => {
            let same = terms.iter().find(|term| term.purpose == wanted.purpose).or(terms.first());
            match same {
                Some(term) => Ok((contract.clone(), term.clone())),
                None => refuse(AddingRefused::NoTerms { contract: contract.contract.clone() }),
            }
        }
        several => {
            let contracts =
                several.iter().map(|(_, contract)| contract.contract.as_str()).collect::<Vec<_>>().join(", ");
            refuse(AddingRefused::SeveralContracts { site: site.site.clone(), contracts })
        }
    }
}

/// The engineer who makes the site's planned visits under this contract.
async fn own_engineer(office: &Acting, site: &SiteCode, contract: &ContractCode) -> Result<Option<EngineerCode>> {
    let rounds = store::planning::round::of_sites(&office.db, std::slice::from_ref(site)).await?;
    Ok(rounds.into_iter().filter(|round| round.contract == *contract).find_map(|round| round.engineer))
}

/// Chooses what is not fixed: within all rules, the first day and the nearest engineer.
async fn choose(office: &Acting, added: &AddedVisit, parties: &Parties, wanted: &WantedVisit) -> Result<Appointment> {
    let asked = &added.appointment;
    if wanted.appointment.day.is_some() && wanted.appointment.engineer.is_some() {
        return Ok(asked.clone());
    }
    let days: Vec<NaiveDate> = match wanted.appointment.day {
        Some(day) => vec![day],
        None => asked.day.iter_days().take(WITHIN as usize).collect(),
    };
    let is_possible = |day: &NaiveDate| !parties.is_over_on(*day);
    let days: Vec<NaiveDate> = days.into_iter().filter(is_possible).collect();
    let known = store::visits::unfit::all(&office.db).await?;
    let engineers = Engineers::of(office, &office.db).await?;
    let stored: StoredVisit = added.clone().planned();
    let only = wanted.appointment.engineer.as_ref();
    let mut proposals = Proposals::of(office, &engineers, &known);
    match proposals.find_among((&office.db).into(), &stored, parties, &days, only).await? {
        Some(appointment) => Ok(appointment),
        None => {
            let last_on = days.last().copied().unwrap_or(asked.day);
            refuse(AddingRefused::NobodyFree { first_on: asked.day, last_on })
        }
    }
}

fn refuse<T>(refused: AddingRefused) -> Result<T> {
    Err(Error::Refused(refused.to_string()))
}
