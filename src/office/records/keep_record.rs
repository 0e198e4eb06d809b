//! Stores a record from a file that cannot be the visit's record: it waits for a manager, like forms from phones.

use super::hand_in_form::why_closed;
use super::take_record::HandedIn;
use crate::documents::sha256;
use crate::{Acting, Error, Result, Tools};
use domain::access::Deed;
use domain::ids::{FormId, VisitId};
use domain::records::form::{Envelope, FORM, SentPhoto};
use domain::records::{FormPhoto, NewSubmission, Record, Submission, canonical};
use domain::visits::{StoredVisit, VisitState};
use store::Tx;

/// Stores a record and its photos (file name, and the stored photo) once; returns what prevents it from being the
/// visit's record, and how a manager can decide.
///
/// # Errors
/// If the store fails.
pub(super) async fn keep_for_review(
    office: &Acting,
    stored: &StoredVisit,
    handed_in: &HandedIn<'_>,
    photos: &[(String, FormPhoto)],
) -> Result<Error> {
    let (visit, record, now) = (stored.visit.id, handed_in.record, handed_in.now);
    let mut tx = office.begin().await?;
    store::records::draft::take_turn(&mut tx, visit).await?;
    let envelope = envelope(visit, record, photos);
    if let Some(before) = kept_before(&mut tx, visit, &envelope).await? {
        return Ok(match &before.settled {
            None => said(stored, before.id),
            Some(settled) => Error::Refused(format!(
                "this record of {visit} was kept before as form {}, and settled on {}: {}",
                before.id,
                settled.at.format("%Y-%m-%d"),
                settled.how
            )),
        });
    }
    handed_in.note(&mut tx, &stored.visit, Deed::KeepRecord)?;
    for (_, photo) in photos {
        store::records::form_photo::put(&mut tx, visit, photo, now).await?;
    }
    let by = office.actor().key();
    let (body, of_record) =
        (serde_json::to_string(&envelope).expect("plain data"), sha256(canonical(record).as_bytes()));
    let new = NewSubmission {
        client_id: &envelope.id,
        visit,
        link: None,
        by: &by,
        // Nothing was sent by a phone: the receipt is based on the record's own hash.
        body_sha256: &of_record,
        body: &body,
        office_note: "",
        review: Some(why_closed(stored)),
    };
    store::records::submission::put(&mut tx, &new, now).await?;
    let kept = kept_before(&mut tx, visit, &envelope).await?;
    let kept = kept.ok_or_else(|| anyhow::anyhow!("{visit}: a record is neither stored nor on file"))?;
    tx.commit().await?;
    tracing::info!(%visit, form = kept.id.0, "a record waits for a manager");
    Ok(said(stored, kept.id))
}

/// The record in the form in which a phone would submit it. Its id is derived from the record, its visit and its
/// photos.
fn envelope(visit: VisitId, record: &Record, photos: &[(String, FormPhoto)]) -> Envelope {
    let photos: Vec<SentPhoto> = photos
        .iter()
        .map(|(file, photo)| SentPhoto { file: file.clone(), sha256: photo.sent_sha256.clone(), data: None })
        .collect();
    let named: String = photos.iter().map(|photo| format!("\n{} {}", photo.sha256, photo.file)).collect();
    Envelope {
        form: FORM,
        id: sha256(format!("{visit}\n{}{named}", canonical(record)).as_bytes()),
        device: String::new(),
        record: record.clone(),
        office_note: String::new(),
        photos,
        confirmed: Default::default(),
        for_review: false,
    }
}

/// The form with the same contents, if one was already stored: earlier versions derived other ids.
async fn kept_before(tx: &mut Tx, visit: VisitId, envelope: &Envelope) -> Result<Option<Submission>> {
    let kept = store::records::submission::of_visit(tx, visit).await?;
    let is_same = |body: &str| {
        Envelope::parse(body.as_bytes()).is_ok_and(|other| {
            let like_it = Envelope { id: other.id.clone(), office_note: other.office_note.clone(), ..envelope.clone() };
            like_it.says_the_same(&other)
        })
    };
    Ok(kept.into_iter().find(|form| form.review.is_some() && is_same(&form.body)))
}

/// What prevents the record from being the visit's, and what to do.
fn said(stored: &StoredVisit, form: FormId) -> Error {
    let id = stored.visit.id;
    Error::Refused(match &stored.visit.state {
        VisitState::Done { .. } => format!(
            "{id} has another record already; this one is kept as form {form} and changes nothing. `ronda form show \
             {form}` says what differs. Put what is missing into the record of the next visit, and dismiss the form \
             with `ronda form dismiss {form} --why TEXT`"
        ),
        VisitState::Cancelled { .. } => format!(
            "{id} is cancelled; this record is kept as form {form}. If the visit did take place, book it again with \
             `ronda visit book {id} --on DAY` and accept the record with `ronda form take {form}`; if not, dismiss it \
             with `ronda form dismiss {form} --why TEXT`"
        ),
        VisitState::Planned { .. } | VisitState::Booked { .. } => format!(
            "{id} was changed by somebody else just now; this record is kept as form {form}. Accept it with `ronda form \
             take {form}`"
        ),
    })
}

/// Settles all forms without a note that are waiting and whose contents equal the visit's current record.
///
/// # Errors
/// If the store fails.
pub(super) async fn settle_the_same(tools: &Tools, tx: &mut Tx, visit: VisitId, record: &str) -> Result<()> {
    for form in store::records::submission::of_visit(&mut *tx, visit).await? {
        let waits = form.review.is_some() && form.settled.is_none() && form.office_note.is_empty();
        let is_same = |envelope: Envelope| canonical(&envelope.record) == record;
        if waits && Envelope::parse(form.body.as_bytes()).is_ok_and(is_same) {
            let now = tools.clock.now();
            store::records::submission::settle(tx, form.id, super::review_forms::TAKEN, now).await?;
        }
    }
    Ok(())
}
