//! Judges one opening: its limit, its standing, and what was paused (rules 6, 16 to 19).

use chrono::TimeDelta;

use super::bounds::{Bounds, Measure, before, elapsing};
use super::days::{self, CountDays, CountedDays};
use super::possible::Possible;
use super::replay::{EndedBy, OpeningEnd, Pause, ReplayedOpening};
use super::timed::{self, PieceIs, Pieces, Reckoned, RunPiece};
use super::{
    Allowed, CannotReckon, ClockDid, ClockLedger, ClockTerms, JudgedOpening, Locality, Minutes, OpeningEnded,
    OpeningStanding, Stretch, TICK, TimeLimit, WhenNoted, steps,
};
use crate::Instant;

/// The result of searching for the end of an opening.
enum Sought<'a> {
    Found { bounds: Bounds<'a>, ledger: ClockLedger },
    Held,
}

/// Judges one opening at `now`.
pub(super) fn judged(terms: &ClockTerms, place: Locality<'_>, opened: &ReplayedOpening, now: Instant) -> JudgedOpening {
    let until = opened.ending.map_or(now, |ending| ending.at.min(now));
    let ended = opened.ending.map(|OpeningEnd { at, by, .. }| match by {
        EndedBy::Met => OpeningEnded::Met { at },
        EndedBy::Withdrawn => OpeningEnded::Withdrawn { at },
    });
    let (limit, bounds) = match seek(opened, place, &opened.pauses) {
        Ok(Sought::Found { bounds, ledger }) => {
            (TimeLimit::Known { late_from: bounds.late_from, ledger }, Some(bounds))
        }
        Ok(Sought::Held) => (TimeLimit::Held, released(opened, place, now)),
        Err(why) => (TimeLimit::Unknown { why }, None),
    };
    let standing = match (&limit, &bounds) {
        (TimeLimit::Unknown { .. }, _) | (TimeLimit::Known { .. }, None) => unknown(opened.ending),
        (TimeLimit::Held, bounds) => OpeningStanding::Held { left: bounds.as_ref().map(|bounds| bounds.left(now)) },
        (TimeLimit::Known { .. }, Some(bounds)) => bounds.standing(opened.ending, now, until),
    };
    let is_held = limit == TimeLimit::Held;
    let stop = bounds.as_ref().filter(|_| !is_held).map_or(until, |bounds| bounds.end.min(until));
    let dated = bounds
        .as_ref()
        .map(|bounds| steps::dated(terms, opened.allowed(), place, bounds, until, &limit))
        .unwrap_or_default();
    let next = dated.iter().map(|step| step.at).chain(bounds.as_ref().map(|bounds| bounds.late_from));
    let next_at = next.filter(|at| *at > now && !is_held && opened.ending.is_none()).min();
    let (reached, ahead) = dated.into_iter().partition(|step| step.at <= until);
    JudgedOpening {
        began_at: opened.began_at,
        paused: paused(opened, place, stop),
        next_at,
        reached,
        ahead,
        standing,
        ended,
        limit,
    }
}

/// The opening as if the current pause ended now; `None` on clocks of days, and if it cannot be computed.
fn released<'a>(opened: &ReplayedOpening, place: Locality<'a>, now: Instant) -> Option<Bounds<'a>> {
    opened.allowed().minutes()?;
    let ended = |pause: &Pause| Pause { until: Some(pause.until.unwrap_or(now)), ..*pause };
    let pauses: Vec<Pause> = opened.pauses.iter().map(ended).filter(|pause| pause.until > Some(pause.from)).collect();
    match seek(opened, place, &pauses) {
        Ok(Sought::Found { bounds, .. }) => Some(bounds),
        Ok(Sought::Held) | Err(_) => None,
    }
}

fn seek<'a>(opened: &ReplayedOpening, place: Locality<'a>, pauses: &[Pause]) -> Result<Sought<'a>, CannotReckon> {
    let start = opened.began_at;
    let minutes = |(from, level): &(Instant, Allowed)| Some((*from, level.minutes()?));
    let levels: Vec<(Instant, Minutes)> = opened.levels.iter().filter_map(minutes).collect();
    let by_days = |which, n| days::count(which, place, start, n, pauses).map(|counted| of_days(start, pauses, counted));
    match opened.allowed() {
        Allowed::Elapsed(_) => of_minutes(Possible::Always, start, pauses, &levels),
        Allowed::Hours(_) => of_minutes(Possible::InHours(place), start, pauses, &levels),
        Allowed::WorkingDays(n) => by_days(CountDays::Worked(place.calendar.ok_or(CannotReckon::NoCalendar)?), n.0),
        Allowed::CalendarDays(n) => by_days(CountDays::All, n.0),
        Allowed::Window { last_on, .. } => {
            let end = place.zone.end_of(last_on);
            Ok(of_days(start, pauses, CountedDays::Until { end, days: Vec::new() }))
        }
        Allowed::Until(due) => {
            let bounds = elapsing(start, pauses, due, due + TICK);
            let ledger = ClockLedger::Time(vec![Stretch { from: start, until: due, clock: ClockDid::Ran }]);
            Ok(Sought::Found { bounds, ledger })
        }
    }
}

