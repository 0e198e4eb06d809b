//! Sees to the rest of visits that could not inspect everything: a short visit for it is added at once, and the period is
//! kept when the rest was seen (P01, P02).

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};

use super::book_visits::{AppointmentChange, Rules, end_visit, end_visit_for_rest, settle};
use super::judge_visits::Engineers;
use super::judge_visits::propose::Proposals;
use crate::parties::Parties;
use crate::promises::deadlines;
use crate::{Error, Office, Result, Tools};
use domain::access::Deed;
use domain::ids::{EquipmentCode, SlotId, VisitId};
use domain::people::equipment::Equipment;
use domain::records::{Outcome, Record};
use domain::typed::{LONGEST_TYPED, one_line};
use domain::visits::rest::{EquipmentItem, LeftOver, NotInspected, RestStands, SiteLook, minutes_for, rest_stands};
use domain::visits::{AddedVisit, Appointment, StoredVisit, VisitState};
use domain::{Instant, records::answers_for_all};
use store::{ReadHandle, Tx};

/// How many days are searched for one on which somebody has room.
const WITHIN: usize = 62;

/// Whether a period waits for what its visit could not inspect.
pub(crate) fn waits_for_rest(visit: &StoredVisit, left: &[NotInspected]) -> bool {
    !left.is_empty() && answers_for_all(visit.visit.purpose)
}

/// What is left at the site of visits that could not inspect everything, as far as nobody has seen it since; of each item
/// the visit that left it last.
///
/// # Errors
/// If the store fails.
pub(crate) async fn left_over(on: impl Into<ReadHandle<'_>>, parties: &Parties, now: Instant) -> Result<Vec<LeftOver>> {
    let mut on = on.into();
    let site = &parties.site;
    let Some(since) = store::visits::rest::first_incomplete(on.again(), &site.site).await? else {
        return Ok(Vec::new());
    };
    let looks = store::visits::rest::looks(on, &site.site, since).await?;
    let mut found: Vec<LeftOver> = Vec::new();
    for look in looks.iter().rev().filter(|look| !look.left.is_empty()) {
        let RestStands::Left(items) = rest_stands(look, &looks, |unit| gone_at(parties, unit, now)) else { continue };
        let is_new = |left: &&NotInspected| {
            items.contains(&left.of) && !found.iter().any(|known: &LeftOver| known.left.of == left.of)
        };
        let on = site.time_zone.day(look.completed_at);
        let new: Vec<_> = look.left.iter().filter(is_new).cloned().collect();
        found.extend(new.into_iter().map(|left| LeftOver { visit: look.visit, on, left }));
    }
    found.sort_by(|one, other| one.left.of.cmp(&other.left.of));
    Ok(found)
}

/// Since when a piece of equipment is not there any more; `None` if it is.
fn gone_at(parties: &Parties, unit: &EquipmentCode, now: Instant) -> Option<Instant> {
    let retired_on = parties.equipment.iter().find(|one| one.equipment == *unit)?.retired_on?;
    Some(parties.site.time_zone.start_of(retired_on)).filter(|at| *at <= now)
}

/// What has become of the rest of a visit to the parties' site; it has none if it did not take place.
pub(crate) async fn stands(
    on: impl Into<ReadHandle<'_>>,
    parties: &Parties,
    stored: &StoredVisit,
    now: Instant,
) -> Result<RestStands> {
    let none = RestStands::Left(BTreeSet::new());
    let VisitState::Done { completed_at, .. } = stored.visit.state else { return Ok(none) };
    let looks = store::visits::rest::looks(on, &stored.visit.site, completed_at).await?;
    Ok(stands_by(&looks, parties, stored.visit.id, now).unwrap_or(none))
}

fn stands_by(looks: &[SiteLook], parties: &Parties, visit: VisitId, now: Instant) -> Option<RestStands> {
    let look = looks.iter().find(|look| look.visit == visit)?;
    Some(rest_stands(look, looks, |unit| gone_at(parties, unit, now)))
}

/// Judges all periods that wait for a rest at the site of a visit whose record has just been stored: what it has seen is
/// met, and for what it has left again another visit is sought.
pub(crate) async fn seen(tools: &Tools, tx: &mut Tx, parties: &Parties, now: Instant) -> Result<()> {
    for stored in store::visits::rest::waiting_at(&mut *tx, &parties.site.site).await? {
        match stands(&mut *tx, parties, &stored, now).await? {
            RestStands::Whole { at } => be_whole(tools, tx, &stored, at, now).await?,
            RestStands::Left(_) => store::visits::rest::seek_anew(tx, stored.visit.id).await?,
        }
    }
    Ok(())
}

/// Nothing is left of a visit: its period is kept.
async fn be_whole(tools: &Tools, tx: &mut Tx, stored: &StoredVisit, at: Instant, now: Instant) -> Result<()> {
    if let Some(slot) = stored.slot {
        deadlines::window::meet_window(tools, tx, slot, at, now).await?;
    }
    store::visits::rest::end(tx, stored.visit.id).await?;
    Ok(())
}

