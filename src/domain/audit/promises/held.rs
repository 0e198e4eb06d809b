//! What the store holds about the same promises, and where it differs from the facts.

mod reading;
mod text;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use self::reading::{has_no_visit, reading_of};
use super::fit::cannot_take_place;
use super::{
    AnsweredTerm, AuditedPaper, AuditedSite, AuditedState, AuditedVisit, AuditedWaiver, JudgedPaper, JudgedPeriod,
    LifeLine, PaperStanding, PromisedPeriod,
};
use crate::Instant;
use crate::ids::{ContractCode, SiteCode, TermName, VisitId};

/// What the store holds about one site.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeldBooks {
    /// Deadlines, without withdrawn ones.
    pub deadlines: Vec<HeldDeadline>,
    /// Windows that the planner has made.
    pub windows: Vec<HeldWindow>,
    /// Booked visits that cannot take place as booked.
    pub unfit: Vec<VisitId>,
}

/// A deadline as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldDeadline {
    pub contract: ContractCode,
    pub term: TermName,
    pub of: HeldDebt,
    pub since_on: NaiveDate,
    pub due_on: Option<NaiveDate>,
    pub late_from: Option<Instant>,
    pub met_at: Option<Instant>,
    /// A manager's decision, which is itself a fact.
    pub waiver: Option<AuditedWaiver>,
    /// Whether it has a current flag for lateness.
    pub is_flagged: bool,
    /// The calendar's version when it was counted.
    pub calendar_version: String,
}

/// What a deadline is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeldDebt {
    /// From `since_on` through `due_on`.
    Window,
    Record(VisitId),
    Report(VisitId),
    /// A revision that corrects a filed report.
    Correction(VisitId, u32),
}

/// A window that the planner has made, and what it says about its visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldWindow {
    pub contract: ContractCode,
    pub term: TermName,
    pub first_on: NaiveDate,
    pub last_on: NaiveDate,
    pub says: WindowSays,
}

/// What the planner says about a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowSays {
    /// It has a visit, whatever became of it.
    Visit,
    /// It has none, with the reason.
    WhyNone,
}

/// A difference between the store and the facts.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct PromiseDifference {
    pub site: SiteCode,
    pub contract: ContractCode,
    pub term: TermName,
    #[serde(flatten)]
    pub place: DifferencePlace,
    /// According to the facts.
    pub facts: DifferenceReading,
    /// According to the store.
    pub held: DifferenceReading,
}

/// A difference as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoredDifference {
    pub number: i64,
    #[serde(flatten)]
    pub difference: PromiseDifference,
    pub found_at: Instant,
    /// Whether the first audit found it in the data of an earlier version.
    pub inherited: bool,
    pub accepted: Option<AcceptedDifference>,
    /// When an audit no longer found it.
    pub gone_at: Option<Instant>,
}

/// A manager's decision that a difference is acceptable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AcceptedDifference {
    pub at: Instant,
    pub by: String,
    pub why: String,
}

/// What a difference concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::IntoStaticStr)]
#[serde(tag = "of", rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum DifferencePlace {
    Window {
        first_on: NaiveDate,
        last_on: NaiveDate,
    },
    Record {
        visit: VisitId,
        day: NaiveDate,
    },
    Report {
        visit: VisitId,
    },
    /// Whether the visit can take place on its day.
    Visit {
        visit: VisitId,
        day: NaiveDate,
    },
    Correction {
        visit: VisitId,
        revision: u32,
    },
}

/// A standing, according to the facts or the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, strum::IntoStaticStr)]
#[serde(tag = "reads", rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum DifferenceReading {
    NothingOwed,
    OpenUntil {
        day: NaiveDate,
    },
    /// Late from the day after this one.
    LateAfter {
        day: NaiveDate,
    },
    KeptOn {
        day: NaiveDate,
    },
    KeptLateOn {
        day: NaiveDate,
    },
    Waived,
    Paused,
    NotCounted,
    DueOn {
        day: NaiveDate,
    },
    /// A flag says that it is or was late.
    Flagged,
    NotFlagged,
    AVisit,
    NoVisit,
    /// The visit can take place.
    Fit,
    /// The visit cannot take place as planned or booked.
    Unfit,
}

/// How many days before its window begins a period must have a visit.
const AHEAD_DAYS: i64 = 31;

