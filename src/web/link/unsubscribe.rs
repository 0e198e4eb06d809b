//! Stops and resumes a manager's digests: by one click from the mail program (RFC 8058) or from the page.

use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::Response;

use super::outside::{ButtonForm, ButtonStyle, Page, opened, refused};
use crate::Desk;
use crate::error::WebError;
use crate::words::Reads;
use domain::access::{Actor, Door, Errand, LinkRefused};
use domain::language::Language;
use domain::people::Manager;
use office::digest::subscribe::{Digests, digests_of, set_digests};

/// Asks for confirmation; changes nothing (R12).
pub(crate) async fn page(
    State(desk): State<Desk>,
    Reads(language): Reads,
    Path(secret): Path<String>,
) -> Result<Response, WebError> {
    let (manager, _) = match holder(&desk, &secret, language).await? {
        Ok(manager) => manager,
        Err(page) => return Ok(page),
    };
    let digests = digests_of(&desk.office(), &manager.manager).await.map_err(anyhow::Error::from)?;
    drawn(&desk, &secret, &manager, digests)
}

/// Does what the button says. A post by a mail program itself stops the digests.
pub(crate) async fn answer(
    State(desk): State<Desk>,
    Reads(language): Reads,
    Path(secret): Path<String>,
    request: Request,
) -> Result<Response, WebError> {
    let (manager, door) = match holder(&desk, &secret, language).await? {
        Ok(manager) => manager,
        Err(page) => return Ok(page),
    };
    let Some(wanted) = wanted(request).await? else { return Err(WebError::BadRequest) };
    let code = manager.manager.clone();
    let office = desk.office().acting(Actor::Manager { manager: Box::new(manager), door });
    // In a task of its own: a client that disconnects must not cancel this halfway.
    let done = tokio::spawn(async move { set_digests(&office, &code, wanted).await });
    let done: office::Result<Manager> = done.await.map_err(anyhow::Error::from)?;
    drawn(&desk, &secret, &done.map_err(anyhow::Error::from)?, wanted)
}

/// The field that a one-click unsubscribe posts, as name and value (RFC 8058, 3.1).
const ONE_CLICK: (&str, &str) = ("List-Unsubscribe", "One-Click");

/// What a request body asks for: a one-click unsubscribe, in either encoding of a form, or the page's own button.
async fn wanted(request: Request) -> Result<Option<Digests>, WebError> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.trim_start().to_ascii_lowercase().starts_with("multipart/form-data") {
        return Ok(clicked(request).await?.then_some(Digests::Ended));
    }
    let body = Bytes::from_request(request, &()).await.map_err(WebError::body)?;
    let body = String::from_utf8_lossy(&body);
    // Some mail programs name no encoding, or a different one from what they use.
    let is_one_click = body.contains(ONE_CLICK.0) && body.contains(ONE_CLICK.1);
    Ok(match &*body {
        _ if is_one_click => Some(Digests::Ended),
        "digests=end" => Some(Digests::Ended),
        "digests=resume" => Some(Digests::Wanted),
        _ => None,
    })
}

/// Whether a multipart form contains the one-click field.
async fn clicked(request: Request) -> Result<bool, WebError> {
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| WebError::BadRequest)?;
    while let Some(field) = form.next_field().await.map_err(WebError::part)? {
        let is_named = field.name() == Some(ONE_CLICK.0);
        let text = field.text().await.map_err(WebError::part)?;
        if is_named && text.trim() == ONE_CLICK.1 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The link's manager and the actor's door, or the page that says why the link does not open.
async fn holder(desk: &Desk, secret: &str, language: Language) -> Result<Result<(Manager, Door), Response>, WebError> {
    let link = match opened(desk, secret, language).await? {
        Ok(link) => link,
        Err(page) => return Ok(Err(page)),
    };
    let Errand::Unsubscribe { manager } = &link.errand else {
        return Ok(Err(refused(desk, language, &LinkRefused::Unknown)?));
    };
    match store::people::manager::find(&desk.office().db, manager).await.map_err(anyhow::Error::from)? {
        Some(manager) => Ok(Ok((manager, Door::of(&link, None)))),
        None => Ok(Err(refused(desk, language, &LinkRefused::Unknown)?)),
    }
}

fn drawn(desk: &Desk, secret: &str, manager: &Manager, digests: Digests) -> Result<Response, WebError> {
    let say = |key: &str| desk.locales.say(manager.language, key, &[]);
    let action = format!("/unsubscribe/{secret}");
    let page = match digests {
        Digests::Wanted => Page {
            language: manager.language,
            title: say("web-unsubscribe-title"),
            lines: vec![say("web-unsubscribe-lead"), say("web-unsubscribe-still")],
            form: Some(ButtonForm {
                action,
                name: "digests",
                value: "end",
                button: say("web-unsubscribe-end"),
                weight: ButtonStyle::Full,
            }),
            way: None,
        },
        Digests::Ended => Page {
            language: manager.language,
            title: say("web-unsubscribed-title"),
            lines: vec![say("web-unsubscribe-still"), say("web-unsubscribed-back")],
            form: Some(ButtonForm {
                action,
                name: "digests",
                value: "resume",
                button: say("web-unsubscribed-resume"),
                weight: ButtonStyle::Quiet,
            }),
            way: None,
        },
    };
    page.draw(desk, StatusCode::OK)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn asked(kind: &str, body: &str) -> Option<Digests> {
        let request = Request::post("/unsubscribe/x").header(header::CONTENT_TYPE, kind);
        wanted(request.body(body.to_owned().into()).unwrap()).await.unwrap_or(None)
    }

    #[tokio::test]
    async fn a_mail_programs_click_ends_digests_in_either_encoding_and_nothing_else_does_anything() {
        const FORM: &str = "application/x-www-form-urlencoded";
        const PARTS: &str = "multipart/form-data; boundary=x";
        for kind in [FORM, "", "text/plain"] {
            assert_eq!(asked(kind, "List-Unsubscribe=One-Click").await, Some(Digests::Ended), "{kind}");
            assert_eq!(asked(kind, "List-Unsubscribe=One-Click&x=1\r\n").await, Some(Digests::Ended), "{kind}");
        }
        let part = |name: &str, text: &str| {
            format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n--x--\r\n")
        };
        assert_eq!(asked(PARTS, &part("List-Unsubscribe", "One-Click")).await, Some(Digests::Ended));
        assert_eq!(asked(FORM, "digests=end").await, Some(Digests::Ended));
        assert_eq!(asked(FORM, "digests=resume").await, Some(Digests::Wanted));
        for other in ["", "digests=", "digests=resume&x=1", "List-Unsubscribe=", "{}"] {
            assert_eq!(asked(FORM, other).await, None, "{other}");
        }
        for other in ["", &part("List-Unsubscribe", "no"), &part("x", "One-Click"), "List-Unsubscribe=One-Click"] {
            assert_eq!(asked(PARTS, other).await, None, "{other}");
        }
        assert_eq!(asked("multipart/form-data", &part("List-Unsubscribe", "One-Click")).await, None);
    }
}
