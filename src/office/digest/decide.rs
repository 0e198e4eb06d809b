//! Decisions of managers, made on a page behind a secret link; each is carried out once and recorded (R12, R13).

mod view;

pub use view::{Settled, View, view};

use crate::access::form_links::form_link;
use crate::acting::note;
use crate::letters::owe;
use crate::parties::{engineer_reader, manager_reader};
use crate::promises::deadlines::Counter;
use crate::promises::flag_late::words;
use crate::promises::history;
use crate::records::review_forms::{dismiss_form_in, take_form_in};
use crate::reports::file_report::{Handover, handed_over_in};
use crate::visits::book_visits::{AppointmentChange, Rules, changed, move_in, refusal};
use crate::{Error, Office, Result, Tools};
use domain::Instant;
use domain::access::{
    Act, Actor, Deed, DeedCase, Door, Errand, Insist, Link, LinkRefused, Matter, NewAct, StoredAct, may,
};
use domain::audit::trail::{DeedNote, PersonalField};
use domain::calendar::WorkingDays;
use domain::contract::FlagAt;
use domain::letters::hours::Occasion;
use domain::letters::notice::Notice;
use domain::people::Manager;
use domain::promises::{Waiver, days_late};
use domain::typed::{BadTypedText, typed};
use domain::visits::{BookingRefused, Visit, VisitState};
use store::Tx;

/// A request from a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Generated with the page; the same id is the same order, however often it arrives.
    pub client_id: String,
    /// The last act on the matter that the page showed; 0 for none. Later acts may make the order pointless:
    /// [`ActKind::overtakes`](domain::access::ActKind::overtakes).
    pub seen: i64,
    pub act: Act,
}

/// The outcome of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decided {
    /// Carried out now, or earlier by the same order.
    Done(StoredAct),
    Refused(Refused),
}

/// Why an order was not carried out, with a message for the manager.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// The same thing, or something that makes it pointless, was done after the page was shown.
    DoneAlready(StoredAct),
    /// There is nothing left to decide, or this cannot be done about it.
    NotPossible,
    /// The same id was used before, with another order.
    AnotherOrder,
    /// The engineer was reminded less than an hour ago.
    RemindedAlready {
        again_from: Instant,
    },
    Booking(BookingRefused),
    /// The report was drawn on the first day, and today is the second: the handover must lie between them.
    HandedOverOn {
        drawn_on: chrono::NaiveDate,
        today: chrono::NaiveDate,
    },
    /// A reason or a name is missing, or too long.
    SayMore,
    /// The text has a character that cannot be stored, at this position, counted from 1.
    Control {
        at: usize,
    },
}

/// The manager who holds a link, if it is still theirs.
pub async fn holder(office: &Office, link: &Link) -> Result<std::result::Result<Manager, LinkRefused>> {
    let (Errand::Matter { manager: code, .. } | Errand::Digest { manager: code }) = &link.errand else {
        return Ok(Err(LinkRefused::Unknown));
    };
    let manager = crate::people::manager(office, &office.db, code).await?;
    let theirs = manager.filter(|manager| link.is_held_by(&manager_reader(manager).role));
    Ok(theirs.ok_or(LinkRefused::Unknown))
}

/// Carries out an order once: the act, its changes and the resulting letters are committed together.
///
/// # Errors
/// If the store fails; then nothing was changed.
pub async fn decide(
    office: &Office,
    link: &Link,
    manager: &Manager,
    matter: &Matter,
    order: &Order,
) -> Result<Option<Decided>> {
    let now = office.clock.now();
    let actor = Actor::Manager { manager: Box::new(manager.clone()), door: Door::of(link, None) };
    let mut tx = office.acting(actor).begin().await?;
    store::access::act::take_turn(&mut tx).await?;
    let key = matter.key();
    if let Some(before) = store::access::act::by_client_id(&mut tx, &order.client_id).await? {
        let is_same = before.matter == key && before.act == order.act && before.link == link.id;
        return Ok(Some(if is_same { Decided::Done(before) } else { Decided::Refused(Refused::AnotherOrder) }));
    }
    let Some(view) = view(office, &mut tx, manager, matter).await? else { return Ok(None) };
    if let Some(done) = overtaken(&view, order) {
        return Ok(Some(Decided::Refused(Refused::DoneAlready(done.clone()))));
    }
    if let Some(refused) = refused(office, &mut tx, &view, &order.act, now).await? {
        return Ok(Some(Decided::Refused(refused)));
    }
    let mut done = act(office, &mut tx, manager, &view, order, now).await;
    if done.is_ok() {
        done = note_act(&mut tx, &view, &order.act);
    }
    match done {
        Ok(()) => {}
        Err(Error::Refused(why) | Error::NotFound(why)) => {
            // In the command line's words; the page has its own.
            tracing::info!(act = order.act.kind().word(), matter = key, why, "not decided");
            return Ok(Some(Decided::Refused(Refused::NotPossible)));
        }
        Err(failed @ Error::Failed(_)) => return Err(failed),
    }
    let by = manager_reader(manager).role.key();
    let new = NewAct { client_id: &order.client_id, link: link.id, by: &by, matter: &key, act: &order.act };
    store::access::act::put(&mut tx, &new, now).await?;
    let done = store::access::act::by_client_id(&mut tx, &order.client_id).await?.expect("put in this transaction");
    tx.commit().await?;
    tracing::info!(act = order.act.kind().word(), matter = key, by, "decided");
    Ok(Some(Decided::Done(done)))
}

