//! Accepts forms submitted from phones: once, completely, and without ever losing one (R10). What the office cannot
//! accept as it is waits for a manager.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::take_photo::{forget_pieces, take_whole};
use super::take_record::{Became, HandedIn};
use crate::acting::note;
use crate::documents::sha256;
use crate::parties::Parties;
use crate::{Acting, Error, Result, named_visit};
use domain::Instant;
use domain::access::{Deed, DeedCase, Link, LinkRefused};
use domain::audit::trail::DeedNote;
use domain::ids::VisitId;
use domain::records::form::{BadForm, Envelope, Question, QuestionKind, ReviewWhy, questions};
use domain::records::{
    BadField, CustomerSignature, FormPhoto, MAX_PHOTOS_BYTES, NewSubmission, Outcome, Record, RecordPhoto, Submission,
};
use domain::visits::StoredVisit;
use store::Tx;

/// The outcome of a submission.
#[derive(Debug, Clone, PartialEq)]
pub enum HandIn {
    /// It is stored: as the visit's record, or waiting for a manager; see its `review`.
    OnFile(Receipt),
    /// Other bytes were already stored under this id; these are kept for a manager.
    Conflict(Receipt),
    /// Nothing is stored: these photos have not arrived.
    MissingPhotos(Vec<String>),
    /// Nothing is stored: a person has to confirm that this is right.
    Asked(Vec<Question>),
    /// Nothing is stored: each of these has to be corrected.
    Bad(Vec<BadField>),
    /// Nothing is stored: there are already this many forms of the visit, and somebody has to review them first.
    TooMany(i64),
}

/// How many forms of a visit may wait for a manager, and how many may repeat its record, before further ones that come
/// through a link are rejected.
pub const MOST_FORMS: i64 = 20;

/// The office's confirmation, after which a phone may delete its draft (R11).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The id made by the phone.
    pub id: String,
    /// The number for quoting.
    pub number: String,
    /// SHA-256 of the bytes as sent.
    pub body_sha256: String,
    pub received_at: Instant,
    /// SHA-256 of all its photos, as sent; each is stored.
    pub photos: Vec<String>,
    pub review: Option<ReviewWhy>,
}

/// How a form was submitted.
#[derive(Debug, Clone, Copy)]
pub struct CameBy<'a> {
    /// `None`: by hand, from a file.
    pub link: Option<&'a Link>,
    /// Why the link is no longer valid, if it is not.
    pub refused: Option<&'a LinkRefused>,
    /// Who submitted it: `engineer:E-1`, or `user:ana` if by hand.
    pub by: &'a str,
}

/// Submits a form: the bytes as sent by a phone.
///
/// The same bytes under the same id are one submission, however often and concurrently they arrive, and get the same
/// answer. When the answer is [`HandIn::OnFile`], the record, its photos and everything that follows are durable.
///
/// # Errors
/// The inner error means that the bytes are not a form; the outer one that the store failed.
pub async fn hand_in(
    office: &Acting,
    visit: VisitId,
    came: CameBy<'_>,
    bytes: &[u8],
) -> Result<std::result::Result<HandIn, BadForm>> {
    let envelope = match Envelope::parse(bytes) {
        Ok(envelope) => envelope,
        Err(bad) => return Ok(Err(bad)),
    };
    let body = String::from_utf8_lossy(bytes).into_owned();
    let paper = Paper { envelope: &envelope, visit, came, body_sha256: sha256(bytes), body };
    let handed = match paper.hand_in(office).await? {
        // Another attempt of the same phone was faster: the answer is what it has stored.
        None => paper.on_file(office).await?.ok_or_else(|| anyhow::anyhow!("{visit}: neither stored nor on file"))?,
        Some(handed) => handed,
    };
    if let HandIn::OnFile(receipt) = &handed {
        if receipt.review.is_none() {
            forget_pieces(office, visit).await;
        }
        tracing::info!(%visit, receipt = receipt.number, review = receipt.review.map(ReviewWhy::word), "form received");
    }
    Ok(Ok(handed))
}

