//! Notes what happens to a deadline, and judges it again, in the transaction of the cause.
//!
//! Flags that the new judgement contradicts are withdrawn with the reason. Steps that it finds reached and not raised
//! are left to `flag_late`, which also tells people.

use chrono::{NaiveDate, TimeDelta};
use serde_json::json;

use super::deadlines::Counter;
use crate::acting::note_by;
use crate::{Result, Tools};
use domain::Instant;
use domain::access::{Actor, Deed, DeedCase};
use domain::audit::trail::DeedNote;
use domain::ids::DeadlineId;
use domain::people::equipment::Site;
use domain::promises::clock::{Allowed, Happened, Happening, Raised, Refusal, recount};
use domain::promises::{Deadline, DeadlineCase, DeadlineTerms, Due, JudgedDeadline, Waiver};
use store::Tx;
use store::promises::LastJudged;
use store::promises::flag::{NewFlag, StoredFlag};

/// The result of noting an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noted {
    /// It is stored, and the deadline was judged with it.
    Taken,
    /// It is impossible in the current state; nothing is stored.
    Refused(Refusal),
    /// There is no such deadline, or it is withdrawn.
    NotOwed,
}

/// The clocks of devices differ; events further in the future did not happen then.
const AHEAD: TimeDelta = TimeDelta::minutes(15);

/// Notes an event of the deadline with this key.
pub async fn note(tools: &Tools, tx: &mut Tx, key: &str, at: Instant, what: Happened, now: Instant) -> Result<Noted> {
    let Some(deadline) = standing(tx, key).await? else { return Ok(Noted::NotOwed) };
    let mut events = store::promises::event::of(&mut *tx, deadline.id).await?;
    // The clock may have been set back since.
    let noted_at = events.last().map_or(now, |last| last.noted_at.max(now));
    events.push(Happening { at, noted_at, what });
    let site = site_of(tx, &deadline).await?;
    let judged = deadline.case().judge(&events, Counter::of(tools, &site, &deadline.terms).place(), now);
    // The first event of the history is the call.
    let number = events.len();
    if let Some(refused) = judged.judgement.refused.iter().find(|refused| refused.event == number) {
        return Ok(Noted::Refused(refused.rule));
    }
    store::promises::event::put(tx, deadline.id, number, &events[number - 1]).await?;
    if events[number - 1].what == Happened::Met {
        raise_what_was_passed(tx, &deadline, &judged, &site, now).await?;
    }
    keep(tx, &deadline, &judged, now).await?;
    Ok(Noted::Taken)
}

/// When something late is done at last, raises the steps that it has passed and that `flag_late` has not got to: a late
/// record makes its report late before anybody has checked. They are dated by the clock, and nobody is told, since it
/// is over.
async fn raise_what_was_passed(
    tx: &mut Tx,
    deadline: &Deadline,
    judged: &JudgedDeadline,
    site: &Site,
    now: Instant,
) -> Result<()> {
    let is_late = judged.late_from.zip(judged.met_at).is_some_and(|(late_from, met)| met >= late_from);
    if is_late && deadline.waiver.is_none() {
        raise_silently(tx, deadline, judged, site, now).await?;
    }
    Ok(())
}

/// Raises all steps that were reached and are not raised, dated by the clock. Nobody is told.
async fn raise_silently(
    tx: &mut Tx,
    deadline: &Deadline,
    judged: &JudgedDeadline,
    site: &Site,
    now: Instant,
) -> Result<()> {
    let standing = raised(&take_back(tx, deadline.id, judged, now).await?.standing);
    for raised in judged.to_raise(&standing) {
        let level = deadline.terms.steps[raised.step].at.word();
        let after = Some(json!({ "level": level, "due": judged.due.on() }));
        let dated = site.time_zone.begun_day(raised.dated);
        let flag = NewFlag { raised, level, dated, raised_at: now };
        if store::promises::flag::raise(tx, deadline.id, &flag).await? {
            let (site, visit) = (Some(deadline.site.clone()), deadline.subject.visit());
            let line = DeedNote { site, visit, after, ..DeedNote::of_office(Deed::RaiseFlag, deadline.key.as_str()) };
            note_by(tx, &Actor::Program, &DeedCase::default(), line)?;
        }
    }
    Ok(())
}

