//! Accepts a record, however it was submitted: validates it against its visit, and stores it with everything that
//! follows.

use std::collections::BTreeSet;

use serde_json::json;

use super::ask_signature::ask_for_signature;
use super::asked_items::AskedItems;
use super::keep_record::settle_the_same;
use super::mirror_draft::keep_draft_for_another_day;
use crate::acting::note;
use crate::documents::sha256;
use crate::letters::{owe, withdraw_untrue};
use crate::parties::{Parties, engineer};
use crate::promises::deadlines;
use crate::visits::invitations;
use crate::{Acting, Error, Office, Result, Tools, named_visit};
use domain::Instant;
use domain::access::{Deed, DeedCase, is_customer};
use domain::audit::trail::DeedNote;
use domain::ids::VisitId;
use domain::letters::hours::Occasion;
use domain::letters::notice::Notice;
use domain::records::{
    BadField, Done, NewSubmission, OnSite, Outcome, Record, RecordContext, RecordPhoto, StoredRecord, canonical,
};
use domain::visits::invitation::{Invitation, Method};
use domain::visits::rest::not_inspected;
use domain::visits::{StoredVisit, Visit, VisitState};
use store::Tx;
use store::records::Report;

/// A record on its way from the engineer to the store.
pub(crate) struct HandedIn<'a> {
    pub visit: VisitId,
    pub record: &'a Record,
    pub kept: StoredRecord,
    /// The submission that it came with, if it came from a form; stored in the record's own transaction.
    pub form: Option<NewSubmission<'a>>,
    pub now: Instant,
}

/// How a record relates to its visit, before anything is stored.
pub(crate) enum Stands {
    /// It is already the visit's record.
    Already,
    Bad(Vec<BadField>),
    /// The visit can accept it.
    Open(Box<StoredVisit>),
    /// The visit is done or cancelled.
    Closed(Box<StoredVisit>),
}

/// The outcome of submitting a record.
pub(crate) enum Became {
    Taken,
    /// It was already the visit's record; nothing has changed.
    Already,
    /// Nothing is stored: each of these has to be corrected.
    Bad(Vec<BadField>),
    /// The visit is done or cancelled; nothing is stored.
    Closed(Box<StoredVisit>),
}

impl<'a> HandedIn<'a> {
    /// Notes the audit-trail line of the outcome.
    pub(super) fn note(&self, tx: &mut Tx, visit: &Visit, deed: Deed) -> Result<()> {
        let outcome = match &self.record.outcome {
            Outcome::Done(_) => "done",
            Outcome::NotDone { .. } => "not-done",
        };
        let engineer = Some(&visit.state.appointment().engineer);
        let case = DeedCase { visit: Some(visit.id), engineer, ..DeedCase::default() };
        let after = Some(json!({ "record": self.kept.sha256, "outcome": outcome }));
        note(tx, &case, DeedNote { after, ..DeedNote::of_visit(deed, visit) })
    }

    pub(crate) fn new(
        visit: VisitId,
        record: &'a Record,
        form: Option<NewSubmission<'a>>,
        now: Instant,
    ) -> HandedIn<'a> {
        let body = canonical(record);
        HandedIn {
            visit,
            record,
            kept: StoredRecord { sha256: sha256(body.as_bytes()), body, received_at: now },
            form,
            now,
        }
    }

    /// Compares the record with its visit; `photos` are the names of those submitted with it.
    ///
    /// # Errors
    /// If there is no such visit.
    pub(crate) async fn stands(
        &self,
        tools: &Tools,
        on: impl Into<store::ReadHandle<'_>>,
        photos: BTreeSet<&str>,
    ) -> Result<Stands> {
        let mut on = on.into();
        let stored = named_visit(on.again(), self.visit).await?;
        if is_taken(on.again(), self.visit, &self.kept.sha256).await? {
            return Ok(Stands::Already);
        }
        if !is_open(&stored.visit.state) {
            return Ok(Stands::Closed(Box::new(stored)));
        }
        let bad = faults(tools, on, &stored, self.record, photos, self.now).await?;
        Ok(if bad.is_empty() { Stands::Open(Box::new(stored)) } else { Stands::Bad(bad) })
    }

    /// Submits the record: validates it against its visit, and stores it if it can be the visit's record. `names` are
    /// those of the submitted photos; `photos` stores them as documents, and is only called if the record is new and
    /// valid.
    ///
    /// # Errors
    /// What storing the photos returns; or that another visit has just closed an earlier finding.
    pub(crate) async fn hand_in(
        &self,
        office: &Acting,
        names: BTreeSet<&str>,
        photos: impl AsyncFnOnce() -> Result<Vec<RecordPhoto>>,
    ) -> Result<Became> {
        let stored = match self.stands(office, &office.db, names).await? {
            Stands::Already => return Ok(Became::Already),
            Stands::Bad(bad) => return Ok(Became::Bad(bad)),
            Stands::Closed(stored) => {
                photos().await?;
                return Ok(Became::Closed(stored));
            }
            Stands::Open(stored) => stored,
        };
        if take(office, &stored, self, &photos().await?).await? {
            return Ok(Became::Taken);
        }
        // Somebody was faster, perhaps with the same record.
        let stored = named_visit(&office.db, self.visit).await?;
        Ok(match is_taken((&office.db).into(), self.visit, &self.kept.sha256).await? {
            true => Became::Already,
            false => Became::Closed(Box::new(stored)),
        })
    }
}