/// Adds a visit for each rest that has none, if somebody can make it, and tells everybody concerned; cancels visits for
/// rests of which nothing is left. One for which nobody could be found is tried again on the next day, or when people,
/// equipment or contracts have changed. Returns how many visits were added or cancelled, or periods kept.
///
/// # Errors
/// If the store fails; what was done until then stays, and the next beat does the rest.
pub async fn see_to_rests(office: &Office) -> Result<u64> {
    let db = &office.db;
    let (people, contracts) = (store::people::changes::count(db).await?, store::planning::changes::count(db).await?);
    let state = format!("{} {} {people} {contracts}", office.today(), office.calendars.version());
    let mut done = 0;
    for stored in store::visits::rest::unsought(db, &state).await? {
        done += u64::from(Box::pin(see_to(office, &stored, &state)).await?);
    }
    for needless in store::visits::rest::needless(db).await? {
        done += u64::from(Box::pin(end_visit_for_rest(&office.at_work(), needless.visit.id)).await?);
    }
    Ok(done)
}

/// Returns whether anything was done.
async fn see_to(office: &Office, stored: &StoredVisit, state: &str) -> Result<bool> {
    let (db, now, id) = (&office.db, office.clock.now(), stored.visit.id);
    let parties = Parties::of_visit(office, db, &stored.visit).await?;
    let standing = match stored.slot {
        Some(slot) => deadlines::window::standing_of(db, slot).await?,
        None => None,
    };
    let left = match (&standing, stands(db, &parties, stored, now).await?) {
        (None, _) => return settle_rest(office, stored, None, now).await,
        (Some(_), RestStands::Whole { at }) => return settle_rest(office, stored, Some(at), now).await,
        (Some(_), RestStands::Left(left)) => left,
    };
    let mut is_seen_to = standing.is_some_and(|deadline| deadline.met_at.is_some() || deadline.waiver.is_some());
    for ahead in ahead_at(office, &stored.visit.site, &left).await? {
        match parties.contract.ends_on.filter(|ends_on| ahead.visit.state.appointment().day > *ends_on) {
            Some(ended_on) => end_visit(&office.at_work(), ahead.visit.id, ended_on).await?,
            None => is_seen_to = true,
        }
    }
    let added = match is_seen_to {
        true => false,
        false => add(office, stored, &parties, &left).await?,
    };
    let mut tx = office.at_work().begin_part().await?;
    store::visits::rest::set_sought(&mut tx, id, state).await?;
    tx.commit().await?;
    Ok(added)
}

/// Ends the wait of a period: its rest is whole since `at`, or (None) it is not owed any more.
async fn settle_rest(office: &Office, stored: &StoredVisit, at: Option<Instant>, now: Instant) -> Result<bool> {
    let mut tx = office.at_work().begin_part().await?;
    match at {
        Some(at) => be_whole(office, &mut tx, stored, at, now).await?,
        None => store::visits::rest::end(&mut tx, stored.visit.id).await?,
    }
    tx.commit().await?;
    tracing::info!(visit = %stored.visit.id, kept = at.is_some(), "nothing is left to inspect of a visit");
    Ok(true)
}

/// The visits ahead at a site that are to see all of these items.
async fn ahead_at(
    office: &Office,
    site: &domain::ids::SiteCode,
    left: &BTreeSet<EquipmentItem>,
) -> Result<Vec<StoredVisit>> {
    let waiting: Vec<VisitId> =
        store::visits::rest::waiting_at(&office.db, site).await?.iter().map(|stored| stored.visit.id).collect();
    let mut found = Vec::new();
    for ahead in store::visits::rest::ahead(&office.db, &waiting).await? {
        let Some(first) = ahead.visit.rest_of else { continue };
        let asked: BTreeSet<EquipmentItem> =
            store::visits::rest::left_by(&office.db, first).await?.into_iter().map(|left| left.of).collect();
        if left.is_subset(&asked) {
            found.push(ahead);
        }
    }
    Ok(found)
}

