//! A report or certificate that was too large for its letter: serves the stored PDF (R16) to its recipient.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::outside::{opened, refused};
use crate::Desk;
use crate::error::WebError;
use crate::words::Reads;
use domain::access::{Errand, LinkRefused};
use domain::ids::VisitId;
use office::Office;

/// Serves the PDF; changes nothing (R12).
pub(crate) async fn pdf(
    State(desk): State<Desk>,
    Reads(language): Reads,
    Path(secret): Path<String>,
) -> Result<Response, WebError> {
    let link = match opened(&desk, &secret, language).await? {
        Ok(link) => link,
        Err(page) => return Ok(page),
    };
    let Errand::Paper { visit, revision } = link.errand else {
        return refused(&desk, language, &LinkRefused::Unknown);
    };
    let Some(bytes) = kept(&desk.office(), visit, revision).await? else {
        return refused(&desk, language, &LinkRefused::Unknown);
    };
    let name = HeaderValue::from_str(&format!("inline; filename=\"{visit}.pdf\"")).map_err(anyhow::Error::from)?;
    let kind = HeaderValue::from_static("application/pdf");
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], bytes).into_response())
}

async fn kept(office: &Office, visit: VisitId, revision: u32) -> anyhow::Result<Option<Vec<u8>>> {
    match store::reports::get(&office.db, visit, revision).await? {
        Some(report) => Ok(Some(office.documents.get(&report.sha256).await?)),
        None => Ok(None),
    }
}
