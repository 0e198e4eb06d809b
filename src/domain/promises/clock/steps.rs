//! When steps are reached (rule 20).

use chrono::TimeDelta;

use super::bounds::{Bounds, Measure};
use super::timed::{PieceIs, RunPiece, gone_by};
use super::{Allowed, ClockStep, ClockTerms, Locality, Minutes, ReachedStep, StepAt, TICK, TimeLimit};
use crate::Instant;
use crate::contract::{FlagAt, FlagStep};
use crate::promises::{Level, levels};

/// The steps whose instant is known, in the order of the terms; while held, only those before the due instant.
///
/// Steps after the due instant are only dated if it is late at `until`.
pub(super) fn dated(
    terms: &ClockTerms,
    allowed: Allowed,
    place: Locality<'_>,
    bounds: &Bounds<'_>,
    until: Instant,
    limit: &TimeLimit,
) -> Vec<ReachedStep> {
    let is_held = *limit == TimeLimit::Held;
    let dated = |(step, ClockStep { at, .. }): (usize, &ClockStep)| {
        let at = match at {
            StepAt::Before(minutes) => Some(bounds.before(*minutes)),
            StepAt::AtDue | StepAt::After(_) | StepAt::Day(_) if is_held => None,
            StepAt::AtDue => Some(bounds.late_from),
            // The hours of a day that may never come are not needed: the step is dated once it is late.
            StepAt::After(minutes) if until >= bounds.late_from => bounds.after(*minutes),
            StepAt::After(_) => None,
            StepAt::Day(at) => by_days(*at, allowed, place, bounds),
        };
        at.map(|at| ReachedStep { step, at })
    };
    terms.steps.iter().enumerate().filter_map(dated).collect()
}

/// The steps of working days. A step before the last day is not reached if it would precede the clock's own days, when
/// nothing was owed yet.
fn by_days(at: FlagAt, allowed: Allowed, place: Locality<'_>, bounds: &Bounds<'_>) -> Option<Instant> {
    let due_on = place.zone.begun_day(bounds.late_from - TICK);
    let step = FlagStep { at, tell: Vec::new() };
    let level = levels(&[step], due_on, place.zone, place.calendar).into_iter().next()?;
    let is_owed = match at {
        FlagAt::Before(_) => is_owed_at(&level, allowed, place, bounds),
        FlagAt::OnTheDay | FlagAt::Late(_) => true,
    };
    is_owed.then_some(level.reached_at)
}

fn is_owed_at(level: &Level, allowed: Allowed, place: Locality<'_>, bounds: &Bounds<'_>) -> bool {
    let dated = level.flag.dated;
    match allowed {
        Allowed::Window { first_on, .. } => dated >= first_on,
        // The starting day is not one of those that count.
        Allowed::WorkingDays(_) | Allowed::CalendarDays(_) => dated > place.zone.begun_day(bounds.start),
        Allowed::Elapsed(_) | Allowed::Hours(_) | Allowed::Until(_) => level.reached_at >= bounds.start,
    }
}

impl Bounds<'_> {
    /// The earliest instant, not before the start, at which at most this much time is left.
    fn before(&self, minutes: Minutes) -> Instant {
        match self.measure {
            Measure::Elapsed => (self.end - minutes.span()).max(self.start),
            Measure::Running => {
                let total: TimeDelta = self.running().map(|piece| piece.until - piece.from).sum();
                let first = total - minutes.span();
                if first <= TimeDelta::zero() {
                    return self.start;
                }
                gone_by(&self.pieces, first).expect("less than all there is")
            }
        }
    }

    /// The earliest instant after this much possible running time since the end.
    fn after(&self, minutes: Minutes) -> Option<Instant> {
        let mut wanted = minutes.span();
        for span in self.possible.from(self.end) {
            let span = span.ok()?;
            let piece = RunPiece { from: span.from, until: span.until, clock: PieceIs::Running };
            if let Some(at) = gone_by(&[piece], wanted) {
                return Some(at);
            }
            wanted -= piece.until - piece.from;
        }
        None
    }
}
