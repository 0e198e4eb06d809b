//! The office's pages, and those that people outside reach by a link. The route table, [`ROUTES`], fits on one screen.
//!
//! Pages with letters and reports are served only on a loopback address, and only for requests that name a local host:
//! there is no login yet. The office's own pages are read-only; the table says what people outside may do.

mod desk;
mod error;
mod health;
mod link;
mod pages;
mod server;
mod table;
mod words;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tokio::sync::watch;
use tower_http::set_header::SetResponseHeaderLayer;

pub use server::serve;
pub use table::{ListenerKind, ROUTES, RouteDeed, RouteDoor, RouteLine, RouteName, description, public_routes, routes};

use ::office::Office;
use ::office::heartbeat::pulse::Pulse;
use ::words::Locales;
use error::WebError;

/// The state that the pages need. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Desk {
    /// Replaced when the configuration is reloaded.
    office: watch::Receiver<Office>,
    pulse: Pulse,
    listens_at: SocketAddr,
    locales: Arc<Locales>,
    pace: Arc<self::link::pace::Pace>,
}

impl Desk {
    /// Creates the state for the pages of one listener; loads the texts once.
    #[must_use]
    pub fn new(office: watch::Receiver<Office>, pulse: Pulse, at: SocketAddr) -> Desk {
        Desk { office, pulse, listens_at: at, locales: Arc::new(Locales::load()), pace: Arc::default() }
    }

    fn office(&self) -> Office {
        self.office.borrow().clone()
    }
}

/// Sets the default security headers of every response.
fn strict(router: Router<Desk>) -> Router<Desk> {
    const HEADERS: [(HeaderName, &str); 6] = [
        (header::CONTENT_SECURITY_POLICY, pages::DESK_POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
        (header::CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    let worded = router.layer(middleware::map_response(error::with_words));
    HEADERS.into_iter().fold(worded, |router, (name, value)| {
        router.layer(SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value)))
    })
}

async fn robots() -> Response {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], "User-agent: *\nDisallow: /\n").into_response()
}

/// Refuses a request whose `Host` is not a local name: a page elsewhere could point its own name at us (DNS rebinding)
/// and read what we serve.
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
