//! Decides on submitted forms that are waiting for a manager: accepts them, or dismisses them with a reason.

use std::collections::{BTreeMap, BTreeSet};

use super::take_record::{HandedIn, Stands, take_in};
use crate::acting::note;
use crate::parties::Parties;
use crate::{Acting, Error, Result, Tools, as_typed, named_visit};
use domain::access::Deed;
use domain::audit::trail::{DeedNote, PersonalField};
use domain::ids::FormId;
use domain::records::form::{BadForm, Envelope, SentPhoto};
use domain::records::{Record, RecordDifference, RecordPhoto, Submission};
use store::Tx;

/// The remark on a form that was accepted as a record after all.
pub(super) const TAKEN: &str = "taken as the visit's record";

/// What a form contains besides its record, and how it compares with the stored record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormContents {
    /// Its photos: file name, with the SHA-256 of the stored document; `None` if it never arrived.
    pub photos: Vec<(String, Option<String>)>,
    /// Its differences from the visit's record; `None` if the visit has none.
    pub differences: Option<Vec<RecordDifference>>,
}

/// Opens a form: its photos, and its differences from the stored record.
///
/// # Errors
/// If the form or the record cannot be parsed.
pub async fn contents(on: impl Into<store::ReadHandle<'_>>, form: &Submission) -> Result<FormContents> {
    let mut on = on.into();
    let cannot_read = |why: BadForm| Error::Refused(format!("form {} cannot be read: {why}", form.id));
    let envelope = Envelope::parse(form.body.as_bytes()).map_err(cannot_read)?;
    let here = store::records::form_photo::of_visit(on.again(), form.visit).await?;
    let kept = |sent: &SentPhoto| {
        let photo = here.iter().find(|photo| photo.sent_sha256 == sent.sha256);
        (sent.file.clone(), photo.map(|photo| photo.sha256.clone()))
    };
    let differences = match store::records::of_visit(on, form.visit).await? {
        Some(stored) => {
            let on_file = Record::parse(stored.body.as_bytes()).map_err(anyhow::Error::from)?;
            Some(on_file.differences(&envelope.record))
        }
        None => None,
    };
    Ok(FormContents { photos: envelope.photos.iter().map(kept).collect(), differences })
}

/// Accepts a waiting form as the record of its visit.
///
/// # Errors
/// A refusal if there is no such form, it is not waiting, or the visit cannot accept it; with the reason and the
/// remedy.
pub async fn take_form(office: &Acting, id: FormId) -> Result<()> {
    let mut tx = office.begin().await?;
    take_form_in(office, &mut tx, id).await?;
    tx.commit().await?;
    Ok(())
}

/// Like [`take_form`], in a transaction that also stores related changes.
///
/// # Errors
/// See [`take_form`]; the transaction must then not be committed.
pub async fn take_form_in(tools: &Tools, tx: &mut Tx, id: FormId) -> Result<()> {
    let waiting = waiting(&mut *tx, id).await?;
    let visit = waiting.visit;
    let cannot_read = |why: BadForm| Error::Refused(format!("form {id} cannot be read: {why}"));
    let envelope = Envelope::parse(waiting.body.as_bytes()).map_err(cannot_read)?;
    let here = store::records::form_photo::of_visit(&mut *tx, visit).await?;
    let here: BTreeMap<&str, &str> =
        here.iter().map(|photo| (photo.sent_sha256.as_str(), photo.sha256.as_str())).collect();
    let kept = |sent: &SentPhoto| {
        let sha256 = (*here.get(sent.sha256.as_str())?).to_owned();
        Some(RecordPhoto { file: sent.file.clone(), sha256 })
    };
    let photos: Vec<RecordPhoto> = envelope.photos.iter().filter_map(kept).collect();
    let handed_in = HandedIn::new(visit, &envelope.record, None, tools.clock.now());
    let names: BTreeSet<&str> = photos.iter().map(|photo| photo.file.as_str()).collect();
    let is_taken = match handed_in.stands(tools, &mut *tx, names).await? {
        Stands::Already => true,
        Stands::Closed(_) => false,
        Stands::Open(stored) => take_in(tools, tx, &stored, &handed_in, &photos).await?,
        Stands::Bad(bad) => {
            let lines: String = bad.iter().map(|field| format!("\n  {field}")).collect();
            return Err(Error::Refused(format!(
                "form {id} cannot be the record of {visit} as it is:{lines}\nWrite it out with `ronda form show {id} \
                 --record`, put it right, and hand it in with `ronda record {visit} FILE.json`"
            )));
        }
    };
    if !is_taken {
        return Err(Error::Refused(format!(
            "{visit} is over: it has another record, or is cancelled; `ronda visit show {visit}` says which. Book \
             it again with `ronda visit book {visit} --on DAY` where the visit did take place, or dismiss the form with \
             `ronda form dismiss {id} --why TEXT`"
        )));
    }
    note_form(tools, tx, &waiting, Deed::TakeForm, None).await?;
    settle(tools, tx, id, TAKEN).await
}