/// Whether this is the visit's record, or was before the customer's engineer signed it through a link.
async fn is_taken(mut on: store::ReadHandle<'_>, visit: VisitId, sha256: &str) -> Result<bool> {
    let Some(record) = store::records::of_visit(on.again(), visit).await? else { return Ok(false) };
    let asked = store::records::countersign::of_visit(on, visit).await?;
    Ok(record.sha256 == sha256 || asked.is_some_and(|asked| asked.record_sha256 == sha256))
}

/// Whether a visit in this state can accept a record; a planned one can, since its engineer may have come early.
fn is_open(state: &VisitState) -> bool {
    match state {
        VisitState::Planned { .. } | VisitState::Booked { .. } => true,
        VisitState::Done { .. } | VisitState::Cancelled { .. } => false,
    }
}

/// All faults in the record.
async fn faults(
    tools: &Tools,
    mut on: store::ReadHandle<'_>,
    stored: &StoredVisit,
    record: &Record,
    photos: BTreeSet<&str>,
    now: Instant,
) -> Result<Vec<BadField>> {
    let visit = &stored.visit;
    let parties = Parties::of_visit(tools, on.again(), visit).await?;
    let done = match &record.outcome {
        Outcome::Done(done) => Some(&**done),
        Outcome::NotDone { .. } => None,
    };
    let asked = AskedItems::of(tools, on.again(), visit, &parties, now).await?;
    let equipment = parties.recorded_on(visit.state.appointment().day, done).map(|equipment| {
        let key = parties.checklist_of(equipment);
        OnSite { equipment: &equipment.equipment, key, checklist: asked.checklist(equipment) }
    });
    let open = store::findings::open(on, &visit.site).await?;
    let context = RecordContext {
        now,
        purpose: visit.purpose,
        site: &visit.site,
        time_zone: &parties.site.time_zone,
        accepted_on: parties.contract.accepted_on,
        equipment: equipment.collect(),
        rest: asked.must_answer(),
        open_findings: open.iter().map(|finding| finding.id).collect(),
        photos,
    };
    Ok(record.validate(&context))
}

/// All faults in the signature and remarks that a customer adds to a record; the rest was validated when it was
/// submitted.
pub(crate) async fn faults_of_signature(office: &Office, visit: VisitId, record: &Record) -> Result<Vec<BadField>> {
    let stored = named_visit(&office.db, visit).await?;
    let photos = store::records::photos(&office.db, visit).await?;
    let names = photos.iter().map(|photo| photo.file.as_str()).collect();
    let mut bad = faults(office, (&office.db).into(), &stored, record, names, office.clock.now()).await?;
    bad.retain(|field| field.path.starts_with("customer_signature") || field.path.starts_with("customer_remarks"));
    Ok(bad)
}

/// Stores the record with everything that follows. Returns whether the visit could still accept it.
async fn take(office: &Acting, stored: &StoredVisit, handed_in: &HandedIn<'_>, photos: &[RecordPhoto]) -> Result<bool> {
    let mut tx = office.begin().await?;
    let taken = take_in(office, &mut tx, stored, handed_in, photos).await?;
    if taken {
        handed_in.note(&mut tx, &stored.visit, Deed::TakeRecord)?;
        if handed_in.form.is_none() {
            settle_the_same(office, &mut tx, stored.visit.id, &handed_in.kept.body).await?;
        }
        tx.commit().await?;
        tracing::info!(visit = %stored.visit.id, record = handed_in.kept.sha256, "record taken");
    }
    Ok(taken)
}