/// An act since the page was shown that makes the order pointless: the same act, or one after which the order no longer
/// applies. All other acts in the meantime do not matter.
fn overtaken<'a>(view: &'a View, order: &Order) -> Option<&'a StoredAct> {
    let was_shown = view.acts.iter().any(|act| act.id == order.seen);
    let seen = if was_shown { order.seen } else { 0 };
    let asked = order.act.kind();
    let applies = view.can.contains(&asked);
    view.acts.iter().filter(|act| act.id > seen).find(|act| !applies || act.act.kind().overtakes(asked))
}

/// Checks that the manager may do this, and notes its line, unless the act itself notes one.
fn note_act(tx: &mut Tx, view: &View, act: &Act) -> Result<()> {
    let deed = Deed::from(act.kind());
    let visit = view.visit.as_ref().map(|stored| &stored.visit);
    let case = DeedCase {
        customer: view.parties.as_ref().map(|parties| &parties.customer.customer),
        visit: visit.map(|visit| visit.id),
        matter: Some(&view.matter),
        mailbox: view.letter.as_ref().map(|letter| letter.to.as_str()),
        ..DeedCase::default()
    };
    if tx.has_noted() {
        return Ok(may(tx.actor().expect("begun by a manager"), deed, &case)?);
    }
    let personal = match act {
        Act::Waive { why } => vec![(PersonalField::Text, why.trim().to_owned())],
        Act::Remind
        | Act::Assign { .. }
        | Act::Move { .. }
        | Act::TakeProposal { .. }
        | Act::HandedOver { .. }
        | Act::Retry
        | Act::TakeForm
        | Act::DismissForm { .. } => Vec::new(),
    };
    let line = DeedNote {
        site: view.parties.as_ref().map(|parties| parties.site.site.clone()),
        visit: visit.map(|visit| visit.id),
        personal,
        ..DeedNote::of_office(deed, view.matter.key())
    };
    note(tx, &case, line)
}

/// What speaks against an act, before anything is changed.
async fn refused(tools: &Tools, tx: &mut Tx, view: &View, act: &Act, now: Instant) -> Result<Option<Refused>> {
    if !view.can.contains(&act.kind()) {
        return Ok(Some(Refused::NotPossible));
    }
    let unkept = |texts: &[&str]| match texts.iter().find_map(|text| typed(text).err())? {
        BadTypedText::Empty | BadTypedText::TooLong { .. } => Some(Refused::SayMore),
        BadTypedText::Control { at } => Some(Refused::Control { at }),
    };
    Ok(match act {
        Act::Remind => view.remind_from.map(|again_from| Refused::RemindedAlready { again_from }),
        Act::Assign { .. } | Act::Move { .. } | Act::TakeProposal { .. } => {
            booking_refused(tools, tx, view, act, now).await?
        }
        Act::HandedOver { by, to, on } => match view.drawn_on {
            Some(drawn_on) if *on < drawn_on || *on > view.today => {
                Some(unkept(&[by, to]).unwrap_or(Refused::HandedOverOn { drawn_on, today: view.today }))
            }
            Some(_) | None => unkept(&[by, to]),
        },
        Act::Waive { why } | Act::DismissForm { why } => unkept(&[why]),
        Act::Retry | Act::TakeForm => None,
    })
}

async fn booking_refused(tools: &Tools, tx: &mut Tx, view: &View, act: &Act, now: Instant) -> Result<Option<Refused>> {
    let (Some(stored), Some(parties), Some((change, rules))) = (&view.visit, &view.parties, change(act)) else {
        return Ok(Some(Refused::NotPossible));
    };
    let refused = refusal(tools, &mut *tx, stored, parties, &changed(&stored.visit, &change), rules, now).await?;
    Ok(refused.map(Refused::Booking))
}

