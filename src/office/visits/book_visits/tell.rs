//! Who is told when a visit is booked, moved or cancelled, and how the letter changes their calendar.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use crate::access::form_links::form_link;
use crate::letters::owe;
use crate::parties::{Parties, engineer};
use crate::visits::invitations;
use crate::{Result, Tools};
use domain::Instant;
use domain::access::{has_lost, makes_visit};
use domain::letters::hours::{Occasion, Urgency};
use domain::letters::notice::{Notice, NoticeKind, Reader, VisitWords};
use domain::letters::owed::LetterOwed;
use domain::people::Engineer;
use domain::visits::invitation::{Event, Invitation, Method};
use domain::visits::{Visit, VisitState};
use store::Tx;

/// Everyone who was told about the visit and still has it; empty if it was never announced. People whose last letter
/// took the visit away from them are told nothing more until they get it again.
pub(super) async fn told_before(
    tx: &mut Tx,
    visit: &Visit,
    parties: &Parties,
    engineer: &Engineer,
) -> Result<Vec<Reader>> {
    let mut told = store::letters::told::of_appointment(&mut *tx, visit.id).await?;
    let taken_from = store::letters::taken_out::of_visit(&mut *tx, visit.id).await?;
    told.retain(|reader| !taken_from.contains(&reader.email));
    let gone = store::people::gone::readers(&mut *tx, parties.today).await?;
    told.retain(|reader| !gone.iter().any(|gone| gone.role == reader.role));
    let mut readers = parties.readers(NoticeKind::VisitCancelled, Some(engineer));
    readers.retain(|reader| told.iter().any(|other| other.email == reader.email));
    for other in told {
        if !readers.iter().any(|reader| reader.email == other.email) {
            readers.push(other);
        }
    }
    Ok(readers)
}

/// How a letter changes its reader's calendar.
#[derive(Clone, Copy)]
pub(super) enum CalendarChange<'a> {
    /// Not at all: a reminder would ask people again who have already replied.
    Stays,
    /// Adds the visit, or updates it.
    PutIn {
        event: &'a Event,
    },
    TakeOut {
        event: &'a Event,
    },
}

impl CalendarChange<'_> {
    fn invitation(self) -> Option<Invitation> {
        let (method, event) = match self {
            CalendarChange::Stays => return None,
            CalendarChange::PutIn { event } => (Method::Request, event),
            CalendarChange::TakeOut { event } => (Method::Cancel, event),
        };
        Some(Invitation { method, event: event.clone() })
    }
}

/// News about a visit.
pub(super) struct News<'a> {
    pub(super) visit: &'a Visit,
    pub(super) parties: &'a Parties,
    /// Who may be among the readers.
    pub(super) engineers: &'a [&'a Engineer],
    /// Local time at the site at which somebody sets out, by what is told or by what was told before.
    pub(super) visit_at: NaiveDateTime,
    /// The booking's, of which it is told.
    pub(super) sequence: u32,
    pub(super) notice: &'a Notice,
    pub(super) calendar: CalendarChange<'a>,
}

/// Tells these readers the news; the engineer who makes the visit also gets the link to the form.
pub(super) async fn tell(tools: &Tools, tx: &mut Tx, news: &News<'_>, readers: &[Reader], now: Instant) -> Result<()> {
    let News { visit, parties, engineers, visit_at, sequence, notice, calendar } = news;
    let zone = &parties.site.time_zone;
    for reader in readers {
        let occasion = Occasion {
            visit_at: Some(zone.instant(*visit_at)),
            urgency: Urgency::of(visit.purpose),
            ..Occasion::of(parties.hours_of(tools, reader, engineers), now)
        };
        let key = format!("{}/{}/{sequence}/{}", notice.word(), visit.id, reader.role.key());
        let form = match makes_visit(&reader.role, &visit.state.appointment().engineer) {
            true => form_link(tools, tx, visit, zone, &reader.role, &key).await?,
            false => None,
        };
        let mut letter = tools.composer.owed(key, reader.clone(), (*notice).clone());
        letter.facts.links.form = form;
        letter.facts.invitation = calendar.invitation();
        letter.facts.booking = Some(*sequence);
        owe(tx, &letter, &occasion).await?;
    }
    Ok(())
}

/// A visit that is booked, or booked otherwise.
pub(super) struct Rebooked<'a> {
    pub(super) before: &'a Visit,
    pub(super) after: &'a Visit,
    pub(super) parties: &'a Parties,
    /// Whose it is now.
    pub(super) engineer: &'a Engineer,
    /// Letters that were to tell how it was booked before, and have not left.
    pub(super) withdrawn: Vec<LetterOwed>,
}