/// Like [`take`], in a transaction that also stores related changes; if the record is not accepted, it must not be
/// committed.
pub(crate) async fn take_in(
    tools: &Tools,
    tx: &mut Tx,
    stored: &StoredVisit,
    handed_in: &HandedIn<'_>,
    photos: &[RecordPhoto],
) -> Result<bool> {
    store::visits::far::touch(tx, stored.visit.id).await?;
    let parties = Parties::of_visit(tools, &mut *tx, &stored.visit).await?;
    let taken = match &handed_in.record.outcome {
        Outcome::Done(done) => take_done(tools, tx, stored, &parties, done, handed_in, photos).await?,
        Outcome::NotDone { reason, .. } => take_not_done(tools, tx, stored, &parties, reason, handed_in).await?,
    };
    if !taken {
        return Ok(false);
    }
    if let Some(form) = &handed_in.form
        && !store::records::submission::put(tx, form, handed_in.now).await?
    {
        return Ok(false);
    }
    match &handed_in.record.outcome {
        Outcome::Done(_) => store::records::draft::forget(tx, stored.visit.id).await?,
        Outcome::NotDone { .. } => keep_draft_for_another_day(tools, tx, stored.visit.id).await?,
    }
    Ok(true)
}

async fn take_done(
    tools: &Tools,
    tx: &mut Tx,
    stored: &StoredVisit,
    parties: &Parties,
    done: &Done,
    handed_in: &HandedIn<'_>,
    photos: &[RecordPhoto],
) -> Result<bool> {
    let (id, site) = (stored.visit.id, &stored.visit.site);
    let completed_at = to_the_millisecond(done.completed_at.to_utc());
    if !store::visits::complete(tx, id, completed_at).await? {
        return Ok(false);
    }
    store::records::set_aside(tx, id).await?;
    store::records::put(tx, id, &handed_in.kept, Report::Owed).await?;
    store::records::put_photos(tx, id, photos).await?;
    store::findings::put(tx, id, site, &done.findings).await?;
    for closed in &done.closes {
        if !store::findings::close(tx, site, closed.finding, id, &closed.how).await? {
            return Err(Error::Refused(format!(
                "finding {} was closed by another visit just now; take it out of closes and hand the record in again",
                closed.finding
            )));
        }
    }
    // Nobody is asked any more to come to it.
    withdraw_untrue(tools, tx, stored.visit.id).await?;
    let left = not_inspected(done);
    store::visits::rest::put(tx, id, &left).await?;
    deadlines::recorded(tools, tx, stored, parties, (completed_at, &left), handed_in.now).await?;
    ask_for_signature(tools, tx, stored, parties, done, &handed_in.kept.sha256, handed_in.now).await?;
    Ok(true)
}

async fn take_not_done(
    tools: &Tools,
    tx: &mut Tx,
    stored: &StoredVisit,
    parties: &Parties,
    reason: &str,
    handed_in: &HandedIn<'_>,
) -> Result<bool> {
    let (visit, now) = (&stored.visit, handed_in.now);
    if !store::visits::cancel(tx, visit.id, reason, now).await? {
        return Ok(false);
    }
    store::records::set_aside(tx, visit.id).await?;
    store::records::put(tx, visit.id, &handed_in.kept, Report::None).await?;
    withdraw_untrue(tools, tx, visit.id).await?;
    deadlines::recorded_as_not_done(tools, tx, visit, now).await?;
    let engineer = engineer(&mut *tx, &visit.state.appointment().engineer).await?;
    let words = parties.words(visit, &engineer);
    let sequence = visit.state.sequence() + 1;
    let event = invitations::event(tools, tx, parties, &words, sequence).await?;
    let notice = Notice::VisitNotDone { visit: words, reason: reason.to_owned() };
    let taken_back = Invitation { method: Method::Cancel, event };
    for reader in parties.readers(notice.kind(), None) {
        let key = format!("{}/{}/{sequence}/{}", notice.word(), visit.id, reader.role.key());
        // Managers were never invited; and nobody was invited to a visit that was only planned.
        let was_invited = matches!(visit.state, VisitState::Booked { .. }) && is_customer(&reader.role);
        let occasion = Occasion::of(parties.hours_of(tools, &reader, &[]), now);
        let mut letter = tools.composer.owed(key, reader, notice.clone());
        letter.facts.booking = Some(sequence);
        letter.facts.invitation = was_invited.then(|| taken_back.clone());
        owe(tx, &letter, &occasion).await?;
    }
    Ok(true)
}

/// The precision that both engines store.
fn to_the_millisecond(at: Instant) -> Instant {
    Instant::from_timestamp_millis(at.timestamp_millis()).expect("a time of our age")
}
