//! Deadlines in the office: what is owed, the terms as of its day, and how both are judged with its history.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::clock::{
    Allowed, ClockStep, ClockTerms, Happened, Happening, History, Judgement, Locality, OpeningEnded, OpeningStanding,
    Raised, StepAt, TimeLimit, judge, recount,
};
use super::{Due, Owed, Standing, Waiver, standing_with};
use crate::Instant;
use crate::calendar::{HalfDays, WorkingDays};
use crate::contract::{CountedOn, FlagStep, Term};
use crate::ids::{ContractCode, CustomerCode, DeadlineId, SiteCode, SlotId, TermName, VisitId};
use crate::time::Zone;

/// What is owed; each kind says of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeadlineSubject {
    /// The visit for a slot, by the slot's number.
    Visit { slot: SlotId },
    /// The training for a slot.
    Training { slot: SlotId },
    /// The record of a visit's day. A visit that is booked again owes one for each of its days.
    Record { visit: VisitId, day: NaiveDate },
    /// The report of a visit.
    Report { visit: VisitId },
    /// A revision of a visit's report that corrects a filed one.
    Correction { visit: VisitId, revision: u32 },
}

impl DeadlineSubject {
    /// The kind of thing owed.
    #[must_use]
    pub fn owed(self) -> Owed {
        match self {
            DeadlineSubject::Visit { .. } => Owed::Visit,
            DeadlineSubject::Training { .. } => Owed::Training,
            DeadlineSubject::Record { .. } => Owed::Record,
            DeadlineSubject::Report { .. } | DeadlineSubject::Correction { .. } => Owed::Report,
        }
    }

    /// Unique among the deadlines in force: `visit/31`, `record/V12/2026-03-02`, `report/V12`, `report/V12/2`.
    #[must_use]
    pub fn key(self) -> String {
        match self {
            DeadlineSubject::Visit { slot } | DeadlineSubject::Training { slot } => format!("visit/{slot}"),
            DeadlineSubject::Record { visit, day } => format!("record/{visit}/{day}"),
            DeadlineSubject::Report { visit } => format!("report/{visit}"),
            DeadlineSubject::Correction { visit, revision } => format!("report/{visit}/{revision}"),
        }
    }

    /// The visit concerned; `None` for what is owed for a slot.
    #[must_use]
    pub fn visit(self) -> Option<VisitId> {
        match self {
            DeadlineSubject::Visit { .. } | DeadlineSubject::Training { .. } => None,
            DeadlineSubject::Record { visit, .. }
            | DeadlineSubject::Report { visit }
            | DeadlineSubject::Correction { visit, .. } => Some(visit),
        }
    }

    /// The slot concerned; `None` for what is owed for a visit.
    #[must_use]
    pub fn slot(self) -> Option<SlotId> {
        match self {
            DeadlineSubject::Visit { slot } | DeadlineSubject::Training { slot } => Some(slot),
            DeadlineSubject::Record { .. } | DeadlineSubject::Report { .. } | DeadlineSubject::Correction { .. } => {
                None
            }
        }
    }

    /// The revision, if it corrects a filed report.
    #[must_use]
    pub fn revision(self) -> Option<u32> {
        match self {
            DeadlineSubject::Correction { revision, .. } => Some(revision),
            DeadlineSubject::Visit { .. }
            | DeadlineSubject::Training { .. }
            | DeadlineSubject::Record { .. }
            | DeadlineSubject::Report { .. } => None,
        }
    }
}

/// The terms stored with a deadline, as of the day it was opened, so that a changed plan does not change what was
/// promised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadlineTerms {
    /// The time allowed, and its clock. `None`: stored by an earlier version, which saved no number if it could not
    /// count; the next recount takes it from the contract.
    pub allowed: Option<Allowed>,
    /// Reasons that pause the clock.
    pub pausable: BTreeSet<String>,
    /// The steps for this kind of thing owed, in the order of time.
    pub steps: Vec<ClockStep>,
    pub counted_on: CountedOn,
    /// Deadlines opened before this could be configured count half days.
    #[serde(default)]
    pub half_days: HalfDays,
    /// Whether these terms are only a substitute, because the contract's plan could not be read when the deadline was
    /// opened.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stand_in: bool,
}

impl Owed {
    /// The steps of a term for this kind of thing owed: its own, or else those of the whole term.
    #[must_use]
    pub fn steps_of(self, term: &Term) -> &[FlagStep] {
        let own = match self {
            Owed::Visit | Owed::Training => &term.visit_steps,
            Owed::Record => &term.record_steps,
            Owed::Report => &term.report_steps,
        };
        own.as_ref().unwrap_or(&term.steps)
    }
}

