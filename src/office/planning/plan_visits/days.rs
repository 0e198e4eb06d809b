//! The engineers' days, as one run of the planner fills them.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveTime, Timelike};

use super::contracts::Contracts;
use super::{Office, Result};
use domain::ids::{EngineerCode, VisitId};
use domain::planning::far::FarSlot;
use domain::planning::{EngineerProfile, FarDays, Planner};
use store::Db;

/// Engineers whose visits are read at once.
const ENGINEERS_A_PAGE: usize = 50;
/// Contracts of which the rounds are read at once.
const CONTRACTS_A_PAGE: usize = 50;

/// The planner, and what engineers have on their days already, once somebody asks for a day.
pub(super) struct Diary {
    pub(super) planner: Planner,
    by_code: HashMap<EngineerCode, usize>,
    today: NaiveDate,
    day_starts: NaiveTime,
    /// The first day on which it is noted what is there; None while nothing is.
    filled_from: Option<NaiveDate>,
}

impl Diary {
    pub(super) async fn open(office: &Office, today: NaiveDate) -> Result<Diary> {
        let engineers = store::people::engineer::all(&office.db).await?;
        let profiles = engineers
            .into_iter()
            .filter(|engineer| engineer.is_there_on(today))
            .map(|engineer| EngineerProfile {
                calendar: office.calendars.of_engineer(&engineer).ok(),
                country: engineer.country().to_owned(),
                engineer: engineer.engineer,
                skills: engineer.skills,
                position: engineer.position,
                left_on: engineer.left_on,
            })
            .collect::<Vec<_>>();
        let by_code = profiles.iter().enumerate().map(|(i, profile)| (profile.engineer.clone(), i)).collect();
        let planner = Planner::new(profiles, office.config.planning.day_minutes, today);
        let day_starts = office.config.planning.day_starts;
        Ok(Diary { planner, by_code, today, day_starts, filled_from: None })
    }

    /// The planner's index of an engineer.
    pub(super) fn index_of(&self, engineer: &EngineerCode) -> Option<usize> {
        self.by_code.get(engineer).copied()
    }

    /// Notes what engineers have on the days from `from` on, where that was not done yet: before the first visit is placed
    /// there, and after whatever is taken back was. Near and far alike, by engineer and day, in the order in which it starts;
    /// what is far is found by the contracts.
    pub(super) async fn fill(&mut self, db: &Db, from: NaiveDate, contracts: &Contracts) -> Result<()> {
        let days = DaysToFill { from: from.max(self.today), before: self.filled_from.unwrap_or(NaiveDate::MAX) };
        if days.from >= days.before {
            return Ok(());
        }
        self.filled_from = Some(days.from);
        let mut entries = Entries::default();
        let codes: Vec<EngineerCode> = self.planner.engineers().iter().map(|one| one.engineer.clone()).collect();
        for codes in codes.chunks(ENGINEERS_A_PAGE) {
            for busy in store::planning::busy::of_engineers(db, codes, days.from).await? {
                if days.have(busy.day) {
                    let engineer = self.index_of(&busy.engineer).expect("asked for");
                    entries.add(engineer, busy.day, busy.starts, busy.takes_minutes, busy.visit, busy.position);
                }
            }
        }
        for contracts in contracts.codes().chunks(CONTRACTS_A_PAGE) {
            for of_round in &store::planning::round::far_days(db, contracts).await? {
                self.add_far(of_round, days, &mut entries);
            }
        }
        entries.of.sort_unstable_by_key(|entry| (entry.engineer, entry.day, entry.starts, entry.visit));
        let day_starts = minutes(self.day_starts);
        for entry in &entries.of {
            self.planner.occupy(
                entry.engineer as usize,
                entry.day,
                u32::from(entry.starts).saturating_sub(day_starts),
                entry.takes_minutes,
                entries.positions[entry.position as usize],
            );
        }
        Ok(())
    }

    fn add_far(&self, of_round: &FarDays, days: DaysToFill, entries: &mut Entries) {
        let far = of_round.far.unpack(of_round.engineer.as_ref());
        for visit in far.slots.iter().filter_map(FarSlot::visit).filter(|visit| days.have(visit.day)) {
            let Some(engineer) = self.index_of(&visit.engineer) else { continue };
            entries.add(engineer, visit.day, visit.starts, far.takes_minutes, visit.visit, of_round.position);
        }
    }
}

/// Days of which it is not noted yet what is there.
#[derive(Debug, Clone, Copy)]
struct DaysToFill {
    from: NaiveDate,
    /// Of this day it is noted already, and of all later ones.
    before: NaiveDate,
}

impl DaysToFill {
    fn have(self, day: NaiveDate) -> bool {
        day >= self.from && day < self.before
    }
}

/// What is on the days; small, for there are some millions in a large office.
#[derive(Default)]
struct Entries {
    of: Vec<DiaryEntry>,
    /// Where the sites are; neighbours in the order in which they come share one.
    positions: Vec<Option<(f64, f64)>>,
}

struct DiaryEntry {
    engineer: u32,
    day: NaiveDate,
    /// Minutes of the day.
    starts: u16,
    takes_minutes: u32,
    visit: VisitId,
    /// Index of its site's position.
    position: u32,
}

impl Entries {
    fn add(
        &mut self,
        engineer: usize,
        day: NaiveDate,
        starts: NaiveTime,
        takes_minutes: u32,
        visit: VisitId,
        position: Option<(f64, f64)>,
    ) {
        if self.positions.last() != Some(&position) {
            self.positions.push(position);
        }
        let small = |number: usize| u32::try_from(number).expect("fewer than people");
        self.of.push(DiaryEntry {
            engineer: small(engineer),
            day,
            starts: u16::try_from(minutes(starts)).expect("a day has 1,440 minutes"),
            takes_minutes,
            visit,
            position: small(self.positions.len() - 1),
        });
    }
}

fn minutes(time: NaiveTime) -> u32 {
    time.num_seconds_from_midnight() / 60
}
