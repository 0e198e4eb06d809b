//! Judges booked visits by the facts. A visit that cannot take place as booked is unfit, and an alternative is
//! proposed, or carried out if its term permits that.

pub(super) mod propose;

use std::collections::{BTreeMap, HashMap};

use self::propose::Proposals;
use super::book_visits::{AppointmentChange, Rules, move_visit, settle};
use crate::letters::withdraw_untrue;
use crate::parties::Parties;
use crate::promises::deadlines::no_record_owed;
use crate::{Acting, Error, Office, Result, Tools};
use domain::Instant;
use domain::access::Deed;
use domain::calendar::Calendar;
use domain::contract::{Purpose, Rebook};
use domain::ids::{EngineerCode, SiteCode, VisitId};
use domain::people::Engineer;
use domain::people::equipment::Equipment;
use domain::visits::fit::{FitnessFacts, Unfit, UnfitVisit};
use domain::visits::{Appointment, StoredVisit, Visit};
use store::ReadHandle;

/// How many visits are read at once.
const A_PAGE: i64 = 500;
/// The fact that identifies what booked visits were last judged by.
const JUDGED_BY: &str = "visits-judged-by";

/// An engineer with their working days; `None`: unknown.
pub(crate) struct KnownEngineer {
    pub(crate) engineer: Engineer,
    pub(crate) days: Option<Calendar>,
}

/// All current and former engineers, by code.
pub(crate) struct Engineers {
    pub(crate) of: BTreeMap<EngineerCode, KnownEngineer>,
}

impl Engineers {
    pub(crate) async fn of(tools: &Tools, on: impl Into<ReadHandle<'_>>) -> Result<Engineers> {
        let engineers = store::people::engineer::all(on).await?;
        let known = |engineer: Engineer| {
            let days = tools.calendars.of_engineer(&engineer).ok();
            (engineer.engineer.clone(), KnownEngineer { engineer, days })
        };
        Ok(Engineers { of: engineers.into_iter().map(known).collect() })
    }

    /// The facts that decide whether this engineer can make a visit.
    pub(crate) fn facts<'a>(
        &'a self,
        purpose: Purpose,
        engineer: &EngineerCode,
        equipment: &'a [Equipment],
        site_days: Option<&'a Calendar>,
    ) -> FitnessFacts<'a> {
        let known = self.of.get(engineer);
        FitnessFacts {
            purpose,
            equipment,
            site_days,
            engineer: known.map(|known| &known.engineer),
            engineer_days: known.and_then(|known| known.days.as_ref()),
        }
    }

    /// All objections to this appointment for a visit.
    pub(super) fn against(&self, tools: &Tools, visit: &Visit, parties: &Parties, to: &Appointment) -> Vec<Unfit> {
        let site_days = tools.calendars.of_site(&parties.site).ok();
        self.facts(visit.purpose, &to.engineer, &parties.equipment, site_days.as_ref()).against(to.day)
    }
}

/// Judges every booked visit anew, where a fact has changed since it was done or the company has another day. One whose day
/// has passed is asked about as long as it is unfit: nobody knows whether anybody came, so that no record and no report is
/// owed of it. Only what has changed is stored. Says of how many visits something was.
///
/// # Errors
/// If the store fails; what was judged until then stays, and the next beat judges the rest.
pub async fn judge_visits(office: &Office) -> Result<u64> {
    let people = store::people::changes::count(&office.db).await?;
    let by = format!("{} {} {people}", office.today(), office.calendars.version());
    if store::fact::get(&office.db, JUDGED_BY).await?.as_ref() == Some(&by) {
        return Ok(0);
    }
    let known = store::visits::unfit::all(&office.db).await?;
    let engineers = Engineers::of(office, &office.db).await?;
    let mut run = Run {
        office,
        now: office.clock.now(),
        proposals: Proposals::of(office, &engineers, &known),
        known: known.into_iter().map(|unfit| (unfit.visit, unfit)).collect(),
        changed: 0,
    };
    let mut after = None;
    loop {
        let page = store::visits::unfit::booked(&office.db, after, A_PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some((last.visit.state.appointment().day, last.visit.id));
        for (stored, reasons, parties) in run.unfit(&engineers, page).await? {
            Box::pin(run.put(&stored, reasons, &parties)).await?;
        }
    }
    run.rest_is_fit().await?;
    let mut tx = office.db.begin().await?;
    store::fact::set(&mut tx, JUDGED_BY, &by).await?;
    tx.commit().await?;
    Ok(run.changed)
}

struct Run<'a> {
    office: &'a Office,
    now: Instant,
    proposals: Proposals<'a>,
    /// What is stored about visits that are not judged yet.
    known: BTreeMap<VisitId, UnfitVisit>,
    changed: u64,
}

