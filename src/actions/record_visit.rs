//! Takes the record of a visit: the same twice is one, a different one is refused and kept (P03).

use std::collections::BTreeSet;

use super::parties::{Parties, engineer};
use super::{Error, Office, Result, deadlines, invitations};
use crate::db;
use crate::db::Tx;
use crate::db::record::{Report, StoredRecord};
use crate::db::visit::{StoredVisit, sequence_of};
use crate::documents::sha256;
use crate::domain::Instant;
use crate::domain::invitation::{Invitation, Method};
use crate::domain::notice::{Notice, ReaderRole};
use crate::domain::record::{BadField, Done, OnSite, Outcome, Record, RecordContext, bad_photos, canonical};
use crate::domain::visit::{BookingRefused, VisitId, VisitState};

/// What became of a record that was handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorded {
    /// It is the visit's record now.
    Taken { sha256: String },
    /// It was the visit's record before; nothing changed.
    Already { sha256: String },
}

/// A record under way from the engineer to the store.
struct HandedIn<'a> {
    record: &'a Record,
    kept: &'a StoredRecord,
    /// File name and SHA-256; the bytes are among the documents.
    photos: Vec<(String, String)>,
    now: Instant,
}

/// Takes a visit's record with its photos, file name and bytes each.
///
/// In one transaction the record, its photos and findings are stored, earlier findings are closed, the visit
/// is done (or cancelled, where it did not take place), and its deadlines are met and opened. The same record
/// again changes nothing. A different one is refused and kept, with its photos. A visit that did not take
/// place can be booked again; the record of its taking place then stands in front of the earlier one.
///
/// # Errors
/// A refusal that names every bad field, or what stands against the record; a failure of the store.
pub async fn record_visit(
    office: &Office,
    visit: VisitId,
    json: &[u8],
    photos: Vec<(String, Vec<u8>)>,
) -> Result<Recorded> {
    let record = Record::parse(json).map_err(|bad| Error::Refused(format!("the record cannot be read: {bad}")))?;
    let body = canonical(&record);
    let now = office.clock.now();
    let kept = StoredRecord { sha256: sha256(body.as_bytes()), body, received_at: now };
    let mut stored = find(office, visit).await?;
    if is_taken(office, visit, &kept.sha256).await? {
        return Ok(Recorded::Already { sha256: kept.sha256 });
    }
    refuse_bad(visit, &bad_photos(&photos))?;
    if is_open(&stored.visit.state) {
        let names: BTreeSet<&str> = photos.iter().map(|(file, _)| file.as_str()).collect();
        refuse_bad(visit, &faults(office, &stored, &record, names, now).await?)?;
    }
    let mut hashes = Vec::with_capacity(photos.len());
    for (file, bytes) in photos {
        hashes.push((file, office.documents.put(bytes).await?));
    }
    let handed_in = HandedIn { record: &record, kept: &kept, photos: hashes, now };
    if is_open(&stored.visit.state) {
        if take(office, &stored, &handed_in).await? {
            return Ok(Recorded::Taken { sha256: kept.sha256 });
        }
        // Somebody was faster: perhaps with this very record.
        stored = find(office, visit).await?;
        if is_taken(office, visit, &kept.sha256).await? {
            return Ok(Recorded::Already { sha256: kept.sha256 });
        }
    }
    keep_aside(office, &stored, &handed_in).await
}

async fn find(office: &Office, visit: VisitId) -> Result<StoredVisit> {
    db::visit::get(&office.db, visit)
        .await?
        .ok_or_else(|| Error::NotFound(format!("there is no visit {visit}; `ronda visit list` shows them")))
}

async fn is_taken(office: &Office, visit: VisitId, sha256: &str) -> Result<bool> {
    Ok(db::record::of_visit(&office.db, visit).await?.is_some_and(|record| record.sha256 == sha256))
}

/// Whether a visit in this state can take a record; one that is only planned can, its engineer came early.
fn is_open(state: &VisitState) -> bool {
    match state {
        VisitState::Planned { .. } | VisitState::Booked { .. } => true,
        VisitState::Done { .. } | VisitState::Cancelled { .. } => false,
    }
}

fn refuse_bad(visit: VisitId, bad: &[BadField]) -> Result<()> {
    if bad.is_empty() {
        return Ok(());
    }
    let lines: String = bad.iter().map(|field| format!("\n  {field}")).collect();
    let places = if bad.len() == 1 { "one place".to_owned() } else { format!("{} places", bad.len()) };
    Err(Error::Refused(format!("the record of {visit} is wrong in {places}:{lines}")))
}

/// Everything in the record that cannot be so.
async fn faults(
    office: &Office,
    stored: &StoredVisit,
    record: &Record,
    photos: BTreeSet<&str>,
    now: Instant,
) -> Result<Vec<BadField>> {
    let visit = &stored.visit;
    let parties = Parties::of_visit(office, visit).await?;
    let of_term = parties.term.as_ref().and_then(|term| term.checklist.as_deref());
    let equipment = parties.equipment.iter().map(|equipment| {
        let key = of_term.unwrap_or(&equipment.checklist);
        OnSite { equipment: &equipment.equipment, key, checklist: office.checklists.get(key) }
    });
    let open = db::finding::open(&office.db, &visit.site).await?;
    let context = RecordContext {
        now,
        purpose: visit.purpose,
        site: &visit.site,
        time_zone: &parties.site.time_zone,
        accepted_on: parties.contract.accepted_on,
        equipment: equipment.collect(),
        open_findings: open.iter().map(|finding| finding.id).collect(),
        photos,
    };
    Ok(record.validate(&context))
}

