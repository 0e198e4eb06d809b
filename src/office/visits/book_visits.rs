//! Books, moves and cancels visits, and tells everyone concerned in the same transaction.

mod cancel;
mod rules;
mod tell;

use anyhow::Context;
use chrono::{NaiveDate, NaiveTime};
use serde_json::json;

pub(super) use self::cancel::end_visit_for_rest;
pub use self::cancel::{cancel, end_visit};
pub use self::rules::{free_and_able, refusal};
pub(super) use self::rules::{how_far, minutes_of};
use self::tell::{CalendarChange, News, Rebooked, tell, tell_booking};
use super::judge_visits;
use crate::access::form_links::revoke_form_links;
use crate::acting::note;
use crate::letters::withdraw_untrue;
use crate::parties::{Parties, engineer, engineers};
use crate::promises::deadlines::no_record_owed;
use crate::records::mirror_draft::hand_draft_over;
use crate::{Acting, Error, Office, Result, Tools, named_visit};
use domain::Instant;
use domain::access::Deed;
use domain::audit::trail::{DeedNote, PersonalField};
use domain::calendar::WorkingDays;
use domain::ids::{EngineerCode, VisitId};
use domain::letters::notice::Notice;
use domain::people::Engineer;
use domain::time::days_of;
use domain::visits::{Appointment, BookingRefused, StoredVisit, Visit, VisitState};
use store::Tx;

/// How many visits are read at a time.
const A_PAGE: i64 = 200;
/// How many visits one transaction announces or sends reminders for, because other writers wait for it.
const WRITTEN_TOGETHER: usize = 10;
/// The local hour at the site at which a reminder is sent.
const REMIND_AT_HOUR: u32 = 9;

/// Changes to a visit's appointment; `None` keeps the current value.
#[derive(Debug, Clone, Default)]
pub struct AppointmentChange {
    pub engineer: Option<EngineerCode>,
    pub day: Option<NaiveDate>,
    pub starts: Option<NaiveTime>,
}

/// Whether a booking may break the rules that protect a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rules {
    Keep,
    /// A person has decided: on a day off, on a full day, without a skill, or outside the window.
    Overrule,
}

/// Announces planned visits whose notice period has begun. Returns how many.
///
/// # Errors
/// If the store fails; what was announced until then stays.
pub async fn announce_visits(office: &Office) -> Result<u64> {
    let now = office.clock.now();
    let zones = store::moment::zones_of_sites(&office.db).await?;
    let days = days_of(&zones, now);
    let (mut announced, mut after, mut known) = (0, None, None);
    loop {
        let page = store::visits::to_announce(&office.db, &days, after, A_PAGE).await?;
        let Some(last) = page.last() else { return Ok(announced) };
        after = Some((last.announce_on, last.visit.id));
        // Most beats announce nothing, so engineers are only read when needed.
        let engineers = match known.take() {
            Some(engineers) => engineers,
            None => judge_visits::Engineers::of(office, &office.db).await?,
        };
        let engineers = &*known.insert(engineers);
        let mut cases = cases(office, page).await?;
        // If its day came before it was announced, the visit is the planner's again.
        cases.retain(|Case { stored, parties, .. }| {
            let today = parties.site.time_zone.day(now);
            let appointment = stored.visit.state.appointment();
            let is_due = stored.announce_on <= today && appointment.day > today;
            // If it cannot take place any more, the visit is the planner's again.
            is_due && engineers.against(office, &stored.visit, parties, appointment).is_empty()
        });
        for piece in cases.chunks(WRITTEN_TOGETHER) {
            let mut tx = office.at_work().begin().await?;
            for Case { stored, parties, engineer } in piece {
                let appointment = stored.visit.state.appointment();
                let to = Booking { appointment, engineer, deed: Deed::AnnounceVisit };
                announced += u64::from(put_booking(office, &mut tx, stored, parties, to, now).await?);
            }
            if tx.has_noted() {
                tx.commit().await?;
            }
        }
    }
}

