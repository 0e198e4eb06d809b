//! The form on a phone: its page, the data that it loads, and what it submits (P03, R10, R11).
//!
//! A link from a letter is exchanged for a cookie, so that its secret does not end up in an address bar, a history or a
//! log. GET changes nothing (R12). Writing requests run to completion even if the phone disconnects, and are answered
//! only once everything is durable.

pub(crate) mod assets;
mod holder;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use holder::exchange;
pub(crate) use holder::{Holder, find as of_cookie, from_our_page};

use super::outside::{refused, refused_form};
use crate::Desk;
use crate::error::WebError;
use crate::words::Reads;
use domain::access::{Errand, LinkRefused};
use domain::ids::VisitId;
use domain::language::Language;
use domain::records::BadField;
use domain::records::form::{Envelope, Push, ReviewWhy, is_sha256};
use office::access::form_links::FormAddress;
use office::access::links;
use office::records::hand_in_form::{CameBy, HandIn, Receipt, asks_for_signature, hand_in};
use office::records::mirror_draft::mirror_draft;
use office::records::open_form::{self, Status};
use office::records::sign_record::new_countersign_link;
use office::records::take_photo::{self, Piece, PieceRefused, UploadProgress};
use office::{Error, Office};
use paper::qr;

/// The cookie that replaces a form's link.
pub(crate) const COOKIE: &str = "ronda-form";

/// Seconds after which a phone retries if too many other forms of its visit await review.
const WAIT_FOR_A_MANAGER: u32 = 3600;

/// `/form/l/{secret}`: gives the browser a cookie for this visit only and redirects it to the form's address without
/// the secret.
pub(crate) async fn link(
    State(desk): State<Desk>,
    Reads(language): Reads,
    Path(secret): Path<String>,
) -> Result<Response, WebError> {
    exchanged(&desk, language, &secret, COOKIE, "/form", form_of).await
}

/// Exchanges a link's secret for a cookie, and redirects the browser to the address of the link's visit below `folder`;
/// or shows the page that says why the link does not open.
pub(crate) async fn exchanged(
    desk: &Desk,
    language: Language,
    secret: &str,
    cookie: &str,
    folder: &str,
    of: fn(&Errand) -> Option<VisitId>,
) -> Result<Response, WebError> {
    let office = desk.office();
    let Some((link, ended)) = links::known(&office, secret).await.map_err(anyhow::Error::from)? else {
        return refused(desk, language, &LinkRefused::Unknown);
    };
    match (of(&link.errand), ended) {
        (Some(visit), None) => Ok(exchange(&office, cookie, secret, &format!("{folder}/{visit}"))),
        (None, None) => refused(desk, language, &LinkRefused::Unknown),
        (Some(_) | None, Some(why)) => match form_of(&link.errand) {
            Some(visit) => refused_form(desk, language, &why, visit),
            None => refused(desk, language, &why),
        },
    }
}

/// The visit whose form a link opens, if it opens one.
fn form_of(errand: &Errand) -> Option<VisitId> {
    let Errand::VisitForm { visit } = errand else { return None };
    Some(*visit)
}

