//! A deadline as the office keeps it: what is owed, the terms of its day, and how both are judged with its history.

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

/// What is owed: each kind names what it is owed of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeadlineSubject {
    /// The visit of a slot, by the slot's number.
    Visit { slot: SlotId },
    /// The training of a slot.
    Training { slot: SlotId },
    /// The record of a visit's day. A visit that is booked again owes one for each of its days.
    Record { visit: VisitId, day: NaiveDate },
    /// The report of a visit.
    Report { visit: VisitId },
    /// This revision of a visit's report, which corrects one that was filed.
    Correction { visit: VisitId, revision: u32 },
}

impl DeadlineSubject {
    /// The kind of thing that is owed.
    #[must_use]
    pub fn owed(self) -> Owed {
        match self {
            DeadlineSubject::Visit { .. } => Owed::Visit,
            DeadlineSubject::Training { .. } => Owed::Training,
            DeadlineSubject::Record { .. } => Owed::Record,
            DeadlineSubject::Report { .. } | DeadlineSubject::Correction { .. } => Owed::Report,
        }
    }

    /// What makes a deadline unique among those that stand: `visit/31`, `record/V12/2026-03-02`, `report/V12`,
    /// `report/V12/2`.
    #[must_use]
    pub fn key(self) -> String {
        match self {
            DeadlineSubject::Visit { slot } | DeadlineSubject::Training { slot } => format!("visit/{slot}"),
            DeadlineSubject::Record { visit, day } => format!("record/{visit}/{day}"),
            DeadlineSubject::Report { visit } => format!("report/{visit}"),
            DeadlineSubject::Correction { visit, revision } => format!("report/{visit}/{revision}"),
        }
    }

    /// The visit that it is owed of; None for what a slot owes.
    #[must_use]
    pub fn visit(self) -> Option<VisitId> {
        match self {
            DeadlineSubject::Visit { .. } | DeadlineSubject::Training { .. } => None,
            DeadlineSubject::Record { visit, .. }
            | DeadlineSubject::Report { visit }
            | DeadlineSubject::Correction { visit, .. } => Some(visit),
        }
    }

    /// The slot that it is owed of; None for what a visit owes.
    #[must_use]
    pub fn slot(self) -> Option<SlotId> {
        match self {
            DeadlineSubject::Visit { slot } | DeadlineSubject::Training { slot } => Some(slot),
            DeadlineSubject::Record { .. } | DeadlineSubject::Report { .. } | DeadlineSubject::Correction { .. } => {
                None
            }
        }
    }

    /// The revision that it is owed of, where that corrects a report that was filed.
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

/// The terms of its day that a deadline is kept with, so that a changed plan does not rewrite what was promised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadlineTerms {
    /// How much time there is, and on which clock. None: kept by an earlier version, which wrote no number down for
    /// what it could not count; the next count reads it from the contract.
    pub allowed: Option<Allowed>,
    /// Reasons that stop the clock.
    pub pausable: BTreeSet<String>,
    /// Those of this kind of thing owed, in the order of time.
    pub steps: Vec<ClockStep>,
    pub counted_on: CountedOn,
    /// Deadlines that were opened before a term could say so count them.
    #[serde(default)]
    pub half_days: HalfDays,
    /// Whether they only stand in for those of the contract, whose plan could not be read when it was opened.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stand_in: bool,
}

impl Owed {
    /// The steps of a term that this kind of thing goes through: its own, or else those of the whole term.
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
    /// Terms of a clock of days with the steps of a contract's term; nothing stops the clock.
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

    /// Terms without steps, until those of the contract can be read.
    #[must_use]
    pub fn standing_in(allowed: Allowed) -> DeadlineTerms {
        DeadlineTerms { stand_in: true, ..DeadlineTerms::of_days(allowed, &[], CountedOn::Site, HalfDays::Count) }
    }
}

/// Something owed, since when, until when, and how it was judged last.
#[derive(Debug, Clone, PartialEq)]
pub struct Deadline {
    pub id: DeadlineId,
    pub key: String,
    pub subject: DeadlineSubject,
    pub site: SiteCode,
    pub customer: CustomerCode,
    pub contract: ContractCode,
    pub term: TermName,
    /// The day at the site that the clock started.
    pub since_on: NaiveDate,
    /// The instant that it started, on clocks that count no days.
    pub called_at: Option<Instant>,
    pub terms: DeadlineTerms,
    /// Until when, with the count that says so.
    pub due: Due,
    /// The first instant that is late; None while it is unknown or held.
    pub late_from: Option<Instant>,
    /// Code and version of the calendar that it was counted with.
    pub calendar: String,
    pub calendar_version: String,
    pub opened_at: Instant,
    pub met_at: Option<Instant>,
    /// Since when it is not owed any more.
    pub withdrawn_at: Option<Instant>,
    pub waiver: Option<Waiver>,
    /// A hint: judged again before anybody is told (invariant 9).
    pub next_look_at: Option<Instant>,
}

impl Deadline {
    /// The kind of thing that is owed.
    #[must_use]
    pub fn owed(&self) -> Owed {
        self.subject.owed()
    }

    /// How it stands at `now`, by its last judgement.
    #[must_use]
    pub fn standing(&self, now: Instant) -> Standing {
        match (self.withdrawn_at, &self.due) {
            (Some(_), _) => Standing::Withdrawn,
            (None, Due::Held) if self.waiver.is_none() => Standing::Held,
            (None, _) => standing_with(self.waiver.as_ref(), self.late_from, self.met_at, now),
        }
    }

    /// What it is judged by, besides its history.
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

/// What a deadline is judged by, besides its history and its place.
#[derive(Debug, Clone, Copy)]
pub struct DeadlineCase<'a> {
    pub since_on: NaiveDate,
    pub called_at: Option<Instant>,
    pub opened_at: Instant,
    pub terms: &'a DeadlineTerms,
    /// What was counted in days stays as the calendar of its day counted it; who counts anew gives the new count.
    pub due: &'a Due,
    pub waiver: Option<&'a Waiver>,
}

/// A deadline as its history says at a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgedDeadline {
    pub judgement: Judgement,
    pub due: Due,
    /// Of the last opening.
    pub late_from: Option<Instant>,
    pub met_at: Option<Instant>,
    pub withdrawn_at: Option<Instant>,
}

impl DeadlineCase<'_> {
    /// Judges what has happened: `events` are those noted after the call, in that order.
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

    /// The clock by which it is judged. What days were counted is not counted again: a calendar that has changed since
    /// changes nothing, unless who counts anew says so, and the history alone can.
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

    /// The call with which the history begins. On clocks of days it is the beginning of its day at the site; what was
    /// done, or was no longer owed, before its window opened was called no later than that.
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

/// Whose word on the due day counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reckoning {
    /// The count that is kept.
    Stored,
    /// What the clock comes to.
    Judged,
}

/// Whether an event leaves a count of days as it is.
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
    /// Whether somebody may still be told of it: it has not ended, and was not waived.
    #[must_use]
    pub fn is_open(&self) -> bool {
        let last = self.judgement.last();
        last.ended.is_none() && last.standing != OpeningStanding::Waived
    }

    /// When to look at it next, if `raised` stands: at once where a step was reached and not raised. None where nothing
    /// is to come.
    #[must_use]
    pub fn next_look(&self, raised: &[Raised]) -> Option<Instant> {
        if !self.is_open() {
            return None;
        }
        let overdue = self.to_raise(raised).iter().map(|raised| raised.dated).min();
        overdue.or(self.judgement.last().next_at)
    }

    /// Steps of the last opening that were reached and do not stand raised, in the order in which they were reached.
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