impl DeadlineTerms {
    /// Terms of a clock of days with the steps of a contract's term; nothing pauses the clock.
    #[must_use]
    pub fn of_days(allowed: Allowed, steps: &[FlagStep], counted_on: CountedOn, half_days: HalfDays) -> DeadlineTerms {
        let step = |step: &FlagStep| ClockStep { at: StepAt::Day(step.at), tell: step.tell.clone() };
        DeadlineTerms {
            allowed: Some(allowed),
            pausable: BTreeSet::new(),
            steps: steps.iter().map(step).collect(),
            counted_on,
            half_days,
            stand_in: false,
        }
    }

    /// Substitute terms without steps, until those of the contract can be read.
    #[must_use]
    pub fn standing_in(allowed: Allowed) -> DeadlineTerms {
        DeadlineTerms { stand_in: true, ..DeadlineTerms::of_days(allowed, &[], CountedOn::Site, HalfDays::Count) }
    }
}

/// A stored deadline with its last judgement.
#[derive(Debug, Clone, PartialEq)]
pub struct Deadline {
    pub id: DeadlineId,
    pub key: String,
    pub subject: DeadlineSubject,
    pub site: SiteCode,
    pub customer: CustomerCode,
    pub contract: ContractCode,
    pub term: TermName,
    /// The day at the site on which the clock started.
    pub since_on: NaiveDate,
    /// The instant at which it started, on clocks that do not count days.
    pub called_at: Option<Instant>,
    pub terms: DeadlineTerms,
    /// Until when it is owed, with the computation.
    pub due: Due,
    /// The first late instant; `None` if unknown or held.
    pub late_from: Option<Instant>,
    /// Code and version of the calendar used.
    pub calendar: String,
    pub calendar_version: String,
    pub opened_at: Instant,
    pub met_at: Option<Instant>,
    /// When it stopped being owed.
    pub withdrawn_at: Option<Instant>,
    pub waiver: Option<Waiver>,
    /// A hint: it is judged again before anybody is told (invariant 9).
    pub next_look_at: Option<Instant>,
}

impl Deadline {
    /// The kind of thing owed.
    #[must_use]
    pub fn owed(&self) -> Owed {
        self.subject.owed()
    }

    /// The standing at `now`, according to the last judgement.
    #[must_use]
    pub fn standing(&self, now: Instant) -> Standing {
        match (self.withdrawn_at, &self.due) {
            (Some(_), _) => Standing::Withdrawn,
            (None, Due::Held) if self.waiver.is_none() => Standing::Held,
            (None, _) => standing_with(self.waiver.as_ref(), self.late_from, self.met_at, now),
        }
    }

    /// The facts by which it is judged, besides its history.
    #[must_use]
    pub fn case(&self) -> DeadlineCase<'_> {
        DeadlineCase {
            since_on: self.since_on,
            called_at: self.called_at,
            opened_at: self.opened_at,
            terms: &self.terms,
            due: &self.due,
            waiver: self.waiver.as_ref(),
        }
    }
}

/// The facts by which a deadline is judged, besides its history and place.
#[derive(Debug, Clone, Copy)]
pub struct DeadlineCase<'a> {
    pub since_on: NaiveDate,
    pub called_at: Option<Instant>,
    pub opened_at: Instant,
    pub terms: &'a DeadlineTerms,
    /// A count of days stays as it was counted with the calendar of its day; a recount passes the new count.
    pub due: &'a Due,
    pub waiver: Option<&'a Waiver>,
}

/// The standing of a deadline at a given instant, according to its history.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgedDeadline {
    pub judgement: Judgement,
    pub due: Due,
    /// That of the last opening.
    pub late_from: Option<Instant>,
    pub met_at: Option<Instant>,
    pub withdrawn_at: Option<Instant>,
}

