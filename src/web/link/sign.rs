//! The page on which the customer's engineer reads a record, comments on its items and signs it (P03).

use std::collections::BTreeMap;

use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

use super::form::{
    Denied, FormAccess, bad_fields, exchanged, from_our_page, json_response, of_cookie, to_completion, whole,
};
use crate::Desk;
use crate::error::WebError;
use crate::words::Reads;
use domain::access::Errand;
use domain::ids::{FindingId, SiteCode, VisitId};
use domain::records::{CustomerSignature, Done, Finding};
use office::Office;
use office::parties::Parties;
use office::records::sign_record::{self, Signed, ToSign};

/// The cookie that replaces a signature link.
pub(crate) const COOKIE: &str = "ronda-sign";

/// `/countersign/{secret}`: gives the browser a cookie and redirects it to the address without the secret.
pub(crate) async fn link(
    State(desk): State<Desk>,
    Reads(language): Reads,
    Path(secret): Path<String>,
) -> Result<Response, WebError> {
    exchanged(&desk, language, &secret, COOKIE, "/sign", record_of).await
}

/// The visit whose record a link allows to sign, if any.
fn record_of(errand: &Errand) -> Option<VisitId> {
    let Errand::Countersign { visit } = errand else { return None };
    Some(*visit)
}

async fn holder(desk: &Desk, visit: &str, headers: &HeaderMap) -> Result<FormAccess, Denied> {
    let found = of_cookie(desk, visit, headers, COOKIE, record_of).await?;
    found.1.is_open()?;
    Ok(found)
}

/// `GET /sign/{visit}/sign.json`: the record to be signed.
pub(crate) async fn record(
    State(desk): State<Desk>,
    Path(visit): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Denied> {
    let (office, holder) = holder(&desk, &visit, &headers).await?;
    let failed = |error: office::Error| anyhow::Error::from(error);
    let stored = store::visits::get(&office.db, holder.visit).await.map_err(anyhow::Error::from)?;
    let to_sign = sign_record::to_sign(&office, holder.visit).await.map_err(failed)?;
    let Some((stored, ToSign { record, asked, .. })) = stored.zip(to_sign) else {
        return Ok(json_response(StatusCode::GONE, json!({"status": "not-asked"})));
    };
    let parties = Parties::of_visit(&office, &office.db, &stored.visit).await.map_err(failed)?;
    let checklists: BTreeMap<&str, _> = parties
        .equipment
        .iter()
        .filter_map(|equipment| {
            let list = office.checklists.get(parties.checklist_of(equipment))?;
            Some((equipment.equipment.as_str(), list))
        })
        .collect();
    let names: BTreeMap<&str, &str> =
        parties.equipment.iter().map(|equipment| (equipment.equipment.as_str(), equipment.name.as_str())).collect();
    let (name, role) = match &record.customer_signature {
        CustomerSignature::Asked { name, role, .. } => (name.clone(), role.clone()),
        CustomerSignature::Signed(signature) => (signature.name.clone(), signature.role.clone()),
        CustomerSignature::Absent { .. } | CustomerSignature::Refused { .. } => (String::new(), String::new()),
    };
    let state = if asked.signed_at.is_some() { "signed" } else { "open" };
    Ok(json_response(
        StatusCode::OK,
        json!({
            "company": {
                "name": office.config.company.name,
                "colour": office.config.company.colour.map(|accent| accent.colour().to_string()),
            },
            "customer": parties.customer.name,
            "site": {"name": parties.site.name, "address": parties.site.address},
            "time_zone": parties.site.time_zone.name(),
            "visit": {"visit": holder.visit.to_string(), "purpose": stored.visit.purpose.word()},
            "language": parties.language(),
            "record": record,
            "findings": findings(&office, &parties.site.site, &record).await?,
            "checklists": checklists,
            "equipment": names,
            "state": state,
            "signed_at": asked.signed_at,
            "asked": {"name": name, "role": role},
        }),
    ))
}

/// The earlier findings that a record closes or carries over, in its order; the record itself refers to them only by
/// number.
async fn findings(office: &Office, site: &SiteCode, done: &Done) -> Result<Vec<Value>, WebError> {
    let closed = done.closes.iter().map(|closed| closed.finding);
    let named: Vec<FindingId> = closed.chain(done.carried.iter().map(|carried| carried.finding)).collect();
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let known = store::findings::of_site(&office.db, site).await.map_err(anyhow::Error::from)?;
    let known: BTreeMap<FindingId, &Finding> = known.iter().map(|one| (one.stored.id, &one.stored.finding)).collect();
    let words = |id: &FindingId| {
        let found = known.get(id)?;
        Some(json!({"finding": id, "severity": found.severity, "text": found.text}))
    };
    Ok(named.iter().filter_map(words).collect())
}

/// `POST /sign/{visit}`: signs the record.
pub(crate) async fn sign(
    State(desk): State<Desk>,
    Path(visit): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Denied> {
    from_our_page(&headers)?;
    let (office, holder) = holder(&desk, &visit, &headers).await?;
    let bytes = whole(request).await?;
    to_completion(async move {
        Ok(match sign_record::sign(&office, holder.visit, &holder.link, &bytes).await? {
            Err(bad) => json_response(StatusCode::BAD_REQUEST, json!({"status": "bad-form", "why": bad.to_string()})),
            Ok(Signed::Received { receipt, received_at }) => json_response(
                StatusCode::OK,
                json!({"status": "signed", "receipt": receipt, "received_at": received_at}),
            ),
            Ok(Signed::Already) => json_response(StatusCode::CONFLICT, json!({"status": "signed-already"})),
            Ok(Signed::NotAsked) => json_response(StatusCode::GONE, json!({"status": "not-asked"})),
            // The page has its own text for this, in its reader's language; which other visit it was is not disclosed.
            Ok(Signed::OfAnother(other)) => {
                tracing::warn!(visit = %holder.visit, %other, "a signature came with the id of another visit's");
                json_response(StatusCode::UNPROCESSABLE_ENTITY, json!({"status": "id-taken"}))
            }
            Ok(Signed::Bad(bad)) => {
                json_response(StatusCode::UNPROCESSABLE_ENTITY, json!({"status": "refused", "bad": bad_fields(&bad)}))
            }
        })
    })
    .await
}