/// Submits a form that a phone saved to a file, including its photos, after everything else had failed. It is the same
/// submission that the phone may still send.
///
/// # Errors
/// A refusal that says what is wrong in the file.
pub async fn hand_in_file(office: &Acting, visit: VisitId, bytes: &[u8]) -> Result<HandIn> {
    let bad_form = |bad: BadForm| Error::Refused(format!("the form cannot be read: {bad}"));
    let mut envelope = Envelope::parse(bytes).map_err(bad_form)?;
    for photo in &mut envelope.photos {
        let Some(data) = photo.data.take() else { continue };
        let wrong = |why: &dyn std::fmt::Display| Error::Refused(format!("photo {:?} in the file: {why}", photo.file));
        let bytes = STANDARD.decode(data).map_err(|why| wrong(&why))?;
        match take_whole(office, visit, &bytes).await? {
            Ok(sha256) if sha256 == photo.sha256 => {}
            Ok(sha256) => return Err(wrong(&format!("its SHA-256 is {sha256}, and the file says {}", photo.sha256))),
            Err(refused) => return Err(wrong(&refused)),
        }
    }
    let by = office.actor().key();
    let came = CameBy { link: None, refused: None, by: &by };
    // Somebody who submits a file by hand knows when the visit took place.
    envelope.confirmed.insert(QuestionKind::CompletedBeforeBooking);
    let body = serde_json::to_vec(&envelope).map_err(anyhow::Error::from)?;
    hand_in(office, visit, came, &body).await?.map_err(bad_form)
}

/// A form being submitted.
struct Paper<'a> {
    envelope: &'a Envelope,
    visit: VisitId,
    came: CameBy<'a>,
    body_sha256: String,
    body: String,
}

