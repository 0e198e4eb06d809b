//! What happens to a deadline: noted, and judged anew, in the transaction of what caused it.
//!
//! A flag that the new judgement does not bear out is withdrawn with the reason. What it finds reached and not raised is
//! the sweep's, which also tells of it.

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

/// What came of something that was to be noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noted {
    /// It is on file, and the deadline was judged by it.
    Taken,
    /// It cannot have happened as things stand; nothing is on file.
    Refused(Refusal),
    /// There is no such deadline, or none that stands.
    NotOwed,
}

/// Devices' clocks differ: what lies further ahead did not happen then.
const AHEAD: TimeDelta = TimeDelta::minutes(15);

/// Notes what happened to the deadline with this key.
///
/// # Errors
/// When the store does not answer.
pub async fn note(tools: &Tools, tx: &mut Tx, key: &str, at: Instant, what: Happened, now: Instant) -> Result<Noted> {
    let Some(deadline) = standing(tx, key).await? else { return Ok(Noted::NotOwed) };
    let mut events = store::promises::event::of(&mut *tx, deadline.id).await?;
    // The clock may have been set back since.
    let noted_at = events.last().map_or(now, |last| last.noted_at.max(now));
    events.push(Happening { at, noted_at, what });
    let site = site_of(tx, &deadline).await?;
    let judged = deadline.case().judge(&events, Counter::of(tools, &site, &deadline.terms).place(), now);
    // The call is the first of the history.
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

/// Raises the steps that were passed before something late was done at last, where the sweep did not come to it: a record
/// that is late makes its report late before anybody has looked. They are dated by the clock, and tell nobody of what is
/// over.
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

/// Raises every step that was reached and does not stand raised, dated by the clock. Nobody is told.
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

/// Raises what the deadline with this key has passed already, dated by the clock, and tells nobody: it was owed before the
/// office knew. What it passes from now on is told as ever.
pub(super) async fn inherit(tools: &Tools, tx: &mut Tx, key: &str, now: Instant) -> Result<()> {
    let Some(deadline) = standing(tx, key).await? else { return Ok(()) };
    let events = store::promises::event::of(&mut *tx, deadline.id).await?;
    let site = site_of(tx, &deadline).await?;
    let judged = deadline.case().judge(&events, Counter::of(tools, &site, &deadline.terms).place(), now);
    raise_silently(tx, &deadline, &judged, &site, now).await?;
    keep(tx, &deadline, &judged, now).await
}

/// Counts the open deadline with this key from another day on, by its own terms. Flags that the new count does not bear
/// out are withdrawn; of steps that it finds reached as well nobody is told twice. Says whether there is one.
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

/// Has the flags of a deadline follow a new count: those that it does not bear out are withdrawn, and those of them whose
/// steps it finds reached as well stand again, for the new day. Says which stand.
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

/// Notes that what is owed was done at `at`. What was met or withdrawn before stays so.
pub(super) async fn meet(tools: &Tools, tx: &mut Tx, key: &str, at: Instant, now: Instant) -> Result<()> {
    let at = if at - now > AHEAD { now } else { at };
    note(tools, tx, key, at, Happened::Met, now).await.map(drop)
}

/// Notes that it is not owed any more: a visit that is moved into the future owes no record yet. What was met stays met.
pub(super) async fn withdraw(tools: &Tools, tx: &mut Tx, key: &str, now: Instant) -> Result<()> {
    note(tools, tx, key, now, Happened::Withdrawn, now).await.map(drop)
}

/// Strikes the meeting that stands: it did not happen after all, and the first due stands.
pub(super) async fn strike(tools: &Tools, tx: &mut Tx, key: &str, now: Instant) -> Result<()> {
    let Some(deadline) = standing(tx, key).await? else { return Ok(()) };
    let events = store::promises::event::of(&mut *tx, deadline.id).await?;
    let is_struck = |number: usize| events.iter().any(|event| event.what == Happened::Struck { event: number });
    let met = (1..=events.len()).rev().find(|number| events[number - 1].what == Happened::Met && !is_struck(*number));
    let Some(event) = met else { return Ok(()) };
    note(tools, tx, key, now, Happened::Struck { event }, now).await.map(drop)
}

/// Waives an open deadline: it is flagged no more and does not count as late. Says whether it was open and not waived
/// before.
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

/// Keeps a judgement by the calendar of the deadline's day, with the flags that it leaves.
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

/// Withdraws the flags that a judgement does not bear out.
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

/// When a deadline without terms is looked at again: perhaps its contract's plan can be read by then.
const LOOK_FOR_TERMS: TimeDelta = TimeDelta::minutes(15);

/// What a judgement by these terms came to at `now`, with the flags that stand and the calendar that it was counted by.
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