/// Stores the record with all that follows from it. Says whether the visit could still take it.
async fn take(office: &Office, stored: &StoredVisit, handed_in: &HandedIn<'_>) -> Result<bool> {
    let parties = Parties::of_visit(office, &stored.visit).await?;
    let mut tx = office.db.begin().await?;
    let taken = match &handed_in.record.outcome {
        Outcome::Done(done) => take_done(office, &mut tx, stored, &parties, done, handed_in).await?,
        Outcome::NotDone { reason, .. } => take_not_done(office, &mut tx, stored, &parties, reason, handed_in).await?,
    };
    if taken {
        tx.commit().await?;
        tracing::info!(visit = %stored.visit.id, record = handed_in.kept.sha256, "record taken");
    }
    Ok(taken)
}

async fn take_done(
    office: &Office,
    tx: &mut Tx,
    stored: &StoredVisit,
    parties: &Parties,
    done: &Done,
    handed_in: &HandedIn<'_>,
) -> Result<bool> {
    let (id, site) = (stored.visit.id, stored.visit.site.as_str());
    let completed_at = to_the_millisecond(done.completed_at.to_utc());
    if !db::visit::complete(tx, id, completed_at).await? {
        return Ok(false);
    }
    db::record::set_aside(tx, id).await?;
    db::record::put(tx, id, handed_in.kept, Report::Owed).await?;
    db::record::put_photos(tx, id, &handed_in.photos).await?;
    db::finding::put(tx, id, site, &done.findings).await?;
    for closed in &done.closes {
        if !db::finding::close(tx, site, closed.finding, id, &closed.how).await? {
            return Err(Error::Refused(format!(
                "finding {} was closed by another visit just now; take it out of closes and hand the record in again",
                closed.finding
            )));
        }
    }
    deadlines::recorded(office, tx, stored, parties, completed_at, handed_in.now).await?;
    Ok(true)
}

async fn take_not_done(
    office: &Office,
    tx: &mut Tx,
    stored: &StoredVisit,
    parties: &Parties,
    reason: &str,
    handed_in: &HandedIn<'_>,
) -> Result<bool> {
    let (visit, now) = (&stored.visit, handed_in.now);
    if !db::visit::cancel(tx, visit.id, reason, now).await? {
        return Ok(false);
    }
    db::record::set_aside(tx, visit.id).await?;
    db::record::put(tx, visit.id, handed_in.kept, Report::None).await?;
    deadlines::recorded_as_not_done(tx, visit, now).await?;
    let engineer = engineer(office, &visit.state.appointment().engineer).await?;
    let words = parties.words(visit, &engineer);
    let sequence = sequence_of(&visit.state) + 1;
    let event = invitations::event(office, tx, parties, &words, sequence).await?;
    let notice = Notice::VisitNotDone { visit: words, reason: reason.to_owned() };
    let taken_back = Invitation { method: Method::Cancel, event };
    for reader in parties.readers(notice.kind(), None) {
        let key = format!("{}/{}/{sequence}/{}", notice.word(), visit.id, reader.role.key());
        // Managers were never invited, and to a visit that was only planned nobody was.
        let was_invited =
            matches!(visit.state, VisitState::Booked { .. }) && matches!(reader.role, ReaderRole::Customer(_));
        let mut letter = if was_invited {
            office.composer.invite(&notice, &taken_back, &reader, &key, now)?
        } else {
            office.composer.compose(&notice, &reader, &key, now)?
        };
        letter.visit = Some(visit.id);
        db::letter::put(tx, &letter, now).await?;
    }
    Ok(true)
}

/// Keeps a record that cannot be the visit's, with its photos, and says what stands against it.
async fn keep_aside(office: &Office, stored: &StoredVisit, handed_in: &HandedIn<'_>) -> Result<Recorded> {
    let id = stored.visit.id;
    let mut tx = office.db.begin().await?;
    db::record::put_conflict(&mut tx, id, handed_in.kept).await?;
    db::record::put_conflict_photos(&mut tx, id, handed_in.kept, &handed_in.photos).await?;
    tx.commit().await?;
    tracing::warn!(visit = %id, record = handed_in.kept.sha256, "record refused and kept");
    let sha256 = &handed_in.kept.sha256[..12];
    Err(Error::Refused(match &stored.visit.state {
        VisitState::Done { .. } => format!(
            "{id} has another record already; this one is kept as {sha256} and changes nothing. \
             Compare the two, and put what is missing into the record of the next visit"
        ),
        VisitState::Cancelled { .. } => format!(
            "{id} is cancelled; this record is kept as {sha256}. If the visit did take place, book it again with \
             `ronda visit book {id} --on DAY` and hand the record in again"
        ),
        VisitState::Planned { .. } | VisitState::Booked { .. } => {
            BookingRefused::ChangedMeanwhile { visit: id }.to_string()
        }
    }))
}

/// What both engines store.
fn to_the_millisecond(at: Instant) -> Instant {
    Instant::from_timestamp_millis(at.timestamp_millis()).expect("a time of our age")
}
