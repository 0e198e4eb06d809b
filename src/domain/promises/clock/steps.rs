//! When steps are reached (rule 20).

use chrono::TimeDelta;

use super::opening::{Bounds, Measure};
use super::timed::{PieceIs, RunPiece, gone_by};
use super::{ClockStep, ClockTerms, Locality, Minutes, ReachedStep, StepAt, TICK, TimeLimit};
use crate::Instant;
use crate::contract::{FlagAt, FlagStep};
use crate::promises::levels;

/// The steps that have an instant by what is known, in the order of the terms; while held, only those before the due.
///
/// Those after the due are dated once it is late at `until`.
pub(super) fn dated(
    terms: &ClockTerms,
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
            // Nobody needs the hours of a day that may never come: it is dated once it is late.
            StepAt::After(minutes) if until >= bounds.late_from => bounds.after(*minutes),
            StepAt::After(_) => None,
            StepAt::Day(at) => by_days(*at, place, bounds),
        };
        at.map(|at| ReachedStep { step, at })
    };
    terms.steps.iter().enumerate().filter_map(dated).collect()
}

/// The steps of working days, as they are on clocks of days.
fn by_days(at: FlagAt, place: Locality<'_>, bounds: &Bounds<'_>) -> Option<Instant> {
    let due_on = place.zone.begun_day(bounds.late_from - TICK);
    let step = FlagStep { at, tell: Vec::new() };
    levels(&[step], due_on, place.zone, place.calendar).first().map(|level| level.reached_at)
}

impl Bounds<'_> {
    /// The earliest instant, from the start on, with at most so much time to the end.
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

    /// The earliest instant with so much possible time since the end.
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
