//! Ends a manager's digests, and takes them up again: by one click from the mail program (RFC 8058) or from the page.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::outside::{ButtonForm, ButtonStyle, Page, opened, refused};
use crate::Desk;
use crate::error::WebError;
use crate::words::Reads;
use domain::access::{Actor, Door, Errand, LinkRefused};
use domain::language::Language;
use domain::people::Manager;
use office::digest::subscribe::{Digests, digests_of, set_digests};

/// Asks; changes nothing (R12).
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

/// Does what the button says. What a mail program posts by itself ends the digests.
pub(crate) async fn answer(
    State(desk): State<Desk>,
    Reads(language): Reads,
    Path(secret): Path<String>,
    body: Bytes,
) -> Result<Response, WebError> {
    let (manager, door) = match holder(&desk, &secret, language).await? {
        Ok(manager) => manager,
        Err(page) => return Ok(page),
    };
    let Some(wanted) = wanted(&String::from_utf8_lossy(&body)) else { return Err(WebError::BadRequest) };
    let code = manager.manager.clone();
    let office = desk.office().acting(Actor::Manager { manager: Box::new(manager), door });
    // In a task of its own: a phone that loses its signal must not cancel half of it.
    let done = tokio::spawn(async move { set_digests(&office, &code, wanted).await });
    let done: office::Result<Manager> = done.await.map_err(anyhow::Error::from)?;
    drawn(&desk, &secret, &done.map_err(anyhow::Error::from)?, wanted)
}

/// What a body asks for: `List-Unsubscribe=One-Click` of RFC 8058, also as multipart, or the page's own button.
fn wanted(body: &str) -> Option<Digests> {
    let is_one_click = body.contains("List-Unsubscribe") && body.contains("One-Click");
    match body {
        _ if is_one_click => Some(Digests::Ended),
        "digests=end" => Some(Digests::Ended),
        "digests=resume" => Some(Digests::Wanted),
        _ => None,
    }
}

/// The manager whom the link is for, and the door that it is, or the page that says why it opens nothing.
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

    #[test]
    fn a_mail_programs_click_ends_digests_in_either_encoding_and_nothing_else_does_anything() {
        assert_eq!(wanted("List-Unsubscribe=One-Click"), Some(Digests::Ended));
        let multipart =
            "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n";
        assert_eq!(wanted(multipart), Some(Digests::Ended));
        assert_eq!(wanted("digests=end"), Some(Digests::Ended));
        assert_eq!(wanted("digests=resume"), Some(Digests::Wanted));
        for other in ["", "digests=", "digests=resume&x=1", "List-Unsubscribe=", "{}"] {
            assert_eq!(wanted(other), None, "{other}");
        }
    }
}