/// Tells a booking: announced to those who hear of it first, moved to those who were told, taken from whoever has lost it.
pub(super) async fn tell_booking(tools: &Tools, tx: &mut Tx, rebooked: &Rebooked<'_>, now: Instant) -> Result<()> {
    let Rebooked { before, after, parties, engineer: new_engineer, withdrawn } = rebooked;
    let (was, is) = (before.state.appointment(), after.state.appointment());
    let words = parties.words(after, new_engineer);
    let announced = Notice::VisitAnnounced { visit: words.clone() };
    let everyone = parties.readers(announced.kind(), Some(new_engineer));
    let (told, old_engineer) = match before.state {
        VisitState::Booked { .. } => {
            let old_engineer = engineer(&mut *tx, &was.engineer).await?;
            (told_before(tx, before, parties, &old_engineer).await?, Some(old_engineer))
        }
        // Whoever has not heard of the cancellation hears that the visit is another day's; of one that stands again as they
        // know it, as of a new one.
        VisitState::Cancelled { .. } => {
            let old_engineer = engineer(&mut *tx, &was.engineer).await?;
            let mut told = told_before(tx, before, parties, &old_engineer).await?;
            told.retain(|reader| takes_back(withdrawn, reader).is_some_and(|known| known != (is.day, is.starts)));
            (told, Some(old_engineer))
        }
        VisitState::Planned { .. } | VisitState::Done { .. } => (Vec::new(), None),
    };
    let sequence = after.state.sequence();
    let event = invitations::event(tools, tx, parties, &words, sequence).await?;
    let engineers: Vec<&Engineer> = old_engineer.iter().chain([*new_engineer]).collect();
    let put_in = CalendarChange::PutIn { event: &event };
    let base = News {
        visit: after,
        parties,
        engineers: &engineers,
        visit_at: is.starts_at(),
        sequence,
        notice: &announced,
        calendar: put_in,
    };
    let earliest = |(day, starts): (NaiveDate, NaiveTime)| day.and_time(starts).min(is.starts_at());
    let (lost, told): (Vec<_>, Vec<_>) = told.into_iter().partition(|reader| has_lost(&reader.role, &is.engineer));
    for reader in lost {
        let visit = parties.words(before, old_engineer.as_ref().unwrap_or(new_engineer));
        let known = known_to(withdrawn, &reader).unwrap_or((was.day, was.starts));
        let visit = VisitWords { day: known.0, starts: known.1, ..visit };
        let passed_on = Notice::VisitPassedOn { visit, to: new_engineer.name.clone() };
        let calendar = CalendarChange::TakeOut { event: &event };
        let news = News { notice: &passed_on, visit_at: earliest(known), calendar, ..base };
        tell(tools, tx, &news, &[reader], now).await?;
    }
    for reader in &told {
        let known = known_to(withdrawn, reader).unwrap_or((was.day, was.starts));
        let moved = Notice::VisitMoved { visit: words.clone(), was: known };
        let news = News { notice: &moved, visit_at: earliest(known), ..base };
        tell(tools, tx, &news, std::slice::from_ref(reader), now).await?;
    }
    let (_, first_time): (Vec<_>, Vec<_>) = everyone.into_iter().partition(|reader| told.contains(reader));
    tell(tools, tx, &base, &first_time, now).await
}

/// Day and time that a reader has of the visit, where the letter that was to cancel it for them was withdrawn.
fn takes_back(withdrawn: &[LetterOwed], reader: &Reader) -> Option<(NaiveDate, NaiveTime)> {
    let mut of_reader = withdrawn.iter().filter(|letter| letter.to.email == reader.email);
    of_reader.find_map(|letter| match letter.facts.notice.kind() == NoticeKind::VisitCancelled {
        true => known_to(std::slice::from_ref(letter), reader),
        false => None,
    })
}

/// Day and time that a reader has of the visit, where the letter that was to tell them others was withdrawn.
pub(super) fn known_to(withdrawn: &[LetterOwed], reader: &Reader) -> Option<(NaiveDate, NaiveTime)> {
    withdrawn.iter().filter(|letter| letter.to.email == reader.email).find_map(|letter| match &letter.facts.notice {
        Notice::VisitMoved { was, .. } => Some(*was),
        Notice::VisitCancelled { visit, .. } | Notice::VisitPassedOn { visit, .. } => Some((visit.day, visit.starts)),
        Notice::VisitAnnounced { .. }
        | Notice::VisitReminder { .. }
        | Notice::VisitNotDone { .. }
        | Notice::VisitAskedToMove { .. }
        | Notice::ReportDelivered { .. }
        | Notice::CertificateDelivered { .. }
        | Notice::CountersignAsked { .. }
        | Notice::DeadlineFlagged { .. }
        | Notice::HotlineChanged { .. }
        | Notice::PhaseEnding { .. }
        | Notice::Digest(_)
        | Notice::Review(_)
        | Notice::Canary { .. }
        | Notice::Undelivered { .. } => None,
    })
}
