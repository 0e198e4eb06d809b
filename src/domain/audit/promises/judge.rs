//! Judges each period of a term at a site.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};

use super::fit::unfit;
use super::periods::answered_since;
use super::rest::whole_at;
use super::{
    AnsweredTerm, AuditedSite, AuditedState, AuditedVisit, JudgedPaper, JudgedPeriod, LifeLine, NoFitVisit,
    PaperStanding, PeriodStanding, PromisedPeriod, WaivedDebt,
};
use crate::Instant;
use crate::calendar::{DayIs, DayKind, Layer};
use crate::ids::VisitId;

/// The standing of each period of a term that ends on `answered.from` or later (P01, P09, P12, P13).
///
/// A visit serves the period that it was made for, once that period's window has begun, or so few days before as the term
/// allowed when it was recorded; one that was made earlier serves
/// the period whose window its day is in, if that has none of its own, and else it is extra. The first to be done counts.
/// A visit that was added is extra always. What a visit could not inspect belongs to its period, which is kept when the rest
/// was seen, by whichever visit that was.
#[must_use]
pub fn audit_line(site: &AuditedSite<'_>, answered: &AnsweredTerm<'_>) -> LifeLine {
    let term = answered.term;
    let begun = answered_since(term, answered.since_on);
    let periods = begun.as_ref().unwrap_or(&term.periods);
    let (served, extra) = serve(site, answered, periods);
    let is_asked = |period: &&PromisedPeriod| period.last_on >= answered.from;
    let nothing = Served::default();
    let judged = |period: &PromisedPeriod| {
        let served = served.get(&period.number).unwrap_or(&nothing);
        JudgedPeriod { period: *period, standing: standing(site, answered, period, served) }
    };
    LifeLine {
        site: site.site.clone(),
        contract: term.contract.clone(),
        term: term.term.clone(),
        purpose: term.purpose,
        accepted_on: term.accepted_on,
        ends_on: term.ends_on,
        since_on: answered.since_on,
        periods: periods.iter().filter(is_asked).map(judged).collect(),
        extra,
    }
}

/// The visits that serve one period.
#[derive(Debug, Default)]
struct Served<'a> {
    /// The first one that took place.
    done: Option<TookPlace<'a>>,
    others: Vec<&'a AuditedVisit>,
}

/// A visit that took place, and since when nothing is left of what it was to inspect.
#[derive(Debug, Clone, Copy)]
struct TookPlace<'a> {
    made: &'a AuditedVisit,
    whole_at: Option<Instant>,
}

/// Assigns visits to periods, by the period's number; also returns the visits that serve none.
fn serve<'a>(
    site: &'a AuditedSite<'_>,
    answered: &AnsweredTerm<'_>,
    periods: &[PromisedPeriod],
) -> (BTreeMap<u32, Served<'a>>, Vec<VisitId>) {
    let term = answered.term;
    let mut served: BTreeMap<u32, Served<'a>> = BTreeMap::new();
    let (mut strays, mut extra) = (Vec::new(), Vec::new());
    let mut visits: Vec<(NaiveDate, &AuditedVisit)> = site
        .visits
        .iter()
        .filter(|visit| visit.contract == term.contract && visit.term == term.term)
        .map(|visit| (took_place_on(site, visit), visit))
        .collect();
    visits.sort_by_key(|(day, visit)| (*day, visit.visit));
    for (day, visit) in visits {
        if visit.rest_of.is_some() {
            continue;
        }
        if visit.is_added {
            extra.extend(matches!(visit.state, AuditedState::Done { .. }).then_some(visit.visit));
            continue;
        }
        let claims = periods.binary_search_by_key(&visit.number, |period| period.number).ok().map(|at| &periods[at]);
        let gave_way = |period: &PromisedPeriod| period.gives_way.is_some_and(|gives_way| day > gives_way.from);
        let is_done = matches!(visit.state, AuditedState::Done { .. });
        let was_ready = |period: &PromisedPeriod| is_done && was_made_before(answered, period, day);
        let is_its_own = |period: &PromisedPeriod| {
            period.handed_to.is_none() || (is_done && is_cut_short(period)) || was_ready(period)
        };
        let claims = claims.filter(|period| is_its_own(period) && !gave_way(period));
        match (&visit.state, claims) {
            (AuditedState::Done { recorded_at, .. }, Some(period))
                if was_ready(period) || day >= served_from(answered, period, site.zone.day(*recorded_at)) =>
            {
                let took_place = || TookPlace { made: visit, whole_at: whole_at(site, visit) };
                served.entry(period.number).or_default().done.get_or_insert_with(took_place);
            }
            (AuditedState::Done { .. }, _) => strays.push((day, visit)),
            (AuditedState::Planned | AuditedState::Booked | AuditedState::Cancelled, Some(period)) => {
                served.entry(period.number).or_default().others.push(visit);
            }
            (AuditedState::Planned | AuditedState::Booked | AuditedState::Cancelled, None) => {}
        }
    }
    for (day, visit) in strays {
        let holds = |period: &&PromisedPeriod| {
            let is_its_own = period.handed_to.is_none() && period.gives_way.is_none_or(|way| day < way.from);
            is_its_own && (period.first_on..=period.last_on).contains(&day)
        };
        let free = periods
            .iter()
            .filter(holds)
            .find(|period| served.get(&period.number).is_none_or(|served| served.done.is_none()));
        match free {
            Some(period) => {
                let took_place = TookPlace { made: visit, whole_at: whole_at(site, visit) };
                served.entry(period.number).or_default().done = Some(took_place);
            }
            None => extra.push(visit.visit),
        }
    }
    (served, extra)
}