/// The differences between the store and the facts for one term: in windows that have begun or soon will, and in all
/// records and reports.
#[must_use]
pub fn differences(
    site: &AuditedSite<'_>,
    answered: &AnsweredTerm<'_>,
    line: &LifeLine,
    papers: &[JudgedPaper],
    books: &HeldBooks,
) -> Vec<PromiseDifference> {
    let of_term = |held: &&HeldDeadline| held.contract == line.contract && held.term == line.term;
    let deadlines: Vec<&HeldDeadline> = books.deadlines.iter().filter(of_term).collect();
    let mut found = Compared { site, line, found: Vec::new() };
    for judged in &line.periods {
        found.window(answered, judged, &deadlines, books);
    }
    for paper in papers {
        found.paper(answered, paper, &deadlines);
    }
    for held in &deadlines {
        found.not_promised(answered, papers, held);
    }
    for visit in site.visits.iter().filter(|visit| (&visit.contract, &visit.term) == (&line.contract, &line.term)) {
        found.fitness(visit, books);
    }
    found.found
}

/// The differences found in one term at one site.
struct Compared<'a> {
    site: &'a AuditedSite<'a>,
    line: &'a LifeLine,
    found: Vec<PromiseDifference>,
}

impl Compared<'_> {
    fn differs(&mut self, place: DifferencePlace, facts: DifferenceReading, held: DifferenceReading) {
        let LifeLine { site, contract, term, .. } = self.line;
        let (site, contract, term) = (site.clone(), contract.clone(), term.clone());
        self.found.push(PromiseDifference { site, contract, term, place, facts, held });
    }

    /// A visit without a record is fit by the facts where it is by the books, also after its day. Nothing unfit that lies ahead
    /// is only planned: the planner has taken it back.
    fn fitness(&mut self, visit: &AuditedVisit, books: &HeldBooks) {
        let today = self.site.today();
        let held = match visit.state {
            AuditedState::Planned if visit.day < today => return,
            AuditedState::Planned => DifferenceReading::Fit,
            AuditedState::Booked if books.unfit.contains(&visit.visit) => DifferenceReading::Unfit,
            AuditedState::Booked => DifferenceReading::Fit,
            AuditedState::Done { .. } | AuditedState::Cancelled => return,
        };
        if visit.day == today {
            return;
        }
        let facts = match cannot_take_place(self.site, visit) {
            Some(_) => DifferenceReading::Unfit,
            None => DifferenceReading::Fit,
        };
        if facts != held {
            self.differs(DifferencePlace::Visit { visit: visit.visit, day: visit.day }, facts, held);
        }
    }

    fn window(
        &mut self,
        answered: &AnsweredTerm<'_>,
        judged: &JudgedPeriod,
        deadlines: &[&HeldDeadline],
        books: &HeldBooks,
    ) {
        let (first_on, last_on) = (judged.period.first_on, judged.period.last_on);
        let place = DifferencePlace::Window { first_on, last_on };
        let Some(facts) = reading_of(judged) else { return };
        let today = self.site.today();
        let is_it = |held: &&&HeldDeadline| held.of == HeldDebt::Window && held.is_of(judged, facts, self.site);
        match deadlines.iter().find(is_it) {
            Some(held) => self.stands(answered, place, facts, held),
            None if first_on <= today => self.differs(place, facts, DifferenceReading::NothingOwed),
            None => {}
        }
        let is_near = (first_on - today).num_days() <= AHEAD_DAYS && last_on >= today;
        if is_near && has_no_visit(&judged.standing) {
            let is_it = |window: &&HeldWindow| {
                (&window.contract, &window.term) == (&self.line.contract, &self.line.term)
                    && (window.first_on, window.last_on) == (first_on, last_on)
            };
            match books.windows.iter().find(is_it).map(|window| window.says) {
                Some(WindowSays::WhyNone) => {}
                Some(WindowSays::Visit) => self.differs(place, DifferenceReading::NoVisit, DifferenceReading::AVisit),
                None if first_on > today => self.differs(place, facts, DifferenceReading::NothingOwed),
                // Reported already.
                None => {}
            }
        }
    }

    fn paper(&mut self, answered: &AnsweredTerm<'_>, paper: &JudgedPaper, deadlines: &[&HeldDeadline]) {
        let visit = paper.visit;
        let (place, of) = match paper.paper {
            AuditedPaper::Record => (DifferencePlace::Record { visit, day: paper.since_on }, HeldDebt::Record(visit)),
            AuditedPaper::Report => (DifferencePlace::Report { visit }, HeldDebt::Report(visit)),
            AuditedPaper::Correction { revision } => {
                (DifferencePlace::Correction { visit, revision }, HeldDebt::Correction(visit, revision))
            }
        };
        let facts = self.paper_reads(paper);
        let is_it = |held: &&&HeldDeadline| held.of == of && (held.since_on == paper.since_on || place.is_report());
        match (deadlines.iter().find(is_it), &paper.standing) {
            (Some(held), _) => {
                self.stands(answered, place, facts, held);
                let due = paper.due_on.filter(|_| held.met_at.is_none());
                if let (Some(is), Some(was)) = (due, held.due_on)
                    && is != was
                {
                    self.differs(place, DifferenceReading::DueOn { day: is }, DifferenceReading::DueOn { day: was });
                }
            }
            // It was submitted before anybody had to ask for it.
            (None, PaperStanding::Kept { .. }) if !place.is_report() => {}
            (
                None,
                PaperStanding::Kept { .. }
                | PaperStanding::KeptLate { .. }
                | PaperStanding::Open
                | PaperStanding::Late
                | PaperStanding::Waived { .. }
                | PaperStanding::Uncounted { .. },
            ) => self.differs(place, facts, DifferenceReading::NothingOwed),
        }
    }

    /// Compares a deadline with its standing according to the facts.
    fn stands(
        &mut self,
        answered: &AnsweredTerm<'_>,
        place: DifferencePlace,
        facts: DifferenceReading,
        held: &HeldDeadline,
    ) {
        let reads = self.held_reads(held);
        if !facts.agrees_with(reads) {
            // A met deadline keeps its original count, for which the auditor lacks the calendar of that time.
            let is_by_another_calendar = held.of != HeldDebt::Window
                && held.met_at.is_some()
                && facts.is_kept()
                && reads.is_kept()
                && !self.is_of_todays_calendar(held);
            if !is_by_another_calendar {
                self.differs(place, facts, reads);
            }
            return;
        }
        let was_late = match facts {
            DifferenceReading::LateAfter { .. } | DifferenceReading::KeptLateOn { .. } => true,
            DifferenceReading::NothingOwed
            | DifferenceReading::OpenUntil { .. }
            | DifferenceReading::KeptOn { .. }
            | DifferenceReading::Waived
            | DifferenceReading::Paused
            | DifferenceReading::NotCounted
            | DifferenceReading::DueOn { .. }
            | DifferenceReading::Flagged
            | DifferenceReading::NotFlagged
            | DifferenceReading::AVisit
            | DifferenceReading::NoVisit
            | DifferenceReading::Fit
            | DifferenceReading::Unfit => false,
        };
        let flagged = answered.term.flagged;
        let is_told = match held.of {
            HeldDebt::Window => flagged.visit,
            HeldDebt::Record(_) => flagged.record,
            HeldDebt::Report(_) | HeldDebt::Correction(..) => flagged.report,
        };
        if was_late && is_told && !held.is_flagged {
            self.differs(place, facts, DifferenceReading::NotFlagged);
        }
        if matches!(facts, DifferenceReading::KeptOn { .. } | DifferenceReading::OpenUntil { .. }) && held.is_flagged {
            self.differs(place, facts, DifferenceReading::Flagged);
        }
    }

    fn is_of_todays_calendar(&self, held: &HeldDeadline) -> bool {
        self.site.calendar.as_ref().is_some_and(|calendar| calendar.version() == held.calendar_version)
    }

    /// A deadline that no fact supports.
    fn not_promised(&mut self, answered: &AnsweredTerm<'_>, papers: &[JudgedPaper], held: &HeldDeadline) {
        if held.since_on < answered.from {
            return;
        }
        let known = |visit: VisitId| self.site.visits.iter().any(|known| known.visit == visit);
        let paper = |visit: VisitId, is: AuditedPaper| {
            papers.iter().filter(|paper| (paper.visit, paper.paper) == (visit, is)).map(|paper| paper.since_on).next()
        };
        let (place, is_borne_out) = match held.of {
            HeldDebt::Window => {
                let Some(last_on) = held.due_on else { return };
                let place = DifferencePlace::Window { first_on: held.since_on, last_on };
                let is_it = |judged: &JudgedPeriod| {
                    reading_of(judged).is_some_and(|facts| held.is_of(judged, facts, self.site))
                };
                (place, self.line.periods.iter().any(is_it))
            }
            HeldDebt::Record(visit) => {
                let place = DifferencePlace::Record { visit, day: held.since_on };
                (
                    place,
                    held.met_at.is_some() || !known(visit) || paper(visit, AuditedPaper::Record) == Some(held.since_on),
                )
            }
            HeldDebt::Report(visit) => {
                (DifferencePlace::Report { visit }, !known(visit) || paper(visit, AuditedPaper::Report).is_some())
            }
            HeldDebt::Correction(visit, revision) => (
                DifferencePlace::Correction { visit, revision },
                !known(visit) || paper(visit, AuditedPaper::Correction { revision }).is_some(),
            ),
        };
        if !is_borne_out {
            let reads = self.held_reads(held);
            self.differs(place, DifferenceReading::NothingOwed, reads);
        }
    }

    fn held_reads(&self, held: &HeldDeadline) -> DifferenceReading {
        let day = |at: Instant| self.site.zone.day(at);
        match (held.due_on.zip(held.late_from), held.met_at) {
            (Some((_, late_from)), Some(met)) if met < late_from => DifferenceReading::KeptOn { day: day(met) },
            _ if held.waiver.is_some() => DifferenceReading::Waived,
            (Some(_), Some(met)) => DifferenceReading::KeptLateOn { day: day(met) },
            (None, _) => DifferenceReading::NotCounted,
            (Some((due_on, late_from)), None) if self.site.now < late_from => {
                DifferenceReading::OpenUntil { day: due_on }
            }
            (Some((due_on, _)), None) => DifferenceReading::LateAfter { day: due_on },
        }
    }

    fn paper_reads(&self, paper: &JudgedPaper) -> DifferenceReading {
        let day = |at: Instant| self.site.zone.day(at);
        let due_on = paper.due_on.unwrap_or(paper.since_on);
        match &paper.standing {
            PaperStanding::Kept { at } => DifferenceReading::KeptOn { day: day(*at) },
            PaperStanding::KeptLate { at } => DifferenceReading::KeptLateOn { day: day(*at) },
            PaperStanding::Open => DifferenceReading::OpenUntil { day: due_on },
            PaperStanding::Late => DifferenceReading::LateAfter { day: due_on },
            PaperStanding::Waived { .. } => DifferenceReading::Waived,
            PaperStanding::Uncounted { .. } => DifferenceReading::NotCounted,
        }
    }
}

