//! The customer's engineer signs a record through a link, and comments on its items (P03).

use serde::Deserialize;
use serde_json::json;

use super::take_record::faults_of_signature;
use crate::access::form_links::{FormAddress, countersign_link};
use crate::acting::note;
use crate::documents::sha256;
use crate::reports::correct_report::record_corrected;
use crate::{Acting, Error, Office, Result, named_visit};
use domain::Instant;
use domain::access::{Actor, Deed, DeedCase, Link};
use domain::audit::trail::{DeedNote, PersonalField};
use domain::ids::VisitId;
use domain::people::ReaderRole;
use domain::records::form::{BadForm, is_sha256};
use domain::records::{
    AskedSignature, BadField, BadJson, CustomerRemark, CustomerSignature, Done, GivenSignature, Outcome, Record,
    SCHEMA, Signature, StoredRecord, canonical,
};

/// The data sent by the signing page.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Signing {
    id: String,
    name: String,
    #[serde(default)]
    role: String,
    strokes: Vec<Vec<(f64, f64)>>,
    #[serde(default)]
    remarks: Vec<CustomerRemark>,
}

/// The outcome of signing.
#[derive(Debug, Clone, PartialEq)]
pub enum Signed {
    /// The signature was added to the record.
    Received { receipt: String, received_at: Instant },
    /// Somebody has already signed the record.
    Already,
    /// Nothing is stored: each of these has to be corrected.
    Bad(Vec<BadField>),
    /// No signature is requested for the record.
    NotAsked,
    /// Nothing is stored: the same submission was already used for another visit's record.
    OfAnother(VisitId),
}

/// A record that is waiting for a signature, or has one.
#[derive(Debug, Clone)]
pub struct ToSign {
    pub record: Box<Done>,
    /// SHA-256 of the record as stored now.
    pub sha256: String,
    pub asked: AskedSignature,
}

/// The record that a link shows to its signer; `None` if it requests no signature.
pub async fn to_sign(office: &Office, visit: VisitId) -> Result<Option<ToSign>> {
    let Some(asked) = store::records::countersign::of_visit(&office.db, visit).await? else { return Ok(None) };
    let Some(stored) = store::records::of_visit(&office.db, visit).await? else { return Ok(None) };
    let record: Record = serde_json::from_str(&stored.body).map_err(anyhow::Error::from)?;
    Ok(match record.outcome {
        Outcome::Done(record) => Some(ToSign { record, sha256: stored.sha256, asked }),
        Outcome::NotDone { .. } => None,
    })
}

/// Adds the customer's signature and remarks to a record. If its report was already drawn, another revision is drawn.
/// The time of signing is ours: whoever opened the page is online, and the clocks of phones are unreliable.
///
/// The same bytes again get the same answer.
///
/// # Errors
/// The inner error means that the bytes are not a form; the outer one that the store failed.
pub async fn sign(
    office: &Office,
    visit: VisitId,
    link: &Link,
    bytes: &[u8],
) -> Result<std::result::Result<Signed, BadForm>> {
    let signing: Signing = match serde_json::from_slice(bytes) {
        Ok(signing) => signing,
        Err(error) => return Ok(Err(BadJson::from(error).into())),
    };
    if !is_sha256(&signing.id) {
        return Ok(Err(BadForm::Id(signing.id.chars().take(80).collect())));
    }
    let body_sha256 = sha256(bytes);
    let Some(actor) = Actor::by_link(link, None) else {
        return Err(Error::Refused("this link is not for whoever signs".to_owned()));
    };
    let office = &office.acting(actor);
    loop {
        let Some(ToSign { mut record, sha256: before, asked }) = to_sign(office, visit).await? else {
            return Ok(Ok(Signed::NotAsked));
        };
        if let Some(signed_at) = asked.signed_at {
            let is_same = asked.body_sha256.as_deref() == Some(body_sha256.as_str());
            return Ok(Ok(if is_same { received(&body_sha256, signed_at) } else { Signed::Already }));
        }
        let now = office.clock.now();
        record.customer_signature = CustomerSignature::Signed(Signature {
            name: signing.name.trim().to_owned(),
            role: signing.role.trim().to_owned(),
            place: String::new(),
            signed_at: now.with_timezone(record.completed_at.offset()).max(record.started_at),
            strokes: signing.strokes.clone(),
        });
        record.customer_remarks.clone_from(&signing.remarks);
        let signed = Record { schema: SCHEMA, outcome: Outcome::Done(record) };
        let bad = faults_of_signature(office, visit, &signed).await?;
        if !bad.is_empty() {
            return Ok(Ok(Signed::Bad(bad)));
        }
        let body = canonical(&signed);
        let kept = StoredRecord { sha256: sha256(body.as_bytes()), body, received_at: now };
        let text = String::from_utf8_lossy(bytes);
        let came = GivenSignature { client_id: &signing.id, body_sha256: &body_sha256, body: &text, link: link.id };
        let mut tx = office.begin().await?;
        // If it was signed here in the meantime, the next iteration finds that.
        if let Some(other) = store::records::countersign::by_client(&mut tx, &signing.id).await?
            && other != visit
        {
            return Ok(Ok(Signed::OfAnother(other)));
        }
        if store::records::countersign::put(&mut tx, visit, came, now).await?
            && store::records::replace(&mut tx, visit, &before, &kept).await?
        {
            let signed = named_visit(&mut tx, visit).await?.visit;
            let line = DeedNote {
                before: Some(json!({ "record": before })),
                after: Some(json!({ "record": kept.sha256 })),
                personal: vec![(PersonalField::Name, signing.name.trim().to_owned())],
                ..DeedNote::of_visit(Deed::SignRecord, &signed)
            };
            note(&mut tx, &DeedCase { visit: Some(visit), ..DeedCase::default() }, line)?;
            record_corrected(office, &mut tx, &signed, now).await?;
            tx.commit().await?;
            tracing::info!(%visit, record = kept.sha256, "record signed by the customer");
            return Ok(Ok(received(&body_sha256, now)));
        }
        // Somebody signed it at the same moment: check again.
    }
}

fn received(body_sha256: &str, received_at: Instant) -> Signed {
    Signed::Received { receipt: body_sha256[..12].to_owned(), received_at }
}

/// Creates a new link for signing a visit's record, to be shown as a QR code on the engineer's phone.
///
/// # Errors
/// A refusal if no signature is requested, it already exists, or the office has no public pages.
pub async fn new_countersign_link(office: &Acting, visit: VisitId) -> Result<FormAddress> {
    match to_sign(office, visit).await? {
        None => return Err(Error::Refused(format!("the record of {visit} asks for no signature"))),
        Some(ToSign { asked, .. }) if asked.signed_at.is_some() => {
            return Err(Error::Refused(format!("the record of {visit} is signed already")));
        }
        Some(_) => {}
    }
    let holder = ReaderRole::Customer("on-site".to_owned());
    let key = format!("countersign/{visit}/{}", &office.clock.secret()[..16]);
    let mut tx = office.begin().await?;
    let address = countersign_link(office, &mut tx, visit, &holder, &key).await?;
    let signed = named_visit(&mut tx, visit).await?.visit;
    let engineer = Some(&signed.state.appointment().engineer);
    let case = DeedCase { visit: Some(visit), engineer, ..DeedCase::default() };
    note(&mut tx, &case, DeedNote::of_visit(Deed::MakeSigningLink, &signed))?;
    tx.commit().await?;
    Ok(address)
}