/// Raises the steps that the deadline with this key has already passed, dated by the clock, without telling anybody: it
/// was owed before the office knew. From now on, people are told as usual.
pub(super) async fn inherit(tools: &Tools, tx: &mut Tx, key: &str, now: Instant) -> Result<()> {
    let Some(deadline) = standing(tx, key).await? else { return Ok(()) };
    let events = store::promises::event::of(&mut *tx, deadline.id).await?;
    let site = site_of(tx, &deadline).await?;
    let judged = deadline.case().judge(&events, Counter::of(tools, &site, &deadline.terms).place(), now);
    raise_silently(tx, &deadline, &judged, &site, now).await?;
    keep(tx, &deadline, &judged, now).await
}

/// Counts the open deadline with this key from another day on, by its own terms. Flags that the new count contradicts
/// are withdrawn; nobody is told twice about steps that it reaches as well. Returns whether there is such a deadline.
pub(super) async fn count_from(tools: &Tools, tx: &mut Tx, key: &str, day: NaiveDate, now: Instant) -> Result<bool> {
    let Some(deadline) = standing(tx, key).await? else { return Ok(false) };
    let within = match (deadline.terms.allowed, &deadline.due) {
        (Some(Allowed::WorkingDays(within)), _) => Some(within),
        (None, Due::Counted { ledger }) => Some(ledger.within),
        (None, Due::Window { .. } | Due::Timed { .. } | Due::Held | Due::Unknown { .. })
        | (
            Some(
                Allowed::Elapsed(_)
                | Allowed::Hours(_)
                | Allowed::CalendarDays(_)
                | Allowed::Window { .. }
                | Allowed::Until(_),
            ),
            _,
        ) => None,
    };
    let Some(within) = within.filter(|_| deadline.met_at.is_none() && deadline.since_on != day) else {
        return Ok(true);
    };
    let site = site_of(tx, &deadline).await?;
    let counter = Counter::of(tools, &site, &deadline.terms);
    let due = counter.due(day, within);
    let events = store::promises::event::of(&mut *tx, deadline.id).await?;
    let case = DeadlineCase { since_on: day, due: &due, ..deadline.case() };
    let judged = case.judge(&events, counter.place(), now);
    let standing = follow_count(tx, deadline.id, &judged, &site, now).await?;
    let anew = counter.counted(&judged, &standing, &deadline.terms, now);
    store::promises::count_from(tx, deadline.id, day, &anew).await?;
    Ok(true)
}

/// Adapts the flags of a deadline to a new count: those that it contradicts are withdrawn, and if their steps are
/// reached by the new count as well, they are raised again for the new day. Returns the current flags.
pub(super) async fn follow_count(
    tx: &mut Tx,
    id: DeadlineId,
    judged: &JudgedDeadline,
    site: &Site,
    now: Instant,
) -> Result<Vec<Raised>> {
    let place = |raised: &Raised| (raised.opening, raised.step);
    let flags = take_back(tx, id, judged, now).await?;
    let mut standing = raised(&flags.standing);
    for raised in judged.to_raise(&standing) {
        let same = |flag: &&StoredFlag| place(&flag.raised) == place(&raised);
        let Some(before) = flags.withdrawn.iter().find(same) else { continue };
        let dated = site.time_zone.begun_day(raised.dated);
        let flag = NewFlag { raised, level: before.level.clone(), dated, raised_at: before.raised_at };
        store::promises::flag::raise(tx, id, &flag).await?;
        standing.push(raised);
    }
    Ok(standing)
}

/// Notes that what is owed was done at `at`. Does nothing if it was already met or withdrawn.
pub(super) async fn meet(tools: &Tools, tx: &mut Tx, key: &str, at: Instant, now: Instant) -> Result<()> {
    let at = if at - now > AHEAD { now } else { at };
    note(tools, tx, key, at, Happened::Met, now).await.map(drop)
}

/// Notes that it is no longer owed: a visit that is moved into the future owes no record yet. If it was met, it stays
/// met.
pub(super) async fn withdraw(tools: &Tools, tx: &mut Tx, key: &str, now: Instant) -> Result<()> {
    note(tools, tx, key, now, Happened::Withdrawn, now).await.map(drop)
}

/// Strikes the current meeting: it did not happen after all, and the original due time applies.
pub(super) async fn strike(tools: &Tools, tx: &mut Tx, key: &str, now: Instant) -> Result<()> {
    let Some(deadline) = standing(tx, key).await? else { return Ok(()) };
    let events = store::promises::event::of(&mut *tx, deadline.id).await?;
    let is_struck = |number: usize| events.iter().any(|event| event.what == Happened::Struck { event: number });
    let met = (1..=events.len()).rev().find(|number| events[number - 1].what == Happened::Met && !is_struck(*number));
    let Some(event) = met else { return Ok(()) };
    note(tools, tx, key, now, Happened::Struck { event }, now).await.map(drop)
}

