//! The times of one opening, from which its standing is judged and its steps are dated.

use chrono::TimeDelta;

use super::possible::{Possible, RunnableSpan};
use super::replay::Pause;
use super::timed::{PieceIs, Pieces, RunPiece};
use crate::Instant;

/// An opening's times, whatever its clock.
pub(super) struct Bounds<'a> {
    pub(super) start: Instant,
    pub(super) possible: Possible<'a>,
    /// How the time to the due is measured for steps and for what is left.
    pub(super) measure: Measure,
    /// The due on clocks of minutes, the first late instant on clocks of days: what time is measured to and from (E).
    pub(super) end: Instant,
    pub(super) late_from: Instant,
    /// From `start` to `end`.
    pub(super) pieces: Vec<RunPiece>,
}

/// How time before the due is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    /// Running time alone.
    Running,
    /// All that elapses.
    Elapsed,
}

/// Bounds on a clock that measures all that elapses.
pub(super) fn elapsing<'a>(start: Instant, pauses: &[Pause], end: Instant, late_from: Instant) -> Bounds<'a> {
    let pieces = before(Pieces::new(Possible::Always, start, pauses, &[]), end);
    Bounds { start, possible: Possible::Always, measure: Measure::Elapsed, end, late_from, pieces }
}

/// The pieces before `end`, as far as they are known.
pub(super) fn before(pieces: Pieces<'_>, end: Instant) -> Vec<RunPiece> {
    pieces
        .map_while(Result::ok)
        .take_while(|piece| piece.from < end)
        .map(|piece| RunPiece { until: piece.until.min(end), ..piece })
        .collect()
}

impl Bounds<'_> {
    /// What is left at `now` (rule 17).
    pub(super) fn left(&self, now: Instant) -> TimeDelta {
        match self.measure {
            Measure::Elapsed => (self.end - now).max(TimeDelta::zero()),
            Measure::Running => self.running().map(|piece| piece.within(now, self.end)).sum(),
        }
    }

    /// The pieces in which the clock runs.
    pub(super) fn running(&self) -> impl Iterator<Item = &RunPiece> {
        self.pieces.iter().filter(|piece| piece.clock == PieceIs::Running)
    }

    /// The time in [from, until) in which the clock could run, pauses or not, as far as that is known.
    pub(super) fn possible_between(&self, from: Instant, until: Instant) -> TimeDelta {
        let spans = self.possible.from(from).map_while(Result::ok).take_while(|span: &RunnableSpan| span.from < until);
        spans.map(|span| span.until.min(until) - span.from).sum()
    }
}
