//! The office's pages. The route table is on one screen.
//!
//! Pages with letters and reports are shown on a loopback address alone, and only to a browser that asked for one:
//! there is no login yet. Everything in the office's own pages reads; what people outside may do stands in
//! [`Address`].

mod desk;
mod error;
mod health;
mod link;
mod server;
mod words;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::get;
use tokio::sync::watch;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

pub use self::link::public::{Address, routes as public_routes};
pub use server::serve;

use ::office::Office;
use ::words::Locales;
use domain::Instant;
use error::WebError;

/// The longest that a page may take to begin.
const PAGE_WITHIN: Duration = Duration::from_secs(10);

/// What the pages need. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Desk {
    /// Changes with a reload.
    office: watch::Receiver<Office>,
    last_beat: watch::Receiver<Option<Instant>>,
    listens_at: SocketAddr,
    locales: Arc<Locales>,
    pace: Arc<self::link::pace::Pace>,
}

impl Desk {
    /// What the pages of one listener need; texts are loaded once.
    #[must_use]
    pub fn new(office: watch::Receiver<Office>, last_beat: watch::Receiver<Option<Instant>>, at: SocketAddr) -> Desk {
        Desk { office, last_beat, listens_at: at, locales: Arc::new(Locales::load()), pace: Arc::default() }
    }

    fn office(&self) -> Office {
        self.office.borrow().clone()
    }
}

/// The route table: every address that the office answers.
pub fn routes(desk: Desk) -> Router {
    let pages = Router::new()
        .route("/", get(self::desk::shelf::index))
        .route("/office.css", get(self::desk::shelf::css))
        .route("/letters/{name}", get(self::desk::letter::page))
        .route("/letters/{name}/html", get(self::desk::letter::html))
        .route("/letters/{name}/source", get(self::desk::letter::source))
        .route("/reports/{name}", get(self::desk::shelf::report))
        .route("/deadlines", get(self::desk::deadlines::list))
        .route("/deadlines/{number}", get(self::desk::deadlines::page))
        .layer(middleware::from_fn(only_by_a_local_name));
    let shown = if desk.listens_at.ip().is_loopback() { pages } else { Router::new() };
    strict(Router::new().route("/health", get(health::health)).merge(shown).fallback(error::not_found)).with_state(desk)
}

/// Headers of every answer, where a page does not set its own, and an end to every wait.
fn strict(router: Router<Desk>) -> Router<Desk> {
    strict_within(router, PAGE_WITHIN)
}

/// As [`strict`], for pages that take a file.
fn strict_within(router: Router<Desk>, within: Duration) -> Router<Desk> {
    const HEADERS: [(HeaderName, &str); 6] = [
        (header::CONTENT_SECURITY_POLICY, self::desk::shelf::POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
        (header::CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    let timed = router.layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, within));
    let timed = timed.layer(middleware::map_response(error::with_words));
    HEADERS.into_iter().fold(timed, |router, (name, value)| {
        router.layer(SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value)))
    })
}

/// Refuses a request whose host is not this machine by name: a page elsewhere may point its own name at us
/// (DNS rebinding) and would then read what we show.
async fn only_by_a_local_name(request: Request, next: Next) -> Result<Response, WebError> {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name =
        host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit())).map_or(host, |(n, _)| n);
    match name {
        "localhost" | "127.0.0.1" | "[::1]" => Ok(next.run(request).await),
        _ => Err(WebError::ForeignHost),
    }
}

#[cfg(test)]
mod tests;
