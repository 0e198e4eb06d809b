//! The people of the demo: engineers who are on time, late or forgetful, customers who ask for another date, and an
//! office that acts on its digests. They act only through commands, as real people would.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveTime, TimeDelta};

use super::chance::Chance;
use super::form::{self, Subject};
use domain::Instant;
use domain::ids::{EngineerCode, VisitId};
use domain::language::Language;
use domain::letters::stored::GivenUpLetter;
use domain::visits::{StoredVisit, VisitState, VisitStateWord};
use office::parties::{Parties, engineer};
use office::records::record_visit::record_visit;
use office::reports::file_report::handed_over;
use office::visits::book_visits::{AppointmentChange, Rules, book, move_visit};
use office::{Acting, Error, Office, Result};
use store::visits::VisitFilter;

/// When people are at their desks, in UTC.
const DAY_BEGINS_AT: NaiveTime = NaiveTime::from_hms_opt(7, 0, 0).expect("an hour of the day");

/// How an engineer handles one visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Habit {
    /// Hands in the form on the same day.
    OnTime,
    /// Hands in the form days later.
    Late,
    /// Hands in nothing until somebody asks.
    Forgets,
    /// Nobody was there to let the engineer in.
    NotDone,
}

/// What somebody will do next.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Act {
    /// The engineer hands in the form of a visit that ended at this instant.
    HandIn { visit: VisitId, ended_at: Instant },
    /// The engineer reports that the visit did not take place.
    TurnedAway { visit: VisitId, ended_at: Instant },
    /// The office books a cancelled visit again.
    BookAgain { visit: VisitId },
    /// The customer asks for another day.
    AskForAnotherDay { visit: VisitId },
}

/// An event for the timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineEvent {
    pub at: Instant,
    pub text: String,
}

/// Everyone outside the daemon.
#[derive(Debug)]
pub struct World {
    chance: Chance,
    agenda: BTreeMap<(Instant, u64), Act>,
    next: u64,
    /// Bookings that were already considered: visit and sequence number.
    seen: BTreeSet<(VisitId, u32)>,
    chased: BTreeSet<VisitId>,
    looked_on: Option<chrono::NaiveDate>,
}

impl World {
    /// Creates everyone, with an empty agenda.
    #[must_use]
    pub fn new(seed: u64) -> World {
        World {
            chance: Chance::new(seed),
            agenda: BTreeMap::new(),
            next: 0,
            seen: BTreeSet::new(),
            chased: BTreeSet::new(),
            looked_on: None,
        }
    }

    /// Lets everyone do what they would have done by now.
    ///
    /// # Errors
    /// If the office fails; refusals are part of the simulation.
    pub async fn act(&mut self, office: &Office) -> Result<Vec<TimelineEvent>> {
        let office = &office.acting(super::owner());
        let now = office.clock.now();
        let mut events = Vec::new();
        // Work begins once people are at their desks.
        if self.looked_on != Some(now.date_naive()) && now.time() >= DAY_BEGINS_AT {
            self.looked_on = Some(now.date_naive());
            self.look_at_bookings(office, now).await?;
            self.chase(office, now).await?;
            events.extend(self.hand_over(office, now).await?);
        }
        while let Some(entry) = self.agenda.first_entry().filter(|entry| entry.key().0 <= now) {
            let ((at, _), act) = entry.remove_entry();
            if let Some(text) = self.perform(office, act, at).await? {
                events.push(TimelineEvent { at, text });
            }
        }
        Ok(events)
    }

    /// When somebody acts next, unless the daemon gives them a reason to act earlier.
    #[must_use]
    pub fn acts_next_at(&self, now: Instant) -> Instant {
        let today = now.date_naive();
        let day = if self.looked_on == Some(today) { today + Days::new(1) } else { today };
        let looks_at = day.and_time(DAY_BEGINS_AT).and_utc();
        self.agenda.first_key_value().map_or(looks_at, |((at, _), _)| looks_at.min(*at))
    }

    fn plan(&mut self, at: Instant, act: Act) {
        self.next += 1;
        self.agenda.insert((at, self.next), act);
    }

    /// Decides how each engineer will handle the visits of the coming days.
    async fn look_at_bookings(&mut self, office: &Acting, now: Instant) -> Result<()> {
        let today = now.date_naive();
        let filter = VisitFilter {
            state: Some(VisitStateWord::Booked),
            from: today.checked_sub_days(Days::new(2)),
            through: today.checked_add_days(Days::new(6)),
            ..VisitFilter::default()
        };
        for stored in store::visits::list(&office.db, &filter).await? {
            let id = stored.visit.id;
            let sequence = stored.visit.state.sequence();
            if self.seen.insert((id, sequence)) {
                self.settle(office, &stored, sequence, now).await?;
            }
        }
        Ok(())
    }