impl DeadlineCase<'_> {
    /// Judges the history: `events` are those noted after the call, in that order.
    #[must_use]
    pub fn judge(&self, events: &[Happening], place: Locality<'_>, now: Instant) -> JudgedDeadline {
        let (allowed, place, by) = self.clock(events, place);
        let call = self.call(allowed, events, place.zone);
        let mut history = History::of([call].into_iter().chain(events.iter().cloned()).collect())
            .expect("the call comes first, and no event is noted before the one that precedes it");
        history.waived = self.waiver.cloned();
        let terms = ClockTerms { allowed, pausable: self.terms.pausable.clone(), steps: self.terms.steps.clone() };
        let noted_by = events.last().map_or(now, |event| event.noted_at.max(now));
        let judgement = judge(&terms, place, &history, noted_by);
        let last = judgement.last();
        let (met_at, withdrawn_at) = match last.ended {
            Some(OpeningEnded::Met { at }) => (Some(at), None),
            Some(OpeningEnded::Withdrawn { at }) => (None, Some(at)),
            None => (None, None),
        };
        let due = match by {
            Reckoning::Stored => self.due.clone(),
            Reckoning::Judged => due_of(&last.limit, place.zone),
        };
        JudgedDeadline { due, late_from: last.late_from(), met_at, withdrawn_at, judgement }
    }

    /// The clock by which it is judged. Counted days are not counted again: a changed calendar has no effect unless a
    /// recount or the history itself requires it.
    fn clock<'p>(&self, events: &[Happening], place: Locality<'p>) -> (Allowed, Locality<'p>, Reckoning) {
        let counts = |within: WorkingDays| self.terms.allowed.unwrap_or(Allowed::WorkingDays(within));
        match self.due {
            Due::Window { first_on, last_on } => {
                (Allowed::Window { first_on: *first_on, last_on: *last_on }, place, Reckoning::Stored)
            }
            Due::Counted { ledger } if events.iter().all(|event| leaves_the_count(&event.what)) => {
                let first_on = self.since_on.succ_opt().unwrap_or(self.since_on);
                (Allowed::Window { first_on, last_on: ledger.due_on }, place, Reckoning::Stored)
            }
            Due::Counted { ledger } => (counts(ledger.within), place, Reckoning::Judged),
            Due::Unknown { .. } => match self.terms.allowed {
                None | Some(Allowed::WorkingDays(_)) => {
                    (counts(WorkingDays(1)), Locality { calendar: None, ..place }, Reckoning::Stored)
                }
                Some(
                    allowed @ (Allowed::Elapsed(_)
                    | Allowed::Hours(_)
                    | Allowed::CalendarDays(_)
                    | Allowed::Window { .. }
                    | Allowed::Until(_)),
                ) => (allowed, place, Reckoning::Judged),
            },
            Due::Timed { .. } | Due::Held => (counts(WorkingDays(1)), place, Reckoning::Judged),
        }
    }

    /// The call with which the history begins. On clocks of days, this is the beginning of its day at the site; if
    /// something was done, or was no longer owed, before its window opened, the call is dated no later than that.
    fn call(&self, allowed: Allowed, events: &[Happening], zone: &Zone) -> Happening {
        let mut at = self.called_at.unwrap_or_else(|| zone.start_of(self.since_on));
        match allowed {
            Allowed::Window { .. } => {
                let ends = events.iter().filter(|event| matches!(event.what, Happened::Met | Happened::Withdrawn));
                at = ends.map(|event| event.at).fold(at, Instant::min);
            }
            Allowed::Elapsed(_)
            | Allowed::Hours(_)
            | Allowed::WorkingDays(_)
            | Allowed::CalendarDays(_)
            | Allowed::Until(_) => {}
        }
        let noted_at = events.first().map_or(self.opened_at, |first| first.noted_at.min(self.opened_at));
        Happening { at, noted_at, what: Happened::Called }
    }
}

/// Which result for the due day applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reckoning {
    /// The stored count.
    Stored,
    /// The result of the clock.
    Judged,
}

/// Whether an event does not affect a count of days.
fn leaves_the_count(what: &Happened) -> bool {
    match what {
        Happened::Called | Happened::Met | Happened::Withdrawn | Happened::Struck { .. } => true,
        Happened::Level { .. } | Happened::Paused { .. } | Happened::Resumed { .. } | Happened::Reopened => false,
    }
}

fn due_of(limit: &TimeLimit, zone: &Zone) -> Due {
    match limit {
        TimeLimit::Known { late_from, .. } => {
            let at = *late_from - super::clock::TICK;
            Due::Timed { at, on: zone.begun_day(at) }
        }
        TimeLimit::Held => Due::Held,
        TimeLimit::Unknown { why } => Due::Unknown { why: why.to_string() },
    }
}

impl JudgedDeadline {
    /// Whether anybody may still be told about it: it has neither ended nor been waived.
    #[must_use]
    pub fn is_open(&self) -> bool {
        let last = self.judgement.last();
        last.ended.is_none() && last.standing != OpeningStanding::Waived
    }

    /// When to judge it again if the steps in `raised` are current: at once if a step was reached and not raised.
    /// `None` if nothing is ahead.
    #[must_use]
    pub fn next_look(&self, raised: &[Raised]) -> Option<Instant> {
        if !self.is_open() {
            return None;
        }
        let overdue = self.to_raise(raised).iter().map(|raised| raised.dated).min();
        overdue.or(self.judgement.last().next_at)
    }

    /// Steps of the last opening that were reached and are not currently raised, in the order in which they were
    /// reached.
    #[must_use]
    pub fn to_raise(&self, raised: &[Raised]) -> Vec<Raised> {
        let last = self.judgement.openings.len() - 1;
        let mut raise = recount(raised, &self.judgement).raise;
        raise.retain(|raised| raised.opening == last);
        raise.sort_by_key(|raised| (raised.dated, raised.step));
        raise
    }
}

impl StepAt {
    /// The step's word in keys and in the store: `before-1`, `on-the-day`, `late-3`; `minutes-before-30`, `at-due`.
    #[must_use]
    pub fn word(self) -> String {
        match self {
            StepAt::Day(at) => at.level(),
            StepAt::Before(minutes) => format!("minutes-before-{}", minutes.0),
            StepAt::AtDue => "at-due".to_owned(),
            StepAt::After(minutes) => format!("minutes-after-{}", minutes.0),
        }
    }
}

#[cfg(test)]
mod tests;
