//! Pages for people outside the office, who come by a secret link. Served at an address of their own, so that a
//! proxy in front of them never reaches the office's pages.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::{Desk, decide, error, feed, office, outside, paper, unsubscribe, upload, verify};

/// What a page's button posts is far smaller.
const FORM_BYTES: usize = 8 * 1024;

/// The route table. GET changes nothing (R12).
pub fn routes(desk: Desk) -> Router {
    let pages = Router::new()
        .route("/robots.txt", get(robots))
        .route("/office.css", get(office::css))
        .route("/outside.css", get(outside::css))
        .route("/feed/{name}", get(feed::feed))
        .route("/paper/{secret}", get(paper::pdf))
        .route("/unsubscribe/{secret}", get(unsubscribe::page).post(unsubscribe::answer))
        .merge(decide::routes())
        .layer(DefaultBodyLimit::max(FORM_BYTES));
    let verify = Router::new().route("/verify/{number}", get(verify::page).post(verify::compare));
    let verify = verify.layer(DefaultBodyLimit::disable());
    super::strict(pages.fallback(error::not_found)).merge(super::strict_within(verify, upload::WITHIN)).with_state(desk)
}

/// Secret addresses are nobody's to index.
async fn robots() -> Response {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], "User-agent: *\nDisallow: /\n").into_response()
}
