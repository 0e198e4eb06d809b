//! Accepts the record of a visit from a file (P03): the same record twice is one, and a different one is refused and
//! kept.

use std::collections::BTreeSet;

use super::keep_record::keep_for_review;
use super::take_record::{Became, HandedIn};
use crate::documents::sha256;
use crate::{Acting, Error, Office, Result};
use domain::ids::VisitId;
use domain::records::{BadField, FormPhoto, Record, RecordPhoto, bad_photos};
use paper::photos;

/// The outcome of a submitted record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorded {
    /// It is now the visit's record.
    Taken { sha256: String },
    /// It was already the visit's record; nothing has changed.
    Already { sha256: String },
}

/// Submits a visit's record with its photos, each as file name and bytes.
///
/// In one transaction, the record, its photos and findings are stored, earlier findings are closed, the visit becomes
/// done (or cancelled, if it did not take place), and its deadlines are met and opened. Submitting the same record
/// again changes nothing. A different one is refused and waits for a manager, with its photos. A visit that did not
/// take place can be booked again; the record of when it does take place then replaces the earlier one. Photos are
/// encoded again before they are stored, which removes their location and everything except the picture.
///
/// # Errors
/// A refusal that lists all invalid fields, or says why the visit cannot accept the record.
pub async fn record_visit(
    office: &Acting,
    visit: VisitId,
    json: &[u8],
    photos: Vec<(String, Vec<u8>)>,
) -> Result<Recorded> {
    let record = Record::parse(json).map_err(|bad| Error::Refused(format!("the record cannot be read: {bad}")))?;
    let handed_in = HandedIn::new(visit, &record, None, office.clock.now());
    let sha256 = handed_in.kept.sha256.clone();
    let names: BTreeSet<String> = photos.iter().map(|(file, _)| file.clone()).collect();
    let mut kept = Vec::new();
    let became = handed_in.hand_in(office, names.iter().map(String::as_str).collect(), async || {
        let bad = bad_photos(&photos);
        if !bad.is_empty() {
            return Err(refused(visit, &bad));
        }
        kept = keep_photos(office, visit, photos).await?;
        Ok(of_record(&kept))
    });
    match became.await? {
        Became::Taken => Ok(Recorded::Taken { sha256 }),
        Became::Already => Ok(Recorded::Already { sha256 }),
        Became::Bad(bad) => Err(refused(visit, &bad)),
        Became::Closed(stored) => Err(keep_for_review(office, &stored, &handed_in, &kept).await?),
    }
}

/// The photos as referred to by a record: file name, with the SHA-256 of the stored document.
fn of_record(photos: &[(String, FormPhoto)]) -> Vec<RecordPhoto> {
    photos.iter().map(|(file, photo)| RecordPhoto { file: file.clone(), sha256: photo.sha256.clone() }).collect()
}

/// Stores each photo as a document, encoded again.
async fn keep_photos(
    office: &Office,
    visit: VisitId,
    photos: Vec<(String, Vec<u8>)>,
) -> Result<Vec<(String, FormPhoto)>> {
    let mut pictures = Vec::with_capacity(photos.len());
    let mut bad = Vec::new();
    for (index, (file, bytes)) in photos.into_iter().enumerate() {
        let (sent_sha256, sent) = (sha256(&bytes), i64::try_from(bytes.len()).unwrap_or(i64::MAX));
        match photos::prepare_beside(bytes).await {
            Ok(picture) => pictures.push((file, sent_sha256, sent, picture)),
            Err(why) => bad.push(BadField {
                path: format!("photo file {}", index + 1),
                value: format!("{file:?}"),
                rule: why.to_string(),
                remedy: "take the photo again, or leave it out".to_owned(),
            }),
        }
    }
    if !bad.is_empty() {
        return Err(refused(visit, &bad));
    }
    let mut kept = Vec::with_capacity(pictures.len());
    for (file, sent_sha256, bytes, picture) in pictures {
        let sha256 = office.documents.put(picture.jpeg.to_vec()).await?;
        kept.push((file, FormPhoto { sent_sha256, bytes, sha256 }));
    }
    Ok(kept)
}

fn refused(visit: VisitId, bad: &[BadField]) -> Error {
    let lines: String = bad.iter().map(|field| format!("\n  {field}")).collect();
    let places = if bad.len() == 1 { "one place".to_owned() } else { format!("{} places", bad.len()) };
    Error::Refused(format!("the record of {visit} is wrong in {places}:{lines}"))
}
