//! Proposes alternatives to a visit that cannot take place: who could make it, and when.

use std::collections::HashMap;

use chrono::{Days, NaiveDate};

use super::{Engineers, KnownEngineer};
use crate::parties::Parties;
use crate::visits::book_visits::{how_far, minutes_of};
use crate::{Result, Tools};
use domain::ids::EngineerCode;
use domain::planning::{TRAVEL_MINUTES, is_sent_to};
use domain::visits::fit::UnfitVisit;
use domain::visits::{Appointment, StoredVisit};
use store::ReadHandle;

/// How far a visit without a window may be moved from its day.
const WITHOUT_WINDOW: Days = Days::new(14);
/// How many days of a window are tried, nearest first.
const DAYS_LOOKED_AT: usize = 62;
/// For how many engineers' days the store is queried for one visit.
const MOST_ASKED: u32 = 80;

/// The proposals so far, so that no time is proposed twice.
pub(in crate::visits) struct Proposals<'a> {
    tools: &'a Tools,
    engineers: &'a Engineers,
    /// Minutes of engineers' days that proposals take up.
    taken: HashMap<(EngineerCode, NaiveDate), u32>,
}

impl<'a> Proposals<'a> {
    pub(in crate::visits) fn of(tools: &'a Tools, engineers: &'a Engineers, known: &[UnfitVisit]) -> Proposals<'a> {
        let mut proposals = Proposals { tools, engineers, taken: HashMap::new() };
        for proposal in known.iter().filter_map(|unfit| unfit.proposal.as_ref()) {
            *proposals.room(proposal) += with_travel(proposal);
        }
        proposals
    }

    fn room(&mut self, of: &Appointment) -> &mut u32 {
        self.taken.entry((of.engineer.clone(), of.day)).or_default()
    }

    /// The nearest day on which somebody can make the visit, preferably its own engineer, then whoever lives nearest.
    /// The previous proposal, `kept`, stays as long as it is possible.
    pub(super) async fn find(
        &mut self,
        mut on: ReadHandle<'_>,
        stored: &StoredVisit,
        parties: &Parties,
        kept: Option<&Appointment>,
    ) -> Result<Option<Appointment>> {
        if let Some(kept) = kept {
            *self.room(kept) -= with_travel(kept);
        }
        let booked = stored.visit.state.appointment();
        let crew = self.crew(parties, &booked.engineer);
        let days = self.days(on.again(), stored, parties).await?;
        if let Some(kept) = kept.filter(|kept| days.contains(&kept.day) && self.is_fit(stored, parties, kept))
            && self.has_room(on.again(), stored, kept).await?
        {
            return Ok(Some(self.taken(kept.clone())));
        }
        self.first_with_room(on, stored, parties, &days, &crew).await
    }

    /// For a visit that a person adds: the first of these days on which one of these engineers, or anybody who can be
    /// sent to the site, can make it.
    pub(in crate::visits) async fn find_among(
        &mut self,
        on: ReadHandle<'_>,
        stored: &StoredVisit,
        parties: &Parties,
        days: &[NaiveDate],
        only: Option<&EngineerCode>,
    ) -> Result<Option<Appointment>> {
        let own = &stored.visit.state.appointment().engineer;
        let mut crew = self.crew(parties, own);
        crew.retain(|one| only.is_none_or(|only| one.engineer.engineer == *only));
        self.first_with_room(on, stored, parties, days, &crew).await
    }

    async fn first_with_room(
        &mut self,
        mut on: ReadHandle<'_>,
        stored: &StoredVisit,
        parties: &Parties,
        days: &[NaiveDate],
        crew: &[&KnownEngineer],
    ) -> Result<Option<Appointment>> {
        let as_booked = stored.visit.state.appointment();
        let mut asked = 0;
        for day in days {
            for one in crew {
                let to = Appointment { engineer: one.engineer.engineer.clone(), day: *day, ..as_booked.clone() };
                if !self.is_fit(stored, parties, &to) {
                    continue;
                }
                if asked == MOST_ASKED {
                    return Ok(None);
                }
                asked += 1;
                if self.has_room(on.again(), stored, &to).await? {
                    return Ok(Some(self.taken(to)));
                }
            }
        }
        Ok(None)
    }

    /// Reserves the time of a proposal.
    fn taken(&mut self, to: Appointment) -> Appointment {
        *self.room(&to) += with_travel(&to);
        to
    }

    async fn has_room(&mut self, on: ReadHandle<'_>, stored: &StoredVisit, to: &Appointment) -> Result<bool> {
        let others = store::visits::of_engineer_on(on, &to.engineer, to.day).await?;
        let busy = minutes_of(&others, stored.visit.id) + *self.room(to);
        Ok(busy == 0 || busy + to.takes_minutes <= self.tools.config.planning.day_minutes)
    }

    fn is_fit(&self, stored: &StoredVisit, parties: &Parties, to: &Appointment) -> bool {
        self.engineers.against(self.tools, &stored.visit, parties, to).is_empty()
    }

    /// Engineers who can be sent to the site: the visit's own first, then the nearest.
    fn crew(&self, parties: &Parties, own: &EngineerCode) -> Vec<&'a KnownEngineer> {
        let site = &parties.site;
        let is_sent = |one: &&KnownEngineer| {
            let engineer = &one.engineer;
            engineer.engineer == *own || is_sent_to(engineer.country(), engineer.position, &site.country, site.position)
        };
        let mut crew: Vec<&KnownEngineer> = self.engineers.of.values().filter(is_sent).collect();
        crew.sort_by(|a, b| {
            let is_other = |one: &KnownEngineer| one.engineer.engineer != *own;
            let far = |one: &KnownEngineer| how_far(&one.engineer, parties);
            is_other(a).cmp(&is_other(b)).then(far(a).total_cmp(&far(b)))
        });
        crew
    }

    /// The days on which the visit may be, nearest to its own first; later ones before earlier ones.
    async fn days(&self, on: ReadHandle<'_>, stored: &StoredVisit, parties: &Parties) -> Result<Vec<NaiveDate>> {
        let booked_on = stored.visit.state.appointment().day;
        let (first_on, last_on) = match stored.slot {
            Some(slot) => {
                let slot = store::planning::slot::get(on, slot).await?.slot;
                (slot.first_on, slot.last_on)
            }
            None => (booked_on - WITHOUT_WINDOW, booked_on + WITHOUT_WINDOW),
        };
        let today = parties.site.time_zone.day(self.tools.clock.now());
        let Ok(site_days) = self.tools.calendars.of_site(&parties.site) else { return Ok(Vec::new()) };
        let may_be = |day: &NaiveDate| {
            *day > today
                && parties.contract.ends_on.is_none_or(|ends_on| *day <= ends_on)
                && site_days.is_working(*day) == Ok(true)
        };
        let mut days: Vec<NaiveDate> = first_on.iter_days().take_while(|day| *day <= last_on).filter(may_be).collect();
        days.sort_by_key(|day| ((*day - booked_on).num_days().abs(), *day < booked_on));
        days.truncate(DAYS_LOOKED_AT);
        Ok(days)
    }
}

fn with_travel(of: &Appointment) -> u32 {
    of.takes_minutes + TRAVEL_MINUTES
}
