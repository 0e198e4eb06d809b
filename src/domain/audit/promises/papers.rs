//! What a visit entails: its record, and its report's delivery to the customer (P04).

use chrono::NaiveDate;

use super::fit::cannot_take_place;
use super::{
    AnsweredTerm, AuditedCorrection, AuditedPaper, AuditedSite, AuditedState, AuditedVisit, Deliveries, JudgedPaper,
    NotedRule, PaperLetter, PaperLetterIs, PaperStanding, WaivedDebt,
};
use crate::Instant;
use crate::calendar::{Calendar, WorkingDays};
use crate::contract::DeliveredTo;

/// The records and reports owed for visits of a term from `answered.from` on.
///
/// Both are owed from the day of a booked visit on; once a record says when the work was done, the report from that day. Of
/// one that could not take place as it was booked nothing is owed before somebody says that it did.
#[must_use]
pub fn audit_papers(site: &AuditedSite<'_>, answered: &AnsweredTerm<'_>) -> Vec<JudgedPaper> {
    let term = answered.term;
    let today = site.today();
    let of_term = |visit: &&AuditedVisit| visit.contract == term.contract && visit.term == term.term;
    let mut judged = Vec::new();
    for visit in site.visits.iter().filter(of_term) {
        let mut owe = |paper, since_on: NaiveDate, done_at| {
            if since_on >= answered.from {
                judged.push(paper_of(site, answered, visit, (paper, since_on), done_at));
            }
        };
        match &visit.state {
            AuditedState::Planned | AuditedState::Cancelled => {}
            AuditedState::Booked if visit.day < today && cannot_take_place(site, visit).is_none() => {
                owe(AuditedPaper::Record, visit.day, None);
                owe(AuditedPaper::Report, visit.day, None);
            }
            AuditedState::Booked => {}
            AuditedState::Done { completed_at, recorded_at, deliveries, .. } => {
                owe(AuditedPaper::Record, visit.day, Some(*recorded_at));
                owe(AuditedPaper::Report, site.zone.day(*completed_at), filed_at(&term.delivered_to, deliveries));
                for correction in deliveries.corrections.iter().filter(|correction| correction.within.is_some()) {
                    let paper = AuditedPaper::Correction { revision: correction.revision };
                    let at = correction_filed_at(&term.delivered_to, deliveries, correction);
                    owe(paper, site.zone.day(correction.corrected_at), at);
                }
            }
        }
    }
    judged
}

fn paper_of(
    site: &AuditedSite<'_>,
    answered: &AnsweredTerm<'_>,
    visit: &AuditedVisit,
    (paper, since_on): (AuditedPaper, NaiveDate),
    done_at: Option<Instant>,
) -> JudgedPaper {
    // Both are asked for from the day after a booked visit; the report at once if its record came earlier.
    let opened_on = match (&visit.state, paper) {
        (AuditedState::Done { recorded_at, .. }, AuditedPaper::Report) => {
            site.zone.day(*recorded_at).min(visit.day.succ_opt().unwrap_or(visit.day))
        }
        (
            AuditedState::Planned | AuditedState::Booked | AuditedState::Done { .. } | AuditedState::Cancelled,
            AuditedPaper::Record | AuditedPaper::Report | AuditedPaper::Correction { .. },
        ) => since_on.succ_opt().unwrap_or(since_on),
    };
    let terms = answered.term.papers.iter().rev().find(|terms| terms.since_on <= opened_on);
    let terms = terms.or(answered.term.papers.first());
    let (within, calendar) = match paper {
        AuditedPaper::Record => (terms.map(|terms| terms.record_within), site.calendar.as_ref()),
        AuditedPaper::Report => (terms.map(|terms| terms.report_within), answered.counted.as_ref()),
        AuditedPaper::Correction { revision } => (correction_within(visit, revision), answered.counted.as_ref()),
    };
    let due_on = calendar.zip(within).and_then(|(calendar, within)| last_day_in_time(calendar, since_on, within));
    let is_waived = |of: &WaivedDebt| match (of, paper) {
        (WaivedDebt::Record { visit: of, day }, AuditedPaper::Record) => (*of, *day) == (visit.visit, since_on),
        (WaivedDebt::Report { visit: of }, AuditedPaper::Report) => *of == visit.visit,
        (WaivedDebt::Correction { visit: of, revision: waived }, AuditedPaper::Correction { revision }) => {
            (*of, *waived) == (visit.visit, revision)
        }
        (
            WaivedDebt::Record { .. }
            | WaivedDebt::Report { .. }
            | WaivedDebt::Correction { .. }
            | WaivedDebt::Window { .. },
            _,
        ) => false,
    };
    let waiver = site.waivers.iter().find(|waiver| is_waived(&waiver.of));
    let waived = waiver.map(|waiver| PaperStanding::Waived { by: waiver.by.clone(), why: waiver.why.clone() });
    let standing = match (due_on.map(|day| site.zone.end_of(day)), done_at) {
        (Some(late_from), Some(at)) if at < late_from => PaperStanding::Kept { at },
        (None, filed_at) => waived.unwrap_or(PaperStanding::Uncounted { filed_at }),
        (Some(_), Some(at)) => waived.unwrap_or(PaperStanding::KeptLate { at }),
        (Some(late_from), None) if site.now < late_from => waived.unwrap_or(PaperStanding::Open),
        (Some(_), None) => waived.unwrap_or(PaperStanding::Late),
    };
    let (contract, term) = (visit.contract.clone(), visit.term.clone());
    JudgedPaper { contract, term, visit: visit.visit, paper, since_on, due_on, standing }
}