impl HeldDeadline {
    /// Whether it is for this period's window. A deadline that was met before the contract's end cut the window, or before
    /// another rhythm moved it, is unchanged.
    fn is_of(&self, judged: &JudgedPeriod, facts: DifferenceReading, site: &AuditedSite<'_>) -> bool {
        let PromisedPeriod { first_on, last_on, opened_on, .. } = judged.period;
        let stays = self.met_at.is_some() && facts.is_kept();
        let is_its_visits =
            || opened_on == Some(self.since_on) && self.met_at.map(|at| site.zone.day(at)) == facts.day();
        let until_then = |due| due == last_on || (stays && due > last_on);
        (self.since_on == first_on && self.due_on.is_some_and(until_then)) || (stays && is_its_visits())
    }
}

impl DifferenceReading {
    /// The word used in texts.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// The day that it names, at the site.
    #[must_use]
    pub fn day(self) -> Option<NaiveDate> {
        match self {
            DifferenceReading::OpenUntil { day }
            | DifferenceReading::LateAfter { day }
            | DifferenceReading::KeptOn { day }
            | DifferenceReading::KeptLateOn { day }
            | DifferenceReading::DueOn { day } => Some(day),
            DifferenceReading::NothingOwed
            | DifferenceReading::Waived
            | DifferenceReading::Paused
            | DifferenceReading::NotCounted
            | DifferenceReading::Flagged
            | DifferenceReading::NotFlagged
            | DifferenceReading::AVisit
            | DifferenceReading::NoVisit
            | DifferenceReading::Fit
            | DifferenceReading::Unfit => None,
        }
    }

    fn is_kept(self) -> bool {
        matches!(self, DifferenceReading::KeptOn { .. } | DifferenceReading::KeptLateOn { .. })
    }

    /// Whether two readings agree, apart from the day: the last day of what is open or late is compared separately. A
    /// period that is paused according to the facts is not owed yet, and is open in the store until its window ends.
    fn agrees_with(self, held: DifferenceReading) -> bool {
        let is_paused = self == DifferenceReading::Paused && matches!(held, DifferenceReading::OpenUntil { .. });
        is_paused || std::mem::discriminant(&self) == std::mem::discriminant(&held)
    }
}