fn of_minutes<'a>(
    possible: Possible<'a>,
    start: Instant,
    pauses: &[Pause],
    levels: &[(Instant, Minutes)],
) -> Result<Sought<'a>, CannotReckon> {
    Ok(match timed::used_up(possible, start, pauses, levels)? {
        Reckoned::Held => Sought::Held,
        Reckoned::At { end, pieces } => {
            let ledger = ClockLedger::Time(stretches(start, &pieces));
            let late_from = end + TICK;
            Sought::Found {
                bounds: Bounds { start, possible, measure: Measure::Running, end, late_from, pieces },
                ledger,
            }
        }
    })
}

fn of_days<'a>(start: Instant, pauses: &[Pause], counted: CountedDays) -> Sought<'a> {
    match counted {
        CountedDays::Held => Sought::Held,
        CountedDays::Until { end, days } => {
            Sought::Found { bounds: elapsing(start, pauses, end, end), ledger: ClockLedger::Days(days) }
        }
    }
}

/// The paused time in [start, stop) during which the clock could have run.
fn paused(opened: &ReplayedOpening, place: Locality<'_>, stop: Instant) -> TimeDelta {
    if opened.pauses.is_empty() {
        return TimeDelta::zero();
    }
    let possible = match opened.allowed() {
        Allowed::Hours(_) => Possible::InHours(place),
        Allowed::Elapsed(_)
        | Allowed::WorkingDays(_)
        | Allowed::CalendarDays(_)
        | Allowed::Window { .. }
        | Allowed::Until(_) => Possible::Always,
    };
    let pieces = before(Pieces::new(possible, opened.began_at, &opened.pauses, &[]), stop);
    pieces.iter().filter(|piece| piece.clock == PieceIs::Paused).map(|piece| piece.until - piece.from).sum()
}

/// The standing of an opening whose due instant cannot be computed: if it was met, it counts as kept.
fn unknown(ending: Option<OpeningEnd>) -> OpeningStanding {
    match ending {
        None => OpeningStanding::Unknown,
        Some(OpeningEnd { at, by: EndedBy::Met, .. }) => OpeningStanding::Met { at, noted: WhenNoted::InTime },
        Some(OpeningEnd { at, by: EndedBy::Withdrawn, .. }) => OpeningStanding::Withdrawn { at, late_by: None },
    }
}

impl Bounds<'_> {
    fn standing(&self, ending: Option<OpeningEnd>, now: Instant, until: Instant) -> OpeningStanding {
        let late_by = (until >= self.late_from).then(|| self.possible_between(self.end, until));
        match (ending, late_by) {
            (None, None) => OpeningStanding::Open { left: self.left(now) },
            (None, Some(by)) => OpeningStanding::Late { by },
            (Some(OpeningEnd { at, by: EndedBy::Withdrawn, .. }), late_by) => {
                OpeningStanding::Withdrawn { at, late_by }
            }
            (Some(OpeningEnd { at, by: EndedBy::Met, .. }), Some(by)) => OpeningStanding::MetLate { at, by },
            (Some(OpeningEnd { at, noted_at, by: EndedBy::Met }), None) => {
                let noted = if noted_at >= self.late_from { WhenNoted::Late } else { WhenNoted::InTime };
                OpeningStanding::Met { at, noted }
            }
        }
    }
}

/// Pieces in the form of a ledger, with the gaps between them as closed.
fn stretches(start: Instant, pieces: &[RunPiece]) -> Vec<Stretch> {
    let mut all: Vec<Stretch> = Vec::new();
    let mut put = |from: Instant, until: Instant, clock: ClockDid| match all.last_mut() {
        _ if from >= until => {}
        Some(last) if last.clock == clock => last.until = until,
        Some(_) | None => all.push(Stretch { from, until, clock }),
    };
    let mut at = start;
    for piece in pieces {
        put(at, piece.from, ClockDid::Closed);
        let clock = match piece.clock {
            PieceIs::Running => ClockDid::Ran,
            PieceIs::Paused => ClockDid::Paused,
        };
        put(piece.from, piece.until, clock);
        at = piece.until;
    }
    all
}
