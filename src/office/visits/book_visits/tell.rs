//! Who is told when a visit is booked, moved or cancelled, and how the letter changes their calendar.

use crate::access::form_links::form_link;
use crate::letters::owe;
use crate::parties::Parties;
use crate::{Result, Tools};
use domain::Instant;
use domain::access::makes_visit;
use domain::letters::notice::{Notice, NoticeKind, Reader};
use domain::people::Engineer;
use domain::time::Zone;
use domain::visits::Visit;
use domain::visits::invitation::{Event, Invitation, Method};
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
    /// The site's time zone.
    pub(super) zone: &'a Zone,
    /// The sequence of the booking in the news.
    pub(super) sequence: u32,
    pub(super) notice: &'a Notice,
    pub(super) calendar: CalendarChange<'a>,
}

/// Tells these readers the news; the engineer who makes the visit also gets the link to the form.
pub(super) async fn tell(tools: &Tools, tx: &mut Tx, news: &News<'_>, readers: &[Reader], now: Instant) -> Result<()> {
    let News { visit, zone, sequence, notice, calendar } = news;
    for reader in readers {
        let key = format!("{}/{}/{sequence}/{}", notice.word(), visit.id, reader.role.key());
        let form = match makes_visit(&reader.role, &visit.state.appointment().engineer) {
            true => form_link(tools, tx, visit, zone, &reader.role, &key).await?,
            false => None,
        };
        let mut letter = tools.composer.owed(key, reader.clone(), (*notice).clone());
        letter.facts.links.form = form;
        letter.facts.invitation = calendar.invitation();
        letter.facts.booking = Some(*sequence);
        owe(tx, &letter, now).await?;
    }
    Ok(())
}