/// The change of the appointment that an assignment or move makes.
fn change(act: &Act) -> Option<(AppointmentChange, Rules)> {
    let rules = |insist: &Insist| match insist {
        Insist::No => Rules::Keep,
        Insist::Yes => Rules::Overrule,
    };
    match act {
        Act::Assign { engineer, insist } => Some((
            AppointmentChange { engineer: Some(engineer.clone()), ..AppointmentChange::default() },
            rules(insist),
        )),
        Act::Move { day, starts, insist } => {
            Some((AppointmentChange { engineer: None, day: Some(*day), starts: *starts }, rules(insist)))
        }
        Act::TakeProposal { engineer, day, starts } => {
            let to = AppointmentChange { engineer: Some(engineer.clone()), day: Some(*day), starts: Some(*starts) };
            Some((to, Rules::Keep))
        }
        Act::Remind
        | Act::HandedOver { .. }
        | Act::Waive { .. }
        | Act::Retry
        | Act::TakeForm
        | Act::DismissForm { .. } => None,
    }
}

/// Carries out the act, in the transaction that records it.
async fn act(tools: &Tools, tx: &mut Tx, manager: &Manager, view: &View, order: &Order, now: Instant) -> Result<()> {
    let visit = || view.visit.as_ref().map(|stored| stored.visit.id).ok_or_else(gone);
    match &order.act {
        Act::Remind => remind(tools, tx, view, &order.client_id, now).await,
        Act::Assign { .. } | Act::Move { .. } | Act::TakeProposal { .. } => {
            let (change, rules) = change(&order.act).expect("both change an appointment");
            move_in(tools, tx, visit()?, &change, rules).await
        }
        Act::HandedOver { by, to, on } => {
            let handover = Handover { by, to: Some(to.trim()), on: *on };
            handed_over_in(tools, tx, visit()?, &handover).await.map(drop)
        }
        Act::Waive { why } => {
            let deadline = view.deadline.as_ref().ok_or_else(gone)?;
            let waiver = Waiver { at: now, by: manager.name.clone(), why: why.trim().to_owned() };
            match history::waive(tools, tx, deadline.id, &waiver, now).await? {
                true => Ok(()),
                false => Err(gone()),
            }
        }
        Act::TakeForm => take_form_in(tools, tx, view.form.as_ref().ok_or_else(gone)?.id).await,
        Act::DismissForm { why } => {
            let by = &manager.name;
            let why = format!("{} ({by})", why.trim());
            dismiss_form_in(tools, tx, view.form.as_ref().ok_or_else(gone)?.id, &why).await
        }
        Act::Retry => {
            let letter = view.letter.as_ref().ok_or_else(gone)?;
            match store::letters::retry(tx, letter.letter, now).await? {
                true => Ok(()),
                false => Err(gone()),
            }
        }
    }
}

/// Whether the visit is done.
fn is_done(visit: &Visit) -> bool {
    match visit.state {
        VisitState::Done { .. } | VisitState::Cancelled { .. } => true,
        VisitState::Planned { .. } | VisitState::Booked { .. } => false,
    }
}

/// Somebody settled it between the check and the act.
fn gone() -> Error {
    Error::Refused("this was settled by somebody else just now".to_owned())
}

/// Writes to the engineer about the state of the matter.
async fn remind(tools: &Tools, tx: &mut Tx, view: &View, client_id: &str, now: Instant) -> Result<()> {
    let (Some(engineer), Some(parties), Some(stored)) = (&view.engineer, &view.parties, &view.visit) else {
        return Err(gone());
    };
    let notice = match &view.deadline {
        Some(deadline) => {
            let due_on = deadline.due.on().ok_or_else(gone)?;
            let calendar = Counter::of(tools, &parties.site, &deadline.terms).calendar.ok();
            let late = days_late(due_on, view.today, calendar.as_ref());
            let left = calendar.and_then(|calendar| calendar.count(view.today, due_on).ok()).unwrap_or(1);
            let at = match (late, due_on == view.today) {
                (0, true) => FlagAt::OnTheDay,
                (0, false) => FlagAt::Before(WorkingDays(left)),
                (late, _) => FlagAt::Late(WorkingDays(late)),
            };
            let visit = Some(&stored.visit);
            Notice::DeadlineFlagged { deadline: words(deadline, at, visit, Some(engineer), parties, due_on, late) }
        }
        None => Notice::VisitReminder { visit: parties.words(&stored.visit, engineer) },
    };
    let reader = engineer_reader(engineer);
    let key = format!("reminder/{}/{client_id}/{}", view.matter.key(), reader.role.key());
    let form = match is_done(&stored.visit) {
        true => None,
        false => form_link(tools, tx, &stored.visit, &parties.site.time_zone, &reader.role, &key).await?,
    };
    let mut letter = tools.composer.owed(key, reader, notice);
    letter.visit = Some(stored.visit.id);
    letter.facts.links.form = form;
    letter.facts.booking = Some(stored.visit.state.sequence());
    // Somebody has just asked for it.
    owe(tx, &letter, &Occasion::at_once(now)).await?;
    Ok(())
}
