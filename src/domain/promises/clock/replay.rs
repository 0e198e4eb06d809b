//! Acceptance and replay: turns a history into openings, each with its allowances, pauses and end (rules 4 to 7, 9,
//! 12).

use std::collections::BTreeSet;

use super::history::AHEAD;
use super::{Allowed, ClockTerms, Happened, Happening, History, LevelHow, Refusal, RefusedEvent};
use crate::Instant;

/// An opening according to the accepted events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ReplayedOpening {
    pub(super) began_at: Instant,
    /// The allowances, each with the instant from which it applies; the first from `began_at`.
    pub(super) levels: Vec<(Instant, Allowed)>,
    /// When the clock was paused, for any reason; in order, none empty, none before `began_at`.
    pub(super) pauses: Vec<Pause>,
    pub(super) ending: Option<OpeningEnd>,
}

/// A span during which the clock was paused; without an end if it has not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pause {
    pub(super) from: Instant,
    pub(super) until: Option<Instant>,
}

/// How an opening ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OpeningEnd {
    pub(super) at: Instant,
    pub(super) noted_at: Instant,
    pub(super) by: EndedBy,
}

/// What ends an opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EndedBy {
    Met,
    Withdrawn,
}

impl ReplayedOpening {
    /// The allowance of the last level.
    pub(super) fn allowed(&self) -> Allowed {
        self.levels.last().expect("an opening begins with a level").1
    }
}

/// Accepts or refuses each event in the order in which they were noted, and replays the accepted ones in the order in
/// which they happened.
pub(super) fn replay(terms: &ClockTerms, history: &History) -> (Vec<ReplayedOpening>, Vec<RefusedEvent>) {
    let mut accepted = Accepted { terms, events: history.events(), taken: Vec::new(), struck: BTreeSet::new() };
    let mut refused = Vec::new();
    for event in 0..accepted.events.len() {
        match accepted.refusal(event) {
            Some(rule) => refused.push(RefusedEvent { event, rule }),
            None => accepted.take(event),
        }
    }
    (accepted.told(None).openings, refused)
}

/// The events accepted so far.
struct Accepted<'a> {
    terms: &'a ClockTerms,
    events: &'a [Happening],
    /// Their indices, ordered by `at`; in the order of noting in a tie.
    taken: Vec<usize>,
    /// Meetings that did not happen after all.
    struck: BTreeSet<usize>,
}

impl Accepted<'_> {
    fn take(&mut self, event: usize) {
        if let Happened::Struck { event } = self.events[event].what {
            self.struck.insert(event);
        }
        let at = self.events[event].at;
        let place = self.taken.partition_point(|other| self.events[*other].at <= at);
        self.taken.insert(place, event);
    }

    /// Replays the accepted events, or only those that happened by `until`.
    fn told(&self, until: Option<Instant>) -> Told<'_> {
        let mut told = Told { terms: self.terms, openings: Vec::new(), reasons: BTreeSet::new(), paused_from: None };
        for event in &self.taken {
            let happening = &self.events[*event];
            if until.is_some_and(|until| happening.at > until) {
                break;
            }
            if !self.struck.contains(event) {
                told.happens(happening);
            }
        }
        told.end_of_story();
        told
    }

    /// The first rule that refuses an event, judging by what had been accepted and had happened by then (rule 5).
    fn refusal(&self, event: usize) -> Option<Refusal> {
        let Happening { at, noted_at, what } = &self.events[event];
        if event == 0 {
            return None;
        }
        if *at - *noted_at > AHEAD {
            return Some(Refusal::Ahead);
        }
        let told = self.told(Some(*at));
        let has_begun = !told.openings.is_empty();
        let has_ended = told.openings.last().is_some_and(|opened| opened.ending.is_some());
        let first = |rules: &[(bool, Refusal)]| rules.iter().find(|(applies, _)| *applies).map(|(_, rule)| *rule);
        match what {
            Happened::Called => Some(Refusal::CalledTwice),
            Happened::Paused { reason } => first(&[
                (!self.terms.pausable.contains(reason), Refusal::Reason),
                (has_ended, Refusal::Ended),
                (told.reasons.contains(reason.as_str()), Refusal::AlreadyPaused),
            ]),
            Happened::Resumed { reason: None } => first(&[(told.reasons.is_empty(), Refusal::NotPaused)]),
            Happened::Resumed { reason: Some(reason) } => {
                first(&[(!told.reasons.contains(reason.as_str()), Refusal::NotPaused)])
            }
            Happened::Reopened => first(&[(!has_begun, Refusal::BeforeCall), (!has_ended, Refusal::NotEnded)]),
            Happened::Met | Happened::Withdrawn => {
                first(&[(!has_begun, Refusal::BeforeCall), (has_ended, Refusal::Ended)])
            }
            Happened::Struck { event } => {
                let stands = self.taken.contains(event) && !self.struck.contains(event);
                let is_meeting = self.events.get(*event).is_some_and(|struck| struck.what == Happened::Met);
                first(&[(!has_begun, Refusal::BeforeCall), (!stands || !is_meeting, Refusal::NoMeeting)])
            }
            Happened::Level { to, how } => {
                let Some(opened) = told.openings.last() else {
                    return Some(Refusal::BeforeCall);
                };
                let (unit, fit) = (same_clock(opened.allowed(), *to), fits(opened.allowed(), *to, *how));
                let may_end = *how == LevelHow::Corrected;
                first(&[(has_ended && !may_end, Refusal::Ended), (!unit, Refusal::OtherClock)]).or(fit.err())
            }
        }
    }
}