/// Waives an open deadline: it is not flagged any more and does not count as late. Returns whether it was open and not
/// waived yet.
pub async fn waive(tools: &Tools, tx: &mut Tx, id: DeadlineId, waiver: &Waiver, now: Instant) -> Result<bool> {
    if !store::promises::waive(tx, id, waiver).await? {
        return Ok(false);
    }
    let Some(deadline) = store::promises::for_change(tx, id).await? else { return Ok(false) };
    let events = store::promises::event::of(&mut *tx, id).await?;
    let site = site_of(tx, &deadline).await?;
    let judged = deadline.case().judge(&events, Counter::of(tools, &site, &deadline.terms).place(), now);
    keep(tx, &deadline, &judged, now).await?;
    Ok(true)
}

pub(super) async fn standing(tx: &mut Tx, key: &str) -> Result<Option<Deadline>> {
    match store::promises::by_key(&mut *tx, key).await? {
        Some(found) => Ok(store::promises::for_change(tx, found.id).await?),
        None => Ok(None),
    }
}

pub(super) async fn site_of(tx: &mut Tx, deadline: &Deadline) -> Result<Site> {
    let site = store::people::site::find(&mut *tx, &deadline.site).await?;
    Ok(site.expect("the schema wants a deadline's site"))
}

/// Stores a judgement with the calendar of the deadline's day, and adapts the flags to it.
pub(super) async fn keep(tx: &mut Tx, deadline: &Deadline, judged: &JudgedDeadline, now: Instant) -> Result<()> {
    let flags = take_back(tx, deadline.id, judged, now).await?;
    let by = (deadline.calendar.clone(), deadline.calendar_version.clone());
    let kept = last_judged(judged, &raised(&flags.standing), &deadline.terms, by, now);
    store::promises::judged(tx, deadline.id, &kept).await?;
    Ok(())
}

/// The flags of a deadline after a judgement.
pub(super) struct TakenFlags {
    pub(super) standing: Vec<StoredFlag>,
    pub(super) withdrawn: Vec<StoredFlag>,
}

/// Withdraws the flags that a judgement contradicts.
pub(super) async fn take_back(
    tx: &mut Tx,
    id: DeadlineId,
    judged: &JudgedDeadline,
    now: Instant,
) -> Result<TakenFlags> {
    let mut flags = store::promises::flag::of(&mut *tx, id).await?;
    flags.retain(|flag| flag.withdrawn.is_none());
    let taken_back = recount(&raised(&flags), &judged.judgement).taken_back;
    let why = |flag: &StoredFlag| taken_back.iter().find(|back| back.raised == flag.raised).map(|back| back.why);
    let (withdrawn, standing): (Vec<_>, Vec<_>) = flags.into_iter().partition(|flag| why(flag).is_some());
    for flag in &withdrawn {
        let why = why(flag).expect("so they were parted");
        store::promises::flag::withdraw(tx, flag.id, &why, now).await?;
    }
    Ok(TakenFlags { standing, withdrawn })
}

pub(super) fn raised(flags: &[StoredFlag]) -> Vec<Raised> {
    flags.iter().map(|flag| flag.raised).collect()
}

/// When a deadline without terms is judged again, in case its contract's plan can be read by then.
const LOOK_FOR_TERMS: TimeDelta = TimeDelta::minutes(15);

/// The result of a judgement by these terms at `now`, with the current flags and the calendar used.
pub(super) fn last_judged(
    judged: &JudgedDeadline,
    raised: &[Raised],
    terms: &DeadlineTerms,
    by: (String, String),
    now: Instant,
) -> LastJudged {
    let next_look_at = judged.next_look(raised);
    let for_terms = (terms.stand_in && judged.is_open()).then_some(now + LOOK_FOR_TERMS);
    LastJudged {
        due: judged.due.clone(),
        late_from: judged.late_from.filter(|_| judged.due.on().is_some()),
        provisional: match &judged.due {
            Due::Counted { ledger } => ledger.provisional,
            Due::Window { .. } | Due::Timed { .. } | Due::Held | Due::Unknown { .. } => false,
        },
        calendar: by.0,
        calendar_version: by.1,
        met_at: judged.met_at,
        withdrawn_at: judged.withdrawn_at,
        next_look_at: next_look_at.into_iter().chain(for_terms).min(),
    }
}
