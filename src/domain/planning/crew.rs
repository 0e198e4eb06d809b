//! Crews: the engineers in a country who have the same skills, and the days on which none of them has room.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use chrono::NaiveDate;

use super::{EngineerProfile, map};

/// More than the distance between any two positions: engineers and sites without a position come last.
const FAR: f32 = 5.0;

/// The crews requested so far, by skills and country.
#[derive(Debug, Default)]
pub(super) struct Crews {
    by_skills: HashMap<(Vec<String>, String), CrewId>,
    crews: Vec<Crew>,
}

/// A crew of [`Crews`].
#[derive(Debug, Clone, Copy)]
pub(super) struct CrewId(usize);

#[derive(Debug)]
struct Crew {
    members: Vec<Member>,
    /// Engineers with the skills in other countries.
    abroad: Vec<Member>,
    /// For each day, the shortest visit, in minutes, that nobody had room for. Days only fill up, so this stays true.
    full: HashMap<NaiveDate, u32>,
}

#[derive(Debug, Clone, Copy)]
struct Member {
    engineer: u32,
    at: Option<[f32; 3]>,
}

impl Crews {
    /// The crew of `country` with all of `skills` (sorted).
    pub(super) fn who_master(&mut self, skills: &[String], country: &str, engineers: &[EngineerProfile]) -> CrewId {
        let asked = (skills.to_vec(), country.to_owned());
        if let Some(&known) = self.by_skills.get(&asked) {
            return known;
        }
        let able = engineers.iter().enumerate().filter(|(_, engineer)| engineer.masters(skills));
        let (at_home, abroad): (Vec<_>, Vec<_>) = able.partition(|(_, engineer)| engineer.country == country);
        let member = |(index, engineer): (usize, &EngineerProfile)| Member {
            engineer: u32::try_from(index).expect("fewer engineers than people"),
            at: engineer.position.map(map::on_the_sphere),
        };
        let crew = CrewId(self.crews.len());
        self.crews.push(Crew {
            members: at_home.into_iter().map(member).collect(),
            abroad: abroad.into_iter().map(member).collect(),
            full: HashMap::new(),
        });
        self.by_skills.insert(asked, crew);
        crew
    }

    /// The number of engineers.
    pub(super) fn members(&self, crew: CrewId) -> usize {
        self.crews[crew.0].members.len()
    }

    /// The number of engineers with the skills in other countries.
    pub(super) fn abroad(&self, crew: CrewId) -> usize {
        self.crews[crew.0].abroad.len()
    }

    /// Those from other countries who can be sent to `position`, by index, with their distance.
    pub(super) fn neighbours(
        &self,
        crew: CrewId,
        position: Option<(f64, f64)>,
    ) -> impl Iterator<Item = (f32, usize)> + use<'_> {
        let to = position.map(map::on_the_sphere);
        let apart = move |one: &Member| {
            let index = usize::try_from(one.engineer).expect("an index of a Vec");
            Some((map::apart(one.at?, to?), index))
        };
        self.crews[crew.0].abroad.iter().filter_map(apart).filter(|(apart, _)| map::is_within_reach(*apart))
    }

    /// The crew's engineers, by index, nearest to `position` first; sorted lazily.
    pub(super) fn nearest_first(
        &self,
        crew: CrewId,
        position: Option<(f64, f64)>,
    ) -> impl Iterator<Item = usize> + use<> {
        let to = position.map(map::on_the_sphere);
        // The bits of a positive float sort like the float itself; the engineer's index, below them, breaks ties.
        let key = |member: &Member| {
            let way = member.at.zip(to).map_or(FAR, |(at, to)| map::apart(at, to));
            Reverse(u64::from(way.to_bits()) << 32 | u64::from(member.engineer))
        };
        let mut nearest: BinaryHeap<Reverse<u64>> = self.crews[crew.0].members.iter().map(key).collect();
        std::iter::from_fn(move || {
            let Reverse(key) = nearest.pop()?;
            Some(usize::try_from(key & u64::from(u32::MAX)).expect("an index of a Vec"))
        })
    }

    /// Whether it is known that nobody in the crew has room for this many minutes on that day.
    pub(super) fn is_full(&self, crew: CrewId, day: NaiveDate, minutes: u32) -> bool {
        self.crews[crew.0].full.get(&day).is_some_and(|shortest| *shortest <= minutes)
    }

    /// Records days on which nobody in the crew had room for this many minutes.
    pub(super) fn note_full(&mut self, crew: CrewId, days: impl Iterator<Item = NaiveDate>, minutes: u32) {
        let full = &mut self.crews[crew.0].full;
        for day in days {
            full.entry(day).and_modify(|shortest| *shortest = minutes.min(*shortest)).or_insert(minutes);
        }
    }
}