    async fn settle(&mut self, office: &Acting, stored: &StoredVisit, sequence: u32, now: Instant) -> Result<()> {
        let (id, chance) = (stored.visit.id, self.chance);
        let appointment = stored.visit.state.appointment();
        let Some(site) = store::people::site::find(&office.db, &stored.visit.site).await? else { return Ok(()) };
        if sequence == 0 && chance.fraction("another-day", id.0) < 0.03 {
            self.plan(now + TimeDelta::hours(9), Act::AskForAnotherDay { visit: id });
            return Ok(());
        }
        let begins = site.time_zone.instant(appointment.day.and_time(appointment.starts));
        let takes = i64::from(appointment.takes_minutes);
        let ended_at = begins + TimeDelta::minutes(takes + chance.between("overrun", id.0, -15, 25));
        let same_day = TimeDelta::minutes(chance.between("van", id.0, 10, 240));
        match self.habit(&appointment.engineer, id, sequence) {
            Habit::OnTime => self.plan(ended_at + same_day, Act::HandIn { visit: id, ended_at }),
            Habit::Late => {
                let days = TimeDelta::days(chance.between("late", id.0, 2, 8));
                self.plan(ended_at + days + same_day, Act::HandIn { visit: id, ended_at });
            }
            Habit::NotDone => self.plan(ended_at, Act::TurnedAway { visit: id, ended_at }),
            Habit::Forgets => {}
        }
        Ok(())
    }

    fn habit(&self, engineer: &EngineerCode, visit: VisitId, sequence: u32) -> Habit {
        // Some engineers are more careful than others.
        let care = 0.05 * self.chance.fraction(engineer.as_str(), 0);
        match self.chance.fraction("habit", visit.0 * 8 + i64::from(sequence)) {
            luck if luck < 0.07 + care => Habit::Late,
            luck if luck < 0.10 + care * 2.0 => Habit::Forgets,
            luck if luck < 0.13 + care * 2.0 => Habit::NotDone,
            _ => Habit::OnTime,
        }
    }

    /// A manager who reads in the digest that a record is owed calls the engineer, who hands it in the next day.
    async fn chase(&mut self, office: &Acting, now: Instant) -> Result<()> {
        let filter = store::promises::DeadlineFilter {
            owed: Some(domain::promises::Owed::Record),
            open_late_from_through: Some(now - TimeDelta::days(2)),
            ..Default::default()
        };
        for deadline in store::promises::list(&office.db, &filter).await? {
            let Some(visit) = deadline.subject.visit().filter(|visit| self.chased.insert(*visit)) else { continue };
            let Some(stored) = store::visits::get(&office.db, visit).await? else { continue };
            let Some(site) = store::people::site::find(&office.db, &stored.visit.site).await? else { continue };
            let appointment = stored.visit.state.appointment();
            let ends = appointment.starts + TimeDelta::minutes(i64::from(appointment.takes_minutes));
            let ended_at = site.time_zone.instant(appointment.day.and_time(ends));
            self.plan(now + TimeDelta::hours(26), Act::HandIn { visit, ended_at });
        }
        Ok(())
    }

    /// A report that could not be mailed is taken to the customer by hand.
    async fn hand_over(&self, office: &Acting, now: Instant) -> Result<Vec<TimelineEvent>> {
        let mut events = Vec::new();
        for GivenUpLetter { visit, words, .. } in
            store::letters::told::undelivered(&office.db, now - TimeDelta::days(30)).await?
        {
            let Some(visit) = visit.filter(|_| words.notice.starts_with("report") || words.notice.starts_with("cert"))
            else {
                continue;
            };
            if now - words.given_up_at < TimeDelta::hours(20)
                || store::reports::filing(&office.db, visit).await?.is_some()
            {
                continue;
            }
            let Some(stored) = store::visits::get(&office.db, visit).await? else { continue };
            let Some(site) = store::people::site::find(&office.db, &stored.visit.site).await? else { continue };
            let name = engineer(&office.db, &stored.visit.state.appointment().engineer).await?.name;
            match handed_over(office, visit, &name, site.time_zone.day(now)).await {
                Ok(_) => events.push(TimelineEvent {
                    at: now,
                    text: format!("{visit} {}: report handed over by {name}, its letter had been refused", site.name),
                }),
                Err(Error::Refused(_) | Error::NotFound(_)) => {}
                Err(Error::Failed(failed)) => return Err(Error::Failed(failed)),
            }
        }
        Ok(events)
    }

