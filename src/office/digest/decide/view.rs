//! A matter: what it is about, its state, and what its reader can do about it.

use chrono::{NaiveDate, TimeDelta};

use crate::digest::send_digests::waits_for;
use crate::parties::{Parties, engineer_reader, manager_reader};
use crate::records::review_forms::{FormContents, contents};
use crate::visits::book_visits::free_and_able;
use crate::visits::rests::serving_slot;
use crate::{Result, Tools};
use domain::Instant;
use domain::access::{ActKind, Matter, StoredAct, is_in_charge};
use domain::digest::WaitsFor;
use domain::letters::letter::{Letter, LetterState};
use domain::people::{Engineer, Manager};
use domain::planning::StoredSlot;
use domain::promises::{Deadline, DeadlineSubject, Owed, Waiver};
use domain::records::Submission;
use domain::visits::fit::UnfitVisit;
use domain::visits::{StoredVisit, VisitState};

/// Minimum time between two reminders to an engineer about a visit, from whichever page they are sent.
pub(super) const REMIND_EVERY: TimeDelta = TimeDelta::hours(1);

/// A matter as shown on its page.
#[derive(Debug, Clone)]
pub struct View {
    pub matter: Matter,
    /// `None` for a letter that concerns no visit.
    pub parties: Option<Parties>,
    pub deadline: Option<Deadline>,
    pub visit: Option<StoredVisit>,
    /// Why the visit cannot take place as booked, and an alternative; `None` if it is fit.
    pub unfit: Option<UnfitVisit>,
    /// The engineer proposed for it.
    pub proposed: Option<Engineer>,
    pub slot: Option<StoredSlot>,
    pub letter: Option<Letter>,
    pub form: Option<Submission>,
    /// A form's photos, and its differences from the stored record.
    pub contents: Option<FormContents>,
    pub engineer: Option<Engineer>,
    pub waits_for: Option<WaitsFor>,
    /// The current day at the site, or in the manager's time zone if there is no site.
    pub today: NaiveDate,
    /// The day at the site on which the report was drawn.
    pub drawn_on: Option<NaiveDate>,
    /// Why it needs no decision any more; `None`: it does.
    pub settled: Option<Settled>,
    /// The possible acts, in the order in which the page offers them.
    pub can: Vec<ActKind>,
    /// Other engineers who could make the visit, nearest first; only if it can be assigned.
    pub free: Vec<Engineer>,
    /// The earliest time for the next reminder.
    pub remind_from: Option<Instant>,
    /// Acts through links so far, latest first.
    pub acts: Vec<StoredAct>,
}

/// Why there is nothing left to decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    Met {
        at: Instant,
    },
    Waived(Waiver),
    /// It is no longer owed: its visit was moved or cancelled, or its slot planned again.
    NotOwed,
    VisitDone {
        at: Instant,
    },
    VisitCancelled {
        at: Instant,
    },
    /// The slot has a visit now.
    Planned,
    /// The letter is no longer given up.
    LetterLeft,
    /// The form is no longer waiting for a manager.
    FormSettled {
        at: Instant,
        how: String,
    },
}

/// A matter as seen by a manager; `None` if there is no such matter, or it is outside the manager's scope.
pub async fn view(
    tools: &Tools,
    on: impl Into<store::ReadHandle<'_>>,
    manager: &Manager,
    matter: &Matter,
) -> Result<Option<View>> {
    let mut on = on.into();
    let now = tools.clock.now();
    let mut view = View {
        matter: matter.clone(),
        parties: None,
        deadline: None,
        visit: None,
        unfit: None,
        proposed: None,
        slot: None,
        letter: None,
        form: None,
        contents: None,
        engineer: None,
        waits_for: None,
        today: manager.time_zone.day(now),
        drawn_on: None,
        settled: None,
        can: Vec::new(),
        free: Vec::new(),
        remind_from: None,
        acts: store::access::act::of_matter(on.again(), &matter.key()).await?,
    };
    if !find(tools, on.again(), manager, &mut view).await? {
        return Ok(None);
    }
    if view.parties.is_none() {
        // Nothing says any more whom it concerned, so each manager only sees their own acts.
        let own = manager_reader(manager).role.key();
        view.acts.retain(|act| act.by == own);
    }
    if let Some(parties) = &view.parties {
        if !is_in_charge(manager, Some(&parties.customer.customer), None) {
            return Ok(None);
        }
        view.today = parties.site.time_zone.day(now);
    }
    people(on.again(), &mut view).await?;
    view.settled = settled(&view);
    view.can = can(on.again(), &view).await?;
    if let (Some(visit), Some(engineer)) = (&view.visit, &view.engineer) {
        let reader = engineer_reader(engineer).role;
        let reminded = store::letters::told::reminded(on.again(), visit.visit.id, &reader).await?;
        view.remind_from = reminded.map(|at| at + REMIND_EVERY).filter(|from| now < *from);
    }
    if view.can.contains(&ActKind::Assign)
        && let (Some(visit), Some(parties)) = (&view.visit, &view.parties)
    {
        view.free = free_and_able(tools, on, visit, parties).await?;
    }
    Ok(Some(view))
}