/// Sends reminders to engineer and customer on the working day before. Returns for how many visits.
pub async fn remind(office: &Office) -> Result<u64> {
    let now = office.clock.now();
    let mut reminded = 0;
    loop {
        let page = store::visits::to_remind(&office.db, now, A_PAGE).await?;
        if page.is_empty() {
            return Ok(reminded);
        }
        for piece in cases(office, page).await?.chunks(WRITTEN_TOGETHER) {
            let mut tx = office.at_work().begin_part().await?;
            for case in piece {
                reminded += u64::from(put_reminder(office, &mut tx, case, now).await?);
            }
            tx.commit().await?;
        }
    }
}

/// Returns whether anybody was sent a reminder.
async fn put_reminder(tools: &Tools, tx: &mut Tx, case: &Case, now: Instant) -> Result<bool> {
    let Case { stored, parties, engineer } = case;
    let appointment = stored.visit.state.appointment();
    let is_ahead = appointment.day >= parties.site.time_zone.day(now);
    if !store::visits::set_reminded(tx, stored.visit.id).await? || !is_ahead {
        return Ok(false);
    }
    let notice = Notice::VisitReminder { visit: parties.words(&stored.visit, engineer) };
    let sequence = stored.visit.state.sequence();
    let readers = parties.readers(notice.kind(), Some(engineer));
    let news = News {
        visit: &stored.visit,
        parties,
        engineers: &[engineer],
        visit_at: appointment.starts_at(),
        sequence,
        notice: &notice,
        calendar: CalendarChange::Stays,
    };
    tell(tools, tx, &news, &readers, now).await?;
    note(tx, &parties.case(&stored.visit), DeedNote::of_visit(Deed::Remind, &stored.visit))?;
    Ok(true)
}

/// A visit with its parties.
struct Case {
    stored: StoredVisit,
    parties: Parties,
    engineer: Engineer,
}

/// Reads the parties of a page of visits at once.
async fn cases(office: &Office, page: Vec<StoredVisit>) -> Result<Vec<Case>> {
    let of: Vec<_> = page.iter().map(|stored| (&stored.visit).into()).collect();
    let parties = Parties::of_each(office, &office.db, &of).await?;
    let codes = page.iter().map(|stored| &stored.visit.state.appointment().engineer);
    let engineers = engineers(&office.db, codes).await?;
    let case = |(stored, parties): (StoredVisit, Parties)| {
        let code = &stored.visit.state.appointment().engineer;
        let engineer = engineers.get(code).cloned().with_context(|| format!("engineer {code} is gone"))?;
        Ok(Case { stored, parties, engineer })
    };
    page.into_iter().zip(parties).map(case).collect()
}

/// Books a visit by hand, or books a cancelled one again, and announces it. A cancelled one takes the place of what was
/// planned instead of it meanwhile, as long as nobody was told of that.
///
/// # Errors
/// [`BookingRefused`] as a refusal, with the rule and the remedy.
pub async fn book(office: &Acting, id: VisitId, change: &AppointmentChange, rules: Rules) -> Result<Visit> {
    let stored = named_visit(&office.db, id).await?;
    match &stored.visit.state {
        VisitState::Planned { .. } | VisitState::Cancelled { .. } => {}
        VisitState::Booked { .. } => return refuse(BookingRefused::AlreadyBooked { visit: id }),
        VisitState::Done { .. } => return refuse(BookingRefused::AlreadyDone { visit: id }),
    }
    let mut tx = office.begin().await?;
    let stored = match (&stored.visit.state, stored.slot) {
        (VisitState::Cancelled { .. }, None) => back_in_its_slot(&mut tx, stored).await?,
        (
            VisitState::Planned { .. }
            | VisitState::Booked { .. }
            | VisitState::Done { .. }
            | VisitState::Cancelled { .. },
            _,
        ) => stored,
    };
    settle(office, &mut tx, &stored, change, rules, Deed::BookVisit).await?;
    tx.commit().await?;
    Ok(named_visit(&office.db, id).await?.visit)
}