    async fn perform(&mut self, office: &Acting, act: Act, at: Instant) -> Result<Option<String>> {
        match act {
            Act::HandIn { visit, ended_at } => self.hand_in(office, visit, ended_at).await,
            Act::TurnedAway { visit, ended_at } => self.turned_away(office, visit, ended_at, at).await,
            Act::BookAgain { visit } => self.another_day(office, visit, Again::Book).await,
            Act::AskForAnotherDay { visit } => self.another_day(office, visit, Again::Move).await,
        }
    }

    async fn hand_in(&self, office: &Acting, visit: VisitId, ended_at: Instant) -> Result<Option<String>> {
        let Some(stored) = booked(office, visit).await? else { return Ok(None) };
        let parties = Parties::of_visit(office, &office.db, &stored.visit).await?;
        let engineer = engineer(&office.db, &stored.visit.state.appointment().engineer).await?;
        let form = form::done(self.chance, &subject(&stored, &parties, &engineer.name, ended_at), &office.checklists);
        record_visit(office, visit, &form.json, form.photos).await?;
        let late = (office.clock.now() - ended_at).num_days();
        Ok((late > 1)
            .then(|| format!("{visit} {}: {} hands the record in {late} days late", parties.site.name, engineer.name)))
    }

    async fn turned_away(
        &mut self,
        office: &Acting,
        visit: VisitId,
        ended_at: Instant,
        at: Instant,
    ) -> Result<Option<String>> {
        let Some(stored) = booked(office, visit).await? else { return Ok(None) };
        let parties = Parties::of_visit(office, &office.db, &stored.visit).await?;
        let engineer = engineer(&office.db, &stored.visit.state.appointment().engineer).await?;
        let reason = match parties.language() {
            Language::En => "The plant room was locked and nobody with a key was on site.",
            Language::Es => "La sala técnica estaba cerrada y nadie en el centro tenía la llave.",
            Language::Zh => "设备机房上锁，现场无人持有钥匙。",
        };
        let form = form::not_done(&subject(&stored, &parties, &engineer.name, ended_at), reason);
        record_visit(office, visit, &form.json, form.photos).await?;
        self.plan(at + TimeDelta::hours(20), Act::BookAgain { visit });
        Ok(Some(format!("{visit} {}: {} stood before a locked door", parties.site.name, engineer.name)))
    }

    /// Tries the following days until the office's own rules accept one.
    async fn another_day(&self, office: &Acting, visit: VisitId, again: Again) -> Result<Option<String>> {
        let Some(stored) = store::visits::get(&office.db, visit).await? else { return Ok(None) };
        let Some(site) = store::people::site::find(&office.db, &stored.visit.site).await? else { return Ok(None) };
        let today = site.time_zone.day(office.clock.now());
        let from = today.max(stored.visit.state.appointment().day);
        for days in 1..12 {
            let change = AppointmentChange {
                day: Some(from + Days::new(days)),
                starts: NaiveTime::from_hms_opt(10, 0, 0),
                engineer: None,
            };
            let settled = match again {
                Again::Book => book(office, visit, &change, Rules::Keep).await,
                Again::Move => move_visit(office, visit, &change, Rules::Keep).await,
            };
            match settled {
                Ok(visit) => {
                    let day = visit.state.appointment().day;
                    let what = match again {
                        Again::Book => "booked again for",
                        Again::Move => "moved at the customer's wish to",
                    };
                    return Ok(Some(format!("{} {}: {what} {day}", visit.id, site.name)));
                }
                Err(Error::Refused(_) | Error::NotFound(_)) => {}
                Err(Error::Failed(failed)) => return Err(Error::Failed(failed)),
            }
        }
        Ok(None)
    }
}

#[derive(Debug, Clone, Copy)]
enum Again {
    Book,
    Move,
}

async fn booked(office: &Acting, visit: VisitId) -> Result<Option<StoredVisit>> {
    let stored = store::visits::get(&office.db, visit).await?;
    Ok(stored.filter(|stored| matches!(stored.visit.state, VisitState::Booked { .. })))
}

fn subject<'a>(stored: &'a StoredVisit, parties: &'a Parties, engineer: &'a str, ended_at: Instant) -> Subject<'a> {
    let takes = i64::from(stored.visit.state.appointment().takes_minutes);
    Subject {
        visit: &stored.visit,
        site: &parties.site,
        equipment: &parties.equipment,
        engineer,
        language: parties.language(),
        topics: parties.topics(&stored.visit),
        started_at: ended_at - TimeDelta::minutes(takes),
        completed_at: ended_at,
    }
}