/// `GET /form/{visit}/visit.json`: everything that the form needs to work offline.
pub(crate) async fn bundle(
    State(desk): State<Desk>,
    Path(visit): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Denied> {
    let (office, holder) = holder::of_form(&desk, &visit, &headers).await?;
    holder.is_open()?;
    let bundle = open_form::bundle(&office, holder.visit).await.map_err(anyhow::Error::from)?;
    let mut json = serde_json::to_value(bundle).map_err(anyhow::Error::from)?;
    json["version"] = assets::version().into();
    json["link"] = holder.mark.into();
    Ok(assets::zipped(&headers, "application/json", json.to_string().into_bytes()))
}

/// `POST /form/{visit}/draft`: synchronises the draft in both directions.
pub(crate) async fn draft(
    State(desk): State<Desk>,
    Path(visit): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Denied> {
    let (office, holder) = holder::of_writer(&desk, &visit, &headers).await?;
    holder.is_open()?;
    let body = whole(request).await?;
    to_completion(async move {
        let push: Push = match serde_json::from_slice(&body) {
            Ok(push) => push,
            Err(why) => {
                return Ok(json_response(
                    StatusCode::BAD_REQUEST,
                    json!({"status": "bad-json", "why": why.to_string()}),
                ));
            }
        };
        let status = open_form::status(&office, holder.visit).await?;
        let mirrored = match &status {
            Status::Open | Status::Review { .. } => mirror_draft(&office, holder.visit, &push).await?,
            // The record is in and its draft was deleted; no phone may bring it back.
            Status::Received { .. } | Status::Cancelled | Status::Done => Ok(Default::default()),
        };
        Ok(match mirrored {
            Ok(mirrored) => json_response(
                StatusCode::OK,
                json!({
                    "rev": mirrored.rev,
                    "fields": mirrored.fields,
                    "conflicts": mirrored.conflicts,
                    "now": office.clock.now(),
                    "status": status,
                }),
            ),
            Err(why) => {
                json_response(StatusCode::UNPROCESSABLE_ENTITY, json!({"status": "bad-draft", "why": why.to_string()}))
            }
        })
    })
    .await
}

/// `GET /form/{visit}/photos/{sha256}`: how many bytes of a photo have arrived.
pub(crate) async fn photo(
    State(desk): State<Desk>,
    Path((visit, sha256)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Denied> {
    let (office, holder) = holder::of_form(&desk, &visit, &headers).await?;
    if !is_sha256(&sha256) {
        return Err(WebError::NotFound.into());
    }
    let progress = take_photo::progress(&office, holder.visit, &sha256).await.map_err(anyhow::Error::from)?;
    Ok(json_response(StatusCode::OK, how_far(progress)))
}

/// `GET /form/{visit}/photos/{sha256}/small.jpg`: the thumbnail of a photo that another phone sent for this visit. It
/// is addressed by its hash, and so never changes.
pub(crate) async fn small_photo(
    State(desk): State<Desk>,
    Path((visit, sha256)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Denied> {
    let (office, holder) = holder::of_form(&desk, &visit, &headers).await?;
    holder.is_open()?;
    let small = take_photo::small(&office, holder.visit, &sha256).await.map_err(anyhow::Error::from)?;
    let Some(jpeg) = small else { return Err(WebError::NotFound.into()) };
    let about = [(header::CONTENT_TYPE, "image/jpeg"), (header::CACHE_CONTROL, "private, max-age=604800, immutable")];
    Ok((about, jpeg).into_response())
}

fn how_far(progress: UploadProgress) -> Value {
    json!({"have": progress.have, "stored": progress.is_stored})
}

/// The offset of a chunk, and the total size.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Place {
    at: u64,
    of: u64,
}

/// `PUT /form/{visit}/photos/{sha256}?at=N&of=SIZE`: the next chunk of a photo.
pub(crate) async fn put_photo(
    State(desk): State<Desk>,
    Path((visit, sha256)): Path<(String, String)>,
    Query(Place { at, of }): Query<Place>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Denied> {
    // An expired link still accepts what belongs to a record that was filled in before.
    let (office, holder) = holder::of_writer(&desk, &visit, &headers).await?;
    if !is_sha256(&sha256) {
        return Err(WebError::NotFound.into());
    }
    let bytes = whole(request).await?;
    to_completion(async move {
        let piece = Piece { visit: holder.visit, sha256: &sha256, at, of, bytes: &bytes };
        let bad = |why: &str, text: String| {
            json_response(StatusCode::UNPROCESSABLE_ENTITY, json!({"status": "bad-photo", "why": why, "says": text}))
        };
        Ok(match take_photo::take_piece(&office, piece).await? {
            Ok(progress) => json_response(StatusCode::OK, how_far(progress)),
            Err(PieceRefused::NotNext { have }) => {
                json_response(StatusCode::CONFLICT, json!({"have": have, "stored": false}))
            }
            Err(why @ PieceRefused::TooLarge) => bad("too-large", why.to_string()),
            Err(why @ PieceRefused::Hash) => bad("hash", why.to_string()),
            Err(why @ PieceRefused::NotAPhoto(_)) => bad("not-a-photo", why.to_string()),
            Err(why @ PieceRefused::Damaged(_)) => bad("damaged", why.to_string()),
        })
    })
    .await
}

/// `POST /form/{visit}/record`: hands the record in.
pub(crate) async fn record(
    State(desk): State<Desk>,
    Path(visit): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Denied> {
    let (office, holder) = holder::of_writer(&desk, &visit, &headers).await?;
    let bytes = whole(request).await?;
    to_completion(async move {
        let office = office.acting(holder.actor()?);
        let came = CameBy { link: Some(&holder.link), refused: holder.refused.as_ref(), by: &holder.link.holder };
        Ok(match hand_in(&office, holder.visit, came, &bytes).await? {
            Ok(handed) => answer(&handed, &bytes),
            Err(bad) => json_response(StatusCode::BAD_REQUEST, json!({"status": "bad-form", "why": bad.to_string()})),
        })
    })
    .await
}

fn answer(handed: &HandIn, bytes: &[u8]) -> Response {
    match handed {
        HandIn::OnFile(receipt) => match receipt.review {
            None => {
                let is_asked = Envelope::parse(bytes).is_ok_and(|envelope| asks_for_signature(&envelope.record));
                let countersign = if is_asked { "asked" } else { "none" };
                json_response(
                    StatusCode::OK,
                    with(receipt_words("received", receipt), "countersign", countersign.into()),
                )
            }
            Some(why) => json_response(
                StatusCode::ACCEPTED,
                with(receipt_words("review", receipt), "why", ReviewWhy::word(why).into()),
            ),
        },
        HandIn::Conflict(receipt) => json_response(StatusCode::CONFLICT, receipt_words("conflict", receipt)),
        HandIn::MissingPhotos(missing) => {
            json_response(StatusCode::CONFLICT, json!({"status": "missing-photos", "missing": missing}))
        }
        HandIn::Asked(questions) => {
            json_response(StatusCode::CONFLICT, json!({"status": "asked", "questions": questions}))
        }
        HandIn::Bad(bad) => {
            json_response(StatusCode::UNPROCESSABLE_ENTITY, json!({"status": "refused", "bad": bad_fields(bad)}))
        }
        HandIn::TooMany(here) => {
            let why =
                format!("{here} forms of this visit are here; a manager has to look at them before more are taken");
            let wait = [(header::RETRY_AFTER, HeaderValue::from(WAIT_FOR_A_MANAGER))];
            let json = json!({"status": "too-many", "here": here, "why": why});
            (wait, json_response(StatusCode::TOO_MANY_REQUESTS, json)).into_response()
        }
    }
}

/// The invalid fields, so that the form can point to them.
pub(crate) fn bad_fields(bad: &[BadField]) -> Vec<Value> {
    let words = |field: &BadField| json!({"path": field.path, "value": field.value, "rule": field.rule, "remedy": field.remedy});
    bad.iter().map(words).collect()
}

fn receipt_words(status: &str, receipt: &Receipt) -> Value {
    json!({
        "status": status,
        "id": receipt.id,
        "body_sha256": receipt.body_sha256,
        "receipt": receipt.number,
        "received_at": receipt.received_at,
        "photos": receipt.photos,
    })
}

fn with(mut object: Value, key: &str, value: Value) -> Value {
    object[key] = value;
    object
}

/// `POST /form/{visit}/countersign`: a fresh link for the customer's engineer, as an address and as a QR code.
pub(crate) async fn countersign(
    State(desk): State<Desk>,
    Path(visit): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Denied> {
    let (office, holder) = holder::of_writer(&desk, &visit, &headers).await?;
    holder.is_open()?;
    to_completion(async move {
        let office = office.acting(holder.actor()?);
        Ok(match new_countersign_link(&office, holder.visit).await {
            Ok(FormAddress { address, until }) => {
                let code = qr::svg(&address);
                json_response(StatusCode::OK, json!({"address": address, "qr": code, "until": until}))
            }
            Err(Error::Refused(why) | Error::NotFound(why)) => {
                json_response(StatusCode::CONFLICT, json!({"status": "not-asked", "why": why}))
            }
            Err(failed @ Error::Failed(_)) => return Err(failed),
        })
    })
    .await
}

/// Why a request from the form's script failed.
#[derive(Debug)]
pub(crate) enum Denied {
    Said(StatusCode, Value),
    /// It must wait this many seconds.
    TooOften(i64),
    Failed(WebError),
}

impl From<WebError> for Denied {
    fn from(error: WebError) -> Denied {
        Denied::Failed(error)
    }
}

impl From<anyhow::Error> for Denied {
    fn from(error: anyhow::Error) -> Denied {
        Denied::Failed(error.into())
    }
}

impl IntoResponse for Denied {
    fn into_response(self) -> Response {
        match self {
            Denied::Said(status, json) => json_response(status, json),
            Denied::TooOften(seconds) => {
                let wait = [(header::RETRY_AFTER, HeaderValue::from(seconds))];
                (wait, json_response(StatusCode::TOO_MANY_REQUESTS, json!({"status": "too-often"}))).into_response()
            }
            Denied::Failed(error) => error.into_response(),
        }
    }
}

/// The whole body, or an error if it is too large or was cut off.
pub(crate) async fn whole(request: Request) -> Result<Bytes, Denied> {
    Bytes::from_request(request, &()).await.map_err(|why: BytesRejection| match why.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Denied::Said(StatusCode::PAYLOAD_TOO_LARGE, json!({"status": "too-large"})),
        _ => Denied::Said(StatusCode::BAD_REQUEST, json!({"status": "cut-off"})),
    })
}

/// Runs a write in a task of its own, so that a client that disconnects does not cancel it halfway.
pub(crate) async fn to_completion(
    work: impl Future<Output = office::Result<Response>> + Send + 'static,
) -> Result<Response, Denied> {
    Ok(tokio::spawn(work).await.map_err(anyhow::Error::from)?.map_err(anyhow::Error::from)?)
}

/// A JSON response for the form's script.
pub(crate) fn json_response(status: StatusCode, json: Value) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], Json(json)).into_response()
}

/// Parses the visit in a path.
fn visit_of(name: &str) -> Result<VisitId, WebError> {
    name.strip_prefix('V').and_then(|number| number.parse().ok()).map(VisitId).ok_or(WebError::NotFound)
}

/// The office, and the holder of the link.
pub(crate) type FormAccess = (Office, Holder);