/// A visit that was called off with the slot that it was made for, if that has no other visit that anybody was told of. An
/// extra one has none.
async fn back_in_its_slot(tx: &mut Tx, stored: StoredVisit) -> Result<StoredVisit> {
    match store::visits::called_off::return_to_slot(tx, &stored.visit).await? {
        Some(StoredVisit { visit: other, .. }) => {
            let (visit, day) = (stored.visit.id, other.state.appointment().day);
            refuse(BookingRefused::PeriodHasAnother { visit, other: other.id, day })
        }
        None => named_visit(tx, stored.visit.id).await,
    }
}

/// Moves a visit to another day, time or engineer. Everyone who was told of it is told; one that nobody was told of stays
/// planned, and is announced so many days ahead as it was to be. Where a rule is overruled, a planned one is booked and
/// announced at once: the planner would not let it stand as a plan.
///
/// # Errors
/// [`BookingRefused`] as a refusal, with the rule and the remedy.
pub async fn move_visit(office: &Acting, id: VisitId, change: &AppointmentChange, rules: Rules) -> Result<Visit> {
    let mut tx = office.begin().await?;
    move_in(office, &mut tx, id, change, rules).await?;
    tx.commit().await?;
    Ok(named_visit(&office.db, id).await?.visit)
}

/// Like [`move_visit`], in a transaction that also stores related changes.
///
/// # Errors
/// See [`move_visit`].
pub async fn move_in(tools: &Tools, tx: &mut Tx, id: VisitId, change: &AppointmentChange, rules: Rules) -> Result<()> {
    let stored = named_visit(&mut *tx, id).await?;
    match &stored.visit.state {
        VisitState::Planned { .. } | VisitState::Booked { .. } => {}
        VisitState::Cancelled { .. } => return refuse(BookingRefused::Cancelled { visit: id }),
        VisitState::Done { .. } => return refuse(BookingRefused::AlreadyDone { visit: id }),
    }
    match (&stored.visit.state, rules) {
        (VisitState::Planned { .. }, Rules::Keep) => plan_otherwise(tools, tx, &stored, change).await,
        (VisitState::Planned { .. }, Rules::Overrule)
        | (VisitState::Booked { .. } | VisitState::Cancelled { .. } | VisitState::Done { .. }, _) => {
            settle(tools, tx, &stored, change, rules, Deed::MoveVisit).await
        }
    }
}

/// Changes the appointment of a visit that nobody was told about, within all rules.
async fn plan_otherwise(tools: &Tools, tx: &mut Tx, stored: &StoredVisit, change: &AppointmentChange) -> Result<()> {
    let (now, visit) = (tools.clock.now(), &stored.visit);
    store::visits::far::touch(tx, visit.id).await?;
    let parties = Parties::of_visit(tools, &mut *tx, visit).await?;
    let (was, appointment) = (visit.state.appointment(), changed(visit, change));
    if appointment == *was {
        return Ok(());
    }
    if let Some(refused) = refusal(tools, &mut *tx, stored, &parties, &appointment, Rules::Keep, now).await? {
        return refuse(refused);
    }
    let announce_on = appointment.day - (was.day - stored.announce_on);
    if !store::visits::plan_otherwise(tx, visit, &appointment, announce_on).await? {
        return refuse(BookingRefused::ChangedMeanwhile { visit: visit.id });
    }
    let after = VisitState::Planned { appointment };
    let moved = DeedNote {
        before: Some(in_short(&visit.state)),
        after: Some(in_short(&after)),
        ..DeedNote::of_visit(Deed::MoveVisit, visit)
    };
    note(tx, &parties.case(visit), moved)
}

