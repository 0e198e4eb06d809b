//! Identifies the holder of a form's link by the cookie for which the link was exchanged (R13).

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::{COOKIE, Denied, FormAccess, form_of, visit_of};
use crate::Desk;
use domain::access::{Actor, Errand, Link, LinkRefused};
use domain::ids::VisitId;
use office::access::links;
use office::{Error, Office};

/// How long a browser keeps the cookie, in seconds: longer than any link is valid, so that what was filled in while the
/// link was valid still arrives.
const COOKIE_FOR: u32 = 400 * 24 * 3600;

/// The holder of a link that was exchanged for a cookie.
#[derive(Debug, Clone)]
pub(crate) struct Holder {
    pub visit: VisitId,
    pub link: Link,
    /// [`links::mark`] of the link that the cookie stands for.
    pub mark: String,
    /// Why the link no longer opens, if so.
    pub refused: Option<LinkRefused>,
}

impl Holder {
    /// The actor whom the link stands for.
    ///
    /// # Errors
    /// A refusal if the link's holder may not fill in forms.
    pub(crate) fn actor(&self) -> Result<Actor, Error> {
        Actor::by_link(&self.link, self.refused.clone())
            .ok_or_else(|| Error::Refused("this link is not for whoever fills in a form".to_owned()))
    }

    /// Refuses access if the link has expired or was revoked; for pages that only read.
    ///
    /// # Errors
    /// The refusal, as the holder is told.
    pub(crate) fn is_open(&self) -> Result<(), Denied> {
        let status = match self.refused {
            None => return Ok(()),
            Some(LinkRefused::Unknown) => "no-link",
            Some(LinkRefused::Expired { .. }) => "expired",
            Some(LinkRefused::Revoked) => "revoked",
        };
        Err(Denied::Said(StatusCode::GONE, json!({"status": status})))
    }
}

/// Redirects the browser to an address without the secret, with a cookie limited to that path.
pub(super) fn exchange(office: &Office, cookie: &str, secret: &str, path: &str) -> Response {
    let is_secure = office.config.web.public.as_ref().is_some_and(|public| public.url.starts_with("https:"));
    let secure = if is_secure { "; Secure" } else { "" };
    let cookie = format!("{cookie}={secret}; Path={path}; Max-Age={COOKIE_FOR}; HttpOnly; SameSite=Lax{secure}");
    let cookie = HeaderValue::from_str(&cookie).expect("a secret that opened is hexadecimal");
    let there = HeaderValue::from_str(path).expect("a path of our own");
    (StatusCode::SEE_OTHER, [(header::SET_COOKIE, cookie), (header::LOCATION, there)]).into_response()
}

/// Access for reading a visit's form, or the response that refuses it.
pub(super) async fn of_form(desk: &Desk, visit: &str, headers: &HeaderMap) -> Result<FormAccess, Denied> {
    find(desk, visit, headers, COOKIE, form_of).await
}

/// Access for writing to a visit's form, or the response that refuses it.
pub(super) async fn of_writer(desk: &Desk, visit: &str, headers: &HeaderMap) -> Result<FormAccess, Denied> {
    from_our_page(headers)?;
    of_form(desk, visit, headers).await
}

/// Checks that a writing request comes from our own script: a page elsewhere cannot set its header (CSRF).
///
/// # Errors
/// The refusal if it does not.
pub(crate) fn from_our_page(headers: &HeaderMap) -> Result<(), Denied> {
    let is_ours = headers.get("x-ronda-form").is_some_and(|value| value == "1");
    let site = headers.get("sec-fetch-site");
    match is_ours && site.is_none_or(|site| site == "same-origin") {
        true => Ok(()),
        false => Err(Denied::Said(StatusCode::FORBIDDEN, json!({"status": "foreign-page"}))),
    }
}

/// Finds the holder of a link of this kind for this visit, by the cookie of that name.
pub(crate) async fn find(
    desk: &Desk,
    visit: &str,
    headers: &HeaderMap,
    cookie: &str,
    of: fn(&Errand) -> Option<VisitId>,
) -> Result<FormAccess, Denied> {
    let (office, visit) = (desk.office(), visit_of(visit)?);
    for secret in cookies(headers, cookie) {
        let known = links::known(&office, secret).await.map_err(anyhow::Error::from)?;
        let Some((link, refused)) = known.filter(|(link, _)| of(&link.errand) == Some(visit)) else { continue };
        desk.pace.count(link.id, office.clock.now()).map_err(Denied::TooOften)?;
        return Ok((office, Holder { visit, link, mark: links::mark(secret), refused }));
    }
    Err(Denied::Said(StatusCode::UNAUTHORIZED, json!({"status": "no-link"})))
}

/// The values of a cookie (RFC 6265, 5.4); a browser may send several with the same name.
fn cookies<'h>(headers: &'h HeaderMap, name: &'h str) -> impl Iterator<Item = &'h str> {
    let values = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let pairs = values.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(move |(found, _)| *found == name).map(|(_, value)| value).take(5)
}