impl Paper<'_> {
    /// `None` if another attempt stored the same form in the meantime.
    async fn hand_in(&self, office: &Acting) -> Result<Option<HandIn>> {
        if let Some(handed) = self.on_file(office).await? {
            return Ok(Some(handed));
        }
        let photos = match self.photos(office).await? {
            Ok(photos) => photos,
            Err(not_yet) => return Ok(Some(not_yet)),
        };
        if let Some(why) = self.came.refused.and_then(ReviewWhy::of_link) {
            return self.for_review(office, why).await;
        }
        if self.envelope.for_review {
            return self.for_review(office, ReviewWhy::ForReview).await;
        }
        let stored = named_visit(&office.db, self.visit).await?;
        let site = Parties::of_visit(office, &office.db, &stored.visit).await?.site;
        let now = office.clock.now();
        let mut asked = questions(&self.envelope.record, &stored.visit, &site.time_zone, now);
        let lies_ahead = asked.iter().any(|question| question.kind() == QuestionKind::CompletedInTheFuture);
        asked.retain(|question| !self.envelope.confirmed.contains(&question.kind()));
        if !asked.is_empty() {
            return Ok(Some(HandIn::Asked(asked)));
        }
        if lies_ahead {
            return self.for_review(office, ReviewWhy::InTheFuture).await;
        }
        self.take(office, &photos, now).await
    }

    async fn take(&self, office: &Acting, photos: &[RecordPhoto], now: Instant) -> Result<Option<HandIn>> {
        let handed_in = HandedIn::new(self.visit, &self.envelope.record, Some(self.to_store(None)), now);
        let names: BTreeSet<&str> = photos.iter().map(|photo| photo.file.as_str()).collect();
        let closed = match handed_in.hand_in(office, names, async || Ok(photos.to_vec())).await? {
            Became::Taken => return Ok(Some(HandIn::OnFile(self.receipt(now, None)))),
            // Somebody has submitted the same record before, from another phone or by hand.
            Became::Already => return self.store(office, None).await,
            Became::Bad(bad) => return Ok(Some(HandIn::Bad(bad))),
            Became::Closed(stored) => stored,
        };
        if let Some(handed) = self.on_file(office).await? {
            return Ok(Some(handed));
        }
        self.for_review(office, why_closed(&closed)).await
    }

    /// What is stored under the form's id: the same form; or another one, in which case this one is stored next to it.
    async fn on_file(&self, office: &Acting) -> Result<Option<HandIn>> {
        let Some(known) = store::records::submission::by_client_id(&office.db, &self.envelope.id).await? else {
            return Ok(None);
        };
        let before = Envelope::parse(known.body.as_bytes());
        if known.visit == self.visit && before.is_ok_and(|before| before.says_the_same(self.envelope)) {
            let receipt = Receipt { body_sha256: self.body_sha256.clone(), ..receipt_of(&known) };
            return Ok(Some(HandIn::OnFile(receipt)));
        }
        Ok(Some(self.beside(office).await?))
    }

    /// Stores the form, once, next to the existing one with its id.
    async fn beside(&self, office: &Acting) -> Result<HandIn> {
        if let Some(kept) = self.kept_beside(office).await? {
            return Ok(kept);
        }
        if let Some(full) = self.too_many(office, Some(ReviewWhy::Conflict)).await? {
            return Ok(full);
        }
        let now = office.clock.now();
        let mut tx = office.begin().await?;
        if store::records::submission::put(&mut tx, &self.to_store(Some(ReviewWhy::Conflict)), now).await? {
            self.note(&mut tx, Some(ReviewWhy::Conflict)).await?;
            tx.commit().await?;
            tracing::warn!(visit = %self.visit, "another form came under an id that is taken; it waits for a manager");
            return Ok(HandIn::Conflict(self.receipt(now, Some(ReviewWhy::Conflict))));
        }
        drop(tx);
        let kept = self.kept_beside(office).await?;
        Ok(kept.ok_or_else(|| anyhow::anyhow!("{}: a conflict is neither stored nor on file", self.visit))?)
    }

    async fn kept_beside(&self, office: &Acting) -> Result<Option<HandIn>> {
        let kept =
            store::records::submission::same(&office.db, &self.envelope.id, self.visit, &self.body_sha256).await?;
        Ok(kept.map(|kept| HandIn::Conflict(receipt_of(&kept))))
    }

    /// The record's photos: file name, and SHA-256 of the stored document. If any are missing, which ones.
    async fn photos(&self, office: &Acting) -> Result<std::result::Result<Vec<RecordPhoto>, HandIn>> {
        let here = store::records::form_photo::of_visit(&office.db, self.visit).await?;
        let here: BTreeMap<&str, &FormPhoto> = here.iter().map(|photo| (photo.sent_sha256.as_str(), photo)).collect();
        let (mut photos, mut missing, mut bytes) = (Vec::new(), Vec::new(), 0);
        for sent in &self.envelope.photos {
            match here.get(sent.sha256.as_str()) {
                Some(photo) => {
                    bytes += photo.bytes.unsigned_abs();
                    photos.push(RecordPhoto { file: sent.file.clone(), sha256: photo.sha256.clone() });
                }
                None => missing.push(sent.sha256.clone()),
            }
        }
        if !missing.is_empty() {
            return Ok(Err(HandIn::MissingPhotos(missing)));
        }
        let most = MAX_PHOTOS_BYTES as u64;
        let too_many = (bytes > most).then(|| BadField {
            path: "photos".to_owned(),
            value: format!("{} files", photos.len()),
            rule: format!("the photos have {bytes} bytes together, and {most} are allowed"),
            remedy: "make them smaller, or leave some out".to_owned(),
        });
        let mut names = BTreeSet::new();
        let twice = photos.iter().find(|photo| !names.insert(photo.file.to_ascii_lowercase())).map(|photo| BadField {
            path: "photos".to_owned(),
            value: format!("{:?}", photo.file),
            rule: "two photos have this name".to_owned(),
            remedy: "name each once".to_owned(),
        });
        let bad: Vec<BadField> = too_many.into_iter().chain(twice).collect();
        Ok(if bad.is_empty() { Ok(photos) } else { Err(HandIn::Bad(bad)) })
    }

    /// Every attempt through a link can send a form of several megabytes, and must not be able to fill up the disk.
    async fn too_many(&self, office: &Acting, review: Option<ReviewWhy>) -> Result<Option<HandIn>> {
        if self.came.link.is_none() {
            return Ok(None);
        }
        let here = store::records::submission::like(&office.db, &self.to_store(review)).await?;
        Ok((here >= MOST_FORMS).then_some(HandIn::TooMany(here)))
    }

    async fn for_review(&self, office: &Acting, why: ReviewWhy) -> Result<Option<HandIn>> {
        let handed = self.store(office, Some(why)).await?;
        if let Some(HandIn::OnFile(_)) = &handed {
            tracing::warn!(visit = %self.visit, why = why.word(), "a form waits for a manager");
        }
        Ok(handed)
    }

    /// Stores the form without making it a record; `None` if a form with its id was stored in the meantime.
    async fn store(&self, office: &Acting, review: Option<ReviewWhy>) -> Result<Option<HandIn>> {
        if let Some(full) = self.too_many(office, review).await? {
            return Ok(Some(full));
        }
        let now = office.clock.now();
        let mut tx = office.begin().await?;
        if !store::records::submission::put(&mut tx, &self.to_store(review), now).await? {
            return Ok(None);
        }
        self.note(&mut tx, review).await?;
        tx.commit().await?;
        Ok(Some(HandIn::OnFile(self.receipt(now, review))))
    }

    /// Notes the line for a form that is stored but is not, or not yet, the visit's record.
    async fn note(&self, tx: &mut Tx, review: Option<ReviewWhy>) -> Result<()> {
        let visit = named_visit(&mut *tx, self.visit).await?.visit;
        let engineer = Some(&visit.state.appointment().engineer);
        let case = DeedCase { visit: Some(visit.id), engineer, ..DeedCase::default() };
        let after = json!({ "form": self.body_sha256, "waits": review.map(ReviewWhy::word) });
        note(tx, &case, DeedNote { after: Some(after), ..DeedNote::of_visit(Deed::KeepForm, &visit) })
    }

    fn to_store(&self, review: Option<ReviewWhy>) -> NewSubmission<'_> {
        NewSubmission {
            client_id: &self.envelope.id,
            visit: self.visit,
            link: self.came.link.map(|link| link.id),
            by: self.came.by,
            body_sha256: &self.body_sha256,
            body: &self.body,
            office_note: self.envelope.office_note.trim(),
            review,
        }
    }

    fn receipt(&self, received_at: Instant, review: Option<ReviewWhy>) -> Receipt {
        Receipt {
            id: self.envelope.id.clone(),
            number: number_of(&self.body_sha256),
            body_sha256: self.body_sha256.clone(),
            received_at,
            photos: self.envelope.photos.iter().map(|photo| photo.sha256.clone()).collect(),
            review,
        }
    }
}

