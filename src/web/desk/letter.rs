//! The page of one letter: its header fields, its HTML in a sandboxed frame, its text.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use mail_parser::{Address, Message, MessageParser, MimeHeaders};
use minijinja::value::Serde;
use minijinja::{Value, context};
use serde::Serialize;

use super::shelf::Shelf;
use crate::Desk;
use crate::error::WebError;
use crate::pages::draw;
use crate::words::Reads;

/// A letter's HTML contains text from other people: no scripts, requests or forms, and not our origin.
const LETTER_POLICY: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
                             frame-ancestors 'self'";

/// The name of a letter's attachment.
#[derive(Debug, Serialize)]
struct Attached {
    name: String,
    bytes: usize,
}

pub(crate) async fn page(
    State(desk): State<Desk>,
    Reads(language): Reads,
    Path(name): Path<String>,
) -> Result<Html<String>, WebError> {
    let bytes = Shelf::Letters.read(&desk, &name).await?;
    let message = parse(&bytes)?;
    let values = context! {
        name,
        subject => message.subject().unwrap_or_default(),
        from => people(message.from()),
        to => people(message.to()),
        date => message.date().map(mail_parser::DateTime::to_rfc822).unwrap_or_default(),
        attachments => Value::from(Serde(attached(&message))),
        text => message.body_text(0).unwrap_or_default(),
    };
    draw(&desk, language, "letter.html", values)
}

/// The letter's HTML part alone, for the frame.
pub(crate) async fn html(State(desk): State<Desk>, Path(name): Path<String>) -> Result<Response, WebError> {
    let bytes = Shelf::Letters.read(&desk, &name).await?;
    let message = parse(&bytes)?;
    let html = message.body_html(0).unwrap_or_default().into_owned();
    let headers =
        [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CONTENT_SECURITY_POLICY, LETTER_POLICY)];
    Ok((headers, html).into_response())
}

/// The letter as it was sent.
pub(crate) async fn source(State(desk): State<Desk>, Path(name): Path<String>) -> Result<Response, WebError> {
    let bytes = Shelf::Letters.read(&desk, &name).await?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], bytes).into_response())
}

fn parse(bytes: &[u8]) -> Result<Message<'_>, WebError> {
    MessageParser::default().parse(bytes).ok_or(WebError::NotFound)
}

fn people(address: Option<&Address<'_>>) -> String {
    let one = |person: &mail_parser::Addr<'_>| match (person.name(), person.address()) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (Some(either), None) | (None, Some(either)) => either.to_owned(),
        (None, None) => String::new(),
    };
    address.map(|all| all.iter().map(one).collect::<Vec<_>>().join(", ")).unwrap_or_default()
}

fn attached(message: &Message<'_>) -> Vec<Attached> {
    let one = |part: &mail_parser::MessagePart<'_>| Attached {
        name: part.attachment_name().unwrap_or("–").to_owned(),
        bytes: part.contents().len(),
    };
    message.attachments().map(one).collect()
}