/// Reads what the matter refers to. Returns whether it exists; a withdrawn deadline counts as existing.
async fn find(tools: &Tools, mut on: store::ReadHandle<'_>, manager: &Manager, view: &mut View) -> Result<bool> {
    match view.matter.clone() {
        Matter::Deadline(key) => {
            let Some(deadline) = store::promises::by_key(on.again(), &key).await? else {
                return Ok(true);
            };
            view.visit = match deadline.subject {
                DeadlineSubject::Record { visit, .. }
                | DeadlineSubject::Report { visit }
                | DeadlineSubject::Correction { visit, .. } => store::visits::get(on.again(), visit).await?,
                DeadlineSubject::Visit { slot } | DeadlineSubject::Training { slot } => {
                    serving_slot(on.again(), slot).await?
                }
            };
            view.parties = Some(Parties::load(tools, on.again(), (&deadline).into()).await?);
            view.deadline = Some(deadline);
        }
        Matter::Visit(visit) => {
            let Some(stored) = store::visits::get(on.again(), visit).await? else { return Ok(false) };
            view.parties = Some(Parties::of_visit(tools, on.again(), &stored.visit).await?);
            view.visit = Some(stored);
        }
        Matter::Slot(slot) => {
            let Ok(stored) = store::planning::slot::get(on.again(), slot).await else { return Ok(true) };
            view.parties = Some(Parties::load(tools, on.again(), (&stored).into()).await?);
            view.deadline = store::promises::by_key(on.again(), &DeadlineSubject::Visit { slot }.key()).await?;
            view.visit = store::visits::of_slot(on.again(), slot).await?;
            view.slot = Some(stored);
        }
        Matter::Form(form) => {
            let Some(form) = store::records::submission::get(on.again(), form).await? else { return Ok(false) };
            let Some(stored) = store::visits::get(on.again(), form.visit).await? else { return Ok(false) };
            view.parties = Some(Parties::of_visit(tools, on.again(), &stored.visit).await?);
            view.visit = Some(stored);
            view.contents = contents(on.again(), &form).await.ok();
            view.form = Some(form);
        }
        Matter::Letter(letter) => {
            let Some(row) = store::letters::row(on.again(), letter).await? else { return Ok(false) };
            if let Some(visit) = row.visit {
                view.visit = store::visits::get(on.again(), visit).await?;
            }
            view.parties = match (&view.visit, row.deadline) {
                (Some(stored), _) => Some(Parties::of_visit(tools, on.again(), &stored.visit).await?),
                (None, Some(deadline)) => match store::promises::get(on.again(), deadline).await? {
                    Some(of) => Some(Parties::load(tools, on.again(), (&of).into()).await?),
                    None => None,
                },
                (None, None) => None,
            };
            let is_theirs = is_in_charge(manager, None, Some(&row.to));
            view.letter = Some(row);
            return Ok(view.parties.is_some() || is_theirs);
        }
    }
    Ok(true)
}

/// Who is responsible, what it is waiting for, and since when the report has been drawn.
async fn people(mut on: store::ReadHandle<'_>, view: &mut View) -> Result<()> {
    if let Some(stored) = &view.visit {
        view.engineer = store::people::engineer::find(on.again(), &stored.visit.state.appointment().engineer).await?;
        let zone = view.parties.as_ref().map(|parties| &parties.site.time_zone);
        view.unfit = store::visits::unfit::find(on.again(), stored.visit.id).await?;
        if let Some(proposal) = view.unfit.as_ref().and_then(|unfit| unfit.proposal.as_ref()) {
            view.proposed = store::people::engineer::find(on.again(), &proposal.engineer).await?;
        }
        if let (Some(report), Some(zone)) = (store::reports::latest(on.again(), stored.visit.id).await?, zone) {
            view.drawn_on = Some(zone.day(report.issued_at));
        }
    }
    if let Some(deadline) = view.deadline.as_ref().filter(|deadline| deadline.met_at.is_none()) {
        let visit = view.visit.as_ref().map(|stored| stored.visit.id);
        view.waits_for = waits_for(on, deadline.owed(), visit, view.today).await?;
    }
    Ok(())
}