/// The first day on which a visit serves a period, by what the term allowed on a day; of the window at most half again.
fn served_from(answered: &AnsweredTerm<'_>, period: &PromisedPeriod, on: NaiveDate) -> NaiveDate {
    let papers = &answered.term.papers;
    let allowed = papers.iter().rev().find(|terms| terms.since_on <= on).or(papers.first());
    let days = allowed.map_or(0, |terms| i64::from(terms.early_days));
    let most = (period.last_on - period.first_on).num_days() / 2;
    period.first_on.checked_sub_signed(TimeDelta::days(days.min(most.max(0)))).unwrap_or(period.first_on)
}

/// Whether a visit on a day was made for the window that the rhythm before had for a period's number, before the rhythm
/// changed.
fn was_made_before(answered: &AnsweredTerm<'_>, period: &PromisedPeriod, day: NaiveDate) -> bool {
    let window_before = period.opened_on.map(|first_on| PromisedPeriod { first_on, ..*period });
    window_before.is_some_and(|before| (served_from(answered, &before, day)..period.begins_on).contains(&day))
}

/// Whether the contract's end leaves too little of a period.
fn is_cut_short(period: &PromisedPeriod) -> bool {
    period.handed_to.is_some_and(|number| number < period.number)
}

/// The day at the site on which a visit took place or will take place.
fn took_place_on(site: &AuditedSite<'_>, visit: &AuditedVisit) -> NaiveDate {
    match visit.state {
        AuditedState::Done { completed_at, .. } => site.zone.day(completed_at),
        AuditedState::Planned | AuditedState::Booked | AuditedState::Cancelled => visit.day,
    }
}