/// Dismisses a form, which stays in the store.
///
/// # Errors
/// A refusal if there is no such form, it is not waiting, or no reason is given.
pub async fn dismiss_form(office: &Acting, id: FormId, why: &str) -> Result<()> {
    let mut tx = office.begin().await?;
    dismiss_form_in(office, &mut tx, id, why).await?;
    tx.commit().await?;
    Ok(())
}

/// Like [`dismiss_form`], in a transaction that also stores related changes.
///
/// # Errors
/// See [`dismiss_form`].
pub async fn dismiss_form_in(tools: &Tools, tx: &mut Tx, id: FormId, why: &str) -> Result<()> {
    let waiting = waiting(&mut *tx, id).await?;
    let why = as_typed(why, "the reason", "say why it is dismissed: --why TEXT; the reason stays on file")?;
    note_form(tools, tx, &waiting, Deed::DismissForm, Some(&why)).await?;
    settle(tools, tx, id, &format!("laid aside: {why}")).await
}

async fn note_form(tools: &Tools, tx: &mut Tx, form: &Submission, deed: Deed, why: Option<&str>) -> Result<()> {
    let visit = named_visit(&mut *tx, form.visit).await?.visit;
    let parties = Parties::of_visit(tools, &mut *tx, &visit).await?;
    let personal = why.map(|why| (PersonalField::Text, why.to_owned())).into_iter().collect();
    let line = DeedNote { on: format!("{} form {}", visit.id, form.id), personal, ..DeedNote::of_visit(deed, &visit) };
    note(tx, &parties.case(&visit), line)
}

async fn settle(tools: &Tools, tx: &mut Tx, id: FormId, how: &str) -> Result<()> {
    if !store::records::submission::settle(tx, id, how, tools.clock.now()).await? {
        return Err(Error::Refused(format!("form {id} was settled by somebody else just now")));
    }
    tracing::info!(form = id.0, "form settled");
    Ok(())
}

/// The stored form with this number.
///
/// # Errors
/// If there is none.
pub async fn form(on: impl Into<store::ReadHandle<'_>>, id: FormId) -> Result<Submission> {
    let found = store::records::submission::get(on, id).await?;
    found.ok_or_else(|| Error::NotFound(format!("there is no form {id}; `ronda form list` shows them")))
}

async fn waiting(tx: &mut Tx, id: FormId) -> Result<Submission> {
    let found = form(tx, id).await?;
    match (&found.review, &found.settled) {
        (None, _) => Err(Error::Refused(format!("form {id} is the record of {} already", found.visit))),
        (Some(_), Some(settled)) => {
            let on = settled.at.format("%Y-%m-%d");
            Err(Error::Refused(format!("form {id} was settled on {on}: {}", settled.how)))
        }
        (Some(_), None) => Ok(found),
    }
}
