//! What a letter that is owed is about, as it stands now.

use crate::parties::{Parties, engineer};
use crate::visits::invitations;
use crate::{Result, Tools};
use domain::ids::{DeadlineId, VisitId};
use domain::letters::letter::Bears;
use domain::letters::notice::VisitWords;
use domain::letters::owed::{LetterFacts, LetterOwed};
use domain::letters::stands::{AsThingsStand, SignatureIs, StillOwed, Untrue};
use domain::people::equipment::Site;
use domain::promises::Deadline;
use domain::visits::VisitState;
use domain::visits::invitation::Event;
use store::{ReadHandle, Tx};

/// A visit as it stands, and what is known of its papers.
struct VisitNow {
    id: VisitId,
    state: VisitState,
    words: VisitWords,
    site: Site,
    revision: Option<u32>,
    signature: Option<SignatureIs>,
}

/// Looks at what letters are about. Letters about one visit follow one another, so it is read once for them.
#[derive(Default)]
pub(super) struct Present {
    visit: Option<VisitNow>,
}

impl Present {
    /// The letter as it is to be told now; the error inside: not any more.
    pub(super) async fn tell(
        &mut self,
        tools: &Tools,
        mut on: ReadHandle<'_>,
        letter: LetterOwed,
    ) -> Result<std::result::Result<LetterOwed, Untrue>> {
        let about = letter.facts.notice.about();
        let visit = match about.visit {
            Some(id) => self.visit(tools, on.again(), id).await?,
            None => None,
        };
        let deadline = match letter.deadline {
            Some(id) => Some(still_owed(on.again(), id).await?),
            None => None,
        };
        let hotline = match &letter.hotline {
            Some(_) => store::letters::hotline::latest(on).await?.map(|row| row.number),
            None => None,
        };
        let now = AsThingsStand {
            today: tools.today(),
            visit: visit.map(|visit| &visit.state),
            words: visit.map(|visit| &visit.words),
            deadline,
            revision: visit.and_then(|visit| visit.revision),
            signature: visit.and_then(|visit| visit.signature),
            hotline: hotline.as_deref(),
        };
        let LetterFacts { notice, links, invitation, booking } = letter.facts;
        Ok(notice.as_things_stand(booking, &now).map(|notice| {
            let bears = notice.kind().bears();
            let invitation = invitation.map(|mut invitation| {
                if let (Some(visit), Some(Bears::Appointment)) = (visit, bears) {
                    let (starts_at, ends_at) = invitations::times(&visit.site, &visit.words);
                    let (position, visit) = (visit.site.position, visit.words.clone());
                    invitation.event = Event { starts_at, ends_at, position, visit, ..invitation.event };
                }
                invitation
            });
            LetterOwed { facts: LetterFacts { notice, links, invitation, booking }, ..letter }
        }))
    }

    async fn visit(&mut self, tools: &Tools, mut on: ReadHandle<'_>, id: VisitId) -> Result<Option<&VisitNow>> {
        if self.visit.as_ref().is_none_or(|known| known.id != id) {
            self.visit = None;
            let Some(stored) = store::visits::get(on.again(), id).await? else { return Ok(None) };
            let parties = Parties::of_visit(tools, on.again(), &stored.visit).await?;
            let engineer = engineer(on.again(), &stored.visit.state.appointment().engineer).await?;
            let report = store::reports::latest(on.again(), id).await?;
            let asked = store::records::countersign::of_visit(on, id).await?;
            self.visit = Some(VisitNow {
                id,
                words: parties.words(&stored.visit, &engineer),
                state: stored.visit.state,
                site: parties.site,
                revision: report.and_then(|report| u32::try_from(report.revision).ok()),
                signature: asked.map(|asked| asked.signed_at.map_or(SignatureIs::Asked, |_| SignatureIs::There)),
            });
        }
        Ok(self.visit.as_ref())
    }
}

async fn still_owed(on: ReadHandle<'_>, id: DeadlineId) -> Result<StillOwed> {
    let deadline = store::promises::get(on, id).await?;
    let is_open =
        |deadline: &Deadline| deadline.met_at.is_none() && deadline.withdrawn_at.is_none() && deadline.waiver.is_none();
    let open = deadline.filter(is_open);
    Ok(open.and_then(|deadline| deadline.due.on()).map_or(StillOwed::NoMore, StillOwed::Until))
}

/// Withdraws the letters about a visit that wait, are not written, and have become untrue by a change of the visit in
/// this transaction, and answers with them. Whoever has no other letter was never told.
pub(crate) async fn withdraw_untrue(tools: &Tools, tx: &mut Tx, visit: VisitId) -> Result<Vec<LetterOwed>> {
    let mut withdrawn = Vec::new();
    let mut present = Present::default();
    for unwritten in store::letters::owed::of_visit(tx, visit).await? {
        let told = present.tell(tools, (&mut *tx).into(), unwritten.owed.clone()).await?;
        if let Err(untrue) = told
            && store::letters::owed::withdraw(tx, unwritten.letter, &untrue.to_string()).await?
        {
            withdrawn.push(unwritten.owed);
        }
    }
    Ok(withdrawn)
}