fn standing(
    site: &AuditedSite<'_>,
    answered: &AnsweredTerm<'_>,
    period: &PromisedPeriod,
    served: &Served<'_>,
) -> PeriodStanding {
    // What has a rest that nobody has seen is not done.
    let done = served.done.and_then(|done| Some((done.made.visit, done.whole_at?)));
    let incomplete = served.done.filter(|done| done.whole_at.is_none()).map(|done| done.made.visit);
    // Such a short period only has a visit if the end was not known yet; a visit that takes place still counts for it.
    if let Some(number) = period.handed_to.filter(|_| done.is_none()) {
        return PeriodStanding::HandedTo { number };
    }
    if let Some(gives_way) = period.gives_way
        && done.is_none_or(|(_, at)| site.zone.day(at) > gives_way.from)
    {
        return gives_way.to.map_or(PeriodStanding::ContractEnded, |number| PeriodStanding::HandedTo { number });
    }
    if (period.last_on - answered.since_on) * 2 < period.last_on - period.first_on {
        return PeriodStanding::BeforeTheOffice;
    }
    let late_from = site.zone.end_of(period.last_on);
    let done = done.map(|(visit, at)| (visit, at, site.zone.day(at)));
    if let Some((visit, _, on)) = done.filter(|(_, at, _)| *at < late_from) {
        return PeriodStanding::Kept { visit, on };
    }
    let is_waived = |of: &WaivedDebt| match of {
        WaivedDebt::Window { contract, term, first_on, last_on } => {
            (contract, term) == (&answered.term.contract, &answered.term.term)
                && (*first_on, *last_on) == (period.first_on, period.last_on)
        }
        WaivedDebt::Record { .. } | WaivedDebt::Report { .. } | WaivedDebt::Correction { .. } => false,
    };
    if let Some(waiver) = site.waivers.iter().find(|waiver| is_waived(&waiver.of)) {
        return PeriodStanding::Waived { by: waiver.by.clone(), why: waiver.why.clone() };
    }
    if let Some((visit, _, on)) = done {
        return PeriodStanding::KeptLate { visit, on };
    }
    if let Some(why) = closed_throughout(site, period) {
        return PeriodStanding::Paused { why };
    }
    let mut ahead: Vec<&AuditedVisit> =
        served.others.iter().copied().filter(|visit| visit.state != AuditedState::Cancelled).collect();
    ahead.extend(site.visits.iter().filter(|visit| incomplete.is_some() && sees_rest_of(visit, incomplete)));
    if site.now >= late_from {
        return PeriodStanding::Late { visit: ahead.first().map(|visit| visit.visit) };
    }
    let mut why = None;
    for visit in ahead {
        match unfit(site, (served_from(answered, period, site.today()), period.last_on), visit) {
            None => return PeriodStanding::Open { visit: visit.visit, on: visit.day },
            Some(unfit) => why = why.or(Some(unfit)),
        }
    }
    let cancelled = served.others.first().map(|visit| NoFitVisit::Cancelled { visit: visit.visit });
    let rest_left = incomplete.map(|visit| NoFitVisit::RestLeft { visit });
    let none = match period.first_on > answered.planned_through {
        true => NoFitVisit::NotPlannedYet,
        false => NoFitVisit::NoVisit,
    };
    PeriodStanding::OpenWithout { why: why.or(rest_left).or(cancelled).unwrap_or(none) }
}

/// Whether a visit is to see the rest of another one, and has not taken place.
fn sees_rest_of(visit: &AuditedVisit, other: Option<VisitId>) -> bool {
    visit.rest_of == other && matches!(visit.state, AuditedState::Planned | AuditedState::Booked)
}

/// Why nobody can work at the site on any day of the window, if the site's or customer's closures are the reason.
fn closed_throughout(site: &AuditedSite<'_>, period: &PromisedPeriod) -> Option<String> {
    let calendar = site.calendar.as_ref()?;
    let mut why = None;
    for day in period.first_on.iter_days().take_while(|day| *day <= period.last_on) {
        match calendar.day(day).ok()? {
            DayIs::Worked => return None,
            DayIs::Weekend => {}
            DayIs::Special(special) => match (special.kind, &special.layer) {
                (DayKind::Work | DayKind::Half, _) => return None,
                (DayKind::Off, Layer::Customer | Layer::Site) => why = why.or_else(|| Some(special.name.clone())),
                (
                    DayKind::Off,
                    Layer::Weekend
                    | Layer::Country
                    | Layer::Subdivision
                    | Layer::Municipality
                    | Layer::Company
                    | Layer::Engineer,
                ) => {}
            },
        }
    }
    why
}

/// The last day through which periods can be closed: each is decided, and so is everything that its visit owed. `None`
/// if the first one is still open.
#[must_use]
pub fn sealed_through(line: &LifeLine, papers: &[JudgedPaper], today: NaiveDate) -> Option<NaiveDate> {
    let is_settled = |visit: &VisitId| papers.iter().filter(|paper| paper.visit == *visit).all(is_decided);
    let is_closed = |judged: &&JudgedPeriod| {
        judged.period.last_on < today
            && match &judged.standing {
                PeriodStanding::Kept { visit, .. } | PeriodStanding::KeptLate { visit, .. } => is_settled(visit),
                PeriodStanding::Waived { .. }
                | PeriodStanding::Paused { .. }
                | PeriodStanding::HandedTo { .. }
                | PeriodStanding::ContractEnded
                | PeriodStanding::BeforeTheOffice => true,
                PeriodStanding::Late { .. } | PeriodStanding::Open { .. } | PeriodStanding::OpenWithout { .. } => false,
            }
    };
    line.periods.iter().take_while(is_closed).last().map(|judged| judged.period.last_on)
}

fn is_decided(paper: &JudgedPaper) -> bool {
    match paper.standing {
        PaperStanding::Kept { .. } | PaperStanding::KeptLate { .. } | PaperStanding::Waived { .. } => true,
        PaperStanding::Open | PaperStanding::Late => false,
        PaperStanding::Uncounted { filed_at } => filed_at.is_some(),
    }
}