/// Why a visit that is over cannot accept a record.
pub(super) fn why_closed(stored: &StoredVisit) -> ReviewWhy {
    use domain::visits::VisitState;
    match stored.visit.state {
        VisitState::Cancelled { .. } => ReviewWhy::Cancelled,
        VisitState::Done { .. } | VisitState::Planned { .. } | VisitState::Booked { .. } => ReviewWhy::OtherRecord,
    }
}

fn number_of(body_sha256: &str) -> String {
    body_sha256[..12].to_owned()
}

/// The receipt of a stored submission: the answer that was given then.
#[must_use]
pub fn receipt_of(known: &Submission) -> Receipt {
    let photos = Envelope::parse(known.body.as_bytes()).map(|envelope| envelope.photos).unwrap_or_default();
    Receipt {
        id: known.client_id.clone(),
        number: number_of(&known.body_sha256),
        body_sha256: known.body_sha256.clone(),
        received_at: known.received_at,
        photos: photos.into_iter().map(|photo| photo.sha256).collect(),
        review: known.review,
    }
}

/// Whether a record requests a signature that comes later.
#[must_use]
pub fn asks_for_signature(record: &Record) -> bool {
    match &record.outcome {
        Outcome::Done(done) => matches!(done.customer_signature, CustomerSignature::Asked { .. }),
        Outcome::NotDone { .. } => false,
    }
}