fn same_clock(one: Allowed, other: Allowed) -> bool {
    std::mem::discriminant(&one) == std::mem::discriminant(&other)
}

/// Whether a change of the allowance may be described this way.
fn fits(from: Allowed, to: Allowed, how: LevelHow) -> Result<(), Refusal> {
    let is_right = match (how, from.minutes().zip(to.minutes())) {
        (LevelHow::Corrected, _) => true,
        (LevelHow::Worsened | LevelHow::Eased, None) => return Err(Refusal::OnlyCorrected),
        (LevelHow::Worsened, Some((from, to))) => to <= from,
        (LevelHow::Eased, Some((from, to))) => to >= from,
    };
    if is_right { Ok(()) } else { Err(Refusal::LevelHow) }
}

/// The state of a replay.
struct Told<'a> {
    terms: &'a ClockTerms,
    openings: Vec<ReplayedOpening>,
    /// The reasons for which the clock is paused.
    reasons: BTreeSet<&'a str>,
    /// The beginning of the pause, while there are reasons.
    paused_from: Option<Instant>,
}

impl<'a> Told<'a> {
    /// Applies the next event. An event that has no effect is skipped (rule 4).
    fn happens(&mut self, happening: &'a Happening) {
        let Happening { at, noted_at, what } = happening;
        let has_ended = self.openings.last().is_some_and(|opened| opened.ending.is_some());
        match what {
            Happened::Called if self.openings.is_empty() => self.open(*at, self.terms.allowed),
            Happened::Called | Happened::Struck { .. } => {}
            Happened::Level { to, how: LevelHow::Corrected } => {
                if let Some(opened) = self.openings.last_mut() {
                    opened.levels = vec![(opened.began_at, *to)];
                }
            }
            Happened::Level { to, how: LevelHow::Worsened | LevelHow::Eased } => {
                if let Some(opened) = self.openings.last_mut().filter(|_| !has_ended) {
                    opened.levels.push((*at, *to));
                }
            }
            Happened::Paused { reason } if !has_ended => {
                self.reasons.insert(reason);
                self.paused_from.get_or_insert(*at);
            }
            Happened::Paused { .. } => {}
            Happened::Resumed { reason } => {
                match reason {
                    Some(reason) => _ = self.reasons.remove(reason.as_str()),
                    None => self.reasons.clear(),
                }
                if self.reasons.is_empty() {
                    self.run_again(Some(*at));
                }
            }
            Happened::Met => self.end(OpeningEnd { at: *at, noted_at: *noted_at, by: EndedBy::Met }),
            Happened::Withdrawn => self.end(OpeningEnd { at: *at, noted_at: *noted_at, by: EndedBy::Withdrawn }),
            Happened::Reopened => {
                if let Some(opened) = self.openings.last().filter(|_| has_ended) {
                    self.open(*at, opened.allowed());
                }
            }
        }
    }

    fn open(&mut self, at: Instant, allowed: Allowed) {
        self.openings.push(ReplayedOpening {
            began_at: at,
            levels: vec![(at, allowed)],
            pauses: Vec::new(),
            ending: None,
        });
    }

    fn end(&mut self, ending: OpeningEnd) {
        if self.openings.last().is_some_and(|opened| opened.ending.is_none()) {
            self.reasons.clear();
            self.run_again(Some(ending.at));
            self.openings.last_mut().expect("it was there").ending = Some(ending);
        }
    }

    /// Records a pause. If it began before the call, only the part after it counts (rule 10). Empty pauses are ignored.
    fn run_again(&mut self, until: Option<Instant>) {
        let (Some(from), Some(opened)) = (self.paused_from.take(), self.openings.last_mut()) else {
            return;
        };
        let from = from.max(opened.began_at);
        if until.is_none_or(|until| until > from) {
            opened.pauses.push(Pause { from, until });
        }
    }

    fn end_of_story(&mut self) {
        self.run_again(None);
    }
}