/// A visit's appointment after a change.
#[must_use]
pub fn changed(visit: &Visit, change: &AppointmentChange) -> Appointment {
    let planned = visit.state.appointment();
    Appointment {
        engineer: change.engineer.clone().unwrap_or_else(|| planned.engineer.clone()),
        day: change.day.unwrap_or(planned.day),
        starts: change.starts.unwrap_or(planned.starts),
        takes_minutes: planned.takes_minutes,
    }
}

/// Validates the new appointment, and stores it together with its letters.
pub(super) async fn settle(
    tools: &Tools,
    tx: &mut Tx,
    stored: &StoredVisit,
    change: &AppointmentChange,
    rules: Rules,
    deed: Deed,
) -> Result<()> {
    let now = tools.clock.now();
    store::visits::far::touch(tx, stored.visit.id).await?;
    let parties = Parties::of_visit(tools, &mut *tx, &stored.visit).await?;
    let appointment = changed(&stored.visit, change);
    let is_booked = matches!(stored.visit.state, VisitState::Booked { .. });
    let overruled = match rules {
        Rules::Keep => Vec::new(),
        Rules::Overrule => judge_visits::overruled(tools, &mut *tx, &stored.visit, &parties, &appointment).await?,
    };
    if is_booked && appointment == *stored.visit.state.appointment() {
        if overruled.is_empty() {
            return Ok(());
        }
        // Nobody can overrule that the engineer has left.
        if let Some(gone) = rules::gone(&mut *tx, &appointment).await? {
            return refuse(gone);
        }
        return leave_as_it_is(tx, &stored.visit, &parties, &overruled, now).await;
    }
    if let Some(refused) = refusal(tools, &mut *tx, stored, &parties, &appointment, rules, now).await? {
        return refuse(refused);
    }
    let engineer = engineer(&mut *tx, &appointment.engineer).await?;
    let booking = Booking { appointment: &appointment, engineer: &engineer, deed };
    if !put_booking(tools, tx, stored, &parties, booking, now).await? {
        return refuse(BookingRefused::ChangedMeanwhile { visit: stored.visit.id });
    }
    if !overruled.is_empty() {
        store::visits::unfit::set_overruled(tx, stored.visit.id, &overruled).await?;
    }
    Ok(())
}

/// Leaves a booking as it is despite objections, because a person has decided so.
async fn leave_as_it_is(
    tx: &mut Tx,
    visit: &Visit,
    parties: &Parties,
    overruled: &[String],
    now: Instant,
) -> Result<()> {
    let known = store::visits::unfit::overruled(&mut *tx, &[visit.id]).await?;
    if known.iter().any(|known| known.words == overruled) {
        return Ok(());
    }
    store::visits::unfit::set_overruled(tx, visit.id, overruled).await?;
    store::visits::unfit::fit_again(tx, visit.id, now).await?;
    let left = DeedNote {
        before: Some(in_short(&visit.state)),
        after: Some(json!({ "overruled": overruled })),
        ..DeedNote::of_visit(Deed::MoveVisit, visit)
    };
    note(tx, &parties.case(visit), left)
}

/// A booking to be stored, and the deed for it.
#[derive(Clone, Copy)]
struct Booking<'a> {
    appointment: &'a Appointment,
    /// The new engineer.
    engineer: &'a Engineer,
    deed: Deed,
}

/// A visit's state in the form used in the audit trail.
fn in_short(state: &VisitState) -> serde_json::Value {
    let Appointment { engineer, day, starts, .. } = state.appointment();
    json!({ "day": day, "starts": starts.format("%H:%M").to_string(), "engineer": engineer, "state": state.word() })
}

