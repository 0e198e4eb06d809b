//! The times of one opening, which determine its standing and the dates of its steps.

use chrono::TimeDelta;

use super::possible::{Possible, RunnableSpan};
use super::replay::Pause;
use super::timed::{PieceIs, Pieces, RunPiece};
use crate::Instant;

/// An opening's times, on any clock.
pub(super) struct Bounds<'a> {
    pub(super) start: Instant,
    pub(super) possible: Possible<'a>,
    /// How the time before the due instant is measured, for steps and for the remaining time.
    pub(super) measure: Measure,
    /// The due instant on clocks of minutes, the first late instant on clocks of days; time is measured up to and from
    /// it (E).
    pub(super) end: Instant,
    pub(super) late_from: Instant,
    /// From `start` to `end`.
    pub(super) pieces: Vec<RunPiece>,
}

/// How the time before the due instant is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    /// Only running time.
    Running,
    /// All elapsed time.
    Elapsed,
}

/// Bounds on a clock that measures elapsed time.
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
    /// The time left at `now` (rule 17).
    pub(super) fn left(&self, now: Instant) -> TimeDelta {
        match self.measure {
            Measure::Elapsed => (self.end - now).max(TimeDelta::zero()),
            Measure::Running => self.running().map(|piece| piece.within(now, self.end)).sum(),
        }
    }

    /// The pieces during which the clock runs.
    pub(super) fn running(&self) -> impl Iterator<Item = &RunPiece> {
        self.pieces.iter().filter(|piece| piece.clock == PieceIs::Running)
    }

    /// The possible running time in [from, until), paused or not, as far as it is known.
    pub(super) fn possible_between(&self, from: Instant, until: Instant) -> TimeDelta {
        let spans = self.possible.from(from).map_while(Result::ok).take_while(|span: &RunnableSpan| span.from < until);
        spans.map(|span| span.until.min(until) - span.from).sum()
    }
}
