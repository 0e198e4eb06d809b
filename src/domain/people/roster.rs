//! The duty roster: who is on call at any instant, where nobody is, and where two are.
//!
//! Times are local in the roster's zone. A shift or override begins and ends at the first instant at which the local
//! clock shows its time or a later one ([`WallTime::on`]), so that adjacent shifts remain adjacent when clocks change.
//! The rules are numbered as in the published format (`tests/vectors/CLOCK.md`).

pub mod vector;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta};

use crate::Instant;
use crate::time::{WallTime, Zone};

/// Recurring shifts, and what overrides them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roster {
    pub zone: Zone,
    /// The first day on which a shift begins; rotations are counted from it.
    pub begins_on: NaiveDate,
    /// The first day on which no shift begins any more.
    pub ends_on: Option<NaiveDate>,
    pub shifts: Vec<Shift>,
    /// Later entries override earlier ones, and all of them override the shifts.
    pub overrides: Vec<DutyOverride>,
}

/// A shift that begins on each of its weekdays, and is taken in turns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    pub from: WallTime,
    /// The end; on the next day if it is not after `from`.
    pub until: WallTime,
    /// The weekdays on which it begins, starting with Monday.
    pub weekdays: [bool; 7],
    /// After how many weeks it is the next person's turn; at least 1.
    pub every_weeks: u32,
    /// The people who take turns, at least one entry; `None` means nobody.
    pub rota: Vec<Option<String>>,
}

/// Who is on duty in a span, whatever the shifts say; [from, until) in local time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyOverride {
    pub from: NaiveDateTime,
    pub until: NaiveDateTime,
    /// `None` means nobody.
    pub who: Option<String>,
}

/// A span during which the same people are on duty; [from, until).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutySpan {
    pub from: Instant,
    pub until: Instant,
    /// Empty if nobody is on duty.
    pub who: BTreeSet<String>,
}

impl Roster {
    /// Who is on duty from 00:00 of `from` to 00:00 of `until`: the longest possible spans, in order, without gaps
    /// (rule 24).
    #[must_use]
    pub fn duty(&self, from: NaiveDate, until: NaiveDate) -> Vec<DutySpan> {
        let (first, end) = (self.zone.start_of(from), self.zone.start_of(until));
        let mut changes: BTreeMap<Instant, Vec<Turn<'_>>> = BTreeMap::from([(first, Vec::new())]);
        for (from, until, who) in self.worked(from, until) {
            changes.entry(from).or_default().push(Turn::Begins(who));
            changes.entry(until).or_default().push(Turn::Ends(who));
        }
        let overrides: Vec<(Instant, Instant, Option<&str>)> = self.overrides_in_fact().collect();
        for (from, until, _) in &overrides {
            changes.entry(*from).or_default();
            changes.entry(*until).or_default();
        }
        let mut on_shift: BTreeMap<&str, u32> = BTreeMap::new();
        let mut spans: Vec<DutySpan> = Vec::new();
        for (at, turns) in changes.range(..end) {
            turns.iter().for_each(|turn| turn.take(&mut on_shift));
            if *at < first {
                continue;
            }
            let replaced = overrides.iter().rev().find(|(from, until, _)| from <= at && at < until);
            let who: BTreeSet<String> = match replaced {
                Some((_, _, who)) => who.iter().map(|who| (*who).to_owned()).collect(),
                None => on_shift.keys().map(|who| (*who).to_owned()).collect(),
            };
            match spans.last_mut() {
                Some(last) if last.who == who => {}
                Some(last) => {
                    last.until = *at;
                    spans.push(DutySpan { from: *at, until: end, who });
                }
                None => spans.push(DutySpan { from: *at, until: end, who }),
            }
        }
        spans
    }

    /// All shifts between two days that somebody takes, as instants (rules 21 and 22).
    fn worked(&self, from: NaiveDate, until: NaiveDate) -> impl Iterator<Item = (Instant, Instant, &str)> {
        let first = (from - TimeDelta::days(2)).max(self.begins_on);
        let days = first.iter_days().take_while(move |day| *day <= until && self.ends_on.is_none_or(|end| *day < end));
        days.flat_map(move |day| {
            let weekday = day.weekday().num_days_from_monday() as usize;
            let shifts = self.shifts.iter().filter(move |shift| shift.weekdays[weekday]);
            shifts.filter_map(move |shift| {
                let ends_on = if shift.until <= shift.from { day.succ_opt()? } else { day };
                let (from, until) = (shift.from.on(day, &self.zone), shift.until.on(ends_on, &self.zone));
                let who = shift.turn(self.begins_on, day)?;
                (from < until).then_some((from, until, who))
            })
        })
    }

    fn overrides_in_fact(&self) -> impl Iterator<Item = (Instant, Instant, Option<&str>)> {
        let spans = self
            .overrides
            .iter()
            .map(|instead| (self.zone.begins(instead.from), self.zone.begins(instead.until), instead.who.as_deref()));
        spans.filter(|(from, until, _)| from < until)
    }
}

impl Shift {
    /// Whose turn it is for the shift that begins on `day`.
    fn turn(&self, begins_on: NaiveDate, day: NaiveDate) -> Option<&str> {
        let weeks = usize::try_from((day - begins_on).num_weeks()).expect("no shift before the first day");
        let turn = weeks / self.every_weeks as usize % self.rota.len();
        self.rota[turn].as_deref()
    }
}

/// The beginning or end of somebody's shift.
#[derive(Debug, Clone, Copy)]
enum Turn<'a> {
    Begins(&'a str),
    Ends(&'a str),
}

impl<'a> Turn<'a> {
    fn take(&self, on_shift: &mut BTreeMap<&'a str, u32>) {
        match self {
            Turn::Begins(who) => *on_shift.entry(who).or_default() += 1,
            Turn::Ends(who) => match on_shift.get_mut(who) {
                Some(count) if *count > 1 => *count -= 1,
                Some(_) | None => _ = on_shift.remove(who),
            },
        }
    }
}

/// The longest spans all parts of which satisfy a condition.
#[must_use]
pub fn runs(duty: &[DutySpan], is_meant: impl Fn(&DutySpan) -> bool) -> Vec<(Instant, Instant)> {
    let mut found: Vec<(Instant, Instant)> = Vec::new();
    for span in duty.iter().filter(|span| is_meant(span)) {
        match found.last_mut() {
            Some((_, until)) if *until == span.from => *until = span.until,
            Some(_) | None => found.push((span.from, span.until)),
        }
    }
    found
}
