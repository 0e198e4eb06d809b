//! Two calendars combined into one: the site's days and the company's, if a contract counts both.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Calendar, CalendarParts, DayIs, DayKind, HalfDays, SpecialDay, WeekendRule};

/// When a day counts in two combined calendars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Together {
    /// Only if it is a working day in both; a half day in one of them makes it a half day.
    Both,
    /// If it is a working day in at least one; a half day only if it is a full working day in neither.
    Either,
}

/// The two calendars behind a combined one.
#[derive(Debug, Clone)]
pub(super) struct Pair {
    first: Calendar,
    second: Calendar,
    how: Together,
}

/// How much of a day is worked, in ascending order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Share {
    None,
    Half,
    Whole,
}

impl Calendar {
    /// Combines this calendar with `other`: `ES-MD&CN` if both must work, `ES-MD|CN` if one is enough.
    ///
    /// The result knows the days that both know, and a day is estimated if it is in either. If both have a reason for a
    /// day off, both names are kept. Combining a calendar with itself gives the same calendar.
    #[must_use]
    pub fn with(&self, other: &Calendar, how: Together) -> Calendar {
        if self.code() == other.code() && self.version() == other.version() {
            return self.clone();
        }
        let pair = Pair { first: self.clone(), second: other.clone(), how };
        Calendar::made(pair.parts(), HalfDays::Count, Some(pair))
    }

    /// The code of the calendar that alone makes `day` what it is, if two calendars are combined.
    pub(super) fn says_alone(&self, day: NaiveDate) -> Option<String> {
        let pair = self.inner.pair.as_ref()?;
        let (first, second) = (share(&pair.first, day)?, share(&pair.second, day)?);
        let first_decides = match pair.how {
            _ if first == second => return None,
            Together::Both => first < second,
            Together::Either => first > second,
        };
        Some(if first_decides { pair.first.code() } else { pair.second.code() }.to_owned())
    }
}

impl Pair {
    pub(super) fn is_estimated(&self, day: NaiveDate) -> bool {
        self.first.is_estimated(day) || self.second.is_estimated(day)
    }

    pub(super) fn is_provisional(&self, day: NaiveDate) -> bool {
        self.first.is_provisional(day) || self.second.is_provisional(day)
    }

    fn parts(&self) -> CalendarParts {
        let (first, second) = (self.first.parts(), self.second.parts());
        let sign = match self.how {
            Together::Both => '&',
            Together::Either => '|',
        };
        let mut parts = CalendarParts {
            code: format!("{}{sign}{}", first.code, second.code),
            version: format!("{}{sign}{}", first.version, second.version),
            known_from: first.known_from.max(second.known_from),
            known_through: first.known_through.min(second.known_through),
            confirmed_through: first.confirmed_through.min(second.confirmed_through),
            weekends: self.weekends(),
            special: BTreeMap::new(),
        };
        let listed: BTreeSet<NaiveDate> = first.special.keys().chain(second.special.keys()).copied().collect();
        for day in listed.range(parts.known_from..).take_while(|day| **day <= parts.known_through) {
            if let Some(special) = self.special(*day) {
                parts.special.insert(*day, special);
            }
        }
        parts
    }

    /// The weekly days off: those of either calendar if both must work, those common to both if one is enough.
    fn weekends(&self) -> Vec<WeekendRule> {
        let (first, second) = (&self.first.parts().weekends, &self.second.parts().weekends);
        let changes: BTreeSet<NaiveDate> = first.iter().chain(second).map(|rule| rule.from).collect();
        let rule = |from: NaiveDate| {
            let (first, second) = (in_force(first, from), in_force(second, from));
            let mut off = [false; 7];
            for (weekday, off) in off.iter_mut().enumerate() {
                *off = match self.how {
                    Together::Both => first[weekday] || second[weekday],
                    Together::Either => first[weekday] && second[weekday],
                };
            }
            WeekendRule { from, off }
        };
        changes.into_iter().map(rule).collect()
    }

    /// The combined entry for a day that one of the calendars lists; `None` if its weekday says the same.
    fn special(&self, day: NaiveDate) -> Option<SpecialDay> {
        let (first, second) = (share(&self.first, day)?, share(&self.second, day)?);
        let whole = match self.how {
            Together::Both => first.min(second),
            Together::Either => first.max(second),
        };
        let kind = match whole {
            Share::None => DayKind::Off,
            Share::Half => DayKind::Half,
            Share::Whole => DayKind::Work,
        };
        let listed = |calendar: &Calendar, share: Share| match calendar.day(day) {
            Ok(DayIs::Special(special)) if share == whole => Some(special.clone()),
            Ok(DayIs::Special(_) | DayIs::Worked | DayIs::Weekend) | Err(_) => None,
        };
        match (listed(&self.first, first), listed(&self.second, second)) {
            (Some(one), Some(other)) if one.name != other.name => Some(SpecialDay {
                kind,
                name: format!("{} / {}", one.name, other.name),
                layer: one.layer.max(other.layer),
                estimated: one.estimated || other.estimated,
            }),
            (Some(special), _) | (None, Some(special)) => Some(SpecialDay { kind, ..special }),
            (None, None) => None,
        }
    }
}

/// How much of a day is worked in a calendar, with half days as such; `None` if the day is unknown.
fn share(calendar: &Calendar, day: NaiveDate) -> Option<Share> {
    Some(match calendar.day(day).ok()? {
        DayIs::Worked => Share::Whole,
        DayIs::Weekend => Share::None,
        DayIs::Special(special) => match special.kind {
            DayKind::Work => Share::Whole,
            DayKind::Half => Share::Half,
            DayKind::Off => Share::None,
        },
    })
}

fn in_force(rules: &[WeekendRule], day: NaiveDate) -> [bool; 7] {
    let at = rules.partition_point(|rule| rule.from <= day).saturating_sub(1);
    rules.get(at).map_or([false; 7], |rule| rule.off)
}