/// Stores a booking and its letters: an announcement for new readers, a move for those who were already told.
async fn put_booking(
    tools: &Tools,
    tx: &mut Tx,
    stored: &StoredVisit,
    parties: &Parties,
    Booking { appointment, engineer: new_engineer, deed }: Booking<'_>,
    now: Instant,
) -> Result<bool> {
    let before = &stored.visit;
    let sequence = match before.state {
        VisitState::Planned { .. } => 0,
        VisitState::Booked { sequence, .. } | VisitState::Cancelled { sequence, .. } => sequence + 1,
        VisitState::Done { .. } => return Ok(false),
    };
    let remind_at = remind_at(tools, parties, appointment, now);
    if !store::visits::book(tx, before, appointment, now, remind_at, sequence).await? {
        return Ok(false);
    }
    let after = Visit {
        state: VisitState::Booked { appointment: appointment.clone(), announced_at: now, sequence },
        ..before.clone()
    };
    let is_new = deed == Deed::AddVisit;
    let why = before.why.clone().filter(|_| is_new);
    let booked = DeedNote {
        before: (!is_new).then(|| in_short(&before.state)),
        after: Some(in_short(&after.state)),
        personal: why.map(|why| (PersonalField::Text, why)).into_iter().collect(),
        ..DeedNote::of_visit(deed, before)
    };
    note(tx, &parties.case(before), booked)?;
    let withdrawn = match before.state {
        // Nobody was told about it, and nothing is owed for it.
        VisitState::Planned { .. } => Vec::new(),
        VisitState::Booked { .. } | VisitState::Cancelled { .. } | VisitState::Done { .. } => {
            no_record_owed(tools, tx, before, now).await?;
            withdraw_untrue(tools, tx, before.id).await?
        }
    };
    if before.state.appointment().engineer != appointment.engineer {
        revoke_form_links(tools, tx, before.id, &before.state.appointment().engineer).await?;
        hand_draft_over(tools, tx, before.id).await?;
    }
    if matches!(before.state, VisitState::Planned { .. }) && before.number > 0 {
        // What was filled in when nobody was let in is there when that is made up for.
        let filled_in_by = store::records::draft::pass_on_to(tx, before).await?;
        if filled_in_by.is_some_and(|engineer| engineer != appointment.engineer) {
            hand_draft_over(tools, tx, before.id).await?;
        }
    }
    tell_booking(tools, tx, &Rebooked { before, after: &after, parties, engineer: new_engineer, withdrawn }, now)
        .await?;
    Ok(true)
}

/// When to remind: in the morning, so many working days before, one where the term cannot be read now; None where that
/// moment has passed.
fn remind_at(tools: &Tools, parties: &Parties, appointment: &Appointment, now: Instant) -> Option<Instant> {
    let days = parties.term.as_ref().map_or(WorkingDays(1), |term| term.remind);
    let calendar = tools.calendars.of_site(&parties.site).ok()?;
    let day = calendar.nth_before(appointment.day, days).ok()?;
    let at = parties.site.time_zone.instant(day.and_hms_opt(REMIND_AT_HOUR, 0, 0)?);
    (at > now).then_some(at)
}

fn refuse<T>(refused: BookingRefused) -> Result<T> {
    Err(match &refused {
        BookingRefused::UnknownEngineer { .. } => Error::NotFound(refused.to_string()),
        BookingRefused::AlreadyBooked { .. }
        | BookingRefused::AlreadyDone { .. }
        | BookingRefused::Cancelled { .. }
        | BookingRefused::ChangedMeanwhile { .. }
        | BookingRefused::PeriodHasAnother { .. }
        | BookingRefused::NoReason { .. }
        | BookingRefused::BadReason { .. }
        | BookingRefused::Past { .. }
        | BookingRefused::DayOff { .. }
        | BookingRefused::OutsideWindow { .. }
        | BookingRefused::NoSkill { .. }
        | BookingRefused::OutOfReach { .. }
        | BookingRefused::EngineerTaken { .. }
        | BookingRefused::EngineerOff { .. }
        | BookingRefused::EngineerGone { .. }
        | BookingRefused::NoCalendar { .. }
        | BookingRefused::UnknownHolidays(_)
        | BookingRefused::ContractEnded { .. } => Error::Refused(refused.to_string()),
    })
}
