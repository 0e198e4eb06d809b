//! A calendar feed under its secret address: `/feed/{secret}.ics`.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::Desk;
use crate::error::WebError;
use domain::Instant;
use domain::access::{Errand, LinkRefused};
use office::access::links;
use office::documents::sha256;
use office::visits::feeds;

/// The current calendar; 304 if the subscriber already has it. Changes nothing (R12).
///
/// A calendar subscription cannot show an error page; whoever opens the address in a browser gets the reason as text.
pub(crate) async fn feed(
    State(desk): State<Desk>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, WebError> {
    let office = desk.office();
    let secret = name.strip_suffix(".ics").ok_or(WebError::NotFound)?;
    let link = links::open(&office, secret).await.map_err(failed)??;
    let Errand::Feed { of } = link.errand else { return Err(LinkRefused::Unknown.into()) };
    let feed = feeds::feed(&office, &of).await.map_err(failed)?.ok_or(WebError::NotFound)?;
    // Every event contains the time of writing; compare the calendar without it.
    let tag = etag(&office.composer.feed(&feed, Instant::UNIX_EPOCH));
    let kept = [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, "private, no-cache".to_owned())];
    if has(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    let shown = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "inline; filename=\"visits.ics\""),
    ];
    Ok((kept, shown, office.composer.feed(&feed, office.clock.now())).into_response())
}

fn failed(error: office::Error) -> WebError {
    WebError::Failed(error.into())
}

/// A weak tag, because two responses with the same calendar differ in the time of writing (RFC 9110 section 8.8.1).
fn etag(text: &str) -> String {
    format!("W/\"{}\"", &sha256(text.as_bytes())[..32])
}

/// Whether the subscriber already has this version (RFC 9110 section 13.1.2).
fn has(headers: &HeaderMap, tag: &str) -> bool {
    let strong = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let values = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|theirs| theirs.trim() == "*" || strong(theirs) == strong(tag))
}