/// The last of `within` working days after `from`, counted one by one; for 0, the first working day from `from` on.
/// `None` if the count leaves the days that the calendar knows.
fn last_day_in_time(calendar: &Calendar, from: NaiveDate, within: WorkingDays) -> Option<NaiveDate> {
    let mut left = within.0;
    let mut days = from.iter_days();
    if left == 0 {
        left = 1;
    } else {
        days.next();
    }
    for day in days {
        left -= u32::from(calendar.is_working(day).ok()?);
        if left == 0 {
            return Some(day);
        }
    }
    None
}

/// When the customer had the report: it was handed over, or the delivery rule was satisfied.
fn filed_at(rule: &DeliveredTo, deliveries: &Deliveries) -> Option<Instant> {
    if deliveries.handed_over_at.is_some() {
        return deliveries.handed_over_at;
    }
    let rule = match &deliveries.noted {
        NotedRule::None => rule,
        NotedRule::By(rule) => rule,
        NotedRule::OfEarlierVersion => return filed_by_earlier_version(&deliveries.letters),
    };
    first_held(rule, &deliveries.letters)
}

/// The number of working days allowed for a correction.
fn correction_within(visit: &AuditedVisit, revision: u32) -> Option<WorkingDays> {
    match &visit.state {
        AuditedState::Done { deliveries, .. } => {
            deliveries.corrections.iter().find(|correction| correction.revision == revision)?.within
        }
        AuditedState::Planned | AuditedState::Booked | AuditedState::Cancelled => None,
    }
}

/// When the customer had a correction: it was handed over, or its own letters satisfied the delivery rule.
fn correction_filed_at(rule: &DeliveredTo, deliveries: &Deliveries, correction: &AuditedCorrection) -> Option<Instant> {
    if correction.handed_over_at.is_some() {
        return correction.handed_over_at;
    }
    let issued_at = correction.issued_at?;
    let own: Vec<PaperLetter> =
        deliveries.letters.iter().filter(|letter| letter.owed_at >= issued_at).cloned().collect();
    first_held(rule, &own)
}

/// The first moment at which these letters satisfied the rule.
fn first_held(rule: &DeliveredTo, letters: &[PaperLetter]) -> Option<Instant> {
    let mut moments: Vec<Instant> =
        letters.iter().flat_map(|letter| [taken_at(letter), letter.lost_at]).flatten().collect();
    moments.sort_unstable();
    moments.into_iter().find(|moment| holds_at(rule, letters, *moment))
}

fn taken_at(letter: &PaperLetter) -> Option<Instant> {
    match letter.is {
        PaperLetterIs::Taken { at } => Some(at),
        PaperLetterIs::Waiting | PaperLetterIs::GivenUp => None,
    }
}

/// Whether the rule was satisfied at a moment by the letters owed by then: somebody had the report, and everybody else
/// whom the rule requires had it, too, or could not be reached.
fn holds_at(rule: &DeliveredTo, letters: &[PaperLetter], moment: Instant) -> bool {
    let by_then = |at: Option<Instant>| at.is_some_and(|at| at <= moment);
    let asked: Vec<&PaperLetter> = letters
        .iter()
        .filter(|letter| letter.owed_at <= moment && rule.asks_for(&letter.name, &letter.email))
        .collect();
    let same = |one: &PaperLetter, other: &PaperLetter| one.email.eq_ignore_ascii_case(&other.email);
    let is_settled = |reader: &PaperLetter| {
        let mut own = asked.iter().filter(|letter| same(letter, reader));
        own.any(|letter| by_then(taken_at(letter)) || by_then(letter.lost_at))
    };
    let somebody_has_it = asked.iter().any(|letter| by_then(taken_at(letter)));
    somebody_has_it
        && match rule {
            DeliveredTo::Any => true,
            DeliveredTo::All | DeliveredTo::Named(_) => asked.iter().all(|letter| is_settled(letter)),
        }
}

/// The rule before contracts had one: at some moment, all letters owed by then had been accepted; and none was ever
/// given up.
fn filed_by_earlier_version(letters: &[PaperLetter]) -> Option<Instant> {
    if letters.iter().any(|letter| letter.is == PaperLetterIs::GivenUp) {
        return None;
    }
    let mut moments: Vec<Instant> = letters.iter().filter_map(taken_at).collect();
    moments.sort_unstable();
    moments.into_iter().find(|moment| {
        let mut owed = letters.iter().filter(|letter| letter.owed_at <= *moment);
        owed.all(|letter| taken_at(letter).is_some_and(|at| at <= *moment))
    })
}
