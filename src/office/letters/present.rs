//! The current situation concerning an owed letter.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context;

use crate::parties::{Parties, engineers};
use crate::promises::deadlines::Counter;
use crate::visits::invitations;
use crate::{Result, Tools};
use domain::ids::{DeadlineId, VisitId};
use domain::letters::letter::Bears;
use domain::letters::notice::VisitWords;
use domain::letters::owed::{LetterFacts, LetterOwed};
use domain::letters::stands::{AsThingsStand, Fitness, Lateness, SignatureIs, StillOwed, Untrue};
use domain::people::equipment::Site;
use domain::promises::{Deadline, days_late};
use domain::visits::VisitState;
use domain::visits::invitation::Event;
use store::{ReadHandle, Tx};

/// A visit's current state, and what is known about its documents.
struct VisitNow {
    state: VisitState,
    words: VisitWords,
    site: Site,
    revision: Option<u32>,
    signature: Option<SignatureIs>,
    fitness: Fitness,
}

/// The current situation of several letters; what they have in common is read only once.
pub(super) struct Present {
    visits: BTreeMap<VisitId, VisitNow>,
}

impl Present {
    /// Reads the visits of all these letters at once.
    pub(super) async fn of(
        tools: &Tools,
        mut on: ReadHandle<'_>,
        letters: impl Iterator<Item = &LetterOwed>,
    ) -> Result<Present> {
        let ids: BTreeSet<VisitId> = letters.filter_map(|letter| letter.facts.notice.about().visit).collect();
        let ids: Vec<VisitId> = ids.into_iter().collect();
        if ids.is_empty() {
            return Ok(Present { visits: BTreeMap::new() });
        }
        let stored = store::visits::with_ids(on.again(), &ids, &[]).await?;
        let of: Vec<_> = stored.iter().map(|stored| (&stored.visit).into()).collect();
        let parties = Parties::of_each(tools, on.again(), &of).await?;
        let codes = stored.iter().map(|stored| &stored.visit.state.appointment().engineer);
        let engineers = engineers(on.again(), codes).await?;
        let revisions = store::reports::revisions(on.again(), &ids).await?;
        let unfit = store::visits::unfit::of_visits(on.again(), &ids).await?;
        let is_unfit = |of: VisitId| unfit.iter().any(|unfit| unfit.visit == of);
        let asked = store::records::countersign::of_visits(on, &ids).await?;
        let signature = |of: VisitId| asked.iter().find(|asked| asked.visit == of);
        let mut visits = BTreeMap::new();
        for (stored, parties) in stored.into_iter().zip(parties) {
            let (id, code) = (stored.visit.id, &stored.visit.state.appointment().engineer);
            let engineer = engineers.get(code).with_context(|| format!("engineer {code} is gone"))?;
            let now = VisitNow {
                words: parties.words(&stored.visit, engineer),
                state: stored.visit.state,
                site: parties.site,
                revision: revisions.get(&id).copied(),
                fitness: if is_unfit(id) { Fitness::Unfit } else { Fitness::Fit },
                signature: signature(id)
                    .map(|asked| asked.signed_at.map_or(SignatureIs::Asked, |_| SignatureIs::There)),
            };
            visits.insert(id, now);
        }
        Ok(Present { visits })
    }

    /// The letter as it should be sent now; the inner error means that it should not be sent any more.
    pub(super) async fn tell(
        &self,
        tools: &Tools,
        mut on: ReadHandle<'_>,
        letter: LetterOwed,
    ) -> Result<std::result::Result<LetterOwed, Untrue>> {
        let about = letter.facts.notice.about();
        let visit = about.visit.and_then(|id| self.visits.get(&id));
        let (deadline, lateness) = match letter.deadline {
            Some(id) => still_owed(tools, on.again(), id, visit.map(|visit| &visit.site)).await?,
            None => (None, None),
        };
        let hotline = match &letter.hotline {
            Some(_) => store::letters::hotline::latest(on).await?.map(|row| row.number),
            None => None,
        };
        let now = AsThingsStand {
            today: tools.today(),
            day_at_site: visit.map_or(tools.today(), |visit| visit.site.time_zone.day(tools.clock.now())),
            visit: visit.map(|visit| &visit.state),
            fitness: visit.map_or(Fitness::Fit, |visit| visit.fitness),
            words: visit.map(|visit| &visit.words),
            deadline,
            lateness,
            revision: visit.and_then(|visit| visit.revision),
            signature: visit.and_then(|visit| visit.signature),
            hotline: hotline.as_deref(),
        };
        let LetterFacts { notice, links, invitation, booking, told_before } = letter.facts;
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
            LetterOwed { facts: LetterFacts { notice, links, invitation, booking, told_before }, ..letter }
        }))
    }
}

/// Whether a deadline is still owed, and how late it is by now at its site.
async fn still_owed(
    tools: &Tools,
    mut on: ReadHandle<'_>,
    id: DeadlineId,
    site: Option<&Site>,
) -> Result<(Option<StillOwed>, Option<Lateness>)> {
    let is_open =
        |deadline: &Deadline| deadline.met_at.is_none() && deadline.withdrawn_at.is_none() && deadline.waiver.is_none();
    let open = store::promises::get(on.again(), id).await?.filter(is_open);
    let Some((deadline, due_on)) = open.and_then(|deadline| deadline.due.on().map(|due_on| (deadline, due_on))) else {
        return Ok((Some(StillOwed::NoMore), None));
    };
    let still = Some(StillOwed::Until(due_on));
    let site = match site.filter(|site| site.site == deadline.site) {
        Some(site) => site.clone(),
        None => match store::people::site::find(on, &deadline.site).await? {
            Some(site) => site,
            None => return Ok((still, None)),
        },
    };
    let (today, calendar) =
        (site.time_zone.day(tools.clock.now()), Counter::of(tools, &site, &deadline.terms).calendar.ok());
    let days_left = calendar.as_ref().and_then(|calendar| calendar.count(today, due_on).ok());
    let days_late = days_late(due_on, today, calendar.as_ref());
    Ok((still, Some(Lateness { days_late, days_left: days_left.unwrap_or(0), is_last_day: due_on == today })))
}

/// Withdraws the letters about a visit that wait, have surely not left, and have become untrue by a change of the visit in
/// this transaction, and answers with them. Whoever has no other letter was never told.
pub(crate) async fn withdraw_untrue(tools: &Tools, tx: &mut Tx, visit: VisitId) -> Result<Vec<LetterOwed>> {
    let mut withdrawn = Vec::new();
    let waiting = store::letters::owed::of_visit(tx, visit).await?;
    if waiting.is_empty() {
        return Ok(withdrawn);
    }
    let present = Present::of(tools, (&mut *tx).into(), waiting.iter().map(|unwritten| &unwritten.owed)).await?;
    for unwritten in waiting {
        let told = present.tell(tools, (&mut *tx).into(), unwritten.owed.clone()).await?;
        if let Err(untrue) = told
            && store::letters::owed::withdraw(tx, unwritten.letter, &untrue.to_string()).await?
        {
            withdrawn.push(unwritten.owed);
        }
    }
    Ok(withdrawn)
}
