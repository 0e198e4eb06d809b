//! Crews: the engineers of a country who master one kind of work, and the days on which none of them has room.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use chrono::NaiveDate;

use super::{EngineerProfile, map};

/// More than any two positions are apart: engineers and sites without a position come last.
const FAR: f32 = 5.0;

/// The crews asked for so far, by what they master and where they work.
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
    /// Who master the work and live in another country.
    abroad: Vec<Member>,
    /// The shortest visit, in minutes, that nobody had room for on a day. Days only fill, so nobody ever will.
    full: HashMap<NaiveDate, u32>,
}

#[derive(Debug, Clone, Copy)]
struct Member {
    engineer: u32,
    at: Option<[f32; 3]>,
}

impl Crews {
    /// The crew of `country` who master all of `skills` (sorted).
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

    /// How many they are.
    pub(super) fn members(&self, crew: CrewId) -> usize {
        self.crews[crew.0].members.len()
    }

    /// How many master the work and live in another country.
    pub(super) fn abroad(&self, crew: CrewId) -> usize {
        self.crews[crew.0].abroad.len()
    }

    /// Those of them who are sent to `position`, by index, with how far they are apart.
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

    /// The crew's engineers, by index, the nearest to `position` first; put in order only as far as it is asked.
    pub(super) fn nearest_first(
        &self,
        crew: CrewId,
        position: Option<(f64, f64)>,
    ) -> impl Iterator<Item = usize> + use<> {
        let to = position.map(map::on_the_sphere);
        // Bits of a positive float order as it does; the engineer's index, below them, decides between equals.
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

    /// Whether it is known that nobody of the crew has room for so many minutes on that day.
    pub(super) fn is_full(&self, crew: CrewId, day: NaiveDate, minutes: u32) -> bool {
        self.crews[crew.0].full.get(&day).is_some_and(|shortest| *shortest <= minutes)
    }

    /// Notes days on which nobody of the crew had room for so many minutes.
    pub(super) fn note_full(&mut self, crew: CrewId, days: impl Iterator<Item = NaiveDate>, minutes: u32) {
        let full = &mut self.crews[crew.0].full;
        for day in days {
            full.entry(day).and_modify(|shortest| *shortest = minutes.min(*shortest)).or_insert(minutes);
        }
    }
}
