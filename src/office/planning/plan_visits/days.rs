//! The engineers' days, as filled by one run of the planner.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveTime, Timelike};

use super::contracts::Contracts;
use super::{Office, Result};
use domain::ids::{EngineerCode, VisitId};
use domain::planning::far::FarSlot;
use domain::planning::{EngineerProfile, FarDays, Planner};
use store::Db;

/// For how many engineers visits are read at once.
const ENGINEERS_A_PAGE: usize = 50;
/// For how many contracts rounds are read at once.
const CONTRACTS_A_PAGE: usize = 50;

/// The planner, with the engineers' existing visits once they are needed.
pub(super) struct Diary {
    pub(super) planner: Planner,
    by_code: HashMap<EngineerCode, usize>,
    today: NaiveDate,
    day_starts: NaiveTime,
    /// The first day for which existing visits are filled in; `None` if none is.
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

    /// The planner's index for an engineer.
    pub(super) fn index_of(&self, engineer: &EngineerCode) -> Option<usize> {
        self.by_code.get(engineer).copied()
    }

    /// Fills in the engineers' existing visits from `from` on, if that is not done yet: before the first visit is
    /// placed there, and after everything to be taken back was. Includes near and far visits, by engineer, day and
    /// start; far ones are found through the contracts.
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

/// Days to be filled in.
#[derive(Debug, Clone, Copy)]
struct DaysToFill {
    from: NaiveDate,
    /// This day and all later ones are already filled in.
    before: NaiveDate,
}

impl DaysToFill {
    fn have(self, day: NaiveDate) -> bool {
        day >= self.from && day < self.before
    }
}

/// Existing visits; compact, because a large office has several million.
#[derive(Default)]
struct Entries {
    of: Vec<DiaryEntry>,
    /// The sites' positions; consecutive visits at the same position share one.
    positions: Vec<Option<(f64, f64)>>,
}

struct DiaryEntry {
    engineer: u32,
    day: NaiveDate,
    /// The start, in minutes of the day.
    starts: u16,
    takes_minutes: u32,
    visit: VisitId,
    /// The index of its site's position.
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
