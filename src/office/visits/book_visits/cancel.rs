//! Cancels visits, on somebody's request, because their contract is over, or because there is nothing left to see.

use chrono::NaiveDate;
use serde_json::json;

use super::tell::{CalendarChange, News, known_to, tell, told_before};
use super::{in_short, refuse};
use crate::acting::note;
use crate::letters::withdraw_untrue;
use crate::parties::{Parties, engineer};
use crate::promises::deadlines::no_record_owed;
use crate::visits::invitations;
use crate::{Acting, Result, named_visit};
use domain::access::Deed;
use domain::audit::trail::{DeedNote, PersonalField};
use domain::ids::VisitId;
use domain::letters::notice::{Notice, VisitWords};
use domain::typed::{BadTypedText, typed};
use domain::visits::{BookingRefused, StoredVisit, Visit, VisitState, VisitStateWord};

/// Cancels a visit; everyone who was told about it is told. Its slot is still owed.
///
/// # Errors
/// [`BookingRefused`] as a refusal.
pub async fn cancel(office: &Acting, id: VisitId, reason: &str) -> Result<Visit> {
    let reason = match typed(reason) {
        Ok(reason) => reason,
        Err(BadTypedText::Empty) => return refuse(BookingRefused::NoReason { visit: id }),
        Err(why @ (BadTypedText::TooLong { .. } | BadTypedText::Control { .. })) => {
            return refuse(BookingRefused::BadReason { why });
        }
    };
    let stored = named_visit(&office.db, id).await?;
    match &stored.visit.state {
        VisitState::Planned { .. } | VisitState::Booked { .. } => {}
        VisitState::Cancelled { .. } => return refuse(BookingRefused::Cancelled { visit: id }),
        VisitState::Done { .. } => return refuse(BookingRefused::AlreadyDone { visit: id }),
    }
    take_off(office, &stored, CancelledFor::Reason(reason)).await?;
    Ok(named_visit(&office.db, id).await?.visit)
}

/// Cancels a visit after its contract's last day; everyone who was told about it is told. Does nothing if it is done or
/// cancelled.
///
/// # Errors
/// If the store fails.
pub async fn end_visit(office: &Acting, id: VisitId, ended_on: NaiveDate) -> Result<()> {
    let stored = named_visit(&office.db, id).await?;
    match &stored.visit.state {
        VisitState::Planned { .. } | VisitState::Booked { .. } => {
            take_off(office, &stored, CancelledFor::ContractEnded(ended_on)).await
        }
        VisitState::Cancelled { .. } | VisitState::Done { .. } => Ok(()),
    }
}

/// Cancels a visit for the rest of another one, of which nothing is left to inspect; everyone who was told about it is
/// told. Returns whether it was cancelled: not if it is done or cancelled, nor if its day has passed, because its record may
/// be on its way.
///
/// # Errors
/// If the store fails.
pub(in crate::visits) async fn end_visit_for_rest(office: &Acting, id: VisitId) -> Result<bool> {
    let stored = named_visit(&office.db, id).await?;
    let parties = Parties::of_visit(office, &office.db, &stored.visit).await?;
    if stored.visit.state.appointment().day < parties.site.time_zone.day(office.clock.now()) {
        return Ok(false);
    }
    match (&stored.visit.state, stored.visit.rest_of) {
        (VisitState::Planned { .. } | VisitState::Booked { .. }, Some(first)) => {
            take_off(office, &stored, CancelledFor::NothingLeftOf(first)).await?;
            Ok(true)
        }
        (
            VisitState::Planned { .. }
            | VisitState::Booked { .. }
            | VisitState::Cancelled { .. }
            | VisitState::Done { .. },
            _,
        ) => Ok(false),
    }
}

/// Why a visit is cancelled.
enum CancelledFor {
    /// The person's own words.
    Reason(String),
    ContractEnded(NaiveDate),
    /// Nothing is left to inspect of this visit.
    NothingLeftOf(VisitId),
}

async fn take_off(office: &Acting, stored: &StoredVisit, why: CancelledFor) -> Result<()> {
    let (now, id) = (office.clock.now(), stored.visit.id);
    let parties = Parties::of_visit(office, &office.db, &stored.visit).await?;
    let engineer = engineer(&office.db, &stored.visit.state.appointment().engineer).await?;
    let (reason, ended_on, rest_of) = match why {
        CancelledFor::Reason(reason) => (reason, None, None),
        CancelledFor::ContractEnded(day) => {
            (format!("contract {} ended on {day}", stored.visit.contract), Some(day), None)
        }
        CancelledFor::NothingLeftOf(first) => (format!("nothing is left to inspect of {first}"), None, Some(first)),
    };
    let mut tx = office.begin().await?;
    store::visits::far::touch(&mut tx, id).await?;
    if !store::visits::cancel(&mut tx, id, &reason, now).await? {
        return refuse(BookingRefused::ChangedMeanwhile { visit: id });
    }
    no_record_owed(office, &mut tx, &stored.visit, now).await?;
    let cancelled = DeedNote {
        before: Some(in_short(&stored.visit.state)),
        after: Some(json!({ "state": VisitStateWord::Cancelled.into_str() })),
        personal: vec![(PersonalField::Text, reason.clone())],
        ..DeedNote::of_visit(Deed::CancelVisit, &stored.visit)
    };
    note(&mut tx, &parties.case(&stored.visit), cancelled)?;
    let withdrawn = withdraw_untrue(office, &mut tx, id).await?;
    let told = told_before(&mut tx, &stored.visit, &parties, &engineer).await?;
    let words = parties.words(&stored.visit, &engineer);
    let event = invitations::event(office, &mut tx, &parties, &words, stored.visit.state.sequence() + 1).await?;
    let calendar = CalendarChange::TakeOut { event: &event };
    for reader in told {
        let (day, starts) = known_to(&withdrawn, &reader).unwrap_or((words.day, words.starts));
        let visit = VisitWords { day, starts, ..words.clone() };
        let visit_at = day.and_time(starts).min(stored.visit.state.appointment().starts_at());
        let notice = Notice::VisitCancelled { visit, reason: reason.clone(), ended_on, rest_of };
        let news = News {
            visit: &stored.visit,
            parties: &parties,
            engineers: &[&engineer],
            visit_at,
            sequence: event.sequence,
            notice: &notice,
            calendar,
        };
        tell(office, &mut tx, &news, &[reader], now).await?;
    }
    tx.commit().await?;
    Ok(())
}