/// Adds a short visit for the rest: on the first day from tomorrow on, inside the window if there is room, on which
/// somebody can make it, preferably who made the first one. Returns whether somebody can.
async fn add(office: &Office, stored: &StoredVisit, parties: &Parties, left: &BTreeSet<EquipmentItem>) -> Result<bool> {
    let first = &stored.visit;
    let today = parties.site.time_zone.day(office.clock.now());
    let called_off = store::visits::rest::called_off_on(&office.db, first.id).await?;
    let may_be = |day: &NaiveDate| !parties.is_over_on(*day) && !called_off.contains(day);
    let days: Vec<NaiveDate> = (today + Days::new(1)).iter_days().take(WITHIN).filter(may_be).collect();
    let Some(from) = days.first().copied() else { return Ok(false) };
    let reasons = store::visits::rest::left_by(&office.db, first.id).await?;
    let was = first.state.appointment();
    let added = AddedVisit {
        id: VisitId(0),
        contract: first.contract.clone(),
        site: first.site.clone(),
        term: first.term.clone(),
        purpose: first.purpose,
        why: why(&parties.equipment, &reasons, left),
        rest_of: Some(first.id),
        appointment: Appointment {
            engineer: was.engineer.clone(),
            day: from,
            starts: office.config.planning.day_starts,
            takes_minutes: minutes_for(left.len(), checks_of(office, first.id).await?, was.takes_minutes),
        },
    };
    let engineers = Engineers::of(office, &office.db).await?;
    let known = store::visits::unfit::all(&office.db).await?;
    let mut proposals = Proposals::of(office, &engineers, &known);
    let planned = added.clone().planned();
    let Some(appointment) = proposals.find_among((&office.db).into(), &planned, parties, &days, None).await? else {
        tracing::warn!(visit = %first.id, site = %first.site, "nobody has room to see the rest of a visit");
        return Ok(false);
    };
    let mut tx = office.at_work().begin().await?;
    let id = VisitId(store::planning::numbers::take(&mut tx, 0, 1).await?.visit.0 + 1);
    let added = AddedVisit { id, appointment, ..added };
    store::visits::extra::put(&mut tx, &added).await?;
    let change = AppointmentChange::default();
    match settle(office, &mut tx, &added.planned(), &change, Rules::Keep, Deed::AddVisit).await {
        Ok(()) => {}
        // Somebody else was faster; the next day tries again.
        Err(Error::Refused(_) | Error::NotFound(_)) => return Ok(false),
        Err(failed @ Error::Failed(_)) => return Err(failed),
    }
    tx.commit().await?;
    tracing::info!(visit = %id, rest_of = %first.id, "a visit is added for what was not inspected");
    Ok(true)
}

/// How many answers a visit's record has.
async fn checks_of(office: &Office, visit: VisitId) -> Result<usize> {
    let Some(record) = store::records::of_visit(&office.db, visit).await? else { return Ok(0) };
    Ok(match Record::parse(record.body.as_bytes()).map(|record| record.outcome) {
        Ok(Outcome::Done(done)) => done.equipment.iter().map(|given| given.answers.len()).sum(),
        Ok(Outcome::NotDone { .. }) | Err(_) => 0,
    })
}

/// What is left, in the words of the engineer: `UPS 1: room locked; UPS 2: in use`.
fn why(equipment: &[Equipment], reasons: &[NotInspected], left: &BTreeSet<EquipmentItem>) -> String {
    let mut said: Vec<String> = Vec::new();
    for NotInspected { of, why } in reasons.iter().filter(|reason| left.contains(&reason.of)) {
        let unit = equipment.iter().find(|unit| unit.equipment == of.equipment);
        let name = unit.map_or(of.equipment.as_str(), |unit| unit.name.as_str());
        let one = one_line(&format!("{name}: {why}"));
        if !said.contains(&one) {
            said.push(one);
        }
    }
    let all = said.join("; ");
    match all.char_indices().nth(LONGEST_TYPED - 1) {
        Some((at, _)) => format!("{}…", &all[..at]),
        None => all,
    }
}

/// The visit that serves a slot: its own, or the one that is booked for what that could not inspect.
pub(crate) async fn serving_slot(on: impl Into<ReadHandle<'_>>, slot: SlotId) -> Result<Option<StoredVisit>> {
    let mut on = on.into();
    let Some(own) = store::visits::of_slot(on.again(), slot).await? else { return Ok(None) };
    let rest = booked_for_slots(on, std::iter::once(&own)).await?.into_iter().next();
    Ok(Some(rest.map_or(own, |(_, rest)| rest)))
}

/// The slots of visits whose period waits for its rest, with the visit that is booked for it, if one is.
pub(crate) async fn booked_for_slots(
    on: impl Into<ReadHandle<'_>>,
    visits: impl Iterator<Item = &StoredVisit>,
) -> Result<Vec<(SlotId, StoredVisit)>> {
    let done = |stored: &&StoredVisit| matches!(stored.visit.state, VisitState::Done { .. });
    let of: Vec<(VisitId, SlotId)> =
        visits.filter(done).filter_map(|stored| Some((stored.visit.id, stored.slot?))).collect();
    let ids: Vec<VisitId> = of.iter().map(|(visit, _)| *visit).collect();
    let ahead = store::visits::rest::ahead(on, &ids).await?;
    let slot = |rest: StoredVisit| {
        let (_, slot) = of.iter().find(|(visit, _)| rest.visit.rest_of == Some(*visit))?;
        Some((*slot, rest))
    };
    Ok(ahead.into_iter().filter_map(slot).collect())
}