fn settled(view: &View) -> Option<Settled> {
    let of_deadline = |deadline: &Deadline| match (&deadline.waiver, deadline.met_at) {
        (_, Some(at)) => Some(Settled::Met { at }),
        (Some(waiver), None) => Some(Settled::Waived(waiver.clone())),
        (None, None) => None,
    };
    let of_visit = |stored: &StoredVisit| match &stored.visit.state {
        VisitState::Planned { .. } | VisitState::Booked { .. } => None,
        VisitState::Done { completed_at, .. } => Some(Settled::VisitDone { at: *completed_at }),
        VisitState::Cancelled { cancelled_at, .. } => Some(Settled::VisitCancelled { at: *cancelled_at }),
    };
    match &view.matter {
        Matter::Deadline(_) => view.deadline.as_ref().map_or(Some(Settled::NotOwed), of_deadline),
        Matter::Visit(_) => view.visit.as_ref().and_then(of_visit),
        Matter::Slot(_) => match (&view.slot, &view.visit) {
            (None, _) => Some(Settled::NotOwed),
            // What was called off serves nobody.
            (Some(slot), Some(_)) if slot.unplanned.is_none() => Some(Settled::Planned),
            (Some(_), Some(_) | None) => view.deadline.as_ref().and_then(of_deadline),
        },
        Matter::Form(_) => match view.form.as_ref() {
            Some(form) if form.review.is_some() => {
                form.settled.clone().map(|settled| Settled::FormSettled { at: settled.at, how: settled.how })
            }
            Some(form) => Some(Settled::FormSettled { at: form.received_at, how: String::new() }),
            None => Some(Settled::NotOwed),
        },
        Matter::Letter(_) => match view.letter.as_ref().map(|letter| letter.state) {
            Some(LetterState::Undelivered) => None,
            Some(LetterState::Waiting | LetterState::Sent | LetterState::Cancelled) | None => Some(Settled::LetterLeft),
        },
    }
}

/// What can be done about an open matter.
async fn can(on: store::ReadHandle<'_>, view: &View) -> Result<Vec<ActKind>> {
    if view.settled.is_some() {
        return Ok(Vec::new());
    }
    if let Matter::Letter(_) = view.matter {
        return Ok(vec![ActKind::Retry]);
    }
    if let Matter::Form(_) = view.matter {
        let is_open = view.visit.as_ref().is_some_and(|stored| match stored.visit.state {
            VisitState::Planned { .. } | VisitState::Booked { .. } => true,
            VisitState::Done { .. } | VisitState::Cancelled { .. } => false,
        });
        return Ok(is_open.then_some(ActKind::TakeForm).into_iter().chain([ActKind::DismissForm]).collect());
    }
    let mut can = Vec::new();
    let open = view.deadline.as_ref().filter(|deadline| deadline.met_at.is_none() && deadline.waiver.is_none());
    let is_counted = view.deadline.as_ref().is_none_or(|deadline| deadline.due.on().is_some());
    let is_told = view.visit.as_ref().is_some_and(|stored| match stored.visit.state {
        VisitState::Booked { .. } | VisitState::Done { .. } => true,
        VisitState::Planned { .. } | VisitState::Cancelled { .. } => false,
    });
    if view.proposed.is_some() {
        can.push(ActKind::TakeProposal);
    }
    // No reminders are sent about a visit that cannot take place.
    let is_fit = view.unfit.is_none() || view.deadline.is_some();
    let is_there = view.engineer.as_ref().is_some_and(|engineer| engineer.is_there_on(view.today));
    if is_there && is_told && is_counted && is_fit {
        can.push(ActKind::Remind);
    }
    match view.visit.as_ref().map(|stored| &stored.visit.state) {
        Some(VisitState::Planned { appointment } | VisitState::Booked { appointment, .. }) => {
            if appointment.day >= view.today {
                can.push(ActKind::Assign);
            }
            can.push(ActKind::Move);
        }
        Some(VisitState::Done { .. } | VisitState::Cancelled { .. }) | None => {}
    }
    if let (Some(Owed::Report), Some(stored)) = (open.map(Deadline::owed), &view.visit)
        && view.drawn_on.is_some()
        && (open.is_some_and(|deadline| deadline.subject.revision().is_some())
            || store::reports::filing(on, stored.visit.id).await?.is_none())
    {
        can.push(ActKind::HandedOver);
    }
    if open.is_some() {
        can.push(ActKind::Waive);
    }
    Ok(can)
}