impl Run<'_> {
    /// The unfit visits of a page, with the objections that nobody has overruled.
    async fn unfit(
        &self,
        engineers: &Engineers,
        page: Vec<StoredVisit>,
    ) -> Result<Vec<(StoredVisit, Vec<Unfit>, Parties)>> {
        let (office, db) = (self.office, &self.office.db);
        let codes = crate::parties::once(page.iter().map(|stored| &stored.visit.site));
        let sites: HashMap<SiteCode, _> = store::people::site::with_codes(db, &codes)
            .await?
            .into_iter()
            .map(|site| (site.site.clone(), (office.calendars.of_site(&site).ok(), site.time_zone.day(self.now))))
            .collect();
        let mut equipment: HashMap<SiteCode, Vec<Equipment>> = HashMap::new();
        for unit in store::people::equipment::of_sites(db, &codes).await? {
            equipment.entry(unit.site.clone()).or_default().push(unit);
        }
        let mut found = Vec::new();
        for stored in page {
            let appointment = stored.visit.state.appointment();
            let Some((days, today)) = sites.get(&stored.visit.site) else { continue };
            let standing = equipment.get(&stored.visit.site).map_or(&[][..], Vec::as_slice);
            let facts = engineers.facts(stored.visit.purpose, &appointment.engineer, standing, days.as_ref());
            let mut reasons = facts.against(appointment.day);
            reasons.retain(|why| appointment.day >= *today || why.is_dated());
            if !reasons.is_empty() {
                found.push((stored, reasons));
            }
        }
        let ids: Vec<VisitId> = found.iter().map(|(stored, _)| stored.visit.id).collect();
        for overruled in store::visits::unfit::overruled(db, &ids).await? {
            let of = found.iter_mut().find(|(stored, _)| stored.visit.id == overruled.visit);
            if let Some((_, reasons)) = of {
                reasons.retain(|why| !overruled.words.contains(&why.overruled_as()));
            }
        }
        found.retain(|(_, reasons)| !reasons.is_empty());
        let of: Vec<_> = found.iter().map(|(stored, _)| (&stored.visit).into()).collect();
        let parties = Parties::of_each(office, db, &of).await?;
        Ok(found.into_iter().zip(parties).map(|((stored, reasons), parties)| (stored, reasons, parties)).collect())
    }

    /// Stores that a visit is unfit, or rebooks it if its term permits that.
    async fn put(&mut self, stored: &StoredVisit, reasons: Vec<Unfit>, parties: &Parties) -> Result<()> {
        let (office, id) = (self.office, stored.visit.id);
        let was = self.known.remove(&id);
        let kept = was.as_ref().and_then(|was| was.proposal.as_ref());
        let proposal = self.proposals.find((&office.db).into(), stored, parties, kept).await?;
        let rebook = parties.term.as_ref().map_or(Rebook::Ask, |term| term.rebook);
        let has_passed = stored.visit.state.appointment().day < parties.site.time_zone.day(self.now);
        if let (Rebook::Auto, Some(to)) = (rebook, &proposal)
            && !has_passed
            && self.rebooked(stored, to).await?
        {
            return Ok(());
        }
        let since_at = was.as_ref().map_or(self.now, |was| was.since_at);
        let unfit = UnfitVisit { visit: id, reasons, since_at, proposal };
        if was.as_ref() == Some(&unfit) {
            return Ok(());
        }
        let mut tx = office.at_work().begin_part().await?;
        if store::visits::unfit::put(&mut tx, &stored.visit, &unfit).await? {
            if has_passed {
                no_record_owed(office, &mut tx, &stored.visit, self.now).await?;
                store::visits::unfit::ask_anew(&mut tx, id).await?;
            }
            withdraw_untrue(office, &mut tx, id).await?;
            tx.commit().await?;
            self.changed += 1;
            let why: Vec<&str> = unfit.reasons.iter().map(Unfit::word).collect();
            tracing::warn!(visit = %id, site = %stored.visit.site, "cannot take place as it is booked: {}", why.join(", "));
        }
        Ok(())
    }

    /// Books a visit as proposed, and tells everyone concerned. Returns whether that was possible.
    async fn rebooked(&mut self, stored: &StoredVisit, to: &Appointment) -> Result<bool> {
        let mut tx = self.office.at_work().begin().await?;
        match settle(self.office, &mut tx, stored, &change_to(to), Rules::Keep, Deed::RebookVisit).await {
            Ok(()) => {}
            // Somebody else was faster.
            Err(Error::Refused(_) | Error::NotFound(_)) => return Ok(false),
            Err(failed @ Error::Failed(_)) => return Err(failed),
        }
        tx.commit().await?;
        self.changed += 1;
        Ok(true)
    }

    /// What was unfit and was not found so any more is fit; where its day has passed, its record is owed.
    async fn rest_is_fit(&mut self) -> Result<()> {
        for visit in std::mem::take(&mut self.known).into_keys() {
            let mut tx = self.office.at_work().begin_part().await?;
            store::visits::unfit::fit_again(&mut tx, visit, self.now).await?;
            tx.commit().await?;
            self.changed += 1;
        }
        Ok(())
    }
}

/// The change that results in this appointment.
fn change_to(to: &Appointment) -> AppointmentChange {
    AppointmentChange { engineer: Some(to.engineer.clone()), day: Some(to.day), starts: Some(to.starts) }
}

/// Books an unfit visit as proposed; everyone who was told about it is told.
///
/// # Errors
/// A refusal if it is fit, if there is no proposal, or if the proposal is no longer possible.
pub async fn take_proposal(office: &Acting, id: VisitId) -> Result<Visit> {
    crate::named_visit(&office.db, id).await?;
    let Some(unfit) = store::visits::unfit::find(&office.db, id).await? else {
        return Err(Error::Refused(format!("{id} is not unfit; move it with `ronda visit move {id} --on DAY`")));
    };
    let Some(to) = unfit.proposal else {
        let help = format!("move it yourself with `ronda visit move {id} --on DAY --engineer CODE`");
        return Err(Error::Refused(format!("nobody can make {id} inside its window; {help}")));
    };
    move_visit(office, id, &change_to(&to), Rules::Keep).await
}

/// The objections that a person overrules by choosing this appointment, in their stored form.
pub(super) async fn overruled(
    tools: &Tools,
    on: impl Into<ReadHandle<'_>>,
    visit: &Visit,
    parties: &Parties,
    appointment: &Appointment,
) -> Result<Vec<String>> {
    let engineers = Engineers::of(tools, on).await?;
    Ok(engineers.against(tools, visit, parties, appointment).iter().map(Unfit::overruled_as).collect())
}
