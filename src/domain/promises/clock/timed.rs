//! Clocks of minutes: pieces of time, and when running time uses up an allowance (rules 8 to 13).

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::possible::{Possible, RunnableSpan, Spans};
use super::replay::Pause;
use super::{CannotReckon, Minutes};
use crate::Instant;

/// A span of time during which the clock could run and nothing changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RunPiece {
    pub(super) from: Instant,
    pub(super) until: Instant,
    pub(super) clock: PieceIs,
}

/// Whether the clock ran when it could.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PieceIs {
    Running,
    Paused,
}

/// The pieces from an opening's start on; unlimited, or until the known days end.
pub(super) struct Pieces<'a> {
    spans: Spans<'a>,
    rest: Option<RunnableSpan>,
    pauses: &'a [Pause],
    /// Further instants at which a piece ends, in order.
    cuts: Vec<Instant>,
}

/// The result of searching for the due instant.
#[derive(Debug)]
pub(super) enum Reckoned {
    /// The instant at which the time is used up, and the pieces up to it.
    At { end: Instant, pieces: Vec<RunPiece> },
    /// A pause that has not ended.
    Held,
}

impl<'a> Pieces<'a> {
    pub(super) fn new(possible: Possible<'a>, start: Instant, pauses: &'a [Pause], changes: &[Instant]) -> Pieces<'a> {
        let ends = pauses.iter().flat_map(|pause| [Some(pause.from), pause.until]).flatten();
        let mut cuts: Vec<Instant> = ends.chain(changes.iter().copied()).collect();
        cuts.sort_unstable();
        Pieces { spans: possible.from(start), rest: None, pauses, cuts }
    }
}

impl Iterator for Pieces<'_> {
    type Item = Result<RunPiece, CannotReckon>;

    fn next(&mut self) -> Option<Self::Item> {
        let span = match self.rest.take() {
            Some(rest) => rest,
            None => match self.spans.next()? {
                Ok(span) => span,
                Err(why) => return Some(Err(why)),
            },
        };
        let cut = self.cuts.iter().copied().find(|cut| *cut > span.from).filter(|cut| *cut < span.until);
        if let Some(cut) = cut {
            self.rest = Some(RunnableSpan { from: cut, until: span.until });
        }
        let until = cut.unwrap_or(span.until);
        let is_paused = |pause: &Pause| pause.from <= span.from && pause.until.is_none_or(|until| span.from < until);
        let clock = if self.pauses.iter().any(is_paused) { PieceIs::Paused } else { PieceIs::Running };
        Some(Ok(RunPiece { from: span.from, until, clock }))
    }
}

impl RunPiece {
    /// How much of it lies within [from, until).
    pub(super) fn within(&self, from: Instant, until: Instant) -> TimeDelta {
        (self.until.min(until) - self.from.max(from)).max(TimeDelta::zero())
    }
}

/// The earliest instant at which one of the allowances is used up (rule 11). Each allowance counts the running time
/// during which the applicable allowance was not larger than itself. `levels` are in order, the first from `start` on.
pub(super) fn used_up(
    possible: Possible<'_>,
    start: Instant,
    pauses: &[Pause],
    levels: &[(Instant, Minutes)],
) -> Result<Reckoned, CannotReckon> {
    let changes: Vec<Instant> = levels.iter().map(|(from, _)| *from).collect();
    let mut counts: BTreeMap<Minutes, TimeDelta> =
        levels.iter().map(|(_, level)| (*level, TimeDelta::zero())).collect();
    let lasting = pauses.iter().find(|pause| pause.until.is_none()).map(|pause| pause.from);
    let mut pieces = Vec::new();
    for piece in Pieces::new(possible, start, pauses, &changes) {
        let piece = piece?;
        match piece.clock {
            PieceIs::Paused if lasting.is_some_and(|from| from <= piece.from) => return Ok(Reckoned::Held),
            PieceIs::Paused => {}
            PieceIs::Running => {
                let in_force = levels.iter().rev().find(|(from, _)| *from <= piece.from);
                let level = in_force.expect("the first level is from the start").1;
                if let Some(end) = count(&mut counts, level, &piece) {
                    pieces.push(RunPiece { until: end, ..piece });
                    return Ok(Reckoned::At { end, pieces });
                }
            }
        }
        pieces.push(piece);
    }
    unreachable!("the last piece lasts for ever, or what is known ends with an error")
}

/// Counts a running piece towards all allowances of at least `level`; returns the earliest instant at which one is used
/// up.
fn count(counts: &mut BTreeMap<Minutes, TimeDelta>, level: Minutes, piece: &RunPiece) -> Option<Instant> {
    let mut end: Option<Instant> = None;
    for (allowance, counted) in counts.range_mut(level..) {
        let wanted = allowance.span() - *counted;
        let used_up = piece.from + wanted;
        if used_up <= piece.until {
            end = Some(end.map_or(used_up, |end| end.min(used_up)));
        }
        *counted += piece.until - piece.from;
    }
    end
}

/// The earliest instant, from the first piece on, after which `wanted` has passed in these pieces.
pub(super) fn gone_by(pieces: &[RunPiece], wanted: TimeDelta) -> Option<Instant> {
    let mut wanted = wanted;
    for piece in pieces.iter().filter(|piece| piece.clock == PieceIs::Running) {
        let length = piece.until - piece.from;
        if length >= wanted {
            return Some(piece.from + wanted);
        }
        wanted -= length;
    }
    None
}
